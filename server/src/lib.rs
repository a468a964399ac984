//! Atheria's server: experiments on disk, sessions, engine processes, HTTP and WebSocket, the command line.
//!
//! A request goes [`cli`] or [`api`] -> [`session`] or [`diagnose`] -> [`supervisor`] -> an engine process; [`catalog`]
//! knows the files. Links no libtorch: whatever that does, this process stays up.

pub mod api;
pub mod assets;
pub mod catalog;
pub mod cli;
pub mod diagnose;
pub mod server;
pub mod session;
pub mod supervisor;
