//! The two ends of what a picture shows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::geometry::UnknownWord;

/// Two finite values, the lower one first. `[low, high]` in JSON, `LOW,HIGH` as text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f32; 2]", into = "[f32; 2]")]
pub struct ValueRange {
    low: f32,
    high: f32,
}

/// Two values that are no range.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{low} to {high} is no range: both ends are finite, the first is below the second")]
pub struct RangeError {
    /// What was to be the lower end.
    pub low: f32,
    /// What was to be the upper end.
    pub high: f32,
}

impl ValueRange {
    /// Checks both ends.
    pub fn new(low: f32, high: f32) -> Result<Self, RangeError> {
        // The span of two finite ends may be none itself.
        if low < high && (high - low).is_finite() {
            return Ok(Self { low, high });
        }
        Err(RangeError { low, high })
    }

    /// The lower end.
    pub fn low(self) -> f32 {
        self.low
    }

    /// The upper end.
    pub fn high(self) -> f32 {
        self.high
    }

    /// How far from 0 it goes, to either side.
    pub fn reach(self) -> f32 {
        self.low.abs().max(self.high.abs())
    }
}

impl fmt::Display for ValueRange {
    /// `LOW,HIGH`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:e},{:e}", self.low, self.high)
    }
}

impl FromStr for ValueRange {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let range = text.split_once(',').and_then(|(low, high)| {
            let end = |text: &str| text.trim().parse().ok();
            Self::new(end(low)?, end(high)?).ok()
        });
        range.ok_or_else(|| UnknownWord {
            text: text.to_owned(),
            allowed: "LOW,HIGH",
        })
    }
}

impl TryFrom<[f32; 2]> for ValueRange {
    type Error = RangeError;

    fn try_from([low, high]: [f32; 2]) -> Result<Self, RangeError> {
        Self::new(low, high)
    }
}

impl From<ValueRange> for [f32; 2] {
    fn from(range: ValueRange) -> [f32; 2] {
        [range.low, range.high]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_two_ends_in_order() {
        let range = ValueRange::new(-0.5, 0.25).unwrap();
        assert_eq!(serde_json::to_string(&range).unwrap(), "[-0.5,0.25]");
        assert!((range.reach() - 0.5).abs() < f32::EPSILON);
        for bad in ["[1,1]", "[2,1]", "[0,1e39]", "[-3e38,3e38]", "[0]", "[null,1]"] {
            assert!(serde_json::from_str::<ValueRange>(bad).is_err(), "{bad}");
        }
        assert!(ValueRange::new(f32::NAN, 1.0).is_err());
        assert_eq!(range.to_string().parse(), Ok(range));
        for bad in ["", "1", "1,", "2,1", "a,b", "0,inf"] {
            assert!(bad.parse::<ValueRange>().is_err(), "{bad:?}");
        }
    }
}
