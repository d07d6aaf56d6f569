//! The fixed test keys. They stand in the source for all to read: nothing that trusts them is safe.
//!
//! RSA of 2048 bits in PKCS #8, made once with `openssl genrsa 2048 | openssl pkcs8 -topk8 -nocrypt -outform DER`, so
//! that nothing has to be generated at start.

use rsa::RsaPrivateKey;
use rsa::pkcs8::{self, DecodePrivateKey};

use crate::jpki::KeyKind;

/// SubjectPublicKeyInfo of a P-384 key whose private half was thrown away, for the card of a later generation.
pub(crate) const EC_P384_PUBLIC: &[u8] = include_bytes!("keys/ec-p384-public.der");

/// The generations of an authority: same name, other key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// The one that issues now.
    Current,
    /// The one before, whose own certificate has ended.
    Older,
}

/// The key of an authority.
pub(crate) fn authority(kind: KeyKind, generation: Generation) -> pkcs8::Result<RsaPrivateKey> {
    RsaPrivateKey::from_pkcs8_der(match (kind, generation) {
        (KeyKind::Authentication, Generation::Current) => include_bytes!("keys/authentication-ca.der").as_slice(),
        (KeyKind::Authentication, Generation::Older) => include_bytes!("keys/authentication-ca-older.der"),
        (KeyKind::Signature, Generation::Current) => include_bytes!("keys/signature-ca.der"),
        (KeyKind::Signature, Generation::Older) => include_bytes!("keys/signature-ca-older.der"),
    })
}

/// The key on the card.
pub(crate) fn holder(kind: KeyKind) -> pkcs8::Result<RsaPrivateKey> {
    RsaPrivateKey::from_pkcs8_der(match kind {
        KeyKind::Authentication => include_bytes!("keys/authentication.der").as_slice(),
        KeyKind::Signature => include_bytes!("keys/signature.der"),
    })
}
