//! What `ath bench --json` prints.

use atheria_shared::Boundary;
use atheria_shared::world::{DeviceChoice, WorldNumbers};
use serde::Serialize;

use super::case::Way;
use super::peer::{ErrorAfter, Machine, PartAt, Time};
use super::runs::Run;
use super::spread::Spread;
use super::table::{self, Row};

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(super) struct Benched {
    pub(super) rounds: u32,
    /// Where worlds were computed, and the peer's.
    pub(super) device: DeviceChoice,
    /// Threads that a world is stepped with.
    pub(super) threads: Option<u32>,
    /// The machine, as the peer finds it.
    pub(super) machine: Option<Machine>,
    pub(super) cases: Vec<CaseReport>,
    /// Against what is to be reached.
    pub(super) table: Vec<Row>,
}

/// A case, and what came of it.
#[derive(Debug, Serialize)]
pub(super) struct CaseReport {
    pub(super) case: &'static str,
    pub(super) law: &'static str,
    pub(super) side_cells: u32,
    pub(super) boundary: Boundary,
    /// Steps before the clock started, and steps that it ran for.
    pub(super) steps: [u64; 2],
    #[serde(flatten)]
    pub(super) measured: Option<MeasuredReport>,
    pub(super) rivals: Vec<RivalReport>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<ErrorAfter>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) matter: Vec<PartAt>,
    /// Why something is missing of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
}

/// The median of the rounds, and the world after the last of them.
#[derive(Debug, Serialize)]
pub(super) struct MeasuredReport {
    pub(super) ms_per_step: Spread,
    pub(super) gflops: Spread,
    pub(super) opening_seconds: f64,
    pub(super) peak_resident_bytes: Option<u64>,
    pub(super) numbers: WorldNumbers,
}

/// A peer beside it.
#[derive(Debug, Serialize)]
pub(super) struct RivalReport {
    pub(super) way: Way,
    /// Whether no other way of the same case is faster; only where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fastest: Option<bool>,
    /// Carried to our world by cells, where it was measured in a smaller one.
    pub(super) ms_per_step: Option<Spread>,
    pub(super) extrapolated: bool,
    /// Its time over ours, of the same round.
    pub(super) ratio: Option<Spread>,
    /// How it was measured in the last round.
    pub(super) time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) problem: Option<String>,
}

/// The medians of all rounds, and what they come to.
pub(super) fn report(rounds: u32, device: DeviceChoice, mut machines: Vec<Machine>, runs: &[Run]) -> Benched {
    let rate = Spread::of(machines.iter().map(|machine| machine.matrix_gflops));
    let machine = machines.pop().map(|machine| Machine {
        matrix_gflops: rate.map_or(machine.matrix_gflops, |rate| rate.median),
        ..machine
    });
    let threads = runs
        .iter()
        .find_map(|run| run.measured.last())
        .map(|measured| measured.threads);
    Benched {
        rounds,
        device,
        threads,
        machine,
        cases: runs.iter().map(case_report).collect(),
        table: table::rows(runs, device),
    }
}

fn case_report(run: &Run) -> CaseReport {
    let case = run.case;
    let measured = run.measured.last().and_then(|last| {
        Some(MeasuredReport {
            ms_per_step: Spread::of(run.ms())?,
            gflops: Spread::of(run.measured.iter().map(|measured| measured.gflops))?,
            opening_seconds: last.opening_seconds,
            peak_resident_bytes: last.peak_resident_bytes,
            numbers: last.numbers.clone(),
        })
    });
    let fastest = run
        .fastest()
        .filter(|_| run.rivals.len() > 1)
        .map(|rival| rival.way);
    let rivals = run.rivals.iter().map(|rival| RivalReport {
        way: rival.way,
        fastest: fastest.map(|fastest| fastest == rival.way),
        ms_per_step: Spread::of(rival.ms(case)),
        extrapolated: rival.is_extrapolated(case),
        ratio: rival.ratio(run),
        time: rival.times.last().cloned(),
        problem: rival.problem.clone(),
    });
    CaseReport {
        case: case.name,
        law: case.law.name(),
        side_cells: case.side_cells,
        boundary: case.boundary,
        steps: case.steps,
        measured,
        rivals: rivals.collect(),
        errors: run.errors.clone(),
        matter: run.matter.clone(),
        problem: run.problem.clone(),
    }
}
