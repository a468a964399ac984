//! The calls that make a numpy array or a number of numpy's.

use std::sync::Arc;

use atheria_shared::tensor::TensorKind;

use super::tensors::sizes;
use super::value::{ArrayType, Id, Pickle, Value};
use crate::layout::{ByteOrder, Layout, SavedTensor, Storage, contiguous_strides};
use crate::name::shown;
use crate::{Dtype, Element};

/// What a call stands for, if it is one of numpy's.
pub(super) fn call(pickle: &Pickle, name: &str, args: &[Id]) -> Option<Value> {
    match (name, args) {
        ("numpy._core.multiarray._reconstruct", [class, ..]) => match pickle.value(*class) {
            Value::Global(class) if &**class == "numpy.ndarray" => Some(Value::EmptyArray),
            _ => None,
        },
        ("numpy._core.numeric._frombuffer", [bytes, dtype, shape, order]) => {
            let fortran = match pickle.str(*order).as_deref() {
                Some("C") => false,
                Some("F") => true,
                _ => return None,
            };
            Some(array(pickle, *shape, *dtype, fortran, *bytes))
        }
        ("numpy.dtype", [code, ..]) => {
            array_type(&pickle.str(*code)?).map(|found| Value::ArrayType(Arc::new(found)))
        }
        ("numpy._core.multiarray.scalar", [dtype, bytes]) => {
            let (Value::ArrayType(dtype), Value::Bytes(bytes)) = (pickle.value(*dtype), pickle.value(*bytes))
            else {
                return None;
            };
            // A number has eight bytes at most, and each stands as two at most.
            if bytes.written() > 16 {
                return None;
            }
            scalar(dtype, &bytes.read(&pickle.data)?)
        }
        _ => None,
    }
}

/// An array with the state that it was given: its version, shape, type, whether the first axis is fastest, its bytes.
pub(super) fn filled(pickle: &Pickle, state: Id) -> Value {
    match pickle.items(state) {
        Some(&[_, shape, dtype, fortran, bytes]) => match pickle.value(fortran) {
            Value::Bool(fortran) => array(pickle, shape, dtype, *fortran, bytes),
            _ => other_array(Vec::new()),
        },
        _ => other_array(Vec::new()),
    }
}

/// A type with the state that it was given: its version, its bytes' order, and what it has if it is none of a number.
pub(super) fn of_order(pickle: &Pickle, found: &ArrayType, state: Id) -> ArrayType {
    let items = pickle.items(state).unwrap_or_default();
    let order = items.get(1).and_then(|&order| pickle.str(order));
    let nothing = |at: usize| {
        items
            .get(at)
            .is_some_and(|&item| matches!(pickle.value(item), Value::None))
    };
    let known = matches!(order.as_deref(), Some("<" | ">" | "|" | "="));
    ArrayType {
        code: found.code.clone(),
        big_endian: order.as_deref() == Some(">"),
        plain: found.plain && known && (2..5).all(nothing),
    }
}

/// `f4`, with or without its bytes' order before it.
fn array_type(code: &str) -> Option<ArrayType> {
    let short = code.trim_start_matches(['<', '>', '=', '|']);
    if short.is_empty() || !short.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    Some(ArrayType {
        code: short.to_owned(),
        big_endian: code.starts_with('>'),
        plain: true,
    })
}

impl ArrayType {
    fn dtype(&self) -> Option<Dtype> {
        if !self.plain {
            return None;
        }
        Some(match &*self.code {
            "f8" => Dtype::F64,
            "f4" => Dtype::F32,
            "f2" => Dtype::F16,
            "i8" => Dtype::I64,
            "i4" => Dtype::I32,
            "i2" => Dtype::I16,
            "i1" => Dtype::I8,
            "u8" => Dtype::U64,
            "u4" => Dtype::U32,
            "u2" => Dtype::U16,
            "u1" => Dtype::U8,
            "b1" => Dtype::Bool,
            _ => return None,
        })
    }
}

fn other_array(shape: Vec<usize>) -> Value {
    Value::Tensor(Arc::new(SavedTensor::unreadable(
        TensorKind::Array { code: None },
        shape,
    )))
}

fn array(pickle: &Pickle, shape: Id, dtype: Id, fortran: bool, bytes: Id) -> Value {
    let Some(shape) = sizes(pickle, shape) else {
        return other_array(Vec::new());
    };
    let Value::ArrayType(dtype) = pickle.value(dtype) else {
        return other_array(shape);
    };
    let Some(number) = dtype.dtype() else {
        return Value::Tensor(Arc::new(SavedTensor::unreadable(
            TensorKind::Array {
                code: Some(shown(&dtype.code)),
            },
            shape,
        )));
    };
    let Value::Bytes(bytes) = pickle.value(bytes) else {
        return other_array(shape);
    };
    let strides = if fortran {
        let turned: Vec<usize> = shape.iter().rev().copied().collect();
        contiguous_strides(&turned).map(|mut strides| {
            strides.reverse();
            strides
        })
    } else {
        contiguous_strides(&shape)
    };
    let Some(strides) = strides else {
        return other_array(shape);
    };
    let tensor = SavedTensor {
        element: Element::Number(number),
        shape,
        layout: Some(Layout {
            storage: Arc::new(Storage::Inside(bytes.clone())),
            offset: 0,
            strides,
            negate: false,
            order: if dtype.big_endian {
                ByteOrder::Big
            } else {
                ByteOrder::Little
            },
        }),
    };
    if tensor.bytes().is_none() {
        return other_array(tensor.shape);
    }
    Value::Tensor(Arc::new(tensor))
}

/// A number of numpy's.
fn scalar(dtype: &ArrayType, bytes: &[u8]) -> Option<Value> {
    let number = dtype.dtype()?;
    let mut bytes = bytes.to_vec();
    if bytes.len() != number.bytes() {
        return None;
    }
    if dtype.big_endian {
        bytes.reverse();
    }
    number_of(number, &bytes)
}

/// A number by its bytes, the lowest first.
pub(crate) fn number_of(dtype: Dtype, bytes: &[u8]) -> Option<Value> {
    let mut all = [0; 8];
    for (to, &byte) in all.iter_mut().zip(bytes) {
        *to = byte;
    }
    let bits = u64::from_le_bytes(all);
    let shift = 64_u32.checked_sub(u32::try_from(8 * dtype.bytes()).ok()?)?;
    Some(match dtype {
        Dtype::F64 => Value::Float(f64::from_bits(bits)),
        Dtype::F32 => Value::Float(f64::from(f32::from_bits(bits as u32))),
        Dtype::Bf16 => Value::Float(f64::from(f32::from_bits((bits as u32) << 16))),
        Dtype::F16 => Value::Float(half(bits as u16)),
        Dtype::Bool => Value::Bool(bits != 0),
        Dtype::I64 | Dtype::I32 | Dtype::I16 | Dtype::I8 => Value::Int(((bits << shift) as i64) >> shift),
        Dtype::U64 | Dtype::U32 | Dtype::U16 | Dtype::U8 => match i64::try_from(bits) {
            Ok(number) => Value::Int(number),
            Err(_) => Value::BigInt(bits as f64),
        },
    })
}

/// IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}
