//! Runs without a page: saved and restored, with strokes, with a series.

use std::path::PathBuf;

use atheria_shared::engine::{EngineRequest, SeriesJob};
use atheria_shared::tool::{Stroke, Tool};
use atheria_shared::world::{Emptiness, StartingMatter, WorldCommand};
use atheria_shared::{Cell, ErrorCode};

use super::engine::{Engine, blob, experiment, noise, open, spec};

#[test]
fn a_run_that_is_saved_and_restored_is_the_run_in_one_go() {
    let experiment = experiment("UNET_CONVLSTM-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, false));
    assert!(engine.ready().has_memory);
    engine.run(4);
    assert_eq!(engine.save(&path("four.npz")), 4);
    engine.run(4);
    assert_eq!(engine.save(&path("eight.npz")), 8);

    let mut other = Engine::start();
    let saved = StartingMatter::File(path("four.npz"));
    other.ask(&open(&experiment.job, spec(saved, None), 4, false));
    other.ready();
    other.run(4);
    assert_eq!(other.save(&path("again.npz")), 8);
    let read = |name: &str| std::fs::read(path(name)).unwrap();
    assert_eq!(read("again.npz"), read("eight.npz"));
    other.command(WorldCommand::Reset);
    assert_eq!(other.failure().code, ErrorCode::NotReady);
}

#[test]
fn tools_are_applied_and_said_and_a_run_repeats_them() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(48)), 0, true));
    engine.ready();
    let mut said = vec![engine.stroke(noise(4, 40))];
    engine.command(WorldCommand::Step { steps: 3 });
    engine.status(|status| status.step == 3);
    said.push(engine.stroke(Stroke::new(Tool::Vortex, Cell { y: 24, x: 24 }, 6.0)));
    let steps: Vec<u64> = said.iter().map(|event| event.step).collect();
    assert_eq!(steps, [0, 3]);
    assert_eq!(engine.status(|_| true).numbers.events, 2);
    engine.command(WorldCommand::Step { steps: 2 });
    engine.status(|status| status.step == 5);
    assert_eq!(engine.save(&path("played.npz")), 5);

    let mut other = Engine::start();
    other.ask(&open(&experiment.job, spec(blob(8), Some(48)), 0, false));
    other.ready();
    let (step, numbers) = other.run_with(5, said, None);
    assert_eq!((step, numbers.events), (5, 2));
    assert_eq!(other.save(&path("run.npz")), 5);
    let read = |name: &str| std::fs::read(path(name)).unwrap();
    assert!(
        read("run.npz") == read("played.npz"),
        "the record of a run is not the run"
    );

    other.stroke(Stroke::new(Tool::Erase, Cell { y: 24, x: 24 }, 100.0));
    let (step, numbers) = other.run_with(0, vec![], None);
    assert_eq!((step, numbers.matter_cells), (5, 0));
    assert_eq!(numbers.emptiness, Some(Emptiness::Erased { step: 5 }));
}

#[test]
fn a_run_writes_a_series_its_start_included() {
    let experiment = experiment("MLP-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    engine.ask(&open(&experiment.job, spec(blob(8), Some(32)), 0, false));
    engine.ready();
    let job = |name: &str, every| {
        Some(SeriesJob {
            path: folder.path().join(name),
            every,
        })
    };
    assert_eq!(engine.run_with(7, vec![], job("run.npz", 3)).0, 7);
    let bytes = std::fs::metadata(folder.path().join("run.npz")).unwrap().len();
    // Steps 0, 3, 6: three states of 32 x 32 cells of 4 complex64.
    assert!((3 * 32_768..4 * 32_768).contains(&bytes), "{bytes}");
    assert_eq!(engine.run_with(0, vec![], job("one.zarr", 1)).0, 7);
    assert!(folder.path().join("one.zarr").is_dir());
    engine.ask(&EngineRequest::Run {
        steps: 1,
        events: vec![],
        series: job("none.npz", 0),
    });
    assert_eq!(engine.failure().code, ErrorCode::BadRequest);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}
