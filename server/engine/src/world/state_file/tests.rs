#![expect(clippy::float_cmp, reason = "numbers that were never rounded")]

use std::path::{Path, PathBuf};

use num_complex::Complex;
use proptest::prelude::*;
use tch::Device;

use super::*;
use crate::world::WorldError;

fn state(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/states")
        .join(name)
}

const NEEDS: Needs = Needs {
    channels: 2,
    memory_channels: Some(3),
    grid: None,
};

fn saved<F: Real>(name: &str) -> SavedWorld<F> {
    read(&state(name), &NEEDS).unwrap()
}

fn field<F: Real>(name: &str) -> Field<F> {
    match saved(name).substance {
        Substance::Grid(field) => field,
        Substance::Tiles(_) => panic!("{name} is in tiles"),
    }
}

#[test]
fn what_numpy_wrote_is_read() {
    for file in [
        "plain.npz",
        "batch.npz",
        "memory.npz",
        "fortran.npz",
        "big_endian.npz",
        "fortran_memory.npz",
        "nameless.npz",
        "bare.npy",
    ] {
        let field: Field = field(file);
        assert_eq!((field.height, field.width, field.psi.len()), (8, 12, 8 * 12 * 4));
        for (index, part) in field.psi.chunks_exact(2).enumerate() {
            assert_eq!(part, [index as f32, index as f32 / 2.0]);
        }
        let loaded = field.to_state(Device::Cpu).unwrap();
        assert_eq!(loaded.psi.size(), [1, 4, 8, 12]);
        // psi[y = 5, x = 7, k = 1]
        assert_eq!(loaded.psi.double_value(&[0, 1, 5, 7]), 135.0);
        assert_eq!(loaded.psi.double_value(&[0, 3, 5, 7]), 67.5);
        assert_eq!(Field::of_state(&loaded).unwrap(), field);
    }
    let world: SavedWorld = saved("memory.npz");
    assert_eq!(world.step, Some(7));
    assert_eq!(world.grid, GridShape::new(8, 12).unwrap());
    assert_eq!(field::<f32>("memory.npz").memory.unwrap().shape, [3, 2, 3]);
    assert_eq!(saved::<f32>("big_endian.npz"), world);
    // Its c was rounded to float16 when it was written.
    let [memory, half] = ["memory.npz", "fortran_memory.npz"].map(|name| field::<f32>(name).memory.unwrap());
    assert_eq!(half.h, memory.h);
    assert!(
        half.c
            .iter()
            .zip(&memory.c)
            .all(|(half, whole)| (half - whole).abs() <= whole.abs() / 1024.0)
    );
}

#[test]
fn either_precision_is_read_into_either_where_no_number_changes() {
    // complex128.npz is plain.npz and memory.npz over 3.
    let [long, memory]: [Field<f64>; 2] = [field("complex128.npz"), field("memory.npz")];
    for (index, part) in long.psi.chunks_exact(2).enumerate() {
        assert_eq!(part, [index as f64 / 3.0, index as f64 / 2.0 / 3.0]);
    }
    let [long_memory, memory] = [long.memory.clone().unwrap(), memory.memory.unwrap()];
    assert!(
        long_memory.h.iter().eq(memory
            .h
            .iter()
            .map(|number| number / 3.0)
            .collect::<Vec<_>>()
            .iter())
    );
    assert!(
        long_memory.c.iter().eq(memory
            .c
            .iter()
            .map(|number| number / 3.0)
            .collect::<Vec<_>>()
            .iter())
    );
    let refused = read::<f32>(&state("complex128.npz"), &NEEDS).unwrap_err();
    assert!(
        matches!(refused, WorldError::ArrayInexact { element: 1, .. }),
        "{refused}"
    );
    assert_eq!(
        field::<f64>("plain.npz"),
        field::<f32>("plain.npz").to_precision()
    );
    assert!(field::<f64>("beyond.npz").psi.contains(&1e300));
}

#[test]
fn tiles_that_numpy_wrote_are_read() {
    let world: SavedWorld<f64> = saved("tiles.npz");
    assert_eq!(
        (world.grid, world.step),
        (GridShape::new(12, 20).unwrap(), Some(11))
    );
    let Substance::Tiles(tiles) = world.substance else {
        panic!("tiles were written");
    };
    assert_eq!((tiles.side_cells, tiles.channels), (4, 2));
    assert_eq!(tiles.places, [[0, 0], [2, 3], [1, -1]]);
    for (index, part) in tiles.psi.chunks_exact(2).enumerate() {
        assert_eq!(part, [index as f64, index as f64 / 2.0]);
    }
    let (place, field) = tiles.fields().nth(1).unwrap();
    assert_eq!((place, field.height, field.width), ([2, 3], 4, 4));
    assert_eq!(field.psi[..2], [32.0, 16.0]);
    let memory = field.memory.unwrap();
    assert_eq!(
        (memory.shape, memory.h, memory.c),
        ([3, 1, 1], vec![3.0, 4.0, 5.0], vec![-3.0, -4.0, -5.0])
    );
    let ground = world.ground.unwrap();
    assert_eq!(
        (ground.side_cells, ground.places, ground.memory),
        (2, vec![[5, -6]], None)
    );
    assert_eq!(ground.psi.len(), 16);
}

fn refused(cases: &[(&str, &str)]) {
    for (file, reason) in cases {
        let found = read::<f32>(&state(file), &NEEDS).expect_err(file).to_string();
        assert!(found.contains(reason), "{file}: {found}");
    }
}

#[test]
fn what_does_not_suit_is_refused_with_what_was_found_and_what_makes_it_so() {
    refused(&[
        (
            "channels.npz",
            "has complex64 [8, 12, 4]; complex64 or complex128 [H, W, 2] is needed",
        ),
        ("flat.npz", "has complex64 [12, 2]"),
        (
            "real.npz",
            "has float32 [8, 12, 2]; complex64 or complex128 [H, W, 2] is needed; np.savez(f, psi=psi.astype(np.complex64)) makes",
        ),
        ("integers.npz", "has int32 [8, 12, 2]; complex64"),
        ("long.npz", "has complex256 [8, 12, 2]; complex64"),
        (
            "long.npz",
            "np.savez(f, psi=psi.astype(np.complex64)) makes one of it",
        ),
        (
            "pairs.npz",
            "if it is [H, W, d, 2], real and imaginary parts: np.savez(f, psi=psi[..., 0] + 1j * psi[..., 1])",
        ),
        (
            "first.npz",
            "np.savez(f, psi=np.moveaxis(psi, 0, -1)) makes one of it",
        ),
        (
            "first_batch.npz",
            "np.savez(f, psi=np.moveaxis(psi[0], 0, -1)) makes one of it",
        ),
        (
            "network.npz",
            "np.savez(f, psi=np.moveaxis(psi[0, :2] + 1j * psi[0, 2:], 0, -1)) makes one of it",
        ),
        ("several.npz", "np.savez(f, psi=psi[-1]) makes one of it"),
        (
            "halves.npz",
            "it has imag float32 [8, 12, 2], real float32 [8, 12, 2]; with z = np.load(f): np.savez(f, psi=z[\"real\"] + 1j * z[\"imag\"])",
        ),
        (
            "nameless_more.npz",
            "has no array \"psi\"; it has arr_0 complex64 [8, 12, 2], arr_1 complex64 [8, 12, 2]; with z = np.load(f): \
             np.savez(f, psi=z[\"NAME\"])",
        ),
        ("nan.npz", "is not finite at element 77"),
        (
            "beyond.npz",
            "float32 does not have all of its numbers (the first is element 3): ask for --dtype float64",
        ),
        ("objects.npz", "has Python objects [1]"),
        (
            "other.npz",
            "has no array \"psi\"; it has state complex64 [8, 12, 2]; with z = np.load(f): np.savez(f, psi=z[\"state\"])",
        ),
        (
            "half_memory.npz",
            "has no array \"c\"; it has h float32 [3, 2, 3], psi complex64 [8, 12, 2]",
        ),
        (
            "memory_shape.npz",
            "has float32 [3, 1, 3]; float32 or float64 [3, 2, 3] is needed",
        ),
        (
            "odd.npz",
            "has complex64 [7, 12, 2]; sides that are multiples of 4",
        ),
        ("step.npz", "has float64 []; one int64 of 0 or more is needed"),
    ]);
}

#[test]
fn a_file_that_promises_what_is_not_there_is_refused() {
    refused(&[
        (
            "promises.npz",
            "array \"psi\": its header promises 268435456 bytes, and it has 1536",
        ),
        (
            "overflow.npz",
            "complex64 [4294967296, 4294967296, 2]; complex64 or complex128 [H, W, 2]",
        ),
        (
            "liar.npz",
            "array \"psi\": it promises more bytes than it can have",
        ),
        ("short.npz", "its header promises 2048 bytes, and it has 1536"),
        ("cut.npz", "cannot be read"),
        ("none.npz", "cannot be read"),
        ("", "not a file"),
    ]);
}

#[test]
fn tiles_that_do_not_suit_are_refused_with_what_was_found_and_what_is_needed() {
    refused(&[
        ("tiles_count.npz", "\"tiles_psi\" of"),
        (
            "tiles_count.npz",
            "has complex64 [3, 4, 4, 2]; complex64 or complex128 [2, 4, 4, 2]",
        ),
        ("tiles_twice.npz", "has int64 [3, 2]; tiles that are there once"),
        ("tiles_far.npz", "has int64 [3, 2]; tiles within the plane"),
        ("tiles_flat.npz", "has int64 [6]; int64 [n, 2]"),
        ("tiles_floats.npz", "has float64 [3, 2]; int64 [n, 2]"),
        (
            "tiles_many.npz",
            "has int64 [1048577, 2]; int64 [n, 2], n at most 1048576",
        ),
        ("tiles_side.npz", "has int64 []; one int64 of 1 to 1024"),
        ("tiles_sides.npz", "has int64 [2]; one int64 of 1 to 1024"),
        ("tiles_grid.npz", "a grid of 0x20 cells"),
        ("tiles_grids.npz", "has int64 [3]; int64 [2]"),
        (
            "tiles_memory.npz",
            "has float32 [3, 2, 1, 1]; float32 or float64 [3, 3, 1, 1]",
        ),
        (
            "tiles_ground.npz",
            "has complex64 [2, 2, 2, 2]; complex64 or complex128 [1, 2, 2, 2]",
        ),
        ("tiles_nan.npz", "\"tiles_psi\" of"),
        ("tiles_nan.npz", "is not finite at element 50"),
        ("tiles_bare.npz", "has no array \"tiles_psi\""),
    ]);
    let refused = |file: &str, needs: &Needs| read::<f32>(&state(file), needs).unwrap_err().to_string();
    let grid = GridShape::new(12, 8).ok();
    let found = refused("plain.npz", &Needs { grid, ..NEEDS });
    assert!(
        found.contains("has complex64 [8, 12, 2]; complex64 or complex128 [12, 8, 2] is needed"),
        "{found}"
    );
    let found = refused("tiles.npz", &Needs { grid, ..NEEDS });
    assert!(found.contains("a grid of 12x8, not 12x20, is needed"), "{found}");
    let without = Needs {
        memory_channels: None,
        ..NEEDS
    };
    for (file, array) in [("memory.npz", "\"h\""), ("tiles.npz", "\"tiles_h\"")] {
        let found = refused(file, &without);
        assert!(found.contains(&format!("carries memory ({array})")), "{found}");
    }
}

#[test]
fn a_damaged_state_never_panics_and_never_has_other_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.npz");
    for file in ["memory.npz", "tiles.npz"] {
        let bytes = std::fs::read(state(file)).unwrap();
        let good: SavedWorld = saved(file);
        for at in (0..bytes.len()).step_by(3) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            std::fs::write(&path, damaged).unwrap();
            let Ok(mut world) = read::<f32>(&path, &NEEDS) else {
                continue;
            };
            // An array's name in the directory can be damaged: then there is one array less.
            if let (Substance::Grid(found), Substance::Grid(good)) = (&mut world.substance, &good.substance) {
                found.memory = found.memory.take().or_else(|| good.memory.clone());
            }
            if let (Substance::Tiles(found), Substance::Tiles(good)) = (&mut world.substance, &good.substance)
            {
                found.memory = found.memory.take().or_else(|| good.memory.clone());
            }
            world.ground = world.ground.or_else(|| good.ground.clone());
            world.step = world.step.or(good.step);
            assert_eq!(world, good, "{file}, byte {at}");
        }
        for length in (0..bytes.len()).step_by(97) {
            std::fs::write(&path, &bytes[..length]).unwrap();
            assert!(read::<f32>(&path, &NEEDS).is_err());
        }
    }
}

#[test]
fn a_world_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.npz");
    for file in ["plain.npz", "memory.npz", "tiles.npz"] {
        let world: SavedWorld = saved(file);
        write(&path, &world).unwrap();
        assert_eq!(read::<f32>(&path, &NEEDS).unwrap(), world);
        let first = std::fs::read(&path).unwrap();
        write(&path, &world).unwrap();
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
    }
    let before = std::fs::read(&path).unwrap();
    let mut world: SavedWorld = saved("tiles.npz");
    let Substance::Tiles(tiles) = &mut world.substance else {
        panic!("tiles were written");
    };
    tiles.psi.pop();
    let error = write(&path, &world).unwrap_err().to_string();
    assert!(
        error.contains("tiles_psi: 191 numbers for complex64 [3, 4, 4, 2]"),
        "{error}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let nowhere = folder.path().join("none").join("world.npz");
    let error = write(&nowhere, &world).unwrap_err();
    assert!(matches!(error, WorldError::WriteFile { .. }), "{error}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        1,
        "a temporary file is left"
    );
}

/// An array as other code than ours writes it, in an order and a byte order.
fn foreign(
    path: &Path,
    wide: bool,
    big_endian: bool,
    fortran: bool,
    shape: [u64; 3],
    numbers: &[Complex<f32>],
) -> std::io::Result<()> {
    use npyz::{DType, Order, TypeStr, WriterBuilder};
    let word: TypeStr = format!(
        "{}c{}",
        if big_endian { '>' } else { '<' },
        if wide { 16 } else { 8 }
    )
    .parse()
    .unwrap();
    let order = if fortran { Order::Fortran } else { Order::C };
    let [height, width, channels] = shape.map(|side| side as usize);
    // In the file's order.
    let mut ordered = Vec::new();
    if fortran {
        for k in 0..channels {
            for x in 0..width {
                ordered.extend((0..height).map(|y| numbers[(y * width + x) * channels + k]));
            }
        }
    } else {
        ordered.extend_from_slice(numbers);
    }
    let out = std::fs::File::create(path)?;
    if wide {
        let mut writer = npyz::WriteOptions::new()
            .dtype(DType::Plain(word))
            .shape(&shape)
            .order(order)
            .writer(out)
            .begin_nd()?;
        writer.extend(
            ordered
                .iter()
                .map(|z| Complex::new(f64::from(z.re), f64::from(z.im))),
        )?;
        writer.finish()
    } else {
        let mut writer = npyz::WriteOptions::new()
            .dtype(DType::Plain(word))
            .shape(&shape)
            .order(order)
            .writer(out)
            .begin_nd()?;
        writer.extend(ordered)?;
        writer.finish()
    }
}

fn numbers(count: usize) -> Vec<f64> {
    (0..count).map(|at| (at as f64 * 0.7).sin() / 3.0).collect()
}

fn tiles(side_cells: usize, places: Vec<[i64; 2]>, memory: bool) -> Tiles<f64> {
    let count = places.len() * 3 * (side_cells / 4).pow(2);
    Tiles {
        side_cells,
        channels: 2,
        psi: numbers(places.len() * side_cells * side_cells * 4),
        memory: memory.then(|| TilesMemory {
            channels: 3,
            h: numbers(count),
            c: numbers(count),
        }),
        places,
    }
}

/// A seed of so many columns.
fn seed(width: usize) -> Field<f32> {
    Field {
        height: 3,
        width,
        channels: 2,
        psi: (0..3 * width * 4).map(|at| at as f32 / 8.0).collect(),
        memory: None,
    }
}

#[test]
fn a_seed_of_another_law_or_size_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let read_with = |seed: Field<f32>| {
        let path = folder.path().join("world.npz");
        let world = SavedWorld {
            grid: GridShape::new(17, 17).unwrap(),
            substance: Substance::Tiles(tiles(4, vec![[0, 0]], false)),
            ground: None,
            step: None,
            seed: Some(seed),
        };
        write(&path, &world).unwrap();
        read::<f64>(&path, &NEEDS)
    };
    assert!(read_with(seed(96)).is_ok());
    let long = read_with(seed(97)).unwrap_err().to_string();
    assert!(
        long.contains("\"seed_psi\" of") && long.contains("complex64 [3, 97, 2]"),
        "{long}"
    );
    let other = Field {
        channels: 4,
        ..seed(4)
    };
    let other = Field { width: 2, ..other };
    let other = read_with(other).unwrap_err().to_string();
    assert!(other.contains("complex64 [3, 2, 4]"), "{other}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn what_other_code_wrote_is_read_number_by_number(
        height in 1_u64..6, width in 1_u64..6, wide: bool, big_endian: bool, fortran: bool, double: bool, seed in any::<u32>(),
    ) {
        let count = (height * width * 2) as usize;
        // Numbers of any size, and zeros of either sign.
        let number = |at: usize| {
            let bits = (at as u32 + 1).wrapping_mul(seed | 1);
            let number = f32::from_bits(bits);
            if number.is_finite() { number } else { -0.0 }
        };
        let numbers: Vec<Complex<f32>> = (0..count).map(|at| Complex::new(number(2 * at), number(2 * at + 1))).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.npy");
        foreign(&path, wide, big_endian, fortran, [height, width, 2], &numbers).unwrap();
        let needed: Vec<f32> = numbers.iter().flat_map(|z| [z.re, z.im]).collect();
        let found: Vec<u64> = if double {
            let Substance::Grid(field) = read::<f64>(&path, &NEEDS).unwrap().substance else { panic!("tiles") };
            field.psi.iter().map(|number| number.to_bits()).collect()
        } else {
            let Substance::Grid(field) = read::<f32>(&path, &NEEDS).unwrap().substance else { panic!("tiles") };
            field.psi.iter().map(|&number| f64::from(number).to_bits()).collect()
        };
        prop_assert!(found.into_iter().eq(needed.into_iter().map(|number| f64::from(number).to_bits())));
    }

    #[test]
    fn a_world_reads_what_it_writes(
        quarters in 1_usize..5, count in 0_usize..5, far in 0_i64..1 << 30, memory: bool, ground: bool,
        step in prop::option::of(0_u64..1 << 62),
    ) {
        let places: Vec<[i64; 2]> = (0..count as i64).map(|at| [at - far, far * at]).collect();
        let world = SavedWorld {
            grid: GridShape::new(17, 1 << 20).unwrap(),
            substance: Substance::Tiles(tiles(4 * quarters, places.clone(), memory)),
            // Keys of the ground may be anything.
            ground: ground.then(|| tiles(4, vec![[i64::MIN, i64::MAX]; count], memory)),
            step,
            seed: ground.then(|| seed(quarters)),
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.npz");
        write(&path, &world).unwrap();
        prop_assert_eq!(read::<f64>(&path, &NEEDS).unwrap(), world);
    }
}
