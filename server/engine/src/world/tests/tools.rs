//! Strokes on a world, and what it says of itself when nothing is left.

use atheria_shared::tool::{Stroke, Tool};
use atheria_shared::world::{Emptiness, ExecutionChoice, StartingMatter};
use atheria_shared::{Architecture, Boundary, Cell};

use super::made::{BOUNDARIES, advance, bytes, plan, world};
use crate::testing::golden;
use crate::world::live::Sight;
use crate::world::tiled::saving::window;
use crate::world::{Field, World, WorldError, WorldPlan};

fn stroke(tool: Tool, y: i64, x: i64, radius_cells: f32) -> Stroke {
    Stroke {
        seed: 11,
        ..Stroke::new(tool, Cell { y, x }, radius_cells)
    }
}

fn emptiness(world: &mut World) -> Option<Emptiness> {
    world.numbers().unwrap().emptiness
}

/// Cells of a world, whatever it is kept in.
fn cells(world: &World, from: [i64; 2], size: [usize; 2]) -> Field {
    match world.sight().unwrap() {
        Sight::Single(state, _) => window(state, from, size),
        _ => panic!("not in float32"),
    }
}

#[test]
fn what_is_erased_is_gone() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in BOUNDARIES {
            for watched in [false, true] {
                let mut here = world(
                    &WorldPlan {
                        watched,
                        ..plan(boundary, [64, 64])
                    },
                    &law,
                );
                assert_eq!(emptiness(&mut here), None);
                advance(&mut here, 2);
                let event = here.apply(&stroke(Tool::Erase, 32, 32, 200.0)).unwrap();
                assert_eq!(event.step, 2);
                let numbers = here.numbers().unwrap();
                assert_eq!(numbers.matter_cells, 0, "{architecture} {boundary}");
                assert_eq!(
                    numbers.matter_tiles, 0,
                    "{architecture} {boundary}: its memory too"
                );
                assert_eq!(numbers.emptiness, Some(Emptiness::Erased { step: 2 }));
                assert_eq!(numbers.events, 1);
                advance(&mut here, 1);
                assert_eq!(emptiness(&mut here), Some(Emptiness::Erased { step: 2 }));
                here.apply(&stroke(Tool::Noise, 30, 30, 3.0)).unwrap();
                assert_eq!(emptiness(&mut here), None);
            }
        }
    }
}

#[test]
fn what_dissolves_says_when() {
    for architecture in [Architecture::Unet, Architecture::UnetConvLstm] {
        let law = golden(architecture);
        for execution in [ExecutionChoice::Sparse, ExecutionChoice::Auto] {
            let plan = WorldPlan {
                init: StartingMatter::Blob { side_cells: 16 },
                execution,
                watched: true,
                ..plan(Boundary::Torus, [64, 64])
            };
            let mut here = world(&plan, &law);
            let mut left = None;
            for step in 1..=48 {
                advance(&mut here, 1);
                let numbers = here.numbers().unwrap();
                match left {
                    None if numbers.matter_cells == 0 => left = Some(step),
                    _ => {}
                }
                let expected = left.map(|step| Emptiness::Dissolved { step });
                assert_eq!(
                    numbers.emptiness, expected,
                    "{architecture} {execution} step {step}"
                );
            }
            println!("{architecture} {execution}: dissolved at {left:?}");
            assert!(
                left.is_some_and(|step| step <= 36),
                "{architecture} {execution}: {left:?}"
            );
        }
    }
}

#[test]
fn where_nothing_was_put_that_is_said() {
    let law = golden(Architecture::Unet);
    for boundary in BOUNDARIES {
        let plan = WorldPlan {
            init: StartingMatter::Zeros,
            ..plan(boundary, [64, 96])
        };
        let mut here = world(&plan, &law);
        for _ in 0..5 {
            let numbers = here.numbers().unwrap();
            assert_eq!((numbers.matter_cells, numbers.matter_tiles), (0, 0));
            assert_eq!(numbers.emptiness, Some(Emptiness::NothingPut), "{boundary}");
            advance(&mut here, 1);
        }
    }
    // A file of vacuum is nothing too.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vacuum.npz");
    let mlp = golden(Architecture::Mlp);
    let mut here = world(&plan(Boundary::Torus, [32, 32]), &mlp);
    here.apply(&stroke(Tool::Erase, 16, 16, 100.0)).unwrap();
    here.save(&path).unwrap();
    let again = WorldPlan {
        init: StartingMatter::File(path),
        ..plan(Boundary::Torus, [32, 32])
    };
    assert_eq!(emptiness(&mut world(&again, &mlp)), Some(Emptiness::NothingPut));
}

/// The tools that lay the same wherever they are: all but those that look at what is there.
const TOOLS: [Tool; 3] = [Tool::Inject, Tool::Noise, Tool::Wave];

#[test]
fn on_a_torus_a_stroke_wraps() {
    let law = golden(Architecture::DeepQca);
    let size = [44, 60];
    for tool in TOOLS {
        let after = |y, x| {
            let mut here = world(&plan(Boundary::Torus, size), &law);
            here.apply(&stroke(Tool::Erase, 22, 30, 100.0)).unwrap();
            here.apply(&stroke(tool, y, x, 5.0)).unwrap();
            here
        };
        let (middle, corner) = (after(22, 30), after(0, 0));
        let shifted = cells(&middle, [22, 30], [22, 30]);
        assert_eq!(cells(&corner, [0, 0], [22, 30]), shifted, "{tool}");
        let shifted = cells(&middle, [0, 0], [22, 30]);
        assert_eq!(cells(&corner, [22, 30], [22, 30]), shifted, "{tool}");
    }
}

#[test]
fn what_cannot_be_planted_is_refused_and_changes_nothing() {
    let law = golden(Architecture::DeepQca);
    for init in [StartingMatter::Random, StartingMatter::Zeros] {
        let mut here = world(
            &WorldPlan {
                init,
                ..plan(Boundary::Torus, [112, 112])
            },
            &law,
        );
        let before = bytes(&here);
        let error = here.apply(&stroke(Tool::Inject, 30, 30, 5.0)).unwrap_err();
        assert!(matches!(error, WorldError::NoSeed), "{error}");
        assert!(bytes(&here) == before && here.planted().is_none());
        assert_eq!(here.numbers().unwrap().events, 0);
    }
}

#[test]
fn what_is_declared_is_planted_whatever_the_world_began_with() {
    let law = golden(Architecture::DeepQca);
    for init in [StartingMatter::Zeros, StartingMatter::Blob { side_cells: 4 }] {
        let mut here = world(
            &WorldPlan {
                init,
                planted: "disc:2:1:0.5".parse().unwrap(),
                ..plan(Boundary::Walls, [64, 64])
            },
            &law,
        );
        here.apply(&stroke(Tool::Erase, 32, 32, 100.0)).unwrap();
        here.apply(&stroke(Tool::Inject, 40, 20, 0.0)).unwrap();
        assert_eq!(here.numbers().unwrap().matter_cells, 13);
        assert_eq!(here.planted().map(|mask| mask.cells()), Some(13));
    }
}

#[test]
fn a_stroke_across_the_corners_of_tiles_is_one_stroke() {
    let law = golden(Architecture::DeepQca);
    for boundary in BOUNDARIES {
        let after = |y, x| {
            let init = StartingMatter::Zeros;
            let mut here = world(
                &WorldPlan {
                    init,
                    ..plan(boundary, [96, 96])
                },
                &law,
            );
            here.apply(&stroke(Tool::Noise, y, x, 6.5)).unwrap();
            let cells = cells(&here, [y - 8, x - 8], [16, 16]);
            (here.numbers().unwrap(), cells)
        };
        let (inside, expected) = after(40, 40);
        let (across, found) = after(48, 32);
        assert_eq!((inside.matter_tiles, across.matter_tiles), (1, 4), "{boundary}");
        assert_eq!(inside.matter_cells, across.matter_cells);
        assert_eq!(found, expected, "{boundary}");
        if boundary == Boundary::Unbounded {
            // Where coordinates are below zero, and far out.
            assert_eq!(after(-16, 0).1, expected);
            assert_eq!(after(-1000, 1 << 39).1, expected);
        }
    }
}

#[test]
fn a_stroke_ends_at_a_wall() {
    let law = golden(Architecture::DeepQca);
    let size = [44, 60];
    let init = StartingMatter::Zeros;
    let make = || {
        world(
            &WorldPlan {
                init: init.clone(),
                ..plan(Boundary::Walls, size)
            },
            &law,
        )
    };
    let mut here = make();
    here.apply(&stroke(Tool::Noise, 46, -1, 5.0)).unwrap();
    let inside = (0..44_i64)
        .flat_map(|y| (0..60_i64).map(move |x| [y - 46, x + 1]))
        .filter(|[y, x]| y * y + x * x <= 25)
        .count();
    assert_eq!(here.numbers().unwrap().matter_cells, inside as u64);
    let mut beyond = make();
    beyond.apply(&stroke(Tool::Noise, 60, 30, 5.0)).unwrap();
    assert_eq!(beyond.numbers().unwrap().matter_cells, 0);
    assert_eq!(emptiness(&mut beyond), Some(Emptiness::NothingPut));
}

#[test]
fn the_same_events_make_the_same_world() {
    let events = |step: u64| match step {
        0 => vec![stroke(Tool::Noise, 10, 60, 4.0)],
        2 => vec![
            stroke(Tool::Vortex, 32, 32, 9.0),
            stroke(Tool::Collapse, 30, 30, 5.0),
        ],
        5 => vec![
            Stroke {
                strength: 0.4,
                ..stroke(Tool::Erase, 33, 35, 6.0)
            },
            stroke(Tool::Wave, 0, 0, 12.0),
            stroke(Tool::Inject, 50, 12, 8.0),
        ],
        _ => vec![],
    };
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in BOUNDARIES {
            for execution in [ExecutionChoice::Sparse, ExecutionChoice::Auto] {
                let run = |with_events: bool| {
                    let mut here = world(
                        &WorldPlan {
                            execution,
                            ..plan(boundary, [64, 64])
                        },
                        &law,
                    );
                    for step in 0..8 {
                        for stroke in events(step).iter().filter(|_| with_events) {
                            here.apply(stroke).unwrap();
                        }
                        advance(&mut here, 1);
                    }
                    bytes(&here)
                };
                let first = run(true);
                assert!(run(true) == first, "{architecture} {boundary} {execution}");
                assert!(run(false) != first, "{architecture} {boundary} {execution}");
            }
        }
    }
}

#[test]
fn what_can_be_seen_is_counted_and_lies_in_its_box() {
    let law = golden(Architecture::Mlp);
    for boundary in BOUNDARIES {
        for execution in [ExecutionChoice::Sparse, ExecutionChoice::Auto] {
            let plan = WorldPlan {
                init: StartingMatter::Zeros,
                execution,
                watched: true,
                ..plan(boundary, [96, 96])
            };
            let mut here = world(&plan, &law);
            let empty = here.numbers().unwrap();
            assert_eq!((empty.visible_cells, empty.matter_box), (0, None), "{boundary}");
            for (y, x) in [(20, 70), (50, 33)] {
                here.apply(&stroke(Tool::Noise, y, x, 4.0)).unwrap();
            }
            advance(&mut here, 1);
            let field = cells(&here, [0, 0], [96, 96]);
            let background = cells(&here, [90, 90], [1, 1]);
            let (mut count, mut first, mut end) = (0, [i64::MAX; 2], [0; 2]);
            for y in 0..96 {
                for x in 0..96 {
                    let (cell, empty) = (field.cell(y, x).unwrap(), background.cell(0, 0).unwrap());
                    let squares = cell.iter().zip(empty).map(|(a, b)| (a - b).powi(2));
                    if squares.sum::<f32>() > 1e-4 {
                        count += 1;
                        first = [first[0].min(y as i64), first[1].min(x as i64)];
                        end = [end[0].max(y as i64 + 1), end[1].max(x as i64 + 1)];
                    }
                }
            }
            let numbers = here.numbers().unwrap();
            assert!(
                count > 0 && numbers.matter_cells >= count,
                "{boundary} {execution}"
            );
            let found = numbers.matter_box.unwrap();
            assert_eq!(numbers.visible_cells, count, "{boundary} {execution}");
            assert_eq!([found.y, found.x], first, "{boundary} {execution}");
            let size = [end[0] - first[0], end[1] - first[1]];
            assert_eq!(
                [found.height, found.width].map(i64::from),
                size,
                "{boundary} {execution}"
            );
        }
    }
}
