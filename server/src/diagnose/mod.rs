//! The state-recovery diagnosis of an experiment: whether its worlds are what they seem, check by check, with evidence.
//!
//! [`Subject`] is what is diagnosed: a law and a small world of it, looked up on disk. [`diagnose`] makes the checks: an
//! engine makes those that it can make of itself; `restore` is made here, since it takes an engine that is killed. What
//! an engine cannot say any more, because there is none or it ended, is said by `verdicts`: a diagnosis always has all
//! its checks. [`Diagnoses`] is what the API talks to: those under way and the last ones.

mod registry;
mod restore;
mod run;
mod subject;
mod verdicts;

pub use registry::Diagnoses;
pub use run::diagnose;
pub use subject::Subject;
