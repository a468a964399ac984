//! Colours for levels. A table has 256 entries: 0..=254 are levels, [`NOT_FINITE`] is a value that is none.

mod mix;
mod points;
mod wheel;

pub use mix::Mix;

use atheria_shared::frame::{NOT_FINITE, Scale, TOP_LEVEL};
use atheria_shared::view::{Part, Quantity, View};

/// What a value that is not finite looks like; the renderer adds stripes to it, and no colormap comes near it.
pub const LOUD: [u8; 3] = [255, 0, 255];

/// A colour for each level, red, green, blue and opacity.
pub type Table = [[u8; 4]; 256];

/// What a page is on: where 0 is nothing, its colour is that of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Black.
    Dark,
    /// White.
    Light,
}

/// What kind of values a colormap suits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// From little to much.
    Sequential,
    /// Around and around.
    Cyclic,
    /// To both sides of zero.
    Diverging,
}

impl Family {
    /// The family that suits a view; none for one whose colours are mixed, see [`Mix`].
    pub fn of(view: &View) -> Option<Self> {
        match (view.quantity, view.part) {
            (Quantity::Deviation | Quantity::Change, _) | (Quantity::Channel, Part::Modulus) => {
                Some(Self::Sequential)
            }
            (Quantity::Phase, _) => Some(Self::Cyclic),
            (Quantity::Channel, Part::Real | Part::Imaginary) => Some(Self::Diverging),
            (Quantity::Rgb, _) => None,
        }
    }

    /// The colormaps that can be chosen for it, the usual one first.
    pub fn members(self) -> &'static [Colormap] {
        match self {
            Self::Sequential => &[Colormap::Magma, Colormap::Viridis, Colormap::Cividis],
            Self::Cyclic => &[Colormap::HueWheel, Colormap::Twilight],
            Self::Diverging => &[Colormap::BlueBlackRed, Colormap::BlueWhiteRed],
        }
    }
}

/// A colormap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colormap {
    /// Black, purple, orange, cream.
    Magma,
    /// Purple, green, yellow.
    Viridis,
    /// Blue, grey, yellow; the same to a colour-blind eye.
    Cividis,
    /// White, blue, black, red, white.
    Twilight,
    /// All hues, equally bright.
    HueWheel,
    /// Blue, black at zero, red.
    BlueBlackRed,
    /// Blue, white at zero, red.
    BlueWhiteRed,
}

impl Colormap {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Magma,
        Self::Viridis,
        Self::Cividis,
        Self::Twilight,
        Self::HueWheel,
        Self::BlueBlackRed,
        Self::BlueWhiteRed,
    ];

    /// Its name in an address and in `atheria.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Magma => "magma",
            Self::Viridis => "viridis",
            Self::Cividis => "cividis",
            Self::Twilight => "twilight",
            Self::HueWheel => "hue_wheel",
            Self::BlueBlackRed => "blue_black_red",
            Self::BlueWhiteRed => "blue_white_red",
        }
    }

    /// From its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|map| map.name() == name)
    }

    /// The colour of a level.
    pub fn colour(self, level: u8) -> [u8; 3] {
        let share = f64::from(level.min(TOP_LEVEL)) / f64::from(TOP_LEVEL);
        match self {
            Self::HueWheel => wheel::colour(share),
            Self::Magma => between(points::MAGMA, share),
            Self::Viridis => between(points::VIRIDIS, share),
            Self::Cividis => between(points::CIVIDIS, share),
            Self::Twilight => between(points::TWILIGHT, share),
            Self::BlueBlackRed => between(points::BLUE_BLACK_RED, share),
            Self::BlueWhiteRed => between(points::BLUE_WHITE_RED, share),
        }
    }

    /// The colours of all levels. On a logarithmic scale level 0 is the background, and black whatever the map.
    pub fn table(self, scale: Scale) -> Table {
        let mut table = [[0, 0, 0, 255]; 256];
        for level in 0..=TOP_LEVEL {
            let [r, g, b] = self.colour(level);
            table[usize::from(level)] = [r, g, b, 255];
        }
        if scale == Scale::Logarithmic {
            table[0] = [0, 0, 0, 255];
        }
        table[usize::from(NOT_FINITE)] = [LOUD[0], LOUD[1], LOUD[2], 255];
        table
    }

    /// The colour of a level as CSS has it.
    pub fn css(self, level: u8) -> String {
        mix::css(self.colour(level))
    }

    /// The map as a CSS gradient, for a legend.
    pub fn gradient(self) -> String {
        let stops: Vec<String> = (0..=16u8)
            .map(|stop| self.css((u16::from(stop) * u16::from(TOP_LEVEL) / 16) as u8))
            .collect();
        format!("linear-gradient(90deg,{})", stops.join(","))
    }
}

/// The colours that were chosen for each kind of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    sequential: Colormap,
    cyclic: Colormap,
    /// None: the one that suits what the page is on.
    diverging: Option<Colormap>,
    /// How three channels are mixed.
    pub mix: Mix,
}

impl Default for Palette {
    fn default() -> Self {
        Self {
            sequential: Colormap::Magma,
            cyclic: Colormap::HueWheel,
            diverging: None,
            mix: Mix::default(),
        }
    }
}

impl Palette {
    /// The colormap of a view on a page; none for one whose colours are mixed.
    pub fn of(&self, view: &View, ground: Ground) -> Option<Colormap> {
        let usual = match ground {
            Ground::Dark => Colormap::BlueBlackRed,
            Ground::Light => Colormap::BlueWhiteRed,
        };
        Some(match Family::of(view)? {
            Family::Sequential => self.sequential,
            Family::Cyclic => self.cyclic,
            Family::Diverging => self.diverging.unwrap_or(usual),
        })
    }

    /// The colormap of a view as an address says it: not one that follows the page.
    pub fn chosen(&self, view: &View) -> Option<Colormap> {
        match Family::of(view)? {
            Family::Sequential => Some(self.sequential),
            Family::Cyclic => Some(self.cyclic),
            Family::Diverging => self.diverging,
        }
    }

    /// The palette with a colormap chosen for the family that it belongs to.
    #[must_use]
    pub fn with(mut self, map: Colormap) -> Self {
        match map {
            Colormap::Magma | Colormap::Viridis | Colormap::Cividis => self.sequential = map,
            Colormap::Twilight | Colormap::HueWheel => self.cyclic = map,
            Colormap::BlueBlackRed | Colormap::BlueWhiteRed => self.diverging = Some(map),
        }
        self
    }

    /// The palette with the next colours that suit a view.
    #[must_use]
    pub fn next(self, view: &View, ground: Ground) -> Self {
        let (Some(family), Some(now)) = (Family::of(view), self.of(view, ground)) else {
            return Self {
                mix: self.mix.next(),
                ..self
            };
        };
        let members = family.members();
        let place = members.iter().position(|&map| map == now).unwrap_or(0);
        members
            .get((place + 1) % members.len())
            .map_or(self, |&map| self.with(map))
    }
}

fn between(points: &[u32], share: f64) -> [u8; 3] {
    let place = share * (points.len() - 1) as f64;
    let left = (place as usize).min(points.len().saturating_sub(2));
    let toward = place - left as f64;
    let (from, to) = (points[left].to_be_bytes(), points[left + 1].to_be_bytes());
    [1, 2, 3].map(|i| {
        let (from, to) = (f64::from(from[i]), f64::from(to[i]));
        (from + (to - from) * toward).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
        a.iter()
            .zip(b)
            .map(|(&a, b)| u32::from(a.abs_diff(b)))
            .max()
            .unwrap()
    }

    #[test]
    fn maps_are_those_of_matplotlib() {
        let known: [(Colormap, [[u8; 3]; 5]); 4] = [
            (
                Colormap::Magma,
                [
                    [0, 0, 4],
                    [41, 17, 90],
                    [183, 55, 121],
                    [253, 154, 106],
                    [252, 253, 191],
                ],
            ),
            (
                Colormap::Viridis,
                [
                    [68, 1, 84],
                    [69, 55, 129],
                    [33, 145, 140],
                    [115, 208, 86],
                    [253, 231, 37],
                ],
            ),
            (
                Colormap::Cividis,
                [
                    [0, 34, 78],
                    [39, 62, 110],
                    [125, 124, 120],
                    [197, 181, 104],
                    [254, 232, 56],
                ],
            ),
            (
                Colormap::Twilight,
                [
                    [226, 217, 226],
                    [128, 165, 195],
                    [47, 20, 54],
                    [189, 108, 90],
                    [226, 217, 226],
                ],
            ),
        ];
        for (map, colours) in known {
            for (level, colour) in [0, 40, 127, 200, 254].into_iter().zip(colours) {
                let ours = map.colour(level);
                assert!(
                    distance(ours, colour) <= 6,
                    "{map:?} {level}: {ours:?}, {colour:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_finite_looks_like_nothing_else() {
        for map in Colormap::ALL {
            for level in 0..=TOP_LEVEL {
                let colour = map.colour(level);
                assert!(distance(colour, LOUD) >= 60, "{map:?} {level}: {colour:?}");
            }
            assert_eq!(map.table(Scale::Linear)[255], [255, 0, 255, 255]);
        }
    }

    #[test]
    fn cyclic_maps_close() {
        for map in [Colormap::Twilight, Colormap::HueWheel] {
            assert!(distance(map.colour(0), map.colour(254)) <= 3, "{map:?}");
        }
    }

    #[test]
    fn the_background_is_black() {
        for map in [Colormap::Magma, Colormap::Viridis, Colormap::Cividis] {
            assert_eq!(map.table(Scale::Logarithmic)[0], [0, 0, 0, 255]);
            assert_ne!(map.table(Scale::Logarithmic)[1], [0, 0, 0, 255]);
        }
    }

    #[test]
    fn a_palette_remembers_each_family() {
        let deviation = View::default();
        let phase = View {
            quantity: Quantity::Phase,
            ..View::default()
        };
        let dark = Ground::Dark;
        let palette = Palette::default().with(Colormap::Twilight).next(&deviation, dark);
        assert_eq!(palette.of(&deviation, dark), Some(Colormap::Viridis));
        assert_eq!(palette.of(&phase, dark), Some(Colormap::Twilight));
        assert_eq!(
            palette.next(&phase, dark).of(&phase, dark),
            Some(Colormap::HueWheel)
        );
        let rgb = View {
            quantity: Quantity::Rgb,
            ..View::default()
        };
        assert_eq!(palette.of(&rgb, dark), None);
        assert_eq!(palette.next(&rgb, dark).mix, Mix::OkabeIto);
    }

    #[test]
    fn zero_is_dark_on_a_dark_page_until_it_is_chosen_otherwise() {
        let real = View {
            quantity: Quantity::Channel,
            part: Part::Real,
            ..View::default()
        };
        let palette = Palette::default();
        let (dark, light) = (
            palette.of(&real, Ground::Dark).unwrap(),
            palette.of(&real, Ground::Light).unwrap(),
        );
        assert_eq!(dark.colour(127), [0, 0, 0]);
        assert!(light.colour(127).iter().all(|part| *part > 240));
        assert_eq!(palette.chosen(&real), None);
        let chosen = palette.next(&real, Ground::Dark);
        assert_eq!(chosen.of(&real, Ground::Dark), Some(Colormap::BlueWhiteRed));
        assert_eq!(chosen.chosen(&real), Some(Colormap::BlueWhiteRed));
    }

    #[test]
    fn a_dark_diverging_map_is_as_bright_on_either_side() {
        let brightness = |level: u8| {
            let [r, g, b] = Colormap::BlueBlackRed.colour(level).map(mix::linear);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        for away in 1..=127 {
            let [below, above] = [brightness(127 - away), brightness(127 + away)];
            assert!((below - above).abs() < 0.06, "{away}: {below} {above}");
            assert!(below >= brightness(128 - away) && above >= brightness(126 + away));
        }
    }

    #[test]
    fn names_read_back() {
        for map in Colormap::ALL {
            assert_eq!(Colormap::from_name(map.name()), Some(map));
        }
        assert_eq!(Colormap::from_name("jet"), None);
    }
}
