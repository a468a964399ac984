//! Laws to be measured in tests, and where what is measured is kept.

use std::path::Path;

use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;
use atheria_shared::session::ExportMethod;
use atheria_shared::{Architecture, Boundary};

use crate::checkpoint::Checkpoint;
use crate::law::Law;
use crate::testing::fixtures;

/// The decay that they were trained with.
pub(crate) const GAMMA: f64 = 0.01;
/// Their size.
pub(crate) const SIZE: LawParams = LawParams {
    d_state: 4,
    hidden_channels: 8,
};

/// A golden law, by its folder.
pub(crate) fn golden(name: &str) -> Law {
    let file = fixtures("golden").join(name).join("checkpoint_ep59.pth");
    let architecture = name.split('-').next().unwrap().parse().unwrap();
    Law::build(
        architecture,
        SIZE,
        &Checkpoint::read(&file).unwrap().weights().unwrap(),
    )
    .unwrap()
}

/// A job whose checkpoint lies in that folder.
pub(crate) fn job(folder: &Path) -> LawJob {
    LawJob {
        experiment: "test".to_owned(),
        architecture: Some(Architecture::Mlp),
        params: SIZE,
        params_defaulted: vec![],
        gamma: GAMMA,
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
