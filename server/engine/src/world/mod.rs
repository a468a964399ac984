//! A world: what lies in it at step 0, how it is kept while it lives, how it is written and read back.
//!
//! [`plan`] says what it is made from. [`lay`] puts starting matter in its places, as [`pieces`]: drawn from a seed
//! ([`matter`], [`places`]), or read from a file, whose kind its [`source`] tells: a saved world ([`state_file`], over
//! [`npy`]), a trainer's [`snapshot`] or a [`picture`]; [`dtype`] and [`order`] say how numbers lie there, [`mend`] what to do
//! with those that are no state. [`tool`] is what a user does to its cells, [`planting`] the seed that it plants, [`harmonic`] (over [`turns`]) a vacuum that is given,
//! [`series`] how its past is written. [`field`] carries a state between the host and a device. [`tiled`] is a
//! world in tiles; [`grid`] one of all cells on a device, beside its [`background`]; [`World`] is either, makes steps, and on
//! a device goes from one to the other ([`turning`]); [`agreement`] says whether a device computes what the CPU does,
//! [`visible`] how much of a world can be seen, and where.

mod agreement;
mod background;
mod dtype;
mod error;
mod field;
mod grid;
mod harmonic;
mod lay;
mod live;
mod matter;
mod mend;
mod npy;
mod order;
mod past;
mod picture;
mod pieces;
mod places;
mod plan;
mod planting;
mod rule;
mod series;
mod snapshot;
mod source;
mod state_file;
mod tiled;
mod tool;
mod turning;
mod turns;
mod visible;

#[cfg(test)]
mod tests;

pub(crate) use agreement::farthest_from_cpu;
pub use error::WorldError;
pub use field::Field;
pub(crate) use live::Sight;
pub use live::World;
pub use plan::WorldPlan;
pub use rule::Rule;
pub use series::Series;
pub use state_file::{Needs, SavedWorld, Substance, Tiles, TilesMemory, read, write};
