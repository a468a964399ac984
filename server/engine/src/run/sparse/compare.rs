//! What of a tile is matter: where it differs from its ground.

use super::lanes::{Block, LANES, Number};
use super::reach::Bounds;
use super::task::square;

/// What differences count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Eps {
    /// A cell that differs by more is matter.
    pub(crate) matter: f64,
    /// One that differs by more is kept: no more than what is matter.
    pub(crate) kept: f64,
}

impl Eps {
    /// Nothing is kept that is not matter.
    pub(crate) fn matter_alone(eps: f64) -> Self {
        Self {
            matter: eps,
            kept: eps,
        }
    }
}

/// A tile held against its ground.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Difference {
    /// The least rectangle with all that is kept; none: nothing is.
    pub(crate) bounds: Option<Bounds>,
    /// Cells that are matter.
    pub(crate) cells: u64,
    /// Whether anything differs at all, though by less.
    pub(crate) residue: bool,
}

/// Compares psi, whose numbers are `tile` and `ground` of `side` cells, in the cells of the world, by |psi - b|.
pub(crate) fn psi<F: Number>(
    tile: &[Block<F>],
    ground: &[Block<F>],
    side: usize,
    [height, width]: [usize; 2],
    eps: Eps,
) -> Difference {
    if tile == ground {
        return Difference::default();
    }
    let area = side * side;
    let [matter, kept] = [eps.matter, eps.kept].map(|eps| eps * eps);
    over(height, width, |y, x| {
        let mut sum = 0.0;
        for at in (y * side + x..tile.len()).step_by(area) {
            let mut difference = [F::default(); LANES];
            for lane in 0..LANES {
                difference[lane] = tile[at][lane] - ground[at][lane];
            }
            sum += square(&difference).double();
        }
        (sum > matter, sum > kept, sum > 0.0)
    })
}

/// Compares the memory: by `|h - h_b|` or `|c - c_b| / max(1, |c_b|)`, in any channel.
pub(crate) fn memory<F: Number>(
    tile: [&[Block<F>]; 2],
    ground: [&[Block<F>]; 2],
    side: usize,
    [height, width]: [usize; 2],
    eps: Eps,
) -> Difference {
    let area = side * side;
    over(height, width, |y, x| {
        let mut most = 0.0_f64;
        for at in (y * side + x..tile[0].len()).step_by(area) {
            for lane in 0..LANES {
                let h = (tile[0][at][lane] - ground[0][at][lane]).double().abs();
                let b = ground[1][at][lane].double();
                let c = (tile[1][at][lane].double() - b).abs() / b.abs().max(1.0);
                most = most.max(h.max(c));
            }
        }
        (most > eps.matter, most > eps.kept, most > 0.0)
    })
}

/// `differs` says of a cell whether it is matter, whether it is kept, and whether it differs at all.
fn over(height: usize, width: usize, differs: impl Fn(usize, usize) -> (bool, bool, bool)) -> Difference {
    let mut difference = Difference::default();
    for y in 0..height {
        for x in 0..width {
            let (matter, kept, residue) = differs(y, x);
            difference.residue |= residue;
            difference.cells += u64::from(matter);
            if kept {
                let cell = Bounds {
                    top: y as i32,
                    bottom: y as i32,
                    left: x as i32,
                    right: x as i32,
                };
                difference.bounds = Some(difference.bounds.map_or(cell, |bounds| bounds.with(cell)));
            }
        }
    }
    difference
}

/// The largest difference of two tiles in the cells that both have.
pub(crate) fn largest<F: Number>(
    a: &[Block<F>],
    b: &[Block<F>],
    side: usize,
    [height, width]: [usize; 2],
) -> f64 {
    let area = side * side;
    let mut most = 0.0_f64;
    for y in 0..height {
        for x in 0..width {
            let mut sum = 0.0;
            for at in (y * side + x..a.len()).step_by(area) {
                for lane in 0..LANES {
                    let difference = (a[at][lane] - b[at][lane]).double();
                    sum += difference * difference;
                }
            }
            most = most.max(sum);
        }
    }
    most.sqrt()
}

/// The first cell of the world in a tile that is not finite. What a partial tile has beyond it does not matter.
pub(super) fn first_not_finite<F: Number>(
    tile: &[Block<F>],
    side: usize,
    [height, width]: [usize; 2],
) -> Option<[usize; 2]> {
    let finite = |block: &Block<F>| block.iter().all(|number| number.finite());
    if tile.iter().all(finite) {
        return None;
    }
    (0..height)
        .flat_map(|y| (0..width).map(move |x| [y, x]))
        .find(|[y, x]| {
            let blocks = tile.iter().skip(y * side + x).step_by(side * side);
            !blocks.clone().all(finite)
        })
}
