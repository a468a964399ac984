//! A viewer of a session: reads its WebSocket, and keeps what it saw for when a wait fails.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use atheria_shared::SessionId;
use atheria_shared::frame::FrameHeader;
use atheria_shared::session::{Event, Notice, Phase, SessionInfo};
use atheria_shared::world::{WorldCommand, WorldStatus};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a wait lasts unless it says otherwise.
const PATIENCE: Duration = Duration::from_secs(20);

/// What comes over the socket.
#[derive(Debug)]
pub enum Seen {
    /// An event.
    Event(Event),
    /// A frame: its header, and its pixels.
    Frame(FrameHeader, Vec<u8>),
    /// The server closed the socket.
    Closed,
}

/// A viewer.
#[derive(Debug)]
pub struct Watcher {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Every event so far.
    pub events: Vec<Event>,
}

impl Watcher {
    /// Watches a session.
    pub async fn connect(server: SocketAddr, id: &SessionId) -> Result<Self> {
        Self::connect_with(server, &format!("/ws/sessions/{id}"), &[]).await
    }

    /// Opens a WebSocket with further headers; a refusal is an error that holds its status.
    pub async fn connect_with(server: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Result<Self> {
        let mut request = format!("ws://{server}{path}").into_client_request()?;
        for (name, value) in headers {
            let name: tokio_tungstenite::tungstenite::http::HeaderName = name.parse()?;
            request.headers_mut().insert(name, value.parse()?);
        }
        let (socket, _) = connect_async(request).await?;
        Ok(Self {
            socket,
            events: Vec::new(),
        })
    }

    /// What comes next.
    pub async fn next(&mut self) -> Result<Seen> {
        self.next_by(Instant::now() + PATIENCE).await
    }

    async fn next_by(&mut self, deadline: Instant) -> Result<Seen> {
        loop {
            let Ok(message) = timeout_at(deadline, self.socket.next()).await else {
                bail!(
                    "nothing more came in time; the last events: {:#?}",
                    self.last_events()
                );
            };
            match message {
                None | Some(Ok(Message::Close(_)) | Err(_)) => return Ok(Seen::Closed),
                Some(Ok(Message::Text(text))) => {
                    let event: Event = serde_json::from_str(&text).with_context(|| text.to_string())?;
                    self.events.push(event.clone());
                    return Ok(Seen::Event(event));
                }
                Some(Ok(Message::Binary(bytes))) => {
                    let (header, pixels) = FrameHeader::decode(&bytes)?;
                    return Ok(Seen::Frame(header, pixels));
                }
                Some(Ok(_)) => {}
            }
        }
    }

    fn last_events(&self) -> &[Event] {
        let from = self.events.len().saturating_sub(8);
        &self.events[from..]
    }

    /// The first thing for which `pick` has an answer.
    pub async fn until<T>(&mut self, pick: impl Fn(&Seen) -> Option<T>) -> Result<T> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let seen = self.next_by(deadline).await?;
            if let Some(found) = pick(&seen) {
                return Ok(found);
            }
            if matches!(seen, Seen::Closed) {
                bail!(
                    "the socket was closed; the last events: {:#?}",
                    self.last_events()
                );
            }
        }
    }

    /// The session, when it comes to a phase that `fits`.
    pub async fn phase(&mut self, fits: impl Fn(&Phase) -> bool) -> Result<SessionInfo> {
        self.until(|seen| match seen {
            Seen::Event(Event::Session(info)) if fits(&info.phase) => Some((**info).clone()),
            _ => None,
        })
        .await
    }

    /// The session, when it is live.
    pub async fn live(&mut self) -> Result<SessionInfo> {
        self.phase(|phase| *phase == Phase::Live).await
    }

    /// The next notice.
    pub async fn notice(&mut self) -> Result<Notice> {
        self.until(|seen| match seen {
            Seen::Event(Event::Notice(notice)) => Some(notice.clone()),
            _ => None,
        })
        .await
    }

    /// The next status that `fits`.
    pub async fn status(&mut self, fits: impl Fn(&WorldStatus) -> bool) -> Result<WorldStatus> {
        self.until(|seen| match seen {
            Seen::Event(Event::Status(status)) if fits(status) => Some(status.clone()),
            _ => None,
        })
        .await
    }

    /// The header of the next frame.
    pub async fn frame(&mut self) -> Result<FrameHeader> {
        self.until(|seen| match seen {
            Seen::Frame(header, _) => Some(*header),
            _ => None,
        })
        .await
    }

    /// Sends a command.
    pub async fn command(&mut self, command: &WorldCommand) -> Result<()> {
        self.text(&serde_json::to_string(command)?).await
    }

    /// Sends any text.
    pub async fn text(&mut self, text: &str) -> Result<()> {
        Ok(self.socket.send(Message::text(text)).await?)
    }
}
