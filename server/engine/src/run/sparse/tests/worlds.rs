//! Worlds for tests: those that a mistake would show in, and any others.

use atheria_shared::Boundary;
use proptest::prelude::*;

use super::harness::{BOUNDARIES, Piece, Site};

/// A place to begin from, and what lies there.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) name: &'static str,
    pub(super) site: Site,
    pub(super) pieces: Vec<Piece>,
}

fn piece(seed: u64, y: i64, x: i64, side_cells: i64) -> Piece {
    Piece {
        at: [y, x],
        side_cells,
        seed,
    }
}

/// Worlds that are each a case of their own.
pub(super) fn chosen(boundary: Boundary) -> Vec<Start> {
    let start = |name, height, width, side, pieces| Start {
        name,
        site: Site {
            boundary,
            size: [height, width],
            side,
        },
        pieces,
    };
    let scattered = (0..20)
        .map(|at| {
            piece(
                at,
                23 * (at as i64 % 5) + 2,
                37 * (at as i64 / 5) + 5,
                3 + at as i64 % 4,
            )
        })
        .collect();
    vec![
        start("one piece", 128, 112, 16, vec![piece(1, 51, 60, 12)]),
        start("twenty pieces", 116, 148, 16, scattered),
        start(
            "three pieces, on the corner of tiles, at a wall, in a corner",
            112,
            128,
            16,
            vec![piece(2, 44, 60, 8), piece(3, 90, 124, 6), piece(4, -2, -3, 7)],
        ),
        start(
            "large tiles",
            100,
            136,
            32,
            vec![piece(9, 60, 90, 12), piece(10, 96, 3, 9)],
        ),
        start(
            "two that merge, sides no multiple of a tile",
            60,
            84,
            16,
            vec![piece(5, 30, 40, 5), piece(6, 37, 47, 5)],
        ),
        start("less than a tile", 12, 8, 16, vec![piece(7, 3, 2, 4)]),
        start("one tile wide", 16, 132, 16, vec![piece(8, 2, 60, 9)]),
    ]
}

fn length() -> impl Strategy<Value = u32> {
    prop_oneof![1 => 1..4_u32, 1 => Just(4), 2 => 5..12_u32, 3 => 12..28_u32].prop_map(|quarter| 4 * quarter)
}

/// Any world. `small_tiles`: tiles of 8 cells a side too, which a law that looks far has no use for.
pub(super) fn any(small_tiles: bool) -> impl Strategy<Value = Start> {
    let sides: Vec<usize> = if small_tiles {
        vec![8, 16, 32]
    } else {
        vec![16, 32]
    };
    let site = (
        prop::sample::select(BOUNDARIES.to_vec()),
        [length(), length()],
        prop::sample::select(sides),
    )
        .prop_map(|(boundary, size, side)| Site { boundary, size, side });
    let count = prop::sample::select(vec![1_usize, 3, 20]);
    (site, count).prop_flat_map(|(site, count)| {
        let [height, width] = site.size.map(i64::from);
        let tile = site.side as i64;
        let place = prop_oneof![
            3 => (-4..height, -4..width).prop_map(|(y, x)| [y, x]),
            1 => (0..=height / tile, 0..=width / tile).prop_map(move |(y, x)| [y * tile - 3, x * tile - 3]),
            1 => Just([-2, -2]),
            1 => Just([height - 3, width - 3]),
        ];
        let piece =
            (place, 1..9_i64, any_seed()).prop_map(|(at, side_cells, seed)| Piece { at, side_cells, seed });
        prop::collection::vec(piece, count).prop_map(move |pieces| Start {
            name: "any",
            site,
            pieces,
        })
    })
}

fn any_seed() -> impl Strategy<Value = u64> {
    0..1_000_000_u64
}
