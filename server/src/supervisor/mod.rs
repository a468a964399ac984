//! Engine processes: started, heard, ended, and never waited for without a deadline.
//!
//! A [`Launcher`] starts one and waits for its hello; an [`Engine`] is the handle of one that runs: requests in,
//! events and the latest frame out. Behind it a driver task owns the process and a [`Watchdog`] owns the deadlines:
//! when one passes, or the process dies, or it says what cannot be, the process is killed and reaped and the last
//! thing that comes out is [`Output::Ended`] with the reason. [`Engines`] keeps one process started ahead, so that a
//! click need not wait for libtorch to load. Whether there is [`Cuda`] is asked in a process of its own: an engine touches no
//! driver before that has had an answer, and none at all for a world of the CPU.

mod cuda;
mod deadlines;
mod driver;
mod engine;
mod error;
mod last_words;
mod launcher;
mod leftovers;
mod spare;
mod vital;
mod watchdog;

pub use cuda::{Chosen, Cuda};
pub use deadlines::Deadlines;
pub use engine::{Engine, Frame, Output};
pub use error::EngineError;
pub(crate) use error::stage_name;
pub use launcher::Launcher;
pub use spare::Engines;
pub use vital::Vital;
pub use watchdog::{Missed, Watchdog};
