//! The right time on a device whose clock may be off by hours, or be set while the page is open: the
//! device's clock, corrected by the page's host, and compared with a monotonic clock.

use crate::protocol::Timestamp;
use crate::protocol::id_token::CLOCK_SKEW;

/// Milliseconds by which the two clocks of a device may drift apart between two readings. If it's more, the
/// device slept, or its clock was set.
const JUMP: i64 = 5_000;

/// Seconds by which the device's clock is corrected at most: wrong time zones and dates. A host that is further
/// away is wrong itself, or a clock with which no certificate would be valid.
pub const LARGEST_CORRECTION: i64 = 26 * 3600;

/// The two clocks of a device at one moment, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Since 1970, by the clock that people can set (`Date.now()`).
    pub device: i64,
    /// Since an arbitrary moment, by a clock that nobody can set (`performance.now()`). It may stop while the
    /// device sleeps.
    pub monotonic: i64,
}

/// The current time, as well as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    /// The last reading, and the time at that moment.
    known: Option<(Reading, i64)>,
    /// Milliseconds that the device's clock is behind; negative if it is ahead.
    behind: i64,
}

impl Clock {
    /// Creates a clock that hasn't been synchronized.
    pub const fn new() -> Clock {
        Clock {
            known: None,
            behind: 0,
        }
    }

    /// The time, in seconds since 1970. A jump of the device's clock since the last update doesn't count yet.
    pub fn now(&self, reading: Reading) -> Timestamp {
        let device = reading.device + self.behind;
        let now = match self.expected(reading) {
            Some(expected) if (device - expected).abs() > JUMP => expected,
            _ => device,
        };
        now.div_euclid(1000)
    }

    /// The time by the monotonic clock.
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

    /// Whether the host's time may come from a cache: that makes it older, never newer.
    pub fn may_be_stale(reading: Reading, host: Timestamp) -> bool {
        reading.device - host * 1000 > CLOCK_SKEW * 1000
    }

    /// Updates the clock with the host's time, or `None` if the host doesn't send it.
    pub fn update(&mut self, reading: Reading, host: Option<Timestamp>) {
        let device = reading.device + self.behind;
        let is_possible =
            |host: &Timestamp| (host * 1000 - reading.device).abs() <= LARGEST_CORRECTION * 1000;
        match host.filter(is_possible) {
            Some(host) => {
                let behind = host * 1000 - reading.device;
                // Within the tolerance both are right, and the device's is more precise.
                self.behind = if behind.abs() > CLOCK_SKEW * 1000 {
                    behind
                } else {
                    0
                };
            }
            None => {
                // Only a person sets a clock back. Forward, it has most likely slept.
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

    /// So many seconds after the start, by a clock that is off by so many.
    fn reading(after: i64, wrong: i64) -> Reading {
        Reading {
            device: (TRUE + after + wrong) * 1000,
            monotonic: after * 1000,
        }
    }

    #[test]
    fn corrects_a_wrong_clock_by_the_host_s_time() {
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
    fn keeps_the_device_s_time_if_the_host_s_is_within_the_tolerance() {
        for off in [-120, -1, 0, 1, 120] {
            let mut clock = Clock::new();
            clock.update(reading(0, 0), Some(TRUE + off));
            assert_eq!(clock.now(reading(10, 0)), TRUE + 10);
        }
    }

    #[test]
    fn uses_the_device_s_time_if_the_host_sends_none() {
        let mut clock = Clock::new();
        assert_eq!(clock.now(reading(0, 77)), TRUE + 77);
        clock.update(reading(0, 77), None);
        assert_eq!(clock.now(reading(10, 77)), TRUE + 87);
    }

    #[test]
    fn ignores_a_clock_that_is_set_during_a_session() {
        for jump in [-DAY, -10, 10, DAY] {
            let mut clock = Clock::new();
            clock.update(reading(0, 0), Some(TRUE));
            let after = reading(100, jump);
            assert_eq!(clock.now(after), TRUE + 100, "before the host was asked");
            assert!(clock.needs_sync(after));
            clock.update(after, Some(TRUE + 100));
            assert!((clock.now(after) - (TRUE + 100)).abs() <= CLOCK_SKEW);
            assert!(!clock.needs_sync(after));
        }
    }

    #[test]
    fn follows_a_clock_that_is_corrected() {
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
    fn without_a_host_ignores_a_clock_that_is_set_back_and_accepts_sleep() {
        let mut clock = Clock::new();
        clock.update(reading(0, 0), Some(TRUE));
        clock.update(reading(100, -DAY), None);
        assert_eq!(clock.now(reading(110, -DAY)), TRUE + 110);
        // The device slept for an hour, and its monotonic clock stopped.
        let woken = Reading {
            device: (TRUE + 110 - DAY + 3600) * 1000,
            monotonic: 110 * 1000,
        };
        clock.update(woken, None);
        assert_eq!(clock.now(woken), TRUE + 110 + 3600);
    }

    #[test]
    fn only_a_time_behind_the_device_s_may_come_from_a_cache() {
        assert!(Clock::may_be_stale(reading(0, 0), TRUE - 3600));
        assert!(!Clock::may_be_stale(reading(0, 0), TRUE - 60));
        assert!(!Clock::may_be_stale(reading(0, -DAY), TRUE));
    }
}
