//! [`CheckId::Restore`]: a world that is saved, whose engine is killed, and that is restored, goes on as the one that was
//! not.
//!
//! ```text
//! engine 1   open ── 8 steps ── save A ── 8 steps ── save B ── killed
//! engine 2            open A at its step ── 8 steps ── save C          B and C: the same bytes
//! ```
//!
//! On the CPU, whose arithmetic repeats itself to the bit, and with one execution throughout: which of them is chosen by
//! itself may depend on the past that a restored world does not have.

use std::path::{Path, PathBuf};

use atheria_shared::Boundary;
use atheria_shared::cause::{IoFault, Wait};
use atheria_shared::diagnosis::{Advice, CheckId, CheckReport, Figure, FigureName, Finding, Verdict};
use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::view::View;
use atheria_shared::world::{DeviceChoice, ExecutionChoice, Placement, StartingMatter, WorldInfo, WorldSpec};
use atheria_shared::{ApiError, Cause, ErrorCode};
use tokio::time::{Instant, timeout};

use super::subject::Specimen;
use super::verdicts;
use crate::supervisor::{Engine, Launcher, Output};

/// Steps before and after the save.
const STEPS: u64 = 8;

/// Makes the check.
pub(super) async fn check(launcher: &Launcher, specimen: &Specimen, scratch: &Path) -> CheckReport {
    let began = Instant::now();
    let compared = compare_lives(launcher, specimen, scratch).await;
    let seconds = began.elapsed().as_secs_f64();
    match compared {
        Ok(compared) => report(&compared, seconds),
        Err(error) => verdicts::failed(CheckId::Restore, &error, seconds),
    }
}

/// What two files have in common.
#[derive(Debug, PartialEq, Eq)]
struct Compared {
    bytes: u64,
    differing: u64,
}

impl Compared {
    /// Byte by byte; where one is longer, all that it has more differs.
    fn of(one: &[u8], other: &[u8]) -> Self {
        let differing = one.iter().zip(other).filter(|(a, b)| a != b).count();
        Self {
            bytes: one.len().max(other.len()) as u64,
            differing: (differing + one.len().abs_diff(other.len())) as u64,
        }
    }
}

fn report(compared: &Compared, seconds: f64) -> CheckReport {
    let same = compared.differing == 0 && compared.bytes > 0;
    let (verdict, finding, advice) = if same {
        (Verdict::Passed, Finding::Restored { steps: STEPS }, None)
    } else {
        (
            Verdict::Failed,
            Finding::RestoredOther { steps: STEPS },
            Some(Advice::DistrustRestored),
        )
    };
    CheckReport {
        check: CheckId::Restore,
        verdict,
        finding,
        error: None,
        evidence: vec![
            Figure::new(FigureName::BytesCompared, compared.bytes as f64),
            Figure::new(FigureName::BytesDiffer, compared.differing as f64),
            Figure::new(FigureName::Time, seconds),
        ],
        advice,
        seconds,
    }
}

async fn compare_lives(
    launcher: &Launcher,
    specimen: &Specimen,
    scratch: &Path,
) -> Result<Compared, ApiError> {
    let file = |name: &str| scratch.join(name);
    let (saved, unbroken, restored) = (file("a.npz"), file("b.npz"), file("c.npz"));
    let mut world = specimen.world.clone();
    world.device = DeviceChoice::Cpu;
    if world.boundary != Boundary::Unbounded {
        world.execution = ExecutionChoice::Dense;
    }

    let mut life = Life::begin(launcher, specimen, world.clone(), 0).await?;
    let step = life.go_on(&saved).await?;
    life.go_on(&unbroken).await?;
    let grid = life.world.grid;
    life.engine.kill().await;

    world.grid = Some(grid);
    world.init = StartingMatter::File(saved);
    world.place = Placement::Centre;
    let mut life = Life::begin(launcher, specimen, world, step).await?;
    life.go_on(&restored).await?;
    life.engine.stop().await;

    let read = move || {
        Ok(Compared::of(
            &std::fs::read(&unbroken)?,
            &std::fs::read(&restored)?,
        ))
    };
    let compared = tokio::task::spawn_blocking(read)
        .await
        .unwrap_or_else(|_| Err(std::io::Error::other("the comparison broke off")));
    compared.map_err(|error: std::io::Error| {
        ApiError::new(
            ErrorCode::StateUnwritable,
            format!("a saved world cannot be read again: {error}"),
        )
        .because(Cause::Unreadable {
            path: scratch.display().to_string(),
            why: IoFault::from(&error),
        })
    })
}

/// An engine with a world.
struct Life {
    engine: Engine,
    world: WorldInfo,
    /// The longest time for steps and a save together.
    deadline: std::time::Duration,
}

impl Life {
    async fn begin(
        launcher: &Launcher,
        specimen: &Specimen,
        world: WorldSpec,
        step: u64,
    ) -> Result<Self, ApiError> {
        let mut engine = launcher.launch().await?;
        engine.send(EngineRequest::Open {
            law: specimen.law.clone(),
            world,
            step,
            view: View::default(),
            steps_per_second: None,
            play: false,
            show: None,
            watched: false,
        })?;
        // Every stage has its deadline.
        let world = heard(&mut engine, |event| match event {
            EngineEvent::Ready(world) => Some(world),
            _ => None,
        })
        .await?;
        Ok(Self {
            engine,
            world,
            deadline: launcher.deadlines().check,
        })
    }

    /// Makes the steps and saves; the step that it came to.
    async fn go_on(&mut self, path: &Path) -> Result<u64, ApiError> {
        let deadline = self.deadline;
        let late = || {
            let message = format!(
                "the engine took longer than {} s for {STEPS} steps",
                deadline.as_secs_f64()
            );
            ApiError::new(ErrorCode::EngineTimeout, message).because(Cause::EngineSlow {
                wait: Wait::Check,
                seconds: deadline.as_secs_f64().into(),
            })
        };
        timeout(deadline, self.steps_and_save(path.to_owned()))
            .await
            .unwrap_or_else(|_| Err(late()))
    }

    async fn steps_and_save(&mut self, path: PathBuf) -> Result<u64, ApiError> {
        self.engine.send(EngineRequest::Run {
            steps: STEPS,
            events: Vec::new(),
            series: None,
        })?;
        heard(&mut self.engine, |event| {
            matches!(event, EngineEvent::Ran { .. }).then_some(())
        })
        .await?;
        self.engine.send(EngineRequest::Save { path })?;
        heard(&mut self.engine, |event| match event {
            EngineEvent::Saved { step, .. } => Some(step),
            _ => None,
        })
        .await
    }
}

/// The first thing for which `pick` has an answer; a failure is an error.
async fn heard<T>(engine: &mut Engine, pick: impl Fn(EngineEvent) -> Option<T>) -> Result<T, ApiError> {
    loop {
        match engine.next().await {
            Output::Event(EngineEvent::Failed { error }) => return Err(error),
            Output::Event(event) => {
                if let Some(found) = pick(event) {
                    return Ok(found);
                }
            }
            Output::Ended(error) => return Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts_and_nothing_proves_nothing() {
        let of = |one: &[u8], other: &[u8]| Compared::of(one, other);
        assert_eq!(
            of(b"abcd", b"abXd"),
            Compared {
                bytes: 4,
                differing: 1
            }
        );
        assert_eq!(
            of(b"ab", b"abcd"),
            Compared {
                bytes: 4,
                differing: 2
            }
        );
        assert_eq!(report(&of(b"ab", b"ab"), 1.0).verdict, Verdict::Passed);
        assert_eq!(report(&of(b"ab", b"ac"), 1.0).verdict, Verdict::Failed);
        assert_eq!(report(&of(b"", b""), 1.0).verdict, Verdict::Failed);
    }
}
