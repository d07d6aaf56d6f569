//! The EFs of the software card: which exist, what they hold, what reading them needs (`card-protocol.md` 3 and 4).

use super::contents::CardContents;
use super::variants::{AbsentCertificate, Variants};
use crate::jpki::{KeyKind, ids};

/// Size of an EF that holds a certificate; the certificate is shorter, filler follows (4; two authors, real cards).
pub(super) const CERTIFICATE_FILE_SIZE: usize = 3808;

/// What an EF is.
pub(super) enum File {
    /// Bytes to read, and whose PIN that needs.
    Data(Vec<u8>, Option<KeyKind>),
    /// Bytes nobody may read.
    Closed,
    /// A PIN.
    Pin(KeyKind),
    /// A private key.
    Key(KeyKind),
}

/// The EF with this id; `None` is 6A82.
pub(super) fn file(id: u16, contents: &CardContents, variants: &Variants) -> Option<File> {
    let padded = |der: &[u8]| {
        let mut bytes = der.to_vec();
        bytes.resize(CERTIFICATE_FILE_SIZE.max(der.len()), variants.filler);
        bytes
    };
    Some(match id {
        ids::SIGNATURE_CERTIFICATE => {
            let der = match (&contents.signature_certificate, variants.absent_signature_certificate) {
                (Some(der), _) => der.as_slice(),
                (None, AbsentCertificate::Filler) => &[],
                (None, AbsentCertificate::NotFound) => return None,
                (None, AbsentCertificate::Closed) => return Some(File::Closed),
            };
            File::Data(padded(der), Some(KeyKind::Signature))
        }
        ids::SIGNATURE_CA_CERTIFICATE => File::Data(padded(&contents.signature_ca), None),
        ids::AUTHENTICATION_CERTIFICATE => {
            let right = variants.authentication_certificate_needs_pin.then_some(KeyKind::Authentication);
            File::Data(padded(&contents.authentication_certificate), right)
        }
        ids::AUTHENTICATION_CA_CERTIFICATE => File::Data(padded(&contents.authentication_ca), None),
        ids::TOKEN_INFO => File::Data(token_info(variants.token.as_str()), None),
        ids::CERTIFICATE_PRESENCE => File::Data(presence(contents), None),
        ids::AUTHENTICATION_PIN => File::Pin(KeyKind::Authentication),
        ids::SIGNATURE_PIN => File::Pin(KeyKind::Signature),
        ids::AUTHENTICATION_KEY => File::Key(KeyKind::Authentication),
        ids::SIGNATURE_KEY => File::Key(KeyKind::Signature),
        _ => return None,
    })
}

/// EF 0008: signature, authentication, unknown. `8F` means present; the value for "absent" was never seen (3).
fn presence(contents: &CardContents) -> Vec<u8> {
    let signature = if contents.signature_certificate.is_some() { 0x8F } else { 0x00 };
    vec![signature, 0x8F, 0x00]
}

/// EF 0006, 160 bytes laid out like the token information of PKCS #11, numbers big-endian (2; one author).
fn token_info(label: &str) -> Vec<u8> {
    let mut info = Vec::with_capacity(160);
    for (text, width) in [(label, 32), ("SOFTWARE CARD, TEST KEYS", 32), ("SIMULATED", 16), ("0000000000000000", 16)] {
        info.extend(text.bytes().chain(std::iter::repeat(b' ')).take(width));
    }
    let flags = 0x0000_040D_u32;
    let (max_pin, min_pin) = (16, 6);
    for number in [flags, 0, 0, 0, 0, max_pin, min_pin, 0, 0, 0, 0] {
        info.extend_from_slice(&number.to_be_bytes());
    }
    info.extend_from_slice(b"0301"); // versions of hardware and firmware
    info.extend_from_slice(&[b'9'; 16]); // time: none
    info
}
