//! Atheria's engine: everything that needs libtorch, and what goes with it.
//!
//! `law → run, torchscript → world → view → character → diagnose → worker`: each folder is one idea and imports only
//! those before it. `durable` is how any of them writes a file. What a checkpoint holds is read by [`atheria_checkpoint`].

pub mod character;
pub mod diagnose;
mod durable;
pub mod law;
pub mod real;
pub mod run;
#[cfg(test)]
mod testing;
pub mod torchscript;
pub mod view;
pub mod worker;
pub mod world;
