//! `/ws/sessions/{id}`: one viewer. Commands in as text, events out as text, frames out as binary.
//!
//! The writing half takes the latest frame whenever the socket has taken the one before and, of a viewer that says what it has
//! painted, while few are unpainted there ([`Pacing`]): a slow viewer gets fewer and smaller ones, and holds nobody back. Nothing is queued for it but a bounded number of events; past that it is told how many it missed
//! and gets the session as it is. One that takes nothing, or answers no ping, for `viewer_stalled` is let go.

use std::future::pending;
use std::time::Duration;

use atheria_shared::limits::SOCKET_MESSAGE_BYTES;
use atheria_shared::session::{Event, Notice, Painted};
use atheria_shared::world::WorldCommand;
use atheria_shared::{ApiError, ErrorCode};
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, watch};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::failure::Failure;
use super::halve::halved;
use super::pacing::Pacing;
use super::{Shared, sessions};
use crate::session::{SessionHandle, Viewer};
use crate::supervisor::Frame;

/// A picture that was sent smaller is sent as it is when none has followed for so long: what rests is sharp.
const AT_REST: Duration = Duration::from_millis(800);
/// Refusals that wait for one viewer; more are dropped, for whoever sends that many does not read them.
const REFUSALS_WAITING: usize = 16;

/// `GET /ws/sessions/{id}`
pub(super) async fn upgrade(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Failure> {
    let session = sessions::find(&shared, &id)?;
    let viewer = session.watch()?;
    let stalled = shared.sessions.settings().viewer_stalled;
    Ok(upgrade
        .max_message_size(SOCKET_MESSAGE_BYTES)
        .max_frame_size(SOCKET_MESSAGE_BYTES)
        .on_upgrade(move |socket| serve(socket, session, viewer, stalled)))
}

async fn serve(socket: WebSocket, session: SessionHandle, viewer: Viewer, stalled: Duration) {
    let (sink, stream) = socket.split();
    let (refusals, refused) = mpsc::channel(REFUSALS_WAITING);
    let (heard, last_heard) = watch::channel(Instant::now());
    let (paints, painted) = watch::channel(None);
    let teller = Teller {
        sink,
        viewer,
        stalled,
        pacing: Pacing::new(Instant::now()),
        whole: None,
    };
    let says = Says {
        refusals,
        heard,
        paints,
    };
    tokio::select! {
        () = listen(stream, session, says) => {}
        () = teller.tell(refused, last_heard, painted) => {}
    }
}

/// Where what a viewer says goes.
struct Says {
    refusals: mpsc::Sender<ApiError>,
    heard: watch::Sender<Instant>,
    paints: watch::Sender<Option<Painted>>,
}

/// Takes commands until the viewer leaves.
async fn listen(mut stream: SplitStream<WebSocket>, session: SessionHandle, says: Says) {
    while let Some(Ok(message)) = stream.next().await {
        says.heard.send_replace(Instant::now());
        let result = match message {
            Message::Text(text) => match serde_json::from_str::<Painted>(&text) {
                Ok(painted) => {
                    says.paints.send_replace(Some(painted));
                    Ok(())
                }
                Err(_) => match serde_json::from_str::<WorldCommand>(&text) {
                    Ok(command) => session.command(command).await,
                    Err(error) => Err(ApiError::new(
                        ErrorCode::BadRequest,
                        format!("the command is not one that there is: {error}"),
                    )),
                },
            },
            Message::Binary(_) => Err(ApiError::new(ErrorCode::BadRequest, "commands are text")),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => return,
        };
        if let Err(error) = result {
            let _ = says.refusals.try_send(error);
        }
    }
}

/// The viewer takes no message, or is gone.
struct Gone;

struct Teller {
    sink: SplitSink<WebSocket, Message>,
    viewer: Viewer,
    stalled: Duration,
    pacing: Pacing,
    /// The last frame, where a smaller one was sent, and when it is sent as it is unless there is another.
    whole: Option<(Frame, Instant)>,
}

impl Teller {
    /// Tells events and shows frames until the session or the viewer is gone.
    async fn tell(
        mut self,
        mut refused: mpsc::Receiver<ApiError>,
        last_heard: watch::Receiver<Instant>,
        mut painted: watch::Receiver<Option<Painted>>,
    ) {
        let mut pings = interval(self.stalled / 3);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = self.session().await;
        // Whether a frame was asked for since the last one came.
        let mut asked = false;
        while told.is_ok() {
            let room = self.pacing.has_room();
            if room && !asked && !self.viewer.frames.has_changed().unwrap_or(true) {
                self.viewer.ask_for_frame();
                asked = true;
            }
            told = tokio::select! {
                event = self.viewer.events.recv() => match event {
                    Ok(event) => self.event(&event).await,
                    Err(RecvError::Lagged(events)) => match self.event(&Event::Notice(Notice::Missed { events })).await {
                        Ok(()) => self.session().await,
                        gone => gone,
                    },
                    Err(RecvError::Closed) => {
                        let _ = self.send(Message::Close(None)).await;
                        return;
                    }
                },
                Some(error) = refused.recv() => self.event(&Event::Notice(Notice::CommandRefused { error })).await,
                Ok(()) = painted.changed() => {
                    if let Some(Painted { painted }) = *painted.borrow_and_update() {
                        self.pacing.painted(painted, Instant::now());
                    }
                    Ok(())
                }
                Ok(()) = self.viewer.frames.changed(), if room => {
                    asked = false;
                    let frame = self.viewer.frames.borrow_and_update().clone();
                    match frame {
                        Some(frame) => self.show(frame).await,
                        None => Ok(()),
                    }
                },
                frame = at_rest(&mut self.whole), if room => self.show_as_it_is(frame, 0).await,
                _ = pings.tick() => {
                    let silent = last_heard.borrow().elapsed();
                    if silent > self.stalled { Err(Gone) } else { self.send(Message::Ping(Bytes::new())).await }
                }
            };
        }
    }

    async fn session(&mut self) -> Result<(), Gone> {
        let info = self.viewer.info.borrow().clone();
        self.event(&Event::Session(Box::new(info))).await
    }

    /// Sends a frame, as small as it has to be.
    async fn show(&mut self, frame: Frame) -> Result<(), Gone> {
        let halvings = self.pacing.halvings();
        self.whole = (halvings > 0).then(|| (frame.clone(), Instant::now() + AT_REST));
        let frame = if halvings > 0 {
            smaller(frame, halvings).await
        } else {
            frame
        };
        self.show_as_it_is(frame, halvings).await
    }

    /// Sends a frame that was halved so often.
    async fn show_as_it_is(&mut self, frame: Frame, halvings: u32) -> Result<(), Gone> {
        self.pacing.sent(halvings, frame.len(), Instant::now());
        self.send(Message::Binary(frame)).await
    }

    async fn event(&mut self, event: &Event) -> Result<(), Gone> {
        match serde_json::to_string(event) {
            Ok(json) => self.send(Message::Text(json.into())).await,
            Err(error) => {
                tracing::error!(%error, "an event cannot be written as JSON");
                Ok(())
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(self.stalled, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}

/// The frame that is to be sent as it is, once that is due.
async fn at_rest(whole: &mut Option<(Frame, Instant)>) -> Frame {
    match whole {
        Some((frame, due)) => {
            sleep_until(*due).await;
            let frame = frame.clone();
            *whole = None;
            frame
        }
        None => pending().await,
    }
}

/// A frame made smaller, beside the server's own threads; as it is where it cannot be.
async fn smaller(frame: Frame, times: u32) -> Frame {
    let whole = frame.clone();
    match spawn_blocking(move || halved(&frame, times)).await {
        Ok(Ok(small)) => small.into(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "a frame cannot be made smaller");
            whole
        }
        Err(error) => {
            tracing::error!(%error, "making a frame smaller did not end well");
            whole
        }
    }
}
