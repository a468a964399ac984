//! How a check comes out, and the report that is made of it.

use std::time::Instant;

use atheria_shared::ApiError;
use atheria_shared::diagnosis::{Advice, CheckId, CheckReport, Figure, FigureName, Finding, Verdict};
use atheria_shared::number::Number;

use super::error::CheckError;

/// How a check came out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    /// The verdict.
    pub(super) verdict: Verdict,
    /// What was found.
    pub(super) finding: Finding,
    /// The error that ended the check.
    pub(super) error: Option<ApiError>,
    /// The figures that it rests on.
    pub(super) evidence: Vec<Figure>,
    /// What to do about it; none where there is nothing to do.
    pub(super) advice: Option<Advice>,
}

impl Outcome {
    fn new(verdict: Verdict, finding: Finding) -> Self {
        Self {
            verdict,
            finding,
            error: None,
            evidence: Vec::new(),
            advice: None,
        }
    }

    /// As it should be.
    pub(super) fn passed(finding: Finding) -> Self {
        Self::new(Verdict::Passed, finding)
    }

    /// As it should be, though a user may wonder.
    pub(super) fn explained(finding: Finding) -> Self {
        Self::new(Verdict::Explained, finding)
    }

    /// Not as it should be.
    pub(super) fn failed(finding: Finding, advice: Advice) -> Self {
        Self::new(Verdict::Failed, finding).advising(advice)
    }

    /// Not to be made here.
    pub(super) fn skipped(finding: Finding) -> Self {
        Self::new(Verdict::Skipped, finding)
    }

    /// With what to do.
    pub(super) fn advising(mut self, advice: Advice) -> Self {
        self.advice = Some(advice);
        self
    }

    /// With a figure.
    pub(super) fn figure(mut self, name: FigureName, value: impl Into<Number>) -> Self {
        self.evidence.push(Figure::new(name, value));
        self
    }
}

impl From<CheckError> for Outcome {
    fn from(error: CheckError) -> Self {
        let advice = error.advice();
        Self {
            error: Some(error.into()),
            ..Self::failed(Finding::Broken, advice)
        }
    }
}

/// Makes a check: its report, with how long it took. A check that fails on the way is one that failed.
pub(super) fn report(check: CheckId, make: impl FnOnce() -> Result<Outcome, CheckError>) -> CheckReport {
    let began = Instant::now();
    let outcome = make().unwrap_or_else(Outcome::from);
    CheckReport {
        check,
        verdict: outcome.verdict,
        finding: outcome.finding,
        error: outcome.error,
        evidence: outcome.evidence,
        advice: outcome.advice,
        seconds: began.elapsed().as_secs_f64(),
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::Cause;

    use super::*;
    use crate::world::WorldError;

    #[test]
    fn an_error_is_a_failed_check_with_words() {
        let report = report(CheckId::Matter, || Err(WorldError::Endless.into()));
        assert_eq!((report.check, report.verdict), (CheckId::Matter, Verdict::Failed));
        assert!(report.words().contains("no end") && report.advice.is_some());
        let cause = report.error.and_then(|error| error.cause);
        assert_eq!(cause.as_deref(), Some(&Cause::Endless));
        assert!(report.seconds >= 0.0);
    }
}
