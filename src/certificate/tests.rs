//! What is read from the software card's certificates.

use super::*;
use crate::jpki::INDIVIDUAL_NUMBER_CARD;
use crate::simulator::holder::Holder;
use crate::simulator::issuer::issue;

fn signature_certificate(holder: &str) -> Certificate {
    let now = "2026-11-22T03:00:00Z".parse().unwrap();
    Certificate::parse(&issue(&Holder::by_name(holder).unwrap(), now).unwrap().signature_certificate.unwrap()).unwrap()
}

/// They are taken from the bytes as they came; written again they are the same.
#[test]
fn what_the_authority_signed_is_found_in_the_bytes() {
    for holder in ["standard", "long-address"] {
        let certificate = signature_certificate(holder);
        let parsed = SignedCertificate::from_der(certificate.der()).unwrap();
        assert_eq!(structure::signed_bytes(certificate.der()), Some(parsed.content.to_der().unwrap().as_slice()));
    }
    assert_eq!(structure::signed_bytes(&[0x30, 0x03, 0x30, 0x05, 0x00]), None);
}

#[test]
fn debug_names_nobody() {
    let certificate = signature_certificate("standard");
    let shown = format!("{certificate:?} {:?} {:?}", certificate.attributes(), certificate.public_key());
    assert!(shown.starts_with(&format!("Certificate({})", certificate.fingerprint())));
    for personal in ["Mihon", "見本", "花子", "1980", certificate.subject()] {
        assert!(!shown.contains(personal), "{shown}");
    }
}

#[test]
fn the_attributes_of_every_holder_are_read() {
    let attributes = |holder| signature_certificate(holder).attributes().unwrap().clone();
    assert_eq!(attributes("standard").name(), Some("見本　花子"));
    assert_eq!(attributes("latin-name").name(), Some("MIHONHANAKO"));
    assert_eq!(attributes("substitutes").name_substitutes(), Some("01000"));
    assert!(attributes("non-bmp").name().unwrap().starts_with('𠮷'));
    assert!(attributes("non-bmp").substitutes_fit());
    assert_eq!(attributes("sex-9").sex_raw(), Some("9"));
    assert_eq!(attributes("extra-attribute").name(), Some("見本　花子"));
    let birth = attributes("unknown-birth-day").birth_date().unwrap();
    assert_eq!((birth.year, birth.month, birth.day), (Some(1940), Some(4), None));
    assert!(attributes("long-address").address().unwrap().chars().count() > 180);
}

#[test]
fn dates_of_the_holders_are_what_their_names_say() {
    let now: Timestamp = "2026-11-22T03:00:00Z".parse().unwrap();
    for (holder, period, days) in [
        ("expired", Period::Expired, -40),
        ("renewable", Period::InPeriod, 80),
        ("soon-renewable", Period::InPeriod, 93),
    ] {
        let certificate = signature_certificate(holder);
        assert_eq!((certificate.period(now), certificate.days_left(now)), (period, days));
        assert_eq!(certificate.renewal(now).open, holder == "renewable");
    }
    assert_eq!(signature_certificate("not-yet-valid").period(now), Period::NotYetValid);
}

#[test]
fn only_the_keys_of_the_card_profile_are_supported() {
    let algorithm = INDIVIDUAL_NUMBER_CARD.signature.algorithm;
    assert!(signature_certificate("standard").is_supported_key(algorithm));
    let next = signature_certificate("ec-key");
    assert!(!next.is_supported_key(algorithm));
    assert_eq!(next.key_algorithm(), "EC-P-384");
    let digest = DigestAlgorithm::Sha256.digest(b"document");
    assert_eq!(next.verify(&digest, &[0; 256]), Err(SignatureMismatch));
}

#[test]
fn a_public_key_outlives_its_certificate() {
    let certificate = signature_certificate("standard");
    let key = certificate.public_key().clone();
    drop(certificate);
    assert_eq!(key.algorithm_name(), "RSA-2048");
    assert_eq!(key.info().len(), 294);
}

#[test]
fn parts_of_a_name_that_could_mislead_are_shown_harmlessly() {
    use der::asn1::{AnyRef, SetOfVec};
    let attribute = |id, tag, value| {
        let value = AnyRef::new(tag, value).unwrap();
        SetOfVec::from_iter([structure::NameAttribute { id, value }]).unwrap()
    };
    let name = vec![
        attribute(structure::COUNTRY, der::Tag::PrintableString, b"JP".as_slice()),
        attribute(structure::COMMON_NAME, der::Tag::Utf8String, "a\nb\u{202E}葛\u{E0100}".as_bytes()),
        attribute(structure::COMMON_NAME, der::Tag::BmpString, b"\x00a".as_slice()),
        attribute(structure::COMMON_NAME, der::Tag::Utf8String, b"\xff".as_slice()),
    ];
    assert_eq!(structure::readable(&name), "C=JP, CN=a\u{FFFD}b\u{FFFD}葛\u{E0100}, CN=#0061, CN=#ff");
}
