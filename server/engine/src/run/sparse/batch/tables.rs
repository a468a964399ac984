//! A plan as a device needs it: for each cell that a pass reads, where it lies; made when a pass first asks.

use std::collections::HashMap;

use tch::{Device, Kind, TchError, Tensor};

use super::super::plan::{ABOVE, BELOW, LEFT, Plan, RIGHT};
use super::super::walls::EDGE_SCALE;
use super::carry::bytes_of;

/// Parts of a table of neighbours, in rows of three.
const PARTS: usize = 9;
/// The first cell of a tile beyond a wall: what is counted from there is no cell either.
const BEYOND: i64 = i64::MIN / 2;

/// Which tiles are read: of a sheet of a level with so many slots, by the first so many slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Read {
    /// How often the grid was halved.
    pub(super) level: u32,
    /// Slots that the sheet has; those beyond are their ground.
    pub(super) has: usize,
    /// Slots that read.
    pub(super) count: usize,
}

/// Where the cells of tiles with one cell around each lie, among all cells of a sheet.
#[derive(Debug)]
pub(super) struct Around {
    /// `[count, pitch, pitch]`
    pub(super) index: Tensor,
    /// Those beyond a wall, `[count, pitch, pitch, 1]`; none where there are no walls near.
    pub(super) beyond: Option<Tensor>,
}

/// Tables of one plan on a device.
#[derive(Debug)]
pub(super) struct Tables {
    device: Device,
    side: usize,
    around: HashMap<Read, Around>,
    present: HashMap<Read, Tensor>,
    edges: HashMap<Read, Option<Tensor>>,
    outside: HashMap<u32, Option<Tensor>>,
    weights: HashMap<usize, Tensor>,
}

impl Tables {
    /// No tables yet, for tiles of so many cells a side.
    pub(super) fn new(device: Device, side: usize) -> Self {
        Self {
            device,
            side,
            around: HashMap::new(),
            present: HashMap::new(),
            edges: HashMap::new(),
            outside: HashMap::new(),
            weights: HashMap::new(),
        }
    }

    /// Forgets all: another plan comes.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.device, self.side);
    }

    /// Bytes on the device.
    pub(super) fn bytes(&self) -> usize {
        let around = self.around.values();
        let tensors = around
            .flat_map(|around| std::iter::once(&around.index).chain(&around.beyond))
            .chain(self.present.values())
            .chain(self.edges.values().flatten())
            .chain(self.outside.values().flatten())
            .chain(self.weights.values());
        tensors.map(bytes_of).sum()
    }

    /// Where tiles' cells and those around them lie.
    pub(super) fn around(&mut self, plan: &Plan, read: Read) -> Result<&Around, TchError> {
        if !self.around.contains_key(&read) {
            let made = self.make_around(plan, read)?;
            self.around.insert(read, made);
        }
        Ok(&self.around[&read])
    }

    fn make_around(&self, plan: &Plan, read: Read) -> Result<Around, TchError> {
        let (cells, count) = (self.side >> read.level, read.count);
        let (pitch, slots) = (cells as i64 + 2, count as i64);
        // For each slot, for each of the nine tiles that it reads, the first cell of that one's it reads.
        let mut first_cells = Vec::with_capacity(count * PARTS);
        // For each slot, for each row and each column of what it reads: which of three tiles it is of, and how far in there.
        let mut lines: [[Vec<i64>; 2]; 2] = Default::default();
        for slot in 0..count {
            for part in 0..PARTS {
                let beside = if part == PARTS / 2 {
                    Some(plan.present(slot, read.has))
                } else {
                    plan.neighbour(slot, part, read.has)
                };
                // A neighbour's own size counts: what is empty may be seen as a larger tile than one with matter in its place.
                let first_cell = beside.map(|beside| {
                    let last = plan.sizes[beside].map(|side| (side >> read.level) - 1);
                    let row = if part / 3 == 0 { last[0] } else { 0 };
                    let column = if part % 3 == 0 { last[1] } else { 0 };
                    ((beside * cells + row) * cells + column) as i64
                });
                first_cells.push(first_cell.unwrap_or(BEYOND));
            }
            for (own, [bands, places]) in plan.sizes[slot].into_iter().zip(&mut lines) {
                let own = (own >> read.level) as i64;
                for line in 0..pitch {
                    let (band, place) = match line {
                        0 => (0, 0),
                        line if line == own + 1 => (2, 0),
                        // What lies beyond a tile's end is used by nobody.
                        line => (1, (line - 1).min(cells as i64 - 1)),
                    };
                    bands.push(band);
                    places.push(place);
                }
            }
        }
        let has_walls = first_cells.contains(&BEYOND);
        let [[row_bands, rows], [column_bands, columns]] = &lines;
        let (tall, wide) = ([slots, pitch, 1], [slots, 1, pitch]);
        let parts = self
            .long(row_bands, &tall)?
            .f_mul_scalar(3)?
            .f_add(&self.long(column_bands, &wide)?)?;
        let index = self
            .long(&first_cells, &[slots, PARTS as i64])?
            .f_gather(1, &parts.f_view([slots, -1])?, false)?
            .f_view_as(&parts)?
            .f_add(&self.long(rows, &tall)?.f_mul_scalar(cells as i64)?)?
            .f_add(&self.long(columns, &wide)?)?;
        let beyond = has_walls.then(|| index.f_lt(0)?.f_unsqueeze(-1));
        Ok(Around {
            index: index.f_clamp_min(0)?.f_to_kind(Kind::Int)?,
            beyond: beyond.transpose()?,
        })
    }

    /// For each slot itself, or its ground where the sheet has not so many.
    pub(super) fn present(&mut self, plan: &Plan, read: Read) -> Result<&Tensor, TchError> {
        if !self.present.contains_key(&read) {
            let slots: Vec<i64> = (0..read.count)
                .map(|slot| plan.present(slot, read.has) as i64)
                .collect();
            let made = self.long(&slots, &[slots.len() as i64])?;
            self.present.insert(read, made);
        }
        Ok(&self.present[&read])
    }

    /// What a resize's cells are weighted by at walls, `[count, cells, cells, 1]` of a kind; none where there are no walls near.
    pub(super) fn edges(&mut self, plan: &Plan, read: Read, kind: Kind) -> Result<Option<&Tensor>, TchError> {
        if !self.edges.contains_key(&read) {
            let made = self.make_edges(plan, read, kind)?;
            self.edges.insert(read, made);
        }
        Ok(self.edges[&read].as_ref())
    }

    fn make_edges(&self, plan: &Plan, read: Read, kind: Kind) -> Result<Option<Tensor>, TchError> {
        let cells = self.side >> read.level;
        // For each slot, for each of its rows and each of its columns, at how many walls it lies.
        let mut walls = [vec![], vec![]];
        for slot in 0..read.count {
            let beside = |part: usize| plan.neighbour(slot, part, read.has).is_none();
            for (axis, [before, after]) in [[ABOVE, BELOW], [LEFT, RIGHT]].into_iter().enumerate() {
                let own = plan.sizes[slot][axis] >> read.level;
                let (before, after) = (beside(before), beside(after));
                walls[axis].extend(
                    (0..cells)
                        .map(|line| i64::from(line == 0 && before) + i64::from(line + 1 == own && after)),
                );
            }
        }
        if walls.iter().flatten().all(|walls| *walls == 0) {
            return Ok(None);
        }
        let (slots, cells) = (read.count as i64, cells as i64);
        let walls = self
            .long(&walls[0], &[slots, cells, 1, 1])?
            .f_add(&self.long(&walls[1], &[slots, 1, cells, 1])?)?
            .f_to_kind(Kind::Double)?;
        Ok(Some(Tensor::f_pow_scalar(EDGE_SCALE, &walls)?.f_to_kind(kind)?))
    }

    /// Cells of tiles that lie outside of the world, `[slots, cells, cells, 1]` of all slots; none where there are none.
    pub(super) fn outside(&mut self, plan: &Plan, level: u32) -> Result<Option<&Tensor>, TchError> {
        if !self.outside.contains_key(&level) {
            let made = self.make_outside(plan, level)?;
            self.outside.insert(level, made);
        }
        Ok(self.outside[&level].as_ref())
    }

    fn make_outside(&self, plan: &Plan, level: u32) -> Result<Option<Tensor>, TchError> {
        let sizes = &plan.sizes[..plan.all()];
        if sizes.iter().flatten().all(|cells| *cells == self.side) {
            return Ok(None);
        }
        let (slots, cells) = (sizes.len() as i64, (self.side >> level) as i64);
        let beyond = |axis: usize, shape: [i64; 4]| {
            let own: Vec<i64> = sizes.iter().map(|size| (size[axis] >> level) as i64).collect();
            let lines: Vec<i64> = (0..cells).collect();
            self.long(&lines, &shape)?
                .f_ge_tensor(&self.long(&own, &[slots, 1, 1, 1])?)
        };
        let (below, right) = (beyond(0, [1, cells, 1, 1])?, beyond(1, [1, 1, cells, 1])?);
        Ok(Some(below.f_logical_or(&right)?))
    }

    /// What each slot of a stage counts in a norm, float64 `[slots]`.
    pub(super) fn weights(&mut self, plan: &Plan, stage: usize) -> Result<&Tensor, TchError> {
        if !self.weights.contains_key(&stage) {
            let of_ground = plan.weights.get(stage).map_or(&[][..], Vec::as_slice);
            let weights: Vec<f64> = (0..plan.counts[stage])
                .map(|slot| *of_ground.get(slot).unwrap_or(&plan.matter_weight) as f64)
                .collect();
            let made = Tensor::f_from_slice(&weights)?.f_to_device(self.device)?;
            self.weights.insert(stage, made);
        }
        Ok(&self.weights[&stage])
    }

    fn long(&self, numbers: &[i64], shape: &[i64]) -> Result<Tensor, TchError> {
        Tensor::f_from_slice(numbers)?
            .f_view(shape)?
            .f_to_device(self.device)
    }
}
