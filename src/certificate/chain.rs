//! Did a known authority issue this certificate, and for this kind of key (`certificates-and-formats.md` 4)?
//!
//! There is one level: the root issues the holder's certificate. An own check, because general ones refuse the critical
//! certificatePolicies. Dates and revocation are not part of the result.

use der::asn1::ObjectIdentifier;

use super::roots::Root;
use super::{Certificate, Environment, TrustStore, Validity};
use crate::jpki::KeyKind;

/// What the check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChainResult {
    /// A known authority issued it, for this kind of key.
    Trusted,
    /// None of the known authorities issued it, or the authority is known but its certificate is not at hand: perhaps
    /// a new generation. A warning, not a sign of forgery.
    UnknownIssuer,
    /// It names a known authority, whose key did not sign it.
    BadSignature,
    /// Its content is not that of a holder's certificate of this kind.
    NotAJpkiCertificate,
}

impl ChainResult {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Trusted, Self::UnknownIssuer, Self::BadSignature, Self::NotAJpkiCertificate];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Trusted => "trusted",
            Self::UnknownIssuer => "unknown_issuer",
            Self::BadSignature => "bad_signature",
            Self::NotAJpkiCertificate => "not_a_jpki_certificate",
        }
    }
}

/// What the check found, and by which authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// The result.
    pub result: ChainResult,
    /// Name of the authority whose key verified the signature.
    pub root: Option<String>,
    /// That authority's world.
    pub environment: Environment,
    /// That authority's own dates, for callers that check a moment.
    pub root_validity: Option<Validity>,
}

impl ChainReport {
    fn unverified(result: ChainResult) -> Self {
        Self { result, root: None, environment: Environment::Unknown, root_validity: None }
    }

    fn verified_by(root: &Root, authority: &Certificate, result: ChainResult) -> Self {
        Self {
            result,
            root: Some(root.name.clone()),
            environment: root.environment,
            root_validity: Some(authority.validity()),
        }
    }
}

impl TrustStore {
    /// Checks a holder's certificate for `kind`. `authority_on_card` lends its key if it is a known authority, and is
    /// passed over otherwise. One that a card has shown before ([`TrustStore::keep_shown`]) lends its key, too.
    #[must_use]
    pub fn check(
        &self,
        certificate: &Certificate,
        kind: KeyKind,
        authority_on_card: Option<&Certificate>,
    ) -> ChainReport {
        let Some((root, authority)) = self.issuer(certificate, kind, authority_on_card) else {
            return ChainReport::unverified(ChainResult::UnknownIssuer);
        };
        if !certificate.claims.has_todays_form() {
            return ChainReport::unverified(ChainResult::NotAJpkiCertificate);
        }
        if !certificate.is_signed_by(authority) {
            return ChainReport::unverified(ChainResult::BadSignature);
        }
        let result = if certificate.is_for_holder(kind, root.environment) {
            ChainResult::Trusted
        } else {
            ChainResult::NotAJpkiCertificate
        };
        ChainReport::verified_by(root, authority, result)
    }

    /// Is the certificate of the authority at hand that `certificate` names as its issuer, without a card's copy?
    #[must_use]
    pub fn has_issuer(&self, certificate: &Certificate, kind: KeyKind) -> bool {
        self.issuer(certificate, kind, None).is_some()
    }

    /// Checks the certificate of an authority for `kind`: trusted if it is one of the known ones.
    #[must_use]
    pub fn check_authority(&self, authority: &Certificate, kind: KeyKind) -> ChainReport {
        if let Some(root) = self.roots(kind).iter().find(|root| root.is(authority)) {
            return ChainReport::verified_by(root, authority, ChainResult::Trusted);
        }
        ChainReport::unverified(if !authority.is_authority() {
            ChainResult::NotAJpkiCertificate
        } else if authority.claims.has_todays_form() && !authority.is_signed_by(authority) {
            ChainResult::BadSignature
        } else {
            ChainResult::UnknownIssuer
        })
    }

    /// The known authority that the certificate names as its issuer, and the certificate that has its key. All
    /// generations have one name, so the key id finds it; the rest must fit too.
    fn issuer<'a>(
        &'a self,
        certificate: &Certificate,
        kind: KeyKind,
        authority_on_card: Option<&'a Certificate>,
    ) -> Option<(&'a Root, &'a Certificate)> {
        let named = &certificate.claims.extensions.issuer_key;
        let key_id = named.key_id.as_deref()?;
        self.roots(kind).iter().filter(|root| root.key_id == key_id).find_map(|root| {
            let on_card = authority_on_card.filter(|authority| root.is(authority));
            let fits = |claimed: &Option<Vec<u8>>, actual: &[u8]| claimed.as_deref().is_none_or(|it| it == actual);
            let is_named = |authority: &&Certificate| {
                fits(&named.serial_number, &authority.serial_number)
                    && fits(&named.issuer, &authority.claims.issuer_der)
                    && certificate.claims.issuer_der == *authority.claims.subject_der
            };
            let mut at_hand = root.certificate.iter().chain(on_card).chain(root.shown.iter());
            Some((root, at_hand.find(is_named)?))
        })
    }
}

impl super::Claims {
    /// Version 3, signed with sha256WithRSAEncryption, inside and outside.
    fn has_todays_form(&self) -> bool {
        self.version_3 && self.sha256_with_rsa
    }
}

impl Certificate {
    /// A self-signed authority in today's form.
    pub(super) fn is_self_signed_authority(&self) -> bool {
        self.is_authority()
            && self.claims.has_todays_form()
            && self.public_key().is_strong()
            && self.claims.issuer_der == *self.claims.subject_der
            && self.is_signed_by(self)
    }

    fn is_authority(&self) -> bool {
        let extensions = &self.claims.extensions;
        extensions.well_formed
            && !extensions.unknown_critical
            && extensions.authority
            && extensions.key_usage.is_some_and(|usage| usage.key_cert_sign())
    }

    /// Was it signed with `authority`'s key? What RSA has proved of two certificates stays true, so it is asked once.
    fn is_signed_by(&self, authority: &Self) -> bool {
        if self.signed_by.get() == Some(&authority.fingerprint) {
            return true;
        }
        let is_signed = authority.public_key().verify(&self.claims.digest, &self.claims.signature).is_ok();
        if is_signed {
            let _ = self.signed_by.set(authority.fingerprint); // the first one stays: there is hardly ever another
        }
        is_signed
    }

    /// Has the content of a holder's certificate: a strong key, no power to issue others, and the usage and policy of
    /// this kind in this environment.
    fn is_for_holder(&self, kind: KeyKind, environment: Environment) -> bool {
        let extensions = &self.claims.extensions;
        let usage_fits = extensions.key_usage.is_some_and(|usage| {
            !usage.key_cert_sign()
                && usage.digital_signature()
                && match kind {
                    KeyKind::Authentication => !usage.non_repudiation() && extensions.client_authentication,
                    KeyKind::Signature => usage.non_repudiation(),
                }
        });
        self.public_key().is_strong()
            && extensions.well_formed
            && !extensions.unknown_critical
            && !extensions.authority
            && usage_fits
            && extensions.policies.contains(&policy(kind, environment))
    }
}

/// Policy of the signature certificate of a real card (2.4).
const SIGNATURE_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.1.20");
/// Policy of the authentication certificate of a real card (2.4).
const AUTHENTICATION_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.3.30");
/// Policy of the signature certificate of test cards (2.4).
const TEST_SIGNATURE_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.0.20");
/// Policy of the authentication certificate of test cards (2.4).
const TEST_AUTHENTICATION_POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.0.30");

/// The policy certificates of this kind must have. Only the authority of real cards may claim that of real cards.
pub(crate) fn policy(kind: KeyKind, environment: Environment) -> ObjectIdentifier {
    match (kind, environment) {
        (KeyKind::Signature, Environment::Production) => SIGNATURE_POLICY,
        (KeyKind::Authentication, Environment::Production) => AUTHENTICATION_POLICY,
        (KeyKind::Signature, _) => TEST_SIGNATURE_POLICY,
        (KeyKind::Authentication, _) => TEST_AUTHENTICATION_POLICY,
    }
}

#[cfg(test)]
mod tests;
