//! What the extensions of a certificate say, as far as [`super::chain`] asks (RFC 5280, 4.2).

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};

use super::structure::Extension;

pub(crate) const SUBJECT_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
pub(crate) const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
pub(crate) const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
pub(crate) const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
pub(crate) const POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.32");
pub(crate) const AUTHORITY_KEY_ID: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
pub(crate) const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
pub(crate) const CLIENT_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");

/// The extensions that are looked at. Nothing in it is about the holder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extensions {
    /// No extension stands twice, and those below could be read.
    pub(crate) well_formed: bool,
    /// A critical one is none of those that are understood here.
    pub(crate) unknown_critical: bool,
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) client_authentication: bool,
    /// basicConstraints says CA.
    pub(crate) authority: bool,
    pub(crate) policies: Vec<ObjectIdentifier>,
    pub(crate) subject_key_id: Option<Vec<u8>>,
    pub(crate) issuer_key: IssuerKey,
}

/// authorityKeyIdentifier.
#[derive(Clone, Debug, Default)]
pub(crate) struct IssuerKey {
    pub(crate) key_id: Option<Vec<u8>>,
    /// DER of the name in the issuer's own certificate.
    pub(crate) issuer: Option<Vec<u8>>,
    pub(crate) serial_number: Option<Vec<u8>>,
}

impl Extensions {
    pub(super) fn read(extensions: &[Extension<'_>]) -> Self {
        let mut found = Self { well_formed: true, ..Self::default() };
        for (index, extension) in extensions.iter().enumerate() {
            let seen_before = extensions.iter().take(index).any(|earlier| earlier.id == extension.id);
            found.well_formed &= !seen_before && found.take_up(extension).is_ok();
            found.unknown_critical |=
                extension.critical && ![KEY_USAGE, POLICIES, BASIC_CONSTRAINTS].contains(&extension.id);
        }
        found
    }

    fn take_up(&mut self, extension: &Extension<'_>) -> der::Result<()> {
        let value = extension.value.as_bytes();
        match extension.id {
            KEY_USAGE => self.key_usage = Some(KeyUsage::from_der(value)?),
            EXTENDED_KEY_USAGE => {
                self.client_authentication = ExtendedKeyUsage::from_der(value)?.0.contains(&CLIENT_AUTHENTICATION);
            }
            BASIC_CONSTRAINTS => self.authority = BasicConstraints::from_der(value)?.ca,
            POLICIES => {
                let policies = CertificatePolicies::from_der(value)?.0;
                self.policies = policies.into_iter().map(|policy| policy.policy_identifier).collect();
            }
            SUBJECT_KEY_ID => {
                self.subject_key_id = Some(SubjectKeyIdentifier::from_der(value)?.0.as_bytes().to_vec());
            }
            AUTHORITY_KEY_ID => self.issuer_key = IssuerKey::read(AuthorityKeyIdentifier::from_der(value)?)?,
            _ => {}
        }
        Ok(())
    }
}

impl IssuerKey {
    fn read(found: AuthorityKeyIdentifier) -> der::Result<Self> {
        let directory_name = found.authority_cert_issuer.iter().flatten().find_map(|name| match name {
            GeneralName::DirectoryName(name) => Some(name.to_der()),
            _ => None,
        });
        Ok(Self {
            key_id: found.key_identifier.map(|id| id.as_bytes().to_vec()),
            issuer: directory_name.transpose()?,
            serial_number: found.authority_cert_serial_number.map(|serial| serial.as_bytes().to_vec()),
        })
    }
}

/// The content of subjectAltName.
pub(super) fn subject_alt_name<'a>(extensions: &[Extension<'a>]) -> Option<&'a [u8]> {
    extensions.iter().find(|extension| extension.id == SUBJECT_ALT_NAME).map(|extension| extension.value.as_bytes())
}
