//! A file that matter is read from: opened without waiting for anybody, and told apart by what it holds, not by its name.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use atheria_shared::limits::STATE_BYTES;
use rustix::fs::OFlags;
use zip::ZipArchive;

use super::WorldError;

/// What an `.npy` begins with.
pub(super) const NUMPY: &[u8; 6] = b"\x93NUMPY";
const PNG: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
/// Bytes of a file's beginning that are looked at.
const BEGINNING_BYTES: u64 = 4096;

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
    /// The kind of a file: by its content, where that tells; a damaged one by its name.
    pub(super) fn of(path: &Path) -> Result<Self, WorldError> {
        let (mut file, _) = open(path)?;
        let mut beginning = Vec::new();
        let read = (&mut file).take(BEGINNING_BYTES).read_to_end(&mut beginning);
        read.map_err(|source| WorldError::ReadFile {
            path: path.to_owned(),
            source,
        })?;
        if beginning.starts_with(NUMPY) {
            return Ok(Self::Arrays);
        }
        if beginning.starts_with(PNG) {
            return Ok(Self::Picture);
        }
        // Where the archive's directory cannot be read the name has to tell.
        if let Ok(zip) = ZipArchive::new(BufReader::new(file)) {
            if zip.file_names().any(|name| name.ends_with("/data.pkl")) {
                return Ok(Self::Snapshot);
            }
            if zip.file_names().any(|name| name.ends_with(".npy")) {
                return Ok(Self::Arrays);
            }
        }
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("npz" | "npy") => Ok(Self::Arrays),
            Some("pt" | "pth") => Ok(Self::Snapshot),
            Some("png") => Ok(Self::Picture),
            _ => Err(WorldError::Kind {
                path: path.to_owned(),
            }),
        }
    }
}
