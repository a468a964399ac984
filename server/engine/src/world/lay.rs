//! Starting matter put in its places: drawn, or read from a file and laid where a [`Placement`] says.
//!
//! A file's state is one field, or the tiles of a world that was kept sparsely; either way a list of parts. Where it
//! has memory, every copy lies at a multiple of the law's total stride, so that its cells meet those of the law.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use atheria_law::Shape;
use atheria_shared::limits::{PLANE_CELLS, TILES};
use atheria_shared::world::{Placement, StartingMatter};
use atheria_shared::{Boundary, Cell, GridShape, Region};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::field::Field;
use super::matter::draw;
use super::pieces::{Empty, Piece, Pieces};
use super::places::{Size, scatter};
use super::source::Source as File;
use super::state_file::{Needs, Substance, Tiles};
use super::{WorldError, picture, snapshot, state_file};
use crate::real::Real;

/// The grid when neither the request nor a file gives one.
const DEFAULT_SIDE_CELLS: u32 = 128;

/// The world at step 0.
///
/// `grid`: its size; none: the file's own, or 128x128 for drawn matter. Its sides are multiples of the law's total
/// stride. `seed`: what matter and places are drawn from.
pub(super) fn lay<F: Real>(
    init: &StartingMatter,
    place: Placement,
    grid: Option<GridShape>,
    boundary: Boundary,
    law: impl Into<Shape>,
    seed: u64,
) -> Result<Pieces<F>, WorldError> {
    let law = law.into();
    let StartingMatter::File(path) = init else {
        let grid = match grid {
            Some(grid) => grid,
            None => GridShape::new(DEFAULT_SIDE_CELLS, DEFAULT_SIDE_CELLS)?,
        };
        grid.check_period(law.period())?;
        let empty = Pieces {
            grid,
            vacuum: Empty::One,
            alike: true,
            pieces: Vec::new(),
            seed: None,
        };
        return Ok(draw(init, grid, law.channels(), seed)?.unwrap_or(empty));
    };
    let source = Source::read(path, law)?;
    let site = Site {
        grid: grid.unwrap_or(source.size),
        boundary,
        period: law.period().max(1),
        seed,
    };
    site.grid.check_period(site.period)?;
    if source.size.height() > site.grid.height() || source.size.width() > site.grid.width() {
        return Err(WorldError::Larger {
            path: path.clone(),
            size: source.size,
            grid: site.grid,
        });
    }
    Ok(Pieces {
        grid: site.grid,
        vacuum: Empty::One,
        alike: source.parts.len() == 1,
        pieces: source.put(place, &site)?,
        seed: source.seed,
    })
}

/// The state of a file, where it is one field and not in tiles.
pub(super) fn one_part<F: Real>(path: &Path, law: Shape) -> Result<Option<Arc<Field<F>>>, WorldError> {
    let source = Source::read(path, law)?;
    Ok(match source.parts.as_slice() {
        [part] => Some(Arc::clone(&part.field)),
        _ => None,
    })
}

/// Where matter is to be laid.
struct Site {
    grid: GridShape,
    boundary: Boundary,
    period: u32,
    seed: u64,
}

/// A file's state.
struct Source<F: Real> {
    path: PathBuf,
    /// The grid that it is of.
    size: GridShape,
    /// What it is made of, at places in that grid; beyond it only where it was saved from an unbounded world.
    parts: Vec<Piece<F>>,
    /// Whether it has memory.
    memory: bool,
    /// What a click planted in its world, where the file says it.
    seed: Option<Field<f32>>,
}

impl<F: Real> Source<F> {
    /// Reads a file of any kind.
    fn read(path: &Path, law: Shape) -> Result<Self, WorldError> {
        let of_field = |field: Field<F>| {
            Ok(Self {
                path: path.to_owned(),
                size: GridShape::new(field.height as u32, field.width as u32)?,
                memory: field.memory.is_some(),
                parts: vec![Piece {
                    at: Cell::default(),
                    field: Arc::new(field),
                }],
                seed: None,
            })
        };
        match File::of(path)? {
            File::Arrays => {
                let needs = Needs {
                    channels: law.channels(),
                    memory_channels: law.memory_channels(),
                    grid: None,
                };
                let saved = state_file::read(path, &needs)?;
                let source = match saved.substance {
                    Substance::Grid(field) => of_field(field)?,
                    Substance::Tiles(tiles) => Self {
                        path: path.to_owned(),
                        size: saved.grid,
                        memory: tiles.memory.is_some(),
                        parts: parts(&tiles),
                        seed: None,
                    },
                };
                Ok(Self {
                    seed: saved.seed,
                    ..source
                })
            }
            File::Snapshot => of_field(snapshot::read(path, law.channels())?),
            File::Picture => of_field(picture::read(path, law.channels())?),
        }
    }

    /// Its copies, part by part.
    fn put(&self, place: Placement, site: &Site) -> Result<Vec<Piece<F>>, WorldError> {
        let clips = match (place, site.boundary) {
            (Placement::Tile, _) | (_, Boundary::Walls | Boundary::Torus) => true,
            (_, Boundary::Unbounded) => false,
        };
        let places = self.places(place, site)?;
        let count = (places.len() as u64).saturating_mul(self.parts.len() as u64);
        self.check_count(count)?;
        let mut pieces = Vec::with_capacity(count as usize);
        let period = i64::from(site.period);
        for &at in &places {
            if self.memory && (at.y % period != 0 || at.x % period != 0) {
                return Err(self.phase(at, site));
            }
            for part in &self.parts {
                let there = Cell {
                    y: at.y + part.at.y,
                    x: at.x + part.at.x,
                };
                if clips {
                    let own = Region {
                        y: at.y,
                        x: at.x,
                        height: self.size.height(),
                        width: self.size.width(),
                    };
                    pieces.extend(self.clip(part, there, own, place, site)?);
                } else {
                    pieces.push(Piece {
                        at: there,
                        field: Arc::clone(&part.field),
                    });
                }
            }
        }
        Ok(pieces)
    }

    /// Where its upper left goes, for each copy.
    fn places(&self, place: Placement, site: &Site) -> Result<Vec<Cell>, WorldError> {
        let (own, grid) = (self.size, site.grid);
        match place {
            Placement::Centre => {
                let middle = |length: u32, side: u32| {
                    let spare = (length - side) / 2;
                    i64::from(spare - spare % site.period)
                };
                Ok(vec![Cell {
                    y: middle(grid.height(), own.height()),
                    x: middle(grid.width(), own.width()),
                }])
            }
            Placement::At(at) => self.check_place(at, site).map(|()| vec![at]),
            Placement::Tile => {
                grid.check_dense()?;
                let rows = grid.height().div_ceil(own.height());
                let columns = grid.width().div_ceil(own.width());
                self.check_count(u64::from(rows) * u64::from(columns))?;
                let cell = |y: u32, x: u32| Cell {
                    y: i64::from(y) * i64::from(own.height()),
                    x: i64::from(x) * i64::from(own.width()),
                };
                Ok((0..rows)
                    .flat_map(|y| (0..columns).map(move |x| cell(y, x)))
                    .collect())
            }
            Placement::Scatter { count } => {
                self.check_count(u64::from(count))?;
                let sides = Size {
                    height: own.height(),
                    width: own.width(),
                };
                let mut random = ChaCha8Rng::seed_from_u64(site.seed);
                Ok(scatter(&mut random, grid, sides, count, site.period))
            }
        }
    }

    fn check_count(&self, pieces: u64) -> Result<(), WorldError> {
        if pieces <= TILES as u64 {
            return Ok(());
        }
        Err(WorldError::Pieces {
            path: self.path.clone(),
            pieces,
        })
    }

    /// That it can lie at a place that was asked for.
    fn check_place(&self, at: Cell, site: &Site) -> Result<(), WorldError> {
        let near = -PLANE_CELLS..=PLANE_CELLS;
        if !near.contains(&at.y) || !near.contains(&at.x) {
            return Err(WorldError::Far {
                path: self.path.clone(),
                at,
            });
        }
        let fits = |at: i64, side: u32, length: u32| at >= 0 && at + i64::from(side) <= i64::from(length);
        let inside = fits(at.y, self.size.height(), site.grid.height())
            && fits(at.x, self.size.width(), site.grid.width());
        if !inside && site.boundary != Boundary::Unbounded {
            return Err(self.outside(at, site));
        }
        Ok(())
    }

    /// What of a part lies in its copy and in the grid; none where a copy is cut off before it.
    fn clip(
        &self,
        part: &Piece<F>,
        there: Cell,
        copy: Region,
        place: Placement,
        site: &Site,
    ) -> Result<Option<Piece<F>>, WorldError> {
        let field = &part.field;
        let own = [
            overlap(there.y, field.height, copy.y, copy.height),
            overlap(there.x, field.width, copy.x, copy.width),
        ];
        if own.iter().any(Range::is_empty) {
            return Err(self.outside(there, site));
        }
        let grid = Region::of(site.grid);
        let inside = [
            overlap(there.y, field.height, grid.y, grid.height),
            overlap(there.x, field.width, grid.x, grid.width),
        ];
        let [rows, columns] = [0, 1].map(|axis| {
            let [own, inside] = [&own, &inside].map(|ranges| ranges.get(axis).cloned().unwrap_or(0..0));
            own.start.max(inside.start)..own.end.min(inside.end)
        });
        if rows.is_empty() || columns.is_empty() {
            return match place {
                Placement::Tile => Ok(None),
                _ => Err(self.outside(there, site)),
            };
        }
        if rows == (0..field.height) && columns == (0..field.width) {
            return Ok(Some(Piece {
                at: there,
                field: Arc::clone(field),
            }));
        }
        let at = Cell {
            y: there.y + rows.start as i64,
            x: there.x + columns.start as i64,
        };
        match field.cut(rows, columns) {
            Some(field) => Ok(Some(Piece {
                at,
                field: Arc::new(field),
            })),
            None => Err(self.phase(at, site)),
        }
    }

    fn outside(&self, at: Cell, site: &Site) -> WorldError {
        WorldError::Outside {
            path: self.path.clone(),
            at,
            size: self.size,
            grid: site.grid,
        }
    }

    fn phase(&self, at: Cell, site: &Site) -> WorldError {
        WorldError::Phase {
            path: self.path.clone(),
            at,
            period: site.period,
        }
    }
}

/// The part of `at..at + side`, counted from `at`, that lies in `from..from + length`.
fn overlap(at: i64, side: usize, from: i64, length: u32) -> Range<usize> {
    let start = (from - at).max(0);
    let end = (from + i64::from(length) - at).min(side as i64).max(start);
    start as usize..end as usize
}

/// The tiles of a world, each as a field where it lay.
fn parts<F: Real>(tiles: &Tiles<F>) -> Vec<Piece<F>> {
    let side = tiles.side_cells as i64;
    tiles
        .fields()
        .map(|([y, x], field)| Piece {
            at: Cell {
                y: y * side,
                x: x * side,
            },
            field: Arc::new(field),
        })
        .collect()
}

#[cfg(test)]
mod tests;
