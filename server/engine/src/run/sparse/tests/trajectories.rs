//! Sixty-four sparse steps against as many dense ones in float64.

use atheria_shared::{Architecture, Boundary};
use tch::Kind;

use super::harness::{EPS, GAMMA, Piece, Site, Sparse, distance, to_kind};
use crate::run::{Dense, State};
use crate::testing::golden;

const STEPS: u32 = 64;
/// How far a trajectory may be from the dense one, if libtorch itself loses less than a third of it in float32.
const ALLOWED: f64 = 1e-4;

/// The same world sparsely, and by libtorch in both kinds of floats.
fn follow(architecture: Architecture, boundary: Boundary, size: [u32; 2]) {
    let law = golden(architecture);
    let site = Site {
        boundary,
        size,
        side: 16,
    };
    let [y, x] = size.map(|cells| i64::from(cells) / 2 - 5);
    let piece = Piece {
        at: [y, x],
        side_cells: 10,
        seed: 1,
    };
    let mut sparse = Sparse::<f32>::with(&law, site, EPS, &[piece]);
    let dense = |kind| Dense::plain(&law, boundary, GAMMA, kind).unwrap();
    let (single, double) = (dense(Kind::Float), dense(Kind::Double));
    let start = State {
        memory: None,
        ..sparse.whole()
    };
    let (mut in_single, mut in_double) = (to_kind(&start, Kind::Float), start);
    for step in 1..=STEPS {
        sparse.step();
        in_single = single.step(&in_single).unwrap();
        in_double = double.step(&in_double).unwrap();
        if ![1, 16, STEPS].contains(&step) {
            continue;
        }
        let lost = distance(&to_kind(&in_single, Kind::Double), &in_double);
        let found = distance(&sparse.whole(), &in_double);
        println!("{architecture} {boundary} step {step}: {found:.1e}; float32 loses {lost:.1e}");
        let allowed = ALLOWED.max(3.0 * lost);
        assert!(
            found <= allowed,
            "{architecture} {boundary} step {step}: {found:.2e} of {allowed:.2e}"
        );
    }
}

macro_rules! for_each_law {
    ($($law:ident: $architecture:ident,)*) => {$(
        mod $law {
            use super::{Architecture, Boundary};

            #[test]
            fn on_a_torus() {
                super::follow(Architecture::$architecture, Boundary::Torus, [64, 80]);
            }

            #[test]
            fn between_walls() {
                super::follow(Architecture::$architecture, Boundary::Walls, [72, 64]);
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
