//! Roots as people have them, and what is said of each.

use super::*;

fn write(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// One good experiment and one of each kind of trouble.
fn troubled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let unet = r#"{"MODEL_ARCHITECTURE": "UNET"}"#;
    for name in [
        "good",
        "broken_json",
        "future",
        "no_checkpoint",
        "bad\u{7f}name",
        "2026-11-27T10:00:00",
        "bad_init",
    ] {
        write(dir.path(), &format!("experiments/{name}/config.json"), unet);
        if name != "no_checkpoint" {
            write(
                dir.path(),
                &format!("training_checkpoints/{name}/checkpoint_ep1.pth"),
                "x",
            );
        }
    }
    write(dir.path(), "experiments/broken_json/config.json", "{");
    write(
        dir.path(),
        "experiments/future/config.json",
        r#"{"MODEL_ARCHITECTURE": "TRANSFORMER", "TOTAL_EPISODES": 3}"#,
    );
    write(dir.path(), "experiments/no_config/notes.txt", "");
    write(dir.path(), "training_checkpoints/no_config/best_model.pth", "x");
    write(
        dir.path(),
        "experiments/bad_init/atheria.json",
        r#"{"grid": [0, 4]}"#,
    );
    write(dir.path(), "experiments/.hidden/config.json", unet);
    write(dir.path(), "experiments/README", "");
    dir
}

#[test]
fn trouble_is_listed_with_its_reason() {
    let dir = troubled();
    let list = Catalog::new(dir.path().to_owned(), false).list();
    let root = dir.path().canonicalize().unwrap();
    let told: Vec<String> = list
        .experiments
        .iter()
        .map(|e| {
            let problem = e.problem.as_ref().map(|p| format!("{:?}: {}", p.code, p.message));
            let line = format!(
                "{} {} | {}",
                e.name,
                e.checkpoints.len(),
                problem.unwrap_or_default()
            );
            line.replace(&*root.to_string_lossy(), "ROOT")
        })
        .collect();
    insta::assert_json_snapshot!(told);
    assert_eq!(list.experiments.last().and_then(|e| e.training.episodes), None);
    let future = list.experiments.iter().find(|e| e.name == "future").unwrap();
    assert_eq!(future.training.episodes, Some(3));
}

#[test]
fn torchscript_is_the_law_where_it_is_trusted() {
    let dir = troubled();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/foreign");
    let folder = dir.path().join("training_checkpoints/future");
    for file in ["local.pt", "state.pt"] {
        std::fs::copy(fixtures.join(file), folder.join(file)).unwrap();
    }
    let future = ExperimentName::new("future").unwrap();
    let catalog = Catalog::new(dir.path().to_owned(), false);
    let refused = catalog
        .law(&future, &CheckpointChoice::Latest)
        .unwrap_err()
        .to_string();
    let hint = "or run its TorchScript local.pt with --trust-torchscript, which executes code from that file";
    assert!(refused.ends_with(hint), "{refused}");
    assert_eq!(catalog.get(&future).unwrap().problem.unwrap().message, refused);

    let catalog = catalog.trusting_torchscript(true);
    let law = catalog.law(&future, &CheckpointChoice::Latest).unwrap();
    assert_eq!(
        (law.config.architecture, law.checkpoint.file.as_str()),
        (None, "local.pt")
    );
    assert!(catalog.law(&future, &"local.pt".parse().unwrap()).is_ok());
    assert!(catalog.law(&future, &"state.pt".parse().unwrap()).is_err());
    assert!(
        catalog
            .law(&future, &"checkpoint_ep1.pth".parse().unwrap())
            .is_err()
    );
    let listed = catalog.get(&future).unwrap();
    assert_eq!((listed.problem, listed.checkpoints.len()), (None, 1));
    // A law that there are layers for is its checkpoint, trusted or not.
    std::fs::copy(
        fixtures.join("local.pt"),
        dir.path().join("training_checkpoints/good/z.pt"),
    )
    .unwrap();
    let good = ExperimentName::new("good").unwrap();
    let law = catalog.law(&good, &CheckpointChoice::Latest).unwrap();
    assert_eq!(law.checkpoint.file.as_str(), "checkpoint_ep1.pth");

    std::fs::remove_file(folder.join("local.pt")).unwrap();
    let none = catalog
        .law(&future, &CheckpointChoice::Latest)
        .unwrap_err()
        .to_string();
    assert!(
        none.contains("; state.pt is no TorchScript that could be run instead, but a state dict"),
        "{none}"
    );
    std::fs::remove_file(folder.join("state.pt")).unwrap();
    let none = catalog
        .law(&future, &CheckpointChoice::Latest)
        .unwrap_err()
        .to_string();
    assert!(
        none.ends_with("there is no TorchScript (*.pt) beside its checkpoints to be run instead"),
        "{none}"
    );
}

#[test]
fn a_missing_root_is_a_problem_of_the_list() {
    let list = Catalog::new("/nowhere/at/all".into(), false).list();
    assert!(list.experiments.is_empty());
    assert_eq!(
        list.problem.map(|p| p.code),
        Some(atheria_shared::ErrorCode::RootUnreadable)
    );
}

#[test]
fn a_start_file_is_a_plain_name_in_the_folder() {
    let dir = troubled();
    write(dir.path(), "experiments/good/start.npz", "x");
    write(dir.path(), "experiments/future/secret.npz", "x");
    let catalog = Catalog::new(dir.path().to_owned(), false);
    let good = ExperimentName::new("good").unwrap();
    assert!(catalog.state(&good, Path::new("start.npz")).is_ok());
    for bad in ["../future/secret.npz", "/etc/hosts.npz", "missing.npz", "..", ""] {
        assert!(catalog.state(&good, Path::new(bad)).is_err(), "{bad:?}");
    }
}

#[test]
fn checkpoints_without_an_experiment_are_told() {
    let dir = troubled();
    write(dir.path(), "training_checkpoints/alone/checkpoint_ep1.pth", "x");
    std::fs::create_dir_all(dir.path().join("training_checkpoints/nothing")).unwrap();
    std::fs::create_dir_all(dir.path().join("training_checkpoints/@eaDir/x")).unwrap();
    let list = Catalog::new(dir.path().to_owned(), false).list();
    let names = vec!["alone".to_owned()];
    assert_eq!(list.remarks, [Remark::CheckpointsAlone { names }]);
}

#[test]
fn checkpoints_alone_in_a_root_are_told_in_its_problem() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "training_checkpoints/alone/checkpoint_ep1.pth", "x");
    let problem = Catalog::new(dir.path().to_owned(), false).list().problem.unwrap();
    assert!(
        problem.message.contains("experiments/NAME/config.json"),
        "{problem}"
    );
}

#[test]
fn an_empty_folder_does_not_hide_the_one_in_output() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("experiments")).unwrap();
    write(
        dir.path(),
        "output/experiments/e/config.json",
        r#"{"MODEL_ARCHITECTURE": "MLP"}"#,
    );
    let names = |catalog: &Catalog| -> Vec<String> {
        catalog.list().experiments.into_iter().map(|e| e.name).collect()
    };
    let catalog = Catalog::new(dir.path().to_owned(), false);
    assert_eq!(names(&catalog), ["e"]);
    write(dir.path(), "experiments/f/config.json", "{}");
    assert_eq!(names(&catalog), ["f"]);
    assert!(matches!(&catalog.list().remarks[..], [Remark::OtherRoot { .. }]));
}

#[test]
fn more_experiments_than_are_listed_are_counted() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["c", "a", "b"] {
        std::fs::create_dir_all(dir.path().join("experiments").join(name)).unwrap();
    }
    let root = Root::open(dir.path(), false).unwrap();
    let (experiments, remarks) = list(&root, false, 2).unwrap();
    let names: Vec<_> = experiments.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(remarks, [Remark::MoreExperiments { listed: 2, there: 3 }]);
    assert_eq!(list(&root, false, 3).unwrap().1, []);
}

#[test]
fn names_that_are_no_text_and_links_that_lead_out_are_told() {
    use std::os::unix::ffi::OsStrExt;
    let dir = troubled();
    let elsewhere = tempfile::tempdir().unwrap();
    write(
        elsewhere.path(),
        "config.json",
        r#"{"MODEL_ARCHITECTURE": "UNET"}"#,
    );
    let experiments = dir.path().join("experiments");
    std::fs::create_dir(experiments.join(std::ffi::OsStr::from_bytes(b"r\xff"))).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), experiments.join("linked")).unwrap();
    std::os::unix::fs::symlink("gone", experiments.join("broken")).unwrap();
    write(dir.path(), "training_checkpoints/linked/checkpoint_ep1.pth", "x");
    let catalog = Catalog::new(dir.path().to_owned(), false);
    let problem = |catalog: &Catalog, name: &str| {
        let all = catalog.list().experiments;
        let experiment = all.into_iter().find(|e| e.name == name).unwrap();
        experiment
            .problem
            .map(|problem| problem.message)
            .unwrap_or_default()
    };
    assert!(problem(&catalog, "r\u{fffd}").contains("is not UTF-8"));
    assert!(problem(&catalog, "linked").contains("--follow-links"));
    assert!(problem(&catalog, "broken").contains("leads nowhere"));
    let following = catalog.following_links(true);
    assert_eq!(problem(&following, "linked"), "");
    let linked = ExperimentName::new("linked").unwrap();
    assert!(following.law(&linked, &CheckpointChoice::Latest).is_ok());
}

#[test]
fn an_experiment_is_opened_by_either_spelling() {
    let dir = tempfile::tempdir().unwrap();
    let apart = "corazo\u{301}n";
    write(
        dir.path(),
        &format!("experiments/{apart}/config.json"),
        r#"{"MODEL_ARCHITECTURE": "UNET"}"#,
    );
    write(dir.path(), &format!("training_checkpoints/{apart}/a.pth"), "x");
    let catalog = Catalog::new(dir.path().to_owned(), false);
    for asked in ["coraz\u{f3}n", apart] {
        let asked = ExperimentName::new(asked).unwrap();
        let law = catalog.law(&asked, &CheckpointChoice::Latest).unwrap();
        assert_eq!(law.name.as_str(), apart);
        assert_eq!(catalog.get(&asked).unwrap().name, apart);
    }
    assert_eq!(catalog.list().experiments.len(), 1);
}

#[test]
fn a_root_that_is_no_text_is_read() {
    use std::os::unix::ffi::OsStrExt;
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join(std::ffi::OsStr::from_bytes(b"r\xff"));
    write(
        &root,
        "experiments/e/config.json",
        r#"{"MODEL_ARCHITECTURE": "UNET"}"#,
    );
    write(&root, "training_checkpoints/e/a.pth", "x");
    let catalog = Catalog::new(root, false);
    assert_eq!(
        catalog.list().experiments.first().map(|e| e.problem.is_none()),
        Some(true)
    );
    let law = catalog.law(&ExperimentName::new("e").unwrap(), &CheckpointChoice::Latest);
    assert!(law.unwrap().folder.to_str().is_none());
}

#[test]
fn a_presentation_may_have_a_mark_and_is_named_when_it_is_no_utf_8() {
    let dir = troubled();
    let good = ExperimentName::new("good").unwrap();
    let catalog = Catalog::new(dir.path().to_owned(), false);
    write(
        dir.path(),
        "experiments/good/atheria.json",
        "\u{feff}{\"eps\": 0.5}",
    );
    assert_eq!(catalog.get(&good).unwrap().presentation.eps, Some(0.5));
    let wide: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(dir.path().join("experiments/good/atheria.json"), wide).unwrap();
    let problem = catalog.get(&good).unwrap().problem.unwrap();
    assert!(problem.message.contains("UTF-16; save it as UTF-8"), "{problem}");
}

#[test]
fn a_missing_choice_names_those_that_are_there() {
    let dir = troubled();
    let catalog = Catalog::new(dir.path().to_owned(), false);
    let good = ExperimentName::new("good").unwrap();
    let error = catalog
        .law(&good, &CheckpointChoice::Best)
        .unwrap_err()
        .to_string();
    assert!(error.contains("checkpoint_ep1.pth"), "{error}");
}
