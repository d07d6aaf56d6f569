//! Follows the agent's events for as long as the tray lives, through the agent's coming and going.
//!
//! While nobody listens on the socket, nothing is asked: the socket that is made wakes this up (inotify), and only where a
//! system gives no such sign are there pauses. An agent that is there and ends the stream is asked again after pauses that
//! grow.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, mpsc};

use super::state::StatusBody;
use crate::client::{Client, ClientError, ServerEvent};

/// The first pause after the agent was lost, or after a sign of it; each further one is twice as long. An agent shows its
/// socket a moment before it listens, so a sign alone is not enough.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Once a pause is this long without an agent, only signs count, where there are any.
const LONG_ENOUGH: Duration = Duration::from_secs(2);
/// A stream that ends sooner than this was not one: the pauses go on growing.
const STEADY: Duration = Duration::from_secs(5);

/// News of the agent.
#[derive(Debug)]
pub(super) enum News {
    /// Its status, at the beginning and at each change.
    Status(StatusBody),
    /// The card was used, or asked for.
    Used,
    /// It is not there.
    Lost(Why),
}

/// Why it is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Nobody listens.
    NoAgent,
    /// It went away, or does not talk to us.
    Ended,
}

/// Follows until nobody takes the news any more. `woken`: there may be an agent now.
pub(super) async fn follow(client: Client, socket: PathBuf, woken: Arc<Notify>, news: mpsc::UnboundedSender<News>) {
    let mut signs = signs(socket, woken.clone());
    let mut pause = FIRST_PAUSE;
    while !news.is_closed() {
        // Before the attempt, so that a socket made during it is noticed.
        let seen = signs.look_out();
        let begun = Instant::now();
        let take = |event: &ServerEvent| {
            let told = match event.name.as_str() {
                "status" => serde_json::from_slice(&event.data).ok().map(News::Status), // `None`: not ours
                "used" => Some(News::Used),
                _ => return ControlFlow::Continue(()), // what a look at the menu shows, or not of our time
            };
            told.and_then(|told| news.send(told).ok()).map_or(ControlFlow::Break(()), ControlFlow::Continue)
        };
        let why = match client.follow("/v1/events/all", take).await {
            Err(ClientError::NoAgent(_)) => Why::NoAgent,
            _ => Why::Ended,
        };
        if begun.elapsed() > STEADY {
            pause = FIRST_PAUSE;
        }
        if news.send(News::Lost(why)).is_err() {
            return;
        }
        if seen && why == Why::NoAgent && pause > LONG_ENOUGH {
            woken.notified().await;
            pause = FIRST_PAUSE;
        } else {
            tokio::select! {
                () = woken.notified() => pause = FIRST_PAUSE,
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            }
        }
    }
}

#[cfg(target_os = "linux")]
fn signs(socket: PathBuf, woken: Arc<Notify>) -> impl LookOut {
    crate::reader::signs::SocketSigns::at(socket, Box::new(move || woken.notify_one()))
}

#[cfg(not(target_os = "linux"))]
fn signs(_socket: PathBuf, _woken: Arc<Notify>) -> impl LookOut {
    NoSigns
}

/// Signs of a socket that comes.
trait LookOut {
    /// Sees to it that they are noticed from now on; `false` if they are not.
    fn look_out(&mut self) -> bool;
}

#[cfg(target_os = "linux")]
impl LookOut for Option<crate::reader::signs::SocketSigns> {
    fn look_out(&mut self) -> bool {
        use crate::reader::SignsOfLife as _;
        self.as_mut().is_some_and(|signs| signs.look_out())
    }
}

/// On a system whose signs are not looked at.
#[cfg(not(target_os = "linux"))]
struct NoSigns;

#[cfg(not(target_os = "linux"))]
impl LookOut for NoSigns {
    fn look_out(&mut self) -> bool {
        false
    }
}
