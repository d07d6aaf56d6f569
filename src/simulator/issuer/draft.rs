//! A certificate before it is signed (RFC 5280, 4.1). Every part can be set, so that tests can make wrong ones.

use std::time::Duration;

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef};
use der::{DateTime, Decode, Encode};
use jiff::Timestamp;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha1::{Digest as _, Sha1};
use x509_cert::certificate::Version;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity as EncodedValidity};

use super::IssueError;
use crate::certificate::Validity;
use crate::certificate::structure::{Content, DistinguishedName, Extension, SHA256_WITH_RSA, SignedCertificate};
use crate::digest::DigestAlgorithm;

/// The parts of a certificate.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) version: Version,
    /// Big-endian, positive.
    pub(crate) serial_number: Vec<u8>,
    /// Named in the signed content.
    pub(crate) inner_algorithm: ObjectIdentifier,
    /// Named beside the signature.
    pub(crate) outer_algorithm: ObjectIdentifier,
    /// What the key signs, made from the signed content: DigestInfo.
    pub(crate) digest_info: fn(&[u8]) -> Vec<u8>,
    /// DER of a name.
    pub(crate) issuer: Vec<u8>,
    /// DER of a name.
    pub(crate) subject: Vec<u8>,
    pub(crate) validity: Validity,
    /// DER of SubjectPublicKeyInfo.
    pub(crate) public_key: Vec<u8>,
    pub(crate) extensions: Vec<DraftExtension>,
}

/// One extension.
#[derive(Clone)]
pub(crate) struct DraftExtension {
    pub(crate) id: ObjectIdentifier,
    pub(crate) critical: bool,
    /// DER of what it says.
    pub(crate) value: Vec<u8>,
}

impl Default for Draft {
    /// Nothing but today's form: version 3, sha256WithRSAEncryption.
    fn default() -> Self {
        Self {
            version: Version::V3,
            serial_number: vec![1],
            inner_algorithm: SHA256_WITH_RSA,
            outer_algorithm: SHA256_WITH_RSA,
            digest_info: |content| DigestAlgorithm::Sha256.digest(content).digest_info(),
            issuer: Vec::new(),
            subject: Vec::new(),
            validity: Validity { not_before: Timestamp::UNIX_EPOCH, not_after: Timestamp::UNIX_EPOCH },
            public_key: Vec::new(),
            extensions: Vec::new(),
        }
    }
}

impl Draft {
    /// DER of the certificate, signed with the issuer's key.
    pub(crate) fn sign(&self, key: &RsaPrivateKey) -> Result<Vec<u8>, IssueError> {
        let extensions: Result<Vec<_>, der::Error> = self.extensions.iter().map(DraftExtension::borrowed).collect();
        let content = Content {
            version: self.version,
            serial_number: SerialNumber::new(&self.serial_number)?,
            signature_algorithm: algorithm(self.inner_algorithm),
            issuer: DistinguishedName::from_der(&self.issuer)?,
            validity: EncodedValidity::new(time(self.validity.not_before)?, time(self.validity.not_after)?),
            subject: DistinguishedName::from_der(&self.subject)?,
            public_key: SubjectPublicKeyInfoRef::from_der(&self.public_key)?,
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: Some(extensions?).filter(|extensions| !extensions.is_empty()),
        };
        let signature = key.sign(Pkcs1v15Sign::new_unprefixed(), &(self.digest_info)(&content.to_der()?))?;
        let certificate = SignedCertificate {
            content,
            signature_algorithm: algorithm(self.outer_algorithm),
            signature: BitStringRef::from_bytes(&signature)?,
        };
        Ok(certificate.to_der()?)
    }
}

impl DraftExtension {
    /// An extension that says `value`.
    pub(crate) fn new(id: ObjectIdentifier, critical: bool, value: &impl Encode) -> der::Result<Self> {
        Ok(Self { id, critical, value: value.to_der()? })
    }

    fn borrowed(&self) -> der::Result<Extension<'_>> {
        Ok(Extension { id: self.id, critical: self.critical, value: OctetStringRef::new(&self.value)? })
    }
}

/// SHA-1 over the bits of the key in SubjectPublicKeyInfo.
pub(crate) fn key_id(public_key: &[u8]) -> der::Result<[u8; 20]> {
    let info = SubjectPublicKeyInfoRef::from_der(public_key)?;
    Ok(Sha1::digest(info.subject_public_key.raw_bytes()).into())
}

fn algorithm(oid: ObjectIdentifier) -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef { oid, parameters: Some(AnyRef::NULL) }
}

fn time(moment: Timestamp) -> Result<Time, IssueError> {
    let seconds = u64::try_from(moment.as_second()).map_err(|_| IssueError::Date)?;
    Ok(Time::from(DateTime::from_unix_duration(Duration::from_secs(seconds))?))
}
