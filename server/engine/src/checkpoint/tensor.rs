//! The numbers of a checkpoint, as bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use atheria_shared::limits::CHECKPOINT_TENSOR_BYTES;
use pytorch_reader::{DType, PytorchReader};

use super::CheckpointError;
use super::entries::Entries;

/// What a compiled model's names begin with.
const COMPILED_PREFIX: &str = "_orig_mod.";

/// The tensors of a state dict by name, without a compiled model's prefix.
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

/// The type of an element. Complex, quantised and sparse tensors are refused when a file is read.
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

impl From<DType> for Dtype {
    fn from(dtype: DType) -> Self {
        match dtype {
            DType::F64 => Self::F64,
            DType::F32 => Self::F32,
            DType::F16 => Self::F16,
            DType::BF16 => Self::Bf16,
            DType::I64 => Self::I64,
            DType::I32 => Self::I32,
            DType::I16 => Self::I16,
            DType::I8 => Self::I8,
            DType::U64 => Self::U64,
            DType::U32 => Self::U32,
            DType::U16 => Self::U16,
            DType::U8 => Self::U8,
            DType::Bool => Self::Bool,
        }
    }
}

/// Reads the numbers of every tensor that `entries` names; the sum of their sizes is compared with
/// [`CHECKPOINT_TENSOR_BYTES`] before the first one.
pub(super) fn read_all(path: &Path, entries: &Entries) -> Result<TensorMap, CheckpointError> {
    let reader = match entries.key {
        Some(key) => PytorchReader::with_top_level_key(path, key),
        None => PytorchReader::new(path),
    }
    .map_err(|source| CheckpointError::Parse {
        path: path.to_owned(),
        source,
    })?;
    check_names(path, entries, &reader)?;
    let bytes = reader
        .tensors()
        .values()
        .try_fold(0_u64, |sum, tensor| sum.checked_add(tensor.byte_len() as u64))
        .unwrap_or(u64::MAX);
    if bytes > CHECKPOINT_TENSOR_BYTES {
        return Err(CheckpointError::TooManyNumbers {
            path: path.to_owned(),
            bytes,
        });
    }
    let mut tensors = TensorMap::new();
    for (name, tensor) in reader.into_tensors() {
        let mut bytes = tensor.read().map_err(|source| CheckpointError::ReadTensor {
            path: path.to_owned(),
            tensor: name.clone(),
            source,
        })?;
        let dtype = Dtype::from(tensor.dtype());
        to_little_endian(&mut bytes, dtype);
        let raw = RawTensor {
            dtype,
            shape: tensor.shape().to_vec(),
            bytes,
        };
        let short = name.strip_prefix(COMPILED_PREFIX).unwrap_or(&name).to_owned();
        if tensors.insert(short.clone(), raw).is_some() {
            return Err(CheckpointError::Collision {
                path: path.to_owned(),
                name: short,
                prefix: COMPILED_PREFIX,
            });
        }
    }
    Ok(tensors)
}

/// The reader flattens nested dictionaries, where two names can become one: the names must be those that were seen.
fn check_names(path: &Path, entries: &Entries, reader: &PytorchReader) -> Result<(), CheckpointError> {
    let seen: BTreeSet<&str> = entries.names.iter().map(String::as_str).collect();
    let read: BTreeSet<&str> = reader.tensors().keys().map(String::as_str).collect();
    if seen == read {
        return Ok(());
    }
    Err(CheckpointError::Incomplete {
        path: path.to_owned(),
        names: seen
            .symmetric_difference(&read)
            .map(|&name| name.to_owned())
            .collect(),
    })
}

/// The reader answers in this machine's order.
fn to_little_endian(bytes: &mut [u8], dtype: Dtype) {
    if cfg!(target_endian = "big") {
        for element in bytes.chunks_exact_mut(dtype.bytes()) {
            element.reverse();
        }
    }
}
