//! How long a measurement may go on, and how much of the machine it may take.
//!
//! Asked before every step of it. What is not over by then is given up whole: a part of a character is there or it is not, so
//! that no figure depends on how fast a machine is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rayon::ThreadPool;

use crate::world::WorldError;

/// Why a measurement has no result.
#[derive(Debug)]
pub(super) enum Halt {
    /// It was not over in time, or nobody wants it any more.
    NoTime,
    /// It cannot be made.
    Failed(WorldError),
}

impl<E: Into<WorldError>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// What a measurement is allowed. A cheap handle.
#[derive(Debug, Clone)]
pub struct Allowance(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    until: Option<Instant>,
    stopped: AtomicBool,
    quiet: AtomicBool,
    /// A single thread to work on while a world plays; none where none could be started.
    corner: OnceLock<Option<ThreadPool>>,
}

impl Allowance {
    /// As long as it takes.
    pub fn unlimited() -> Self {
        Self::until(None)
    }

    /// So long from now.
    pub fn lasting(time: Duration) -> Self {
        Self::until(Instant::now().checked_add(time))
    }

    fn until(until: Option<Instant>) -> Self {
        Self(Arc::new(Inner {
            until,
            stopped: AtomicBool::new(false),
            quiet: AtomicBool::new(false),
            corner: OnceLock::new(),
        }))
    }

    /// It is not wanted any more: ends before its next step.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }

    /// From its next step on it leaves the cores to others, but for one.
    pub fn go_quietly(&self) {
        self.0.quiet.store(true, Ordering::Relaxed);
    }

    /// Whether others have the cores.
    pub(super) fn is_quiet(&self) -> bool {
        self.0.quiet.load(Ordering::Relaxed)
    }

    /// Does a piece of work, unless it is too late for it.
    pub(super) fn work<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, Halt> {
        let Inner { until, stopped, .. } = &*self.0;
        let late = until.is_some_and(|until| Instant::now() >= until);
        if late || stopped.load(Ordering::Relaxed) {
            return Err(Halt::NoTime);
        }
        let corner = self.is_quiet().then(|| self.corner()).flatten();
        Ok(match corner {
            Some(corner) => corner.install(work),
            None => work(),
        })
    }

    fn corner(&self) -> Option<&ThreadPool> {
        let start = || {
            rayon::ThreadPoolBuilder::new()
                .num_threads(1)
                .thread_name(|_| "character".to_owned())
                .build()
                .ok()
        };
        self.0.corner.get_or_init(start).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_begun_when_it_is_over() {
        let all = Allowance::unlimited();
        assert!(matches!(all.work(|| 7), Ok(7)));
        all.clone().stop();
        assert!(matches!(all.work(|| 7), Err(Halt::NoTime)));
        let none = Allowance::lasting(Duration::ZERO);
        assert!(matches!(none.work(|| 7), Err(Halt::NoTime)));
    }

    #[test]
    fn work_that_is_done_quietly_is_done_on_one_thread_of_its_own() {
        let allowance = Allowance::unlimited();
        allowance.go_quietly();
        let threads = allowance.work(rayon::current_num_threads);
        assert!(matches!(threads, Ok(1)), "{threads:?}");
    }
}
