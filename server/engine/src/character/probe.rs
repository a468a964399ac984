//! A small world that a law is put to the proof on: a state in tiles and what steps it, and how much work that was.

use atheria_law::Law;
use atheria_shared::limits::TILES;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::allowance::{Allowance, Halt};
use crate::run::sparse::{
    Axis, Ground, Manner, Number, Program, StepError, Stepper, Tiles, find_matter, reach_cells,
};
use crate::world::WorldError;

/// Operations that a pass over a tile costs besides its convolutions, for each cell of the tile: gathering, norms, ELU.
const PASS_FLOPS_PER_CELL: f64 = 500.0;

/// What is measured, and what that may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) law: &'a Law,
    /// The decay a step.
    pub(super) gamma: f64,
    pub(super) allowance: &'a Allowance,
}

/// A world to be measured.
#[derive(Debug)]
pub(super) struct Probe<F: Number> {
    pub(super) state: Tiles<F>,
    stepper: Stepper<F>,
    allowance: Allowance,
    manner: Manner,
    eps: f64,
    /// Steps that were made.
    pub(super) steps: u32,
    /// Operations that they took: what a budget is counted in.
    pub(super) work_flops: f64,
}

impl<F: Number> Probe<F> {
    /// An empty world of these axes, in tiles of `side` cells. `eps`: what counts as matter.
    pub(super) fn empty(subject: &Subject<'_>, axes: [Axis; 2], side: usize, eps: f64) -> Result<Self, Halt> {
        let Subject { law, gamma, .. } = *subject;
        let program = Program::<F>::of(law)?;
        let mut vacuum = vec![F::default(); 2 * usize::from(law.channels())];
        if let Some(real) = vacuum.first_mut() {
            *real = F::of(1.0);
        }
        let ground = Ground::new(axes, Ground::depth_tiles(reach_cells(&program), side));
        Ok(Self {
            state: Tiles::empty(ground, side, &vacuum, law.memory_channels()),
            stepper: Stepper::new(program, side, gamma, eps),
            allowance: subject.allowance.clone(),
            manner: Manner::Sparse,
            eps,
            steps: 0,
            work_flops: 0.0,
        })
    }

    /// An empty torus.
    pub(super) fn torus(subject: &Subject<'_>, cells: u32, side: usize, eps: f64) -> Result<Self, Halt> {
        Self::empty(
            subject,
            [Axis::ring(cells, side), Axis::ring(cells, side)],
            side,
            eps,
        )
    }

    /// Puts a square of random cells of unit norm, its first cell at (first, first).
    pub(super) fn put_blob(&mut self, first: usize, cells: usize) {
        let side = self.state.side;
        let tiles = || (first / side..=(first + cells - 1) / side).map(|tile| tile as i64);
        let places: Vec<[i64; 2]> = tiles().flat_map(|y| tiles().map(move |x| [y, x])).collect();
        self.state.activate(&places);
        let slots = self.state.slots();
        let mut random = ChaCha8Rng::seed_from_u64(0);
        for y in first..first + cells {
            for x in first..first + cells {
                let cell = unit_cell(&mut random, self.state.numbers);
                if let Some(slot) = slots.get(&[(y / side) as i64, (x / side) as i64]) {
                    self.state.write_cell(*slot, [y % side, x % side], &cell);
                }
            }
        }
        find_matter(&mut self.state, self.eps);
        self.stepper.forget();
    }

    /// From now on every cell is computed, on a torus, and matter is not told from the background.
    pub(super) fn keep_every_cell(&mut self) {
        let counts = [0, 1].map(|axis| self.state.ground.axes()[axis].count().unwrap_or(0));
        let places: Vec<[i64; 2]> = (0..counts[0])
            .flat_map(|y| (0..counts[1]).map(move |x| [y, x]))
            .collect();
        self.state.activate(&places);
        self.manner = Manner::Whole { ground: false };
        self.stepper.forget();
    }

    /// Adds a random change of the given 2-norm to one cell.
    pub(super) fn nudge(&mut self, [y, x]: [usize; 2], by: f64) {
        let side = self.state.side;
        let Some(slot) = self
            .state
            .slots()
            .get(&[(y / side) as i64, (x / side) as i64])
            .copied()
        else {
            return;
        };
        let change = unit_cell::<F>(&mut ChaCha8Rng::seed_from_u64(1), self.state.numbers);
        let mut cell = change.clone();
        self.state.read_cell(slot, [y % side, x % side], &mut cell);
        for (number, change) in cell.iter_mut().zip(change) {
            *number += F::of(change.double() * by);
        }
        self.state.write_cell(slot, [y % side, x % side], &cell);
    }

    /// Another world in the same state.
    pub(super) fn twin(&self, subject: &Subject<'_>) -> Result<Self, Halt> {
        let program = Program::of(subject.law)?;
        Ok(Self {
            state: self.state.clone(),
            stepper: Stepper::new(program, self.state.side, subject.gamma, self.eps),
            allowance: self.allowance.clone(),
            ..*self
        })
    }

    /// Makes a step, and gives the state before it.
    pub(super) fn step(&mut self) -> Result<Tiles<F>, Halt> {
        let (stepper, state, manner) = (&mut self.stepper, &mut self.state, self.manner);
        let (before, made) = self
            .allowance
            .work(|| stepper.step(state, manner, TILES))?
            .map_err(|error| refused(error, self.steps + 1))?;
        let cells = (self.state.side * self.state.side) as f64;
        self.steps += 1;
        self.work_flops += self.stepper.flops_of_last() + made.work as f64 * cells * PASS_FLOPS_PER_CELL;
        Ok(before)
    }

    /// The same, without the state before.
    pub(super) fn step_on(&mut self) -> Result<(), Halt> {
        let before = self.step()?;
        self.stepper.recycle(before);
        Ok(())
    }
}

/// A cell of complex normal deviates, divided by their 2-norm.
fn unit_cell<F: Number>(random: &mut ChaCha8Rng, numbers: usize) -> Vec<F> {
    let deviates: Vec<f64> = (0..numbers).map(|_| random.sample(StandardNormal)).collect();
    let norm = deviates.iter().map(|number| number * number).sum::<f64>().sqrt();
    deviates
        .iter()
        .map(|number| F::of(number / norm.max(f64::MIN_POSITIVE)))
        .collect()
}

fn refused(error: StepError, step: u32) -> WorldError {
    match error {
        StepError::Run(error) => error.into(),
        StepError::TooMany(too_many) => WorldError::TooManyTiles {
            tiles: too_many.tiles,
            most: too_many.most,
        },
        StepError::NotFinite { pass, .. } => WorldError::NotFinite {
            step: u64::from(step),
            place: format!("while the law's character was measured, made by {pass}"),
            at: None,
        },
    }
}
