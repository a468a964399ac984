//! Sessions: one world each, from the click that opens it to its end.
//!
//! [`plan()`] turns a request and an experiment into what an engine is asked; [`Machine`] is the life of a session as
//! a pure state machine; the actor runs it: one task a session, which owns the engine; a [`SessionHandle`] is what the
//! rest of the program has of it; [`Sessions`] knows all of them and is what the API talks to. A viewer takes a [`Seat`]
//! and reads events (bounded, it is told when it missed some) and the latest frame.

mod actor;
mod audience;
mod handle;
mod machine;
mod plan;
mod registry;
mod settings;

pub use audience::Seat;
pub use handle::{SessionHandle, Viewer};
pub use machine::{Effect, Machine};
pub use plan::{Files, Plan, PlanError, plan};
pub use registry::Sessions;
pub use settings::SessionSettings;
