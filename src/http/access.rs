//! The gates before the schema, in the contract's order (`api-contract` section 2): peer (1) and host (2) here, size
//! and time (3) in [`super::limits`], method and path (4) by the router, then caller and scope (5), fetch mode (6),
//! content type (7) and the count of requests (8) here again. No card command is sent before all of them are passed.

use std::time::Instant;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::Next;
use axum::response::Response;

use super::cors::OriginHeader;
use super::door::Proof;
use super::{Door, HttpState, cors, seat};
use crate::agent::Caller;
use crate::consent::{Asker, ProgramIdentity, Seat};
use crate::limits::{CallerKey, Place};
use crate::origin::{Origin, Scope, Scopes};
use crate::pages::Opening;
use crate::problem::Problem;

/// What a route wants of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// This scope.
    Scope(Scope),
    /// Whatever scope, or a program.
    AnyScope,
    /// A program on the socket.
    Socket,
    /// A program on the socket, or the agent's own page.
    Own,
}

impl Wants {
    /// Could an origin be given what is wanted?
    fn can_be_given(self) -> bool {
        matches!(self, Self::Scope(_) | Self::AnyScope)
    }
}

/// A caller that passed gate 5.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// Who it is, for prompts.
    pub caller: Caller,
    /// What it may ask.
    pub scopes: Scopes,
    /// Is it the agent's own page?
    pub is_own_page: bool,
}

impl Admitted {
    /// Whose requests and streams count together with its own. Its prompts count as those of programs: a program can open
    /// the page.
    #[must_use]
    pub fn key(&self) -> CallerKey {
        if self.is_own_page { CallerKey::OwnPages } else { CallerKey::from(&self.caller.asker) }
    }
}

/// Gates 1 and 2.
///
/// # Errors
/// [`Problem::PeerNotAllowed`], [`Problem::HostNotAllowed`].
pub async fn peer_and_host(door: Door, request: Request, next: Next) -> Result<Response, Problem> {
    if !door.is_same_user() {
        return Err(Problem::PeerNotAllowed);
    }
    if !is_ours(door, request.uri(), request.headers()) {
        return Err(Problem::HostNotAllowed);
    }
    Ok(next.run(request).await)
}

/// Exactly one `Host`, and it is ours. A target in absolute form (RFC 9112, 3.2.2) must say the same.
#[must_use]
pub fn is_ours(door: Door, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
    let named = |host: &[u8]| match door {
        Door::Tcp { port, .. } | Door::Tls { port, .. } | Door::Fresh { port, .. } => {
            host == format!("127.0.0.1:{port}").as_bytes()
        }
        Door::Socket { .. } => is_socket_host(host),
    };
    let scheme = if matches!(door, Door::Tls { .. }) { "https" } else { "http" };
    named(host.as_bytes())
        && uri.authority().is_none_or(|authority| named(authority.as_str().as_bytes()))
        && uri.scheme_str().is_none_or(|named| named == scheme)
}

/// `localhost` or `127.0.0.1`, with or without a port.
fn is_socket_host(host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    matches!(name, "localhost" | "127.0.0.1") && port.is_none_or(is_port)
}

/// Gates 5 to 8, before one route.
///
/// # Errors
/// The [`Problem`] of the first gate that is not passed.
pub async fn guard(
    State((state, wants)): State<(HttpState, Wants)>,
    door: Door,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let admitted = admit(&state, door, &request, wants)?;
    check_fetch_mode(request.headers())?;
    if matches!(*request.method(), Method::POST | Method::PUT) {
        check_content_type(request.headers())?;
    }
    let _place = count(&state, &admitted.key())?;
    request.extensions_mut().insert(admitted);
    Ok(next.run(request).await)
}

/// Gate 8. The request is at work until the place is dropped.
pub(super) fn count(state: &HttpState, caller: &CallerKey) -> Result<Place, Problem> {
    let counted = state.gatekeeper.count(caller, Instant::now());
    counted.map_err(|wait| Problem::RateLimited { retry_after: wait.retry_after_seconds() })
}

/// Gate 5: an origin that may ask this, or a program's proof; never neither.
fn admit(state: &HttpState, door: Door, request: &Request, wants: Wants) -> Result<Admitted, Problem> {
    let headers = request.headers();
    let admitted = match (door, OriginHeader::of(headers)) {
        // Whatever the own origin of the agent's pages is; that was looked at before, and what proves which page it is.
        (Door::Fresh { .. }, _) => match request.extensions().get::<Opening>() {
            Some(Opening::Home(_)) => Admitted { caller: the_agent_itself(), scopes: Scopes::all(), is_own_page: true },
            Some(Opening::Bridge(bridge)) => {
                let origin = bridge.origin().ok_or(Problem::CallerUnidentified)?;
                admit_page(state, door, headers, origin, wants)?
            }
            None => return Err(Problem::CallerUnidentified),
        },
        (_, OriginHeader::Unacceptable) => return Err(Problem::OriginNotAllowed),
        (_, OriginHeader::Page(origin)) => admit_page(state, door, headers, origin, wants)?,
        (_, OriginHeader::Absent) => {
            let proof = Proof::of(door, headers, &state.gatekeeper)?;
            let seat = match &proof {
                Proof::Socket(peer) => seat::read(headers, *peer)?,
                Proof::Token => Seat::default(),
            };
            let caller = Caller { asker: Asker::Program(proof.identity()), seat };
            Admitted { caller, scopes: Scopes::all(), is_own_page: false }
        }
    };
    let is_program = matches!(admitted.caller.asker, Asker::Program(_));
    let allowed = match wants {
        Wants::Scope(scope) => admitted.scopes.contains(scope),
        Wants::AnyScope => admitted.scopes.iter().next().is_some(),
        Wants::Socket => is_program && matches!(door, Door::Socket { .. }),
        Wants::Own => is_program && matches!(door, Door::Socket { .. } | Door::Fresh { .. }),
    };
    if allowed { Ok(admitted) } else { Err(Problem::ScopeNotAllowed) }
}

/// Who asks on the status page: the agent, for the person who looks at it.
fn the_agent_itself() -> Caller {
    let program =
        ProgramIdentity { pid: i32::try_from(std::process::id()).ok(), name: Some(env!("CARGO_PKG_NAME").to_owned()) };
    Caller { asker: Asker::Program(program), seat: Seat::default() }
}

/// A page of `origin`, with the scopes it has now.
fn admit_page(
    state: &HttpState,
    door: Door,
    headers: &HeaderMap,
    origin: Origin,
    wants: Wants,
) -> Result<Admitted, Problem> {
    let Some(scopes) = state.gatekeeper.scopes(&origin) else {
        if wants.can_be_given() && cors::is_cors(headers) {
            cors::remember_refused(state, door, &origin);
        }
        return Err(Problem::OriginNotAllowed);
    };
    let caller = Caller { asker: Asker::Page(origin), seat: Seat::default() };
    Ok(Admitted { caller, scopes, is_own_page: false })
}

/// Gate 6: navigations, forms and `no-cors` requests are no requests of a script that can read the answer.
pub(super) fn check_fetch_mode(headers: &HeaderMap) -> Result<(), Problem> {
    let all_cors = headers.get_all("sec-fetch-mode").iter().all(|mode| mode == "cors");
    if all_cors { Ok(()) } else { Err(Problem::FetchModeNotAllowed) }
}

/// Gate 7: a type that no form can send.
pub(super) fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(given), None) = (types.next(), types.next()) else { return Err(Problem::UnsupportedMediaType) };
    let essence = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") { Ok(()) } else { Err(Problem::UnsupportedMediaType) }
}

impl<S: Sync> FromRequestParts<S> for Admitted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| {
            tracing::error!("a route without its guard was reached");
            Problem::Internal { outcome_unknown: false }
        })
    }
}
