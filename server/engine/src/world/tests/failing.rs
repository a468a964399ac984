//! A law that makes a value that is not finite stops its world at the last good step.

use atheria_checkpoint::{RawTensor, TensorMap};
use atheria_law::Law;
use atheria_shared::cause::NotFinitePlace;
use atheria_shared::tool::{Stroke, Tool};
use atheria_shared::world::{ExecutionChoice, Precision, StartingMatter};
use atheria_shared::{Architecture, Boundary, Cell};
use tch::Device;

use super::made::{GAMMA, advance, bytes, plan, world};
use crate::run::Dense;
use crate::testing::{GOLDEN_SIZE, golden_tensors};
use crate::world::grid::GridWorld;
use crate::world::{WorldError, WorldPlan};

const HUGE: f32 = 1e30;

/// A law whose first neuron sees nothing but what vacuum has none of, and whose second layer makes too much of it.
fn unstable(architecture: Architecture, first: &str, second: &str) -> Law {
    let mut tensors = golden_tensors(architecture);
    let mut write = |name: String, numbers: &dyn Fn(usize, usize) -> Option<f32>| {
        let tensor = tensors.get_mut(&name).unwrap();
        let inputs: usize = tensor.shape.iter().skip(1).product();
        set(tensor, |at| numbers(at / inputs.max(1), at % inputs.max(1)));
    };
    // Of output 0: only the real part of channel 1.
    write(format!("{first}.weight"), &|output, input| {
        (output == 0).then_some(if input == 1 { HUGE } else { 0.0 })
    });
    write(format!("{first}.bias"), &|output, _| (output == 0).then_some(0.0));
    write(format!("{second}.weight"), &|output, input| {
        (output == 0 && input == 0).then_some(HUGE)
    });
    Law::build(architecture, GOLDEN_SIZE, &tensors).unwrap()
}

fn set(tensor: &mut RawTensor, number: impl Fn(usize) -> Option<f32>) {
    for (at, bytes) in tensor.bytes.chunks_exact_mut(4).enumerate() {
        if let Some(number) = number(at) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
    }
}

/// Every weight is as large as it can be.
fn overflowing(architecture: Architecture) -> Law {
    let mut tensors: TensorMap = golden_tensors(architecture);
    let name = tensors
        .iter()
        .find(|(_, tensor)| tensor.shape.len() == 4)
        .map(|(name, _)| name.clone())
        .unwrap();
    set(tensors.get_mut(&name).unwrap(), |_| Some(f32::MAX));
    Law::build(architecture, GOLDEN_SIZE, &tensors).unwrap()
}

/// A law whose second layer overflows.
pub(super) fn mlp() -> Law {
    let names: Vec<String> = golden_tensors(Architecture::Mlp)
        .into_iter()
        .filter(|(_, tensor)| tensor.shape.len() == 4)
        .map(|(name, _)| name.trim_end_matches(".weight").to_owned())
        .collect();
    unstable(Architecture::Mlp, &names[0], &names[1])
}

#[test]
fn a_world_stops_with_the_step_the_cell_and_the_layer_and_can_be_saved() {
    let law = mlp();
    for boundary in super::made::BOUNDARIES {
        for execution in [ExecutionChoice::Sparse, ExecutionChoice::Dense] {
            if boundary == Boundary::Unbounded && execution == ExecutionChoice::Dense {
                continue;
            }
            let plan = WorldPlan {
                init: StartingMatter::Zeros,
                execution,
                ..plan(boundary, [40, 48])
            };
            let mut here = world(&plan, &law);
            advance(&mut here, 3);
            let stroke = Stroke::new(Tool::Noise, Cell { y: 21, x: 37 }, 2.0);
            here.apply(&stroke).unwrap();
            let before = bytes(&here);
            let error = here.advance().unwrap_err();
            let WorldError::NotFinite { step, place, at } = &error else {
                panic!("{error}");
            };
            println!("{error}");
            assert_eq!(*step, 4, "{boundary}");
            let Some(NotFinitePlace::Cell { at: cell }) = *at else {
                panic!("{error}");
            };
            assert!(
                (19..=23).contains(&cell.y) && (35..=39).contains(&cell.x),
                "{boundary}: {place}"
            );
            assert!(
                place.contains(&format!("row {}, column {}", cell.y, cell.x)),
                "{place}"
            );
            assert!(place.contains("made by ") && place.contains("Conv"), "{place}");
            assert_eq!(here.step_count(), 3);
            assert!(bytes(&here) == before, "{boundary}");
            // And again, and after what was wrong is gone it goes on.
            assert!(here.advance().is_err());
            here.apply(&Stroke::new(Tool::Erase, Cell { y: 21, x: 37 }, 4.0))
                .unwrap();
            advance(&mut here, 1);
        }
    }
}

#[test]
fn every_law_that_overflows_stops() {
    for architecture in Architecture::ALL {
        // A spike is 0 or 1 whatever comes in.
        if architecture == Architecture::SnnUnet {
            continue;
        }
        let law = overflowing(architecture);
        for execution in [ExecutionChoice::Sparse, ExecutionChoice::Dense] {
            let plan = WorldPlan {
                execution,
                ..plan(Boundary::Torus, [32, 48])
            };
            let mut here = world(&plan, &law);
            let before = bytes(&here);
            let error = here.advance().unwrap_err();
            println!("{architecture}: {error}");
            assert!(matches!(error, WorldError::NotFinite { step: 1, .. }), "{error}");
            assert!(bytes(&here) == before, "{architecture}");
        }
    }
}

#[test]
fn a_world_on_a_device_stops_too() {
    let law = mlp();
    let plan = plan(Boundary::Walls, [40, 48]);
    let dense = Dense::new(&law, Boundary::Walls, GAMMA, Device::Cpu).unwrap();
    let mut here = GridWorld::make(&plan, &law, dense).unwrap();
    let before = here.field().unwrap();
    let error = here.advance().unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("step 1 made a value that is not finite, in the cell at row "),
        "{error}"
    );
    assert_eq!(here.field().unwrap(), before);
}

#[test]
fn in_float64_there_is_more_room() {
    // 1e30 times 1e30 is a number there.
    let plan = WorldPlan {
        precision: Precision::Float64,
        ..plan(Boundary::Torus, [32, 48])
    };
    advance(&mut world(&plan, &mlp()), 1);
}
