//! The seed that [`atheria_shared::tool::Tool::Inject`] plants: what the experiment declares, or the compact piece that the
//! world's own starting matter is made of.

use std::ops::Range;
use std::path::Path;

use atheria_law::Shape;
use atheria_shared::limits::SEED_SIDE_CELLS;
use atheria_shared::planting::{SeedMask, SeedMatter};

use super::WorldError;
use super::field::Field;
use super::lay;
use super::pieces::{Pieces, deviates};
use crate::real::Real;

/// The seed that is declared; none where it is to be the world's own.
pub(super) fn declared(matter: &SeedMatter, law: Shape) -> Result<Option<Field<f32>>, WorldError> {
    match *matter {
        SeedMatter::Start => Ok(None),
        SeedMatter::Disc {
            radius_cells,
            channel,
            amplitude,
        } => disc(radius_cells, channel, amplitude, law.channels()).map(Some),
        SeedMatter::File(ref path) => of_file(path, law).map(Some),
    }
}

/// The world's own: what its starting matter's file was saved with, or the compact piece that it is made of. None where
/// there is no matter, where it is in parts, or where it is larger than a seed may be.
pub(super) fn own<F: Real>(pieces: &Pieces<F>) -> Option<Field<f32>> {
    if let Some(seed) = &pieces.seed {
        return Some(seed.clone());
    }
    let piece = pieces.pieces.first().filter(|_| pieces.alike)?;
    let [rows, columns] = matter_box(&piece.field)?;
    let fits = |cells: &Range<usize>| cells.len() <= SEED_SIDE_CELLS as usize;
    (fits(&rows) && fits(&columns)).then_some(())?;
    Some(piece.field.cut_bare(rows, columns)?.to_precision())
}

/// The shape of a seed.
pub(super) fn mask(seed: &Field<f32>) -> Option<SeedMask> {
    let [height, width] = [seed.height, seed.width].map(|side| u32::try_from(side).ok());
    SeedMask::new(height?, width?, seed.cells().map(deviates)).ok()
}

/// `psi_0 = sqrt(1 - a^2), psi_c = a` within the radius.
fn disc(radius_cells: u16, channel: u16, amplitude: f64, channels: u16) -> Result<Field<f32>, WorldError> {
    if channel >= channels {
        return Err(WorldError::SeedChannel { channel, channels });
    }
    let radius = i32::from(radius_cells);
    let side = 2 * usize::from(radius_cells) + 1;
    let mut psi = Vec::with_capacity(side * side * 2 * usize::from(channels));
    for (y, x) in (-radius..=radius).flat_map(|y| (-radius..=radius).map(move |x| (y, x))) {
        let inside = y * y + x * x <= radius * radius;
        let amplitude = if inside { amplitude } else { 0.0 };
        for of in 0..channels {
            let number = match of {
                0 => (1.0 - amplitude * amplitude).sqrt(),
                of if of == channel => amplitude,
                _ => 0.0,
            };
            psi.extend([number as f32, 0.0]);
        }
    }
    Ok(Field {
        height: side,
        width: side,
        channels: usize::from(channels),
        psi,
        memory: None,
    })
}

/// What of a file's state is not vacuum.
fn of_file(path: &Path, law: Shape) -> Result<Field<f32>, WorldError> {
    let refused = |reason| WorldError::Seed {
        path: path.to_owned(),
        reason,
    };
    let field = lay::one_part::<f32>(path, law)?.ok_or_else(|| refused("it is in parts"))?;
    let [rows, columns] = matter_box(&field).ok_or_else(|| refused("there is only vacuum in it"))?;
    let most = SEED_SIDE_CELLS as usize;
    if rows.len() > most || columns.len() > most {
        return Err(refused("it is too large"));
    }
    field
        .cut_bare(rows, columns)
        .ok_or_else(|| refused("it is in parts"))
}

/// Rows and columns of the smallest box with every cell that is not vacuum.
fn matter_box<F: Real>(field: &Field<F>) -> Option<[Range<usize>; 2]> {
    let mut found: Option<[Range<usize>; 2]> = None;
    for (index, cell) in field.cells().enumerate() {
        if !deviates(cell) {
            continue;
        }
        let (y, x) = (index / field.width.max(1), index % field.width.max(1));
        found = Some(match found {
            None => [y..y + 1, x..x + 1],
            Some([rows, columns]) => [rows.start..y + 1, columns.start.min(x)..columns.end.max(x + 1)],
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use atheria_shared::{Cell, GridShape};

    use super::super::field::FieldMemory;
    use super::super::pieces::{Empty, Piece};
    use super::super::state_file::{self, SavedWorld, Substance};
    use super::*;
    use crate::testing::golden;

    fn field<F: Real>(side: u32, matter: &[[usize; 2]]) -> Field<F> {
        let mut field = Empty::One.fill::<F>(GridShape::new(side, side).unwrap(), 2);
        for &[y, x] in matter {
            field.psi[(y * side as usize + x) * 4 + 2] = F::of(0.5);
        }
        field
    }

    fn world(side: u32, matter: &[[usize; 2]], alike: bool) -> Pieces<f64> {
        Pieces {
            grid: GridShape::new(side, side).unwrap(),
            vacuum: Empty::One,
            alike,
            pieces: vec![Piece {
                at: Cell::default(),
                field: Arc::new(field(side, matter)),
            }],
            seed: None,
        }
    }

    #[test]
    fn a_seed_is_the_box_of_what_is_not_vacuum() {
        let seed = own(&world(200, &[[50, 90], [40, 99], [145 - 10, 70]], true)).unwrap();
        assert_eq!((seed.height, seed.width, seed.channels), (96, 30, 2));
        let matter: Vec<_> = seed
            .cells()
            .enumerate()
            .filter(|(_, cell)| deviates(cell))
            .map(|(index, _)| [index / 30, index % 30])
            .collect();
        assert_eq!(matter, [[0, 29], [10, 20], [95, 0]]);
        let mask = mask(&seed).unwrap();
        let cells: Vec<_> = mask.stretches().collect();
        assert_eq!(cells, [(0, 29..30), (10, 20..21), (95, 0..1)]);
    }

    #[test]
    fn what_is_empty_too_large_or_in_parts_is_no_seed() {
        assert!(own(&world(200, &[], true)).is_none());
        assert!(own(&world(200, &[[0, 0], [96, 0]], true)).is_none());
        assert!(own(&world(200, &[[0, 0], [0, 96]], true)).is_none());
        assert!(own(&world(200, &[[0, 0]], false)).is_none());
        assert!(own(&world(200, &[[0, 0], [95, 95]], true)).is_some());
    }

    #[test]
    fn a_memory_does_not_keep_a_seed_from_being_cut_out() {
        let mut pieces = world(8, &[[3, 5]], true);
        let remembering = Field {
            memory: Some(FieldMemory {
                shape: [1, 2, 2],
                h: vec![0.0; 4],
                c: vec![0.0; 4],
            }),
            ..field(8, &[[3, 5]])
        };
        pieces.pieces[0].field = Arc::new(remembering);
        let seed = own(&pieces).unwrap();
        assert_eq!((seed.height, seed.width, seed.memory), (1, 1, None));
    }

    #[test]
    fn a_disc_is_round_and_of_unit_norm() {
        let law = Shape::from(&golden(atheria_shared::Architecture::Mlp));
        let matter = |text: &str| text.parse::<SeedMatter>().unwrap();
        let seed = declared(&matter("disc:2:3:0.6"), law).unwrap().unwrap();
        let cells: Vec<_> = mask(&seed).unwrap().stretches().collect();
        assert_eq!(cells, [(0, 2..3), (1, 1..4), (2, 0..5), (3, 1..4), (4, 2..3)]);
        let middle = seed.cell(2, 2).unwrap();
        assert!(
            (middle[0] - 0.8).abs() < 1e-6 && (middle[6] - 0.6).abs() < 1e-6,
            "{middle:?}"
        );
        let error = declared(&matter("disc:2:4"), law).unwrap_err();
        assert!(matches!(
            error,
            WorldError::SeedChannel {
                channel: 4,
                channels: 4
            }
        ));
        assert!(declared(&SeedMatter::Start, law).unwrap().is_none());
    }

    #[test]
    fn a_file_is_cut_to_its_matter_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let law = Shape::from(&golden(atheria_shared::Architecture::Mlp));
        let saved = |matter: &[usize]| {
            let grid = GridShape::new(100, 100).unwrap();
            let mut field = Empty::One.fill::<f32>(grid, 4);
            for at in matter {
                field.psi[at * 8 + 2] = 0.5;
            }
            let path = folder.path().join(format!("{}.npz", matter.len()));
            let world = SavedWorld {
                grid,
                substance: Substance::Grid(field),
                ground: None,
                step: None,
                seed: None,
            };
            state_file::write(&path, &world).unwrap();
            declared(&SeedMatter::File(path), law)
        };
        let seed = saved(&[305, 507]).unwrap().unwrap();
        assert_eq!((seed.height, seed.width), (3, 3));
        for (matter, reason) in [(&[][..], "only vacuum"), (&[0, 9, 99][..], "too large")] {
            let error = saved(matter).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
