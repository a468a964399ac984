//! A world: what lies in it at step 0, how it is kept while it lives, how it is written and read back.
//!
//! [`matter`] draws starting matter from a seed, [`state_file`] (over [`npy`]) reads and writes `.npz`, [`field`] carries
//! a state between the host and a device; [`background`] keeps the empty world that matter is told from; [`World`]
//! owns all of it and makes steps.

mod background;
mod error;
mod field;
mod live;
mod matter;
mod npy;
mod state_file;

#[cfg(test)]
mod tests;

pub use background::{Background, StandIn};
pub use error::WorldError;
pub use field::Field;
pub use live::{World, WorldPlan};
pub use state_file::{SavedWorld, read, write};
