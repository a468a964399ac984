//! The diagnoses of a server: those under way, and the last ones, in memory.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use atheria_shared::cause::Counted;
use atheria_shared::diagnosis::{Diagnosis, DiagnosisState};
use atheria_shared::limits::{DIAGNOSES, DIAGNOSES_KEPT};
use atheria_shared::{ApiError, Cause, ErrorCode, ExperimentName};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Subject, diagnose};
use crate::catalog::Catalog;
use crate::supervisor::Launcher;

#[derive(Debug)]
struct Inner {
    catalog: Catalog,
    launcher: Launcher,
    /// The last of each experiment, in the order in which they were started.
    states: Mutex<VecDeque<DiagnosisState>>,
    tasks: TaskTracker,
    end: CancellationToken,
}

/// All diagnoses of a server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Diagnoses(Arc<Inner>);

impl Diagnoses {
    /// None yet.
    pub fn new(catalog: Catalog, launcher: Launcher) -> Self {
        Self(Arc::new(Inner {
            catalog,
            launcher,
            states: Mutex::default(),
            tasks: TaskTracker::new(),
            end: CancellationToken::new(),
        }))
    }

    /// Starts one; comes back as soon as it is under way.
    pub async fn start(&self, name: ExperimentName) -> Result<DiagnosisState, ApiError> {
        let (catalog, wanted) = (self.0.catalog.clone(), name.clone());
        let subject = tokio::task::spawn_blocking(move || Subject::of(&catalog, &wanted))
            .await
            .map_err(|_| ApiError::new(ErrorCode::Internal, "the experiment could not be looked up"))??;
        let state = self.begin(&name)?;
        let this = self.clone();
        self.0.tasks.spawn(async move {
            let tell = |report| this.update(&name, |state| state.diagnosis.add(report));
            let ended = diagnose(&this.0.launcher, &subject, tell, &this.0.end).await;
            this.update(&name, |state| {
                state.running = false;
                state.error = ended.err();
            });
        });
        Ok(state)
    }

    /// The one that was started last for that experiment.
    pub fn get(&self, name: &ExperimentName) -> Result<DiagnosisState, ApiError> {
        let states = self.lock();
        let found = states.iter().find(|state| is_of(state, name));
        found.cloned().ok_or_else(|| {
            ApiError::new(
                ErrorCode::NotFound,
                format!(
                    "{name} has not been diagnosed since the server was started; POST to the same address"
                ),
            )
            .because(Cause::NotDiagnosed {
                name: name.to_string(),
            })
        })
    }

    /// Ends those under way, and comes back when they are over.
    pub async fn shut_down(&self) {
        self.0.end.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    fn begin(&self, name: &ExperimentName) -> Result<DiagnosisState, ApiError> {
        let mut states = self.lock();
        let running = states.iter().filter(|state| state.running);
        if running.clone().any(|state| is_of(state, name)) {
            return Err(ApiError::new(
                ErrorCode::NotReady,
                format!("{name} is being diagnosed already; wait until that is over"),
            )
            .because(Cause::Diagnosing {
                name: name.to_string(),
            }));
        }
        if running.count() >= DIAGNOSES {
            return Err(ApiError::new(
                ErrorCode::TooMany,
                format!(
                    "{DIAGNOSES} diagnoses are under way, as many as there may be; wait until one is over"
                ),
            )
            .because(Cause::TooMany {
                what: Counted::Diagnoses,
                found: None,
                limit: DIAGNOSES as u64,
            }));
        }
        states.retain(|state| !is_of(state, name));
        if states.len() >= DIAGNOSES_KEPT
            && let Some(oldest) = states.iter().position(|state| !state.running)
        {
            states.remove(oldest);
        }
        let state = DiagnosisState {
            running: true,
            diagnosis: Diagnosis::new(name.as_str()),
            error: None,
        };
        states.push_back(state.clone());
        Ok(state)
    }

    fn update(&self, name: &ExperimentName, change: impl FnOnce(&mut DiagnosisState)) {
        if let Some(state) = self.lock().iter_mut().find(|state| is_of(state, name)) {
            change(state);
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<DiagnosisState>> {
        self.0.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_of(state: &DiagnosisState, name: &ExperimentName) -> bool {
    state.diagnosis.experiment == name.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::supervisor::Deadlines;

    fn name(text: &str) -> ExperimentName {
        ExperimentName::new(text).unwrap()
    }

    fn diagnoses() -> Diagnoses {
        let launcher = Launcher::new("/nowhere".into(), Deadlines::default());
        Diagnoses::new(Catalog::new("/nowhere".into(), false), launcher)
    }

    fn end(diagnoses: &Diagnoses, text: &str) {
        diagnoses.update(&name(text), |state| state.running = false);
    }

    #[test]
    fn one_for_each_name_and_two_in_all() {
        let diagnoses = diagnoses();
        let begin = |text: &str| diagnoses.begin(&name(text)).map_err(|error| error.code);
        assert!(begin("a").is_ok());
        assert_eq!(begin("a"), Err(ErrorCode::NotReady));
        assert!(begin("b").is_ok());
        assert_eq!(begin("c"), Err(ErrorCode::TooMany));
        end(&diagnoses, "a");
        assert!(begin("a").is_ok());
    }

    #[test]
    fn the_oldest_is_forgotten_and_none_that_runs() {
        let diagnoses = diagnoses();
        diagnoses.begin(&name("runs")).unwrap();
        for n in 0..DIAGNOSES_KEPT {
            diagnoses.begin(&name(&format!("e{n}"))).unwrap();
            end(&diagnoses, &format!("e{n}"));
        }
        assert_eq!(diagnoses.lock().len(), DIAGNOSES_KEPT);
        assert!(diagnoses.get(&name("runs")).is_ok());
        assert_eq!(
            diagnoses.get(&name("e0")).map_err(|error| error.code),
            Err(ErrorCode::NotFound)
        );
        assert!(diagnoses.get(&name("e1")).is_ok());
    }
}
