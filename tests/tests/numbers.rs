//! Numbers, against what the training system computed: trajectories through `ath run`, exports through PyTorch.
//!
//! Needs the built programs (`ATHERIA_BIN_DIR`, which `make test` sets, or `target/release`) and a Python with torch
//! (`ATHERIA_PYTHON`, or `.tools/python`).
#![expect(
    clippy::unwrap_used,
    reason = "what these helpers cannot do is a test that fails"
)]

#[path = "numbers/golden.rs"]
mod golden;
#[path = "numbers/programs.rs"]
mod programs;

use golden::{Golden, largest_difference};
use programs::{ath, python};

/// How far a trajectory may be from the golden one.
const TOLERANCE: f32 = 1e-5;

/// What is compared: states on the way in the default execution, the last in all of them.
const COMPARED: [(u32, &str); 5] = [
    (1, "auto"),
    (4, "auto"),
    (16, "auto"),
    (16, "sparse"),
    (16, "dense"),
];

/// From each t0, on both grids.
fn follows_its_golden_trajectories(name: &str) {
    let golden = Golden::open(name);
    let mut worst = 0.0_f32;
    for start in ["blob_g32", "blob_g48", "complex_noise_g32", "complex_noise_g48"] {
        let from = golden.state(&format!("{start}_t0"));
        for (steps, execution) in COMPARED {
            let expected = golden.state(&format!("{start}_t{steps}"));
            let found = golden.run(&from, steps, execution);
            let error = largest_difference(&found, &expected);
            assert!(
                error <= TOLERANCE,
                "{name} {start} t = {steps}, {execution}: {error:.2e} from the golden state"
            );
            worst = worst.max(error);
        }
    }
    println!("{name}: {worst:.1e}");
}

macro_rules! golden_trajectories {
    ($($test:ident: $name:literal,)*) => {
        mod trajectories {
            $(#[test]
            fn $test() {
                super::follows_its_golden_trajectories($name);
            })*
        }
    };
}

golden_trajectories! {
    deep_qca: "DEEP_QCA-d4-h8-g32",
    mlp: "MLP-d4-h8-g32",
    snn_unet: "SNN_UNET-d4-h8-g32",
    snn_unet_spiking: "SNN_UNET-d4-h8-g32-spiking",
    unet: "UNET-d4-h8-g32",
    unet_convlstm: "UNET_CONVLSTM-d4-h8-g32",
    unet_unitary: "UNET_UNITARY-d4-h8-g32",
    unet_unitary_rmsnorm: "UNET_UNITARY_RMSNORM-d4-h8-g32",
}

/// Memory is part of a saved world: 1 + 3 + 12 steps through files are 16 steps.
#[test]
fn a_saved_world_goes_on_where_it_was() {
    for (name, execution) in [
        ("UNET_CONVLSTM-d4-h8-g32", "sparse"),
        ("UNET_CONVLSTM-d4-h8-g32", "dense"),
        ("DEEP_QCA-d4-h8-g32", "auto"),
    ] {
        let golden = Golden::open(name);
        let start = golden.state("blob_g32_t0");
        let folder = tempfile::tempdir().unwrap();
        let mut file = folder.path().join("t0.npz");
        start.write(&file);
        for (steps, total) in [(1, 1), (3, 4), (12, 16)] {
            let next = folder.path().join(format!("t{total}.npz"));
            golden.run_file(&file, steps, execution, &next);
            file = next;
        }
        let error = largest_difference(&golden::State::read(&file), &golden.state("blob_g32_t16"));
        assert!(error <= TOLERANCE, "{name} {execution}: {error:.2e}");
    }
}

/// Every golden export, written and (where it can be) traced, loaded by PyTorch: keys and bits of its parameters are
/// the checkpoint's, its answers those of a PyTorch module, on several grids.
#[test]
fn pytorch_finds_the_checkpoint_in_every_export() {
    let roots: Vec<Golden> = Golden::ALL.iter().map(|name| Golden::open(name)).collect();
    for golden in &roots {
        let report = ath([
            "export",
            "--json",
            "--method",
            "script",
            "--experiment",
            golden.name(),
        ]
        .into_iter()
        .map(Into::into)
        .chain(golden.root_arguments()));
        assert_eq!(report["made"], true, "{report}");
    }
    let folders = roots.iter().map(|golden| golden.root().display().to_string());
    let output = python("compare_exports.py", folders);
    assert_eq!(output.matches("equal").count(), Golden::ALL.len(), "{output}");
}

/// A trace has no named parameters, and says what it is.
#[test]
fn a_traced_export_computes_the_same() {
    let golden = Golden::open("UNET_UNITARY-d4-h8-g32");
    let report = ath([
        "export",
        "--json",
        "--method",
        "trace",
        "--experiment",
        golden.name(),
    ]
    .into_iter()
    .map(Into::into)
    .chain(golden.root_arguments()));
    assert_eq!(report["method"], "trace", "{report}");
    let output = python(
        "compare_exports.py",
        ["--traced".to_owned(), golden.root().display().to_string()],
    );
    assert_eq!(output.matches("equal").count(), 1, "{output}");
}
