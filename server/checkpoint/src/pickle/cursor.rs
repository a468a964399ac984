//! Bytes, taken from the front: nothing is taken that is not there.

use std::ops::Range;

use super::PickleError;

/// A place in a pickle.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// The front.
    pub(super) fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at }
    }

    /// Where it is.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The next bytes' place.
    pub(super) fn span(&mut self, length: u64) -> Result<Range<usize>, PickleError> {
        let end = usize::try_from(length)
            .ok()
            .and_then(|length| self.at.checked_add(length))
            .filter(|&end| end <= self.data.len())
            .ok_or(PickleError::Ends)?;
        let span = self.at..end;
        self.at = end;
        Ok(span)
    }

    /// The next bytes.
    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let span = self.span(N as u64)?;
        self.data
            .get(span)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(PickleError::Ends)
    }

    /// The next byte.
    pub(super) fn byte(&mut self) -> Result<u8, PickleError> {
        self.take::<1>().map(|[byte]| byte)
    }

    /// The next bytes up to a line feed, which is passed.
    pub(super) fn line(&mut self) -> Result<&'a [u8], PickleError> {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|&byte| byte == b'\n')
            .ok_or(PickleError::Ends)?;
        self.at += length + 1;
        rest.get(..length).ok_or(PickleError::Ends)
    }
}
