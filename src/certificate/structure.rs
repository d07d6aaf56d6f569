//! The ASN.1 of a certificate (RFC 5280, 4.1), borrowed from the bytes it was read from, so that no copy of a holder's
//! name is left behind in memory. Also what the software card's authority encodes.

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef, SetOfVec, Utf8StringRef};
use der::{Decode, Encode, Header, Reader, Sequence, SliceReader, Tag, ValueOrd};
use x509_cert::certificate::Version;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use x509_cert::time::Validity;

use crate::foreign_text::visible_char;

/// sha256WithRSAEncryption, the only signature algorithm of today's authorities.
pub(crate) const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// `Certificate`.
#[derive(Sequence)]
pub(crate) struct SignedCertificate<'a> {
    pub(crate) content: Content<'a>,
    pub(crate) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) signature: BitStringRef<'a>,
}

/// `TBSCertificate`: what the authority signs.
#[derive(Sequence)]
pub(crate) struct Content<'a> {
    #[asn1(context_specific = "0", default = "Default::default")]
    pub(crate) version: Version,
    pub(crate) serial_number: SerialNumber,
    pub(crate) signature_algorithm: AlgorithmIdentifierRef<'a>,
    pub(crate) issuer: DistinguishedName<'a>,
    pub(crate) validity: Validity,
    pub(crate) subject: DistinguishedName<'a>,
    pub(crate) public_key: SubjectPublicKeyInfoRef<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) issuer_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    pub(crate) subject_unique_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    pub(crate) extensions: Option<Vec<Extension<'a>>>,
}

/// `Extension`.
#[derive(Clone, Copy, Sequence)]
pub(crate) struct Extension<'a> {
    pub(crate) id: ObjectIdentifier,
    #[asn1(default = "Default::default")]
    pub(crate) critical: bool,
    pub(crate) value: &'a OctetStringRef,
}

/// `Name`, relative names in the order they stand in.
pub(crate) type DistinguishedName<'a> = Vec<SetOfVec<NameAttribute<'a>>>;

/// `AttributeTypeAndValue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Sequence, ValueOrd)]
pub(crate) struct NameAttribute<'a> {
    pub(crate) id: ObjectIdentifier,
    pub(crate) value: AnyRef<'a>,
}

/// The bytes of `content` in those of a certificate that is known to be DER.
pub(super) fn signed_bytes(certificate: &[u8]) -> Option<&[u8]> {
    let mut reader = SliceReader::new(certificate).ok()?;
    Header::decode(&mut reader).ok()?;
    reader.tlv_bytes().ok()
}

/// `AlgorithmIdentifier` of [`SHA256_WITH_RSA`] with its NULL.
pub(crate) fn sha256_with_rsa() -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef { oid: SHA256_WITH_RSA, parameters: Some(AnyRef::NULL) }
}

/// A name for people, in the order of the bytes: `C=JP, L=…, L=…, CN=…`. Values that are no text come as hex digits,
/// characters that could hide or reorder something as U+FFFD.
pub(crate) fn readable(name: &DistinguishedName<'_>) -> String {
    // Sized at once: a string that grows leaves copies behind.
    let capacity = name.encoded_len().ok().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut text = String::with_capacity(capacity.saturating_mul(4));
    for attribute in name.iter().flat_map(SetOfVec::iter) {
        if !text.is_empty() {
            text.push_str(", ");
        }
        push_label(&mut text, attribute.id);
        text.push('=');
        match text_of(attribute.value) {
            Some(value) => text.extend(value.chars().map(visible_char)),
            None => {
                text.push('#');
                for byte in attribute.value.value() {
                    push_hex(&mut text, *byte);
                }
            }
        }
    }
    text
}

/// Every value of the attribute `id` in `name` that is text.
pub(crate) fn values<'n>(name: &'n DistinguishedName<'_>, id: ObjectIdentifier) -> impl Iterator<Item = &'n str> {
    name.iter().flat_map(SetOfVec::iter).filter(move |attribute| attribute.id == id).filter_map(|a| text_of(a.value))
}

/// The text in a UTF8String, PrintableString or IA5String.
pub(crate) fn text_of(value: AnyRef<'_>) -> Option<&str> {
    match der::Tagged::tag(&value) {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => Utf8StringRef::new(value.value())
            .ok()
            .map(|text| text.as_str())
            .filter(|text| text.len() == value.value().len()),
        _ => None,
    }
}

/// Two lower-case hexadecimal digits.
pub(crate) fn push_hex(text: &mut String, byte: u8) {
    for nibble in [byte >> 4, byte & 0x0F] {
        text.extend(char::from_digit(u32::from(nibble), 16));
    }
}

fn push_label(text: &mut String, id: ObjectIdentifier) {
    match id {
        COMMON_NAME => text.push_str("CN"),
        COUNTRY => text.push('C'),
        LOCALITY => text.push('L'),
        ORGANIZATION => text.push('O'),
        ORGANIZATIONAL_UNIT => text.push_str("OU"),
        other => text.push_str(&other.to_string()),
    }
}

/// CN.
pub(crate) const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// C.
pub(crate) const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
/// L.
pub(crate) const LOCALITY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.7");
/// O.
pub(crate) const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
/// OU.
pub(crate) const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
