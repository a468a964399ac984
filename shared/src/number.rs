//! A number that was measured or written by hand: it may be none that JSON has.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number on a wire. Finite ones are numbers in JSON, and the others the texts `NaN`, `inf` and `-inf`: what failed by being
/// no number is told as it is. Two are equal when their bits are.
#[derive(Debug, Clone, Copy)]
pub struct Number(f64);

impl Number {
    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Self(number)
    }
}

impl From<f32> for Number {
    /// By its shortest digits: 0.1 stays 0.1.
    fn from(number: f32) -> Self {
        Self(number.to_string().parse().unwrap_or(f64::from(number)))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::LowerExp for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerExp::fmt(&self.0, f)
    }
}

/// As JSON holds it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OnTheWire {
    Finite(f64),
    Other(String),
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = if self.0.is_finite() {
            OnTheWire::Finite(self.0)
        } else {
            OnTheWire::Other(self.0.to_string())
        };
        wire.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match OnTheWire::deserialize(deserializer)? {
            OnTheWire::Finite(number) => Ok(Self(number)),
            OnTheWire::Other(text) => text.parse().map(Self).map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_of_json_survives_it() {
        for number in [
            0.0,
            -0.0,
            2.5e-7,
            1e300,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ] {
            let json = serde_json::to_string(&Number(number)).unwrap();
            let back: Number = serde_json::from_str(&json).unwrap();
            assert_eq!(back, Number(number), "{json}");
        }
        assert_eq!(serde_json::to_string(&Number(0.25)).unwrap(), "0.25");
        assert_eq!(serde_json::from_str::<Number>("3").unwrap(), Number(3.0));
        assert!(serde_json::from_str::<Number>("\"many\"").is_err());
    }

    #[test]
    fn a_short_number_stays_short() {
        assert_eq!(Number::from(0.1_f32), Number(0.1));
        assert!(Number::from(f32::NAN).get().is_nan());
    }
}
