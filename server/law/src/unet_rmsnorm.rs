//! UNET_UNITARY_RMSNORM: the U-Net with RMS norm over the grid instead of group norm; its answer is added.

use crate::builder::Builder;
use crate::graph::Graph;
use crate::unet;

/// As [`unet::graph`], with another norm.
pub(crate) fn graph(d: usize, hidden: usize) -> Graph {
    unet::graph(d, hidden, Builder::rms_norm)
}
