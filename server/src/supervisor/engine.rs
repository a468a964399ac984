//! The handle of a running engine process. Dropping it kills the process.

use atheria_shared::engine::{EngineEvent, EngineRequest};
use axum::body::Bytes;
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{EngineError, Vital};

/// A frame as the engine encoded it: header and pixels, see [`atheria_shared::frame`].
pub type Frame = Bytes;

/// What comes out of an engine, besides frames.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all of them are events, and each is moved once"
)]
pub enum Output {
    /// It said something; heartbeats are kept from you.
    Event(EngineEvent),
    /// It is no more; nothing follows.
    Ended(EngineError),
}

/// A running engine process that has said hello.
#[derive(Debug)]
pub struct Engine {
    pub(super) torch_version: String,
    pub(super) process_id: Option<u32>,
    pub(super) requests: mpsc::Sender<EngineRequest>,
    pub(super) outputs: mpsc::Receiver<Output>,
    pub(super) frames: watch::Receiver<Option<Frame>>,
    pub(super) vital: watch::Receiver<Vital>,
    pub(super) kill: CancellationToken,
    pub(super) gone: CancellationToken,
}

impl Engine {
    /// libtorch's version.
    pub fn torch_version(&self) -> &str {
        &self.torch_version
    }

    /// The process's number, while it was there at the start.
    pub fn process_id(&self) -> Option<u32> {
        self.process_id
    }

    /// Asks for something. Refused when the engine has not taken what was asked before.
    pub fn send(&self, request: EngineRequest) -> Result<(), EngineError> {
        self.requests.try_send(request).map_err(|_| EngineError::Full)
    }

    /// What it says next. Safe to cancel.
    pub async fn next(&mut self) -> Output {
        match self.outputs.recv().await {
            Some(output) => output,
            None => Output::Ended(EngineError::Died {
                status: None,
                stage: None,
                last_words: Vec::new(),
            }),
        }
    }

    /// The latest frame; each new one replaces the one before.
    pub fn frames(&self) -> watch::Receiver<Option<Frame>> {
        self.frames.clone()
    }

    /// When it was last heard, and since when it has been at one thing.
    pub fn vital(&self) -> Vital {
        *self.vital.borrow()
    }

    /// Whether the process is over.
    pub fn is_gone(&self) -> bool {
        self.gone.is_cancelled()
    }

    /// Kills it, as whatever kills an engine would, and comes back when it is reaped.
    pub async fn kill(mut self) {
        self.kill.cancel();
        while let Output::Event(_) = self.next().await {}
        self.gone.cancelled().await;
    }

    /// Asks it to end, kills it when it does not, and comes back when it is reaped.
    pub async fn stop(mut self) {
        // When even this does not fit, the kill below does it.
        let asked = self.send(EngineRequest::Stop).is_ok();
        if !asked {
            self.kill.cancel();
        }
        // Outputs are taken so that the driver never waits for us.
        while let Output::Event(_) = self.next().await {}
        self.gone.cancelled().await;
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.kill.cancel();
    }
}
