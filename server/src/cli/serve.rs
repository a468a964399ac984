//! `ath serve`.

use atheria_shared::ApiError;
use tokio_util::sync::CancellationToken;

use super::args::ServeArgs;
use super::output::Output;
use crate::assets;
use crate::server::{Server, ServerError, ServerOptions};
use crate::session::SessionSettings;

/// Serves until it is ended.
pub(super) async fn serve(args: ServeArgs, output: Output, end: CancellationToken) -> Result<(), ApiError> {
    let server = bind(args).await?;
    announce(&server, output);
    Ok(server.run(end).await?)
}

/// A server that listens.
pub(super) async fn bind(args: ServeArgs) -> Result<Server, ServerError> {
    Server::bind(ServerOptions {
        catalog: args
            .root
            .catalog()
            .trusting_torchscript(args.trust.trust_torchscript),
        page: args.web.unwrap_or_else(assets::page),
        launcher: args.engine.launcher(),
        bind: args.bind,
        port: args.port,
        token: args.token,
        settings: SessionSettings::default(),
    })
    .await
}

fn announce(server: &Server, output: Output) {
    let address = format!("http://{}/", server.address());
    output.announce(
        &serde_json::json!({ "address": address }),
        &format!("Atheria is at {address} (Ctrl-C ends it)"),
    );
}
