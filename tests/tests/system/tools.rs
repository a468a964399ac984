//! Tools: checked, applied, told to everybody, recorded; and what becomes of the record when an engine dies.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use atheria_shared::session::{Event, Notice};
use atheria_shared::tool::{Events, Stroke, Tool, ToolEvent};
use atheria_shared::world::{Execution, ExecutionChoice, WorldCommand};
use atheria_shared::{Cell, ErrorCode, SessionId};
use atheria_tests::{Lab, Seen, Watcher, http};

use super::{lab, options};

/// As the fault engine understands it.
const DIE: WorldCommand = WorldCommand::Speed {
    steps_per_second: Some(666.0),
};

/// Matter cells of a fault engine's world; each stroke adds one.
const MATTER_CELLS: u64 = 5;

fn stroke() -> Stroke {
    Stroke::new(Tool::Vortex, Cell { y: -3, x: 4 }, 2.5)
}

fn paint() -> WorldCommand {
    WorldCommand::Tool { stroke: stroke() }
}

async fn applied(viewer: &mut Watcher) -> Result<ToolEvent> {
    viewer
        .until(|seen| match seen {
            Seen::Event(Event::Tool(event)) => Some(*event),
            _ => None,
        })
        .await
}

async fn recorded(lab: &Lab, id: &SessionId) -> Result<Vec<ToolEvent>> {
    let path = format!("/api/sessions/{id}/events");
    let answer = http::request(lab.address, "GET", &path, "").await?;
    anyhow::ensure!(answer.status == 200, "{answer:?}");
    let events: Events = serde_json::from_slice(&answer.body)?;
    anyhow::ensure!(events.check().is_ok(), "{events:?}");
    Ok(events.events)
}

#[tokio::test]
async fn a_stroke_is_told_to_every_viewer_and_recorded() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut painter = lab.watch("fine").await?;
    let id = painter.live().await?.id;
    let mut other = Watcher::connect(lab.address, &id).await?;
    assert_eq!(recorded(&lab, &id).await?, []);
    painter.command(&WorldCommand::Pause).await?;
    let step = painter.status(|status| !status.playing).await?.step;
    painter.command(&paint()).await?;
    let event = ToolEvent {
        step,
        stroke: stroke(),
    };
    assert_eq!(applied(&mut painter).await?, event);
    assert_eq!(applied(&mut other).await?, event);
    painter
        .status(|status| status.numbers.matter_cells == MATTER_CELLS + 1)
        .await?;
    assert_eq!(recorded(&lab, &id).await?, [event]);

    // For scripts too.
    let commands = format!("/api/sessions/{id}/commands");
    let short =
        r#"{"command": "tool", "stroke": {"tool": "erase", "at": {"y": 0, "x": 1}, "radius_cells": 3}}"#;
    assert_eq!(
        http::request(lab.address, "POST", &commands, short).await?.status,
        204
    );
    assert_eq!(applied(&mut other).await?.stroke.tool, Tool::Erase);
    assert_eq!(recorded(&lab, &id).await?.len(), 2);

    painter.command(&WorldCommand::Reset).await?;
    painter
        .status(|status| status.numbers.matter_cells == MATTER_CELLS)
        .await?;
    assert_eq!(recorded(&lab, &id).await?, []);
    painter.command(&paint()).await?;
    assert_eq!(applied(&mut painter).await?.step, 0);
    assert_eq!(recorded(&lab, &id).await?.len(), 1);
    lab.stop().await
}

#[tokio::test]
async fn a_stroke_that_cannot_be_is_refused_to_whoever_asked() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    let commands = format!("/api/sessions/{id}/commands");
    let mut told = Vec::new();
    for (name, value) in [
        ("tool", "\"brush\""),
        ("radius_cells", "-1"),
        ("radius_cells", "512.5"),
        ("strength", "100.5"),
        ("wavelength_cells", "0"),
        ("at", r#"{"y": 1099511627777, "x": 0}"#),
        ("at", r#"{"y": 1.5, "x": 0}"#),
        ("colour", "1"),
    ] {
        let mut stroke = serde_json::to_value(stroke())?;
        stroke[name] = serde_json::from_str(value)?;
        let command = serde_json::json!({"command": "tool", "stroke": stroke}).to_string();
        let answer = http::request(lab.address, "POST", &commands, &command).await?;
        assert_eq!(answer.status, 400, "{command}");
        told.push(answer.json()["message"].clone());
        viewer.text(&command).await?;
        let refused = viewer
            .until(|seen| match seen {
                Seen::Event(Event::Notice(Notice::CommandRefused { error })) => Some(error.code),
                _ => None,
            })
            .await?;
        assert_eq!(refused, ErrorCode::BadRequest, "{command}");
    }
    insta::assert_json_snapshot!(told);
    assert_eq!(recorded(&lab, &id).await?, []);
    let none = http::request(lab.address, "GET", "/api/sessions/00000000000000aa/events", "").await?;
    assert_eq!(
        (none.status, none.json()["code"].as_str()),
        (404, Some("session_not_found"))
    );
    lab.stop().await
}

#[tokio::test]
async fn strokes_that_were_not_saved_are_lost_with_the_engine() -> Result<()> {
    let mut options = options(&["fine"]);
    options.settings.autosave = Duration::from_hours(1);
    let lab = Lab::start(options).await?;
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    viewer.command(&paint()).await?;
    applied(&mut viewer).await?;
    viewer.command(&DIE).await?;
    viewer.notice().await?;
    let status = viewer.status(|_| true).await?;
    assert_eq!(status.numbers.matter_cells, MATTER_CELLS);
    assert_eq!(recorded(&lab, &id).await?, []);
    lab.stop().await
}

#[tokio::test]
async fn strokes_that_were_saved_are_still_there_and_so_is_the_execution() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    let mut viewer = lab.watch("fine").await?;
    let id = viewer.live().await?.id;
    viewer
        .command(&WorldCommand::Execution {
            execution: ExecutionChoice::Dense,
        })
        .await?;
    viewer.command(&WorldCommand::Pause).await?;
    viewer.command(&paint()).await?;
    let event = applied(&mut viewer).await?;
    viewer.command(&WorldCommand::Step { steps: 1 }).await?;
    let saves = ["a", "b"].map(|turn| lab.sessions.saves().join(format!("{id}.{turn}.npz")));
    let is = |save: &PathBuf, text: &str| std::fs::read_to_string(save).is_ok_and(|saved| saved == text);
    let text = format!("{} {}", event.step + 1, MATTER_CELLS + 1);
    super::wait_until("the world is saved", || saves.iter().any(|save| is(save, &text))).await?;
    viewer.command(&DIE).await?;
    let lost = viewer
        .until(|seen| match seen {
            Seen::Event(Event::Notice(Notice::EngineRestarted { lost_steps, .. })) => Some(*lost_steps),
            _ => None,
        })
        .await?;
    assert_eq!(lost, 0);
    let status = viewer.status(|_| true).await?;
    assert_eq!(
        (status.numbers.matter_cells, status.numbers.execution),
        (MATTER_CELLS + 1, Execution::Dense)
    );
    assert_eq!(recorded(&lab, &id).await?, [event]);
    lab.stop().await
}
