//! The state-recovery diagnosis: checks that say whether worlds are what they seem, each with its evidence.

use serde::{Deserialize, Serialize};

/// What is checked. In this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckId {
    /// The device computes: a known product, and CPU against CUDA where there is one.
    Device,
    /// The checkpoint can be read, and its export is current and verified.
    Export,
    /// A world is written, and read back cell by cell, matter told from background.
    WriteRead,
    /// A world that is saved, whose engine is killed, and that is restored, goes on as the one that was not.
    Restore,
    /// Sparse execution against dense for eight steps.
    SparseDense,
    /// Whether the law itself dissolves matter, and by which step: the ghost, explained.
    Matter,
    /// Whether a view is constant, and why.
    Views,
}

impl CheckId {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Device,
        Self::Export,
        Self::WriteRead,
        Self::Restore,
        Self::SparseDense,
        Self::Matter,
        Self::Views,
    ];
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Passed,
    /// As it should be, but a user may wonder: the words say why.
    Explained,
    /// Not as it should be.
    Failed,
    /// It could not be made here; the words say why.
    Skipped,
}

/// A number that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What it is, in English: `largest difference`.
    pub name: String,
    /// The number.
    pub value: f64,
    /// Its unit; empty for a pure number.
    pub unit: String,
}

impl Figure {
    /// A figure.
    pub fn new(name: &str, value: f64, unit: &str) -> Self {
        Self {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Which.
    pub check: CheckId,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found, one English sentence.
    pub finding: String,
    /// The figures that it rests on.
    pub evidence: Vec<Figure>,
    /// What to do about it, one English sentence; empty where there is nothing to do.
    pub advice: String,
    /// How long it took.
    pub seconds: f64,
}

/// All checks of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// The experiment.
    pub experiment: String,
    /// The checks, in order.
    pub checks: Vec<CheckReport>,
}

impl Diagnosis {
    /// Of an experiment, with no check made yet.
    pub fn new(experiment: impl Into<String>) -> Self {
        Self {
            experiment: experiment.into(),
            checks: Vec::new(),
        }
    }

    /// Puts a check in its place.
    pub fn add(&mut self, report: CheckReport) {
        let place = self.checks.partition_point(|known| known.check <= report.check);
        self.checks.insert(place, report);
    }

    /// Whether nothing failed.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.verdict != Verdict::Failed)
    }
}

/// `POST` and `GET /api/experiments/{name}/diagnosis`: a diagnosis that is under way, or over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiagnosisState {
    /// Whether more checks are to come.
    pub running: bool,
    /// The checks so far.
    pub diagnosis: Diagnosis,
    /// Why it could not go on.
    pub error: Option<crate::error::ApiError>,
}
