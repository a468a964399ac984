#![expect(clippy::float_cmp, reason = "numbers that were never rounded")]

use std::path::Path;

use atheria_shared::frame::{NOT_FINITE, Scale};
use atheria_shared::view::{Part, Quantity, View};
use atheria_shared::world::StartingMatter;
use atheria_shared::{Architecture, Boundary, GridShape};
use tch::Device;

use super::*;
use crate::checkpoint::Checkpoint;
use crate::law::Law;
use crate::run::Dense;
use crate::world::{Field, World, WorldPlan};

/// A world of 4 channels, a few steps on.
fn world(height: u32, width: u32, steps: u32, init: StartingMatter) -> World {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/golden/DEEP_QCA-d4-h8-g32/checkpoint_ep59.pth");
    let params = atheria_shared::law::LawParams {
        d_state: 4,
        hidden_channels: 8,
    };
    let law = Law::build(
        Architecture::DeepQca,
        params,
        &Checkpoint::read(&path).unwrap().tensors,
    )
    .unwrap();
    let dense = Dense::new(&law, Boundary::Torus, 0.01, Device::Cpu).unwrap();
    let plan = WorldPlan {
        grid: GridShape::new(height, width).ok(),
        boundary: Boundary::Torus,
        init,
        seed: 2,
        step: 0,
        device: Device::Cpu,
        with_background: true,
    };
    let mut world = World::make(plan, &law).unwrap();
    for _ in 0..steps {
        world.advance(&dense).unwrap();
    }
    world
}

fn blob() -> StartingMatter {
    StartingMatter::Blob { side_cells: 6 }
}

fn show(world: &World, quantity: Quantity, part: Part, side_pixels: u32) -> Picture {
    let view = View {
        quantity,
        part,
        side_pixels,
        ..View::default()
    };
    Viewer::default().picture(world, &view).unwrap()
}

fn norm(values: impl Iterator<Item = f32>) -> f64 {
    values
        .map(|value| f64::from(value) * f64::from(value))
        .sum::<f64>()
        .sqrt()
}

/// Blocks of `factor` x `factor`, in plain Rust.
fn blocks(values: &[f64], height: usize, width: usize, factor: usize, largest: bool) -> Vec<f64> {
    let mut reduced = Vec::new();
    for top in (0..height).step_by(factor) {
        for left in (0..width).step_by(factor) {
            let cells: Vec<f64> = (top..height.min(top + factor))
                .flat_map(|y| (left..width.min(left + factor)).map(move |x| values[y * width + x]))
                .collect();
            reduced.push(if largest {
                cells.iter().copied().fold(f64::MIN, f64::max)
            } else {
                cells.iter().sum::<f64>() / cells.len() as f64
            });
        }
    }
    reduced
}

fn agrees(picture: &Picture, expected: &[f64]) {
    let header = &picture.header;
    let (low, high) = (f64::from(header.low), f64::from(header.high));
    assert_eq!(picture.pixels.len(), expected.len());
    for (place, (&level, &value)) in picture.pixels.iter().zip(expected).enumerate() {
        let part = match header.scale {
            Scale::Logarithmic => (value.max(low) / low).ln() / (high / low).ln(),
            _ => (value - low) / (high - low),
        };
        let wanted = (254.0 * part).clamp(0.0, 254.0);
        assert!(
            (f64::from(level) - wanted).abs() < 0.52,
            "pixel {place}: {level}, {wanted} for {value}"
        );
    }
}

#[test]
fn every_quantity_is_that_of_plain_arithmetic_at_every_size() {
    let (height, width) = (22, 37);
    let world = world(height, width, 3, blob());
    let numbers = Field::of_state(world.state()).unwrap().psi;
    let vacuum = Field::of_state(&world.background().unwrap().state).unwrap().psi;
    let (height, width) = (height as usize, width as usize);
    let cells = || numbers.chunks_exact(8);
    let deviation: Vec<f64> = cells()
        .map(|cell| norm(cell.iter().zip(&vacuum).map(|(a, b)| a - b)))
        .collect();
    let modulus: Vec<f64> = cells().map(|cell| norm(cell[2..4].iter().copied())).collect();
    let real: Vec<f64> = cells().map(|cell| f64::from(cell[2])).collect();
    let imaginary: Vec<f64> = cells().map(|cell| f64::from(cell[3])).collect();
    for (side_pixels, factor) in [(64, 1), (20, 2), (16, 3)] {
        let reduced = |values: &[f64], largest| blocks(values, height, width, factor, largest);
        let picture = show(&world, Quantity::Deviation, Part::Modulus, side_pixels);
        assert_eq!(picture.header.cells_per_pixel, factor as u32);
        assert_eq!(picture.header.height as usize, height.div_ceil(factor));
        assert_eq!(picture.header.width as usize, width.div_ceil(factor));
        assert_eq!(picture.header.step, 3);
        agrees(&picture, &reduced(&deviation, true));

        let picture = show(&world, Quantity::Channel, Part::Modulus, side_pixels);
        assert_eq!(picture.header.low, 0.0);
        agrees(&picture, &reduced(&modulus, false));
        let picture = show(&world, Quantity::Channel, Part::Imaginary, side_pixels);
        assert_eq!(picture.header.low, -picture.header.high);
        agrees(&picture, &reduced(&imaginary, false));

        let phases: Vec<f64> = reduced(&imaginary, false)
            .iter()
            .zip(reduced(&real, false))
            .map(|(im, re)| im.atan2(re))
            .collect();
        agrees(
            &show(&world, Quantity::Phase, Part::Modulus, side_pixels),
            &phases,
        );

        let picture = show(&world, Quantity::Rgb, Part::Modulus, side_pixels);
        let plane = |channel: usize| {
            let values: Vec<f64> = cells()
                .map(|cell| norm(cell[2 * channel..2 * channel + 2].iter().copied()))
                .collect();
            reduced(&values, true)
        };
        let planes = [plane(1), plane(2), plane(3)];
        let expected: Vec<f64> = (0..planes[0].len())
            .flat_map(|pixel| planes.iter().map(move |plane| plane[pixel]))
            .collect();
        agrees(&picture, &expected);
    }
    let matter = deviation.iter().filter(|&&value| value > MATTER).count() as u64;
    assert_eq!(matter_cells(&world).unwrap(), matter);
}

#[test]
fn change_is_the_distance_to_the_step_before() {
    let still = world(16, 16, 0, blob());
    assert!(
        show(&still, Quantity::Change, Part::Modulus, 64)
            .pixels
            .iter()
            .all(|&level| level == 0)
    );
    let (before, after) = (world(16, 16, 1, blob()), world(16, 16, 2, blob()));
    let numbers = |world: &World| Field::of_state(world.state()).unwrap().psi;
    let (before, now) = (numbers(&before), numbers(&after));
    let expected: Vec<f64> = now
        .chunks_exact(8)
        .zip(before.chunks_exact(8))
        .map(|(a, b)| norm(a.iter().zip(b).map(|(a, b)| a - b)))
        .collect();
    agrees(&show(&after, Quantity::Change, Part::Modulus, 64), &expected);
}

#[test]
fn an_empty_world_has_no_matter_and_a_blob_has_its_own() {
    for steps in [0, 3] {
        let empty = world(16, 24, steps, StartingMatter::Zeros);
        assert_eq!(matter_cells(&empty).unwrap(), 0);
        let picture = show(&empty, Quantity::Deviation, Part::Modulus, 64);
        assert!(picture.pixels.iter().all(|&level| level == 0));
    }
    assert_eq!(matter_cells(&world(16, 16, 0, blob())).unwrap(), 36);
}

#[test]
fn one_cell_of_matter_stays_visible_in_a_small_picture() {
    let world = world(200, 200, 0, StartingMatter::Blob { side_cells: 1 });
    let picture = show(&world, Quantity::Deviation, Part::Modulus, 16);
    assert_eq!(picture.pixels.iter().filter(|&&level| level > 200).count(), 1);
    assert!(!picture.pixels.contains(&NOT_FINITE));
}

#[test]
fn a_range_belongs_to_its_view() {
    let world = world(16, 16, 2, blob());
    let mut viewer = Viewer::default();
    let mut high = |channel| {
        let view = View {
            quantity: Quantity::Channel,
            channel,
            ..View::default()
        };
        viewer.picture(&world, &view).unwrap().header.high
    };
    let (zero, one) = (high(0), high(1));
    assert!(zero > 0.9 && one < zero);
    assert_eq!(high(0), zero, "a view that comes back starts anew");
    assert_eq!(high(99), high(3), "a channel beyond the last is the last");
}

#[test]
fn a_picture_is_a_frame() {
    let picture = show(&world(16, 16, 1, blob()), Quantity::Rgb, Part::Modulus, 64);
    let (header, pixels) = atheria_shared::frame::FrameHeader::decode(&picture.encode().unwrap()).unwrap();
    assert_eq!((header, pixels), (picture.header, picture.pixels));
}
