//! The pickle of one tensor, walked: protocol 2 as `torch.save` writes it. Nothing is looked up, imported or called; a
//! word that one tensor does not need ends the walk with what it stands for.

use std::collections::HashMap;
use std::fmt;

/// What makes a tensor of a storage; the only call that is understood, besides an empty `OrderedDict` of hooks.
const REBUILD: &str = "torch._utils._rebuild_tensor_v2";
const HOOKS: &str = "collections.OrderedDict";
/// Most values that wait on the stack.
const DEPTH: usize = 64;

/// What a pickle says of its tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    /// Extents, outermost first.
    pub(super) shape: Vec<u64>,
    /// Numbers from one to the next, along each.
    strides: Vec<u64>,
    /// Where its first number is.
    offset: u64,
    /// Which storage: the name of its entry under `data/`.
    pub(super) storage: String,
    /// The storage's class.
    class: String,
    /// Numbers in the storage.
    pub(super) count: u64,
}

impl Described {
    /// Reads a pickle; an error is what it holds instead, in words.
    pub(super) fn read(pickle: &[u8]) -> Result<Self, String> {
        let mut walk = Walk {
            rest: pickle,
            stack: Vec::new(),
            memo: HashMap::new(),
        };
        match walk.run()? {
            Value::Tensor(tensor) => Ok(tensor),
            other => Err(other.words()),
        }
    }

    /// Whether it is of complex64 numbers, and all of its storage in order.
    pub(super) fn is_plain(&self) -> bool {
        self.class == "ComplexFloatStorage" && self.offset == 0 && self.is_contiguous()
    }

    fn numbers(&self) -> Option<u64> {
        self.shape
            .iter()
            .try_fold(1_u64, |product, &side| product.checked_mul(side))
    }

    fn is_contiguous(&self) -> bool {
        let mut step = Some(1_u64);
        self.shape.len() == self.strides.len()
            && self
                .shape
                .iter()
                .zip(&self.strides)
                .rev()
                .all(|(&side, &stride)| {
                    let fits = side == 1 || step == Some(stride);
                    step = step.and_then(|step| step.checked_mul(side));
                    fits
                })
    }
}

impl fmt::Display for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a tensor {:?} in {}", self.shape, self.class)?;
        if !self.is_contiguous() {
            f.write_str(", which is not contiguous")
        } else if self.numbers() != Some(self.count) || self.offset != 0 {
            write!(f, ", which is a part of {} numbers", self.count)
        } else {
            Ok(())
        }
    }
}

/// A value on the stack.
#[derive(Debug, Clone)]
enum Value {
    Mark,
    Integer(i64),
    Flag,
    Text(String),
    Global(String),
    Tuple(Vec<Value>),
    Storage { key: String, class: String, count: u64 },
    Hooks,
    Tensor(Described),
}

impl Value {
    fn words(&self) -> String {
        match self {
            Self::Mark => "nothing".to_owned(),
            Self::Integer(value) => format!("the number {value}"),
            Self::Flag => "a truth value".to_owned(),
            Self::Text(_) => "a text".to_owned(),
            Self::Global(name) => name.clone(),
            Self::Tuple(_) => "a tuple".to_owned(),
            Self::Storage { .. } => "a storage without a tensor".to_owned(),
            Self::Hooks => "a dictionary".to_owned(),
            Self::Tensor(_) => "a tensor".to_owned(),
        }
    }
}

struct Walk<'a> {
    rest: &'a [u8],
    stack: Vec<Value>,
    /// Only texts and names are kept: nothing that could multiply.
    memo: HashMap<u32, Value>,
}

impl Walk<'_> {
    fn run(&mut self) -> Result<Value, String> {
        loop {
            if self.stack.len() > DEPTH {
                return Err("more than one tensor".to_owned());
            }
            let [op] = self.take()?;
            let value = match op {
                0x80 => match self.take()? {
                    [2] => continue,
                    [other] => return Err(format!("a pickle of protocol {other}")),
                },
                b'c' => {
                    let (module, name) = (self.line()?, self.line()?);
                    Value::Global(format!("{module}.{name}"))
                }
                b'q' => {
                    let [at] = self.take()?;
                    self.keep(u32::from(at));
                    continue;
                }
                b'r' => {
                    let at = u32::from_le_bytes(self.take()?);
                    self.keep(at);
                    continue;
                }
                b'h' => {
                    let [at] = self.take()?;
                    self.recall(u32::from(at))?
                }
                b'j' => {
                    let at = u32::from_le_bytes(self.take()?);
                    self.recall(at)?
                }
                b'(' => Value::Mark,
                b'X' => {
                    let length = u32::from_le_bytes(self.take()?);
                    let text = self.bytes(length as usize)?;
                    Value::Text(String::from_utf8_lossy(text).into_owned())
                }
                b'K' => Value::Integer(i64::from(u8::from_le_bytes(self.take()?))),
                b'M' => Value::Integer(i64::from(u16::from_le_bytes(self.take()?))),
                b'J' => Value::Integer(i64::from(i32::from_le_bytes(self.take()?))),
                0x8a => self.long()?,
                0x88 | 0x89 => Value::Flag,
                b')' => Value::Tuple(Vec::new()),
                0x85..=0x87 => {
                    let from = self.stack.len().checked_sub(usize::from(op - 0x84));
                    Value::Tuple(self.stack.split_off(from.ok_or_else(damaged)?))
                }
                b't' => {
                    let mark = self.stack.iter().rposition(|value| matches!(value, Value::Mark));
                    let items = self.stack.split_off(mark.ok_or_else(damaged)?);
                    Value::Tuple(items.into_iter().skip(1).collect())
                }
                b'Q' => storage(self.pop()?)?,
                b'R' => {
                    let arguments = self.pop()?;
                    call(&self.pop()?, arguments)?
                }
                b'.' => {
                    let value = self.pop()?;
                    return if self.stack.is_empty() {
                        Ok(value)
                    } else {
                        Err(damaged())
                    };
                }
                other => return Err(unknown(other)),
            };
            self.stack.push(value);
        }
    }

    fn bytes(&mut self, count: usize) -> Result<&[u8], String> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(damaged)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn line(&mut self) -> Result<String, String> {
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let line = self.bytes(end.ok_or_else(damaged)?)?;
        let line = String::from_utf8_lossy(line).into_owned();
        self.take::<1>()?;
        Ok(line)
    }

    /// An integer of up to 8 bytes, the lowest first, in two's complement.
    fn long(&mut self) -> Result<Value, String> {
        let [length] = self.take()?;
        let bytes = self.bytes(usize::from(length))?;
        let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
        let mut value = if negative { [0xff; 8] } else { [0; 8] };
        value
            .get_mut(..bytes.len())
            .ok_or_else(damaged)?
            .copy_from_slice(bytes);
        Ok(Value::Integer(i64::from_le_bytes(value)))
    }

    fn pop(&mut self) -> Result<Value, String> {
        self.stack.pop().ok_or_else(damaged)
    }

    fn keep(&mut self, at: u32) {
        if let Some(value @ (Value::Text(_) | Value::Global(_))) = self.stack.last() {
            self.memo.insert(at, value.clone());
        }
    }

    fn recall(&self, at: u32) -> Result<Value, String> {
        self.memo
            .get(&at)
            .cloned()
            .ok_or_else(|| "something that is there twice".to_owned())
    }
}

fn damaged() -> String {
    "a damaged pickle".to_owned()
}

fn unknown(op: u8) -> String {
    match op {
        b'}' | b'd' => "a dictionary".to_owned(),
        b']' | b'l' => "a list".to_owned(),
        b'N' => "nothing".to_owned(),
        b'G' => "a number".to_owned(),
        other => format!("something beside a tensor (pickle word {other:#04x})"),
    }
}

/// `('storage', class, key, device, count)`
fn storage(reference: Value) -> Result<Value, String> {
    let Value::Tuple(parts) = reference else {
        return Err(damaged());
    };
    match parts.as_slice() {
        [
            Value::Text(kind),
            Value::Global(class),
            Value::Text(key),
            Value::Text(_),
            Value::Integer(count),
        ] if kind == "storage" && key.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Value::Storage {
            key: key.clone(),
            class: class.strip_prefix("torch.").unwrap_or(class).to_owned(),
            count: u64::try_from(*count).map_err(|_| damaged())?,
        }),
        _ => Err(damaged()),
    }
}

/// `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)`
fn call(function: &Value, arguments: Value) -> Result<Value, String> {
    let Value::Global(name) = function else {
        return Err(damaged());
    };
    match (name.as_str(), arguments) {
        (HOOKS, Value::Tuple(arguments)) if arguments.is_empty() => Ok(Value::Hooks),
        (REBUILD, Value::Tuple(arguments)) => match arguments.as_slice() {
            [
                Value::Storage { key, class, count },
                Value::Integer(offset),
                Value::Tuple(shape),
                Value::Tuple(strides),
                Value::Flag,
                Value::Hooks,
            ] => Ok(Value::Tensor(Described {
                shape: sides(shape)?,
                strides: sides(strides)?,
                offset: u64::try_from(*offset).map_err(|_| damaged())?,
                storage: key.clone(),
                class: class.clone(),
                count: *count,
            })),
            _ => Err("a tensor with more to it than its numbers".to_owned()),
        },
        _ => Err(format!("something made by {name}")),
    }
}

fn sides(values: &[Value]) -> Result<Vec<u64>, String> {
    values
        .iter()
        .map(|value| match value {
            Value::Integer(side) => u64::try_from(*side).map_err(|_| damaged()),
            _ => Err(damaged()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Described::read(&bytes);
            let _ = Described::read(&[b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n".as_slice(), &bytes].concat());
        }

        #[test]
        fn words_of_a_tensor_in_any_order_do_not_panic(
            words in prop::collection::vec(prop::sample::select(vec![
                b"(".as_slice(), b"t", b"R", b"Q", b")", b"K\x02", b"q\x01", b"h\x01", b"\x89", b"\x85", b"\x87",
                b"X\x01\x00\x00\x000", b"X\x07\x00\x00\x00storage", b"ctorch\nComplexFloatStorage\n", b"\x8a\x01\xff",
                b"ctorch._utils\n_rebuild_tensor_v2\n", b"ccollections\nOrderedDict\n", b".",
            ]), 0..40),
        ) {
            let _ = Described::read(&words.concat());
        }
    }

    #[test]
    fn a_tuple_cannot_multiply() {
        let twice = b"h\x00h\x00\x86q\x00".repeat(900);
        let found = Described::read(&[b"\x80\x02K\x01q\x00".as_slice(), &twice].concat());
        assert_eq!(found.unwrap_err(), "something that is there twice");
    }
}
