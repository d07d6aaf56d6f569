//! The way a request came in, and what its peer proves about itself (`api-contract` sections 1 and 2).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::seat;
use crate::consent::ProgramIdentity;
use crate::gatekeeper::Gatekeeper;
use crate::pages::OpeningId;
use crate::peer;
use crate::problem::Problem;

/// The listener a connection came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// TCP on 127.0.0.1.
    Tcp {
        /// The agent's port.
        port: u16,
        /// The user who opened the other end, by the system's word when the connection was accepted; `None` if it did
        /// not say.
        owner: Option<u32>,
    },
    /// TCP on 127.0.0.1 with TLS; nothing more is proved by it.
    Tls {
        /// The agent's port for TLS.
        port: u16,
        /// As with [`Self::Tcp`].
        owner: Option<u32>,
    },
    /// TCP on 127.0.0.1, a port made for one opening of one of the agent's own pages.
    Fresh {
        /// That port.
        port: u16,
        /// As with [`Self::Tcp`].
        owner: Option<u32>,
        /// Which opening.
        opening: OpeningId,
    },
    /// The Unix socket.
    Socket {
        /// Who is at the other end; `None` if the system did not say.
        peer: Option<Peer>,
    },
}

impl Door {
    /// Gate 1: is the other end this user's own? What the system does not say is not; only where it can never say who
    /// owns a TCP connection ([`peer::SUPPORTED`]) is every one let in, to be stopped by the gates behind.
    #[must_use]
    pub fn is_same_user(self) -> bool {
        match self {
            Self::Tcp { owner, .. } | Self::Tls { owner, .. } | Self::Fresh { owner, .. } => {
                !peer::SUPPORTED || owner.is_some_and(peer::is_allowed)
            }
            Self::Socket { peer } => peer.is_some_and(|peer| peer::is_allowed(peer.uid)),
        }
    }
}

/// Who is at the other end of a Unix socket, by the system's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// User id.
    pub uid: u32,
    /// Process id, where the system tells it.
    pub pid: Option<i32>,
}

/// The user of this process; `None` where the system has no such ids.
#[must_use]
pub fn own_uid() -> Option<u32> {
    #[cfg(unix)]
    return Some(rustix::process::geteuid().as_raw());
    #[cfg(not(unix))]
    None
}

/// What shows that a request without `Origin` comes from a program of this user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It came by the socket, whose peer was checked before.
    Socket(Peer),
    /// It came by TCP and knows the token of this start.
    Token,
}

impl Proof {
    /// The proof a request carries.
    ///
    /// # Errors
    /// [`Problem::CallerUnidentified`] if there is none, or a wrong one.
    pub fn of(door: Door, headers: &HeaderMap, gatekeeper: &Gatekeeper) -> Result<Self, Problem> {
        match door {
            Door::Socket { peer: Some(peer) } => Ok(Self::Socket(peer)),
            Door::Socket { peer: None } => Err(Problem::CallerUnidentified),
            Door::Tcp { .. } | Door::Tls { .. } => Self::of_token(headers, gatekeeper),
            // There only tickets and the status page's token count; see `super::bridge`, `super::home`.
            Door::Fresh { .. } => Err(Problem::CallerUnidentified),
        }
    }

    /// The bearer token, and the right one.
    fn of_token(headers: &HeaderMap, gatekeeper: &Gatekeeper) -> Result<Self, Problem> {
        match bearer_token(headers) {
            None => Err(Problem::CallerUnidentified),
            Some(token) if gatekeeper.knows_token(token) => Ok(Self::Token),
            Some(_) => {
                tracing::info!("a program sent a token that is not the one of this start");
                Err(Problem::CallerUnidentified)
            }
        }
    }

    /// What is known of the program.
    #[must_use]
    pub fn identity(&self) -> ProgramIdentity {
        match self {
            Self::Socket(peer) => seat::program(*peer),
            Self::Token => ProgramIdentity::default(),
        }
    }
}

/// What stands in exactly one `Authorization: Bearer` (RFC 6750, 2.1); empty for another scheme.
pub(super) fn bearer_token(headers: &HeaderMap) -> Option<&[u8]> {
    let mut credentials = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(one), None) = (credentials.next(), credentials.next()) else { return None };
    Some(bearer(one.as_bytes()).unwrap_or_default())
}

/// The token of `Bearer TOKEN`; the scheme's letters may be of either case (RFC 9110, 11.1).
fn bearer(credentials: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = credentials.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| rest.trim_ascii_start())
}

impl<S: Sync> FromRequestParts<S> for Door {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().copied().ok_or(Problem::PeerNotAllowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_scheme_is_a_bearers() {
        for (credentials, token) in [
            ("Bearer abc", Some("abc")),
            ("bEARER  abc", Some("abc")),
            ("Bearer ", Some("")),
            ("Bearer", None),
            ("Bearerabc", None),
            ("Basic abc", None),
            ("abc", None),
            ("", None),
        ] {
            assert_eq!(bearer(credentials.as_bytes()), token.map(str::as_bytes), "{credentials:?}");
        }
    }

    #[test]
    fn what_the_system_does_not_say_is_not_this_user() {
        let own = own_uid();
        let tcp = |owner| {
            let [plain, tls] = [Door::Tcp { port: 1, owner }, Door::Tls { port: 2, owner }].map(Door::is_same_user);
            assert_eq!(plain, tls, "{owner:?}");
            plain
        };
        let socket = |uid: Option<u32>| Door::Socket { peer: uid.map(|uid| Peer { uid, pid: None }) }.is_same_user();
        assert!(!socket(None) && socket(own) == own.is_some());
        assert_eq!(tcp(None), !peer::SUPPORTED);
        assert!(tcp(own));
        let others = [0, 1, 65534, u32::MAX].into_iter().filter(|uid| Some(*uid) != own);
        for other in others {
            assert!(tcp(Some(other)) != peer::SUPPORTED && !socket(Some(other)), "{other}");
        }
    }
}
