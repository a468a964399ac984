//! A show while its world lives: which of its strokes is due, and whether it is over.
//!
//! It knows steps, not the world: [`super::live`] makes the strokes and says what has come of them. Invariant: each stroke is due
//! once between two beginnings.

use atheria_shared::show::Show;
use atheria_shared::tool::Stroke;

/// A world's show, where it has one.
#[derive(Debug, Default)]
pub(super) struct Showing {
    show: Option<Show>,
    /// The first event that was not due yet.
    next: usize,
    standing: Standing,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It goes on.
    #[default]
    On,
    /// It has come to its end; the world is to begin again.
    Over,
    /// Somebody took the world into their own hands.
    Left,
}

impl Showing {
    /// A show that goes on from a step: what was due before it was played.
    pub(super) fn new(show: Option<Show>, step: u64) -> Self {
        let played = show
            .as_ref()
            .map_or(0, |show| show.events().partition_point(|event| event.step < step));
        Self {
            show,
            next: played,
            standing: Standing::On,
        }
    }

    /// The step at which it ends; none where there is none, or the world is somebody's own.
    pub(super) fn ends(&self) -> Option<u64> {
        let left = self.standing == Standing::Left;
        self.show.as_ref().filter(|_| !left).map(Show::steps)
    }

    /// Whether a world of so many steps has just come to its end.
    pub(super) fn ends_at(&self, step: u64) -> bool {
        self.standing == Standing::On && self.ends().is_some_and(|end| step >= end)
    }

    /// The next stroke that is due after so many steps.
    pub(super) fn due(&mut self, step: u64) -> Option<Stroke> {
        let on = self.standing == Standing::On;
        let show = self.show.as_ref().filter(|_| on)?;
        let event = show.events().get(self.next).filter(|event| event.step <= step)?;
        self.next += 1;
        Some(event.stroke)
    }

    /// Whether it is over, and the world waits for its reset.
    pub(super) fn is_over(&self) -> bool {
        self.standing == Standing::Over
    }

    /// It is over.
    pub(super) fn end(&mut self) {
        self.standing = Standing::Over;
    }

    /// The world is somebody's own, until it is reset.
    pub(super) fn leave(&mut self) {
        self.standing = Standing::Left;
    }

    /// From step 0 again.
    pub(super) fn begin_again(&mut self) {
        *self = Self::new(self.show.take(), 0);
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::Cell;
    use atheria_shared::tool::{Tool, ToolEvent};

    use super::*;

    fn showing(step: u64) -> Showing {
        let event = |step| ToolEvent {
            step,
            stroke: Stroke::new(Tool::Erase, Cell { y: 0, x: step as i64 }, 1.0),
        };
        Showing::new(Show::new(9, [0, 4, 4, 8].map(event).to_vec()).ok(), step)
    }

    /// The events that are due until an end, by step.
    fn played(showing: &mut Showing, steps: std::ops::Range<u64>) -> Vec<(u64, i64)> {
        let mut played = Vec::new();
        for step in steps {
            while let Some(stroke) = showing.due(step) {
                played.push((step, stroke.at.x));
            }
        }
        played
    }

    #[test]
    fn each_stroke_is_due_once_at_its_step() {
        let mut show = showing(0);
        let all = [(0, 0), (4, 4), (4, 4), (8, 8)];
        assert_eq!(played(&mut show, 0..9), all);
        assert_eq!(played(&mut show, 8..9), []);
        assert!(show.ends_at(9) && !show.ends_at(8));
        show.end();
        assert!(show.is_over() && !show.ends_at(9));
        show.begin_again();
        assert_eq!((show.ends(), played(&mut show, 0..9)), (Some(9), all.to_vec()));
    }

    #[test]
    fn it_goes_on_from_where_its_world_was_saved() {
        // A stroke of step 4 comes after whatever was saved of step 4.
        assert_eq!(played(&mut showing(4), 4..9), [(4, 4), (4, 4), (8, 8)]);
        assert_eq!(played(&mut showing(5), 5..9), [(8, 8)]);
    }

    #[test]
    fn a_world_in_other_hands_has_no_show_until_it_is_reset() {
        let mut show = showing(0);
        show.leave();
        assert_eq!(played(&mut show, 0..9), []);
        assert!(!show.ends_at(1_000) && show.ends().is_none() && !show.is_over());
        show.begin_again();
        assert_eq!(show.ends(), Some(9));
        assert!(!Showing::default().ends_at(0));
    }
}
