//! UNET_CONVLSTM: the U-Net with a convolutional LSTM at its bottom, which remembers from step to step.

use crate::builder::Builder;
use crate::graph::Graph;
use crate::unet::{self, PERIOD};

/// `encoder → gates(x3, h) → c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(c') → decoder`
pub(crate) fn graph(d: usize, hidden: usize) -> Graph {
    let norm = Builder::group_norm;
    let (mut g, input) = Builder::new(2 * d);
    let levels = unet::encode(&mut g, input, hidden, norm);
    let (h, c) = g.memory(levels.x3);

    let seen = g.concat(levels.x3, h);
    let remembered = g.channels(h);
    let gates = g.conv("conv_gates", seen, 4 * remembered, 3);
    let [forget, write, show, new] = g.split(gates);
    let forget = g.sigmoid(forget);
    let kept = g.mul(forget, c);
    let write = g.sigmoid(write);
    let new = g.tanh(new);
    let written = g.mul(write, new);
    let c = g.add(kept, written);
    let show = g.sigmoid(show);
    let shown = g.tanh(c);
    let h = g.mul(show, shown);

    let out = unet::decode(&mut g, h, &levels, d, norm);
    g.finish_with_memory(out, h, c, PERIOD)
}
