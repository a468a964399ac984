//! The file around a checkpoint: that it can be one, its size, its hash, its checksums.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use atheria_shared::limits::CHECKPOINT_BYTES;
use atheria_shared::sniff::{self, Kind};
use atheria_shared::text::hexadecimal;
use sha2::{Digest, Sha256};

use crate::CheckpointError;
use crate::archive::{Archive, ArchiveError};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// What a file was when it was first looked at, to be held against what it is when the last number was read: training may
/// write it meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct Seal {
    path: PathBuf,
    /// Its length.
    pub(crate) bytes: u64,
    modified: Option<SystemTime>,
}

impl Seal {
    /// Looks at a file, and refuses one that is too large.
    pub(crate) fn of(path: &Path) -> Result<Self, CheckpointError> {
        let (bytes, modified) = look(path)?;
        if bytes > CHECKPOINT_BYTES {
            return Err(CheckpointError::TooLarge {
                path: path.to_owned(),
                bytes,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            bytes,
            modified,
        })
    }

    /// That it is still the same.
    pub(crate) fn check(&self) -> Result<(), CheckpointError> {
        if look(&self.path)? == (self.bytes, self.modified) {
            Ok(())
        } else {
            Err(CheckpointError::Changed {
                path: self.path.clone(),
            })
        }
    }
}

/// Opens a file, and says what it is by its first bytes. One that weights are not read from is refused: a tar archive, which old versions of
/// PyTorch wrote, because it can claim to be of any size.
pub(crate) fn open(path: &Path) -> Result<(File, Kind), CheckpointError> {
    let begin = || {
        let file = File::open(path)?;
        let mut start = Vec::new();
        (&file).take(sniff::START_BYTES as u64).read_to_end(&mut start)?;
        io::Result::Ok((file, start))
    };
    let (file, start) = begin().map_err(|source| read_error(path, source))?;
    let kind = sniff::kind(&start);
    if kind.is_checkpoint() {
        Ok((file, kind))
    } else {
        Err(CheckpointError::Container {
            path: path.to_owned(),
            found: kind,
        })
    }
}

/// Reads a file once from its first byte to its last: for its SHA-256, in hexadecimal digits, and to hold every entry of an archive against
/// its checksum.
pub(crate) fn hash(path: &Path, file: &File, archive: Option<&Archive>) -> Result<String, CheckpointError> {
    let mut sums = Sums::of(archive);
    let digest = digest(file, &mut sums).map_err(|source| read_error(path, source))?;
    let checked = match (sums.wrong, archive) {
        (Some(name), _) => Err(ArchiveError::Checksum {
            name: name.to_owned(),
        }),
        (None, Some(archive)) => archive.check_packed(file),
        (None, None) => Ok(()),
    };
    checked.map_err(|source| CheckpointError::Archive {
        path: path.to_owned(),
        source,
    })?;
    Ok(digest)
}

fn digest(file: &File, sums: &mut Sums<'_>) -> io::Result<String> {
    let mut reader = file;
    reader.seek(SeekFrom::Start(0))?;
    let mut reader = reader.take(CHECKPOINT_BYTES);
    let mut digest = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut at: u64 = 0;
    loop {
        let read = reader.read(&mut chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        digest.update(bytes);
        sums.feed(at, bytes);
        at += read as u64;
    }
    sums.end();
    Ok(hexadecimal(&digest.finalize()))
}

/// The checksums of entries that lie one after the other, fed with the file's bytes in their order.
struct Sums<'a> {
    /// Each one's bytes in the file, its sum and its name; the last one first.
    waiting: Vec<(std::ops::Range<u64>, u32, &'a str)>,
    hasher: crc32fast::Hasher,
    /// The first entry whose sum is another.
    wrong: Option<&'a str>,
}

impl<'a> Sums<'a> {
    fn of(archive: Option<&'a Archive>) -> Self {
        let mut waiting = archive.map(Archive::stored_sums).unwrap_or_default();
        waiting.reverse();
        Self {
            waiting,
            hasher: crc32fast::Hasher::new(),
            wrong: None,
        }
    }

    fn feed(&mut self, at: u64, bytes: &[u8]) {
        let end = at + bytes.len() as u64;
        while let Some((span, sum, name)) = self.waiting.last() {
            let from = span.start.max(at).min(end);
            let to = span.end.min(end).max(from);
            let part = bytes.get((from - at) as usize..(to - at) as usize);
            self.hasher.update(part.unwrap_or_default());
            if span.end > end {
                return;
            }
            let found = std::mem::take(&mut self.hasher).finalize();
            if found != *sum {
                self.wrong.get_or_insert(name);
            }
            self.waiting.pop();
        }
    }

    /// What the file was too short for is as wrong as what has another sum.
    fn end(&mut self) {
        if let Some((.., name)) = self.waiting.last() {
            self.wrong.get_or_insert(name);
        }
    }
}

fn look(path: &Path) -> Result<(u64, Option<SystemTime>), CheckpointError> {
    let facts = std::fs::metadata(path).map_err(|source| read_error(path, source))?;
    if !facts.is_file() {
        return Err(CheckpointError::NotAFile {
            path: path.to_owned(),
        });
    }
    Ok((facts.len(), facts.modified().ok()))
}

pub(crate) fn read_error(path: &Path, source: io::Error) -> CheckpointError {
    let path: PathBuf = path.to_owned();
    if source.kind() == io::ErrorKind::NotFound {
        CheckpointError::Missing { path }
    } else {
        CheckpointError::ReadFile { path, source }
    }
}
