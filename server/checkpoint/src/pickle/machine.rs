//! The machine that a pickle is a program for: protocols 0 to 5, with every instruction that there is but those that
//! need something beside the pickle.

use std::collections::HashMap;
use std::sync::Arc;

use atheria_shared::limits::CHECKPOINT_VALUES;

use super::PickleError;
use super::calls::{self, Callee};
use super::cursor::Cursor;
use super::value::{Id, Object, Pickle, Text, Value};
use crate::layout::Bytes;

/// A pickle, and where it ends.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// It.
    pub(crate) pickle: Pickle,
    /// The first byte after it.
    pub(crate) end: usize,
}

/// Walks the pickle that begins at `start`. What comes after it is not looked at.
pub(crate) fn parse(data: Arc<[u8]>, start: usize) -> Result<Parsed, PickleError> {
    let bytes = Arc::clone(&data);
    let mut machine = Machine {
        cursor: Cursor::new(&bytes, start),
        pickle: Pickle {
            data,
            values: Vec::new(),
            root: Id(0),
        },
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
        spent: 0,
    };
    let root = machine.run()?;
    let end = machine.cursor.at();
    let mut pickle = machine.pickle;
    pickle.root = root;
    Ok(Parsed { pickle, end })
}

struct Machine<'a> {
    cursor: Cursor<'a>,
    pickle: Pickle,
    stack: Vec<Id>,
    /// How high the stack was where a mark was set.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
    /// How much was put anywhere.
    spent: usize,
}

type Done = Result<(), PickleError>;

impl Machine<'_> {
    fn run(&mut self) -> Result<Id, PickleError> {
        loop {
            let at = self.cursor.at();
            let instruction = self.cursor.byte()?;
            if instruction == b'.' {
                return self.pop();
            }
            self.step(instruction, at)?;
        }
    }

    fn step(&mut self, instruction: u8, at: usize) -> Done {
        match instruction {
            // The protocol's number, and how long a frame is: nothing that the bytes themselves do not say.
            0x80 => self.cursor.byte().map(drop),
            0x95 => self.cursor.take::<8>().map(drop),
            b'(' => {
                self.spend(1)?;
                self.marks.push(self.stack.len());
                Ok(())
            }
            b'0' => self.drop_one(),
            b'1' => self.pop_mark().map(drop),
            b'2' => {
                let top = self.top()?;
                self.push_id(top)
            }
            b'p' | b'q' | b'r' | 0x94 => self.remember(instruction),
            b'g' | b'h' | b'j' => self.recall(instruction),
            b'N' => self.push(Value::None),
            0x88 => self.push(Value::Bool(true)),
            0x89 => self.push(Value::Bool(false)),
            b'I' | b'J' | b'K' | b'L' | b'M' | b'F' | b'G' | 0x8a | 0x8b => {
                let number = self.number(instruction, at)?;
                self.push(number)
            }
            b'S' | b'V' | b'T' | b'U' | b'X' | 0x8c | 0x8d => {
                let text = self.text(instruction, at)?;
                self.push(Value::Str(text))
            }
            b'B' | b'C' | 0x8e | 0x96 => {
                let length = self.length(match instruction {
                    b'C' => 1,
                    b'B' => 4,
                    _ => 8,
                })?;
                let span = self.cursor.span(length)?;
                self.push(Value::Bytes(Bytes::Raw(span)))
            }
            b']' => self.push(Value::List(Vec::new())),
            b'}' => self.push(Value::Dict(Vec::new())),
            b')' => self.push(Value::Tuple(Box::default())),
            0x8f => self.push(Value::Set(Vec::new())),
            b'l' | b't' | b'd' | 0x91 => self.gather(instruction),
            0x85..=0x87 => self.short_tuple(usize::from(instruction - 0x84)),
            b'a' | b'e' | b's' | b'u' | 0x90 => self.add(instruction),
            b'c' | 0x93 | b'P' | b'Q' | 0x82..=0x84 => self.name(instruction),
            b'R' | b'i' | b'o' | 0x81 | 0x92 => self.call(instruction),
            b'b' => self.build(),
            byte => Err(PickleError::Instruction { byte, at }),
        }
    }

    // -- the stack ---------------------------------------------------------------------------------------------------

    fn damaged(&self, what: &'static str) -> PickleError {
        PickleError::Stack {
            at: self.cursor.at().saturating_sub(1),
            what,
        }
    }

    fn spend(&mut self, count: usize) -> Done {
        self.spent = self.spent.saturating_add(count);
        if self.spent > CHECKPOINT_VALUES {
            return Err(PickleError::TooMany);
        }
        Ok(())
    }

    fn push(&mut self, value: Value) -> Done {
        let id = Id(u32::try_from(self.pickle.values.len()).map_err(|_| PickleError::TooMany)?);
        self.push_id(id)?;
        self.pickle.values.push(value);
        Ok(())
    }

    fn push_id(&mut self, id: Id) -> Done {
        self.spend(1)?;
        self.stack.push(id);
        Ok(())
    }

    fn top(&self) -> Result<Id, PickleError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        match self.stack.last() {
            Some(&id) if self.stack.len() > floor => Ok(id),
            _ => Err(self.damaged("the stack is empty")),
        }
    }

    fn pop(&mut self) -> Result<Id, PickleError> {
        let id = self.top()?;
        self.stack.pop();
        Ok(id)
    }

    /// A value, or a mark that lies on top.
    fn drop_one(&mut self) -> Done {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop().map(drop)
    }

    fn pop_mark(&mut self) -> Result<Vec<Id>, PickleError> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| self.damaged("a mark is missing"))?;
        if mark > self.stack.len() {
            return Err(self.damaged("a mark is missing"));
        }
        Ok(self.stack.split_off(mark))
    }

    fn pop_pairs(&mut self) -> Result<Vec<(Id, Id)>, PickleError> {
        let items = self.pop_mark()?;
        let (pairs, rest) = items.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(self.damaged("a key has no value"));
        }
        Ok(pairs.iter().map(|&[key, value]| (key, value)).collect())
    }

    // -- literals ----------------------------------------------------------------------------------------------------

    fn length(&mut self, bytes: usize) -> Result<u64, PickleError> {
        Ok(match bytes {
            1 => u64::from(self.cursor.byte()?),
            4 => u64::from(u32::from_le_bytes(self.cursor.take()?)),
            _ => u64::from_le_bytes(self.cursor.take()?),
        })
    }

    fn number(&mut self, instruction: u8, at: usize) -> Result<Value, PickleError> {
        let wrong = |what| PickleError::Literal { what, at };
        Ok(match instruction {
            b'J' => Value::Int(i64::from(i32::from_le_bytes(self.cursor.take()?))),
            b'K' => Value::Int(i64::from(self.cursor.byte()?)),
            b'M' => Value::Int(i64::from(u16::from_le_bytes(self.cursor.take()?))),
            b'G' => Value::Float(f64::from_be_bytes(self.cursor.take()?)),
            b'F' => Value::Float(parsed(self.cursor.line()?).ok_or_else(|| wrong("float"))?),
            0x8a | 0x8b => {
                let length = self.length(if instruction == 0x8a { 1 } else { 4 })?;
                let span = self.cursor.span(length)?;
                long(self.pickle.data.get(span).unwrap_or_default())
            }
            _ => {
                let line = self.cursor.line()?;
                match line {
                    b"00" if instruction == b'I' => Value::Bool(false),
                    b"01" if instruction == b'I' => Value::Bool(true),
                    _ => {
                        let digits = line.strip_suffix(b"L").unwrap_or(line);
                        let number = parsed(digits)
                            .map(Value::Int)
                            .or_else(|| parsed(digits).map(Value::BigInt));
                        number.ok_or_else(|| wrong("integer"))?
                    }
                }
            }
        })
    }

    fn text(&mut self, instruction: u8, at: usize) -> Result<Text, PickleError> {
        let length = match instruction {
            b'S' | b'V' => {
                let line = self.cursor.line()?;
                let text = escaped(line, instruction == b'S');
                return text
                    .map(Text::Owned)
                    .ok_or(PickleError::Literal { what: "text", at });
            }
            b'U' | 0x8c => self.length(1)?,
            b'T' | b'X' => self.length(4)?,
            _ => self.length(8)?,
        };
        self.cursor.span(length).map(Text::Span)
    }

    // -- the memo ----------------------------------------------------------------------------------------------------

    fn place(&mut self, instruction: u8) -> Result<u64, PickleError> {
        match instruction {
            b'q' | b'h' => self.length(1),
            b'r' | b'j' => self.length(4),
            _ => {
                let at = self.cursor.at();
                parsed(self.cursor.line()?).ok_or(PickleError::Literal {
                    what: "place in the memo",
                    at,
                })
            }
        }
    }

    fn remember(&mut self, instruction: u8) -> Done {
        let place = if instruction == 0x94 {
            self.memo.len() as u64
        } else {
            self.place(instruction)?
        };
        self.spend(1)?;
        let top = self.top()?;
        self.memo.insert(place, top);
        Ok(())
    }

    fn recall(&mut self, instruction: u8) -> Done {
        let place = self.place(instruction)?;
        let found = self.memo.get(&place).copied();
        let id = found.ok_or_else(|| self.damaged("the memo has nothing there"))?;
        self.push_id(id)
    }

    // -- containers --------------------------------------------------------------------------------------------------

    fn gather(&mut self, instruction: u8) -> Done {
        let value = match instruction {
            b'd' => Value::Dict(self.pop_pairs()?),
            b'l' => Value::List(self.pop_mark()?),
            b't' => Value::Tuple(self.pop_mark()?.into()),
            _ => Value::Set(self.pop_mark()?),
        };
        self.push(value)
    }

    fn short_tuple(&mut self, length: usize) -> Done {
        let floor = self.marks.last().copied().unwrap_or(0);
        match self.stack.len().checked_sub(length) {
            Some(from) if from >= floor => {
                let items = self.stack.split_off(from);
                self.push(Value::Tuple(items.into()))
            }
            _ => Err(self.damaged("the stack is empty")),
        }
    }

    fn add(&mut self, instruction: u8) -> Done {
        let (mut items, mut pairs) = (Vec::new(), Vec::new());
        match instruction {
            b'a' => items.push(self.pop()?),
            b's' => {
                let value = self.pop()?;
                pairs.push((self.pop()?, value));
            }
            b'u' => pairs = self.pop_pairs()?,
            _ => items = self.pop_mark()?,
        }
        let to = self.top()?;
        let done = match self.pickle.values.get_mut(to.index()) {
            Some(Value::List(list)) if matches!(instruction, b'a' | b'e') => {
                list.append(&mut items);
                true
            }
            Some(Value::Set(set)) if instruction == 0x90 => {
                set.append(&mut items);
                true
            }
            Some(Value::Dict(entries)) if matches!(instruction, b's' | b'u') => {
                entries.append(&mut pairs);
                true
            }
            Some(Value::Object(object)) => {
                object.items.append(&mut items);
                object.entries.append(&mut pairs);
                true
            }
            _ => false,
        };
        if done {
            Ok(())
        } else {
            Err(self.damaged("something is added to what holds nothing"))
        }
    }

    // -- names and calls ---------------------------------------------------------------------------------------------

    fn name(&mut self, instruction: u8) -> Done {
        let value = match instruction {
            b'c' => self.global()?,
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (self.pickle.str(module), self.pickle.str(name)) {
                    (Some(module), Some(name)) => Value::Global(calls::full_name(&module, &name)),
                    _ => return Err(self.damaged("a name is no text")),
                }
            }
            b'P' => {
                let id = String::from_utf8_lossy(self.cursor.line()?).into_owned();
                Value::Object(Box::new(Object::called(format!("a reference to {id:?}").into())))
            }
            b'Q' => {
                let id = self.pop()?;
                calls::persistent(&self.pickle, id)
            }
            // Numbers that programs agree upon beforehand.
            _ => {
                let length = match instruction {
                    0x82 => 1,
                    0x83 => 2,
                    _ => 4,
                };
                self.cursor.span(length)?;
                Value::Global("a registered extension".into())
            }
        };
        self.push(value)
    }

    fn global(&mut self) -> Result<Value, PickleError> {
        let module = String::from_utf8_lossy(self.cursor.line()?);
        let name = String::from_utf8_lossy(self.cursor.line()?);
        Ok(Value::Global(calls::full_name(&module, &name)))
    }

    fn call(&mut self, instruction: u8) -> Done {
        let (callee, args) = match instruction {
            b'i' => {
                let class = self.global()?;
                let args = self.pop_mark()?;
                self.push(class)?;
                let class = self.pop()?;
                self.push(Value::Tuple(args.into()))?;
                (class, self.pop()?)
            }
            b'o' => {
                let mut items = self.pop_mark()?;
                if items.is_empty() {
                    return Err(self.damaged("a class is missing"));
                }
                let args = items.split_off(1);
                self.push(Value::Tuple(args.into()))?;
                let args = self.pop()?;
                let class = items.pop().ok_or_else(|| self.damaged("a class is missing"))?;
                (class, args)
            }
            0x92 => {
                let _keywords = self.pop()?;
                let args = self.pop()?;
                (self.pop()?, args)
            }
            _ => {
                let args = self.pop()?;
                (self.pop()?, args)
            }
        };
        // Arguments by name are given to no call that is understood.
        let callee = match self.pickle.value(callee) {
            Value::Global(name) if instruction == 0x92 => Callee::Unknown(Arc::clone(name)),
            Value::Global(name) if instruction == b'R' => Callee::Named(Arc::clone(name)),
            Value::Global(name) => Callee::Class(Arc::clone(name)),
            _ => Callee::Unknown("something that was called".into()),
        };
        let made = calls::call(&self.pickle, callee, args);
        self.spend(made.copied())?;
        self.push(made)
    }

    fn build(&mut self) -> Done {
        let state = self.pop()?;
        let to = self.top()?;
        match self.pickle.values.get_mut(to.index()) {
            // Attributes of a dictionary, not entries.
            Some(Value::Dict(_)) => return Ok(()),
            Some(Value::Object(object)) => {
                object.rebuilt |= object.state.is_some();
                object.state = Some(state);
                return Ok(());
            }
            _ => {}
        }
        let changed = calls::build(&self.pickle, to, state)
            .ok_or_else(|| self.damaged("a state is given to what has none"))?;
        if let Some(place) = self.pickle.values.get_mut(to.index()) {
            *place = changed;
        }
        Ok(())
    }
}

impl Value {
    /// How many references a call copied into it.
    fn copied(&self) -> usize {
        match self {
            Self::List(items) | Self::Set(items) => items.len(),
            Self::Tuple(items) => items.len(),
            Self::Dict(entries) => entries.len(),
            Self::Object(object) => object.items.len().saturating_add(object.entries.len()),
            _ => 0,
        }
    }
}

fn parsed<T: std::str::FromStr>(line: &[u8]) -> Option<T> {
    std::str::from_utf8(line).ok()?.trim().parse().ok()
}

/// A whole number of any length, its lowest byte first, in two's complement.
fn long(bytes: &[u8]) -> Value {
    let negative = bytes.last().is_some_and(|&byte| byte >= 0x80);
    let fill = if negative { 0xff } else { 0 };
    if bytes.len() <= 8 {
        let mut all = [fill; 8];
        for (to, &byte) in all.iter_mut().zip(bytes) {
            *to = byte;
        }
        return Value::Int(i64::from_le_bytes(all));
    }
    let size = bytes
        .iter()
        .rev()
        .fold(0.0, |size, &byte| size * 256.0 + f64::from(byte ^ fill));
    Value::BigInt(if negative { -size - 1.0 } else { size })
}

/// A text as protocol 0 writes it: in quotes and with Python's escapes, or bare and with those of `\u` alone.
fn escaped(line: &[u8], quoted: bool) -> Option<Arc<str>> {
    // Each byte is a character, as in Latin-1; others are escaped.
    let text: String = line.iter().map(|&byte| char::from(byte)).collect();
    let text = if quoted {
        let text = text.trim_end_matches('\r');
        let quote = text.chars().next().filter(|&c| c == '\'' || c == '"')?;
        text.strip_prefix(quote)?.strip_suffix(quote)?.to_owned()
    } else {
        text
    };
    if !text.contains('\\') {
        return Some(text.into());
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let next = rest.next()?;
        let digits = match next {
            'u' => 4,
            'U' => 8,
            'x' if quoted => 2,
            _ => 0,
        };
        if digits > 0 {
            let code: String = rest.by_ref().take(digits).collect();
            let code = u32::from_str_radix(&code, 16).ok()?;
            out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            continue;
        }
        match next {
            'n' if quoted => out.push('\n'),
            'r' if quoted => out.push('\r'),
            't' if quoted => out.push('\t'),
            '\\' | '\'' | '"' if quoted => out.push(next),
            _ => {
                out.push('\\');
                out.push(next);
            }
        }
    }
    Some(out.into())
}
