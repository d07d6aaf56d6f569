//! What is put on a software card when it is issued: certificates and keys. Who issues them is not known here.

use std::fmt;

use rsa::RsaPrivateKey;

/// Certificates and keys of one card.
#[derive(Clone)]
pub struct CardContents {
    /// EF 000A, DER.
    pub authentication_certificate: Vec<u8>,
    /// EF 000B, DER.
    pub authentication_ca: Vec<u8>,
    /// EF 0001, DER; holders under 15 normally have none.
    pub signature_certificate: Option<Vec<u8>>,
    /// EF 0002, DER.
    pub signature_ca: Vec<u8>,
    /// EF 0017, RSA with 2048 bits.
    pub authentication_key: RsaPrivateKey,
    /// EF 001A, RSA with 2048 bits.
    pub signature_key: RsaPrivateKey,
}

/// Lengths only.
impl fmt::Debug for CardContents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardContents")
            .field("authentication_certificate", &self.authentication_certificate.len())
            .field("signature_certificate", &self.signature_certificate.as_ref().map(Vec::len))
            .finish_non_exhaustive()
    }
}
