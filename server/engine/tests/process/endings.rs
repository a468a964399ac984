//! How the process ends.

use std::io::Write;
use std::time::Duration;

use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::world::StartingMatter;

use super::engine::{Engine, experiment, open, spec};

#[test]
fn the_process_ends_with_its_input_even_in_the_midst_of_a_run() {
    let experiment = experiment("UNET-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&open(
        &experiment.job,
        spec(StartingMatter::Random, Some(512)),
        0,
        false,
    ));
    engine.ready();
    engine.ask(&EngineRequest::Run {
        steps: 1_000_000,
        events: vec![],
        series: None,
    });
    engine.until(|event| matches!(event, EngineEvent::Progress { .. }).then_some(()));
    engine.input = None;
    assert!(engine.ends_within(Duration::from_secs(2)));
}

#[test]
fn nonsense_on_the_pipe_ends_the_process() {
    let mut engine = Engine::start();
    engine.input.as_mut().unwrap().write_all(&[0xff; 16]).unwrap();
    assert!(engine.ends_within(Duration::from_secs(2)));
}
