//! How fast frames go to one viewer, and how large: as it can paint them. Pure: time comes from outside.
//!
//! A viewer that says how many frames it has painted is sent another while fewer than [`UNPAINTED`] wait there, and pictures of
//! half the side while one takes long. Where that does not help, the pictures were not what took so long, and it is undone.

use std::collections::VecDeque;

use tokio::time::{Duration, Instant};

/// Frames that a viewer may have been sent and not have painted yet: one is painted while the next is on its way.
const UNPAINTED: usize = 2;
/// A frame that takes longer to be painted is slow.
const SLOW: Duration = Duration::from_millis(250);
/// One that takes less may be worth a try of a larger one.
const QUICK: Duration = Duration::from_millis(125);
/// Frames of one size, before anything is concluded of it.
const ENOUGH: u32 = 3;
/// A smaller picture has helped when it takes at most this part of the time.
const HELPED: f64 = 0.75;
/// Frames of fewer bytes are small already: whatever is slow, it is not their size.
const WORTH_BYTES: usize = 32 << 10;
/// How often a picture's side is halved at most.
const HALVINGS: u32 = 4;
/// How long it is left at that when smaller pictures did not help, or larger ones were too slow: at first, and at most.
const PATIENCE: [Duration; 2] = [Duration::from_secs(4), Duration::from_secs(64)];

/// What one viewer is to be sent.
#[derive(Debug)]
pub(super) struct Pacing {
    sent: u64,
    /// Frames that it has painted, where it says so.
    painted: Option<u64>,
    /// Those that it has not, oldest first.
    waiting: VecDeque<Sent>,
    /// When the last one was painted.
    last: Option<Instant>,
    size: Size,
}

/// A frame that was sent.
#[derive(Debug, Clone, Copy)]
struct Sent {
    at: Instant,
    /// How often it was halved.
    halvings: u32,
    bytes: usize,
}

impl Pacing {
    /// Of a viewer that has been sent nothing.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            sent: 0,
            painted: None,
            waiting: VecDeque::new(),
            last: None,
            size: Size::new(now),
        }
    }

    /// Whether a frame may be sent.
    pub(super) fn has_room(&self) -> bool {
        self.painted.is_none() || self.waiting.len() < UNPAINTED
    }

    /// How often the side of the next picture is to be halved.
    pub(super) fn halvings(&self) -> u32 {
        self.size.halvings
    }

    /// A frame of so many bytes was sent, halved so often.
    pub(super) fn sent(&mut self, halvings: u32, bytes: usize, now: Instant) {
        self.sent += 1;
        if self.painted.is_some() {
            let at = now;
            self.waiting.push_back(Sent { at, halvings, bytes });
        }
    }

    /// The viewer says that so many have been painted, of all that it was sent.
    pub(super) fn painted(&mut self, count: u64, now: Instant) {
        let count = count.min(self.sent);
        let Some(before) = self.painted else {
            self.painted = Some(count);
            let waiting = (self.sent - count).min(UNPAINTED as u64) as usize;
            let unknown = Sent {
                at: now,
                halvings: 0,
                bytes: 0,
            };
            self.waiting = std::iter::repeat_n(unknown, waiting).collect();
            return;
        };
        for _ in before..count {
            let Some(sent) = self.waiting.pop_front() else {
                break;
            };
            // It could not begin with this one before it was done with the one before.
            let began = self.last.replace(now).map_or(sent.at, |last| last.max(sent.at));
            // One that was on its way when the size was changed says nothing of the present one, nor does a small one of any.
            let tells = self.size.halvings > 0 || sent.bytes >= WORTH_BYTES;
            if sent.halvings == self.size.halvings && tells {
                self.size.took(now.saturating_duration_since(began), now);
            }
        }
        self.painted = Some(count.max(before));
    }
}

/// How large pictures are, and what is known of that.
#[derive(Debug)]
struct Size {
    halvings: u32,
    /// Frames of this size, and how long they took together.
    frames: u32,
    took: Duration,
    /// How long one took before it was halved the last time, until that is known to have helped.
    larger: Option<Duration>,
    /// It stays as it is until then.
    settled: Instant,
    patience: Duration,
    /// When it was last made larger.
    grown: Option<Instant>,
}

impl Size {
    fn new(now: Instant) -> Self {
        Self {
            halvings: 0,
            frames: 0,
            took: Duration::ZERO,
            larger: None,
            settled: now,
            patience: PATIENCE[0],
            grown: None,
        }
    }

    /// A frame of the present size took so long.
    fn took(&mut self, time: Duration, now: Instant) {
        self.frames += 1;
        self.took += time;
        if self.frames < ENOUGH {
            return;
        }
        let mean = self.took / self.frames;
        (self.frames, self.took) = (0, Duration::ZERO);
        let larger = self.larger.take();
        if larger.is_some_and(|larger| mean > larger.mul_f64(HELPED)) {
            self.halvings -= 1;
            self.settle(now);
        } else if mean > SLOW && self.grown.take().is_some() {
            // Larger ones are too slow still: they are not tried again soon.
            self.halvings += 1;
            self.settle(now);
        } else if mean > SLOW && self.halvings < HALVINGS && now >= self.settled {
            self.halvings += 1;
            self.larger = Some(mean);
        } else if mean < QUICK && self.halvings > 0 && now >= self.settled {
            self.halvings -= 1;
            self.grown = Some(now);
        } else if self.grown.is_some_and(|grown| now >= grown + PATIENCE[0]) {
            self.grown = None;
            self.patience = PATIENCE[0];
        }
    }

    fn settle(&mut self, now: Instant) {
        self.settled = now + self.patience;
        self.patience = (2 * self.patience).min(PATIENCE[1]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A large picture, in bytes.
    const LARGE: usize = 1 << 20;

    /// How often each frame was halved of those that are sent to a viewer that takes `paint(frame, halvings)` for one.
    fn watch(frames: u32, paint: impl Fn(u32, u32) -> Duration) -> Vec<u32> {
        watch_pictures(LARGE, frames, paint)
    }

    fn watch_pictures(bytes: usize, frames: u32, paint: impl Fn(u32, u32) -> Duration) -> Vec<u32> {
        let mut now = Instant::now();
        let mut pacing = Pacing::new(now);
        pacing.painted(0, now);
        let mut on_its_way = VecDeque::new();
        let mut seen = Vec::new();
        for frame in 0..frames {
            while pacing.has_room() {
                let halvings = pacing.halvings();
                on_its_way.push_back(halvings);
                pacing.sent(halvings, bytes >> (2 * halvings), now);
            }
            assert_eq!(on_its_way.len(), UNPAINTED);
            let halvings = on_its_way.pop_front().unwrap_or_default();
            seen.push(halvings);
            now += paint(frame, halvings);
            pacing.painted(u64::from(frame) + 1, now);
        }
        seen
    }

    /// A link that takes so many milliseconds for a whole picture, and 5 more for any.
    fn link(whole: u32) -> impl Fn(u32, u32) -> Duration {
        move |_, halvings| Duration::from_millis(u64::from(whole / 4_u32.pow(halvings) + 5))
    }

    #[test]
    fn whoever_says_nothing_always_has_room() {
        let now = Instant::now();
        let mut pacing = Pacing::new(now);
        for _ in 0..100 {
            assert!(pacing.has_room());
            pacing.sent(0, LARGE, now);
        }
        // From when it does, what it was sent before counts.
        pacing.painted(98, now);
        assert!(!pacing.has_room());
        pacing.painted(99, now);
        assert!(pacing.has_room());
    }

    #[test]
    fn two_at_most_are_unpainted() {
        let now = Instant::now();
        let mut pacing = Pacing::new(now);
        pacing.painted(0, now);
        for _ in 0..2 {
            assert!(pacing.has_room());
            pacing.sent(0, LARGE, now);
        }
        assert!(!pacing.has_room());
        // Nonsense makes no room that there is not, nor takes any that there is.
        pacing.painted(u64::MAX, now);
        pacing.painted(0, now);
        pacing.sent(0, LARGE, now);
        assert!(pacing.has_room());
        pacing.sent(0, LARGE, now);
        assert!(!pacing.has_room());
    }

    #[test]
    fn small_pictures_are_whole_however_slow_the_viewer_is() {
        let seen = watch_pictures(10_000, 200, |_, _| Duration::from_secs(1));
        assert!(seen.iter().all(|halvings| *halvings == 0));
    }

    #[test]
    fn a_quick_viewer_gets_whole_pictures() {
        assert!(watch(200, link(30)).iter().all(|halvings| *halvings == 0));
    }

    #[test]
    fn a_slow_link_gets_smaller_ones_until_they_are_in_time() {
        let seen = watch(100, link(3_000));
        assert_eq!(seen[0], 0);
        assert!(seen[20..].iter().all(|halvings| *halvings == 2), "{seen:?}");
    }

    #[test]
    fn a_link_that_gets_quick_again_gets_whole_ones_again() {
        let seen = watch(200, |frame, halvings| {
            link(if frame < 40 { 3_000 } else { 20 })(frame, halvings)
        });
        assert_eq!((seen[39], seen[199]), (2, 0), "{seen:?}");
    }

    #[test]
    fn where_the_size_is_not_what_is_slow_it_is_left_alone() {
        let seen = watch(200, |_, _| Duration::from_millis(400));
        let small = seen.iter().filter(|halvings| **halvings > 0).count();
        assert!(small < 40, "{small}: {seen:?}");
        assert!(seen.iter().all(|halvings| *halvings <= 1));
    }

    #[test]
    fn larger_ones_that_are_too_slow_are_tried_less_and_less_often() {
        // Whole pictures are slow for another reason than their size, such as a window that is large only then.
        let seen = watch(2_000, |_, halvings| {
            Duration::from_millis(if halvings == 0 { 400 } else { 20 })
        });
        let tries = seen.windows(2).filter(|pair| pair[0] > 0 && pair[1] == 0).count();
        assert!((2..=12).contains(&tries), "{tries}");
    }
}
