//! The openings there are now: a bounded number, each found by its id, each handed once to the one that serves it.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::Notify;
use zeroize::Zeroizing;

use super::bridge::Bridge;
use super::fresh_port::{FreshPort, origin_of};
use super::home::Home;
use super::life::{Course, Life};
use crate::origin::Origin;
use crate::sync::lock;

/// Most bridges, and most status pages, at a time, whatever has become of them.
pub const MAX_OPEN: usize = 32;
/// Most status pages that have not ended; no number of bridges takes their places.
pub const MAX_HOMES: usize = 8;
/// Most bridges that are bound to no origin yet: anybody can have so many.
pub const MAX_UNBOUND: usize = 8;
/// Most of them bound to one origin: each of its tabs may have one.
pub const MAX_PER_ORIGIN: usize = 8;

/// Names one opening while the agent runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpeningId(u64);

impl OpeningId {
    /// As a program names it.
    #[must_use]
    pub fn number(self) -> u64 {
        self.0
    }
}

/// What is opened.
#[derive(Clone, Debug)]
pub enum Opening {
    /// A bridge.
    Bridge(Arc<Bridge>),
    /// The status page.
    Home(Arc<Home>),
}

impl Opening {
    /// How far its life is.
    #[must_use]
    pub fn course(&self) -> &Course {
        match self {
            Self::Bridge(bridge) => bridge.course(),
            Self::Home(home) => home.course(),
        }
    }

    fn bridge(&self) -> Option<&Arc<Bridge>> {
        match self {
            Self::Bridge(bridge) => Some(bridge),
            Self::Home(_) => None,
        }
    }

    fn home(&self) -> Option<&Arc<Home>> {
        match self {
            Self::Home(home) => Some(home),
            Self::Bridge(_) => None,
        }
    }
}

/// An opening that nobody serves yet.
#[derive(Debug)]
pub struct Opened {
    /// Its name.
    pub id: OpeningId,
    /// Where it lives.
    pub port: FreshPort,
    /// What it is.
    pub opening: Opening,
}

/// Why a page cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There are too many already.
    #[error("too many are open")]
    TooMany,
    /// The agent is about to end.
    #[error("the agent is about to end")]
    Closing,
    /// The system has no port or randomness to give.
    #[error("no port: {0}")]
    Io(#[from] io::Error),
}

/// Why a bridge cannot be bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotBound {
    /// It is bound already.
    #[error("bound already")]
    Again,
    /// This origin has too many.
    #[error("too many for this origin")]
    TooMany,
}

/// The openings there are.
#[derive(Debug, Default)]
pub struct Openings {
    shared: Mutex<Shared>,
    waiting: Notify,
}

#[derive(Debug, Default)]
struct Shared {
    last: u64,
    open: HashMap<OpeningId, Opening>,
    unserved: VecDeque<Opened>,
    closing: bool,
}

impl Openings {
    /// Opens a bridge on a port of its own; gives the address of its document.
    ///
    /// # Errors
    /// [`OpenError`]
    pub async fn open_bridge(&self) -> Result<String, OpenError> {
        lock(&self.shared).check_room(Shared::has_room_for_a_bridge)?;
        let port = FreshPort::bind().await?;
        let bridge = Arc::new(Bridge::new().map_err(io::Error::other)?);
        let address = format!("{}{}", origin_of(port.port()), bridge.path());
        self.announce(port, Opening::Bridge(bridge), Shared::has_room_for_a_bridge)?;
        Ok(address)
    }

    /// Opens the status page on a port of its own; gives its name and its address with the one-time secret.
    ///
    /// # Errors
    /// [`OpenError`]
    pub async fn open_home(&self) -> Result<(OpeningId, Zeroizing<String>), OpenError> {
        lock(&self.shared).check_room(Shared::has_room_for_a_home)?;
        let port = FreshPort::bind().await?;
        let home = Arc::new(Home::new(Instant::now()).map_err(io::Error::other)?);
        let address = Zeroizing::new(format!("{}/#{}", origin_of(port.port()), home.secret()));
        let id = self.announce(port, Opening::Home(home), Shared::has_room_for_a_home)?;
        Ok((id, address))
    }

    /// Hands an opening to the one that serves it, if there is still room: others may have come meanwhile.
    fn announce(&self, port: FreshPort, opening: Opening, room: fn(&Shared) -> bool) -> Result<OpeningId, OpenError> {
        let mut shared = lock(&self.shared);
        shared.check_room(room)?;
        shared.last += 1;
        let id = OpeningId(shared.last);
        shared.open.insert(id, opening.clone());
        shared.unserved.push_back(Opened { id, port, opening });
        drop(shared);
        self.waiting.notify_one();
        Ok(id)
    }

    /// The next one to be served.
    pub async fn opened(&self) -> Opened {
        loop {
            if let Some(opened) = lock(&self.shared).unserved.pop_front() {
                return opened;
            }
            self.waiting.notified().await;
        }
    }

    /// The bridge of this opening, if it is still there.
    #[must_use]
    pub fn bridge(&self, id: OpeningId) -> Option<Arc<Bridge>> {
        lock(&self.shared).open.get(&id)?.bridge().cloned()
    }

    /// The status page of this opening, if it is still there.
    #[must_use]
    pub fn home(&self, id: OpeningId) -> Option<Arc<Home>> {
        lock(&self.shared).open.get(&id)?.home().cloned()
    }

    /// The status page that a program names so, if it is still there.
    #[must_use]
    pub fn home_numbered(&self, number: u64) -> Option<Arc<Home>> {
        self.home(OpeningId(number))
    }

    /// Binds a bridge to an origin, for good.
    ///
    /// # Errors
    /// [`NotBound`]
    pub fn bind(&self, bridge: &Bridge, origin: &Origin) -> Result<(), NotBound> {
        let shared = lock(&self.shared);
        if bridge.origin().is_some() {
            return Err(NotBound::Again);
        }
        let of_origin = shared.living_bridges().filter(|other| other.origin().as_ref() == Some(origin)).count();
        if of_origin >= MAX_PER_ORIGIN {
            return Err(NotBound::TooMany);
        }
        if bridge.bind(origin) { Ok(()) } else { Err(NotBound::Again) }
    }

    /// Forgets one that is over; its port is closed.
    pub fn forget(&self, id: OpeningId) {
        lock(&self.shared).open.remove(&id);
    }

    /// The agent is about to end: nothing more is opened.
    pub fn close(&self) {
        let mut shared = lock(&self.shared);
        shared.closing = true;
        shared.unserved.clear();
        shared.open.values().for_each(|opening| opening.course().close());
    }
}

impl Shared {
    /// Those that have not ended; the others still have their port for a while.
    fn living_bridges(&self) -> impl Iterator<Item = &Arc<Bridge>> {
        self.open.values().filter_map(Opening::bridge).filter(|bridge| bridge.course().life() != Life::Ended)
    }

    fn check_room(&self, room: fn(&Self) -> bool) -> Result<(), OpenError> {
        if self.closing {
            return Err(OpenError::Closing);
        }
        if room(self) { Ok(()) } else { Err(OpenError::TooMany) }
    }

    fn has_room_for_a_bridge(&self) -> bool {
        let bridges = self.open.values().filter_map(Opening::bridge).count();
        let unbound = self.living_bridges().filter(|bridge| bridge.origin().is_none()).count();
        bridges < MAX_OPEN && unbound < MAX_UNBOUND
    }

    fn has_room_for_a_home(&self) -> bool {
        let homes = || self.open.values().filter_map(Opening::home);
        let living = homes().filter(|home| home.course().life() != Life::Ended).count();
        living < MAX_HOMES && homes().count() < MAX_OPEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn their_number_is_bounded_in_every_way() {
        let openings = Openings::default();
        let origin: Origin = "https://portal.example".parse().unwrap();
        for _ in 0..MAX_UNBOUND {
            openings.open_bridge().await.unwrap();
        }
        assert!(matches!(openings.open_bridge().await, Err(OpenError::TooMany)));

        let mut served = Vec::new();
        for _ in 0..MAX_PER_ORIGIN {
            let opened = openings.opened().await;
            openings.bind(opened.opening.bridge().unwrap(), &origin).unwrap();
            assert_eq!(openings.bind(opened.opening.bridge().unwrap(), &origin), Err(NotBound::Again));
            served.push(opened);
            openings.open_bridge().await.unwrap();
        }
        let ninth = openings.opened().await;
        assert_eq!(openings.bind(ninth.opening.bridge().unwrap(), &origin), Err(NotBound::TooMany));
        openings.forget(served[0].id);
        assert_eq!(openings.bind(ninth.opening.bridge().unwrap(), &origin), Ok(()));
        assert!(openings.bridge(served[0].id).is_none() && openings.bridge(ninth.id).is_some());

        let mut number = 0;
        while openings.open_bridge().await.is_ok() {
            number += 1;
            let opened = openings.opened().await;
            openings
                .bind(opened.opening.bridge().unwrap(), &format!("https://site{number}.example").parse().unwrap())
                .unwrap();
            served.push(opened);
            assert!(number < 2 * MAX_OPEN);
        }
        assert_eq!(lock(&openings.shared).open.len(), MAX_OPEN);

        // The holder's own page has places of its own.
        for _ in 0..MAX_HOMES {
            openings.open_home().await.unwrap();
        }
        assert!(matches!(openings.open_home().await, Err(OpenError::TooMany)));
    }

    #[tokio::test]
    async fn nothing_is_opened_once_the_agent_is_about_to_end() {
        let openings = Openings::default();
        openings.open_bridge().await.unwrap();
        let opened = openings.opened().await;
        openings.close();
        assert!(matches!(openings.open_bridge().await, Err(OpenError::Closing)));
        assert_eq!(opened.opening.course().life(), Life::Closing);
    }
}
