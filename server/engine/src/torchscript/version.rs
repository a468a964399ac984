//! Which libtorch it is.

/// Its version, as it was linked.
pub const TORCH_VERSION: &str = env!("ATHERIA_TORCH_VERSION");
