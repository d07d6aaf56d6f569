//! Which PIN is in force after a change that failed: told, and compared with the card.

use jpki_agent::apdu::StatusWord;
use jpki_agent::audit::{Happening, Outcome};
use jpki_agent::certificate::Environment;
use jpki_agent::consent::Refusal;
use jpki_agent::consent::scripted::{Answer, Prompt};
use jpki_agent::jpki::KeyKind;
use jpki_agent::notices::Notice;
use jpki_agent::problem::{PinAfterwards, Problem};
use jpki_agent::simulator::{Fault, Moment, Trigger, Variants};

use crate::support::agent::{AUTHENTICATION_PIN, READER, SIGNATURE_PIN, TestAgent, card_of};
use crate::{NEW_PIN, card_takes, change, entries, failure};

const KIND: KeyKind = KeyKind::Authentication;

#[tokio::test]
async fn the_wrong_present_pin_costs_one_try_and_changes_nothing() {
    let agent = TestAgent::new().await;
    let wrong = change(&agent, KIND, ["9999", NEW_PIN, NEW_PIN].map(Answer::pin)).await;
    let incorrect = Problem::PinIncorrect { key_kind: KIND, tries_left: Some(2) };
    assert_eq!(failure(wrong), (incorrect, PinAfterwards::Unchanged));
    assert_eq!((agent.card.wire().verifies, agent.card.wire().changes), (1, 0));
    // The person is asked before another entry; after the next wrong one the last try is protected.
    let answers = std::iter::once(Answer::Approve).chain(["9999", NEW_PIN, NEW_PIN].map(Answer::pin));
    failure(change(&agent, KIND, answers).await);
    let (problem, state) = failure(change(&agent, KIND, entries(KIND)).await);
    assert_eq!(problem, Problem::LastTryProtected { key_kind: KIND, tries_left: Some(1) });
    assert_eq!((state, agent.card.wire().verifies), (PinAfterwards::Unchanged, 2));
}

/// The present PIN was right, so nobody is asked as after a wrong one, though the change was refused.
#[tokio::test]
async fn a_right_present_pin_ends_the_asking_whatever_becomes_of_the_change() {
    let agent = TestAgent::new().await;
    failure(change(&agent, KIND, ["9999", NEW_PIN, NEW_PIN].map(Answer::pin)).await);
    agent.card.inject(Trigger::change(), Fault::Status(StatusWord::from(0x6A80)));
    let (problem, _) = failure(change(&agent, KIND, std::iter::once(Answer::Approve).chain(entries(KIND))).await);
    assert_eq!(problem, Problem::CardFault { outcome_unknown: false, tries_left: None });
    change(&agent, KIND, entries(KIND)).await.unwrap();
}

#[tokio::test]
async fn what_the_card_says_to_the_change_tells_which_is_in_force() {
    let fault = |outcome_unknown| Problem::CardFault { outcome_unknown, tries_left: outcome_unknown.then_some(3) };
    let lost = Problem::CardRemoved { outcome_unknown: false };
    for (status, problem, state) in [
        (0x6982u16, lost, PinAfterwards::Unchanged),
        (0x6984, Problem::PinBlocked { key_kind: KIND }, PinAfterwards::Unchanged),
        (0x6A80, fault(false), PinAfterwards::Unchanged),
        (0x6700, fault(false), PinAfterwards::Unchanged),
        (0x6D00, Problem::CardUnsupported, PinAfterwards::Unchanged),
        (0x6581, fault(true), PinAfterwards::Unknown),
        (0x6F00, fault(true), PinAfterwards::Unknown),
        (0x63C2, fault(true), PinAfterwards::Unknown),
        (0x6C10, fault(true), PinAfterwards::Unknown),
        (0x1234, fault(true), PinAfterwards::Unknown),
    ] {
        let agent = TestAgent::new().await;
        agent.card.inject(Trigger::change(), Fault::Status(StatusWord::from(status)));
        let ended = failure(change(&agent, KIND, entries(KIND)).await);
        assert_eq!(ended, (problem, state), "{status:04X}");
        assert_eq!((agent.card.wire().verifies, agent.card.wire().changes), (1, 1), "{status:04X}: sent once");
        assert!(!agent.card.with(|card| card.is_verified(KIND)), "{status:04X}");
        assert!(card_takes(&agent, KIND, AUTHENTICATION_PIN));
    }
}

#[tokio::test]
async fn a_card_that_goes_away_during_the_change_leaves_it_unknown() {
    for (moment, new) in [(Moment::BeforeActing, false), (Moment::AfterActing, true)] {
        let agent = TestAgent::new().await;
        agent.card.inject(Trigger::change(), Fault::Removed(moment));
        let (problem, state) = failure(change(&agent, KIND, entries(KIND)).await);
        assert_eq!((&problem, state), (&Problem::CardRemoved { outcome_unknown: true }, PinAfterwards::Unknown));
        assert_eq!((agent.card.wire().verifies, agent.card.wire().changes), (1, 1));
        assert_eq!(card_takes(&agent, KIND, NEW_PIN), new);
        // Whoever asks again looks anew, and nothing is tried by itself.
        assert!(agent.backend.insert(READER, &agent.card));
        agent.until(|readers| readers[0].presence.insertion().is_some()).await;
        agent.agent.pins(None).await.unwrap();
        assert_eq!(agent.card.wire().verifies, 1);
    }
}

#[tokio::test]
async fn a_new_pin_that_is_not_proved_is_unknown_and_the_old_one_is_never_tried() {
    let second_verify = || Trigger::verify().after(1);
    for (fault, problem) in [
        (Fault::Status(StatusWord::from(0x63C2u16)), Problem::CardFault { outcome_unknown: true, tries_left: Some(2) }),
        (Fault::Status(StatusWord::from(0x6984u16)), Problem::PinBlocked { key_kind: KIND }),
        (Fault::Removed(Moment::BeforeActing), Problem::CardRemoved { outcome_unknown: true }),
        (Fault::Removed(Moment::AfterActing), Problem::CardRemoved { outcome_unknown: true }),
    ] {
        let agent = TestAgent::new().await;
        agent.card.inject(second_verify(), fault);
        let (told, state) = failure(change(&agent, KIND, entries(KIND)).await);
        // With a card that answers again, how many tries are left is asked anew.
        match (&told, &problem) {
            (Problem::CardFault { outcome_unknown: true, tries_left }, Problem::CardFault { .. }) => {
                assert_eq!(*tries_left, Some(3), "the card spent none");
            }
            _ => assert_eq!(told, problem),
        }
        assert_eq!(state, PinAfterwards::Unknown);
        assert_eq!((agent.card.wire().verifies, agent.card.wire().changes), (2, 1));
        assert!(card_takes(&agent, KIND, NEW_PIN));
        // For whoever asked and has gone, and for whoever reads it later.
        assert_eq!(agent.notices.all(), [Notice::PinInDoubt { key_kind: KIND }]);
        assert_eq!(outcomes(&agent), [Outcome::Unknown]);
    }
}

#[tokio::test]
async fn a_change_that_leaves_the_pin_as_it_was_is_told_to_its_caller_alone() {
    let agent = TestAgent::new().await;
    agent.card.inject(Trigger::change(), Fault::Status(StatusWord::from(0x6A80u16)));
    assert_eq!(failure(change(&agent, KIND, entries(KIND)).await).1, PinAfterwards::Unchanged);
    assert_eq!(agent.notices.all(), []);
    assert_eq!(outcomes(&agent), [Outcome::failed("card_fault")]);
}

#[tokio::test]
async fn doubt_is_told_also_to_whom_uses_are_not() {
    let agent = TestAgent::telling_no_uses().await;
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    assert_eq!(agent.notices.all(), []);
    agent.card.inject(Trigger::change(), Fault::Removed(Moment::AfterActing));
    assert_eq!(failure(change(&agent, KIND, entries(KIND)).await).1, PinAfterwards::Unknown);
    assert_eq!(agent.notices.all(), [Notice::PinInDoubt { key_kind: KIND }]);
}

/// What the audit log says of each request.
fn outcomes(agent: &TestAgent) -> Vec<Outcome> {
    let entries = agent.audit.show(10).unwrap().into_iter();
    let outcomes = entries.filter_map(|entry| match entry.happening {
        Happening::Request { outcome, .. } => Some(outcome),
        _ => None,
    });
    outcomes.collect()
}

#[tokio::test]
async fn a_card_with_few_tries_after_the_change_is_not_asked_to_prove_it() {
    let agent = TestAgent::new().await;
    // The second query of the session: the card says that one try is left.
    agent.card.inject(Trigger::instruction(0x20).after(3), Fault::Status(StatusWord::from(0x63C1u16)));
    let (problem, state) = failure(change(&agent, KIND, entries(KIND)).await);
    assert!(matches!(problem, Problem::CardFault { outcome_unknown: true, .. }), "{problem:?}");
    assert_eq!((state, agent.card.wire().verifies), (PinAfterwards::Unknown, 1));
}

#[tokio::test]
async fn once_proved_nothing_takes_it_back() {
    let agent = TestAgent::new().await;
    agent.card.inject(Trigger::instruction(0x20).after(5), Fault::Removed(Moment::BeforeActing));
    let changed = change(&agent, KIND, entries(KIND)).await.unwrap();
    assert_eq!(changed.pin.tries.left(), None, "how many are left, the card could not say any more");
    assert!(card_takes(&agent, KIND, NEW_PIN));
}

#[tokio::test]
async fn a_card_exchanged_while_the_person_types_gets_nothing() {
    let agent = TestAgent::new().await;
    let (backend, other) = (agent.backend.clone(), crate::support::agent::standard_card());
    let exchanged = other.clone();
    let swap = move || assert!(backend.insert(READER, &exchanged));
    let answers = [Answer::pin("1234"), Answer::pin(NEW_PIN).after(swap), Answer::pin(NEW_PIN)];
    let ended = failure(change(&agent, KIND, answers).await);
    assert_eq!(ended, (Problem::CardRemoved { outcome_unknown: false }, PinAfterwards::Unchanged));
    assert_eq!(agent.card.wire().verifies + other.wire().verifies, 0);
}

/// A blocked PIN and a busy prompt say, too, that nothing was changed.
#[tokio::test]
async fn what_ends_it_before_the_prompt_changes_nothing() {
    let agent = TestAgent::with_card(card_of(&jpki_agent::simulator::Holder::standard(), Variants::default())).await;
    agent.card.with(|card| card.set_tries_left(KIND, 0));
    let ended = failure(change(&agent, KIND, []).await);
    assert_eq!(ended, (Problem::PinBlocked { key_kind: KIND }, PinAfterwards::Unchanged));
    assert!(agent.consent.shown().is_empty());
    agent.backend.remove(READER);
    assert_eq!(failure(change(&agent, KIND, []).await), (Problem::NoCard, PinAfterwards::Unchanged));
}

/// The prompt of the software card says so, and that of no other card may be mistaken for it.
#[tokio::test]
async fn the_software_card_is_shouted_about_in_every_prompt() {
    let agent = TestAgent::new().await;
    failure(change(&agent, KIND, [Answer::pin("1234"), Answer::Refuse(Refusal::Declined)]).await);
    for shown in agent.consent.shown() {
        let Prompt::Pin(prompt) = shown.prompt else { panic!("no question is asked here") };
        assert_eq!(prompt.context.environment, Environment::Simulator);
        assert!(matches!(prompt.purpose, jpki_agent::consent::Purpose::ChangePin { unproven: false, .. }));
    }
}
