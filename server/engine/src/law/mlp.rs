//! MLP: one small network for each cell, which sees that cell alone.

use super::builder::Builder;
use super::graph::Graph;

/// `input → 1x1 → ELU → 1x1 → ELU → 1x1`
pub(super) fn graph(d: usize, hidden: usize) -> Graph {
    let (mut g, input) = Builder::new(2 * d);
    let x = g.conv("net.0", input, hidden, 1);
    let x = g.elu(x);
    let x = g.conv("net.2", x, hidden, 1);
    let x = g.elu(x);
    let x = g.conv("net.4", x, 2 * d, 1);
    g.finish(x, 1)
}
