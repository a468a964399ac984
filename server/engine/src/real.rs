//! The numbers that a world is made of: float32, or float64 for checks.

use std::fmt::Debug;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Sub};

use tch::kind::Element;

/// float32 or float64.
pub trait Real:
    Copy
    + Debug
    + Default
    + PartialOrd
    + Send
    + Sync
    + Sum
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Element
    + 'static
{
    /// Bytes of one.
    const BYTES: usize;
    /// What 1 and the next larger number differ by.
    const EPSILON: f64;

    /// The nearest one.
    fn of(value: f64) -> Self;
    /// The same number.
    fn double(self) -> f64;
}

impl Real for f32 {
    const BYTES: usize = 4;
    const EPSILON: f64 = f32::EPSILON as f64;

    fn of(value: f64) -> Self {
        value as Self
    }

    fn double(self) -> f64 {
        f64::from(self)
    }
}

impl Real for f64 {
    const BYTES: usize = 8;
    const EPSILON: f64 = Self::EPSILON;

    fn of(value: f64) -> Self {
        value
    }

    fn double(self) -> f64 {
        self
    }
}
