//! `ath dev`: the server, and beside it `trunk serve`, which rebuilds the page and passes /api and /ws on.

use std::io::ErrorKind;
use std::process::Stdio;

use atheria_shared::{ApiError, ErrorCode};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::args::DevArgs;
use super::output::Output;
use super::serve;
use crate::api::BasePath;
use crate::assets;

/// The port that `Trunk.toml` passes requests on to.
const DEV_PORT: u16 = 8080;

/// Serves until it is ended or trunk ends.
pub(super) async fn dev(args: DevArgs, output: Output, end: CancellationToken) -> Result<(), ApiError> {
    let fault = |message: String| ApiError::new(ErrorCode::BadRequest, message);
    let folder = assets::page_source().ok_or_else(|| {
        fault(
            "the page's source (Trunk.toml) is not here; run `ath dev` inside a clone of the repository"
                .into(),
        )
    })?;
    if args.serve.port != DEV_PORT {
        return Err(fault(format!(
            "--port {}: `ath dev` is at {DEV_PORT}, where trunk passes /api and /ws on to (Trunk.toml)",
            args.serve.port
        )));
    }
    if args.serve.reach.base != BasePath::default() {
        return Err(fault(
            "--base-path: `ath dev` is at /, where trunk serves the page".into(),
        ));
    }
    let server = serve::bind(args.serve).await?;
    let mut trunk = Command::new(&args.trunk)
        .arg("serve")
        .current_dir(&folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => fault(format!(
                "{} is missing; `make dev` installs it, or run `cargo install --locked trunk`",
                args.trunk.display()
            )),
            _ => fault(format!("{} cannot be started: {error}", args.trunk.display())),
        })?;
    let address = serve::address(server.address(), &BasePath::default());
    output.announce(
        &serde_json::json!({ "address": address }),
        &format!("The server is at {address}; trunk says below where the page is (Ctrl-C ends both)"),
    );
    let running = server.run(end.clone());
    tokio::pin!(running);
    let trunk_ended = tokio::select! {
        result = &mut running => {
            // Reaped here; should it be over already, all the better.
            let _ = trunk.kill().await;
            return Ok(result?);
        }
        status = trunk.wait() => status,
    };
    let asked = end.is_cancelled();
    end.cancel();
    running.await?;
    match trunk_ended {
        Ok(status) if status.success() || asked => Ok(()),
        // Ctrl-C reaches trunk too, and may reach it first.
        Ok(status) if status.code().is_none() => Ok(()),
        Ok(status) => Err(fault(format!(
            "trunk serve ended with {status}; its own words are above"
        ))),
        Err(error) => Err(fault(format!("trunk serve could not be waited for: {error}"))),
    }
}
