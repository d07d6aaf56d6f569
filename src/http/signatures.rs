//! Handlers: what the keys do, each time with the person's consent.

use axum::Json;
use axum::extract::State;

use super::HttpState;
use super::access::Admitted;
use super::input::{JsonBody, invalid};
use super::model::authenticate::{AuthenticateBody, Authentication};
use super::model::sign::{SignBody, Signatures};
use crate::agent::AuthenticateRequest;
use crate::consent::Asker;
use crate::origin::{AllowList, Origin, Scope};
use crate::problem::Problem;
use crate::webeid::NonceError;

/// Asks the holder for the authentication PIN and makes a Web eID token bound to the origin.
#[utoipa::path(
    post, path = "/v1/authenticate", tag = "signatures", operation_id = "authenticate",
    request_body = AuthenticateBody,
    responses((status = 200, description = "The token.", body = Authentication))
)]
pub async fn authenticate(
    State(state): State<HttpState>,
    admitted: Admitted,
    JsonBody(body): JsonBody<AuthenticateBody>,
) -> Result<Json<Authentication>, Problem> {
    let nonce = body.challenge_nonce.parse();
    let nonce = nonce.map_err(|error: NonceError| invalid(Some("challengeNonce"), &error.to_string()))?;
    let origin = bound_origin(&admitted.caller.asker, body.origin.as_deref(), &state.gatekeeper().origins().current())?;
    let request = AuthenticateRequest { origin, nonce, reader: body.reader };
    Ok(Json(state.agent().authenticate(&admitted.caller, request).await?.into()))
}

/// The origin a token is bound to: the page's own, or the one a program names, which the allow-list must hold.
fn bound_origin(asker: &Asker, named: Option<&str>, allowed: &AllowList) -> Result<Origin, Problem> {
    match (asker, named) {
        (Asker::Page(origin), None) => Ok(origin.clone()),
        (Asker::Page(_), Some(_)) => Err(invalid(Some("origin"), "a page cannot name another origin than its own")),
        (Asker::Program(_), None) => Err(invalid(Some("origin"), "a program must name the site's origin")),
        (Asker::Program(_), Some(named)) => {
            let origin: Origin = named.parse().map_err(|error| invalid(Some("origin"), &format!("{error}")))?;
            let scopes = allowed.scopes(&origin).ok_or(Problem::OriginNotAllowed)?;
            if scopes.contains(Scope::Authenticate) { Ok(origin) } else { Err(Problem::ScopeNotAllowed) }
        }
    }
}

/// Asks the holder for the signature password and signs 1 to 100 digests: all or none, with one VERIFY.
#[utoipa::path(
    post, path = "/v1/sign", tag = "signatures", operation_id = "sign",
    request_body = SignBody,
    responses((status = 200, description = "One signature for each digest.", body = Signatures))
)]
pub async fn sign(
    State(state): State<HttpState>,
    admitted: Admitted,
    JsonBody(body): JsonBody<SignBody>,
) -> Result<Json<Signatures>, Problem> {
    let request = body.into_request()?;
    Ok(Json(state.agent().sign(&admitted.caller, request).await?.into()))
}
