//! The few words of pickle protocol 2 that an archive's object graph needs. Only writes.

/// A pickle that is being written.
#[derive(Default)]
pub(crate) struct Pickle(Vec<u8>);

impl Pickle {
    pub(crate) fn new() -> Self {
        Self(vec![0x80, 2])
    }

    fn op(&mut self, op: u8) -> &mut Self {
        self.0.push(op);
        self
    }

    /// A class or function by its module and name.
    pub(crate) fn global(&mut self, module: &str, name: &str) -> &mut Self {
        self.0.extend(format!("c{module}\n{name}\n").bytes());
        self
    }

    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.op(b'X');
        self.0.extend((text.len() as u32).to_le_bytes());
        self.0.extend(text.bytes());
        self
    }

    /// An integer that is not negative.
    pub(crate) fn integer(&mut self, value: usize) -> &mut Self {
        if let Ok(value) = i32::try_from(value) {
            self.op(b'J');
            self.0.extend(value.to_le_bytes());
        } else {
            self.op(0x8a).op(8);
            self.0.extend((value as u64).to_le_bytes());
        }
        self
    }

    pub(crate) fn boolean(&mut self, value: bool) -> &mut Self {
        self.op(if value { 0x88 } else { 0x89 })
    }

    /// A tuple of whatever `items` writes.
    pub(crate) fn tuple(&mut self, items: impl FnOnce(&mut Self)) -> &mut Self {
        self.op(b'(');
        items(self);
        self.op(b't')
    }

    pub(crate) fn integers(&mut self, values: &[usize]) -> &mut Self {
        self.tuple(|p| {
            for &value in values {
                p.integer(value);
            }
        })
    }

    /// Calls what was written last but one with the tuple that was written last.
    pub(crate) fn reduce(&mut self) -> &mut Self {
        self.op(b'R')
    }

    /// A reference to something outside the pickle, named by the tuple that was written last.
    pub(crate) fn persistent(&mut self) -> &mut Self {
        self.op(b'Q')
    }

    /// An object of a class in `__torch__`, with the attributes that `attributes` writes: a text, then a value.
    pub(crate) fn object(&mut self, class: &str, attributes: impl FnOnce(&mut Self)) -> &mut Self {
        self.global("__torch__", class)
            .op(b')')
            .op(0x81)
            .op(b'}')
            .op(b'(');
        attributes(self);
        self.op(b'u').op(b'b')
    }

    /// The finished pickle.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.op(b'.');
        self.0
    }
}

/// The pickle of an empty tuple.
pub(crate) const EMPTY_TUPLE: [u8; 4] = [0x80, 2, b')', b'.'];
