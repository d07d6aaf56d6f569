//! Handlers: opening the agent's own page. For programs on the socket: whoever opens it sees and changes what the holder
//! may.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::input::{JsonBody, NoQuery};
use super::model::openings::{EmptyBody, Opening, OpeningProgress, OpeningState};
use super::{HttpState, own_page};
use crate::pages::home::{CLAIM_LIMIT, Home};
use crate::pages::life::Life;
use crate::problem::Problem;

/// Opens the agent's own page on a port made for it.
///
/// The answer's `address` holds a secret that works once and for 30 seconds; hand it to the browser by a file that only
/// this user can read, not by arguments. The page's script exchanges it, by `POST /v1/session` on that port, for a token
/// that is good there and while the page is there, for all routes but `authenticate` and `sign`.
#[utoipa::path(
    post, path = "/v1/openings", tag = "agent", operation_id = "openPage",
    request_body = EmptyBody,
    responses((status = 200, description = "Where the page is.", body = Opening))
)]
pub async fn open(State(state): State<HttpState>, _: JsonBody<EmptyBody>) -> Result<Json<Opening>, Problem> {
    let (id, address) = state.openings().open_home().await.map_err(own_page::not_opened)?;
    Ok(Json(Opening { opening: id.number(), address: (*address).clone(), expires_in_seconds: CLAIM_LIMIT.as_secs() }))
}

/// What has become of an opening, once its page is there or can come no more.
#[utoipa::path(
    get, path = "/v1/openings/{opening}", tag = "agent", operation_id = "opening",
    params(("opening" = u64, Path, description = "From `POST /v1/openings`.")),
    responses((status = 200, description = "How far it is.", body = OpeningProgress))
)]
pub async fn progress(
    State(state): State<HttpState>,
    Path(opening): Path<String>,
    _: NoQuery,
) -> Result<Json<OpeningProgress>, Problem> {
    let home = home_numbered(&state, &opening)?;
    home.claimed_or_over().await;
    let state = match (home.course().life(), home.is_claimed()) {
        (Life::Ended, _) | (_, false) => OpeningState::Ended,
        (_, true) => OpeningState::Used,
    };
    Ok(Json(OpeningProgress { state }))
}

/// Gives an opening up that no browser has come for: its secret opens nothing any more. A page that is there stays.
#[utoipa::path(
    delete, path = "/v1/openings/{opening}", tag = "agent", operation_id = "giveUpOpening",
    params(("opening" = u64, Path, description = "From `POST /v1/openings`.")),
    responses((status = 204, description = "Nobody opens it any more."))
)]
pub async fn give_up(
    State(state): State<HttpState>,
    Path(opening): Path<String>,
    _: NoQuery,
) -> Result<StatusCode, Problem> {
    home_numbered(&state, &opening)?.give_up();
    Ok(StatusCode::NO_CONTENT)
}

fn home_numbered(state: &HttpState, number: &str) -> Result<Arc<Home>, Problem> {
    let home = number.parse().ok().and_then(|number| state.openings().home_numbered(number));
    home.ok_or(Problem::NotFound)
}
