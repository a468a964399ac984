//! Worlds for tests: any ground, full of differing numbers, with matter where it is wanted.

use std::time::Instant;

use atheria_shared::view::View;
use atheria_shared::{Boundary, GridShape};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::run::sparse::{Axis, Ground, Number, Place, Tiles};
use crate::view::{Picture, Scene, Viewer};

/// What a world is made from.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) boundary: Boundary,
    pub(super) height: u32,
    pub(super) width: u32,
    pub(super) side: usize,
    /// Tiles at each wall, tiles of a corner.
    pub(super) depth: usize,
    pub(super) corner: usize,
    pub(super) channels: usize,
    /// Tiles with matter; those outside of the world are left out.
    pub(super) matter: Vec<Place>,
    pub(super) seed: u64,
}

pub(super) fn plan() -> impl Strategy<Value = Plan> {
    let sizes = (1_u32..300, 1_u32..300, prop::sample::select(vec![8_usize, 16]));
    let matter = prop::collection::vec((-6_i64..30, -6_i64..30).prop_map(|(y, x)| [y, x]), 0..40);
    let boundary = prop::sample::select(vec![Boundary::Walls, Boundary::Torus, Boundary::Unbounded]);
    (
        sizes,
        matter,
        boundary,
        prop::sample::select(vec![1_usize, 3, 9]),
        1_usize..4,
        1_usize..4,
        any::<u64>(),
    )
        .prop_map(
            |((height, width, side), matter, boundary, channels, depth, corner, seed)| Plan {
                boundary,
                height,
                width,
                side,
                depth,
                corner,
                channels,
                matter,
                seed,
            },
        )
}

impl Plan {
    /// A square world of four channels without matter.
    pub(super) fn still(boundary: Boundary, cells: u32) -> Self {
        Self {
            boundary,
            height: cells,
            width: cells,
            side: 16,
            depth: 2,
            corner: 2,
            channels: 4,
            matter: Vec::new(),
            seed: 1,
        }
    }

    pub(super) fn ground(&self) -> Ground {
        let axis = |cells: u32| Axis::of(self.boundary, cells, self.side, self.depth);
        Ground::new([axis(self.height), axis(self.width)], self.corner)
    }

    /// A background of one cell, and no matter.
    pub(super) fn empty<F: Number>(&self) -> Tiles<F> {
        let mut cell = vec![F::default(); 2 * self.channels];
        cell[0] = F::of(1.0);
        Tiles::empty(self.ground(), self.side, &cell, None)
    }

    /// Every cell of every tile of the ground and of matter with numbers of its own, beyond the world's edge too. Tiles are
    /// of very different size, so that a largest value shows which it is.
    pub(super) fn make<F: Number>(&self) -> Tiles<F> {
        let mut tiles = self.empty::<F>();
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let ground = tiles.ground.len();
        for slot in 0..ground {
            fill(&mut tiles, slot, &mut random);
        }
        tiles.activate(&self.matter);
        for slot in ground..ground + tiles.matter.len() {
            fill(&mut tiles, slot, &mut random);
        }
        tiles
    }

    pub(super) fn scene<'a, F: Number>(
        &self,
        now: &'a Tiles<F>,
        before: Option<&'a Tiles<F>>,
    ) -> Scene<'a, F> {
        Scene {
            now,
            before,
            grid: GridShape::new(self.height, self.width).unwrap(),
            boundary: self.boundary,
            step: 3,
            eps: 1e-6,
        }
    }
}

fn fill<F: Number>(tiles: &mut Tiles<F>, slot: usize, random: &mut ChaCha8Rng) {
    let large = 10_f64.powf(random.random_range(-6.0..0.0));
    let mut cells = 0..tiles.side * tiles.side;
    // One tile with matter in four differs from its ground in one cell alone.
    if slot >= tiles.ground.len() && random.random_bool(0.25) {
        let cell = random.random_range(cells);
        cells = cell..cell + 1;
    }
    for at in cells {
        let cell: Vec<F> = (0..tiles.numbers)
            .map(|_| F::of(large * random.random_range(-1.0..1.0)))
            .collect();
        tiles.write_cell(slot, [at / tiles.side, at % tiles.side], &cell);
    }
}

/// Writes a cell of the world, which becomes matter.
pub(super) fn write<F: Number>(tiles: &mut Tiles<F>, [y, x]: [i64; 2], cell: &[F]) {
    let side = tiles.side as i64;
    let place = [y.div_euclid(side), x.div_euclid(side)];
    tiles.activate(&[place]);
    let slot = tiles.slots()[&place];
    tiles.write_cell(
        slot,
        [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize],
        cell,
    );
}

/// One picture by a new viewer.
pub(super) fn show<F: Number>(scene: &Scene<'_, F>, view: &View) -> Picture {
    Viewer::default().picture(scene, view, Instant::now()).unwrap()
}
