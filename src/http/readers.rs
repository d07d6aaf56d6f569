//! Handlers: readers, tries left, letting the card go, changing a PIN, lifting the protection of a last try.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};

use super::HttpState;
use super::access::Admitted;
use super::edge::language;
use super::input::{JsonBody, NoQuery, ReaderParameter, ReaderQuery};
use super::model::pins::{Change, ChangeBody, Pins};
use super::model::status::Status;
use super::model::{ChosenReaderBody, ReaderBody};
use crate::jpki::KeyKind;
use crate::problem::Problem;

/// The readers and what lies in each.
#[utoipa::path(
    get, path = "/v1/status", tag = "reader", operation_id = "status",
    responses((
        status = 200, body = Status,
        description = "The readers. If the PC/SC service is down: none, and `problem`."
    ))
)]
pub async fn status(State(state): State<HttpState>, admitted: Admitted, _: NoQuery) -> Json<Status> {
    Json(Status::new(state.agent().status().await, &admitted.scopes))
}

/// Tries left for both PINs. Costs none.
#[utoipa::path(
    get, path = "/v1/pins", tag = "reader", operation_id = "pins",
    params(ReaderParameter),
    responses((status = 200, description = "Tries left.", body = Pins))
)]
pub async fn pins(
    State(state): State<HttpState>,
    ReaderQuery(reader): ReaderQuery,
    headers: HeaderMap,
) -> Result<Json<Pins>, Problem> {
    let report = state.agent().pins(reader.as_deref()).await?;
    Ok(Json(Pins::new(&report, language(&headers))))
}

/// Lets the card go now, if it is kept: the one in `reader`, or all.
#[utoipa::path(
    post, path = "/v1/release", tag = "reader", operation_id = "release",
    request_body = ReaderBody,
    responses((status = 204, description = "No card is kept any more."))
)]
pub async fn release(
    State(state): State<HttpState>,
    JsonBody(body): JsonBody<ReaderBody>,
) -> Result<StatusCode, Problem> {
    state.agent().release(body.reader.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks the holder for the present PIN and a new one, typed twice, and changes it.
///
/// One VERIFY of the present PIN, one change, one VERIFY of the new PIN as it was typed the second time. Nobody has
/// reported yet that this works on a real card, so every card but the software card needs
/// `iUnderstandThisIsUnproven`; the sure ways are the official software and the municipal office. Every failure from
/// the look at the card on says in `afterChange` which PIN is in force.
#[utoipa::path(
    post, path = "/v1/pins/{kind}/change", tag = "reader", operation_id = "change",
    params(("kind" = super::model::pins::KeyKindName, Path, description = "Whose PIN.")),
    request_body = ChangeBody,
    responses((status = 200, description = "The new PIN is in force; how it stands.", body = Change))
)]
pub async fn change(
    kind: KeyKind,
    State(state): State<HttpState>,
    admitted: Admitted,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ChangeBody>,
) -> Result<Json<Change>, Problem> {
    let changed = state.agent().change_pin(&admitted.caller, body.into_request(kind)).await?;
    Ok(Json(Change::new(&changed, language(&headers))))
}

/// Lets the last try of a PIN be used once, within five minutes, after a question on the machine.
#[utoipa::path(
    post, path = "/v1/pins/{kind}/unprotect", tag = "reader", operation_id = "unprotect",
    params(("kind" = super::model::pins::KeyKindName, Path, description = "Whose PIN.")),
    request_body = ChosenReaderBody,
    responses((status = 204, description = "The next request may use the last try, or there was nothing to lift."))
)]
pub async fn unprotect(
    kind: KeyKind,
    State(state): State<HttpState>,
    admitted: Admitted,
    JsonBody(body): JsonBody<ChosenReaderBody>,
) -> Result<StatusCode, Problem> {
    state.agent().unprotect(&admitted.caller, kind, body.reader.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}
