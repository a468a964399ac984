//! The clocks of an engine, without an engine and without time.

use atheria_shared::diagnosis::{CheckId, CheckReport, Verdict};
use atheria_shared::engine::LawJob;
use atheria_shared::planting::SeedMatter;
use atheria_shared::session::StageReport;
use atheria_shared::world::{
    DeviceChoice, EPS, ExecutionChoice, Placement, Precision, StartingMatter, Vacuum, WorldSpec,
};

use super::*;

const STAGE: Duration = Duration::from_secs(5);

fn deadlines() -> Deadlines {
    Deadlines {
        stage: |_| STAGE,
        between_stages: Duration::from_secs(2),
        heartbeat: Duration::from_secs(3),
        busy: Duration::from_secs(4),
        ..Deadlines::default()
    }
}

fn at(start: Instant, seconds: f32) -> Instant {
    start + Duration::from_secs_f32(seconds)
}

fn started(stage: Stage) -> EngineEvent {
    EngineEvent::Stage(StageReport {
        stage,
        state: StageState::Started,
    })
}

fn heartbeat(busy_ms: u64) -> EngineEvent {
    EngineEvent::Heartbeat { busy_ms }
}

#[test]
fn silence_is_missed() {
    let start = Instant::now();
    let mut dog = Watchdog::new(deadlines(), start);
    dog.heard(&heartbeat(0), at(start, 1.0));
    let deadline = Duration::from_secs(3);
    assert_eq!(dog.next(), (at(start, 4.0), Missed::Heartbeat { deadline }));
}

#[test]
fn heartbeats_do_not_save_a_stage() {
    let start = Instant::now();
    let mut dog = Watchdog::new(deadlines(), start);
    dog.heard(&started(Stage::Export), start);
    for second in 1..5u16 {
        dog.heard(&heartbeat(u64::from(second) * 1000), at(start, f32::from(second)));
    }
    let (when, missed) = dog.next();
    assert_eq!(when, at(start, 5.0));
    let stage = Stage::Export;
    assert_eq!(
        missed,
        Missed::Stage {
            stage,
            deadline: STAGE
        }
    );
    assert_eq!(dog.stage(), Some(stage));
}

#[test]
fn the_next_stage_is_owed_until_the_world_is_ready() {
    let start = Instant::now();
    let mut dog = Watchdog::new(deadlines(), start);
    let done = EngineEvent::Stage(StageReport {
        stage: Stage::Export,
        state: StageState::Done {
            seconds: 1.0,
            error: None,
            cached: false,
        },
    });
    dog.heard(&done, start);
    let deadline = Duration::from_secs(2);
    assert_eq!(dog.next(), (at(start, 2.0), Missed::NextStage { deadline }));
    let failed = EngineEvent::Failed {
        error: atheria_shared::ApiError::new(atheria_shared::ErrorCode::ExportFailed, "x"),
    };
    dog.heard(&failed, start);
    assert!(matches!(dog.next().1, Missed::Heartbeat { .. }));
}

#[test]
fn a_long_step_is_missed_by_its_own_account() {
    let start = Instant::now();
    let mut dog = Watchdog::new(deadlines(), at(start, -0.0));
    dog.heard(&heartbeat(3_500), at(start, 10.0));
    let deadline = Duration::from_secs(4);
    assert_eq!(dog.next(), (at(start, 10.5), Missed::Busy { deadline }));
    dog.heard(&EngineEvent::Progress { step: 3 }, at(start, 10.2));
    assert!(matches!(dog.next().1, Missed::Heartbeat { .. }));
}

#[test]
fn time_that_we_were_away_does_not_count() {
    let start = Instant::now();
    let mut dog = Watchdog::new(deadlines(), start);
    dog.heard(&started(Stage::Export), start);
    dog.excuse(Duration::from_mins(1));
    let deadline = Duration::from_secs(3);
    assert_eq!(dog.next(), (at(start, 63.0), Missed::Heartbeat { deadline }));
    dog.heard(&heartbeat(0), at(start, 63.0));
    assert_eq!(dog.next().0, at(start, 65.0));
}

#[test]
fn a_save_has_to_be_answered() {
    let start = Instant::now();
    let mut dog = Watchdog::new(deadlines(), start);
    dog.asked(&EngineRequest::Save { path: "x".into() }, start);
    dog.heard(&heartbeat(0), at(start, 2.0));
    assert_eq!(dog.next().0, at(start, 4.0));
    let saved = EngineEvent::Saved {
        path: "x".into(),
        step: 1,
    };
    dog.heard(&saved, at(start, 2.5));
    assert!(matches!(dog.next().1, Missed::Heartbeat { .. }));
}

fn law() -> LawJob {
    LawJob {
        experiment: "e".into(),
        architecture: Some(atheria_shared::Architecture::Mlp),
        params: atheria_shared::law::LawParams {
            d_state: 4,
            hidden_channels: 8,
        },
        params_defaulted: vec![],
        gamma: 0.0,
        trained_boundary: atheria_shared::Boundary::Walls,
        checkpoint_dir: "/c".into(),
        checkpoint: atheria_shared::CheckpointFile::new("best_model.pth").unwrap(),
        weights: None,
        cast: false,
        expected_sha256: None,
        cache_dir: None,
        method: atheria_shared::session::ExportMethod::Auto,
        force: false,
    }
}

#[test]
fn stages_are_owed_until_the_answer_to_what_was_asked() {
    let start = Instant::now();
    let mut dog = Watchdog::new(deadlines(), start);
    let exported = EngineEvent::Exported(atheria_shared::session::ExportReport {
        file: "x".into(),
        folder: None,
        checkpoint: "x".into(),
        method: atheria_shared::session::ExportMethod::Auto,
        made: true,
        max_abs_error: 0.0,
        episode: None,
        loss: None,
        checkpoint_sha256: String::new(),
        remarks: Vec::new(),
    });
    dog.asked(&EngineRequest::Export { law: law() }, start);
    dog.heard(&exported, start);
    assert!(matches!(dog.next().1, Missed::Heartbeat { .. }));
    dog.asked(&EngineRequest::Inspect { law: law() }, start);
    dog.heard(&exported, start);
    assert!(matches!(dog.next().1, Missed::NextStage { .. }));
}

#[test]
fn each_check_has_its_time_and_its_stages_theirs() {
    let start = Instant::now();
    let check = Duration::from_millis(2_500);
    let mut dog = Watchdog::new(Deadlines { check, ..deadlines() }, start);
    let diagnose = EngineRequest::Diagnose {
        law: law(),
        world: WorldSpec {
            grid: None,
            boundary: atheria_shared::Boundary::Walls,
            init: StartingMatter::Random,
            place: Placement::default(),
            vacuum: Vacuum::default(),
            planted: SeedMatter::Start,
            seed: 0,
            gamma: None,
            device: DeviceChoice::default(),
            execution: ExecutionChoice::default(),
            eps: EPS,
            precision: Precision::default(),
        },
        scratch: "/s".into(),
    };
    dog.asked(&diagnose, start);
    // However busy it is, by its own account.
    dog.heard(&heartbeat(3_999), at(start, 1.0));
    assert_eq!(dog.next(), (start + check, Missed::Check { deadline: check }));
    dog.heard(&started(Stage::Export), at(start, 2.0));
    dog.heard(&heartbeat(0), at(start, 4.5));
    assert_eq!(dog.next().0, at(start, 7.0));
    let done = EngineEvent::Checked(CheckReport {
        check: CheckId::Export,
        verdict: Verdict::Passed,
        finding: atheria_shared::diagnosis::Finding::NoView,
        error: None,
        evidence: Vec::new(),
        advice: None,
        seconds: 1.0,
    });
    dog.heard(&done, at(start, 5.0));
    assert_eq!(
        dog.next(),
        (at(start, 5.0) + check, Missed::Check { deadline: check })
    );
    dog.heard(&EngineEvent::Diagnosed, at(start, 6.0));
    assert!(matches!(dog.next().1, Missed::Heartbeat { .. }));
}
