//! A server from its options: catalog, engines, sessions, diagnoses, routes, a socket; and its orderly end.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use atheria_shared::{ApiError, ErrorCode};
use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::api::{self, Guard, Reach};
use crate::catalog::Catalog;
use crate::diagnose::Diagnoses;
use crate::session::{SessionSettings, Sessions};
use crate::supervisor::{Engines, Launcher};

/// Time for connections to end when the server does.
const GOODBYE: Duration = Duration::from_secs(3);

/// What a server is made of.
#[derive(Debug)]
pub struct ServerOptions {
    /// The experiments.
    pub catalog: Catalog,
    /// The folder of the built page; it may be missing.
    pub page: PathBuf,
    /// How engines are started.
    pub launcher: Launcher,
    /// The address to listen on. Anything but loopback needs a token.
    pub bind: IpAddr,
    /// The port; 0 for any that is free.
    pub port: u16,
    /// What whoever asks for data has to know.
    pub token: Option<String>,
    /// The names, the path and the proxies that it is found by.
    pub reach: Reach,
    /// Limits of sessions.
    pub settings: SessionSettings,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Open to other machines, and to everybody on them.
    #[error(
        "listening on {bind} lets other machines in; give a secret with --token, or leave --bind at 127.0.0.1"
    )]
    TokenMissing {
        /// The address.
        bind: IpAddr,
    },
    /// The port is taken.
    #[error(
        "port {port} of {bind} is taken by another program; end that one, or choose another with --port (0: any that is free)"
    )]
    PortTaken {
        /// The address.
        bind: IpAddr,
        /// The port.
        port: u16,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {bind}, port {port}: {source}; choose others with --bind and --port")]
    Listen {
        /// The address.
        bind: IpAddr,
        /// The port.
        port: u16,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no private folder.
    #[error(
        "no private folder for saved worlds can be made: {source}; set TMPDIR to a folder that can be written"
    )]
    Saves {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The connection that listens broke.
    #[error("the server stopped listening: {source}")]
    Serve {
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl From<ServerError> for ApiError {
    fn from(error: ServerError) -> Self {
        let code = match &error {
            ServerError::TokenMissing { .. } | ServerError::PortTaken { .. } | ServerError::Listen { .. } => {
                ErrorCode::BadRequest
            }
            ServerError::Saves { .. } | ServerError::Serve { .. } => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }
}

/// A server that listens, and answers once it [runs](Server::run).
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    sessions: Sessions,
    diagnoses: Diagnoses,
    engines: Engines,
    router: Router,
}

impl Server {
    /// Takes the port.
    pub async fn bind(options: ServerOptions) -> Result<Self, ServerError> {
        let ServerOptions { bind, port, .. } = options;
        if !bind.is_loopback() && options.token.as_deref().is_none_or(str::is_empty) {
            return Err(ServerError::TokenMissing { bind });
        }
        let listen = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => ServerError::PortTaken { bind, port },
            _ => ServerError::Listen { bind, port, source },
        };
        let listener = TcpListener::bind((bind, port)).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let diagnoses = Diagnoses::new(options.catalog.clone(), options.launcher.clone());
        let engines = Engines::new(options.launcher);
        let sessions = Sessions::new(options.catalog, engines.clone(), options.settings)
            .map_err(|source| ServerError::Saves { source })?;
        let guard = Guard::new(bind, options.token.as_deref(), options.reach);
        let router = api::router(sessions.clone(), diagnoses.clone(), options.page, guard);
        Ok(Self {
            listener,
            address,
            sessions,
            diagnoses,
            engines,
            router,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its sessions.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    /// Answers until `end` is cancelled; then ends all diagnoses and sessions and reaps all engines.
    pub async fn run(self, end: CancellationToken) -> Result<(), ServerError> {
        self.engines.replenish();
        let listener = self.listener.tap_io(|tcp| {
            // A frame that waits for the next one to fill a packet comes late; without it, it is merely later.
            let _ = tcp.set_nodelay(true);
        });
        let service = self.router.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, service)
            .with_graceful_shutdown(end.clone().cancelled_owned())
            .into_future();
        let overdue = async {
            end.cancelled().await;
            sleep(GOODBYE).await;
        };
        let serve = async {
            let served = tokio::select! {
                served = serving => served,
                () = overdue => Ok(()),
            };
            // Also when listening broke: the sessions end with it.
            end.cancel();
            served.map_err(|source| ServerError::Serve { source })
        };
        let close = async {
            end.cancelled().await;
            self.diagnoses.shut_down().await;
            self.sessions.shut_down().await;
        };
        tokio::join!(serve, close).0
    }
}
