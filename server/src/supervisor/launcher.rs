//! Starts engine processes.

use std::path::PathBuf;
use std::process::Stdio;

use atheria_shared::engine::{EngineEvent, PROTOCOL};
use atheria_shared::temporary::{MARK_VARIABLE, Mark};
use atheria_shared::world::DeviceChoice;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::cuda::{Chosen, CudaQuestion};
use super::driver::{Driver, Heard, PipeEnd, read_packets};
use super::last_words::LastWords;
use super::leftovers::Leftovers;
use super::{Deadlines, Engine, EngineError, Vital};

/// Requests that wait for the pipe to take them.
const REQUESTS_WAITING: usize = 64;
/// Messages on their way to whoever owns the engine; a full queue slows the engine down.
const OUTPUTS_WAITING: usize = 64;

/// How an engine's process is tuned; a variable that the user has set stays as it is. libtorch's threads sleep while ours work,
/// instead of spinning on the same cores, and memory that a step frees is kept for the next one: given back to the
/// system and taken anew, it costs up to half of a step.
const TUNING: [(&str, &str); 3] = [
    ("OMP_WAIT_POLICY", "passive"),
    ("MALLOC_MMAP_THRESHOLD_", "1073741824"),
    ("MALLOC_TRIM_THRESHOLD_", "8589934592"),
];

/// How engine processes are started. Cheap to clone; all clones share one list of drivers.
#[derive(Debug, Clone)]
pub struct Launcher {
    program: PathBuf,
    environment: Vec<(String, String)>,
    deadlines: Deadlines,
    cuda: CudaQuestion,
    drivers: TaskTracker,
    kill_all: CancellationToken,
}

impl Launcher {
    /// Starts `program`, and gives it `deadlines`.
    pub fn new(program: PathBuf, deadlines: Deadlines) -> Self {
        Self {
            cuda: CudaQuestion::new(program.clone(), deadlines.cuda),
            program,
            environment: Vec::new(),
            deadlines,
            drivers: TaskTracker::new(),
            kill_all: CancellationToken::new(),
        }
    }

    /// The same, with a variable in the environment of each process.
    #[must_use]
    pub fn with_env(mut self, key: &str, value: &str) -> Self {
        self.environment.push((key.to_owned(), value.to_owned()));
        self.cuda.set_env(key, value);
        self
    }

    /// The deadlines of its engines.
    pub fn deadlines(&self) -> &Deadlines {
        &self.deadlines
    }

    /// The device for a choice: asks for CUDA, where it is not known yet, unless the CPU is chosen. One that was asked for by name
    /// has to be there.
    pub async fn device(&self, choice: DeviceChoice) -> Result<Chosen, EngineError> {
        if choice == DeviceChoice::Cpu {
            return Ok(Chosen::cpu());
        }
        self.cuda.ask(choice == DeviceChoice::Cuda).await.choose(choice)
    }

    /// Asks ahead of who will want to know the device for a choice.
    pub fn ask_ahead(&self, choice: DeviceChoice) {
        if choice != DeviceChoice::Cpu {
            self.cuda.ask_ahead();
        }
    }

    /// Starts a process and waits for its hello.
    pub async fn launch(&self) -> Result<Engine, EngineError> {
        let mark = self.mark()?;
        let mut child = self.spawn(&mark)?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(EngineError::Start {
                program: self.program.clone(),
                source: std::io::Error::other("it has no pipes"),
            });
        };
        let process_id = child.id();
        let last_words = LastWords::default();
        let listener = tokio::spawn(last_words.clone().listen(stderr));
        let (frame_sender, frames) = watch::channel(None);
        let (message_sender, mut messages) = mpsc::channel(OUTPUTS_WAITING);
        let reader = tokio::spawn(read_packets(stdout, frame_sender, message_sender));

        let torch_version = match self.hello(&mut child, &mut messages, &last_words).await {
            Ok(version) => version,
            Err(error) => {
                // Reaped here; the child's own guard would only kill it.
                let _ = child.kill().await;
                return Err(error);
            }
        };
        let (requests, request_receiver) = mpsc::channel(REQUESTS_WAITING);
        let (output_sender, outputs) = mpsc::channel(OUTPUTS_WAITING);
        let vital_sender = watch::Sender::new(Vital::new(Instant::now()));
        let vital = vital_sender.subscribe();
        let kill = self.kill_all.child_token();
        let gone = CancellationToken::new();
        let driver = Driver {
            child,
            stdin: Some(stdin),
            messages,
            reader,
            listener: Some(listener),
            last_words,
            leftovers: Leftovers::new(mark),
            requests: request_receiver,
            outputs: output_sender,
            vital: vital_sender,
            deadlines: self.deadlines,
            kill: kill.clone(),
            gone: gone.clone(),
        };
        self.drivers.spawn(driver.run());
        Ok(Engine {
            torch_version,
            process_id,
            requests,
            outputs,
            frames,
            vital,
            kill,
            gone,
        })
    }

    /// Kills every engine that was started from here or from a clone, and comes back when they are reaped.
    pub async fn shut_down(&self) {
        self.kill_all.cancel();
        self.drivers.close();
        self.drivers.wait().await;
    }

    /// Has [`Launcher::shut_down`] wait for this too.
    pub(super) fn track(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.drivers.spawn(work);
    }

    /// Whether everything ends, so that a launch that fails is nobody's fault.
    pub(super) fn is_ending(&self) -> bool {
        self.kill_all.is_cancelled()
    }

    fn ending(&self) -> EngineError {
        EngineError::Start {
            program: self.program.clone(),
            source: std::io::Error::other("the server is ending"),
        }
    }

    /// What the temporary files of the next process are known by.
    fn mark(&self) -> Result<Mark, EngineError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| EngineError::Start {
            program: self.program.clone(),
            source: std::io::Error::other(error.to_string()),
        })?;
        Ok(Mark::of(random))
    }

    fn spawn(&self, mark: &Mark) -> Result<Child, EngineError> {
        let start = |source| EngineError::Start {
            program: self.program.clone(),
            source,
        };
        if self.kill_all.is_cancelled() {
            return Err(self.ending());
        }
        Command::new(&self.program)
            .envs(
                TUNING
                    .into_iter()
                    .filter(|(key, _)| std::env::var_os(key).is_none()),
            )
            .envs(self.environment.iter().map(|(key, value)| (key, value)))
            .env(MARK_VARIABLE, mark.as_str())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A group of its own: Ctrl-C reaches us, and we end it in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(start)
    }

    async fn hello(
        &self,
        child: &mut Child,
        messages: &mut mpsc::Receiver<Heard>,
        last_words: &LastWords,
    ) -> Result<String, EngineError> {
        let first = async {
            loop {
                match messages.recv().await {
                    Some(Ok(EngineEvent::Heartbeat { .. })) => {}
                    other => return other,
                }
            }
        };
        let heard = tokio::select! {
            heard = timeout(self.deadlines.start, first) => heard,
            () = self.kill_all.cancelled() => return Err(self.ending()),
        };
        let nonsense = |reason: String| EngineError::Nonsense {
            reason,
            stage: None,
            last_words: last_words.lines(),
        };
        match heard {
            Err(_) => Err(EngineError::NoHello {
                deadline: self.deadlines.start,
                last_words: last_words.lines(),
            }),
            Ok(Some(Ok(EngineEvent::Hello {
                protocol,
                torch_version,
            }))) if protocol == PROTOCOL => Ok(torch_version),
            Ok(Some(Ok(EngineEvent::Hello { protocol, .. }))) => Err(EngineError::Protocol {
                program: self.program.clone(),
                found: protocol,
                expected: PROTOCOL,
            }),
            Ok(Some(Ok(_))) => Err(nonsense("its first message is no hello".into())),
            Ok(Some(Err(PipeEnd::Nonsense(source)))) => Err(nonsense(source.to_string())),
            Ok(Some(Err(PipeEnd::Closed)) | None) => {
                let status = timeout(self.deadlines.stop, child.wait()).await;
                Err(EngineError::Died {
                    status: status.ok().and_then(Result::ok),
                    stage: None,
                    last_words: last_words.lines(),
                })
            }
        }
    }
}
