//! What is diagnosed: an experiment's law, and a small world as its author wants it shown. Looks files up (blocking).

use atheria_shared::engine::LawJob;
use atheria_shared::limits::{DIAGNOSIS_FILE_SIDE_CELLS, DIAGNOSIS_SIDE_CELLS};
use atheria_shared::session::SessionRequest;
use atheria_shared::world::{Placement, StartingMatter, WorldSpec};
use atheria_shared::{ApiError, ErrorCode, ExperimentName, GridShape};

use crate::catalog::Catalog;
use crate::session::{Files, plan};

/// A law and the world that its checks are made on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Specimen {
    pub(super) law: LawJob,
    pub(super) world: WorldSpec,
}

/// An experiment that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Why it cannot be opened is a finding, not an error.
    pub(super) specimen: Result<Specimen, ApiError>,
}

impl Subject {
    /// The latest checkpoint of an experiment, seed 0. Fails when there is nothing of that name.
    pub fn of(catalog: &Catalog, name: &ExperimentName) -> Result<Self, ApiError> {
        let request = SessionRequest::new(name.clone());
        let plan = plan(catalog, request, Files::OfTheExperiment).map_err(ApiError::from);
        let missing = |error: &ApiError| {
            matches!(
                error.code,
                ErrorCode::ExperimentNotFound | ErrorCode::ExperimentName | ErrorCode::RootUnreadable
            )
        };
        let specimen = match plan {
            Ok(plan) => Ok(Specimen {
                law: plan.law,
                world: small(plan.world),
            }),
            Err(error) if missing(&error) => return Err(error),
            Err(error) => Err(error),
        };
        Ok(Self { specimen })
    }

    /// An experiment that the catalog lists with its problem.
    pub fn broken(problem: ApiError) -> Self {
        Self {
            specimen: Err(problem),
        }
    }
}

/// The same world, small enough for checks that take seconds. Matter from a file cannot be cut: its grid is kept where
/// that is small too, otherwise a blob takes its place.
fn small(world: WorldSpec) -> WorldSpec {
    let side = |grid: GridShape| grid.height().max(grid.width());
    let of_a_file = matches!(world.init, StartingMatter::File(_));
    match world.grid {
        Some(grid) if of_a_file && side(grid) <= DIAGNOSIS_FILE_SIDE_CELLS => world,
        Some(grid) if !of_a_file => WorldSpec {
            grid: cut(grid),
            ..world
        },
        None if !of_a_file => world,
        grid => WorldSpec {
            grid: grid.and_then(cut),
            init: StartingMatter::default(),
            place: Placement::default(),
            ..world
        },
    }
}

fn cut(grid: GridShape) -> Option<GridShape> {
    let cut = |side: u32| side.min(DIAGNOSIS_SIDE_CELLS);
    GridShape::new(cut(grid.height()), cut(grid.width())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(init: StartingMatter, grid: Option<(u32, u32)>) -> WorldSpec {
        WorldSpec {
            grid: grid.and_then(|(height, width)| GridShape::new(height, width).ok()),
            boundary: atheria_shared::Boundary::Torus,
            init,
            place: Placement::Tile,
            vacuum: atheria_shared::world::Vacuum::default(),
            planted: atheria_shared::planting::SeedMatter::Start,
            seed: 0,
            gamma: None,
            device: atheria_shared::world::DeviceChoice::default(),
            execution: atheria_shared::world::ExecutionChoice::default(),
            eps: atheria_shared::world::EPS,
            precision: atheria_shared::world::Precision::default(),
        }
    }

    #[test]
    fn a_world_is_cut_and_its_file_is_not() {
        let sides = |init: StartingMatter, grid| {
            let small = small(world(init, grid));
            let sides = small.grid.map(|grid| (grid.height(), grid.width()));
            (sides, small.init)
        };
        let (random, file) = (StartingMatter::Random, StartingMatter::File("a.npz".into()));
        let blob = StartingMatter::default();
        for (init, grid, expected, kept) in [
            (&random, Some((128, 127)), Some((128, 127)), &random),
            (&random, Some((64, 129)), Some((64, 128)), &random),
            (&random, None, None, &random),
            (&file, Some((256, 96)), Some((256, 96)), &file),
            (&file, Some((257, 96)), Some((128, 96)), &blob),
            (&file, None, None, &blob),
        ] {
            let (sides, init) = sides(init.clone(), grid);
            assert_eq!((sides, &init), (expected, kept), "{grid:?}");
        }
    }
}
