//! When a world is saved, where to, and whether what was saved counts.
//!
//! Two files take turns: an engine that dies may have put a save in its place without having said so, and the one
//! that counts has to be the one whose step is known.

use std::path::{Path, PathBuf};

use tokio::time::{Duration, Instant};

/// A world is saved for at most one part in so many of its time.
const SAVING_SHARE: u32 = 20;

/// A save on its way.
#[derive(Debug, Clone, Copy)]
struct Saving {
    since: Instant,
    /// Whether it still counts when it arrives.
    counts: bool,
}

/// The saves of one session: two files, one save at a time.
#[derive(Debug)]
pub(super) struct Saves {
    /// The one that counts, or would, then the one that is written next.
    files: [PathBuf; 2],
    /// The step of the world in the first file.
    saved: Option<u64>,
    saving: Option<Saving>,
    /// Not before this: a large world is not to spend its time on being saved.
    next: Option<Instant>,
}

impl Saves {
    /// None yet.
    pub(super) fn new(files: [PathBuf; 2]) -> Self {
        Self {
            files,
            saved: None,
            saving: None,
            next: None,
        }
    }

    /// Where the saved world is, when there is one that counts.
    pub(super) fn file(&self) -> &Path {
        let [counts, _] = &self.files;
        counts
    }

    /// The step of the saved world, when there is one that counts.
    pub(super) fn step(&self) -> Option<u64> {
        self.saved
    }

    /// Where a world at `step`, which `changed` without a step or did not, is to be saved now, if it is; then the save is
    /// on its way.
    pub(super) fn begin(&mut self, step: u64, changed: bool, now: Instant) -> Option<PathBuf> {
        let changed = changed || self.saved.map_or(step > 0, |saved| saved != step);
        let early = self.next.is_some_and(|at| now < at);
        if self.saving.is_some() || !changed || early {
            return None;
        }
        self.saving = Some(Saving {
            since: now,
            counts: true,
        });
        let [_, next] = &self.files;
        Some(next.clone())
    }

    /// It has arrived; whether it counts.
    pub(super) fn arrived(&mut self, step: u64, now: Instant) -> bool {
        let Some(Saving { since, counts }) = self.saving.take() else {
            return false;
        };
        if counts {
            self.saved = Some(step);
            self.files.reverse();
        }
        let took: Duration = now.duration_since(since);
        self.next = Some(now + took * SAVING_SHARE);
        counts
    }

    /// It could not be made, or its engine is no more.
    pub(super) fn give_up(&mut self) {
        self.saving = None;
    }

    /// The past that was saved is no more, and that of a save on its way neither.
    pub(super) fn void(&mut self) {
        self.saved = None;
        if let Some(saving) = &mut self.saving {
            saving.counts = false;
        }
    }
}
