//! A session, from outside: what the API and the registry hold of it.

use atheria_shared::cause::Counted;
use atheria_shared::session::{Event, Phase, SessionInfo};
use atheria_shared::tool::Events;
use atheria_shared::world::WorldCommand;
use atheria_shared::{ApiError, Cause, ErrorCode};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::Instant;

use super::audience::{Audience, Seat};
use crate::supervisor::Frame;

/// What an actor is asked.
pub(super) enum Command {
    World(WorldCommand, oneshot::Sender<Result<(), ApiError>>),
    Events(oneshot::Sender<Events>),
    Close(oneshot::Sender<()>),
}

/// A session, from outside. Cheap to clone.
#[derive(Debug, Clone)]
pub struct SessionHandle {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) info: watch::Receiver<SessionInfo>,
    pub(super) events: broadcast::WeakSender<Event>,
    pub(super) frames: watch::Receiver<Option<Frame>>,
    pub(super) audience: Audience,
    pub(super) abandoned: watch::Receiver<Option<Instant>>,
}

/// What a viewer reads. Dropping it frees its seat.
#[derive(Debug)]
pub struct Viewer {
    /// The session now.
    pub info: watch::Receiver<SessionInfo>,
    /// What is told from now on; a reader that is too slow learns how many it missed.
    pub events: broadcast::Receiver<Event>,
    /// The latest frame; marked as new when there is one already.
    pub frames: watch::Receiver<Option<Frame>>,
    seat: Seat,
}

impl Viewer {
    /// Says that it can take a frame: none is made while nobody can.
    pub fn ask_for_frame(&self) {
        self.seat.ask_for_frame();
    }
}

impl SessionHandle {
    /// The session as it is.
    pub fn info(&self) -> SessionInfo {
        self.info.borrow().clone()
    }

    /// Whether it holds an engine, or is about to.
    pub fn is_running(&self) -> bool {
        !matches!(self.info.borrow().phase, Phase::Failed { .. } | Phase::Closed)
    }

    /// Since when everybody who watched it is gone; none while somebody watches, or before anybody did.
    pub fn abandoned_since(&self) -> Option<Instant> {
        *self.abandoned.borrow()
    }

    /// Drives the world.
    pub async fn command(&self, command: WorldCommand) -> Result<(), ApiError> {
        let (reply, answer) = oneshot::channel();
        let sent = self.commands.send(Command::World(command, reply)).await;
        if sent.is_err() {
            return Err(closed());
        }
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// What was done to its world.
    pub async fn events(&self) -> Result<Events, ApiError> {
        let (reply, answer) = oneshot::channel();
        if self.commands.send(Command::Events(reply)).await.is_err() {
            return Err(closed());
        }
        answer.await.map_err(|_| closed())
    }

    /// Takes a seat.
    pub fn watch(&self) -> Result<Viewer, ApiError> {
        // Before the seat is taken: then come the notices that waited for somebody.
        let events = self.events.upgrade().ok_or_else(closed)?.subscribe();
        let seat = self.audience.sit().ok_or_else(|| {
            ApiError::new(
                ErrorCode::TooMany,
                "the session has as many viewers as it may have; close one of them",
            )
            .because(Cause::TooMany {
                what: Counted::Viewers,
                found: None,
                limit: self.audience.limit() as u64,
            })
        })?;
        Ok(Viewer {
            info: self.info.clone(),
            events,
            // Nobody reads through the handle, so the frame that there is counts as new for each viewer.
            frames: self.frames.clone(),
            seat,
        })
    }

    /// Ends the session and its engine, and comes back when both are over.
    pub async fn close(&self) {
        let (reply, answer) = oneshot::channel();
        if self.commands.send(Command::Close(reply)).await.is_ok() {
            let _ = answer.await;
        }
    }
}

fn closed() -> ApiError {
    ApiError::new(
        ErrorCode::SessionNotFound,
        "the session was closed; open the experiment again",
    )
}
