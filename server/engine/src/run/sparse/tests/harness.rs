//! A world that is stepped sparsely, and what libtorch makes of the same state.

use atheria_law::Law;
use atheria_shared::{Architecture, Boundary};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;
use tch::{Kind, Tensor};

use super::super::stepper::difference;
use super::super::{Eps, Ground, Made, Manner, Number, Program, Stepper, Tiles, find_matter, reach_cells};
use crate::run::{Dense, Memory, State};
use crate::testing::device;

/// Tiles that may be computed at once.
pub(super) const MOST: usize = 1 << 16;
/// Decay of all golden laws.
pub(super) const GAMMA: f64 = 0.01;
/// What is matter where nothing else is said.
pub(super) const EPS: f64 = 1e-6;
/// Cells around matter that are compared on the plane: more than any law reaches in a step, a multiple of every tile.
const AROUND_CELLS: i64 = 48;

pub(super) const BOUNDARIES: [Boundary; 3] = [Boundary::Torus, Boundary::Walls, Boundary::Unbounded];

/// Where a world is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    pub(super) boundary: Boundary,
    /// Rows, columns; the plane has no use for them.
    pub(super) size: [u32; 2],
    /// Cells a side of a tile.
    pub(super) side: usize,
}

/// Matter: a square of random cells of unit norm.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Row and column of its first cell; what lies beyond a wall is left out, and a torus wraps.
    pub(super) at: [i64; 2],
    pub(super) side_cells: i64,
    pub(super) seed: u64,
}

/// A rectangle of cells: where it begins, and its rows and columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from: [i64; 2],
    pub(super) size: [usize; 2],
}

/// A world that is stepped sparsely.
pub(super) struct Sparse<F> {
    pub(super) law: Law,
    pub(super) boundary: Boundary,
    pub(super) state: Tiles<F>,
    pub(super) stepper: Stepper<F>,
    pub(super) manner: Manner,
}

/// How far a step was from the yardstick, and how far it may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Error {
    pub(super) found: f64,
    pub(super) allowed: f64,
}

impl<F: Number> Sparse<F> {
    /// An empty world: `psi_0` = 1.
    pub(super) fn empty(law: &Law, site: Site, eps: f64) -> Self {
        let program = Program::<F>::of(law).unwrap();
        let mut cell = vec![F::default(); 2 * usize::from(law.channels())];
        cell[0] = F::of(1.0);
        let ground = Ground::of_world(site.boundary, site.size, site.side, reach_cells(&program));
        Self {
            law: law.clone(),
            boundary: site.boundary,
            state: Tiles::empty(ground, site.side, &cell, law.memory_channels()),
            stepper: Stepper::new(program, site.side, GAMMA, eps),
            manner: Manner::Sparse,
        }
    }

    /// A world with matter.
    pub(super) fn with(law: &Law, site: Site, eps: f64, pieces: &[Piece]) -> Self {
        let mut world = Self::empty(law, site, eps);
        for piece in pieces {
            world.put(piece);
        }
        find_matter(&mut world.state, eps);
        world
    }

    /// The same, stepped by libtorch on a device, where nothing is said the CPU.
    pub(super) fn in_batches(mut self) -> Self {
        self.stepper = self.stepper.on(device()).unwrap();
        self
    }

    fn put(&mut self, piece: &Piece) {
        let mut random = ChaCha8Rng::seed_from_u64(piece.seed);
        let side = self.state.side as i64;
        let [rows, columns] = self.state.ground.axes().clone();
        for at in 0..piece.side_cells * piece.side_cells {
            let numbers: Vec<f64> = (0..self.state.numbers)
                .map(|_| random.sample(StandardNormal))
                .collect();
            let norm = numbers.iter().map(|n| n * n).sum::<f64>().sqrt();
            let cell: Vec<F> = numbers.iter().map(|n| F::of(n / norm)).collect();
            let y = rows.cell_inside(piece.at[0] + at / piece.side_cells);
            let x = columns.cell_inside(piece.at[1] + at % piece.side_cells);
            let (Some(y), Some(x)) = (y, x) else { continue };
            let place = [y.div_euclid(side), x.div_euclid(side)];
            self.state.activate(&[place]);
            let slot = self.state.slots()[&place];
            let inside = [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize];
            self.state.write_cell(slot, inside, &cell);
        }
    }

    /// From now on all tiles of the world are computed, and none is let go of.
    pub(super) fn go_whole(&mut self, ground: bool) {
        let [rows, columns] = self.state.ground.axes().clone();
        let columns = columns.count().unwrap();
        let places: Vec<[i64; 2]> = (0..rows.count().unwrap() * columns)
            .map(|at| [at / columns, at % columns])
            .collect();
        self.state.activate(&places);
        self.manner = Manner::Whole { ground };
        self.stepper.forget();
    }

    /// Makes a step.
    pub(super) fn step(&mut self) -> Made {
        let (old, made) = self.stepper.step(&mut self.state, self.manner, MOST).unwrap();
        self.stepper.recycle(old);
        made
    }

    /// Makes steps.
    pub(super) fn steps(&mut self, count: u32) {
        for _ in 0..count {
            self.step();
        }
    }

    /// All cells of a window as float64 `[1, 2d, H, W]`, memory too.
    pub(super) fn cells(&self, window: Window) -> State {
        let ([top, left], [height, width]) = (window.from, window.size);
        let slots = self.state.slots();
        let slot_of = |y: i64, x: i64, side: i64| {
            let place = [y.div_euclid(side), x.div_euclid(side)];
            let slot = slots
                .get(&place)
                .copied()
                .unwrap_or_else(|| self.state.ground.under(place) as usize);
            (slot, [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize])
        };
        let side = self.state.side as i64;
        let mut numbers = vec![0.0; height * width * self.state.numbers];
        let mut cell = vec![F::default(); self.state.numbers];
        for (at, out) in numbers.chunks_exact_mut(self.state.numbers).enumerate() {
            let (slot, inside) = slot_of(top + (at / width) as i64, left + (at % width) as i64, side);
            self.state.read_cell(slot, inside, &mut cell);
            for (out, number) in out.iter_mut().zip(&cell) {
                *out = number.double();
            }
        }
        let memory = self.state.memory.as_ref().map(|_| {
            let (height, width, channels) = (height / 4, width / 4, self.state.memory_channels);
            let mut parts = [
                vec![0.0; height * width * channels],
                vec![0.0; height * width * channels],
            ];
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

    /// All of a world; of the plane what lies within a step's reach of matter.
    pub(super) fn window(&self) -> Window {
        let [rows, columns] = self.state.ground.axes();
        if let Some((height, width)) = rows.cells().zip(columns.cells()) {
            return Window {
                from: [0, 0],
                size: [height as usize, width as usize],
            };
        }
        let side = self.state.side as i64;
        let around = |axis: usize| {
            let places = || self.state.matter.iter().map(|tile| tile.place[axis]);
            let first = places().min().unwrap_or(0) * side - AROUND_CELLS;
            let end = places().max().map_or(0, |place| place + 1) * side + AROUND_CELLS;
            (first, (end - first) as usize)
        };
        let (rows, columns) = (around(0), around(1));
        Window {
            from: [rows.0, columns.0],
            size: [rows.1, columns.1],
        }
    }

    /// The world as it is, of every cell.
    pub(super) fn whole(&self) -> State {
        self.cells(self.window())
    }

    /// One dense step by libtorch of the world as it is, in numbers of a kind.
    fn dense_step(&self, world: &State, kind: Kind) -> State {
        let dense = Dense::plain(&self.law, self.boundary, GAMMA, kind).unwrap();
        let world = to_kind(world, kind);
        let stepped = if self.boundary == Boundary::Unbounded {
            // Norms take the plane's statistics, which are the ground's.
            let far = self.cells(Window {
                from: [1 << 20, 1 << 20],
                size: [self.state.side.max(16); 2],
            });
            dense
                .step_with_background(&to_kind(&far, kind), &world)
                .unwrap()
                .1
        } else {
            dense.step(&world).unwrap()
        };
        to_kind(&stepped, Kind::Double)
    }

    /// Makes a step, and says how far it is from a dense float64 step. It may be 1e-5, or three times what libtorch itself loses
    /// in float32 from the same state.
    pub(super) fn error_of_step(&mut self) -> Error {
        let window = self.window();
        let before = self.cells(window);
        let expected = self.dense_step(&before, Kind::Double);
        self.step();
        let found = distance(&self.cells(window), &expected);
        let mut allowed = 1e-5;
        if found > allowed {
            let single = self.dense_step(&before, Kind::Float);
            allowed = allowed.max(3.0 * distance(&single, &expected));
            if self.law.architecture() == Architecture::SnnUnet {
                // A neuron on its threshold may fire or not: what a rounding more or less of psi makes is allowed too.
                for factor in [1.0 - 1e-6, 1.0 + 1e-6] {
                    let beside = State {
                        psi: &before.psi * factor,
                        memory: None,
                    };
                    let beside = self.dense_step(&beside, Kind::Double);
                    allowed = allowed.max(2.0 * distance(&beside, &expected));
                }
            }
        }
        Error { found, allowed }
    }

    /// Whether a tile is its ground in every bit of its cells of the world.
    pub(super) fn is_ground(&self, tile: usize) -> bool {
        let (psi, memory) = difference(&self.state, tile, Eps::matter_alone(0.0));
        !psi.residue && !memory.residue
    }
}

fn tensor(numbers: &[f64], height: usize, width: usize, channels: usize) -> Tensor {
    Tensor::from_slice(numbers)
        .view([1, height as i64, width as i64, channels as i64])
        .permute([0, 3, 1, 2])
        .contiguous()
}

/// The same in numbers of a kind.
pub(super) fn to_kind(state: &State, kind: Kind) -> State {
    State {
        psi: state.psi.to_kind(kind),
        memory: state.memory.as_ref().map(|memory| Memory {
            h: memory.h.to_kind(kind),
            c: memory.c.to_kind(kind),
        }),
    }
}

/// The largest difference of two states; of the memory's c relative to what is above 1, as its eps is.
pub(super) fn distance(found: &State, expected: &State) -> f64 {
    let psi = (&found.psi - &expected.psi).abs().max().double_value(&[]);
    let memory = found.memory.as_ref().zip(expected.memory.as_ref());
    let memory = memory.map_or(0.0, |(found, expected)| {
        let h = (&found.h - &expected.h).abs().max().double_value(&[]);
        let c = ((&found.c - &expected.c).abs() / expected.c.abs().clamp_min(1.0))
            .max()
            .double_value(&[]);
        h.max(c)
    });
    psi.max(memory)
}
