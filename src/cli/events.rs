//! `events`: prints the status, and again at each change of reader or card, until it is asked to end.

use std::ops::ControlFlow;

use serde_json::Value;

use super::ask::tell_readers;
use super::session::{Exit, Failure, Session};
use super::signals::Signals;
use crate::client::{Followed, ServerEvent};
use crate::message;

pub(super) async fn run(session: &Session) -> Result<Exit, Failure> {
    let language = session.language;
    let mut signals = Signals::listen().map_err(|error| Failure::start(language, &error))?;
    let client = session.client()?;
    let print = |event: &ServerEvent| match told(session, &event.data) {
        Some(line) => {
            session.print(&line);
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(Failure::odd_answer(language)),
    };
    tokio::select! {
        followed = client.follow("/v1/events", print) => Err(match followed {
            Ok(Followed::Ended) => {
                let failure = Failure::new(Exit::NoAgent, message!(language, "cli-agent-ended"));
                failure.remedy(message!(language, "cli-no-agent-remedy"))
            }
            Ok(Followed::Refused(answer)) => Failure::problem(language, answer),
            Ok(Followed::Stopped(failure)) => failure,
            Err(error) => Failure::unanswered(language, error),
        }),
        _ = signals.next() => Ok(Exit::Done),
        () = output_closed() => Ok(Exit::Done),
    }
}

/// One line for a person or a program.
fn told(session: &Session, data: &[u8]) -> Option<String> {
    let status: Value = serde_json::from_slice(data).ok()?;
    if session.json {
        // As it came, which is one line.
        return String::from_utf8(data.to_vec()).ok().filter(|text| !text.contains('\n'));
    }
    Some(tell_readers(session.language, &status)?.join("; "))
}

/// Waits until nobody reads what is printed any more, as after `| head -1`: without it that would be noticed at the
/// next change only, and that may never come.
#[cfg(unix)]
async fn output_closed() {
    use std::os::fd::AsFd as _;

    use tokio::io::Interest;
    use tokio::net::unix::pipe::Sender;

    // Only watched, never written to by this name, so it may stay as it is. A file cannot be watched, and is never
    // closed.
    if let Ok(output) = std::io::stdout().as_fd().try_clone_to_owned()
        && let Ok(output) = Sender::from_owned_fd_unchecked(output)
        && output.ready(Interest::ERROR).await.is_ok()
    {
        return;
    }
    std::future::pending().await
}

#[cfg(not(unix))]
async fn output_closed() {
    std::future::pending().await
}
