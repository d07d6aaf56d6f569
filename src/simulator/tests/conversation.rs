//! The conversation of [`crate::jpki`] with the software card: both were written from the same page, so what is checked
//! here is that they fit; an independent witness is another matter.

use rsa::{Pkcs1v15Sign, RsaPublicKey};

use super::*;
use crate::card::CardError;
use crate::digest::DigestAlgorithm;
use crate::jpki::{self, CertificateKind, INDIVIDUAL_NUMBER_CARD as CARD, Identity, KeyKind, Tries, VerifyError};
use crate::pin::Pin;
use crate::simulator::{AbsentCertificate, TokenLabel};

fn pin(kind: KeyKind, entry: &str) -> Pin {
    CARD.key(kind).pin_rule.check(entry).unwrap()
}

fn right_pin(kind: KeyKind) -> Pin {
    match kind {
        KeyKind::Authentication => pin(kind, "1234"),
        KeyKind::Signature => pin(kind, "abc123"),
    }
}

fn selected(variants: Variants) -> SoftwareCard {
    let mut card = powered(variants);
    jpki::select(&mut card, &CARD).unwrap();
    card
}

fn opened(kind: KeyKind, variants: Variants) -> SoftwareCard {
    let mut card = selected(variants);
    jpki::query_tries(&mut card, CARD.key(kind)).unwrap();
    jpki::verify(&mut card, right_pin(kind)).unwrap();
    card
}

#[test]
fn cards_are_identified_also_cold() {
    let other = |token| Variants { token, ..Variants::default() };
    for (variants, identity) in [
        (Variants::default(), Identity::IndividualNumberCard),
        (Variants { cold_fault: true, ..Variants::default() }, Identity::IndividualNumberCard),
        (Variants { more_data_answers: true, ..Variants::default() }, Identity::IndividualNumberCard),
        (other(TokenLabel::ResidentCard), Identity::OtherToken),
        (other(TokenLabel::Android), Identity::OtherToken),
        (other(TokenLabel::Iphone), Identity::OtherToken),
        (other(TokenLabel::Other("JPKIAPICCTOKEN3".to_owned())), Identity::OtherToken),
        (Variants { no_jpki_applet: true, ..Variants::default() }, Identity::Foreign),
    ] {
        assert_eq!(jpki::identify(&mut powered(variants.clone()), &CARD), Ok(identity), "{variants:?}");
    }
}

#[test]
fn tries_are_queried_without_cost() {
    let mut card = selected(Variants::default());
    for kind in KeyKind::ALL {
        let full = Tries::Left(CARD.key(kind).tries_max);
        assert_eq!(jpki::query_tries(&mut card, CARD.key(kind)), Ok(full));
        assert_eq!(jpki::query_tries(&mut card, CARD.key(kind)), Ok(full));
        card.set_tries_left(kind, 0);
        assert_eq!(jpki::query_tries(&mut card, CARD.key(kind)), Ok(Tries::Left(0)));
    }
    for status in [0x9000, 0x6700, 0x6300] {
        card.variants_mut().query_answer = Some(StatusWord::from(status));
        assert_eq!(jpki::query_tries(&mut card, &CARD.authentication), Ok(Tries::Unknown));
    }
}

#[test]
fn a_pin_is_right_wrong_or_blocked() {
    for blocked in [StatusWord::REFERENCE_DATA_UNUSABLE, StatusWord::AUTHENTICATION_BLOCKED] {
        for (kind, wrong) in [(KeyKind::Authentication, "4321"), (KeyKind::Signature, "XYZ987")] {
            let mut card = opened(kind, Variants { blocked, ..Variants::default() });
            for left in (1..CARD.key(kind).tries_max).rev() {
                let wrong = jpki::verify(&mut card, pin(kind, wrong));
                assert_eq!(wrong, Err(VerifyError::Wrong { tries: Tries::Left(left) }));
            }
            assert_eq!(jpki::verify(&mut card, pin(kind, wrong)), Err(VerifyError::Blocked));
            assert_eq!(jpki::verify(&mut card, right_pin(kind)), Err(VerifyError::Blocked));
        }
    }
}

#[test]
fn certificates_are_read_whole_whatever_the_card_is_like() {
    for variants in [
        Variants::default(),
        Variants { filler: 0xFF, ..Variants::default() },
        Variants { more_data_answers: true, ..Variants::default() },
        Variants { right_length_answers: true, ..Variants::default() },
        Variants { longest_read: 0xE0, ..Variants::default() },
        Variants { extended_length_refused: true, ..Variants::default() },
    ] {
        let mut card = opened(KeyKind::Signature, variants.clone());
        let contents = contents();
        for (kind, der) in CertificateKind::ALL.into_iter().zip([
            contents.authentication_certificate,
            contents.authentication_ca,
            contents.signature_certificate.unwrap(),
            contents.signature_ca,
        ]) {
            let read = jpki::read_certificate(&mut card, &CARD, kind).unwrap().unwrap();
            assert_eq!(*read, der, "{kind:?}, {variants:?}");
        }
    }
}

#[test]
fn the_signature_certificate_is_hidden_or_absent() {
    let kind = CertificateKind::Holder(KeyKind::Signature);
    let refused = jpki::read_certificate(&mut selected(Variants::default()), &CARD, kind).unwrap_err();
    assert_eq!(refused.status(), Some(StatusWord::SECURITY_NOT_SATISFIED));
    for (filler, absent_signature_certificate) in
        [(0x00, AbsentCertificate::Filler), (0xFF, AbsentCertificate::Filler), (0x00, AbsentCertificate::NotFound)]
    {
        let contents = CardContents { signature_certificate: None, ..contents() };
        let variants = Variants { filler, absent_signature_certificate, ..Variants::default() };
        let mut card = SoftwareCard::new(contents, variants);
        card.power_on();
        jpki::select(&mut card, &CARD).unwrap();
        jpki::query_tries(&mut card, &CARD.signature).unwrap();
        jpki::verify(&mut card, right_pin(KeyKind::Signature)).unwrap();
        assert_eq!(jpki::read_certificate(&mut card, &CARD, kind), Ok(None));
    }
}

#[test]
fn signatures_verify_under_the_key_of_the_card() {
    for (kind, key) in
        [(KeyKind::Authentication, contents().authentication_key), (KeyKind::Signature, contents().signature_key)]
    {
        for more_data_answers in [false, true] {
            let mut card = opened(kind, Variants { more_data_answers, ..Variants::default() });
            jpki::select_key(&mut card, CARD.key(kind)).unwrap();
            for algorithm in DigestAlgorithm::ALL {
                let digest = algorithm.digest(b"document");
                let signature = jpki::sign(&mut card, CARD.key(kind), &digest).unwrap();
                RsaPublicKey::from(&key)
                    .verify(Pkcs1v15Sign::new_unprefixed(), &digest.digest_info(), &signature)
                    .unwrap();
            }
        }
    }
}

#[test]
fn a_key_without_its_pin_does_not_sign() {
    let mut card = opened(KeyKind::Authentication, Variants::default());
    jpki::select_key(&mut card, &CARD.signature).unwrap();
    let refused = jpki::sign(&mut card, &CARD.signature, &DigestAlgorithm::Sha256.digest(b"document"));
    assert_eq!(refused.unwrap_err().status(), Some(StatusWord::SECURITY_NOT_SATISFIED));
}

#[test]
fn deselecting_closes_and_the_proof_by_reading_tells() {
    for issuer_domain_refused in [false, true] {
        let mut card = opened(KeyKind::Signature, Variants { issuer_domain_refused, ..Variants::default() });
        assert_eq!(jpki::signature_certificate_is_closed(&mut card, &CARD), Ok(false));
        jpki::deselect(&mut card).unwrap();
        assert!(!card.is_verified(KeyKind::Signature));
        assert_eq!(jpki::signature_certificate_is_closed(&mut card, &CARD), Ok(true));
    }
    let mut card = opened(KeyKind::Signature, Variants { deselect_keeps_verified: true, ..Variants::default() });
    jpki::deselect(&mut card).unwrap();
    assert_eq!(jpki::signature_certificate_is_closed(&mut card, &CARD), Ok(false));
}

#[test]
fn the_least_conversation_has_the_counts_of_the_protocol_page() {
    let mut card = handle();
    jpki::identify(&mut card, &CARD).unwrap();
    let wire = card.wire();
    assert_eq!((wire.commands, wire.bytes_out, wire.bytes_in), (3, 27, 38));

    card.forget_wire();
    jpki::select(&mut card, &CARD).unwrap();
    jpki::read_certificate(&mut card, &CARD, CertificateKind::Holder(KeyKind::Authentication)).unwrap();
    let wire = card.wire();
    assert_eq!((wire.commands, wire.bytes_out, wire.bytes_in), (9, 57, 1592));

    card.forget_wire();
    jpki::select(&mut card, &CARD).unwrap();
    jpki::query_tries(&mut card, &CARD.authentication).unwrap();
    jpki::verify(&mut card, right_pin(KeyKind::Authentication)).unwrap();
    jpki::select_key(&mut card, &CARD.authentication).unwrap();
    jpki::sign(&mut card, &CARD.authentication, &DigestAlgorithm::Sha256.digest(b"")).unwrap();
    let wire = card.wire();
    assert_eq!((wire.commands, wire.bytes_out, wire.bytes_in), (6, 99, 268));
    assert_eq!((wire.verifies, wire.signatures, wire.changes, wire.foreign_selects), (1, 1, 0, 0));
}

#[test]
fn a_transport_fault_names_its_step() {
    let mut card = handle();
    jpki::select(&mut card, &CARD).unwrap();
    jpki::query_tries(&mut card, &CARD.authentication).unwrap();
    card.inject(crate::simulator::Trigger::verify(), crate::simulator::Fault::Empty);
    let error = jpki::verify(&mut card, right_pin(KeyKind::Authentication)).unwrap_err();
    let VerifyError::Card(CardError::Transport { step, .. }) = error else { panic!("{error:?}") };
    assert_eq!(step, crate::card::Step::VerifyPin);
    assert_eq!(card.wire().verifies, 1);
}
