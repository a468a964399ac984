//! A file that matter is read from: opened without waiting for anybody, and told apart by what it holds, not by its name.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use atheria_shared::limits::STATE_BYTES;
use atheria_shared::sniff::{self, Kind, START_BYTES};
use rustix::fs::OFlags;
use zip::ZipArchive;

use super::WorldError;

/// What an `.npy` begins with.
pub(super) const NUMPY: &[u8; 6] = b"\x93NUMPY";
const PNG: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// The kinds of files that matter is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Arrays of numpy: several, or a single one.
    Arrays,
    /// A tensor of `torch.save`.
    Snapshot,
    /// A picture.
    Picture,
}

/// Opens a file that is one, of a size that is read; nothing else is waited for, such as the other end of a pipe.
pub(super) fn open(path: &Path) -> Result<(File, u64), WorldError> {
    let failed = |source: io::Error| WorldError::ReadFile {
        path: path.to_owned(),
        source,
    };
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(path)
        .map_err(failed)?;
    let facts = file.metadata().map_err(failed)?;
    if !facts.is_file() {
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "not a file")));
    }
    if facts.len() > STATE_BYTES {
        return Err(WorldError::TooLarge {
            path: path.to_owned(),
            bytes: facts.len(),
        });
    }
    Ok((file, facts.len()))
}

impl Source {
    /// The kind of a file: by its content; where that is damaged, by its name.
    pub(super) fn of(path: &Path) -> Result<Self, WorldError> {
        let (mut file, _) = open(path)?;
        let mut start = Vec::new();
        let read = (&mut file).take(START_BYTES as u64).read_to_end(&mut start);
        read.map_err(|source| WorldError::ReadFile {
            path: path.to_owned(),
            source,
        })?;
        let found = match sniff::kind(&start) {
            Kind::Zip => match ZipArchive::new(BufReader::new(file)) {
                Ok(zip) => sniff::zip_kind(zip.file_names()),
                // Where the directory cannot be read the name has to tell.
                Err(_) => Kind::Unknown,
            },
            other => other,
        };
        let named = match path.extension().and_then(|extension| extension.to_str()) {
            Some("npz" | "npy") => Some(Self::Arrays),
            Some("pt" | "pth") => Some(Self::Snapshot),
            Some("png") => Some(Self::Picture),
            _ => None,
        };
        match (found, named) {
            (Kind::Npz | Kind::Npy, _) => Ok(Self::Arrays),
            (Kind::ZipCheckpoint, _) => Ok(Self::Snapshot),
            (Kind::Picture, _) if start.starts_with(PNG) => Ok(Self::Picture),
            // The archive may still have what is needed, among other things.
            (Kind::Unknown | Kind::OtherZip, Some(named)) => Ok(named),
            (Kind::Unknown, None) => Err(WorldError::Kind {
                path: path.to_owned(),
            }),
            (found, _) => Err(WorldError::Foreign {
                path: path.to_owned(),
                found,
                advice: advice(found),
            }),
        }
    }
}

/// What to do with a file that is such a thing where a state should be.
fn advice(found: Kind) -> &'static str {
    match found {
        Kind::Pickle => "save it again: torch.save(torch.load(f), f), or numpy.savez(f, psi=psi)",
        Kind::Safetensors => "load it and save the state's tensor with torch.save(psi, f)",
        Kind::TorchScript => {
            "it is a law, and given with --experiment; a state is saved with torch.save(psi, f)"
        }
        Kind::Picture => "save it as a PNG",
        Kind::Text | Kind::Json => {
            "load its numbers and save them with numpy.savez(f, psi=psi), complex64 [H, W, d]"
        }
        Kind::Hdf5
        | Kind::Gguf
        | Kind::Onnx
        | Kind::Pdf
        | Kind::OtherZip
        | Kind::EmptyZip
        | Kind::Unknown => "a state is a .npz or .npy of numpy, a tensor that torch.save wrote, or a PNG",
        other => other.advice(),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_file_is_told_by_its_content_and_what_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let states = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/states");
        for (from, to, kind) in [
            ("plain.npz", "state.pt", Source::Arrays),
            ("snapshot.pt", "state.npz", Source::Snapshot),
            ("cut.npz", "state.npz", Source::Arrays),
            ("snapshot_cut.pt", "state.pt", Source::Snapshot),
        ] {
            let path = folder.path().join(to);
            std::fs::copy(states.join(from), &path).unwrap();
            assert_eq!(Source::of(&path).unwrap(), kind, "{from}");
        }
        for (start, words) in [
            (
                b"\x1f\x8b\x08\0".as_slice(),
                "is a gzip file; unpack it with gunzip",
            ),
            (b"<!DOCTYPE html>", "is an HTML page; the download failed"),
            (
                b"version https://git-lfs.github.com/spec/v1\n",
                "is a Git LFS pointer and not the file; fetch the file itself",
            ),
            (
                b"\x08\0\0\0\0\0\0\0{\"a\":{}}",
                "is a safetensors file; load it and save",
            ),
            (&[0; 64], "is nothing but zeros; as after a power cut"),
            (b"", "is an empty file"),
            (b"0.1,0.2\n0.3,0.4\n", "is a text; load its numbers"),
            (b"\xff\xd8\xff\xe0", "is a picture; save it as a PNG"),
            (b"\x80\x02\x8a\x0al\xfc", "is a pickle; save it again"),
        ] {
            for name in ["state.npz", "state.pt", "state.png", "state"] {
                let path = folder.path().join(name);
                std::fs::write(&path, start).unwrap();
                let told = Source::of(&path).unwrap_err().to_string();
                assert!(told.contains(words), "{name}: {told}");
            }
        }
        std::fs::write(folder.path().join("state.raw"), b"\x01\x02\x03").unwrap();
        assert!(matches!(
            Source::of(&folder.path().join("state.raw")),
            Err(WorldError::Kind { .. })
        ));
    }

    #[test]
    fn nobody_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("state.npz");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), folder.path(), Path::new("/dev/null")] {
            let told = Source::of(path).unwrap_err().to_string();
            assert!(told.contains("not a file"), "{told}");
        }
    }
}
