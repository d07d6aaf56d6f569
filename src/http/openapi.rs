//! The OpenAPI 3.1 document, made from the handlers and their types.

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(paths(
    super::health::health,
    serve,
    super::readers::status,
    super::readers::pins,
    super::readers::unprotect,
    super::readers::release,
    super::certificates::list,
    super::certificates::one,
    super::certificates::disclose,
    super::signatures::authenticate,
    super::signatures::sign,
))]
struct Api;

/// The document, as it stands in `openapi/jpki-agent.json`.
#[must_use]
pub fn document() -> String {
    let mut text = Api::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// This document.
#[utoipa::path(
    get, path = "/v1/openapi.json", tag = "agent", operation_id = "openapi",
    responses((status = 200, description = "The OpenAPI document.", body = Object))
)]
pub async fn serve() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document()).into_response()
}
