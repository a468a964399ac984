//! Which of a folder's checkpoints a word or a name means.
//!
//! `latest` is the first by the rules of [`super::latest`], `best` and `last` the latest of those that are called so, or called
//! `last`, `latest` or `final`. A file that would be the latest and cannot be used is never passed over for an older one in
//! silence: that is refused, and the whole one before it named.

use std::path::Path;

use atheria_shared::experiment::CheckpointInfo;
use atheria_shared::limits::CHECKPOINT_BYTES;
use atheria_shared::remark::PassedOver;
use atheria_shared::{CheckpointChoice, Remark};

use super::CatalogError;
use super::files::{Candidate, Files, Passed};
use super::latest::{Said, tied};
use super::whole::look;

/// Checkpoints before a damaged one that are looked at for a whole one.
const LOOKED_AT: usize = 16;

/// Files that a tie names.
const NAMED: usize = 8;

/// The checkpoint that is meant, and what to know of the choice.
pub(super) fn choose(
    files: &Files,
    folder: &Path,
    choice: &CheckpointChoice,
) -> Result<(CheckpointInfo, Vec<Remark>), CatalogError> {
    let of = |is: fn(&Said) -> bool| {
        let one_of = files.checkpoints.iter().filter(move |one| is(&one.time.said));
        one_of.collect::<Vec<_>>()
    };
    let among = match choice {
        CheckpointChoice::Latest => of(|_| true),
        CheckpointChoice::Best => of(Said::is_best),
        CheckpointChoice::Last => of(Said::is_last),
        CheckpointChoice::File(file) => files
            .checkpoints
            .iter()
            .filter(|one| one.info.file == *file)
            .collect(),
    };
    let Some((first, rest)) = among.split_first() else {
        return Err(missing(files, folder, choice));
    };
    if matches!(choice, CheckpointChoice::File(_)) {
        return Ok((first.info.clone(), Vec::new()));
    }
    if *choice == CheckpointChoice::Latest
        && let Some(passed) = passed_over_for(files, first)
    {
        return Err(unusable(folder, &passed.file, passed.reason.clone(), &among));
    }
    // Where no other is whole, whoever reads the file says best what is wrong with it.
    if let Some(reason) = fault(folder, first)
        && rest
            .iter()
            .take(LOOKED_AT)
            .any(|one| fault(folder, one).is_none())
    {
        return Err(unusable(folder, first.info.file.as_str(), reason, rest));
    }
    Ok((first.info.clone(), Vec::from_iter(tie(first, rest))))
}

/// What to know of a folder's latest checkpoint, when they are listed.
pub(super) fn remarks_of_the_latest(files: &Files, folder: &Path) -> Vec<Remark> {
    let all: Vec<&Candidate> = files.checkpoints.iter().collect();
    let Some((first, rest)) = all.split_first() else {
        return Vec::new();
    };
    let fault = fault(folder, first).map(|reason| Remark::PassedOver {
        file: first.info.file.to_string(),
        reason,
    });
    fault.into_iter().chain(tie(first, rest)).collect()
}

/// A file that cannot be used, and by its name and age would be the latest.
fn passed_over_for<'a>(files: &'a Files, first: &Candidate) -> Option<&'a Passed> {
    files
        .passed
        .iter()
        .filter(|passed| {
            passed
                .time
                .as_ref()
                .is_some_and(|time| time.cmp(&first.time).is_gt())
        })
        .max_by(|a, b| match (&a.time, &b.time) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => std::cmp::Ordering::Equal,
        })
}

/// Why a candidate cannot be opened, as far as can be seen without reading it.
fn fault(folder: &Path, candidate: &Candidate) -> Option<PassedOver> {
    if candidate.info.bytes > CHECKPOINT_BYTES {
        return Some(PassedOver::TooLarge {
            bytes: candidate.info.bytes,
            limit_bytes: CHECKPOINT_BYTES,
        });
    }
    look(&folder.join(candidate.info.file.as_str()))?.fault()
}

fn unusable(folder: &Path, file: &str, reason: PassedOver, before: &[&Candidate]) -> CatalogError {
    let whole = before
        .iter()
        .take(LOOKED_AT)
        .find(|one| fault(folder, one).is_none());
    CatalogError::LatestUnusable {
        path: folder.to_owned(),
        file: file.to_owned(),
        reason: Box::new(reason),
        before: whole.map(|one| one.info.file.to_string()),
    }
}

fn tie(first: &Candidate, rest: &[&Candidate]) -> Option<Remark> {
    let times: Vec<_> = rest.iter().map(|one| &one.time).collect();
    let others: Vec<String> = tied(&first.time, &times)
        .into_iter()
        .take(NAMED)
        .filter_map(|place| rest.get(place).map(|one| one.info.file.to_string()))
        .collect();
    (!others.is_empty()).then(|| Remark::LatestTied {
        taken: first.info.file.to_string(),
        others,
    })
}

fn missing(files: &Files, folder: &Path, choice: &CheckpointChoice) -> CatalogError {
    let name = choice.to_string();
    let passed = files.passed.iter().find(|passed| passed.file == name);
    if files.checkpoints.is_empty() {
        return none(files, folder);
    }
    CatalogError::CheckpointMissing {
        choice: name,
        path: folder.to_owned(),
        there: files
            .checkpoints
            .iter()
            .map(|one| one.info.file.to_string())
            .collect(),
        reason: passed.map(|passed| Box::new(passed.reason.clone())),
    }
}

/// That a folder holds none at all.
pub(super) fn none(files: &Files, folder: &Path) -> CatalogError {
    CatalogError::NoCheckpoint {
        path: folder.to_owned(),
        passed: files.remarks(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{File, FileTimes};
    use std::io::Write;
    use std::time::{Duration, SystemTime};

    use super::super::Root;
    use super::super::whole::tests::{archive, checkpoint};
    use super::*;

    /// A root whose folder holds these files, each so much newer than the one before.
    fn folder_of(files: &[(&str, Vec<u8>)], apart: Duration) -> (tempfile::TempDir, Root) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("experiments")).unwrap();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        for (place, (name, bytes)) in files.iter().enumerate() {
            let mut file = File::create(dir.path().join(name)).unwrap();
            file.write_all(bytes).unwrap();
            let time = start + apart * u32::try_from(place).unwrap();
            file.set_times(FileTimes::new().set_modified(time)).unwrap();
        }
        let root = Root::open(dir.path(), false).unwrap();
        (dir, root)
    }

    fn folder(files: &[&str]) -> (tempfile::TempDir, Root) {
        let files: Vec<_> = files.iter().map(|&name| (name, checkpoint())).collect();
        folder_of(&files, Duration::from_mins(1))
    }

    fn read(root: &Root) -> Files {
        Files::read(root, root.folder(), false).unwrap()
    }

    fn order(root: &Root) -> Vec<String> {
        let all = read(root).checkpoints;
        all.into_iter().map(|one| one.info.file.into()).collect()
    }

    fn chosen(root: &Root, choice: &str) -> Result<(String, Vec<Remark>), String> {
        match choose(&read(root), root.folder(), &choice.parse().unwrap()) {
            Ok((info, remarks)) => Ok((info.file.into(), remarks)),
            Err(error) => Err(error
                .to_string()
                .replace(&*root.folder().to_string_lossy(), "FOLDER")),
        }
    }

    #[test]
    fn the_highest_number_is_the_latest_whatever_the_age() {
        for (files, latest) in [
            (
                ["checkpoint_ep100.pth", "checkpoint_ep9.pth", "best_model.pth"],
                "checkpoint_ep100.pth",
            ),
            (["epoch_1.pth", "epoch_2.pth", "best_model.pth"], "epoch_2.pth"),
            (
                ["iter-1080000-ckpt.pth", "iter-0-ckpt.pth", "iter-40000-ckpt.pth"],
                "iter-1080000-ckpt.pth",
            ),
            (
                ["checkpoint_epoch20.pth", "checkpoint_ep3.pth", "last.txt"],
                "checkpoint_epoch20.pth",
            ),
            (["last.ckpt", "best.ckpt", "old.ckpt"], "old.ckpt"),
            (
                ["checkpoint_ep2,loss=0.1.pth", "checkpoint_ep1.pth", "a.log"],
                "checkpoint_ep2,loss=0.1.pth",
            ),
            (
                ["checkpoint_ep2[final].pth", "checkpoint_ep1.pth", "a.log"],
                "checkpoint_ep2[final].pth",
            ),
            (
                ["checkpoint_ep2🌸.pth", "checkpoint_ep1.pth", "a.log"],
                "checkpoint_ep2🌸.pth",
            ),
        ] {
            let (_dir, root) = folder(&files);
            assert_eq!(chosen(&root, "latest"), Ok((latest.to_owned(), Vec::new())));
        }
    }

    #[test]
    fn age_is_told_within_a_second() {
        let files = [("z.pth", checkpoint()), ("a.pth", checkpoint())];
        let (_dir, root) = folder_of(&files, Duration::from_nanos(200));
        assert_eq!(order(&root), ["a.pth", "z.pth"]);
    }

    #[test]
    fn a_tie_is_told() {
        let files = ["b.pth", "a.pth", "best.pth"].map(|name| (name, checkpoint()));
        let (_dir, root) = folder_of(&files, Duration::ZERO);
        let tied = Remark::LatestTied {
            taken: "b.pth".into(),
            others: vec!["a.pth".into()],
        };
        assert_eq!(chosen(&root, "latest"), Ok(("b.pth".into(), vec![tied.clone()])));
        assert_eq!(remarks_of_the_latest(&read(&root), root.folder()), [tied]);
    }

    #[test]
    fn every_ending_is_read_in_any_case() {
        let (_dir, root) = folder(&[
            "epoch=3-step=40.ckpt",
            "c_ep1.PTH",
            "c_ep4.pth.tar",
            "c_ep5.bin",
            "c_ep6.pt",
            "c_ep7",
            "c_ep8.safetensors",
            "._c_ep9.pth",
            ".c_ep9.pth",
        ]);
        assert_eq!(
            order(&root),
            [
                "c_ep8.safetensors",
                "c_ep7",
                "c_ep6.pt",
                "c_ep5.bin",
                "c_ep4.pth.tar",
                "epoch=3-step=40.ckpt",
                "c_ep1.PTH"
            ]
        );
    }

    #[test]
    fn words_mean_files() {
        let (_dir, root) = folder(&["checkpoint_ep1.pth", "best_model.pth", "best_epoch_3.ckpt"]);
        let file = |choice: &str| chosen(&root, choice).map(|(file, _)| file);
        assert_eq!(file("latest").as_deref(), Ok("checkpoint_ep1.pth"));
        assert_eq!(file("best").as_deref(), Ok("best_epoch_3.ckpt"));
        assert_eq!(file("best_model.pth").as_deref(), Ok("best_model.pth"));
        assert_eq!(
            [file("last"), file("other.pth")].map(Result::unwrap_err),
            [
                "there is no checkpoint \"last\" in FOLDER; there are: checkpoint_ep1.pth, best_epoch_3.ckpt, best_model.pth",
                "there is no checkpoint \"other.pth\" in FOLDER; there are: checkpoint_ep1.pth, best_epoch_3.ckpt, best_model.pth"
            ]
        );
        let (_dir, root) = folder(&["last_checkpoint.pth", "checkpoint_ep1.pth"]);
        assert_eq!(
            chosen(&root, "last").map(|(file, _)| file).as_deref(),
            Ok("last_checkpoint.pth")
        );
    }

    #[test]
    fn one_that_was_cut_off_is_refused_and_the_whole_one_named() {
        let whole = checkpoint();
        let cut = whole[..whole.len() / 2].to_vec();
        let (_dir, root) = folder_of(
            &[
                ("checkpoint_ep100.pth", whole),
                ("checkpoint_ep150.pth", vec![0; 700]),
                ("checkpoint_ep200.pth", cut.clone()),
            ],
            Duration::ZERO,
        );
        assert_eq!(
            chosen(&root, "latest").unwrap_err(),
            "checkpoint_ep200.pth is the latest checkpoint in FOLDER and cannot be opened: it is damaged, or still being written; \
             checkpoint_ep100.pth is whole: choose it with --checkpoint checkpoint_ep100.pth"
        );
        // By its name it is left to whoever reads it.
        assert!(chosen(&root, "checkpoint_ep200.pth").is_ok());
        let told = remarks_of_the_latest(&read(&root), root.folder());
        assert!(
            matches!(&told[..], [Remark::PassedOver { file, reason: PassedOver::CutOff }] if file == "checkpoint_ep200.pth")
        );
        // Alone it is left to whoever reads it as well.
        let (_dir, root) = folder_of(&[("checkpoint_ep200.pth", cut)], Duration::ZERO);
        assert!(chosen(&root, "latest").is_ok());
    }

    #[test]
    fn exports_are_no_checkpoints_and_are_found_beside_theirs() {
        let ours = archive(&["m/data.pkl", "m/constants.pkl", "m/extra/atheria.json"]);
        let (_dir, root) = folder_of(
            &[
                ("a.pth", checkpoint()),
                ("a.ckpt", checkpoint()),
                ("model_a.pt", ours.clone()),
                ("model_a.ckpt.pt", ours.clone()),
                ("model_gone.pt", ours),
                ("b.pth", checkpoint()),
            ],
            Duration::ZERO,
        );
        let files = read(&root);
        let exports: Vec<_> = files
            .checkpoints
            .iter()
            .map(|one| {
                (
                    one.info.file.as_str(),
                    one.info.export.as_ref().map(|export| export.file.as_str()),
                )
            })
            .collect();
        assert_eq!(
            exports,
            [
                ("b.pth", None),
                ("a.pth", Some("model_a.pt")),
                ("a.ckpt", Some("model_a.ckpt.pt"))
            ]
        );
        assert_eq!(files.passed, []);
    }

    #[test]
    fn what_is_passed_over_is_told_with_its_reason() {
        let script = archive(&["m/data.pkl", "m/code/__torch__.py", "m/constants.pkl"]);
        let (dir, root) = folder_of(
            &[
                ("checkpoint_ep1.pth", checkpoint()),
                ("checkpoint_ep2.pth.tmp", checkpoint()),
                ("checkpoint_ep2.pkl", checkpoint()),
                ("-x_ep9.png", Vec::new()),
                ("law.pt", script),
                ("train.log", Vec::new()),
                ("notes", Vec::new()),
                ("model_checkpoint_ep1.character.json", Vec::new()),
                ("events.out.tfevents.17.host", Vec::new()),
            ],
            Duration::ZERO,
        );
        std::fs::create_dir(dir.path().join("shards.ckpt")).unwrap();
        std::fs::create_dir(dir.path().join("@eaDir")).unwrap();
        let told: Vec<String> = read(&root).remarks().iter().map(ToString::to_string).collect();
        insta::assert_json_snapshot!(told);
        for n in 0..40 {
            std::fs::write(dir.path().join(format!("{n:02}.zip")), "").unwrap();
        }
        let told = read(&root).remarks();
        assert_eq!(told.len(), 33);
        assert!(matches!(
            told.last(),
            Some(Remark::PassedOver {
                reason: PassedOver::TooMany { more: 11 },
                ..
            })
        ));
    }

    #[test]
    fn a_name_that_cannot_be_used_is_no_silent_older_one() {
        for name in ["-checkpoint_ep2.pth", "checkpoint_ep2\n.pth"] {
            let (_dir, root) = folder(&["checkpoint_ep1.pth", name]);
            let refused = chosen(&root, "latest").unwrap_err();
            assert!(
                refused.ends_with("choose it with --checkpoint checkpoint_ep1.pth"),
                "{refused}"
            );
            assert!(!refused.contains('\n'), "{refused}");
        }
    }

    #[test]
    fn a_link_out_of_the_root_is_no_silent_older_one() {
        let elsewhere = tempfile::tempdir().unwrap();
        let outside = elsewhere.path().join("ep2.pth");
        std::fs::write(&outside, checkpoint()).unwrap();
        let (dir, root) = folder(&["checkpoint_ep1.pth"]);
        let link = dir.path().join("checkpoint_ep2.pth");
        std::os::unix::fs::symlink(&outside, &link).unwrap();
        assert_eq!(
            chosen(&root, "latest").unwrap_err(),
            "checkpoint_ep2.pth is the latest checkpoint in FOLDER and cannot be opened: it is a link that leads out of the folder \
             of experiments (--follow-links allows it); checkpoint_ep1.pth is whole: choose it with --checkpoint checkpoint_ep1.pth"
        );
        assert!(
            chosen(&root, "checkpoint_ep2.pth")
                .unwrap_err()
                .contains("--follow-links")
        );
        assert_eq!(read(&root).remarks().len(), 1);
        let following = Root::open(dir.path(), true).unwrap();
        assert_eq!(
            chosen(&following, "latest"),
            Ok(("checkpoint_ep2.pth".into(), Vec::new()))
        );
        // One that leads nowhere, and one that leads round.
        for to in ["gone.pth", "checkpoint_ep2.pth"] {
            std::fs::remove_file(&link).unwrap();
            std::os::unix::fs::symlink(dir.path().join(to), &link).unwrap();
            assert!(
                chosen(&following, "latest")
                    .unwrap_err()
                    .contains("leads nowhere")
            );
        }
        // One inside is like any other file.
        std::fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink("checkpoint_ep1.pth", &link).unwrap();
        assert_eq!(
            chosen(&root, "latest").map(|(file, _)| file).as_deref(),
            Ok("checkpoint_ep2.pth")
        );
    }
}
