//! What whole-system tests share: a [`Lab`] with a real server, a raw [`http`] client that can forge headers, and a
//! [`Watcher`] on a session's WebSocket. Waits have deadlines and say what they last saw; nothing sleeps.

pub mod http;
mod lab;
mod programs;
mod watcher;

pub use lab::{Lab, LabOptions, experiments, impatient};
pub use programs::{found, program, repository};
pub use watcher::{Seen, Watcher};
