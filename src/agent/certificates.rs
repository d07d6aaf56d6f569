//! The certificates that need no PIN.

use std::sync::Arc;

use super::Agent;
use super::joined::part_of;
use super::look::{are_known, chain_of, environment, known, read_free_certificate, reading};
use crate::certificate::{Certificate, ChainReport, Period, Renewal};
use crate::jpki::{CertificateKind, KeyKind};
use crate::problem::Problem;
use crate::reader::{CardFacts, CardSession, JobOptions, ReaderId};

/// A certificate and how it stands today.
#[derive(Clone, Debug)]
pub struct CertificateView {
    /// Which of the four.
    pub kind: CertificateKind,
    /// The certificate.
    pub certificate: Arc<Certificate>,
    /// Before, in or after its period.
    pub period: Period,
    /// Days to its last day in Japan; negative once it has ended.
    pub days_left: i32,
    /// When it may be renewed; only for the holder's certificates.
    pub renewal: Option<Renewal>,
    /// Whom it chains to.
    pub chain: ChainReport,
}

/// One of the four certificates, as far as it can be seen.
#[derive(Clone, Debug)]
pub enum CertificateState {
    /// Here it is.
    Readable(CertificateView),
    /// Behind its PIN.
    PinRequired(CertificateKind),
    /// The card has none.
    Absent(CertificateKind),
}

/// All four.
#[derive(Clone, Debug)]
pub struct CertificatesReport {
    /// The reader with the card.
    pub reader: ReaderId,
    /// In the order of [`CertificateKind::ALL`].
    pub certificates: Vec<CertificateState>,
}

impl Agent {
    /// All four certificates, the holder's signature certificate only by its state.
    ///
    /// # Errors
    /// A [`Problem`] of reader or card.
    pub async fn certificates(&self, reader: Option<&str>) -> Result<CertificatesReport, Problem> {
        let free = CertificateKind::ALL.into_iter().filter(|kind| !is_behind_pin(*kind)).collect();
        let (reader, facts) = self.free_certificates(reader, free).await?;
        let certificates = CertificateKind::ALL.into_iter().map(|kind| self.state(&facts, kind)).collect();
        Ok(CertificatesReport { reader, certificates })
    }

    /// One certificate that needs no PIN.
    ///
    /// # Errors
    /// [`Problem::PinRequired`] for the holder's signature certificate, [`Problem::CertificateAbsent`], or a problem
    /// of reader or card.
    pub async fn certificate(
        &self,
        kind: CertificateKind,
        reader: Option<&str>,
    ) -> Result<(ReaderId, CertificateView), Problem> {
        if is_behind_pin(kind) {
            return Err(Problem::PinRequired);
        }
        let (reader, facts) = self.free_certificates(reader, vec![kind]).await?;
        match self.state(&facts, kind) {
            CertificateState::Readable(view) => Ok((reader, view)),
            CertificateState::PinRequired(_) => Err(Problem::PinRequired),
            CertificateState::Absent(kind) => Err(absent(kind)),
        }
    }

    /// Reads what is wanted, all of it free, and not known yet, and what tells whom it chains to. Where everything is known
    /// no command is sent.
    pub(super) async fn free_certificates(
        &self,
        reader: Option<&str>,
        wanted: Vec<CertificateKind>,
    ) -> Result<(ReaderId, CardFacts), Problem> {
        let reader = self.choose(reader).await?;
        let limit = self.readers.policy().operation_limit;
        let (handle, part) = (reader.handle.clone(), part_of(&reader, wanted.clone()));
        let trust = self.trust.clone();
        let read = async move |turnstile| {
            let work = move |card: &mut CardSession<'_>| {
                drop(turnstile);
                if !are_known(card.facts(), &wanted, &trust) {
                    reading(card, |card| {
                        wanted.iter().try_for_each(|kind| read_free_certificate(card, *kind, &trust))
                    })?;
                }
                Ok::<_, Problem>((card.facts().clone(), environment(&trust, card.facts())))
            };
            handle.run(JobOptions::default(), limit, work).await
        };
        let (facts, environment) = self.joined.certificates.read(part, read).await?;
        self.seen(&facts, environment);
        Ok((reader.id, facts))
    }

    fn state(&self, facts: &CardFacts, kind: CertificateKind) -> CertificateState {
        if is_behind_pin(kind) {
            return CertificateState::PinRequired(kind);
        }
        match known(facts, kind) {
            Some(certificate) => CertificateState::Readable(self.view(facts, kind, certificate)),
            None => CertificateState::Absent(kind),
        }
    }

    /// How `certificate` stands today.
    pub(super) fn view(
        &self,
        facts: &CardFacts,
        kind: CertificateKind,
        certificate: Arc<Certificate>,
    ) -> CertificateView {
        let now = self.now();
        CertificateView {
            kind,
            period: certificate.period(now),
            days_left: certificate.days_left(now),
            renewal: matches!(kind, CertificateKind::Holder(_)).then(|| certificate.renewal(now)),
            chain: chain_of(&self.trust, facts, kind, &certificate),
            certificate,
        }
    }
}

fn absent(kind: CertificateKind) -> Problem {
    let key_kind = match kind {
        CertificateKind::Holder(key_kind) => Some(key_kind),
        CertificateKind::Authority(_) => None,
    };
    Problem::CertificateAbsent { key_kind }
}

fn is_behind_pin(kind: CertificateKind) -> bool {
    kind == CertificateKind::Holder(KeyKind::Signature)
}
