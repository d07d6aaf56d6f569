//! The Web eID authentication token, format `web-eid:1.0`: a signature bound to one origin and one nonce.
//!
//! It is the only thing the authentication key signs. [`Challenge`] can be made only from an origin and a nonce, and the
//! applet takes nothing else for that key, so no caller can have other bytes signed as a log-in.

pub mod nonces;
pub mod validate;

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::digest::{Digest, DigestAlgorithm};
use crate::message::Phrase;
use crate::origin::Origin;
use crate::phrase;

pub use nonces::Nonces;
pub use validate::Validator;

/// The format this module makes.
pub const FORMAT: &str = "web-eid:1.0";
/// Shortest nonce in characters.
pub const MIN_NONCE: usize = 44;
/// Longest nonce in characters.
pub const MAX_NONCE: usize = 128;

/// A server's nonce: 44 to 128 characters of the base64 alphabet, padded or not. Used as text, never decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeNonce(String);

/// Not a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.phrase())]
pub struct NonceError;

impl NonceError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        phrase!("fault-nonce", min = MIN_NONCE.to_string(), max = MAX_NONCE.to_string())
    }
}

impl ChallengeNonce {
    /// The text as received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ChallengeNonce {
    type Err = NonceError;

    fn from_str(text: &str) -> Result<Self, NonceError> {
        let body = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
        let well_formed = body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
        if well_formed && (MIN_NONCE..=MAX_NONCE).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NonceError)
        }
    }
}

/// What the authentication key signs.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    signed: [u8; 64],
}

impl Challenge {
    /// `SHA-256(origin as UTF-8) ‖ SHA-256(nonce as the text received)`, 64 bytes.
    #[must_use]
    pub fn new(origin: &Origin, nonce: &ChallengeNonce) -> Self {
        let mut signed = [0; 64];
        let (first, second) = signed.split_at_mut(32);
        first.copy_from_slice(&Sha256::digest(origin.as_str()));
        second.copy_from_slice(&Sha256::digest(nonce.as_str()));
        Self { signed }
    }

    /// The 64 bytes that are hashed and signed.
    #[must_use]
    pub fn signed_bytes(&self) -> &[u8; 64] {
        &self.signed
    }

    /// Their digest, over which the key signs: `RS256`.
    #[must_use]
    pub fn digest(&self) -> Digest {
        DigestAlgorithm::Sha256.digest(&self.signed)
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answer_of_web_eid() {
        let origin = "https://ria.ee".parse().unwrap();
        let nonce = "12345678123456781234567812345678912356789123".parse().unwrap();
        let hex: String = Challenge::new(&origin, &nonce).signed_bytes().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            hex,
            "3a0de594ddc5e6d2db6ac36788ccd4102b7eb272e4d610ea8956317ccf616f92\
             c5e0172f14dffbe8d725a65645554863f0d14ee50b9a38034e93f7e7305df864"
        );
    }

    #[test]
    fn nonces_outside_the_form_are_refused() {
        let ok = "a".repeat(44);
        assert!(ok.parse::<ChallengeNonce>().is_ok());
        assert!(format!("{}==", "a".repeat(42)).parse::<ChallengeNonce>().is_ok());
        assert!("a".repeat(128).parse::<ChallengeNonce>().is_ok());
        for bad in [
            "",
            &"a".repeat(43),
            &"a".repeat(129),
            &format!("{ok}==="),
            &format!("=={ok}"),
            &ok.replace('a', "é"),
            &format!("{ok}\n"),
            &ok.replace('a', "-"),
        ] {
            assert!(bad.parse::<ChallengeNonce>().is_err(), "{bad:?}");
        }
    }
}
