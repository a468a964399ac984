//! Whether a view is constant, and why: every quantity's picture, at the first step and some steps later, against the same
//! levels worked out here cell by cell.

use std::time::Instant;

use atheria_shared::GridShape;
use atheria_shared::diagnosis::{Advice, Constancy, ConstantView, FigureName, Finding, ViewFault};
use atheria_shared::frame::{FrameHeader, NOT_FINITE, Scale, TOP_LEVEL};
use atheria_shared::view::{Part, Quantity, View};

use super::cells::{Cells, apart};
use super::error::CheckError;
use super::outcome::Outcome;
use super::subject::Subject;
use crate::run::sparse::{Number, Tiles};
use crate::view::{Picture, Scene, Viewer};
use crate::world::{Sight, World, WorldError};

/// Steps between the two looks.
const STEPS: u64 = 8;
/// Levels that a pixel may be off by: rounding on a level's edge.
const LEVELS: u8 = 1;

/// A picture, and what it is of.
#[derive(Debug, Clone, PartialEq)]
struct Look {
    /// What is shown.
    quantity: Quantity,
    /// Of which step.
    step: u64,
    /// Whether every pixel has the same level, or nearly.
    constant: bool,
    /// Whether the cells have, by the same levels.
    cells_constant: bool,
    /// How far a pixel is from its cell, in levels.
    off_by: u8,
    /// Cells of matter in the world.
    matter: u64,
    /// Channels of a cell.
    channels: usize,
    /// Whether a step was made before.
    stepped: bool,
}

/// Makes the check.
pub(super) fn check(subject: &Subject<'_>) -> Result<Outcome, CheckError> {
    let mut world = World::make(subject.small_plan()?, &subject.law)?;
    let mut looks = looks(&mut world)?;
    for _ in 0..STEPS {
        world.advance()?;
    }
    looks.extend(self::looks(&mut world)?);
    Ok(judge(&looks))
}

fn looks(world: &mut World) -> Result<Vec<Look>, CheckError> {
    let matter = world.numbers()?.matter_cells;
    Quantity::ALL
        .into_iter()
        .map(|quantity| {
            let look = match world.sight()? {
                Sight::Single(now, before) => look(world, now, before, quantity),
                Sight::Double(now, before) => look(world, now, before, quantity),
                Sight::Fetched(states) => look(world, &states.0, states.1.as_ref(), quantity),
            };
            Ok(Look { matter, ..look? })
        })
        .collect()
}

fn look<F: Number>(
    world: &World,
    now: &Tiles<F>,
    before: Option<&Tiles<F>>,
    quantity: Quantity,
) -> Result<Look, CheckError> {
    let channels = now.numbers / 2;
    let view = View {
        quantity,
        ..View::default()
    }
    .within(channels as u16);
    let scene = Scene::of(world, now, before);
    let Picture { header, pixels } = Viewer::default().picture(&scene, &view, Instant::now())?;
    let grid = GridShape::new(header.height, header.width).map_err(WorldError::from)?;
    let from = [header.origin_y, header.origin_x];
    let cells = Cells::of_tiles(now, from, grid);
    let before = before.map(|before| Cells::of_tiles(before, from, grid));
    let expected = levels(&header, &view, &cells, before.as_ref());
    Ok(Look {
        quantity,
        step: scene.step,
        constant: is_constant(&pixels, scales(&header)),
        cells_constant: is_constant(&expected, scales(&header)),
        off_by: farthest(&pixels, &expected, scales(&header)),
        matter: 0,
        channels,
        stepped: before.is_some(),
    })
}

/// The levels that the cells have on a frame's scale.
fn levels(header: &FrameHeader, view: &View, cells: &Cells, before: Option<&Cells>) -> Vec<u8> {
    let channels = cells.numbers / 2;
    let complex = |cell: &[f64], channel: u16| {
        let at = usize::from(channel).min(channels.saturating_sub(1));
        let part = |at: usize| cell.get(at).copied().unwrap_or(0.0);
        (part(at), part(at + channels))
    };
    let values: Vec<f64> = match view.quantity {
        Quantity::Deviation => cells.deviations().collect(),
        Quantity::Change => match before {
            Some(before) => cells
                .each()
                .zip(before.each())
                .map(|(a, b)| apart(a, b))
                .collect(),
            None => vec![0.0; cells.size[0] * cells.size[1]],
        },
        Quantity::Phase => {
            let of = |cell| {
                let (re, im) = complex(cell, view.channel);
                [im.atan2(re), re.hypot(im)]
            };
            let pairs = cells.each().map(of);
            return pairs.flat_map(|pair| phase_levels(header, pair)).collect();
        }
        Quantity::Channel => {
            let of = |cell| {
                let (re, im) = complex(cell, view.channel);
                match view.part {
                    Part::Modulus => re.hypot(im),
                    Part::Real => re,
                    Part::Imaginary => im,
                }
            };
            cells.each().map(of).collect()
        }
        Quantity::Rgb => {
            let of = |cell: &[f64]| {
                view.rgb.map(|channel| {
                    let (re, im) = complex(cell, channel);
                    re.hypot(im)
                })
            };
            cells.each().flat_map(of).collect()
        }
    };
    values.into_iter().map(|value| level(header, value)).collect()
}

fn level(header: &FrameHeader, value: f64) -> u8 {
    level_between(header.scale, [header.low, header.high], value)
}

/// The levels of an angle and its modulus.
fn phase_levels(header: &FrameHeader, [angle, modulus]: [f64; 2]) -> [u8; 2] {
    if !modulus.is_finite() {
        return [NOT_FINITE; 2];
    }
    let brightness = level_between(Scale::Linear, [0.0, header.full], modulus);
    [level(header, angle), brightness]
}

fn level_between(scale: Scale, ends: [f32; 2], value: f64) -> u8 {
    if !value.is_finite() {
        return NOT_FINITE;
    }
    let [low, high] = ends.map(f64::from);
    let (value, low, high) = match scale {
        Scale::Logarithmic => (value.max(low).ln(), low.ln(), high.ln()),
        Scale::Linear | Scale::Cyclic => (value, low, high),
    };
    let top = f64::from(TOP_LEVEL);
    let span = (high - low).max(f64::from(f32::MIN_POSITIVE));
    ((value - low) / span * top).round().clamp(0.0, top) as u8
}

/// How far apart two levels are: on a cyclic scale the ends meet.
fn levels_apart(a: u8, b: u8, scale: Scale) -> u8 {
    let straight = a.abs_diff(b);
    if scale == Scale::Cyclic && a != NOT_FINITE && b != NOT_FINITE {
        straight.min(TOP_LEVEL - straight)
    } else {
        straight
    }
}

/// The scales of the numbers of a pixel.
fn scales(header: &FrameHeader) -> &'static [Scale] {
    match (header.quantity, header.scale) {
        (Quantity::Phase, _) => &[Scale::Cyclic, Scale::Linear],
        (Quantity::Rgb, _) => &[Scale::Linear; 3],
        (_, Scale::Linear) => &[Scale::Linear],
        (_, Scale::Logarithmic) => &[Scale::Logarithmic],
        (_, Scale::Cyclic) => &[Scale::Cyclic],
    }
}

fn farthest(a: &[u8], b: &[u8], scales: &[Scale]) -> u8 {
    if a.len() != b.len() {
        return u8::MAX;
    }
    a.iter()
        .zip(b)
        .zip(scales.iter().cycle())
        .map(|((a, b), scale)| levels_apart(*a, *b, *scale))
        .max()
        .unwrap_or(0)
}

fn is_constant(levels: &[u8], scales: &[Scale]) -> bool {
    let (first, rest) = levels.split_at(scales.len().min(levels.len()));
    rest.chunks_exact(scales.len().max(1)).all(|pixel| {
        pixel
            .iter()
            .zip(first)
            .zip(scales)
            .all(|((a, b), scale)| levels_apart(*a, *b, *scale) <= LEVELS)
    })
}

/// Why the cells themselves are constant in a view.
fn reason(look: &Look) -> Constancy {
    match look.quantity {
        Quantity::Change if !look.stepped => Constancy::NoStep,
        Quantity::Change => Constancy::NothingMoves,
        Quantity::Deviation if look.matter == 0 => Constancy::NoMatter,
        Quantity::Deviation => Constancy::AllAlike,
        Quantity::Channel | Quantity::Rgb if look.channels == 1 => Constancy::OneChannel,
        Quantity::Phase | Quantity::Channel | Quantity::Rgb if look.matter == 0 => Constancy::Background,
        Quantity::Phase | Quantity::Channel | Quantity::Rgb => Constancy::Alike,
    }
}

/// What is wrong with a picture, if anything is.
fn fault(look: &Look) -> Option<ViewFault> {
    if look.constant && !look.cells_constant {
        Some(ViewFault::Constant)
    } else if look.off_by > LEVELS {
        Some(ViewFault::NotItsCells)
    } else {
        let blind = look.quantity == Quantity::Deviation && look.cells_constant && look.matter > 0;
        blind.then_some(ViewFault::NoMatter)
    }
}

fn judge(looks: &[Look]) -> Outcome {
    let constant: Vec<ConstantView> = looks
        .iter()
        .filter(|look| look.constant)
        .map(|look| ConstantView {
            view: look.quantity,
            step: look.step,
            why: reason(look),
        })
        .collect();
    let constant_views = constant.len() as f64;
    let outcome = if looks.is_empty() {
        Outcome::failed(Finding::NoView, Advice::Report)
    } else if let Some((look, wrong)) = looks.iter().find_map(|look| Some((look, fault(look)?))) {
        let finding = Finding::WrongView {
            view: look.quantity,
            step: look.step,
            wrong,
        };
        Outcome::failed(finding, Advice::Report)
    } else if constant.is_empty() {
        Outcome::passed(Finding::Shown { constant })
    } else {
        let outcome = Outcome::explained(Finding::Shown { constant });
        if looks.iter().any(|look| look.constant && look.stepped) {
            outcome.advising(Advice::OtherView)
        } else {
            outcome
        }
    };
    let worst = looks.iter().map(|look| look.off_by).max().unwrap_or(0);
    outcome
        .figure(FigureName::ViewsMade, looks.len() as f64)
        .figure(FigureName::ViewsConstant, constant_views)
        .figure(FigureName::PixelError, f64::from(worst))
}

#[cfg(test)]
mod tests {
    use atheria_shared::diagnosis::Verdict;

    use super::*;
    use crate::diagnose::testing::{Bench, GOLDEN};

    const ALIVE: Look = Look {
        quantity: Quantity::Deviation,
        step: 8,
        constant: false,
        cells_constant: false,
        off_by: 1,
        matter: 256,
        channels: 4,
        stepped: true,
    };

    #[test]
    fn every_fault_fails() {
        assert_eq!(judge(&[ALIVE]).verdict, Verdict::Passed);
        let grey = Look {
            constant: true,
            off_by: 0,
            ..ALIVE
        };
        for fault in [
            // A grey picture of a world that is not grey.
            grey.clone(),
            Look {
                quantity: Quantity::Phase,
                ..grey.clone()
            },
            Look { off_by: 9, ..ALIVE },
            Look {
                off_by: 255,
                constant: true,
                cells_constant: true,
                ..ALIVE
            },
            // Matter that has no deviation.
            Look {
                cells_constant: true,
                ..grey.clone()
            },
        ] {
            let outcome = judge(&[ALIVE, fault.clone()]);
            assert_eq!(outcome.verdict, Verdict::Failed, "{fault:?}");
        }
        assert_eq!(judge(&[]).verdict, Verdict::Failed);
    }

    #[test]
    fn what_is_constant_is_explained() {
        let grey = Look {
            constant: true,
            cells_constant: true,
            off_by: 0,
            ..ALIVE
        };
        for (look, why) in [
            (
                Look {
                    matter: 0,
                    ..grey.clone()
                },
                "there is no matter",
            ),
            (
                Look {
                    quantity: Quantity::Change,
                    stepped: false,
                    ..grey.clone()
                },
                "no step",
            ),
            (
                Look {
                    quantity: Quantity::Channel,
                    channels: 1,
                    ..grey.clone()
                },
                "by construction",
            ),
            (
                Look {
                    quantity: Quantity::Phase,
                    matter: 0,
                    ..grey.clone()
                },
                "is its background",
            ),
        ] {
            let outcome = judge(&[ALIVE, look]);
            assert_eq!(outcome.verdict, Verdict::Explained);
            assert!(outcome.finding.to_string().contains(why), "{}", outcome.finding);
        }
    }

    #[test]
    fn pictures_of_golden_laws_show_their_cells() {
        for golden in GOLDEN {
            let outcome = check(&Bench::new(golden).subject()).unwrap();
            println!("{golden}: {outcome:?}");
            assert_eq!(outcome.verdict, Verdict::Explained, "{golden}: {outcome:?}");
        }
    }

    #[test]
    fn a_picture_of_something_else_is_found() {
        let picture = [0, 0, 9, 0];
        assert_eq!(farthest(&picture, &[0, 0, 9, 1], &[Scale::Linear]), 1);
        assert_eq!(farthest(&picture, &[0, 0, 0, 0], &[Scale::Linear]), 9);
        assert_eq!(farthest(&picture, &[254, 0, 9, 0], &[Scale::Cyclic]), 0);
        assert_eq!(farthest(&picture, &[255, 0, 9, 0], &[Scale::Cyclic]), 255);
        assert_eq!(farthest(&picture, &[0, 0, 9], &[Scale::Linear]), 255);
        assert!(is_constant(&[3, 4, 5, 3, 4, 5], &[Scale::Linear; 3]));
        assert!(!is_constant(&[3, 4, 5, 3, 4, 9], &[Scale::Linear; 3]));
    }
}
