//! The software card's certificates against the recipe, and against the pins in the trust store.

use jiff::Timestamp;

use super::*;
use crate::certificate::{Certificate, ChainResult, Environment, TrustStore};

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

#[test]
fn every_holder_is_trusted_as_the_simulator_and_only_with_the_simulator() {
    let (pinned, store) = (TrustStore::pinned(), TrustStore::pinned().with_simulator());
    for holder in Holder::names().map(|name| Holder::by_name(name).unwrap()) {
        let card = issue(&holder, now()).unwrap();
        assert_eq!(card.signature_certificate.is_some(), holder.id() != "under-15");
        let pairs = [
            (KeyKind::Authentication, Some(&card.authentication_certificate), &card.authentication_ca),
            (KeyKind::Signature, card.signature_certificate.as_ref(), &card.signature_ca),
        ];
        for (kind, certificate, authority) in pairs {
            let authority = Certificate::parse(authority).unwrap();
            let report = store.check_authority(&authority, kind);
            assert_eq!((report.result, report.environment), (ChainResult::Trusted, Environment::Simulator));
            assert_eq!(pinned.check_authority(&authority, kind).result, ChainResult::UnknownIssuer);
            let Some(certificate) = certificate else { continue };
            let certificate = Certificate::parse(certificate).unwrap();
            let report = store.check(&certificate, kind, Some(&authority));
            assert_eq!(report.result, ChainResult::Trusted, "{} {kind:?}", holder.id());
            assert_eq!(report.root.as_deref(), Some("simulator"));
            assert_eq!(report.environment, Environment::Simulator);
            assert_eq!(pinned.check(&certificate, kind, Some(&authority)).result, ChainResult::UnknownIssuer);
            assert_eq!(certificate.key_algorithm(), if holder.id() == "ec-key" { "EC-P-384" } else { "RSA-2048" });
            assert!(authority.not_before() <= certificate.not_before(), "{}", holder.id());
            assert!(certificate.not_after() <= authority.not_after(), "{}", holder.id());
        }
    }
}

#[test]
fn sizes_and_texts_are_those_of_a_real_card() {
    let card = issue(&Holder::standard(), now()).unwrap();
    let (authentication, signature) = (card.authentication_certificate, card.signature_certificate.unwrap());
    assert!((1500..=1650).contains(&authentication.len()), "{}", authentication.len());
    assert!((1650..=1850).contains(&signature.len()), "{}", signature.len());
    assert!((1250..=1400).contains(&card.signature_ca.len()), "{}", card.signature_ca.len());

    let signature = Certificate::parse(&signature).unwrap();
    let subject = signature.subject();
    assert!(subject.starts_with("C=JP, L=Mihon-ken, L=Mihon-shi, CN=20251018103542"), "{subject}");
    assert_eq!(subject.rsplit('=').next().unwrap().len(), 28);
    assert_eq!(signature.not_after().to_string(), "2030-02-17T14:59:59Z");
    let authentication = Certificate::parse(&authentication).unwrap();
    assert_eq!(authentication.subject().rsplit('=').next().unwrap().len(), 23);
    assert!(authentication.issuer().contains("NOT A REAL CA"));
    assert_eq!(authentication.serial_number().len(), 8);
    assert!(authentication.attributes().is_none());

    let long = issue(&Holder::by_name("long-address").unwrap(), now()).unwrap();
    assert!(long.signature_certificate.unwrap().len() > 2048);
}

#[test]
fn the_same_moment_gives_the_same_bytes() {
    let issue = || issue(&Holder::standard(), now()).unwrap();
    let (first, second) = (issue(), issue());
    assert_eq!(first.signature_certificate, second.signature_certificate);
    assert_eq!(first.authentication_certificate, second.authentication_certificate);
    assert_eq!(first.signature_ca, second.signature_ca);
}

#[test]
fn the_keys_on_the_card_belong_to_its_certificates() {
    let card = issue(&Holder::standard(), now()).unwrap();
    let digest = crate::digest::DigestAlgorithm::Sha384.digest(b"document");
    for (key, certificate) in [
        (&card.authentication_key, &card.authentication_certificate),
        (&card.signature_key, card.signature_certificate.as_ref().unwrap()),
    ] {
        let signature = key.sign(rsa::Pkcs1v15Sign::new_unprefixed(), &digest.digest_info()).unwrap();
        let certificate = Certificate::parse(certificate).unwrap();
        assert_eq!(certificate.verify(&digest, &signature), Ok(()));
        let other = crate::digest::DigestAlgorithm::Sha384.digest(b"other");
        assert!(certificate.verify(&other, &signature).is_err());
        assert!(certificate.verify(&digest, &signature[1..]).is_err());
    }
}
