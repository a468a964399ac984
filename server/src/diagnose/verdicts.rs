//! What the server itself says of a check that no engine could make: it failed, or it was left out.

use atheria_shared::diagnosis::{Advice, CheckId, CheckReport, Finding, Verdict};
use atheria_shared::{ApiError, ErrorCode};

/// A check that an error ended.
pub(super) fn failed(check: CheckId, error: &ApiError, seconds: f64) -> CheckReport {
    CheckReport {
        check,
        verdict: Verdict::Failed,
        finding: Finding::Broken,
        error: Some(error.clone()),
        evidence: Vec::new(),
        advice: Some(advice(error.code)),
        seconds,
    }
}

/// A check that could not be made.
pub(super) fn skipped(check: CheckId, why: Finding) -> CheckReport {
    CheckReport {
        check,
        verdict: Verdict::Skipped,
        finding: why,
        error: None,
        evidence: Vec::new(),
        advice: None,
        seconds: 0.0,
    }
}

/// The check of the device says why CUDA is not used, where it might have been: the engine was not told.
pub(super) fn without_cuda(mut report: CheckReport, why: Option<&ApiError>) -> CheckReport {
    if let Some(why) = why
        && report.check == CheckId::Device
    {
        report.error.get_or_insert_with(|| why.clone());
        if report.verdict == Verdict::Passed {
            report.verdict = Verdict::Explained;
        }
    }
    report
}

/// What to do about an error that a check ended with.
fn advice(code: ErrorCode) -> Advice {
    match code {
        ErrorCode::EngineMissing => Advice::Build,
        ErrorCode::EngineTimeout => Advice::BusyMachine,
        ErrorCode::EngineDied | ErrorCode::EngineFailed => Advice::ReadLog,
        ErrorCode::CudaMissing | ErrorCode::CudaFailed => Advice::GoOnWithCpu,
        ErrorCode::ConfigUnreadable | ErrorCode::ConfigInvalid | ErrorCode::ArchitectureUnknown => {
            Advice::CorrectConfig
        }
        ErrorCode::CheckpointMissing
        | ErrorCode::CheckpointUnreadable
        | ErrorCode::CheckpointMismatch
        | ErrorCode::LatestUnusable
        | ErrorCode::WeightsAmbiguous
        | ErrorCode::WeightsDtype
        | ErrorCode::CheckpointReplaced
        | ErrorCode::ExportFailed
        | ErrorCode::VerificationFailed => Advice::OtherCheckpoint,
        ErrorCode::StateInvalid | ErrorCode::GridInvalid => Advice::CorrectWorld,
        ErrorCode::StateUnwritable => Advice::TemporaryFolder,
        ErrorCode::NotFinite => Advice::TrainOn,
        _ => Advice::Again,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_was_checked_without_cuda_says_why() {
        let report = skipped(
            CheckId::Device,
            Finding::CpuComputes {
                looked_for_cuda: false,
            },
        );
        let passed = CheckReport {
            verdict: Verdict::Passed,
            ..report.clone()
        };
        assert_eq!(without_cuda(report.clone(), None), report);
        let why = ApiError::new(ErrorCode::CudaFailed, "the driver is too old");
        let told = without_cuda(passed, Some(&why));
        assert!(
            told.words()
                .ends_with("CUDA is not used here. The driver is too old.")
        );
        assert_eq!(told.verdict, Verdict::Explained);
    }

    #[test]
    fn an_error_becomes_a_finding_with_advice() {
        let error = ApiError::new(ErrorCode::EngineDied, "the engine process was killed");
        let report = failed(CheckId::Views, &error, 1.0);
        assert_eq!(
            (report.verdict, report.advice, report.error),
            (Verdict::Failed, Some(Advice::ReadLog), Some(error))
        );
    }
}
