//! The state-recovery diagnosis: checks that say whether worlds are what they seem, each with its evidence.
//!
//! Nothing in it is prose: a page tells it in its user's language, and the command line in English.

mod advice;
mod figure;
mod finding;

use serde::{Deserialize, Serialize};

pub use advice::Advice;
pub use figure::{Figure, FigureName, Unit};
pub use finding::{Constancy, ConstantView, Finding, Instead, Known, ViewFault};

use crate::error::ApiError;

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

/// One check.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Which.
    pub check: CheckId,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// The error that ended it, or that what was found comes of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ApiError>,
    /// The figures that it rests on.
    pub evidence: Vec<Figure>,
    /// What to do about it; none where there is nothing to do.
    pub advice: Option<Advice>,
    /// How long it took.
    pub seconds: f64,
}

impl CheckReport {
    /// What was found, in English, with the error that it comes of: a sentence or two.
    pub fn words(&self) -> String {
        let Some(error) = &self.error else {
            return self.finding.to_string();
        };
        let mut text = match self.finding {
            Finding::Broken => sentence(&error.message),
            _ => format!("{} {}", self.finding, sentence(&error.message)),
        };
        if let Some(last) = error.details.last() {
            text.push_str(" Its last words: ");
            text.push_str(last);
        }
        text
    }
}

/// With a capital letter and a full stop.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut text: String = first.into_iter().flatten().chain(letters).collect();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
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
    pub error: Option<ApiError>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn report(finding: Finding) -> CheckReport {
        CheckReport {
            check: CheckId::Device,
            verdict: Verdict::Passed,
            finding,
            error: None,
            evidence: vec![Figure::new(FigureName::CudaError, f64::NAN)],
            advice: Some(Advice::TryCpu),
            seconds: 0.5,
        }
    }

    #[test]
    fn an_error_is_told_with_its_last_words() {
        let error = ApiError::new(ErrorCode::EngineDied, "the engine process was killed")
            .with_details(vec!["first".into(), "out of memory".into()]);
        let ended = CheckReport {
            error: Some(error.clone()),
            ..report(Finding::Broken)
        };
        let told = "The engine process was killed. Its last words: out of memory";
        assert_eq!(ended.words(), told);
        let computed = CheckReport {
            error: Some(ApiError::new(ErrorCode::CudaFailed, "the driver is too old")),
            ..report(Finding::CpuComputes {
                looked_for_cuda: false,
            })
        };
        let told = "The CPU computes what plain loops do. CUDA is not used here. The driver is too old.";
        assert_eq!(computed.words(), told);
    }

    #[test]
    fn a_report_survives_its_json_whatever_its_figures() {
        let report = report(Finding::Kept {
            start: 3,
            last: 4,
            steps: 128,
            known: Some(Known {
                seed: None,
                watched_steps: 0,
                chaos: Some(f64::INFINITY.into()),
            }),
        });
        let json = serde_json::to_string(&report).unwrap();
        assert!(json.contains(r#""finding":"kept","start":3"#), "{json}");
        assert_eq!(serde_json::from_str::<CheckReport>(&json).unwrap(), report);
    }
}
