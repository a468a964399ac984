//! What only a browser can do: ask the server, hold a WebSocket, remember, draw.

pub(crate) mod clipboard;
pub(crate) mod clock;
pub(crate) mod fetch;
pub(crate) mod focus;
pub(crate) mod memory;
pub(crate) mod painter;
pub(crate) mod socket;
