//! Handlers: the guide, and what the holder should know in time. For the holder alone: dates tell about a person.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

use super::HttpState;
use super::edge::language;
use super::input::{JsonBody, NoQuery, ReaderParameter, ReaderQuery, invalid};
use super::model::guide::Guide;
use super::model::reminders::{Done, DoneBody, KeptReminders, Reminders};
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

/// What holds for all cards that were seen, and for the period of stay: no reader and no card are needed. A card whose
/// certificates were renewed is left out, and so is what the holder has seen to.
#[utoipa::path(
    get, path = "/v1/reminders/kept", tag = "guide", operation_id = "keptReminders",
    responses((status = 200, description = "What holds now.", body = KeptReminders))
)]
pub async fn kept_reminders(State(state): State<HttpState>, _: NoQuery, headers: HeaderMap) -> Json<KeptReminders> {
    let agent = state.agent();
    Json(KeptReminders::new(&agent.kept_reminders(), agent.password_reminder_waits(), language(&headers)))
}

/// The holder has seen to what there is with this date: it is told no more.
#[utoipa::path(
    post, path = "/v1/reminders/done", tag = "guide", operation_id = "remindersDone",
    request_body = DoneBody,
    responses((status = 200, description = "How many reminders that were.", body = Done))
)]
pub async fn reminders_done(
    State(state): State<HttpState>,
    JsonBody(body): JsonBody<DoneBody>,
) -> Result<Json<Done>, Problem> {
    let date = body.date_jst.parse().map_err(|_| invalid(Some("dateJst"), "must be a date, YYYY-MM-DD"))?;
    Ok(Json(Done { done: state.agent().reminders_seen_to(date) }))
}

/// The official guidance to the card's certificates, in five topics.
#[utoipa::path(
    get, path = "/v1/guide", tag = "guide", operation_id = "guide",
    responses((status = 200, description = "All topics.", body = Guide))
)]
pub async fn guide(_: NoQuery, headers: HeaderMap) -> Json<Guide> {
    Json(Guide::whole(language(&headers)))
}
