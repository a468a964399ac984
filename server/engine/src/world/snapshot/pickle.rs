//! The pickle of a tensor, or of a dictionary with one: walked as `torch.save` writes it. Nothing is looked up, imported or
//! called: what is not a tensor is a word for what it stands for. No value is nested deeper than a tensor's own
//! description, and none is there twice, so that nothing multiplies.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use super::super::dtype::{Class, Dtype};
use super::super::mend;

/// What makes a tensor of a storage, and what makes a parameter of a tensor.
const REBUILD: &str = "torch._utils._rebuild_tensor_v2";
const PARAMETER: &str = "torch._utils._rebuild_parameter";
const ORDERED: &str = "collections.OrderedDict";
/// Most values that wait on the stack: a dictionary's come by the thousand, with their keys.
const DEPTH: usize = 4096;
/// The longest name of a storage and of its class: they are copied with each tensor.
const NAME_BYTES: usize = 64;
/// Most dimensions of a tensor.
const DIMENSIONS: usize = 8;

/// What a pickle holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// A tensor.
    Tensor(Described),
    /// A dictionary: what it has under names.
    Dictionary(Vec<(String, Entry)>),
    /// Something else, in words.
    Other(String),
}

/// What a dictionary has under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A tensor.
    Tensor(Described),
    /// Something else, in words.
    Other(String),
}

/// What a pickle says of a tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    /// Extents, outermost first.
    pub(super) shape: Vec<u64>,
    /// Numbers from one to the next, along each.
    pub(super) strides: Vec<u64>,
    /// Where its first number is.
    pub(super) offset: u64,
    /// Which storage: the name of its entry under `data/`.
    pub(super) storage: String,
    /// The storage's class.
    class: String,
    /// Numbers in the storage.
    pub(super) count: u64,
    /// Whether its numbers are the conjugates of those that are stored.
    pub(super) conjugated: bool,
    /// Whether they are the negatives.
    pub(super) negated: bool,
}

impl Content {
    /// Reads a pickle; an error is what it holds that cannot be walked, in words.
    pub(super) fn read(pickle: &[u8]) -> Result<Self, String> {
        let mut walk = Walk {
            rest: pickle,
            stack: Vec::new(),
            memo: HashMap::new(),
        };
        Ok(match walk.run()? {
            Value::Tensor(tensor) => Self::Tensor(*tensor),
            Value::Dictionary(entries) => Self::Dictionary(
                entries
                    .into_iter()
                    .map(|(name, value)| {
                        let entry = match value {
                            Value::Tensor(tensor) => Entry::Tensor(*tensor),
                            other => Entry::Other(other.words()),
                        };
                        (name.to_string(), entry)
                    })
                    .collect(),
            ),
            other => Self::Other(other.words()),
        })
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tensor(tensor) => tensor.fmt(f),
            Self::Other(words) => f.write_str(words),
        }
    }
}

impl Described {
    /// How its numbers lie; none where they are not complex of a width that is read.
    pub(super) fn complex(&self, big_endian: bool) -> Option<Dtype> {
        let bytes = match self.class.as_str() {
            "ComplexFloatStorage" => 8,
            "ComplexDoubleStorage" => 16,
            _ => return None,
        };
        Some(Dtype {
            class: Class::Complex,
            bytes,
            big_endian,
        })
    }

    /// What it would have to be made into a state of.
    pub(super) fn content(&self) -> mend::Content {
        match self.complex(false) {
            Some(_) => mend::Content::Complex,
            None if self.class.starts_with("Complex") => mend::Content::OtherComplex,
            None => mend::Content::Real,
        }
    }

    /// Whether it is all of its storage, in order.
    pub(super) fn is_whole(&self) -> bool {
        self.offset == 0 && self.numbers() == Some(self.count) && self.is_contiguous()
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
        let name = match self.class.as_str() {
            "ComplexFloatStorage" => "complex64",
            "ComplexDoubleStorage" => "complex128",
            "FloatStorage" => "float32",
            "DoubleStorage" => "float64",
            "HalfStorage" => "float16",
            "BFloat16Storage" => "bfloat16",
            "LongStorage" => "int64",
            "IntStorage" => "int32",
            "ShortStorage" => "int16",
            "CharStorage" => "int8",
            "ByteStorage" => "uint8",
            "BoolStorage" => "truth values",
            other => other,
        };
        write!(f, "a tensor {name} {:?}", self.shape)
    }
}

/// A value on the stack.
#[derive(Debug, Clone)]
enum Value {
    Mark,
    Integer(i64),
    Flag(bool),
    Text(Rc<str>),
    Global(Rc<str>),
    /// Values, or tuples and dictionaries of them.
    Tuple(Vec<Value>),
    /// Values that are no tuples and no dictionaries, under names that are texts.
    Dictionary(Vec<(Rc<str>, Value)>),
    Storage {
        key: Rc<str>,
        class: Rc<str>,
        count: u64,
    },
    Tensor(Box<Described>),
    /// Anything else: what it is, in words.
    Other(Rc<str>),
}

impl Value {
    fn other(words: &str) -> Self {
        Self::Other(words.into())
    }

    fn words(&self) -> String {
        match self {
            Self::Mark => "nothing".to_owned(),
            Self::Integer(value) => format!("the number {value}"),
            Self::Flag(_) => "a truth value".to_owned(),
            Self::Text(_) => "a text".to_owned(),
            Self::Global(words) | Self::Other(words) => words.to_string(),
            Self::Tuple(_) => "a tuple".to_owned(),
            Self::Dictionary(_) => "a dictionary".to_owned(),
            Self::Storage { .. } => "a storage without a tensor".to_owned(),
            Self::Tensor(_) => "a tensor".to_owned(),
        }
    }

    /// Itself, or a word for what has others in it.
    fn flat(self) -> Self {
        match self {
            Self::Tuple(_) | Self::Dictionary(_) => Self::Other(self.words().into()),
            other => other,
        }
    }

    /// Itself, with nothing in it that has others in it.
    fn shallow(self) -> Self {
        match self {
            Self::Tuple(items) => Self::Tuple(items.into_iter().map(Self::flat).collect()),
            other => other,
        }
    }
}

struct Walk<'a> {
    rest: &'a [u8],
    stack: Vec<Value>,
    /// Of a value that has others in it only what it is.
    memo: HashMap<u32, Value>,
}

impl Walk<'_> {
    fn run(&mut self) -> Result<Value, String> {
        loop {
            if self.stack.len() > DEPTH {
                return Err("more than a tensor and what lies beside it".to_owned());
            }
            let [op] = self.take()?;
            if op == b'.' {
                let value = self.pop()?;
                return if self.stack.is_empty() {
                    Ok(value)
                } else {
                    Err(damaged())
                };
            }
            if !self.bookkeeping(op)? {
                let value = self.value(op)?;
                self.stack.push(value);
            }
        }
    }

    /// A word that makes no value; whether it is one.
    fn bookkeeping(&mut self, op: u8) -> Result<bool, String> {
        match op {
            0x80 => match self.take()? {
                [2..=5] => {}
                [other] => return Err(format!("a pickle of protocol {other}")),
            },
            // A frame's length says nothing that its words do not.
            0x95 => drop(self.take::<8>()?),
            b'q' => {
                let [at] = self.take()?;
                self.keep(u32::from(at));
            }
            b'r' => {
                let at = u32::from_le_bytes(self.take()?);
                self.keep(at);
            }
            0x94 => self.keep(self.memo.len() as u32),
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.put([key, value])?;
            }
            b'u' => {
                let items = self.since_mark()?;
                self.put(items)?;
            }
            // What is dropped; a list's item, an object's attributes, of which neither makes a tensor.
            b'0' | b'a' | b'b' => drop(self.pop()?),
            b'e' => drop(self.since_mark()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn value(&mut self, op: u8) -> Result<Value, String> {
        Ok(match op {
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                Value::Global(format!("{module}.{name}").into())
            }
            0x93 => match (self.pop()?, self.pop()?) {
                (Value::Text(name), Value::Text(module)) => Value::Global(format!("{module}.{name}").into()),
                _ => return Err(damaged()),
            },
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
                self.text(length as usize)?
            }
            0x8c => {
                let [length] = self.take()?;
                self.text(usize::from(length))?
            }
            b'K' => Value::Integer(i64::from(u8::from_le_bytes(self.take()?))),
            b'M' => Value::Integer(i64::from(u16::from_le_bytes(self.take()?))),
            b'J' => Value::Integer(i64::from(i32::from_le_bytes(self.take()?))),
            0x8a => self.long()?,
            0x88 => Value::Flag(true),
            0x89 => Value::Flag(false),
            b'N' => Value::other("nothing"),
            b'G' => {
                self.take::<8>()?;
                Value::other("a number")
            }
            b'}' => Value::Dictionary(Vec::new()),
            b']' => Value::other("a list"),
            b')' => Value::Tuple(Vec::new()),
            0x85..=0x87 => {
                let from = self.stack.len().checked_sub(usize::from(op - 0x84));
                tuple(self.stack.split_off(from.ok_or_else(damaged)?))
            }
            b't' => tuple(self.since_mark()?),
            b'Q' => storage(self.pop()?)?,
            b'R' => {
                let arguments = self.pop()?;
                call(&self.pop()?, arguments)?
            }
            0x81 => {
                self.pop()?;
                Value::Other(format!("something made by {}", self.pop()?.words()).into())
            }
            other => return Err(format!("something beside a tensor (pickle word {other:#04x})")),
        })
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

    fn text(&mut self, length: usize) -> Result<Value, String> {
        Ok(Value::Text(String::from_utf8_lossy(self.bytes(length)?).into()))
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
        // One beyond 64 bits is of no tensor.
        let Some(place) = value.get_mut(..bytes.len()) else {
            return Ok(Value::other("a number"));
        };
        place.copy_from_slice(bytes);
        Ok(Value::Integer(i64::from_le_bytes(value)))
    }

    fn pop(&mut self) -> Result<Value, String> {
        match self.stack.pop() {
            Some(Value::Mark) | None => Err(damaged()),
            Some(value) => Ok(value),
        }
    }

    fn since_mark(&mut self) -> Result<Vec<Value>, String> {
        let mark = self.stack.iter().rposition(|value| matches!(value, Value::Mark));
        let items = self.stack.split_off(mark.ok_or_else(damaged)?);
        Ok(items.into_iter().skip(1).collect())
    }

    /// Puts keys and values into the dictionary on top of the stack; what else is there stays what it is.
    fn put(&mut self, items: impl IntoIterator<Item = Value>) -> Result<(), String> {
        let mut items = items.into_iter();
        let top = self.stack.last_mut().ok_or_else(damaged)?;
        while let Some(key) = items.next() {
            let value = items.next().ok_or_else(damaged)?.flat();
            if let (Value::Dictionary(entries), Value::Text(key)) = (&mut *top, key) {
                entries.push((key, value));
            }
        }
        Ok(())
    }

    fn keep(&mut self, at: u32) {
        let kept = match self.stack.last() {
            Some(value @ (Value::Tuple(_) | Value::Dictionary(_))) => Value::Other(value.words().into()),
            Some(value) => value.clone(),
            None => return,
        };
        self.memo.insert(at, kept);
    }

    fn recall(&self, at: u32) -> Result<Value, String> {
        self.memo.get(&at).cloned().ok_or_else(damaged)
    }
}

fn damaged() -> String {
    "a damaged pickle".to_owned()
}

fn tuple(items: Vec<Value>) -> Value {
    Value::Tuple(items.into_iter().map(Value::shallow).collect())
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
        ] if &**kind == "storage"
            && key.bytes().all(|byte| byte.is_ascii_digit())
            && key.len().max(class.len()) <= NAME_BYTES =>
        {
            Ok(Value::Storage {
                key: key.clone(),
                class: class.strip_prefix("torch.").unwrap_or(class).into(),
                count: u64::try_from(*count).map_err(|_| damaged())?,
            })
        }
        _ => Err(damaged()),
    }
}

/// A call; of those that make a tensor, what they make.
fn call(function: &Value, arguments: Value) -> Result<Value, String> {
    let Value::Global(name) = function else {
        return Err(damaged());
    };
    let Value::Tuple(arguments) = arguments else {
        return Err(damaged());
    };
    match (&**name, arguments.as_slice()) {
        (ORDERED, []) => Ok(Value::Dictionary(Vec::new())),
        (PARAMETER, [tensor @ Value::Tensor(_), ..]) => Ok(tensor.clone()),
        (REBUILD, arguments) => tensor(arguments),
        _ => Ok(Value::Other(format!("something made by {name}").into())),
    }
}

/// `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks, metadata)`, the last of which may be left out.
fn tensor(arguments: &[Value]) -> Result<Value, String> {
    let more = || "a tensor with more to it than its numbers".to_owned();
    let (plain, metadata) = match arguments {
        [plain @ .., Value::Dictionary(metadata)] if plain.len() == 6 => (plain, metadata.as_slice()),
        plain => (plain, [].as_slice()),
    };
    let [
        Value::Storage { key, class, count },
        Value::Integer(offset),
        Value::Tuple(shape),
        Value::Tuple(strides),
        Value::Flag(_),
        Value::Dictionary(hooks),
    ] = plain
    else {
        return Err(more());
    };
    if !hooks.is_empty() || shape.len() > DIMENSIONS {
        return Err(more());
    }
    let (mut conjugated, mut negated) = (false, false);
    for (mark, value) in metadata {
        match (&**mark, value) {
            ("conj", Value::Flag(set)) => conjugated = *set,
            ("neg", Value::Flag(set)) => negated = *set,
            (mark, _) => return Err(format!("a tensor with a mark that is not known ({mark})")),
        }
    }
    Ok(Value::Tensor(Box::new(Described {
        shape: sides(shape)?,
        strides: sides(strides)?,
        offset: u64::try_from(*offset).map_err(|_| damaged())?,
        storage: key.to_string(),
        class: class.to_string(),
        count: *count,
        conjugated,
        negated,
    })))
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
            let _ = Content::read(&bytes);
            let _ = Content::read(&[b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n".as_slice(), &bytes].concat());
        }

        #[test]
        fn words_of_a_tensor_in_any_order_do_not_panic(
            words in prop::collection::vec(prop::sample::select(vec![
                b"(".as_slice(), b"t", b"R", b"Q", b")", b"K\x02", b"q\x01", b"h\x01", b"\x89", b"\x85", b"\x87",
                b"X\x01\x00\x00\x000", b"X\x07\x00\x00\x00storage", b"ctorch\nComplexFloatStorage\n", b"\x8a\x01\xff",
                b"ctorch._utils\n_rebuild_tensor_v2\n", b"ccollections\nOrderedDict\n", b".", b"}", b"s", b"u", b"]", b"a", b"e", b"b",
                b"X\x04\x00\x00\x00conj", b"\x88", b"0", b"N", b"\x81", b"\x94", b"\x93",
            ]), 0..40),
        ) {
            let _ = Content::read(&words.concat());
        }
    }

    #[test]
    fn nothing_multiplies_and_nothing_is_deep() {
        // Each tuple would have twice what the one before it has.
        let twice = b"h\x00h\x00\x86q\x00".repeat(900);
        let found = Content::read(&[b"\x80\x02)q\x00".as_slice(), &twice].concat());
        assert_eq!(found.unwrap_err(), "a damaged pickle");
        // A tuple in a tuple in a tuple ...
        let deep = [b"\x80\x02)".as_slice(), &b"\x85".repeat(60_000), b"."].concat();
        assert_eq!(Content::read(&deep), Ok(Content::Other("a tuple".to_owned())));
        let wide = [b"\x80\x02".as_slice(), &b"]".repeat(DEPTH + 1), b"."].concat();
        assert!(Content::read(&wide).is_err());
    }

    #[test]
    fn a_mark_that_is_not_known_is_refused() {
        let text = |text: &str| {
            [
                b"X".as_slice(),
                &(text.len() as u32).to_le_bytes(),
                text.as_bytes(),
            ]
            .concat()
        };
        let tensor = |mark: &str, value: &[u8]| {
            [
                b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((".to_vec(),
                text("storage"),
                b"ctorch\nComplexFloatStorage\n".to_vec(),
                [text("0"), text("cpu")].concat(),
                b"K\x02tQK\x00K\x02\x85K\x01\x85\x89ccollections\nOrderedDict\n)R}".to_vec(),
                text(mark),
                value.to_vec(),
                b"stR.".to_vec(),
            ]
            .concat()
        };
        let Ok(Content::Tensor(found)) = Content::read(&tensor("conj", b"\x88")) else {
            panic!("{:?}", Content::read(&tensor("conj", b"\x88")));
        };
        assert!(found.conjugated && !found.negated && found.is_whole());
        for (mark, value) in [
            ("conj", b"K\x01".as_slice()),
            ("quantized", b"\x88"),
            ("neg", b"N"),
        ] {
            let found = Content::read(&tensor(mark, value)).unwrap_err();
            assert!(
                found.contains(&format!("a mark that is not known ({mark})")),
                "{found}"
            );
        }
    }
}
