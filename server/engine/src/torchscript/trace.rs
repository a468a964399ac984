//! An export by tracing, in a process of its own: a trace that fails leaves libtorch tracing, and what it does then is
//! nobody's to say.
//!
//! `ath-engine trace` reads a [`TraceRequest`] as JSON on its standard input, reads the checkpoint, traces, and leaves the
//! archive where it was asked to. It ends by itself after [`DEADLINE`].

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use atheria_checkpoint::Checkpoint;
use atheria_law::{Law, Op, Wanted};
use atheria_shared::engine::LawJob;
use serde::{Deserialize, Serialize};
use tch::{CModule, Device, Tensor};

use crate::run::Layers;
use crate::weight_norm::ByLibtorch;

use super::error::ExportError;
use super::verify::seeded_input;

/// The longest that a trace may take.
const DEADLINE: Duration = Duration::from_secs(100);
/// The grid that is traced on.
const GRID: [i64; 2] = [16, 16];

/// What the tracing process is asked to do.
#[derive(Debug, Serialize, Deserialize)]
pub struct TraceRequest {
    /// The law.
    law: LawJob,
    /// Where the archive goes.
    to: PathBuf,
}

/// Runs the tracing process and waits for its archive. A trace has a single answer: a law with memory has three.
/// What is traced is bound to its grid where it resizes.
pub(super) fn trace(job: &LawJob, law: &Law, to: &Path) -> Result<(), ExportError> {
    if law.memory_channels().is_some() {
        return Err(ExportError::TraceMemory {
            architecture: law.architecture(),
        });
    }
    let resizes = |op: &Op| matches!(op, Op::ResizeLike { .. });
    if law.graph().ops().iter().any(resizes) {
        return Err(ExportError::TraceResize {
            architecture: law.architecture(),
        });
    }
    let failed = |reason: String| ExportError::Trace { reason };
    let io = |source: std::io::Error| failed(source.to_string());
    let request = serde_json::to_vec(&TraceRequest {
        law: job.clone(),
        to: to.to_owned(),
    })
    .map_err(|error| failed(error.to_string()))?;
    let mut child = Command::new(std::env::current_exe().map_err(io)?)
        .arg("trace")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(io)?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(&request).map_err(io)?;
    }
    let output = child.wait_with_output().map_err(io)?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let last = words.lines().rev().find(|line| !line.trim().is_empty());
    Err(failed(
        last.map_or_else(|| output.status.to_string(), str::to_owned),
    ))
}

/// The tracing process: what `ath-engine trace` does.
///
/// # Errors
/// One line that says what failed; it becomes [`ExportError::Trace`] in the process that asked.
pub fn trace_process() -> Result<(), String> {
    let watchdog = std::thread::Builder::new()
        .name("trace deadline".to_owned())
        .spawn(|| {
            std::thread::sleep(DEADLINE);
            eprintln!("tracing took longer than {} s", DEADLINE.as_secs());
            std::process::exit(4);
        });
    watchdog.map_err(|error| error.to_string())?;
    let mut request = String::new();
    std::io::stdin()
        .read_to_string(&mut request)
        .map_err(|error| error.to_string())?;
    let TraceRequest { law: job, to } = serde_json::from_str(&request).map_err(|error| error.to_string())?;
    let checkpoint = Checkpoint::read(&job.checkpoint_dir.join(job.checkpoint.as_str()))
        .map_err(|error| error.to_string())?;
    let wanted = Wanted::of(&job, &ByLibtorch).ok_or("there are no layers to be traced")?;
    let (law, _) = Law::seek(&wanted, &checkpoint).map_err(|error| error.to_string())?;
    let layers = Layers::new(&law, job.trained_boundary, Device::Cpu).map_err(|error| error.to_string())?;
    let _no_grad = tch::no_grad_guard();
    let input = seeded_input(&law, GRID, 0).map_err(|error| crate::run::first_line(&error))?;
    let mut failure = None;
    let mut run = |inputs: &[Tensor]| {
        let fields: Vec<_> = inputs.iter().map(|input| (input, None)).collect();
        layers.forward(&fields).map_or_else(
            |error| {
                failure = Some(error.to_string());
                vec![]
            },
            |answers| answers.into_iter().map(|(answer, _)| answer).collect(),
        )
    };
    let traced = CModule::create_by_tracing("Law", "forward", &[input], &mut run);
    if let Some(failure) = failure {
        return Err(failure);
    }
    traced
        .and_then(|module| module.save(&to))
        .map_err(|error| crate::run::first_line(&error))
}
