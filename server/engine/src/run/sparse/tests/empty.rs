//! An empty world stays empty, is what an empty world computed cell by cell is, and costs next to nothing.

use atheria_shared::{Architecture, Boundary};
use tch::Kind;

use super::super::find_matter;
use super::harness::{BOUNDARIES, EPS, GAMMA, Site, Sparse, distance, to_kind};
use crate::law::testing::golden;
use crate::run::{Dense, State};

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
        let (ground, tiles) = (world.state.ground.len(), world.state.matter.len());
        for at in 0..tiles {
            let under = world.state.ground.under(world.state.matter[at].place);
            assert!(!world.state.differs(ground + at, under as usize), "{architecture}");
        }
    }
}

#[test]
fn no_matter_comes_of_nothing_between_walls() {
    for architecture in Architecture::ALL {
        let mut world = empty(architecture, Boundary::Walls, [176, 192]);
        world.go_whole(true);
        for step in 1..=64 {
            world.step();
            if [1, 8, 32, 64].contains(&step) {
                let mut state = world.state.clone();
                find_matter(&mut state, 10.0 * EPS);
                assert!(state.matter.is_empty(), "{architecture} step {step}");
            }
        }
    }
}

/// The ground's strips and corners grow as they are felt.
fn the_ground_is_the_walled_world(architecture: Architecture) {
    let size = [256, 256];
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
    println!("{architecture}: {worst:.1e}, {begun} tiles grew to {} of {}", ground.len(), 16 * 16);
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
fn a_vast_empty_world_costs_no_more_than_a_large_one() {
    for architecture in Architecture::ALL {
        for boundary in BOUNDARIES {
            let after = |side: u32| {
                let mut world = empty(architecture, boundary, [side, side]);
                let work = (0..64).map(|_| world.step().work).max();
                assert!(world.state.matter.is_empty(), "{architecture} {boundary}");
                (world.state.ground.len(), world.state.bytes(), work)
            };
            let (large, vast) = (after(2048), after(65_536));
            println!("{architecture} {boundary}: {} tiles", vast.0);
            assert!(vast.0 <= large.0 + large.0 / 4, "{architecture} {boundary}: {large:?} {vast:?}");
            assert!(vast.0 <= 400, "{architecture} {boundary}: {vast:?}");
        }
    }
}
