//! `simulate`: the software card behind a virtual PC/SC reader (`vpcd`). It lies in the reader while this program runs.

use std::io::ErrorKind;
use std::net::{SocketAddr, ToSocketAddrs as _};

use clap::Args;

use super::session::{Exit, Failure, Session};
use super::software_card::HolderArgument;
use super::{clock, signals};
use crate::message;
use crate::simulator::vpcd;

/// Between two looks for the program that started this one.
#[cfg(unix)]
const LOOK_FOR_PARENT: std::time::Duration = std::time::Duration::from_millis(500);

#[derive(Args, Debug)]
pub(super) struct SimulateArguments {
    #[arg(long, value_name = "HOST:PORT")]
    vpcd: String,
    #[command(flatten)]
    holder: HolderArgument,
}

pub(super) async fn run(session: &Session, arguments: SimulateArguments) -> Result<Exit, Failure> {
    let language = session.language;
    let address = resolve(&arguments.vpcd).map_err(|why| {
        let given = &arguments.vpcd;
        let detail = why.map_or_else(|| given.clone(), |why| format!("{given}: {why}"));
        Failure::new(Exit::Usage, message!(language, "cli-simulate-address")).detail(detail)
    })?;
    let card = arguments.holder.card(clock::now()).map_err(|error| Failure::start(language, &error))?;
    session.note(&message!(language, "cli-software-card"));

    let failed = |error: &dyn std::error::Error| {
        Failure::new(Exit::Failed, message!(language, "cli-simulate-failed")).detail(format!("{address}: {error}"))
    };
    let stop = vpcd::Stop::new();
    let mut signals = signals::Signals::listen().map_err(|error| failed(&error))?;
    let (served, stopper, speaker) = (card, stop.clone(), session.clone());
    // Said once: a card that comes back after a pause of the service is no news.
    let mut said = false;
    let serving = tokio::task::spawn_blocking(move || {
        vpcd::serve(address, &served, &stopper, || {
            if !std::mem::replace(&mut said, true) {
                speaker.print(&message!(speaker.language, "cli-card-in", address = address.to_string()));
            }
        })
    });
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = &mut serving => ended,
        _ = signals.next() => {
            stop.stop();
            serving.await
        }
        () = parent_gone() => {
            stop.stop();
            serving.await
        }
    };
    match ended {
        Ok(Ok(_)) => Ok(Exit::Done),
        Ok(Err(error)) => Err(failed(&error)),
        Err(error) => Err(failed(&error)),
    }
}

/// The first address of a host and port; else the system's reason, where the form is not at fault already.
fn resolve(text: &str) -> Result<SocketAddr, Option<String>> {
    let why = |error: std::io::Error| (error.kind() != ErrorKind::InvalidInput).then(|| error.to_string());
    let mut addresses = text.to_socket_addrs().map_err(why)?;
    addresses.next().ok_or_else(|| why(ErrorKind::AddrNotAvailable.into()))
}

/// Waits until the program that started this one has ended: a card that nobody put in would keep the next one out.
#[cfg(unix)]
async fn parent_gone() {
    let parent = rustix::process::getppid();
    while rustix::process::getppid() == parent {
        tokio::time::sleep(LOOK_FOR_PARENT).await;
    }
}

#[cfg(not(unix))]
async fn parent_gone() {
    std::future::pending().await
}
