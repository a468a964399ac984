//! One engine process started ahead of the next click: libtorch takes seconds to load.

use std::sync::{Arc, Mutex, PoisonError};

use atheria_shared::world::DeviceChoice;
use tokio::task::JoinHandle;

use super::{Chosen, Engine, EngineError, Launcher};

type Launch = JoinHandle<Result<Engine, EngineError>>;

/// Engines for sessions, one of them ready. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Engines {
    launcher: Launcher,
    spare: Arc<Mutex<Option<Launch>>>,
}

impl Engines {
    /// With no spare yet: [`Engines::replenish`] starts one.
    pub fn new(launcher: Launcher) -> Self {
        Self {
            launcher,
            spare: Arc::default(),
        }
    }

    /// How they are started.
    pub fn launcher(&self) -> &Launcher {
        &self.launcher
    }

    /// An engine for a device: the same process serves every device, and CUDA is asked for beside it.
    pub async fn take_for(&self, choice: DeviceChoice) -> Result<(Engine, Chosen), EngineError> {
        if choice == DeviceChoice::Cuda {
            // Without it no engine is of use.
            let chosen = self.launcher.device(choice).await?;
            return Ok((self.take().await?, chosen));
        }
        let (engine, chosen) = tokio::join!(self.take(), self.launcher.device(choice));
        Ok((engine?, chosen?))
    }

    /// The spare, when it is alive; otherwise one that is started now.
    pub async fn take(&self) -> Result<Engine, EngineError> {
        let spare = self.slot().take();
        if let Some(launch) = spare
            && let Ok(Ok(engine)) = launch.await
            && !engine.is_gone()
        {
            return Ok(engine);
        }
        self.launcher.launch().await
    }

    /// Starts a spare when there is none. Called when a session has got through its stages, so that two processes do
    /// not load at once.
    pub fn replenish(&self) {
        self.launcher.ask_ahead(DeviceChoice::Auto);
        let mut slot = self.slot();
        if slot.is_none() {
            let launcher = self.launcher.clone();
            *slot = Some(tokio::spawn(async move {
                let engine = launcher.launch().await;
                if let Err(error) = &engine
                    && !launcher.is_ending()
                {
                    tracing::warn!(%error, "no engine could be started ahead");
                }
                engine
            }));
        }
    }

    /// An engine that is on its way and not wanted any more: ended when it is there.
    pub fn dispose(&self, launch: JoinHandle<Result<(Engine, Chosen), EngineError>>) {
        self.launcher.track(async move {
            if let Ok(Ok((engine, _))) = launch.await {
                engine.stop().await;
            }
        });
    }

    /// Ends every engine, the spare too, and comes back when they are reaped.
    pub async fn shut_down(&self) {
        // Not aborted: a process whose launch is dropped half-way is killed, and nobody reaps it.
        if let Some(launch) = self.slot().take() {
            self.launcher.track(async move {
                if let Ok(Ok(engine)) = launch.await {
                    engine.stop().await;
                }
            });
        }
        self.launcher.shut_down().await;
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Launch>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
