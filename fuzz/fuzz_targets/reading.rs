//! A card that answers anything: the whole conversation with it (`jpki`), up to a signature.
#![no_main]

use jpki_agent::apdu::StatusWord;
use jpki_agent::digest::DigestAlgorithm;
use jpki_agent::jpki::{self, CertificateKind, INDIVIDUAL_NUMBER_CARD, KeyKind};
use jpki_agent_fuzz::Script;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, answers)) = data.split_first() else { return };
    let mut card = Script::new(answers);
    let profile = &INDIVIDUAL_NUMBER_CARD;
    match choice % 6 {
        0 => drop(jpki::identify(&mut card, profile)),
        1 => drop(jpki::query_tries(&mut card, &profile.signature)),
        2 => {
            let kind = CertificateKind::Holder(KeyKind::Authentication);
            if let Ok(Some(der)) = jpki::read_certificate(&mut card, profile, kind) {
                assert!((256..=0x4000).contains(&der.len()), "a certificate of {} bytes", der.len());
            }
        }
        3 => log_in(&mut card),
        4 => drop(jpki::deselect(&mut card)),
        _ => drop(jpki::signature_certificate_is_closed(&mut card, profile)),
    }
    // 9 commands for an answer of 61xx, and at most one piece for each byte that came.
    assert!(card.sent.len() <= 32 + answers.len(), "{} commands", card.sent.len());
    assert!(choice % 6 == 3 || card.sent.iter().all(|command| !command.presents_pin()));
});

/// VERIFY at most once, and a second signature command only if the card said that no key was current.
fn log_in(card: &mut Script<'_>) {
    let profile = &INDIVIDUAL_NUMBER_CARD;
    let Ok(tries) = jpki::query_tries(card, &profile.signature) else { return };
    if tries.is_precarious() {
        return;
    }
    let pin = profile.signature.pin_rule.check("ABC123").expect("well-formed");
    let verified = jpki::verify(card, pin);
    let accepted = card.answers.last().is_some_and(|answer| answer.as_ref().is_some_and(|it| it.status().is_success()));
    assert_eq!(verified.is_ok(), accepted, "only 9000 means that the PIN was right");
    if verified.is_ok() && jpki::select_signature_key(card, profile).is_ok() {
        let digest = DigestAlgorithm::Sha256.digest(b"fuzz");
        if let Ok(signature) = jpki::sign_digest(card, profile, &digest) {
            assert_eq!(signature.len(), 256);
        }
    }
    assert_eq!(card.sent.iter().filter(|command| command.presents_pin()).count(), 1);
    let signs: Vec<usize> = (0..card.sent.len()).filter(|index| card.sent[*index].header()[1] == 0x2A).collect();
    match signs[..] {
        [] | [_] => {}
        [first, _] => {
            let answer = card.answers[first].as_ref().map(|answer| answer.status());
            assert_eq!(answer, Some(StatusWord::NO_CURRENT_EF));
        }
        _ => panic!("{} signature commands", signs.len()),
    }
}
