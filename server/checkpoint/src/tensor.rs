//! The numbers of a checkpoint, as bytes.

use std::collections::BTreeMap;
use std::fmt;

/// The tensors of a law by name.
pub type TensorMap = BTreeMap<String, RawTensor>;

/// A tensor as it was saved.
#[derive(Clone, PartialEq, Eq)]
pub struct RawTensor {
    /// The type of its elements.
    pub dtype: Dtype,
    /// Its extents, outermost first; none: one number.
    pub shape: Vec<usize>,
    /// Its elements, little-endian, the last index fastest.
    pub bytes: Vec<u8>,
}

/// The type of an element that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is its own name")]
pub enum Dtype {
    F64,
    F32,
    F16,
    Bf16,
    I64,
    I32,
    I16,
    I8,
    U64,
    U32,
    U16,
    U8,
    Bool,
}

/// The elements of float32 that these are the bytes of, little-endian; an end that is too short for one is left out.
pub fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    let elements = bytes.as_chunks::<4>().0.iter();
    elements.map(|&bits| f32::from_le_bytes(bits))
}

impl RawTensor {
    /// How many numbers it has.
    pub fn elements(&self) -> usize {
        self.bytes.len() / self.dtype.bytes()
    }
}

impl fmt::Debug for RawTensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", self.dtype, self.shape)
    }
}

impl Dtype {
    /// Bytes of one element.
    pub fn bytes(self) -> usize {
        match self {
            Self::F64 | Self::I64 | Self::U64 => 8,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F16 | Self::Bf16 | Self::I16 | Self::U16 => 2,
            Self::I8 | Self::U8 | Self::Bool => 1,
        }
    }

    /// PyTorch's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::F64 => "float64",
            Self::F32 => "float32",
            Self::F16 => "float16",
            Self::Bf16 => "bfloat16",
            Self::I64 => "int64",
            Self::I32 => "int32",
            Self::I16 => "int16",
            Self::I8 => "int8",
            Self::U64 => "uint64",
            Self::U32 => "uint32",
            Self::U16 => "uint16",
            Self::U8 => "uint8",
            Self::Bool => "bool",
        }
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
