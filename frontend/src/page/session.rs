//! What the page asks of the server: the list, and sessions. One session at a time; an answer to a question that was
//! overtaken by a later one is dropped.

use std::time::Duration;

use atheria_shared::SessionId;
use atheria_shared::error::{ApiError, ErrorCode};
use atheria_shared::experiment::Experiment;
use atheria_shared::frame::{FrameError, FrameHeader};
use atheria_shared::session::{Event, SessionRequest};
use atheria_shared::world::{WorldCommand, WorldStatus};
use frontend::address::Address;
use frontend::camera::Camera;
use frontend::colormap::{Colormap, Palette};
use frontend::history::History;
use frontend::notices::Told;
use frontend::opening::{News, Opening, Standing};
use frontend::remedy::Remedy;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::state::{App, Catalog, Connection, Tab};
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

impl App {
    /// Asks for the list, opens what the address says, and keeps the address true from then on.
    pub(super) fn begin_sessions(self) {
        // Kept before the address is written anew, without it.
        let _ = memory::token();
        let wanted = Address::read(&memory::query());
        self.load_catalog(Some(wanted));
        self.check_version();
        self.begin_route();
        let _ = window_event_listener(leptos::ev::pagehide, move |_| self.leave());
        let _ = window_event_listener(leptos::ev::pageshow, move |event| {
            if event.persisted() {
                memory::reload();
            }
        });
    }

    /// Asks for the list of experiments; then opens what an address wants.
    pub(super) fn load_catalog(self, wanted: Option<Address>) {
        self.catalog.set(Catalog::Loading);
        spawn_local(async move {
            match fetch::experiments().await {
                Ok(list) => self.catalog.set(Catalog::Here(list)),
                Err(Failure::Away) => self.catalog.set(Catalog::Away),
                Err(Failure::Refused(error)) => {
                    self.catalog.set(Catalog::Away);
                    self.tell(Told::Failed(error));
                }
            }
            if let Some(wanted) = wanted {
                self.open_address(&wanted);
            }
        });
    }

    /// Opens an experiment as its author wants it shown.
    pub(super) fn open_experiment(self, experiment: &Experiment) {
        self.chosen.set(Some(experiment.name.clone()));
        let Some(name) = experiment.checked_name() else {
            return;
        };
        if experiment.problem.is_some() {
            return;
        }
        self.present(experiment);
        self.open(SessionRequest::new(name));
    }

    /// Shows an experiment's figures, and gets ready to show its world as its author wants it.
    pub(super) fn present(self, experiment: &Experiment) {
        let presentation = &experiment.presentation;
        self.chosen.set(Some(experiment.name.clone()));
        self.view.set(presentation.best_view());
        let map = presentation.colormap.as_deref().and_then(Colormap::from_name);
        self.palette
            .set(map.map_or(Palette::default(), |map| Palette::default().with(map)));
    }

    /// Opens a session; the one before is closed.
    pub(super) fn open(self, request: SessionRequest) {
        self.leave();
        let epoch = self.line.next_epoch();
        self.opening.set(Opening::asked(request.clone()));
        self.connection.set(Connection::Connecting);
        self.status.set(WorldStatus::default());
        self.history.set(History::default());
        self.camera.set(Camera::Fit);
        self.spot.set(None);
        self.clear_easel();
        self.tab.set(Tab::World);
        self.home.set(false);
        spawn_local(async move {
            match fetch::open_session(&request).await {
                Ok(info) if self.line.is_now(epoch) => {
                    let id = info.id.clone();
                    let news = self.update_opening(|opening| opening.apply_session(info));
                    self.take(news);
                    self.connect(id, epoch);
                }
                Ok(info) => fetch::close_session(&info.id),
                Err(failure) if self.line.is_now(epoch) => {
                    let (standing, connection) = match failure {
                        Failure::Away => (Standing::Unanswered, Connection::Away),
                        Failure::Refused(error) => (Standing::Failed(error), Connection::Idle),
                    };
                    self.opening.update(|opening| opening.standing = standing);
                    self.connection.set(connection);
                }
                Err(_) => {}
            }
        });
    }

    /// Opens the same again.
    pub(super) fn open_again(self) {
        if let Some(request) = self.opening.with_untracked(|opening| opening.request.clone()) {
            self.open(request);
        }
    }

    /// Opens the same otherwise.
    pub(super) fn open_with(self, remedy: &Remedy) {
        if let Some(request) = self.opening.with_untracked(|opening| opening.request.clone()) {
            self.open(remedy.apply(request));
        }
    }

    /// Gives up what is open or opening.
    pub(super) fn cancel(self) {
        self.leave();
        self.line.next_epoch();
        self.opening.set(Opening::default());
        self.connection.set(Connection::Idle);
        self.clear_easel();
        memory::set_query("");
    }

    /// Closes the session at the server.
    fn leave(self) {
        let id = self.opening.with_untracked(|opening| opening.id.clone());
        let over = self
            .opening
            .with_untracked(|opening| opening.standing == Standing::Closed);
        if let (Some(id), false) = (id, over) {
            fetch::close_session(&id);
        }
    }

    fn connect(self, id: SessionId, epoch: u64) {
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
                if self.line.tries.get_value() > 0 {
                    self.check_version();
                }
                self.line.tries.set_value(0);
                self.connection.set(Connection::Open);
            }
            Heard::Text(text) => match serde_json::from_str::<Event>(&text) {
                Ok(event) => {
                    let news = self.update_opening(|opening| opening.apply(event));
                    self.take(news);
                }
                Err(_) => self.check_version(),
            },
            Heard::Frame(bytes) => self.hang(bytes),
            Heard::Closed => self.retry(id.clone(), epoch),
        }
    }

    /// Updates the session; its readers hear of it only when something changed.
    fn update_opening(self, change: impl FnOnce(&mut Opening) -> News) -> News {
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

    fn take(self, news: News) {
        if news.born {
            let wanted = self.view_wanted();
            let shown = news.status.as_ref().map(|status| status.view);
            if shown != Some(wanted) {
                self.command(&WorldCommand::View(wanted));
            }
        }
        if let Some(status) = news.status {
            self.history.update(|history| history.push(&status));
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
        let tries = self.line.tries.get_value();
        self.line.tries.set_value(tries + 1);
        let wait = BACKOFF[tries.min(BACKOFF.len() - 1)];
        set_timeout(
            move || {
                if self.line.is_now(epoch) {
                    spawn_local(self.look_for(id, epoch));
                }
            },
            wait,
        );
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
    fn check_version(self) {
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
