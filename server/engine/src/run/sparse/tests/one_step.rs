//! One sparse step against one dense float64 step from the same state, for every law and boundary.

use atheria_law::Law;
use atheria_shared::{Architecture, Boundary};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use super::super::{Number, Program, reach_cells};
use super::harness::{BOUNDARIES, EPS, Sparse};
use super::worlds::{self, Start};
use crate::testing::golden;

/// Steps from which one more is compared.
const MOMENTS: [u32; 5] = [0, 1, 5, 16, 30];
/// Any worlds for each law.
const CASES: u32 = 8;
/// In float64.
const EPS_DOUBLE: f64 = 1e-12;
const ALLOWED_DOUBLE: f64 = 1e-10;

/// What makes the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Our kernels, tile by tile.
    Kernels,
    /// libtorch, all tiles at once: what runs on CUDA.
    Batches,
}

/// Compares steps along a world's trajectory; the largest error.
fn follow<F: Number>(
    law: &Law,
    start: &Start,
    eps: f64,
    moments: &[u32],
    allowed: Option<f64>,
    by: By,
) -> f64 {
    let mut world = Sparse::<F>::with(law, start.site, eps, &start.pieces);
    if by == By::Batches {
        world = world.in_batches();
    }
    let (mut worst, mut made) = (0.0_f64, 0);
    for &moment in moments {
        world.steps(moment - made);
        let error = world.error_of_step();
        made = moment + 1;
        let allowed = allowed.unwrap_or(error.allowed);
        assert!(
            error.found <= allowed,
            "{} by {by:?} {start:?} step {moment}: {:.2e} of {allowed:.2e}",
            law.architecture(),
            error.found
        );
        worst = worst.max(error.found);
    }
    worst
}

fn in_chosen_worlds(architecture: Architecture, by: By) {
    let law = golden(architecture);
    for boundary in BOUNDARIES {
        for (at, start) in worlds::chosen(boundary).iter().enumerate() {
            let moments = match (at, boundary) {
                (0, _) if by == By::Batches => &[0, 5][..],
                _ if by == By::Batches => &[4],
                // On the plane matter is soon all over a window that has to be computed densely.
                (0, Boundary::Unbounded) => &MOMENTS[..4],
                (0, _) => &MOMENTS[..],
                _ => &[0, 4],
            };
            let worst = follow::<f32>(&law, start, EPS, moments, None, by);
            println!("{architecture} {boundary} {}: {worst:.1e}", start.name);
        }
    }
}

fn in_any_world(architecture: Architecture, by: By) {
    let law = golden(architecture);
    let local = reach_cells(&Program::<f32>::of(&law).unwrap()) < 8;
    let config = Config {
        cases: if by == By::Batches { CASES / 4 } else { CASES },
        // The same worlds on every run: what fails is seen again, and no run fails by chance.
        rng_seed: RngSeed::Fixed(architecture as u64),
        failure_persistence: None,
        ..Config::default()
    };
    let worlds = (worlds::any(local), prop::sample::subsequence(MOMENTS.to_vec(), 2));
    TestRunner::new(config)
        .run(&worlds, |(start, moments)| {
            follow::<f32>(&law, &start, EPS, &moments, None, by);
            Ok(())
        })
        .unwrap();
}

fn in_float64(architecture: Architecture, by: By) {
    let law = golden(architecture);
    for boundary in BOUNDARIES {
        for start in worlds::chosen(boundary).iter().skip(4) {
            let worst = follow::<f64>(&law, start, EPS_DOUBLE, &[1], Some(ALLOWED_DOUBLE), by);
            println!("{architecture} {boundary} {}: {worst:.1e}", start.name);
        }
    }
}

macro_rules! for_each_law {
    ($($module:ident: $architecture:ident,)*) => {$(
        mod $module {
            use super::{Architecture, By};

            #[test]
            fn a_step_is_the_dense_float64_step() {
                super::in_chosen_worlds(Architecture::$architecture, By::Kernels);
            }

            #[test]
            fn a_step_in_any_world_is_the_dense_float64_step() {
                super::in_any_world(Architecture::$architecture, By::Kernels);
            }

            #[test]
            fn in_float64_a_step_is_exact() {
                super::in_float64(Architecture::$architecture, By::Kernels);
            }

            #[test]
            fn a_step_in_batches_is_the_dense_float64_step() {
                super::in_chosen_worlds(Architecture::$architecture, By::Batches);
                super::in_any_world(Architecture::$architecture, By::Batches);
            }

            #[test]
            fn in_float64_a_step_in_batches_is_exact() {
                super::in_float64(Architecture::$architecture, By::Batches);
            }
        }
    )*};
}

for_each_law! {
    mlp: Mlp,
    deep_qca: DeepQca,
    snn_unet: SnnUnet,
    unet: Unet,
    unet_convlstm: UnetConvLstm,
    unet_unitary: UnetUnitary,
    unet_unitary_rmsnorm: UnetUnitaryRmsNorm,
}
