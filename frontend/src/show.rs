//! How a show stands, for whoever watches it: how soon its world starts over.

use atheria_shared::world::WorldStatus;

/// From so many seconds before the end on it is said.
const SAID_SECONDS: f64 = 5.0;
/// From so many on the picture fades out.
const FADING_SECONDS: f64 = 0.9;
/// A show that is over sooner is only hurried through: nothing is said of it and nothing fades.
const SHORTEST_SECONDS: f64 = 10.0;

/// What is to be seen of a show's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ending {
    /// It starts over in so many seconds, from 1.
    pub seconds: Option<u32>,
    /// The picture fades out.
    pub fades: bool,
}

/// How soon a world starts over; nothing while it stands still or has no show.
pub fn ending(status: &WorldStatus) -> Ending {
    let pace = match status.target_steps_per_second {
        Some(pace) if status.steps_per_second <= 0.0 => pace,
        _ => status.steps_per_second,
    };
    let Some(end) = status.show_ends.filter(|_| status.playing && pace > 0.0) else {
        return Ending::default();
    };
    let pace = f64::from(pace);
    let left = end.saturating_sub(status.step) as f64 / pace;
    if (end as f64 / pace) < SHORTEST_SECONDS || left > SAID_SECONDS {
        return Ending::default();
    }
    Ending {
        seconds: Some((left.ceil() as u32).max(1)),
        fades: left <= FADING_SECONDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(step: u64, pace: f32) -> WorldStatus {
        WorldStatus {
            step,
            playing: true,
            steps_per_second: pace,
            show_ends: Some(600),
            ..WorldStatus::default()
        }
    }

    fn seconds(status: &WorldStatus) -> Option<u32> {
        ending(status).seconds
    }

    #[test]
    fn the_end_is_told_in_seconds_of_its_own_pace() {
        assert_eq!(seconds(&status(0, 15.0)), None);
        assert_eq!(seconds(&status(520, 15.0)), None);
        assert_eq!(seconds(&status(540, 15.0)), Some(4));
        let last = ending(&status(590, 15.0));
        assert_eq!((last.seconds, last.fades), (Some(1), true));
        assert!(!ending(&status(580, 15.0)).fades);
        assert_eq!(ending(&status(600, 15.0)).seconds, Some(1));
    }

    #[test]
    fn a_world_that_stands_or_is_hurried_says_nothing() {
        let still = WorldStatus {
            playing: false,
            ..status(595, 15.0)
        };
        assert_eq!(ending(&still), Ending::default());
        assert_eq!(ending(&status(595, 500.0)), Ending::default());
        let own = WorldStatus {
            show_ends: None,
            ..status(595, 15.0)
        };
        assert_eq!(ending(&own), Ending::default());
        // Just begun: what is wanted stands for what is not measured yet.
        let begun = WorldStatus {
            target_steps_per_second: Some(15.0),
            ..status(590, 0.0)
        };
        assert!(ending(&begun).fades);
    }
}
