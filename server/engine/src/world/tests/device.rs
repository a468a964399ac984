//! A world of every cell on a device, where nothing is said the CPU: what runs on CUDA is the same automaton as what runs in tiles.

use atheria_law::Law;
use atheria_shared::tool::{Stroke, Tool};
use atheria_shared::world::{Emptiness, Execution, ExecutionReason, StartingMatter};
use atheria_shared::{Architecture, Boundary, Cell};
use tch::{Device, Kind};

use super::made::{GAMMA, advance, distance, from_file, plan, world};
use crate::run::sparse::find_matter;
use crate::run::{Dense, Memory, State};
use crate::testing::{device, golden};
use crate::world::grid::GridWorld;
use crate::world::tiled::saving::window;
use crate::world::{Field, WorldError, WorldPlan, state_file};

fn on_device(plan: &WorldPlan, law: &Law) -> GridWorld {
    let dense = Dense::new(law, plan.boundary, GAMMA, device()).unwrap();
    GridWorld::make(plan, law, dense).unwrap()
}

fn go(world: &mut GridWorld, steps: u32) {
    for _ in 0..steps {
        world.advance().unwrap();
    }
}

/// What libtorch loses in float32 over some steps from a field.
fn lost(law: &Law, boundary: Boundary, start: &Field, steps: u32) -> f64 {
    let state = start.to_state(Device::Cpu).unwrap();
    let after = |kind: Kind| {
        let dense = Dense::plain(law, boundary, GAMMA, kind).unwrap();
        let mut state = State {
            psi: state.psi.to_kind(kind),
            memory: None,
        };
        for _ in 0..steps {
            state = dense.step(&state).unwrap();
        }
        let single = State {
            psi: state.psi.to_kind(Kind::Float),
            memory: state.memory.map(|memory| Memory {
                h: memory.h.to_kind(Kind::Float),
                c: memory.c.to_kind(Kind::Float),
            }),
        };
        Field::of_state(&single).unwrap()
    };
    distance(&after(Kind::Float), &after(Kind::Double))
}

#[test]
fn it_is_the_world_in_tiles() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        // Larger than twice the stand-in's depth one way, so that there is something between.
        for (boundary, size) in [(Boundary::Torus, [48, 84]), (Boundary::Walls, [48, 260])] {
            let plan = plan(boundary, size);
            let (mut here, mut tiles) = (on_device(&plan, &law), world(&plan, &law));
            let start = tiles.field().unwrap();
            assert_eq!(here.field().unwrap(), start);
            go(&mut here, 16);
            advance(&mut tiles, 16);
            let found = distance(&here.field().unwrap(), &tiles.field().unwrap());
            let mut allowed = 1e-4;
            if found > allowed {
                allowed = allowed.max(3.0 * lost(&law, boundary, &start, 16));
            }
            println!("{architecture} {boundary}: {found:.1e}");
            assert!(
                found <= allowed,
                "{architecture} {boundary}: {found:.2e} of {allowed:.2e}"
            );
        }
    }
}

#[test]
fn it_goes_on_as_it_was_saved_and_on_the_cpu() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for (boundary, size) in [(Boundary::Torus, [48, 84]), (Boundary::Walls, [48, 260])] {
            let plan = plan(boundary, size);
            let mut here = on_device(&plan, &law);
            go(&mut here, 3);
            state_file::write(&path, &here.saved().unwrap()).unwrap();
            let resumed = from_file(&plan, &path, 3);
            let mut there = on_device(&resumed, &law);
            let what = format!("{architecture} {boundary}");
            assert_eq!(there.field().unwrap(), here.field().unwrap(), "{what}");
            assert_eq!(there.saved().unwrap(), here.saved().unwrap(), "{what}");
            go(&mut here, 2);
            go(&mut there, 2);
            assert_eq!(there.saved().unwrap(), here.saved().unwrap(), "{what}");
            // What was saved on a device is opened where there is none.
            let mut tiles = world(&resumed, &law);
            advance(&mut tiles, 2);
            let apart = distance(&tiles.field().unwrap(), &here.field().unwrap());
            assert!(apart <= 1e-4, "{what}: {apart:e}");
        }
    }
}

#[test]
fn what_was_saved_in_tiles_goes_on_on_a_device() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    for architecture in [
        Architecture::Unet,
        Architecture::UnetConvLstm,
        Architecture::DeepQca,
    ] {
        let law = golden(architecture);
        for (boundary, size) in [(Boundary::Torus, [48, 84]), (Boundary::Walls, [48, 260])] {
            let plan = plan(boundary, size);
            let mut tiles = world(&plan, &law);
            advance(&mut tiles, 3);
            tiles.save(&path).unwrap();
            let mut there = on_device(&from_file(&plan, &path, 3), &law);
            assert_eq!(there.field().unwrap(), tiles.field().unwrap());
            go(&mut there, 2);
            advance(&mut tiles, 2);
            let apart = distance(&there.field().unwrap(), &tiles.field().unwrap());
            assert!(apart <= 1e-4, "{architecture} {boundary}: {apart:e}");
        }
    }
}

#[test]
fn its_picture_is_its_cells_and_its_background() {
    for architecture in [Architecture::UnetConvLstm, Architecture::DeepQca] {
        let law = golden(architecture);
        for (boundary, size) in [(Boundary::Torus, [48, 84]), (Boundary::Walls, [48, 260])] {
            let mut here = on_device(&plan(boundary, size), &law);
            assert!(here.looked_at().unwrap().1.is_none());
            let start = here.field().unwrap();
            go(&mut here, 1);
            let (now, before) = here.looked_at().unwrap();
            let all = size.map(|cells| cells as usize);
            assert_eq!(window(&now, [0, 0], all), here.field().unwrap());
            assert_eq!(window(&before.unwrap(), [0, 0], all).psi, start.psi);
            let mut matter = now.clone();
            find_matter(&mut matter, 1e-6);
            assert!(!matter.matter.is_empty());
            let few = here.numbers().unwrap().matter_cells;
            assert!(
                few >= 64 && few < u64::from(size[0] * size[1]),
                "{architecture} {boundary}: {few}"
            );
        }
    }
}

#[test]
fn tools_reach_it() {
    let law = golden(Architecture::DeepQca);
    let mut here = on_device(&plan(Boundary::Torus, [48, 64]), &law);
    let mut tiles = world(&plan(Boundary::Torus, [48, 64]), &law);
    for tool in [Tool::Noise, Tool::Inject, Tool::Wave] {
        let stroke = Stroke::new(tool, Cell { y: 2, x: 63 }, 5.0);
        here.apply(&stroke).unwrap();
        tiles.apply(&stroke).unwrap();
        assert_eq!(here.field().unwrap(), tiles.field().unwrap(), "{tool}");
        let [here, there] = [here.numbers().unwrap(), tiles.numbers().unwrap()];
        assert!(here.visible_cells > 0, "{tool}");
        assert_eq!(
            (here.visible_cells, here.matter_box),
            (there.visible_cells, there.matter_box),
            "{tool}"
        );
    }
    go(&mut here, 2);
    let numbers = here.numbers().unwrap();
    assert_eq!(
        (numbers.execution, numbers.reason),
        (Execution::Dense, ExecutionReason::Device)
    );
    assert_eq!((numbers.events, numbers.emptiness), (3, None));
    here.apply(&Stroke::new(Tool::Erase, Cell { y: 24, x: 32 }, 200.0))
        .unwrap();
    let numbers = here.numbers().unwrap();
    assert_eq!(
        (numbers.matter_cells, numbers.emptiness),
        (0, Some(Emptiness::Erased { step: 2 }))
    );
    let nothing = WorldPlan {
        init: StartingMatter::Zeros,
        ..plan(Boundary::Torus, [48, 64])
    };
    let numbers = on_device(&nothing, &law).numbers().unwrap();
    assert_eq!(numbers.emptiness, Some(Emptiness::NothingPut));
    let endless = plan(Boundary::Unbounded, [48, 64]);
    let dense = Dense::new(&law, Boundary::Unbounded, GAMMA, device()).unwrap();
    let error = GridWorld::make(&endless, &law, dense).unwrap_err();
    assert!(matches!(error, WorldError::Endless), "{error}");
}
