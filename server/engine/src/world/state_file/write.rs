//! From a [`SavedWorld`] to a file: the same world is the same bytes.

use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use atheria_shared::limits::STATE_BYTES;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::super::WorldError;
use super::super::field::{Field, MEMORY_CELLS};
use super::super::npy::{CHUNK_BYTES, Header, complex_descr, real_descr, write_integers, write_numbers};
use super::{SEED, SavedWorld, Substance, Tiles};
use crate::durable::Temporary;
use crate::real::Real;

/// Writes a state: into a temporary file in the same folder, which then takes the name, whole or not at all.
pub fn write<F: Real>(path: &Path, world: &SavedWorld<F>) -> Result<(), WorldError> {
    let substance = match &world.substance {
        Substance::Grid(field) => field_numbers(field),
        Substance::Tiles(tiles) => tiles_numbers(tiles),
    };
    let numbers = substance + world.ground.as_ref().map_or(0, tiles_numbers);
    let bytes = (F::BYTES * numbers) as u64;
    if bytes > STATE_BYTES {
        return Err(WorldError::TooLarge {
            path: path.to_owned(),
            bytes,
        });
    }
    write_whole(path, world).map_err(|source| WorldError::WriteFile {
        path: path.to_owned(),
        source,
    })
}

fn field_numbers<F: Real>(field: &Field<F>) -> usize {
    let memory = |memory: &super::FieldMemory<F>| memory.h.len() + memory.c.len();
    field.psi.len() + field.memory.as_ref().map_or(0, memory)
}

fn tiles_numbers<F: Real>(tiles: &Tiles<F>) -> usize {
    let memory = |memory: &super::TilesMemory<F>| memory.h.len() + memory.c.len();
    2 * tiles.places.len() + tiles.psi.len() + tiles.memory.as_ref().map_or(0, memory)
}

fn write_whole<F: Real>(path: &Path, world: &SavedWorld<F>) -> io::Result<()> {
    let temporary = Temporary::beside(path)?;
    let file = BufWriter::with_capacity(CHUNK_BYTES, temporary.file()?);
    let mut zip = ZipWriter::new(file);
    match &world.substance {
        Substance::Grid(field) => write_field(&mut zip, field)?,
        Substance::Tiles(tiles) => {
            let sides = [world.grid.height(), world.grid.width()];
            integers(&mut zip, "grid", &[2], sides.map(i64::from))?;
            write_tiles(
                &mut zip,
                ["tile_cells", "tiles", "tiles_psi", "tiles_h", "tiles_c"],
                tiles,
            )?;
        }
    }
    if let Some(ground) = &world.ground {
        let names = [
            "ground_cells",
            "ground_tiles",
            "ground_psi",
            "ground_h",
            "ground_c",
        ];
        write_tiles(&mut zip, names, ground)?;
    }
    if let Some(step) = world.step {
        integers(&mut zip, "step", &[], [integer(step)?])?;
    }
    if let Some(seed) = &world.seed {
        let shape = [seed.height, seed.width, seed.channels];
        numbers(
            &mut zip,
            SEED,
            &Header::of(complex_descr::<f32>(), &shape),
            &seed.psi,
        )?;
    }
    let file = zip.finish()?.into_inner();
    file.map_err(io::IntoInnerError::into_error)?;
    temporary.finish()
}

fn integer(value: impl TryInto<i64>) -> io::Result<i64> {
    value
        .try_into()
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a number beyond 63 bits"))
}

/// Begins an array in an archive: its entry and its header. The elements follow.
pub(in crate::world) fn begin_array(
    zip: &mut ZipWriter<impl Write + Seek>,
    array: &str,
    header: &Header,
) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .large_file(true);
    zip.start_file(format!("{array}.npy"), options)?;
    header.write(zip)
}

/// An array of int64.
pub(in crate::world) fn integers(
    zip: &mut ZipWriter<impl Write + Seek>,
    array: &str,
    shape: &[usize],
    values: impl IntoIterator<Item = i64>,
) -> io::Result<()> {
    begin_array(zip, array, &Header::of("<i8", shape))?;
    write_integers(zip, values)
}

/// An array of complex or real numbers; that it has as many as its shape says is checked.
fn numbers<F: Real>(
    zip: &mut ZipWriter<impl Write + Seek>,
    array: &str,
    header: &Header,
    numbers: &[F],
) -> io::Result<()> {
    if header.element_bytes() != Some((numbers.len() * F::BYTES) as u64) {
        let reason = format!("{array}: {} numbers for {}", numbers.len(), header.words());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
    }
    begin_array(zip, array, header)?;
    write_numbers(zip, numbers)
}

fn write_field<F: Real>(zip: &mut ZipWriter<impl Write + Seek>, field: &Field<F>) -> io::Result<()> {
    let shape = [field.height, field.width, field.channels];
    numbers(zip, "psi", &Header::of(complex_descr::<F>(), &shape), &field.psi)?;
    if let Some(memory) = &field.memory {
        let header = Header::of(real_descr::<F>(), &memory.shape);
        numbers(zip, "h", &header, &memory.h)?;
        numbers(zip, "c", &header, &memory.c)?;
    }
    Ok(())
}

fn write_tiles<F: Real>(
    zip: &mut ZipWriter<impl Write + Seek>,
    [cells, places, psi, h, c]: [&str; 5],
    tiles: &Tiles<F>,
) -> io::Result<()> {
    let (count, side) = (tiles.places.len(), tiles.side_cells);
    integers(zip, cells, &[], [integer(side)?])?;
    integers(zip, places, &[count, 2], tiles.places.iter().flatten().copied())?;
    let header = Header::of(complex_descr::<F>(), &[count, side, side, tiles.channels]);
    numbers(zip, psi, &header, &tiles.psi)?;
    if let Some(memory) = &tiles.memory {
        let quarter = side / MEMORY_CELLS;
        let header = Header::of(real_descr::<F>(), &[count, memory.channels, quarter, quarter]);
        numbers(zip, h, &header, &memory.h)?;
        numbers(zip, c, &header, &memory.c)?;
    }
    Ok(())
}
