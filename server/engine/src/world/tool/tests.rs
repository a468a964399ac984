#![expect(clippy::float_cmp, reason = "numbers that were never rounded")]

use std::collections::HashSet;
use std::f64::consts::PI;

use atheria_shared::GridShape;
use proptest::prelude::*;

use super::*;
use crate::world::pieces::Empty;

const CENTRE: Cell = Cell { y: -3, x: 1 << 40 };
const VACUUM: [f64; 4] = [1.0, 0.0, 0.0, 0.0];

fn stroke(tool: Tool, radius_cells: f32) -> Stroke {
    Stroke {
        seed: 9,
        ..Stroke::new(tool, CENTRE, radius_cells)
    }
}

fn at(y: i64, x: i64) -> Cell {
    Cell {
        y: CENTRE.y + y,
        x: CENTRE.x + x,
    }
}

/// What becomes of a cell that was `[3/5, 4i/5]`.
fn applied(stroke: &Stroke, piece: Option<&Field<f32>>, cell: Cell) -> Vec<f64> {
    let mut psi = vec![0.6, 0.0, 0.0, 0.8];
    Brush::new(stroke, 2, piece).apply(cell, &mut psi, &VACUUM);
    psi
}

fn close(found: &[f64], needed: &[f64]) {
    let near = found.len() == needed.len() && found.iter().zip(needed).all(|(a, b)| (a - b).abs() < 1e-6);
    assert!(near, "{found:?} {needed:?}");
}

fn norm(psi: &[f64]) -> f64 {
    psi.iter().map(|part| part * part).sum::<f64>().sqrt()
}

/// A piece of 5x4 cells, vacuum but for `[2, 2]`, `[0, 3]` and `[4, 0]`.
fn piece() -> Field<f32> {
    let mut piece = Empty::One.fill::<f32>(GridShape::new(5, 4).unwrap(), 2);
    for (place, number) in [(10, 0.1), (3, 0.2), (16, 0.3)] {
        piece.psi[place * 4..][..4].copy_from_slice(&[0.0, number, 1.0, 0.0]);
    }
    piece
}

/// All but the one that plants a seed.
const WITH_A_RADIUS: [Tool; 5] = [Tool::Noise, Tool::Erase, Tool::Collapse, Tool::Vortex, Tool::Wave];

proptest! {
    #[test]
    fn a_brush_touches_the_cells_within_its_radius(radius in 0.0_f32..20.0, tool in prop::sample::select(&WITH_A_RADIUS)) {
        let brush_stroke = stroke(tool, radius);
        let brush = Brush::new(&brush_stroke, 2, None);
        let region = brush.region();
        let mut rows = HashSet::new();
        for y in -25..=25 {
            for x in -25..=25 {
                let touched = brush.touches(at(y, x));
                prop_assert_eq!(touched, f64::from((y * y + x * x) as i32) <= f64::from(radius) * f64::from(radius));
                if touched {
                    rows.insert(CENTRE.y + y);
                    let cell = at(y, x);
                    prop_assert!((region.y..region.y + i64::from(region.height)).contains(&cell.y));
                    prop_assert!((region.x..region.x + i64::from(region.width)).contains(&cell.x));
                }
            }
        }
        prop_assert_eq!(rows.len(), region.height as usize);
        prop_assert_eq!(region.height, region.width);
    }

    #[test]
    fn a_cell_is_brought_to_unit_norm(
        tool in prop::sample::select(&WITH_A_RADIUS), y in -9_i64..9, x in -9_i64..9, strength in 0.0_f32..1.0, seed: u64,
    ) {
        let brush_stroke = Stroke { strength, seed, ..stroke(tool, 20.0) };
        let mut psi = vec![0.3, -2.0, 0.5, 1.0];
        Brush::new(&brush_stroke, 2, None).apply(at(y, x), &mut psi, &VACUUM);
        prop_assert!((norm(&psi) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_cell_does_not_hang_on_what_was_done_before(
        tool in prop::sample::select(&Tool::ALL), y in -9_i64..9, x in -9_i64..9,
    ) {
        let brush_stroke = Stroke { strength: 0.5, ..stroke(tool, 20.0) };
        let brush = Brush::new(&brush_stroke, 2, None);
        let mut psi = vec![0.6, 0.0, 0.0, 0.8];
        brush.apply(at(x, y), &mut psi, &VACUUM);
        let mut psi = vec![0.6, 0.0, 0.0, 0.8];
        brush.apply(at(y, x), &mut psi, &VACUUM);
        prop_assert_eq!(psi, applied(&brush_stroke, None, at(y, x)));
    }
}

#[test]
fn noise_is_of_its_seed_and_place() {
    let one = applied(&stroke(Tool::Noise, 9.0), None, at(2, 3));
    assert_ne!(one, applied(&stroke(Tool::Noise, 9.0), None, at(3, 2)));
    assert_ne!(one, applied(&stroke(Tool::Noise, 9.0), None, at(-2, 3)));
    let seed = Stroke {
        seed: 10,
        ..stroke(Tool::Noise, 9.0)
    };
    assert_ne!(one, applied(&seed, None, at(2, 3)));
    // Noise elsewhere is the same noise: it goes by the offset.
    let elsewhere = Stroke {
        at: Cell { y: 50, x: 60 },
        ..stroke(Tool::Noise, 9.0)
    };
    assert_eq!(one, applied(&elsewhere, None, Cell { y: 52, x: 63 }));
    // Without a seed nothing is planted, and no noise.
    close(
        &applied(&stroke(Tool::Inject, 9.0), None, at(2, 3)),
        &[0.6, 0.0, 0.0, 0.8],
    );
    let brush_stroke = stroke(Tool::Inject, 9.0);
    assert!(!Brush::new(&brush_stroke, 2, None).touches(at(2, 3)));
    // s = 0 changes nothing.
    let nothing = Stroke {
        strength: 0.0,
        ..stroke(Tool::Noise, 9.0)
    };
    close(&applied(&nothing, None, at(2, 3)), &[0.6, 0.0, 0.0, 0.8]);
    let bits: Vec<u64> = one.iter().map(|part| part.to_bits()).collect();
    assert_eq!(
        bits, PINNED,
        "the stream has changed: recorded strokes would do something else"
    );
}

const PINNED: [u64; 4] = [
    4_594_330_040_682_823_585,
    4_601_743_782_932_065_159,
    13_828_704_333_866_458_489,
    13_823_957_562_532_677_697,
];

#[test]
fn noise_has_no_direction() {
    let brush_stroke = stroke(Tool::Noise, 60.0);
    let brush = Brush::new(&brush_stroke, 2, None);
    let mut sums = [0.0; 4];
    let mut count = 0.0;
    for y in -50..50 {
        for x in -50..50 {
            let mut psi = [1.0, 0.0, 0.0, 0.0];
            brush.apply(at(y, x), &mut psi, &VACUUM);
            count += 1.0;
            for (sum, part) in sums.iter_mut().zip(psi) {
                *sum += part;
            }
        }
    }
    assert!(sums.iter().all(|sum| (sum / count).abs() < 0.02), "{sums:?}");
}

#[test]
fn a_piece_is_laid_with_its_middle_on_the_centre() {
    let piece = piece();
    let whole = stroke(Tool::Inject, 64.0);
    let brush = Brush::new(&whole, 2, Some(&piece));
    // Middle [2, 2]: rows -2 to 2, columns -2 to 1.
    assert_eq!(
        brush.region(),
        Region {
            y: CENTRE.y - 2,
            x: CENTRE.x - 2,
            height: 5,
            width: 4
        }
    );
    let touched: Vec<[i64; 2]> = (-9..9)
        .flat_map(|y| (-9..9).map(move |x| [y, x]))
        .filter(|&[y, x]| brush.touches(at(y, x)))
        .collect();
    assert_eq!(touched, [[-2, 1], [0, 0], [2, -2]]);
    let unit = |number: f64| [0.0, 1.0, number, 0.0].map(|part| part / (1.0 + number * number).sqrt());
    close(&applied(&whole, Some(&piece), at(0, 0)), &unit(0.1));
    close(&applied(&whole, Some(&piece), at(-2, 1)), &unit(0.2));
    close(&applied(&whole, Some(&piece), at(2, -2)), &unit(0.3));
    // It is whole whatever the radius.
    let small = stroke(Tool::Inject, 0.0);
    let brush = Brush::new(&small, 2, Some(&piece));
    assert!(brush.touches(at(-2, 1)) && brush.touches(at(2, -2)));
    assert_eq!(brush.region().height, 5);
    // Half of it: (psi + m) / 2 at unit norm.
    let half = Stroke {
        strength: 0.5,
        ..whole
    };
    let sum = [0.6, 1.0, 0.1, 0.8];
    close(
        &applied(&half, Some(&piece), at(0, 0)),
        &sum.map(|part| part / norm(&sum)),
    );
}

#[test]
fn erased_is_the_background() {
    let mut psi = [0.6, 0.0, 0.0, 0.8];
    Brush::new(&stroke(Tool::Erase, 3.0), 2, None).apply(at(1, 1), &mut psi, &[0.0; 4]);
    assert_eq!(psi, [0.0; 4]);
    assert_eq!(applied(&stroke(Tool::Erase, 3.0), None, at(1, 1)), VACUUM);
    let half = Stroke {
        strength: 0.5,
        ..stroke(Tool::Erase, 3.0)
    };
    let sum = [1.6, 0.0, 0.0, 0.8];
    close(
        &applied(&half, None, at(1, 1)),
        &sum.map(|part| part / norm(&sum)),
    );
    // What cancels stays.
    let mut psi = [-1.0, 0.0, 0.0, 0.0];
    Brush::new(&half, 2, None).apply(at(0, 0), &mut psi, &VACUUM);
    assert_eq!(psi, [-1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn a_measurement_follows_the_squares() {
    let mut counts = [0.0; 3];
    for seed in 0..4000 {
        let brush_stroke = Stroke {
            seed,
            strength: 0.75,
            ..stroke(Tool::Collapse, 3.0)
        };
        let psi = applied(&brush_stroke, None, at(1, -2));
        match psi.as_slice() {
            [1.0, 0.0, 0.0, 0.0] => counts[0] += 1.0,
            [0.0, 0.0, 0.0, 1.0] => counts[1] += 1.0,
            other => {
                close(other, &[0.6, 0.0, 0.0, 0.8]);
                counts[2] += 1.0;
            }
        }
    }
    let shares = counts.map(|count| count / 4000.0);
    let needed: [f64; 3] = [0.75 * 0.36, 0.75 * 0.64, 0.25];
    // Three standard deviations of a share are 0.024.
    assert!(
        shares.iter().zip(needed).all(|(a, b)| (a - b).abs() < 0.03),
        "{shares:?}"
    );
    let all = stroke(Tool::Collapse, 3.0);
    assert!(applied(&all, None, at(0, 0)).contains(&1.0));
}

#[test]
fn a_vortex_winds_the_phase() {
    let twice = Stroke {
        strength: 2.0,
        ..stroke(Tool::Vortex, 9.0)
    };
    for (y, x, theta) in [
        (0, 3, 0.0),
        (3, 0, PI / 2.0),
        (0, -3, PI),
        (-3, -3, -3.0 * PI / 4.0),
        (0, 0, 0.0),
    ] {
        let (sine, cosine) = (2.0 * theta).sin_cos();
        let needed = [0.6 * cosine, -0.8 * sine, 0.6 * sine, 0.8 * cosine];
        close(&applied(&twice, None, at(y, x)), &needed);
    }
}

#[test]
fn a_wave_runs_along_its_angle() {
    let wave = Stroke {
        strength: -3.0,
        angle_radians: 0.5,
        wavelength_cells: 7.0,
        ..stroke(Tool::Wave, 90.0)
    };
    for (y, x) in [(0_i64, 0_i64), (2, 5), (-40, 31), (60, -7)] {
        let along = x as f64 * 0.5_f64.cos() + y as f64 * 0.5_f64.sin();
        let (sine, cosine) = (-3.0 * (2.0 * PI * along / 7.0).sin()).sin_cos();
        let needed = [0.6 * cosine, -0.8 * sine, 0.6 * sine, 0.8 * cosine];
        close(&applied(&wave, None, at(y, x)), &needed);
    }
}
