//! A certificate's public key: its name, and checking signatures with it (RFC 8017, 8.2.2).
//!
//! Only RSA can be checked today. Other keys have a name, so that they can be refused in words.

use std::fmt;

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Encode};
use rsa::pkcs1::{RsaPublicKey as RsaPublicKeyFields, UintRef};
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha1::{Digest as _, Sha1};
use x509_cert::spki::SubjectPublicKeyInfoRef;

use super::{CertificateError, Fingerprint};
use crate::digest::Digest;
use crate::jpki::KeyAlgorithm;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P_521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// A public key without the certificate it came from: it says nothing about its holder, so it may be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    info: Vec<u8>,
    key_id: KeyId,
    kind: Kind,
}

/// SHA-1 over the bits of a public key (RFC 5280, 4.2.1.2, method 1); how certificates name their issuer's key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; 20]);

/// The signature was not made by this key over this digest, or the key is of a kind that cannot be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit the key and the digest")]
pub struct SignatureMismatch;

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Rsa {
        bits: usize,
        /// Odd and at least 65537.
        sound_exponent: bool,
        /// `None` for sizes and exponents the checking code refuses.
        key: Option<RsaPublicKey>,
    },
    Ec(ObjectIdentifier),
    Other(ObjectIdentifier),
}

impl PublicKey {
    pub(super) fn read(info: &SubjectPublicKeyInfoRef<'_>) -> Result<Self, CertificateError> {
        let bits = info.subject_public_key.as_bytes().ok_or(CertificateError::PublicKey)?;
        let kind = match info.algorithm.oid {
            RSA => read_rsa(bits, info.algorithm.parameters)?,
            EC => match info.algorithm.parameters.map(|curve| curve.decode_as::<ObjectIdentifier>()) {
                Some(Ok(curve)) => Kind::Ec(curve),
                _ => Kind::Other(EC),
            },
            other => Kind::Other(other),
        };
        let key_id = KeyId(Sha1::digest(bits).into());
        Ok(Self { info: info.to_der().map_err(|_| CertificateError::PublicKey)?, key_id, kind })
    }

    /// `RSA-2048`, `EC-P-384` …; the object id where there is no name.
    #[must_use]
    pub fn algorithm_name(&self) -> String {
        match &self.kind {
            Kind::Rsa { bits, .. } => format!("RSA-{bits}"),
            Kind::Ec(P_256) => "EC-P-256".to_owned(),
            Kind::Ec(P_384) => "EC-P-384".to_owned(),
            Kind::Ec(P_521) => "EC-P-521".to_owned(),
            Kind::Ec(curve) => format!("EC-{curve}"),
            Kind::Other(algorithm) => algorithm.to_string(),
        }
    }

    /// Is this the public half of a key that works as `algorithm` says? If not, the card is of a generation this
    /// program cannot sign with.
    #[must_use]
    pub fn fits(&self, algorithm: KeyAlgorithm) -> bool {
        let KeyAlgorithm::RsaPkcs1 { modulus_bytes } = algorithm;
        matches!(&self.kind, Kind::Rsa { bits, key: Some(_), .. } if *bits == modulus_bytes.saturating_mul(8))
    }

    /// Was `signature` made with this key over `digest` (RSASSA-PKCS1-v1_5)?
    ///
    /// # Errors
    /// [`SignatureMismatch`].
    pub fn verify(&self, digest: &Digest, signature: &[u8]) -> Result<(), SignatureMismatch> {
        let Kind::Rsa { key: Some(key), .. } = &self.kind else { return Err(SignatureMismatch) };
        // The whole padded block is compared, DigestInfo included, so nothing in it is parsed.
        key.verify(Pkcs1v15Sign::new_unprefixed(), &digest.digest_info(), signature).map_err(|_| SignatureMismatch)
    }

    /// DER of SubjectPublicKeyInfo.
    #[must_use]
    pub fn info(&self) -> &[u8] {
        &self.info
    }

    /// SHA-256 of [`PublicKey::info`].
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.info)
    }

    /// The key's id.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Strong enough for a certificate of today: RSA from 2048 bits with a sound exponent, or a curve of the plans.
    pub(super) fn is_strong(&self) -> bool {
        match &self.kind {
            Kind::Rsa { bits, sound_exponent, .. } => *bits >= 2048 && *sound_exponent,
            Kind::Ec(curve) => [P_256, P_384, P_521].contains(curve),
            Kind::Other(_) => false,
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {:?})", self.algorithm_name(), self.key_id)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

fn read_rsa(bits: &[u8], parameters: Option<AnyRef<'_>>) -> Result<Kind, CertificateError> {
    if parameters != Some(AnyRef::NULL) {
        return Err(CertificateError::PublicKey);
    }
    let fields = RsaPublicKeyFields::<UintRef<'_>>::from_der(bits).map_err(|_| CertificateError::PublicKey)?;
    let (modulus, exponent) = (fields.modulus.as_bytes(), fields.public_exponent.as_bytes());
    let leading = modulus.first().map_or(0, |byte| usize::try_from(byte.leading_zeros()).unwrap_or(0));
    let odd = exponent.last().is_some_and(|byte| byte & 1 == 1);
    // Big-endian without leading zeros: more than three bytes, or three from 01 00 01 up.
    let large = exponent.len() > 3 || (exponent.len() == 3 && exponent >= [1, 0, 1].as_slice());
    Ok(Kind::Rsa {
        bits: modulus.len().saturating_mul(8).saturating_sub(leading),
        sound_exponent: odd && large,
        key: RsaPublicKey::try_from(fields).ok(),
    })
}
