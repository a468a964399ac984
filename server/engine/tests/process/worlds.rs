//! Worlds: opened, driven, shown.

use std::io::Write;
use std::time::{Duration, Instant};

use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::session::{Stage, StageState};
use atheria_shared::tool::{Stroke, Tool, ToolEvent};
use atheria_shared::view::{Quantity, View};
use atheria_shared::world::{
    Device, EPS, Execution, ExecutionChoice, Precision, StartingMatter, Vacuum, WorldCommand, WorldSpec,
};
use atheria_shared::{Boundary, Cell, CheckpointFile, ErrorCode, Region};

use super::engine::{Engine, Heard, blob, experiment, noise, open, spec};

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one conversation from its first word to its last"
)]
fn a_world_is_opened_watched_and_driven() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, true));

    let mut done = Vec::new();
    let info = loop {
        match engine.event() {
            EngineEvent::Stage(report) => match report.state {
                StageState::Started => {}
                StageState::Done { seconds, .. } => {
                    assert!(seconds >= 0.0);
                    done.push(report.stage);
                }
                StageState::Failed { error, .. } => panic!("{error}"),
            },
            EngineEvent::Exported(report) => assert_eq!(report.file, "model_checkpoint_ep59.pt"),
            EngineEvent::Ready(info) => break info,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        done,
        [
            Stage::Find,
            Stage::ReadCheckpoint,
            Stage::Export,
            Stage::VerifyCpu,
            Stage::Character,
            Stage::WarmUp,
            Stage::Ready
        ]
    );
    assert_eq!(
        (info.device, info.has_memory, info.grid.cells()),
        (Device::Cpu, false, 1024)
    );
    assert_eq!(
        (info.eps, info.precision, info.vacuum),
        (EPS, Precision::Float32, Vacuum::One)
    );
    assert!(info.character.is_some_and(|character| character.reach_cells == 1));
    assert!(
        experiment
            .job
            .checkpoint_dir
            .join("model_checkpoint_ep59.pt")
            .is_file()
    );

    let (header, first) = engine.frame();
    assert_eq!((header.step, header.height, header.width), (0, 32, 32));
    assert_eq!(
        first.iter().filter(|&&level| level > 0).count(),
        64,
        "the blob, and nothing else"
    );

    engine.command(WorldCommand::Step { steps: 3 });
    let status = engine.status(|status| status.step == 3);
    assert!(!status.playing && status.numbers.matter_cells > 64);
    assert_eq!(status.numbers.emptiness, None);
    engine.command(WorldCommand::Play);
    let playing = engine.status(|status| status.step > 20 && status.playing);
    assert!(playing.steps_per_second > 0.0);
    let (header, pixels) = engine.frame();
    assert!(header.step > 0 && pixels != first);

    engine.command(WorldCommand::Speed {
        steps_per_second: Some(20.0),
    });
    engine.status(|status| status.target_steps_per_second == Some(20.0));
    let began = (Instant::now(), engine.status(|_| true).step);
    let later = engine.status(|status| status.step >= began.1 + 10);
    let pace = (later.step - began.1) as f32 / began.0.elapsed().as_secs_f32();
    // The lower end leaves room for a machine that is busy with other tests.
    assert!((1.0..30.0).contains(&pace), "{pace} steps a second");

    engine.command(WorldCommand::Pause);
    let paused = engine.status(|status| !status.playing);
    assert_eq!(paused.steps_per_second, 0.0);
    engine.command(WorldCommand::View(View {
        quantity: Quantity::Rgb,
        ..View::default()
    }));
    loop {
        let (header, pixels) = engine.frame();
        assert!(header.step <= paused.step);
        if header.quantity == Quantity::Rgb {
            assert_eq!((header.step, pixels.len()), (paused.step, 3 * 1024));
            break;
        }
    }
    engine.command(WorldCommand::Reset);
    engine.until(|event| matches!(event, EngineEvent::Reset).then_some(()));
    // Nothing of the past is said after that.
    let status = engine.status(|_| true);
    assert_eq!((status.step, status.numbers.matter_cells), (0, 64));

    for bad in [
        WorldCommand::Step { steps: 0 },
        WorldCommand::Speed {
            steps_per_second: Some(-1.0),
        },
    ] {
        engine.command(bad);
        assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    }
    engine.ask(&EngineRequest::Stop);
    assert!(engine.ends_within(Duration::from_secs(2)));
    assert!(engine.heartbeats.try_iter().count() >= 1);
}

#[test]
fn a_world_that_is_held_stands_still_and_does_what_was_left_of_its_steps_afterwards() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, true));
    engine.ready();
    engine.command(WorldCommand::Speed {
        steps_per_second: None,
    });
    engine.command(WorldCommand::Step { steps: 100_000 });
    engine.status(|status| status.step > 10);
    engine.ask(&EngineRequest::Hold { held: true });
    let held = engine.status(|status| status.steps_per_second == 0.0);
    // What is looked at stands at the same step.
    engine.command(WorldCommand::View(View {
        quantity: Quantity::Rgb,
        ..View::default()
    }));
    let (header, _) = engine.frame_that(|header| header.quantity == Quantity::Rgb);
    assert_eq!(header.step, held.step);
    engine.ask(&EngineRequest::Hold { held: false });
    engine.status(|status| status.step > held.step + 10);
    engine.ask(&EngineRequest::Hold { held: true });
    let held = engine.status(|status| status.steps_per_second == 0.0);
    engine.command(WorldCommand::Play);
    engine.status(|status| status.step > held.step && status.playing);
    engine.ask(&EngineRequest::Stop);
    assert!(engine.ends_within(Duration::from_secs(2)));
}

#[test]
fn what_cannot_be_done_is_said() {
    let mut experiment = experiment("MLP-d4-h8-g32");
    let mut engine = Engine::start();
    let run = |steps, events| EngineRequest::Run {
        steps,
        events,
        series: None,
    };
    engine.ask(&run(1, vec![]));
    assert_eq!(engine.failure().code, ErrorCode::NotReady);
    engine.ask(&open(&experiment.job, spec(blob(99), Some(32)), 0, true));
    let error = engine.failure();
    assert_eq!(error.code, ErrorCode::GridInvalid, "{error}");
    let none = StartingMatter::File("/none/such.npz".into());
    engine.ask(&open(&experiment.job, spec(none, None), 0, true));
    assert_eq!(engine.failure().code, ErrorCode::StateInvalid);
    let endless = WorldSpec {
        boundary: Boundary::Unbounded,
        execution: ExecutionChoice::Dense,
        ..spec(blob(8), Some(32))
    };
    engine.ask(&open(&experiment.job, endless, 0, true));
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    let fine = WorldSpec {
        eps: 0.0,
        ..spec(blob(8), Some(32))
    };
    engine.ask(&open(&experiment.job, fine, 0, true));
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, false));
    engine.ready();
    let wide = ToolEvent {
        step: 0,
        stroke: Stroke::new(Tool::Erase, Cell::default(), 1e4),
    };
    engine.ask(&run(1, vec![wide]));
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    engine.command(WorldCommand::Tool { stroke: wide.stroke });
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    experiment.job.params.hidden_channels = 9;
    engine.ask(&EngineRequest::Export {
        law: experiment.job.clone(),
    });
    let error = engine.failure();
    assert_eq!(error.code, ErrorCode::CheckpointMismatch);
    assert!(error.details.len() > 1, "{:?}", error.details);
    experiment.job.checkpoint = CheckpointFile::new("none.pth").unwrap();
    engine.ask(&EngineRequest::Export {
        law: experiment.job.clone(),
    });
    assert_eq!(engine.failure().code, ErrorCode::CheckpointMissing);
    engine
        .input
        .as_mut()
        .unwrap()
        .write_all(&[2, 0, 0, 0, 0, b'{', b'}'])
        .unwrap();
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
}

#[test]
fn a_region_is_shown_as_large_as_it_was_asked_for() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(64)), 0, true));
    engine.ready();
    let region = Region {
        y: 24,
        x: 20,
        height: 16,
        width: 24,
    };
    engine.command(WorldCommand::View(View {
        region: Some(region),
        ..View::default()
    }));
    let (header, pixels) = engine.frame_that(|header| header.height == 16);
    assert_eq!((header.origin_y, header.origin_x), (24, 20));
    assert_eq!((header.width, header.cells_per_pixel), (24, 1));
    // The blob lies at 28..36.
    let lit: Vec<usize> = (0..pixels.len()).filter(|&at| pixels[at] > 0).collect();
    let expected: Vec<usize> = (4..12).flat_map(|y| (8..16).map(move |x| y * 24 + x)).collect();
    assert_eq!(lit, expected);
}

#[test]
fn an_unbounded_world_is_watched_where_its_matter_is() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    let mut engine = Engine::start();
    let endless = WorldSpec {
        boundary: Boundary::Unbounded,
        ..spec(blob(8), Some(32))
    };
    engine.ask(&open(&experiment.job, endless.clone(), 0, true));
    engine.ready();
    let far = 1_000_000_000_000;
    engine.stroke(noise(-far, far));
    engine.command(WorldCommand::Step { steps: 4 });
    let status = engine.status(|status| status.step == 4);
    assert_eq!(status.numbers.execution, Execution::Sparse);
    assert_eq!(status.numbers.matter_fraction, None);
    let region = Region {
        y: -far - 8,
        x: far - 8,
        height: 17,
        width: 17,
    };
    engine.command(WorldCommand::View(View {
        region: Some(region),
        ..View::default()
    }));
    let (header, pixels) = engine.frame_that(|header| header.height == 17);
    assert_eq!(
        (header.step, header.origin_y, header.origin_x),
        (4, -far - 8, far - 8)
    );
    assert!(pixels[8 * 17 + 8] > 0 && pixels[0] == 0);
    assert_eq!(engine.save(&path), 4);
    let before = engine.run(2);

    let mut other = Engine::start();
    let saved = WorldSpec {
        init: StartingMatter::File(path),
        grid: None,
        ..endless
    };
    other.ask(&open(&experiment.job, saved, 4, false));
    other.ready();
    let after = other.run(2);
    assert_eq!(
        (after.matter_cells, after.matter_tiles, after.active_tiles),
        (before.matter_cells, before.matter_tiles, before.active_tiles)
    );
}

#[test]
fn a_vast_sparse_world_opens_runs_and_is_shown() {
    let experiment = experiment("UNET-d4-h8-g32");
    for boundary in [Boundary::Torus, Boundary::Walls] {
        let mut engine = Engine::start();
        let vast = WorldSpec {
            boundary,
            ..spec(blob(8), Some(65_536))
        };
        engine.ask(&open(&experiment.job, vast, 0, true));
        assert_eq!(engine.ready().grid.cells(), 1 << 32);
        let (header, pixels) = engine.frame();
        assert!(header.cells_per_pixel > 1 && pixels.iter().any(|&level| level > 0));
        let numbers = engine.run(3);
        assert_eq!(numbers.execution, Execution::Sparse);
        assert!(
            numbers.matter_cells > 0 && numbers.memory_bytes < 256 << 20,
            "{numbers:?}"
        );
    }
}

#[test]
fn once_somebody_asks_for_frames_each_is_one_that_was_asked_for() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, true));
    engine.ready();
    engine.command(WorldCommand::Speed {
        steps_per_second: Some(50.0),
    });
    engine.command(WorldCommand::Play);
    engine.frame_that(|header| header.step > 2);
    let mut last = 0;
    for round in 0..3 {
        engine.ask(&EngineRequest::Frame);
        let (header, _) = engine.frame();
        assert!(header.step >= last, "round {round}");
        last = header.step;
    }
    // Of the frames that were under way when it was first asked there are few; then there is none.
    let (mut frames, mut from) = (0, None);
    loop {
        match engine.next() {
            Heard::Frame(..) => frames += 1,
            Heard::Event(EngineEvent::Status(status)) => {
                let from = *from.get_or_insert(status.step);
                if status.step > from + 60 {
                    break;
                }
            }
            Heard::Event(_) => {}
        }
    }
    assert!(frames <= 2, "{frames} frames that nobody asked for");
    engine.ask(&EngineRequest::Frame);
    assert!(engine.frame().0.step >= last + 60);
}
