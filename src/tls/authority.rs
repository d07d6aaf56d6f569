//! The authority of one identity, for as long as it is needed: it signs itself and a leaf, and its key is erased.

use std::time::Duration;

use der::asn1::{Any, GeneralizedTime, Ia5String, OctetString};
use der::oid::db::rfc5280::ID_KP_SERVER_AUTH;
use der::{DateTime, Decode as _, Encode as _, Tag};
use jiff::{SignedDuration, Timestamp};
use p256::ecdsa::{DerSignature, SigningKey};
use p256::elliptic_curve::Generate as _;
use x509_cert::Certificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder as _, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, NameConstraints, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension as _};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

use super::identity::{AUTHORITY, IdentityError, LIFETIME};
use crate::certificate::structure::COMMON_NAME;
use crate::digest::hexadecimal;

/// How long before its making it begins, for clocks that were set back.
const HEAD_START: SignedDuration = SignedDuration::from_hours(24);

/// An authority while it exists: its key is erased when this is dropped.
pub(super) struct Authority {
    key: SigningKey,
    name: Name,
    validity: Validity,
}

/// The names of a leaf.
pub(super) struct LeafNames {
    pub(super) dns: Vec<&'static str>,
    pub(super) addresses: Vec<&'static [u8]>,
}

impl LeafNames {
    /// Those of the HTTPS door.
    pub(super) fn of_loopback() -> Self {
        Self { dns: vec!["localhost"], addresses: vec![&[127, 0, 0, 1]] }
    }
}

pub(super) fn new_key() -> Result<SigningKey, IdentityError> {
    SigningKey::try_generate().map_err(|error| IdentityError::Key(error.to_string()))
}

fn random<const N: usize>() -> Result<[u8; N], IdentityError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| IdentityError::Key(error.to_string()))?;
    Ok(bytes)
}

/// Sixteen random bytes, positive (RFC 5280, 4.1.2.2).
fn serial() -> Result<SerialNumber, IdentityError> {
    let mut bytes: [u8; 16] = random()?;
    if let Some(first) = bytes.first_mut() {
        *first = *first & 0x3F | 0x40; // never 0, which DER would leave out
    }
    Ok(SerialNumber::new(&bytes)?)
}

fn time(moment: Timestamp) -> Result<Time, IdentityError> {
    let seconds = u64::try_from(moment.as_second()).map_err(|_| der::Error::from(der::ErrorKind::DateTime))?;
    let date = DateTime::from_unix_duration(Duration::from_secs(seconds))?;
    Ok(Time::GeneralTime(GeneralizedTime::from_date_time(date)))
}

/// A name of this alone. `Name` reads texts, too, and brings a table of all attributes that have a name for that.
fn common_name(text: &str) -> der::Result<Name> {
    let attribute = AttributeTypeAndValue { oid: COMMON_NAME, value: Any::new(Tag::Utf8String, text.as_bytes())? };
    let mut names = RdnSequence::default();
    names.push(RelativeDistinguishedName::try_from(vec![attribute])?);
    Name::from_der(&names.to_der()?)
}

impl Authority {
    pub(super) fn new(now: Timestamp) -> Result<Self, IdentityError> {
        let from = now - HEAD_START;
        let [a, b, c, d] = random()?;
        Ok(Self {
            key: new_key()?,
            name: common_name(&format!("{AUTHORITY}{}", hexadecimal(&[a, b, c, d])))?,
            // The last second counts as well.
            validity: Validity::new(time(from)?, time(from + LIFETIME - SignedDuration::from_secs(1))?),
        })
    }

    /// Its own certificate.
    pub(super) fn certificate(&self) -> Result<Certificate, IdentityError> {
        let profile = AuthorityProfile { name: self.name.clone() };
        self.build(profile, &self.key)
    }

    /// A certificate for `key`.
    pub(super) fn issue(&self, key: &SigningKey, names: &LeafNames) -> Result<Certificate, IdentityError> {
        let mut general = Vec::new();
        for address in &names.addresses {
            general.push(GeneralName::IpAddress(OctetString::new(*address)?));
        }
        for name in &names.dns {
            general.push(GeneralName::DnsName(Ia5String::new(name)?));
        }
        self.build(LeafProfile { issuer: self.name.clone(), names: SubjectAltName(general) }, key)
    }

    fn build(&self, profile: impl BuilderProfile, key: &SigningKey) -> Result<Certificate, IdentityError> {
        let public = SubjectPublicKeyInfo::from_key(key.verifying_key())
            .map_err(|error| IdentityError::Key(error.to_string()))?;
        let builder = CertificateBuilder::new(profile, serial()?, self.validity, public)?;
        Ok(builder.build::<_, DerSignature>(&self.key)?)
    }
}

struct AuthorityProfile {
    name: Name,
}

impl BuilderProfile for AuthorityProfile {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.name.clone()
    }

    fn build_extensions(
        &self,
        own: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let subtree = |base| GeneralSubtree { base, minimum: 0, maximum: None };
        // An address with its mask (RFC 5280, 4.2.1.10): this one address, in both families.
        let (mut v4, mut v6) = ([0xFF; 8], [0xFF; 32]);
        v4[..4].copy_from_slice(&std::net::Ipv4Addr::LOCALHOST.octets());
        v6[..16].copy_from_slice(&std::net::Ipv6Addr::LOCALHOST.octets());
        let permitted = vec![
            subtree(GeneralName::DnsName(Ia5String::new("localhost")?)),
            subtree(GeneralName::IpAddress(OctetString::new(v4)?)),
            subtree(GeneralName::IpAddress(OctetString::new(v6)?)),
        ];
        let subject = tbs.subject();
        Ok(vec![
            BasicConstraints { ca: true, path_len_constraint: Some(0) }.to_extension(subject, &[])?,
            KeyUsage(KeyUsages::KeyCertSign.into()).to_extension(subject, &[])?,
            NameConstraints { permitted_subtrees: Some(permitted), excluded_subtrees: None }
                .to_extension(subject, &[])?,
            SubjectKeyIdentifier::try_from(own)?.to_extension(subject, &[])?,
        ])
    }
}

struct LeafProfile {
    issuer: Name,
    names: SubjectAltName,
}

impl BuilderProfile for LeafProfile {
    fn get_issuer(&self, _: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        // What it is for stands in its alternative names; browsers read nothing else.
        common_name("jpki-agent").unwrap_or_default()
    }

    fn build_extensions(
        &self,
        own: SubjectPublicKeyInfoRef<'_>,
        issuer: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let subject = tbs.subject();
        Ok(vec![
            BasicConstraints { ca: false, path_len_constraint: None }.to_extension(subject, &[])?,
            KeyUsage(KeyUsages::DigitalSignature.into()).to_extension(subject, &[])?,
            ExtendedKeyUsage(vec![ID_KP_SERVER_AUTH]).to_extension(subject, &[])?,
            self.names.to_extension(subject, &[])?,
            SubjectKeyIdentifier::try_from(own)?.to_extension(subject, &[])?,
            AuthorityKeyIdentifier::try_from(issuer)?.to_extension(subject, &[])?,
        ])
    }
}
