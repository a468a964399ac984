//! Atheria's engine: everything that needs libtorch, and what goes with it.
//!
//! `run, torchscript → world → view → character → diagnose → worker`: each folder is one idea and imports only those before
//! it. `durable` is how any of them writes a file, `weight_norm` what libtorch computes of a law before it is one. What a
//! checkpoint holds is read by [`atheria_checkpoint`]; what a law is, and which weights of a checkpoint are its own, is said by
//! [`atheria_law`].

#[cfg(test)]
mod casts;
pub mod character;
pub mod diagnose;
mod durable;
pub mod real;
pub mod run;
#[cfg(test)]
mod testing;
pub mod torchscript;
pub mod view;
mod weight_norm;
pub mod worker;
pub mod world;
