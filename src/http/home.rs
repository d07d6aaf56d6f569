//! The status page over HTTP (`api-contract` section 2): on the port of its opening, the document and its parts to a
//! window, and the API to whoever has the token for which the document exchanged the opening's secret.
//!
//! For the gates this is one more proof in the fifth: the token stands for the holder at the machine, who may see and
//! change what a program on the socket may. Neither log-ins nor signatures are made here: they are for sites and programs.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, HttpBody as _};
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};

use super::door::{Door, bearer_token};
use super::edge::language;
use super::input::{JsonBody, NoQuery};
use super::{HttpState, own_page};
use crate::message::Language;
use crate::pages::document::Page;
use crate::pages::home::{Home, NotClaimed};
use crate::pages::{Opening, parts, words};
use crate::problem::Problem;

/// What the page's script asks without its holder's doing bears this header.
const UNASKED: &str = "jpki-agent-unasked";
/// Where the secret is exchanged for the token.
pub const SESSION_PATH: &str = "/v1/session";

/// The routes of an opening's own port; `api` only for the token.
pub(super) fn routes(api: Router<HttpState>, state: &HttpState) -> Router<HttpState> {
    api.route(SESSION_PATH, delete(end).route_layer(from_fn(own_page::by_script)))
        .route_layer(from_fn_with_state(state.clone(), with_token))
        .route(SESSION_PATH, post(session).route_layer(from_fn(own_page::by_script)))
        .route("/", get(document))
        .route("/parts/{name}", get(part))
}

/// The document. It holds no secret, and is the same however often it is loaded: without the secret in its address it
/// can only say how to open it anew.
async fn document(State(state): State<HttpState>, headers: HeaderMap, _: NoQuery) -> Result<Response, Problem> {
    own_page::check_navigation(&headers, None)?;
    let language = state.settings().language.and_then(Language::by_tag).unwrap_or_else(|| language(&headers));
    // No page that opened this window, and none that this one opens, gets hold of it.
    Ok(own_page::html(Page::home(language), "same-origin"))
}

/// A script, the style, or the words: nothing in them is private, and yet they are for this document alone.
async fn part(door: Door, Path(name): Path<String>, headers: HeaderMap, _: NoQuery) -> Result<Response, Problem> {
    own_page::check_document(door, &headers)?;
    if headers.contains_key("service-worker") {
        return Err(Problem::FetchModeNotAllowed);
    }
    let words = name.strip_prefix("words-").and_then(|rest| rest.strip_suffix(".json"));
    let words = words.and_then(|tag| Language::ALL.into_iter().find(|language| language.tag() == tag));
    if let Some(language) = words {
        return Ok(([(CONTENT_TYPE, "application/json")], words::json(language)).into_response());
    }
    let part = parts::named(&name).ok_or(Problem::NotFound)?;
    Ok(([(CONTENT_TYPE, part.media_type)], part.content()).into_response())
}

/// What opens the page's session.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionBody {
    /// What stood behind `#` in the page's address.
    opening: String,
}

/// A session of the page.
#[derive(Serialize)]
struct Session {
    /// For `Authorization: Bearer`, on this port, while the page is there.
    token: String,
}

/// Exchanges the secret for the token.
async fn session(
    State(state): State<HttpState>,
    door: Door,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SessionBody>,
) -> Result<Json<Session>, Problem> {
    own_page::check_document(door, &headers)?;
    let home = home_of(&state, door)?;
    match home.claim(body.opening.as_bytes(), Instant::now()) {
        Ok(token) => Ok(Json(Session { token: token.as_str().to_owned() })),
        Err(why) => {
            if why == NotClaimed::Again {
                tracing::warn!("the secret of an opening came twice: the opening has ended");
            }
            Err(Problem::CallerUnidentified)
        }
    }
}

/// The document goes: its token is worth nothing any more, at once. One that cannot say so ends a little later.
async fn end(State(state): State<HttpState>, door: Door, _: NoQuery) -> Result<StatusCode, Problem> {
    home_of(&state, door)?.course().end();
    Ok(StatusCode::NO_CONTENT)
}

/// Before everything but document and session: the request is the page's own, by its token and by the browser's word.
async fn with_token(
    State(state): State<HttpState>,
    door: Door,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let home = home_of(&state, door)?;
    own_page::check_document(door, request.headers())?;
    if !bearer_token(request.headers()).is_some_and(|token| home.knows_token(token)) {
        return Err(Problem::CallerUnidentified);
    }
    // What the page asks by itself, since something has changed, is no sign that somebody uses it.
    if !request.headers().contains_key(UNASKED) {
        home.note_use(Instant::now());
    }
    let opening = Opening::Home(home.clone());
    request.extensions_mut().insert(opening.clone());
    let response = own_page::while_it_lasts(opening, next.run(request)).await?;
    Ok(with_presence(response, &home))
}

/// An answer that goes on and on shows that the page is there for as long as somebody reads it.
fn with_presence(response: Response, home: &Arc<Home>) -> Response {
    response.map(|body| {
        if body.size_hint().exact().is_some() {
            return body;
        }
        let presence = home.presence();
        Body::from_stream(body.into_data_stream().inspect(move |_| {
            let _ = &presence; // dropped with the stream
        }))
    })
}

fn home_of(state: &HttpState, door: Door) -> Result<Arc<Home>, Problem> {
    let Door::Fresh { opening, .. } = door else { return Err(Problem::CallerUnidentified) };
    state.openings().home(opening).ok_or(Problem::CallerUnidentified)
}
