//! What a picture shows.

use std::time::{Duration, Instant};

use atheria_shared::Boundary;
use atheria_shared::frame::NOT_FINITE;
use atheria_shared::geometry::Region;
use atheria_shared::range::ValueRange;
use atheria_shared::view::{Part, Quantity, Scale, View};
use proptest::prelude::*;

use super::made::{Plan, plan, show, write};
use super::plain::{agrees, extent, longest, pixels, values};
use crate::run::sparse::Number;
use crate::view::range::rung;
use crate::view::{ViewError, Viewer};

const QUANTITIES: [(Quantity, Part); 7] = [
    (Quantity::Deviation, Part::Modulus),
    (Quantity::Change, Part::Modulus),
    (Quantity::Phase, Part::Modulus),
    (Quantity::Channel, Part::Modulus),
    (Quantity::Channel, Part::Real),
    (Quantity::Channel, Part::Imaginary),
    (Quantity::Rgb, Part::Modulus),
];

/// The region that is shown when none is asked for.
fn everything(plan: &Plan, matter: &[[i64; 2]]) -> Region {
    let side = plan.side as i64;
    let (mut first, mut end) = ([0, 0], [i64::from(plan.height), i64::from(plan.width)]);
    for place in matter.iter().filter(|_| plan.boundary == Boundary::Unbounded) {
        for axis in 0..2 {
            first[axis] = first[axis].min(place[axis] * side);
            end[axis] = end[axis].max((place[axis] + 1) * side);
        }
    }
    Region {
        y: first[0],
        x: first[1],
        height: (end[0] - first[0]) as u32,
        width: (end[1] - first[1]) as u32,
    }
}

fn check<F: Number>(plan: &Plan, before: Option<&Plan>, region: Option<Region>, halvings: u32, channel: u16) {
    let now = plan.make::<F>();
    let before = before.map(Plan::make::<F>);
    let scene = plan.scene(&now, before.as_ref());
    let bounded = plan.boundary != Boundary::Unbounded;
    let limits = [plan.height, plan.width].map(|cells| bounded.then_some(cells));
    let shown = region.unwrap_or_else(|| everything(plan, &plan.matter));
    let longest = longest(shown, limits) as u32;
    let side_pixels = longest.div_ceil(1 << halvings);
    let mut cells_per_pixel = 1;
    while longest.div_ceil(cells_per_pixel) > side_pixels {
        cells_per_pixel *= 2;
    }
    for (quantity, part) in QUANTITIES {
        let view = View {
            quantity,
            channel,
            part,
            rgb: [channel, 0, 8],
            side_pixels,
            region,
            ..View::default()
        };
        let picture = show(&scene, &view);
        let header = &picture.header;
        assert_eq!((header.step, header.cells_per_pixel), (3, cells_per_pixel));
        let cells_per_pixel = i64::from(cells_per_pixel);
        let rows = pixels(shown.y, shown.height, limits[0], cells_per_pixel);
        let columns = pixels(shown.x, shown.width, limits[1], cells_per_pixel);
        assert_eq!((header.origin_y, i64::from(header.height)), rows);
        assert_eq!((header.origin_x, i64::from(header.width)), columns);
        let values = values(&scene, &view, &picture);
        if matches!(quantity, Quantity::Channel | Quantity::Rgb | Quantity::Phase) {
            let high = if quantity == Quantity::Phase {
                header.full
            } else {
                assert_eq!(header.low, if view.is_signed() { -header.high } else { 0.0 });
                header.high
            };
            // The next step of the range, whatever part of the world is looked at.
            let extent = extent(&scene, &view);
            let steps = [0.999, 1.001].map(|about| rung((extent * about) as f32));
            assert!(steps.contains(&high), "{high} {extent} {view:?}");
        }
        agrees(&picture, &values);
    }
}

fn region() -> impl Strategy<Value = Option<Region>> {
    let region = (-350_i64..350, -350_i64..350, 1_u32..260, 1_u32..260);
    prop::option::of(region.prop_map(|(y, x, height, width)| Region { y, x, height, width }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_picture_is_that_of_a_loop_over_all_cells(
        plan in plan(), before in prop::option::of(plan()), region in region(), halvings in 0_u32..7, channel in 0_u16..10,
        double: bool,
    ) {
        // Another ground and other matter, the same world.
        let before = before.map(|before| Plan {
            boundary: plan.boundary, height: plan.height, width: plan.width, side: plan.side, channels: plan.channels,
            matter: before.matter.iter().chain(plan.matter.iter().step_by(2)).copied().collect(),
            ..before
        });
        if double {
            check::<f64>(&plan, before.as_ref(), region, halvings, channel);
        } else {
            check::<f32>(&plan, before.as_ref(), region, halvings, channel);
        }
    }
}

fn view(quantity: Quantity, side_pixels: u32) -> View {
    View {
        quantity,
        side_pixels,
        ..View::default()
    }
}

#[test]
fn an_empty_world_is_black_whatever_its_background() {
    for boundary in [Boundary::Walls, Boundary::Torus, Boundary::Unbounded] {
        let plan = Plan {
            height: 250,
            ..Plan::still(boundary, 300)
        };
        let tiles = plan.make::<f32>();
        for side_pixels in [16, 512] {
            let picture = show(&plan.scene(&tiles, None), &view(Quantity::Deviation, side_pixels));
            assert!(picture.pixels.iter().all(|&level| level == 0));
        }
    }
}

#[test]
fn nothing_has_changed_before_the_first_step() {
    let plan = Plan {
        matter: vec![[1, 1], [3, 5]],
        ..Plan::still(Boundary::Torus, 100)
    };
    let tiles = plan.make::<f32>();
    let picture = show(&plan.scene(&tiles, None), &view(Quantity::Change, 64));
    assert!(picture.pixels.iter().all(|&level| level == 0));
}

#[test]
fn one_cell_of_matter_stays_visible_in_a_small_picture() {
    let plan = Plan::still(Boundary::Walls, 1 << 20);
    let mut tiles = plan.empty::<f32>();
    write(
        &mut tiles,
        [777_777, 12_345],
        &[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    );
    let picture = show(&plan.scene(&tiles, None), &view(Quantity::Deviation, 16));
    let bright: Vec<usize> = (0..picture.pixels.len())
        .filter(|at| picture.pixels[*at] > 200)
        .collect();
    assert_eq!(bright, [777_777 / 65_536 * 16]);
}

#[test]
fn what_is_not_finite_has_a_level_of_its_own_and_leaves_the_range_alone() {
    let plan = Plan::still(Boundary::Torus, 64);
    for (quantity, pixel_bytes) in [
        (Quantity::Deviation, 1),
        (Quantity::Channel, 1),
        (Quantity::Phase, 2),
        (Quantity::Rgb, 3),
    ] {
        for side_pixels in [64, 16, 2] {
            let mut tiles = plan.empty::<f32>();
            write(&mut tiles, [3, 1], &[1.0; 8]);
            let finite = show(&plan.scene(&tiles, None), &view(quantity, side_pixels))
                .header
                .high;
            write(&mut tiles, [40, 41], &[f32::NAN; 8]);
            let picture = show(&plan.scene(&tiles, None), &view(quantity, side_pixels));
            let (y, x) = (40 * side_pixels as usize / 64, 41 * side_pixels as usize / 64);
            let bad: Vec<usize> = (0..picture.pixels.len())
                .filter(|at| picture.pixels[*at] == NOT_FINITE)
                .collect();
            let first = (y * side_pixels as usize + x) * pixel_bytes;
            assert_eq!(
                bad,
                (first..first + pixel_bytes).collect::<Vec<_>>(),
                "{quantity:?} {side_pixels}"
            );
            assert_eq!(picture.header.high, finite, "{quantity:?} {side_pixels}");
            assert!(!picture.header.finite, "{quantity:?} {side_pixels}");
        }
    }
}

#[test]
fn a_range_belongs_to_its_view() {
    let plan = Plan::still(Boundary::Torus, 32);
    let mut tiles = plan.empty::<f32>();
    write(&mut tiles, [3, 3], &[0.5; 8]);
    let scene = plan.scene(&tiles, None);
    let mut viewer = Viewer::default();
    let mut high = |channel| {
        let view = View {
            channel,
            ..view(Quantity::Channel, 64)
        };
        viewer.picture(&scene, &view, Instant::now()).unwrap().header.high
    };
    let (zero, one) = (high(0), high(1));
    assert!(zero > 0.9 && one < zero);
    assert_eq!(high(0), zero, "a view that comes back starts anew");
    assert_eq!(high(99), high(3), "a channel beyond the last is the last");
}

#[test]
fn a_state_before_of_another_world_is_refused() {
    let (plan, other) = (Plan::still(Boundary::Torus, 64), Plan::still(Boundary::Torus, 96));
    let (now, before) = (plan.make::<f32>(), other.make::<f32>());
    let scene = plan.scene(&now, Some(&before));
    let made = Viewer::default().picture(&scene, &view(Quantity::Change, 64), Instant::now());
    assert_eq!(made, Err(ViewError::Before));
    assert!(
        Viewer::default()
            .picture(&scene, &view(Quantity::Deviation, 64), Instant::now())
            .is_ok()
    );
}

#[test]
fn a_picture_is_a_frame() {
    let plan = Plan {
        matter: vec![[1, 1]],
        ..Plan::still(Boundary::Torus, 48)
    };
    let tiles = plan.make::<f32>();
    let picture = show(&plan.scene(&tiles, None), &view(Quantity::Rgb, 64));
    let (header, pixels) = atheria_shared::frame::FrameHeader::decode(&picture.encode().unwrap()).unwrap();
    assert_eq!((header, pixels), (picture.header, picture.pixels));
}

#[test]
fn looking_elsewhere_leaves_the_range_alone() {
    let plan = Plan {
        matter: vec![[1, 1]],
        ..Plan::still(Boundary::Torus, 2048)
    };
    let mut tiles = plan.empty::<f32>();
    write(&mut tiles, [20, 20], &[0.0, 0.7, 0.0, 0.0, 0.0, 0.1, 0.0, 0.0]);
    let scene = plan.scene(&tiles, None);
    for quantity in [Quantity::Channel, Quantity::Rgb, Quantity::Phase] {
        let mut viewer = Viewer::default();
        let start = Instant::now();
        // At the cell of matter, and far away from it.
        let seen: Vec<_> = [(0, 0), (16, 0), (1000, 5), (1000, 1100)]
            .into_iter()
            .map(|(first, seconds)| {
                let region = Region {
                    y: first,
                    x: first,
                    height: 64,
                    width: 64,
                };
                let view = View {
                    region: Some(region),
                    ..view(quantity, 64)
                };
                let header = viewer
                    .picture(&scene, &view, start + Duration::from_secs(seconds))
                    .unwrap()
                    .header;
                (header.low, header.high, header.full)
            })
            .collect();
        assert!(seen.iter().all(|one| *one == seen[0]), "{quantity:?} {seen:?}");
        let high = if quantity == Quantity::Phase {
            seen[0].2
        } else {
            seen[0].1
        };
        assert_eq!(high, 0.8, "{quantity:?}");
    }
}

#[test]
fn a_pinned_range_is_the_one_that_is_shown() {
    let plan = Plan::still(Boundary::Torus, 32);
    let mut tiles = plan.empty::<f32>();
    write(&mut tiles, [3, 3], &[0.5; 8]);
    let scene = plan.scene(&tiles, None);
    let pinned = |low, high, asked: View| {
        let range = ValueRange::new(low, high).ok();
        let header = show(&scene, &View { range, ..asked }).header;
        (header.scale, header.low, header.high)
    };
    let (deviation, channel) = (view(Quantity::Deviation, 32), view(Quantity::Channel, 32));
    assert_eq!(pinned(1e-3, 1.0, deviation), (Scale::Logarithmic, 1e-3, 1.0));
    let linear = View {
        scale: Some(Scale::Linear),
        ..deviation
    };
    assert_eq!(pinned(0.25, 0.5, linear), (Scale::Linear, 0.25, 0.5));
    // A logarithm has no zero.
    assert!(pinned(-1.0, 1.0, deviation).1 > 0.0);
    let signed = View {
        part: Part::Real,
        ..channel
    };
    assert_eq!(pinned(-0.1, 0.3, signed), (Scale::Linear, -0.3, 0.3));
    let phase = pinned(0.0, 1.0, view(Quantity::Phase, 32));
    assert_eq!(phase.0, Scale::Cyclic);
}
