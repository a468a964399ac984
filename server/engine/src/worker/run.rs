//! A run: so many steps, what is done to the world between them, and the states that are written on the way.

use std::collections::VecDeque;

use atheria_shared::engine::SeriesJob;
use atheria_shared::limits::{SERIES_STATES, STEPS_PER_REQUEST};
use atheria_shared::tool::{Events, ToolEvent};
use atheria_shared::{ApiError, ErrorCode};

use super::live::Live;
use crate::world::Series;

/// A run that was checked.
#[derive(Debug)]
pub(super) struct Run {
    steps: u64,
    events: VecDeque<ToolEvent>,
    job: Option<SeriesJob>,
    series: Option<(Series, u64)>,
}

impl Run {
    /// A run of 0 steps or more, with its events in order.
    pub(super) fn new(
        steps: u64,
        events: Vec<ToolEvent>,
        series: Option<SeriesJob>,
    ) -> Result<Self, ApiError> {
        let bad = |message: String| Err(ApiError::new(ErrorCode::BadRequest, message));
        if steps > STEPS_PER_REQUEST {
            return bad(format!(
                "{steps} steps: {STEPS_PER_REQUEST} at most can be asked for at once"
            ));
        }
        let events = Events { events };
        events.check()?;
        if series.as_ref().is_some_and(|series| series.every == 0) {
            return bad("a series needs 1 step or more between its states".to_owned());
        }
        Ok(Self {
            steps,
            events: events.events.into(),
            job: series,
            series: None,
        })
    }

    /// How many steps it makes.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// Before the first step.
    pub(super) fn begin(&mut self, live: &mut Live) -> Result<(), ApiError> {
        if let Some(job) = &self.job {
            let states = self.steps / job.every + 1;
            if states > SERIES_STATES {
                return Err(ApiError::new(
                    ErrorCode::BadRequest,
                    format!("a series of {states} states: {SERIES_STATES} at most"),
                ));
            }
            let info = live.info();
            let channels = info.params.d_state;
            let series = Series::begin(&job.path, info.grid, channels, info.precision, states)?;
            self.series = Some((series, job.every));
        }
        self.apply(live)?;
        self.write(live)
    }

    /// After each step.
    pub(super) fn stepped(&mut self, live: &mut Live) -> Result<(), ApiError> {
        self.apply(live)?;
        self.write(live)
    }

    /// When it is over, however it came to that.
    pub(super) fn finish(self) -> Result<(), ApiError> {
        match self.series {
            Some((series, _)) => Ok(series.finish()?),
            None => Ok(()),
        }
    }

    /// What is to be done after as many steps as were made.
    fn apply(&mut self, live: &mut Live) -> Result<(), ApiError> {
        let step = live.world().step_count();
        while let Some(event) = self.events.pop_front_if(|event| event.step <= step) {
            live.apply(&event.stroke)?;
        }
        Ok(())
    }

    fn write(&mut self, live: &Live) -> Result<(), ApiError> {
        let Some((series, every)) = &mut self.series else {
            return Ok(());
        };
        let made = live.world().step_count() - live.world().first_step();
        if made.is_multiple_of(*every) {
            live.world().push_to(series)?;
        }
        Ok(())
    }
}
