//! What a reset would wipe: whether that is so much that it is asked first.

use atheria_shared::world::WorldStatus;

/// More of it than this is not wiped without a question, in milliseconds: a minute.
const MUCH_MS: f64 = 60_000.0;

/// How long a world was seen to step since its beginning. Times are milliseconds of one clock.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Work {
    stepped_ms: f64,
    /// Whether it began before this page came.
    older: bool,
    last: Option<(u64, f64)>,
}

/// What there is to be wiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wiped {
    /// Steps since the beginning.
    pub steps: u64,
    /// Strokes of tools.
    pub strokes: u64,
}

impl Work {
    /// Of a world that had begun before the page came to it: nobody knows how long it took.
    pub fn of_older() -> Self {
        Self {
            older: true,
            ..Self::default()
        }
    }

    /// Takes a status in. One of an earlier step says that it began anew.
    pub fn push(&mut self, status: &WorldStatus, now_ms: f64) {
        match self.last {
            Some((step, _)) if status.step < step => *self = Self::default(),
            Some((step, at_ms)) if status.step > step => self.stepped_ms += (now_ms - at_ms).max(0.0),
            _ => {}
        }
        if status.step == 0 {
            *self = Self::default();
        }
        self.last = Some((status.step, now_ms));
    }

    /// The world goes on from an earlier step, and what came before that is still its past.
    pub fn goes_on_from(&mut self, step: u64) {
        if let Some((last, _)) = &mut self.last {
            *last = step.min(*last);
        }
    }

    /// What a reset would wipe, when it is so much that it has to be asked. A show is nobody's work: it starts over by itself.
    pub fn at_stake(&self, status: &WorldStatus) -> Option<Wiped> {
        if status.show_ends.is_some() {
            return None;
        }
        let strokes = status.numbers.events;
        let much = strokes > 0 || self.stepped_ms > MUCH_MS || (self.older && status.step > 0);
        much.then_some(Wiped {
            steps: status.step,
            strokes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(step: u64) -> WorldStatus {
        WorldStatus {
            step,
            playing: true,
            ..WorldStatus::default()
        }
    }

    /// Steps ten times a second for so long.
    fn play(work: &mut Work, from: u64, seconds: u64) -> u64 {
        let start = work.last.map_or(0.0, |(_, at)| at);
        for tenth in 1..=seconds * 10 {
            work.push(&at(from + tenth), start + 100.0 * tenth as f64);
        }
        from + seconds * 10
    }

    #[test]
    fn a_minute_is_little_and_more_is_much() {
        let mut work = Work::default();
        work.push(&at(0), 0.0);
        let step = play(&mut work, 0, 59);
        assert_eq!(work.at_stake(&at(step)), None);
        let step = play(&mut work, step, 2);
        let wiped = Wiped {
            steps: 610,
            strokes: 0,
        };
        assert_eq!(work.at_stake(&at(step)), Some(wiped));
    }

    #[test]
    fn a_pause_is_no_work_and_a_reset_begins_anew() {
        let mut work = Work::default();
        let step = play(&mut work, 0, 10);
        work.push(&at(step), 1e6);
        assert_eq!(work.at_stake(&at(step)), None);
        play(&mut work, step, 70);
        work.push(&at(3), 2e6);
        assert_eq!(work.at_stake(&at(3)), None);
    }

    #[test]
    fn a_stroke_is_work_whenever_it_was() {
        let mut touched = at(5);
        touched.numbers.events = 2;
        let wiped = Wiped { steps: 5, strokes: 2 };
        assert_eq!(Work::default().at_stake(&touched), Some(wiped));
    }

    #[test]
    fn a_show_is_nobodys_work() {
        let mut shown = at(700);
        shown.numbers.events = 9;
        shown.show_ends = Some(900);
        let mut work = Work::of_older();
        work.push(&shown, 0.0);
        assert_eq!(work.at_stake(&shown), None);
        shown.show_ends = None;
        assert!(
            work.at_stake(&shown).is_some(),
            "once somebody took it, it is theirs"
        );
    }

    #[test]
    fn what_began_before_the_page_came_is_asked_about() {
        let mut work = Work::of_older();
        assert_eq!(work.at_stake(&at(0)), None);
        work.push(&at(900), 0.0);
        assert!(work.at_stake(&at(900)).is_some());
        work.push(&at(0), 100.0);
        assert_eq!(work.at_stake(&at(0)), None);
        work.push(&at(4), 200.0);
        assert_eq!(work.at_stake(&at(4)), None);
    }

    #[test]
    fn a_recovery_is_no_reset() {
        let mut work = Work::default();
        let step = play(&mut work, 0, 70);
        work.goes_on_from(step - 50);
        work.push(&at(step - 50), 71_000.0);
        assert!(work.at_stake(&at(step - 50)).is_some());
    }
}
