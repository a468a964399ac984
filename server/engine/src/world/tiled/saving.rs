//! A world in tiles as a file, and back: bit for bit.

use atheria_law::Shape;
use atheria_shared::world::{Placement, StartingMatter, Vacuum};
use atheria_shared::{Boundary, GridShape};

use super::super::WorldError;
use super::super::field::{Field, FieldMemory, MEMORY_CELLS};
use super::super::plan::WorldPlan;
use super::super::state_file::{self, Needs, SavedWorld, Substance, TilesMemory};
use super::parts::{join_parts, split_parts};
use super::{SIDE_CELLS, TileWorld};
use crate::run::sparse::{Axis, Ground, MatterTile, Number, Place, Tiles};

/// The world that a plan goes on from: its file has a ground, and is of the step that is asked for.
pub(super) fn resumed<F: Number>(plan: &WorldPlan, law: Shape) -> Result<Option<SavedWorld<F>>, WorldError> {
    let StartingMatter::File(path) = &plan.init else {
        return Ok(None);
    };
    let npz = path.extension().is_some_and(|extension| extension == "npz");
    if !npz || plan.place != Placement::Centre || plan.vacuum != Vacuum::One {
        return Ok(None);
    }
    if plan.step == 0 {
        // A state that a world starts from anew: what it was before is not its past.
        return Ok(None);
    }
    let needs = Needs {
        channels: law.channels(),
        memory_channels: law.memory_channels(),
        grid: plan.grid,
    };
    let saved = state_file::read::<F>(path, &needs)?;
    match saved.step {
        Some(found) if found != plan.step => Err(WorldError::Step {
            path: path.clone(),
            found,
            needed: plan.step,
        }),
        _ if saved.ground.is_none() => Ok(None),
        _ => Ok(Some(saved)),
    }
}

/// The state of a saved world. `empty`: a world of the same size and law.
pub(super) fn take_up<F: Number>(
    saved: &SavedWorld<F>,
    empty: Tiles<F>,
    plan: &WorldPlan,
) -> Result<Tiles<F>, WorldError> {
    let path = match &plan.init {
        StartingMatter::File(path) => path.clone(),
        _ => std::path::PathBuf::new(),
    };
    let unsuitable = || WorldError::Array {
        path: path.clone(),
        array: "ground_tiles".to_owned(),
        found: "tiles of another world".to_owned(),
        needed: format!(
            "the background of a world of {} with {}",
            saved.grid, plan.boundary
        ),
    };
    let mut state = empty;
    if let Some(ground) = &saved.ground {
        let shape = ground_of(plan.boundary, saved.grid, &ground.places).ok_or_else(unsuitable)?;
        if ground.side_cells != SIDE_CELLS {
            return Err(unsuitable());
        }
        // Each tile begins as any of the old ones: all of it is written over.
        let any = vec![0; shape.len()];
        state.on_ground(shape, &any);
        for (slot, (_, field)) in ground.fields().enumerate() {
            write_tile(&mut state, slot, &field);
        }
    }
    match &saved.substance {
        Substance::Tiles(tiles) => {
            if tiles.side_cells != SIDE_CELLS {
                return Err(unsuitable());
            }
            state.activate(&tiles.places);
            let slots = state.slots();
            for (place, field) in tiles.fields() {
                if let Some(slot) = slots.get(&place) {
                    write_tile(&mut state, *slot, &field);
                }
            }
        }
        Substance::Grid(field) => take_grid(&mut state, field),
    }
    Ok(state)
}

/// The ground with these classes of tiles, in their order.
fn ground_of(boundary: Boundary, grid: GridShape, classes: &[Place]) -> Option<Ground> {
    let classes: Option<Vec<[usize; 2]>> = classes
        .iter()
        .map(|[y, x]| Some([usize::try_from(*y).ok()?, usize::try_from(*x).ok()?]))
        .collect();
    let classes = classes?;
    let found = |part: usize, cells: u32| {
        let count = classes.iter().map(|pair| pair[part]).max()? + 1;
        let most = cells as usize / SIDE_CELLS + 1;
        (0..=most)
            .map(|depth| Axis::of(boundary, cells, SIDE_CELLS, depth))
            .find(|axis| axis.classes() == count)
    };
    let axes = [found(0, grid.height())?, found(1, grid.width())?];
    Ground::with(axes, classes)
}

/// Cells of a whole grid: tiles that are their ground to the last bit need none of their own.
fn take_grid<F: Number>(state: &mut Tiles<F>, field: &Field<F>) {
    let [rows, columns] = state.ground.axes();
    let (rows, columns) = (rows.count().unwrap_or(0), columns.count().unwrap_or(0));
    let places: Vec<Place> = (0..rows)
        .flat_map(|y| (0..columns).map(move |x| [y, x]))
        .collect();
    state.activate(&places);
    let side = state.side;
    let first = state.ground.len();
    let mut differing: Vec<(MatterTile, usize)> = Vec::new();
    for (slot, place) in (first..).zip(places) {
        let (top, left) = (place[0] as usize * side, place[1] as usize * side);
        let (bottom, right) = ((top + side).min(field.height), (left + side).min(field.width));
        let Some(part) = field.cut(top..bottom, left..right) else {
            continue;
        };
        write_tile(state, slot, &part);
        if state.differs(slot, state.ground.under(place) as usize) {
            differing.push((MatterTile::empty(place), slot));
        }
    }
    state.take(&differing);
}

/// Writes a field's cells into a tile, from its first cell on.
fn write_tile<F: Number>(state: &mut Tiles<F>, slot: usize, field: &Field<F>) {
    let mut numbers = vec![F::default(); state.numbers];
    for (at, cell) in field.cells().enumerate() {
        split_parts(cell, &mut numbers);
        state.write_cell(slot, [at / field.width, at % field.width], &numbers);
    }
    let Some(memory) = &field.memory else { return };
    let [channels, height, width] = memory.shape;
    let none = vec![F::default(); channels];
    let (mut h, mut c) = (none.clone(), none);
    for at in 0..height * width {
        for (part, numbers) in [(&mut h, &memory.h), (&mut c, &memory.c)] {
            for (channel, number) in part.iter_mut().enumerate() {
                *number = numbers
                    .get(channel * height * width + at)
                    .copied()
                    .unwrap_or_default();
            }
        }
        state.write_memory(slot, [at / width, at % width], [&h, &c]);
    }
}

impl<F: Number> TileWorld<F> {
    /// The world as a file has it.
    pub(in super::super) fn saved(&self) -> SavedWorld<F> {
        let state = &self.state;
        let substance = if let Some(field) = self.field() {
            Substance::Grid(field)
        } else {
            let tiles: Vec<(Place, usize)> = self.matter_tiles().collect();
            Substance::Tiles(tiles_of(state, &tiles))
        };
        SavedWorld {
            grid: self.grid,
            substance,
            ground: Some(ground_tiles(state)),
            step: Some(self.step),
            seed: self.seed.clone(),
        }
    }

    /// Every cell of it; none where those are too many.
    pub(in super::super) fn field(&self) -> Option<Field<F>> {
        self.tiles()?;
        let (height, width) = (self.grid.height() as usize, self.grid.width() as usize);
        Some(window(&self.state, [0, 0], [height, width]))
    }
}

/// Cells of a state, from the one at `from` on. Where the state has memory, `from` is at one of its cells.
pub(in super::super) fn window<F: Number>(
    state: &Tiles<F>,
    from: [i64; 2],
    [height, width]: [usize; 2],
) -> Field<F> {
    let channels = state.numbers / 2;
    let slots = state.slots();
    let slot_of = |y: i64, x: i64, side: i64| {
        let place = [y.div_euclid(side), x.div_euclid(side)];
        let slot = slots
            .get(&place)
            .copied()
            .unwrap_or_else(|| state.ground.under(place) as usize);
        (slot, [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize])
    };
    let mut field = Field {
        height,
        width,
        channels,
        psi: vec![F::default(); height * width * state.numbers],
        memory: None,
    };
    let mut numbers = vec![F::default(); state.numbers];
    for (at, cell) in field.cells_mut().enumerate() {
        let (y, x) = (from[0] + (at / width) as i64, from[1] + (at % width) as i64);
        let (slot, inside) = slot_of(y, x, state.side as i64);
        state.read_cell(slot, inside, &mut numbers);
        join_parts(&numbers, cell);
    }
    if state.memory.is_some() {
        let cells = MEMORY_CELLS as i64;
        let size = [height / MEMORY_CELLS, width / MEMORY_CELLS];
        field.memory = Some(memory_of(state, size, |[y, x]| {
            slot_of(
                from[0].div_euclid(cells) + y as i64,
                from[1].div_euclid(cells) + x as i64,
                state.side as i64 / cells,
            )
        }));
    }
    field
}

/// Cells of the empty world at these rows and columns. Where the law has memory, they come in whole cells of it.
pub(in super::super) fn ground_window<F: Number>(
    state: &Tiles<F>,
    rows: &[i64],
    columns: &[i64],
) -> Field<F> {
    let slot_of = |y: i64, x: i64, side: i64| {
        let slot = state.ground.under([y.div_euclid(side), x.div_euclid(side)]) as usize;
        (slot, [y.rem_euclid(side) as usize, x.rem_euclid(side) as usize])
    };
    let mut field = Field {
        height: rows.len(),
        width: columns.len(),
        channels: state.numbers / 2,
        psi: vec![F::default(); rows.len() * columns.len() * state.numbers],
        memory: None,
    };
    let mut numbers = vec![F::default(); state.numbers];
    for (at, cell) in field.cells_mut().enumerate() {
        let (slot, inside) = slot_of(
            rows[at / columns.len()],
            columns[at % columns.len()],
            state.side as i64,
        );
        state.read_cell(slot, inside, &mut numbers);
        join_parts(&numbers, cell);
    }
    if state.memory.is_some() {
        let coarse = |cells: &[i64]| -> Vec<i64> {
            let cells = cells.iter().step_by(MEMORY_CELLS);
            cells.map(|cell| cell.div_euclid(MEMORY_CELLS as i64)).collect()
        };
        let (rows, columns) = (coarse(rows), coarse(columns));
        field.memory = Some(memory_of(state, [rows.len(), columns.len()], |at| {
            slot_of(rows[at[0]], columns[at[1]], (state.side / MEMORY_CELLS) as i64)
        }));
    }
    field
}

/// A world of every cell in tiles: `field` is the world, `empty` the cells that `stands_for` finds for a cell of it. Away from
/// walls by `depth` tiles, one of them stands for all that is empty.
pub(in super::super) fn tiles_of_grid<F: Number>(
    boundary: Boundary,
    grid: GridShape,
    depth: usize,
    field: &Field<F>,
    empty: &Field<F>,
    stands_for: &dyn Fn([usize; 2]) -> [usize; 2],
) -> Tiles<F> {
    let axis = |cells| Axis::of(boundary, cells, SIDE_CELLS, depth);
    let ground = Ground::new([axis(grid.height()), axis(grid.width())], depth);
    let cell = vec![F::default(); 2 * field.channels];
    let memory = field.memory.as_ref().map(|memory| memory.shape[0]);
    let mut state = Tiles::empty(ground, SIDE_CELLS, &cell, memory);
    let (rows, columns) = (state.ground.axes()[0].clone(), state.ground.axes()[1].clone());
    for (slot, [y, x]) in state.ground.classes().to_vec().into_iter().enumerate() {
        let first = [rows.tile_of(y), columns.tile_of(x)].map(|tile| tile as usize * SIDE_CELLS);
        let [height, width] = state.ground.size(slot as u32);
        let cells: Vec<Vec<usize>> = [(first[0], height, 0), (first[1], width, 1)]
            .into_iter()
            .map(|(first, count, part)| {
                (first..first + count)
                    .map(|at| stands_for(if part == 0 { [at, 0] } else { [0, at] })[part])
                    .collect()
            })
            .collect();
        if let Some(tile) = empty.pick(&cells[0], &cells[1]) {
            write_tile(&mut state, slot, &tile);
        }
    }
    take_grid(&mut state, field);
    state
}

/// The tiles of the ground as a file has them: their places are their classes.
pub(in super::super) fn ground_tiles<F: Number>(state: &Tiles<F>) -> state_file::Tiles<F> {
    let ground: Vec<(Place, usize)> = state
        .ground
        .classes()
        .iter()
        .enumerate()
        .map(|(slot, [y, x])| ([*y as i64, *x as i64], slot))
        .collect();
    tiles_of(state, &ground)
}

/// The memory's cells that `slot_of` finds for each of `height` rows of `width`.
fn memory_of<F: Number>(
    state: &Tiles<F>,
    [height, width]: [usize; 2],
    slot_of: impl Fn([usize; 2]) -> (usize, [usize; 2]),
) -> FieldMemory<F> {
    let shape = [state.memory_channels, height, width];
    let none = vec![F::default(); state.memory_channels];
    let (mut h, mut c) = (none.clone(), none);
    let size = shape.iter().product();
    let mut parts = [vec![F::default(); size], vec![F::default(); size]];
    for at in 0..height * width {
        let (slot, inside) = slot_of([at / width, at % width]);
        state.read_memory(slot, inside, [&mut h, &mut c]);
        for (part, cell) in parts.iter_mut().zip([&h, &c]) {
            for (channel, number) in cell.iter().enumerate() {
                part[channel * height * width + at] = *number;
            }
        }
    }
    let [h, c] = parts;
    FieldMemory { shape, h, c }
}

/// Tiles of a state as a file has them. What a partial tile has beyond the world is anything, and is written as zeros.
fn tiles_of<F: Number>(state: &Tiles<F>, wanted: &[(Place, usize)]) -> state_file::Tiles<F> {
    let side = state.side;
    let channels = state.numbers / 2;
    let mut psi = vec![F::default(); wanted.len() * side * side * state.numbers];
    let mut numbers = vec![F::default(); state.numbers];
    let area = side * side;
    let axes = state.ground.axes();
    let inside = |(place, slot): (Place, usize), [y, x]: [usize; 2]| {
        let [height, width] = if slot < state.ground.len() {
            state.ground.size(slot as u32)
        } else {
            [axes[0].size_of(place[0]), axes[1].size_of(place[1])]
        };
        y < height && x < width
    };
    for (at, cell) in psi.chunks_exact_mut(state.numbers.max(1)).enumerate() {
        let (tile, within) = (wanted[at / area], [at % area / side, at % side]);
        if inside(tile, within) {
            state.read_cell(tile.1, within, &mut numbers);
            join_parts(&numbers, cell);
        }
    }
    let memory = state.memory.as_ref().map(|_| {
        let (quarter, count) = (side / MEMORY_CELLS, state.memory_channels);
        let plane = quarter * quarter;
        let none = vec![F::default(); count];
        let (mut h, mut c) = (none.clone(), none);
        let size = wanted.len() * count * plane;
        let mut memory = TilesMemory {
            channels: count,
            h: vec![F::default(); size],
            c: vec![F::default(); size],
        };
        for (tile, wanted) in wanted.iter().enumerate() {
            for at in 0..plane {
                let within = [at / quarter, at % quarter];
                if !inside(*wanted, within.map(|at| at * MEMORY_CELLS)) {
                    continue;
                }
                state.read_memory(wanted.1, within, [&mut h, &mut c]);
                for channel in 0..count {
                    memory.h[(tile * count + channel) * plane + at] = h[channel];
                    memory.c[(tile * count + channel) * plane + at] = c[channel];
                }
            }
        }
        memory
    });
    state_file::Tiles {
        side_cells: side,
        places: wanted.iter().map(|(place, _)| *place).collect(),
        channels,
        psi,
        memory,
    }
}
