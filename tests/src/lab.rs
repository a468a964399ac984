//! A server in this process, on a free port, over a folder of experiments that is made for the test.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use ath::api::Reach;
use ath::catalog::Catalog;
use ath::server::{Server, ServerOptions};
use ath::session::SessionSettings;
use ath::supervisor::{Deadlines, Launcher};
use atheria_shared::session::SessionInfo;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::{Watcher, http};

/// What a lab is made of.
#[derive(Debug)]
pub struct LabOptions {
    /// The engine's program.
    pub engine: PathBuf,
    /// Its deadlines.
    pub deadlines: Deadlines,
    /// Variables of its environment.
    pub environment: Vec<(String, String)>,
    /// The sessions' limits.
    pub settings: SessionSettings,
    /// A token.
    pub token: Option<String>,
    /// The names, the path and the proxies that it is found by.
    pub reach: Reach,
    /// Experiments: a folder each, with a config and a checkpoint. A fault engine misbehaves by their names.
    pub experiments: Vec<String>,
}

impl LabOptions {
    /// Impatient, with these experiments.
    pub fn new(engine: impl Into<PathBuf>, experiments: &[&str]) -> Self {
        Self {
            engine: engine.into(),
            deadlines: impatient(),
            environment: Vec::new(),
            settings: SessionSettings {
                autosave: Duration::from_millis(100),
                ..SessionSettings::default()
            },
            token: None,
            reach: Reach::default(),
            experiments: experiments.iter().map(|&name| name.to_owned()).collect(),
        }
    }
}

/// Deadlines short enough for a test, long enough for a busy machine.
pub fn impatient() -> Deadlines {
    Deadlines {
        cuda: Duration::from_secs(20),
        start: Duration::from_secs(10),
        stage: |_| Duration::from_secs(1),
        between_stages: Duration::from_secs(1),
        heartbeat: Duration::from_secs(1),
        check: Duration::from_secs(1),
        busy: Duration::from_secs(1),
        stop: Duration::from_millis(500),
    }
}

/// A server that runs.
#[derive(Debug)]
pub struct Lab {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its folder: `experiments/`, `training_checkpoints/`, and the page in `dist/`.
    pub folder: TempDir,
    /// Its sessions, from inside.
    pub sessions: ath::session::Sessions,
    end: CancellationToken,
    running: JoinHandle<Result<(), ath::server::ServerError>>,
}

impl Lab {
    /// Makes the folder and starts the server.
    pub async fn start(options: LabOptions) -> Result<Self> {
        let folder = experiments(options.experiments.iter().map(String::as_str))?;
        let mut launcher = Launcher::new(options.engine, options.deadlines);
        for (key, value) in &options.environment {
            launcher = launcher.with_env(key, value);
        }
        let server = Server::bind(ServerOptions {
            catalog: Catalog::new(folder.path().to_owned(), false),
            page: folder.path().join("dist"),
            launcher,
            bind: [127, 0, 0, 1].into(),
            port: 0,
            token: options.token,
            reach: options.reach,
            settings: options.settings,
        })
        .await?;
        let end = CancellationToken::new();
        Ok(Self {
            address: server.address(),
            folder,
            sessions: server.sessions().clone(),
            running: tokio::spawn(server.run(end.clone())),
            end,
        })
    }

    /// Writes a file below the lab's folder.
    pub fn write(&self, path: &str, text: &str) -> Result<()> {
        write(self.folder.path(), path, text)
    }

    /// Asks for a session over HTTP.
    pub async fn post_session(&self, request: &str) -> Result<http::Answer> {
        http::request(self.address, "POST", "/api/sessions", request).await
    }

    /// Opens an experiment as it wants to be shown.
    pub async fn open(&self, experiment: &str) -> Result<SessionInfo> {
        let answer = self
            .post_session(&format!(r#"{{"experiment": "{experiment}"}}"#))
            .await?;
        anyhow::ensure!(answer.status == 201, "{answer:?}");
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// Opens an experiment and watches it from the start.
    pub async fn watch(&self, experiment: &str) -> Result<Watcher> {
        let info = self.open(experiment).await?;
        Watcher::connect(self.address, &info.id).await
    }

    /// Ends it, and waits until all its engines are reaped.
    pub async fn stop(self) -> Result<()> {
        self.end.cancel();
        let ended = timeout(Duration::from_secs(20), self.running).await;
        ended.context("the server did not end in 20 s")???;
        Ok(())
    }
}

/// A folder of experiments with a config and a checkpoint each, for fault engines.
pub fn experiments<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir_all(folder.path().join("experiments"))?;
    for name in names {
        write(
            folder.path(),
            &format!("experiments/{name}/config.json"),
            r#"{"MODEL_ARCHITECTURE": "DEEP_QCA", "MODEL_PARAMS": {"d_state": 4, "hidden_channels": 8}}"#,
        )?;
        write(
            folder.path(),
            &format!("training_checkpoints/{name}/checkpoint_ep7.pth"),
            "x",
        )?;
    }
    Ok(folder)
}

fn write(folder: &Path, path: &str, text: &str) -> Result<()> {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().context("a path without a folder")?)?;
    Ok(std::fs::write(path, text)?)
}
