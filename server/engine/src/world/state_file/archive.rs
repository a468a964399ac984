//! Arrays of numpy that are being read: those of a `.npz` by name, or the one of a `.npy`; each bounded before anything of
//! its size is allocated.
//!
//! An array's header, its entry's size and the file must agree: what is promised is there, or nothing is read. Numbers are
//! read exactly, whatever their width, byte order and the order of their indices, or not at all.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

use atheria_shared::limits::STATE_BYTES;
use zip::{CompressionMethod, ZipArchive};

use super::super::WorldError;
use super::super::dtype::{Dtype, Inexact};
use super::super::mend::{self, Content, Dialect};
use super::super::npy::{CHUNK_BYTES, Header, read_elements};
use super::super::{order, source};
use crate::real::Real;

/// What deflate can make of a byte, at most.
const DEFLATE_RATIO: u64 = 1032;

/// Names of arrays that an error tells.
const NAMES_TOLD: usize = 8;
/// What `np.savez` calls an array that it was given without a name.
const NAMELESS: &str = "arr_0";

/// A file that is being read.
pub(super) struct Archive<'a> {
    path: &'a Path,
    store: Store,
    /// Bytes of the file.
    file_bytes: u64,
    /// What may still be unpacked.
    left_bytes: u64,
}

enum Store {
    /// Arrays by name.
    Npz(ZipArchive<BufReader<File>>),
    /// One array: [`PSI`].
    Npy(File),
}

/// The array of every cell's numbers.
pub(super) const PSI: &str = "psi";

impl<'a> Archive<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self, WorldError> {
        let error = |source: io::Error| WorldError::ReadFile {
            path: path.to_owned(),
            source,
        };
        let (mut file, file_bytes) = source::open(path)?;
        let mut beginning = [0; source::NUMPY.len()];
        let bare = file.read_exact(&mut beginning).is_ok() && beginning == *source::NUMPY;
        let store = if bare {
            Store::Npy(file)
        } else {
            let zip = ZipArchive::new(BufReader::with_capacity(CHUNK_BYTES, file));
            Store::Npz(zip.map_err(|source| error(io::Error::new(io::ErrorKind::InvalidData, source)))?)
        };
        Ok(Self {
            path,
            store,
            file_bytes,
            left_bytes: STATE_BYTES,
        })
    }

    pub(super) fn has(&self, array: &str) -> bool {
        match &self.store {
            Store::Npz(zip) => zip.index_for_name(&entry_name(array)).is_some(),
            Store::Npy(_) => array == PSI,
        }
    }

    /// The name under which every cell's numbers are: [`PSI`], or that of an array which was saved alone and without one.
    pub(super) fn psi_name(&self) -> &'static str {
        match &self.store {
            Store::Npz(zip) if !self.has(PSI) => {
                let mut names = zip.file_names();
                let alone = names.next() == Some(&entry_name(NAMELESS)) && names.next().is_none();
                if alone { NAMELESS } else { PSI }
            }
            _ => PSI,
        }
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

    /// The array of every cell's numbers, that is not what is needed: with what makes it so.
    pub(super) fn no_psi(&self, array: &str, header: &Header, needed: &str, channels: u16) -> WorldError {
        let content = match header
            .descr
            .trim_start_matches(['<', '>', '|', '='])
            .chars()
            .next()
        {
            Some('c') if header.is_complex() => Content::Complex,
            Some('c') => Content::OtherComplex,
            Some('f' | 'i' | 'u' | 'b') => Content::Real,
            _ => return self.unsuitable(array, header, format!("{needed} is needed")),
        };
        let advice = mend::advice(Dialect::Numpy, content, &header.shape, channels);
        self.unsuitable(array, header, format!("{needed} is needed{advice}"))
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

    /// The elements of an array of real or complex numbers whose header was found to suit, two for a complex one, in C
    /// order. Fails on the first that is not finite, or not one that `F` has.
    pub(super) fn numbers<F: Real>(&mut self, array: &str, header: &Header) -> Result<Vec<F>, WorldError> {
        let mut inexact = None;
        let numbers: Vec<F> = self.elements(array, header, |dtype, numbers, bytes| {
            if let Err(found) = dtype.take_floats(numbers, bytes) {
                inexact.get_or_insert(found);
            }
        })?;
        let parts = if header.is_complex() { 2 } else { 1 };
        if let Some(Inexact(at)) = inexact {
            let at = at / parts;
            let in_order = || order::place_of_fortran(at, &header.shape);
            return Err(WorldError::ArrayInexact {
                path: self.path.to_owned(),
                array: array.to_owned(),
                found: header.words(),
                element: if header.fortran { in_order() } else { at },
                advice: Dialect::Numpy.save("psi.astype(np.complex64)"),
            });
        }
        let numbers = self.in_order(array, header, numbers, parts)?;
        match numbers.iter().position(|number| !number.double().is_finite()) {
            None => Ok(numbers),
            Some(at) => Err(WorldError::ArrayNotFinite {
                path: self.path.to_owned(),
                array: array.to_owned(),
                element: at / parts,
            }),
        }
    }

    /// The elements of an array of integers whose header was found to suit, in C order.
    pub(super) fn integers(&mut self, array: &str, header: &Header) -> Result<Vec<i64>, WorldError> {
        let integers = self.elements(array, header, |dtype, integers, bytes| {
            dtype.take_integers(integers, bytes);
        })?;
        self.in_order(array, header, integers, 1)
    }

    fn in_order<T: Copy>(
        &self,
        array: &str,
        header: &Header,
        elements: Vec<T>,
        parts: usize,
    ) -> Result<Vec<T>, WorldError> {
        if !header.fortran {
            return Ok(elements);
        }
        order::of_fortran(elements, &header.shape, parts).map_err(|source| self.failed(array, &source))
    }

    /// An array's elements, in pieces of whole ones. Fails when there are fewer or more than the header says.
    fn elements<T>(
        &mut self,
        array: &str,
        header: &Header,
        mut take: impl FnMut(Dtype, &mut Vec<T>, &[u8]),
    ) -> Result<Vec<T>, WorldError> {
        let too_large = |bytes| WorldError::TooLarge {
            path: self.path.to_owned(),
            bytes,
        };
        let sized = header.dtype().zip(header.element_bytes());
        let (dtype, bytes) = sized.ok_or_else(|| too_large(u64::MAX))?;
        let count = bytes / u64::from(dtype.bytes) * dtype.parts() as u64;
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
            let take = |elements: &mut Vec<T>, part: &[u8]| take(dtype, elements, part);
            let elements = read_elements(source, bytes, count, take)?;
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
        if !self.has(array) {
            return Err(self.missing(array));
        }
        let file_bytes = self.file_bytes;
        let taken = match &mut self.store {
            Store::Npz(zip) => zipped(zip, array, file_bytes, take),
            Store::Npy(file) => file.rewind().and_then(|()| {
                let mut file = BufReader::with_capacity(CHUNK_BYTES, file);
                measured(&mut file, file_bytes, take)
            }),
        };
        taken.map_err(|source| self.failed(array, &source))
    }

    fn failed(&self, array: &str, source: &io::Error) -> WorldError {
        WorldError::ReadFile {
            path: self.path.to_owned(),
            source: io::Error::new(source.kind(), format!("array {array:?}: {source}")),
        }
    }

    /// That an array is not there, and what is instead.
    fn missing(&mut self, array: &str) -> WorldError {
        let Store::Npz(zip) = &mut self.store else {
            return self.failed(
                array,
                &io::Error::new(io::ErrorKind::NotFound, "an .npy has one array"),
            );
        };
        let names = zip.file_names().filter_map(|name| name.strip_suffix(".npy"));
        let mut arrays: Vec<String> = names.map(str::to_owned).collect();
        arrays.sort_unstable();
        let mut told = Vec::new();
        for name in arrays.iter().take(NAMES_TOLD) {
            let header = zipped(zip, name, self.file_bytes, |header, _, _| Ok(header));
            told.push(match header {
                Ok(header) => format!("{name} {}", header.words()),
                Err(_) => name.clone(),
            });
        }
        let beyond = arrays.len().saturating_sub(NAMES_TOLD);
        if beyond > 0 {
            told.push(format!("{beyond} more"));
        }
        WorldError::ArrayMissing {
            path: self.path.to_owned(),
            array: array.to_owned(),
            found: if told.is_empty() {
                "none".to_owned()
            } else {
                told.join(", ")
            },
            advice: missing_advice(array, &arrays),
        }
    }
}

/// What makes a state of arrays that have other names.
fn missing_advice(array: &str, arrays: &[String]) -> String {
    let has = |name: &str| arrays.iter().any(|array| array == name);
    let halves = [
        ["real", "imag"],
        ["re", "im"],
        ["psi_real", "psi_imag"],
        ["psi_re", "psi_im"],
    ];
    let save = |expression: String| format!("; with z = np.load(f): {}", Dialect::Numpy.save(&expression));
    if array != PSI {
        String::new()
    } else if let Some([re, im]) = halves
        .into_iter()
        .find(|names| names.iter().all(|name| has(name)))
    {
        save(format!("z[{re:?}] + 1j * z[{im:?}]"))
    } else {
        let name = if let [only] = arrays {
            only.as_str()
        } else {
            "NAME"
        };
        save(format!("z[{name:?}]"))
    }
}

/// The entry that an array of a `.npz` is.
fn entry_name(array: &str) -> String {
    format!("{array}.npy")
}

/// An array of a `.npz`: its header, how many bytes follow it, and their stream.
fn zipped<T>(
    zip: &mut ZipArchive<BufReader<File>>,
    array: &str,
    file_bytes: u64,
    take: impl FnOnce(Header, u64, &mut dyn Read) -> io::Result<T>,
) -> io::Result<T> {
    let mut entry = zip.by_name(&entry_name(array))?;
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
    measured(&mut entry, unpacked, take)
}

/// The same of a stream of so many bytes.
fn measured<T>(
    source: &mut impl Read,
    bytes: u64,
    take: impl FnOnce(Header, u64, &mut dyn Read) -> io::Result<T>,
) -> io::Result<T> {
    let mut counted = Counted { source, bytes: 0 };
    let header = Header::read(&mut counted)?;
    let there = bytes.saturating_sub(counted.bytes);
    take(header, there, source)
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
