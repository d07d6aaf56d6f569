//! Is the agent there, and which? Nothing about readers or cards.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{PRODUCT, VERSION};

/// Where it is asked.
pub const PATH: &str = "/v1/health";

/// The agent that answers.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// Always `jpki-agent`. Another program may hold the port, so look at it.
    #[schema(pattern = "^jpki-agent$", example = "jpki-agent")]
    product: &'static str,
    /// Version of the agent.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Version of the API.
    #[schema(minimum = 1, maximum = 1, example = 1)]
    api: u8,
}

impl Health {
    /// This agent.
    pub const THIS: Self = Self { product: PRODUCT, version: VERSION, api: 1 };
}

/// Says that the agent is there.
#[utoipa::path(
    get, path = "/v1/health", tag = "agent", operation_id = "health",
    responses((status = 200, description = "The agent is there.", body = Health))
)]
pub async fn health() -> Json<Health> {
    Json(Health::THIS)
}
