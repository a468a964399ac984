//! The life of a session, without engines and without time.

use std::time::Duration;

use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;
use atheria_shared::session::{ExportMethod, SessionRequest};
use atheria_shared::world::{WorldInfo, WorldSpec};
use atheria_shared::{Architecture, Boundary, CheckpointFile, ExperimentName, GridShape};

use super::*;
use crate::supervisor::Missed;

fn machine(device: DeviceChoice) -> Machine {
    let request = SessionRequest::new(ExperimentName::new("e").unwrap());
    let params = LawParams {
        d_state: 4,
        hidden_channels: 8,
    };
    let plan = Plan {
        request,
        law: LawJob {
            experiment: "e".into(),
            architecture: Architecture::Mlp,
            params,
            gamma: 0.0,
            trained_boundary: Boundary::Walls,
            checkpoint_dir: "/c".into(),
            checkpoint: CheckpointFile::new("best_model.pth").unwrap(),
            method: ExportMethod::Auto,
            force: false,
        },
        world: WorldSpec {
            grid: None,
            boundary: Boundary::Walls,
            init: StartingMatter::Random,
            seed: 0,
            gamma: None,
            device,
        },
        view: View::default(),
        steps_per_second: Some(15.0),
    };
    let settings = SessionSettings {
        restarts: 2,
        restart_window: Duration::from_mins(1),
        ..SessionSettings::default()
    };
    Machine::new(SessionId::from_bits(1), plan, "/tmp/save.npz".into(), settings)
}

fn ready() -> EngineEvent {
    EngineEvent::Ready(WorldInfo {
        architecture: Architecture::Mlp,
        params: LawParams {
            d_state: 4,
            hidden_channels: 8,
        },
        parameters: 1,
        grid: GridShape::new(8, 12).unwrap(),
        boundary: Boundary::Walls,
        gamma: 0.0,
        device: Device::Cpu,
        threads: 1,
        has_memory: false,
        seed: 0,
    })
}

fn at_step(step: u64) -> EngineEvent {
    EngineEvent::Status(WorldStatus {
        step,
        playing: true,
        ..WorldStatus::default()
    })
}

fn died() -> EngineError {
    EngineError::Died {
        status: None,
        stage: None,
        last_words: Vec::new(),
    }
}

/// What the engine is asked to open.
fn opening(effects: &[Effect]) -> (StartingMatter, u64, DeviceChoice, bool) {
    let open = effects.iter().find_map(|effect| match effect {
        Effect::Send(EngineRequest::Open {
            world, step, play, ..
        }) => Some((world.init.clone(), *step, world.device, *play)),
        _ => None,
    });
    open.unwrap()
}

fn live(device: DeviceChoice, now: Instant) -> Machine {
    let mut machine = machine(device);
    machine.launch(now);
    machine.launched(now);
    machine.heard(ready(), now);
    assert_eq!(machine.info().phase, Phase::Live);
    machine
}

fn save(machine: &mut Machine, step: u64, now: Instant) {
    machine.heard(at_step(step), now);
    assert!(!machine.save_due(now).is_empty());
    let path = "/tmp/save.npz".into();
    machine.heard(EngineEvent::Saved { path, step }, now);
}

#[test]
fn a_world_that_has_not_changed_is_not_saved_again() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    assert!(
        machine.save_due(now).is_empty(),
        "step 0 is where it begins anyway"
    );
    save(&mut machine, 5, now);
    assert!(machine.save_due(now).is_empty());
    machine.heard(at_step(6), now);
    assert_eq!(machine.save_due(now).len(), 1);
    assert!(machine.save_due(now).is_empty(), "one save at a time");
}

#[test]
fn saving_takes_a_small_part_of_the_time() {
    let mut now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    machine.heard(at_step(1), now);
    assert_eq!(machine.save_due(now).len(), 1);
    now += Duration::from_secs(2);
    let path = "/tmp/save.npz".into();
    machine.heard(EngineEvent::Saved { path, step: 1 }, now);
    machine.heard(at_step(2), now);
    assert!(machine.save_due(now + Duration::from_secs(39)).is_empty());
    assert_eq!(machine.save_due(now + Duration::from_secs(40)).len(), 1);
}

#[test]
fn a_recovery_begins_with_the_save_and_what_was_wished() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    save(&mut machine, 5, now);
    machine.heard(at_step(9), now);
    machine.command(WorldCommand::Pause, now).unwrap();
    machine.ended(died(), now);
    assert_eq!(machine.info().phase, Phase::Recovering);
    let open = opening(&machine.launched(now));
    assert_eq!(
        open,
        (
            StartingMatter::File("/tmp/save.npz".into()),
            5,
            DeviceChoice::Auto,
            false
        )
    );
    let effects = machine.heard(ready(), now);
    let notice = effects.iter().find_map(|effect| match effect {
        Effect::Tell(Event::Notice(Notice::EngineRestarted {
            from_step,
            lost_steps,
            ..
        })) => Some((*from_step, *lost_steps)),
        _ => None,
    });
    assert_eq!(notice, Some((5, 4)));
}

#[test]
fn a_reset_voids_what_was_saved_before_it_and_what_arrives_after_it() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    save(&mut machine, 5, now);
    machine.heard(at_step(9), now);
    machine.save_due(now);
    machine.command(WorldCommand::Reset, now).unwrap();
    let path = "/tmp/save.npz".into();
    machine.heard(EngineEvent::Saved { path, step: 9 }, now);
    machine.ended(died(), now);
    let open = opening(&machine.launched(now));
    assert_eq!((open.0, open.1), (StartingMatter::Random, 0));
}

#[test]
fn restarts_are_counted_within_their_window() {
    let mut now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    for _ in 0..5 {
        now += Duration::from_secs(31);
        machine.ended(died(), now);
        assert_eq!(machine.info().phase, Phase::Recovering);
        machine.launched(now);
        machine.heard(ready(), now);
    }
    now += Duration::from_secs(1);
    machine.ended(died(), now);
    assert!(matches!(machine.info().phase, Phase::Failed { .. }));
    assert!(machine.command(WorldCommand::Play, now).is_err());
}

#[test]
fn cuda_is_given_up_once_and_only_when_it_was_not_asked_for() {
    let now = Instant::now();
    let hang = || EngineError::Timeout {
        missed: Missed::Stage {
            stage: Stage::VerifyCuda,
            deadline: Duration::from_secs(1),
        },
        last_words: Vec::new(),
    };
    let mut auto = machine(DeviceChoice::Auto);
    auto.launch(now);
    auto.launched(now);
    let effects = auto.ended(hang(), now);
    assert!(effects.contains(&Effect::Launch));
    assert_eq!(opening(&auto.launched(now)).2, DeviceChoice::Cpu);
    auto.ended(hang(), now);
    assert!(matches!(auto.info().phase, Phase::Failed { .. }));

    let mut cuda = machine(DeviceChoice::Cuda);
    cuda.launch(now);
    cuda.launched(now);
    cuda.ended(hang(), now);
    assert!(matches!(cuda.info().phase, Phase::Failed { .. }));
}

#[test]
fn a_world_that_runs_out_of_memory_on_cuda_is_warmed_up_on_the_cpu() {
    let now = Instant::now();
    let mut machine = machine(DeviceChoice::Auto);
    machine.launch(now);
    machine.launched(now);
    for stage in [Stage::VerifyCuda, Stage::WarmUp] {
        let state = StageState::Started;
        machine.heard(EngineEvent::Stage(StageReport { stage, state }), now);
    }
    let error = ApiError::new(ErrorCode::EngineFailed, "CUDA out of memory");
    assert!(
        machine
            .heard(EngineEvent::Failed { error }, now)
            .contains(&Effect::Launch)
    );
    assert_eq!(machine.info().phase, Phase::Opening);
}

#[test]
fn commands_hold_at_their_limits() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    let mut fits = |command| machine.command(command, now).is_ok();
    for (steps, good) in [
        (0, false),
        (1, true),
        (STEPS_PER_REQUEST, true),
        (STEPS_PER_REQUEST + 1, false),
    ] {
        assert_eq!(fits(WorldCommand::Step { steps }), good, "{steps}");
    }
    for (pace, good) in [
        (0.0, false),
        (0.1, true),
        (STEPS_PER_SECOND, true),
        (1_000.1, false),
        (f32::NAN, false),
    ] {
        let steps_per_second = Some(pace);
        assert_eq!(fits(WorldCommand::Speed { steps_per_second }), good, "{pace}");
    }
}
