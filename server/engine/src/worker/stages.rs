//! The stages on the way to a world, each said when it begins and when it ends.

use std::time::Instant;

use atheria_shared::ApiError;
use atheria_shared::engine::EngineEvent;
use atheria_shared::session::{Stage, StageReport, StageState};

use super::activity::Activity;
use super::outbox::Outbox;

/// Says stages.
#[derive(Debug)]
pub(super) struct Stages<'a> {
    outbox: &'a Outbox,
    activity: &'a Activity,
    started: Instant,
}

impl<'a> Stages<'a> {
    pub(super) fn new(outbox: &'a Outbox, activity: &'a Activity) -> Self {
        Self {
            outbox,
            activity,
            started: Instant::now(),
        }
    }

    /// A whole stage.
    pub(super) fn run<T>(
        &mut self,
        stage: Stage,
        work: impl FnOnce() -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.report(stage, || work().map(|value| (value, None, false)))
    }

    /// A whole stage that may find its work done before.
    pub(super) fn recall<T>(
        &mut self,
        stage: Stage,
        work: impl FnOnce() -> Result<(T, bool), ApiError>,
    ) -> Result<T, ApiError> {
        self.report(stage, || work().map(|(value, cached)| (value, None, cached)))
    }

    /// A whole stage that finds a largest difference.
    pub(super) fn measure<T>(
        &mut self,
        stage: Stage,
        work: impl FnOnce() -> Result<(T, Option<f64>), ApiError>,
    ) -> Result<T, ApiError> {
        self.report(stage, || work().map(|(value, error)| (value, error, false)))
    }

    fn report<T>(
        &mut self,
        stage: Stage,
        work: impl FnOnce() -> Result<(T, Option<f64>, bool), ApiError>,
    ) -> Result<T, ApiError> {
        self.relay(StageReport {
            stage,
            state: StageState::Started,
        });
        match work() {
            Ok((value, error, cached)) => {
                let seconds = self.started.elapsed().as_secs_f64();
                self.relay(StageReport {
                    stage,
                    state: StageState::Done {
                        seconds,
                        error,
                        cached,
                    },
                });
                Ok(value)
            }
            Err(error) => Err(self.fail(stage, error)),
        }
    }

    /// Passes a report on.
    pub(super) fn relay(&mut self, report: StageReport) {
        if report.state == StageState::Started {
            self.started = Instant::now();
            self.activity.begin();
        }
        self.outbox.say(&EngineEvent::Stage(report));
    }

    /// The stage that began last could not be done. Gives the reason back.
    pub(super) fn fail(&mut self, stage: Stage, error: ApiError) -> ApiError {
        self.relay(StageReport {
            stage,
            state: StageState::Failed {
                seconds: self.started.elapsed().as_secs_f64(),
                error: error.clone(),
            },
        });
        error
    }
}
