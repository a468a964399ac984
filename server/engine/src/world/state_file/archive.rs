//! A `.npz` that is being read: arrays by name, each bounded before anything of its size is allocated.
//!
//! An array's header, its entry's size and the file must agree: what is promised is there, or nothing is read.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use atheria_shared::limits::STATE_BYTES;
use zip::{CompressionMethod, ZipArchive};

use super::super::WorldError;
use super::super::npy::{CHUNK_BYTES, Header, read_elements, take_numbers};
use crate::real::Real;

/// What deflate can make of a byte, at most.
const DEFLATE_RATIO: u64 = 1032;

/// A file that is being read.
pub(super) struct Archive<'a> {
    path: &'a Path,
    zip: ZipArchive<BufReader<File>>,
    /// Bytes of the file.
    file_bytes: u64,
    /// What may still be unpacked.
    left_bytes: u64,
}

impl<'a> Archive<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self, WorldError> {
        let error = |source: io::Error| WorldError::ReadFile {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(error)?;
        let facts = file.metadata().map_err(error)?;
        if !facts.is_file() {
            return Err(error(io::Error::new(io::ErrorKind::InvalidInput, "not a file")));
        }
        if facts.len() > STATE_BYTES {
            return Err(WorldError::TooLarge {
                path: path.to_owned(),
                bytes: facts.len(),
            });
        }
        let zip = ZipArchive::new(BufReader::with_capacity(CHUNK_BYTES, file))
            .map_err(|source| error(io::Error::new(io::ErrorKind::InvalidData, source)))?;
        Ok(Self {
            path,
            zip,
            file_bytes: facts.len(),
            left_bytes: STATE_BYTES,
        })
    }

    pub(super) fn has(&self, array: &str) -> bool {
        self.zip.index_for_name(&format!("{array}.npy")).is_some()
    }

    /// An array that is not what is needed.
    pub(super) fn unsuitable(&self, array: &str, header: &Header, needed: impl Into<String>) -> WorldError {
        WorldError::Array {
            path: self.path.to_owned(),
            array: array.to_owned(),
            found: header.words(),
            needed: needed.into(),
        }
    }

    /// An array that the law has no use for.
    pub(super) fn no_memory(&self, array: &str) -> WorldError {
        WorldError::NoMemory {
            path: self.path.to_owned(),
            array: array.to_owned(),
        }
    }

    pub(super) fn header(&mut self, array: &str) -> Result<Header, WorldError> {
        self.entry(array, |header, _, _| Ok(header))
    }

    /// The elements of an array of real or complex numbers whose header was found to suit, two for a complex one. Fails
    /// on the first that is not finite in `F`.
    pub(super) fn numbers<F: Real>(&mut self, array: &str, header: &Header) -> Result<Vec<F>, WorldError> {
        let wide = matches!(header.descr.as_str(), "<f8" | "<c16");
        let each_bytes = if wide { 8 } else { 4 };
        let numbers: Vec<F> = self.elements(array, header, each_bytes, |numbers, bytes| {
            take_numbers(numbers, bytes, wide);
        })?;
        match numbers.iter().position(|number| !number.double().is_finite()) {
            None => Ok(numbers),
            Some(at) => Err(WorldError::ArrayNotFinite {
                path: self.path.to_owned(),
                array: array.to_owned(),
                element: if header.is_complex() { at / 2 } else { at },
            }),
        }
    }

    /// The elements of an array of int64; none other suits.
    pub(super) fn integers(&mut self, array: &str, header: &Header) -> Result<Vec<i64>, WorldError> {
        self.elements(array, header, 8, |integers, bytes| {
            integers.extend(bytes.as_chunks().0.iter().map(|&each| i64::from_le_bytes(each)));
        })
    }

    /// An array's elements, in pieces of whole ones. Fails when there are fewer or more than the header says.
    fn elements<T>(
        &mut self,
        array: &str,
        header: &Header,
        each_bytes: u64,
        take: impl FnMut(&mut Vec<T>, &[u8]),
    ) -> Result<Vec<T>, WorldError> {
        let too_large = |bytes| WorldError::TooLarge {
            path: self.path.to_owned(),
            bytes,
        };
        let bytes = header.element_bytes().ok_or_else(|| too_large(u64::MAX))?;
        self.left_bytes = self
            .left_bytes
            .checked_sub(bytes)
            .ok_or_else(|| too_large(bytes))?;
        self.entry(array, |_, there_bytes, source| {
            if there_bytes != bytes {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("its header promises {bytes} bytes, and it has {there_bytes}"),
                ));
            }
            let elements = read_elements(source, bytes, bytes / each_bytes, take)?;
            expect_end(source)?;
            Ok(elements)
        })
    }

    /// Looks up an array; hands over its header, how many bytes follow it, and their stream.
    fn entry<T>(
        &mut self,
        array: &str,
        take: impl FnOnce(Header, u64, &mut dyn Read) -> io::Result<T>,
    ) -> Result<T, WorldError> {
        let (path, file_bytes) = (self.path, self.file_bytes);
        if !self.has(array) {
            let mut names: Vec<_> = self.zip.file_names().collect();
            names.sort_unstable();
            return Err(WorldError::ArrayMissing {
                path: path.to_owned(),
                array: array.to_owned(),
                found: names.iter().take(8).copied().collect::<Vec<_>>().join(", "),
            });
        }
        let read = || {
            let mut entry = self.zip.by_name(&format!("{array}.npy"))?;
            let (packed, unpacked) = (entry.compressed_size(), entry.size());
            let possible = match entry.compression() {
                CompressionMethod::Stored => packed,
                CompressionMethod::Deflated => packed.saturating_mul(DEFLATE_RATIO),
                _ => {
                    return Err(io::Error::new(
                        io::ErrorKind::Unsupported,
                        "a compression that numpy does not write",
                    ));
                }
            };
            // What the directory says of an entry need not be so.
            if unpacked > possible || packed > file_bytes {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "it promises more bytes than it can have",
                ));
            }
            let mut counted = Counted {
                source: &mut entry,
                bytes: 0,
            };
            let header = Header::read(&mut counted)?;
            let there = unpacked.saturating_sub(counted.bytes);
            take(header, there, &mut entry)
        };
        read().map_err(|source| WorldError::ReadFile {
            path: path.to_owned(),
            source: io::Error::new(source.kind(), format!("array {array:?}: {source}")),
        })
    }
}

/// A stream that knows how much of it was read.
struct Counted<'a, R> {
    source: &'a mut R,
    bytes: u64,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.bytes += count as u64;
        Ok(count)
    }
}

/// That nothing follows; also reaches the end, where the checksum is compared.
fn expect_end(source: &mut dyn Read) -> io::Result<()> {
    match source.read(&mut [0])? {
        0 => Ok(()),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "more elements than its header says",
        )),
    }
}
