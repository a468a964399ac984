//! DEEP_QCA: eight looks at each channel's 3x3 neighbourhood, then one small network for each cell.

use crate::builder::Builder;
use crate::graph::Graph;
use crate::mlp::cell_network;

/// `input → 3x3 for each channel, eight times → cell network`
pub(crate) fn graph(d: usize, hidden: usize) -> Graph {
    let (mut g, input) = Builder::new(2 * d);
    let seen = g.conv3_plain("conv_neighbors", input, 16 * d, 2 * d);
    let out = cell_network(&mut g, "processing_net", seen, hidden, 2 * d);
    g.finish(out, 1)
}
