//! UNET and UNET_UNITARY: a U-Net of three levels with group norm. Also the parts that its relatives share.
//!
//! The two have the same graph; UNET_UNITARY's answer multiplies the state (see [`crate::Law::multiplies`]).

use crate::builder::Builder;
use crate::graph::{Graph, Value};

/// Total stride of every U-Net here: two max-pools.
pub(crate) const PERIOD: u32 = 4;

/// The norm of a U-Net: a layer's name and what it reads.
pub(crate) type Norm = fn(&mut Builder, &str, Value) -> Value;

/// `input → block(c) → pool, block(2c) → pool, block(4c) → block(8c) → up … → up … → 1x1`
pub(crate) fn graph(d: usize, hidden: usize, norm: Norm) -> Graph {
    let (mut g, input) = Builder::new(2 * d);
    let levels = encode(&mut g, input, hidden, norm);
    let out = decode(&mut g, levels.x3, &levels, d, norm);
    g.finish(out, PERIOD)
}

/// What the encoder leaves for the decoder: a value for each level.
pub(crate) struct Levels {
    x1: Value,
    x2: Value,
    pub(crate) x3: Value,
}

/// `x → block(c) → pool, block(2c) → pool, block(4c)`
pub(crate) fn encode(g: &mut Builder, input: Value, hidden: usize, norm: Norm) -> Levels {
    let x1 = block(g, "inc", input, hidden, norm);
    let x2 = g.max_pool(x1);
    let x2 = block(g, "down1.1", x2, 2 * hidden, norm);
    let x3 = g.max_pool(x2);
    let x3 = block(g, "down2.1", x3, 4 * hidden, norm);
    Levels { x1, x2, x3 }
}

/// `bottom → block(8c) → up, concat x2, block(4c) → up, concat x1, block(c) → 1x1`
pub(crate) fn decode(g: &mut Builder, bottom: Value, levels: &Levels, d: usize, norm: Norm) -> Value {
    let hidden = g.channels(levels.x1);
    let x = block(g, "bot", bottom, 8 * hidden, norm);
    let x = g.upsample("up1", x, 4 * hidden);
    let x = g.concat(x, levels.x2);
    let x = block(g, "conv_up1", x, 4 * hidden, norm);
    let x = g.upsample("up2", x, 2 * hidden);
    let x = g.concat(x, levels.x1);
    let x = block(g, "conv_up2", x, hidden, norm);
    g.conv("outc", x, 2 * d, 1)
}

/// `3x3 → norm → ELU → 3x3 → norm → ELU`
fn block(g: &mut Builder, layer: &str, input: Value, out: usize, norm: Norm) -> Value {
    let x = g.conv3_plain(&format!("{layer}.conv_block.0"), input, out, 1);
    let x = norm(g, &format!("{layer}.conv_block.1"), x);
    let x = g.elu(x);
    let x = g.conv3_plain(&format!("{layer}.conv_block.3"), x, out, 1);
    let x = norm(g, &format!("{layer}.conv_block.4"), x);
    g.elu(x)
}
