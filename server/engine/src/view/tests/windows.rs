//! Which cells a picture shows.

use atheria_shared::Boundary;
use atheria_shared::geometry::Region;
use atheria_shared::limits::{FRAME_SIDE_PIXELS, PLANE_CELLS};
use atheria_shared::view::View;
use proptest::prelude::*;

use super::made::{Plan, show, write};
use crate::run::sparse::Tiles;

fn region(y: i64, x: i64, height: u32, width: u32) -> Region {
    Region { y, x, height, width }
}

fn view(region: Option<Region>, side_pixels: u32) -> View {
    View {
        side_pixels,
        region,
        ..View::default()
    }
}

const CELL: [f32; 8] = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pixels_stay_where_they_are_when_the_camera_moves(
        y in -400_i64..400, x in -400_i64..400, seed: u64, kind in 0..3_usize, cells in 60_u32..300,
    ) {
        let boundary = [Boundary::Walls, Boundary::Torus, Boundary::Unbounded][kind];
        let matter = vec![[0, 0], [3, 7], [12, 2], [-4, 9], [7, 7]];
        let plan = Plan { matter, seed, height: cells, ..Plan::still(boundary, 301) };
        let tiles = plan.make::<f32>();
        let scene = plan.scene(&tiles, None);
        let all = show(&scene, &view(Some(region(-512, -512, 1024, 1024)), 1024));
        let part = show(&scene, &view(Some(region(y, x, 100, 100)), 1024));
        let (all_header, header) = (&all.header, &part.header);
        prop_assert_eq!(header.cells_per_pixel, all_header.cells_per_pixel);
        for row in 0..header.height as usize {
            let from = (header.origin_y - all_header.origin_y) as usize + row;
            let from = from * all_header.width as usize + (header.origin_x - all_header.origin_x) as usize;
            let width = header.width as usize;
            prop_assert_eq!(&part.pixels[row * width..][..width], &all.pixels[from..][..width]);
        }
    }
}

#[test]
fn pixels_begin_at_multiples_of_their_size() {
    let plan = Plan::still(Boundary::Unbounded, 64);
    let tiles = plan.empty::<f32>();
    let scene = plan.scene(&tiles, None);
    for (first, origin, count) in [
        (0, 0, 16),
        (1, 0, 17),
        (-1, -4, 17),
        (-4, -4, 16),
        (1 << 39, 1 << 39, 16),
    ] {
        let header = show(&scene, &view(Some(region(first, first, 64, 64)), 16)).header;
        assert_eq!(header.cells_per_pixel, 4);
        assert_eq!((header.origin_y, header.origin_x), (origin, origin));
        assert_eq!((header.height, header.width), (count, count));
    }
}

#[test]
fn a_region_outside_of_the_grid_is_its_nearest_cells() {
    for boundary in [Boundary::Walls, Boundary::Torus] {
        let plan = Plan::still(boundary, 100);
        let tiles = plan.empty::<f32>();
        let scene = plan.scene(&tiles, None);
        for (y, x, origin) in [
            (-50, -50, [0, 0]),
            (500, 20, [99, 20]),
            (i64::MIN, i64::MAX, [0, 99]),
        ] {
            let header = show(&scene, &view(Some(region(y, x, 10, 10)), 64)).header;
            assert_eq!([header.origin_y, header.origin_x], origin);
            assert_eq!(header.cells_per_pixel, 1);
        }
    }
}

#[test]
fn the_plane_is_shown_as_far_as_there_is_matter() {
    let plan = Plan::still(Boundary::Unbounded, 64);
    let mut tiles = plan.empty::<f32>();
    let header = |tiles: &Tiles<f32>| show(&plan.scene(tiles, None), &view(None, 1024)).header;
    let before = header(&tiles);
    assert_eq!(
        (before.origin_y, before.origin_x, before.height, before.width),
        (0, 0, 64, 64)
    );
    write(&mut tiles, [-20, 70], &CELL);
    let after = header(&tiles);
    assert_eq!(
        (after.origin_y, after.origin_x, after.height, after.width),
        (-32, 0, 96, 80)
    );
}

#[test]
fn the_whole_plane_is_a_picture() {
    let plan = Plan::still(Boundary::Unbounded, 64);
    let mut tiles = plan.empty::<f32>();
    write(&mut tiles, [-PLANE_CELLS, -PLANE_CELLS], &CELL);
    write(&mut tiles, [PLANE_CELLS - 1, PLANE_CELLS - 1], &CELL);
    for side_pixels in [16, 1024, FRAME_SIDE_PIXELS] {
        let picture = show(&plan.scene(&tiles, None), &view(None, side_pixels));
        let header = &picture.header;
        assert_eq!((header.origin_y, header.origin_x), (-PLANE_CELLS, -PLANE_CELLS));
        assert_eq!(
            i64::from(header.height) * i64::from(header.cells_per_pixel),
            2 * PLANE_CELLS
        );
        let bright: Vec<usize> = (0..picture.pixels.len())
            .filter(|at| picture.pixels[*at] > 0)
            .collect();
        assert_eq!(bright, [0, picture.pixels.len() - 1]);
        let far = region(i64::MAX, i64::MIN, u32::MAX, u32::MAX);
        assert!(
            show(&plan.scene(&tiles, None), &view(Some(far), side_pixels))
                .encode()
                .is_ok()
        );
    }
}

#[test]
fn a_frame_never_has_more_pixels_than_it_may() {
    let plan = Plan::still(Boundary::Torus, 20_000);
    let tiles = plan.empty::<f32>();
    for first in [0, 1] {
        for side_pixels in [FRAME_SIDE_PIXELS, u32::MAX, 0] {
            let asked = region(first, first, 2 * FRAME_SIDE_PIXELS, 2 * FRAME_SIDE_PIXELS);
            let picture = show(&plan.scene(&tiles, None), &view(Some(asked), side_pixels));
            assert!(picture.encode().is_ok());
        }
    }
}
