//! The line to a session's WebSocket, and which session it belongs to.

use leptos::prelude::*;

use crate::browser::socket::Socket;

/// The line to the session.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(super) socket: StoredValue<Option<Socket>, LocalStorage>,
    /// Counts the sessions that were asked for: what belongs to an earlier one is stale.
    epoch: StoredValue<u64>,
    /// Tries since the connection was lost.
    pub(super) tries: StoredValue<usize>,
    /// Frames that came over the present connection.
    pub(super) frames: StoredValue<u64>,
    /// Whether a view is about to be asked for.
    pub(super) view_due: StoredValue<bool>,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self {
            socket: StoredValue::new_local(None),
            epoch: StoredValue::new(0),
            tries: StoredValue::new(0),
            frames: StoredValue::new(0),
            view_due: StoredValue::new(false),
        }
    }

    /// Begins with another session: what belongs to an earlier one is stale from now on.
    pub(super) fn next_epoch(self) -> u64 {
        self.socket.set_value(None);
        self.tries.set_value(0);
        self.epoch.update_value(|epoch| *epoch += 1);
        self.epoch.get_value()
    }

    /// Whether something belongs to the session that there is now.
    pub(super) fn is_now(self, epoch: u64) -> bool {
        self.epoch.get_value() == epoch
    }
}
