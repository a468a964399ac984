//! A show: what an experiment's world plays by itself, from step 0 to an end at which it starts over.
//!
//! An experiment declares it in its `atheria.json`. It goes on for as long as nobody takes the world into their own hands:
//! see [`Show`] for what ends it.

use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::limits::{SHOW_EVENTS, STEPS_PER_REQUEST};
use crate::tool::{Events, ToolEvent};

/// Strokes at their steps, and the step at which the world starts over while it plays.
///
/// A stroke of a user's ends it until the next reset, and so do steps by hand beyond its end; a pause only pauses it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawShow", into = "RawShow")]
pub struct Show {
    steps: u64,
    events: Vec<ToolEvent>,
}

/// The same as `atheria.json` has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShow {
    steps: u64,
    #[serde(default)]
    events: Vec<ToolEvent>,
}

/// A show that is none.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ShowError {
    /// It is over before it begins, or never.
    #[error("a show of {steps} steps: 1 to {STEPS_PER_REQUEST} can be declared")]
    Steps {
        /// What was declared.
        steps: u64,
    },
    /// More strokes than it may have.
    #[error("a show of {count} events: {SHOW_EVENTS} at most")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// A stroke that nobody would see.
    #[error("a show of {steps} steps with an event at step {step}")]
    After {
        /// Its steps.
        steps: u64,
        /// The event's.
        step: u64,
    },
    /// A stroke that cannot be made, or one before the one before it.
    #[error("a show whose events cannot be played: {source}")]
    Events {
        /// Why.
        #[source]
        source: ApiError,
    },
}

impl Show {
    /// A show of so many steps, with strokes in the order of their steps.
    pub fn new(steps: u64, events: Vec<ToolEvent>) -> Result<Self, ShowError> {
        if !(1..=STEPS_PER_REQUEST).contains(&steps) {
            return Err(ShowError::Steps { steps });
        }
        if events.len() > SHOW_EVENTS {
            return Err(ShowError::TooMany { count: events.len() });
        }
        let events = Events { events };
        events.check().map_err(|source| ShowError::Events { source })?;
        let Events { events } = events;
        match events.last().filter(|last| last.step >= steps) {
            Some(last) => Err(ShowError::After {
                steps,
                step: last.step,
            }),
            None => Ok(Self { steps, events }),
        }
    }

    /// The step at which it starts over.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Its strokes, in the order of their steps.
    pub fn events(&self) -> &[ToolEvent] {
        &self.events
    }
}

impl TryFrom<RawShow> for Show {
    type Error = ShowError;

    fn try_from(raw: RawShow) -> Result<Self, ShowError> {
        Self::new(raw.steps, raw.events)
    }
}

impl From<Show> for RawShow {
    fn from(show: Show) -> Self {
        Self {
            steps: show.steps,
            events: show.events,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Show, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    const STROKE: &str = r#"{"tool": "inject", "at": {"y": 3, "x": 4}}"#;

    #[test]
    fn a_show_reads_what_it_writes() {
        let show = read(&format!(
            r#"{{"steps": 9, "events": [{{"step": 0, "stroke": {STROKE}}}, {{"step": 8, "stroke": {STROKE}}}]}}"#
        ))
        .unwrap();
        assert_eq!((show.steps(), show.events().len()), (9, 2));
        let json = serde_json::to_string(&show).unwrap();
        assert_eq!(read(&json).unwrap(), show);
        assert_eq!(read(r#"{"steps": 7}"#).unwrap().events(), []);
    }

    #[test]
    fn what_cannot_be_played_is_refused_with_its_reason() {
        let event = |step: u64| format!(r#"{{"step": {step}, "stroke": {STROKE}}}"#);
        let of = |steps: u64, events: &str| read(&format!(r#"{{"steps": {steps}, "events": [{events}]}}"#));
        for (show, reason) in [
            (of(0, ""), "0 steps"),
            (of(5, &event(5)), "event at step 5"),
            (
                of(9, &format!("{}, {}", event(4), event(3))),
                "order of their steps",
            ),
            (
                of(
                    9,
                    r#"{"step": 1, "stroke": {"tool": "erase", "at": {"y": 0, "x": 0}, "strength": 3}}"#,
                ),
                "strength",
            ),
            (of(999, &vec![event(1); SHOW_EVENTS + 1].join(", ")), "events"),
            (read(r#"{"steps": 3, "strokes": []}"#), "unknown field"),
        ] {
            let error = show.unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
