//! What is asked of a law: its character, its diagnosis.

use atheria_shared::character::SeedFate;
use atheria_shared::diagnosis::{CheckId, CheckReport, Verdict};
use atheria_shared::engine::{EngineEvent, EngineRequest};

use super::engine::{Engine, blob, experiment, spec};

#[test]
fn a_law_is_inspected() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let mut engine = Engine::start();
    engine.ask(&EngineRequest::Inspect {
        law: experiment.job.clone(),
    });
    let character = engine.until(|event| match event {
        EngineEvent::Character(character) => Some(character.clone()),
        _ => None,
    });
    assert_eq!((character.period_cells, character.reach_cells), (1, 1));
    assert!((1.0..1.4).contains(&character.lambda.unwrap()), "{character:?}");
    assert!(
        matches!(character.seed, Some(SeedFate::Grows { .. })),
        "{character:?}"
    );
}

#[test]
fn a_diagnosis_makes_its_checks_in_order() {
    let experiment = experiment("DEEP_QCA-d4-h8-g32");
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::start();
    engine.ask(&EngineRequest::Diagnose {
        law: experiment.job.clone(),
        world: spec(blob(8), Some(32)),
        scratch: folder.path().to_owned(),
    });
    let mut checks: Vec<CheckReport> = Vec::new();
    loop {
        match engine.event() {
            EngineEvent::Checked(report) => checks.push(report),
            EngineEvent::Diagnosed => break,
            EngineEvent::Failed { error } => panic!("{error}"),
            _ => {}
        }
    }
    let order: Vec<CheckId> = checks.iter().map(|report| report.check).collect();
    assert!(order.is_sorted() && order.len() >= 6, "{order:?}");
    for report in &checks {
        assert!(report.verdict != Verdict::Failed, "{report:?}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "files are left"
    );
}
