//! What must be the same to the last bit.

use atheria_law::Law;
use atheria_shared::{Architecture, Boundary};

use super::super::{Number, Tiles};
use super::harness::{BOUNDARIES, EPS, Piece, Site, Sparse, Window};
use super::worlds;
use crate::run::State;
use crate::testing::golden;

/// All numbers of a state, by bits.
fn bits(state: &State) -> Vec<u64> {
    let memory = state.memory.iter().flat_map(|memory| [&memory.h, &memory.c]);
    std::iter::once(&state.psi)
        .chain(memory)
        .flat_map(|tensor| Vec::<f64>::try_from(tensor.flatten(0, -1)).unwrap())
        .map(f64::to_bits)
        .collect()
}

fn world(law: &Law, boundary: Boundary, size: [u32; 2], eps: f64) -> Sparse<f32> {
    let site = Site {
        boundary,
        size,
        side: 16,
    };
    let [y, x] = size.map(|cells| i64::from(cells) / 2 - 3);
    let pieces = [
        Piece {
            at: [y, x],
            side_cells: 7,
            seed: 3,
        },
        Piece {
            at: [y + 1, 3],
            side_cells: 4,
            seed: 4,
        },
    ];
    Sparse::with(law, site, eps, &pieces)
}

/// With an eps of 0 nothing is let go of that differs at all: what is not computed must be what would have been computed.
#[test]
fn on_a_torus_a_sparse_step_is_the_step_of_every_tile() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        // The last row of tiles is a partial one.
        for size in [[208, 240], [152, 176]] {
            let mut sparse = world(&law, Boundary::Torus, size, 0.0);
            let [mut with_ground, mut without] = [true, false].map(|ground| {
                let mut whole = world(&law, Boundary::Torus, size, 0.0);
                whole.go_whole(ground);
                whole
            });
            let all = with_ground.state.matter.len();
            assert!(
                sparse.step().active < all,
                "{architecture}: all of it is computed"
            );
            with_ground.step();
            without.step();
            for step in 2..=4 {
                let expected = bits(&with_ground.whole());
                assert!(
                    bits(&sparse.whole()) == expected,
                    "{architecture} {size:?} before step {step}"
                );
                assert!(
                    bits(&without.whole()) == expected,
                    "{architecture} {size:?} before step {step}"
                );
                sparse.step();
                with_ground.step();
                without.step();
            }
        }
    }
}

#[test]
fn an_untouched_tile_is_its_ground() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in [Boundary::Torus, Boundary::Walls] {
            let mut whole = world(&law, boundary, [212, 244], EPS);
            let mut sparse = world(&law, boundary, [212, 244], 0.0);
            whole.go_whole(true);
            whole.step();
            sparse.step();
            let touched = sparse.state.slots();
            let mut untouched = 0;
            for (at, tile) in whole.state.matter.iter().enumerate() {
                if !touched.contains_key(&tile.place) {
                    assert!(whole.is_ground(at), "{architecture} {boundary} {:?}", tile.place);
                    untouched += 1;
                }
            }
            assert!(untouched > 50, "{architecture} {boundary}: {untouched}");
        }
    }
}

/// What comes of a world in a pool of so many threads.
fn in_a_pool(threads: usize, work: impl Fn() -> Vec<u64> + Send + Sync) -> Vec<u64> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(work)
}

#[test]
fn threads_do_not_matter() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in BOUNDARIES {
            let run = || {
                let mut world = world(&law, boundary, [96, 144], EPS);
                world.steps(4);
                bits(&world.whole())
            };
            let one = in_a_pool(1, run);
            for threads in [2, 3] {
                assert!(
                    in_a_pool(threads, run) == one,
                    "{architecture} {boundary} {threads}"
                );
            }
        }
    }
}

#[test]
fn a_world_may_be_made_on_one_thread_and_stepped_on_many() {
    let law = golden(Architecture::DeepQca);
    let make = || {
        let mut world = world(&law, Boundary::Torus, [256, 256], EPS);
        world.go_whole(true);
        world
    };
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
    };
    let mut here = pool(1).install(make);
    pool(1).install(|| here.steps(3));
    let mut moved = pool(1).install(make);
    pool(6).install(|| moved.steps(3));
    assert!(bits(&moved.whole()) == bits(&here.whole()));
}

/// A partial tile has cells beyond the world: whatever is in them, no cell of the world hears of it.
fn nothing_beyond_the_world_is_read<F: Number>(law: &Law, boundary: Boundary, whole: bool) {
    let site = Site {
        boundary,
        size: [56, 84],
        side: 16,
    };
    let piece = Piece {
        at: [40, 70],
        side_cells: 9,
        seed: 5,
    };
    let make = || {
        let mut world = Sparse::<F>::with(law, site, EPS, &[piece]);
        if whole {
            world.go_whole(true);
        }
        world.step();
        world
    };
    let (mut clean, mut soiled) = (make(), make());
    for _ in 0..2 {
        soil(&mut soiled.state);
        soiled.step();
        clean.step();
        assert!(
            bits(&soiled.whole()) == bits(&clean.whole()),
            "{} {boundary} {whole}",
            law.architecture()
        );
    }
}

/// Writes what cannot be overlooked into all cells beyond the world.
fn soil<F: Number>(state: &mut Tiles<F>) {
    let axes = state.ground.axes().clone();
    let sizes: Vec<[usize; 2]> = (0..state.ground.len())
        .map(|tile| state.ground.size(tile as u32))
        .chain(
            state
                .matter
                .iter()
                .map(|tile| [axes[0].size_of(tile.place[0]), axes[1].size_of(tile.place[1])]),
        )
        .collect();
    let cell = vec![F::of(1e3); state.numbers];
    let memory = vec![F::of(1e3); state.memory_channels];
    for (slot, [height, width]) in sizes.into_iter().enumerate() {
        for at in 0..state.side * state.side {
            let (y, x) = (at / state.side, at % state.side);
            if y < height && x < width {
                continue;
            }
            state.write_cell(slot, [y, x], &cell);
            if state.memory.is_some() {
                state.write_memory(slot, [y / 4, x / 4], [&memory, &memory]);
            }
        }
    }
}

#[test]
fn what_lies_beyond_the_world_is_not_read() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in [Boundary::Torus, Boundary::Walls] {
            for whole in [false, true] {
                nothing_beyond_the_world_is_read::<f32>(&law, boundary, whole);
            }
            nothing_beyond_the_world_is_read::<f64>(&law, boundary, true);
        }
    }
}

/// Between walls none is held: see `HOLD`.
#[test]
fn a_plan_that_is_held_changes_nothing() {
    for architecture in Architecture::ALL {
        let law = golden(architecture);
        for boundary in [Boundary::Torus, Boundary::Unbounded] {
            let start = &worlds::chosen(boundary)[0];
            let make = || Sparse::<f32>::with(&law, start.site, EPS, &start.pieces);
            let (mut held, mut anew) = (make(), make());
            for step in 1..=10 {
                held.step();
                anew.stepper.forget();
                anew.step();
                if step % 5 == 0 {
                    let window = wider(held.window(), anew.window());
                    assert!(
                        bits(&held.cells(window)) == bits(&anew.cells(window)),
                        "{architecture} {boundary} step {step}"
                    );
                }
            }
        }
    }
}

/// The window with more cells: a plan that is held may keep tiles that are empty.
fn wider(a: Window, b: Window) -> Window {
    if a.size[0] * a.size[1] >= b.size[0] * b.size[1] {
        a
    } else {
        b
    }
}
