//! Tools: what a user does to a living world with a brush, and the record of it, from which a run can be repeated.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::cause::{Cause, Quantity, Range};
use crate::error::{ApiError, ErrorCode};
use crate::geometry::{Cell, UnknownWord};
use crate::limits::{EVENTS, PLANE_CELLS, TOOL_RADIUS_CELLS};
use crate::number::Number;

/// What a stroke does to the cells within its radius, or to those of the seed that it plants. `s` is its strength, b the background; cells are brought to unit
/// norm afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// Plants the world's seed, whole, centred: `psi <- (1-s) psi + s m`. What that is, the experiment says, see
    /// [`crate::planting`]; a world without one refuses it.
    Inject,
    /// Lays random cells of unit norm, drawn from the stroke's seed: `psi <- (1-s) psi + s m`.
    Noise,
    /// `psi <- (1-s) psi + s b`
    Erase,
    /// A measurement: with probability s a cell falls into one of its channels, chosen by `|psi_k|^2`, and keeps its phase.
    Collapse,
    /// Winds the phase about the centre: `psi <- psi exp(i s theta)`, theta the angle seen from there.
    Vortex,
    /// A plane wave: `psi <- psi exp(i s sin(2 pi r / wavelength))`, r the distance along `angle` from the centre.
    Wave,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Inject,
        Self::Noise,
        Self::Erase,
        Self::Collapse,
        Self::Vortex,
        Self::Wave,
    ];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inject => "inject",
            Self::Noise => "noise",
            Self::Erase => "erase",
            Self::Collapse => "collapse",
            Self::Vortex => "vortex",
            Self::Wave => "wave",
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Tool {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|tool| tool.as_str() == text)
            .ok_or_else(|| UnknownWord {
                text: text.to_owned(),
                allowed: "inject|noise|erase|collapse|vortex|wave",
            })
    }
}

/// One application of a tool at a place. On a torus it wraps; beyond a wall it does nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stroke {
    /// The tool.
    pub tool: Tool,
    /// The cell at its centre.
    pub at: Cell,
    /// Cells whose centres lie within this distance, in cells, are touched; 0 touches the centre alone. [`Tool::Inject`]
    /// does not heed it: a seed is whole.
    #[serde(default)]
    pub radius_cells: f32,
    /// How much of it, 0 to 1; for a vortex and a wave a factor or an angle in radians, -100 to 100.
    #[serde(default = "whole")]
    pub strength: f32,
    /// The seed of what is random in it.
    #[serde(default)]
    pub seed: u64,
    /// [`Tool::Wave`]: its direction, in radians from the x axis towards the y axis (downwards).
    #[serde(default)]
    pub angle_radians: f32,
    /// [`Tool::Wave`]: its length, in cells.
    #[serde(default = "wavelength")]
    pub wavelength_cells: f32,
}

fn whole() -> f32 {
    1.0
}

fn wavelength() -> f32 {
    8.0
}

impl Stroke {
    /// A stroke of full strength.
    pub fn new(tool: Tool, at: Cell, radius_cells: f32) -> Self {
        Self {
            tool,
            at,
            radius_cells,
            strength: whole(),
            seed: 0,
            angle_radians: 0.0,
            wavelength_cells: wavelength(),
        }
    }

    /// That every number of it is in its range.
    pub fn check(&self) -> Result<(), ApiError> {
        let bad = |message: String, what: Quantity, value: Number, range: Range| {
            Err(
                ApiError::new(ErrorCode::BadRequest, message).because(Cause::OutOfRange {
                    what,
                    value,
                    range,
                }),
            )
        };
        let turns = matches!(self.tool, Tool::Vortex | Tool::Wave);
        let strengths = if turns { -100.0..=100.0 } else { 0.0..=1.0 };
        if !(0.0..=TOOL_RADIUS_CELLS).contains(&self.radius_cells) {
            return bad(
                format!(
                    "a radius of {} cells: 0 to {TOOL_RADIUS_CELLS} can be asked for",
                    self.radius_cells
                ),
                Quantity::Radius,
                self.radius_cells.into(),
                Range::of(0.0, TOOL_RADIUS_CELLS.into()),
            );
        }
        if !strengths.contains(&self.strength) {
            let (low, high) = (*strengths.start(), *strengths.end());
            return bad(
                format!(
                    "a strength of {}: {low} to {high} can be asked for",
                    self.strength
                ),
                Quantity::Strength,
                self.strength.into(),
                Range::of(low.into(), high.into()),
            );
        }
        if !self.angle_radians.is_finite() {
            return bad(
                "the angle is not a finite number".to_owned(),
                Quantity::Angle,
                self.angle_radians.into(),
                Range::of(f64::from(f32::MIN), f64::from(f32::MAX)),
            );
        }
        if !(0.1..=1e6).contains(&self.wavelength_cells) {
            return bad(
                format!(
                    "a wavelength of {} cells: 0.1 to 1000000 can be asked for",
                    self.wavelength_cells
                ),
                Quantity::Wavelength,
                self.wavelength_cells.into(),
                Range::of(0.1, 1e6),
            );
        }
        if let Some(far) = [self.at.y, self.at.x]
            .into_iter()
            .find(|along| along.unsigned_abs() > PLANE_CELLS.unsigned_abs())
        {
            return bad(
                format!("the cell {}: at most {PLANE_CELLS} from the origin", self.at),
                Quantity::Distance,
                (far as f64).into(),
                Range::of(0.0, PLANE_CELLS as f64),
            );
        }
        Ok(())
    }
}

/// A stroke and when it was made: between step `step` and the next one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ToolEvent {
    /// Steps that had been made before it.
    pub step: u64,
    /// What was done.
    pub stroke: Stroke,
}

/// All that was done to a world, in order: with its seed and its starting matter it makes the same world again.
/// `ath run --events FILE`, `GET /api/sessions/{id}/events`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// The events, by step.
    pub events: Vec<ToolEvent>,
}

impl Events {
    /// That there are not too many, that each is right, and that they are in order.
    pub fn check(&self) -> Result<(), ApiError> {
        let bad = |message: String| Err(ApiError::new(ErrorCode::BadRequest, message));
        if self.events.len() > EVENTS {
            return bad(format!("{} events: {EVENTS} at most", self.events.len()));
        }
        for (place, event) in self.events.iter().enumerate() {
            if let Err(error) = event.stroke.check() {
                return bad(format!("event {place}: {error}"));
            }
        }
        if !self.events.is_sorted_by_key(|event| event.step) {
            return bad("the events are not in the order of their steps".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stroke_can_be_short() {
        let text = r#"{"tool":"erase","at":{"y":3,"x":-4},"radius_cells":2.5}"#;
        let stroke: Stroke = serde_json::from_str(text).unwrap();
        assert_eq!(stroke, Stroke::new(Tool::Erase, Cell { y: 3, x: -4 }, 2.5));
        assert!(stroke.check().is_ok());
    }

    #[test]
    fn numbers_have_ranges() {
        let good = Stroke::new(Tool::Inject, Cell::default(), 4.0);
        let bad = [
            Stroke {
                radius_cells: -1.0,
                ..good
            },
            Stroke {
                radius_cells: f32::NAN,
                ..good
            },
            Stroke {
                radius_cells: TOOL_RADIUS_CELLS * 1.01,
                ..good
            },
            Stroke {
                strength: 1.5,
                ..good
            },
            Stroke {
                strength: f32::NAN,
                ..good
            },
            Stroke {
                angle_radians: f32::INFINITY,
                ..good
            },
            Stroke {
                wavelength_cells: 0.0,
                ..good
            },
            Stroke {
                at: Cell {
                    y: PLANE_CELLS + 1,
                    x: 0,
                },
                ..good
            },
        ];
        for stroke in bad {
            assert!(stroke.check().is_err(), "{stroke:?}");
        }
        assert!(
            Stroke {
                tool: Tool::Vortex,
                strength: -3.0,
                ..good
            }
            .check()
            .is_ok()
        );
    }

    #[test]
    fn events_come_in_order() {
        let event = |step| ToolEvent {
            step,
            stroke: Stroke::new(Tool::Noise, Cell::default(), 1.0),
        };
        let events = |steps: &[u64]| Events {
            events: steps.iter().map(|&step| event(step)).collect(),
        };
        assert!(events(&[0, 0, 4]).check().is_ok());
        assert!(events(&[4, 0]).check().is_err());
    }
}
