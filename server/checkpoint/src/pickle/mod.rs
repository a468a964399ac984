//! A pickle, walked: from its bytes to a tree of values, without Python and without running anything.
//!
//! Nothing is looked up, imported or called. The few calls that PyTorch, numpy and the standard library write for plain
//! data are understood by their names ([`calls`], [`tensors`], [`arrays`]); whatever else a pickle calls becomes an [`Object`] that
//! says by what name, with what it was given, and is no error: what lies beside the weights must not take them down.
//! [`machine`] obeys the instructions, [`value`] is what comes out.
//!
//! Bounds: every instruction makes one value at most, and [`CHECKPOINT_VALUES`](atheria_shared::limits::CHECKPOINT_VALUES)
//! is the most that there can be, with all that they hold. No length is believed before the bytes are there. A value that
//! is referred to twice is there once, so that neither sharing nor a cycle costs anything, and nothing here recurs.

mod arrays;
mod calls;
mod cursor;
mod error;
mod machine;
mod tensors;
mod value;

pub(super) use arrays::number_of;
pub use error::PickleError;
pub(super) use machine::{Parsed, parse};
pub(super) use value::{Id, Object, Pickle, Value};
