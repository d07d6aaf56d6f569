//! Our view of a certificate of the Japanese public key infrastructure: dates, key, holder's attributes, and whom it
//! chains to (RFC 5280; `certificates-and-formats.md` 1 to 4).
//!
//! Reading is strict: all bytes are used, and writing them again gives the same. Whom to trust stands in [`roots`], the
//! check in [`chain`]. The clock, the card and revocation are others' or nobody's.

pub mod attributes;
pub mod chain;
pub(crate) mod extensions;
mod public_key;
pub mod roots;
pub(crate) mod structure;
pub mod validity;

use std::fmt;
use std::str::FromStr;

use der::{Decode, Encode};
use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::digest::{Digest, DigestAlgorithm};
use crate::jpki::KeyAlgorithm;
pub use attributes::BasicAttributes;
pub use chain::{ChainReport, ChainResult};
pub(crate) use extensions::Extensions;
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

/// SHA-256 of the DER of a certificate. Shown and read as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

/// The text is not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 64 hexadecimal digits")]
pub struct FingerprintError;

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
        let signed = Zeroizing::new(content.to_der().ok()?);
        let extensions = Extensions::read(content.extensions.as_deref().unwrap_or_default());
        let owned = |name, id| structure::values(name, id).map(str::to_owned).collect();
        let claims = Claims {
            version_3: content.version == x509_cert::certificate::Version::V3,
            sha256_with_rsa: content.signature_algorithm == expected && parsed.signature_algorithm == expected,
            digest: DigestAlgorithm::Sha256.digest(&signed),
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

impl Fingerprint {
    /// The fingerprint of these bytes.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Self(Sha256::digest(der).into())
    }

    /// From its 32 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return Err(FingerprintError) };
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let bytes: Option<Vec<u8>> = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        bytes.and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(FingerprintError)
    }
}

fn moment(time: x509_cert::time::Time) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(time.to_unix_duration().as_secs()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jpki::INDIVIDUAL_NUMBER_CARD;
    use crate::simulator::holder::Holder;
    use crate::simulator::issuer::issue;

    fn signature_certificate(holder: &str) -> Certificate {
        let now = "2026-11-22T03:00:00Z".parse().unwrap();
        Certificate::parse(&issue(&Holder::by_name(holder).unwrap(), now).unwrap().signature.unwrap()).unwrap()
    }

    #[test]
    fn fingerprints_are_read_in_either_case_and_shown_in_lower_case() {
        let fingerprint = Fingerprint::of(b"abc");
        let text = fingerprint.to_string();
        assert_eq!(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(text.parse(), Ok(fingerprint));
        assert_eq!(text.to_uppercase().parse(), Ok(fingerprint));
        let too_long = format!("{text}0");
        for wrong in ["", &text[1..], &text[2..], &too_long, &text.replace('b', "g"), &text.replace("ba", "+a")] {
            assert_eq!(wrong.parse::<Fingerprint>(), Err(FingerprintError), "{wrong}");
        }
    }

    #[test]
    fn debug_names_nobody() {
        let certificate = signature_certificate("standard");
        let shown = format!("{certificate:?} {:?} {:?}", certificate.attributes(), certificate.public_key());
        assert!(shown.starts_with(&format!("Certificate({})", certificate.fingerprint())));
        for personal in ["Mihon", "見本", "花子", "1980", certificate.subject()] {
            assert!(!shown.contains(personal), "{shown}");
        }
    }

    #[test]
    fn the_attributes_of_every_holder_are_read() {
        let attributes = |holder| signature_certificate(holder).attributes().unwrap().clone();
        assert_eq!(attributes("standard").name(), Some("見本　花子"));
        assert_eq!(attributes("latin-name").name(), Some("MIHONHANAKO"));
        assert_eq!(attributes("substitutes").name_substitutes(), Some("01000"));
        assert!(attributes("non-bmp").name().unwrap().starts_with('𠮷'));
        assert!(attributes("non-bmp").substitutes_fit());
        assert_eq!(attributes("sex-9").sex_raw(), Some("9"));
        assert_eq!(attributes("extra-attribute").name(), Some("見本　花子"));
        let birth = attributes("unknown-birth-day").birth_date().unwrap();
        assert_eq!((birth.year, birth.month, birth.day), (Some(1940), Some(4), None));
        assert!(attributes("long-address").address().unwrap().chars().count() > 180);
    }

    #[test]
    fn dates_of_the_holders_are_what_their_names_say() {
        let now: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
        for (holder, period, days) in [
            ("expired", Period::Expired, -40),
            ("renewable", Period::InPeriod, 80),
            ("soon-renewable", Period::InPeriod, 93),
        ] {
            let certificate = signature_certificate(holder);
            assert_eq!((certificate.period(now), certificate.days_left(now)), (period, days));
            assert_eq!(certificate.renewal(now).open, holder == "renewable");
        }
        assert_eq!(signature_certificate("not-yet-valid").period(now), Period::NotYetValid);
    }

    #[test]
    fn only_the_keys_of_the_card_profile_are_supported() {
        let algorithm = INDIVIDUAL_NUMBER_CARD.signature.algorithm;
        assert!(signature_certificate("standard").is_supported_key(algorithm));
        let next = signature_certificate("ec-key");
        assert!(!next.is_supported_key(algorithm));
        assert_eq!(next.key_algorithm(), "EC-P-384");
        let digest = DigestAlgorithm::Sha256.digest(b"document");
        assert_eq!(next.verify(&digest, &[0; 256]), Err(SignatureMismatch));
    }

    #[test]
    fn a_public_key_outlives_its_certificate() {
        let certificate = signature_certificate("standard");
        let key = certificate.public_key().clone();
        drop(certificate);
        assert_eq!(key.algorithm_name(), "RSA-2048");
        assert_eq!(key.info().len(), 294);
    }

    #[test]
    fn parts_of_a_name_that_could_mislead_are_shown_harmlessly() {
        use der::asn1::{AnyRef, SetOfVec};
        let attribute = |id, tag, value| {
            let value = AnyRef::new(tag, value).unwrap();
            SetOfVec::from_iter([structure::NameAttribute { id, value }]).unwrap()
        };
        let name = vec![
            attribute(structure::COUNTRY, der::Tag::PrintableString, b"JP".as_slice()),
            attribute(structure::COMMON_NAME, der::Tag::Utf8String, b"a\nb".as_slice()),
            attribute(structure::COMMON_NAME, der::Tag::BmpString, b"\x00a".as_slice()),
            attribute(structure::COMMON_NAME, der::Tag::Utf8String, b"\xff".as_slice()),
        ];
        assert_eq!(structure::readable(&name), "C=JP, CN=a\u{FFFD}b, CN=#0061, CN=#ff");
    }
}
