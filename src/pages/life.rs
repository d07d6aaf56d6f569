//! How far the life of an opening has come. It only goes on, never back; whoever waits is told.

use tokio::sync::watch;

/// Whether an opening still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Life {
    /// It does.
    Open,
    /// The agent is about to end: what has begun may go on, nothing more begins.
    Closing,
    /// Its secrets are void, and what was asked with them ends.
    Ended,
}

/// The life of one opening.
#[derive(Debug)]
pub struct Course(watch::Sender<Life>);

impl Default for Course {
    fn default() -> Self {
        Self(watch::Sender::new(Life::Open))
    }
}

impl Course {
    /// How far it is.
    #[must_use]
    pub fn life(&self) -> Life {
        *self.0.borrow()
    }

    /// Ends it, for good.
    pub fn end(&self) {
        self.advance(Life::Ended);
    }

    /// The agent is about to end.
    pub fn close(&self) {
        self.advance(Life::Closing);
    }

    /// Waits until it has come to `life`, or further.
    pub async fn reached(&self, life: Life) {
        // The sender is ours, so it cannot be gone.
        let _ = self.0.subscribe().wait_for(|now| *now >= life).await;
    }

    fn advance(&self, to: Life) {
        self.0.send_if_modified(|life| {
            let further = *life < to;
            if further {
                *life = to;
            }
            further
        });
    }
}
