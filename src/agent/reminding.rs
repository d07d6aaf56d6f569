//! Tells the holder in time: one task that sleeps until there is something to tell.
//!
//! **When a card is seen.** No command is sent for a reminder. The authentication certificate is read once per insertion,
//! by the first request that looks at the card or asks for certificates; that is when its dates are known, and this task
//! hears of it. A card that merely lies in a reader is not asked. Cards that are kept (`reminders/kept.rs`) need no reader.
//!
//! **No timer without need.** With nothing that can become due there is none. Else the task sleeps to the next moment
//! at which something can, in naps: the clock by which a program sleeps stands still while the computer sleeps, so after
//! each nap the time of day is looked at. A nap is an hour at least (or to that moment), a day at most.
//!
//! While the session is locked nothing is shown, and where the desktop does not take a notice it is not told: both are
//! tried again an hour later, and so is whatever is still due after it was told. After each telling there is a minute's
//! rest: no fault in what is remembered can make this a flood. Behind a lock the agent does not end for lack of use:
//! somebody will come back to that screen, and by then nothing might start it. Without a desktop it does.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::sleep;

use super::Agent;
use crate::notices::{Notice, Notices};

/// The shortest nap, unless there is something to tell sooner; also the time to the next attempt.
const HOUR: Duration = Duration::from_secs(3600);
/// The rest after a telling, whatever comes meanwhile.
const REST: Duration = Duration::from_secs(60);
/// The longest nap.
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Agent {
    /// Shows reminders through `notices` until the agent is about to end. Must be called within the runtime.
    pub async fn remind(self: Arc<Self>, notices: Arc<dyn Notices>) {
        let mut stopping = self.stopping();
        let mut changes = self.reminders.changes();
        tokio::select! {
            () = self.remind_for_ever(&*notices, &mut changes) => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
        }
    }

    async fn remind_for_ever(&self, notices: &dyn Notices, changes: &mut watch::Receiver<u64>) {
        loop {
            changes.mark_unchanged();
            let nap = match self.tell(notices).await {
                Telling::Nothing => self.nap(REST),
                Telling::All => {
                    sleep(REST).await;
                    self.nap(HOUR)
                }
                Telling::NotNow => Some(HOUR),
            };
            let wake = async {
                match nap {
                    Some(nap) => sleep(nap).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = wake => {}
                changed = changes.changed() => if changed.is_err() { return },
            }
        }
    }

    /// How long to sleep now; `None`: nothing can become due. `overdue`: if something is due at this moment.
    fn nap(&self, overdue: Duration) -> Option<Duration> {
        let now = self.now();
        self.reminders.next_due(now).map(|due| if due <= now { overdue } else { nap(now, due) })
    }

    /// Tells what is due.
    async fn tell(&self, notices: &dyn Notices) -> Telling {
        let tellings = self.reminders.tellings(self.now());
        let locked = !tellings.is_empty() && self.session_lock.is_locked().await;
        self.waits_for_unlock.store(locked, Ordering::Relaxed);
        if tellings.is_empty() {
            return Telling::Nothing;
        }
        if locked {
            tracing::debug!("no reminder: the session is locked");
            return Telling::NotNow;
        }
        let mut outcome = Telling::All;
        for telling in tellings {
            let notice = Notice::Reminder { reminders: telling.reminders(), simulated: telling.simulated };
            if notices.deliver(notice).await {
                self.reminders.told(&telling, self.now());
            } else {
                outcome = Telling::NotNow;
            }
        }
        outcome
    }
}

/// How telling went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Telling {
    /// There was nothing to tell.
    Nothing,
    /// All of it was told.
    All,
    /// Some of it could not be.
    NotNow,
}

/// How long to sleep at once towards `due`: shorter the nearer it is, since meanwhile the computer may sleep longer.
fn nap(now: Timestamp, due: Timestamp) -> Duration {
    let left = Duration::try_from(due.duration_since(now)).unwrap_or_default();
    let step = (left / 24).clamp(HOUR, DAY);
    step.min(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn naps_are_an_hour_to_a_day_and_never_past_the_moment() {
        let now: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        for (left, expected) in [
            (Duration::ZERO, Duration::ZERO),
            (Duration::from_secs(90), Duration::from_secs(90)),
            (hours(1), hours(1)),
            (hours(20), hours(1)),
            (hours(48), hours(2)),
            (hours(24 * 24), hours(24)),
            (hours(24 * 1500), hours(24)),
        ] {
            assert_eq!(nap(now, now + left), expected, "{left:?}");
        }
        assert_eq!(nap(now, now - hours(5)), Duration::ZERO, "the clock was set forward meanwhile");
    }
}
