//! The agent on the network: loopback TCP, with TLS too where enabled, and the Unix socket; one task for each connection,
//! and an end in order.
//!
//! HTTP/1.1 only (RFC 9112), by hyper. A connection that has sent nothing is kept for as long as its other end likes: a
//! browser opens one before it asks its user for permission, and sends the request on it after the answer. Only a
//! request that has begun has a time limit; see `server/wire.rs`.

mod bind;
mod connection;
#[cfg(unix)]
mod socket;
mod tls;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::http::{self, HttpState, edge};
use crate::problem::Problem;
use bind::Incoming;
pub use bind::{
    BindError, BindOptions, Bound, DEFAULT_PORT, DEFAULT_TLS_PORT, FALLBACK_PORT, FALLBACK_TLS_PORT, Io, bind,
};
#[cfg(unix)]
pub use socket::{SocketError, SocketReason};
pub use tls::{LIMIT as TLS_HANDSHAKE_LIMIT, MAX_HANDSHAKES};

/// Most connections at the same time.
pub const MAX_CONNECTIONS: usize = 4096;
/// Most of them by other users of this computer, all of whose requests are refused.
pub const MAX_FOREIGN_CONNECTIONS: usize = 32;
/// How long running requests may go on after the agent was asked to end.
pub const SHUTDOWN_LIMIT: Duration = Duration::from_secs(15);
/// Pause after an accept that failed, as it does while no file descriptor is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` is ready, then ends in order: no more connections, no more prompts, running requests to
/// their end or to [`SHUTDOWN_LIMIT`], and what is left then is dropped.
///
/// Works on a runtime of one thread.
pub async fn serve(mut bound: Bound, state: HttpState, shutdown: impl Future<Output = ()>) {
    let router = http::router(state.clone());
    let (stop, stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    let foreign = Arc::new(Semaphore::new(MAX_FOREIGN_CONNECTIONS));
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(ended) = connections.join_next(), if !connections.is_empty() => report(ended),
            accepted = bound.accept() => match accepted {
                Ok((arrived, _)) if connections.len() >= MAX_CONNECTIONS => refuse(arrived),
                Ok((arrived, door)) => {
                    let connection = connection::run(arrived, door, router.clone(), stopping.clone());
                    if door.is_same_user() {
                        connections.spawn(connection);
                    } else if let Ok(place) = foreign.clone().try_acquire_owned() {
                        // They are told why they may not ask, once they do; until then they must not crowd out others.
                        connections.spawn(async move {
                            connection.await;
                            drop(place);
                        });
                    } // else: closed without a word
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    bound.close();
    state.agent().begin_shutdown();
    stop.send_replace(true);
    let finish = async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    };
    if timeout(SHUTDOWN_LIMIT, finish).await.is_err() {
        tracing::warn!(left = connections.len(), "requests still running are dropped");
        connections.shutdown().await;
    }
}

/// Says that there are too many connections, if that can be said at once.
fn refuse(arrived: Incoming) {
    tracing::warn!(limit = MAX_CONNECTIONS, "too many connections");
    let Incoming::Plain(mut io) = arrived else { return }; // nothing can be said before a handshake
    let answer = edge::closing_answer(&Problem::RateLimited { retry_after: 1 });
    let _ = io.write_all(&answer).now_or_never();
}

fn report(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "the task of a connection failed");
    }
}
