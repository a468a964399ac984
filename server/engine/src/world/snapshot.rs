//! A trainer's snapshot: psi alone, a complex64 tensor `[1, H, W, d]` that `torch.save` wrote by itself into a `.pt`.
//!
//! The file is a zip archive with a pickle that describes the tensor and the tensor's bytes. The pickle is walked, not
//! run: it may say exactly what `torch.save` says of one whole, contiguous tensor, and anything else ends the walk.

mod pickle;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use atheria_shared::GridShape;
use atheria_shared::limits::STATE_BYTES;
use zip::{CompressionMethod, ZipArchive};

use self::pickle::Described;
use super::WorldError;
use super::field::Field;
use super::npy::{CHUNK_BYTES, read_elements, take_numbers};
use crate::real::Real;

/// The longest description that is read; `torch.save` writes about 170 bytes.
const PICKLE_BYTES: u64 = 4096;
/// Bytes of a complex64 number.
const NUMBER_BYTES: u64 = 8;

/// Reads a snapshot for a law of so many channels.
pub(super) fn read<F: Real>(path: &Path, channels: u16) -> Result<Field<F>, WorldError> {
    let failed = |source: io::Error| WorldError::ReadFile {
        path: path.to_owned(),
        source,
    };
    let refuse = |found: String| WorldError::Snapshot {
        path: path.to_owned(),
        found,
        needed: format!("one complex64 tensor [1, H, W, {channels}]"),
    };
    let file = File::open(path).map_err(failed)?;
    let facts = file.metadata().map_err(failed)?;
    if facts.len() > STATE_BYTES {
        return Err(WorldError::TooLarge {
            path: path.to_owned(),
            bytes: facts.len(),
        });
    }
    let mut zip = ZipArchive::new(BufReader::with_capacity(CHUNK_BYTES, file))
        .map_err(|source| refuse(format!("no zip archive ({source})")))?;
    let root = zip
        .file_names()
        .find_map(|name| name.strip_suffix("/data.pkl"))
        .map(str::to_owned)
        .ok_or_else(|| refuse("an archive without data.pkl".to_owned()))?;
    let order = if zip.index_for_name(&format!("{root}/byteorder")).is_some() {
        small(&mut zip, &format!("{root}/byteorder")).map_err(failed)?
    } else {
        b"little".to_vec()
    };
    if order != b"little" {
        return Err(refuse("numbers that are not in little-endian order".to_owned()));
    }
    let pickle = small(&mut zip, &format!("{root}/data.pkl")).map_err(failed)?;
    let tensor = Described::read(&pickle).map_err(refuse)?;
    let (grid, count) = suits(&tensor, channels).ok_or_else(|| refuse(tensor.to_string()))?;
    let name = format!("{root}/data/{}", tensor.storage);
    if zip.index_for_name(&name).is_none() {
        return Err(refuse(format!("{tensor} whose numbers are not there")));
    }
    let psi = numbers(&mut zip, &name, count, facts.len()).map_err(failed)?;
    if let Some(at) = psi.iter().position(|number: &F| !number.double().is_finite()) {
        return Err(WorldError::ArrayNotFinite {
            path: path.to_owned(),
            array: "psi".to_owned(),
            element: at / 2,
        });
    }
    Ok(Field::of_psi(grid, channels, psi))
}

/// The grid and how many complex numbers there are, of a tensor that is what is needed.
fn suits(tensor: &Described, channels: u16) -> Option<(GridShape, u64)> {
    let [height, width] = match tensor.shape.as_slice() {
        [1, height, width, own] | [height, width, own] if *own == u64::from(channels) => [*height, *width],
        _ => return None,
    };
    let side = |side| u32::try_from(side).ok();
    let grid = GridShape::new(side(height)?, side(width)?).ok()?;
    let count = grid.cells().checked_mul(u64::from(channels))?;
    (tensor.is_plain() && tensor.count == count).then_some((grid, count))
}

/// An entry of a few bytes.
fn small(zip: &mut ZipArchive<BufReader<File>>, name: &str) -> io::Result<Vec<u8>> {
    let entry = zip.by_name(name)?;
    let mut bytes = Vec::new();
    entry.take(PICKLE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > PICKLE_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("{name} is longer than that of one tensor"),
        ));
    }
    Ok(bytes)
}

/// The complex64 numbers of an entry that has exactly so many, two each, in a file of so many bytes.
fn numbers<F: Real>(
    zip: &mut ZipArchive<BufReader<File>>,
    name: &str,
    count: u64,
    file_bytes: u64,
) -> io::Result<Vec<F>> {
    let invalid = |reason: String| io::Error::new(io::ErrorKind::InvalidData, reason);
    let mut entry = zip.by_name(name)?;
    let bytes = entry.size();
    if entry.compression() != CompressionMethod::Stored || entry.compressed_size() != bytes {
        return Err(invalid(format!("{name} is compressed")));
    }
    if count.checked_mul(NUMBER_BYTES) != Some(bytes) || bytes > file_bytes {
        return Err(invalid(format!("{name} has {bytes} bytes for {count} numbers")));
    }
    let take = |numbers: &mut Vec<F>, part: &[u8]| take_numbers(numbers, part, false);
    let numbers = read_elements(&mut entry, bytes, 2 * count, take)?;
    // Reaches the end, where the checksum is compared.
    match entry.read(&mut [0])? {
        0 => Ok(numbers),
        _ => Err(invalid(format!("{name} is longer than it says"))),
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

    #[test]
    fn anything_else_is_refused_with_what_it_is() {
        for (file, reason) in [
            (
                "snapshot_double.pt",
                "holds a tensor [1, 8, 12, 2] in DoubleStorage; one complex64 tensor [1, H, W, 2]",
            ),
            (
                "snapshot_view.pt",
                "holds a tensor [1, 4, 12, 2] in ComplexFloatStorage, which is a part of 192 numbers",
            ),
            (
                "snapshot_transposed.pt",
                "holds a tensor [1, 12, 8, 2] in ComplexFloatStorage, which is not contiguous",
            ),
            (
                "snapshot_channels.pt",
                "holds a tensor [1, 8, 12, 4] in ComplexFloatStorage; one",
            ),
            ("snapshot_flat.pt", "holds a tensor [96] in ComplexFloatStorage"),
            ("snapshot_dict.pt", "holds a dictionary"),
            ("snapshot_list.pt", "holds a list"),
            ("snapshot_nan.pt", "is not finite at element 5"),
            ("snapshot_legacy.pt", "holds no zip archive"),
            ("snapshot_executes.pt", "holds something made by posix.system"),
            ("snapshot_cut.pt", "holds no zip archive"),
            (
                "snapshot_liar.pt",
                "data/0 has 2147483648 bytes for 268435456 numbers",
            ),
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
