//! What the HTTPS door shows of itself: a key and a certificate for this computer's loopback names, and the authority that
//! issued it (RFC 5280), made for one user of one computer.
//!
//! The authority's key lives for as long as [`Identity::generate`] runs: it signs itself and one leaf, and is erased. So
//! nobody, the agent included, can ever issue another certificate under the authority that browsers trust; and its name
//! constraints say, to whoever does not believe that, that it could be for loopback only.

use std::fmt;

use der::Decode as _;
use der::EncodePem as _;
use der::pem::LineEnding;
use jiff::{SignedDuration, Timestamp};
use p256::pkcs8::EncodePrivateKey as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use x509_cert::Certificate;
use x509_cert::builder;
use x509_cert::time::Time;
use zeroize::Zeroizing;

use super::authority::{Authority, LeafNames, new_key};
use crate::digest::hexadecimal;
use crate::message::Phrase;
use crate::phrase;

/// What the name of every authority made here begins with; the rest tells them apart.
pub const AUTHORITY: &str = "jpki-agent loopback CA ";
/// How long an identity lasts. Browsers take leaves of at most 398 days.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(397 * 24);
/// From so long before its end on, the person is told to renew it.
pub const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum IdentityError {
    /// A certificate could not be made.
    Build(#[from] builder::Error),
    /// A part could not be encoded.
    Encoding(#[from] der::Error),
    /// The key could not be made or written.
    Key(String),
    /// The text is no identity.
    Faulty(String),
}

impl IdentityError {
    /// In no language yet; what the library says stands in it as it came.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Build(why) => phrase!("fault-tls-not-made", why = why.to_string()),
            Self::Encoding(why) => phrase!("fault-tls-not-made", why = why.to_string()),
            Self::Key(why) => phrase!("fault-tls-not-made", why = why.as_str()),
            Self::Faulty(why) => phrase!("fault-tls-faulty", why = why.as_str()),
        }
    }
}

/// Key, leaf and authority.
pub struct Identity {
    /// Key (PKCS #8), leaf and authority in PEM, as it is kept.
    text: Zeroizing<String>,
    key: Zeroizing<Vec<u8>>,
    leaf: CertificateDer<'static>,
    authority: CertificateDer<'static>,
    facts: Facts,
}

/// What trust stores call an authority, each in its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorityNames {
    /// The common name of its certificate, by which databases of NSS list it.
    pub name: String,
    /// The certificate's serial number, in hexadecimal digits: Windows names it so.
    pub serial: String,
    /// The certificate's SHA-1, in hexadecimal digits: macOS names it so.
    pub sha1: String,
}

/// What is worth knowing of an identity, and no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The authority that issued it.
    pub authority: AuthorityNames,
    /// First instant.
    pub not_before: Timestamp,
    /// Last instant.
    pub not_after: Timestamp,
}

/// How an identity stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Good for a while.
    Good,
    /// Good, and it ends in less than [`RENEW_BEFORE`].
    EndsSoon,
    /// It has ended.
    Expired,
    /// It has not begun: a clock is wrong.
    NotYet,
}

impl Standing {
    /// The name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::EndsSoon => "ends_soon",
            Self::Expired => "expired",
            Self::NotYet => "not_yet",
        }
    }

    /// Would a browser accept it?
    #[must_use]
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Good | Self::EndsSoon)
    }
}

impl Facts {
    /// How it stands at `now`.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        if now < self.not_before {
            Standing::NotYet
        } else if now > self.not_after {
            Standing::Expired
        } else if self.not_after.duration_since(now) < RENEW_BEFORE {
            Standing::EndsSoon
        } else {
            Standing::Good
        }
    }

    /// Whole days until its end; 0 after it.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i64 {
        (self.not_after.duration_since(now).as_hours() / 24).max(0)
    }
}

impl Identity {
    /// A new one, valid from a day before `now` for [`LIFETIME`].
    ///
    /// # Errors
    /// [`IdentityError`]; in practice only without randomness.
    pub fn generate(now: Timestamp) -> Result<Self, IdentityError> {
        let authority = Authority::new(now)?;
        let own = authority.certificate()?.to_pem(LineEnding::LF)?;
        let key = new_key()?;
        let leaf = authority.issue(&key, &LeafNames::of_loopback())?.to_pem(LineEnding::LF)?;
        drop(authority); // and with it the only key that could issue another
        let key = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| IdentityError::Key(error.to_string()))?;
        Self::parse(Zeroizing::new([key.as_str(), &leaf, &own].concat()))
    }

    /// From a text as [`Self::text`] gives it.
    ///
    /// # Errors
    /// [`IdentityError::Faulty`]. Whether the key is the leaf's is seen when it is used.
    pub fn parse(text: Zeroizing<String>) -> Result<Self, IdentityError> {
        let faulty = |what: &dyn fmt::Display| IdentityError::Faulty(what.to_string());
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|error| faulty(&error))?;
        let PrivateKeyDer::Pkcs8(key) = key else { return Err(faulty(&"the key is not in PKCS #8")) };
        let key = Zeroizing::new(key.secret_pkcs8_der().to_vec());
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
        let certificates = certificates.map_err(|error| faulty(&error))?;
        let Ok([leaf, authority]) = <[CertificateDer<'static>; 2]>::try_from(certificates) else {
            return Err(faulty(&"there must be two certificates"));
        };
        let facts = facts(&leaf, &authority).ok_or_else(|| faulty(&"the certificates are not those of an agent"))?;
        Ok(Self { text, key, leaf, authority, facts })
    }

    /// Key, leaf and authority in PEM. The key in it is a secret.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The authority's certificate in PEM, which is no secret.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn authority_pem(&self) -> Result<String, IdentityError> {
        Ok(Certificate::from_der(&self.authority)?.to_pem(LineEnding::LF)?)
    }

    /// What is worth knowing of it.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What is sent in a handshake. The authority is not: a browser that trusts it has it.
    pub(super) fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.leaf.clone()]
    }

    /// The leaf's key, PKCS #8 in DER.
    pub(super) fn key(&self) -> &[u8] {
        &self.key
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("facts", &self.facts).finish_non_exhaustive()
    }
}

fn facts(leaf: &CertificateDer<'_>, authority: &CertificateDer<'_>) -> Option<Facts> {
    use sha1::Digest as _;
    let moment = |time: Time| Timestamp::from_second(i64::try_from(time.to_unix_duration().as_secs()).ok()?).ok();
    let sha1 = hexadecimal(&sha1::Sha1::digest(authority));
    let leaf = Certificate::from_der(leaf).ok()?;
    let authority = Certificate::from_der(authority).ok()?;
    // Not by `to_string`, which brings a table of all attributes that have a name.
    let name = authority.tbs_certificate().subject().common_name().ok()??;
    let name = name.value();
    if !name.starts_with(AUTHORITY) {
        return None;
    }
    let serial = hexadecimal(authority.tbs_certificate().serial_number().as_bytes());
    let validity = leaf.tbs_certificate().validity();
    Some(Facts {
        authority: AuthorityNames { name: name.into_owned(), serial, sha1 },
        not_before: moment(validity.not_before)?,
        not_after: moment(validity.not_after)?,
    })
}

#[cfg(test)]
mod tests;
