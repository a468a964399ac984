//! From a click to a living world, and driving it.

use anyhow::Result;
use atheria_shared::session::{Event, Notice, Phase, Stage, StageState};
use atheria_shared::view::{Quantity, View};
use atheria_shared::world::{Device, WorldCommand};

use super::lab;

#[tokio::test]
async fn the_stages_come_in_order_and_the_world_plays() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    let info = viewer.live().await?;
    let stages: Vec<Stage> = info.stages.iter().map(|report| report.stage).collect();
    let all = [
        Stage::Start,
        Stage::Find,
        Stage::ReadCheckpoint,
        Stage::Export,
        Stage::VerifyCpu,
        Stage::MoveToCuda,
        Stage::VerifyCuda,
        Stage::WarmUp,
        Stage::Ready,
    ];
    assert_eq!(stages, all);
    assert!(
        info.stages
            .iter()
            .all(|report| matches!(report.state, StageState::Done { .. })),
        "{info:?}"
    );
    assert_eq!(info.world.map(|world| world.device), Some(Device::Cuda));
    assert!(matches!(viewer.events.first(), Some(Event::Session(_))));
    let exported = viewer
        .events
        .iter()
        .any(|event| matches!(event, Event::Notice(Notice::Exported { .. })));
    assert!(exported, "{:?}", viewer.events);

    let first = viewer.frame().await?;
    let mut later = viewer.frame().await?;
    while later.step <= first.step + 3 {
        let next = viewer.frame().await?;
        assert!(next.step >= later.step);
        later = next;
    }
    lab.stop().await
}

#[tokio::test]
async fn a_pause_stops_the_steps_and_a_step_is_one() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    viewer.live().await?;
    viewer.status(|status| status.step > 2).await?;
    viewer.command(&WorldCommand::Pause).await?;
    let paused = viewer.status(|status| !status.playing).await?.step;
    viewer.command(&WorldCommand::Step { steps: 3 }).await?;
    // The next status is that of these steps: none were made in between.
    assert_eq!(viewer.status(|_| true).await?.step, paused + 3);
    viewer.command(&WorldCommand::Reset).await?;
    assert_eq!(viewer.status(|_| true).await?.step, 0);
    viewer.command(&WorldCommand::Play).await?;
    viewer.status(|status| status.playing && status.step > 0).await?;
    lab.stop().await
}

#[tokio::test]
async fn a_viewer_that_comes_to_a_paused_world_sees_it() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut first = lab.watch("fine").await?;
    let id = first.live().await?.id;
    first.command(&WorldCommand::Pause).await?;
    let paused = first.status(|status| !status.playing).await?;
    let mut second = atheria_tests::Watcher::connect(lab.address, &id).await?;
    assert_eq!(second.frame().await?.step, paused.step);
    assert!(matches!(second.events.first(), Some(Event::Session(info)) if info.phase == Phase::Live));
    lab.stop().await
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_to_whoever_asked() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    let mut other = atheria_tests::Watcher::connect(lab.address, &id).await?;
    for bad in [
        r#"{"command": "step", "steps": 0}"#,
        r#"{"command": "step", "steps": 10000001}"#,
        r#"{"command": "speed", "steps_per_second": -1}"#,
        r#"{"command": "speed", "steps_per_second": 1001}"#,
        r#"{"command": "explode"}"#,
        "not json",
    ] {
        viewer.text(bad).await?;
        let notice = viewer.notice().await?;
        assert!(
            matches!(notice, Notice::CommandRefused { .. }),
            "{bad}: {notice:?}"
        );
    }
    // An engine's own refusal comes later, and to everybody; it is the first that the other one hears of.
    let view = View {
        quantity: Quantity::Change,
        ..View::default()
    };
    viewer.command(&WorldCommand::View(view)).await?;
    let Notice::CommandRefused { error } = other.notice().await? else {
        anyhow::bail!("another notice");
    };
    assert_eq!(error.message, "no change here");
    lab.stop().await
}
