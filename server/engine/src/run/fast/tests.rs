//! The fast layers against the plain ones, and each pass against a plain loop.

use atheria_shared::law::LawParams;
use atheria_shared::{Architecture, Boundary};
use proptest::prelude::*;
use tch::{Device, Kind, Tensor};

use super::super::{Layers, Memory};
use super::execute::FastLayers;
use super::kernels::{self, StepEnd};
use crate::law::Law;
use crate::law::testing::seeded_tensors;

fn largest_difference(a: &Tensor, b: &Tensor) -> f64 {
    assert_eq!(a.size(), b.size());
    (a - b).abs().max().double_value(&[])
}

fn grid(seed: i64, channels: i64, height: i64, width: i64) -> Tensor {
    tch::manual_seed(seed);
    Tensor::randn([1, channels, height, width], (Kind::Float, Device::Cpu))
}

#[test]
fn every_law_answers_as_the_plain_layers_do() {
    let params = LawParams {
        d_state: 3,
        hidden_channels: 12,
    };
    for architecture in Architecture::ALL
        .into_iter()
        .filter(|a| *a != Architecture::SnnUnet)
    {
        let law = Law::build(architecture, params, &seeded_tensors(architecture, params, 5)).unwrap();
        for boundary in [Boundary::Walls, Boundary::Torus] {
            let plain = Layers::new(&law, boundary, Device::Cpu).unwrap();
            let fast = FastLayers::new(&law, boundary).unwrap();
            let _no_grad = tch::no_grad_guard();
            for (height, width) in [(16, 16), (20, 28), (64, 48)] {
                let (world, background) = (grid(1, 6, height, width), grid(2, 6, 4, 4));
                let mut memories: Vec<Option<Memory>> = vec![None, None];
                for _ in 0..2 {
                    let fields = [
                        (&world, memories[0].as_ref()),
                        (&background, memories[1].as_ref()),
                    ];
                    let (expected, found) = (plain.forward(&fields).unwrap(), fast.forward(&fields).unwrap());
                    for ((a, _), (b, _)) in found.iter().zip(&expected) {
                        // A norm scales the background by what the world has, which can be little.
                        let size = b.abs().max().double_value(&[]).max(1.0);
                        let error = largest_difference(a, b) / size;
                        assert!(
                            error < 2e-5,
                            "{architecture} {boundary} {height}x{width}: {error:e}"
                        );
                    }
                    memories = expected.into_iter().map(|(_, memory)| memory).collect();
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn elu_is_elu(values in proptest::collection::vec(-100f32..10.0, 1..300)) {
        let mut found = values.clone();
        kernels::elu_all(&mut found);
        for (x, y) in values.iter().zip(&found) {
            let expected = if *x > 0.0 { f64::from(*x) } else { f64::from(*x).exp_m1() };
            prop_assert!((f64::from(*y) - expected).abs() < 2e-7, "elu({x}) = {y}, not {expected}");
        }
    }

    #[test]
    fn sums_are_sums(channels in 1usize..40, cells in 1usize..3000, seed in 0i64..1000) {
        let x = grid(seed, channels as i64, 1, cells as i64);
        let rows = super::memory::Rows::of(&x).unwrap();
        let moments = kernels::moments(rows.numbers(), channels);
        let double = x.to_kind(Kind::Double).view([channels as i64, -1]);
        let sum = Vec::<f64>::try_from(double.sum_dim_intlist(1, false, None::<Kind>)).unwrap();
        let square = Vec::<f64>::try_from((&double * &double).sum_dim_intlist(1, false, None::<Kind>)).unwrap();
        for channel in 0..channels {
            prop_assert!((moments.sum[channel] - sum[channel]).abs() < 1e-9);
            prop_assert!((moments.square[channel] - square[channel]).abs() < 1e-9);
        }
    }

    #[test]
    fn a_wrapped_grid_is_libtorchs(channels in 1i64..6, height in 2i64..90, width in 2i64..90, cells in 1usize..3) {
        let x = grid(3, channels, height, width);
        let rows = super::memory::Rows::of(&x).unwrap();
        let mut wide = super::memory::Rows::empty(rows.channels, rows.height + 2 * cells, rows.width + 2 * cells).unwrap();
        kernels::wrap(wide.numbers_mut(), rows.numbers(), rows.channels, rows.height, rows.width, cells);
        let c = cells as i64;
        prop_assert!(wide.into_tensor().equal(&x.pad([c, c, c, c], "circular", None)));
    }
}

#[test]
fn a_value_that_is_not_finite_is_not_hidden() {
    let mut numbers = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0];
    kernels::elu_all(&mut numbers);
    assert!(numbers[0].is_nan());
    assert_eq!(numbers[1..3], [f32::INFINITY, -1.0]);
    let mut next = [0.0; 4];
    let end = StepEnd {
        d: 2,
        gamma: 0.01,
        multiplies: false,
    };
    kernels::advance(&mut next, &[1.0, 0.0, 0.0, 0.0], &[f32::NAN, 0.0, 0.0, 0.0], end);
    assert!(next.iter().all(|x| x.is_nan()));
}
