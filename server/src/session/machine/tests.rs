//! The life of a session, without engines and without time.

mod shows;

use std::time::Duration;

use atheria_shared::character::{LawCharacter, Trait};
use atheria_shared::engine::LawJob;
use atheria_shared::law::LawParams;
use atheria_shared::limits::{EVENTS, STEPS_PER_REQUEST, STEPS_PER_SECOND};
use atheria_shared::planting::SeedMatter;
use atheria_shared::session::{ExportMethod, ExportReport, SessionRequest};
use atheria_shared::show::Show;
use atheria_shared::tool::{Stroke, Tool, ToolEvent};
use atheria_shared::view::View;
use atheria_shared::world::{EPS, ExecutionChoice, Precision, Vacuum, WorldInfo, WorldStatus};
use atheria_shared::{Architecture, Boundary, Cell, CheckpointFile, ExperimentName, GridShape};

use super::*;
use crate::supervisor::{Cuda, Missed};

fn machine(device: DeviceChoice) -> Machine {
    machine_with(device, None)
}

fn machine_with(device: DeviceChoice, show: Option<Show>) -> Machine {
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
            planted: SeedMatter::Start,
            seed: 0,
            gamma: None,
            device,
            execution: ExecutionChoice::default(),
            eps: EPS,
            precision: Precision::default(),
        },
        view: View::default(),
        steps_per_second: Some(15.0),
        show,
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

/// There is an engine, and the device that was wanted.
fn launched(machine: &mut Machine, now: Instant) -> Vec<Effect> {
    let device = machine.device_wanted();
    machine.launched(
        Chosen {
            device,
            fell_back: None,
        },
        now,
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
        planted: None,
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
    begun(machine(device), now)
}

fn begun(mut machine: Machine, now: Instant) -> Machine {
    machine.launch(now);
    launched(&mut machine, now);
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
    let open = opening(&launched(&mut machine, now));
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
    let open = opening(&launched(&mut machine, now));
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
        launched(&mut machine, now);
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
    launched(&mut auto, now);
    let effects = auto.ended(hang(), now);
    assert!(effects.contains(&Effect::Launch));
    assert_eq!(opening(&launched(&mut auto, now)).2, DeviceChoice::Cpu);
    auto.ended(hang(), now);
    assert!(matches!(auto.info().phase, Phase::Failed { .. }));

    let mut cuda = machine(DeviceChoice::Cuda);
    cuda.launch(now);
    launched(&mut cuda, now);
    cuda.ended(hang(), now);
    assert!(matches!(cuda.info().phase, Phase::Failed { .. }));
}

#[test]
fn a_world_that_runs_out_of_memory_on_cuda_is_warmed_up_on_the_cpu() {
    let now = Instant::now();
    let mut machine = machine(DeviceChoice::Auto);
    machine.launch(now);
    launched(&mut machine, now);
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
    launched(&mut machine, now);
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
    assert_eq!(opening(&launched(&mut machine, now)).1, 0);
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
    let open = opening(&launched(&mut machine, now));
    assert_eq!((open.0, open.1), (StartingMatter::File("saves/b.npz".into()), 0));
    assert_eq!(recorded(&machine), [0]);
}

#[test]
fn a_new_engine_goes_on_as_it_was_asked_and_the_saved_world_lies_in_the_middle() {
    let now = Instant::now();
    let mut machine = machine(DeviceChoice::Auto);
    machine.launch(now);
    assert_eq!(asked_world(&launched(&mut machine, now)).place, Placement::Tile);
    machine.heard(ready(), now);
    let execution = ExecutionChoice::Dense;
    machine
        .command(WorldCommand::Execution { execution }, now)
        .unwrap();
    save(&mut machine, 5, now);
    machine.ended(died(), now);
    let world = asked_world(&launched(&mut machine, now));
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
    let open = opening(&launched(&mut machine, now));
    assert_eq!((open.0, open.1), (StartingMatter::File(saved_to[1].clone()), 7));
}

fn exported(checkpoint_sha256: &str) -> EngineEvent {
    EngineEvent::Exported(ExportReport {
        file: "model_best_model.pt".into(),
        folder: None,
        checkpoint: "best_model.pth".into(),
        method: ExportMethod::Script,
        made: false,
        max_abs_error: 0.0,
        episode: None,
        loss: None,
        checkpoint_sha256: checkpoint_sha256.into(),
        remarks: Vec::new(),
    })
}

/// The checkpoint that the engine is told to expect.
fn expected(effects: &[Effect]) -> Option<String> {
    let law = effects.iter().find_map(|effect| match effect {
        Effect::Send(EngineRequest::Open { law, .. }) => Some(law.clone()),
        _ => None,
    });
    law.unwrap().expected_sha256
}

#[test]
fn a_recovery_goes_on_with_the_same_weights_or_asks() {
    let now = Instant::now();
    let mut machine = machine(DeviceChoice::Auto);
    machine.launch(now);
    assert_eq!(expected(&launched(&mut machine, now)), None);
    machine.heard(exported("abc"), now);
    machine.heard(ready(), now);
    save(&mut machine, 5, now);
    machine.ended(died(), now);
    assert_eq!(expected(&launched(&mut machine, now)).as_deref(), Some("abc"));
    assert_eq!(machine.stranded(), None);

    let error = ApiError::new(ErrorCode::CheckpointReplaced, "the checkpoint is another one");
    let effects = machine.heard(EngineEvent::Failed { error }, now);
    let Phase::Failed { error } = &machine.info().phase else {
        panic!("{:?}", machine.info().phase);
    };
    assert_eq!(error.code, ErrorCode::CheckpointReplaced);
    assert!(
        error.details[0].contains("step 5 is saved"),
        "{:?}",
        error.details
    );
    assert!(error.details[0].ends_with("saves/b.npz"));
    assert!(effects.contains(&Effect::DropEngine) && !effects.contains(&Effect::Launch));
    machine.close();
    assert_eq!(
        machine.stranded(),
        Some(Path::new("saves/b.npz")),
        "it is not deleted"
    );
}

#[test]
fn an_opening_that_never_came_to_a_world_takes_the_checkpoint_that_is_there() {
    let now = Instant::now();
    let mut machine = machine(DeviceChoice::Auto);
    machine.launch(now);
    launched(&mut machine, now);
    machine.heard(exported("abc"), now);
    let error = ApiError::new(ErrorCode::CudaFailed, "no");
    machine.heard(EngineEvent::Failed { error }, now);
    assert_eq!(machine.info().phase, Phase::Opening);
    assert_eq!(expected(&launched(&mut machine, now)), None);
}

#[test]
fn a_driver_that_cannot_be_used_is_told_once() {
    let now = Instant::now();
    let mut machine = machine(DeviceChoice::Auto);
    let error = ApiError::new(ErrorCode::CudaFailed, "the NVIDIA driver is too old");
    let chosen = || Chosen {
        device: DeviceChoice::Cpu,
        fell_back: Some(error.clone()),
    };
    let told = tell(Notice::CudaFellBack { error: error.clone() });
    machine.launch(now);
    let effects = machine.launched(chosen(), now);
    assert_eq!(opening(&effects).2, DeviceChoice::Cpu);
    assert!(effects.contains(&told));
    machine.heard(ready(), now);
    machine.ended(died(), now);
    assert_eq!(
        machine.device_wanted(),
        DeviceChoice::Auto,
        "it may have come back"
    );
    assert!(!machine.launched(chosen(), now).contains(&told));
}

#[test]
fn cuda_that_was_asked_for_and_is_not_there_fails_with_its_reason() {
    let now = Instant::now();
    let mut machine = machine(DeviceChoice::Cuda);
    machine.launch(now);
    let cuda = Cuda::Hung {
        deadline: Duration::from_secs(20),
    };
    machine.ended(EngineError::NoCuda { cuda }, now);
    let Phase::Failed { error } = &machine.info().phase else {
        panic!("{:?}", machine.info().phase);
    };
    assert_eq!(error.code, ErrorCode::CudaFailed);
    assert!(error.message.contains("20 s"), "{error}");
}

#[test]
fn what_becomes_known_of_the_law_is_told_to_who_watches() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Auto, now);
    let character = LawCharacter {
        period_cells: 1,
        reach_cells: 1,
        lambda: Some(1.1),
        settling_steps: None,
        wall_depth_cells: None,
        seed: None,
        tile_cells: 16,
        measured_steps: 0,
        measured_side_cells: 128,
        missing: Trait::ALL[1..].to_vec(),
    };
    let effects = machine.heard(EngineEvent::Character(character.clone()), now);
    let [Effect::Tell(Event::Session(info))] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(info.world.as_ref().unwrap().character, Some(character));
}

#[test]
fn a_world_that_everybody_left_is_held_also_by_its_next_engine() {
    let now = Instant::now();
    let mut machine = live(DeviceChoice::Cpu, now);
    let hold = |held| Effect::Send(EngineRequest::Hold { held });
    // A script's: nobody has watched it yet.
    assert_eq!(machine.watched_by(0), []);
    assert_eq!(machine.watched_by(2), []);
    assert_eq!(machine.watched_by(1), []);
    assert_eq!(machine.watched_by(0), [hold(true)]);
    assert_eq!(machine.watched_by(0), []);
    machine.ended(died(), now);
    launched(&mut machine, now);
    assert!(machine.heard(ready(), now).contains(&hold(true)));
    assert_eq!(machine.watched_by(1), [hold(false)]);
}
