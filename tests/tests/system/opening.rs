//! From a click to a living world, and driving it.

use anyhow::Result;
use atheria_shared::session::{Event, Notice, Phase, Stage, StageState};
use atheria_shared::view::{Quantity, View};
use atheria_shared::world::{Device, WorldCommand};
use atheria_shared::{ApiError, ErrorCode};
use atheria_tests::{Seen, Watcher};

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
    // It may have come before anybody watched; then it waited for us.
    let exported = |event: &Event| matches!(event, Event::Notice(Notice::Exported { .. }));
    if !viewer.events.iter().any(exported) {
        assert!(matches!(viewer.notice().await?, Notice::Exported { .. }));
    }

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
    let mut second = Watcher::connect(lab.address, &id).await?;
    assert_eq!(second.frame().await?.step, paused.step);
    assert!(matches!(second.events.first(), Some(Event::Session(info)) if info.phase == Phase::Live));
    lab.stop().await
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_to_whoever_asked() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    let mut other = Watcher::connect(lab.address, &id).await?;
    for bad in [
        r#"{"command": "step", "steps": 0}"#,
        r#"{"command": "step", "steps": 10000001}"#,
        r#"{"command": "speed", "steps_per_second": -1}"#,
        r#"{"command": "speed", "steps_per_second": 1001}"#,
        r#"{"command": "explode"}"#,
        "not json",
    ] {
        viewer.text(bad).await?;
        assert_eq!(refusal(&mut viewer).await?.code, ErrorCode::BadRequest, "{bad}");
    }
    // An engine's own refusal comes later, and to everybody; it is the first that the other one hears of.
    let view = View {
        quantity: Quantity::Change,
        ..View::default()
    };
    viewer.command(&WorldCommand::View(view)).await?;
    assert_eq!(refusal(&mut other).await?.message, "no change here");
    lab.stop().await
}

/// The next refusal; how the export went may come before it.
async fn refusal(viewer: &mut Watcher) -> Result<ApiError> {
    viewer
        .until(|seen| match seen {
            Seen::Event(Event::Notice(Notice::CommandRefused { error })) => Some(error.clone()),
            _ => None,
        })
        .await
}
