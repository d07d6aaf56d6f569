//! Checks a Web eID token as a server would (`web-eid:1.0`): form, certificate, issuer, dates, and that the
//! authentication key signed this origin and this nonce.
//!
//! Left to the server: that it made the nonce, not long ago and for this session ([`super::nonces`] does that for one
//! process); whether the certificate was revoked; and who its subject is to it.
//!
//! ```
//! use jpki_agent::certificate::{Certificate, TrustStore};
//! use jpki_agent::webeid::{Nonces, Validator, validate::{Rejection, Token}};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let now: jiff::Timestamp = "2026-11-22T03:00:00Z".parse()?;
//! # let answer = br#"{"token":{"unverifiedCertificate":"","algorithm":"RS256","signature":"","format":"web-eid:1.0"}}"#;
//! // Once, at the start. The pinned authorities lend their fingerprints; their certificates are the site's to add:
//! // trust.add_directory("/etc/portal/jpki-roots") or trust.add(…).
//! let trust = TrustStore::pinned();
//! let validator = Validator::new(trust);
//! let mut nonces = Nonces::new();
//! let origin = "https://portal.example".parse()?;
//!
//! // When the page asks for a nonce: it goes into the page, and stays bound to this browser's session here.
//! let nonce = nonces.issue("session-1", now)?;
//! assert_eq!(nonce.as_str().len(), 44);
//!
//! // When the token comes back: the nonce is used up first, whatever comes of the token.
//! let nonce = nonces.take("session-1", now).ok_or("no nonce was issued, or too long ago")?;
//! match Token::parse(answer).and_then(|token| validator.check(&token, &origin, &nonce, now)) {
//!     Ok(accepted) => println!("logged in: {}", accepted.certificate.subject()),
//!     Err(Rejection::Signature) => println!("made for another site, or for another log-in"),
//!     Err(rejection) => println!("refused: {rejection}"),
//! }
//! # Ok(())
//! # }
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use serde::Deserialize;

use super::ChallengeNonce;
use crate::certificate::{Certificate, CertificateError, ChainReport, ChainResult, Environment, Period, TrustStore};
use crate::digest::DigestAlgorithm;
use crate::jpki::{INDIVIDUAL_NUMBER_CARD, KeyKind};
use crate::message::Phrase;
use crate::origin::Origin;
use crate::phrase;

/// Longest token read, in bytes; real ones have about 3,500.
pub const LARGEST_TOKEN: usize = 64 * 1024;

/// A server's view of tokens: whom it trusts, and whether test cards may log in.
#[derive(Clone, Debug)]
pub struct Validator {
    trust: TrustStore,
    /// Accepted beside real cards and the site's own authorities.
    test_cards: Vec<Environment>,
}

/// A token as it is sent. Members of later versions are passed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The authentication certificate, DER in base64.
    pub unverified_certificate: String,
    /// JOSE name of the algorithm.
    pub algorithm: String,
    /// The signature in base64.
    pub signature: String,
    /// The form and its version: `web-eid:1.0`.
    pub format: String,
}

/// A token that passed every check.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The certificate in it.
    pub certificate: Certificate,
    /// Who issued that, and whether it is a real card.
    pub chain: ChainReport,
    /// The algorithm of the signature.
    pub algorithm: String,
}

/// Why a token is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum Rejection {
    /// No JSON object with the members of a token, or too large.
    Unreadable(String),
    /// Another form, or a major version other than 1.
    Format(String),
    /// A member is not base64.
    Base64(&'static str),
    /// The certificate cannot be read.
    Certificate(#[from] CertificateError),
    /// No known authority issued the certificate for authentication.
    Chain(ChainResult),
    /// The certificate is of a card for try-outs, whose kind is not accepted here.
    TestCard(Environment),
    /// The certificate, or that of its authority, was not in force at the moment.
    Period(Period),
    /// The key in the certificate does not sign with this algorithm.
    Algorithm(String),
    /// The key did not sign this origin and this nonce: one of them, or the signature, is another.
    Signature,
}

impl Rejection {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Unreadable(why) => phrase!("fault-token-unreadable", why = why.as_str()),
            Self::Format(format) => phrase!("fault-token-format", format = format!("{format:?}")),
            Self::Base64(member) => phrase!("fault-token-base64", member = *member),
            Self::Certificate(why) => phrase!("fault-foreign", why = why.to_string()),
            Self::Chain(result) => phrase!("fault-token-chain", chain = result.name()),
            Self::TestCard(environment) => phrase!("fault-token-card", environment = environment.name()),
            Self::Period(period) => phrase!("fault-certificate-period", period = period.name()),
            Self::Algorithm(algorithm) => phrase!("fault-token-algorithm", algorithm = format!("{algorithm:?}")),
            Self::Signature => phrase!("fault-token-signature"),
        }
    }
}

impl Token {
    /// Reads a token, or the answer of the agent with the token in it.
    ///
    /// # Errors
    /// [`Rejection::Unreadable`].
    pub fn parse(json: &[u8]) -> Result<Self, Rejection> {
        #[derive(Deserialize)]
        struct Answer {
            token: Token,
        }
        if json.len() > LARGEST_TOKEN {
            return Err(Rejection::Unreadable("too large".into()));
        }
        match serde_json::from_slice::<Answer>(json) {
            Ok(answer) => Ok(answer.token),
            Err(_) => serde_json::from_slice(json).map_err(|error| Rejection::Unreadable(error.to_string())),
        }
    }
}

impl Validator {
    /// Trusts these authorities for log-ins, as far as they issue for user authentication; those for digital signature
    /// never vouch for a log-in. Test cards are refused even where their authority is in `trust`.
    #[must_use]
    pub fn new(trust: TrustStore) -> Self {
        Self { trust, test_cards: Vec::new() }
    }

    /// Accepts the test cards lent by J-LIS too. Not for a server whose users are real.
    #[must_use]
    pub fn accepting_jlis_test_cards(mut self) -> Self {
        self.test_cards.push(Environment::JlisTest);
        self
    }

    /// Accepts the software card too. Its keys are public: anybody can log in. For development only.
    #[must_use]
    pub fn accepting_software_cards(mut self) -> Self {
        self.test_cards.push(Environment::Simulator);
        self
    }

    /// Was `token` made for `origin` and `nonce`, with a card that was good at the moment `now`?
    ///
    /// # Errors
    /// [`Rejection`], the first that applies.
    pub fn check(
        &self,
        token: &Token,
        origin: &Origin,
        nonce: &ChallengeNonce,
        now: Timestamp,
    ) -> Result<Accepted, Rejection> {
        if !is_known_format(&token.format) {
            return Err(Rejection::Format(shortened(&token.format)));
        }
        let der =
            BASE64.decode(&token.unverified_certificate).map_err(|_| Rejection::Base64("unverifiedCertificate"))?;
        let certificate = Certificate::parse(&der)?;
        let chain = self.trust.check(&certificate, KeyKind::Authentication, None);
        if chain.result != ChainResult::Trusted {
            return Err(Rejection::Chain(chain.result));
        }
        let is_test_card = matches!(chain.environment, Environment::JlisTest | Environment::Simulator);
        if is_test_card && !self.test_cards.contains(&chain.environment) {
            return Err(Rejection::TestCard(chain.environment));
        }
        let periods = chain.root_validity.into_iter().chain([certificate.validity()]).map(|it| it.period(now));
        if let Some(period) = periods.into_iter().find(|period| *period != Period::InPeriod) {
            return Err(Rejection::Period(period));
        }
        let works_like_a_card = certificate.is_supported_key(INDIVIDUAL_NUMBER_CARD.authentication.algorithm);
        let algorithm = digest_algorithm(&token.algorithm).filter(|_| works_like_a_card);
        let Some(algorithm) = algorithm else { return Err(Rejection::Algorithm(shortened(&token.algorithm))) };
        let signature = BASE64.decode(&token.signature).map_err(|_| Rejection::Base64("signature"))?;
        let hash = |text: &str| algorithm.digest(text.as_bytes()).value().to_vec();
        let signed = [hash(origin.as_str()), hash(nonce.as_str())].concat();
        certificate.verify(&algorithm.digest(&signed), &signature).map_err(|_| Rejection::Signature)?;
        Ok(Accepted { certificate, chain, algorithm: token.algorithm.clone() })
    }
}

/// `web-eid:1`, `web-eid:1.0`, `web-eid:1.1` and so on: later minor versions only add members.
fn is_known_format(format: &str) -> bool {
    let Some(version) = format.strip_prefix("web-eid:") else { return false };
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    major == "1" && !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit())
}

/// The hash function of an algorithm that RSA keys sign with as cards do (RFC 7518, 3.3).
fn digest_algorithm(name: &str) -> Option<DigestAlgorithm> {
    match name {
        "RS256" => Some(DigestAlgorithm::Sha256),
        "RS384" => Some(DigestAlgorithm::Sha384),
        "RS512" => Some(DigestAlgorithm::Sha512),
        _ => None,
    }
}

/// Text of a stranger, cut to a length that may be shown.
fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Span;

    use super::super::{Challenge, FORMAT};
    use super::*;
    use crate::simulator::{self, Holder};

    #[test]
    fn only_the_first_major_version_is_known() {
        for format in ["web-eid:1", "web-eid:1.0", "web-eid:1.1", "web-eid:1.10"] {
            assert!(is_known_format(format), "{format}");
        }
        for format in [
            "",
            "web-eid",
            "web-eid:",
            "web-eid:2",
            "web-eid:2.0",
            "web-eid:10",
            "web-eid:1.",
            "web-eid:1.x",
            "Web-eid:1.0",
        ] {
            assert!(!is_known_format(format), "{format}");
        }
    }

    #[test]
    fn a_token_is_read_alone_or_in_its_answer() {
        let token = r#"{"unverifiedCertificate":"QQ==","algorithm":"RS256","signature":"QQ==","format":"web-eid:1.0","appVersion":"x"}"#;
        assert_eq!(Token::parse(token.as_bytes()).unwrap().algorithm, "RS256");
        assert_eq!(Token::parse(format!("{{\"token\":{token},\"agent\":{{}}}}").as_bytes()).unwrap().signature, "QQ==");
        for text in ["", "[]", "{}", "{\"token\":{}}", "null", "\u{0}"] {
            assert!(matches!(Token::parse(text.as_bytes()), Err(Rejection::Unreadable(_))), "{text:?}");
        }
        assert!(Token::parse(&vec![b' '; LARGEST_TOKEN + 1]).is_err());
    }

    const ORIGIN: &str = "https://portal.example";
    const NONCE: &str = "12345678123456781234567812345678912356789123";

    /// The software card's token for [`ORIGIN`] and [`NONCE`], and a validator that trusts its authority.
    fn token(issued: Timestamp) -> (Token, Validator) {
        let card = simulator::issue(&Holder::standard(), issued).unwrap();
        let mut trust = TrustStore::empty().with_simulator();
        trust.add("software card", Certificate::parse(&card.authentication_ca).unwrap()).unwrap();
        let challenge = Challenge::new(&ORIGIN.parse().unwrap(), &NONCE.parse().unwrap());
        let padding = rsa::Pkcs1v15Sign::new_unprefixed();
        let signature = card.authentication_key.sign(padding, &challenge.digest().digest_info()).unwrap();
        let token = Token {
            unverified_certificate: BASE64.encode(&card.authentication_certificate),
            algorithm: "RS256".into(),
            signature: BASE64.encode(signature),
            format: FORMAT.into(),
        };
        (token, Validator::new(trust).accepting_software_cards())
    }

    #[test]
    fn each_cause_of_refusal_has_its_name() {
        let now: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
        let (token, validator) = token(now);
        let check = |token: &Token, origin: &str, nonce: &str| {
            validator.check(token, &origin.parse().unwrap(), &nonce.parse().unwrap(), now)
        };
        let accepted = check(&token, ORIGIN, NONCE).unwrap();
        assert_eq!(accepted.chain.environment, Environment::Simulator);

        let refused = |token: &Token, origin: &str, nonce: &str| check(token, origin, nonce).unwrap_err();
        assert_eq!(refused(&token, "https://portal.example:8443", NONCE), Rejection::Signature);
        assert_eq!(refused(&token, ORIGIN, &NONCE.replace('1', "2")), Rejection::Signature);
        let changed = |change: fn(&mut Token)| {
            let mut token = token.clone();
            change(&mut token);
            refused(&token, ORIGIN, NONCE)
        };
        assert_eq!(changed(|token| token.format = "web-eid:2".into()), Rejection::Format("web-eid:2".into()));
        assert_eq!(changed(|token| token.algorithm = "RS512".into()), Rejection::Signature);
        assert_eq!(changed(|token| token.algorithm = "none".into()), Rejection::Algorithm("none".into()));
        assert_eq!(changed(|token| token.signature.clear()), Rejection::Signature);
        assert_eq!(changed(|token| token.signature.push('!')), Rejection::Base64("signature"));
        assert_eq!(
            changed(|token| token.unverified_certificate.clear()),
            Rejection::Certificate(CertificateError::Structure)
        );
        assert_eq!(
            Validator::new(TrustStore::pinned())
                .check(&token, &ORIGIN.parse().unwrap(), &NONCE.parse().unwrap(), now)
                .unwrap_err(),
            Rejection::Chain(ChainResult::UnknownIssuer)
        );
    }

    #[test]
    fn a_software_card_logs_in_only_where_that_was_asked_for() {
        let now: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
        let (token, validator) = token(now);
        let (origin, nonce) = (ORIGIN.parse().unwrap(), NONCE.parse().unwrap());
        let check = |validator: Validator| validator.check(&token, &origin, &nonce, now).map(|_| ());
        let refused = Err(Rejection::TestCard(Environment::Simulator));
        assert_eq!(check(Validator::new(validator.trust.clone())), refused);
        assert_eq!(check(Validator::new(validator.trust.clone()).accepting_jlis_test_cards()), refused);
        assert_eq!(check(validator), Ok(()));
    }

    #[test]
    fn an_authority_for_signatures_vouches_for_no_log_in() {
        let now: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
        let card = simulator::issue(&Holder::standard(), now).unwrap();
        let (mut token, validator) = token(now);
        let mut trust = validator.trust.clone();
        trust.add("signatures", Certificate::parse(&card.signature_ca).unwrap()).unwrap();
        token.unverified_certificate = BASE64.encode(card.signature_certificate.unwrap());
        let check = Validator::new(trust).accepting_software_cards().check(
            &token,
            &ORIGIN.parse().unwrap(),
            &NONCE.parse().unwrap(),
            now,
        );
        assert!(matches!(check, Err(Rejection::Chain(_))), "{check:?}");
    }

    #[test]
    fn the_certificate_must_be_in_force_to_the_second() {
        let issued: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
        let (token, validator) = token(issued);
        let check = |now| validator.check(&token, &ORIGIN.parse().unwrap(), &NONCE.parse().unwrap(), now);
        let validity = check(issued).unwrap().certificate.validity();
        let second = Span::new().seconds(1);
        assert!(check(validity.not_before).is_ok() && check(validity.not_after).is_ok());
        let period = |now: Timestamp| check(now).unwrap_err();
        assert_eq!(period(validity.not_before - second), Rejection::Period(Period::NotYetValid));
        assert_eq!(period(validity.not_after + second), Rejection::Period(Period::Expired));
    }
}
