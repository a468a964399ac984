//! An engine that dies, hangs or falls silent while its world is live: the session goes on from its last saved world.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use atheria_shared::ErrorCode;
use atheria_shared::session::{Event, Notice, Phase};
use atheria_shared::view::{Quantity, View};
use atheria_shared::world::WorldCommand;
use atheria_tests::{Lab, Seen, Watcher};

use super::{lab, options};

/// As the fault engine understands it.
const DIE: WorldCommand = WorldCommand::Speed {
    steps_per_second: Some(666.0),
};
const HANG: WorldCommand = WorldCommand::Speed {
    steps_per_second: Some(667.0),
};

async fn restarted(viewer: &mut Watcher) -> Result<(ErrorCode, u64, u64)> {
    viewer
        .until(|seen| match seen {
            Seen::Event(Event::Notice(Notice::EngineRestarted {
                error,
                from_step,
                lost_steps,
            })) => Some((error.code, *from_step, *lost_steps)),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn after_a_crash_the_session_goes_on_from_its_last_save() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    viewer.live().await?;
    let view = View {
        quantity: Quantity::Rgb,
        ..View::default()
    };
    viewer.command(&WorldCommand::View(view)).await?;
    // Ten autosaves' worth of steps.
    viewer.status(|status| status.step > 100).await?;
    viewer.command(&DIE).await?;
    let died = Instant::now();
    viewer.phase(|phase| *phase == Phase::Recovering).await?;
    assert!(
        died.elapsed() < Duration::from_secs(2),
        "viewers were told after {:?}",
        died.elapsed()
    );
    viewer.live().await?;
    let (code, from_step, lost_steps) = restarted(&mut viewer).await?;
    assert_eq!(code, ErrorCode::EngineDied);
    assert!(from_step > 0, "nothing was saved");
    assert!(lost_steps < 100, "{lost_steps} steps were lost");
    // It plays on from there, and shows what it showed.
    let frame = viewer.frame().await?;
    assert!(frame.step >= from_step, "{frame:?}");
    let status = viewer.status(|status| status.step > from_step).await?;
    assert_eq!((status.playing, status.view.quantity), (true, Quantity::Rgb));
    lab.stop().await
}

#[tokio::test]
async fn a_reset_after_a_recovery_leads_to_the_real_beginning() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    viewer.live().await?;
    viewer.status(|status| status.step > 60).await?;
    viewer.command(&DIE).await?;
    let (_, from_step, _) = restarted(&mut viewer).await?;
    viewer.command(&WorldCommand::Reset).await?;
    viewer.phase(|phase| *phase == Phase::Opening).await?;
    viewer.live().await?;
    let frame = viewer.frame().await?;
    assert!(
        frame.step < from_step,
        "{frame:?} after a reset, and the save was of {from_step}"
    );
    lab.stop().await
}

#[tokio::test]
async fn a_hang_and_a_silence_are_noticed_too() -> Result<()> {
    let lab = lab(&["fine", "live-silent"]).await?;
    let mut viewer = lab.watch("fine").await?;
    viewer.live().await?;
    viewer.command(&HANG).await?;
    assert_eq!(restarted(&mut viewer).await?.0, ErrorCode::EngineTimeout);
    let mut viewer = lab.watch("live-silent").await?;
    assert_eq!(restarted(&mut viewer).await?.0, ErrorCode::EngineTimeout);
    lab.stop().await
}

#[tokio::test]
async fn one_that_dies_again_and_again_is_given_up() -> Result<()> {
    let mut options = options(&["live-die"]);
    options.settings.restarts = 2;
    let lab = Lab::start(options).await?;
    let mut viewer = lab.watch("live-die").await?;
    let mut recoveries = 0;
    loop {
        match viewer.next().await? {
            Seen::Event(Event::Session(info)) => match info.phase {
                Phase::Recovering => recoveries += 1,
                Phase::Failed { error } => {
                    assert_eq!(error.code, ErrorCode::EngineDied);
                    break;
                }
                Phase::Opening | Phase::Live => {}
                Phase::Closed => bail!("closed"),
            },
            Seen::Closed => bail!("closed"),
            _ => {}
        }
    }
    assert_eq!(recoveries, 2);
    lab.stop().await
}
