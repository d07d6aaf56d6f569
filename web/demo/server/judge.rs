//! Whose log-in and whose signatures this site takes. All of it is `jpki_agent`'s; what is decided here is what to tell.
//!
//! Not checked, because only certified verifiers can ask: whether a certificate was revoked. See `docs/validate.md`.

use std::error::Error;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use jpki_agent::certificate::{Certificate, ChainResult, Environment, Period, TrustStore};
use jpki_agent::digest::{Digest, DigestAlgorithm};
use jpki_agent::jpki::KeyKind;
use jpki_agent::origin::Origin;
use jpki_agent::simulator::{self, Holder};
use jpki_agent::webeid::validate::{Accepted, Rejection, Token};
use jpki_agent::webeid::{ChallengeNonce, Validator};
use serde::Deserialize;

/// Whom this site trusts.
pub(crate) struct Judge {
    log_ins: Validator,
    /// The same authorities, asked about certificates for signatures; none of those can log anybody in.
    trust: TrustStore,
    accepts_software_card: bool,
}

/// Why something is not taken. The page has words for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// What was sent is not what it should be.
    Malformed,
    /// Not from an authority this site trusts.
    UnknownIssuer,
    /// A card for try-outs.
    TestCard,
    /// Not in force yet, or no longer.
    OutOfPeriod,
    /// Signed by another key, or something else was signed.
    Mismatch,
}

/// One document's digest and the signature over it, as the page sends them.
#[derive(Deserialize)]
pub(crate) struct SignedDigest {
    /// `SHA-256` and its like.
    pub(crate) algorithm: String,
    /// The digest in base64. The file itself never leaves the browser.
    pub(crate) digest: String,
    /// The signature in base64.
    pub(crate) signature: String,
}

impl Judge {
    /// Trusts the authorities of JPKI whose certificates are in `roots`, and the software card if asked to. Comes with
    /// what could not be read there.
    pub(crate) fn new(
        roots: Option<&Path>,
        accepts_software_card: bool,
        now: Timestamp,
    ) -> Result<(Self, Vec<String>), Box<dyn Error>> {
        let mut trust = TrustStore::pinned();
        let passed_over = roots.map(|roots| trust.add_directory(roots)).unwrap_or_default();
        if accepts_software_card {
            trust = trust.with_simulator();
            let card = simulator::issue(&Holder::standard(), now)?;
            for authority in [card.authentication_ca, card.signature_ca] {
                trust.add("software card", Certificate::parse(&authority)?)?;
            }
        }
        let mut log_ins = Validator::new(trust.clone());
        if accepts_software_card {
            log_ins = log_ins.accepting_software_cards();
        }
        let passed_over = passed_over.iter().map(ToString::to_string).collect();
        Ok((Self { log_ins, trust, accepts_software_card }, passed_over))
    }

    /// Whether the software card may log in.
    pub(crate) fn accepts_software_card(&self) -> bool {
        self.accepts_software_card
    }

    /// Was this token made for `origin` and `nonce`? The nonce must have been used up before this is called.
    pub(crate) fn log_in(
        &self,
        token: &[u8],
        origin: &Origin,
        nonce: &ChallengeNonce,
        now: Timestamp,
    ) -> Result<Accepted, Refusal> {
        let token = Token::parse(token)?;
        Ok(self.log_ins.check(&token, origin, nonce, now)?)
    }

    /// Reads a certificate for digital signatures, and whether somebody this site trusts issued it.
    pub(crate) fn signer(&self, certificate: &str, now: Timestamp) -> Result<Certificate, Refusal> {
        let der = BASE64.decode(certificate).map_err(|_| Refusal::Malformed)?;
        let certificate = Certificate::parse(&der).map_err(|_| Refusal::Malformed)?;
        let chain = self.trust.check(&certificate, KeyKind::Signature, None);
        if chain.result != ChainResult::Trusted {
            return Err(Refusal::UnknownIssuer);
        }
        match chain.environment {
            Environment::JlisTest => return Err(Refusal::TestCard),
            Environment::Simulator if !self.accepts_software_card => return Err(Refusal::TestCard),
            _ => {}
        }
        let mut validities = chain.root_validity.into_iter().chain([certificate.validity()]);
        if validities.any(|validity| validity.period(now) != Period::InPeriod) {
            return Err(Refusal::OutOfPeriod);
        }
        Ok(certificate)
    }

    /// Did this signer's key sign this digest?
    ///
    /// A site that gets the documents computes the digest of the document **it has**; here the files stay in the browser,
    /// so all this says is that the digest the page named was signed.
    pub(crate) fn signature(&self, signer: &Certificate, signed: &SignedDigest) -> Result<(), Refusal> {
        let algorithm = DigestAlgorithm::by_name(&signed.algorithm).ok_or(Refusal::Malformed)?;
        let value = BASE64.decode(&signed.digest).map_err(|_| Refusal::Malformed)?;
        let digest = Digest::new(algorithm, value).map_err(|_| Refusal::Malformed)?;
        let signature = BASE64.decode(&signed.signature).map_err(|_| Refusal::Malformed)?;
        signer.verify(&digest, &signature).map_err(|_| Refusal::Mismatch)
    }
}

impl Refusal {
    /// Its name for the page.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownIssuer => "unknown_issuer",
            Self::TestCard => "test_card",
            Self::OutOfPeriod => "out_of_period",
            Self::Mismatch => "mismatch",
        }
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Chain(_) => Self::UnknownIssuer,
            Rejection::TestCard(_) => Self::TestCard,
            Rejection::Period(_) => Self::OutOfPeriod,
            Rejection::Signature => Self::Mismatch,
            Rejection::Unreadable(_)
            | Rejection::Format(_)
            | Rejection::Base64(_)
            | Rejection::Certificate(_)
            | Rejection::Algorithm(_) => Self::Malformed,
        }
    }
}
