//! From a file to a [`SavedWorld`] that suits a law.

use std::collections::HashSet;
use std::path::Path;

use atheria_shared::GridShape;
use atheria_shared::limits::{PLANE_CELLS, SEED_SIDE_CELLS, TILES};

use super::super::WorldError;
use super::super::field::{Field, FieldMemory, MEMORY_CELLS};
use super::archive::{Archive, PSI};
use super::{Needs, SEED, SavedWorld, Substance, TILE_SIDE_CELLS, Tiles, TilesMemory};
use crate::real::Real;

/// Reads a state that suits a law. Arrays that are not known are left alone.
pub fn read<F: Real>(path: &Path, needs: &Needs) -> Result<SavedWorld<F>, WorldError> {
    let mut file = Archive::open(path)?;
    let (grid, substance) = if file.has("tiles") {
        let grid = grid(&mut file, needs)?;
        let tiles = tiles(&mut file, "tiles", "tile_cells", needs)?;
        (grid, Substance::Tiles(tiles))
    } else {
        let field: Field<F> = field(&mut file, needs)?;
        let grid = GridShape::new(field.height as u32, field.width as u32)?;
        (grid, Substance::Grid(field))
    };
    let ground = if file.has("ground_tiles") {
        Some(tiles(&mut file, "ground", "ground_cells", needs)?)
    } else {
        None
    };
    let step = step(&mut file)?;
    Ok(SavedWorld {
        grid,
        substance,
        ground,
        step,
        seed: seed(&mut file, needs)?,
    })
}

/// What a click plants, where the file says it.
fn seed(file: &mut Archive, needs: &Needs) -> Result<Option<Field<f32>>, WorldError> {
    if !file.has(SEED) {
        return Ok(None);
    }
    let header = file.header(SEED)?;
    let sides = 1..=u64::from(SEED_SIDE_CELLS);
    let [height, width] = match header.shape.as_slice() {
        [height, width, channels] if *channels == u64::from(needs.channels) => [*height, *width],
        _ => [0; 2],
    };
    if !header.is_complex() || !sides.contains(&height) || !sides.contains(&width) {
        let channels = needs.channels;
        let needed = format!(
            "complex64 or complex128 [h, w, {channels}], h and w at most {SEED_SIDE_CELLS}, is needed"
        );
        return Err(file.unsuitable(SEED, &header, needed));
    }
    Ok(Some(Field {
        height: height as usize,
        width: width as usize,
        channels: usize::from(needs.channels),
        psi: file.numbers(SEED, &header)?,
        memory: None,
    }))
}

/// psi and memory of every cell.
fn field<F: Real>(file: &mut Archive, needs: &Needs) -> Result<Field<F>, WorldError> {
    let array = file.psi_name();
    let header = file.header(array)?;
    let sides = needs.grid.map_or_else(
        || "H, W".to_owned(),
        |grid| format!("{}, {}", grid.height(), grid.width()),
    );
    let needed = format!("complex64 or complex128 [{sides}, {}]", needs.channels);
    let unsuitable = |file: &Archive| file.no_psi(array, &header, &needed, needs.channels);
    let shape = match header.shape.as_slice() {
        [height, width, channels] | [1, height, width, channels] => [*height, *width, *channels],
        _ => return Err(unsuitable(file)),
    };
    let [Ok(height), Ok(width), Ok(channels)] = shape.map(u32::try_from) else {
        return Err(unsuitable(file));
    };
    if !header.is_complex() || channels != u32::from(needs.channels) {
        return Err(unsuitable(file));
    }
    let grid = GridShape::new(height, width)?;
    if needs.grid.is_some_and(|needed| needed != grid) {
        return Err(unsuitable(file));
    }
    let psi = file.numbers(array, &header)?;
    let quarters = [height, width].map(|side| side as usize / MEMORY_CELLS);
    let memory = memory(file, ["h", "c"], needs, |channels| {
        [channels].into_iter().chain(quarters).collect()
    })?;
    let whole = |side: u32| (side as usize).is_multiple_of(MEMORY_CELLS);
    if memory.is_some() && !(whole(height) && whole(width)) {
        let needed = format!("sides that are multiples of {MEMORY_CELLS}, since it has memory, are needed");
        return Err(file.unsuitable(PSI, &header, needed));
    }
    Ok(Field {
        height: height as usize,
        width: width as usize,
        channels: usize::from(needs.channels),
        psi,
        memory: memory.map(|[h, c]| FieldMemory {
            shape: [needs.memory_channels.unwrap_or(0), quarters[0], quarters[1]],
            h,
            c,
        }),
    })
}

/// `h` and `c`, of the shape that `shape` makes of the law's memory channels.
fn memory<F: Real>(
    file: &mut Archive,
    names: [&str; 2],
    needs: &Needs,
    shape: impl Fn(usize) -> Vec<usize>,
) -> Result<Option<[Vec<F>; 2]>, WorldError> {
    let Some(channels) = needs.memory_channels else {
        return match names.into_iter().find(|name| file.has(name)) {
            Some(array) => Err(file.no_memory(array)),
            None => Ok(None),
        };
    };
    if names.iter().all(|name| !file.has(name)) {
        return Ok(None);
    }
    let shape = shape(channels);
    let mut read = |name: &str| {
        let header = file.header(name)?;
        let fits = header
            .shape
            .iter()
            .copied()
            .eq(shape.iter().map(|&side| side as u64));
        if !header.is_real() || !fits {
            return Err(file.unsuitable(name, &header, format!("float32 or float64 {shape:?} is needed")));
        }
        file.numbers(name, &header)
    };
    let [h, c] = names;
    Ok(Some([read(h)?, read(c)?]))
}

fn grid(file: &mut Archive, needs: &Needs) -> Result<GridShape, WorldError> {
    const ARRAY: &str = "grid";
    let header = file.header(ARRAY)?;
    if !header.is_integer() || header.shape != [2] {
        return Err(file.unsuitable(ARRAY, &header, "int64 [2] is needed"));
    }
    let sides = file.integers(ARRAY, &header)?;
    let [height, width] = *sides.as_slice() else {
        return Err(file.unsuitable(ARRAY, &header, "int64 [2] is needed"));
    };
    // A side that is none is refused as one of 0 cells.
    let side = |side: i64| u32::try_from(side).unwrap_or(0);
    let grid = GridShape::new(side(height), side(width))?;
    match needs.grid {
        Some(needed) if needed != grid => Err(file.unsuitable(
            ARRAY,
            &header,
            format!("a grid of {needed}, not {grid}, is needed"),
        )),
        _ => Ok(grid),
    }
}

/// Tiles of a kind, `tiles` or `ground`. Only the world's own have places that mean something.
fn tiles<F: Real>(
    file: &mut Archive,
    kind: &str,
    cells: &str,
    needs: &Needs,
) -> Result<Tiles<F>, WorldError> {
    let places_name = if kind == "tiles" {
        kind.to_owned()
    } else {
        format!("{kind}_tiles")
    };
    let side_cells = integer(file, cells)?
        .and_then(|side| usize::try_from(side).ok())
        .filter(|side| (1..=TILE_SIDE_CELLS).contains(side));
    let Some(side_cells) = side_cells else {
        let header = file.header(cells)?;
        return Err(file.unsuitable(
            cells,
            &header,
            format!("one int64 of 1 to {TILE_SIDE_CELLS} is needed"),
        ));
    };
    let places = places(file, &places_name)?;
    if kind == "tiles" {
        check_places(file, &places_name, &places, side_cells)?;
    }
    let psi_name = format!("{kind}_psi");
    let header = file.header(&psi_name)?;
    let shape = [places.len(), side_cells, side_cells, usize::from(needs.channels)];
    let fits = header.shape.iter().copied().eq(shape.map(|side| side as u64));
    if !header.is_complex() || !fits {
        return Err(file.unsuitable(
            &psi_name,
            &header,
            format!("complex64 or complex128 {shape:?} is needed"),
        ));
    }
    let psi = file.numbers(&psi_name, &header)?;
    let quarter = side_cells / MEMORY_CELLS;
    let names = ["h", "c"].map(|name| format!("{kind}_{name}"));
    let memory = memory(file, [&names[0], &names[1]], needs, |channels| {
        vec![places.len(), channels, quarter, quarter]
    })?;
    if memory.is_some() && !side_cells.is_multiple_of(MEMORY_CELLS) {
        let needed = format!("a multiple of {MEMORY_CELLS}, since it has memory, is needed");
        let header = file.header(cells)?;
        return Err(file.unsuitable(cells, &header, needed));
    }
    Ok(Tiles {
        side_cells,
        places,
        channels: usize::from(needs.channels),
        psi,
        memory: memory.map(|[h, c]| TilesMemory {
            channels: needs.memory_channels.unwrap_or(0),
            h,
            c,
        }),
    })
}

fn places(file: &mut Archive, array: &str) -> Result<Vec<[i64; 2]>, WorldError> {
    let header = file.header(array)?;
    let suits = matches!(header.shape.as_slice(), [count, 2] if *count <= TILES as u64);
    if !header.is_integer() || !suits {
        return Err(file.unsuitable(
            array,
            &header,
            format!("int64 [n, 2], n at most {TILES}, is needed"),
        ));
    }
    let flat = file.integers(array, &header)?;
    Ok(flat.as_chunks().0.to_vec())
}

/// That tiles lie where a world can be, and each at a place of its own.
fn check_places(
    file: &mut Archive,
    array: &str,
    places: &[[i64; 2]],
    side_cells: usize,
) -> Result<(), WorldError> {
    let farthest = PLANE_CELLS / side_cells as i64;
    let near = |place: &[i64; 2]| place.iter().all(|at| (-farthest..farthest).contains(at));
    let needed = if !places.iter().all(near) {
        "tiles within the plane are needed"
    } else if places.iter().collect::<HashSet<_>>().len() < places.len() {
        "tiles that are there once are needed"
    } else {
        return Ok(());
    };
    let header = file.header(array)?;
    Err(file.unsuitable(array, &header, needed))
}

/// One integer; none where the array is not one.
fn integer(file: &mut Archive, array: &str) -> Result<Option<i64>, WorldError> {
    let header = file.header(array)?;
    if !header.is_integer() || header.elements() != Some(1) {
        return Ok(None);
    }
    Ok(file.integers(array, &header)?.first().copied())
}

fn step(file: &mut Archive) -> Result<Option<u64>, WorldError> {
    const ARRAY: &str = "step";
    if !file.has(ARRAY) {
        return Ok(None);
    }
    if let Some(Ok(step)) = integer(file, ARRAY)?.map(u64::try_from) {
        return Ok(Some(step));
    }
    let header = file.header(ARRAY)?;
    Err(file.unsuitable(ARRAY, &header, "one int64 of 0 or more is needed"))
}
