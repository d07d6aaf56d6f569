//! Signing digests with the signature key: one PIN, one VERIFY, all signatures or none.

use std::sync::Arc;

use super::ask::Standing;
use super::error::of_sign;
use super::look::parse;
use super::reminders::seen_card;
use super::turn::lost;
use super::{Agent, CHOOSE, Caller};
use crate::audit::{Intent, Operation};
use crate::certificate::{Certificate, ChainResult, Fingerprint, Period, PublicKey, TrustStore};
use crate::consent::{Purpose, Step};
use crate::digest::{Digest, DigestAlgorithm};
use crate::foreign_text;
use crate::jpki::{self, CertificateKind, KeyKind};
use crate::notices::Deed;
use crate::problem::Problem;
use crate::reader::{CardSession, SignatureFacts};
use crate::reminders::{Reminders, SignatureDates};

/// What a site calls one of the things to be signed: plain text of at most 200 characters, without control, zero-width
/// and direction-changing characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label(String);

/// Not fit to be shown in a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// More than 200 characters.
    #[error("a label has at most 200 characters")]
    TooLong,
    /// A character that could hide or reorder what is shown.
    #[error("a label has no control, zero-width or direction-changing characters")]
    Character,
}

impl Label {
    /// Longest label in characters.
    pub const MAX: usize = 200;

    /// Takes `text` as a label.
    ///
    /// # Errors
    /// [`LabelError`].
    pub fn new(text: String) -> Result<Self, LabelError> {
        if text.chars().any(foreign_text::is_deceptive) {
            return Err(LabelError::Character);
        }
        if text.chars().count() > Self::MAX {
            return Err(LabelError::TooLong);
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Digests to be signed.
#[derive(Clone, Debug)]
pub struct SignRequest {
    /// 1 to 100, each with what the site calls it.
    pub digests: Vec<(Digest, Option<Label>)>,
    /// Refuse if the card's signature certificate is another.
    pub fingerprint: Option<Fingerprint>,
    /// Hand out the certificate too.
    pub include_certificate: bool,
    /// The reader, if the caller named one, or [`super::CHOOSE`].
    pub reader: Option<String>,
    /// Which of two requests the caller says this is; for the prompt.
    pub step: Option<Step>,
}

/// Signatures in the order of the digests.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The signature certificate, if it was wanted.
    pub certificate: Option<Arc<Certificate>>,
    /// One for each digest.
    pub signatures: Vec<SignatureResult>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureResult {
    /// JOSE name of the algorithm: `RS256`, `RS384`, `RS512`.
    pub algorithm: &'static str,
    /// The signature's bytes, big-endian; as many as the key's modulus.
    pub value: Vec<u8>,
}

const KEY_KIND: KeyKind = KeyKind::Signature;

/// What came of one PIN session.
enum Session {
    /// All signatures, and each fits the certificate.
    Signed(Signed),
    /// The certificate read has ended, or has not begun, and nobody was asked about that yet; nothing was signed.
    OutOfPeriod,
}

impl Agent {
    /// Asks the person and signs the digests.
    ///
    /// # Errors
    /// A [`Problem`] of reader, card, consent or PIN.
    pub async fn sign(self: &Arc<Self>, caller: &Caller, request: SignRequest) -> Result<Signed, Problem> {
        let mut turn = self.turn(caller).await?;
        let digests: Arc<[Digest]> = request.digests.iter().map(|(digest, _)| digest.clone()).collect();
        let intent = Intent {
            asker: caller.asker.clone(),
            operation: Operation::Sign,
            on_behalf_of: None,
            key_kind: Some(KEY_KIND),
            digests: digests.to_vec(),
        };
        let mut wanted = request.reader.clone();
        loop {
            let look = match turn.look(wanted.as_deref(), KEY_KIND, &intent).await {
                Ok(look) => look,
                Err(problem) => return turn.refused(problem),
            };
            if wanted.as_deref() == Some(CHOOSE) {
                // Chosen once, for all rounds.
                wanted = Some(look.reader.id.as_str().to_owned());
            }
            let known = look.facts.signature.as_ref();
            if let (Some(wanted), Some(known)) = (request.fingerprint, known)
                && wanted != known.fingerprint
            {
                return turn.refused(Problem::CertificateMismatch);
            }
            turn.record(&intent);
            let standing = known.map(SignatureFacts::standing);
            let period_told = standing.is_some_and(|standing| standing.validity.period(self.now()) != Period::InPeriod);
            let labelled = request.digests.iter().map(|(digest, label)| (digest.clone(), label.clone().map(|l| l.0)));
            let purpose = Purpose::Sign {
                digests: labelled.collect(),
                discloses: request.include_certificate,
                step: request.step,
            };
            let pin = match turn.ask_for_pin(&look, KEY_KIND, purpose, standing).await {
                Ok(pin) => pin,
                Err(problem) => return turn.refused(problem),
            };

            let plan = Plan {
                digests: digests.clone(),
                fingerprint: request.fingerprint,
                include_certificate: request.include_certificate,
                period_told,
                now: self.now(),
                trust: self.trust.clone(),
                reminders: self.reminders.clone(),
            };
            let (agent, count) = (self.clone(), digests.len());
            // On its own feet: what the card has begun is finished and written down, even if the caller goes away.
            let work = tokio::spawn(async move {
                let session = agent.with_pin(&turn, &look, KEY_KIND, pin, move |card| plan.carry_out(card)).await;
                let result = match session {
                    Ok(Session::OutOfPeriod) => return Err(turn),
                    Ok(Session::Signed(signed)) => Ok(signed),
                    Err(problem) => Err(problem),
                };
                turn.finish(&result, Some(Deed::Signed { count }));
                Ok(result)
            });
            match work.await.map_err(lost)? {
                Ok(result) => return result,
                // Its dates are known now, so the next round asks about them, and for the PIN anew: the entry just
                // used is gone, and nothing is held while a person decides.
                Err(same_turn) => turn = same_turn,
            }
        }
    }

    /// Reads the certificate that the look could not, within a PIN session. Its dates are kept for reminders, whatever
    /// becomes of the rest.
    pub(super) fn read_signature_certificate(
        trust: &TrustStore,
        reminders: &Reminders,
        card: &mut CardSession<'_>,
    ) -> Result<Arc<Certificate>, Problem> {
        let certificate = card.read_certificate(CertificateKind::Holder(KEY_KIND), parse)?;
        let certificate = Arc::new(certificate.ok_or(Problem::CertificateAbsent { key_kind: Some(KEY_KIND) })?);
        let authority = super::look::known(card.facts(), CertificateKind::Authority(KEY_KIND));
        let chain = trust.check(&certificate, KEY_KIND, authority.as_deref());
        let facts = SignatureFacts {
            fingerprint: certificate.fingerprint(),
            public_key: certificate.public_key().clone(),
            validity: certificate.validity(),
            known_issuer: chain.result == ChainResult::Trusted,
        };
        if let Some(seen) = seen_card(card.facts(), chain.environment) {
            let SignatureFacts { fingerprint, validity, .. } = facts;
            reminders.learn(&seen, SignatureDates { fingerprint, validity });
        }
        card.learn(|known| known.signature = Some(facts));
        Ok(certificate)
    }
}

impl SignatureFacts {
    fn standing(&self) -> Standing {
        Standing { validity: self.validity, known_issuer: self.known_issuer }
    }
}

/// What is to be done once the PIN is verified.
struct Plan {
    digests: Arc<[Digest]>,
    fingerprint: Option<Fingerprint>,
    include_certificate: bool,
    period_told: bool,
    now: jiff::Timestamp,
    trust: Arc<TrustStore>,
    reminders: Arc<Reminders>,
}

impl Plan {
    fn carry_out(self, card: &mut CardSession<'_>) -> Result<Session, Problem> {
        let known = card.facts().signature.clone();
        let (certificate, facts) = match known {
            Some(facts) if !self.include_certificate => (None, facts),
            _ => {
                let certificate = Agent::read_signature_certificate(&self.trust, &self.reminders, card)?;
                let facts = card.facts().signature.clone().ok_or(Problem::Internal { outcome_unknown: false })?;
                (Some(certificate), facts)
            }
        };
        let profile = card.profile();
        if self.fingerprint.is_some_and(|wanted| wanted != facts.fingerprint) {
            return Err(Problem::CertificateMismatch);
        }
        if !facts.public_key.fits(profile.signature.algorithm) {
            return Err(Problem::CardUnsupported);
        }
        if !self.period_told && facts.validity.period(self.now) != Period::InPeriod {
            return Ok(Session::OutOfPeriod);
        }
        jpki::select_signature_key(card, profile)?;
        let sign = |digest: &Digest| {
            let value = jpki::sign_digest(card, profile, digest).map_err(|error| of_sign(error, KEY_KIND))?;
            check(&facts.public_key, digest, &value)?;
            Ok(SignatureResult { algorithm: jose_name(digest.algorithm()), value })
        };
        let signatures = self.digests.iter().map(sign).collect::<Result<_, Problem>>()?;
        let certificate = certificate.filter(|_| self.include_certificate);
        Ok(Session::Signed(Signed { certificate, signatures }))
    }
}

/// Lets no signature pass that the public key does not verify.
pub(super) fn check(public_key: &PublicKey, digest: &Digest, signature: &[u8]) -> Result<(), Problem> {
    public_key.verify(digest, signature).map_err(|_| {
        tracing::error!("the card's signature does not verify with its certificate; it is not handed out");
        Problem::CardFault { outcome_unknown: false, tries_left: None }
    })
}

/// The JOSE name of RSASSA-PKCS1-v1_5 with this hash (RFC 7518, 3.3).
pub(super) fn jose_name(algorithm: DigestAlgorithm) -> &'static str {
    match algorithm {
        DigestAlgorithm::Sha256 => "RS256",
        DigestAlgorithm::Sha384 => "RS384",
        DigestAlgorithm::Sha512 => "RS512",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_could_deceive_are_refused() {
        for text in [
            "",
            "r7-shinkoku.xtx",
            "令和7年分 確定申告書",
            "a & <b>",
            "名称\u{3000}〇〇",
            "葛\u{E0100}城❤\u{FE0F}.pdf",
            &"長".repeat(200),
        ] {
            assert_eq!(Label::new(text.to_owned()).unwrap().as_str(), text);
        }
        assert_eq!(Label::new("x".repeat(201)), Err(LabelError::TooLong));
        for c in [
            '\n',
            '\0',
            '\u{7F}',
            '\u{85}',
            '\u{200B}',
            '\u{200D}',
            '\u{202E}',
            '\u{2066}',
            '\u{FEFF}',
            '\u{AD}',
            '\u{2028}',
            '\u{E0041}',
        ] {
            assert_eq!(Label::new(format!("a{c}b")), Err(LabelError::Character), "{:04X}", u32::from(c));
        }
    }
}
