//! `card.extended_reads`: certificates read with one long READ where card and reader take it, learned once per insertion
//! on a free file, and given up for good at the first refusal (`card-protocol.md` 4 and 13).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use jpki_agent::consent::scripted::Answer;
use jpki_agent::jpki::{CertificateKind, KeyKind};
use jpki_agent::reader::Policy;
use jpki_agent::simulator::{Fault, Holder, LogEntry, Moment, Trigger, Variants};
use support::agent::{SIGNATURE_PIN, TestAgent, card_of};

async fn agent(extended_reads: bool, variants: Variants) -> TestAgent {
    let policy = Policy { extended_reads, ..Policy::default() };
    TestAgent::with_policy(card_of(&Holder::standard(), variants), policy).await
}

/// Those that went out in the extended form: nothing else asks for so much.
fn long(log: &[LogEntry]) -> Vec<LogEntry> {
    log.iter().filter(|entry| entry.expected.is_some_and(|expected| expected > 256)).copied().collect()
}

/// Everything the card has to give, and what it cost.
async fn everything(agent: &TestAgent) -> (Vec<Vec<u8>>, Vec<LogEntry>) {
    agent.card.forget_wire();
    let mut all = Vec::new();
    for kind in CertificateKind::ALL {
        if kind != CertificateKind::Holder(KeyKind::Signature) {
            all.push(agent.agent.certificate(kind, None).await.unwrap().1.certificate.der().to_vec());
        }
    }
    let signed = agent.sign(Answer::pin(SIGNATURE_PIN), 2).await.unwrap();
    all.push(signed.certificate.unwrap().der().to_vec());
    (all, agent.card.wire().log.into_iter().collect())
}

#[tokio::test]
async fn they_are_off_unless_asked_for() {
    assert!(!Policy::default().extended_reads);
    let agent = agent(false, Variants::default()).await;
    assert!(long(&everything(&agent).await.1).is_empty());
}

#[tokio::test]
async fn a_card_that_takes_them_is_read_in_fewer_commands() {
    let (short, many) = everything(&agent(false, Variants::default()).await).await;
    let agent = agent(true, Variants::default()).await;
    let (same, few) = everything(&agent).await;
    assert_eq!(same, short);
    assert_eq!(long(&few).len(), 4, "one for each certificate");
    // 7, 6, 6 and 7 short reads before; two each now.
    assert_eq!(many.len() - few.len(), 18);
    assert!(long(&few).iter().all(|entry| entry.header[1] == 0xB0), "nothing but READ is ever long");
    // A certificate within a PIN session is read in two commands; one is the proof that the PIN is forgotten.
    agent.card.forget_wire();
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    assert_eq!(agent.card.wire().seen(0xB0), 2);
    assert_eq!(agent.card.wire().commands - 3, 10, "15 in short reads, and the look before");
}

#[tokio::test]
async fn the_first_refusal_ends_them_for_this_stay_and_costs_no_operation() {
    let refusals = [
        ("6700", Variants { extended_length_refused: true, ..Variants::default() }),
        ("cut by the reader", Variants { extended_answer_cut_to: Some(256), ..Variants::default() }),
        ("empty", Variants { extended_answer_cut_to: Some(0), ..Variants::default() }),
        ("the reader fails", Variants { extended_length_breaks_link: true, ..Variants::default() }),
        ("6700 for what is long", Variants { longest_read: 256, ..Variants::default() }),
    ];
    let (right, _) = everything(&agent(false, Variants::default()).await).await;
    for (name, variants) in refusals {
        let agent = agent(true, variants).await;
        let (all, log) = everything(&agent).await;
        assert_eq!(all, right, "{name}");
        assert_eq!(long(&log).len(), 1, "{name}: tried once");
        assert_eq!(agent.card.wire().verifies, 1, "{name}");
        assert!(long(&everything(&agent).await.1).is_empty(), "{name}: and never again");
        // The next stay may be in another reader, so it is asked again.
        agent.put_in(&agent.card).await;
        assert_eq!(long(&everything(&agent).await.1).len(), 1, "{name}: once per stay");
    }
}

/// Nonsense of the right length is no certificate; the short way is asked before the card is blamed.
#[tokio::test]
async fn nonsense_of_the_right_length_is_a_refusal_too() {
    let agent = agent(true, Variants::default()).await;
    agent.agent.status().await;
    agent.card.inject(Trigger::instruction(0xB0).after(1), Fault::RandomData(7));
    let (_, log) = everything(&agent).await;
    assert_eq!(long(&log).len(), 1);
}

/// Once they are learned, a refusal in the middle of a PIN session is made good there: the PIN is not asked for again.
#[tokio::test]
async fn a_refusal_after_the_pin_costs_no_second_entry() {
    let agent = agent(true, Variants::default()).await;
    everything(&agent).await;
    agent.card.forget_wire();
    agent.card.with(|card| card.variants_mut().extended_length_refused = true);
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    assert_eq!(agent.card.wire().verifies, 1);
    assert_eq!(long(agent.card.wire().log.make_contiguous()).len(), 1);
}

/// A link that breaks then is an operation that failed, as with any other command: what was verified is gone, and no PIN
/// is presented twice.
#[tokio::test]
async fn a_link_that_breaks_after_the_pin_is_not_mended() {
    let agent = agent(true, Variants::default()).await;
    everything(&agent).await;
    agent.card.forget_wire();
    agent.card.inject(Trigger::instruction(0xB0).after(1), Fault::LinkFailed(Moment::BeforeActing));
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap_err();
    assert_eq!(agent.card.wire().verifies, 1);
    assert!(!agent.card.with(|card| card.is_verified(KeyKind::Signature)));
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
}

/// A card that is taken out during a long READ is gone; that is not the form's fault, and is told as it is.
#[tokio::test]
async fn a_card_that_goes_meanwhile_is_told_as_gone() {
    let agent = agent(true, Variants::default()).await;
    agent.agent.status().await;
    agent.card.inject(Trigger::instruction(0xB0).after(1), Fault::Removed(Moment::BeforeActing));
    let kind = CertificateKind::Holder(KeyKind::Authentication);
    let problem = agent.agent.certificate(kind, None).await.unwrap_err();
    assert!(["card_removed", "no_card"].contains(&problem.code()), "{problem:?}");
}
