//! The types that cross a wire in Atheria: between browser and server (HTTP, WebSocket), and
//! between the server and its engine processes (a pipe).
//!
//! No I/O and no clock: everything here builds for wasm32 and is a plain value. JSON carries every
//! message; only a [`frame`] is binary. Values are checked where they are made ([`ExperimentName`],
//! [`GridShape`]), also when they arrive in JSON, so whoever holds one may trust it.

pub mod beside;
pub mod cause;
pub mod character;
pub mod cuda;
pub mod diagnosis;
pub mod engine;
pub mod error;
pub mod experiment;
pub mod frame;
pub mod geometry;
pub mod law;
pub mod limits;
pub mod name;
pub mod number;
pub mod path;
pub mod pipe;
pub mod planting;
pub mod pulse;
pub mod range;
pub mod remark;
pub mod session;
pub mod show;
pub mod sniff;
mod tagged;
pub mod temporary;
pub mod tensor;
pub mod text;
pub mod tool;
pub mod unfit;
pub mod view;
pub mod world;

pub use cause::Cause;
pub use error::{ApiError, ErrorCode};
pub use geometry::{Boundary, Cell, GridShape, Region};
pub use law::Architecture;
pub use name::{CheckpointChoice, CheckpointFile, ExperimentName, SessionId};
pub use remark::Remark;
