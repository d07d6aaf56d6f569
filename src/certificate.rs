//! Our view of a certificate of the Japanese public key infrastructure: dates, key, holder's attributes, and whom it
//! chains to (RFC 5280; `certificates-and-formats.md` 1 to 4).
//!
//! Reading is strict: all bytes are used, and writing them again gives the same. Whom to trust stands in [`roots`], the
//! check in [`chain`]. The clock, the card and revocation are others' or nobody's.

pub mod attributes;
pub mod chain;
pub(crate) mod extensions;
mod fingerprint;
mod public_key;
pub mod roots;
pub(crate) mod structure;
pub mod validity;

use std::fmt;
use std::sync::OnceLock;

use der::{Decode, Encode};
use jiff::Timestamp;
use jiff::civil::Date;
use zeroize::Zeroizing;

use crate::digest::{Digest, DigestAlgorithm};
use crate::jpki::KeyAlgorithm;
pub use attributes::BasicAttributes;
pub use chain::{ChainReport, ChainResult};
pub(crate) use extensions::Extensions;
pub use fingerprint::{Fingerprint, FingerprintError};
pub use public_key::{KeyId, PublicKey, SignatureMismatch};
pub use roots::TrustStore;
use structure::SignedCertificate;
pub use validity::{Period, Renewal, RenewalRule, Validity};

/// Which world a card belongs to, decided by the pinned root that verified its certificate, never by its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Environment {
    /// A real card.
    Production,
    /// A test card lent by J-LIS.
    JlisTest,
    /// The software card.
    Simulator,
    /// No known root.
    Unknown,
}

impl Environment {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Production, Self::JlisTest, Self::Simulator, Self::Unknown];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::JlisTest => "jlis-test",
            Self::Simulator => "simulator",
            Self::Unknown => "unknown",
        }
    }
}

/// Why bytes are no certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// They do not follow the structure of RFC 5280, or something follows after it.
    #[error("not a certificate")]
    Structure,
    /// The structure is right, but not written in DER: written again it differs.
    #[error("certificate not in DER")]
    NotDer,
    /// The public key cannot be read.
    #[error("public key not readable")]
    PublicKey,
}

/// A certificate that was read. Its bytes and all texts about the holder are erased on drop; its `Debug` shows the
/// fingerprint only.
#[derive(Clone)]
pub struct Certificate {
    der: Zeroizing<Vec<u8>>,
    fingerprint: Fingerprint,
    serial_number: Vec<u8>,
    subject: Zeroizing<String>,
    issuer: String,
    validity: Validity,
    public_key: PublicKey,
    attributes: Option<BasicAttributes>,
    /// What [`chain`] looks at.
    claims: Claims,
    /// The authority whose key was proved to have signed it; for [`chain`].
    signed_by: OnceLock<Fingerprint>,
}

/// The parts of a certificate that only matter for checking it.
#[derive(Clone)]
struct Claims {
    version_3: bool,
    /// The algorithm named inside and outside is sha256WithRSAEncryption.
    sha256_with_rsa: bool,
    /// SHA-256 of what the issuer signed.
    digest: Digest,
    signature: Vec<u8>,
    issuer_der: Vec<u8>,
    subject_der: Zeroizing<Vec<u8>>,
    organizations: Vec<String>,
    units: Vec<String>,
    extensions: Extensions,
}

impl Certificate {
    /// Reads a certificate from DER.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        let parsed = SignedCertificate::from_der(der).map_err(|_| CertificateError::Structure)?;
        let again = Zeroizing::new(parsed.to_der().map_err(|_| CertificateError::NotDer)?);
        if again.as_slice() != der {
            return Err(CertificateError::NotDer);
        }
        Self::from_parsed(Zeroizing::new(der.to_vec()), &parsed).ok_or(CertificateError::Structure)?
    }

    /// `None` where a part has no sense: a time out of range, a signature with odd bits.
    fn from_parsed(der: Zeroizing<Vec<u8>>, parsed: &SignedCertificate<'_>) -> Option<Result<Self, CertificateError>> {
        let content = &parsed.content;
        let expected = structure::sha256_with_rsa();
        let signed = structure::signed_bytes(&der)?;
        let extensions = Extensions::read(content.extensions.as_deref().unwrap_or_default());
        let owned = |name, id| structure::values(name, id).map(str::to_owned).collect();
        let claims = Claims {
            version_3: content.version == x509_cert::certificate::Version::V3,
            sha256_with_rsa: content.signature_algorithm == expected && parsed.signature_algorithm == expected,
            digest: DigestAlgorithm::Sha256.digest(signed),
            signature: parsed.signature.as_bytes()?.to_vec(),
            issuer_der: content.issuer.to_der().ok()?,
            subject_der: Zeroizing::new(content.subject.to_der().ok()?),
            organizations: owned(&content.subject, structure::ORGANIZATION),
            units: owned(&content.subject, structure::ORGANIZATIONAL_UNIT),
            extensions,
        };
        let public_key = match PublicKey::read(&content.public_key) {
            Ok(public_key) => public_key,
            Err(error) => return Some(Err(error)),
        };
        Some(Ok(Self {
            fingerprint: Fingerprint::of(&der),
            serial_number: content.serial_number.as_bytes().to_vec(),
            subject: Zeroizing::new(structure::readable(&content.subject)),
            issuer: structure::readable(&content.issuer),
            validity: Validity {
                not_before: moment(content.validity.not_before)?,
                not_after: moment(content.validity.not_after)?,
            },
            public_key,
            attributes: extensions::subject_alt_name(content.extensions.as_deref().unwrap_or_default())
                .and_then(BasicAttributes::read),
            claims,
            signed_by: OnceLock::new(),
            der,
        }))
    }

    /// The bytes it was read from.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of [`Certificate::der`].
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Serial number: hexadecimal digits of its bytes in DER, lower case, without a sign byte of zero.
    #[must_use]
    pub fn serial_number(&self) -> String {
        let mut text = String::new();
        let digits = self.serial_number.strip_prefix(&[0]).filter(|rest| !rest.is_empty());
        digits.unwrap_or(&self.serial_number).iter().for_each(|byte| structure::push_hex(&mut text, *byte));
        text
    }

    /// Whom it is about, in the order of the bytes: `C=JP, L=…, L=…, CN=…`. Personal.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Who issued it, in the order of the bytes.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Its dates.
    #[must_use]
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// First instant of its validity.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.validity.not_before
    }

    /// Last instant of its validity.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.validity.not_after
    }

    /// Last day of its validity in Japan.
    #[must_use]
    pub fn not_after_jst(&self) -> Date {
        self.validity.not_after_jst()
    }

    /// First day of its validity in Japan.
    #[must_use]
    pub fn not_before_jst(&self) -> Date {
        self.validity.not_before_jst()
    }

    /// Where `now` lies in its validity.
    #[must_use]
    pub fn period(&self, now: Timestamp) -> Period {
        self.validity.period(now)
    }

    /// Days from `now` to the last day, counted in Japan; negative after it.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i32 {
        self.validity.days_left(now)
    }

    /// When it may be renewed, by the rule of today's certificates.
    #[must_use]
    pub fn renewal(&self, now: Timestamp) -> Renewal {
        self.validity.renewal(now, RenewalRule::FIVE_YEAR)
    }

    /// Its key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Name of its key's algorithm: `RSA-2048`, `EC-P-384` …
    #[must_use]
    pub fn key_algorithm(&self) -> String {
        self.public_key.algorithm_name()
    }

    /// Does its key work as the card's profile says? If not, the card cannot be used, and should be refused in words.
    #[must_use]
    pub fn is_supported_key(&self, algorithm: KeyAlgorithm) -> bool {
        self.public_key.fits(algorithm)
    }

    /// Was `signature` made with its key over `digest`?
    ///
    /// # Errors
    /// [`SignatureMismatch`].
    pub fn verify(&self, digest: &Digest, signature: &[u8]) -> Result<(), SignatureMismatch> {
        self.public_key.verify(digest, signature)
    }

    /// The holder's attributes; only a signature certificate has them. Personal.
    #[must_use]
    pub fn attributes(&self) -> Option<&BasicAttributes> {
        self.attributes.as_ref()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.fingerprint)
    }
}

fn moment(time: x509_cert::time::Time) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(time.to_unix_duration().as_secs()).ok()?).ok()
}

#[cfg(test)]
mod tests;
