//! How far the stages are: each once, in order, with how long it took.

use atheria_shared::ApiError;
use atheria_shared::session::{Stage, StageReport, StageState};
use tokio::time::Instant;

/// What is known of the stages besides their reports, which are the session's.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Whether this engine has come to a stage on CUDA.
    on_cuda: bool,
    began: Option<Instant>,
    export_seconds: f64,
}

impl Progress {
    /// Another engine begins. A CUDA stage that failed stays in sight; everything else comes again.
    pub(super) fn begin_again(&mut self, reports: &mut Vec<StageReport>) {
        self.on_cuda = false;
        reports.retain(|report| report.stage.is_cuda() && matches!(report.state, StageState::Failed { .. }));
    }

    /// Notes how far a stage is.
    pub(super) fn note(
        &mut self,
        reports: &mut Vec<StageReport>,
        report: StageReport,
        now: Instant,
    ) -> StageReport {
        let StageReport { stage, ref state } = report;
        self.on_cuda |= stage.is_cuda();
        match state {
            StageState::Started => self.began = Some(now),
            StageState::Done { seconds, .. } if stage == Stage::Export => self.export_seconds = *seconds,
            StageState::Done { .. } | StageState::Failed { .. } => {}
        }
        match reports.binary_search_by_key(&stage, |report| report.stage) {
            Ok(there) => {
                if let Some(known) = reports.get_mut(there) {
                    *known = report.clone();
                }
            }
            Err(place) => reports.insert(place, report.clone()),
        }
        report
    }

    /// The stage that had begun is over, badly: the engine cannot say so itself when it died in it.
    pub(super) fn fail(
        &mut self,
        reports: &mut Vec<StageReport>,
        error: &ApiError,
        now: Instant,
    ) -> Option<StageReport> {
        let begun = reports
            .iter()
            .rfind(|report| report.state == StageState::Started)?;
        let failed = StageReport {
            stage: begun.stage,
            state: StageState::Failed {
                seconds: self.seconds(now),
                error: error.clone(),
            },
        };
        Some(self.note(reports, failed, now))
    }

    /// Whether this engine has come to a stage on CUDA.
    pub(super) fn is_on_cuda(&self) -> bool {
        self.on_cuda
    }

    /// How long the export took.
    pub(super) fn export_seconds(&self) -> f64 {
        self.export_seconds
    }

    /// How long the present stage has taken.
    pub(super) fn seconds(&self, now: Instant) -> f64 {
        self.began
            .map_or(0.0, |began| now.duration_since(began).as_secs_f64())
    }
}

/// The stage that is under way, or failed last.
pub(super) fn current(reports: &[StageReport]) -> Option<Stage> {
    let last = reports
        .iter()
        .rfind(|report| !matches!(report.state, StageState::Done { .. }))?;
    Some(last.stage)
}
