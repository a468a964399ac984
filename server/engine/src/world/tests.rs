#![expect(clippy::float_cmp, reason = "numbers that were never rounded")]

use std::path::{Path, PathBuf};

use atheria_shared::world::StartingMatter;
use atheria_shared::{Boundary, GridShape};
use tch::{Device, Kind, Tensor};

use super::state_file::Needs;
use super::*;
use crate::checkpoint::Checkpoint;
use crate::law::Law;
use crate::run::Dense;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

fn state(name: &str) -> PathBuf {
    fixtures().join("states").join(name)
}

fn law(folder: &str) -> Law {
    let folder = fixtures().join("golden").join(folder);
    let config: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("config.json")).unwrap()).unwrap();
    let checkpoint = Checkpoint::read(&folder.join("checkpoint_ep59.pth")).unwrap();
    let architecture = serde_json::from_value(config["MODEL_ARCHITECTURE"].clone()).unwrap();
    let params = serde_json::from_value(config["MODEL_PARAMS"].clone()).unwrap();
    Law::build(architecture, params, &checkpoint.tensors).unwrap()
}

fn plan(grid: u32, boundary: Boundary, init: StartingMatter) -> WorldPlan {
    WorldPlan {
        grid: GridShape::new(grid, grid).ok(),
        boundary,
        init,
        seed: 1,
        step: 0,
        device: Device::Cpu,
        with_background: true,
    }
}

fn largest(tensor: &Tensor) -> f64 {
    tensor.abs().max().double_value(&[])
}

const NEEDS: Needs = Needs {
    channels: 2,
    memory_channels: Some(3),
    grid: None,
};

#[test]
fn what_numpy_wrote_is_read() {
    for file in ["plain.npz", "batch.npz", "memory.npz"] {
        let saved = read(&state(file), &NEEDS).unwrap();
        let psi = &saved.matter.psi;
        assert_eq!(
            (saved.matter.height, saved.matter.width, psi.len()),
            (8, 12, 8 * 12 * 4)
        );
        for (index, part) in psi.chunks_exact(2).enumerate() {
            assert_eq!(part, [index as f32, index as f32 / 2.0]);
        }
        let loaded = saved.matter.to_state(Device::Cpu).unwrap();
        assert_eq!(loaded.psi.size(), [1, 4, 8, 12]);
        // psi[y = 5, x = 7, k = 1]
        assert_eq!(loaded.psi.double_value(&[0, 1, 5, 7]), 135.0);
        assert_eq!(loaded.psi.double_value(&[0, 3, 5, 7]), 67.5);
        assert_eq!(Field::of_state(&loaded).unwrap(), saved.matter);
    }
    let saved = read(&state("memory.npz"), &NEEDS).unwrap();
    assert_eq!(saved.step, Some(7));
    assert_eq!(saved.matter.memory.unwrap().shape, [3, 2, 3]);
}

#[test]
fn what_does_not_suit_is_refused_with_what_was_found_and_what_is_needed() {
    for (file, reason) in [
        (
            "complex128.npz",
            "has complex128 [8, 12, 2]; complex64 [H, W, 2] is needed",
        ),
        ("fortran.npz", "in Fortran order; complex64 [H, W, 2]"),
        ("channels.npz", "has complex64 [8, 12, 4]; complex64 [H, W, 2]"),
        ("flat.npz", "has complex64 [12, 2]"),
        ("nan.npz", "is not finite at element 77"),
        ("objects.npz", "has Python objects [1]"),
        ("other.npz", "has no array \"psi\"; it has state.npy"),
        ("half_memory.npz", "has no array \"c\""),
        (
            "memory_shape.npz",
            "has float32 [3, 1, 3]; float32 [3, 2, 3] is needed",
        ),
        ("step.npz", "has float64 []; one int64 is needed"),
        ("promises.npz", "array \"psi\": failed to fill whole buffer"),
        (
            "overflow.npz",
            "complex64 [4294967296, 4294967296, 2]; complex64 [H, W, 2]",
        ),
        ("short.npz", "failed to fill whole buffer"),
        ("cut.npz", "cannot be read"),
        ("none.npz", "cannot be read"),
        ("", "not a file"),
    ] {
        let found = read(&state(file), &NEEDS).expect_err(file).to_string();
        assert!(found.contains(reason), "{file}: {found}");
    }
    let grid = GridShape::new(12, 8).ok();
    let found = read(&state("plain.npz"), &Needs { grid, ..NEEDS })
        .unwrap_err()
        .to_string();
    assert!(
        found.contains("has complex64 [8, 12, 2]; complex64 [12, 8, 2] is needed"),
        "{found}"
    );
    let found = read(
        &state("memory.npz"),
        &Needs {
            memory_channels: None,
            ..NEEDS
        },
    )
    .unwrap_err();
    assert!(found.to_string().contains("carries memory (\"h\")"), "{found}");
}

#[test]
fn a_damaged_state_never_panics_and_never_has_other_numbers() {
    let bytes = std::fs::read(state("memory.npz")).unwrap();
    let good = read(&state("memory.npz"), &NEEDS).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.npz");
    for at in (0..bytes.len()).step_by(3) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        std::fs::write(&path, damaged).unwrap();
        if let Ok(saved) = read(&path, &NEEDS) {
            assert_eq!(saved.matter.psi, good.matter.psi, "byte {at}");
            // An array's name in the directory can be damaged: then there is one array less.
            assert!(
                saved.matter.memory.is_none() || saved.matter.memory == good.matter.memory,
                "byte {at}"
            );
            assert!(saved.step.is_none() || saved.step == good.step, "byte {at}");
        }
    }
    for length in (0..bytes.len()).step_by(97) {
        std::fs::write(&path, &bytes[..length]).unwrap();
        assert!(read(&path, &NEEDS).is_err());
    }
}

#[test]
fn a_world_is_written_whole_or_not_at_all() {
    let saved = read(&state("memory.npz"), &NEEDS).unwrap();
    let saved = SavedWorld {
        background: Some(saved.matter.clone()),
        ..saved
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    write(&path, &saved).unwrap();
    assert_eq!(read(&path, &NEEDS).unwrap(), saved);
    let first = std::fs::read(&path).unwrap();
    write(&path, &saved).unwrap();
    assert_eq!(
        std::fs::read(&path).unwrap(),
        first,
        "the same world is the same file"
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "a temporary file is left"
    );
    let nowhere = folder.path().join("none").join("world.npz");
    assert!(
        write(&nowhere, &saved)
            .unwrap_err()
            .to_string()
            .contains("cannot be written")
    );
}

#[test]
fn a_saved_world_goes_on_bit_for_bit() {
    for (folder, boundary) in [
        ("UNET_CONVLSTM-d4-h8-g32", Boundary::Walls),
        ("UNET_UNITARY-d4-h8-g32", Boundary::Torus),
        ("DEEP_QCA-d4-h8-g32", Boundary::Torus),
    ] {
        let law = law(folder);
        let dense = Dense::new(&law, boundary, 0.01, Device::Cpu).unwrap();
        let mut world =
            World::make(plan(32, boundary, StartingMatter::Blob { side_cells: 8 }), &law).unwrap();
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("world.npz");
        for _ in 0..3 {
            world.advance(&dense).unwrap();
        }
        world.save(&path).unwrap();
        let again = WorldPlan {
            grid: None,
            step: 3,
            ..plan(32, boundary, StartingMatter::File(path.clone()))
        };
        let mut restored = World::make(again.clone(), &law).unwrap();
        for _ in 0..3 {
            world.advance(&dense).unwrap();
            restored.advance(&dense).unwrap();
        }
        assert_eq!(restored.step_count(), 6);
        assert_eq!(restored.state().psi, world.state().psi, "{folder}");
        let memory = |world: &World| {
            world
                .state()
                .memory
                .as_ref()
                .map(|memory| memory.c.shallow_clone())
        };
        assert_eq!(memory(&restored), memory(&world), "{folder}");
        assert_eq!(
            restored.background().unwrap().state.psi,
            world.background().unwrap().state.psi,
            "{folder}"
        );
        let wrong = World::make(
            WorldPlan {
                step: 5,
                ..again.clone()
            },
            &law,
        )
        .unwrap_err();
        assert!(matches!(
            wrong,
            WorldError::Step {
                found: 3,
                needed: 5,
                ..
            }
        ));
        // As starting matter of a world of its own it is of step 0.
        assert_eq!(
            World::make(WorldPlan { step: 0, ..again }, &law)
                .unwrap()
                .step_count(),
            0
        );
    }
}

#[test]
fn a_reset_world_is_the_world_at_its_beginning() {
    let law = law("UNET_CONVLSTM-d4-h8-g32");
    let dense = Dense::new(&law, Boundary::Walls, 0.01, Device::Cpu).unwrap();
    let mut world = World::make(
        plan(32, Boundary::Walls, StartingMatter::Blob { side_cells: 8 }),
        &law,
    )
    .unwrap();
    let before = world.state().psi.shallow_clone();
    world.advance(&dense).unwrap();
    assert!(world.state().memory.is_some());
    world.reset(&law).unwrap();
    assert_eq!(world.step_count(), 0);
    assert_eq!(world.state().psi, before);
    assert!(world.state().memory.is_none());
    assert!(world.previous().is_none());
}

/// Away from matter's influence a world is its background, whatever the stand-in's size.
#[test]
fn an_empty_world_is_its_background() {
    for folder in [
        "UNET-d4-h8-g32",
        "UNET_UNITARY_RMSNORM-d4-h8-g32",
        "SNN_UNET-d4-h8-g32-spiking",
        "MLP-d4-h8-g32",
    ] {
        let law = law(folder);
        for (boundary, grid) in [
            (Boundary::Torus, 32),
            (Boundary::Walls, 32),
            (Boundary::Walls, 256),
        ] {
            let dense = Dense::new(&law, boundary, 0.01, Device::Cpu).unwrap();
            let mut world = World::make(plan(grid, boundary, StartingMatter::Zeros), &law).unwrap();
            if grid > 32 && folder != "UNET-d4-h8-g32" {
                continue;
            }
            // Zeros are a vacuum of their own; one step leaves them, and both must agree from then on.
            for _ in 0..3 {
                world.advance(&dense).unwrap();
                let apart = &world.state().psi - world.background().unwrap().expand().unwrap();
                let apart = largest(&apart);
                assert!(apart < 1e-4, "{folder} {boundary} {grid}: {apart:e}");
            }
        }
    }
}

#[test]
fn a_value_that_is_not_finite_stops_the_world_at_its_last_good_step() {
    let law = law("MLP-d4-h8-g32");
    let dense = Dense::new(&law, Boundary::Walls, 0.01, Device::Cpu).unwrap();
    let bad = Dense::new(&law, Boundary::Walls, f64::INFINITY, Device::Cpu).unwrap();
    let mut world = World::make(
        plan(16, Boundary::Walls, StartingMatter::Blob { side_cells: 4 }),
        &law,
    )
    .unwrap();
    world.advance(&dense).unwrap();
    let before = world.state().psi.shallow_clone();
    let error = world.advance(&bad).unwrap_err();
    assert_eq!(
        error.to_string(),
        "step 2 made a value that is not finite, in the cell at row 0, column 0; the world stays at the step before"
    );
    assert_eq!(world.step_count(), 1);
    assert_eq!(world.state().psi, before);
    assert_eq!(world.state().psi.kind(), Kind::Float);
    world.advance(&dense).unwrap();
}

#[test]
fn a_grid_that_the_law_cannot_halve_is_refused() {
    let law = law("UNET-d4-h8-g32");
    let error = World::make(plan(30, Boundary::Walls, StartingMatter::Random), &law).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a grid of 30x30: this law needs both sides to be a multiple of 4"
    );
}
