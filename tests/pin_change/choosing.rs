//! Several cards: refused as ever unless the caller leaves the choice to the person; then one is offered after the other.

use std::time::{Duration, Instant};

use jpki_agent::agent::{CHOOSE, ChangePinRequest, DisclosureRequest};
use jpki_agent::apdu::StatusWord;
use jpki_agent::consent::scripted::{Answer, Prompt};
use jpki_agent::consent::{Question, Refusal};
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::{PinAfterwards, Problem};
use jpki_agent::simulator::{CardHandle, Fault, Trigger};

use crate::support::agent::{
    AUTHENTICATION_PIN, READER, SIGNATURE_PIN, TestAgent, authentication, page, signature, signature_in, standard_card,
};
use crate::{NEW_PIN, failure, program};

const SECOND: &str = "Virtual PCD 00 01";

/// An agent with two cards, in `r1` and `r2`.
async fn with_two() -> (TestAgent, CardHandle) {
    let agent = TestAgent::new().await;
    let second = standard_card();
    agent.backend.add_reader(SECOND);
    assert!(agent.backend.insert(SECOND, &second));
    agent.until(|readers| readers.len() == 2 && readers.iter().all(|r| r.presence.insertion().is_some())).await;
    (agent, second)
}

/// The readers that were offered, with number and count.
fn offered(agent: &TestAgent) -> Vec<(String, usize, usize)> {
    let offer = |prompt: Prompt| match prompt {
        Prompt::Confirm(confirm) => match confirm.question {
            Question::ChooseCard { number, count, .. } => Some((confirm.context.reader, number, count)),
            _ => None,
        },
        Prompt::Pin(_) => None,
    };
    agent.consent.shown().into_iter().filter_map(|shown| offer(shown.prompt)).collect()
}

#[tokio::test]
async fn without_the_word_several_cards_are_refused() {
    let (agent, second) = with_two().await;
    assert_eq!(agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap_err(), Problem::SeveralCards);
    assert_eq!(agent.agent.pins(Some(CHOOSE)).await.unwrap_err(), Problem::NoReader, "nobody is asked for a reading");
    assert!(agent.consent.shown().is_empty());
    assert_eq!(agent.card.wire().verifies + second.wire().verifies, 0);
}

#[tokio::test]
async fn with_one_card_nobody_is_asked_which() {
    let agent = TestAgent::new().await;
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    agent.agent.sign(&page(), signature_in(CHOOSE, 1)).await.unwrap();
    assert!(offered(&agent).is_empty());
}

#[tokio::test]
async fn the_card_that_is_chosen_is_used_and_no_other() {
    let (agent, second) = with_two().await;
    agent.answers([Answer::Another, Answer::Approve, Answer::pin(SIGNATURE_PIN)]);
    agent.agent.sign(&page(), signature_in(CHOOSE, 2)).await.unwrap();
    let first = READER.trim_end_matches(" 00 00").to_owned();
    assert_eq!(offered(&agent), [(first, 1, 2), ("Virtual PCD".to_owned(), 2, 2)]);
    assert_eq!((agent.card.wire().verifies, second.wire().verifies), (0, 1));

    let mut request = authentication();
    request.reader = Some(CHOOSE.to_owned());
    agent.answers([Answer::Approve, Answer::pin(AUTHENTICATION_PIN)]);
    agent.agent.authenticate(&page(), request).await.unwrap();
    assert_eq!((agent.card.wire().verifies, second.wire().verifies), (1, 1));

    let disclose = DisclosureRequest { reader: Some(CHOOSE.to_owned()), step: None };
    agent.answers([Answer::Another, Answer::Another, Answer::Approve, Answer::pin(SIGNATURE_PIN)]);
    agent.agent.disclose(&page(), disclose).await.unwrap();
    assert_eq!((agent.card.wire().verifies, second.wire().verifies), (2, 1), "offered round and round");
}

#[tokio::test]
async fn a_pin_is_changed_on_the_card_that_is_chosen() {
    let (agent, second) = with_two().await;
    let request = ChangePinRequest {
        key_kind: KeyKind::Authentication,
        reader: Some(CHOOSE.to_owned()),
        understands_unproven: false,
    };
    agent.answers([Answer::Another, Answer::Approve]);
    agent.answers([AUTHENTICATION_PIN, NEW_PIN, NEW_PIN].map(Answer::pin));
    let changed = agent.agent.change_pin(&program(), request.clone()).await.unwrap();
    assert_eq!((changed.reader.as_str(), second.wire().changes, agent.card.wire().changes), ("r2", 1, 0));
    agent.answers([Answer::Refuse(Refusal::Declined)]);
    let declined = agent.agent.change_pin(&program(), request).await;
    assert_eq!(failure(declined), (Problem::UserDeclined, PinAfterwards::Unchanged));
    // Written down: the choice is part of the consent.
    assert_eq!(agent.audit.show(10).unwrap().len(), 2);
}

#[tokio::test]
async fn no_choice_is_no_and_costs_nothing() {
    let (agent, second) = with_two().await;
    let declined = (vec![Answer::Refuse(Refusal::Declined)], Problem::UserDeclined);
    let never_the_right_one = ((0..10).map(|_| Answer::Another).collect(), Problem::NothingSettled);
    for (answers, expected) in [declined, never_the_right_one] {
        agent.consent.forget();
        agent.answers(answers);
        assert_eq!(agent.agent.sign(&page(), signature_in(CHOOSE, 1)).await.unwrap_err(), expected);
    }
    agent.answers([Answer::Refuse(Refusal::TimedOut)]);
    assert_eq!(agent.agent.sign(&page(), signature_in(CHOOSE, 1)).await.unwrap_err(), Problem::ConsentTimeout);
    assert_eq!(agent.card.wire().verifies + second.wire().verifies, 0);
}

#[tokio::test]
async fn a_card_that_was_out_since_it_was_offered_gets_no_pin() {
    let (agent, second) = with_two().await;
    let (backend, again) = (agent.backend.clone(), second.clone());
    let readers = agent.agent.readers().clone();
    let before = *readers.changes().borrow();
    let out_and_in = move || {
        backend.remove(SECOND);
        backend.insert(SECOND, &again);
        // Until the agent has seen it.
        let deadline = Instant::now() + Duration::from_secs(10);
        while *readers.changes().borrow() == before {
            assert!(Instant::now() < deadline);
            std::thread::yield_now();
        }
    };
    agent.answers([Answer::Another.after(out_and_in), Answer::Approve, Answer::pin(SIGNATURE_PIN)]);
    let ended = agent.agent.sign(&page(), signature_in(CHOOSE, 1)).await.unwrap_err();
    assert_eq!(ended, Problem::CardRemoved { outcome_unknown: false });
    assert_eq!(agent.card.wire().verifies + second.wire().verifies, 0);
    assert_eq!(offered(&agent).len(), 1, "a card that has gone is not offered, and no PIN is asked for");
}

#[tokio::test]
async fn a_blocked_card_is_offered_as_what_it_is() {
    let (agent, second) = with_two().await;
    second.with(|card| card.set_tries_left(KeyKind::Signature, 0));
    agent.answers([Answer::Another, Answer::Approve]);
    let ended = agent.agent.sign(&page(), signature_in(CHOOSE, 1)).await.unwrap_err();
    assert_eq!(ended, Problem::PinBlocked { key_kind: KeyKind::Signature });
    let _ = signature(1);
    assert_eq!(second.wire().verifies, 0);
}

#[tokio::test]
async fn the_only_one_that_can_be_used_is_offered_once_and_not_taken_unasked() {
    let (agent, second) = with_two().await;
    agent.agent.status().await; // what they are is known
    for (answer, done) in [(Answer::Refuse(Refusal::Declined), false), (Answer::Approve, true)] {
        agent.consent.forget();
        second.inject(Trigger::next(), Fault::Status(StatusWord::from(0x6400u16)));
        agent.answers([answer, Answer::pin(SIGNATURE_PIN)]);
        assert_eq!(agent.agent.sign(&page(), signature_in(CHOOSE, 1)).await.is_ok(), done);
        assert_eq!(offered(&agent).into_iter().map(|(_, number, count)| (number, count)).collect::<Vec<_>>(), [(1, 1)]);
    }
    assert_eq!((agent.card.wire().verifies, second.wire().verifies), (1, 0));
}

#[tokio::test]
async fn a_page_never_met_is_asked_about_before_its_cards() {
    let (agent, _second) = with_two().await;
    agent.first_visits.forget(&crate::support::agent::PORTAL.parse().unwrap());
    agent.answers([Answer::Refuse(Refusal::Declined)]);
    agent.agent.sign(&page(), signature_in(CHOOSE, 1)).await.unwrap_err();
    let shown = agent.consent.shown();
    assert!(matches!(&shown[0].prompt, Prompt::Confirm(confirm) if confirm.question == Question::FirstVisit));
    assert_eq!(shown.len(), 1);
}
