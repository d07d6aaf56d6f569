//! Which pages may read answers (Fetch standard, CORS protocol): the origin of a request, preflights, and the headers
//! that let an allowed page read what it gets, failures included.

use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::HttpState;
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
pub async fn preflight(State(state): State<HttpState>, request: Request, next: Next) -> Result<Response, Problem> {
    if request.method() != Method::OPTIONS {
        return Ok(next.run(request).await);
    }
    let origin = OriginHeader::of(request.headers());
    if origin == OriginHeader::Absent {
        return Err(Problem::CallerUnidentified);
    }
    origin.allowed(&state).ok_or(Problem::OriginNotAllowed)?;
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (ACCESS_CONTROL_ALLOW_HEADERS, "content-type, authorization"),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
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
