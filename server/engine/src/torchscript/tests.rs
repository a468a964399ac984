//! Exports of every architecture in both boundaries, with seeded weights; what makes one stale.

use std::fs;
use std::path::Path;

use atheria_checkpoint::Training;
use atheria_law::{Law, seeded_tensors};
use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;
use atheria_shared::remark::Remark;
use atheria_shared::session::{ExportMethod, ExportReport, Stage, StageState};
use atheria_shared::{Architecture, Boundary, CheckpointFile};
use atheria_torchscript::Manifest;

use super::*;
use crate::testing;

const SIZE: LawParams = LawParams {
    d_state: 2,
    hidden_channels: 4,
};

struct Case {
    job: LawJob,
    law: Law,
    checkpoint_sha256: String,
}

impl Case {
    fn new(folder: &Path, architecture: Architecture, boundary: Boundary, seed: u64) -> Self {
        let tensors = seeded_tensors(architecture, SIZE, seed);
        let law = Law::build(architecture, SIZE, &tensors).unwrap();
        let job = LawJob {
            params: SIZE,
            trained_boundary: boundary,
            checkpoint: CheckpointFile::new("checkpoint_ep1.pth").unwrap(),
            ..testing::job(folder, architecture)
        };
        Self {
            job,
            law,
            checkpoint_sha256: format!("{seed:064x}"),
        }
    }

    fn ensure(&self) -> Result<ExportReport, ExportError> {
        self.ensure_for(Keep::Must)
    }

    fn ensure_for(&self, keep: Keep) -> Result<ExportReport, ExportError> {
        let mut stages = vec![];
        let export = ExportJob {
            job: &self.job,
            law: &self.law,
            checkpoint_sha256: &self.checkpoint_sha256,
            training: &Training::default(),
            remarks: &[],
        };
        let report = ensure(export, keep, &mut |report| stages.push(report));
        if let Ok(report) = &report {
            let done: Vec<_> = stages
                .iter()
                .filter_map(|report| match report.state {
                    StageState::Done { cached, .. } => Some((report.stage, cached)),
                    _ => None,
                })
                .collect();
            assert_eq!(
                done,
                [(Stage::Export, !report.made), (Stage::VerifyCpu, !report.made)]
            );
        }
        report
    }
}

/// Damages an export where only a comparison of its bytes can tell.
fn flip_a_bit_of_a_weight(bytes: &mut [u8], law: &Law) {
    let needle = &law.weights()[0].bytes;
    let place = bytes
        .windows(needle.len())
        .position(|window| window == needle.as_slice());
    bytes[place.unwrap()] ^= 1;
}

#[test]
fn every_law_is_exported_verified_and_then_current() {
    for architecture in Architecture::ALL {
        for boundary in [Boundary::Walls, Boundary::Torus] {
            let folder = tempfile::tempdir().unwrap();
            let case = Case::new(folder.path(), architecture, boundary, 7);
            let report = case
                .ensure()
                .unwrap_or_else(|error| panic!("{architecture} {boundary}: {error}"));
            assert!(
                report.made && report.method == ExportMethod::Script,
                "{architecture}: {report:?}"
            );
            assert!(
                // Of a step on tiles, with random weights; the layers' own answers are held to 1e-5.
                report.max_abs_error <= 1e-3,
                "{architecture} {boundary}: {}",
                report.max_abs_error
            );
            assert!(!case.ensure().unwrap().made, "{architecture} {boundary}");
            let left: Vec<_> = fs::read_dir(folder.path())
                .unwrap()
                .map(|e| e.unwrap().file_name())
                .collect();
            assert_eq!(left, ["model_checkpoint_ep1.pt"]);
        }
    }
}

#[test]
fn a_law_that_cannot_be_traced_says_so_before_it_is_tried() {
    for (architecture, reason) in [
        (
            Architecture::SnnUnet,
            "SNN_UNET cannot be traced: its resize would bind the trace to the one grid",
        ),
        (
            Architecture::UnetConvLstm,
            "UNET_CONVLSTM has memory and cannot be traced",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut case = Case::new(folder.path(), architecture, Boundary::Walls, 7);
        case.job.method = ExportMethod::Trace;
        let error = case.ensure().unwrap_err();
        assert_eq!(error.stage(), Stage::Export);
        assert!(error.to_string().contains(reason), "{error}");
        assert!(error.to_string().contains("--method script"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[test]
fn an_export_is_made_again_when_anything_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model_checkpoint_ep1.pt");
    let case = Case::new(folder.path(), Architecture::Mlp, Boundary::Walls, 1);
    case.ensure().unwrap();

    // another checkpoint under the same name
    let retrained = Case::new(folder.path(), Architecture::Mlp, Boundary::Walls, 2);
    let report = retrained.ensure().unwrap();
    assert!(report.made && !report.remarks.is_empty());
    assert!(file.with_extension("pt.stale").exists());

    // another boundary in the configuration
    let wrapped = Case::new(folder.path(), Architecture::Mlp, Boundary::Torus, 2);
    assert!(wrapped.ensure().unwrap().made);
    assert!(!wrapped.ensure().unwrap().made);

    // a single bit of a weight: the manifest still tells of the same origin
    let mut bytes = fs::read(&file).unwrap();
    let needle = &wrapped.law.weights()[0].bytes;
    let place = bytes
        .windows(needle.len())
        .position(|window| window == needle.as_slice())
        .unwrap();
    bytes[place] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert!(wrapped.ensure().unwrap().made);

    // something that is no archive at all, and is never loaded
    fs::write(&file, b"not an archive").unwrap();
    assert!(wrapped.ensure().unwrap().made);
    assert_eq!(
        fs::read(file.with_extension("pt.stale")).unwrap(),
        b"not an archive"
    );

    // by force
    let mut forced = wrapped;
    forced.job.force = true;
    assert!(forced.ensure().unwrap().made);
}

#[test]
fn the_manifest_says_what_it_was_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let case = Case::new(folder.path(), Architecture::UnetConvLstm, Boundary::Walls, 3);
    case.ensure().unwrap();
    let manifest = Manifest::read(&folder.path().join("model_checkpoint_ep1.pt")).unwrap();
    assert_eq!(manifest.architecture, Architecture::UnetConvLstm);
    assert!(manifest.memory);
    assert_eq!(manifest.checkpoint_sha256, format!("{:064x}", 3));
    assert!(manifest.torch_version.starts_with("2.11.0"));
    let verified = manifest.verified.unwrap();
    assert_eq!((verified.inputs, verified.grids.len()), (3, 2));
}

#[test]
fn an_export_that_computes_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let case = Case::new(folder.path(), Architecture::DeepQca, Boundary::Walls, 4);
    let other = Case::new(folder.path(), Architecture::DeepQca, Boundary::Walls, 5);
    let path = folder.path().join("x.pt");
    case.ensure().unwrap();
    let archive = fs::read(folder.path().join("model_checkpoint_ep1.pt")).unwrap();
    let differs =
        verify::verify(&archive, &path, &case.law, Boundary::Torus, verify::Form::Script).unwrap_err();
    assert!(matches!(differs, ExportError::Differs { .. }), "{differs}");
    let parameter =
        verify::verify(&archive, &path, &other.law, Boundary::Walls, verify::Form::Script).unwrap_err();
    assert!(matches!(parameter, ExportError::Parameter { .. }), "{parameter}");
}

#[test]
fn nothing_is_left_behind_when_the_folder_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let case = Case::new(
        &folder.path().join("missing"),
        Architecture::Mlp,
        Boundary::Walls,
        4,
    );
    let error = case.ensure().unwrap_err();
    assert_eq!(error.stage(), Stage::Export);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A job in a folder that nothing can be written to, root or not: it lies below a file.
fn beside_nothing_writable(root: &Path) -> Case {
    fs::write(root.join("file"), "x").unwrap();
    Case::new(
        &root.join("file/checkpoints"),
        Architecture::Mlp,
        Boundary::Walls,
        4,
    )
}

#[test]
fn where_nothing_can_be_written_the_export_lies_in_the_cache_and_is_found_there() {
    let root = tempfile::tempdir().unwrap();
    let mut case = beside_nothing_writable(root.path());
    case.job.cache_dir = Some(root.path().join("cache"));
    let made = case.ensure().unwrap();
    let folder = made.folder.clone().unwrap();
    assert!(made.made && folder == root.path().join("cache"));
    assert_eq!(
        made.remarks,
        [Remark::ExportElsewhere {
            folder: folder.clone()
        }]
    );
    let file = folder.join(&made.file);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let found = case.ensure_for(Keep::May).unwrap();
    assert!(!found.made);
    assert_eq!((found.folder, found.remarks), (made.folder, made.remarks));

    // It is believed no more than what lies beside a checkpoint: a single bit of a weight.
    let mut bytes = fs::read(&file).unwrap();
    flip_a_bit_of_a_weight(&mut bytes, &case.law);
    fs::write(&file, bytes).unwrap();
    assert!(case.ensure().unwrap().made);
    assert!(!case.ensure().unwrap().made);
}

#[test]
fn without_any_place_a_world_opens_and_an_export_that_was_asked_for_fails() {
    let root = tempfile::tempdir().unwrap();
    let mut case = beside_nothing_writable(root.path());
    for cache in [None, Some(root.path().join("file"))] {
        case.job.cache_dir = cache;
        let open = case.ensure_for(Keep::May).unwrap();
        assert!(open.made && open.max_abs_error < 1e-3 && open.folder.is_none());
        assert!(
            matches!(open.remarks.as_slice(), [Remark::ExportNotKept { .. }]),
            "{:?}",
            open.remarks
        );
        let error = case.ensure().unwrap_err();
        assert!(matches!(error, ExportError::File { .. }), "{error}");
    }
}

#[test]
fn a_file_of_the_users_in_the_exports_place_is_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model_checkpoint_ep1.pt");
    let case = Case::new(folder.path(), Architecture::Mlp, Boundary::Walls, 1);
    for (turn, own) in ["first", "second", "third"].into_iter().enumerate() {
        fs::write(&file, own).unwrap();
        assert!(case.ensure().unwrap().made, "{turn}");
    }
    // Ours, damaged, takes the place of none of them.
    let mut bytes = fs::read(&file).unwrap();
    flip_a_bit_of_a_weight(&mut bytes, &case.law);
    for _ in 0..2 {
        fs::write(&file, &bytes).unwrap();
        assert!(case.ensure().unwrap().made);
    }
    let kept = |ending: &str| {
        fs::read(
            folder
                .path()
                .join(format!("model_checkpoint_ep1.pt.stale{ending}")),
        )
        .unwrap()
    };
    assert_eq!(
        [kept(""), kept(".1"), kept(".2")],
        [&b"first"[..], b"second", b"third"]
    );
    assert_eq!(kept(".3"), bytes);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 5);
}
