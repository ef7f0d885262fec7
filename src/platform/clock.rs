//! The right time on a device whose clock may be wrong by hours, or be set while the page is open: the
//! device's clock, corrected by what the page's own host says, and held against a clock that only runs.

use crate::protocol::Timestamp;
use crate::protocol::id_token::CLOCK_SKEW;

/// Milliseconds by which the two clocks of a device may drift apart between two looks. More is a
/// machine that slept, or a clock that was set.
const JUMP: i64 = 5_000;

/// What the two clocks of a device show at one moment, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Since 1970, by the clock that people can set.
    pub device: i64,
    /// Since whenever, by the clock that only runs. It may stand still while the machine sleeps.
    pub monotonic: i64,
}

/// The time as it is believed to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// The last look, and the time then.
    known: Option<(Reading, i64)>,
    /// Milliseconds that the device's clock is behind; less than zero: ahead.
    behind: i64,
}

impl Clock {
    /// A clock that follows the device's until it is synchronized.
    pub const fn new() -> Clock {
        Clock {
            known: None,
            behind: 0,
        }
    }

    /// The time. A jump of the device's clock since the last look does not count yet.
    pub fn now(&self, reading: Reading) -> Timestamp {
        let device = reading.device + self.behind;
        let now = match self.expected(reading) {
            Some(expected) if (device - expected).abs() > JUMP => expected,
            _ => device,
        };
        now.div_euclid(1000)
    }

    /// The time by the clock that only runs.
    fn expected(&self, reading: Reading) -> Option<i64> {
        let (last, then) = self.known?;
        Some(then + (reading.monotonic - last.monotonic))
    }

    /// Whether the host should be asked: it never was, or the device's clock has jumped.
    pub fn needs_sync(&self, reading: Reading) -> bool {
        let device = reading.device + self.behind;
        self.expected(reading)
            .is_none_or(|expected| (device - expected).abs() > JUMP)
    }

    /// Whether a host's time may be an old one out of some cache: a cache makes times older, never newer.
    pub fn may_be_stale(reading: Reading, host: Timestamp) -> bool {
        reading.device - host * 1000 > CLOCK_SKEW * 1000
    }

    /// Takes what the host said, or that it said nothing.
    pub fn update(&mut self, reading: Reading, host: Option<Timestamp>) {
        let device = reading.device + self.behind;
        match host {
            Some(host) => {
                let behind = host * 1000 - reading.device;
                // Within that, both count as right, and the device's own is the finer one.
                self.behind = match behind.abs() > CLOCK_SKEW * 1000 {
                    true => behind,
                    false => 0,
                };
            }
            None => {
                // Nothing but a hand sets a clock back. Forward, it is most likely sleep.
                if let Some(expected) = self.expected(reading).filter(|time| device < time - JUMP) {
                    self.behind += expected - device;
                }
            }
        }
        self.known = Some((reading, reading.device + self.behind));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUE: i64 = 1_800_000_000;
    const DAY: i64 = 24 * 3600;

    /// At so many seconds after the start, with a clock that is wrong by so many.
    fn reading(after: i64, wrong: i64) -> Reading {
        Reading {
            device: (TRUE + after + wrong) * 1000,
            monotonic: after * 1000,
        }
    }

    #[test]
    fn a_clock_that_is_wrong_by_a_day_shows_the_right_time_once_the_host_was_heard() {
        for wrong in [-DAY, -3600, -121, 121, 3600, DAY] {
            let mut clock = Clock::new();
            assert!(clock.needs_sync(reading(0, wrong)));
            clock.update(reading(0, wrong), Some(TRUE));
            assert_eq!(clock.now(reading(0, wrong)), TRUE);
            assert_eq!(clock.now(reading(500, wrong)), TRUE + 500);
            assert!(!clock.needs_sync(reading(500, wrong)));
        }
    }

    #[test]
    fn a_right_clock_is_not_spoilt_by_a_host_that_is_a_little_off() {
        for off in [-120, -1, 0, 1, 120] {
            let mut clock = Clock::new();
            clock.update(reading(0, 0), Some(TRUE + off));
            assert_eq!(clock.now(reading(10, 0)), TRUE + 10);
        }
    }

    #[test]
    fn without_a_host_the_device_counts() {
        let mut clock = Clock::new();
        assert_eq!(clock.now(reading(0, 77)), TRUE + 77);
        clock.update(reading(0, 77), None);
        assert_eq!(clock.now(reading(10, 77)), TRUE + 87);
    }

    #[test]
    fn a_clock_that_is_set_in_mid_session_changes_nothing() {
        for jump in [-DAY, -10, 10, DAY] {
            let mut clock = Clock::new();
            clock.update(reading(0, 0), Some(TRUE));
            let after = reading(100, jump);
            assert_eq!(clock.now(after), TRUE + 100, "before anybody was asked");
            assert!(clock.needs_sync(after));
            clock.update(after, Some(TRUE + 100));
            assert!((clock.now(after) - (TRUE + 100)).abs() <= CLOCK_SKEW);
            assert!(!clock.needs_sync(after));
        }
    }

    #[test]
    fn a_clock_that_is_put_right_is_right() {
        for wrong in [-DAY, DAY] {
            let mut clock = Clock::new();
            clock.update(reading(0, wrong), Some(TRUE));
            let mended = reading(100, 0);
            assert!(clock.needs_sync(mended));
            clock.update(mended, Some(TRUE + 100));
            assert_eq!(clock.now(reading(200, 0)), TRUE + 200);
        }
    }

    #[test]
    fn without_a_host_a_clock_that_is_set_back_is_not_believed_and_sleep_is() {
        let mut clock = Clock::new();
        clock.update(reading(0, 0), Some(TRUE));
        clock.update(reading(100, -DAY), None);
        assert_eq!(clock.now(reading(110, -DAY)), TRUE + 110);
        // The machine slept for an hour: its monotonic clock stood still.
        let woken = Reading {
            device: (TRUE + 110 - DAY + 3600) * 1000,
            monotonic: 110 * 1000,
        };
        clock.update(woken, None);
        assert_eq!(clock.now(woken), TRUE + 110 + 3600);
    }

    #[test]
    fn only_a_time_that_is_behind_the_device_may_be_a_cache_s() {
        assert!(Clock::may_be_stale(reading(0, 0), TRUE - 3600));
        assert!(!Clock::may_be_stale(reading(0, 0), TRUE - 60));
        assert!(!Clock::may_be_stale(reading(0, -DAY), TRUE));
    }
}
