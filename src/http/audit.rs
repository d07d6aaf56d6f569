//! Handler: the audit log. For programs on the socket and the agent's own page: it is a history of the holder's dealings.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;

use super::edge::language;
use super::input::{LimitParameter, LimitQuery};
use super::model::audit::Audit;
use super::{HttpState, blocking};
use crate::problem::Problem;

/// The latest entries of the audit log, oldest of them first, and whether all of it is as the agent wrote it.
#[utoipa::path(
    get, path = "/v1/audit", tag = "audit", operation_id = "audit",
    params(LimitParameter),
    responses((status = 200, description = "The entries, and the findings of the check.", body = Audit))
)]
pub async fn show(
    State(state): State<HttpState>,
    LimitQuery(limit): LimitQuery,
    headers: HeaderMap,
) -> Result<Json<Audit>, Problem> {
    let (log, language) = (state.agent().audit().clone(), language(&headers));
    let read = blocking(move || Ok(Audit::new(log.show(limit)?, log.verify()?, language))).await?;
    read.map(Json).map_err(|error: crate::audit::AuditError| {
        tracing::error!(%error, "the audit log cannot be read");
        Problem::Internal { outcome_unknown: false }
    })
}
