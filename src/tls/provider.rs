//! The cryptography of the handshake: rustls with Graviola, which is Rust and assembler, no C. TLS 1.3 and HTTP/1.1 only;
//! no tickets, so no session is ever taken up again.
//!
//! Graviola needs instructions that x86-64 processors have had since about 2014 and 64-bit ARM ones with cryptographic
//! extensions; on others it would panic, so that is looked at first.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::NoServerSessionStorage;

use super::identity::Identity;
use crate::message::Phrase;
use crate::phrase;

/// Why there can be no HTTPS door.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum ProviderError {
    /// The processor lacks instructions.
    Processor(&'static str),
    /// Key and certificate do not fit, or are of a kind that cannot be used.
    Identity(#[from] rustls::Error),
}

impl ProviderError {
    /// In no language yet; what the library says stands in it as it came.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Processor(what) => phrase!("fault-tls-processor", what = *what),
            Self::Identity(why) => phrase!("fault-tls-mismatch", why = why.to_string()),
        }
    }
}

/// Can this processor do it?
///
/// # Errors
/// [`ProviderError::Processor`] with what is needed.
pub fn check_processor() -> Result<(), ProviderError> {
    provider().map(|_| ())
}

/// What the HTTPS door's handshakes go by.
///
/// # Errors
/// [`ProviderError`].
pub fn server_config(identity: &Identity) -> Result<Arc<ServerConfig>, ProviderError> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key().to_vec()));
    let mut config = ServerConfig::builder_with_provider(provider()?)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(identity.chain(), key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(Arc::new(config))
}

#[cfg(target_arch = "x86_64")]
fn provider() -> Result<Arc<CryptoProvider>, ProviderError> {
    use std::arch::is_x86_feature_detected as has;
    // What Graviola asserts at its first use, and what its documentation names beyond.
    let can = has!("adx")
        && has!("aes")
        && has!("avx")
        && has!("avx2")
        && has!("bmi1")
        && has!("bmi2")
        && has!("pclmulqdq")
        && has!("ssse3");
    if !can {
        return Err(ProviderError::Processor("ADX, AES, AVX2, BMI2 and PCLMULQDQ"));
    }
    Ok(Arc::new(of_a_server()))
}

#[cfg(target_arch = "aarch64")]
fn provider() -> Result<Arc<CryptoProvider>, ProviderError> {
    use std::arch::is_aarch64_feature_detected as has;
    if !(has!("neon") && has!("aes") && has!("pmull") && has!("sha2")) {
        return Err(ProviderError::Processor("NEON and the cryptographic extensions"));
    }
    Ok(Arc::new(of_a_server()))
}

/// What browsers of today ask of a server, and no more: what is not named here is not in the program either. Nobody's
/// certificate is checked, so there is nothing to check signatures with.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn of_a_server() -> CryptoProvider {
    use super::signing::{Keys, Random};
    use rustls::crypto::WebPkiSupportedAlgorithms;
    use rustls_graviola::{kx, suites};
    CryptoProvider {
        cipher_suites: vec![
            suites::TLS13_AES_128_GCM_SHA256,
            suites::TLS13_AES_256_GCM_SHA384,
            suites::TLS13_CHACHA20_POLY1305_SHA256,
        ],
        kx_groups: vec![&kx::X25519, &kx::P256],
        signature_verification_algorithms: WebPkiSupportedAlgorithms { all: &[], mapping: &[] },
        secure_random: &Random,
        key_provider: &Keys,
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn provider() -> Result<Arc<CryptoProvider>, ProviderError> {
    Err(ProviderError::Processor("x86-64 or 64-bit ARM"))
}
