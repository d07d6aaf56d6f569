//! Handlers: the certificates on the card.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::HttpState;
use super::accept::CertificateForm;
use super::access::Admitted;
use super::input::{JsonBody, ReaderParameter, ReaderQuery};
use super::model::certificate::{CertificateKindName, Certificates, DerFile, SingleCertificate};
use super::model::disclose::{DiscloseBody, Disclosure};
use crate::jpki::CertificateKind;
use crate::problem::Problem;

/// The certificates on the card, in short. The signature certificate stands there by its state alone.
#[utoipa::path(
    get, path = "/v1/certificates", tag = "certificates", operation_id = "certificates",
    params(ReaderParameter),
    responses((status = 200, description = "All four certificates.", body = Certificates))
)]
pub async fn list(
    State(state): State<HttpState>,
    ReaderQuery(reader): ReaderQuery,
) -> Result<Json<Certificates>, Problem> {
    Ok(Json(state.agent().certificates(reader.as_deref()).await?.into()))
}

/// One certificate, as JSON, DER or PEM by `Accept`. The signature certificate is behind its PIN: `pin_required`.
#[utoipa::path(
    get, path = "/v1/certificates/{kind}", tag = "certificates", operation_id = "certificate",
    params(
        ("kind" = CertificateKindName, Path, description = "Which certificate."),
        ReaderParameter
    ),
    responses((
        status = 200,
        description = "The certificate. JSON where `Accept` names none of these types.",
        content(
            (SingleCertificate = "application/json"),
            (DerFile = "application/pkix-cert"),
            (String = "application/x-pem-file"),
        )
    ))
)]
pub async fn one(
    kind: CertificateKind,
    State(state): State<HttpState>,
    ReaderQuery(reader): ReaderQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (_, view) = state.agent().certificate(kind, reader.as_deref()).await?;
    let form = CertificateForm::wanted(&headers);
    let content_type = [(header::CONTENT_TYPE, form.media_type())];
    let der = view.certificate.der();
    Ok(match form {
        CertificateForm::Json => Json(SingleCertificate::from(&view)).into_response(),
        CertificateForm::Der => (content_type, der.to_vec()).into_response(),
        CertificateForm::Pem => (content_type, pem(der)).into_response(),
    })
}

/// Asks the holder for the signature password and hands out the signature certificate with the name, address, birth
/// date and sex in it.
#[utoipa::path(
    post, path = "/v1/certificates/signature/disclose", tag = "certificates", operation_id = "disclose",
    request_body = DiscloseBody,
    responses((status = 200, description = "The certificate and the attributes in it.", body = Disclosure))
)]
pub async fn disclose(
    State(state): State<HttpState>,
    admitted: Admitted,
    JsonBody(body): JsonBody<DiscloseBody>,
) -> Result<Json<Disclosure>, Problem> {
    let disclosure = state.agent().disclose(&admitted.caller, body.into()).await?;
    Ok(Json(Disclosure::from(&disclosure)))
}

/// RFC 7468, 5: lines of 64 characters.
fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----");
    for (index, character) in text.chars().enumerate() {
        if index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(character);
    }
    pem.push_str("\n-----END CERTIFICATE-----\n");
    pem
}
