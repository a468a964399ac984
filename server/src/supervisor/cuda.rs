//! Whether CUDA can be used: asked of `ath-engine probe-cuda`, a process that may hang or be lost, before any engine is told to
//! compute with it.
//!
//! An answer is kept for as long as the server lives. One that is no is asked for again when a user wants CUDA by name.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use atheria_shared::cause::{CudaTrouble, Ending};
use atheria_shared::cuda::CudaProbe;
use atheria_shared::world::DeviceChoice;
use atheria_shared::{ApiError, ErrorCode};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use super::error::{EngineError, Seconds, ending};

/// The longest answer that is read.
const ANSWER_BYTES: u64 = 1 << 16;
/// How long a process that was killed is waited for: one that hangs in a driver may never go.
const REAPED: Duration = Duration::from_secs(2);

/// What is known of CUDA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cuda {
    /// The probe's answer.
    Said(CudaProbe),
    /// The driver never answered.
    Hung {
        /// How long it had.
        deadline: Duration,
    },
    /// The driver took the probe's process down.
    Aborted {
        /// How it ended.
        end: Ending,
    },
    /// The probe could not be made.
    Unknown {
        /// Why.
        reason: String,
    },
}

impl Cuda {
    /// Whether it computes.
    pub fn is_available(&self) -> bool {
        matches!(self, Self::Said(CudaProbe::Available { .. }))
    }

    /// Whether a user who left the choice to us should know why CUDA is not used: there is something that was meant to be.
    pub fn is_broken(&self) -> bool {
        match self {
            Self::Said(CudaProbe::Available { .. } | CudaProbe::Missing) => false,
            Self::Said(CudaProbe::NotInLibtorch { driver }) => *driver,
            Self::Said(CudaProbe::TooOld { .. } | CudaProbe::Refused { .. })
            | Self::Hung { .. }
            | Self::Aborted { .. }
            | Self::Unknown { .. } => true,
        }
    }

    /// The device to be used for a choice, and why it is not CUDA where it might have been.
    pub fn choose(&self, choice: DeviceChoice) -> Result<Chosen, EngineError> {
        let device = match choice {
            DeviceChoice::Cpu => DeviceChoice::Cpu,
            choice if self.is_available() => choice,
            DeviceChoice::Auto => DeviceChoice::Cpu,
            DeviceChoice::Cuda => return Err(EngineError::NoCuda { cuda: self.clone() }),
        };
        let fell_back = choice != device && self.is_broken();
        Ok(Chosen {
            device,
            fell_back: fell_back.then(|| ApiError::from(EngineError::NoCuda { cuda: self.clone() })),
        })
    }

    /// Why it cannot be used; none where it can.
    pub(super) fn trouble(&self) -> Option<CudaTrouble> {
        Some(match self {
            Self::Said(CudaProbe::Available { .. }) => return None,
            Self::Said(CudaProbe::Missing) => CudaTrouble::Missing,
            Self::Said(CudaProbe::NotInLibtorch { .. }) => CudaTrouble::NotInLibtorch,
            Self::Said(CudaProbe::TooOld { driver, runtime }) => CudaTrouble::TooOld {
                driver: *driver,
                runtime: *runtime,
            },
            Self::Said(CudaProbe::Refused { reason }) => CudaTrouble::Refused {
                words: reason.clone(),
            },
            Self::Hung { deadline } => CudaTrouble::Hung {
                seconds: deadline.as_secs_f64().into(),
            },
            Self::Aborted { end } => CudaTrouble::Aborted { end: *end },
            Self::Unknown { reason } => CudaTrouble::Unknown {
                words: reason.clone(),
            },
        })
    }

    /// The kind of error that it is for who asked for CUDA.
    pub(super) fn code(&self) -> ErrorCode {
        match self {
            Self::Said(CudaProbe::Missing | CudaProbe::NotInLibtorch { .. }) => ErrorCode::CudaMissing,
            _ => ErrorCode::CudaFailed,
        }
    }
}

impl fmt::Display for Cuda {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(CudaProbe::Available { name, .. }) => {
                write!(
                    f,
                    "CUDA is there: {}",
                    name.as_deref().unwrap_or("its first device")
                )
            }
            Self::Said(CudaProbe::Missing) => {
                f.write_str("there is no NVIDIA driver, or no device for it; choose the device cpu or auto")
            }
            Self::Said(CudaProbe::TooOld { driver, runtime }) => write!(
                f,
                "the NVIDIA driver is too old: it speaks CUDA {driver}, and libtorch needs {runtime}; install a newer driver"
            ),
            Self::Said(CudaProbe::NotInLibtorch { .. }) => f.write_str(
                "this libtorch was built without CUDA; build with one that has it (LIBTORCH=DIR make build)",
            ),
            Self::Said(CudaProbe::Refused { reason }) => write!(
                f,
                "the NVIDIA driver refuses: {reason}; see what `nvidia-smi` says"
            ),
            Self::Hung { deadline } => write!(
                f,
                "the NVIDIA driver has not answered within {}; see what `nvidia-smi` says",
                Seconds(*deadline)
            ),
            Self::Aborted { end } => {
                write!(
                    f,
                    "the process that asked the NVIDIA driver {end}; see what `nvidia-smi` says"
                )
            }
            Self::Unknown { reason } => write!(f, "CUDA cannot be asked for: {reason}"),
        }
    }
}

/// A device that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// It. Never `auto` where there is no CUDA.
    pub device: DeviceChoice,
    /// Why it is not CUDA, though the choice was ours and something of CUDA is there.
    pub fell_back: Option<ApiError>,
}

impl Chosen {
    /// The CPU, as it was asked for.
    pub fn cpu() -> Self {
        Self {
            device: DeviceChoice::Cpu,
            fell_back: None,
        }
    }
}

/// Who asks, and what was answered. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct CudaQuestion {
    program: PathBuf,
    environment: Vec<(String, String)>,
    deadline: Duration,
    answer: Arc<Mutex<Option<watch::Receiver<Option<Cuda>>>>>,
}

impl CudaQuestion {
    /// To be asked by `program`, which has so long for an answer.
    pub(super) fn new(program: PathBuf, deadline: Duration) -> Self {
        Self {
            program,
            environment: Vec::new(),
            deadline,
            answer: Arc::default(),
        }
    }

    /// With a variable in the environment of the process that asks.
    pub(super) fn set_env(&mut self, key: &str, value: &str) {
        self.environment.push((key.to_owned(), value.to_owned()));
    }

    /// The answer, asked for where it is not known; `again`: also where it was no.
    pub(super) async fn ask(&self, again: bool) -> Cuda {
        let mut answer = self.answering(again);
        let known = answer.wait_for(Option::is_some).await;
        known
            .ok()
            .and_then(|known| known.clone())
            .unwrap_or(Cuda::Unknown {
                reason: "the question was given up".to_owned(),
            })
    }

    /// Asks ahead of who will want to know.
    pub(super) fn ask_ahead(&self) {
        drop(self.answering(false));
    }

    /// One process at a time asks, for all who wait.
    fn answering(&self, again: bool) -> watch::Receiver<Option<Cuda>> {
        let mut slot = self.slot();
        if let Some(answer) = &*slot {
            let stale = again && answer.borrow().as_ref().is_some_and(|cuda| !cuda.is_available());
            if !stale {
                return answer.clone();
            }
        }
        let (sender, receiver) = watch::channel(None);
        *slot = Some(receiver.clone());
        let this = self.clone();
        tokio::spawn(async move {
            let cuda = probe(&this.program, &this.environment, this.deadline).await;
            tracing::info!("{cuda}");
            sender.send_replace(Some(cuda));
        });
        receiver
    }

    fn slot(&self) -> MutexGuard<'_, Option<watch::Receiver<Option<Cuda>>>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs the process that asks.
async fn probe(program: &Path, environment: &[(String, String)], deadline: Duration) -> Cuda {
    let unknown = |error: std::io::Error| Cuda::Unknown {
        reason: error.to_string(),
    };
    let spawned = Command::new(program)
        .arg("probe-cuda")
        .envs(environment.iter().map(|(key, value)| (key, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .spawn();
    let mut child = match spawned {
        Ok(child) => child,
        Err(error) => return unknown(error),
    };
    let Some(stdout) = child.stdout.take() else {
        return unknown(std::io::Error::other("it has no pipe"));
    };
    let heard = timeout(deadline, hear(&mut child, stdout)).await;
    end(child).await;
    match heard {
        Ok(Ok(cuda)) => cuda,
        Ok(Err(error)) => unknown(error),
        Err(_) => Cuda::Hung { deadline },
    }
}

/// What the process says, or how it ends without a word. One that has answered is not waited for: a driver may hang at the end too.
async fn hear(child: &mut Child, stdout: impl AsyncRead + Unpin) -> std::io::Result<Cuda> {
    let mut line = String::new();
    BufReader::new(stdout.take(ANSWER_BYTES))
        .read_line(&mut line)
        .await?;
    let error = match serde_json::from_str(line.trim()) {
        Ok(said) => return Ok(Cuda::Said(said)),
        Err(error) => error,
    };
    let status = child.wait().await?;
    Ok(if status.success() {
        Cuda::Unknown {
            reason: format!("its answer cannot be read: {error}"),
        }
    } else {
        Cuda::Aborted {
            end: ending(Some(status)),
        }
    })
}

async fn end(mut child: Child) {
    if matches!(child.try_wait(), Ok(Some(_))) {
        return;
    }
    if let Err(error) = child.start_kill() {
        tracing::warn!(%error, "the process that asks for CUDA could not be killed");
    }
    if timeout(REAPED, child.wait()).await.is_err() {
        tracing::warn!("the process that asks for CUDA hangs in the driver and cannot be ended");
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use atheria_shared::cuda::CudaVersion;

    use super::*;

    const LONG: Duration = Duration::from_mins(1);
    const AVAILABLE: &str = r#"{"cuda":"available","name":"H100","driver":13000,"runtime":13000}"#;

    /// An engine whose probe is that line of shell.
    fn question(folder: &tempfile::TempDir, line: &str, deadline: Duration) -> CudaQuestion {
        let program = folder.path().join("engine");
        std::fs::write(&program, format!("#!/bin/sh\n{line}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        CudaQuestion::new(program, deadline)
    }

    #[tokio::test]
    async fn a_driver_that_hangs_aborts_or_is_too_old_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let short = Duration::from_millis(50);
        let hung = question(&folder, "exec sleep 1000", short).ask(false).await;
        assert_eq!(hung, Cuda::Hung { deadline: short });
        let aborted = question(&folder, "kill -ABRT $$", LONG).ask(false).await;
        assert!(
            matches!(&aborted, Cuda::Aborted { end } if end.to_string().contains("SIGABRT")),
            "{aborted:?}"
        );
        let old = r#"echo '{"cuda":"too_old","driver":11040,"runtime":13000}'"#;
        let old = question(&folder, old, LONG).ask(false).await;
        assert!(
            old.to_string().contains("CUDA 11.4") && old.to_string().contains("13.0"),
            "{old}"
        );
        let strange = question(&folder, "echo hello", LONG).ask(false).await;
        assert!(matches!(strange, Cuda::Unknown { .. }), "{strange:?}");
        let hangs_at_its_end = format!("echo '{AVAILABLE}'; exec sleep 1000");
        assert!(
            question(&folder, &hangs_at_its_end, LONG)
                .ask(false)
                .await
                .is_available()
        );
        let missing = CudaQuestion::new(folder.path().join("nothing"), LONG);
        assert!(matches!(missing.ask(false).await, Cuda::Unknown { .. }));
        for cuda in [hung, aborted, old] {
            assert!(cuda.choose(DeviceChoice::Auto).unwrap().fell_back.is_some());
            assert_eq!(cuda.choose(DeviceChoice::Cpu).unwrap(), Chosen::cpu());
            let error = ApiError::from(cuda.choose(DeviceChoice::Cuda).unwrap_err());
            assert_eq!(error.code, ErrorCode::CudaFailed);
        }
    }

    #[tokio::test]
    async fn it_is_asked_once_for_all_and_again_for_who_wants_it_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let count = folder.path().join("count");
        let line = format!(
            "echo x >> {0}; if [ $(wc -l < {0}) = 1 ]; then echo '{{\"cuda\":\"missing\"}}'; else echo '{AVAILABLE}'; fi",
            count.display()
        );
        let question = question(&folder, &line, LONG);
        let (one, other) = tokio::join!(question.ask(false), question.ask(false));
        let missing = Cuda::Said(CudaProbe::Missing);
        assert_eq!((&one, &other), (&missing, &missing));
        assert_eq!(
            one.choose(DeviceChoice::Auto).unwrap(),
            Chosen::cpu(),
            "nothing to tell"
        );
        assert!(question.ask(true).await.is_available());
        assert!(question.ask(true).await.is_available());
        assert_eq!(std::fs::read_to_string(&count).unwrap(), "x\nx\n");
    }

    #[test]
    fn each_says_what_it_is_and_what_to_do() {
        let driver = CudaVersion(11_040);
        let runtime = CudaVersion(13_000);
        let said: Vec<ApiError> = [
            Cuda::Said(CudaProbe::Missing),
            Cuda::Said(CudaProbe::TooOld { driver, runtime }),
            Cuda::Said(CudaProbe::NotInLibtorch { driver: true }),
            Cuda::Said(CudaProbe::Refused {
                reason: "no kernel image".into(),
            }),
            Cuda::Hung {
                deadline: Duration::from_secs(20),
            },
            Cuda::Aborted {
                end: Ending::Signal { signal: 6 },
            },
        ]
        .into_iter()
        .map(|cuda| EngineError::NoCuda { cuda }.into())
        .collect();
        insta::assert_json_snapshot!(said);
    }
}
