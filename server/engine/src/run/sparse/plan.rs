//! Everything that hangs on which tiles hold matter and where in them: slots, how many each stage needs, neighbours, weights.
//!
//! Slots 0.. are the ground's tiles; then come the tiles that hold matter; then those that matter can be felt in, in the order
//! in which it is. So the tiles of a stage are the first so many slots, and one table of neighbours serves all passes: a
//! neighbour beyond a stage's slots is empty there, and its ground stands for it.

use std::collections::HashMap;

use super::ground::{Ground, WALL};
use super::lanes::Number;
use super::program::Program;
use super::reach::{Bounds, reach};

/// Where in a table of neighbours, in rows of three, the one above a tile is.
pub(super) const ABOVE: usize = 1;
/// The one below.
pub(super) const BELOW: usize = 7;
/// The one on the left.
pub(super) const LEFT: usize = 3;
/// The one on the right.
pub(super) const RIGHT: usize = 5;

/// A tile by its row and column of tiles.
pub(crate) type Place = [i64; 2];

/// A tile that holds matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MatterTile {
    /// Where it lies.
    pub(crate) place: Place,
    /// The cells of psi that are matter.
    pub(crate) psi: Option<Bounds>,
    /// The cells of the memory that differ from the background's, in the memory's own cells.
    pub(crate) memory: Option<Bounds>,
}

impl MatterTile {
    /// A tile without matter.
    pub(crate) fn empty(place: Place) -> Self {
        Self {
            place,
            psi: None,
            memory: None,
        }
    }

    /// Whether there is any in it.
    pub(crate) fn holds(&self) -> bool {
        self.psi.is_some() || self.memory.is_some()
    }
}

/// How the tiles of a world are to be computed.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Tiles of the ground.
    pub(crate) ground: usize,
    /// The first slot that is computed: 0, or the first behind the ground where that is not kept.
    pub(crate) first: usize,
    /// The tiles that hold matter, in the order of their slots.
    pub(crate) matter: Vec<MatterTile>,
    /// Where each slot behind the ground lies.
    pub(crate) places: Vec<Place>,
    /// For each stage, 0 included, how many slots it computes.
    pub(crate) counts: Vec<usize>,
    /// For each slot the ground that stands for it when it is empty; for the ground's own, itself.
    pub(crate) under: Vec<u32>,
    /// For each slot its neighbours, in rows of three; [`WALL`] beyond one.
    pub(crate) near: Vec<[u32; 9]>,
    /// For each slot its height and width in cells of the world.
    pub(crate) sizes: Vec<[usize; 2]>,
    /// For each stage how many empty tiles of the world each tile of the ground stands for.
    pub(crate) weights: Vec<Vec<i64>>,
    /// What each tile behind the ground counts in a norm: 1, or 0 on the plane.
    pub(crate) matter_weight: i64,
    /// The cells that a norm of level 0 is taken over.
    pub(crate) cells: f64,
}

/// More tiles than can be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("matter is felt in {tiles} tiles; {most} can be computed at once")]
pub(crate) struct TooManyTiles {
    /// How many.
    pub(crate) tiles: usize,
    /// How many can be.
    pub(crate) most: usize,
}

impl Plan {
    /// The plan for matter in these tiles, whose cells of matter may lie anywhere in their bounds.
    pub(crate) fn new<F: Number>(
        program: &Program<F>,
        ground: &Ground,
        matter: Vec<MatterTile>,
        keeps_ground: bool,
        most: usize,
    ) -> Result<Self, TooManyTiles> {
        let nb = ground.len();
        let mut slots: HashMap<Place, u32> = HashMap::with_capacity(2 * matter.len());
        for (slot, tile) in (nb as u32..).zip(&matter) {
            slots.insert(tile.place, slot);
        }
        let fringe = fringe(program, ground, &matter, &slots);
        if matter.len() + fringe.len() > most {
            return Err(TooManyTiles {
                tiles: matter.len() + fringe.len(),
                most,
            });
        }
        let mut counts = vec![nb + matter.len(); program.stages + 1];
        for (stage, count) in counts.iter_mut().enumerate() {
            *count += fringe.partition_point(|(first, _)| *first <= stage);
        }
        let places: Vec<Place> = matter
            .iter()
            .map(|tile| tile.place)
            .chain(fringe.iter().map(|(_, place)| *place))
            .collect();
        for (slot, place) in (nb as u32..).zip(&places) {
            slots.insert(*place, slot);
        }

        let own = 0..nb as u32;
        let under: Vec<u32> = own
            .clone()
            .chain(places.iter().map(|place| ground.under(*place)))
            .collect();
        let axes = ground.axes();
        let mut near: Vec<[u32; 9]> = own.clone().map(|tile| *ground.neighbours(tile)).collect();
        let mut sizes: Vec<[usize; 2]> = own.map(|tile| ground.size(tile)).collect();
        for (place, under) in places.iter().zip(under.iter().skip(nb)) {
            // A tile sees an empty neighbour as its own ground does.
            let mut around = *ground.neighbours(*under);
            for (part, neighbour) in around.iter_mut().enumerate() {
                let (down, right) = (part as i64 / 3 - 1, part as i64 % 3 - 1);
                let beside = axes[0]
                    .neighbour(place[0], down)
                    .zip(axes[1].neighbour(place[1], right));
                if let Some(slot) = beside.and_then(|(y, x)| slots.get(&[y, x])) {
                    *neighbour = *slot;
                }
            }
            near.push(around);
            sizes.push([axes[0].size_of(place[0]), axes[1].size_of(place[1])]);
        }

        let endless = axes.iter().any(|axis| axis.cells().is_none());
        let weights = counts
            .iter()
            .map(|&count| {
                let mut left = ground.stands_for().to_vec();
                if !endless {
                    for tile in under.iter().take(count).skip(nb) {
                        left[*tile as usize] -= 1;
                    }
                }
                left
            })
            .collect();
        let length = |axis: usize| axes[axis].cells().unwrap_or(ground.size(0)[axis] as i64);
        Ok(Self {
            ground: nb,
            first: if keeps_ground { 0 } else { nb },
            matter,
            places,
            counts,
            under,
            near,
            sizes,
            weights,
            matter_weight: i64::from(!endless),
            cells: length(0) as f64 * length(1) as f64,
        })
    }

    /// Whether it holds for matter in these tiles.
    pub(crate) fn covers(&self, matter: &[MatterTile]) -> bool {
        let inside = |now: Option<Bounds>, planned: Option<Bounds>| match (now, planned) {
            (None, _) => true,
            (Some(now), Some(planned)) => planned.holds(&now),
            (Some(_), None) => false,
        };
        self.matter.len() == matter.len()
            && self.matter.iter().zip(matter).all(|(planned, now)| {
                planned.place == now.place
                    && inside(now.psi, planned.psi)
                    && inside(now.memory, planned.memory)
            })
    }

    /// Slots of the last stage.
    pub(crate) fn all(&self) -> usize {
        self.counts.last().copied().unwrap_or(self.ground)
    }

    /// A neighbour of a slot among the first `count`: itself, the ground that stands for it, or none beyond a wall.
    pub(super) fn neighbour(&self, slot: usize, part: usize, count: usize) -> Option<usize> {
        let beside = self.near[slot][part];
        if (beside as usize) < count {
            return Some(beside as usize);
        }
        if beside == WALL {
            return None;
        }
        // It is empty at this stage: what this tile's own ground has there.
        let ground = self.near[self.under[slot] as usize][part];
        (ground != WALL).then_some(ground as usize)
    }

    /// A slot, or its ground where there are fewer.
    pub(super) fn present(&self, slot: usize, count: usize) -> usize {
        if slot < count {
            slot
        } else {
            self.under[slot] as usize
        }
    }
}

/// The tiles that matter is felt in besides its own, with the stage from which on it is, in this order.
fn fringe<F: Number>(
    program: &Program<F>,
    ground: &Ground,
    matter: &[MatterTile],
    slots: &HashMap<Place, u32>,
) -> Vec<(usize, Place)> {
    let axes = ground.axes();
    let mut first: HashMap<Place, usize> = HashMap::new();
    for tile in matter {
        let mut known = None;
        for (stage, felt) in reach(program, tile.psi, tile.memory) {
            let [y, x] = tile.place;
            let (above, below) = axes[0].cover(y, felt.top.into(), felt.bottom.into());
            let (left, right) = axes[1].cover(x, felt.left.into(), felt.right.into());
            // Most passes are felt in the tiles of the one before.
            let tiles = [above, below, left, right];
            if known.is_some_and(|(before, same)| before <= stage && same == tiles) {
                continue;
            }
            known = Some((stage, tiles));
            for down in above..=below {
                for across in left..=right {
                    let place = axes[0].inside(y + down).zip(axes[1].inside(x + across));
                    let Some((y, x)) = place else { continue };
                    if !slots.contains_key(&[y, x]) {
                        first
                            .entry([y, x])
                            .and_modify(|known| *known = stage.min(*known))
                            .or_insert(stage);
                    }
                }
            }
        }
    }
    let mut fringe: Vec<(usize, Place)> = first.into_iter().map(|(place, stage)| (stage, place)).collect();
    fringe.sort_unstable();
    fringe
}
