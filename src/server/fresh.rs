//! Serving one opening of one of the agent's own pages, on its port, for as long as it lasts.

use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::time::sleep;

use super::ACCEPT_PAUSE;
use super::bind::{Incoming, owner};
use super::connection::stopped;
use super::connections::Connections;
use crate::gatekeeper::Gatekeeper;
use crate::http::{self, Door, HttpState};
use crate::pages::{Bridge, FreshPort, Life, Opened, Opening, OpeningId};

/// So long a bridge may take until its document is there and bound to an origin.
const OPENING_LIMIT: Duration = Duration::from_secs(30);
/// So long the port of one that has ended stays, for the last answer and for a window that is loaded anew.
const LINGER: Duration = Duration::from_secs(10);
/// Most connections at the same time; a browser has six for one port.
const MAX_CONNECTIONS: usize = 16;
/// Most of them by other users of this computer, who are told why they may not ask.
const MAX_FOREIGN_CONNECTIONS: usize = 4;

/// Serves it until it has ended, or until `stopping`: then to the end of what has begun.
pub(super) async fn run(opened: Opened, state: HttpState, mut stopping: watch::Receiver<bool>) {
    let Opened { id, port, opening } = opened;
    let router = match &opening {
        Opening::Bridge(_) => http::bridge_router(state.clone()),
        Opening::Home(_) => http::home_router(state.clone()),
    };
    let mut connections = Connections::new(router, stopping.clone(), MAX_CONNECTIONS, MAX_FOREIGN_CONNECTIONS);
    let in_order = tokio::select! {
        () = accept(&port, id, &mut connections) => false, // never
        () = lifetime(&opening, state.gatekeeper()) => false,
        () = stopped(&mut stopping) => true,
    };
    drop(port);
    if in_order {
        opening.course().close();
        connections.finish().await;
    }
    connections.drop_all().await;
    opening.course().end();
    state.openings().forget(id);
}

async fn accept(port: &FreshPort, opening: OpeningId, connections: &mut Connections) {
    loop {
        tokio::select! {
            () = connections.one_ended() => {}
            accepted = port.accept() => match accepted {
                Ok((stream, from)) => {
                    let _ = stream.set_nodelay(true);
                    let owner = owner(&stream, from);
                    connections.take(Incoming::Plain(Box::new(stream)), Door::Fresh { port: port.port(), owner, opening });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection to a page of the agent's could not be accepted");
                    sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
}

/// Until it has ended by itself, or nobody needs it any more; and a little longer.
async fn lifetime(opening: &Opening, gatekeeper: &Gatekeeper) {
    tokio::select! {
        () = opening.course().reached(Life::Ended) => {}
        why = not_needed_any_more(opening, gatekeeper) => tracing::info!("a page of the agent's is closed: {why}"),
    }
    opening.course().end();
    sleep(LINGER).await;
}

async fn not_needed_any_more(opening: &Opening, gatekeeper: &Gatekeeper) -> &'static str {
    match opening {
        Opening::Home(home) => {
            home.forsaken().await;
            "nobody looks at it"
        }
        Opening::Bridge(bridge) => tokio::select! {
            () = came_to_nothing(bridge) => "a bridge that nobody used",
            () = not_allowed_any_more(bridge, gatekeeper) => "a bridge whose origin may not ask any more",
        },
    }
}

async fn came_to_nothing(bridge: &Bridge) {
    sleep(OPENING_LIMIT).await;
    if bridge.is_settled() {
        std::future::pending().await
    }
}

async fn not_allowed_any_more(bridge: &Bridge, gatekeeper: &Gatekeeper) {
    let mut changes = gatekeeper.origins().subscribe();
    loop {
        // Whatever changed, and also if some changes went by: the list itself is looked at.
        if let Err(RecvError::Closed) = changes.recv().await {
            return std::future::pending().await;
        }
        if bridge.origin().is_some_and(|origin| gatekeeper.scopes(&origin).is_none()) {
            return;
        }
    }
}
