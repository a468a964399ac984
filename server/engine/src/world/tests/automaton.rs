//! Kaleidoscope's law was trained to be an automaton that is known exactly: whole numbers are its reference.

use std::path::Path;

use atheria_shared::world::StartingMatter;
use atheria_shared::{Architecture, Boundary};

use super::made::{advance, plan, world};
use crate::checkpoint::Checkpoint;
use crate::law::Law;
use crate::world::{Field, WorldPlan};

const SIDE: usize = 160;

/// A cell of B2/S345 with two dying states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Ready,
    Alive,
    Dying,
    Fading,
}

/// A step of the automaton on a torus.
fn step(cells: &[Cell]) -> Vec<Cell> {
    let alive = |y: usize, x: usize| usize::from(cells[y % SIDE * SIDE + x % SIDE] == Cell::Alive);
    let next = |at: usize| {
        let (y, x) = (at / SIDE + SIDE, at % SIDE + SIDE);
        let around = (y - 1..=y + 1).flat_map(|y| (x - 1..=x + 1).map(move |x| (y, x)));
        let neighbours = around.map(|(y, x)| alive(y, x)).sum::<usize>() - alive(y, x);
        match (cells[at], neighbours) {
            (Cell::Ready, 2) | (Cell::Alive, 3..=5) => Cell::Alive,
            (Cell::Alive, _) => Cell::Dying,
            (Cell::Dying, _) => Cell::Fading,
            (Cell::Ready | Cell::Fading, _) => Cell::Ready,
        }
    };
    (0..cells.len()).map(next).collect()
}

/// Whether each cell of a world is alive: none where it is dying or fading. The law's own code: see `server/demo/train`.
fn read(field: &Field) -> Vec<Option<bool>> {
    let state = |cell: &[f32]| {
        let real = |channel: usize| cell[2 * channel];
        let alive = real(1) + real(2) - real(3) > 0.5;
        let dying = real(3) > 0.3 && !alive;
        (!dying).then_some(alive)
    };
    field.cells().map(state).collect()
}

#[test]
fn kaleidoscope_is_its_automaton_for_sixty_four_steps() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/output");
    let folder = demo.join("training_checkpoints/kaleidoscope");
    let checkpoint = Checkpoint::read(&folder.join("checkpoint_ep3999.pth")).unwrap();
    let config = std::fs::read(demo.join("experiments/kaleidoscope/config.json")).unwrap();
    let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
    let params = serde_json::from_value(config["MODEL_PARAMS"].clone()).unwrap();
    let law = Law::build(Architecture::SnnUnet, params, &checkpoint.tensors).unwrap();
    let plan = WorldPlan {
        init: StartingMatter::File(demo.join("experiments/kaleidoscope/start.npz")),
        ..plan(Boundary::Torus, [SIDE as u32; 2])
    };
    let mut here = world(&plan, &law);
    let mut cells: Vec<Cell> = read(&here.field().unwrap())
        .into_iter()
        .map(|alive| if alive == Some(true) { Cell::Alive } else { Cell::Ready })
        .collect();
    let begun = cells.iter().filter(|cell| **cell == Cell::Alive).count();
    assert!(begun > 300, "{begun}");
    for at in 1..=64 {
        advance(&mut here, 1);
        cells = step(&cells);
        let found = read(&here.field().unwrap());
        for (place, (cell, found)) in cells.iter().zip(&found).enumerate() {
            let expected = match cell {
                Cell::Ready => Some(false),
                Cell::Alive => Some(true),
                Cell::Dying | Cell::Fading => None,
            };
            assert_eq!(
                *found,
                expected,
                "step {at}, row {}, column {}: {cell:?}",
                place / SIDE,
                place % SIDE
            );
        }
    }
    let alive = cells.iter().filter(|cell| **cell == Cell::Alive).count();
    assert!(alive > 300, "{alive}");
    assert!(here.numbers().unwrap().matter_tiles < 100, "all of it was computed");
}
