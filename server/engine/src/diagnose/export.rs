//! The checkpoint can be read and fits, and its export is there, current and verified.

use atheria_shared::diagnosis::{Advice, FigureName, Finding};
use atheria_shared::engine::LawJob;
use atheria_shared::session::ExportReport;

use super::error::CheckError;
use super::outcome::Outcome;
use super::subject::Subject;
use crate::torchscript::{ExportJob, Keep, ensure};

/// How far an export's answers may be from the law's: what verification allows at most, see [`crate::torchscript`].
const ALLOWED: f64 = 1e-3;

/// Makes the check: what lies there is compared with what would be written, and what is missing or stale is made.
pub(super) fn check(subject: &Subject<'_>) -> Result<Outcome, CheckError> {
    // Not made again where it is current: whether it is, is the question.
    let job = LawJob {
        force: false,
        ..subject.job.clone()
    };
    let export = ExportJob {
        job: &job,
        law: &subject.law,
        checkpoint_sha256: &subject.checkpoint.sha256,
        training: &subject.checkpoint.training,
        // What it has is told as a reason why the export was made again.
        remarks: &[],
    };
    let report = ensure(export, Keep::May, &mut |_| {})?;
    Ok(judge(&report, subject.law.parameter_count()))
}

fn judge(report: &ExportReport, parameters: u64) -> Outcome {
    let (file, checkpoint) = (report.file.clone(), report.checkpoint.clone());
    let error = report.max_abs_error;
    // Also for a NaN.
    let fits = error <= ALLOWED;
    let outcome = if !fits {
        Outcome::failed(
            Finding::ExportDiffers {
                file,
                apart: error.into(),
                allowed: ALLOWED.into(),
            },
            Advice::ExportOtherwise,
        )
    } else if !report.made {
        Outcome::passed(Finding::ExportCurrent { checkpoint, file })
    } else {
        Outcome::explained(Finding::ExportMade {
            checkpoint,
            file,
            because: report.remarks.clone(),
        })
    };
    outcome
        .figure(FigureName::ExportError, error)
        .figure(FigureName::Parameters, parameters as f64)
}

#[cfg(test)]
mod tests {
    use atheria_shared::diagnosis::Verdict;
    use atheria_shared::remark::{ExportStale, Remark};
    use atheria_shared::session::ExportMethod;

    use super::*;
    use crate::diagnose::testing::{Bench, GOLDEN};

    fn report() -> ExportReport {
        ExportReport {
            file: "model_a.pt".to_owned(),
            folder: None,
            checkpoint: "a.pth".to_owned(),
            method: ExportMethod::Script,
            made: false,
            max_abs_error: 1e-7,
            episode: None,
            loss: None,
            checkpoint_sha256: String::new(),
            remarks: vec![],
        }
    }

    #[test]
    fn what_is_current_passes_and_what_was_made_is_explained() {
        assert_eq!(judge(&report(), 5).verdict, Verdict::Passed);
        let made = ExportReport {
            made: true,
            ..report()
        };
        assert_eq!(judge(&made, 5).verdict, Verdict::Explained);
        let stale = ExportReport {
            remarks: vec![Remark::ExportMadeAgain {
                because: ExportStale::OtherBytes,
            }],
            ..made
        };
        assert!(judge(&stale, 5).finding.to_string().contains("its bytes"));
    }

    #[test]
    fn an_export_that_is_another_law_fails() {
        for max_abs_error in [0.1, f64::NAN] {
            let wrong = ExportReport {
                max_abs_error,
                ..report()
            };
            assert_eq!(judge(&wrong, 5).verdict, Verdict::Failed);
        }
    }

    #[test]
    fn missing_then_current_then_damaged() {
        let bench = Bench::new(GOLDEN[0]);
        let subject = bench.subject();
        assert_eq!(check(&subject).unwrap().verdict, Verdict::Explained);
        assert_eq!(check(&subject).unwrap().verdict, Verdict::Passed);
        let export = bench.job.checkpoint_dir.join("model_checkpoint_ep59.pt");
        let mut bytes = std::fs::read(&export).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&export, bytes).unwrap();
        let damaged = check(&subject).unwrap();
        assert_eq!(damaged.verdict, Verdict::Explained);
        let finding = damaged.finding.to_string();
        assert!(finding.contains("made again"), "{finding}");
    }
}
