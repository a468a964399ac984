//! The life of a session, without engines and without time.

use std::time::Duration;

use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;
use atheria_shared::limits::{EVENTS, STEPS_PER_REQUEST, STEPS_PER_SECOND};
use atheria_shared::session::{ExportMethod, SessionRequest};
use atheria_shared::tool::{Stroke, Tool, ToolEvent};
use atheria_shared::view::View;
use atheria_shared::world::{EPS, ExecutionChoice, Precision, Vacuum, WorldInfo, WorldStatus};
use atheria_shared::{Architecture, Boundary, Cell, CheckpointFile, ExperimentName, GridShape};

use super::*;
use crate::supervisor::Missed;

fn machine(device: DeviceChoice) -> Machine {
    let request = SessionRequest::new(ExperimentName::new("e").unwrap());
    let params = LawParams {
        d_state: 4,
        hidden_channels: 8,
    };
    let plan = Plan {
        remarks: Vec::new(),
        request,
        law: LawJob {
            experiment: "e".into(),
            architecture: Some(Architecture::Mlp),
            params,
            params_defaulted: vec![],
            gamma: 0.0,
            trained_boundary: Boundary::Walls,
            checkpoint_dir: "/c".into(),
            checkpoint: CheckpointFile::new("best_model.pth").unwrap(),
            weights: None,
            cast: false,
            expected_sha256: None,
            cache_dir: None,
            method: ExportMethod::Auto,
            force: false,
        },
        world: WorldSpec {
            grid: None,
            boundary: Boundary::Walls,
            init: StartingMatter::Random,
            place: Placement::Tile,
            vacuum: Vacuum::default(),
            seed: 0,
            gamma: None,
            device,
            execution: ExecutionChoice::default(),
            eps: EPS,
            precision: Precision::default(),
        },
        view: View::default(),
        steps_per_second: Some(15.0),
    };
    let settings = SessionSettings {
        restarts: 2,
        restart_window: Duration::from_mins(1),
        ..SessionSettings::default()
    };
    Machine::new(
        SessionId::from_bits(1),
        plan,
        ["saves/a.npz".into(), "saves/b.npz".into()],
        settings,
    )
}

fn ready() -> EngineEvent {
    EngineEvent::Ready(WorldInfo {
        architecture: Some(Architecture::Mlp),
        foreign: None,
        params: LawParams {
            d_state: 4,
            hidden_channels: 8,
        },
        parameters: 1,
        grid: GridShape::new(8, 12).unwrap(),
        boundary: Boundary::Walls,
        vacuum: Vacuum::default(),
        eps: EPS,
        precision: Precision::default(),
        gamma: 0.0,
        device: Device::Cpu,
        threads: 1,
        has_memory: false,
        seed: 0,
        character: None,
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
    let path = "saves/b.npz".into();
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
    let path = "saves/b.npz".into();
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
            StartingMatter::File("saves/b.npz".into()),
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
    let path = "saves/b.npz".into();
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

fn stroke(radius_cells: f32) -> WorldCommand {
    WorldCommand::Tool {
        stroke: Stroke::new(Tool::Inject, Cell { y: 3, x: 4 }, radius_cells),
    }
}

fn applied(step: u64) -> EngineEvent {
    let stroke = Stroke::new(Tool::Inject, Cell { y: 3, x: 4 }, 2.0);
    EngineEvent::Applied(ToolEvent { step, stroke })
}

/// Asks for a stroke, and has it applied at that step.
fn paint(machine: &mut Machine, step: u64, now: Instant) -> Vec<Effect> {
    machine.command(stroke(2.0), now).unwrap();
    machine.heard(applied(step), now)
}

fn recorded(machine: &Machine) -> Vec<u64> {
    machine.events().events.iter().map(|event| event.step).collect()
}

#[test]
fn a_stroke_is_checked_recorded_and_told() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    let error = machine.command(stroke(-1.0), now).unwrap_err();
    assert_eq!(error.code, ErrorCode::BadRequest);
    let asked = machine.command(stroke(2.0), now).unwrap();
    assert_eq!(asked, [Effect::Send(EngineRequest::World(stroke(2.0)))]);
    assert_eq!(
        recorded(&machine),
        [0; 0],
        "it is not done before the engine says so"
    );
    let told = machine.heard(applied(7), now);
    assert!(
        matches!(told.as_slice(), [Effect::Tell(Event::Tool(event))] if event.step == 7),
        "{told:?}"
    );
    assert_eq!(recorded(&machine), [7]);
}

#[test]
fn a_recovery_forgets_what_came_after_the_save() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    paint(&mut machine, 3, now);
    save(&mut machine, 5, now);
    paint(&mut machine, 8, now);
    machine.heard(at_step(9), now);
    machine.ended(died(), now);
    assert_eq!(recorded(&machine), [3]);
    machine.launched(now);
    machine.heard(ready(), now);
    paint(&mut machine, 6, now);
    assert_eq!(recorded(&machine), [3, 6]);
    machine.command(WorldCommand::Reset, now).unwrap();
    assert_eq!(recorded(&machine), [0; 0]);
}

#[test]
fn a_recovery_without_a_save_forgets_everything() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    paint(&mut machine, 3, now);
    machine.ended(died(), now);
    assert_eq!(recorded(&machine), [0; 0]);
}

#[test]
fn a_stroke_before_a_reset_is_of_the_past_that_it_ends() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    machine.command(stroke(2.0), now).unwrap();
    machine.command(WorldCommand::Reset, now).unwrap();
    machine.command(stroke(2.0), now).unwrap();
    machine.heard(applied(40), now);
    machine.heard(EngineEvent::Reset, now);
    machine.heard(applied(0), now);
    assert_eq!(recorded(&machine), [0]);
}

#[test]
fn a_reset_that_the_engine_never_came_to_is_done_by_the_next_one() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    paint(&mut machine, 3, now);
    save(&mut machine, 5, now);
    machine.command(WorldCommand::Reset, now).unwrap();
    assert_eq!(
        recorded(&machine),
        [3],
        "it is not done before the engine says so"
    );
    machine.ended(died(), now);
    assert_eq!(opening(&machine.launched(now)).1, 0);
    assert_eq!(recorded(&machine), [0; 0]);
}

#[test]
fn a_stroke_that_is_not_taken_takes_no_place() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    for _ in 0..=EVENTS {
        let asked = machine.command(stroke(2.0), now).unwrap();
        let [Effect::Send(request)] = asked.as_slice() else {
            panic!("{asked:?}");
        };
        machine.not_taken(request);
    }
}

#[test]
fn a_world_that_was_only_painted_is_saved_too() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    paint(&mut machine, 0, now);
    save(&mut machine, 0, now);
    assert!(machine.save_due(now).is_empty());
    machine.ended(died(), now);
    let open = opening(&machine.launched(now));
    assert_eq!((open.0, open.1), (StartingMatter::File("saves/b.npz".into()), 0));
    assert_eq!(recorded(&machine), [0]);
}

#[test]
fn a_new_engine_goes_on_as_it_was_asked_and_the_saved_world_lies_in_the_middle() {
    let now = Instant::now();
    let mut machine = machine(DeviceChoice::Auto);
    machine.launch(now);
    assert_eq!(asked_world(&machine.launched(now)).place, Placement::Tile);
    machine.heard(ready(), now);
    let execution = ExecutionChoice::Dense;
    machine
        .command(WorldCommand::Execution { execution }, now)
        .unwrap();
    save(&mut machine, 5, now);
    machine.ended(died(), now);
    let world = asked_world(&machine.launched(now));
    assert_eq!((world.execution, world.place), (execution, Placement::Centre));
}

fn asked_world(effects: &[Effect]) -> WorldSpec {
    let world = effects.iter().find_map(|effect| match effect {
        Effect::Send(EngineRequest::Open { world, .. }) => Some(world.clone()),
        _ => None,
    });
    world.unwrap()
}

#[test]
fn a_save_that_was_never_answered_for_is_not_gone_on_from() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    let mut saved_to = Vec::new();
    for step in [5, 7, 9] {
        machine.heard(at_step(step), now);
        let asked = machine.save_due(now);
        let [Effect::Send(EngineRequest::Save { path })] = asked.as_slice() else {
            panic!("{asked:?}");
        };
        saved_to.push(path.clone());
        // The third may be there, and its engine died before it said so.
        if step < 9 {
            let path = path.clone();
            machine.heard(EngineEvent::Saved { path, step }, now);
        }
    }
    assert_eq!(saved_to[0], saved_to[2], "they take turns");
    machine.ended(died(), now);
    let open = opening(&machine.launched(now));
    assert_eq!((open.0, open.1), (StartingMatter::File(saved_to[1].clone()), 7));
}
