//! Laws to be measured in tests, and where what is measured is kept.

use std::path::Path;

use atheria_law::Law;
use atheria_shared::Architecture;
use atheria_shared::engine::LawJob;

use crate::testing::{self, GOLDEN_SIZE, fixtures, weights};

/// The decay that they were trained with.
pub(crate) const GAMMA: f64 = 0.01;

/// A golden law, by its folder.
pub(crate) fn golden(name: &str) -> Law {
    let file = fixtures("golden").join(name).join("checkpoint_ep59.pth");
    let architecture = name.split('-').next().unwrap().parse().unwrap();
    Law::build(architecture, GOLDEN_SIZE, &weights(&file)).unwrap()
}

/// A job whose checkpoint lies in that folder.
pub(crate) fn job(folder: &Path) -> LawJob {
    testing::job(folder, Architecture::Mlp)
}
