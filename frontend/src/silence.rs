//! When a session is silent, who it is that does not answer, and when an engine is at one thing for long.
//!
//! Judged by what was heard, not by timers alone: a page whose own clock stood still (a tab in the background, a computer that
//! slept) heard nothing because it did not listen, and that time does not count. Times are milliseconds of one clock.

use std::time::Duration;

use atheria_shared::pulse::Pulse;

/// How often it is judged.
pub const TICK: Duration = Duration::from_millis(250);
/// A tick that comes later than this after the one before says that the page was away, not the server.
const AWAY_MS: f64 = 1_000.0;
/// A server that says nothing for this long is silent: three pulses.
const SERVER_MS: f64 = 1_500.0;
/// An engine that says nothing for this long is silent: more than two heartbeats. It is heard of with the next pulse.
const ENGINE_MS: u64 = 1_250;
/// An engine that is at one thing for this long is said to be.
const BUSY_MS: u64 = 3_000;

/// Who does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The server, or the way to it.
    Server,
    /// The engine behind it.
    Engine,
}

/// A silence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Silence {
    /// Whose.
    pub who: Who,
    /// Since when.
    pub since_ms: f64,
}

/// What was heard of a session, and when.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ear {
    heard_ms: f64,
    ticked_ms: f64,
    pulse: Option<(Pulse, f64)>,
    /// Kept while it lasts: each pulse measures it a little differently.
    silence: Option<Silence>,
}

impl Ear {
    /// Begins to listen.
    pub fn new(now_ms: f64) -> Self {
        Self {
            heard_ms: now_ms,
            ticked_ms: now_ms,
            ..Self::default()
        }
    }

    /// Something came from the server.
    pub fn hear(&mut self, now_ms: f64) {
        self.heard_ms = now_ms;
    }

    /// A pulse came.
    pub fn feel(&mut self, pulse: Pulse, now_ms: f64) {
        self.hear(now_ms);
        self.pulse = Some((pulse, now_ms));
    }

    /// Judges: who is silent now, if anybody is.
    pub fn tick(&mut self, now_ms: f64) -> Option<Silence> {
        let gap = now_ms - self.ticked_ms;
        if !(0.0..AWAY_MS).contains(&gap) {
            // We were away, or the clock was set.
            self.heard_ms = if gap > 0.0 { self.heard_ms + gap } else { now_ms };
        }
        self.heard_ms = self.heard_ms.min(now_ms);
        self.ticked_ms = now_ms;
        let silence = self.judge(now_ms);
        let goes_on = silence.map(|s| s.who) == self.silence.map(|s| s.who);
        if !goes_on {
            self.silence = silence;
        }
        self.silence
    }

    fn judge(&self, now_ms: f64) -> Option<Silence> {
        if now_ms - self.heard_ms > SERVER_MS {
            return Some(Silence {
                who: Who::Server,
                since_ms: self.heard_ms,
            });
        }
        let (pulse, at_ms) = self.pulse?;
        let silent_ms = pulse.engine_silent_ms.filter(|silent| *silent > ENGINE_MS)?;
        Some(Silence {
            who: Who::Engine,
            since_ms: at_ms - silent_ms as f64,
        })
    }

    /// Seconds that the engine has been at one thing, when they are many and it is heard.
    pub fn busy_seconds(&self) -> Option<u64> {
        let (pulse, _) = self.pulse.filter(|_| self.silence.is_none())?;
        (pulse.busy_ms >= BUSY_MS).then_some(pulse.busy_ms / 1_000)
    }

    /// How many watch the session, as far as it was told.
    pub fn viewers(&self) -> usize {
        self.pulse.map_or(0, |(pulse, _)| pulse.viewers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: f64 = 1e12;

    fn pulse(engine_silent_ms: Option<u64>, busy_ms: u64) -> Pulse {
        Pulse {
            engine_silent_ms,
            busy_ms,
            viewers: 1,
        }
    }

    /// Ticks up to a time, and answers the first silence on the way and when it was noticed.
    fn listen(ear: &mut Ear, to_ms: f64) -> Option<(Silence, f64)> {
        let mut now = ear.ticked_ms;
        while now + 250.0 <= to_ms {
            now += 250.0;
            if let Some(silence) = ear.tick(now) {
                return Some((silence, now));
            }
        }
        None
    }

    #[test]
    fn a_server_that_is_gone_is_noticed_within_two_seconds() {
        let mut ear = Ear::new(START);
        ear.feel(pulse(Some(100), 0), START + 200.0);
        let (silence, noticed) = listen(&mut ear, START + 10_000.0).unwrap();
        assert_eq!(
            silence,
            Silence {
                who: Who::Server,
                since_ms: START + 200.0
            }
        );
        assert!(noticed - (START + 200.0) <= 2_000.0, "{}", noticed - START);
        // It stays what it was, and is over with the next word.
        assert_eq!(ear.tick(noticed + 250.0), Some(silence));
        ear.hear(noticed + 300.0);
        assert_eq!(ear.tick(noticed + 500.0), None);
    }

    #[test]
    fn pulses_alone_keep_a_world_that_rests_from_seeming_gone() {
        let mut ear = Ear::new(START);
        for beat in 1..40 {
            let now = START + 500.0 * f64::from(beat);
            assert_eq!(listen(&mut ear, now), None);
            ear.feel(pulse(Some(500), 0), now);
        }
    }

    #[test]
    fn an_engine_that_hangs_is_told_from_its_server_and_from_one_that_works() {
        let mut ear = Ear::new(START);
        ear.feel(pulse(Some(300), 9_000), START + 100.0);
        assert_eq!(ear.tick(START + 250.0), None);
        assert_eq!(ear.busy_seconds(), Some(9));
        ear.feel(pulse(Some(1_300), 10_000), START + 1_100.0);
        let silence = ear.tick(START + 1_250.0).unwrap();
        assert_eq!((silence.who, silence.since_ms), (Who::Engine, START - 200.0));
        assert_eq!(ear.busy_seconds(), None);
        // The time does not waver with each pulse.
        ear.feel(pulse(Some(1_790), 10_000), START + 1_600.0);
        assert_eq!(ear.tick(START + 1_750.0), Some(silence));
        ear.feel(pulse(None, 0), START + 2_100.0);
        assert_eq!(ear.tick(START + 2_250.0), None);
    }

    #[test]
    fn a_page_that_was_away_waits_before_it_judges() {
        let mut ear = Ear::new(START);
        ear.feel(pulse(Some(0), 0), START + 100.0);
        ear.tick(START + 250.0);
        // A minute without a tick: what came meanwhile may still be on its way to us.
        assert_eq!(ear.tick(START + 60_250.0), None);
        assert_eq!(listen(&mut ear, START + 61_250.0), None);
        // And a server that is gone is noticed all the same.
        let (silence, _) = listen(&mut ear, START + 63_000.0).unwrap();
        assert_eq!(silence.who, Who::Server);
    }

    #[test]
    fn a_clock_that_is_set_back_is_no_silence() {
        let mut ear = Ear::new(START);
        ear.tick(START + 250.0);
        assert_eq!(ear.tick(START - 3_600_000.0), None);
        assert_eq!(listen(&mut ear, START - 3_600_000.0 + 1_400.0), None);
        assert!(listen(&mut ear, START - 3_600_000.0 + 3_000.0).is_some());
    }
}
