//! The header of an `.npy` array, as numpy writes it: one line of Python literal, read without a parser for Python, so
//! that no file can nest, multiply or allocate beyond what is checked here. And the numbers after it, in pieces.

use std::io::{self, Read, Write};

use super::dtype::{Class, Dtype};
use crate::real::Real;

/// The longest header that is read. numpy's own have 118 bytes.
const HEADER_BYTES: usize = 4096;
/// The most dimensions.
const DIMENSIONS: usize = 8;
/// Bytes that are read or written at a time.
pub(super) const CHUNK_BYTES: usize = 1 << 16;
/// Numbers that are turned into bytes at a time.
const CHUNK_NUMBERS: usize = 1 << 13;
/// Where an array's elements begin, so that they lie as numpy likes them.
const ALIGNMENT: usize = 64;

/// numpy's word for complex numbers of two of these.
pub(super) fn complex_descr<F: Real>() -> &'static str {
    if F::BYTES == 8 { "<c16" } else { "<c8" }
}

/// numpy's word for these.
pub(super) fn real_descr<F: Real>() -> &'static str {
    if F::BYTES == 8 { "<f8" } else { "<f4" }
}

/// What an array says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    /// numpy's word for the element type: `<c8` is complex64, `<f4` float32.
    pub(super) descr: String,
    /// Extents, outermost first.
    pub(super) shape: Vec<u64>,
    /// Whether the first index is the fastest.
    pub(super) fortran: bool,
}

impl Header {
    /// That of an array which is to be written.
    pub(super) fn of(descr: &str, shape: &[usize]) -> Self {
        Self {
            descr: descr.to_owned(),
            shape: shape.iter().map(|&side| side as u64).collect(),
            fortran: false,
        }
    }

    /// Writes the header, as numpy would. Its length depends on the number of digits alone.
    pub(super) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut sides = self
            .shape
            .iter()
            .map(u64::to_string)
            .collect::<Vec<_>>()
            .join(", ");
        // A tuple of one, as Python has it.
        if self.shape.len() == 1 {
            sides.push(',');
        }
        let order = if self.fortran { "True" } else { "False" };
        let text = format!(
            "{{'descr': '{}', 'fortran_order': {order}, 'shape': ({sides}), }}",
            self.descr
        );
        // Magic, version and the length's own two bytes before, a line's end after.
        let length = (10 + text.len() + 1).next_multiple_of(ALIGNMENT) - 10;
        let stored = u16::try_from(length).map_err(|_| invalid("an array whose header is too long"))?;
        out.write_all(b"\x93NUMPY\x01\x00")?;
        out.write_all(&stored.to_le_bytes())?;
        writeln!(out, "{text:<width$}", width = length - 1)
    }

    /// How an element lies there; none of one that is not read.
    pub(super) fn dtype(&self) -> Option<Dtype> {
        Dtype::of_numpy(&self.descr)
    }

    /// Bytes of the array's elements; none if it is not one of those that are read, or that is beyond 64 bits.
    pub(super) fn element_bytes(&self) -> Option<u64> {
        self.elements()?.checked_mul(u64::from(self.dtype()?.bytes))
    }

    /// Whether the elements are complex, of a width that is read.
    pub(super) fn is_complex(&self) -> bool {
        self.dtype().is_some_and(|dtype| dtype.class == Class::Complex)
    }

    /// Whether the elements are real, of a width that is read.
    pub(super) fn is_real(&self) -> bool {
        self.dtype().is_some_and(|dtype| dtype.class == Class::Real)
    }

    /// Whether the elements are integers.
    pub(super) fn is_integer(&self) -> bool {
        self.dtype().is_some_and(Dtype::is_integer)
    }

    /// Reads the header; what follows in `source` are the elements.
    pub(super) fn read(source: &mut impl Read) -> io::Result<Self> {
        let mut start = [0; 8];
        source.read_exact(&mut start)?;
        let [magic @ .., major, _] = start;
        if magic != *b"\x93NUMPY" {
            return Err(invalid("no numpy array"));
        }
        let length = if major == 1 {
            let mut length = [0; 2];
            source.read_exact(&mut length)?;
            usize::from(u16::from_le_bytes(length))
        } else {
            let mut length = [0; 4];
            source.read_exact(&mut length)?;
            u32::from_le_bytes(length) as usize
        };
        if length > HEADER_BYTES {
            return Err(invalid("an array whose header is too long"));
        }
        let mut text = vec![0; length];
        source.read_exact(&mut text)?;
        let text = std::str::from_utf8(&text).map_err(|_| invalid("an array whose header is no text"))?;
        Self::parse(text).ok_or_else(|| invalid("an array whose header cannot be read"))
    }

    fn parse(text: &str) -> Option<Self> {
        let descr = after(text, "descr")?.strip_prefix('\'')?.split_once('\'')?.0;
        let order = after(text, "fortran_order")?;
        let fortran = order.starts_with("True");
        if !fortran && !order.starts_with("False") {
            return None;
        }
        let inside = after(text, "shape")?.strip_prefix('(')?.split_once(')')?.0;
        let mut shape = Vec::new();
        for side in inside.split(',').map(str::trim).filter(|side| !side.is_empty()) {
            shape.push(side.parse().ok()?);
        }
        (shape.len() <= DIMENSIONS).then(|| Self {
            descr: descr.to_owned(),
            shape,
            fortran,
        })
    }

    /// How many elements there are; none if that is beyond 64 bits.
    pub(super) fn elements(&self) -> Option<u64> {
        self.shape
            .iter()
            .try_fold(1_u64, |product, &side| product.checked_mul(side))
    }

    /// In words, for an error.
    pub(super) fn words(&self) -> String {
        let (order, kind) = self.descr.split_at_checked(1).unwrap_or_default();
        let name = match kind {
            "c8" => "complex64",
            "c16" => "complex128",
            "c32" => "complex256",
            "f2" => "float16",
            "f4" => "float32",
            "f8" => "float64",
            "f16" => "float128",
            "i1" => "int8",
            "i2" => "int16",
            "i4" => "int32",
            "i8" => "int64",
            "u1" => "uint8",
            "u2" => "uint16",
            "u4" => "uint32",
            "u8" => "uint64",
            "b1" => "truth values",
            "O" => "Python objects",
            _ => &self.descr,
        };
        let big = if order == ">" { "big-endian " } else { "" };
        let order = if self.fortran { " in Fortran order" } else { "" };
        format!("{big}{name} {:?}{order}", self.shape)
    }
}

/// Writes numbers as they lie in an array.
pub(super) fn write_numbers<F: Real>(out: &mut impl Write, numbers: &[F]) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(CHUNK_NUMBERS * F::BYTES);
    for chunk in numbers.chunks(CHUNK_NUMBERS) {
        bytes.clear();
        for number in chunk {
            if F::BYTES == 8 {
                bytes.extend(number.double().to_le_bytes());
            } else {
                bytes.extend((number.double() as f32).to_le_bytes());
            }
        }
        out.write_all(&bytes)?;
    }
    Ok(())
}

/// Writes integers as they lie in an array.
pub(super) fn write_integers(
    out: &mut impl Write,
    integers: impl IntoIterator<Item = i64>,
) -> io::Result<()> {
    integers
        .into_iter()
        .try_for_each(|integer| out.write_all(&integer.to_le_bytes()))
}

/// Reads so many elements that take so many bytes, in pieces of whole ones.
pub(super) fn read_elements<T>(
    source: &mut dyn Read,
    bytes: u64,
    count: u64,
    mut take: impl FnMut(&mut Vec<T>, &[u8]),
) -> io::Result<Vec<T>> {
    let mut elements = Vec::new();
    elements
        .try_reserve_exact(count as usize)
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut left = bytes;
    while left > 0 {
        let part = chunk
            .get_mut(..left.min(CHUNK_BYTES as u64) as usize)
            .unwrap_or_default();
        source.read_exact(part)?;
        take(&mut elements, part);
        left -= part.len() as u64;
    }
    Ok(elements)
}

fn after<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("'{key}':"))?;
    Some(rest.trim_start())
}

fn invalid(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(header: &str) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes
    }

    fn read(header: &str) -> io::Result<Header> {
        Header::read(&mut file(header).as_slice())
    }

    #[test]
    fn numpys_own_headers_are_read() {
        let header = read("{'descr': '<c8', 'fortran_order': False, 'shape': (32, 48, 4), }    \n").unwrap();
        assert_eq!(
            header,
            Header {
                descr: "<c8".to_owned(),
                shape: vec![32, 48, 4],
                fortran: false
            }
        );
        assert_eq!(header.words(), "complex64 [32, 48, 4]");
        assert_eq!(
            read("{'descr': '<i8', 'fortran_order': True, 'shape': (), }")
                .unwrap()
                .shape,
            Vec::<u64>::new()
        );
        assert_eq!(
            read("{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }")
                .unwrap()
                .shape,
            vec![3]
        );
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for bad in [
            "",
            "{}",
            "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,), }",
            "{'descr': '<f4', 'fortran_order': 0, 'shape': (3,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }",
            "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(Header::read(&mut b"\x93NUMPY\x02\x00\xff\xff\xff\xff".as_slice()).is_err());
        let many =
            read("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }").unwrap();
        assert_eq!(many.elements(), None);
    }

    #[test]
    fn a_header_is_what_numpy_writes() {
        let mut written = Vec::new();
        Header::of("<c8", &[32, 48, 4]).write(&mut written).unwrap();
        let text = format!(
            "{:<117}\n",
            "{'descr': '<c8', 'fortran_order': False, 'shape': (32, 48, 4), }"
        );
        assert_eq!(written, [b"\x93NUMPY\x01\x00\x76\x00", text.as_bytes()].concat());
    }

    proptest! {
        #[test]
        fn a_header_reads_what_it_writes(shape in prop::collection::vec(0_usize..1 << 40, 0..8), kind in 0_usize..5) {
            let descr = ["<c8", "<c16", "<f4", "<f8", "<i8"][kind];
            let header = Header::of(descr, &shape);
            let mut written = Vec::new();
            header.write(&mut written).unwrap();
            prop_assert_eq!(written.len() % 64, 0);
            prop_assert_eq!(Header::read(&mut written.as_slice()).unwrap(), header);
        }

        #[test]
        fn numbers_read_what_they_write(numbers: Vec<f32>, wide: bool) {
            let mut bytes = Vec::new();
            let doubles: Vec<f64> = numbers.iter().map(|&number| f64::from(number)).collect();
            if wide {
                write_numbers(&mut bytes, &doubles).unwrap();
            } else {
                write_numbers(&mut bytes, &numbers).unwrap();
            }
            prop_assert_eq!(bytes.len(), numbers.len() * if wide { 8 } else { 4 });
            let (mut short, mut long): (Vec<f32>, Vec<f64>) = (vec![], vec![]);
            let dtype = Dtype::of_numpy(if wide { "<f8" } else { "<f4" }).unwrap();
            prop_assert_eq!(dtype.take_floats(&mut short, &bytes), Ok(()));
            prop_assert_eq!(dtype.take_floats(&mut long, &bytes), Ok(()));
            prop_assert!(short.iter().map(|n| n.to_bits()).eq(numbers.iter().map(|n| n.to_bits())));
            prop_assert!(long.iter().map(|n| n.to_bits()).eq(doubles.iter().map(|n| n.to_bits())));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), honest: bool) {
            let mut start = if honest { b"\x93NUMPY\x01\x00".to_vec() } else { vec![] };
            start.extend(bytes);
            let _ = Header::read(&mut start.as_slice());
        }
    }
}
