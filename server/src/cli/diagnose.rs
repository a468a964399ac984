//! `ath diagnose`: one experiment, or all of them.

use std::fmt::Write as _;

use atheria_shared::ApiError;
use atheria_shared::diagnosis::{CheckId, CheckReport, Diagnosis, Figure, Verdict};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::args::DiagnoseArgs;
use super::output::Output;
use crate::catalog::Catalog;
use crate::diagnose::{self, Subject};
use crate::supervisor::Launcher;

#[derive(Debug, Serialize)]
struct Diagnosed {
    passed: bool,
    diagnoses: Vec<Diagnosis>,
}

/// Diagnoses; whether all checks passed.
pub(super) async fn diagnose(
    args: DiagnoseArgs,
    output: Output,
    end: CancellationToken,
) -> Result<bool, ApiError> {
    let subjects = subjects(&args.root.catalog(), &args)?;
    let launcher = args.engine.launcher();
    let diagnoses = work(&launcher, output, &end, subjects).await;
    launcher.shut_down().await;
    let diagnoses = diagnoses?;
    let done = Diagnosed {
        passed: diagnoses.iter().all(Diagnosis::passed),
        diagnoses,
    };
    output.result(&done, &words(&done))?;
    Ok(done.passed)
}

fn subjects(catalog: &Catalog, args: &DiagnoseArgs) -> Result<Vec<(String, Subject)>, ApiError> {
    if let Some(name) = &args.experiment {
        return Ok(vec![(name.to_string(), Subject::of(catalog, name)?)]);
    }
    let list = catalog.list();
    if let Some(problem) = list.problem {
        return Err(problem);
    }
    list.experiments
        .into_iter()
        .map(|experiment| {
            let subject = match (experiment.checked_name(), experiment.problem) {
                (_, Some(problem)) => Subject::broken(problem),
                (Some(name), None) => Subject::of(catalog, &name)?,
                (None, None) => return Ok(None),
            };
            Ok(Some((experiment.name, subject)))
        })
        .filter_map(Result::transpose)
        .collect()
}

async fn work(
    launcher: &Launcher,
    output: Output,
    end: &CancellationToken,
    subjects: Vec<(String, Subject)>,
) -> Result<Vec<Diagnosis>, ApiError> {
    let mut done = Vec::new();
    for (name, subject) in subjects {
        let mut diagnosis = Diagnosis::new(name.as_str());
        let tell = |report: CheckReport| {
            output.note(&format!(
                "{name}: {} {}",
                mark(report.verdict),
                subject_of(report.check)
            ));
            diagnosis.add(report);
        };
        diagnose::diagnose(launcher, &subject, tell, end).await?;
        done.push(diagnosis);
    }
    Ok(done)
}

fn words(done: &Diagnosed) -> String {
    if done.diagnoses.is_empty() {
        return "There are no experiments in this folder.".into();
    }
    let blocks: Vec<String> = done.diagnoses.iter().map(diagnosis_words).collect();
    blocks.join("\n")
}

fn diagnosis_words(diagnosis: &Diagnosis) -> String {
    let says = if diagnosis.passed() {
        "all is well"
    } else {
        "something is wrong"
    };
    // A String takes everything.
    let mut text = format!("{}: {says}\n", diagnosis.experiment);
    for report in &diagnosis.checks {
        let _ = writeln!(text, "{} {}", mark(report.verdict), subject_of(report.check));
        let _ = writeln!(text, "    {}", report.words());
        if !report.evidence.is_empty() {
            let figures: Vec<String> = report.evidence.iter().map(figure).collect();
            let _ = writeln!(text, "    {}", figures.join(", "));
        }
        if let Some(advice) = report.advice {
            let _ = writeln!(text, "    What to do: {advice}");
        }
    }
    text
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "[passed]   ",
        Verdict::Explained => "[explained]",
        Verdict::Failed => "[FAILED]   ",
        Verdict::Skipped => "[skipped]  ",
    }
}

fn subject_of(check: CheckId) -> &'static str {
    match check {
        CheckId::Device => "the device computes",
        CheckId::Export => "the checkpoint can be read, its export is verified",
        CheckId::WriteRead => "a world that is written is read back, cell by cell",
        CheckId::Restore => "a world whose engine is killed goes on from its save",
        CheckId::SparseDense => "sparse execution computes what dense execution computes",
        CheckId::Matter => "what becomes of the matter",
        CheckId::Views => "the views show something",
    }
}

fn figure(figure: &Figure) -> String {
    let Figure { name, value, unit } = figure;
    let value = value.get();
    let number = if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        // Three decimals, none of them an idle zero.
        let text = format!("{value:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{value:.2e}")
    };
    match unit {
        None => format!("{name} {number}"),
        Some(unit) => format!("{name} {number} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::diagnosis::{Advice, FigureName, Finding};

    use super::*;

    #[test]
    fn a_diagnosis_is_a_block_for_each_check() {
        let report = |check, verdict, evidence, advice| CheckReport {
            check,
            verdict,
            finding: Finding::NoView,
            error: None,
            evidence,
            advice,
            seconds: 1.0,
        };
        let mut diagnosis = Diagnosis::new("flower");
        let figures = vec![
            Figure::new(FigureName::CudaError, 2.5e-7),
            Figure::new(FigureName::BytesDiffer, 0.0),
            Figure::new(FigureName::Time, 12.5),
            Figure::new(FigureName::BytesCompared, 393_216.0),
        ];
        diagnosis.add(report(
            CheckId::Views,
            Verdict::Failed,
            Vec::new(),
            Some(Advice::Report),
        ));
        diagnosis.add(report(CheckId::Device, Verdict::Passed, figures, None));
        diagnosis.add(report(CheckId::Matter, Verdict::Explained, Vec::new(), None));
        diagnosis.add(report(CheckId::Restore, Verdict::Skipped, Vec::new(), None));
        insta::assert_snapshot!(diagnosis_words(&diagnosis));
    }
}
