//! A show starts over, and a recovery goes on with it.

use super::*;

/// The show that the engine is asked to play.
fn show_asked(effects: &[Effect]) -> Option<Show> {
    let open = effects.iter().find_map(|effect| match effect {
        Effect::Send(EngineRequest::Open { show, .. }) => Some(show.clone()),
        _ => None,
    });
    open.unwrap()
}

fn in_a_show(step: u64, show_ends: Option<u64>) -> EngineEvent {
    EngineEvent::Status(WorldStatus {
        step,
        playing: true,
        show_ends,
        ..WorldStatus::default()
    })
}

#[test]
fn a_show_starts_over_and_its_past_with_it() {
    let now = Instant::now();
    let show = Show::new(90, Vec::new()).unwrap();
    let mut machine = begun(machine_with(DeviceChoice::Cpu, Some(show.clone())), now);
    let event = ToolEvent {
        step: 4,
        stroke: Stroke::new(Tool::Inject, Cell::default(), 0.0),
    };
    let told = machine.heard(EngineEvent::Played(event), now);
    assert_eq!(told, [Effect::Tell(Event::Tool(event))]);
    assert_eq!(machine.events().events, [event], "it can be run again");
    save(&mut machine, 50, now);
    let effects = machine.heard(EngineEvent::ShowOver, now);
    assert_eq!(effects, [Effect::Send(EngineRequest::World(WorldCommand::Reset))]);
    machine.heard(EngineEvent::Reset, now);
    assert_eq!(machine.events().events, []);
    // What was saved before is of a past that is no more.
    machine.ended(died(), now);
    let effects = launched(&mut machine, now);
    assert_eq!((opening(&effects).1, show_asked(&effects)), (0, Some(show)));
}

#[test]
fn a_recovery_goes_on_with_the_show_and_leaves_a_world_to_who_took_it() {
    let now = Instant::now();
    let show = Show::new(90, Vec::new()).unwrap();
    for (show_ends, expected) in [(Some(90), Some(show.clone())), (None, None)] {
        let mut machine = begun(machine_with(DeviceChoice::Cpu, Some(show.clone())), now);
        save(&mut machine, 50, now);
        machine.heard(in_a_show(51, show_ends), now);
        machine.ended(died(), now);
        let effects = launched(&mut machine, now);
        assert_eq!((opening(&effects).1, show_asked(&effects)), (50, expected));
        machine.heard(ready(), now);
        // A restored world cannot begin again by itself: another engine does.
        let effects = machine.heard(EngineEvent::ShowOver, now);
        assert!(effects.contains(&Effect::Launch), "{effects:?}");
        let effects = launched(&mut machine, now);
        assert_eq!(
            (opening(&effects).1, show_asked(&effects)),
            (0, Some(show.clone()))
        );
    }
}
