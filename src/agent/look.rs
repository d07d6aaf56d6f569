//! The look before a prompt: what the prompt must say, and what ends a request before anybody is asked.
//!
//! SELECT, tries left, and the free certificates that are needed and not known yet; no PIN, no key. Nothing is held after.

use std::sync::Arc;

use super::Agent;
use crate::apdu::StatusWord;
use crate::card::{CardError, Step};
use crate::certificate::{Certificate, ChainReport, ChainResult, Environment, TrustStore};
use crate::jpki::{self, CertificateKind, Identity, KeyKind, Tries};
use crate::problem::Problem;
use crate::reader::{CardFacts, CardSession, Insertion, JobOptions, ReaderInfo};

/// What the look found.
#[derive(Clone, Debug)]
pub(super) struct Look {
    pub(super) reader: ReaderInfo,
    pub(super) insertion: Insertion,
    pub(super) tries: Tries,
    pub(super) facts: CardFacts,
    pub(super) environment: Environment,
}

impl Look {
    /// The authentication certificate; a card without one, or with a key of another kind, cannot log in.
    pub(super) fn usable_authentication_certificate(&self) -> Result<Arc<Certificate>, Problem> {
        let key_kind = KeyKind::Authentication;
        let certificate = known(&self.facts, CertificateKind::Holder(key_kind));
        let certificate = certificate.ok_or(Problem::CertificateAbsent { key_kind: Some(key_kind) })?;
        let algorithm = jpki::INDIVIDUAL_NUMBER_CARD.key(key_kind).algorithm;
        if certificate.is_supported_key(algorithm) { Ok(certificate) } else { Err(Problem::CardUnsupported) }
    }
}

impl Agent {
    /// Ends a use of `key_kind` where the PIN is blocked or protected.
    pub(super) fn judge(&self, look: Look, key_kind: KeyKind) -> Result<Look, Problem> {
        if look.tries.is_blocked() {
            return Err(Problem::PinBlocked { key_kind });
        }
        if look.tries.is_precarious() && !self.is_unprotected(&look.reader.id, look.insertion, key_kind) {
            return Err(Problem::LastTryProtected { key_kind, tries_left: look.tries.left() });
        }
        Ok(look)
    }

    /// Looks at the card in the reader that is wanted, for a use of `key_kind`.
    pub(super) async fn look_at_tries(&self, wanted: Option<&str>, key_kind: KeyKind) -> Result<Look, Problem> {
        let reader = self.choose(wanted).await?;
        let limit = self.readers.policy().operation_limit;
        let trust = self.trust.clone();
        let (insertion, tries, facts, environment) = reader
            .handle
            .run(JobOptions::default(), limit, move |card| {
                let tries = reading(card, |card| {
                    let profile = card.profile();
                    let tries = jpki::query_tries(card, profile.key(key_kind))?;
                    if !tries.is_blocked() {
                        read_free_certificate(card, AUTHENTICATION, &trust)?;
                        if key_kind == KeyKind::Signature {
                            // Which authority issued the signature certificate, only the PIN would tell.
                            read_free_certificate(card, CertificateKind::Authority(key_kind), &trust)?;
                        }
                    }
                    Ok(tries)
                })?;
                let environment = environment(&trust, card.facts());
                Ok::<_, Problem>((card.insertion(), tries, card.facts().clone(), environment))
            })
            .await?;
        self.seen(&facts, environment);
        Ok(Look { reader, insertion, tries, facts, environment })
    }
}

/// The certificate that needs no PIN and says whose card this is, without a name.
const AUTHENTICATION: CertificateKind = CertificateKind::Holder(KeyKind::Authentication);

/// Which world the card belongs to: by its authentication certificate, else by its authorities' certificates.
pub(super) fn environment(trust: &TrustStore, facts: &CardFacts) -> Environment {
    let chain = |kind| known(facts, kind).map(|certificate| chain_of(trust, facts, kind, &certificate));
    let trusted = |report: &ChainReport| report.result == ChainResult::Trusted;
    let authority = || chain(CertificateKind::Authority(KeyKind::Signature));
    let report = chain(AUTHENTICATION).filter(trusted).or_else(|| authority().filter(trusted));
    report.map_or(Environment::Unknown, |report| report.environment)
}

/// Whom `certificate` chains to, with the authority's certificate from the same card, or as other cards have shown it.
pub(super) fn chain_of(
    trust: &TrustStore,
    facts: &CardFacts,
    kind: CertificateKind,
    certificate: &Certificate,
) -> ChainReport {
    let key_kind = kind.key_kind();
    match kind {
        CertificateKind::Holder(_) => {
            let authority = known(facts, CertificateKind::Authority(key_kind));
            trust.check(certificate, key_kind, authority.as_deref())
        }
        CertificateKind::Authority(_) => trust.check_authority(certificate, key_kind),
    }
}

/// A certificate that is known and present.
pub(super) fn known(facts: &CardFacts, kind: CertificateKind) -> Option<Arc<Certificate>> {
    facts.certificates.get(&kind).cloned().flatten()
}

/// Makes the JPKI application current on a card that is an Individual Number Card; for any other the error is that of a
/// card without the application.
pub(super) fn open(card: &mut CardSession<'_>) -> Result<(), CardError> {
    match card.open_applet()? {
        Identity::IndividualNumberCard => Ok(()),
        Identity::OtherToken | Identity::Foreign => {
            Err(CardError::Refused { step: Step::SelectApplet, status: StatusWord::NOT_FOUND })
        }
    }
}

/// Opens the application and does `work`, which only reads; if the card loses what was selected, once more.
pub(super) fn reading<T>(
    card: &mut CardSession<'_>,
    mut work: impl FnMut(&mut CardSession<'_>) -> Result<T, CardError>,
) -> Result<T, CardError> {
    once_more_if_lost(card, |card| {
        open(card)?;
        work(card)
    })
}

/// Does `attempt`, which begins with SELECT and only reads; if the card loses what was selected, once more.
pub(super) fn once_more_if_lost<T>(
    card: &mut CardSession<'_>,
    mut attempt: impl FnMut(&mut CardSession<'_>) -> Result<T, CardError>,
) -> Result<T, CardError> {
    match attempt(card) {
        Err(error) if jpki::has_lost_selection(&error) => attempt(card),
        result => result,
    }
}

/// Does [`read_free_certificate`] send no command for these?
pub(super) fn are_known(facts: &CardFacts, kinds: &[CertificateKind], trust: &TrustStore) -> bool {
    let known = |kind: &CertificateKind| facts.certificates.contains_key(kind);
    kinds.iter().all(|kind| known(kind) && (*kind != AUTHENTICATION || has_issuer(facts, trust)))
}

/// Reads one of the certificates that need no PIN, unless it is known already; with the authentication certificate that
/// of its issuer, which tells whom it chains to, unless a card has shown that before.
pub(super) fn read_free_certificate(
    card: &mut CardSession<'_>,
    kind: CertificateKind,
    trust: &TrustStore,
) -> Result<(), CardError> {
    learn_certificate(card, kind, trust)?;
    if kind == AUTHENTICATION && !has_issuer(card.facts(), trust) {
        learn_certificate(card, CertificateKind::Authority(KeyKind::Authentication), trust)?;
    }
    Ok(())
}

/// Is all at hand that the card could give to check its authentication certificate?
fn has_issuer(facts: &CardFacts, trust: &TrustStore) -> bool {
    facts.certificates.contains_key(&CertificateKind::Authority(KeyKind::Authentication))
        || known(facts, AUTHENTICATION).is_none_or(|own| trust.has_issuer(&own, KeyKind::Authentication))
}

fn learn_certificate(card: &mut CardSession<'_>, kind: CertificateKind, trust: &TrustStore) -> Result<(), CardError> {
    if card.facts().certificates.contains_key(&kind) {
        return Ok(());
    }
    let certificate = match card.read_certificate(kind, parse) {
        Ok(certificate) => certificate.map(Arc::new),
        // One that the card keeps to itself is as good as none (`card-protocol.md` 11, D11).
        Err(error) if is_closed(&error) => None,
        Err(error) => return Err(error),
    };
    if let (CertificateKind::Authority(key_kind), Some(authority)) = (kind, &certificate) {
        trust.keep_shown(authority, key_kind);
    }
    card.learn(|facts| {
        facts.certificates.insert(kind, certificate);
    });
    Ok(())
}

fn is_closed(error: &CardError) -> bool {
    matches!(error, CardError::Refused { step: Step::Read, status: StatusWord::SECURITY_NOT_SATISFIED })
}

/// A certificate from the card's bytes; what does not parse is a fault of the card.
pub(super) fn parse(der: &[u8]) -> Result<Certificate, CardError> {
    Certificate::parse(der).map_err(|error| {
        tracing::warn!(%error, "the card holds a certificate that cannot be read");
        CardError::Malformed { step: Step::Read, what: "a certificate that cannot be read" }
    })
}
