//! A world as a frame: what a view asks for, worked out on the world's device, and only the bytes of the picture fetched.
//!
//! [`quantity`] makes planes of numbers, [`reduce`] brings them to the size that was asked for, [`range`] says between
//! which values, [`quantise`] makes levels of them; [`Viewer`] does one after the other.

mod error;
mod quantise;
mod quantity;
mod range;
mod reduce;
mod viewer;

#[cfg(test)]
mod tests;

pub use error::ViewError;
pub use quantity::{MATTER, matter_cells};
pub use viewer::{Picture, Viewer};
