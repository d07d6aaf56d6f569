//! The way a request came in, and what its peer proves about itself (`api-contract` sections 1 and 2).

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::seat;
use crate::consent::ProgramIdentity;
use crate::problem::Problem;

/// The listener a connection came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// TCP on 127.0.0.1.
    Tcp {
        /// The agent's port.
        port: u16,
    },
    /// The Unix socket.
    Socket {
        /// Who is at the other end; `None` if the system did not say.
        peer: Option<Peer>,
    },
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
    pub fn of(door: Door, headers: &HeaderMap) -> Result<Self, Problem> {
        match door {
            Door::Socket { peer: Some(peer) } => Ok(Self::Socket(peer)),
            Door::Socket { peer: None } => Err(Problem::CallerUnidentified),
            Door::Tcp { .. } => Self::of_token(headers),
        }
    }

    /// The bearer token of RFC 6750. No token has been handed out to anybody, so every one is wrong.
    fn of_token(headers: &HeaderMap) -> Result<Self, Problem> {
        if headers.contains_key(header::AUTHORIZATION) {
            tracing::info!("a program sent a token this agent has not handed out");
        }
        Err(Problem::CallerUnidentified)
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

impl<S: Sync> FromRequestParts<S> for Door {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().copied().ok_or(Problem::PeerNotAllowed)
    }
}
