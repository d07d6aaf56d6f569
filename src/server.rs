//! The agent on the network: loopback TCP, with TLS too where enabled, and the Unix socket; one task for each connection,
//! and an end in order.
//!
//! HTTP/1.1 only (RFC 9112), by hyper. A connection that has sent nothing is kept for as long as its other end likes: a
//! browser opens one before it asks its user for permission, and sends the request on it after the answer. Only a
//! request that has begun has a time limit; see `server/wire.rs`.

mod bind;
mod connection;
mod connections;
mod fresh;
#[cfg(unix)]
mod inherited;
#[cfg(unix)]
mod socket;
mod tls;
mod wire;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::http::{self, HttpState};
#[cfg(unix)]
pub use bind::bind_inherited;
pub use bind::{
    BindError, BindOptions, Bound, DEFAULT_PORT, DEFAULT_TLS_PORT, FALLBACK_PORT, FALLBACK_TLS_PORT, Io, bind,
};
#[cfg(unix)]
pub use inherited::{Inherited, InheritedError};
#[cfg(unix)]
pub use socket::{SocketError, SocketReason};
pub use tls::{LIMIT as TLS_HANDSHAKE_LIMIT, MAX_HANDSHAKES};

use connections::{Connections, report};

/// Most connections at the same time.
pub const MAX_CONNECTIONS: usize = 4096;
/// Most of them by other users of this computer, all of whose requests are refused.
pub const MAX_FOREIGN_CONNECTIONS: usize = 32;
/// How long running requests may go on after the agent was asked to end.
pub const SHUTDOWN_LIMIT: Duration = Duration::from_secs(15);
/// Pause after an accept that failed, as it does while no file descriptor is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Between two looks at whether an unused agent still keeps something.
const IDLE_LOOK: Duration = Duration::from_secs(10);

/// Serves until `shutdown` is ready, then ends in order: no more connections, no more prompts, running requests to
/// their end or to [`SHUTDOWN_LIMIT`], and what is left then is dropped.
///
/// With [`Bound::with_idle_exit`] it ends by itself, too. What connects meanwhile is not lost: a connection is either
/// accepted, and served, or waits in the socket that the service manager keeps.
///
/// Works on a runtime of one thread.
pub async fn serve(mut bound: Bound, state: HttpState, shutdown: impl Future<Output = ()>) {
    let router = http::router(state.clone());
    let (stop, stopping) = watch::channel(false);
    let mut connections = Connections::new(router, stopping.clone(), MAX_CONNECTIONS, MAX_FOREIGN_CONNECTIONS);
    let mut pages = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    let idle_exit = bound.idle_exit();
    let mut last_use = Instant::now();
    let mut look_at = last_use;
    loop {
        let unused = connections.is_empty() && pages.is_empty();
        if let Some(after) = idle_exit {
            look_at = look_at.max(last_use + after);
        }
        tokio::select! {
            () = &mut shutdown => break,
            () = connections.one_ended() => last_use = Instant::now(),
            Some(ended) = pages.join_next(), if !pages.is_empty() => {
                report(ended);
                last_use = Instant::now();
            }
            () = sleep_until(look_at), if unused && idle_exit.is_some() => {
                if state.agent().keeps_nothing() {
                    tracing::info!("ending, since nobody uses the agent; the next request starts it again");
                    break;
                }
                look_at = Instant::now() + IDLE_LOOK;
            }
            opened = state.openings().opened() => {
                pages.spawn(fresh::run(opened, state.clone(), stopping.clone()));
            }
            accepted = bound.accept() => match accepted {
                Ok((arrived, door)) => connections.take(arrived, door),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    bound.close();
    state.agent().begin_shutdown();
    state.openings().close();
    stop.send_replace(true);
    let finish = async {
        connections.finish().await;
        while let Some(ended) = pages.join_next().await {
            report(ended);
        }
    };
    if timeout(SHUTDOWN_LIMIT, finish).await.is_err() {
        pages.shutdown().await;
        let left = connections.drop_all().await;
        tracing::warn!(left, "requests still running are dropped");
    }
}
