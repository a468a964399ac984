//! Where the painter stands: frames wait here for the next moment at which the screen is drawn, the latest only.

use leptos::prelude::*;

use crate::browser::painter::Painter;

/// A frame that has not been painted.
pub(crate) struct Waiting {
    pub(super) bytes: Vec<u8>,
    /// Which one of its connection, counted from 1.
    pub(super) number: u64,
}

/// The painter, and what waits for it.
#[derive(Clone, Copy)]
pub(crate) struct Easel {
    pub(super) painter: StoredValue<Option<Painter>, LocalStorage>,
    pub(super) waiting: StoredValue<Option<Waiting>, LocalStorage>,
    /// Whether a drawing is due already.
    pub(super) due: StoredValue<bool>,
}

impl Easel {
    pub(crate) fn new() -> Self {
        Self {
            painter: StoredValue::new_local(None),
            waiting: StoredValue::new_local(None),
            due: StoredValue::new(false),
        }
    }
}
