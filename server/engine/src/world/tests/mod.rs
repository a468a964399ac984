//! What must hold of a world, however it is kept: it goes on as it was saved, stops where its law fails, says why it is
//! empty, is on any device the same automaton, and lies in the vacuum that it was given.

mod automaton;
mod device;
mod execution;
mod failing;
mod foreign;
pub(super) mod made;
mod saving;
mod tools;
mod turning;
mod vacuum;
