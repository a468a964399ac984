use atheria_law::Law;
use proptest::prelude::*;

use super::*;
use crate::testing::weights;
use crate::world::planting;
use crate::world::state_file::{SavedWorld, TilesMemory};

fn law(folder: &str) -> Law {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/golden")
        .join(folder);
    let config: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("config.json")).unwrap()).unwrap();
    let weights = weights(&folder.join("checkpoint_ep59.pth"));
    let architecture = serde_json::from_value(config["MODEL_ARCHITECTURE"].clone()).unwrap();
    let params = serde_json::from_value(config["MODEL_PARAMS"].clone()).unwrap();
    Law::build(architecture, params, &weights).unwrap()
}

/// A law with memory and a total stride of 4, and one without and of 1.
fn laws() -> [Law; 2] {
    let [coarse, fine] = ["UNET_CONVLSTM-d4-h8-g32", "MLP-d4-h8-g32"].map(law);
    assert_eq!((coarse.period(), fine.period()), (4, 1));
    assert!(coarse.memory_channels().is_some() && fine.memory_channels().is_none());
    [coarse, fine]
}

/// A file and the folder that it is in.
struct Saved {
    folder: tempfile::TempDir,
    init: StartingMatter,
}

fn save(substance: Substance<f64>, grid: GridShape) -> Saved {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.npz");
    let world = SavedWorld {
        grid,
        substance,
        ground: None,
        step: Some(3),
        seed: None,
    };
    state_file::write(&path, &world).unwrap();
    Saved {
        folder,
        init: StartingMatter::File(path),
    }
}

/// A field in which every number says where it is; its memory too, when `memory` is its number of channels.
fn counted(grid: GridShape, memory: Option<usize>) -> Field<f64> {
    let mut field = Field::zeros(grid, 4);
    for (at, number) in field.psi.iter_mut().enumerate() {
        *number = at as f64 + 2.0;
    }
    field.memory = memory.map(|channels| {
        let shape = [channels, field.height / 4, field.width / 4];
        let numbers: Vec<f64> = (0..shape.iter().product()).map(|at| at as f64).collect();
        crate::world::field::FieldMemory {
            shape,
            h: numbers.clone(),
            c: numbers,
        }
    });
    field
}

fn shape(height: u32, width: u32) -> GridShape {
    GridShape::new(height, width).unwrap()
}

fn places(world: &Pieces<f64>) -> Vec<[i64; 2]> {
    world
        .pieces
        .iter()
        .map(|piece| [piece.at.y, piece.at.x])
        .collect()
}

#[test]
fn drawn_matter_has_a_grid_of_its_own() {
    let [coarse, _] = laws();
    let blob = StartingMatter::Blob { side_cells: 16 };
    let make = |grid| lay::<f32>(&blob, Placement::Centre, grid, Boundary::Walls, &coarse, 1);
    let world = make(None).unwrap();
    assert_eq!(
        (world.grid, world.pieces[0].at),
        (shape(128, 128), Cell { y: 56, x: 56 })
    );
    assert_eq!(planting::own(&world).as_ref(), Some(&*world.pieces[0].field));
    assert_eq!(
        make(Some(shape(32, 30))).unwrap_err().to_string(),
        "a grid of 32x30: this law needs both sides to be a multiple of 4"
    );
}

#[test]
fn a_file_of_the_grids_size_is_one_piece() {
    for law in laws() {
        let grid = shape(8, 12);
        let field = counted(grid, law.memory_channels());
        let saved = save(Substance::Grid(field.clone()), grid);
        for asked in [None, Some(grid)] {
            let world = lay::<f64>(&saved.init, Placement::Centre, asked, Boundary::Torus, &law, 1).unwrap();
            assert_eq!(
                (world.grid, world.vacuum, places(&world)),
                (grid, Empty::One, vec![[0, 0]])
            );
            assert_eq!(*world.pieces[0].field, field);
        }
    }
}

#[test]
fn a_file_whose_size_the_law_cannot_halve_needs_a_grid_that_it_can() {
    let [coarse, _] = laws();
    let saved = save(Substance::Grid(counted(shape(6, 8), None)), shape(6, 8));
    let make = |grid| lay::<f64>(&saved.init, Placement::Centre, grid, Boundary::Walls, &coarse, 1);
    assert_eq!(
        make(None).unwrap_err().to_string(),
        "a grid of 6x8: this law needs both sides to be a multiple of 4"
    );
    assert_eq!(places(&make(Some(shape(16, 16))).unwrap()), [[4, 4]]);
}

#[test]
fn a_smaller_file_lies_where_it_was_placed() {
    let [coarse, fine] = laws();
    for (law, memory, centre) in [
        (&coarse, coarse.memory_channels(), [4, 12]),
        (&coarse, None, [4, 12]),
        (&fine, None, [6, 14]),
    ] {
        let saved = save(Substance::Grid(counted(shape(8, 12), memory)), shape(8, 12));
        let make = |place, boundary| lay::<f64>(&saved.init, place, Some(shape(20, 40)), boundary, law, 5);
        let at = |y, x| Placement::At(Cell { y, x });
        let world = make(Placement::Centre, Boundary::Walls).unwrap();
        assert_eq!(places(&world), [centre]);
        assert_eq!(places(&make(at(12, 28), Boundary::Walls).unwrap()), [[12, 28]]);
        for [y, x] in [[-4, 0], [0, -4], [16, 0], [0, 32]] {
            for boundary in [Boundary::Walls, Boundary::Torus] {
                let error = make(at(y, x), boundary).unwrap_err().to_string();
                assert!(
                    error.contains(&format!(
                        "of 8x12 cells does not lie within a grid of 20x40 at {y},{x}; only"
                    )),
                    "{error}"
                );
            }
            assert_eq!(places(&make(at(y, x), Boundary::Unbounded).unwrap()), [[y, x]]);
        }
        let far = make(at(0, (1 << 40) + 4), Boundary::Unbounded)
            .unwrap_err()
            .to_string();
        assert!(far.contains("would lie at 0,1099511627780: at most"), "{far}");
        let odd = make(at(4, 2), Boundary::Unbounded);
        match memory {
            None => assert_eq!(places(&odd.unwrap()), [[4, 2]]),
            Some(_) => assert!(
                odd.unwrap_err()
                    .to_string()
                    .contains("at 4,2: rows and columns must be multiples of 4")
            ),
        }
        let scattered = make(Placement::Scatter { count: 3 }, Boundary::Torus).unwrap();
        assert!(Arc::ptr_eq(
            &scattered.pieces[0].field,
            &scattered.pieces[2].field
        ));
        assert_eq!(scattered.pieces.len(), 3);
        for [y, x] in places(&scattered) {
            let period = i64::from(law.period());
            assert!(y % period == 0 && x % period == 0 && (0..=12).contains(&y) && (0..=28).contains(&x));
        }
        assert_eq!(
            scattered,
            make(Placement::Scatter { count: 3 }, Boundary::Torus).unwrap()
        );
        let small = Some(shape(4, 40));
        let error = lay::<f64>(&saved.init, Placement::Centre, small, Boundary::Walls, law, 5).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("is of 8x12 cells and does not fit into a grid of 4x40"),
            "{error}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_repeated_file_covers_every_cell_once(
        height in 1_u32..4, width in 1_u32..4, rows in 0_u32..5, columns in 0_u32..5, coarse: bool,
    ) {
        let law = &laws()[usize::from(!coarse)];
        let size = if coarse { shape(4 * height, 4 * width) } else { shape(height, width) };
        let more = law.period();
        let grid = shape(size.height() + more * rows, size.width() + more * columns);
        let field = counted(size, law.memory_channels());
        let saved = save(Substance::Grid(field.clone()), size);
        for boundary in [Boundary::Walls, Boundary::Unbounded] {
            let world = lay::<f64>(&saved.init, Placement::Tile, Some(grid), boundary, law, 1).unwrap();
            let mut seen = vec![0; grid.cells() as usize];
            for piece in &world.pieces {
                for (index, cell) in piece.field.cells().enumerate() {
                    let y = piece.at.y as usize + index / piece.field.width;
                    let x = piece.at.x as usize + index % piece.field.width;
                    prop_assert!(y < grid.height() as usize && x < grid.width() as usize);
                    seen[y * grid.width() as usize + x] += 1;
                    prop_assert_eq!(Some(cell), field.cell(y % field.height, x % field.width));
                }
                prop_assert_eq!(piece.field.memory.is_some(), coarse);
            }
            prop_assert!(seen.iter().all(|&count| count == 1));
        }
    }
}

#[test]
fn too_many_copies_are_refused() {
    let [_, fine] = laws();
    let saved = save(Substance::Grid(counted(shape(3, 3), None)), shape(3, 3));
    let make = |height, width| {
        let grid = Some(shape(height, width));
        lay::<f32>(&saved.init, Placement::Tile, grid, Boundary::Walls, &fine, 1)
            .unwrap_err()
            .to_string()
    };
    let many = make(4096, 4096);
    assert!(
        many.ends_with("would be laid in 1865956 pieces: 1048576 at most"),
        "{many}"
    );
    assert!(make(4097, 4096).contains("too large to keep every cell"));
}

#[test]
fn a_world_in_tiles_is_laid_tile_by_tile() {
    let [coarse, fine] = laws();
    let channels = coarse.memory_channels().unwrap();
    let tiles = |places: Vec<[i64; 2]>, memory: bool| {
        let count = places.len();
        Substance::Tiles(Tiles {
            side_cells: 8,
            channels: 4,
            psi: (0..count * 8 * 8 * 8).map(|at| at as f64 + 2.0).collect(),
            memory: memory.then(|| TilesMemory {
                channels,
                h: vec![1.0; count * channels * 4],
                c: vec![2.0; count * channels * 4],
            }),
            places,
        })
    };
    // The second reaches beyond the lower edge of its world, as the last tiles of one do.
    let saved = save(tiles(vec![[0, 0], [2, 1]], true), shape(20, 16));
    let make = |place, grid, boundary| lay::<f64>(&saved.init, place, grid, boundary, &coarse, 1);
    let world = make(Placement::Centre, None, Boundary::Walls).unwrap();
    assert_eq!(
        (world.grid, places(&world)),
        (shape(20, 16), vec![[0, 0], [16, 8]])
    );
    let second = &world.pieces[1].field;
    assert_eq!((second.height, second.width, second.psi[0]), (4, 8, 514.0));
    assert_eq!(second.memory.as_ref().unwrap().shape, [channels, 1, 2]);
    assert!(planting::own(&world).is_none());
    let moved = make(
        Placement::At(Cell { y: 4, x: -8 }),
        Some(shape(40, 40)),
        Boundary::Unbounded,
    )
    .unwrap();
    assert_eq!(places(&moved), [[4, -8], [20, 0]]);
    assert_eq!(moved.pieces[1].field.height, 8);
    // From an unbounded world: beyond its grid.
    let wide = save(tiles(vec![[0, -1]], false), shape(20, 16));
    let make = |boundary| lay::<f64>(&wide.init, Placement::Centre, None, boundary, &fine, 1);
    let error = make(Boundary::Torus).unwrap_err().to_string();
    assert!(
        error.contains("of 20x16 cells does not lie within a grid of 20x16 at 0,-8"),
        "{error}"
    );
    assert_eq!(places(&make(Boundary::Unbounded).unwrap()), [[0, -8]]);
}

#[test]
fn a_snapshot_and_a_picture_are_laid_too() {
    let [_, fine] = laws();
    let saved = save(Substance::Grid(counted(shape(4, 4), None)), shape(4, 4));
    let make = |name: &str| {
        let init = StartingMatter::File(saved.folder.path().join(name));
        lay::<f32>(
            &init,
            Placement::Centre,
            Some(shape(9, 9)),
            Boundary::Walls,
            &fine,
            1,
        )
    };
    let png = std::fs::File::create(saved.folder.path().join("a.png")).unwrap();
    let mut encoder = png::Encoder::new(png, 3, 2);
    encoder.set_color(png::ColorType::Grayscale);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[255; 6])
        .unwrap();
    let world = make("a.png").unwrap();
    assert_eq!(world.pieces[0].at, Cell { y: 3, x: 3 });
    assert_eq!(world.pieces[0].field.psi[..4], [0.0, 0.0, 1.0, 0.0]);
    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/states/snapshot.pt");
    std::fs::copy(snapshot, saved.folder.path().join("a.pt")).unwrap();
    let error = make("a.pt").unwrap_err().to_string();
    assert!(
        error.contains(
            "holds a tensor complex64 [1, 8, 12, 2]; one complex64 or complex128 tensor [1, H, W, 4]"
        ),
        "{error}"
    );
    std::fs::write(saved.folder.path().join("a.bin"), [1, 2, 3, 0xff]).unwrap();
    let error = make("a.bin").unwrap_err().to_string();
    assert!(
        error.contains("is of a kind that is not read: .npz, .npy, .pt or .png"),
        "{error}"
    );
}
