//! `POST /v1/sign`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Base64, StepName, given};
use crate::agent::{Label, SignRequest, Signed};
use crate::consent::Step;
use crate::digest::{Digest, DigestAlgorithm};
use crate::http::input::{Object, invalid};
use crate::problem::Problem;

/// Most digests in one request.
pub const MAX_DIGESTS: usize = 100;

/// Digests to be signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignBody {
    /// What to sign, in this order, with one entry of the PIN.
    #[schema(value_type = Vec<DigestBody>, min_items = 1, max_items = 100)]
    pub digests: Vec<Object<DigestBody>>,
    /// Refuse if the card's signature certificate is another: SHA-256 of its DER.
    #[schema(nullable = false, pattern = "^[0-9A-Fa-f]{64}$")]
    #[serde(default, deserialize_with = "given")]
    pub certificate_fingerprint_sha256: Option<String>,
    /// Put the certificate into the answer.
    #[serde(default = "yes")]
    #[schema(default = true, required = false)]
    pub include_certificate: bool,
    /// Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
    /// that holds a My Number card.
    #[schema(nullable = false, max_length = 200, example = "r1")]
    #[serde(default, deserialize_with = "given")]
    pub reader: Option<String>,
    /// Said by the prompt, where one thing the person does needs two requests.
    #[schema(nullable = false)]
    #[serde(default, deserialize_with = "given")]
    pub step: Option<StepName>,
}

/// One digest. The agent builds DigestInfo around it; nothing else is signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Digest)]
pub struct DigestBody {
    /// The hash function.
    #[schema(value_type = DigestAlgorithmName)]
    pub algorithm: String,
    /// The digest: 32, 48 or 64 bytes, as the algorithm makes.
    #[schema(
        value_type = String, content_encoding = "base64", min_length = 44, max_length = 88,
        pattern = "^[A-Za-z0-9+/]+={0,2}$", example = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    )]
    pub value: Base64,
    /// What the site calls it, shown in the prompt: plain text without control, zero-width and direction-changing
    /// characters. Beyond U+FFFF, where patterns differ between languages, those refused are U+1BCA0 to U+1BCA3,
    /// U+1D173 to U+1D17A, and U+E0000 to U+E0FFF without the variation selectors U+E0100 to U+E01EF.
    #[schema(
        nullable = false,
        max_length = 200,
        example = "r7-shinkoku.xtx",
        pattern = "^[^\\u0000-\\u001F\\u007F-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\
                   \\u2028-\\u202E\\u2060-\\u206F\\u3164\\uFEFF\\uFFA0\\uFFF0-\\uFFFB]*$"
    )]
    #[serde(default, deserialize_with = "given")]
    pub label: Option<String>,
}

/// A hash function whose results may be signed.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub enum DigestAlgorithmName {
    /// 32 bytes.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// 48 bytes.
    #[serde(rename = "SHA-384")]
    Sha384,
    /// 64 bytes.
    #[serde(rename = "SHA-512")]
    Sha512,
}

/// All signatures; there are none if one could not be made.
#[derive(Serialize, ToSchema)]
pub struct Signatures {
    /// The signature certificate, DER; left out if it was not wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, content_encoding = "base64", nullable = false)]
    certificate: Option<Base64>,
    /// One for each digest, in their order. Each was checked with the certificate's key.
    #[schema(min_items = 1, max_items = 100)]
    signatures: Vec<SignatureBody>,
}

/// One signature.
#[derive(Serialize, ToSchema)]
#[schema(as = Signature)]
pub struct SignatureBody {
    /// JOSE name of the algorithm: `RS256`, `RS384` or `RS512` today.
    #[schema(example = "RS256")]
    algorithm: &'static str,
    /// The signature. Its length depends on the card's key.
    #[schema(value_type = String, content_encoding = "base64")]
    value: Base64,
}

fn yes() -> bool {
    true
}

impl SignBody {
    /// What the agent is to do.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] naming the member.
    pub fn into_request(self) -> Result<SignRequest, Problem> {
        if self.digests.is_empty() || self.digests.len() > MAX_DIGESTS {
            return Err(invalid(Some("digests"), "must hold 1 to 100 digests"));
        }
        let digests = self.digests.into_iter().enumerate().map(|(index, Object(digest))| digest.into_domain(index));
        let fingerprint = self.certificate_fingerprint_sha256.map(|text| {
            text.parse().map_err(|error| invalid(Some("certificateFingerprintSha256"), &format!("{error}")))
        });
        Ok(SignRequest {
            digests: digests.collect::<Result<_, _>>()?,
            fingerprint: fingerprint.transpose()?,
            include_certificate: self.include_certificate,
            reader: self.reader,
            step: self.step.map(Step::from),
        })
    }
}

impl DigestBody {
    fn into_domain(self, index: usize) -> Result<(Digest, Option<Label>), Problem> {
        let at = |member: &str, reason: &str| invalid(Some(&format!("digests[{index}].{member}")), reason);
        let algorithm = DigestAlgorithm::by_name(&self.algorithm)
            .ok_or_else(|| at("algorithm", "must be SHA-256, SHA-384 or SHA-512"))?;
        let digest = Digest::new(algorithm, self.value.0).map_err(|error| at("value", &error.to_string()))?;
        let label = self.label.map(Label::new).transpose().map_err(|error| at("label", &error.to_string()))?;
        Ok((digest, label))
    }
}

impl From<Signed> for Signatures {
    fn from(signed: Signed) -> Self {
        let signature = |signature: crate::agent::SignatureResult| SignatureBody {
            algorithm: signature.algorithm,
            value: Base64(signature.value),
        };
        Self {
            certificate: signed.certificate.map(|certificate| Base64(certificate.der().to_vec())),
            signatures: signed.signatures.into_iter().map(signature).collect(),
        }
    }
}
