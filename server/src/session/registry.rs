//! All sessions of a server: opens, finds, lists and closes them, and holds their number down.

use std::collections::HashMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use atheria_shared::cause::Counted;
use atheria_shared::session::{SessionInfo, SessionRequest};
use atheria_shared::{ApiError, Cause, ErrorCode, SessionId};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::actor::{self, Closed, Parts};
use super::{Files, Machine, SessionHandle, SessionSettings, plan};
use crate::catalog::Catalog;
use crate::supervisor::Engines;

#[derive(Debug)]
struct Inner {
    catalog: Catalog,
    engines: Engines,
    settings: SessionSettings,
    open: Mutex<HashMap<SessionId, SessionHandle>>,
    actors: TaskTracker,
    shut_down: CancellationToken,
    /// Where worlds are saved for a recovery; private to this user, removed at the end.
    saves: TempDir,
}

/// All sessions of a server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sessions(Arc<Inner>);

impl Sessions {
    /// None yet. Makes the private folder for saved worlds.
    pub fn new(catalog: Catalog, engines: Engines, settings: SessionSettings) -> std::io::Result<Self> {
        Ok(Self(Arc::new(Inner {
            catalog,
            engines,
            settings,
            open: Mutex::default(),
            actors: TaskTracker::new(),
            shut_down: CancellationToken::new(),
            saves: tempfile::Builder::new()
                .prefix("atheria-")
                .permissions(Permissions::from_mode(0o700))
                .tempdir()?,
        })))
    }

    /// The experiments that sessions are opened from.
    pub fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    /// The limits.
    pub fn settings(&self) -> &SessionSettings {
        &self.0.settings
    }

    /// The folder of saved worlds.
    pub fn saves(&self) -> &Path {
        self.0.saves.path()
    }

    /// Opens a session: comes back as soon as it is on its way.
    pub async fn open(&self, request: SessionRequest) -> Result<SessionInfo, ApiError> {
        let catalog = self.0.catalog.clone();
        let planned = tokio::task::spawn_blocking(move || plan(&catalog, request, Files::OfTheExperiment))
            .await
            .map_err(|_| ApiError::new(ErrorCode::Internal, "the experiment could not be looked up"))?;
        let plan = planned?;
        let id = new_id()?;
        let saves = ["a", "b"].map(|turn| self.0.saves.path().join(format!("{id}.{turn}.npz")));
        let evicted = self.make_room()?;
        let machine = Machine::new(id.clone(), plan, saves.clone(), self.0.settings);
        let (handle, run) = actor::session(Parts {
            machine,
            engines: self.0.engines.clone(),
            settings: self.0.settings,
            shut_down: self.0.shut_down.clone(),
        });
        let info = handle.info();
        {
            let mut open = self.lock();
            if open.len() >= self.0.settings.sessions {
                return Err(self.too_many());
            }
            open.insert(id, handle);
        }
        if let Some(evicted) = evicted {
            self.0.actors.spawn(async move { evicted.close().await });
        }
        let sessions = self.clone();
        self.0.actors.spawn(async move {
            let Closed { id, stranded } = run.await;
            sessions.lock().remove(&id);
            for save in saves.into_iter().filter(|save| Some(save) != stranded.as_ref()) {
                // There may be none.
                let _ = tokio::fs::remove_file(&save).await;
            }
        });
        Ok(info)
    }

    /// The session of that address.
    pub fn get(&self, id: &SessionId) -> Result<SessionHandle, ApiError> {
        self.lock().get(id).cloned().ok_or_else(|| {
            ApiError::new(
                ErrorCode::SessionNotFound,
                format!("there is no session {id}; it may have been closed because nobody watched it"),
            )
        })
    }

    /// All of them, by address.
    pub fn list(&self) -> Vec<SessionInfo> {
        let mut all: Vec<SessionInfo> = self.lock().values().map(SessionHandle::info).collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Closes every session and ends every engine; comes back when all are reaped.
    pub async fn shut_down(&self) {
        self.0.shut_down.cancel();
        self.0.actors.close();
        self.0.actors.wait().await;
        self.0.engines.shut_down().await;
    }

    /// When there is no place left, one that nobody misses is taken out: one that failed, or the one that everybody
    /// who watched it has left for the longest time, as a reloaded page does.
    fn make_room(&self) -> Result<Option<SessionHandle>, ApiError> {
        let mut open = self.lock();
        if open.len() < self.0.settings.sessions {
            return Ok(None);
        }
        let unwatched = |handle: &SessionHandle| handle.info().viewers == 0;
        let failed = open
            .iter()
            .find(|(_, handle)| !handle.is_running() && unwatched(handle));
        let left = || {
            open.iter()
                .filter_map(|(id, handle)| Some((handle.abandoned_since()?, id)))
                .min()
        };
        let id = failed
            .map(|(id, _)| id.clone())
            .or_else(|| left().map(|(_, id)| id.clone()));
        match id.and_then(|id| open.remove(&id)) {
            Some(handle) => Ok(Some(handle)),
            None => Err(self.too_many()),
        }
    }

    fn too_many(&self) -> ApiError {
        let limit = self.0.settings.sessions;
        ApiError::new(
            ErrorCode::TooMany,
            format!("{limit} sessions are open, as many as there may be; close one of them"),
        )
        .because(Cause::TooMany {
            what: Counted::Sessions,
            found: None,
            limit: limit as u64,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, SessionHandle>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn new_id() -> Result<SessionId, ApiError> {
    let bits = getrandom::u64()
        .map_err(|_| ApiError::new(ErrorCode::Internal, "the system has no random numbers to give"))?;
    Ok(SessionId::from_bits(bits))
}
