//! What every answer has: a request id, headers against caching, sniffing and embedding, CORS for allowed pages, and a
//! problem document where it failed. One log line per request is written here and nowhere else.

use std::any::Any;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::cors::{self, OriginHeader};
use super::request_id::RequestId;
use super::{Door, HttpState, health, problem};
use crate::message::Language;
use crate::origin::Origin;
use crate::problem::Problem;

/// Header with the [`RequestId`].
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

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
    let door = request.extensions().get::<Door>().copied();
    let is_own_page = matches!(door, Some(Door::Fresh { .. }));
    // No other page reads what is served to the agent's own.
    let origin = OriginHeader::of(request.headers()).allowed(&state).filter(|_| !is_own_page);
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let is_health = request.uri().path() == health::PATH;

    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = &problem {
        problem::write(problem, language, &request_id, &mut response);
    }
    complete(&mut response, &request_id);
    if is_health && !is_own_page {
        // So a page can find out, by a no-cors request, that the agent runs but does not allow it.
        response.headers_mut().remove(CROSS_ORIGIN_RESOURCE_POLICY);
    }
    let origin = origin.filter(|_| problem != Some(Problem::PeerNotAllowed));
    cors::open_to(origin.as_ref(), response.headers_mut());

    let path = matched.as_deref().unwrap_or("-");
    let origin = origin.or_else(|| origin_behind(&state, door?));
    let origin = origin.as_ref().map(tracing::field::display);
    let status = response.status().as_u16();
    let code = problem.as_ref().map(Problem::code);
    tracing::info!(%request_id, %method, path, origin, status, code, "answered");
    response
}

/// For which site a page of the agent's own asks behind this door, for the log.
fn origin_behind(state: &HttpState, door: Door) -> Option<Origin> {
    let Door::Fresh { opening, .. } = door else { return None };
    state.openings().bridge(opening)?.origin()
}

/// The headers of every answer.
fn complete(response: &mut Response, request_id: &RequestId) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
        headers.insert(X_REQUEST_ID, value);
    }
}

/// The bytes of a last answer on a connection whose request never became one: in English, for no origin.
#[must_use]
pub fn closing_answer(problem: &Problem) -> Vec<u8> {
    let request_id = RequestId::random();
    let body = problem::ProblemBody::new(problem, Language::English, &request_id).to_json();
    let mut response = Response::default();
    problem::write(problem, Language::English, &request_id, &mut response);
    complete(&mut response, &request_id);
    cors::open_to(None, response.headers_mut());
    tracing::info!(%request_id, status = response.status().as_u16(), code = problem.code(), "refused");

    let mut bytes = format!("HTTP/1.1 {}\r\nconnection: close\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

/// The answer in place of a panic, whose text stays in the log.
#[must_use]
pub fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    tracing::error!(text, "a handler panicked");
    Problem::Internal { outcome_unknown: false }.into_response()
}
