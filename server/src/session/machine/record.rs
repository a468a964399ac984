//! What was done to the world with tools, so far as its present past goes.
//!
//! It leans on the pipe's order, not on what was asked when: an engine that says that it applied a stroke, saved or reset the
//! world says so in the order in which it did. Invariants: every event is of the world that the engine has now, in order;
//! there are never more than were asked for or are of the show, and of those that were asked for never more than [`EVENTS`].

use atheria_shared::cause::Counted;
use atheria_shared::limits::EVENTS;
use atheria_shared::tool::{Events, ToolEvent};
use atheria_shared::{ApiError, Cause, ErrorCode};

/// The strokes in a world's past.
#[derive(Debug, Default)]
pub(super) struct Record {
    events: Vec<ToolEvent>,
    /// Strokes that were asked for and not applied yet.
    awaited: usize,
    /// How many of the events the saved world has in its past.
    saved: usize,
}

impl Record {
    /// All of it.
    pub(super) fn events(&self) -> Events {
        Events {
            events: self.events.clone(),
        }
    }

    /// Whether strokes were applied that the saved world does not have.
    pub(super) fn is_ahead_of_save(&self) -> bool {
        self.events.len() > self.saved
    }

    /// A stroke is about to be asked for; refused when there is no room for it.
    pub(super) fn asked(&mut self) -> Result<(), ApiError> {
        if self.events.len() + self.awaited >= EVENTS {
            return Err(ApiError::new(
                ErrorCode::TooMany,
                format!("{EVENTS} strokes are in this world's past, as many as there may be; reset it"),
            )
            .because(Cause::TooMany {
                what: Counted::Strokes,
                found: None,
                limit: EVENTS as u64,
            }));
        }
        self.awaited += 1;
        Ok(())
    }

    /// It could not be asked for after all.
    pub(super) fn not_asked(&mut self) {
        self.awaited = self.awaited.saturating_sub(1);
    }

    /// The engine applied a stroke; whether it is one that was asked for.
    pub(super) fn applied(&mut self, event: ToolEvent) -> bool {
        let awaited = self.awaited > 0;
        if awaited {
            self.awaited -= 1;
            self.events.push(event);
        }
        awaited
    }

    /// The engine played a stroke of the show: nobody asked for it, and a show has few.
    pub(super) fn played(&mut self, event: ToolEvent) {
        self.events.push(event);
    }

    /// The engine saved the world: with all that was applied until now.
    pub(super) fn saved(&mut self) {
        self.saved = self.events.len();
    }

    /// The engine has brought the world back to its beginning.
    pub(super) fn reset(&mut self) {
        self.events.clear();
        self.saved = 0;
    }

    /// Another engine goes on, from the save or from the beginning; what was asked of the one before never comes.
    pub(super) fn begin_again(&mut self, from_save: bool) {
        if !from_save {
            self.saved = 0;
        }
        self.events.truncate(self.saved);
        self.awaited = 0;
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::Cell;
    use atheria_shared::tool::{Stroke, Tool};

    use super::*;

    fn event(step: u64) -> ToolEvent {
        ToolEvent {
            step,
            stroke: Stroke::new(Tool::Noise, Cell::default(), 1.0),
        }
    }

    fn steps(record: &Record) -> Vec<u64> {
        record.events().events.iter().map(|event| event.step).collect()
    }

    fn stroke(record: &mut Record, step: u64) -> bool {
        record.asked().unwrap();
        record.applied(event(step))
    }

    #[test]
    fn what_came_after_the_save_goes_with_the_engine() {
        let mut record = Record::default();
        stroke(&mut record, 1);
        record.asked().unwrap();
        // The save was asked for meanwhile; the engine comes to the stroke first.
        record.applied(event(2));
        record.saved();
        stroke(&mut record, 3);
        record.asked().unwrap();
        record.begin_again(true);
        assert_eq!(steps(&record), [1, 2]);
        assert!(!record.applied(event(4)), "the new engine was not asked for it");
        record.begin_again(false);
        assert_eq!(steps(&record), [0; 0]);
    }

    #[test]
    fn a_reset_ends_the_past_when_the_engine_has_done_it() {
        let mut record = Record::default();
        stroke(&mut record, 1);
        record.saved();
        record.asked().unwrap();
        record.asked().unwrap();
        assert!(record.applied(event(7)));
        assert_eq!(steps(&record), [1, 7]);
        record.reset();
        assert!(record.applied(event(0)));
        assert_eq!(steps(&record), [0]);
        record.begin_again(true);
        assert_eq!(
            steps(&record),
            [0; 0],
            "the save was of the past before the reset"
        );
    }

    #[test]
    fn the_record_ends_at_its_limit() {
        let mut record = Record::default();
        for step in 1..EVENTS as u64 {
            assert!(stroke(&mut record, step));
        }
        record.asked().unwrap();
        assert_eq!(
            record.asked().unwrap_err().code,
            ErrorCode::TooMany,
            "one is on its way"
        );
        record.not_asked();
        assert!(stroke(&mut record, EVENTS as u64));
        assert_eq!(record.asked().unwrap_err().code, ErrorCode::TooMany);
        assert!(!record.applied(event(0)), "nobody asked for it");
        assert_eq!(record.events().events.len(), EVENTS);
        record.reset();
        assert!(record.asked().is_ok());
    }
}
