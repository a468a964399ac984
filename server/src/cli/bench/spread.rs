//! A figure that was measured more than once.

use serde::Serialize;

/// The median of some figures, the smallest and the largest.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Spread {
    pub(super) median: f64,
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Spread {
    /// Of these; none where there are none. Of an even number the median is the mean of the two in the middle.
    pub(super) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_unstable_by(f64::total_cmp);
        let (least, most) = (*figures.first()?, *figures.last()?);
        let below = figures.get((figures.len() - 1) / 2)?;
        let above = figures.get(figures.len() / 2)?;
        Some(Self {
            median: f64::midpoint(*below, *above),
            least,
            most,
        })
    }

    /// Of figures over others that were measured in the same round.
    pub(super) fn of_ratios(over: &[f64], under: &[f64]) -> Option<Self> {
        Self::of(over.iter().zip(under).map(|(over, under)| over / under))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_lies_in_the_middle() {
        let of = |figures: &[f64]| Spread::of(figures.iter().copied()).map(|s| (s.least, s.median, s.most));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[3.0]), Some((3.0, 3.0, 3.0)));
        assert_eq!(of(&[5.0, 1.0, 2.0]), Some((1.0, 2.0, 5.0)));
        assert_eq!(of(&[4.0, 1.0]), Some((1.0, 2.5, 4.0)));
    }

    #[test]
    fn ratios_are_of_one_round() {
        let ratios = Spread::of_ratios(&[10.0, 30.0, 4.0], &[1.0, 10.0]);
        assert_eq!(
            ratios.map(|s| (s.least, s.median, s.most)),
            Some((3.0, 6.5, 10.0))
        );
    }
}
