//! Three channels as three colours of light that add up.

/// The colours of three channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mix {
    /// Those of the screen.
    #[default]
    RedGreenBlue,
    /// Vermillion, bluish green, blue: told apart also by eyes that lack one of the three kinds of cones. Okabe, Ito, "Color
    /// Universal Design" (2008).
    OkabeIto,
}

impl Mix {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::RedGreenBlue, Self::OkabeIto];

    /// Its name in an address.
    pub fn name(self) -> &'static str {
        match self {
            Self::RedGreenBlue => "red_green_blue",
            Self::OkabeIto => "okabe_ito",
        }
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mix| mix.name() == name)
    }

    /// The other one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::RedGreenBlue => Self::OkabeIto,
            Self::OkabeIto => Self::RedGreenBlue,
        }
    }

    /// What each channel adds at its brightest, in sRGB.
    pub fn primaries(self) -> [[u8; 3]; 3] {
        match self {
            Self::RedGreenBlue => [[255, 0, 0], [0, 255, 0], [0, 0, 255]],
            Self::OkabeIto => [[213, 94, 0], [0, 158, 115], [0, 114, 178]],
        }
    }

    /// The three colours as they are read on a page: those of the screen are too dark or too loud for a small patch.
    pub fn swatches(self) -> [String; 3] {
        let colours = match self {
            Self::RedGreenBlue => [[255, 77, 77], [77, 255, 110], [92, 124, 255]],
            Self::OkabeIto => self.primaries(),
        };
        colours.map(css)
    }

    /// The three colours as a legend has them: a line for each, from nothing to its brightest.
    pub fn gradient(self) -> String {
        let lines = [0, 1, 2].map(|line| {
            let colour = css(self.primaries()[line]);
            format!(
                "linear-gradient(90deg,#000,{colour}) 0 {}% / 100% 34% no-repeat",
                50 * line
            )
        });
        lines.join(",")
    }
}

/// A colour as CSS has it.
pub(super) fn css([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// From sRGB to linear light.
#[cfg(test)]
pub(super) fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.040_45 {
        part / 12.92
    } else {
        ((part + 0.055) / 1.055).powf(2.4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Matrix = [[f64; 3]; 3];

    const EVERYBODY: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    /// Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), at
    /// severity 1, on linear light: protanopia, deuteranopia, tritanopia.
    const MACHADO: [Matrix; 3] = [
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];

    /// What an eye sees of a colour, in Oklab.
    fn seen(eye: &Matrix, colour: [f64; 3]) -> [f64; 3] {
        let light = colour.map(|part| linear(part.round() as u8));
        let [r, g, b] = eye.map(|row| (0..3).map(|i| row[i] * light[i]).sum::<f64>().clamp(0.0, 1.0));
        let long = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let medium = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let short = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        [
            0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
            1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
            0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
        ]
    }

    /// The least distance of two channels' colours to an eye, whatever brightness each has: hue has to tell them apart, since
    /// brightness is what is shown.
    fn least(mix: Mix, eye: &Matrix) -> f64 {
        let shades = mix.primaries().map(|primary| {
            [1.0, 0.75, 0.5].map(|share| seen(eye, primary.map(|part| f64::from(part) * share)))
        });
        let mut least = f64::INFINITY;
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            for one in &shades[a] {
                for other in &shades[b] {
                    let apart: f64 = one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum();
                    least = least.min(apart.sqrt());
                }
            }
        }
        least
    }

    #[test]
    fn the_okabe_ito_colours_are_told_apart_by_every_eye() {
        for eye in MACHADO.iter().chain([&EVERYBODY]) {
            // In Oklab about 0.02 is a difference that is just seen.
            assert!(least(Mix::OkabeIto, eye) > 0.045, "{}", least(Mix::OkabeIto, eye));
        }
        let worst = |mix| {
            MACHADO
                .iter()
                .map(|eye| least(mix, eye))
                .fold(f64::INFINITY, f64::min)
        };
        assert!(
            worst(Mix::RedGreenBlue) < 0.02,
            "else there were no need of another"
        );
        assert!(worst(Mix::OkabeIto) > 4.0 * worst(Mix::RedGreenBlue));
    }

    #[test]
    fn all_three_together_are_nearly_white() {
        for mix in Mix::ALL {
            let sums = [0, 1, 2].map(|part| {
                mix.primaries()
                    .iter()
                    .map(|colour| u32::from(colour[part]))
                    .sum::<u32>()
            });
            assert!(sums.iter().all(|sum| *sum >= 200), "{mix:?} {sums:?}");
        }
    }

    #[test]
    fn names_read_back() {
        for mix in Mix::ALL {
            assert_eq!(Mix::from_name(mix.name()), Some(mix));
            assert_eq!(mix.next().next(), mix);
        }
        assert_eq!(Mix::from_name("jet"), None);
    }
}
