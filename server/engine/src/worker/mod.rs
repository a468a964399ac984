//! The engine process: reads a request, acts, answers; owns the world and its steps.
//!
//! Threads: *reader* takes packets from standard input and ends the process when it is over, whatever libtorch does;
//! *writer* puts packets on standard output, where nothing else is ever written; *heartbeat* says that the process is
//! there and since when it is busy; the main thread is the [`conversation`] and makes every call to libtorch.
//! No driver of CUDA is touched before a world is to be computed with it: one that hangs or aborts takes no world of the CPU
//! down. Whether there is CUDA is asked by [`probe_cuda`], in a process that may be lost.
//! Physics never waits for a frame: there is room for one that is not written yet, and a newer one takes its place.

mod activity;
mod conversation;
mod cuda;
mod cudart;
mod end;
mod environment;
mod failure;
mod inbox;
mod live;
mod measuring;
mod opening;
mod outbox;
mod pace;
mod probe;
mod run;
mod show;
mod stages;

use std::process::ExitCode;

use atheria_shared::engine::{EngineEvent, PROTOCOL};

pub use environment::without_tf32;
pub use probe::probe_cuda;

use activity::Activity;
use conversation::Conversation;
use outbox::Outbox;

/// Runs the process until its input ends or it is told to stop.
pub fn run() -> ExitCode {
    let activity = Activity::default();
    let (inbox, outbox) = match start(&activity) {
        Ok(started) => started,
        Err(error) => {
            eprintln!("ath-engine: a thread could not be started: {error}");
            return ExitCode::from(4);
        }
    };
    tch::set_num_threads(environment::physical_cores());
    outbox.say(&EngineEvent::Hello {
        protocol: PROTOCOL,
        torch_version: crate::torchscript::TORCH_VERSION.to_owned(),
    });
    Conversation::new(inbox, outbox.clone(), activity).run();
    outbox.flush();
    end::now(0)
}

fn start(activity: &Activity) -> std::io::Result<(inbox::Inbox, Outbox)> {
    let outbox = Outbox::start(std::io::stdout())?;
    let inbox = inbox::Inbox::start(std::io::stdin(), outbox.clone())?;
    activity::start_heartbeat(activity.clone(), outbox.clone())?;
    Ok((inbox, outbox))
}
