//! The one kind of key the HTTPS door has, P-256, for rustls. The provider's own loader takes RSA, P-384 and Ed25519 as well,
//! and so the program would carry them all.

use std::fmt;
use std::sync::Arc;

use graviola::hashing::Sha256;
use graviola::signing::ecdsa::{P256, SigningKey};
use rustls::crypto::{GetRandomFailed, KeyProvider, SecureRandom};
use rustls::pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};
use rustls::sign;
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

/// Longer than a signature in DER (72 bytes) and than a public key as SubjectPublicKeyInfo (91 bytes).
const ROOM: usize = 128;

/// Loads keys in PKCS #8.
#[derive(Debug)]
pub(super) struct Keys;

/// Randomness from the system.
#[derive(Debug)]
pub(super) struct Random;

/// A key, and what signs with it.
#[derive(Clone)]
struct P256Key(Arc<SigningKey<P256>>);

impl KeyProvider for Keys {
    fn load_private_key(&self, key: PrivateKeyDer<'static>) -> Result<Arc<dyn sign::SigningKey>, Error> {
        let PrivateKeyDer::Pkcs8(key) = key else { return Err(Error::General("the key is not in PKCS #8".into())) };
        match SigningKey::from_pkcs8_der(key.secret_pkcs8_der()) {
            Ok(key) => Ok(Arc::new(P256Key(Arc::new(key)))),
            Err(error) => Err(Error::General(format!("no key of P-256: {error:?}"))),
        }
    }
}

impl SecureRandom for Random {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), GetRandomFailed> {
        getrandom::fill(bytes).map_err(|_| GetRandomFailed)
    }
}

impl sign::SigningKey for P256Key {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        let is_offered = offered.contains(&SignatureScheme::ECDSA_NISTP256_SHA256);
        if is_offered { Some(Box::new(self.clone())) } else { None }
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'static>> {
        Some(self.0.to_spki_der(&mut [0; ROOM]).ok()?.to_vec().into())
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl sign::Signer for P256Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        match self.0.sign_asn1::<Sha256>(&[message], &mut [0; ROOM]) {
            Ok(signature) => Ok(signature.to_vec()),
            Err(error) => Err(Error::General(format!("no signature: {error:?}"))),
        }
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

impl fmt::Debug for P256Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("P256Key").finish_non_exhaustive()
    }
}
