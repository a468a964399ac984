//! The header of an `.npy` array, as numpy writes it: one line of Python literal, read without a parser for Python, so
//! that no file can nest, multiply or allocate beyond what is checked here.

use std::io::{self, Read};

/// The longest header that is read. numpy's own have 118 bytes.
const HEADER_BYTES: usize = 4096;
/// The most dimensions.
const DIMENSIONS: usize = 8;

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
        let name = match self.descr.as_str() {
            "<c8" => "complex64",
            "<c16" => "complex128",
            "<f4" => "float32",
            "<f8" => "float64",
            "<i8" => "int64",
            "|O" => "Python objects",
            other => other,
        };
        let order = if self.fortran { " in Fortran order" } else { "" };
        format!("{name} {:?}{order}", self.shape)
    }
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

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), honest: bool) {
            let mut start = if honest { b"\x93NUMPY\x01\x00".to_vec() } else { vec![] };
            start.extend(bytes);
            let _ = Header::read(&mut start.as_slice());
        }
    }
}
