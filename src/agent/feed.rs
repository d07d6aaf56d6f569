//! The status for those who listen: looked up once per change, however many listen, and not at all if nobody does.
//!
//! One task serves all listeners and ends with the last of them. Nothing is queued: a listener that is late gets the
//! latest status and never the ones between, so a slow one costs no memory and holds up nobody.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

use super::{Agent, CardState, StatusReport};
use crate::sync::lock;

/// Changes that follow one another within this time are one: a reader that is plugged in comes in several steps, and a
/// card bounces.
const SETTLE: Duration = Duration::from_millis(50);
/// Between two looks at a card that another program holds: nobody is told when it is let go. Such a look is an attempt
/// to open the card and sends no command.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

type Latest = Option<Arc<StatusReport>>;

/// Follows the status; listens until dropped.
#[derive(Debug)]
pub struct StatusFeed {
    latest: watch::Receiver<Latest>,
    _running: Arc<Running>,
}

/// The task behind all listeners.
#[derive(Debug)]
pub(super) struct Running {
    /// Nothing of it was ever looked at, so that each copy begins with the status there is.
    latest: watch::Receiver<Latest>,
    task: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl StatusFeed {
    /// The status: at once the first time, later when it has become another. `None` if there will be none any more.
    ///
    /// Nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Arc<StatusReport>> {
        loop {
            self.latest.changed().await.ok()?;
            if let Some(report) = self.latest.borrow_and_update().clone() {
                return Some(report);
            }
        }
    }
}

impl Agent {
    /// Listens to the status. Must be called within the runtime.
    #[must_use]
    pub fn status_feed(self: &Arc<Self>) -> StatusFeed {
        let mut known = lock(&self.feed);
        let running = known.upgrade().unwrap_or_else(|| {
            let (sender, latest) = watch::channel(None);
            let task = tokio::spawn(publish(self.clone(), sender)).abort_handle();
            Arc::new(Running { latest, task })
        });
        *known = Arc::downgrade(&running);
        StatusFeed { latest: running.latest.clone(), _running: running }
    }
}

async fn publish(agent: Arc<Agent>, latest: watch::Sender<Latest>) {
    let mut changes = agent.readers().changes();
    loop {
        // Noted before the look: what changes during it is looked at again.
        changes.mark_unchanged();
        let report = agent.status().await;
        let may_be_let_go = report.readers.iter().any(|reader| reader.card == CardState::Busy);
        latest.send_if_modified(|known| {
            let news = known.as_deref() != Some(&report);
            if news {
                *known = Some(Arc::new(report));
            }
            news
        });
        let changed = match may_be_let_go {
            false => changes.changed().await,
            true => match timeout(LOOK_AGAIN, changes.changed()).await {
                Ok(changed) => changed,
                Err(_) => continue,
            },
        };
        if changed.is_err() {
            return;
        }
        sleep(SETTLE).await;
    }
}
