//! The line to a session's WebSocket: made, heard, made again when it breaks; and which session it belongs to.

use std::time::Duration;

use atheria_shared::SessionId;
use atheria_shared::error::{ApiError, ErrorCode};
use atheria_shared::frame::{FrameError, FrameHeader};
use atheria_shared::session::{Event, Notice};
use atheria_shared::world::WorldCommand;
use frontend::notices::Told;
use frontend::opening::{News, Opening, Standing};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::easel::Waiting;
use super::state::{App, Connection};
use crate::browser::clock;
use crate::browser::fetch::{self, Failure};
use crate::browser::memory;
use crate::browser::socket::{Heard, Socket};

/// Waits before a lost connection is tried again; the last one for ever.
const BACKOFF: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// The line to the session.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(super) socket: StoredValue<Option<Socket>, LocalStorage>,
    /// Counts the sessions that were asked for: what belongs to an earlier one is stale.
    epoch: StoredValue<u64>,
    /// Tries since the connection was lost.
    tries: StoredValue<usize>,
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

    /// Does something after a while that grows with each time, unless another session was asked for meanwhile.
    pub(super) fn later(self, epoch: u64, act: impl FnOnce() + 'static) {
        let tries = self.tries.get_value();
        self.tries.set_value(tries + 1);
        let wait = BACKOFF[tries.min(BACKOFF.len() - 1)];
        set_timeout(
            move || {
                if self.is_now(epoch) {
                    act();
                }
            },
            wait,
        );
    }
}

impl App {
    pub(super) fn connect(self, id: SessionId, epoch: u64) {
        let path = memory::with_token(&format!("ws/sessions/{id}"));
        let hear = move |heard| {
            if self.line.is_now(epoch) {
                self.hear(heard, &id, epoch);
            }
        };
        match Socket::connect(&path, hear) {
            Ok(socket) => self.line.socket.set_value(Some(socket)),
            Err(_) => self.connection.set(Connection::Away),
        }
    }

    fn hear(self, heard: Heard, id: &SessionId, epoch: u64) {
        match heard {
            Heard::Open => {
                self.vigil.hear();
                if self.line.tries.get_value() > 0 {
                    self.check_version();
                    self.ask_again();
                }
                self.line.tries.set_value(0);
                self.connection.set(Connection::Open);
                self.line.frames.set_value(0);
                self.say_painted(0);
            }
            Heard::Text(text) => {
                self.vigil.hear();
                match serde_json::from_str::<Event>(&text) {
                    Ok(Event::Pulse(pulse)) => self.vigil.feel(pulse),
                    Ok(event) => {
                        let news = self.update_opening(|opening| opening.apply(event));
                        self.take(news);
                    }
                    Err(_) => self.check_version(),
                }
            }
            Heard::Frame(bytes) => {
                self.vigil.hear();
                self.line.frames.update_value(|frames| *frames += 1);
                self.hang(Waiting {
                    bytes,
                    number: self.line.frames.get_value(),
                });
            }
            Heard::Closed => self.retry(id.clone(), epoch),
        }
    }

    /// Updates the session; its readers hear of it only when something changed.
    pub(super) fn update_opening(self, change: impl FnOnce(&mut Opening) -> News) -> News {
        let mut opening = self.opening.get_untracked();
        let news = change(&mut opening);
        if let Some(world) = &opening.world {
            self.measure_world(world);
        }
        if self.opening.with_untracked(|old| *old != opening) {
            self.opening.set(opening);
        }
        news
    }

    pub(super) fn take(self, news: News) {
        if news.born {
            let wanted = self.view_wanted();
            let shown = news.status.as_ref().map(|status| status.view);
            if shown != Some(wanted) {
                self.command(&WorldCommand::View(wanted));
            }
        }
        let now = clock::now_ms();
        if let Some(Notice::EngineRestarted { from_step, .. }) = &news.notice {
            self.work.update_value(|work| work.goes_on_from(*from_step));
        }
        if let Some(status) = news.status {
            self.history.update(|history| history.push(&status));
            self.work.update_value(|work| work.push(&status, now));
            self.follow(status.view);
            self.status.set(status);
        }
        if let Some(notice) = news.notice {
            self.tell(Told::Session(notice));
        }
    }

    /// After the line broke: is the session still there? Then again, later and later.
    fn retry(self, id: SessionId, epoch: u64) {
        let over = self
            .opening
            .with_untracked(|opening| matches!(opening.standing, Standing::Closed | Standing::Failed(_)));
        if over {
            self.connection.set(Connection::Idle);
            return;
        }
        self.connection.set(Connection::Retrying);
        self.line
            .later(epoch, move || spawn_local(self.look_for(id, epoch)));
    }

    async fn look_for(self, id: SessionId, epoch: u64) {
        let found = fetch::session(&id).await;
        if !self.line.is_now(epoch) {
            return;
        }
        match found {
            Ok(_) => self.connect(id, epoch),
            Err(Failure::Refused(error))
                if matches!(error.code, ErrorCode::SessionNotFound | ErrorCode::NotFound) =>
            {
                self.opening.update(|opening| opening.standing = Standing::Closed);
                self.connection.set(Connection::Idle);
            }
            Err(failure) => {
                self.retry(id, epoch);
                if matches!(failure, Failure::Away) {
                    self.connection.set(Connection::Away);
                }
            }
        }
    }

    /// Asks the server for its version: a page of another one is stale.
    pub(super) fn check_version(self) {
        spawn_local(async move {
            if let Ok(health) = fetch::health().await {
                self.stale.set(health.version != env!("CARGO_PKG_VERSION"));
            }
        });
    }

    /// Unpacks a frame.
    pub(super) fn unpack(self, bytes: &[u8]) -> Option<(FrameHeader, Vec<u8>)> {
        match FrameHeader::decode(bytes) {
            Ok(frame) => Some(frame),
            Err(FrameError::Version { .. }) => {
                self.stale.set(true);
                None
            }
            Err(error) => {
                self.tell(Told::Failed(ApiError::new(
                    ErrorCode::Internal,
                    error.to_string(),
                )));
                None
            }
        }
    }
}
