//! Atheria's engine: everything that needs libtorch, and what goes with it.
//!
//! `checkpoint → law → run, torchscript → world → view`: each folder is one idea and imports only those before it.

pub mod checkpoint;
pub mod law;
pub mod run;
pub mod torchscript;
pub mod world;
pub mod view;
