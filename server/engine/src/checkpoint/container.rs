//! The file around a checkpoint: its size, its kind, its checksums.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use atheria_shared::limits::CHECKPOINT_BYTES;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::CheckpointError;

/// Where a tar archive says that it is one, and how.
const TAR_MARK: (usize, &[u8]) = (257, b"ustar");
/// Bytes read at a time.
const CHUNK_BYTES: usize = 1 << 16;

/// What a file was when it was first looked at, to be held against what it is when the last byte was read: the reader
/// opens it more than once, and training may write it meanwhile.
pub(super) struct Seal {
    bytes: u64,
    modified: Option<SystemTime>,
    /// SHA-256, in hexadecimal digits.
    pub(super) sha256: String,
}

impl Seal {
    /// Looks at a file, refuses one that is too large, and hashes it.
    pub(super) fn of(path: &Path) -> Result<Self, CheckpointError> {
        let (bytes, modified) = look(path)?;
        if bytes > CHECKPOINT_BYTES {
            return Err(CheckpointError::TooLarge {
                path: path.to_owned(),
                bytes,
            });
        }
        let sha256 = hash(path).map_err(|source| read_error(path, source))?;
        Ok(Self {
            bytes,
            modified,
            sha256,
        })
    }

    /// That it is still the same.
    pub(super) fn check(&self, path: &Path) -> Result<(), CheckpointError> {
        if look(path)? == (self.bytes, self.modified) {
            Ok(())
        } else {
            Err(CheckpointError::Changed {
                path: path.to_owned(),
            })
        }
    }
}

/// The kinds that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// PyTorch 1.6 and later.
    Zip,
    /// PyTorch 0.1.10 to 1.5: pickles and storages one after the other, without checksums.
    Stream,
}

impl Container {
    /// What a file is by its first bytes. A tar archive (before 0.1.10) is refused: it can claim to be of any size.
    pub(super) fn recognise(path: &Path) -> Result<Self, CheckpointError> {
        let mut start = Vec::new();
        File::open(path)
            .and_then(|file| file.take(512).read_to_end(&mut start))
            .map_err(|source| read_error(path, source))?;
        let (at, mark) = TAR_MARK;
        let refuse = |found| {
            Err(CheckpointError::Container {
                path: path.to_owned(),
                found,
            })
        };
        match start.first() {
            None => refuse("an empty file"),
            Some(_) if start.starts_with(b"PK\x03\x04") => Ok(Self::Zip),
            Some(_) if start.get(at..at + mark.len()) == Some(mark) => refuse("a tar archive"),
            Some(_) => Ok(Self::Stream),
        }
    }
}

/// Reads every entry of a zip archive and holds it against its checksum: the reader itself does so only for tensors
/// that span a whole storage. A checksum of 0 means that the file was saved without (`compute_crc32=False`).
pub(super) fn check_sums(path: &Path) -> Result<(), CheckpointError> {
    let open = |source| CheckpointError::OpenArchive {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(|source| read_error(path, source))?;
    let mut archive = ZipArchive::new(BufReader::with_capacity(CHUNK_BYTES, file)).map_err(open)?;
    let mut total: u64 = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(open)?;
        total = total.saturating_add(entry.size());
        if total > CHECKPOINT_BYTES {
            return Err(CheckpointError::TooLarge {
                path: path.to_owned(),
                bytes: total,
            });
        }
        if entry.crc32() == 0 {
            continue;
        }
        let name = entry.name().to_owned();
        let size = entry.size();
        let read = io::copy(&mut entry, &mut io::sink()).and_then(|read| {
            if read == size {
                Ok(())
            } else {
                Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    format!("{read} of {size} bytes"),
                ))
            }
        });
        read.map_err(|source| CheckpointError::ReadEntry {
            path: path.to_owned(),
            entry: name,
            source,
        })?;
    }
    Ok(())
}

fn look(path: &Path) -> Result<(u64, Option<SystemTime>), CheckpointError> {
    let facts = std::fs::metadata(path).map_err(|source| read_error(path, source))?;
    if !facts.is_file() {
        return Err(CheckpointError::Container {
            path: path.to_owned(),
            found: "not a file",
        });
    }
    Ok((facts.len(), facts.modified().ok()))
}

fn read_error(path: &Path, source: io::Error) -> CheckpointError {
    let path: PathBuf = path.to_owned();
    if source.kind() == io::ErrorKind::NotFound {
        CheckpointError::Missing { path }
    } else {
        CheckpointError::ReadFile { path, source }
    }
}

fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?.take(CHECKPOINT_BYTES);
    let mut digest = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = file.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        digest.update(bytes);
    }
    Ok(hexadecimal(&digest.finalize()))
}

/// Two digits a byte.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
