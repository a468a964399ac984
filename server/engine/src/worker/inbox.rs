//! Requests, as they come in on standard input.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

use atheria_shared::cause::Counted;
use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::pipe::{self, PacketKind};
use atheria_shared::{ApiError, Cause, ErrorCode};

use super::end;
use super::outbox::Outbox;

/// Requests that may wait while the engine is busy; more are refused, since the reader must never stop reading.
const WAITING: usize = 256;

/// What is there.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one at a time is looked at")]
pub(super) enum Next {
    /// A request.
    Request(EngineRequest),
    /// None yet.
    Nothing,
    /// There will be none any more.
    Over,
}

/// The requests that came in.
#[derive(Debug)]
pub(super) struct Inbox {
    requests: Receiver<EngineRequest>,
}

impl Inbox {
    /// Starts the reader. It ends the process when the input is over or is nonsense.
    pub(super) fn start(mut input: impl Read + Send + 'static, outbox: Outbox) -> io::Result<Self> {
        let (sender, requests) = sync_channel(WAITING);
        thread::Builder::new().name("reader".to_owned()).spawn(move || {
            loop {
                let bytes = match read_packet(&mut input) {
                    Ok(bytes) => bytes,
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => end::now(0),
                    Err(error) => {
                        eprintln!("ath-engine: the input cannot be read: {error}");
                        end::now(4)
                    }
                };
                let refusal = match pipe::decode_message(&bytes) {
                    Ok(request) => match sender.try_send(request) {
                        // Once the conversation is over only the input's end is waited for.
                        Ok(()) | Err(TrySendError::Disconnected(_)) => continue,
                        Err(TrySendError::Full(_)) => ApiError::new(
                            ErrorCode::TooMany,
                            "the engine is busy and has too many requests waiting",
                        )
                        .because(Cause::TooMany {
                            what: Counted::Requests,
                            found: None,
                            limit: WAITING as u64,
                        }),
                    },
                    Err(error) => ApiError::new(
                        ErrorCode::BadRequest,
                        format!("the engine was asked for something that it does not know: {error}"),
                    ),
                };
                outbox.say_if_room(&EngineEvent::Failed { error: refusal });
            }
        })?;
        Ok(Self { requests })
    }

    /// The next request if it is there.
    pub(super) fn look(&self) -> Next {
        match self.requests.try_recv() {
            Ok(request) => Next::Request(request),
            Err(TryRecvError::Empty) => Next::Nothing,
            Err(TryRecvError::Disconnected) => Next::Over,
        }
    }

    /// The next request, waited for as long as that; none: as long as it takes.
    pub(super) fn wait(&self, at_most: Option<Duration>) -> Next {
        match at_most {
            None => self.requests.recv().map_or(Next::Over, Next::Request),
            Some(at_most) => match self.requests.recv_timeout(at_most) {
                Ok(request) => Next::Request(request),
                Err(RecvTimeoutError::Timeout) => Next::Nothing,
                Err(RecvTimeoutError::Disconnected) => Next::Over,
            },
        }
    }
}

fn read_packet(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    let mut head = [0; pipe::HEAD_BYTES];
    input.read_exact(&mut head)?;
    let (kind, length) = pipe::parse_head(head).map_err(invalid)?;
    if kind != PacketKind::Message {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a frame"));
    }
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}
