//! `ath bench`: how fast worlds are stepped, beside a peer that steps them whole.
//!
//! [`case`] lists what is measured, [`measure`] runs one of them in an engine process of its own, [`peer`] asks another program
//! for its time. [`rounds`] does so in turns, so that a machine that slows down slows both, and gathers [`runs`]; [`table`] holds
//! what came out against what is to be reached, [`report`] puts it together, [`words`] says it.

mod case;
mod measure;
mod peer;
mod report;
mod rounds;
mod runs;
mod seed;
mod spread;
mod table;
mod words;

pub(super) use case::case_names;
pub(super) use rounds::bench;
