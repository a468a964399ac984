//! `ath export`.

use std::fmt::Write as _;
use std::path::PathBuf;

use atheria_shared::ApiError;
use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::session::ExportReport;
use serde::Serialize;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::args::ExportArgs;
use super::headless::{Headless, look_up, request};
use super::output::Output;

#[derive(Debug, Serialize)]
struct Exported {
    experiment: String,
    #[serde(serialize_with = "atheria_shared::path::shown::serialize")]
    path: PathBuf,
    seconds: f64,
    #[serde(flatten)]
    export: ExportReport,
}

/// Exports, or finds that there is nothing to do.
pub(super) async fn export(args: ExportArgs, output: Output, end: CancellationToken) -> Result<(), ApiError> {
    let plan = look_up(&args.law.root.catalog(), &args.law, request(&args.law))?;
    let launcher = args.law.engine.launcher();
    let done = work(&launcher, output, end, plan.law).await;
    launcher.shut_down().await;
    let mut done = done?;
    done.export.remarks.splice(..0, plan.remarks);
    output.result(&done, &words(&done))
}

async fn work(
    launcher: &crate::supervisor::Launcher,
    output: Output,
    end: CancellationToken,
    law: atheria_shared::engine::LawJob,
) -> Result<Exported, ApiError> {
    let began = Instant::now();
    let (experiment, folder) = (law.experiment.clone(), law.checkpoint_dir.clone());
    let mut headless = Headless::new(launcher, output, end);
    let mut engine = headless.start().await?;
    engine.send(EngineRequest::Export { law })?;
    let exported = |event| match event {
        EngineEvent::Exported(report) => Some(report),
        _ => None,
    };
    let export = headless.until(&mut engine, exported).await?;
    engine.stop().await;
    Ok(Exported {
        experiment,
        path: export.folder.as_ref().unwrap_or(&folder).join(&export.file),
        seconds: began.elapsed().as_secs_f64(),
        export,
    })
}

fn words(done: &Exported) -> String {
    let export = &done.export;
    let made = if export.made {
        "Exported"
    } else {
        "Already exported"
    };
    let mut text = format!(
        "{made} {} of {} to {} ({:.1} s, largest error {:.1e})",
        export.checkpoint,
        done.experiment,
        done.path.display(),
        done.seconds,
        export.max_abs_error
    );
    for remark in &export.remarks {
        let _ = write!(text, "\n    {remark}");
    }
    text
}
