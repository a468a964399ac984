//! The diagnosis over HTTP: every check has its report, whatever becomes of the engine that makes it.

use std::time::Duration;

use anyhow::{Result, bail};
use atheria_shared::ErrorCode;
use atheria_shared::diagnosis::{Advice, CheckId, CheckReport, DiagnosisState, Figure, FigureName, Verdict};
use atheria_tests::{Lab, http};
use tokio::time::{Instant, sleep};

use super::{lab, options};

async fn ask(lab: &Lab, method: &str, experiment: &str) -> Result<http::Answer> {
    let path = format!("/api/experiments/{experiment}/diagnosis");
    http::request(lab.address, method, &path, "").await
}

/// Starts a diagnosis, and waits until it is over.
async fn diagnose(lab: &Lab, experiment: &str) -> Result<DiagnosisState> {
    let started = ask(lab, "POST", experiment).await?;
    anyhow::ensure!(started.status == 202, "{started:?}");
    let state: DiagnosisState = serde_json::from_slice(&started.body)?;
    assert!(state.running && state.diagnosis.checks.is_empty(), "{state:?}");
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let state: DiagnosisState = serde_json::from_slice(&ask(lab, "GET", experiment).await?.body)?;
        if !state.running {
            let checks: Vec<CheckId> = state.diagnosis.checks.iter().map(|report| report.check).collect();
            assert_eq!(checks, CheckId::ALL, "each once, in order");
            return Ok(state);
        }
        if Instant::now() > deadline {
            bail!("not over in 20 s: {state:?}");
        }
        sleep(Duration::from_millis(20)).await;
    }
}

fn report(state: &DiagnosisState, check: CheckId) -> &CheckReport {
    state
        .diagnosis
        .checks
        .iter()
        .find(|report| report.check == check)
        .unwrap_or_else(|| panic!("no {check:?}: {state:?}"))
}

fn verdicts(state: &DiagnosisState) -> Vec<Verdict> {
    state
        .diagnosis
        .checks
        .iter()
        .map(|report| report.verdict)
        .collect()
}

const PASSED: Verdict = Verdict::Passed;
const EXPLAINED: Verdict = Verdict::Explained;
const FAILED: Verdict = Verdict::Failed;
const SKIPPED: Verdict = Verdict::Skipped;

#[tokio::test]
async fn a_healthy_experiment_passes_every_check() -> Result<()> {
    let lab = lab(&["fine"]).await?;
    assert_eq!(ask(&lab, "GET", "fine").await?.status, 404);
    let state = diagnose(&lab, "fine").await?;
    assert_eq!(
        verdicts(&state),
        [PASSED, PASSED, PASSED, PASSED, PASSED, EXPLAINED, PASSED]
    );
    assert!(state.diagnosis.passed() && state.error.is_none());
    let restore = report(&state, CheckId::Restore);
    // "16 5", as a fault engine saves a world at step 16.
    let bytes = [(FigureName::BytesCompared, 4.0), (FigureName::BytesDiffer, 0.0)];
    assert_eq!(
        restore.evidence[..2],
        bytes.map(|(name, value)| Figure::new(name, value))
    );
    assert!(restore.seconds > 0.0);
    // It can be made again, and the sessions do not mind.
    diagnose(&lab, "fine").await?;
    lab.watch("fine").await?.live().await?;
    lab.stop().await
}

#[tokio::test]
async fn a_world_that_is_restored_as_another_one_is_found_out() -> Result<()> {
    let lab = lab(&["forgetful"]).await?;
    let state = diagnose(&lab, "forgetful").await?;
    assert!(!state.diagnosis.passed());
    let restore = report(&state, CheckId::Restore);
    assert_eq!(restore.verdict, FAILED);
    assert_eq!(restore.advice, Some(Advice::DistrustRestored));
    // " forgot"
    let different = Figure::new(FigureName::BytesDiffer, 7.0);
    assert!(restore.evidence.contains(&different), "{restore:?}");
    lab.stop().await
}

#[tokio::test]
async fn an_engine_that_ends_in_a_check_fails_that_one_and_leaves_out_the_rest() -> Result<()> {
    let lab = lab(&["fail-check", "die-check", "hang-check", "die-warm_up"]).await?;
    let failed = diagnose(&lab, "fail-check").await?;
    assert_eq!(
        verdicts(&failed),
        [PASSED, PASSED, FAILED, PASSED, PASSED, EXPLAINED, PASSED]
    );

    // The server's own check is made with engines of its own.
    let all = [PASSED, PASSED, FAILED, PASSED, SKIPPED, SKIPPED, SKIPPED];
    let died = diagnose(&lab, "die-check").await?;
    assert_eq!(verdicts(&died), all);
    let found = report(&died, CheckId::WriteRead);
    assert!(
        found.words().contains("SIGABRT") && found.words().contains("c10::Error"),
        "{found:?}"
    );
    assert_eq!(found.advice, Some(Advice::ReadLog));

    let hung = diagnose(&lab, "hang-check").await?;
    assert_eq!(verdicts(&hung), all);
    assert_eq!(
        report(&hung, CheckId::WriteRead).words(),
        "The engine took longer than 1 s for one check and was ended."
    );

    let unrestored = diagnose(&lab, "die-warm_up").await?;
    assert_eq!(
        verdicts(&unrestored),
        [PASSED, PASSED, PASSED, FAILED, PASSED, EXPLAINED, PASSED]
    );
    let restore = report(&unrestored, CheckId::Restore);
    assert!(restore.words().contains("warm up"), "{restore:?}");
    lab.stop().await
}

#[tokio::test]
async fn without_an_engine_that_is_the_finding() -> Result<()> {
    let mut options = options(&["fine"]);
    options.engine = "/nowhere/ath-engine".into();
    let lab = Lab::start(options).await?;
    let state = diagnose(&lab, "fine").await?;
    assert_eq!(
        verdicts(&state),
        [FAILED, SKIPPED, SKIPPED, SKIPPED, SKIPPED, SKIPPED, SKIPPED]
    );
    let device = report(&state, CheckId::Device);
    assert!(device.words().contains("/nowhere/ath-engine"), "{device:?}");
    assert_eq!(device.advice, Some(Advice::Build));
    lab.stop().await
}

#[tokio::test]
async fn an_experiment_that_cannot_be_opened_is_a_finding_and_one_that_is_not_there_an_error() -> Result<()> {
    let lab = lab(&[]).await?;
    lab.write("experiments/broken/config.json", "{")?;
    let state = diagnose(&lab, "broken").await?;
    assert_eq!(
        verdicts(&state),
        [SKIPPED, FAILED, SKIPPED, SKIPPED, SKIPPED, SKIPPED, SKIPPED]
    );
    let export = report(&state, CheckId::Export);
    assert!(export.words().contains("config.json"), "{export:?}");
    for (method, experiment, status, code) in [
        ("POST", "none", 404, ErrorCode::ExperimentNotFound),
        ("GET", "none", 404, ErrorCode::NotFound),
        ("POST", "..", 400, ErrorCode::ExperimentName),
        ("GET", "-rf", 400, ErrorCode::ExperimentName),
    ] {
        let answer = ask(&lab, method, experiment).await?;
        let code = serde_json::to_value(code)?;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (status, &code),
            "{experiment}"
        );
    }
    lab.stop().await
}

#[tokio::test]
async fn one_at_a_time_for_an_experiment_and_two_in_all() -> Result<()> {
    let mut options = options(&["hang-check", "fine", "other"]);
    options.deadlines.check = Duration::from_mins(10);
    options.deadlines.heartbeat = Duration::from_mins(10);
    options.environment.push(("FAULT_CHECKS".into(), "hang".into()));
    let lab = Lab::start(options).await?;
    let mut told = Vec::new();
    for experiment in ["hang-check", "hang-check", "fine", "other"] {
        let answer = ask(&lab, "POST", experiment).await?;
        told.push((
            answer.status,
            answer.json()["message"].as_str().map(str::to_owned),
        ));
    }
    insta::assert_debug_snapshot!(told);
    // They end with the server.
    let began = Instant::now();
    lab.stop().await?;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    Ok(())
}
