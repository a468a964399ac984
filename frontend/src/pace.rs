//! The speeds that can be chosen: a ladder whose last rung is as fast as it goes.

/// Steps a second, slow to fast.
pub const LADDER: [f32; 7] = [1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0];

/// A rung of the ladder; the one after its end has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung(usize);

impl Rung {
    /// The rung without a limit.
    pub const FASTEST: Self = Self(LADDER.len());

    /// The rung nearest to a pace.
    pub fn nearest(steps_per_second: Option<f32>) -> Self {
        let Some(pace) = steps_per_second else {
            return Self::FASTEST;
        };
        let away = |rung: &f32| (rung.ln() - pace.max(0.01).ln()).abs();
        let nearest = LADDER
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| away(a).total_cmp(&away(b)));
        Self(nearest.map_or(0, |(place, _)| place))
    }

    /// The rung at a place, counted from 0.
    pub fn at(place: usize) -> Self {
        Self(place.min(LADDER.len()))
    }

    /// Its place, counted from 0.
    pub fn place(self) -> usize {
        self.0
    }

    /// The pace; none without a limit.
    pub fn pace(self) -> Option<f32> {
        LADDER.get(self.0).copied()
    }

    /// One faster.
    #[must_use]
    pub fn faster(self) -> Self {
        Self::at(self.0 + 1)
    }

    /// One slower.
    #[must_use]
    pub fn slower(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_has_two_ends() {
        assert_eq!(Rung::nearest(Some(1.0)).slower().pace(), Some(1.0));
        assert_eq!(Rung::nearest(Some(60.0)).faster(), Rung::FASTEST);
        assert_eq!(Rung::FASTEST.faster(), Rung::FASTEST);
        assert_eq!(Rung::FASTEST.slower().pace(), Some(60.0));
    }

    #[test]
    fn any_pace_has_a_rung() {
        assert_eq!(Rung::nearest(None), Rung::FASTEST);
        assert_eq!(Rung::nearest(Some(24.0)).pace(), Some(20.0));
        assert_eq!(Rung::nearest(Some(1e9)).pace(), Some(60.0));
        assert_eq!(Rung::nearest(Some(0.0)).pace(), Some(1.0));
    }
}
