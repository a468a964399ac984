//! What is found of laws whose answers are known, and what is refused with which words.

use std::path::PathBuf;

use atheria_shared::law::{ForeignLaw, LawParams};

use super::{ForeignError, ForeignFile};
use crate::run::ModuleLaw;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/foreign")
        .join(format!("{name}.pt"))
}

fn ask(name: &str) -> Result<(ModuleLaw, ForeignLaw), ForeignError> {
    ForeignFile::load(&fixture(name))?.ask(LawParams {
        d_state: 2,
        hidden_channels: 8,
    })
}

#[test]
fn reach_period_and_windows_are_found() {
    for (name, reach, period, halo) in [
        ("local", Some(2), Some(1), Some(2)),
        ("coarse", Some(11), Some(4), Some(12)),
        ("far", Some(20), Some(1), None),
        ("placed", Some(2), None, None),
        ("global", None, None, None),
    ] {
        let (law, about) = ask(name).unwrap();
        let found = (law.reach_cells, law.period_cells, law.halo_cells);
        assert_eq!(found, (reach, period, halo), "{name}");
        assert_eq!((about.reach_cells, about.period_cells), (reach, period), "{name}");
        assert_eq!(about.windows, halo.is_some(), "{name}");
    }
}

#[test]
fn what_was_found_is_told_with_the_files_hash() {
    let (law, about) = ask("local").unwrap();
    assert_eq!(about.file, "local.pt");
    let sum = std::process::Command::new("sha256sum")
        .arg(fixture("local"))
        .output()
        .unwrap();
    assert!(
        String::from_utf8_lossy(&sum.stdout).starts_with(&about.sha256),
        "{about:?}"
    );
    assert_eq!(about.sha256.len(), 64);
    assert_eq!(law.module.parameter_count(), 4 * 8 * 9 + 8 + 8 * 4 * 9 + 4);
    let first = |name: &str| ask(name).unwrap().1.remarks.remove(0);
    let told = ["local", "far", "placed", "global"].map(first);
    let worlds = [
        "It answers in a window around a tile as it does in the whole grid: its worlds can be sparse and unbounded.",
        "It is local, but not in windows of a tile: its worlds have walls or are a torus, and every cell of them is computed.",
        "It is local, and where a cell lies makes a difference to it: its worlds have walls, and every cell of them is \
         computed.",
        "One cell is felt more than 24 cells away, or everywhere: its worlds have walls, and every cell of them is computed.",
    ];
    assert_eq!(told, worlds);
}

#[test]
fn what_is_no_law_is_refused_with_its_reason() {
    for (name, words) in [
        (
            "shape",
            "is no law: its forward(x) answers with a Float tensor of [1, 8, 16, 16] to a float32 tensor of [1, 4, 16, 16], \
             and one like that is needed",
        ),
        (
            "raises",
            "is no law: its forward(x) fails on a grid of 16x16: builtins.RuntimeError: this law works on four rows",
        ),
        (
            "remembers",
            "is no law: its forward(x) answers with a tuple of 2, and one tensor is needed: a law with memory (h, c) can be run \
             only where the engine has layers for it",
        ),
        (
            "takes_memory",
            "is no law: its forward(x) fails on a grid of 16x16: forward() is missing value for argument 'h'. Declaration: \
             forward(__torch__.TakesMemory self, Tensor x, Tensor h) -> Tensor",
        ),
        ("random", "is no law: its answers to the same state differ by "),
        (
            "not_finite",
            "is no law: its answer to a state of unit norm is not finite",
        ),
        ("state", "state.pt is not a TorchScript that libtorch"),
        ("missing", "missing.pt cannot be read: No such file or directory"),
    ] {
        let error = ask(name).unwrap_err();
        assert!(error.to_string().contains(words), "{name}: {error}");
        assert_eq!(
            error.is_of_the_file(),
            ["state", "missing"].contains(&name),
            "{name}"
        );
    }
}

#[test]
fn a_law_for_other_cells_is_refused() {
    let params = LawParams {
        d_state: 3,
        hidden_channels: 8,
    };
    let refused = ForeignFile::load(&fixture("local"))
        .unwrap()
        .ask(params)
        .unwrap_err();
    assert!(matches!(refused, ForeignError::Answer(_)), "{refused}");
    assert!(!refused.is_of_the_file());
}
