//! MLP: one small network for each cell, which sees that cell alone.

use crate::builder::Builder;
use crate::graph::{Graph, Value};

/// `input → cell network`
pub(crate) fn graph(d: usize, hidden: usize) -> Graph {
    let (mut g, input) = Builder::new(2 * d);
    let out = cell_network(&mut g, "net", input, hidden, 2 * d);
    g.finish(out, 1)
}

/// `1x1 → ELU → 1x1 → ELU → 1x1`
pub(crate) fn cell_network(g: &mut Builder, layer: &str, input: Value, hidden: usize, out: usize) -> Value {
    let x = g.conv(&format!("{layer}.0"), input, hidden, 1);
    let x = g.elu(x);
    let x = g.conv(&format!("{layer}.2"), x, hidden, 1);
    let x = g.elu(x);
    g.conv(&format!("{layer}.4"), x, out, 1)
}
