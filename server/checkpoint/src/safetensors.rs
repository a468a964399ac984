//! A safetensors file: eight bytes that give the header's length, the header as a JSON object, then the numbers.
//!
//! The header names each tensor with its type, its shape and its bytes. They have to cover what follows the header, without a gap and without
//! one byte twice, as the format demands: nothing can hide between them. It has no checksums.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

use atheria_shared::limits::{CHECKPOINT_VALUES, SAFETENSORS_HEADER_BYTES};
use atheria_shared::tensor::TensorKind;
use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor};

use crate::layout::{AXES, ByteOrder, Layout, SavedTensor, Storage, contiguous_strides};
use crate::name::shown;
use crate::{Dtype, Element};

/// What a header may have beside tensors: texts by name.
const METADATA: &str = "__metadata__";

/// Why a safetensors file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SafetensorsError {
    /// The system would not give its bytes.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// Its header is longer than is read, or than the file.
    #[error(
        "its header is said to have {bytes} bytes, and the file has {file_bytes}: it was cut off or is damaged"
    )]
    HeaderLength {
        /// The header's length.
        bytes: u64,
        /// The file's length.
        file_bytes: u64,
    },
    /// Its header is no JSON, or not of the form that it should be.
    #[error("its header cannot be read: {0}")]
    Header(#[from] serde_json::Error),
    /// A tensor's bytes are not as many as its shape and type need.
    #[error("its tensor {name:?} has other bytes than its shape needs")]
    Size {
        /// The tensor.
        name: String,
    },
    /// A tensor's bytes are those of another one, lie beyond the file's end, or leave a gap.
    #[error(
        "its tensor {name:?} overlaps another one, leaves a gap, or ends beyond the file: it was cut off or is damaged"
    )]
    Place {
        /// The tensor.
        name: String,
    },
    /// Bytes after the last tensor.
    #[error("it has {bytes} bytes that belong to no tensor")]
    Rest {
        /// How many.
        bytes: u64,
    },
}

impl SafetensorsError {
    /// The tensor that it is about.
    pub(crate) fn tensor(&self) -> Option<&str> {
        match self {
            Self::Size { name } | Self::Place { name } => Some(name),
            Self::Read(_) | Self::HeaderLength { .. } | Self::Header(_) | Self::Rest { .. } => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

/// The header: a name that comes twice is an error, where a map would keep the last one.
struct Header(BTreeMap<String, Described>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        impl<'de> Visitor<'de> for Names {
            type Value = Header;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("tensors by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut tensors = BTreeMap::new();
                let mut metadata = false;
                while let Some(name) = map.next_key::<String>()? {
                    let twice = if name == METADATA {
                        map.next_value::<BTreeMap<String, String>>()?;
                        std::mem::replace(&mut metadata, true)
                    } else {
                        let described = map.next_value()?;
                        tensors.insert(name.clone(), described).is_some()
                    };
                    if twice {
                        return Err(de::Error::custom(format!("it has {name:?} twice")));
                    }
                    if tensors.len() > CHECKPOINT_VALUES {
                        return Err(de::Error::custom("it has too many tensors"));
                    }
                }
                Ok(Header(tensors))
            }
        }

        deserializer.deserialize_map(Names)
    }
}

/// The tensors of a file.
pub(crate) fn open(
    file: &File,
    file_bytes: u64,
) -> Result<BTreeMap<String, Arc<SavedTensor>>, SafetensorsError> {
    let mut reader = file;
    reader.seek(SeekFrom::Start(0))?;
    let mut length = [0; 8];
    reader.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    let rest = file_bytes.saturating_sub(8);
    if length > SAFETENSORS_HEADER_BYTES.min(rest) {
        return Err(SafetensorsError::HeaderLength {
            bytes: length,
            file_bytes,
        });
    }
    let mut header = Vec::new();
    reader.take(length).read_to_end(&mut header)?;
    let Header(described) = serde_json::from_slice(&header)?;
    check_places(&described, rest - length)?;
    let start = 8 + length;
    described
        .into_iter()
        .map(|(name, described)| Ok((name.clone(), Arc::new(described.tensor(&name, start)?))))
        .collect()
}

/// That the tensors' bytes are all that there is, each once.
fn check_places(described: &BTreeMap<String, Described>, bytes: u64) -> Result<(), SafetensorsError> {
    let mut places: Vec<_> = described
        .iter()
        .map(|(name, described)| (described.data_offsets, name))
        .collect();
    places.sort_unstable();
    let mut at = 0;
    for ([start, end], name) in places {
        if start != at || end < start || end > bytes {
            return Err(SafetensorsError::Place { name: name.clone() });
        }
        at = end;
    }
    if at < bytes {
        return Err(SafetensorsError::Rest { bytes: bytes - at });
    }
    Ok(())
}

impl Described {
    fn tensor(self, name: &str, file_start: u64) -> Result<SavedTensor, SafetensorsError> {
        let wrong = || SafetensorsError::Size {
            name: name.to_owned(),
        };
        let [start, end] = self.data_offsets;
        let shape = self
            .shape
            .iter()
            .map(|&side| usize::try_from(side).ok())
            .collect::<Option<Vec<_>>>()
            .filter(|shape| shape.len() <= AXES)
            .ok_or_else(wrong)?;
        let Some(dtype) = element(&self.dtype) else {
            return Ok(SavedTensor::unreadable(
                TensorKind::Numbers {
                    dtype: shown(&self.dtype.to_lowercase()),
                },
                shape,
            ));
        };
        let tensor = SavedTensor {
            element: Element::Number(dtype),
            layout: Some(Layout {
                storage: Arc::new(Storage::Range {
                    start: file_start + start,
                    bytes: end - start,
                }),
                offset: 0,
                strides: contiguous_strides(&shape).ok_or_else(wrong)?,
                negate: false,
                order: ByteOrder::Little,
            }),
            shape,
        };
        if tensor.bytes() == Some(end - start) {
            Ok(tensor)
        } else {
            Err(wrong())
        }
    }
}

fn element(name: &str) -> Option<Dtype> {
    Some(match name {
        "F64" => Dtype::F64,
        "F32" => Dtype::F32,
        "F16" => Dtype::F16,
        "BF16" => Dtype::Bf16,
        "I64" => Dtype::I64,
        "I32" => Dtype::I32,
        "I16" => Dtype::I16,
        "I8" => Dtype::I8,
        "U64" => Dtype::U64,
        "U32" => Dtype::U32,
        "U16" => Dtype::U16,
        "U8" => Dtype::U8,
        "BOOL" => Dtype::Bool,
        _ => return None,
    })
}
