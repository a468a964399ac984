//! Reads the numbers of one tensor, once it is wanted.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use atheria_shared::limits::CHECKPOINT_TENSOR_BYTES;
use atheria_shared::tensor::TensorKind;

use crate::archive::{self, Archive};
use crate::layout::{ByteOrder, Layout, NamedStorage, SavedTensor, Storage};
use crate::places::Found;
use crate::{CheckpointError, Dtype, Element, RawTensor};

/// Where numbers are read from.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
    /// The storages that are kept by name.
    pub(crate) storages: Storages,
    /// The pickle, for numbers that lie within it.
    pub(crate) pickle: Arc<[u8]>,
    /// Whether the highest byte of a number comes first in them.
    pub(crate) big_endian: bool,
}

/// Storages that are kept by name.
#[derive(Debug)]
pub(crate) enum Storages {
    /// As entries of an archive.
    Archive(Archive),
    /// As bytes of the file.
    Spans(HashMap<String, Range<u64>>),
}

/// Why a tensor's numbers cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TensorError {
    /// There is none of this name.
    #[error("there is none of this name")]
    Missing,
    /// Its elements are of a type that is not read.
    #[error("it is {0}, which is not read")]
    Element(TensorKind),
    /// A meta tensor has no numbers.
    #[error("it is a meta tensor, which has a shape and no numbers")]
    Meta,
    /// Its storage is not in the file, or has another size than the tensor says.
    #[error("its storage {key:?} is missing or has another size than it should")]
    Storage {
        /// The storage.
        key: String,
    },
    /// It reaches beyond its storage.
    #[error("it needs {needed} bytes of a storage of {found}")]
    Beyond {
        /// Up to which one.
        needed: u64,
        /// How many there are.
        found: u64,
    },
    /// The numbers' bytes are in an order that cannot be told for this type.
    #[error(
        "the file is of a machine whose numbers have their bytes in another order, which is not read for this type"
    )]
    Order,
    /// There is no memory for them.
    #[error("there is no memory for {bytes} bytes")]
    Memory {
        /// How many they are.
        bytes: u64,
    },
    /// The system would not give the file's bytes.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// The archive would not.
    #[error("{0}")]
    Archive(#[from] archive::ArchiveError),
}

impl Source {
    /// A file without anything that is known of it.
    pub(crate) fn new(path: &Path, file: File) -> Self {
        Self {
            path: path.to_owned(),
            file,
            storages: Storages::Spans(HashMap::new()),
            pickle: Arc::default(),
            big_endian: false,
        }
    }

    /// Lets go of the pickle if no tensor lies within it.
    pub(crate) fn forget_unused_pickle(&mut self, found: &[Found]) {
        let inside = |tensor: &Arc<SavedTensor>| matches!(&tensor.layout, Some(layout) if matches!(*layout.storage, Storage::Inside(_)));
        if !found.iter().any(|found| found.saved.values().any(inside)) {
            self.pickle = Arc::default();
        }
    }

    /// The numbers of a tensor, contiguous, the lowest byte of each first.
    pub(crate) fn read(&self, tensor: &SavedTensor, name: &str) -> Result<RawTensor, CheckpointError> {
        let bytes = tensor.bytes().unwrap_or(0);
        if bytes > CHECKPOINT_TENSOR_BYTES {
            return Err(CheckpointError::TooManyNumbers {
                path: self.path.clone(),
                bytes,
            });
        }
        self.numbers(tensor)
            .map_err(|source| CheckpointError::ReadTensor {
                path: self.path.clone(),
                tensor: name.to_owned(),
                source,
            })
    }

    fn numbers(&self, tensor: &SavedTensor) -> Result<RawTensor, TensorError> {
        let (dtype, layout) = match (&tensor.element, &tensor.layout) {
            (Element::Number(dtype), Some(layout)) => (*dtype, layout),
            (Element::Other(TensorKind::Meta), _) => return Err(TensorError::Meta),
            (element, _) => return Err(TensorError::Element(element.kind())),
        };
        let held = self.held(layout, dtype, &tensor.shape)?;
        let mut bytes = if layout.is_contiguous(&tensor.shape) {
            held
        } else {
            gathered(&held, layout, dtype.bytes(), tensor)?
        };
        let swap = match layout.order {
            ByteOrder::Little => false,
            ByteOrder::Big => true,
            ByteOrder::OfFile => self.big_endian,
        };
        if swap {
            check_order(layout, dtype)?;
            for number in bytes.chunks_exact_mut(dtype.bytes()) {
                number.reverse();
            }
        }
        if layout.negate {
            negate(&mut bytes, dtype);
        }
        Ok(RawTensor {
            dtype,
            shape: tensor.shape.clone(),
            bytes,
        })
    }

    /// The bytes of the storage from the first to the last number of a view.
    fn held(&self, layout: &Layout, dtype: Dtype, shape: &[usize]) -> Result<Vec<u8>, TensorError> {
        let size = dtype.bytes() as u64;
        let too_far = |found| TensorError::Beyond {
            needed: u64::MAX,
            found,
        };
        let reach = layout.reach(shape).ok_or_else(|| too_far(0))?;
        let (Some(start), Some(end)) = (reach.start.checked_mul(size), reach.end.checked_mul(size)) else {
            return Err(too_far(0));
        };
        let within = |found: u64| {
            if end <= found {
                Ok(())
            } else {
                Err(TensorError::Beyond { needed: end, found })
            }
        };
        match &*layout.storage {
            Storage::Inside(bytes) => {
                let all = bytes.read(&self.pickle).unwrap_or(Cow::Borrowed(&[]));
                within(all.len() as u64)?;
                let part = all.get(start as usize..end as usize);
                Ok(part.unwrap_or_default().to_vec())
            }
            Storage::Range { start: at, bytes } => {
                within(*bytes)?;
                self.span(at.saturating_add(start)..at.saturating_add(end))
            }
            Storage::Named(named) => {
                let part = named.part.clone().unwrap_or(0..named.bytes);
                within(part.end.saturating_sub(part.start))?;
                let wanted = part.start.saturating_add(start)..part.start.saturating_add(end);
                if wanted.end > named.bytes {
                    return Err(TensorError::Beyond {
                        needed: wanted.end,
                        found: named.bytes,
                    });
                }
                self.named(named, wanted)
            }
        }
    }

    fn named(&self, named: &NamedStorage, wanted: Range<u64>) -> Result<Vec<u8>, TensorError> {
        let wrong = || TensorError::Storage {
            key: named.key.clone(),
        };
        let span = match &self.storages {
            Storages::Spans(spans) => spans.get(&named.key).ok_or_else(wrong)?.clone(),
            Storages::Archive(archive) => {
                let entry = archive
                    .entry(&format!("data/{}", named.key))
                    .map_err(|_| wrong())?;
                if entry.bytes != named.bytes {
                    return Err(wrong());
                }
                if !entry.stored {
                    let whole = archive::whole(&self.file, entry)?;
                    let part = whole.get(wanted.start as usize..wanted.end as usize);
                    return Ok(part.ok_or_else(wrong)?.to_vec());
                }
                entry.span.clone()
            }
        };
        if span.end.saturating_sub(span.start) != named.bytes {
            return Err(wrong());
        }
        self.span(span.start.saturating_add(wanted.start)..span.start.saturating_add(wanted.end))
    }

    /// Bytes of the file, which are known to be there.
    fn span(&self, span: Range<u64>) -> Result<Vec<u8>, TensorError> {
        let length = span.end.saturating_sub(span.start);
        let mut bytes = reserved(length)?;
        let mut reader = &self.file;
        reader.seek(SeekFrom::Start(span.start))?;
        reader.take(length).read_to_end(&mut bytes)?;
        if bytes.len() as u64 == length {
            Ok(bytes)
        } else {
            Err(io::Error::from(io::ErrorKind::UnexpectedEof).into())
        }
    }
}

fn reserved(bytes: u64) -> Result<Vec<u8>, TensorError> {
    let mut reserved = Vec::new();
    usize::try_from(bytes)
        .ok()
        .and_then(|bytes| reserved.try_reserve_exact(bytes).ok())
        .ok_or(TensorError::Memory { bytes })?;
    Ok(reserved)
}

/// The numbers of a view in their order, the last axis fastest; `held` begins with its first number.
fn gathered(held: &[u8], layout: &Layout, size: usize, tensor: &SavedTensor) -> Result<Vec<u8>, TensorError> {
    let numbers = tensor.numbers().unwrap_or(0);
    let mut bytes = reserved(numbers.saturating_mul(size as u64))?;
    // An axis of one number has a stride that is never taken, and can be anything.
    let axes: Vec<(usize, u64)> = tensor
        .shape
        .iter()
        .copied()
        .zip(layout.strides.iter().copied())
        .collect();
    let axes: Vec<_> = axes.into_iter().filter(|&(side, _)| side > 1).rev().collect();
    let mut place = vec![0_usize; axes.len()];
    let mut at: u64 = 0;
    for _ in 0..numbers {
        let from = at as usize * size;
        bytes.extend_from_slice(held.get(from..from + size).unwrap_or_default());
        for (count, &(side, stride)) in place.iter_mut().zip(&axes) {
            *count += 1;
            at += stride;
            if *count < side {
                break;
            }
            // Back to the first one along this axis, and on along the next.
            at -= stride * side as u64;
            *count = 0;
        }
    }
    Ok(bytes)
}

/// PyTorch turns the bytes of numbers of the storage's type: those of a tensor of another type would come out mixed.
fn check_order(layout: &Layout, dtype: Dtype) -> Result<(), TensorError> {
    match &*layout.storage {
        Storage::Named(named) if named.element_bytes != dtype.bytes() as u64 => Err(TensorError::Order),
        _ => Ok(()),
    }
}

/// Negates numbers, the lowest byte of each first: floats by their sign, integers as two's complement.
fn negate(bytes: &mut [u8], dtype: Dtype) {
    let float = matches!(dtype, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::Bf16);
    for number in bytes.chunks_exact_mut(dtype.bytes()) {
        if float {
            if let Some(high) = number.last_mut() {
                *high ^= 0x80;
            }
            continue;
        }
        let mut carry = true;
        for byte in number {
            let (turned, over) = (!*byte).overflowing_add(u8::from(carry));
            *byte = turned;
            carry = over;
        }
    }
}
