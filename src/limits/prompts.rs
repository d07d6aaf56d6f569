//! How often the person may be asked: who was refused again and again waits, and no two callers' prompts follow each
//! other so closely that an entry meant for one falls into the other.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::{CallerKey, Wait};

/// Refusals are counted over this time; so long after a wait has ended the next one starts small again.
const WINDOW: Duration = Duration::from_secs(600);
/// The first wait.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// Waits double up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Between the end of one caller's prompt and the beginning of another's.
const BETWEEN_CALLERS: Duration = Duration::from_secs(2);
/// So many callers are remembered.
const MAX_CALLERS: usize = 256;

/// How a prompt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PromptEnd {
    /// The person agreed; whether the PIN was right is another matter.
    Approved,
    /// The person said no.
    Declined,
    /// Nobody answered in time.
    TimedOut,
    /// The caller went away while the person was being asked.
    Aborted,
    /// It was not the caller's doing: the card was pulled out, the agent ended, no prompt could be shown.
    Interrupted,
}

/// Why no prompt may be opened now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromptWait {
    /// This caller was refused too often.
    #[error("refused too often; {0}")]
    CoolDown(Wait),
    /// Another caller's prompt has only just ended. Short enough to be waited for rather than refused.
    #[error("another caller's prompt has only just ended; {0}")]
    OtherCaller(Wait),
}

/// Remembers how prompts ended. That only one is open at a time is for others to keep.
#[derive(Debug)]
pub struct PromptLimits {
    declines_before_wait: usize,
    callers: HashMap<CallerKey, Record>,
    last: Option<(CallerKey, Instant)>,
}

/// Of one caller.
#[derive(Debug)]
struct Record {
    /// Its latest refusals, oldest first; never more than lead to a wait.
    refusals: VecDeque<Instant>,
    /// The latest wait; zero while there was none.
    wait: Duration,
    /// When the latest wait ends; without a wait, the latest refusal.
    until: Instant,
}

impl PromptLimits {
    /// From so many refusals within ten minutes on (setting `limits.declines_before_wait`), a caller must wait: 2 s, and
    /// twice as long after each further one, up to 300 s. 0 counts as 1.
    #[must_use]
    pub fn new(declines_before_wait: u32) -> Self {
        let declines_before_wait = usize::try_from(declines_before_wait).unwrap_or(usize::MAX).max(1);
        Self { declines_before_wait, callers: HashMap::new(), last: None }
    }

    /// May a prompt of `caller` be opened at `now`?
    ///
    /// # Errors
    /// [`PromptWait`]; the longer of two reasons.
    pub fn check(&self, caller: &CallerKey, now: Instant) -> Result<(), PromptWait> {
        let left = |until: Instant| Wait(until.saturating_duration_since(now));
        let cool_down = self.callers.get(caller).map_or(Wait(Duration::ZERO), |record| left(record.until));
        let between = match &self.last {
            Some((other, end)) if other != caller => left(*end + BETWEEN_CALLERS),
            _ => Wait(Duration::ZERO),
        };
        if cool_down.0 >= between.0 && !cool_down.0.is_zero() {
            Err(PromptWait::CoolDown(cool_down))
        } else if !between.0.is_zero() {
            Err(PromptWait::OtherCaller(between))
        } else {
            Ok(())
        }
    }

    /// A prompt of `caller` ended at `now`.
    pub fn ended(&mut self, caller: &CallerKey, end: PromptEnd, now: Instant) {
        self.last = Some((caller.clone(), now));
        match end {
            PromptEnd::Declined | PromptEnd::TimedOut | PromptEnd::Aborted => self.refused(caller, now),
            // An approval wipes nothing out: a page could buy itself new refusals with it.
            PromptEnd::Approved | PromptEnd::Interrupted => {}
        }
    }

    fn refused(&mut self, caller: &CallerKey, now: Instant) {
        if !self.callers.contains_key(caller) {
            self.make_room(now);
        }
        let fresh = || Record { refusals: VecDeque::new(), wait: Duration::ZERO, until: now };
        self.callers.entry(caller.clone()).or_insert_with(fresh).refused(now, self.declines_before_wait);
    }

    /// Does nothing count any more at `now`? To forget it all would then change no answer.
    #[must_use]
    pub fn is_quiet(&self, now: Instant) -> bool {
        let between = self.last.as_ref().is_none_or(|(_, end)| now.saturating_duration_since(*end) >= BETWEEN_CALLERS);
        between && self.callers.values().all(|record| record.is_over(now))
    }

    /// Forgets the callers that count for nothing any more; if all do, the one that may ask soonest.
    fn make_room(&mut self, now: Instant) {
        if self.callers.len() < MAX_CALLERS {
            return;
        }
        self.callers.retain(|_, record| !record.is_over(now));
        if self.callers.len() >= MAX_CALLERS {
            let soonest = self.callers.iter().min_by_key(|(_, record)| record.until).map(|(caller, _)| caller.clone());
            soonest.and_then(|caller| self.callers.remove(&caller));
        }
    }
}

impl Record {
    fn refused(&mut self, now: Instant, before_wait: usize) {
        let over = self.is_over(now);
        self.refusals.retain(|refusal| now.saturating_duration_since(*refusal) < WINDOW);
        self.refusals.push_back(now);
        self.wait = if !self.wait.is_zero() && !over {
            // Without this the long waits themselves would carry the caller out of the ten minutes.
            self.wait.saturating_mul(2).min(LONGEST_WAIT)
        } else if self.refusals.len() >= before_wait {
            FIRST_WAIT
        } else {
            Duration::ZERO
        };
        if self.refusals.len() >= before_wait {
            self.refusals.pop_front();
        }
        self.until = self.until.max(now + self.wait);
    }

    /// Ten minutes have passed since the latest wait or refusal.
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.until) >= WINDOW
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: usize) -> CallerKey {
        CallerKey::Page(format!("https://site{number}.example").parse().unwrap())
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// The wait after each refusal of one caller that comes back as soon as it may.
    fn waits(declines_before_wait: u32, count: usize, end: PromptEnd) -> Vec<u64> {
        let mut limits = PromptLimits::new(declines_before_wait);
        let mut now = Instant::now();
        let mut waits = Vec::new();
        for _ in 0..count {
            limits.ended(&page(1), end, now);
            let wait = match limits.check(&page(1), now) {
                Err(PromptWait::CoolDown(Wait(wait))) => wait,
                Err(other) => panic!("{other}"),
                Ok(()) => Duration::ZERO,
            };
            if !wait.is_zero() {
                assert!(limits.check(&page(1), now + wait - Duration::from_millis(1)).is_err());
            }
            now += wait;
            assert_eq!(limits.check(&page(1), now), Ok(()));
            waits.push(wait.as_secs());
        }
        waits
    }

    #[test]
    fn waits_start_at_the_third_refusal_and_double_to_five_minutes_and_stay_there() {
        for end in [PromptEnd::Declined, PromptEnd::TimedOut, PromptEnd::Aborted] {
            let expected = [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300];
            assert_eq!(waits(3, 14, end), expected, "{end:?}");
        }
        assert_eq!(waits(1, 3, PromptEnd::Declined), [2, 4, 8]);
        assert_eq!(waits(0, 3, PromptEnd::Declined), [2, 4, 8]);
        assert_eq!(waits(5, 6, PromptEnd::Declined), [0, 0, 0, 0, 2, 4]);
        assert_eq!(waits(u32::MAX, 20, PromptEnd::Declined), [0; 20]);
    }

    #[test]
    fn it_is_quiet_once_nothing_would_be_answered_otherwise() {
        let mut limits = PromptLimits::new(3);
        let start = Instant::now();
        assert!(limits.is_quiet(start));
        limits.ended(&page(1), PromptEnd::Approved, start);
        assert!(!limits.is_quiet(start + seconds(1)) && limits.is_quiet(start + seconds(2)));
        limits.ended(&page(1), PromptEnd::Declined, start);
        assert!(!limits.is_quiet(start + seconds(599)) && limits.is_quiet(start + seconds(600)));
    }

    #[test]
    fn approvals_and_interruptions_cost_nothing_and_wipe_nothing_out() {
        for end in [PromptEnd::Approved, PromptEnd::Interrupted] {
            assert_eq!(waits(1, 50, end), [0; 50]);
            let mut limits = PromptLimits::new(2);
            let now = Instant::now();
            for end in [PromptEnd::Declined, end, PromptEnd::Aborted] {
                limits.ended(&page(1), end, now);
            }
            assert_eq!(limits.check(&page(1), now), Err(PromptWait::CoolDown(Wait(FIRST_WAIT))));
        }
    }

    #[test]
    fn refusals_further_apart_than_ten_minutes_do_not_add_up() {
        let start = Instant::now();
        for (at, wait) in [
            // each refusal in seconds from the start; is there a wait after the last one?
            (&[0, 1, 2][..], 2),
            (&[0, 299, 599], 2),
            (&[0, 300, 600], 0),
            (&[0, 599, 1198], 0),
            (&[0, 599, 600, 1198], 2),
            (&[0, 0, 0, 601], 4),
            // ten minutes after the end of the wait it starts anew
            (&[0, 0, 0, 602], 0),
            (&[0, 0, 0, 602, 603], 0),
            (&[0, 0, 0, 602, 603, 604], 2),
        ] {
            let mut limits = PromptLimits::new(3);
            for at in at {
                limits.ended(&page(1), PromptEnd::Declined, start + seconds(*at));
            }
            let now = start + seconds(*at.last().unwrap());
            let expected = if wait == 0 { Ok(()) } else { Err(PromptWait::CoolDown(Wait(seconds(wait)))) };
            assert_eq!(limits.check(&page(1), now), expected, "{at:?}");
        }
    }

    #[test]
    fn two_seconds_lie_between_the_prompts_of_different_callers() {
        let mut limits = PromptLimits::new(3);
        let now = Instant::now();
        assert_eq!(limits.check(&page(1), now), Ok(()));
        for end in [PromptEnd::Approved, PromptEnd::Declined, PromptEnd::Interrupted] {
            limits.ended(&page(1), end, now);
            assert_eq!(limits.check(&page(1), now), Ok(()));
            for other in [page(2), CallerKey::Programs] {
                assert_eq!(limits.check(&other, now), Err(PromptWait::OtherCaller(Wait(seconds(2)))));
                assert_eq!(limits.check(&other, now + seconds(2)), Ok(()));
            }
        }
    }

    #[test]
    fn one_callers_refusals_do_not_make_another_wait() {
        let mut limits = PromptLimits::new(1);
        let now = Instant::now();
        for _ in 0..5 {
            limits.ended(&page(1), PromptEnd::Declined, now);
        }
        assert_eq!(limits.check(&page(1), now), Err(PromptWait::CoolDown(Wait(seconds(32)))));
        assert_eq!(limits.check(&page(2), now + seconds(2)), Ok(()));
    }

    #[test]
    fn the_longer_of_two_waits_is_named() {
        let mut limits = PromptLimits::new(1);
        let now = Instant::now();
        limits.ended(&page(1), PromptEnd::Declined, now);
        limits.ended(&page(2), PromptEnd::Approved, now + seconds(1));
        let wait = limits.check(&page(1), now + seconds(1));
        assert_eq!(wait, Err(PromptWait::OtherCaller(Wait(seconds(2)))));
        limits.ended(&page(1), PromptEnd::Declined, now + seconds(1));
        limits.ended(&page(2), PromptEnd::Approved, now + seconds(1));
        let wait = limits.check(&page(1), now + seconds(1));
        assert_eq!(wait, Err(PromptWait::CoolDown(Wait(seconds(4)))));
    }

    #[test]
    fn the_memory_is_bounded_and_keeps_those_that_wait_longest() {
        let mut limits = PromptLimits::new(1);
        let now = Instant::now();
        for _ in 0..6 {
            limits.ended(&page(0), PromptEnd::Declined, now);
        }
        for number in 1..2 * MAX_CALLERS {
            limits.ended(&page(number), PromptEnd::Declined, now);
            assert!(limits.callers.len() <= MAX_CALLERS);
        }
        assert!(limits.check(&page(0), now + seconds(63)).is_err());
        // After ten quiet minutes all of them are forgotten at the next need.
        let later = now + seconds(64) + WINDOW;
        limits.ended(&page(9999), PromptEnd::Declined, later);
        assert_eq!(limits.callers.len(), 1);
    }

    #[test]
    fn refusals_of_one_caller_are_bounded_too() {
        let mut limits = PromptLimits::new(3);
        let now = Instant::now();
        for _ in 0..10_000 {
            limits.ended(&page(1), PromptEnd::Declined, now);
        }
        assert!(limits.callers[&page(1)].refusals.len() <= 3);
        assert_eq!(limits.check(&page(1), now), Err(PromptWait::CoolDown(Wait(LONGEST_WAIT))));
    }
}
