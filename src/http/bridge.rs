//! The bridge over HTTP (`api-contract` section 2): `GET /bridge` on the fixed port opens one and moves the window on;
//! the opening's own port serves its document once, and then the API to whoever has the ticket in it.
//!
//! For the gates this is one more proof in the fifth: the ticket stands for the origin it is bound to. Everything behind
//! is that of the main door: scopes as they are now, counts, prompts, audit log, token.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval};

use super::HttpState;
use super::access::count;
use super::cors;
use super::door::{Door, bearer_token};
use super::edge::language;
use super::health::Health;
use super::input::{JsonBody, NoQuery, invalid};
use super::own_page;
use crate::limits::CallerKey;
use crate::origin::Origin;
use crate::pages::Opening;
use crate::pages::bridge::{Bridge, Loaded};
use crate::pages::document::Page;
use crate::pages::openings::NotBound;
use crate::problem::Problem;

/// Where a page sends the window it opens.
pub const PATH: &str = "/bridge";
/// A byte this often, for whatever on the way takes silence for an end.
const BEAT: Duration = Duration::from_secs(15);

/// Opens a bridge and moves the window on to it.
///
/// For a window that a page opens by `window.open()` where the browser lets it send no requests to the agent itself.
/// The bridge is a page of the agent's own, on a port made for this opening, that talks with the page by `postMessage`;
/// what the page may ask there is what its origin may ask here. Opening it asks nothing of the card.
#[utoipa::path(
    get, path = "/bridge", tag = "agent", operation_id = "bridge",
    responses((status = 200, description = "A page that moves its window on.", body = String, content_type = "text/html; charset=utf-8"))
)]
pub async fn open(State(state): State<HttpState>, headers: HeaderMap, _: NoQuery) -> Result<Response, Problem> {
    own_page::check_navigation(&headers, None)?;
    let address = state.openings().open_bridge().await.map_err(own_page::not_opened)?;
    Ok(html(Page::moving(language(&headers), &address)))
}

/// The routes of an opening's own port; `api` only for the ticket.
pub(super) fn routes(api: Router<HttpState>, state: &HttpState) -> Router<HttpState> {
    let script = from_fn(own_page::by_script);
    api.route("/bridge/session", post(session).route_layer(script.clone()))
        .route("/bridge/alive", get(alive).route_layer(script))
        .route_layer(from_fn_with_state(state.clone(), with_ticket))
        .route("/{secret}", get(document))
}

/// The document, once. Only a window gets it, and only one that our own page on the fixed port moved on.
async fn document(
    State(state): State<HttpState>,
    door: Door,
    Path(secret): Path<String>,
    headers: HeaderMap,
    _: NoQuery,
) -> Result<Response, Problem> {
    let bridge = bridge_of(&state, door)?;
    let language = language(&headers);
    match bridge.load(secret.as_bytes()) {
        Loaded::Unknown => Err(Problem::NotFound),
        Loaded::First(ticket) => match own_page::check_navigation(&headers, Some("same-site")) {
            Ok(()) => Ok(html(Page::bridge(language, ticket))),
            Err(problem) => {
                // Whoever this is knows a secret that was meant for the window.
                bridge.course().end();
                Err(problem)
            }
        },
        Loaded::Again => {
            own_page::check_navigation(&headers, None)?;
            Ok(html(Page::used(language)))
        }
    }
}

/// Which page opened the window.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionBody {
    /// `event.origin` of its first message.
    origin: String,
}

/// Binds the bridge to the opener's origin. There is one attempt: refused, the bridge ends.
async fn session(
    State(state): State<HttpState>,
    door: Door,
    JsonBody(body): JsonBody<SessionBody>,
) -> Result<Json<Health>, Problem> {
    let bridge = bridge_of(&state, door)?;
    let bound = bind(&state, door, &bridge, &body.origin);
    if bound.is_err() {
        bridge.course().end();
    }
    bound.map(|()| Json(Health::THIS))
}

fn bind(state: &HttpState, door: Door, bridge: &Bridge, origin: &str) -> Result<(), Problem> {
    let origin: Origin = origin.parse().map_err(|_| Problem::OriginNotAllowed)?;
    if state.gatekeeper().scopes(&origin).is_none() {
        cors::remember_refused(state, door, &origin);
        return Err(Problem::OriginNotAllowed);
    }
    let _place = count(state, &CallerKey::Page(origin.clone()))?;
    state.openings().bind(bridge, &origin).map_err(|error| match error {
        NotBound::Again => invalid(Some("origin"), "this bridge is bound already"),
        NotBound::TooMany => Problem::RateLimited { retry_after: own_page::RETRY_AFTER },
    })
}

/// An answer that lasts as long as the bridge, so that each side sees when the other is gone.
async fn alive(State(state): State<HttpState>, door: Door) -> Result<Response, Problem> {
    let attachment =
        bridge_of(&state, door)?.attach().ok_or_else(|| invalid(None, "this bridge has its connection already"))?;
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let beats = futures_util::stream::unfold((attachment, beat), async |(attachment, mut beat)| {
        tokio::select! {
            () = attachment.over() => None,
            _ = beat.tick() => Some((Ok::<_, std::convert::Infallible>(Bytes::from_static(b"\n")), (attachment, beat))),
        }
    });
    Ok(([(CONTENT_TYPE, "text/plain")], Body::from_stream(beats)).into_response())
}

/// Before everything but the document: the request is the bridge's own document's, by its ticket and by the browser's
/// word. It is dropped when the bridge ends, and with it an open prompt.
async fn with_ticket(
    State(state): State<HttpState>,
    door: Door,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let bridge = bridge_of(&state, door)?;
    own_page::check_document(door, request.headers())?;
    if !bearer_token(request.headers()).is_some_and(|ticket| bridge.knows_ticket(ticket)) {
        return Err(Problem::CallerUnidentified);
    }
    let opening = Opening::Bridge(bridge);
    request.extensions_mut().insert(opening.clone());
    own_page::while_it_lasts(opening, next.run(request)).await
}

fn bridge_of(state: &HttpState, door: Door) -> Result<Arc<Bridge>, Problem> {
    let Door::Fresh { opening, .. } = door else { return Err(Problem::CallerUnidentified) };
    state.openings().bridge(opening).ok_or(Problem::CallerUnidentified)
}

/// The opener is who this is for, so it keeps its hold of the window.
fn html(page: Page) -> Response {
    own_page::html(page, "unsafe-none")
}
