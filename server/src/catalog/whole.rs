//! Whether a file can be a checkpoint, by its first bytes and, of a zip archive, the names in it.
//!
//! Cheap, and so not the last word: whoever reads a file to its end finds more. What is said here keeps a file that was cut off
//! from being taken for the latest.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use atheria_shared::remark::PassedOver;
use atheria_shared::sniff::{self, Kind, START_BYTES};
use zip::ZipArchive;

/// What only an export of ours has.
const OF_OURS: &str = "/extra/atheria.json";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Weights can be read from it, as far as can be seen.
    Checkpoint,
    /// A TorchScript of others.
    TorchScript,
    /// An export of ours.
    Export,
    /// A zip archive without an end, or with one that is wrong.
    CutOff,
    /// Something else.
    Other(Kind),
}

impl Look {
    /// Why it is no checkpoint, unless it is one.
    pub(super) fn fault(self) -> Option<PassedOver> {
        let kind = match self {
            Self::Checkpoint => return None,
            Self::CutOff => return Some(PassedOver::CutOff),
            Self::TorchScript | Self::Export => Kind::TorchScript,
            Self::Other(kind) => kind,
        };
        Some(PassedOver::Kind { kind })
    }
}

/// Looks at a file; none if it cannot be read.
pub(super) fn look(path: &Path) -> Option<Look> {
    let mut file = File::open(path).ok()?;
    let mut start = Vec::with_capacity(START_BYTES);
    file.by_ref()
        .take(START_BYTES as u64)
        .read_to_end(&mut start)
        .ok()?;
    let kind = sniff::kind(&start);
    if kind != Kind::Zip {
        return Some(match kind {
            Kind::Safetensors if !is_as_long_as_it_says(&start, &file) => Look::CutOff,
            kind if kind.is_checkpoint() => Look::Checkpoint,
            kind => Look::Other(kind),
        });
    }
    let Ok(archive) = ZipArchive::new(file) else {
        return Some(Look::CutOff);
    };
    Some(match sniff::zip_kind(archive.file_names()) {
        Kind::TorchScript if archive.file_names().any(|name| name.ends_with(OF_OURS)) => Look::Export,
        Kind::TorchScript => Look::TorchScript,
        kind if kind.is_checkpoint() => Look::Checkpoint,
        kind => Look::Other(kind),
    })
}

/// Whether a safetensors file holds its header at least, whose length it begins with.
fn is_as_long_as_it_says(start: &[u8], file: &File) -> bool {
    let header = start.first_chunk().map(|length| u64::from_le_bytes(*length));
    let there = file.metadata().map_or(0, |about| about.len());
    header
        .and_then(|header| header.checked_add(8))
        .is_some_and(|bytes| bytes <= there)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A zip archive with these entries.
    pub(in crate::catalog) fn archive(entries: &[&str]) -> Vec<u8> {
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for entry in entries {
            zip.start_file(*entry, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"x").unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// What a checkpoint begins and ends like.
    pub(in crate::catalog) fn checkpoint() -> Vec<u8> {
        archive(&["archive/data.pkl", "archive/data/0", "archive/version"])
    }

    #[test]
    fn what_a_file_is_is_seen_without_reading_it() {
        let whole = checkpoint();
        let script = archive(&["m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"]);
        let ours = archive(&["m/data.pkl", "m/constants.pkl", "m/extra/atheria.json"]);
        let safetensors = b"\x02\0\0\0\0\0\0\0{}".to_vec();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        for (bytes, expected) in [
            (&whole[..], Look::Checkpoint),
            (&whole[..whole.len() * 2 / 3], Look::CutOff),
            (&script, Look::TorchScript),
            (&ours, Look::Export),
            (&archive(&["psi.npy"]), Look::Other(Kind::Npz)),
            (b"\x80\x02}q\0.", Look::Checkpoint),
            (&safetensors, Look::Checkpoint),
            (&safetensors[..9], Look::CutOff),
            (&[0; 600], Look::Other(Kind::Zeros)),
            (b"", Look::Other(Kind::Empty)),
            (
                b"version https://git-lfs.github.com/spec/v1\n",
                Look::Other(Kind::LfsPointer),
            ),
            (b"<!DOCTYPE html>", Look::Other(Kind::Html)),
        ] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(look(&path), Some(expected));
        }
        assert_eq!(look(&dir.path().join("missing")), None);
    }
}
