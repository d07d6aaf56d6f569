//! Handler: the settings in force. For programs on the socket and the agent's own page: they say where files lie.

use axum::Json;
use axum::extract::State;

use super::HttpState;
use super::input::NoQuery;
pub use super::model::settings::Settings;

/// The settings in force.
#[utoipa::path(
    get, path = "/v1/settings", tag = "agent", operation_id = "settings",
    responses((status = 200, description = "As they were read at the start; the list of origins has a route of its own.", body = Settings))
)]
pub async fn show(State(state): State<HttpState>, _: NoQuery) -> Json<Settings> {
    Json(state.settings().clone())
}
