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
//! tried again an hour later.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::sleep;

use super::Agent;
use crate::notices::{Notice, Notices};

/// The shortest nap, unless there is something to tell sooner; also the time to the next attempt.
const HOUR: Duration = Duration::from_secs(3600);
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
            let nap = if self.tell(notices).await {
                let now = self.now();
                self.reminders.next_due(now).map(|due| nap(now, due))
            } else {
                Some(HOUR)
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

    /// Tells what is due. `false` if something could not be told now.
    async fn tell(&self, notices: &dyn Notices) -> bool {
        let tellings = self.reminders.tellings(self.now());
        if tellings.is_empty() {
            return true;
        }
        if self.session_lock.is_locked().await {
            tracing::debug!("no reminder: the session is locked");
            return false;
        }
        let mut all = true;
        for telling in tellings {
            let notice = Notice::Reminder { reminders: telling.reminders(), simulated: telling.simulated };
            if notices.deliver(notice).await {
                self.reminders.told(&telling, self.now());
            } else {
                all = false;
            }
        }
        all
    }
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
