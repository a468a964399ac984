//! The command line: `ath serve`, `dev`, `experiments`, `export`, `run`, `inspect`, `diagnose`, `bench`.
//!
//! With `--json` exactly one JSON document goes to standard output, also when something fails. Without it, results go
//! to standard output in words, stages to standard error when that is a terminal. An error is one line on standard
//! error, then its details, indented. Exit status: 0 done, 2 wrong use, 3 a bad input file, 4 failed in the engine,
//! a diagnosis that found a fault, or a benchmark that could not measure a case.

mod args;
mod bench;
mod dev;
mod diagnose;
mod events;
mod experiments;
mod export;
mod foreign;
mod headless;
mod inspect;
mod numbers;
mod output;
mod place;
mod run;
mod serve;

use std::io::Write;
use std::process::ExitCode;

use atheria_shared::limits::SIGNAL_TWICE;
use atheria_shared::{ApiError, ErrorCode};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use args::{Args, Command};
use output::Output;

/// The exit status of a diagnosis that found a fault, and of a benchmark with a case that could not be measured.
const FAULT_FOUND: u8 = 4;

/// Parses the arguments and does what they say.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return wrong_use(&error),
    };
    let output = Output::new(args.json);
    // Headless commands keep standard error to themselves: one line an error.
    let usual = if args.command.is_server() { "info" } else { "error" };
    let filter = EnvFilter::try_from_env("ATHERIA_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let message = format!("the program could not start its threads: {error}");
            return output.error(&ApiError::new(ErrorCode::Internal, message));
        }
    };
    let result = runtime.block_on(async {
        let end = CancellationToken::new();
        end_on_signal(end.clone())?;
        let done = match args.command {
            Command::Diagnose(args) => {
                let passed = diagnose::diagnose(args, output, end).await?;
                return Ok(ExitCode::from(if passed { 0 } else { FAULT_FOUND }));
            }
            Command::Bench(args) => {
                let measured = bench::bench(args, output, end).await?;
                return Ok(ExitCode::from(if measured { 0 } else { FAULT_FOUND }));
            }
            Command::Serve(args) => serve::serve(args, output, end).await,
            Command::Dev(args) => dev::dev(args, output, end).await,
            Command::Experiments(args) => experiments::experiments(&args, output),
            Command::Export(args) => export::export(args, output, end).await,
            Command::Run(args) => run::run(*args, output, end).await,
            Command::Inspect(args) => inspect::inspect(args, output, end).await,
        };
        done.map(|()| ExitCode::SUCCESS)
    });
    match result {
        Ok(status) => status,
        Err(error) => output.error(&error),
    }
}

/// A usage error, in the form of every other error; help and version are none.
fn wrong_use(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind;
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if asked || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // To standard output what was asked for, to standard error what was not.
        let printed = output::printed(error.print().and_then(|()| std::io::stdout().flush()));
        return match printed {
            Err(error) if asked => Output::new(false).error(&error),
            _ => ExitCode::from(if asked { 0 } else { 2 }),
        };
    }
    let text = error.render().to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default().trim_start_matches("error: ");
    let error = ApiError::new(ErrorCode::BadRequest, first);
    let json = std::env::args_os().any(|argument| argument == "--json");
    Output::new(json).error(&error.with_details(lines.map(str::to_owned).collect()))
}

/// Ctrl-C and SIGTERM end what runs, in order; one that comes later than [`SIGNAL_TWICE`] after the first ends it at once.
fn end_on_signal(end: CancellationToken) -> Result<(), ApiError> {
    let listen = |kind| {
        signal(kind).map_err(|error| {
            ApiError::new(
                ErrorCode::Internal,
                format!("signals cannot be listened to: {error}"),
            )
        })
    };
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    tokio::spawn(async move {
        let mut first = None;
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            let first = *first.get_or_insert_with(Instant::now);
            end.cancel();
            if first.elapsed() > SIGNAL_TWICE {
                std::process::exit(130);
            }
        }
    });
    Ok(())
}
