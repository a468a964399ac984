//! DEEP_QCA: eight looks at each channel's 3x3 neighbourhood, then one small network for each cell.

use super::builder::Builder;
use super::graph::Graph;

/// `input → 3x3 for each channel, eight times → 1x1 → ELU → 1x1 → ELU → 1x1`
pub(super) fn graph(d: usize, hidden: usize) -> Graph {
    let (mut g, input) = Builder::new(2 * d);
    let x = g.conv3_plain("conv_neighbors", input, 16 * d, 2 * d);
    let x = g.conv("processing_net.0", x, hidden, 1);
    let x = g.elu(x);
    let x = g.conv("processing_net.2", x, hidden, 1);
    let x = g.elu(x);
    let x = g.conv("processing_net.4", x, 2 * d, 1);
    g.finish(x, 1)
}
