//! A hue wheel whose colours are equally bright to the eye: a circle in Oklch.
//!
//! Oklab: Björn Ottosson, "A perceptual color space for image processing" (2020).

use std::f64::consts::TAU;

/// L of every colour.
const LIGHTNESS: f64 = 0.74;
/// C of every colour: the largest at which all hues of this lightness exist in sRGB, nearly.
const CHROMA: f64 = 0.127;
/// The hue, in radians, of share 0: red.
const START: f64 = 0.45;

/// The colour at a share of the way around.
pub(super) fn colour(share: f64) -> [u8; 3] {
    let hue = START + share * TAU;
    let (a, b) = (CHROMA * hue.cos(), CHROMA * hue.sin());
    let long = (LIGHTNESS + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let medium = (LIGHTNESS - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let short = (LIGHTNESS - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701 * short,
    ]
    .map(|linear| (255.0 * gamma(linear.clamp(0.0, 1.0))).round() as u8)
}

/// From linear light to sRGB.
fn gamma(linear: f64) -> f64 {
    if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    }
}
