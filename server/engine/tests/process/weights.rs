//! Which weights an engine takes: of which file, and of which place in it.

use atheria_shared::ErrorCode;
use atheria_shared::engine::{EngineEvent, EngineRequest};
use atheria_shared::session::{ExportMethod, ExportReport};

use super::engine::{Engine, Experiment, experiment};

fn ask(engine: &mut Engine, experiment: &Experiment) {
    engine.ask(&EngineRequest::Export {
        law: experiment.job.clone(),
    });
}

fn exported(engine: &Engine) -> ExportReport {
    engine.until(|event| match event {
        EngineEvent::Exported(report) => Some(report.clone()),
        _ => None,
    })
}

#[test]
fn a_world_goes_on_with_its_own_checkpoint_alone() {
    let mut experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    ask(&mut engine, &experiment);
    let own = exported(&engine).checkpoint_sha256;
    experiment.job.expected_sha256 = Some(own.clone());
    ask(&mut engine, &experiment);
    assert_eq!(exported(&engine).checkpoint_sha256, own);
    experiment.job.expected_sha256 = Some("0".repeat(64));
    ask(&mut engine, &experiment);
    let error = engine.failure();
    assert_eq!(error.code, ErrorCode::CheckpointReplaced);
    assert!(error.details[1].contains(&own), "{:?}", error.details);
}

#[test]
fn a_place_is_chosen_also_by_the_process_that_traces() {
    let mut experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    experiment.job.weights = Some("nowhere".to_owned());
    ask(&mut engine, &experiment);
    let error = engine.failure();
    assert_eq!(error.code, ErrorCode::BadRequest);
    let [place] = error.details.as_slice() else {
        panic!("{error:?}")
    };
    experiment.job.weights = Some(place.clone());
    experiment.job.method = ExportMethod::Trace;
    ask(&mut engine, &experiment);
    assert_eq!(exported(&engine).method, ExportMethod::Trace);
}
