//! A trainer's snapshot: psi, a complex tensor `[1, H, W, d]` or `[H, W, d]` that `torch.save` wrote into a `.pt`, by itself or as
//! `psi` in a dictionary.
//!
//! The file is a zip archive with a pickle that describes the tensor and the tensor's bytes. The pickle is walked, not
//! run. A tensor may be any view of its numbers: its strides, its offset, and the marks for "to be conjugated" and "to be
//! negated" are applied, so that the values are those that PyTorch has.

mod pickle;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use atheria_shared::GridShape;
use zip::{CompressionMethod, ZipArchive};

use self::pickle::{Content, Described, Entry};
use super::dtype::Dtype;
use super::field::Field;
use super::mend::{self, Dialect};
use super::npy::{CHUNK_BYTES, read_elements};
use super::{WorldError, order, source};
use crate::real::Real;

/// The longest description that is read; `torch.save` writes about 170 bytes for a tensor.
const PICKLE_BYTES: u64 = 1 << 16;
/// What psi is called in a dictionary.
const PSI: &str = "psi";
/// What memory is called in a state.
const MEMORY: [&str; 2] = ["h", "c"];
/// Names in a dictionary that an error tells.
const NAMES_TOLD: usize = 8;

/// Reads a snapshot for a law of so many channels.
pub(super) fn read<F: Real>(path: &Path, channels: u16) -> Result<Field<F>, WorldError> {
    let failed = |source: io::Error| WorldError::ReadFile {
        path: path.to_owned(),
        source,
    };
    let refuse = |found: String, advice: String| WorldError::Snapshot {
        path: path.to_owned(),
        found,
        needed: format!("one complex64 or complex128 tensor [1, H, W, {channels}] is needed{advice}"),
    };
    let plainly = |found: String| refuse(found, String::new());
    let (file, file_bytes) = source::open(path)?;
    let mut zip = ZipArchive::new(BufReader::with_capacity(CHUNK_BYTES, file))
        .map_err(|source| plainly(format!("no zip archive ({source})")))?;
    let root = zip
        .file_names()
        .find_map(|name| name.strip_suffix("/data.pkl"))
        .map(str::to_owned)
        .ok_or_else(|| plainly("an archive without data.pkl".to_owned()))?;
    let byte_order = if zip.index_for_name(&format!("{root}/byteorder")).is_some() {
        small(&mut zip, &format!("{root}/byteorder")).map_err(failed)?
    } else {
        b"little".to_vec()
    };
    let big_endian = match byte_order.as_slice() {
        b"little" => false,
        b"big" => true,
        _ => return Err(plainly("numbers in a byte order that is not known".to_owned())),
    };
    let pickle = small(&mut zip, &format!("{root}/data.pkl")).map_err(failed)?;
    let tensor = match Content::read(&pickle).map_err(plainly)? {
        Content::Tensor(tensor) => tensor,
        Content::Dictionary(entries) => {
            of_dictionary(&entries).map_err(|(found, advice)| refuse(found, advice))?
        }
        Content::Other(words) => return Err(plainly(words)),
    };
    let unsuitable = || {
        let advice = mend::advice(Dialect::Torch, tensor.content(), &tensor.shape, channels);
        refuse(tensor.to_string(), advice)
    };
    let grid = grid(&tensor, channels).ok_or_else(unsuitable)?;
    grid.check_dense()?;
    let dtype = tensor.complex(big_endian).ok_or_else(unsuitable)?;
    if !order::reaches(&tensor.shape, &tensor.strides, tensor.offset, tensor.count) {
        return Err(plainly(format!(
            "{tensor}, and parts of it lie beyond its numbers"
        )));
    }
    let name = format!("{root}/data/{}", tensor.storage);
    if zip.index_for_name(&name).is_none() {
        return Err(plainly(format!("{tensor} whose numbers are not there")));
    }
    let entry = Storage {
        name: &name,
        count: tensor.count,
        dtype,
        file_bytes,
    };
    let mut psi = if dtype.bytes == 16 {
        // Rounding is found in what is taken of the numbers, and may be in what is not.
        let wide: Vec<f64> = entry
            .read(&mut zip)
            .and_then(|all| taken(&tensor, all))
            .map_err(failed)?;
        rounded(path, &tensor, &wide)?
    } else {
        entry
            .read(&mut zip)
            .and_then(|all| taken(&tensor, all))
            .map_err(failed)?
    };
    if let Some(at) = psi.iter().position(|number: &F| !number.double().is_finite()) {
        return Err(WorldError::ArrayNotFinite {
            path: path.to_owned(),
            array: PSI.to_owned(),
            element: at / 2,
        });
    }
    for pair in psi.as_chunks_mut::<2>().0 {
        let [re, im] = pair;
        if tensor.negated {
            *re = F::of(-re.double());
        }
        if tensor.negated != tensor.conjugated {
            *im = F::of(-im.double());
        }
    }
    Ok(Field::of_psi(grid, channels, psi))
}

/// The state in a dictionary; an error is what it holds instead, and what to do.
fn of_dictionary(entries: &[(String, Entry)]) -> Result<Described, (String, String)> {
    let mut told: Vec<String> = entries
        .iter()
        .take(NAMES_TOLD)
        .map(|(name, entry)| format!("{name}: {entry}"))
        .collect();
    if entries.len() > NAMES_TOLD {
        told.push(format!("{} more", entries.len() - NAMES_TOLD));
    }
    let found = format!("a dictionary ({})", told.join(", "));
    let tensor = |wanted: &str| {
        entries.iter().rev().find_map(|(name, entry)| match entry {
            Entry::Tensor(tensor) if name == wanted => Some(tensor.clone()),
            _ => None,
        })
    };
    let memory = MEMORY.into_iter().any(|name| tensor(name).is_some());
    match tensor(PSI) {
        Some(_) if memory => Err((
            found,
            "; with memory it is read as a .npz: with z = torch.load(f), np.savez(f, **{k: z[k].resolve_conj().numpy() for k in \
             (\"psi\", \"h\", \"c\")})"
                .to_owned(),
        )),
        Some(psi) => Ok(psi),
        None => {
            let tensors: Vec<&str> = entries
                .iter()
                .filter(|(_, entry)| matches!(entry, Entry::Tensor(_)))
                .map(|(name, _)| name.as_str())
                .collect();
            let advice = match tensors.as_slice() {
                [] => "; a training checkpoint is given with --experiment".to_owned(),
                [only] => format!("; {} makes one of it", Dialect::Torch.save(&format!("torch.load(f)[{only:?}]"))),
                _ => format!(
                    "; if one of these is it: {}; a training checkpoint is given with --experiment",
                    Dialect::Torch.save("torch.load(f)[NAME]")
                ),
            };
            Err((found, advice))
        }
    }
}

/// The grid of a tensor that has the shape that is needed.
fn grid(tensor: &Described, channels: u16) -> Option<GridShape> {
    let [height, width] = match tensor.shape.as_slice() {
        [1, height, width, own] | [height, width, own] if *own == u64::from(channels) => [*height, *width],
        _ => return None,
    };
    let side = |side| u32::try_from(side).ok();
    GridShape::new(side(height)?, side(width)?).ok()
}

/// A tensor's own numbers among those of its storage, in C order.
fn taken<F: Real>(tensor: &Described, all: Vec<F>) -> io::Result<Vec<F>> {
    if tensor.is_whole() {
        return Ok(all);
    }
    order::gather(&all, &tensor.shape, &tensor.strides, tensor.offset, 2)
}

/// complex128 as it is, or as complex64 where that is the same.
fn rounded<F: Real>(path: &Path, tensor: &Described, numbers: &[f64]) -> Result<Vec<F>, WorldError> {
    let other = |&number: &f64| number.is_finite() && F::of(number).double().to_bits() != number.to_bits();
    match numbers.iter().position(other) {
        None => Ok(numbers.iter().map(|&number| F::of(number)).collect()),
        Some(at) => Err(WorldError::ArrayInexact {
            path: path.to_owned(),
            array: PSI.to_owned(),
            found: tensor.to_string(),
            element: at / 2,
            advice: Dialect::Torch.save("psi.to(torch.complex64)"),
        }),
    }
}

/// An entry of a few bytes.
fn small(zip: &mut ZipArchive<BufReader<File>>, name: &str) -> io::Result<Vec<u8>> {
    let entry = zip.by_name(name)?;
    let mut bytes = Vec::new();
    entry.take(PICKLE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > PICKLE_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!(
                "{name} is longer than that of a state; a training checkpoint is given with --experiment"
            ),
        ));
    }
    Ok(bytes)
}

/// Where a tensor's numbers are: an entry of so many, in a file of so many bytes.
struct Storage<'a> {
    name: &'a str,
    count: u64,
    dtype: Dtype,
    file_bytes: u64,
}

impl Storage<'_> {
    /// All of them, two for a complex one. Not for numbers that would be rounded.
    fn read<F: Real>(&self, zip: &mut ZipArchive<BufReader<File>>) -> io::Result<Vec<F>> {
        let Self {
            name,
            count,
            dtype,
            file_bytes,
        } = *self;
        let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidData, reason);
        let mut entry = zip.by_name(name)?;
        let bytes = entry.size();
        if entry.compression() != CompressionMethod::Stored || entry.compressed_size() != bytes {
            return Err(invalid(format!("{name} is compressed")));
        }
        if count.checked_mul(u64::from(dtype.bytes)) != Some(bytes) || bytes > file_bytes {
            return Err(invalid(format!("{name} has {bytes} bytes for {count} numbers")));
        }
        let mut exact = Ok(());
        let take = |numbers: &mut Vec<F>, part: &[u8]| exact = exact.and(dtype.take_floats(numbers, part));
        let numbers = read_elements(&mut entry, bytes, 2 * count, take)?;
        exact.map_err(|_| invalid(format!("{name} has numbers that would be rounded")))?;
        // Reaches the end, where the checksum is compared.
        match entry.read(&mut [0])? {
            0 => Ok(numbers),
            _ => Err(invalid(format!("{name} is longer than it says"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn fixtures() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
    }

    #[test]
    fn a_trainers_snapshot_is_read() {
        let field: Field<f32> = read(&fixtures().join("states/snapshot.pt"), 2).unwrap();
        assert_eq!((field.height, field.width, field.psi.len()), (8, 12, 8 * 12 * 4));
        for (index, part) in field.psi.chunks_exact(2).enumerate() {
            assert_eq!(part, [index as f32, index as f32 / 2.0]);
        }
        let double: Field<f64> = read(&fixtures().join("states/snapshot.pt"), 2).unwrap();
        assert_eq!(double, field.to_precision());
        let old: Field<f32> = read(&fixtures().join("checkpoints/state_snapshot.pth"), 2).unwrap();
        assert_eq!((old.height, old.width), (4, 4));
    }

    /// The numbers are those of `snapshot.pt`, also by their bits, whatever the tensor is a view of.
    #[test]
    fn a_view_has_the_numbers_that_pytorch_has() {
        let states = fixtures().join("states");
        let plain: Field<f32> = read(&states.join("snapshot.pt"), 2).unwrap();
        for name in [
            "slice",
            "columns",
            "permuted",
            "double",
            "parameter",
            "protocol5",
            "in_dict",
            "neg",
            "conj",
            "both",
        ] {
            let field: Field<f32> = read(&states.join(format!("snapshot_{name}.pt")), 2).unwrap();
            let bits = |field: &Field<f32>| {
                field
                    .psi
                    .iter()
                    .map(|number| number.to_bits())
                    .collect::<Vec<_>>()
            };
            assert!(bits(&field) == bits(&plain), "{name}");
        }
        let expanded: Field<f32> = read(&states.join("snapshot_expanded.pt"), 2).unwrap();
        assert!(
            expanded
                .psi
                .chunks_exact(4)
                .all(|cell| cell == [0.0, 0.0, 1.0, 0.5])
        );
        assert_eq!(expanded.psi.len(), plain.psi.len());
        let thirds: Field<f64> = read(&states.join("snapshot_thirds.pt"), 2).unwrap();
        for (index, part) in thirds.psi.chunks_exact(2).enumerate() {
            assert_eq!(part, [index as f64 / 3.0, index as f64 / 2.0 / 3.0]);
        }
    }

    #[test]
    fn anything_else_is_refused_with_what_it_is() {
        for (file, reason) in [
            (
                "snapshot_real.pt",
                "holds a tensor float64 [1, 8, 12, 2]; one complex64 or complex128 tensor [1, H, W, 2] is needed; \
                 torch.save(psi.to(torch.complex64), f) makes one of it",
            ),
            ("snapshot_imag.pt", "holds a tensor float32 [1, 8, 12, 2]; one"),
            (
                "snapshot_first.pt",
                "holds a tensor complex64 [1, 2, 8, 12]; one complex64 or complex128 tensor [1, H, W, 2] is needed; \
                 torch.save(torch.movedim(psi[0], 0, -1), f) makes one of it",
            ),
            (
                "snapshot_halves.pt",
                "torch.save(psi[..., 0] + 1j * psi[..., 1], f) makes one of it",
            ),
            (
                "snapshot_thirds.pt",
                "float32 does not have all of its numbers (the first is element 1): ask for --dtype float64, or round it: \
                 torch.save(psi.to(torch.complex64), f)",
            ),
            (
                "snapshot_channels.pt",
                "holds a tensor complex64 [1, 8, 12, 4]; one",
            ),
            ("snapshot_flat.pt", "holds a tensor complex64 [96]"),
            (
                "snapshot_dict.pt",
                "holds a dictionary (state: a tensor complex64 [1, 8, 12, 2]); one complex64 or complex128 tensor [1, H, W, 2] is \
                 needed; torch.save(torch.load(f)[\"state\"], f) makes one of it",
            ),
            (
                "snapshot_memory.pt",
                "with memory it is read as a .npz: with z = torch.load(f), np.savez(f",
            ),
            (
                "snapshot_checkpoint.pt",
                "holds a dictionary (epoch: the number 7, net: a dictionary, a: a tensor float32 [1, 8, 12, 2], b: ",
            ),
            (
                "snapshot_checkpoint.pt",
                "a training checkpoint is given with --experiment",
            ),
            ("snapshot_list.pt", "holds a list"),
            ("snapshot_nan.pt", "is not finite at element 5"),
            ("snapshot_legacy.pt", "holds no zip archive"),
            ("snapshot_executes.pt", "holds something made by posix.system"),
            ("snapshot_cut.pt", "holds no zip archive"),
            ("snapshot_liar.pt", "a grid of 16384x8192 is too large"),
            ("snapshot_short.pt", "data/0 has 768 bytes for 192 numbers"),
            ("plain.npz", "holds an archive without data.pkl"),
            ("none.pt", "cannot be read"),
        ] {
            let found = read::<f32>(&fixtures().join("states").join(file), 2)
                .expect_err(file)
                .to_string();
            assert!(found.contains(reason), "{file}: {found}");
        }
    }

    #[test]
    fn a_damaged_snapshot_never_panics_and_never_has_other_numbers() {
        let path = fixtures().join("states/snapshot.pt");
        let bytes = std::fs::read(&path).unwrap();
        let good: Field<f32> = read(&path, 2).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("damaged.pt");
        for at in (0..bytes.len()).step_by(3) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            std::fs::write(&path, damaged).unwrap();
            if let Ok(field) = read::<f32>(&path, 2) {
                assert_eq!(field, good, "byte {at}");
            }
        }
        for length in (0..bytes.len()).step_by(41) {
            std::fs::write(&path, &bytes[..length]).unwrap();
            assert!(read::<f32>(&path, 2).is_err());
        }
    }
}
