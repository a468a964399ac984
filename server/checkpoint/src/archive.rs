//! The zip archive that PyTorch 1.6 and later put a checkpoint into: which entries there are, and where their bytes lie.
//!
//! All entries are in one folder; `data.pkl` is the pickle, `data/KEY` a storage, `byteorder` the order of their numbers'
//! bytes. Two entries of one name are refused: PyTorch would take the first one, others the last.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use atheria_shared::limits::{CHECKPOINT_BYTES, CHECKPOINT_PICKLE_BYTES};
use atheria_shared::sniff::{self, Kind};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// Read at a time where only headers are wanted.
const HEADER_BYTES: usize = 1 << 10;
/// What an entry of the directory begins with, its length without names, and where the lengths of its names are.
const DIRECTORY_ENTRY: (&[u8], usize, [usize; 3]) = (b"PK\x01\x02", 46, [28, 30, 32]);

/// Why a zip archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Its directory is missing or damaged.
    #[error("{0}")]
    Directory(#[from] ZipError),
    /// The system would not give its bytes.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// Two entries have one name.
    #[error("it has two entries of the name {name:?}")]
    Twice {
        /// The name.
        name: String,
    },
    /// Entries share bytes, or reach out of the file.
    #[error("its entry {name:?} lies where something else does")]
    Overlap {
        /// The entry.
        name: String,
    },
    /// An entry is packed in a way that is not read, or is encrypted.
    #[error("its entry {name:?} is packed in a way that is not read")]
    Packing {
        /// The entry.
        name: String,
    },
    /// An entry is not what its checksum says.
    #[error("it is damaged at {name:?}")]
    Checksum {
        /// The entry.
        name: String,
    },
    /// An entry says that it has more bytes than are read.
    #[error("its entry {name:?} has {bytes} bytes, which is more than is read")]
    TooLarge {
        /// The entry.
        name: String,
        /// How many.
        bytes: u64,
    },
    /// An entry is not there.
    #[error("its entry {name:?} is missing")]
    Missing {
        /// The entry.
        name: String,
    },
    /// The bytes' order is none of two.
    #[error("its numbers' bytes are in the order {order:?}, which is not known")]
    ByteOrder {
        /// As it is written.
        order: String,
    },
}

impl ArchiveError {
    /// The entry that it is about.
    pub(crate) fn entry(&self) -> Option<&str> {
        match self {
            Self::Twice { name }
            | Self::Overlap { name }
            | Self::Packing { name }
            | Self::Checksum { name }
            | Self::TooLarge { name, .. }
            | Self::Missing { name } => Some(name),
            Self::Directory(_) | Self::Read(_) | Self::ByteOrder { .. } => None,
        }
    }
}

/// An archive whose directory was read, to be unpacked from.
type Opened<'a> = ZipArchive<BufReader<&'a File>>;

/// An archive's entries.
#[derive(Debug)]
pub(crate) struct Archive {
    entries: HashMap<String, Entry>,
    /// The folder that everything is in, with its slash.
    root: String,
    /// What the names say it is.
    pub(crate) kind: Kind,
}

/// One entry.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Its place in the archive's directory.
    index: usize,
    /// Where its bytes lie in the file.
    pub(crate) span: Range<u64>,
    /// How many bytes it has, unpacked.
    pub(crate) bytes: u64,
    /// Whether its bytes lie there as they are.
    pub(crate) stored: bool,
    /// Its checksum; 0 where the file was saved without (`compute_crc32=False`).
    crc32: u32,
}

impl Archive {
    /// Reads the directory.
    pub(crate) fn open(file: &File, file_bytes: u64) -> Result<Self, ArchiveError> {
        let mut archive = opened(file)?;
        let count = archive.len();
        let mut entries = HashMap::new();
        let mut names = Vec::with_capacity(count);
        let mut total: u64 = 0;
        for index in 0..count {
            let entry = archive.by_index_raw(index)?;
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            let stored = entry.compression() == CompressionMethod::Stored;
            if entry.encrypted() || !(stored || entry.compression() == CompressionMethod::Deflated) {
                return Err(ArchiveError::Packing { name });
            }
            let (start, packed, bytes) = (entry.data_start(), entry.compressed_size(), entry.size());
            let span = start.and_then(|start| Some(start..start.checked_add(packed)?));
            let span = match span {
                Some(span) if span.end <= file_bytes && (!stored || packed == bytes) => span,
                _ => return Err(ArchiveError::Overlap { name }),
            };
            total = total.saturating_add(bytes);
            if total > CHECKPOINT_BYTES {
                return Err(ArchiveError::TooLarge { name, bytes });
            }
            names.push(name.clone());
            entries.insert(
                name,
                Entry {
                    index,
                    span,
                    bytes,
                    stored,
                    crc32: entry.crc32(),
                },
            );
        }
        let start = archive.central_directory_start();
        check_names(file, start, count)?;
        check_overlaps(&entries)?;
        let kind = sniff::zip_kind(names.iter().map(String::as_str));
        // PyTorch goes by the first entry.
        let root = names
            .first()
            .and_then(|name| name.split_once('/'))
            .map_or_else(String::new, |(root, _)| format!("{root}/"));
        Ok(Self { entries, root, kind })
    }

    /// An entry, by its name within the folder.
    pub(crate) fn entry(&self, name: &str) -> Result<&Entry, ArchiveError> {
        let name = format!("{}{name}", self.root);
        self.entries.get(&name).ok_or(ArchiveError::Missing { name })
    }

    /// The pickle.
    pub(crate) fn pickle(&self, file: &File) -> Result<Vec<u8>, ArchiveError> {
        let entry = self.entry("data.pkl")?;
        if entry.bytes > CHECKPOINT_PICKLE_BYTES {
            return Err(ArchiveError::TooLarge {
                name: "data.pkl".to_owned(),
                bytes: entry.bytes,
            });
        }
        whole(file, entry)
    }

    /// Whether the highest byte of a number comes first. Files of PyTorch before 2.1 do not say so: those were written
    /// on machines where it comes last.
    pub(crate) fn big_endian(&self, file: &File) -> Result<bool, ArchiveError> {
        let Ok(entry) = self.entry("byteorder") else {
            return Ok(false);
        };
        let order = if entry.bytes > 16 {
            Vec::new()
        } else {
            whole(file, entry)?
        };
        match &*order {
            b"little" => Ok(false),
            b"big" => Ok(true),
            _ => Err(ArchiveError::ByteOrder {
                order: String::from_utf8_lossy(&order).into_owned(),
            }),
        }
    }

    /// Entries whose bytes lie in the file as they are, with their checksums, by their places.
    pub(crate) fn stored_sums(&self) -> Vec<(Range<u64>, u32, &str)> {
        let mut sums: Vec<_> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.stored && entry.crc32 != 0)
            .map(|(name, entry)| (entry.span.clone(), entry.crc32, name.as_str()))
            .collect();
        sums.sort_by_key(|(span, ..)| span.start);
        sums
    }

    /// Unpacks every entry that is packed, which holds it against its checksum.
    pub(crate) fn check_packed(&self, file: &File) -> Result<(), ArchiveError> {
        let mut packed = self.entries.values().filter(|entry| !entry.stored).peekable();
        if packed.peek().is_none() {
            return Ok(());
        }
        // Its directory is read once, not for each entry: there may be many.
        let mut archive = opened(file)?;
        packed.try_for_each(|entry| unpack(&mut archive, entry, &mut io::sink()))
    }
}

/// An entry's bytes, unpacked.
pub(crate) fn whole(file: &File, entry: &Entry) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    if entry.stored {
        let mut reader = file;
        reader.seek(SeekFrom::Start(entry.span.start))?;
        reader.take(entry.bytes).read_to_end(&mut bytes)?;
    } else {
        unpack(&mut opened(file)?, entry, &mut bytes)?;
    }
    if bytes.len() as u64 != entry.bytes {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(bytes)
}

fn unpack(archive: &mut Opened<'_>, entry: &Entry, to: &mut impl io::Write) -> Result<(), ArchiveError> {
    let unpacked = archive.by_index(entry.index)?;
    // One byte more than it says is as wrong as one less.
    let bytes = io::copy(&mut unpacked.take(entry.bytes + 1), to)?;
    if bytes != entry.bytes {
        return Err(io::Error::from(io::ErrorKind::InvalidData).into());
    }
    Ok(())
}

fn opened(file: &File) -> Result<Opened<'_>, ArchiveError> {
    Ok(ZipArchive::new(BufReader::with_capacity(HEADER_BYTES, file))?)
}

/// That no two names are equal, also where only the letters' case differs: PyTorch looks without it. The archive's reader keeps one entry
/// of each name, so that the directory itself is asked.
fn check_names(file: &File, start: u64, count: usize) -> Result<(), ArchiveError> {
    let (mark, length, lengths) = DIRECTORY_ENTRY;
    let mut reader = BufReader::new(file);
    reader.seek(SeekFrom::Start(start))?;
    let mut names = HashSet::with_capacity(count);
    let mut header = vec![0; length];
    while reader.read_exact(&mut header).is_ok() && header.starts_with(mark) {
        let [name, extra, comment] = lengths.map(|at| match header.get(at..at + 2) {
            Some(&[low, high]) => u16::from_le_bytes([low, high]),
            _ => 0,
        });
        let mut text = vec![0; usize::from(name)];
        reader.read_exact(&mut text)?;
        reader.seek_relative(i64::from(extra) + i64::from(comment))?;
        text.make_ascii_lowercase();
        let shown = String::from_utf8_lossy(&text).into_owned();
        if !names.insert(text) {
            return Err(ArchiveError::Twice { name: shown });
        }
    }
    if names.len() == count {
        Ok(())
    } else {
        Err(ZipError::InvalidArchive("its directory does not count its entries".into()).into())
    }
}

fn check_overlaps(entries: &HashMap<String, Entry>) -> Result<(), ArchiveError> {
    let mut spans: Vec<_> = entries.iter().map(|(name, entry)| (&entry.span, name)).collect();
    spans.sort_by_key(|(span, _)| (span.start, span.end));
    let mut end = 0;
    for (span, name) in spans {
        if span.start < end {
            return Err(ArchiveError::Overlap { name: name.clone() });
        }
        end = span.end;
    }
    Ok(())
}
