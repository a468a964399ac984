//! The range of the picture on the canvas: in words, and as its two ends are moved.

use atheria_shared::frame::FrameHeader;
use atheria_shared::range::ValueRange;
use atheria_shared::view::{Quantity, Scale, View};

use crate::format::Numbers;

/// Of its length, how far an end goes in a notch of an arrow key.
const NOTCH: f64 = 0.05;
/// What is left of a range's length when its ends are pushed together.
const LEAST_SPAN: f64 = 0.02;
/// No end lies farther out than this, nor that of a logarithmic range nearer to 0 than one in it.
const FARTHEST: f64 = 1e6;

/// What a legend has to know of a frame: that which rarely changes from one to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// What is shown.
    pub quantity: Quantity,
    /// How levels lie.
    pub scale: Scale,
    /// The value of the lowest.
    pub low: f32,
    /// The value of the highest.
    pub high: f32,
    /// Of a phase: the modulus that is fully bright.
    pub full: f32,
    /// Whether a pixel of it is not finite.
    pub loud: bool,
}

impl Range {
    /// Of a frame.
    pub fn of(header: &FrameHeader) -> Self {
        Self {
            quantity: header.quantity,
            scale: header.scale,
            low: header.low,
            high: header.high,
            full: header.full,
            loud: !header.finite,
        }
    }

    /// Both ends as text.
    pub fn words(&self, numbers: Numbers) -> (String, String) {
        if self.scale == Scale::Cyclic {
            return ("−π".to_owned(), "π".to_owned());
        }
        let text = |value| numbers.level(f64::from(value));
        (text(self.low), text(self.high))
    }
}

/// An end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The lower one.
    Low,
    /// The upper one.
    High,
}

/// Two ends that can be moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ends {
    low: f64,
    high: f64,
    scale: Scale,
    /// Whether both are as far from 0.
    signed: bool,
}

impl Ends {
    /// Those of a view: as they are pinned, else as the last frame has them. None where there is nothing to move, or the frame is
    /// of another view.
    pub fn of(view: &View, shown: &Range) -> Option<Self> {
        let scale = view.scale_shown();
        if !view.has_range() {
            return None;
        }
        let (low, high) = match view.range {
            Some(range) if view.is_signed() => (-range.reach(), range.reach()),
            Some(range) => (range.low(), range.high()),
            None if (shown.quantity, shown.scale) == (view.quantity, scale) => (shown.low, shown.high),
            None => return None,
        };
        let (low, high) = (f64::from(low), f64::from(high));
        let fits = low < high && (scale != Scale::Logarithmic || low > 0.0);
        fits.then_some(Self {
            low,
            high,
            scale,
            signed: view.is_signed(),
        })
    }

    /// The value of an end.
    pub fn value(&self, end: End) -> f64 {
        match end {
            End::Low => self.low,
            End::High => self.high,
        }
    }

    /// The value at a share of the way from the lower to the upper end; below 0 and above 1 it goes on.
    fn at(&self, share: f64) -> f64 {
        let between = |low: f64, high: f64| low + share * (high - low);
        match self.scale {
            Scale::Logarithmic => between(self.low.ln(), self.high.ln()).exp(),
            Scale::Linear | Scale::Cyclic => between(self.low, self.high),
        }
    }

    /// Where a value lies, as a share of the way from the lower to the upper end.
    pub fn share(&self, value: f64) -> f64 {
        let part = |value: f64, low: f64, high: f64| (value - low) / (high - low);
        match self.scale {
            Scale::Logarithmic => part(value.ln(), self.low.ln(), self.high.ln()),
            Scale::Linear | Scale::Cyclic => part(value, self.low, self.high),
        }
    }

    /// With an end moved to a share of the way that these go: never past the other one, and no nearer to 0 or farther from it than
    /// makes sense.
    #[must_use]
    pub fn moved(&self, end: End, share: f64) -> Self {
        if self.signed {
            // The far end of a line with 0 in its middle.
            let out = match end {
                End::Low => 1.0 - 2.0 * share,
                End::High => 2.0 * share - 1.0,
            };
            let reach = rounded(self.high * out.max(LEAST_SPAN)).min(FARTHEST);
            return Self {
                low: -reach,
                high: reach,
                ..*self
            };
        }
        let least = match self.scale {
            Scale::Logarithmic => 1.0 / FARTHEST / FARTHEST,
            Scale::Linear | Scale::Cyclic => 0.0,
        };
        let value = |share| rounded(self.at(share)).clamp(least, FARTHEST);
        let mut moved = *self;
        match end {
            End::Low => moved.low = value(share.min(1.0 - LEAST_SPAN)),
            End::High => moved.high = value(share.max(LEAST_SPAN)),
        }
        if moved.low < moved.high { moved } else { *self }
    }

    /// With an end moved by so many notches, upwards or down.
    #[must_use]
    pub fn nudged(&self, end: End, notches: f64) -> Self {
        let from = match end {
            End::Low => 0.0,
            End::High => 1.0,
        };
        self.moved(end, from + notches * NOTCH)
    }

    /// What is to be pinned.
    pub fn range(&self) -> Option<ValueRange> {
        ValueRange::new(self.low as f32, self.high as f32).ok()
    }
}

/// A value in three digits: as an address and a legend say it.
fn rounded(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use atheria_shared::view::Part;
    use proptest::prelude::*;

    use super::*;
    use crate::i18n::Lang;

    const SHOWN: Range = Range {
        quantity: Quantity::Deviation,
        scale: Scale::Logarithmic,
        low: 1e-6,
        high: 2.0,
        full: 0.0,
        loud: false,
    };

    fn ends(view: View, shown: Range) -> Ends {
        Ends::of(&view, &shown).unwrap()
    }

    #[test]
    fn a_range_in_words() {
        let mut range = SHOWN;
        let numbers = Numbers(Lang::Es);
        assert_eq!(range.words(numbers), ("1e-6".to_owned(), "2".to_owned()));
        range.scale = Scale::Cyclic;
        assert_eq!(range.words(numbers).1, "π");
    }

    #[test]
    fn an_end_that_is_moved_pins_the_range() {
        let ends = ends(View::default(), SHOWN);
        let range = ends.moved(End::Low, 0.5).range().unwrap();
        assert!((range.low() - 1.41e-3).abs() < 1e-5, "{range:?}");
        assert!((range.high() - 2.0).abs() < 1e-6);
        // Outwards too.
        assert!(ends.moved(End::Low, -0.1).range().unwrap().low() < 1e-6);
        let pinned = View {
            range: Some(range),
            ..View::default()
        };
        assert!((self::ends(pinned, SHOWN).value(End::Low) - 1.41e-3).abs() < 1e-5);
    }

    #[test]
    fn a_part_with_a_sign_stays_even_about_zero() {
        let view = View {
            quantity: Quantity::Channel,
            part: Part::Real,
            ..View::default()
        };
        let shown = Range {
            quantity: Quantity::Channel,
            scale: Scale::Linear,
            low: -0.8,
            high: 0.8,
            ..SHOWN
        };
        for (end, share) in [(End::High, 0.75), (End::Low, 0.25)] {
            let moved = ends(view, shown).moved(end, share);
            assert!((moved.value(End::High) - 0.4).abs() < 1e-9);
            assert!((moved.value(End::Low) + 0.4).abs() < 1e-9);
        }
    }

    #[test]
    fn a_phase_and_a_frame_of_another_view_have_no_ends() {
        let phase = View {
            quantity: Quantity::Phase,
            ..View::default()
        };
        assert_eq!(Ends::of(&phase, &SHOWN), None);
        let rgb = View {
            quantity: Quantity::Rgb,
            ..View::default()
        };
        assert_eq!(Ends::of(&rgb, &SHOWN), None);
    }

    proptest! {
        #[test]
        fn ends_keep_their_order_wherever_they_are_dragged(
            linear: bool, signed: bool, moves in prop::collection::vec((any::<bool>(), -3.0..4.0_f64), 1..40),
        ) {
            let view = View {
                quantity: if signed { Quantity::Channel } else { Quantity::Change },
                part: if signed { Part::Imaginary } else { Part::Modulus },
                scale: linear.then_some(Scale::Linear),
                range: ValueRange::new(0.001, 0.5).ok(),
                ..View::default()
            };
            let mut ends = Ends::of(&view, &SHOWN).unwrap();
            for (low, share) in moves {
                ends = ends.moved(if low { End::Low } else { End::High }, share);
                let range = ends.range();
                prop_assert!(range.is_some(), "{ends:?}");
                prop_assert!(ends.scale != Scale::Logarithmic || ends.low > 0.0);
                prop_assert!((ends.share(ends.low)).abs() < 1e-9 && (ends.share(ends.high) - 1.0).abs() < 1e-9);
            }
        }
    }
}
