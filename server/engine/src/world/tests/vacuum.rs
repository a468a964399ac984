//! In a vacuum that is given, matter is stepped as the whole grid would be, and all else is the vacuum.

use atheria_shared::world::{EPS, StartingMatter, Vacuum};
use atheria_shared::{Architecture, Boundary};

use super::made::{GAMMA, advance, plan, stepped, world};
use crate::run::Dense;
use crate::testing::golden;
use crate::world::WorldPlan;

fn apart(a: &[f32], b: &[f32]) -> f64 {
    let square = |(a, b): (&f32, &f32)| f64::from(a - b).powi(2);
    a.iter().zip(b).map(square).sum::<f64>().sqrt()
}

#[test]
fn matter_is_stepped_in_it_and_all_else_is_it() {
    for architecture in [Architecture::Mlp, Architecture::DeepQca, Architecture::SnnUnet] {
        let law = golden(architecture);
        // No multiple of a tile; the blob crosses tile corners.
        let with = WorldPlan {
            vacuum: Vacuum::Harmonic {
                amplitude: 0.3,
                waves: 5,
                seed: 3,
            },
            ..plan(Boundary::Walls, [168, 184])
        };
        let without = WorldPlan {
            init: StartingMatter::Zeros,
            ..with.clone()
        };
        let dense = Dense::in_float64(&law, Boundary::Walls, GAMMA).unwrap();
        let (mut here, mut empty) = (world(&with, &law), world(&without, &law));
        let (mut matter, mut worst) = (0, 0.0_f64);
        for step in 1..=4 {
            let (before, vacuum) = (here.field().unwrap(), empty.field().unwrap());
            let (full, alone) = (stepped(&dense, &before), stepped(&dense, &vacuum));
            advance(&mut here, 1);
            advance(&mut empty, 1);
            assert_eq!(empty.numbers().unwrap().matter_cells, 0);
            let (after, given) = (here.field().unwrap(), empty.field().unwrap());
            assert!(given.psi != vacuum.psi, "it moves by itself");
            matter = 0;
            let parts = after
                .cells()
                .zip(given.cells())
                .zip(full.cells().zip(alone.cells()));
            for (at, ((after, given), (full, alone))) in parts.enumerate() {
                let felt = apart(full, alone);
                let error = apart(after, full);
                if felt > 2.0 * EPS {
                    matter += 1;
                    worst = worst.max(error);
                    assert!(error < 1e-5, "{architecture}, step {step}, cell {at}: {error:e}");
                } else {
                    assert!(
                        error < 1e-5 || after == given,
                        "{architecture}, step {step}, cell {at}"
                    );
                }
            }
        }
        println!("{architecture}: {matter} cells, {worst:e}");
        assert!(matter > 64, "{architecture}: {matter}");
        assert!(
            here.numbers().unwrap().active_tiles < 11 * 12,
            "{architecture}: all of it was computed"
        );
    }
}
