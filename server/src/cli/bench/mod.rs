//! `ath bench`: how fast worlds are stepped, beside a peer that steps them whole.
//!
//! [`case`] lists what is measured, [`measure`] runs one of them in an engine process of its own, [`peer`] asks another program
//! for its time. [`rounds`] does so in turns, so that a machine that slows down slows both; [`table`] holds what came out
//! against what is to be reached, [`words`] says it.

mod case;
mod measure;
mod peer;
mod rounds;
mod seed;
mod spread;
mod table;
mod words;

pub(super) use case::case_names;
pub(super) use rounds::bench;
