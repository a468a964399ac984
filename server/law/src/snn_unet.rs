//! SNN_UNET: a small U-Net of spiking neurons. Every neuron starts each step from rest, so the law has no memory.
//!
//! Its up-convolution doubles a grid that was never halved; a resize brings it back. The period is therefore 1.

use crate::builder::Builder;
use crate::graph::Graph;

/// `input → 3x3, spike → 3x3, spike → up, resize → concat → 3x3, spike → 1x1, spike`
pub(crate) fn graph(d: usize, hidden: usize) -> Graph {
    let (mut g, input) = Builder::new(2 * d);
    let x = g.conv("conv1", input, hidden, 3);
    let first = g.spike("lif1", x);
    let x = g.conv("conv_bottom", first, 2 * hidden, 3);
    let x = g.spike("lif_bottom", x);
    let x = g.upsample("upconv", x, hidden);
    let x = g.resize_like(x, first);
    let x = g.concat(x, first);
    let x = g.conv("conv2", x, hidden, 3);
    let x = g.spike("lif2", x);
    let x = g.conv("conv_out", x, 2 * d, 1);
    let x = g.spike("lif_out", x);
    g.finish(x, 1)
}
