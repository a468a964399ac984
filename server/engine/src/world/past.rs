//! What was in a world, so that what is can be explained: why there is no matter, and what letting go of some has cost.

use atheria_shared::world::Emptiness;

/// What matter was counted after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// A step.
    Law,
    /// A stroke of a tool.
    Stroke,
}

/// What was, so that what is can be explained.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Past {
    /// Cells that were matter when they were last counted; none: they could not be.
    cells: Option<u64>,
    /// Whether there ever was any.
    ever: bool,
    /// Why there is none.
    emptiness: Option<Emptiness>,
    /// A bound on what letting go has cost: grows by lambda each step.
    lost: f64,
    lambda: Option<f64>,
    /// Steps since something was first let go of, while lambda is not known.
    age_steps: i32,
    /// Strokes.
    pub(super) events: u64,
}

impl Past {
    /// A world begins.
    pub(super) fn begin(&mut self, matter: bool) {
        self.ever = matter;
        self.emptiness = (!matter).then_some(Emptiness::NothingPut);
    }

    /// What a difference grows by in a step.
    pub(super) fn set_lambda(&mut self, lambda: f64) {
        if self.lambda.replace(lambda).is_none() {
            // As if all of it had been let go of at first: a bound still.
            self.lost *= lambda.max(1.0).powi(self.age_steps);
        }
    }

    /// A step was made.
    pub(super) fn stepped(&mut self) {
        match self.lambda {
            Some(lambda) => self.lost *= lambda,
            None if self.lost > 0.0 => self.age_steps = self.age_steps.saturating_add(1),
            None => {}
        }
    }

    /// Differences of up to so much were let go of.
    pub(super) fn let_go(&mut self, most: f64) {
        self.lost += most;
    }

    /// Matter was counted, after a step or a stroke.
    pub(super) fn counted(&mut self, cells: Option<u64>, step: u64, cause: Cause) {
        self.cells = cells;
        match cells {
            Some(0) if self.ever && self.emptiness.is_none() => {
                self.emptiness = Some(match cause {
                    Cause::Law => Emptiness::Dissolved { step },
                    Cause::Stroke => Emptiness::Erased { step },
                });
            }
            Some(0) => {}
            Some(_) => {
                self.ever = true;
                self.emptiness = None;
            }
            None => self.emptiness = None,
        }
    }

    /// Cells that were matter when they were last counted; none: they could not be.
    pub(super) fn cells(&self) -> Option<u64> {
        self.cells
    }

    /// Why there is none.
    pub(super) fn emptiness(&self) -> Option<Emptiness> {
        self.emptiness
    }

    /// How far psi may be from that of a world in which nothing was let go of; none where nothing was, or lambda is not known.
    pub(super) fn error_bound(&self) -> Option<f64> {
        (self.lost > 0.0 && self.lambda.is_some()).then_some(self.lost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lambda_that_comes_late_counts_for_the_steps_before_it() {
        let (mut early, mut late) = (Past::default(), Past::default());
        early.set_lambda(1.5);
        for past in [&mut early, &mut late] {
            for step in 0..4 {
                past.stepped();
                if step < 2 {
                    past.let_go(1e-6);
                }
            }
        }
        assert_eq!(late.error_bound(), None, "nothing is known of it yet");
        late.set_lambda(1.5);
        let (exact, bound) = (early.error_bound().unwrap(), late.error_bound().unwrap());
        assert!(bound >= exact && bound <= 2.0 * exact, "{bound} {exact}");
        late.set_lambda(1.5);
        assert_eq!(late.error_bound(), Some(bound), "once is enough");
    }

    #[test]
    fn a_law_that_forgets_takes_nothing_off_what_came_before() {
        let mut past = Past::default();
        past.let_go(1e-6);
        past.stepped();
        past.set_lambda(0.5);
        assert_eq!(past.error_bound(), Some(1e-6));
    }
}
