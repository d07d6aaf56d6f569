//! What the agent's own pages have in common: how their documents are asked for and given out, and how their scripts are
//! told from everybody else's (`api-contract` section 2).
//!
//! Each of them adds a proof of its own: a bridge its ticket ([`super::bridge`]), the status page its token
//! ([`super::home`]).

use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, REFERRER_POLICY, X_FRAME_OPTIONS};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::StreamExt as _;

use super::access::{check_content_type, check_fetch_mode};
use super::cors::OriginHeader;
use super::door::Door;
use crate::pages::Opening;
use crate::pages::document::Page;
use crate::pages::fresh_port::origin_of;
use crate::pages::life::Life;
use crate::pages::openings::OpenError;
use crate::problem::Problem;

/// How long a caller is told to wait where too many pages are open: by then those that came to nothing are gone.
pub(super) const RETRY_AFTER: u64 = 30;

/// Why no page is opened.
pub(super) fn not_opened(error: OpenError) -> Problem {
    match error {
        OpenError::TooMany => Problem::RateLimited { retry_after: RETRY_AFTER },
        OpenError::Closing => Problem::ShuttingDown,
        OpenError::Io(error) => {
            tracing::error!(%error, "no page could be opened");
            Problem::Internal { outcome_unknown: false }
        }
    }
}

/// Where the browser says how it came to send this: a window goes to an address, moved on by a page of `site` if that
/// matters. No frame, image or script, and above all no service worker, neither its registration nor its own fetching
/// of what a window asked for.
pub(super) fn check_navigation(headers: &HeaderMap, site: Option<&str>) -> Result<(), Problem> {
    let all = |name: &str, wanted: &str| headers.get_all(name).iter().all(|value| value == wanted);
    let is_navigation = all("sec-fetch-mode", "navigate")
        && all("sec-fetch-dest", "document")
        && site.is_none_or(|site| all("sec-fetch-site", site))
        && !headers.contains_key("service-worker")
        && !headers.contains_key("sec-purpose") // fetched ahead: no person has clicked on anything
        && OriginHeader::of(headers) == OriginHeader::Absent;
    if is_navigation { Ok(()) } else { Err(Problem::FetchModeNotAllowed) }
}

/// By the browser's word the request is one of the document on this very port: browsers name the origin with a POST,
/// and the site with every request.
pub(super) fn check_document(door: Door, headers: &HeaderMap) -> Result<(), Problem> {
    let Door::Fresh { port, .. } = door else { return Err(Problem::CallerUnidentified) };
    match OriginHeader::of(headers) {
        OriginHeader::Absent => {}
        OriginHeader::Page(origin) if origin.as_str() == origin_of(port) => {}
        OriginHeader::Page(_) | OriginHeader::Unacceptable => return Err(Problem::OriginNotAllowed),
    }
    if headers.get_all("sec-fetch-site").iter().all(|site| site == "same-origin") {
        Ok(())
    } else {
        Err(Problem::FetchModeNotAllowed)
    }
}

/// Gates 6 and 7, for the routes that are a document's own.
pub(super) async fn by_script(request: Request, next: Next) -> Result<Response, Problem> {
    check_fetch_mode(request.headers())?;
    if request.method() == Method::POST {
        check_content_type(request.headers())?;
    }
    Ok(next.run(request).await)
}

/// The answer to a request of the page's, unless the page ends before: then it is dropped, and with it an open prompt.
pub(super) async fn while_it_lasts(
    opening: Opening,
    answer: impl Future<Output = Response>,
) -> Result<Response, Problem> {
    match opening.course().life() {
        Life::Open => {}
        Life::Closing => return Err(Problem::ShuttingDown),
        Life::Ended => return Err(Problem::CallerUnidentified),
    }
    tokio::select! {
        biased; // an answer that ends the page is still given
        response = answer => Ok(cut_at_the_end(response, opening)),
        () = opening.course().reached(Life::Ended) => Err(Problem::CallerUnidentified),
    }
}

/// Cuts an answer that goes on and on where the page ends.
fn cut_at_the_end(response: Response, opening: Opening) -> Response {
    response.map(|body| {
        if body.size_hint().exact().is_some() {
            return body;
        }
        let ended = async move { opening.course().reached(Life::Ended).await };
        Body::from_stream(body.into_data_stream().take_until(Box::pin(ended)))
    })
}

/// A document, with what holds for each of them. `opener_policy`: what it and the page that opened its window are to each
/// other (`Cross-Origin-Opener-Policy`).
pub(super) fn html(page: Page, opener_policy: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE.as_str(), "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY.as_str(), page.policy),
        ("cross-origin-opener-policy", opener_policy),
        (REFERRER_POLICY.as_str(), "no-referrer"),
        (X_FRAME_OPTIONS.as_str(), "DENY"),
    ];
    (headers, page.html).into_response()
}
