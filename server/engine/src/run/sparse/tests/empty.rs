//! An empty world stays empty, is what an empty world computed cell by cell is, and costs next to nothing.

use atheria_shared::{Architecture, Boundary};
use tch::Kind;

use super::super::stepper::difference;
use super::super::{find_matter, kept};
use super::harness::{BOUNDARIES, EPS, GAMMA, Site, Sparse, distance, to_kind};
use crate::run::{Dense, State};
use crate::testing::golden;

fn empty(architecture: Architecture, boundary: Boundary, size: [u32; 2]) -> Sparse<f32> {
    let site = Site {
        boundary,
        size,
        side: 16,
    };
    Sparse::empty(&golden(architecture), site, EPS)
}

#[test]
fn every_cell_of_an_empty_torus_is_its_ground_to_the_bit() {
    for architecture in Architecture::ALL {
        let mut world = empty(architecture, Boundary::Torus, [56, 84]);
        world.go_whole(true);
        world.steps(64);
        let tiles = 0..world.state.matter.len();
        assert_eq!(tiles.len(), 24);
        assert!(
            tiles.into_iter().all(|tile| world.is_ground(tile)),
            "{architecture}"
        );
    }
}

#[test]
fn no_matter_comes_of_nothing_between_walls() {
    for architecture in Architecture::ALL {
        // Rows enough for tiles that one stands for.
        let mut world = empty(architecture, Boundary::Walls, [176, 32]);
        world.go_whole(true);
        assert!(world.state.ground.len() < world.state.matter.len());
        for step in 1..=64 {
            world.step();
            if [1, 8, 32, 64].contains(&step) {
                let mut state = world.state.clone();
                // Where the ground's fold may show by three times eps.
                find_matter(&mut state, 3.0 * EPS);
                assert!(state.matter.is_empty(), "{architecture} step {step}");
            }
        }
    }
}

/// The ground's strips and corners grow as they are felt.
fn the_ground_is_the_walled_world(architecture: Architecture) {
    let size = [256, 128];
    let mut world = empty(architecture, Boundary::Walls, size);
    let dense = Dense::plain(&world.law, Boundary::Walls, GAMMA, Kind::Double).unwrap();
    let mut expected = to_kind(
        &State {
            memory: None,
            ..world.whole()
        },
        Kind::Double,
    );
    let begun = world.state.ground.len();
    let mut worst = 0.0_f64;
    for step in 1..=32 {
        world.step();
        expected = dense.step(&expected).unwrap();
        if step % 4 == 0 || step == 1 {
            worst = worst.max(distance(&world.whole(), &expected));
        }
    }
    let ground = &world.state.ground;
    println!(
        "{architecture}: {worst:.1e}, {begun} tiles grew to {} of {}",
        ground.len(),
        16 * 8
    );
    assert!(worst <= 1e-5, "{architecture}: {worst:e}");
}

macro_rules! for_each_law {
    ($($law:ident: $architecture:ident,)*) => {
        mod the_ground_is_the_walled_world {$(
            #[test]
            fn $law() {
                super::the_ground_is_the_walled_world(super::Architecture::$architecture);
            }
        )*}
    };
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

#[test]
fn a_vast_empty_world_costs_next_to_nothing() {
    for architecture in Architecture::ALL {
        for boundary in BOUNDARIES {
            let mut world = empty(architecture, boundary, [65_536, 65_536]);
            world.steps(16);
            let tiles = world.state.ground.len();
            println!("{architecture} {boundary}: {tiles} tiles");
            assert!(world.state.matter.is_empty(), "{architecture} {boundary}");
            // All of it would be 16,777,216. A law that normalises is felt far from walls in a world of that size.
            let most = if boundary == Boundary::Walls { 400 } else { 1 };
            assert!(tiles <= most, "{architecture} {boundary}: {tiles}");
        }
    }
}

/// What is let go of is an error of the step: where the ground is exact, less is.
#[test]
fn traces_are_kept_where_the_ground_is_exact() {
    let law = golden(Architecture::DeepQca);
    for (boundary, side_cells, exact) in [
        (Boundary::Torus, 96, true),
        (Boundary::Unbounded, 96, true),
        // Each of its tiles has one of the ground.
        (Boundary::Walls, 64, true),
        (Boundary::Walls, 512, false),
    ] {
        for (trace, stays) in [(0.5 * EPS, exact), (0.1 * EPS, false)] {
            let site = Site {
                boundary,
                size: [side_cells; 2],
                side: 16,
            };
            let mut world = Sparse::<f32>::empty(&law, site, EPS);
            world.state.activate(&[[1, 1]]);
            let slot = world.state.ground.len();
            let mut cell = vec![0.0; world.state.numbers];
            (cell[0], cell[1]) = (1.0, trace as f32);
            world.state.write_cell(slot, [3, 5], &cell);
            find_matter(&mut world.state, EPS);
            let what = format!("{boundary} {side_cells} {trace:e}");
            assert_eq!(world.state.matter.len(), usize::from(stays), "{what}");
            if stays {
                let (psi, _) = difference(&world.state, 0, kept(&world.state, EPS));
                assert_eq!(psi.cells, 0, "{what}: it is no matter");
                assert!(psi.bounds.is_some(), "{what}");
            }
        }
    }
}
