//! The person decides: what is asked before a PIN, how often, what is written down and told, and that a request which ends
//! there presents no PIN to the card.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::time::Duration;

use jpki_agent::agent::Caller;
use jpki_agent::audit::{Happening, Operation, Outcome};
use jpki_agent::consent::scripted::{Answer, Prompt};
use jpki_agent::consent::{Asker, ProgramIdentity, Question, Refusal, Seat};
use jpki_agent::jpki::KeyKind;
use jpki_agent::notices::{Deed, Notice};
use jpki_agent::problem::Problem;
use jpki_agent::simulator::{Fault, Moment, Trigger};
use support::agent::{AUTHENTICATION_PIN, PORTAL, SIGNATURE_PIN, TestAgent, authentication, page, signature};

fn program() -> Caller {
    let identity = ProgramIdentity { pid: Some(4711), name: Some("portal-cli".into()) };
    Caller { asker: Asker::Program(identity), seat: Seat::default() }
}

fn questions(agent: &TestAgent) -> Vec<Option<Question>> {
    let question = |prompt: Prompt| match prompt {
        Prompt::Confirm(confirm) => Some(confirm.question),
        Prompt::Pin(_) => None,
    };
    agent.consent.shown().into_iter().map(|shown| question(shown.prompt)).collect()
}

/// What the audit log says came of the requests, oldest first.
fn outcomes(agent: &TestAgent) -> Vec<(Operation, Outcome)> {
    assert!(agent.audit.verify().unwrap().is_intact());
    let entries = agent.audit.show(1000).unwrap();
    let request = |happening: Happening| match happening {
        Happening::Request { intent, outcome, .. } => Some((intent.operation, outcome)),
        _ => None,
    };
    entries.into_iter().filter_map(|entry| request(entry.happening)).collect()
}

#[tokio::test]
async fn a_page_never_met_is_asked_about_before_its_first_prompt() {
    let agent = TestAgent::new().await;
    agent.first_visits.forget(&PORTAL.parse().unwrap());
    assert_eq!(agent.authenticate(Answer::Refuse(Refusal::Declined)).await.unwrap_err(), Problem::UserDeclined);
    assert_eq!(questions(&agent), [Some(Question::FirstVisit)]);
    assert_eq!(agent.card.wire().verifies, 0);

    agent.consent.forget();
    agent.answers([Answer::Approve]);
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    assert_eq!(questions(&agent), [Some(Question::FirstVisit), None, None], "asked once and for all");
}

#[tokio::test]
async fn after_a_wrong_pin_the_same_page_needs_the_persons_word_and_the_right_one_ends_that() {
    let agent = TestAgent::new().await;
    let key_kind = KeyKind::Signature;
    let wrong = agent.sign(Answer::pin("WRONG1"), 1).await.unwrap_err();
    assert_eq!(wrong, Problem::PinIncorrect { key_kind, tries_left: Some(4) });
    assert_eq!(agent.card.wire().verifies, 1, "no loop against the card");

    agent.consent.forget();
    assert_eq!(agent.sign(Answer::Refuse(Refusal::Declined), 1).await.unwrap_err(), Problem::UserDeclined);
    assert_eq!(questions(&agent), [Some(Question::TryAgain { key_kind, wrong: 1, tries_left: Some(4) })]);
    assert_eq!(agent.card.wire().verifies, 1);

    agent.consent.forget();
    agent.answers([Answer::Approve]);
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    assert_eq!(questions(&agent).iter().flatten().count(), 1, "the right PIN ends the asking");
    // The other PIN was never wrong.
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
}

#[tokio::test]
async fn a_right_pin_ends_the_asking_whatever_becomes_of_the_signature() {
    let agent = TestAgent::new().await;
    for kind in KeyKind::ALL {
        let run = async |answer: Answer| match kind {
            KeyKind::Signature => agent.sign(answer, 1).await.map(|_| ()),
            KeyKind::Authentication => agent.authenticate(answer).await.map(|_| ()),
        };
        let (wrong, right) = match kind {
            KeyKind::Signature => ("WRONG1", SIGNATURE_PIN),
            KeyKind::Authentication => ("0000", AUTHENTICATION_PIN),
        };
        assert!(matches!(run(Answer::pin(wrong)).await, Err(Problem::PinIncorrect { .. })));
        agent.consent.forget();
        agent.answers([Answer::Approve]);
        agent.card.inject(Trigger::sign(), Fault::FlipBit(1000));
        assert!(matches!(run(Answer::pin(right)).await, Err(Problem::CardFault { .. })));
        run(Answer::pin(right)).await.unwrap();
        assert_eq!(questions(&agent).iter().flatten().count(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn a_caller_refused_too_often_waits_and_the_card_hears_nothing() {
    // Answers that settle nothing are no way round either.
    let agent = TestAgent::with_declines(4).await;
    for refusal in [Refusal::Declined, Refusal::TimedOut, Refusal::Unsettled] {
        agent.authenticate(Answer::Refuse(refusal)).await.unwrap_err();
    }
    // The caller's own abort counts as well.
    agent.answers([Answer::Never]);
    let page = page();
    let request = agent.agent.authenticate(&page, authentication());
    tokio::time::timeout(Duration::from_millis(100), request).await.unwrap_err();
    let before = agent.card.wire().commands;
    let refused = agent.agent.sign(&page, signature(1)).await.unwrap_err();
    assert_eq!(refused, Problem::RateLimited { retry_after: 2 });
    assert_eq!(agent.card.wire().commands, before);
    assert_eq!(agent.consent.shown().len(), 4, "no prompt");
}

#[tokio::test]
async fn prompts_of_different_callers_are_two_seconds_apart() {
    let agent = TestAgent::new().await;
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    let begun = std::time::Instant::now();
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    assert!(begun.elapsed() < Duration::from_millis(1500), "the same caller need not wait");
    let begun = std::time::Instant::now();
    agent.answers([Answer::pin(AUTHENTICATION_PIN)]);
    agent.agent.authenticate(&program(), authentication()).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(1500), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn no_prompt_while_the_session_is_locked_but_in_a_terminal_of_the_callers_own() {
    let agent = TestAgent::locked().await;
    let before = agent.card.wire().commands;
    assert_eq!(agent.agent.sign(&page(), signature(1)).await.unwrap_err(), Problem::PinentryUnavailable);
    assert_eq!((agent.card.wire().commands, agent.consent.shown().len()), (before, 0));
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    let seat = Seat { tty: Some("/dev/pts/0".into()), ..Seat::default() };
    agent.agent.sign(&Caller { seat, ..program() }, signature(1)).await.unwrap();
}

#[tokio::test]
async fn what_got_as_far_as_consent_is_written_down_with_its_outcome() {
    let agent = TestAgent::new().await;
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    agent.sign(Answer::Refuse(Refusal::Declined), 2).await.unwrap_err();
    agent.sign(Answer::pin("WRONG1"), 2).await.unwrap_err();
    agent.consent.forget();
    agent.answers([Answer::Approve]);
    agent.card.inject(Trigger::sign(), Fault::Removed(Moment::AfterActing));
    agent.sign(Answer::pin(SIGNATURE_PIN), 2).await.unwrap_err();
    assert_eq!(
        outcomes(&agent),
        [
            (Operation::Authenticate, Outcome::Done),
            (Operation::Sign, Outcome::failed("user_declined")),
            (Operation::Sign, Outcome::failed("pin_incorrect")),
            (Operation::Sign, Outcome::Unknown),
        ]
    );
    // Nothing of the card or a PIN stands in it.
    let log: String = std::fs::read_dir(agent.folder.path().join("audit"))
        .unwrap()
        .map(|file| String::from_utf8_lossy(&std::fs::read(file.unwrap().path()).unwrap()).into_owned())
        .collect();
    for secret in [AUTHENTICATION_PIN, SIGNATURE_PIN, "WRONG1", "見本", "file-0"] {
        assert!(
            !log.contains(&format!("\"{secret}\"")) && !log.contains("見本") && !log.contains("WRONG1"),
            "{secret}"
        );
    }
}

/// The intent is on disk before the card sees the PIN: a crash in between is no gap.
#[tokio::test]
async fn the_intent_is_written_before_the_pin_is_presented() {
    let agent = TestAgent::new().await;
    let audit = agent.audit.clone();
    let look = move || {
        let entries = audit.show(10).unwrap();
        assert!(
            matches!(&entries[..], [entry] if matches!(entry.happening, Happening::Request { outcome: Outcome::Unknown, .. }))
        );
    };
    agent.sign(Answer::pin(SIGNATURE_PIN).after(look), 1).await.unwrap();
    assert_eq!(outcomes(&agent), [(Operation::Sign, Outcome::Done)]);
}

#[tokio::test]
async fn a_signature_is_written_down_even_if_its_caller_goes_away() {
    let agent = TestAgent::new().await;
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    agent.card.with(|card| card.variants_mut().delays.signature = Duration::from_millis(300));
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    let page = page();
    let request = agent.agent.sign(&page, signature(1));
    tokio::time::timeout(Duration::from_millis(200), request).await.unwrap_err();
    let written = async {
        while outcomes(&agent).last() != Some(&(Operation::Sign, Outcome::Done)) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), written).await.expect("the outcome was never written");
}

#[tokio::test]
async fn the_person_is_told_after_each_use() {
    let agent = TestAgent::new().await;
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
    agent.sign(Answer::pin(SIGNATURE_PIN), 3).await.unwrap();
    agent.sign(Answer::Refuse(Refusal::Declined), 3).await.unwrap_err();
    let by = Asker::Page(PORTAL.parse().unwrap());
    let used = |deed| Notice::Used { by: by.clone(), deed };
    assert_eq!(agent.notices.all(), [used(Deed::Authenticated), used(Deed::Signed { count: 3 })]);
}
