//! Another program that does the same, to be measured against: `PROGRAM CASE.json` prints a line of JSON.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use atheria_shared::engine::LawJob;
use atheria_shared::limits::BENCH_PEER;
use atheria_shared::world::DeviceChoice;
use atheria_shared::{Architecture, Boundary};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::process::Command;
use tokio::time::timeout;

use super::case::Way;
use super::measure::StateAt;

/// What a peer is asked for: the content of its file.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub(super) enum Job {
    /// What the machine can do; answered by [`Machine`].
    Machine,
    /// The time of a step; answered by [`Times`].
    Time {
        law: PeerLaw,
        side_cells: u32,
        /// The fastest counts.
        boundaries: Vec<Boundary>,
        steps: u64,
        /// How it is to make them, one after the other.
        ways: Vec<Way>,
        /// What lies in the middle; none: a square of noise.
        start: Option<PathBuf>,
    },
    /// How far states are from float64; answered by [`Accuracy`].
    Accuracy {
        law: PeerLaw,
        boundary: Boundary,
        states: Vec<StateAt>,
    },
    /// Which part of states deviates from the background; answered by [`Matter`].
    Matter {
        law: PeerLaw,
        above: f64,
        states: Vec<StateAt>,
    },
}

/// A law as a peer reads it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct PeerLaw {
    architecture: Option<Architecture>,
    d_state: u16,
    hidden_channels: u16,
    gamma: f64,
    checkpoint: PathBuf,
}

impl From<&LawJob> for PeerLaw {
    fn from(law: &LawJob) -> Self {
        Self {
            architecture: law.architecture,
            d_state: law.params.d_state,
            hidden_channels: law.params.hidden_channels,
            gamma: law.gamma,
            checkpoint: law.checkpoint_dir.join(law.checkpoint.as_str()),
        }
    }
}

/// What the machine can do at best.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Machine {
    /// The rate of a large float32 matrix product.
    pub(super) matrix_gflops: f64,
    /// PyTorch's version.
    pub(super) torch: String,
    /// Threads that the peer computes with.
    pub(super) threads: u32,
    /// The GPU and its driver, where it computes on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gpu: Option<String>,
}

/// A peer's times, in each of its ways.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Times {
    side_cells: u32,
    boundary: Boundary,
    tried: Vec<Tried>,
    ways: Vec<WayTime>,
}

/// What came of one way.
#[derive(Debug, Clone, Deserialize)]
struct WayTime {
    way: Way,
    ms_per_step: Option<f64>,
    problem: Option<String>,
}

impl Times {
    /// The time in one way, or why there is none.
    pub(super) fn of(&self, way: Way) -> Result<Time, String> {
        let told = self.ways.iter().find(|told| told.way == way);
        let told = told.ok_or_else(|| format!("the peer has not tried {}", way.name()))?;
        let ms_per_step = told.ms_per_step.ok_or_else(|| {
            let problem = told.problem.as_deref();
            problem.unwrap_or("the peer does not say why").to_owned()
        })?;
        Ok(Time {
            ms_per_step,
            side_cells: self.side_cells,
            boundary: self.boundary,
            tried: self.tried.clone(),
        })
    }
}

/// A peer's time.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Time {
    pub(super) ms_per_step: f64,
    /// The world that it was measured in.
    pub(super) side_cells: u32,
    /// The boundary that was the fastest.
    pub(super) boundary: Boundary,
    /// How that was found out.
    pub(super) tried: Vec<Tried>,
}

/// A boundary that was tried, and a layout of the numbers where there is a choice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Tried {
    boundary: Boundary,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    layout: Option<String>,
    side_cells: u32,
    ms_per_step: f64,
}

/// Differences from dense float64 that began at the same state: max |a - b| over all cells and channels.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Accuracy {
    pub(super) errors: Vec<ErrorAfter>,
}

/// Those after some steps.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ErrorAfter {
    pub(super) steps: u64,
    pub(super) ours: f64,
    /// Of the peer's own float32.
    pub(super) peer: f64,
}

/// Parts of a world.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Matter {
    pub(super) parts: Vec<PartAt>,
}

/// The part of a world that is matter at some step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PartAt {
    pub(super) step: u64,
    pub(super) fraction: f64,
}

/// What a peer prints.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Answer<T> {
    Skipped { skipped: String },
    Done(T),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum PeerError {
    /// It says that it cannot.
    #[error("{why}")]
    Skipped { why: String },
    /// What it is to be asked cannot be written.
    #[error("the peer's file {} cannot be written: {source}", path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// It is no program.
    #[error("the peer {} cannot be started: {source}", program.display())]
    Start {
        program: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// It was ended.
    #[error("the peer took longer than {} s", most.as_secs())]
    TooLong { most: Duration },
    /// It failed.
    #[error("the peer failed ({status}): {last_words}")]
    Failed { status: ExitStatus, last_words: String },
    /// Its answer is none.
    #[error("the peer's answer cannot be read: {source}")]
    Nonsense {
        #[source]
        source: serde_json::Error,
    },
}

/// What its file says.
#[derive(Debug, Serialize)]
struct Asked<'a> {
    #[serde(flatten)]
    job: &'a Job,
    /// Where it is to compute.
    device: DeviceChoice,
    /// When it gives a way up.
    way_seconds: u64,
}

/// The program, and a folder for its files.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) program: PathBuf,
    pub(super) device: DeviceChoice,
    pub(super) folder: PathBuf,
    /// When it gives a way up, and when it is given up on the machine's rate.
    pub(super) way: Duration,
}

impl Peer {
    /// Asks and waits. The program is killed when nobody waits any more.
    pub(super) async fn ask<T: DeserializeOwned>(&self, job: &Job) -> Result<T, PeerError> {
        let path = self.folder.join("case.json");
        let asked = Asked {
            job,
            device: self.device,
            way_seconds: self.way.as_secs(),
        };
        let text = serde_json::to_vec(&asked).map_err(std::io::Error::other);
        text.and_then(|text| std::fs::write(&path, text))
            .map_err(|source| PeerError::Write {
                path: path.clone(),
                source,
            })?;
        let run = Command::new(&self.program)
            .arg(&path)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let most = match job {
            Job::Machine => self.way,
            Job::Time { .. } | Job::Accuracy { .. } | Job::Matter { .. } => BENCH_PEER,
        };
        let done = timeout(most, run)
            .await
            .map_err(|_| PeerError::TooLong { most })?;
        let done = done.map_err(|source| PeerError::Start {
            program: self.program.clone(),
            source,
        })?;
        if !done.status.success() {
            let words = String::from_utf8_lossy(&done.stderr);
            let last_words = words.trim_end().lines().last().unwrap_or("no word of it");
            return Err(PeerError::Failed {
                status: done.status,
                last_words: last_words.to_owned(),
            });
        }
        match serde_json::from_slice(&done.stdout) {
            Ok(Answer::Done(answer)) => Ok(answer),
            Ok(Answer::Skipped { skipped: why }) => Err(PeerError::Skipped { why }),
            Err(source) => Err(PeerError::Nonsense { source }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_be_that_there_is_none() {
        let read = |text| serde_json::from_str::<Answer<Machine>>(text);
        assert!(matches!(
            read(r#"{"skipped": "no compiler"}"#),
            Ok(Answer::Skipped { .. })
        ));
        let done = r#"{"matrix_gflops": 1.5, "torch": "2", "threads": 2}"#;
        assert!(matches!(read(done), Ok(Answer::Done(_))));
        assert!(read(r#"{"matrix_gflops": 1.5}"#).is_err());
    }

    #[tokio::test]
    async fn a_peer_that_fails_is_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let ask = async |program: &str| {
            let peer = Peer {
                program: program.into(),
                device: DeviceChoice::Cpu,
                folder: folder.path().to_owned(),
                way: Duration::from_mins(4),
            };
            peer.ask::<Machine>(&Job::Machine).await.unwrap_err()
        };
        assert!(matches!(ask("/nowhere").await, PeerError::Start { .. }));
        assert!(matches!(ask("false").await, PeerError::Failed { .. }));
        // It prints its own argument, which is no JSON.
        assert!(matches!(ask("echo").await, PeerError::Nonsense { .. }));
        let job = std::fs::read_to_string(folder.path().join("case.json")).unwrap();
        assert_eq!(job, r#"{"job":"machine","device":"cpu","way_seconds":240}"#);
    }

    #[test]
    fn a_way_that_has_no_time_says_why() {
        let told = r#"{"side_cells": 256, "boundary": "walls", "tried": [], "ways": [
            {"way": "eager", "ms_per_step": 2.5},
            {"way": "compiled", "problem": "no compiler"}
        ]}"#;
        let times: Times = serde_json::from_str(told).unwrap();
        let of = |way| times.of(way).map(|time| (time.ms_per_step, time.side_cells));
        assert_eq!(of(Way::Eager), Ok((2.5, 256)));
        assert_eq!(of(Way::Compiled), Err("no compiler".to_owned()));
        assert!(of(Way::Graph).is_err_and(|why| why.contains("CUDA graph")));
    }
}
