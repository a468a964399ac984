//! Where a tensor's numbers lie, before one of them is read: a view of a storage, by offset and strides.
//!
//! No I/O here: [`crate::source`] reads what a [`Layout`] says.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use atheria_shared::tensor::TensorKind;

use crate::name::shown;
use crate::{Dtype, Element};

/// Most axes, as in PyTorch.
pub(crate) const AXES: usize = 64;

/// A tensor as a file describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SavedTensor {
    /// The type of its numbers.
    pub(crate) element: Element,
    /// Its extents, outermost first.
    pub(crate) shape: Vec<usize>,
    /// Where its numbers are; none where they cannot be read.
    pub(crate) layout: Option<Layout>,
}

/// A view of a storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The storage.
    pub(crate) storage: Arc<Storage>,
    /// The first number.
    pub(crate) offset: u64,
    /// Numbers from one to the next, along each axis.
    pub(crate) strides: Vec<u64>,
    /// Whether the numbers are to be negated.
    pub(crate) negate: bool,
    /// In which order a number's bytes are.
    pub(crate) order: ByteOrder,
}

/// The order of a number's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    /// The lowest first.
    Little,
    /// The highest first.
    Big,
    /// As the file says of all of its storages.
    OfFile,
}

/// Numbers that tensors are views of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Storage {
    /// One that the file keeps by name.
    Named(NamedStorage),
    /// Bytes within the pickle.
    Inside(Bytes),
    /// Bytes of the file.
    Range {
        /// The first one.
        start: u64,
        /// How many.
        bytes: u64,
    },
}

/// A storage that a checkpoint keeps by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedStorage {
    /// Its name.
    pub(crate) key: String,
    /// The type of its numbers.
    pub(crate) element: Element,
    /// Bytes of one of them.
    pub(crate) element_bytes: u64,
    /// How many bytes there are.
    pub(crate) bytes: u64,
    /// Which bytes of the stored ones it is, where it is a part of them.
    pub(crate) part: Option<Range<u64>>,
    /// Whether there are none: its tensors have shapes alone.
    pub(crate) meta: bool,
}

/// Bytes that lie in a pickle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bytes {
    /// As they are.
    Raw(Range<usize>),
    /// Each as a character of that number, as protocols up to 2 write them.
    Latin1(Range<usize>),
    /// The same, where the text was written with escapes.
    Escaped(Arc<str>),
}

impl Bytes {
    /// The bytes; none if what stands for them is no text of such characters.
    pub(crate) fn read<'a>(&self, data: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        match self {
            Self::Raw(span) => data.get(span.clone()).map(Cow::Borrowed),
            Self::Latin1(span) => of_latin1(std::str::from_utf8(data.get(span.clone())?).ok()?),
            Self::Escaped(text) => of_latin1(text),
        }
    }

    /// How many bytes stand for them.
    pub(crate) fn written(&self) -> usize {
        match self {
            Self::Raw(span) | Self::Latin1(span) => span.len(),
            Self::Escaped(text) => text.len(),
        }
    }
}

fn of_latin1(text: &str) -> Option<Cow<'static, [u8]>> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect::<Option<Vec<u8>>>()
        .map(Cow::Owned)
}

impl SavedTensor {
    /// One whose numbers cannot be read.
    pub(crate) fn unreadable(kind: TensorKind, shape: Vec<usize>) -> Self {
        Self {
            element: Element::Other(kind),
            shape,
            layout: None,
        }
    }

    /// Bytes of its numbers; none if they cannot be read, or would be more than can be counted.
    pub(crate) fn bytes(&self) -> Option<u64> {
        let Element::Number(dtype) = self.element else {
            return None;
        };
        self.numbers()?.checked_mul(dtype.bytes() as u64)
    }

    /// How many numbers.
    pub(crate) fn numbers(&self) -> Option<u64> {
        self.shape
            .iter()
            .try_fold(1_u64, |product, &side| product.checked_mul(side as u64))
    }
}

impl Layout {
    /// The numbers of the storage from the first to the last one that a view of this shape has; none if the view reaches
    /// further than can be counted. A view without numbers needs none.
    pub(crate) fn reach(&self, shape: &[usize]) -> Option<Range<u64>> {
        if shape.contains(&0) {
            return Some(self.offset..self.offset);
        }
        let mut last = self.offset;
        for (&side, &stride) in shape.iter().zip(&self.strides) {
            last = last.checked_add((side as u64 - 1).checked_mul(stride)?)?;
        }
        Some(self.offset..last.checked_add(1)?)
    }

    /// Whether the numbers lie one after the other, the last axis fastest.
    pub(crate) fn is_contiguous(&self, shape: &[usize]) -> bool {
        let mut step = Some(1_u64);
        for (&side, &stride) in shape.iter().zip(&self.strides).rev() {
            if side != 1 && step != Some(stride) {
                return false;
            }
            step = step.and_then(|step| step.checked_mul(side as u64));
        }
        true
    }
}

/// Strides of numbers that lie one after the other, the last axis fastest.
pub(crate) fn contiguous_strides(shape: &[usize]) -> Option<Vec<u64>> {
    let mut strides = Vec::with_capacity(shape.len());
    let mut step = 1_u64;
    for &side in shape.iter().rev() {
        strides.push(step);
        step = step.checked_mul(side as u64)?;
    }
    strides.reverse();
    Some(strides)
}

impl Dtype {
    /// By the name of a storage's class: `Float` of `FloatStorage`.
    pub(crate) fn of_storage(name: &str) -> Element {
        let other = |dtype: &str| Element::Other(TensorKind::Numbers { dtype: shown(dtype) });
        Element::Number(match name {
            "Double" => Self::F64,
            "Float" => Self::F32,
            "Half" => Self::F16,
            "BFloat16" => Self::Bf16,
            "Long" => Self::I64,
            "Int" => Self::I32,
            "Short" => Self::I16,
            "Char" => Self::I8,
            "Byte" | "Untyped" => Self::U8,
            "Bool" => Self::Bool,
            "ComplexFloat" => return other("complex64"),
            "ComplexDouble" => return other("complex128"),
            _ => return other(&name.to_lowercase()),
        })
    }

    /// By PyTorch's name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        const ALL: [Dtype; 13] = [
            Dtype::F64,
            Dtype::F32,
            Dtype::F16,
            Dtype::Bf16,
            Dtype::I64,
            Dtype::I32,
            Dtype::I16,
            Dtype::I8,
            Dtype::U64,
            Dtype::U32,
            Dtype::U16,
            Dtype::U8,
            Dtype::Bool,
        ];
        ALL.into_iter().find(|dtype| dtype.as_str() == name)
    }
}
