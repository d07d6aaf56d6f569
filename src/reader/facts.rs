//! What is known about a card for as long as it stays in its reader.
//!
//! Kept by the reader's thread and dropped when the card goes, is exchanged, or another program resets it. Nothing here
//! names the holder: of the signature certificate only dates, fingerprint and public key are kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::certificate::{Certificate, Fingerprint, PublicKey, Validity};
use crate::jpki::{CertificateKind, Identity};

/// Facts about one insertion of one card.
#[derive(Clone, Debug, Default)]
pub struct CardFacts {
    /// What the card turned out to be.
    pub identity: Option<Identity>,
    /// The certificates without personal data; the inner `None` means that the card has none of this kind.
    pub certificates: BTreeMap<CertificateKind, Option<Arc<Certificate>>>,
    /// What may be kept of the signature certificate once it was read.
    pub signature: Option<SignatureFacts>,
    /// The proof by reading that a signature PIN was forgotten has been made (`card-protocol.md` 5.5, step 2).
    pub close_down_proved: bool,
}

/// The part of the signature certificate that names nobody.
#[derive(Clone, Debug)]
pub struct SignatureFacts {
    /// SHA-256 of the certificate.
    pub fingerprint: Fingerprint,
    /// Its public key, to check signatures with.
    pub public_key: PublicKey,
    /// Its dates.
    pub validity: Validity,
    /// Was it issued by an authority the agent knows?
    pub known_issuer: bool,
}
