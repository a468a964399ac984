//! How far matter is felt: rectangles of cells pushed through a program.
//!
//! Pooling halves a rectangle, reading it from the level above doubles it, a 3x3 convolution adds a cell on each side.

use super::lanes::Number;
use super::program::{MEMORY_C, MEMORY_H, PSI, Pass, Program};

/// A rectangle of cells, its last row and column included, counted from the first cell of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Bounds {
    /// First row.
    pub(crate) top: i32,
    /// Last row.
    pub(crate) bottom: i32,
    /// First column.
    pub(crate) left: i32,
    /// Last column.
    pub(crate) right: i32,
}

impl Bounds {
    /// The least rectangle with both in it.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            top: self.top.min(other.top),
            bottom: self.bottom.max(other.bottom),
            left: self.left.min(other.left),
            right: self.right.max(other.right),
        }
    }

    /// Whether another one lies in it.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        self.top <= other.top
            && other.bottom <= self.bottom
            && self.left <= other.left
            && other.right <= self.right
    }

    /// With so many cells more on each side, as far as its tile has them.
    pub(crate) fn wider(self, cells: i32, side: usize) -> Self {
        let last = side as i32 - 1;
        Self {
            top: (self.top - cells).max(0),
            bottom: (self.bottom + cells).min(last),
            left: (self.left - cells).max(0),
            right: (self.right + cells).min(last),
        }
    }

    fn each(self, first: impl Fn(i32) -> i32, last: impl Fn(i32) -> i32) -> Self {
        Self {
            top: first(self.top),
            bottom: last(self.bottom),
            left: first(self.left),
            right: last(self.right),
        }
    }

    /// The cells of the level above that they are part of.
    fn halved(self) -> Self {
        self.each(|x| x.div_euclid(2), |x| x.div_euclid(2))
    }

    /// The cells of the level below that are part of them.
    fn doubled(self) -> Self {
        self.each(|x| 2 * x, |x| 2 * x + 1)
    }

    /// The same in cells so many levels below.
    pub(crate) fn at_level_below(self, levels: u32) -> Self {
        (0..levels).fold(self, |bounds, _| bounds.doubled())
    }
}

/// Where what is felt of `psi` and of the memory (in its own cells) has come after each stage: stage, and cells of level 0.
pub(crate) fn reach<F: Number>(
    program: &Program<F>,
    psi: Option<Bounds>,
    memory: Option<Bounds>,
) -> Vec<(usize, Bounds)> {
    let mut felt: Vec<Option<Bounds>> = vec![None; program.sheets.len()];
    felt[PSI.0] = psi;
    felt[MEMORY_H.0] = memory;
    felt[MEMORY_C.0] = memory;
    let mut reached = Vec::with_capacity(program.stages);
    for pass in &program.passes {
        let level = program.level_of(pass);
        let read = pass
            .sources()
            .iter()
            .filter_map(|source| {
                let above = program.sheet(source.sheet).level - level;
                felt[source.sheet.0].map(|bounds| bounds.at_level_below(above))
            })
            .reduce(Bounds::with);
        let made = read.map(|bounds| match pass {
            Pass::Conv { .. } if pass.looks_around() => bounds.each(|x| x - 1, |x| x + 1),
            Pass::Pool { .. } => bounds.halved(),
            Pass::Windows(windows) => {
                let cells = windows.reach_cells as i32;
                bounds.each(|x| x - cells, |x| x + cells)
            }
            Pass::Conv { .. } | Pass::Map { .. } => bounds,
        });
        if let (Some(bounds), true) = (made, pass.looks_around()) {
            reached.push((program.stage_of(pass), bounds.at_level_below(level)));
        }
        if let Some(sheet) = pass.makes() {
            felt[sheet.0] = made;
        }
    }
    reached
}

/// How far one cell is felt in one step, in cells.
pub(crate) fn reach_cells<F: Number>(program: &Program<F>) -> u32 {
    let period = program.period.max(1) as i32;
    let farthest = |cell: i32| {
        let one = Bounds {
            top: cell,
            bottom: cell,
            left: cell,
            right: cell,
        };
        let remembered = program
            .memory
            .map(|_| one.each(|x| x.div_euclid(4), |x| x.div_euclid(4)));
        reach(program, Some(one), remembered)
            .iter()
            .map(|(_, bounds)| (cell - bounds.top).max(bounds.bottom - cell))
            .max()
            .unwrap_or(0)
    };
    (0..period).map(farthest).max().unwrap_or(0).max(0) as u32
}
