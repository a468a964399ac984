//! One sparse step against one dense float64 step, for every law and boundary; trajectories; exactness to the bit.

use std::path::Path;

use atheria_shared::law::LawParams;
use atheria_shared::{Architecture, Boundary};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use tch::{Device, Kind, Tensor};

use super::*;
use crate::checkpoint::Checkpoint;
use crate::law::Law;
use crate::run::{Dense, Memory, State};

const MOST: usize = 1 << 16;
const GAMMA: f64 = 0.01;

/// The golden laws: trained, d = 4.
fn golden(architecture: Architecture) -> Law {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/golden");
    let size = LawParams {
        d_state: 4,
        hidden_channels: 8,
    };
    let file = match architecture {
        // Its neurons fire.
        Architecture::SnnUnet => format!("{folder}/{architecture}-d4-h8-g32-spiking"),
        _ => format!("{folder}/{architecture}-d4-h8-g32"),
    };
    let checkpoint = Checkpoint::read(Path::new(&format!("{file}/checkpoint_ep59.pth"))).unwrap();
    Law::build(architecture, size, &checkpoint.tensors).unwrap()
}

/// A world that is stepped sparsely.
struct Sparse<F> {
    law: Law,
    boundary: Boundary,
    state: Tiles<F>,
    stepper: Stepper<F>,
    manner: Manner,
}

fn ground(boundary: Boundary, height: u32, width: u32, side: usize, reach: u32) -> Ground {
    let depth = match reach {
        0 => 0,
        reach => (reach as usize).div_ceil(side) + 1,
    };
    let axis = |cells: u32| match boundary {
        Boundary::Walls => Axis::walled(cells, side, depth),
        Boundary::Torus => Axis::ring(cells, side),
        Boundary::Unbounded => Axis::endless(side),
    };
    Ground::new([axis(height), axis(width)], depth)
}

impl<F: Number> Sparse<F> {
    fn empty(law: &Law, boundary: Boundary, [height, width]: [u32; 2], side: usize, eps: f64) -> Self {
        let program = Program::<F>::of(law).unwrap();
        let reach = reach_cells(&program);
        let mut cell = vec![F::default(); 2 * usize::from(law.channels())];
        cell[0] = F::of(1.0);
        let ground = ground(boundary, height, width, side, reach);
        Self {
            law: law.clone(),
            boundary,
            state: Tiles::empty(ground, side, &cell, law.memory_channels()),
            stepper: Stepper::new(program, side, GAMMA, eps),
            manner: Manner::Sparse,
        }
    }

    /// A square of random cells of unit norm.
    fn put(&mut self, seed: u64, top: i64, left: i64, cells: i64, eps: f64) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let side = self.state.side as i64;
        let axes = self.state.ground.axes().clone();
        let wrap = |axis: &Axis, at: i64| match axis.cells() {
            Some(length) if axis.wraps() => Some(at.rem_euclid(length)),
            Some(length) => (0..length).contains(&at).then_some(at),
            None => Some(at),
        };
        for y in top..top + cells {
            for x in left..left + cells {
                let numbers: Vec<f64> = (0..self.state.numbers)
                    .map(|_| random.sample(StandardNormal))
                    .collect();
                let norm = numbers.iter().map(|n| n * n).sum::<f64>().sqrt();
                let cell: Vec<F> = numbers.iter().map(|n| F::of(n / norm)).collect();
                let (Some(y), Some(x)) = (wrap(&axes[0], y), wrap(&axes[1], x)) else {
                    continue;
                };
                let place = [y.div_euclid(side), x.div_euclid(side)];
                self.state.activate(&[place]);
                let slot = self.state.slots()[&place];
                let at = [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize];
                self.state.write_cell(slot, at, &cell);
            }
        }
        find_matter(&mut self.state, eps);
        self.stepper.forget();
    }

    fn step(&mut self) -> Made {
        let (old, made) = self.stepper.step(&mut self.state, self.manner, MOST).unwrap();
        self.stepper.recycle(old);
        made
    }

    /// All cells of a window as float64 `[1, 2d, H, W]`, memory too.
    fn expand(&self, [top, left]: [i64; 2], [height, width]: [usize; 2]) -> State {
        let slots = self.state.slots();
        let side = self.state.side as i64;
        let slot_of = |y: i64, x: i64, side: i64| {
            let place = [y.div_euclid(side), x.div_euclid(side)];
            let slot = slots
                .get(&place)
                .copied()
                .unwrap_or_else(|| self.state.ground.under(place) as usize);
            (slot, [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize])
        };
        let mut numbers = vec![0.0; height * width * self.state.numbers];
        let mut cell = vec![F::default(); self.state.numbers];
        for (at, out) in numbers.chunks_exact_mut(self.state.numbers).enumerate() {
            let (slot, inside) = slot_of(top + (at / width) as i64, left + (at % width) as i64, side);
            self.state.read_cell(slot, inside, &mut cell);
            for (out, number) in out.iter_mut().zip(&cell) {
                *out = number.double();
            }
        }
        let tensor = |numbers: &[f64], height: usize, width: usize, channels: usize| {
            Tensor::from_slice(numbers)
                .view([1, height as i64, width as i64, channels as i64])
                .permute([0, 3, 1, 2])
                .contiguous()
        };
        let memory = self.state.memory.as_ref().map(|_| {
            let (height, width, channels) = (height / 4, width / 4, self.state.memory_channels);
            let mut parts = [vec![0.0; height * width * channels], vec![0.0; height * width * channels]];
            let (mut h, mut c) = (vec![F::default(); channels], vec![F::default(); channels]);
            for at in 0..height * width {
                let (y, x) = (top / 4 + (at / width) as i64, left / 4 + (at % width) as i64);
                let (slot, inside) = slot_of(y, x, side / 4);
                self.state.read_memory(slot, inside, [&mut h, &mut c]);
                for (part, cell) in parts.iter_mut().zip([&h, &c]) {
                    for (channel, number) in cell.iter().enumerate() {
                        part[at * channels + channel] = number.double();
                    }
                }
            }
            let [h, c] = parts.map(|part| tensor(&part, height, width, channels));
            Memory { h, c }
        });
        State {
            psi: tensor(&numbers, height, width, self.state.numbers),
            memory,
        }
    }

    /// The window that is compared, and where it begins.
    fn window(&self) -> ([i64; 2], [usize; 2]) {
        let cells = |axis: usize| self.state.ground.axes()[axis].cells();
        match (cells(0), cells(1)) {
            (Some(height), Some(width)) => ([0, 0], [height as usize, width as usize]),
            _ => ([-96, -96], [288, 288]),
        }
    }

    /// One dense float64 step from the state as it is.
    fn dense_step(&self) -> State {
        let dense = Dense::in_float64(&self.law, self.boundary, GAMMA).unwrap();
        let (from, size) = self.window();
        let world = self.expand(from, size);
        if self.boundary == Boundary::Unbounded {
            // Norms take the plane's statistics, which are the ground's.
            let far = self.expand([1 << 20, 1 << 20], [self.state.side; 2]);
            return dense.step_with_background(&far, &world).unwrap().1;
        }
        dense.step(&world).unwrap()
    }

    /// How far a sparse step is from a dense float64 step, and makes it. The memory's c counts as eps does: relative above 1.
    fn error_of_step(&mut self) -> f64 {
        let expected = self.dense_step();
        self.step();
        let (from, size) = self.window();
        distance(&self.expand(from, size), &expected)
    }
}

fn distance(found: &State, expected: &State) -> f64 {
    let psi = (&found.psi - &expected.psi).abs().max().double_value(&[]);
    let memory = found.memory.as_ref().zip(expected.memory.as_ref()).map_or(0.0, |(found, expected)| {
        let h = (&found.h - &expected.h).abs().max().double_value(&[]);
        let c = ((&found.c - &expected.c).abs() / expected.c.abs().clamp_min(1.0))
            .max()
            .double_value(&[]);
        h.max(c)
    });
    psi.max(memory)
}

const BOUNDARIES: [Boundary; 3] = [Boundary::Torus, Boundary::Walls, Boundary::Unbounded];

#[test]
fn a_step_is_the_dense_float64_step() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in BOUNDARIES {
            let mut world = Sparse::<f32>::empty(&law, boundary, [192, 256], 16, 1e-6);
            world.put(1, 60, 84, 14, 1e-6);
            let mut worst = 0.0_f64;
            for step in 0..6 {
                let error = world.error_of_step();
                println!("{architecture} {boundary} step {step}: {error:.2e}, {} tiles on {}", world.state.matter.len(), world.state.ground.len());
                worst = worst.max(error);
            }
            assert!(worst <= 1e-5, "{architecture} {boundary}: {worst:e}");
        }
    }
}

#[test]
fn in_float64_a_step_is_exact() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in BOUNDARIES {
            let mut world = Sparse::<f64>::empty(&law, boundary, [128, 96], 16, 1e-12);
            world.put(1, 60, 40, 9, 1e-12);
            let mut worst = 0.0_f64;
            for step in 0..3 {
                let error = world.error_of_step();
                println!("{architecture} {boundary} step {step}: {error:.2e}");
                worst = worst.max(error);
            }
            assert!(worst <= 1e-10, "{architecture} {boundary}: {worst:e}");
        }
    }
}
