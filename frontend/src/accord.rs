//! A session has one view, and several pages may choose it: which of them a page is to show.
//!
//! What this page has asked for and was not told yet is its own; any other view that the session tells was chosen elsewhere, or
//! is what became of ours, and is followed. What is seen of a large world (region, sides) is each page's own.

use atheria_shared::view::View;

/// How long what was asked for may take to be told, in milliseconds.
const PATIENCE_MS: f64 = 2_000.0;

/// What the session shows, where this page looks.
pub fn followed(own: View, told: View) -> View {
    View {
        region: own.region,
        side_pixels: own.side_pixels,
        ..told
    }
}

/// What this page asked for, and when, until it is told.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Accord {
    asked_ms: Option<f64>,
}

impl Accord {
    /// A view is asked for.
    pub fn ask(&mut self, now_ms: f64) {
        self.asked_ms = Some(now_ms);
    }

    /// Whether something was asked for that was not told yet.
    pub fn is_open(&self) -> bool {
        self.asked_ms.is_some()
    }

    /// The session tells its view; answers the one to change to, if it is not the page's `own`.
    pub fn told(&mut self, own: View, told: View, now_ms: f64) -> Option<View> {
        let told = followed(own, told);
        if told == own {
            self.asked_ms = None;
            return None;
        }
        if self
            .asked_ms
            .is_some_and(|asked| (0.0..PATIENCE_MS).contains(&(now_ms - asked)))
        {
            return None;
        }
        self.asked_ms = None;
        Some(told)
    }
}

#[cfg(test)]
mod tests {
    use atheria_shared::Region;
    use atheria_shared::view::Quantity;

    use super::*;

    fn view(quantity: Quantity) -> View {
        View {
            quantity,
            ..View::default()
        }
    }

    #[test]
    fn another_pages_choice_is_followed_and_its_region_is_not() {
        let own = view(Quantity::Deviation);
        let told = View {
            region: Some(Region {
                y: 1,
                x: 2,
                height: 3,
                width: 4,
            }),
            side_pixels: 300,
            ..view(Quantity::Phase)
        };
        let mut accord = Accord::default();
        assert_eq!(accord.told(own, told, 0.0), Some(view(Quantity::Phase)));
        assert_eq!(accord.told(view(Quantity::Phase), told, 0.0), None);
    }

    #[test]
    fn ones_own_choice_is_waited_for_and_not_for_ever() {
        let (old, own) = (view(Quantity::Deviation), view(Quantity::Rgb));
        let mut accord = Accord::default();
        accord.ask(0.0);
        // A status that was under way.
        assert_eq!(accord.told(own, old, 50.0), None);
        assert_eq!(accord.told(own, own, 100.0), None);
        assert!(!accord.is_open());
        assert_eq!(accord.told(own, old, 150.0), Some(old));
        // Refused, or overtaken by another's before it was ever told.
        accord.ask(200.0);
        assert_eq!(accord.told(own, old, 2_300.0), Some(old));
    }
}
