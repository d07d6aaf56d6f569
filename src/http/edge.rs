//! What every answer has: a request id, headers against caching, sniffing and embedding, CORS for allowed pages, and a
//! problem document where it failed. One log line per request is written here and nowhere else.

use std::any::Any;
use std::fmt;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::cors::{self, OriginHeader};
use super::{HttpState, health, problem};
use crate::message::Language;
use crate::problem::Problem;

/// Header with the [`RequestId`].
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Names one request in answer and log, for a help desk: 16 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        // Only a name; without randomness it is merely not unique.
        Self(format!("{:016x}", getrandom::u64().unwrap_or_default()))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The language a caller reads, by `Accept-Language`.
#[must_use]
pub fn language(headers: &HeaderMap) -> Language {
    let ranges: Vec<&str> = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok()).collect();
    Language::parse_accept_language(&ranges.join(","))
}

/// Completes the answer to one request. Outermost of all layers.
pub async fn finish(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let request_id = RequestId::random();
    let language = language(request.headers());
    let origin = OriginHeader::of(request.headers()).allowed(&state);
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let is_health = request.uri().path() == health::PATH;

    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Problem>();
    let code = problem.as_ref().map(Problem::code);
    if let Some(problem) = &problem {
        problem::write(problem, language, &request_id, &mut response);
    }
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !is_health {
        // Without it on /v1/health a page can find out, by a no-cors request, that the agent runs but does not allow it.
        headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    }
    let origin = origin.filter(|_| problem != Some(Problem::PeerNotAllowed));
    cors::open_to(origin.as_ref(), headers);
    if let Ok(value) = HeaderValue::from_str(&request_id.0) {
        headers.insert(X_REQUEST_ID, value);
    }
    let path = matched.as_deref().unwrap_or("-");
    let status = response.status().as_u16();
    tracing::info!(%request_id, %method, path, origin = origin.as_ref().map(tracing::field::display), status, code, "answered");
    response
}

/// The answer in place of a panic, whose text stays in the log.
#[must_use]
pub fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    tracing::error!(text, "a handler panicked");
    Problem::Internal.into_response()
}
