//! Handlers: the guide, and what the holder should know in time. For the holder alone: dates tell about a person.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

use super::HttpState;
use super::edge::language;
use super::input::{NoQuery, ReaderParameter, ReaderQuery};
use super::model::guide::Guide;
use super::model::reminders::Reminders;
use crate::problem::Problem;

/// The reminders for the card in a reader: certificates that end or can be renewed, the signature password, the period of
/// stay.
#[utoipa::path(
    get, path = "/v1/reminders", tag = "guide", operation_id = "reminders",
    params(ReaderParameter),
    responses((status = 200, description = "What holds now.", body = Reminders))
)]
pub async fn reminders(
    State(state): State<HttpState>,
    ReaderQuery(reader): ReaderQuery,
    headers: HeaderMap,
) -> Result<Json<Reminders>, Problem> {
    let report = state.agent().reminders(reader.as_deref()).await?;
    Ok(Json(Reminders::new(&report, language(&headers))))
}

/// The official guidance to the card's certificates, in five topics.
#[utoipa::path(
    get, path = "/v1/guide", tag = "guide", operation_id = "guide",
    responses((status = 200, description = "All topics.", body = Guide))
)]
pub async fn guide(_: NoQuery, headers: HeaderMap) -> Json<Guide> {
    Json(Guide::whole(language(&headers)))
}
