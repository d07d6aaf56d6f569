//! What goes over the wire: how many commands each operation costs, that a PIN is presented exactly once, and what is
//! left of it afterwards. The figures are the column "recommended here" of `card-protocol.md` 13.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use jpki_agent::agent::{CardState, CertificateView};
use jpki_agent::apdu::{Command, StatusWord};
use jpki_agent::card::Transmit;
use jpki_agent::certificate::{Certificate, ChainResult, Environment};
use jpki_agent::consent::scripted::{Answer, Prompt, Shown};
use jpki_agent::jpki::{CertificateKind, KeyKind, ids};
use jpki_agent::problem::Problem;
use jpki_agent::simulator::{CardHandle, Fault, Holder, LogEntry, SoftwareCard, TokenLabel, Trigger, Variants};
use support::agent::{AUTHENTICATION_PIN, READER, SIGNATURE_PIN, TestAgent, card_of, page, signature, standard_card};

/// Short names of the commands, for readable failures.
fn names(log: &[LogEntry]) -> Vec<&'static str> {
    log.iter()
        .map(|entry| match (entry.header, entry.body_length) {
            ([0x00, 0xA4, 0x04, 0x0C], 7) => "deselect",
            ([0x00, 0xA4, 0x04, 0x0C], _) => "select",
            ([0x00, 0xA4, 0x02, 0x0C], _) => "file",
            ([0x00, 0xB0, ..], _) => "read",
            ([0x00, 0x20, ..], 0) => "query",
            ([0x00, 0x20, ..], _) => "verify",
            ([0x80, 0x2A, ..], _) => "sign",
            _ => "other",
        })
        .collect()
}

/// Lets everything free become known, so that only the operation itself is counted, and forgets what was sent.
async fn warmed_up(agent: &TestAgent) {
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    agent.card.forget_wire();
}

/// What was sent before the person was asked and after, told apart by what the log held while the prompt was open.
async fn look_and_work(
    agent: &TestAgent,
    answer: Answer,
    operation: impl AsyncFnOnce() -> (),
) -> (Vec<&'static str>, Vec<&'static str>) {
    let (seen, card) = (std::sync::Arc::new(std::sync::Mutex::new(0)), agent.card.clone());
    let noted = seen.clone();
    agent.answers([answer.after(move || *noted.lock().unwrap() = card.wire().commands)]);
    operation().await;
    let wire = agent.card.wire();
    let all: Vec<_> = wire.log.iter().copied().collect();
    let (look, work) = all.split_at(*seen.lock().unwrap());
    (names(look), names(work))
}

#[tokio::test]
async fn authenticate_costs_six_commands_and_the_close_down() {
    let agent = TestAgent::new().await;
    warmed_up(&agent).await;
    let request = support::agent::authentication();
    let (look, work) = look_and_work(&agent, Answer::pin(AUTHENTICATION_PIN), async || {
        agent.agent.authenticate(&page(), request).await.unwrap();
    })
    .await;
    assert_eq!(look, ["select", "file", "query"]);
    assert_eq!(work, ["select", "file", "query", "verify", "file", "sign", "deselect"]);
}

#[tokio::test]
async fn one_signature_with_certificate_costs_fifteen_commands_and_each_further_one_more() {
    for count in [1, 10] {
        let agent = TestAgent::new().await;
        warmed_up(&agent).await;
        let (look, work) = look_and_work(&agent, Answer::pin(SIGNATURE_PIN), async || {
            agent.agent.sign(&page(), signature(count)).await.unwrap();
        })
        .await;
        assert_eq!(look, ["select", "file", "query"]);
        assert_eq!(work.len(), 14 + count, "{work:?}");
        assert_eq!(work[..5], ["select", "file", "query", "verify", "file"]);
        assert_eq!(work[5..12], ["read"; 7]);
        assert_eq!(work[12], "file");
        assert!(work[13..13 + count].iter().all(|name| *name == "sign"));
        assert_eq!(work[13 + count], "deselect");
    }
}

#[tokio::test]
async fn a_signature_without_certificate_costs_six_commands_and_is_checked_all_the_same() {
    let agent = TestAgent::new().await;
    warmed_up(&agent).await;
    let mut request = signature(1);
    request.include_certificate = false;
    let (_, work) = look_and_work(&agent, Answer::pin(SIGNATURE_PIN), async || {
        let signed = agent.agent.sign(&page(), request.clone()).await.unwrap();
        assert!(signed.certificate.is_none());
    })
    .await;
    assert_eq!(work, ["select", "file", "query", "verify", "file", "sign", "deselect"]);
    agent.card.inject(Trigger::sign(), Fault::FlipBit(1000));
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    let result = agent.agent.sign(&page(), request).await;
    assert_eq!(result.unwrap_err(), Problem::CardFault { outcome_unknown: false, tries_left: None });
}

#[tokio::test]
async fn both_counters_cost_five_commands_and_no_try() {
    let agent = TestAgent::new().await;
    warmed_up(&agent).await;
    let report = agent.agent.pins(None).await.unwrap();
    assert_eq!(report.pins.map(|pin| pin.tries.left()), [Some(3), Some(5)]);
    assert_eq!(names(agent.card.wire().log.make_contiguous()), ["select", "file", "query", "file", "query"]);
}

#[tokio::test]
async fn a_certificate_is_read_once_per_insertion_in_nine_commands() {
    let agent = TestAgent::new().await;
    let states = agent.agent.status().await.readers.iter().map(|reader| reader.card).collect::<Vec<_>>();
    assert_eq!(states, [CardState::Jpki]);
    assert_eq!(names(agent.card.wire().log.make_contiguous()), ["select", "file", "read"]);
    agent.card.forget_wire();
    let kind = CertificateKind::Authority(KeyKind::Authentication);
    agent.agent.certificate(kind, None).await.unwrap();
    let first = agent.card.wire();
    assert_eq!(first.commands, 2 + first.seen(0xB0));
    agent.agent.certificate(kind, None).await.unwrap();
    agent.agent.status().await;
    assert_eq!(agent.card.wire().commands, first.commands);

    agent.put_in(&agent.card).await;
    agent.card.forget_wire();
    agent.agent.certificate(kind, None).await.unwrap();
    assert!(agent.card.wire().commands > first.commands, "identified and read anew");
}

/// A certificate of 1,537 to 1,792 bytes, as that of the authentication key is, costs nine commands in all.
#[tokio::test]
async fn an_authentication_certificate_costs_nine_commands_and_then_none() {
    let agent = TestAgent::new().await;
    agent.agent.status().await;
    agent.card.forget_wire();
    let kind = CertificateKind::Holder(KeyKind::Authentication);
    agent.agent.certificate(kind, None).await.unwrap();
    let log: Vec<_> = agent.card.wire().log.into_iter().collect();
    let own = log.iter().position(|entry| entry.file == Some(ids::AUTHENTICATION_CERTIFICATE)).unwrap();
    assert_eq!(names(&log[..own]), ["select"]);
    let reads = log[own + 1..].iter().take_while(|entry| entry.header[1] == 0xB0).count();
    assert_eq!(1 + 1 + reads, 9, "SELECT AID, SELECT EF, READ");
    // The authority's certificate tells whom it chains to. No card has shown it yet, so it is read in the same session.
    assert_eq!(log[own + 1 + reads].file, Some(ids::AUTHENTICATION_CA_CERTIFICATE));
    assert_eq!(log.len(), 9 + 7, "SELECT EF, 6 READ");
    agent.card.forget_wire();
    let (_, first) = agent.agent.certificate(kind, None).await.unwrap();
    assert_eq!(agent.card.wire().commands, 0);

    // It is the same on every card it issued, so of the next card nothing is read but its own certificate.
    let (view, files) = certificate_of(&agent, &standard_card()).await;
    assert_eq!(files, [(ids::AUTHENTICATION_CERTIFICATE, reads)]);
    assert_eq!(view.chain, first.chain);
    assert_eq!(view.chain.result, ChainResult::Trusted);
    // Who asks for the authority's certificate gets the card's.
    agent.agent.certificates(None).await.unwrap();
    agent.agent.certificate(CertificateKind::Authority(KeyKind::Authentication), None).await.unwrap();
}

/// The authentication certificate of `card`, put in now, and what is read of it for that once its label is known: files,
/// each with its number of READs.
async fn certificate_of(agent: &TestAgent, card: &CardHandle) -> (CertificateView, Vec<(u16, usize)>) {
    agent.put_in(card).await;
    agent.agent.status().await;
    card.forget_wire();
    let kind = CertificateKind::Holder(KeyKind::Authentication);
    let (_, view) = agent.agent.certificate(kind, None).await.unwrap();
    let log: Vec<_> = card.wire().log.into_iter().collect();
    assert_eq!(names(&log[..2]), ["select", "file"]);
    let mut files: Vec<(u16, usize)> = Vec::new();
    for entry in &log[1..] {
        match (entry.header[1], files.last_mut()) {
            (0xA4, _) => files.push((entry.file.unwrap(), 0)),
            (_, Some((_, reads))) => *reads += 1,
            (_, None) => unreachable!("a file is selected first"),
        }
    }
    (view, files)
}

/// Each authority is learned from the first card it issued.
#[tokio::test]
async fn a_card_of_another_authority_shows_its_own() {
    let agent = TestAgent::new().await;
    let older = || card_of(&Holder::by_name("expired").unwrap(), Variants::default());
    let whole = [ids::AUTHENTICATION_CERTIFICATE, ids::AUTHENTICATION_CA_CERTIFICATE];
    for (card, shown) in [
        (standard_card(), whole.as_slice()),
        (standard_card(), &whole[..1]),
        (older(), &whole),
        (older(), &whole[..1]),
        (standard_card(), &whole[..1]),
    ] {
        let (view, files) = certificate_of(&agent, &card).await;
        assert_eq!(files.iter().map(|(file, _)| *file).collect::<Vec<_>>(), shown);
        assert_eq!(view.chain.result, ChainResult::Trusted);
    }
}

/// Its key id, its name and its key, but not its bytes: such a copy is not believed, and nothing is learned from it.
#[tokio::test]
async fn a_forged_authority_is_not_believed_and_disturbs_nothing() {
    let agent = TestAgent::new().await;
    let forged = || {
        let mut contents = standard_card().with(|card| card.contents().clone());
        *contents.authentication_ca.last_mut().unwrap() ^= 1;
        CardHandle::new(SoftwareCard::new(contents, Variants::default()))
    };
    let authority = CertificateKind::Authority(KeyKind::Authentication);
    for _ in 0..2 {
        let (view, files) = certificate_of(&agent, &forged()).await;
        assert_eq!((view.chain.result, files.len()), (ChainResult::UnknownIssuer, 2));
    }
    for shown in [2, 1] {
        let (view, files) = certificate_of(&agent, &standard_card()).await;
        assert_eq!((view.chain.result, files.len()), (ChainResult::Trusted, shown));
    }
    // Now the real one is known, so it does not matter what this card shows; and what it shows is told.
    let (view, files) = certificate_of(&agent, &forged()).await;
    assert_eq!((view.chain.result, files.len()), (ChainResult::Trusted, 1));
    let (_, copy) = agent.agent.certificate(authority, None).await.unwrap();
    assert_eq!(copy.chain.result, ChainResult::BadSignature);
    let (view, files) = certificate_of(&agent, &standard_card()).await;
    assert_eq!((view.chain.result, files.len()), (ChainResult::Trusted, 1));
}

/// What the person is told of the card does not depend on which card came first.
#[tokio::test]
async fn the_look_before_a_prompt_reads_no_authority_twice_and_says_the_same() {
    let agent = TestAgent::new().await;
    let forms = [(KeyKind::Authentication, 0), (KeyKind::Signature, 1)];
    for (key_kind, authorities) in forms {
        for first in [key_kind == KeyKind::Authentication, false] {
            let card = standard_card();
            agent.put_in(&card).await;
            match key_kind {
                KeyKind::Authentication => {
                    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.map(drop).unwrap();
                }
                KeyKind::Signature => agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.map(drop).unwrap(),
            }
            let log = card.wire().log;
            let selected =
                |file| log.iter().filter(|entry| entry.header[1] == 0xA4 && entry.file == Some(file)).count();
            assert_eq!(selected(ids::AUTHENTICATION_CA_CERTIFICATE), usize::from(first), "{key_kind:?}");
            assert_eq!(selected(ids::SIGNATURE_CA_CERTIFICATE), authorities, "{key_kind:?}");
        }
    }
    let shown = agent.consent.shown();
    let world = |shown: &Shown| match &shown.prompt {
        Prompt::Pin(prompt) => prompt.context.environment,
        Prompt::Confirm(prompt) => prompt.context.environment,
    };
    assert_eq!(shown.iter().map(world).collect::<Vec<_>>(), [Environment::Simulator; 4]);
}

/// What is known of a card is forgotten when it goes, when another program resets it, and when the token is another.
/// The signature certificate is read anew every time it is handed out.
#[tokio::test]
async fn what_is_known_of_a_card_lasts_as_long_as_its_stay() {
    let agent = TestAgent::new().await;
    let kind = CertificateKind::Holder(KeyKind::Authentication);
    // How often the certificate is read from the card for one answer.
    let reads_for = async || {
        agent.card.forget_wire();
        let answer = agent.agent.certificate(kind, None).await;
        let log = agent.card.wire().log;
        answer.map(|_| log.iter().filter(|entry| entry.file == Some(ids::AUTHENTICATION_CERTIFICATE)).count())
    };
    assert_eq!([reads_for().await.unwrap(), reads_for().await.unwrap()], [1, 0]);

    let put_in_again = async || agent.put_in(&agent.card).await;

    put_in_again().await;
    assert_eq!([reads_for().await.unwrap(), reads_for().await.unwrap()], [1, 0], "put in again");

    agent.card.inject(Trigger::instruction(0x20), Fault::Reset);
    agent.agent.pins(None).await.unwrap_err();
    assert_eq!([reads_for().await.unwrap(), reads_for().await.unwrap()], [1, 0], "reset by another program");

    // Another token in its place, as a phone would be; the stay is another, so the label is read again.
    agent.card.with(|card| card.variants_mut().token = TokenLabel::Android);
    put_in_again().await;
    assert_eq!(reads_for().await.unwrap_err(), Problem::CardUnsupported);
    agent.card.with(|card| card.variants_mut().token = TokenLabel::IndividualNumberCard);
    put_in_again().await;
    assert_eq!([reads_for().await.unwrap(), reads_for().await.unwrap()], [1, 0], "the card again");

    let reads = async || {
        agent.card.forget_wire();
        agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
        let log = agent.card.wire().log;
        log.iter().filter(|entry| entry.file == Some(ids::SIGNATURE_CERTIFICATE)).count()
    };
    assert_eq!(reads().await, 2, "once for the answer, once as the proof that the PIN is forgotten");
    assert_eq!([reads().await, reads().await], [1, 1]);
}

#[tokio::test]
async fn a_pin_is_presented_exactly_once_per_entry() {
    let agent = TestAgent::new().await;
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    assert_eq!(agent.card.wire().verifies, 1);
    let wrong = agent.authenticate(Answer::pin("9999")).await.unwrap_err();
    assert_eq!(wrong, Problem::PinIncorrect { key_kind: KeyKind::Authentication, tries_left: Some(2) });
    assert_eq!(agent.card.wire().verifies, 2);
    agent.sign(Answer::pin("abc123"), 10).await.unwrap();
    assert_eq!(agent.card.wire().verifies, 3);
    assert_eq!(agent.card.wire().signatures, 11);
}

#[tokio::test]
async fn a_malformed_entry_is_asked_again_and_costs_nothing() {
    let agent = TestAgent::new().await;
    agent.answers(["", "12345", "１２３４", "12a4"].map(Answer::pin));
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    assert_eq!(agent.card.wire().verifies, 1);
    assert_eq!(agent.card.with(|card| card.tries_left(KeyKind::Authentication)), 3);
}

#[tokio::test]
async fn a_request_that_ends_at_the_prompt_presents_no_pin() {
    use jpki_agent::consent::Refusal;
    let agent = TestAgent::new().await;
    let unavailable = Refusal::Unavailable("no display".into());
    for (refusal, problem) in [
        (Refusal::Declined, Problem::UserDeclined),
        (Refusal::TimedOut, Problem::ConsentTimeout),
        (Refusal::Unsettled, Problem::NothingSettled),
        (unavailable, Problem::PinentryUnavailable),
    ] {
        assert_eq!(agent.authenticate(Answer::Refuse(refusal.clone())).await.unwrap_err(), problem);
        assert_eq!(agent.sign(Answer::Refuse(refusal), 1).await.unwrap_err(), problem);
    }
    let wire = agent.card.wire();
    assert_eq!((wire.verifies, wire.signatures, wire.changes, wire.foreign_selects), (0, 0, 0, 0));
}

#[tokio::test]
async fn a_signature_with_one_bit_wrong_is_never_handed_out() {
    let agent = TestAgent::new().await;
    for bit in [0, 7, 1024, 2047] {
        agent.card.inject(Trigger::sign(), Fault::FlipBit(bit));
        let result = agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await;
        assert_eq!(result.unwrap_err(), Problem::CardFault { outcome_unknown: false, tries_left: None });
        agent.card.inject(Trigger::sign().after(2), Fault::FlipBit(bit));
        agent.card.forget_wire();
        let result = agent.sign(Answer::pin(SIGNATURE_PIN), 5).await;
        assert_eq!(result.unwrap_err(), Problem::CardFault { outcome_unknown: false, tries_left: None });
        assert_eq!(agent.card.wire().signatures, 3, "no more is asked of such a card");
    }
    agent.sign(Answer::pin(SIGNATURE_PIN), 5).await.unwrap();
}

/// `card-protocol.md` 12, column SIGN. Whatever the card says, it is asked once, and the next operation works.
#[tokio::test]
async fn what_the_card_says_instead_of_a_signature_is_told_by_its_own_code() {
    let lost = Problem::CardRemoved { outcome_unknown: false };
    let fault = Problem::CardFault { outcome_unknown: false, tries_left: None };
    let unsupported = Problem::CardUnsupported;
    let blocked = |key_kind| Problem::PinBlocked { key_kind };
    for (key_kind, status, problem) in [
        (KeyKind::Authentication, 0x6982u16, lost.clone()),
        (KeyKind::Signature, 0x6982, lost),
        (KeyKind::Authentication, 0x6983, blocked(KeyKind::Authentication)),
        (KeyKind::Signature, 0x6984, blocked(KeyKind::Signature)),
        (KeyKind::Authentication, 0x6A81, unsupported.clone()),
        (KeyKind::Signature, 0x6D00, unsupported.clone()),
        (KeyKind::Signature, 0x6E00, unsupported.clone()),
        (KeyKind::Signature, 0x6A86, unsupported.clone()),
        (KeyKind::Signature, 0x6988, unsupported),
        (KeyKind::Authentication, 0x6400, fault.clone()),
        (KeyKind::Signature, 0x6985, fault.clone()),
        (KeyKind::Signature, 0x6C00, fault.clone()),
        (KeyKind::Signature, 0x6F00, fault),
    ] {
        let agent = TestAgent::new().await;
        agent.card.inject(Trigger::sign(), Fault::Status(status.into()));
        let result = match key_kind {
            KeyKind::Authentication => agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.map(drop),
            KeyKind::Signature => agent.sign(Answer::pin(SIGNATURE_PIN), 2).await.map(drop),
        };
        assert_eq!(result.unwrap_err(), problem, "{status:04X}");
        assert_eq!((agent.card.wire().verifies, agent.card.wire().signatures), (1, 1), "{status:04X}");
        agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    }
}

/// 6986: no key was current, so nothing was signed. It is made current again, once, and VERIFY is not repeated.
#[tokio::test]
async fn a_key_that_is_no_longer_current_is_selected_once_more() {
    let agent = TestAgent::new().await;
    agent.card.inject(Trigger::sign().after(1), Fault::Status(0x6986u16.into()));
    assert_eq!(agent.sign(Answer::pin(SIGNATURE_PIN), 3).await.unwrap().signatures.len(), 3);
    assert_eq!((agent.card.wire().verifies, agent.card.wire().signatures), (1, 4));
    agent.card.forget_wire();
    for _ in 0..2 {
        agent.card.inject(Trigger::sign(), Fault::Status(0x6986u16.into()));
    }
    let twice = agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap_err();
    assert_eq!(twice, Problem::CardFault { outcome_unknown: false, tries_left: None });
    assert_eq!((agent.card.wire().verifies, agent.card.wire().signatures), (1, 2));
}

/// A second program on the same card cannot use the keys after our operation.
#[tokio::test]
async fn nothing_of_a_pin_is_left_for_other_programs() {
    let agent = TestAgent::new().await;
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    agent.card.inject(Trigger::sign(), Fault::Status(StatusWord::MEMORY_FAILURE));
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap_err();
    for kind in KeyKind::ALL {
        assert!(!agent.card.with(|card| card.is_verified(kind)));
    }
    let mut other = agent.backend.other_program(READER).unwrap();
    let mut status = |command: &Command| other.transmit(command).unwrap().status();
    assert!(status(&Command::select_applet(&ids::JPKI_AID)).is_success());
    for (key, digest_info) in [(ids::SIGNATURE_KEY, [1; 51]), (ids::AUTHENTICATION_KEY, [1; 51])] {
        assert!(status(&Command::select_file(key)).is_success());
        let sign = Command::new([0x80, 0x2A, 0x00, 0x80], &digest_info, Some(256));
        assert_eq!(status(&sign), StatusWord::SECURITY_NOT_SATISFIED);
    }
}

/// Where the issuer's domain refuses to be selected, the other application is, and the power is cut in any case.
#[tokio::test]
async fn the_close_down_has_a_second_way() {
    let variants = Variants { issuer_domain_refused: true, ..Variants::default() };
    let agent = TestAgent::with_card(card_of(&jpki_agent::simulator::Holder::standard(), variants)).await;
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    let wire = agent.card.wire();
    assert_eq!(wire.foreign_selects, 0);
    assert!(!agent.card.with(|card| card.is_verified(KeyKind::Signature)));
}

/// The proof by reading is made once per insertion.
#[tokio::test]
async fn the_proof_by_reading_is_made_in_the_first_signature_session() {
    let agent = TestAgent::new().await;
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    let log = agent.card.wire().log.into_iter().collect::<Vec<_>>();
    let proof = &log[log.len() - 3..];
    assert_eq!(names(proof), ["select", "file", "read"]);
    assert_eq!(proof[2].status, Some(StatusWord::SECURITY_NOT_SATISFIED));
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    assert_eq!(names(agent.card.wire().log.make_contiguous()).last(), Some(&"deselect"));
}

#[tokio::test]
async fn what_comes_out_verifies_with_the_certificate_that_came_with_it() {
    let agent = TestAgent::with_card(standard_card()).await;
    let signed = agent.sign(Answer::pin(SIGNATURE_PIN), 3).await.unwrap();
    let certificate = signed.certificate.unwrap();
    for (signature, (digest, _)) in signed.signatures.iter().zip(signature(3).digests) {
        assert_eq!(signature.algorithm, "RS256");
        certificate.verify(&digest, &signature.value).unwrap();
    }
    let token = agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    let request = support::agent::authentication();
    let challenge = jpki_agent::webeid::Challenge::new(&request.origin, &request.nonce);
    Certificate::parse(&token.certificate).unwrap().verify(&challenge.digest(), &token.signature).unwrap();
}
