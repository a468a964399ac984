//! Shows: what a world plays by itself.

use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::planting::SeedMatter;
use atheria_shared::show::Show;
use atheria_shared::tool::{Stroke, Tool, ToolEvent};
use atheria_shared::world::{WorldCommand, WorldSpec};
use atheria_shared::{Cell, ErrorCode};

use super::engine::{Engine, blob, experiment, noise, open, spec};

/// A show of nine steps with a seed planted at the fourth, watched from a step on.
fn opened(step: u64) -> (super::engine::Experiment, Engine) {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&asked(&experiment, step));
    let info = engine.ready();
    assert_eq!(info.planted.map(|mask| mask.cells()), Some(5));
    (experiment, engine)
}

fn asked(experiment: &super::engine::Experiment, step: u64) -> EngineRequest {
    let event = ToolEvent {
        step: 4,
        stroke: Stroke::new(Tool::Inject, Cell { y: 3, x: 3 }, 0.0),
    };
    let world = WorldSpec {
        planted: "disc:1:1".parse().unwrap_or(SeedMatter::Start),
        ..spec(blob(8), Some(32))
    };
    match open(&experiment.job, world, step, true) {
        EngineRequest::Open {
            law,
            world,
            step,
            view,
            steps_per_second,
            play,
            watched,
            ..
        } => EngineRequest::Open {
            law,
            world,
            step,
            view,
            steps_per_second,
            play,
            show: Show::new(9, vec![event]).ok(),
            watched,
        },
        other => other,
    }
}

fn played(event: &EngineEvent) -> Option<u64> {
    match event {
        EngineEvent::Played(event) => Some(event.step),
        _ => None,
    }
}

#[test]
fn a_show_plays_its_strokes_and_waits_for_its_reset_at_the_end() {
    let (_experiment, mut engine) = opened(0);
    engine.command(WorldCommand::Play);
    for last_time in [false, true] {
        assert_eq!(engine.until(played), 4);
        engine.until(|event| matches!(event, EngineEvent::ShowOver).then_some(()));
        let last = engine.status(|status| status.step == 9);
        assert_eq!((last.playing, last.numbers.events), (true, 1));
        if last_time {
            engine.command(WorldCommand::Pause);
        }
        engine.command(WorldCommand::Reset);
        engine.until(|event| matches!(event, EngineEvent::Reset).then_some(()));
    }
    engine.status(|status| status.step == 0 && status.show_ends == Some(9) && status.numbers.events == 0);
}

#[test]
fn a_stroke_or_steps_by_hand_beyond_its_end_leave_the_world_to_the_user() {
    let (_experiment, mut engine) = opened(0);
    engine.command(WorldCommand::Step { steps: 12 });
    assert_eq!(engine.until(played), 4);
    let on = engine.status(|status| status.step == 12);
    assert_eq!(on.show_ends, None);
    engine.command(WorldCommand::Reset);
    engine.until(|event| matches!(event, EngineEvent::Reset).then_some(()));
    engine.status(|status| status.step == 0 && status.show_ends == Some(9));
    engine.stroke(noise(8, 8));
    engine.command(WorldCommand::Play);
    let own = engine.status(|status| status.step > 20);
    assert_eq!((own.show_ends, own.numbers.events), (None, 1));
}

#[test]
fn a_show_goes_on_from_where_its_world_was_saved() {
    let (experiment, mut engine) = opened(0);
    engine.command(WorldCommand::Step { steps: 4 });
    engine.status(|status| status.step == 4);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    engine.save(&path);
    let mut request = asked(&experiment, 4);
    if let EngineRequest::Open { world, play, .. } = &mut request {
        world.init = atheria_shared::world::StartingMatter::File(path);
        *play = true;
    }
    let mut other = Engine::start();
    other.ask(&request);
    assert_eq!(other.ready().planted.map(|mask| mask.cells()), Some(5));
    assert_eq!(other.until(played), 4, "what was not played yet is played");
    other.until(|event| matches!(event, EngineEvent::ShowOver).then_some(()));
}

#[test]
fn a_world_without_a_seed_says_so_and_refuses_to_plant() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    let random = spec(atheria_shared::world::StartingMatter::Random, Some(112));
    engine.ask(&open(&experiment.job, random, 0, true));
    assert_eq!(engine.ready().planted, None);
    engine.command(WorldCommand::Tool {
        stroke: Stroke::new(Tool::Inject, Cell { y: 3, x: 3 }, 4.0),
    });
    let error = engine.failure();
    assert_eq!(error.code, ErrorCode::NoSeed);
    assert!(error.message.contains("atheria.json"), "{error}");
}
