//! What the server itself says of a check that no engine could make: it failed, or it was left out.

use atheria_shared::diagnosis::{CheckId, CheckReport, Verdict};
use atheria_shared::{ApiError, ErrorCode};

/// A check that an error ended.
pub(super) fn failed(check: CheckId, error: &ApiError, seconds: f64) -> CheckReport {
    let last_words: Vec<&str> = error.details.iter().map(String::as_str).collect();
    let finding = match last_words.as_slice() {
        [] => sentence(&error.message),
        [.., last] => format!("{} Its last words: {last}", sentence(&error.message)),
    };
    CheckReport {
        check,
        verdict: Verdict::Failed,
        finding,
        evidence: Vec::new(),
        advice: advice(error.code).to_owned(),
        seconds,
    }
}

/// A check that could not be made.
pub(super) fn skipped(check: CheckId, why: &str) -> CheckReport {
    CheckReport {
        check,
        verdict: Verdict::Skipped,
        finding: why.to_owned(),
        evidence: Vec::new(),
        advice: String::new(),
        seconds: 0.0,
    }
}

/// The check of the device says why CUDA is not used, where it might have been: the engine was not told.
pub(super) fn without_cuda(mut report: CheckReport, why: Option<&ApiError>) -> CheckReport {
    if let Some(why) = why
        && report.check == CheckId::Device
    {
        report.finding = format!("{} {}", report.finding, sentence(&why.message));
        if report.verdict == Verdict::Passed {
            report.verdict = Verdict::Explained;
        }
    }
    report
}

/// What to do about an error that a check ended with.
fn advice(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::EngineMissing => {
            "Build server and engine together with `make build`, or give the engine with --engine."
        }
        ErrorCode::EngineTimeout => "See whether the machine is busy or out of memory, then diagnose again.",
        ErrorCode::EngineDied | ErrorCode::EngineFailed => {
            "Look for the engine's own words in the log (ATHERIA_LOG=info); try --device cpu where CUDA is used."
        }
        ErrorCode::CudaMissing | ErrorCode::CudaFailed => "Go on with the CPU (--device cpu).",
        ErrorCode::ConfigUnreadable | ErrorCode::ConfigInvalid | ErrorCode::ArchitectureUnknown => {
            "Correct the experiment's config.json or atheria.json."
        }
        ErrorCode::CheckpointMissing
        | ErrorCode::CheckpointUnreadable
        | ErrorCode::CheckpointMismatch
        | ErrorCode::LatestUnusable
        | ErrorCode::WeightsAmbiguous
        | ErrorCode::WeightsDtype
        | ErrorCode::CheckpointReplaced
        | ErrorCode::ExportFailed
        | ErrorCode::VerificationFailed => {
            "Take another checkpoint, or write this one again with the trainer."
        }
        ErrorCode::StateInvalid | ErrorCode::GridInvalid => {
            "Correct the starting matter or the grid in the experiment's atheria.json."
        }
        ErrorCode::StateUnwritable => "See that the temporary folder (TMPDIR) can be written and has room.",
        ErrorCode::NotFinite => "The law makes values that are not finite: take an earlier checkpoint.",
        _ => "Diagnose again; if it comes back, report it with the log.",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_was_checked_without_cuda_says_why() {
        let report = skipped(CheckId::Device, "The CPU computes.");
        let passed = CheckReport {
            verdict: Verdict::Passed,
            ..report.clone()
        };
        assert_eq!(without_cuda(report.clone(), None), report);
        let why = ApiError::new(ErrorCode::CudaFailed, "the driver is too old");
        let told = without_cuda(passed, Some(&why));
        assert_eq!(told.finding, "The CPU computes. The driver is too old.");
        assert_eq!(told.verdict, Verdict::Explained);
    }

    #[test]
    fn an_error_becomes_a_finding_with_advice() {
        let error = ApiError::new(ErrorCode::EngineDied, "the engine process was killed")
            .with_details(vec!["first".into(), "out of memory".into()]);
        let report = failed(CheckId::Views, &error, 1.0);
        assert_eq!(
            report.finding,
            "The engine process was killed. Its last words: out of memory"
        );
        assert_eq!(
            (report.verdict, report.advice.is_empty()),
            (Verdict::Failed, false)
        );
    }
}
