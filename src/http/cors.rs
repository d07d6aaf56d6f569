//! Which pages may read answers (Fetch standard, CORS protocol): the origin of a request, preflights, and the headers
//! that let an allowed page read what it gets, failures included.

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Door, HttpState};
use crate::origin::Origin;
use crate::problem::Problem;

/// Whose request this is, by its `Origin` header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginHeader {
    /// There is none: a program, or a page's request that must not be answered.
    Absent,
    /// Exactly one, written as a browser writes it.
    Page(Origin),
    /// `null`, several, or not an origin.
    Unacceptable,
}

impl OriginHeader {
    /// Reads it.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut origins = headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => Self::Absent,
            (Some(one), None) => {
                one.to_str().ok().and_then(|text| text.parse().ok()).map_or(Self::Unacceptable, Self::Page)
            }
            (Some(_), Some(_)) => Self::Unacceptable,
        }
    }

    /// The origin, if the allow-list holds it.
    #[must_use]
    pub fn allowed(self, state: &HttpState) -> Option<Origin> {
        match self {
            Self::Page(origin) => state.gatekeeper().scopes(&origin).is_some().then_some(origin),
            Self::Absent | Self::Unacceptable => None,
        }
    }
}

/// Answers `OPTIONS`, whatever the path; passes everything else on.
///
/// # Errors
/// [`Problem::CallerUnidentified`] without an origin, [`Problem::OriginNotAllowed`].
pub async fn preflight(
    State(state): State<HttpState>,
    door: Door,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if request.method() != Method::OPTIONS {
        return Ok(next.run(request).await);
    }
    match OriginHeader::of(request.headers()) {
        // The agent's own pages are for no other: what they send needs no preflight.
        _ if matches!(door, Door::Fresh { .. }) => return Err(Problem::OriginNotAllowed),
        OriginHeader::Absent => return Err(Problem::CallerUnidentified),
        OriginHeader::Unacceptable => return Err(Problem::OriginNotAllowed),
        OriginHeader::Page(origin) if state.gatekeeper().scopes(&origin).is_none() => {
            if is_preflight(&request) {
                remember_refused(&state, door, &origin);
            }
            return Err(Problem::OriginNotAllowed);
        }
        OriginHeader::Page(_) => {}
    }
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "content-type, authorization"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// A browser asks, for a script, whether it may send a request to a path there is.
fn is_preflight(request: &Request) -> bool {
    let known = request.extensions().get::<MatchedPath>().is_some();
    known && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD) && is_cors(request.headers())
}

/// Does the browser say that a script sent this, to read the answer? Links, images and forms are others' doing: they
/// must not make the person think that a page has asked for the card.
pub(super) fn is_cors(headers: &HeaderMap) -> bool {
    let mut modes = headers.get_all("sec-fetch-mode").iter();
    matches!((modes.next(), modes.next()), (Some(mode), None) if mode == "cors")
}

/// Puts a page's origin on the list from which the person can let it in. Browsers come by TCP; who sends an origin over
/// the socket is a program that plays one.
pub(super) fn remember_refused(state: &HttpState, door: Door, origin: &Origin) {
    if matches!(door, Door::Tcp { .. } | Door::Tls { .. } | Door::Fresh { .. }) {
        state.gatekeeper().turned_away(origin, state.agent().now());
    }
}

/// Lets a page of `origin` read the answer. An answer without it is closed to all pages; both say that it depends on
/// the origin.
pub(super) fn open_to(origin: Option<&Origin>, headers: &mut HeaderMap) {
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    let Some(value) = origin.and_then(|origin| HeaderValue::from_str(origin.as_str()).ok()) else { return };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value);
    let readable = HeaderValue::from_static("retry-after, www-authenticate, x-request-id");
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, readable);
}
