//! A law's character, measured on a thread of its own, so that a world waits for it only as long as it likes.
//!
//! The measurement takes no part of libtorch. While somebody waits it has every core; then it [goes on quietly](Measuring::go_quietly),
//! beside the world that plays, or ends when this is dropped.

use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use atheria_law::Law;
use atheria_shared::character::LawCharacter;
use atheria_shared::engine::LawJob;
use atheria_shared::limits;

use crate::character::{Allowance, Measured, kept_or_measured};

/// What is said and not heard yet: a character is told of at most as often as it has parts, and when it is over.
const WAITING: usize = 16;

/// What the thread says.
#[derive(Debug)]
enum Said {
    /// So much is known.
    Known(LawCharacter),
    /// It is over: all of it that there will be, and whether that was found; none for a law that makes values that are not finite.
    Over(Option<LawCharacter>, bool),
}

/// What is known of a character.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Knowledge {
    /// As far as it goes.
    pub(super) character: Option<LawCharacter>,
    /// Whether all of it was there already.
    pub(super) found: bool,
}

/// A measurement under way; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Measuring {
    allowance: Allowance,
    said: Receiver<Said>,
    known: Knowledge,
    over: bool,
}

impl Drop for Measuring {
    fn drop(&mut self) {
        self.allowance.stop();
    }
}

impl Measuring {
    /// Begins, or reads what was kept.
    pub(super) fn start(job: LawJob, law: Law, checkpoint_sha256: String, gamma: f64) -> Self {
        let allowance = Allowance::lasting(limits::CHARACTER);
        let (sender, said) = sync_channel(WAITING);
        let allowed = allowance.clone();
        let work = move || {
            let of = Measured {
                job: &job,
                law: &law,
                checkpoint_sha256: &checkpoint_sha256,
                gamma,
            };
            // Whoever listens may be gone.
            let mut tell = |known: &LawCharacter| {
                let _ = sender.send(Said::Known(known.clone()));
            };
            let (character, found) = match kept_or_measured(of, &allowed, &mut tell) {
                Ok((character, found)) => (Some(character), found),
                Err(error) => {
                    eprintln!("ath-engine: the law's character: {error}");
                    (None, false)
                }
            };
            let _ = sender.send(Said::Over(character, found));
        };
        let started = thread::Builder::new().name("character".to_owned()).spawn(work);
        if let Err(error) = &started {
            eprintln!("ath-engine: the law's character cannot be measured: {error}");
        }
        Self {
            allowance,
            said,
            known: Knowledge::default(),
            over: started.is_err(),
        }
    }

    /// What is known when it is over, or after so long.
    pub(super) fn wait(&mut self, at_most: Duration) -> Knowledge {
        let until = Instant::now() + at_most;
        while !self.over {
            let left = until.saturating_duration_since(Instant::now());
            match self.said.recv_timeout(left) {
                Ok(said) => self.take(said),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => self.over = true,
            }
        }
        self.known.clone()
    }

    /// From now on it leaves the cores to the world.
    pub(super) fn go_quietly(&self) {
        self.allowance.go_quietly();
    }

    /// Whether there is nothing more to come.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// What has become known since the last time, if anything.
    pub(super) fn news(&mut self) -> Option<Knowledge> {
        let mut before = None;
        while !self.over {
            match self.said.try_recv() {
                Ok(said) => {
                    before.get_or_insert_with(|| self.known.clone());
                    self.take(said);
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => self.over = true,
            }
        }
        let changed = before.is_some_and(|before| before != self.known);
        changed.then(|| self.known.clone())
    }

    fn take(&mut self, said: Said) {
        match said {
            Said::Known(character) => self.known.character = Some(character),
            Said::Over(character, found) => {
                self.known = Knowledge { character, found };
                self.over = true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::character::testing::{GAMMA, golden, job};

    #[test]
    fn a_world_that_cannot_wait_is_told_later() {
        let folder = tempfile::tempdir().unwrap();
        let start = || Measuring::start(job(folder.path()), golden("MLP-d4-h8-g32"), "a".to_owned(), GAMMA);
        let mut measuring = start();
        measuring.go_quietly();
        let mut heard = 0;
        while !measuring.is_over() {
            heard += usize::from(measuring.news().is_some());
            thread::yield_now();
        }
        let known = measuring.wait(Duration::ZERO);
        assert!(known.character.unwrap().missing.is_empty());
        assert!(heard > 0 && !known.found);
        assert!(start().wait(limits::CHARACTER).found, "it was kept");
    }

    #[test]
    fn a_measurement_that_nobody_wants_ends() {
        let folder = tempfile::tempdir().unwrap();
        let mut measuring = Measuring::start(
            job(folder.path()),
            golden("UNET-d4-h8-g32"),
            "a".to_owned(),
            GAMMA,
        );
        measuring.allowance.stop();
        let known = measuring.wait(limits::CHARACTER);
        assert!(measuring.is_over() && !known.found);
    }
}
