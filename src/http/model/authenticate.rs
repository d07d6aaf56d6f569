//! `POST /v1/authenticate`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AgentName, Base64, PRODUCT, VERSION, given};
use crate::agent::AuthenticationToken;
use crate::webeid;

/// A log-in to be signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthenticateBody {
    /// The site's nonce, used as text and never decoded.
    #[schema(
        min_length = 44,
        max_length = 128,
        pattern = "^[A-Za-z0-9+/]{42,}={0,2}$",
        example = "12345678123456781234567812345678912356789123"
    )]
    pub challenge_nonce: String,
    /// The site. Refused from a page, whose own origin it is; required from a program, and must be allow-listed with
    /// the scope `authenticate`.
    #[schema(nullable = false, max_length = 2048, example = "https://portal.example")]
    #[serde(default, deserialize_with = "given")]
    pub origin: Option<String>,
    /// Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
    /// that holds a My Number card.
    #[schema(nullable = false, max_length = 200, example = "r1")]
    #[serde(default, deserialize_with = "given")]
    pub reader: Option<String>,
}

/// The token, and who made it.
#[derive(Serialize, ToSchema)]
pub struct Authentication {
    /// To be sent to the site's server as it is.
    token: Token,
    /// Who made it.
    agent: AgentName,
}

/// A Web eID authentication token, format `web-eid:1.0`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The authentication certificate, DER. Its chain, period and revocation are for the server to check.
    #[schema(value_type = String, content_encoding = "base64")]
    unverified_certificate: Base64,
    /// JOSE name of the signature algorithm.
    #[schema(example = "RS256")]
    algorithm: &'static str,
    /// Signature with H, the hash of `algorithm`, over `H(origin) ‖ H(nonce)`.
    #[schema(value_type = String, content_encoding = "base64")]
    signature: Base64,
    /// Always `web-eid:1.0`.
    #[schema(pattern = "^web-eid:1\\.0$", example = "web-eid:1.0")]
    format: &'static str,
    /// Who made it.
    #[schema(example = "jpki-agent/0.1.0")]
    app_version: String,
}

impl From<AuthenticationToken> for Authentication {
    fn from(token: AuthenticationToken) -> Self {
        let token = Token {
            unverified_certificate: Base64(token.certificate),
            algorithm: token.algorithm,
            signature: Base64(token.signature),
            format: webeid::FORMAT,
            app_version: format!("{PRODUCT}/{VERSION}"),
        };
        Self { token, agent: AgentName::THIS }
    }
}
