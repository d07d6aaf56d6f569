//! The connections of one listener: how many there may be, and their end.

use std::sync::Arc;

use axum::Router;
use futures_util::FutureExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::bind::Incoming;
use super::connection;
use crate::http::{Door, edge};
use crate::problem::Problem;

/// Those there are now, each a task.
pub(super) struct Connections {
    router: Router,
    stopping: watch::Receiver<bool>,
    tasks: JoinSet<()>,
    limit: usize,
    foreign: Arc<Semaphore>,
}

impl Connections {
    /// Up to `limit` at the same time, of them `foreign` by other users of this computer, all of whose requests are
    /// refused.
    pub(super) fn new(router: Router, stopping: watch::Receiver<bool>, limit: usize, foreign: usize) -> Self {
        Self { router, stopping, tasks: JoinSet::new(), limit, foreign: Arc::new(Semaphore::new(foreign)) }
    }

    /// Is there none?
    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Serves one more, if there is room.
    pub(super) fn take(&mut self, arrived: Incoming, door: Door) {
        if self.tasks.len() >= self.limit {
            return refuse(arrived, self.limit);
        }
        let connection = connection::run(arrived, door, self.router.clone(), self.stopping.clone());
        if door.is_same_user() {
            self.tasks.spawn(connection);
        } else if let Ok(place) = self.foreign.clone().try_acquire_owned() {
            // They are told why they may not ask, once they do; until then they must not crowd out others.
            self.tasks.spawn(async move {
                connection.await;
                drop(place);
            });
        } // else: closed without a word
    }

    /// Waits for the end of one; for ever if there is none.
    pub(super) async fn one_ended(&mut self) {
        match self.tasks.join_next().await {
            Some(ended) => report(ended),
            None => std::future::pending().await,
        }
    }

    /// Waits for the end of all.
    pub(super) async fn finish(&mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            report(ended);
        }
    }

    /// Drops those that are left; gives their number.
    pub(super) async fn drop_all(&mut self) -> usize {
        let left = self.tasks.len();
        self.tasks.shutdown().await;
        left
    }
}

/// Says that there are too many connections, if that can be said at once.
fn refuse(arrived: Incoming, limit: usize) {
    tracing::warn!(limit, "too many connections");
    let Incoming::Plain(mut io) = arrived else { return }; // nothing can be said before a handshake
    let answer = edge::closing_answer(&Problem::RateLimited { retry_after: 1 });
    let _ = io.write_all(&answer).now_or_never();
}

/// Says what should not have happened.
pub(super) fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "the task of a connection failed");
    }
}
