//! What goes wrong around a card and is no matter of one command: exchanged while another program holds it, its last
//! try, other cards, several readers, prompts that overlap. Faults at every command: `tests/fault_matrix`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::time::Duration;

use jpki_agent::agent::CardState;
use jpki_agent::consent::scripted::{Answer, End, Prompt};
use jpki_agent::consent::{Question, Refusal, Warning};
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::Problem;
use jpki_agent::reader::{Policy, Sharing};
use jpki_agent::simulator::{Fault, Holder, TokenLabel, Trigger, Variants};
use support::agent::{
    AUTHENTICATION_PIN, READER, SIGNATURE_PIN, TestAgent, authentication, card_of, page, signature, standard_card,
};

/// The PIN is typed, another program holds the card, and before it lets go somebody puts another card in.
#[tokio::test]
async fn another_card_put_in_while_the_agent_waits_for_its_turn_gets_no_pin() {
    let agent =
        TestAgent::with_policy(standard_card(), Policy { patience: Duration::from_secs(5), ..Policy::default() });
    let agent = agent.await;
    let other = standard_card();
    let (backend, put_in) = (agent.backend.clone(), other.clone());
    let hold_and_swap = move || {
        let program = backend.other_program(READER).unwrap();
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            assert!(backend.insert(READER, &put_in));
            drop(program);
        });
    };
    let result = agent.sign(Answer::pin(SIGNATURE_PIN).after(hold_and_swap), 1).await;
    assert_eq!((agent.card.wire().verifies, other.wire().verifies), (0, 0));
    assert_eq!(result.unwrap_err(), Problem::CardRemoved { outcome_unknown: false });
    assert_eq!(other.wire().commands, 0);
}

/// A reader that does not notice the exchange: the counter, queried again, tells.
#[tokio::test]
async fn an_unnoticed_exchange_is_seen_by_the_tries_left() {
    for (tries_left, problem) in [
        (1, Problem::LastTryProtected { key_kind: KeyKind::Signature, tries_left: Some(1) }),
        (4, Problem::CardRemoved { outcome_unknown: false }),
        (0, Problem::PinBlocked { key_kind: KeyKind::Signature }),
    ] {
        let agent = TestAgent::new().await;
        agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
        let other = standard_card();
        other.with(|card| card.set_tries_left(KeyKind::Signature, tries_left));
        let (card, with) = (agent.card.clone(), other.clone());
        let swap = move || card.inject(Trigger::next(), Fault::Swapped { with, noticed: false });
        let result = agent.sign(Answer::pin(SIGNATURE_PIN).after(swap), 1).await;
        assert_eq!(result.unwrap_err(), problem);
        assert_eq!(other.wire().verifies, 0);
    }
}

#[tokio::test]
async fn a_prompt_closes_when_its_card_leaves() {
    let agent = TestAgent::new().await;
    let backend = agent.backend.clone();
    let result = agent.sign(Answer::Never.after(move || drop(backend.remove(READER))), 1);
    let result = tokio::time::timeout(Duration::from_secs(2), result).await.expect("the prompt stayed open");
    assert_eq!(result.unwrap_err(), Problem::CardRemoved { outcome_unknown: false });
    assert_eq!(agent.consent.shown()[0].end, End::Dropped);
}

#[tokio::test]
async fn the_last_try_is_protected_until_lifted_and_then_good_for_one_entry() {
    let protected = Problem::LastTryProtected { key_kind: KeyKind::Authentication, tries_left: Some(1) };
    let agent = TestAgent::new().await;
    agent.card.with(|card| card.set_tries_left(KeyKind::Authentication, 1));
    let refused = agent.agent.authenticate(&page(), authentication()).await;
    assert_eq!(refused.unwrap_err(), protected);
    assert!(agent.consent.shown().is_empty(), "nobody is asked");

    agent.answers([Answer::Refuse(Refusal::Declined)]);
    let declined = agent.agent.unprotect(&page(), KeyKind::Authentication, None).await;
    assert_eq!(declined.unwrap_err(), Problem::UserDeclined);
    assert_eq!(agent.agent.authenticate(&page(), authentication()).await.unwrap_err(), protected);

    agent.answers([Answer::Approve]);
    agent.agent.unprotect(&page(), KeyKind::Authentication, None).await.unwrap();
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    assert_eq!(agent.card.wire().verifies, 1);

    // Lifted for one entry only, and for this insertion only.
    agent.card.with(|card| card.set_tries_left(KeyKind::Authentication, 1));
    assert_eq!(agent.agent.authenticate(&page(), authentication()).await.unwrap_err(), protected);
    agent.answers([Answer::Approve]);
    agent.agent.unprotect(&page(), KeyKind::Authentication, None).await.unwrap();
    agent.put_in(&agent.card).await;
    assert_eq!(agent.agent.authenticate(&page(), authentication()).await.unwrap_err(), protected);
    assert_eq!(agent.card.wire().verifies, 1);
}

#[tokio::test]
async fn wrong_pins_count_down_to_the_protected_last_try() {
    let agent = TestAgent::new().await;
    let key_kind = KeyKind::Authentication;
    for left in [2, 1] {
        let wrong = agent.authenticate(Answer::pin("0000")).await.unwrap_err();
        assert_eq!(wrong, Problem::PinIncorrect { key_kind, tries_left: Some(left) });
        // The next entry for the same page wants the person's word first.
        agent.answers([Answer::Approve]);
    }
    let protected = agent.agent.authenticate(&page(), authentication()).await.unwrap_err();
    assert_eq!(protected, Problem::LastTryProtected { key_kind, tries_left: Some(1) });
    agent.card.with(|card| card.set_tries_left(key_kind, 0));
    let blocked = agent.agent.authenticate(&page(), authentication()).await.unwrap_err();
    assert_eq!(blocked, Problem::PinBlocked { key_kind });
    assert_eq!(agent.card.wire().verifies, 2);
}

/// "Stop, re-query": VERIFY is not repeated, and the person is told where the PIN stands.
#[tokio::test]
async fn an_odd_answer_to_verify_ends_it_and_the_tries_left_are_asked_anew() {
    let key_kind = KeyKind::Signature;
    let agent = TestAgent::new().await;
    agent.card.with(|card| card.set_tries_left(key_kind, 3));
    let card = agent.card.clone();
    let odd = move || card.inject(Trigger::verify(), Fault::Status(0x6F00u16.into()));
    let problem = agent.sign(Answer::pin(SIGNATURE_PIN).after(odd), 1).await.unwrap_err();
    assert_eq!(problem, Problem::CardFault { outcome_unknown: true, tries_left: Some(3) });
    // Where the card cannot be asked, nothing is made up.
    let card = agent.card.clone();
    let twice = move || {
        card.inject(Trigger::verify(), Fault::Status(0x6F00u16.into()));
        card.inject(Trigger::instruction(0x20).after(2), Fault::Status(0x6400u16.into()));
    };
    let problem = agent.sign(Answer::pin(SIGNATURE_PIN).after(twice), 1).await.unwrap_err();
    assert_eq!(problem, Problem::CardFault { outcome_unknown: true, tries_left: None });
    assert_eq!(agent.card.wire().verifies, 2);
}

#[tokio::test]
async fn tries_that_cannot_be_told_are_protected() {
    for answer in [0x9000u16, 0x6700, 0x6300, 0x6A88] {
        let variants = Variants { query_answer: Some(answer.into()), ..Variants::default() };
        let agent = TestAgent::with_card(card_of(&Holder::standard(), variants)).await;
        let problem = agent.agent.sign(&page(), signature(1)).await.unwrap_err();
        assert_eq!(problem, Problem::LastTryProtected { key_kind: KeyKind::Signature, tries_left: None });
        let pins = agent.agent.pins(None).await.unwrap().pins;
        assert_eq!(pins.map(|pin| pin.tries.left()), [None, None], "{answer:04X}");
    }
}

#[tokio::test]
async fn an_expired_certificate_is_asked_about_before_it_is_used() {
    is_asked_about_before_use("expired", |warning| matches!(warning, Warning::Expired { .. })).await;
}

/// Just issued, or the computer's clock is wrong: the agent cannot tell.
#[tokio::test]
async fn a_certificate_that_has_not_begun_is_asked_about_before_it_is_used() {
    is_asked_about_before_use("not-yet-valid", |warning| matches!(warning, Warning::NotYetValid { .. })).await;
}

async fn is_asked_about_before_use(holder: &str, is_the_warning: impl Fn(&Warning) -> bool) {
    let card = card_of(&Holder::by_name(holder).unwrap(), Variants::default());
    let agent = TestAgent::with_card(card).await;
    agent.answers([Answer::Refuse(Refusal::Declined)]);
    assert_eq!(agent.agent.authenticate(&page(), authentication()).await.unwrap_err(), Problem::UserDeclined);
    agent.answers([Answer::Approve, Answer::pin(AUTHENTICATION_PIN)]);
    agent.agent.authenticate(&page(), authentication()).await.unwrap();
    agent.card.forget_wire();
    agent.consent.forget();

    // The signature certificate's dates are known only after the PIN: no signature is made before the question.
    let card = agent.card.clone();
    agent.answers([
        Answer::pin(SIGNATURE_PIN),
        Answer::Approve.after(move || {
            let wire = card.wire();
            assert_eq!((wire.verifies, wire.signatures), (1, 0));
            assert!(!card.with(|card| card.is_verified(KeyKind::Signature)), "nothing is held while a person decides");
        }),
        Answer::pin(SIGNATURE_PIN),
    ]);
    agent.agent.sign(&page(), signature(2)).await.unwrap();
    let wire = agent.card.wire();
    assert_eq!((wire.verifies, wire.signatures), (2, 2), "one VERIFY for each of the two entries");
    let shown = agent.consent.shown();
    let [Prompt::Pin(first), Prompt::Confirm(question), Prompt::Pin(second)] =
        [0, 1, 2].map(|index| shown[index].prompt.clone())
    else {
        panic!("other prompts: {shown:?}");
    };
    assert!(first.warnings.is_empty());
    assert!(matches!(&question.question, Question::UseCertificate { warning, .. } if is_the_warning(warning)));
    assert!(matches!(&second.warnings[..], [warning] if is_the_warning(warning)));
}

#[tokio::test]
async fn a_card_without_signature_certificate_says_so() {
    let agent = TestAgent::with_card(card_of(&Holder::by_name("under-15").unwrap(), Variants::default())).await;
    let problem = agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap_err();
    assert_eq!(problem, Problem::CertificateAbsent { key_kind: Some(KeyKind::Signature) });
    assert_eq!(agent.card.wire().signatures, 0);
}

#[tokio::test]
async fn another_certificate_than_the_one_asked_for_is_refused() {
    let agent = TestAgent::new().await;
    let mut request = signature(1);
    request.fingerprint = Some("00".repeat(32).parse().unwrap());
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    let mismatch = agent.agent.sign(&page(), request.clone()).await.unwrap_err();
    assert_eq!(mismatch, Problem::CertificateMismatch);
    // Known from then on, so nobody is asked.
    assert_eq!(agent.agent.sign(&page(), request.clone()).await.unwrap_err(), Problem::CertificateMismatch);
    assert_eq!(agent.consent.shown().len(), 1);
    let certificate = agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap().certificate.unwrap();
    request.fingerprint = Some(certificate.fingerprint());
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    agent.agent.sign(&page(), request).await.unwrap();
    assert_eq!(agent.card.wire().signatures, 2);
}

#[tokio::test]
async fn other_cards_are_named_and_get_no_pin() {
    for token in [TokenLabel::ResidentCard, TokenLabel::Android, TokenLabel::Iphone] {
        let agent = TestAgent::with_card(card_of(&Holder::standard(), Variants { token, ..Variants::default() })).await;
        assert_eq!(agent.agent.sign(&page(), signature(1)).await.unwrap_err(), Problem::CardUnsupported);
        assert_eq!(agent.agent.pins(None).await.unwrap_err(), Problem::CardUnsupported);
        assert_eq!(agent.card.wire().verifies, 0);
        assert!(agent.consent.shown().is_empty());
    }
    let foreign = Variants { no_jpki_applet: true, ..Variants::default() };
    let agent = TestAgent::with_card(card_of(&Holder::standard(), foreign)).await;
    assert_eq!(agent.agent.sign(&page(), signature(1)).await.unwrap_err(), Problem::CardUnsupported);
    let elliptic = TestAgent::with_card(card_of(&Holder::by_name("ec-key").unwrap(), Variants::default())).await;
    let refused = elliptic.agent.authenticate(&page(), authentication()).await.unwrap_err();
    assert_eq!(refused, Problem::CardUnsupported);
    assert!(elliptic.consent.shown().is_empty());
}

/// "There is no such application" is for good; words a card may also give after a bad start are for one request only.
#[tokio::test]
async fn a_refused_application_sticks_only_if_it_is_absent() {
    for (status, lasting) in
        [(0x6F00u16, false), (0x6A86, false), (0x6A82, true), (0x6A81, true), (0x6D00, true), (0x6E00, true)]
    {
        let agent = TestAgent::new().await;
        // 6F00 has to be said to SELECT, to the throw-away command and to SELECT again.
        for _ in 0..if status == 0x6F00 { 3 } else { 1 } {
            agent.card.inject(Trigger::next(), Fault::Status(status.into()));
        }
        assert_eq!(agent.agent.pins(None).await.unwrap_err(), Problem::CardUnsupported, "{status:04X}");
        assert_eq!(agent.agent.pins(None).await.is_err(), lasting, "{status:04X}");
    }
    let agent = TestAgent::new().await;
    agent.card.inject(Trigger::next(), Fault::Status(0x6A86u16.into()));
    assert_eq!(agent.agent.status().await.readers[0].card, CardState::Other);
    assert_eq!(agent.agent.status().await.readers[0].card, CardState::Jpki);
}

#[tokio::test]
async fn readers_are_chosen_by_what_lies_in_them() {
    let agent = TestAgent::new().await;
    agent.backend.add_reader("second");
    agent.until(|readers| readers.len() == 2).await;
    agent.agent.pins(None).await.unwrap();
    let second = standard_card();
    agent.backend.insert("second", &second);
    agent.until(|readers| readers.iter().all(|reader| reader.presence.insertion().is_some())).await;
    assert_eq!(agent.agent.pins(None).await.unwrap_err(), Problem::SeveralCards);
    agent.agent.pins(Some("r2")).await.unwrap();
    assert_eq!(second.wire().seen(0x20), 2);
    assert_eq!(agent.agent.pins(Some("r3")).await.unwrap_err(), Problem::NoReader);
    agent.backend.remove("second");
    assert_eq!(agent.agent.pins(Some("r2")).await.unwrap_err(), Problem::NoCard);
    agent.backend.remove(READER);
    agent.until(|readers| readers.iter().all(|reader| reader.presence.insertion().is_none())).await;
    assert_eq!(agent.agent.pins(None).await.unwrap_err(), Problem::NoCard);
    agent.backend.remove_reader("second");
    agent.backend.remove_reader(READER);
    agent.until(<[_]>::is_empty).await;
    assert_eq!(agent.agent.pins(None).await.unwrap_err(), Problem::NoReader);
    agent.backend.add_reader(READER);
    agent.backend.insert(READER, &agent.card);
    agent.until(|readers| readers.iter().any(|reader| reader.presence.insertion().is_some())).await;
    assert_eq!(agent.agent.pins(None).await.unwrap().reader.as_str(), "r1", "the same name, the same id");
}

#[tokio::test]
async fn a_card_held_by_another_program_is_busy_or_shared_as_the_settings_say() {
    let patience = Duration::from_millis(200);
    for (sharing, works) in [(Sharing::Exclusive, false), (Sharing::PreferExclusive, true)] {
        let agent = TestAgent::with_policy(standard_card(), Policy { sharing, patience, ..Policy::default() }).await;
        agent.agent.pins(None).await.unwrap();
        let other = agent.backend.other_program(READER).unwrap();
        let result = agent.sign(Answer::pin(SIGNATURE_PIN), 1).await;
        if works {
            result.unwrap();
            assert!(!agent.card.with(|card| card.is_verified(KeyKind::Signature)));
        } else {
            assert_eq!(result.unwrap_err(), Problem::CardBusy);
            agent.consent.forget();
        }
        drop(other);
        agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    }
}

/// A job that waits for the other program has begun with one card and must not go on with another.
#[tokio::test]
async fn a_card_exchanged_while_another_program_held_it_gets_no_command() {
    let agent = TestAgent::with_policy(standard_card(), Policy::default()).await;
    agent.agent.pins(None).await.unwrap();
    let other = agent.backend.other_program(READER).unwrap();
    let (waiting, commands) = (agent.agent.clone(), agent.card.wire().commands);
    let waiting = tokio::spawn(async move { waiting.pins(Some("r1")).await });
    tokio::time::sleep(Duration::from_millis(250)).await; // into its retries
    let second = standard_card();
    assert!(agent.backend.insert(READER, &second));
    drop(other);
    assert_eq!(waiting.await.unwrap().unwrap_err(), Problem::CardRemoved { outcome_unknown: false });
    assert_eq!((agent.card.wire().commands, second.wire().commands), (commands, 0));
    agent.until_it_lies_there().await;
    agent.agent.pins(None).await.unwrap();
}

/// The same card, but the other program was there first: the agent does not even know yet what lies in the reader.
#[tokio::test]
async fn a_card_shared_with_another_program_from_the_beginning_is_used_all_the_same() {
    let patience = Duration::from_millis(200);
    for (sharing, works) in [(Sharing::Exclusive, false), (Sharing::PreferExclusive, true)] {
        let agent = TestAgent::with_policy(standard_card(), Policy { sharing, patience, ..Policy::default() }).await;
        let other = agent.backend.other_program(READER).unwrap();
        let pins = agent.agent.pins(None).await;
        let signed = agent.sign(Answer::pin(SIGNATURE_PIN), 1).await;
        if works {
            pins.unwrap();
            signed.unwrap();
            assert!(!agent.card.with(|card| card.is_verified(KeyKind::Signature)));
        } else {
            assert_eq!((pins.unwrap_err(), signed.unwrap_err()), (Problem::CardBusy, Problem::CardBusy));
        }
        drop(other);
    }
}

#[tokio::test]
async fn a_service_that_comes_back_is_found_again() {
    let agent = TestAgent::new().await;
    agent.agent.pins(None).await.unwrap();
    agent.backend.set_service(false);
    let mut changes = agent.agent.readers().changes();
    while agent.agent.readers().list().await.is_ok() {
        changes.changed().await.unwrap();
    }
    assert_eq!(agent.agent.pins(None).await.unwrap_err(), Problem::PcscUnavailable);
    assert!(!agent.agent.status().await.service_available);
    agent.backend.set_service(true);
    agent.until(|readers| readers.len() == 1).await;
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
}

#[tokio::test]
async fn a_second_prompt_is_refused_while_one_is_open() {
    let agent = TestAgent::new().await;
    let inner = agent.agent.clone();
    let (told, busy) = std::sync::mpsc::channel();
    let ask_again = move || {
        let result = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(inner.authenticate(&page(), authentication()))
        });
        told.send(result.join().unwrap()).unwrap();
    };
    agent.sign(Answer::pin(SIGNATURE_PIN).after(ask_again), 1).await.unwrap();
    assert_eq!(busy.recv().unwrap().unwrap_err(), Problem::PromptBusy);
}

#[tokio::test]
async fn a_caller_that_goes_away_takes_its_prompt_along_but_not_a_signature_under_way() {
    let agent = TestAgent::new().await;
    let page = page();
    agent.answers([Answer::Never]);
    let request = agent.agent.sign(&page, signature(1));
    tokio::time::timeout(Duration::from_millis(200), request).await.unwrap_err();
    assert_eq!(agent.consent.shown()[0].end, End::Dropped);
    assert_eq!(agent.card.wire().verifies, 0);

    agent.consent.forget();
    agent.card.with(|card| card.variants_mut().delays.signature = Duration::from_millis(300));
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    let request = agent.agent.sign(&page, signature(2));
    tokio::time::timeout(Duration::from_millis(200), request).await.unwrap_err();
    assert!(agent.card.wait_until(Duration::from_secs(5), |wire| wire.signatures == 2));
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    let again = async {
        // Its turn lasts until the card is at rest and the outcome is written down.
        while matches!(agent.agent.sign(&page, signature(1)).await, Err(Problem::PromptBusy)) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), again).await.expect("the turn was never given back");
    assert_eq!(agent.card.wire().signatures, 3);
    assert!(!agent.card.with(|card| card.is_verified(KeyKind::Signature)));
}

#[tokio::test]
async fn the_end_of_the_agent_closes_the_prompt() {
    let agent = TestAgent::new().await;
    let inner = agent.agent.clone();
    let result = agent.sign(Answer::Never.after(move || inner.begin_shutdown()), 1).await;
    assert_eq!(result.unwrap_err(), Problem::ShuttingDown);
    assert_eq!(agent.agent.sign(&page(), signature(1)).await.unwrap_err(), Problem::ShuttingDown);
}
