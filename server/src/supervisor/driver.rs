//! The task that owns an engine process: writes requests, reads packets, keeps the deadlines, kills and reaps.
//!
//! Whatever happens, it ends with [`Output::Ended`] and a process that is reaped.

use std::time::Duration;

use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::pipe::{self, PacketKind, PipeError};
use atheria_shared::{ApiError, ErrorCode};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::engine::{Frame, Output};
use super::last_words::LastWords;
use super::leftovers::Leftovers;
use super::{Deadlines, EngineError, Vital, Watchdog};

/// Time for the rest of a dead process's output to arrive.
const DRAIN: Duration = Duration::from_millis(500);

/// A timer that is later than this says that we were away, not the engine.
const AWAY: Duration = Duration::from_secs(1);

/// Why the reader stopped.
#[derive(Debug)]
pub(super) enum PipeEnd {
    /// The pipe was closed.
    Closed,
    /// It held what cannot be.
    Nonsense(PipeError),
}

/// A message, or why there is none any more.
pub(super) type Heard = Result<EngineEvent, PipeEnd>;

/// Reads packets: frames go where the latest wins, messages to the driver.
pub(super) async fn read_packets(
    mut stdout: impl AsyncRead + Unpin,
    frames: watch::Sender<Option<Frame>>,
    messages: mpsc::Sender<Heard>,
) {
    loop {
        match read_packet(&mut stdout).await {
            Ok(Packet::Frame(frame)) => {
                frames.send_replace(Some(frame));
            }
            Ok(Packet::Message(event)) => {
                let event = *event;
                if messages.send(Ok(event)).await.is_err() {
                    return;
                }
            }
            Err(end) => {
                // The driver may be gone; then nobody needs to know.
                let _ = messages.send(Err(end)).await;
                return;
            }
        }
    }
}

enum Packet {
    Frame(Frame),
    Message(Box<EngineEvent>),
}

async fn read_packet(stdout: &mut (impl AsyncRead + Unpin)) -> Result<Packet, PipeEnd> {
    let closed = |_| PipeEnd::Closed;
    let mut head = [0; pipe::HEAD_BYTES];
    stdout.read_exact(&mut head).await.map_err(closed)?;
    let (kind, bytes) = pipe::parse_head(head).map_err(PipeEnd::Nonsense)?;
    let mut body = vec![0; bytes];
    stdout.read_exact(&mut body).await.map_err(closed)?;
    match kind {
        PacketKind::Frame => Ok(Packet::Frame(body.into())),
        PacketKind::Message => pipe::decode_message(&body)
            .map(|event| Packet::Message(Box::new(event)))
            .map_err(PipeEnd::Nonsense),
    }
}

/// Everything a driver owns.
pub(super) struct Driver {
    pub(super) child: Child,
    pub(super) stdin: Option<ChildStdin>,
    pub(super) messages: mpsc::Receiver<Heard>,
    pub(super) reader: JoinHandle<()>,
    /// None once it was waited for: it can be only once.
    pub(super) listener: Option<JoinHandle<()>>,
    pub(super) last_words: LastWords,
    pub(super) leftovers: Leftovers,
    pub(super) requests: mpsc::Receiver<EngineRequest>,
    pub(super) outputs: mpsc::Sender<Output>,
    pub(super) vital: watch::Sender<Vital>,
    pub(super) deadlines: Deadlines,
    pub(super) kill: CancellationToken,
    pub(super) gone: CancellationToken,
}

/// Why the loop was left.
enum Leave {
    Heard(PipeEnd),
    Missed(super::Missed),
    Killed,
    Stopped,
}

impl Driver {
    /// Runs until the process is over and reaped.
    pub(super) async fn run(mut self) {
        let gone = self.gone.clone();
        // Also when this task is dropped half-way.
        let _guard = gone.drop_guard();
        let mut watchdog = Watchdog::new(self.deadlines, Instant::now());
        let leave = self.converse(&mut watchdog).await;
        let stage = watchdog.stage();
        let error = match leave {
            Leave::Missed(missed) => {
                self.end_now().await;
                EngineError::Timeout {
                    missed,
                    last_words: self.last_words.lines(),
                }
            }
            Leave::Heard(PipeEnd::Nonsense(source)) => {
                self.end_now().await;
                EngineError::Nonsense {
                    reason: source.to_string(),
                    stage,
                    last_words: self.last_words.lines(),
                }
            }
            Leave::Heard(PipeEnd::Closed) | Leave::Stopped => {
                // An honest engine ends when its input does; one that does not is killed.
                self.stdin = None;
                let status = timeout(self.deadlines.stop, self.child.wait()).await;
                if status.is_err() {
                    self.end_now().await;
                }
                let status = status.ok().and_then(Result::ok);
                self.hear_out().await;
                EngineError::Died {
                    status,
                    stage,
                    last_words: self.last_words.lines(),
                }
            }
            Leave::Killed => {
                self.end_now().await;
                EngineError::Died {
                    status: None,
                    stage,
                    last_words: Vec::new(),
                }
            }
        };
        self.reader.abort();
        self.leftovers.remove().await;
        self.gone.cancel();
        tracing::debug!(%error, "an engine process is over");
        let _ = self.outputs.send(Output::Ended(error)).await;
    }

    async fn converse(&mut self, watchdog: &mut Watchdog) -> Leave {
        loop {
            let (deadline, missed) = watchdog.next();
            tokio::select! {
                biased;
                () = self.kill.cancelled() => return Leave::Killed,
                heard = self.messages.recv() => match heard {
                    Some(Ok(event)) => {
                        watchdog.heard(&event, Instant::now());
                        self.vital.send_replace(watchdog.vital());
                        if matches!(event, EngineEvent::Heartbeat { .. }) {
                            continue;
                        }
                        tokio::select! {
                            () = self.kill.cancelled() => return Leave::Killed,
                            sent = self.outputs.send(Output::Event(event)) => if sent.is_err() {
                                return Leave::Killed;
                            },
                        }
                    }
                    Some(Err(end)) => return Leave::Heard(end),
                    None => return Leave::Heard(PipeEnd::Closed),
                },
                request = self.requests.recv() => match request {
                    Some(request) => {
                        if let Some(leave) = self.write(watchdog, &request).await {
                            return leave;
                        }
                    }
                    None => return Leave::Killed,
                },
                () = sleep_until(deadline) => {
                    let late = deadline.elapsed();
                    if late < AWAY {
                        return Leave::Missed(missed);
                    }
                    watchdog.excuse(late);
                    self.vital.send_replace(watchdog.vital());
                }
            }
        }
    }

    /// Writes a request; a full pipe is waited for as long as the engine's next deadline allows.
    async fn write(&mut self, watchdog: &mut Watchdog, request: &EngineRequest) -> Option<Leave> {
        let packet = match pipe::encode_message(request) {
            Ok(packet) => packet,
            Err(source) => return self.refuse(&source).await,
        };
        watchdog.asked(request, Instant::now());
        self.leftovers.note(request);
        let (deadline, missed) = watchdog.next();
        let Some(stdin) = &mut self.stdin else { return None };
        let write = async {
            stdin.write_all(&packet).await?;
            stdin.flush().await
        };
        tokio::select! {
            () = self.kill.cancelled() => Some(Leave::Killed),
            () = sleep_until(deadline) => Some(Leave::Missed(missed)),
            // A closed pipe shows itself on the reading side, with the reason.
            _ = write => matches!(request, EngineRequest::Stop).then_some(Leave::Stopped),
        }
    }

    /// Answers a request that cannot be sent, as the engine would: whoever asked waits for an answer.
    async fn refuse(&mut self, source: &PipeError) -> Option<Leave> {
        let message = format!("the request cannot be sent to the engine: {source}");
        let error = ApiError::new(ErrorCode::BadRequest, message);
        let refused = Output::Event(EngineEvent::Failed { error });
        tokio::select! {
            () = self.kill.cancelled() => Some(Leave::Killed),
            sent = self.outputs.send(refused) => sent.is_err().then_some(Leave::Killed),
        }
    }

    async fn end_now(&mut self) {
        if let Err(error) = self.child.kill().await {
            tracing::error!(%error, "an engine process could not be killed");
        }
        self.hear_out().await;
    }

    /// Waits for the last words, but for no longer than [`DRAIN`]: whoever has inherited the pipe may keep it open.
    async fn hear_out(&mut self) {
        let Some(mut listener) = self.listener.take() else {
            return;
        };
        if timeout(DRAIN, &mut listener).await.is_err() {
            listener.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use atheria_shared::limits::PIPE_MESSAGE_BYTES;
    use atheria_shared::temporary::Mark;
    use tokio::process::Command;

    use super::*;

    /// A driver of a process that is a line of shell, what can be asked of it and what comes out.
    fn driver(line: &str) -> (Driver, mpsc::Sender<EngineRequest>, mpsc::Receiver<Output>) {
        let mut child = Command::new("sh")
            .args(["-c", line])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let last_words = LastWords::default();
        let listener = tokio::spawn(last_words.clone().listen(child.stderr.take().unwrap()));
        let (frames, _) = watch::channel(None);
        let (sender, messages) = mpsc::channel(4);
        let reader = tokio::spawn(read_packets(child.stdout.take().unwrap(), frames, sender));
        let (asked, requests) = mpsc::channel(4);
        let (outputs, heard) = mpsc::channel(4);
        let driver = Driver {
            stdin: child.stdin.take(),
            child,
            messages,
            reader,
            listener: Some(listener),
            last_words,
            leftovers: Leftovers::new(Mark::of([7; 16])),
            requests,
            outputs,
            vital: watch::Sender::new(Vital::new(Instant::now())),
            deadlines: Deadlines {
                stop: Duration::from_millis(50),
                ..Deadlines::default()
            },
            kill: CancellationToken::new(),
            gone: CancellationToken::new(),
        };
        (driver, asked, heard)
    }

    #[tokio::test]
    async fn an_engine_that_closes_its_pipes_and_stays_is_ended_and_its_last_words_are_told() {
        let (driver, _asked, mut heard) = driver("echo so it ends >&2; exec >&- 2>&- sleep 1000");
        tokio::spawn(driver.run()).await.expect("the driver panicked");
        let Some(Output::Ended(EngineError::Died { last_words, .. })) = heard.recv().await else {
            panic!("it has not ended");
        };
        assert_eq!(last_words, ["so it ends"]);
    }

    #[tokio::test]
    async fn a_request_that_cannot_be_sent_is_answered() {
        let (driver, asked, mut heard) = driver("exec sleep 1000");
        let kill = driver.kill.clone();
        let running = tokio::spawn(driver.run());
        let path = "x".repeat(PIPE_MESSAGE_BYTES).into();
        asked.send(EngineRequest::Save { path }).await.unwrap();
        let Some(Output::Event(EngineEvent::Failed { error })) = heard.recv().await else {
            panic!("it was not answered");
        };
        assert_eq!(error.code, ErrorCode::BadRequest);
        kill.cancel();
        assert!(matches!(heard.recv().await, Some(Output::Ended(_))));
        running.await.unwrap();
    }
}
