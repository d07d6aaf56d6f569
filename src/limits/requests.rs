//! So many requests a minute from one caller, and so many from all of them (GCRA, by the `governor` crate).

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, FakeRelativeClock};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::{CallerKey, Wait};

/// So many callers are counted for themselves. Only allowed origins get this far, so more are hardly real; those beyond
/// share one count.
const MAX_CALLERS: usize = 256;

/// All callers together may do so many times what one may.
const TOTAL_FACTOR: NonZeroU32 = NonZeroU32::MIN.saturating_add(3);

/// A count fills up within this time; a caller that was quiet so long can be forgotten.
const REFILL: Duration = Duration::from_secs(60);

/// Counts requests. A caller that has been quiet for a minute may send a minute's worth at once; one that goes on asking
/// gets them evenly spaced.
#[derive(Debug)]
pub struct RequestLimits(Mutex<Counters>);

type Limiter = RateLimiter<NotKeyed, InMemoryState, FakeRelativeClock, NoOpMiddleware<Nanos>>;

#[derive(Debug)]
struct Counters {
    /// Follows the moments that are handed in. (The crate calls a clock that is told the time a fake one.)
    clock: FakeRelativeClock,
    last: Instant,
    quota: Quota,
    callers: HashMap<CallerKey, (Limiter, Instant)>,
    /// Of all callers that found no room.
    others: Limiter,
    total: Limiter,
}

impl RequestLimits {
    /// So many requests a minute for each caller, four times as many for all; counted from `start`.
    #[must_use]
    pub fn new(per_minute: NonZeroU32, start: Instant) -> Self {
        let clock = FakeRelativeClock::default();
        let quota = Quota::per_minute(per_minute);
        let total = Quota::per_minute(per_minute.saturating_mul(TOTAL_FACTOR));
        Self(Mutex::new(Counters {
            last: start,
            quota,
            callers: HashMap::new(),
            others: RateLimiter::direct_with_clock(quota, clock.clone()),
            total: RateLimiter::direct_with_clock(total, clock.clone()),
            clock,
        }))
    }

    /// Counts a request of `caller` at `now`.
    ///
    /// # Errors
    /// [`Wait`], if it comes too early.
    pub fn check(&self, caller: &CallerKey, now: Instant) -> Result<(), Wait> {
        // What another thread left behind in a panic is still a count.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).check(caller, now)
    }
}

impl Counters {
    fn check(&mut self, caller: &CallerKey, now: Instant) -> Result<(), Wait> {
        self.clock.advance(now.saturating_duration_since(self.last));
        self.last = self.last.max(now);
        let wait = |limiter: &Limiter, clock: &FakeRelativeClock| match limiter.check() {
            Ok(()) => Ok(()),
            Err(until) => Err(Wait(until.wait_time_from(clock.now()))),
        };
        self.make_room_for(caller);
        // The caller first: who has used up its own share takes nothing from the others.
        match self.callers.get_mut(caller) {
            Some((limiter, seen)) => {
                *seen = self.last;
                wait(limiter, &self.clock)?;
            }
            None => wait(&self.others, &self.clock)?,
        }
        wait(&self.total, &self.clock)
    }

    /// Gives `caller` a count of its own, if there is room.
    fn make_room_for(&mut self, caller: &CallerKey) {
        if self.callers.contains_key(caller) {
            return;
        }
        if self.callers.len() >= MAX_CALLERS {
            self.callers.retain(|_, (_, seen)| self.last.saturating_duration_since(*seen) < REFILL);
        }
        if self.callers.len() < MAX_CALLERS {
            let limiter = RateLimiter::direct_with_clock(self.quota, self.clock.clone());
            self.callers.insert(caller.clone(), (limiter, self.last));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: usize) -> CallerKey {
        CallerKey::Page(format!("https://site{number}.example").parse().unwrap())
    }

    fn limits(per_minute: u32) -> (RequestLimits, Instant) {
        let start = Instant::now();
        (RequestLimits::new(NonZeroU32::new(per_minute).unwrap(), start), start)
    }

    /// How many of `count` requests at the same moment pass.
    fn passed(limits: &RequestLimits, caller: &CallerKey, now: Instant, count: usize) -> usize {
        (0..count).filter(|_| limits.check(caller, now).is_ok()).count()
    }

    #[test]
    fn a_minutes_worth_passes_at_once_and_then_evenly_spaced() {
        let (limits, start) = limits(600);
        assert_eq!(passed(&limits, &page(1), start, 1000), 600);
        let wait = limits.check(&page(1), start).unwrap_err();
        assert_eq!(wait, Wait(Duration::from_millis(100)));
        assert_eq!(wait.retry_after_seconds(), 1);
        assert_eq!(passed(&limits, &page(1), start + Duration::from_millis(99), 10), 0);
        assert_eq!(passed(&limits, &page(1), start + Duration::from_millis(100), 10), 1);
        assert_eq!(passed(&limits, &page(1), start + Duration::from_millis(1100), 100), 10);
        assert_eq!(passed(&limits, &page(1), start + Duration::from_secs(3600), 1000), 600);
    }

    #[test]
    fn slow_limits_say_how_many_seconds_to_wait() {
        let (limits, start) = limits(2);
        assert_eq!(passed(&limits, &page(1), start, 3), 2);
        assert_eq!(limits.check(&page(1), start).unwrap_err().retry_after_seconds(), 30);
        let later = start + Duration::from_millis(500);
        assert_eq!(limits.check(&page(1), later).unwrap_err(), Wait(Duration::from_millis(29_500)));
        assert_eq!(limits.check(&page(1), later).unwrap_err().retry_after_seconds(), 30);
    }

    #[test]
    fn one_callers_flood_leaves_the_others_their_share() {
        let (limits, start) = limits(10);
        assert_eq!(passed(&limits, &page(1), start, 100_000), 10);
        assert_eq!(passed(&limits, &page(2), start, 20), 10);
        assert_eq!(passed(&limits, &CallerKey::Programs, start, 20), 10);
    }

    #[test]
    fn all_together_get_four_times_the_share_of_one() {
        let (limits, start) = limits(10);
        let total: usize = (0..20).map(|number| passed(&limits, &page(number), start, 20)).sum();
        assert_eq!(total, 40);
    }

    #[test]
    fn the_memory_is_bounded_and_those_beyond_it_share_one_count() {
        let (limits, start) = limits(1000);
        for number in 0..MAX_CALLERS {
            limits.check(&page(number), start).unwrap();
        }
        let beyond: usize = (0..4).map(|number| passed(&limits, &page(1000 + number), start, 400)).sum();
        assert_eq!(beyond, 1000);
        let known = || limits.0.lock().unwrap().callers.len();
        assert_eq!(known(), MAX_CALLERS);
        // Those that were quiet for a minute are full again and can be forgotten.
        assert_eq!(passed(&limits, &page(2000), start + REFILL, 2000), 1000);
        assert_eq!(known(), 1);
    }

    #[test]
    fn a_moment_before_the_last_one_changes_nothing() {
        let (limits, start) = limits(10);
        assert_eq!(passed(&limits, &page(1), start + Duration::from_secs(60), 20), 10);
        assert_eq!(passed(&limits, &page(1), start, 20), 0);
        assert_eq!(passed(&limits, &page(1), start + Duration::from_secs(66), 20), 1);
    }
}
