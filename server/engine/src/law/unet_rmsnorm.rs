//! UNET_UNITARY_RMSNORM: the U-Net with RMS norm over the grid instead of group norm; its answer is added.

use super::builder::Builder;
use super::graph::Graph;
use super::unet;

/// As [`unet::graph`], with another norm.
pub(super) fn graph(d: usize, hidden: usize) -> Graph {
    unet::graph(d, hidden, Builder::rms_norm)
}
