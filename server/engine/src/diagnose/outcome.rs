//! How a check comes out, and the report that is made of it.

use std::time::Instant;

use atheria_shared::diagnosis::{CheckId, CheckReport, Figure, Verdict};

use super::error::CheckError;

/// How a check came out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    /// The verdict.
    pub(super) verdict: Verdict,
    /// What was found, one English sentence or two.
    pub(super) finding: String,
    /// The figures that it rests on.
    pub(super) evidence: Vec<Figure>,
    /// What to do about it; empty where there is nothing to do.
    pub(super) advice: String,
}

impl Outcome {
    fn new(verdict: Verdict, finding: impl Into<String>) -> Self {
        Self {
            verdict,
            finding: finding.into(),
            evidence: Vec::new(),
            advice: String::new(),
        }
    }

    /// As it should be.
    pub(super) fn passed(finding: impl Into<String>) -> Self {
        Self::new(Verdict::Passed, finding)
    }

    /// As it should be, though a user may wonder.
    pub(super) fn explained(finding: impl Into<String>) -> Self {
        Self::new(Verdict::Explained, finding)
    }

    /// Not as it should be.
    pub(super) fn failed(finding: impl Into<String>, advice: &str) -> Self {
        Self::new(Verdict::Failed, finding).advising(advice)
    }

    /// Not to be made here.
    pub(super) fn skipped(finding: impl Into<String>) -> Self {
        Self::new(Verdict::Skipped, finding)
    }

    /// With what to do.
    pub(super) fn advising(mut self, advice: &str) -> Self {
        advice.clone_into(&mut self.advice);
        self
    }

    /// With a figure.
    pub(super) fn figure(mut self, name: &str, value: f64, unit: &str) -> Self {
        self.evidence.push(Figure::new(name, value, unit));
        self
    }
}

/// Makes a check: its report, with how long it took. A check that fails on the way is one that failed.
pub(super) fn report(check: CheckId, make: impl FnOnce() -> Result<Outcome, CheckError>) -> CheckReport {
    let began = Instant::now();
    let outcome = make().unwrap_or_else(|error| {
        Outcome::failed(format!("The check could not be made: {error}."), error.advice())
    });
    CheckReport {
        check,
        verdict: outcome.verdict,
        finding: outcome.finding,
        evidence: outcome.evidence,
        advice: outcome.advice,
        seconds: began.elapsed().as_secs_f64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::WorldError;

    #[test]
    fn an_error_is_a_failed_check_with_words() {
        let report = report(CheckId::Matter, || Err(WorldError::Endless.into()));
        assert_eq!((report.check, report.verdict), (CheckId::Matter, Verdict::Failed));
        assert!(report.finding.contains("no end") && !report.advice.is_empty());
        assert!(report.seconds >= 0.0);
    }
}
