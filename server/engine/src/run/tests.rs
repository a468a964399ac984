//! What a step must be, whatever the law: the torus has no seam, and the background is what the world's empty cells are.

use atheria_law::Law;
use atheria_shared::law::LawParams;
use atheria_shared::{Architecture, Boundary};
use tch::{Kind, Tensor};

use super::{Dense, State};
use crate::testing::{device, fixtures, weights};

/// Of the golden experiments.
const SIZE: LawParams = LawParams {
    d_state: 4,
    hidden_channels: 8,
};
const CHANNELS: i64 = 8;

/// A trained law: random weights magnify rounding in every norm.
fn law(architecture: Architecture, boundary: Boundary) -> Dense {
    let file = format!("golden/{architecture}-d4-h8-g32/checkpoint_ep59.pth");
    let law = Law::build(architecture, SIZE, &weights(&fixtures(file))).unwrap();
    Dense::new(&law, boundary, 0.01, device()).unwrap()
}

fn vacuum(height: i64, width: i64) -> Tensor {
    let psi = Tensor::zeros([1, CHANNELS, height, width], (Kind::Float, device()));
    let _ = psi.narrow(1, 0, 1).fill_(1.0);
    psi
}

/// Vacuum with a square of random unit-norm cells across the edge at row 0.
fn with_matter(height: i64, width: i64) -> Tensor {
    tch::manual_seed(4);
    let noise = Tensor::randn([1, CHANNELS, 6, 6], (Kind::Float, device()));
    let norm = noise
        .square()
        .sum_dim_intlist([1].as_slice(), true, None::<Kind>)
        .sqrt();
    let psi = vacuum(height, width);
    psi.narrow(2, 0, 6)
        .narrow(3, 9, 6)
        .f_copy_(&(noise / norm))
        .unwrap();
    psi.roll([-3, 0], [2, 3])
}

fn after(law: &Dense, psi: Tensor, steps: u32) -> State {
    let mut state = State { psi, memory: None };
    for _ in 0..steps {
        state = law.step(&state).unwrap();
    }
    state
}

fn largest_difference(a: &Tensor, b: &Tensor) -> f64 {
    (a - b).abs().max().double_value(&[])
}

#[test]
fn on_a_torus_a_shifted_world_stays_the_shifted_world() {
    for architecture in Architecture::ALL {
        let law = law(architecture, Boundary::Torus);
        let period = i64::from(law.law().period());
        let psi = with_matter(24, 32);
        let shift = [3 * period, -2 * period];
        let shifted = after(&law, psi.roll(shift, [2, 3]), 2);
        let stepped = after(&law, psi, 2).psi.roll(shift, [2, 3]);
        let error = largest_difference(&shifted.psi, &stepped);
        assert!(error < 2e-5, "{architecture}: {error:e}");
    }
}

#[test]
fn an_empty_torus_is_its_background() {
    for architecture in Architecture::ALL {
        let law = law(architecture, Boundary::Torus);
        let period = i64::from(law.law().period());
        let mut world = State {
            psi: vacuum(16, 24),
            memory: None,
        };
        let mut background = State {
            psi: vacuum(period, period),
            memory: None,
        };
        for step in 0..4 {
            (world, background) = law.step_with_background(&world, &background).unwrap();
            let tiled = background.psi.repeat([1, 1, 16 / period, 24 / period]);
            let error = largest_difference(&world.psi, &tiled);
            assert!(error < 2e-5, "{architecture} step {step}: {error:e}");
        }
    }
}

#[test]
fn walls_and_torus_are_two_worlds() {
    // MLP sees no neighbour, and the golden SNN_UNET's neurons rest.
    let blind = [Architecture::Mlp, Architecture::SnnUnet];
    for architecture in Architecture::ALL.into_iter().filter(|a| !blind.contains(a)) {
        let [walls, torus] = [Boundary::Walls, Boundary::Torus]
            .map(|boundary| after(&law(architecture, boundary), with_matter(16, 24), 1).psi);
        assert!(largest_difference(&walls, &torus) > 1e-3, "{architecture}");
    }
}

#[test]
fn every_cell_has_norm_one_after_a_step() {
    for architecture in Architecture::ALL {
        let psi = after(&law(architecture, Boundary::Walls), with_matter(16, 24), 1).psi;
        let norm = psi
            .square()
            .sum_dim_intlist([1].as_slice(), true, None::<Kind>)
            .sqrt();
        assert!(
            largest_difference(&norm, &norm.ones_like()) < 1e-5,
            "{architecture}"
        );
    }
}
