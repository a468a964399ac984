//! Laws for tests: the golden ones, which were trained.

use std::path::Path;

use atheria_checkpoint::{Checkpoint, TensorMap, TensorSource};
use atheria_law::Law;
use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;
use atheria_shared::session::ExportMethod;
use atheria_shared::{Architecture, Boundary};

use super::fixtures;

/// The size of the golden laws.
pub(crate) const GOLDEN_SIZE: LawParams = LawParams {
    d_state: 4,
    hidden_channels: 8,
};

/// What is asked for of a law of the golden size, whose checkpoint lies in that folder, by whoever leaves all else open.
pub(crate) fn job(folder: &Path, architecture: Architecture) -> LawJob {
    LawJob {
        experiment: "test".to_owned(),
        architecture: Some(architecture),
        params: GOLDEN_SIZE,
        params_defaulted: vec![],
        gamma: 0.01,
        trained_boundary: Boundary::Walls,
        checkpoint_dir: folder.to_owned(),
        checkpoint: "checkpoint_ep59.pth".parse().unwrap(),
        weights: None,
        cast: false,
        expected_sha256: None,
        cache_dir: None,
        method: ExportMethod::Auto,
        force: false,
    }
}

/// A golden law: trained, since random weights magnify rounding in every norm. `SNN_UNET` is the one whose neurons fire.
pub(crate) fn golden(architecture: Architecture) -> Law {
    Law::build(architecture, GOLDEN_SIZE, &golden_tensors(architecture)).unwrap()
}

/// Its tensors.
pub(crate) fn golden_tensors(architecture: Architecture) -> TensorMap {
    let spiking = if architecture == Architecture::SnnUnet {
        "-spiking"
    } else {
        ""
    };
    let file = format!("{architecture}-d4-h8-g32{spiking}/checkpoint_ep59.pth");
    weights(&fixtures("golden").join(file))
}

/// The tensors of a checkpoint of our own trainers, as they are named there.
pub(crate) fn weights(path: &Path) -> TensorMap {
    let checkpoint = Checkpoint::read(path).unwrap();
    let usual = checkpoint
        .dicts
        .iter()
        .find(|dict| dict.key == "model_state_dict");
    let named = usual.into_iter().flat_map(|dict| {
        let names = dict.tensors.keys();
        names.map(|name| (name.clone(), checkpoint.read(dict, name).unwrap()))
    });
    named.collect()
}
