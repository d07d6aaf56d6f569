//! Handlers: who may ask. For programs on the socket and the agent's own page; no site changes what sites may ask.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::access::Admitted;
use super::edge::language;
use super::input::{JsonBody, NoQuery, OriginParameter, OriginQuery, invalid};
use super::model::origins::{OriginBody, Origins, parse};
use super::{Door, HttpState, blocking};
use crate::origins::{StoreError, Surroundings, assess, given_away};
use crate::problem::Problem;
use crate::reader::BackendKind;

/// The origins that may ask, and those that were turned away.
#[utoipa::path(
    get, path = "/v1/origins", tag = "origins", operation_id = "origins",
    responses((status = 200, description = "Both lists.", body = Origins))
)]
pub async fn list(State(state): State<HttpState>, _: NoQuery) -> Json<Origins> {
    Json(Origins::of(state.gatekeeper()))
}

/// Lets an origin ask this, and nothing else. Written into the settings file, in force at once.
#[utoipa::path(
    put, path = "/v1/origins", tag = "origins", operation_id = "allowOrigin",
    request_body = OriginBody,
    responses((status = 200, description = "Both lists as they are now, and `warnings`.", body = Origins))
)]
pub async fn allow(
    State(state): State<HttpState>,
    door: Door,
    admitted: Admitted,
    headers: HeaderMap,
    JsonBody(body): JsonBody<OriginBody>,
) -> Result<Json<Origins>, Problem> {
    let language = language(&headers);
    let (origin, scopes, force) = (body.origin()?, body.scopes()?, body.force);
    let store = state.gatekeeper().origins().clone();
    let simulator = state.agent().backend() == BackendKind::Simulator;
    let warnings = assess(&origin, &store.current(), Surroundings { simulator, force })
        .map_err(|refusal| invalid(Some("origin"), &refusal.text(language)))?;
    let words = |language| -> Vec<String> { warnings.iter().map(|warning| warning.text(language)).collect() };
    // The page's token may have come into other hands on its way by the browser: it alone gives no site anything.
    let gives_more = || {
        let has = state.gatekeeper().scopes(&origin);
        !scopes.iter().all(|scope| has.as_ref().is_some_and(|has| has.contains(scope)))
    };
    if body.ask || (matches!(door, Door::Fresh { .. }) && gives_more()) {
        state.agent().confirm_origin(&admitted.caller, &origin, &scopes, words).await?;
    }
    // The prompt says by itself what the scopes give away.
    let warnings = words(language).into_iter().chain(given_away(&scopes, language)).collect();
    let allowed = origin.clone();
    blocking(move || store.allow(&allowed, &scopes, force)).await?.map_err(unchanged)?;
    state.gatekeeper().forget_refusal(&origin);
    Ok(Json(Origins::of(state.gatekeeper()).with_warnings(warnings)))
}

/// Takes an origin out of the list; in force at once.
#[utoipa::path(
    delete, path = "/v1/origins", tag = "origins", operation_id = "removeOrigin",
    params(OriginParameter),
    responses((status = 204, description = "It may ask no more."))
)]
pub async fn remove(State(state): State<HttpState>, OriginQuery(origin): OriginQuery) -> Result<StatusCode, Problem> {
    let origin = parse(&origin)?;
    let store = state.gatekeeper().origins().clone();
    let was_there = blocking(move || store.remove(&origin)).await?.map_err(unchanged)?;
    if was_there { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::NotFound) }
}

/// The settings file stands in the way. Only its owner gets here, and needs to know why.
fn unchanged(error: StoreError) -> Problem {
    tracing::warn!(%error, "the allowed origins could not be changed");
    invalid(None, &error.to_string())
}
