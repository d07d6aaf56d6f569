//! Digests and the DigestInfo around them (RFC 8017, 9.2, note 1; `card-protocol.md` 7.1).
//!
//! The card signs whatever bytes it is given, so DigestInfo is built here and nowhere else. SHA-1 is left out.

use std::fmt;

use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// A hash function whose results may be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DigestAlgorithm {
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
}

/// A digest whose length fits its algorithm.
#[derive(Clone, PartialEq, Eq)]
pub struct Digest {
    algorithm: DigestAlgorithm,
    value: Vec<u8>,
}

/// The bytes are not as many as the algorithm makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {algorithm} digest has {} bytes, not {length}", .algorithm.length())]
pub struct DigestLengthError {
    /// The algorithm named.
    pub algorithm: DigestAlgorithm,
    /// The length found.
    pub length: usize,
}

impl DigestAlgorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    /// The name in the API: `SHA-256` and so on.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The algorithm of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Length of a digest in bytes.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// DER of DigestInfo up to the digest itself.
    fn digest_info_prefix(self) -> &'static [u8; 19] {
        match self {
            Self::Sha256 => b"\x30\x31\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
            Self::Sha384 => b"\x30\x41\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
            Self::Sha512 => b"\x30\x51\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        }
    }

    /// The digest of `data`.
    #[must_use]
    pub fn digest(self, data: &[u8]) -> Digest {
        let value = match self {
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha384 => Sha384::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
        };
        Digest { algorithm: self, value }
    }
}

impl fmt::Display for DigestAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Digest {
    /// A digest made elsewhere.
    ///
    /// # Errors
    /// [`DigestLengthError`] if the length does not fit the algorithm.
    pub fn new(algorithm: DigestAlgorithm, value: Vec<u8>) -> Result<Self, DigestLengthError> {
        if value.len() == algorithm.length() {
            Ok(Self { algorithm, value })
        } else {
            Err(DigestLengthError { algorithm, length: value.len() })
        }
    }

    /// Which hash function made it.
    #[must_use]
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// Its bytes.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// DER of `DigestInfo ::= SEQUENCE { AlgorithmIdentifier, OCTET STRING }`: 51, 67 or 83 bytes.
    #[must_use]
    pub fn digest_info(&self) -> Vec<u8> {
        let mut der = self.algorithm.digest_info_prefix().to_vec();
        der.extend_from_slice(&self.value);
        der
    }
}

/// Bytes as hexadecimal digits, lower case.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.algorithm)?;
        for byte in self.value.iter().take(4) {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_info_has_the_length_and_der_shape_of_rfc_8017() {
        for (algorithm, total) in
            [(DigestAlgorithm::Sha256, 51), (DigestAlgorithm::Sha384, 67), (DigestAlgorithm::Sha512, 83)]
        {
            let der = algorithm.digest(b"abc").digest_info();
            assert_eq!(der.len(), total);
            assert_eq!(crate::apdu::tlv::sequence_length(&der), Some(total));
        }
    }

    #[test]
    fn only_the_fitting_length_is_a_digest() {
        for algorithm in DigestAlgorithm::ALL {
            for length in 0..=65 {
                assert_eq!(Digest::new(algorithm, vec![0; length]).is_ok(), length == algorithm.length());
            }
            assert_eq!(DigestAlgorithm::by_name(algorithm.name()), Some(algorithm));
        }
        assert_eq!(DigestAlgorithm::by_name("SHA-1"), None);
    }
}
