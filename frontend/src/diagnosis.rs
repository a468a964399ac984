//! A diagnosis as its page shows it: every check in order, whether it has been made or not.

use atheria_shared::diagnosis::{CheckId, CheckReport, DiagnosisState, Verdict};

/// How far a check is.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Its turn has not come.
    Waiting,
    /// It is being made.
    Running,
    /// It was made.
    Made(CheckReport),
    /// It never was: the diagnosis ended before.
    Missing,
}

/// A check and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which.
    pub check: CheckId,
    /// How far it is.
    pub standing: Standing,
}

/// All checks, in order.
pub fn rows(state: &DiagnosisState) -> Vec<Row> {
    let mut running = state.running;
    CheckId::ALL
        .into_iter()
        .map(|check| {
            let made = state.diagnosis.checks.iter().find(|report| report.check == check);
            let standing = match made {
                Some(report) => Standing::Made(report.clone()),
                // They are made one after the other: the first that is not there is the one.
                None if std::mem::take(&mut running) => Standing::Running,
                None if state.running => Standing::Waiting,
                None => Standing::Missing,
            };
            Row { check, standing }
        })
        .collect()
}

/// How many checks came out like that.
pub fn count(state: &DiagnosisState, verdict: Verdict) -> u64 {
    let of_it = |report: &&CheckReport| report.verdict == verdict;
    state.diagnosis.checks.iter().filter(of_it).count() as u64
}

#[cfg(test)]
mod tests {
    use atheria_shared::diagnosis::{Diagnosis, Finding};

    use super::*;

    fn report(check: CheckId, verdict: Verdict) -> CheckReport {
        CheckReport {
            check,
            verdict,
            finding: Finding::NoView,
            error: None,
            evidence: Vec::new(),
            advice: None,
            seconds: 0.1,
        }
    }

    fn state(running: bool, checks: Vec<CheckReport>) -> DiagnosisState {
        DiagnosisState {
            running,
            diagnosis: Diagnosis {
                experiment: "flower".to_owned(),
                checks,
            },
            error: None,
        }
    }

    #[test]
    fn the_first_that_is_not_made_is_the_one_that_runs() {
        let state = state(true, vec![report(CheckId::Device, Verdict::Passed)]);
        let rows = rows(&state);
        assert_eq!(rows.len(), 7);
        assert!(matches!(rows[0].standing, Standing::Made(_)));
        assert_eq!(rows[1].standing, Standing::Running);
        assert!(rows[2..].iter().all(|row| row.standing == Standing::Waiting));
    }

    #[test]
    fn one_that_broke_off_runs_no_more() {
        let state = state(false, vec![report(CheckId::Device, Verdict::Failed)]);
        assert!(
            rows(&state)[1..]
                .iter()
                .all(|row| row.standing == Standing::Missing)
        );
        assert_eq!(count(&state, Verdict::Failed), 1);
        assert_eq!(count(&state, Verdict::Passed), 0);
    }
}
