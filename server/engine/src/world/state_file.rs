//! A world as a file: `.npz`, which numpy reads and writes.
//!
//! `psi` complex64 `[H, W, d]` (or `[1, H, W, d]`); `h` and `c` float32 `[C, H/4, W/4]` where the law has memory. A world
//! that we save also has `background_psi`, `background_h`, `background_c` and `step` int64, so that it goes on from
//! there bit for bit. Every size is compared with what it may be before anything of that size is allocated.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use atheria_shared::GridShape;
use atheria_shared::limits::STATE_BYTES;
use npyz::WriterBuilder;
use npyz::zip::write::FileOptions;
use npyz::zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::WorldError;
use super::field::{Field, FieldMemory};
use super::npy::Header;
use crate::durable::Temporary;

/// Bytes read or written at a time.
const CHUNK_BYTES: usize = 1 << 16;

/// What is in a file, or goes into one.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedWorld {
    /// The world.
    pub matter: Field,
    /// The background's stand-in.
    pub background: Option<Field>,
    /// The step that it is of.
    pub step: Option<u64>,
}

/// What a law needs of a state.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    /// Complex channels of a cell.
    pub channels: u16,
    /// Channels of its memory, where it has one.
    pub memory_channels: Option<usize>,
    /// The size; none: that of the file.
    pub grid: Option<GridShape>,
}

/// Reads a state that suits a law.
pub fn read(path: &Path, needs: &Needs) -> Result<SavedWorld, WorldError> {
    let mut file = StateFile::open(path)?;
    let matter = file.field("", needs)?;
    let background = if file.has("background_psi") {
        Some(file.field("background_", &Needs { grid: None, ..*needs })?)
    } else {
        None
    };
    let step = file.step()?;
    Ok(SavedWorld {
        matter,
        background,
        step,
    })
}

/// Writes a state: into a temporary file in the same folder, which then takes the name, whole or not at all.
pub fn write(path: &Path, world: &SavedWorld) -> Result<(), WorldError> {
    let bytes = [Some(&world.matter), world.background.as_ref()]
        .into_iter()
        .flatten()
        .map(field_bytes)
        .sum();
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

fn field_bytes(field: &Field) -> u64 {
    let memory = field
        .memory
        .as_ref()
        .map_or(0, |memory| memory.h.len() + memory.c.len());
    4 * (field.psi.len() + memory) as u64
}

fn write_whole(path: &Path, world: &SavedWorld) -> io::Result<()> {
    let temporary = Temporary::beside(path)?;
    let file = File::create(temporary.path())?;
    let mut zip = ZipWriter::new(BufWriter::with_capacity(CHUNK_BYTES, file));
    write_field(&mut zip, "", &world.matter)?;
    if let Some(background) = &world.background {
        write_field(&mut zip, "background_", background)?;
    }
    if let Some(step) = world.step {
        start(&mut zip, "step")?;
        let step = i64::try_from(step).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        let mut array = npyz::WriteOptions::<i64>::new()
            .default_dtype()
            .shape(&[])
            .writer(&mut zip)
            .begin_nd()?;
        array.push(&step)?;
        array.finish()?;
    }
    let file = zip
        .finish()?
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    temporary.finish(file)
}

fn start(zip: &mut ZipWriter<impl Write + Seek>, array: &str) -> io::Result<()> {
    let options = FileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .large_file(true);
    Ok(zip.start_file(format!("{array}.npy"), options)?)
}

fn write_field(zip: &mut ZipWriter<impl Write + Seek>, prefix: &str, field: &Field) -> io::Result<()> {
    start(zip, &format!("{prefix}psi"))?;
    let shape = [field.height, field.width, field.channels].map(|side| side as u64);
    let mut array = npyz::WriteOptions::new()
        .default_dtype()
        .shape(&shape)
        .writer(&mut *zip)
        .begin_nd()?;
    array.extend(
        field
            .psi
            .as_chunks()
            .0
            .iter()
            .map(|&[re, im]| num_complex::Complex32::new(re, im)),
    )?;
    array.finish()?;
    let Some(memory) = &field.memory else {
        return Ok(());
    };
    for (name, numbers) in [("h", &memory.h), ("c", &memory.c)] {
        start(zip, &format!("{prefix}{name}"))?;
        let mut array = npyz::WriteOptions::<f32>::new()
            .default_dtype()
            .shape(&memory.shape.map(|side| side as u64))
            .writer(&mut *zip)
            .begin_nd()?;
        array.extend(numbers.iter().copied())?;
        array.finish()?;
    }
    Ok(())
}

/// A file that is being read.
struct StateFile<'a> {
    path: &'a Path,
    zip: ZipArchive<BufReader<File>>,
}

impl<'a> StateFile<'a> {
    fn open(path: &'a Path) -> Result<Self, WorldError> {
        let error = |source: io::Error| WorldError::ReadFile {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(error)?;
        let facts = file.metadata().map_err(error)?;
        if !facts.is_file() {
            return Err(error(io::Error::new(io::ErrorKind::InvalidInput, "not a file")));
        }
        if facts.len() > STATE_BYTES {
            return Err(WorldError::TooLarge {
                path: path.to_owned(),
                bytes: facts.len(),
            });
        }
        let zip = ZipArchive::new(BufReader::with_capacity(CHUNK_BYTES, file))
            .map_err(|source| error(io::Error::new(io::ErrorKind::InvalidData, source)))?;
        Ok(Self { path, zip })
    }

    fn has(&self, array: &str) -> bool {
        let name = format!("{array}.npy");
        self.zip.file_names().any(|file| file == name)
    }

    fn unsuitable(&self, array: &str, header: &Header, needed: impl Into<String>) -> WorldError {
        WorldError::Array {
            path: self.path.to_owned(),
            array: array.to_owned(),
            found: header.words(),
            needed: needed.into(),
        }
    }

    /// psi and memory under a prefix.
    fn field(&mut self, prefix: &str, needs: &Needs) -> Result<Field, WorldError> {
        let name = format!("{prefix}psi");
        let header = self.header(&name)?;
        let given = needs.grid.map_or_else(
            || format!("complex64 [H, W, {}]", needs.channels),
            |grid| {
                format!(
                    "complex64 [{}, {}, {}]",
                    grid.height(),
                    grid.width(),
                    needs.channels
                )
            },
        );
        let sides = match header.shape.as_slice() {
            [height, width, channels] | [1, height, width, channels] => [*height, *width, *channels],
            _ => return Err(self.unsuitable(&name, &header, given)),
        };
        let [Ok(height), Ok(width), Ok(channels)] = sides.map(u32::try_from) else {
            return Err(self.unsuitable(&name, &header, given));
        };
        let suits = header.descr == "<c8" && !header.fortran && channels == u32::from(needs.channels);
        let grid = GridShape::new(height, width)?;
        if !suits || needs.grid.is_some_and(|needed| needed != grid) {
            return Err(self.unsuitable(&name, &header, given));
        }
        let psi = self.numbers(&name, &header)?;
        let memory = self.memory(prefix, needs, grid)?;
        Ok(Field {
            height: height as usize,
            width: width as usize,
            channels: usize::from(needs.channels),
            psi,
            memory,
        })
    }

    fn memory(
        &mut self,
        prefix: &str,
        needs: &Needs,
        grid: GridShape,
    ) -> Result<Option<FieldMemory>, WorldError> {
        let names = ["h", "c"].map(|name| format!("{prefix}{name}"));
        let Some(channels) = needs.memory_channels else {
            return match names.into_iter().find(|name| self.has(name)) {
                Some(array) => Err(WorldError::NoMemory {
                    path: self.path.to_owned(),
                    array,
                }),
                None => Ok(None),
            };
        };
        if names.iter().all(|name| !self.has(name)) {
            return Ok(None);
        }
        let shape = [
            channels,
            (grid.height() / 4) as usize,
            (grid.width() / 4) as usize,
        ];
        let mut read = |name: &str| {
            let header = self.header(name)?;
            let suits = header.descr == "<f4"
                && !header.fortran
                && header.shape.iter().eq(shape.map(|side| side as u64).iter());
            if !suits {
                return Err(self.unsuitable(name, &header, format!("float32 {shape:?}")));
            }
            self.numbers(name, &header)
        };
        let [h, c] = &names;
        let (h, c) = (read(h)?, read(c)?);
        Ok(Some(FieldMemory { shape, h, c }))
    }

    fn step(&mut self) -> Result<Option<u64>, WorldError> {
        const ARRAY: &str = "step";
        if !self.has(ARRAY) {
            return Ok(None);
        }
        let header = self.header(ARRAY)?;
        if header.descr != "<i8" || header.elements() != Some(1) {
            return Err(self.unsuitable(ARRAY, &header, "one int64"));
        }
        let mut step = [0; 8];
        self.elements(ARRAY, |_, source| {
            source.read_exact(&mut step)?;
            expect_end(source)
        })?;
        u64::try_from(i64::from_le_bytes(step))
            .map(Some)
            .map_err(|_| self.unsuitable(ARRAY, &header, "a step of 0 or more"))
    }

    fn header(&mut self, array: &str) -> Result<Header, WorldError> {
        let mut found = None;
        self.elements(array, |header, _| {
            found = Some(header.clone());
            Ok(())
        })?;
        found.ok_or_else(|| WorldError::ReadFile {
            path: self.path.to_owned(),
            source: io::ErrorKind::InvalidData.into(),
        })
    }

    /// Looks up an array and hands over its header and the stream of its elements.
    fn elements(
        &mut self,
        array: &str,
        take: impl FnOnce(&Header, &mut dyn Read) -> io::Result<()>,
    ) -> Result<(), WorldError> {
        let path = self.path;
        let name = format!("{array}.npy");
        if !self.has(array) {
            let mut names: Vec<_> = self.zip.file_names().collect();
            names.sort_unstable();
            return Err(WorldError::ArrayMissing {
                path: path.to_owned(),
                array: array.to_owned(),
                found: names.iter().take(8).copied().collect::<Vec<_>>().join(", "),
            });
        }
        let read = || {
            let mut entry = self.zip.by_name(&name)?;
            let method = entry.compression();
            if method != CompressionMethod::Stored && method != CompressionMethod::Deflated {
                return Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    "a compression that numpy does not write",
                ));
            }
            let header = Header::read(&mut entry)?;
            take(&header, &mut entry)
        };
        read().map_err(|source| WorldError::ReadFile {
            path: path.to_owned(),
            source: io::Error::new(source.kind(), format!("array {array:?}: {source}")),
        })
    }

    /// The elements of an array whose header was found to suit, as float32: two for a complex one. Fails on the first
    /// that is not finite, and when there are fewer or more than the header says.
    fn numbers(&mut self, array: &str, header: &Header) -> Result<Vec<f32>, WorldError> {
        let per_element: u64 = if header.descr == "<c8" { 2 } else { 1 };
        let count = header
            .elements()
            .and_then(|elements| elements.checked_mul(per_element))
            .filter(|count| count.checked_mul(4).is_some_and(|bytes| bytes <= STATE_BYTES))
            .ok_or_else(|| WorldError::TooLarge {
                path: self.path.to_owned(),
                bytes: u64::MAX,
            })?;
        let mut numbers: Vec<f32> = Vec::new();
        self.elements(array, |_, source| {
            let mut left = count * 4;
            let mut chunk = vec![0; CHUNK_BYTES];
            while left > 0 {
                let length = left.min(CHUNK_BYTES as u64) as usize;
                let part = chunk.get_mut(..length).unwrap_or_default();
                source.read_exact(part)?;
                numbers.extend(part.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)));
                left -= length as u64;
            }
            expect_end(source)
        })?;
        match numbers.iter().position(|number| !number.is_finite()) {
            None => Ok(numbers),
            Some(at) => Err(WorldError::ArrayNotFinite {
                path: self.path.to_owned(),
                array: array.to_owned(),
                element: at / per_element as usize,
            }),
        }
    }
}

/// That nothing follows; also reaches the end, where the checksum is compared.
fn expect_end(source: &mut dyn Read) -> io::Result<()> {
    match source.read(&mut [0])? {
        0 => Ok(()),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "more elements than its header says",
        )),
    }
}
