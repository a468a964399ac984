//! All checks, one after the other.

use std::path::Path;

use atheria_shared::diagnosis::{CheckId, CheckReport, Finding};
use atheria_shared::engine::LawJob;
use atheria_shared::world::WorldSpec;

use super::error::CheckError;
use super::outcome::{Outcome, report};
use super::subject::Subject;
use super::{device, export, matter, sparse_dense, views, write_read};

/// Makes all checks that an engine can make of itself, in order, and hands over each as soon as it is made. `spec`: the world
/// that they are made on. `scratch`: a folder for files that are written on the way, which is made where it is missing.
///
/// What fails on the way is a check that failed: the next one is made all the same.
pub fn run(job: &LawJob, spec: &WorldSpec, scratch: &Path, say: &mut dyn FnMut(CheckReport)) {
    let read = Subject::read(job, spec, scratch);
    say(report(CheckId::Device, || {
        device::check(read.as_ref().ok(), spec.device)
    }));
    let subject = match read {
        Ok(subject) => subject,
        Err(error) => {
            let finding = match &error {
                CheckError::Foreign => Finding::Foreign,
                _ => Finding::NoLaw,
            };
            say(report(CheckId::Export, || match error {
                CheckError::Foreign => Ok(Outcome::skipped(finding.clone())),
                error => Err(error),
            }));
            for (check, _) in OF_A_LAW {
                say(report(check, || Ok(Outcome::skipped(finding.clone()))));
            }
            return;
        }
    };
    say(report(CheckId::Export, || export::check(&subject)));
    for (check, make) in OF_A_LAW {
        say(report(check, || make(&subject)));
    }
}

/// A check that needs a law.
type Check = fn(&Subject<'_>) -> Result<Outcome, CheckError>;

/// What comes after the export, in order.
const OF_A_LAW: [(CheckId, Check); 4] = [
    (CheckId::WriteRead, write_read::check),
    (CheckId::SparseDense, sparse_dense::check),
    (CheckId::Matter, matter::check),
    (CheckId::Views, views::check),
];

#[cfg(test)]
mod tests {
    use atheria_shared::Boundary;
    use atheria_shared::diagnosis::Verdict;
    use atheria_shared::world::StartingMatter;

    use super::*;
    use crate::diagnose::testing::Bench;

    fn verdicts(bench: &Bench) -> Vec<(CheckId, Verdict)> {
        let mut made = Vec::new();
        run(&bench.job, &bench.spec, bench.scratch(), &mut |report| {
            assert!(report.seconds >= 0.0);
            assert!(
                report.verdict != Verdict::Failed || report.advice.is_some(),
                "{report:?}"
            );
            made.push((report.check, report.verdict));
        });
        made
    }

    #[test]
    fn checks_come_in_order_and_a_sound_law_fails_none() {
        let mut bench = Bench::new("DEEP_QCA-d4-h8-g32");
        let order = [
            CheckId::Device,
            CheckId::Export,
            CheckId::WriteRead,
            CheckId::SparseDense,
            CheckId::Matter,
            CheckId::Views,
        ];
        for boundary in [Boundary::Walls, Boundary::Torus, Boundary::Unbounded] {
            bench.spec.boundary = boundary;
            let made = verdicts(&bench);
            assert!(made.iter().map(|(check, _)| *check).eq(order));
            assert!(
                made.iter().all(|(_, verdict)| *verdict != Verdict::Failed),
                "{boundary}: {made:?}"
            );
        }
    }

    #[test]
    fn a_checkpoint_that_is_damaged_fails_the_export_and_the_rest_is_skipped() {
        let bench = Bench::new("MLP-d4-h8-g32");
        std::fs::write(
            bench.job.checkpoint_dir.join(bench.job.checkpoint.as_str()),
            b"nothing",
        )
        .unwrap();
        let made = verdicts(&bench);
        assert_eq!(made[1], (CheckId::Export, Verdict::Failed));
        assert!(made[2..].iter().all(|(_, verdict)| *verdict == Verdict::Skipped));
        assert_eq!(made.len(), 6);
    }

    #[test]
    fn of_a_torchscript_only_the_device_is_checked() {
        let mut bench = Bench::new("MLP-d4-h8-g32");
        bench.job.architecture = None;
        let made = verdicts(&bench);
        assert_eq!(made[0].1, Verdict::Passed);
        assert!(made[1..].iter().all(|(_, verdict)| *verdict == Verdict::Skipped));
    }

    #[test]
    fn a_law_of_another_size_fails_the_export() {
        let mut bench = Bench::new("MLP-d4-h8-g32");
        bench.job.params.hidden_channels = 9;
        assert_eq!(verdicts(&bench)[1], (CheckId::Export, Verdict::Failed));
    }

    #[test]
    fn a_starting_state_that_is_not_there_fails_what_needs_it() {
        let mut bench = Bench::new("MLP-d4-h8-g32");
        bench.spec.init = StartingMatter::File(bench.scratch().join("missing.npz"));
        let made = verdicts(&bench);
        assert_eq!(made[4], (CheckId::Matter, Verdict::Failed));
        // Those that only need some matter have taken a blob.
        assert_eq!(made[2], (CheckId::WriteRead, Verdict::Passed));
    }

    #[test]
    fn a_scratch_folder_that_cannot_be_made_fails_that_check_alone() {
        let bench = Bench::new("MLP-d4-h8-g32");
        std::fs::write(bench.scratch(), b"a file").unwrap();
        let failed: Vec<CheckId> = verdicts(&bench)
            .into_iter()
            .filter(|(_, verdict)| *verdict == Verdict::Failed)
            .map(|(check, _)| check)
            .collect();
        assert_eq!(failed, [CheckId::WriteRead]);
    }
}
