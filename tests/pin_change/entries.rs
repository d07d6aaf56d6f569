//! What is asked, in which order, and what is not taken; none of it costs a try.

use jpki_agent::audit::{Happening, Operation, Outcome};
use jpki_agent::consent::scripted::{Answer, Prompt};
use jpki_agent::consent::{ChangeEntry, Purpose, Question, Refusal};
use jpki_agent::jpki::KeyKind;
use jpki_agent::notices::{Deed, Notice};
use jpki_agent::pin::Weakness;
use jpki_agent::problem::{PinAfterwards, Problem};

use crate::support::agent::{AUTHENTICATION_PIN, SIGNATURE_PIN, TestAgent};
use crate::{NEW_PASSWORD, NEW_PIN, change, entries, failure, program};

/// What was asked, in short.
fn asked(agent: &TestAgent) -> Vec<(&'static str, usize)> {
    let name = |prompt: &Prompt| match prompt {
        Prompt::Pin(pin) => match pin.purpose {
            Purpose::ChangePin { entry: ChangeEntry::Present, .. } => "present",
            Purpose::ChangePin { entry: ChangeEntry::New { different: false }, .. } => "new",
            Purpose::ChangePin { entry: ChangeEntry::New { different: true }, .. } => "new, since they differed",
            Purpose::ChangePin { entry: ChangeEntry::Again, .. } => "again",
            _ => "other",
        },
        Prompt::Confirm(confirm) => match &confirm.question {
            Question::AvoidWeakPin { .. } => "weak",
            Question::TryAgain { .. } => "try again",
            _ => "other",
        },
    };
    agent.consent.shown().iter().map(|shown| (name(&shown.prompt), shown.malformed)).collect()
}

#[tokio::test]
async fn present_new_and_new_again_are_asked_for_in_this_order() {
    let agent = TestAgent::new().await;
    change(&agent, KeyKind::Signature, entries(KeyKind::Signature)).await.unwrap();
    assert_eq!(asked(&agent), [("present", 0), ("new", 0), ("again", 0)]);
}

#[tokio::test]
async fn what_cannot_be_the_new_one_is_asked_again_and_costs_nothing() {
    let agent = TestAgent::new().await;
    let typed = [
        "ABC-123",
        "1234",
        SIGNATURE_PIN, // the present one, at the third attempt
        "short",
        "KLMNOP",
        "483920",
        "abc123",
        NEW_PASSWORD, // the new one, at the fifth
        "KW48T",
        "KW48TS", // too short, then another: so once more
        NEW_PASSWORD,
        "kw48tr",
    ];
    change(&agent, KeyKind::Signature, typed.map(Answer::pin)).await.unwrap();
    let expected = [("present", 2), ("new", 4), ("again", 1), ("new, since they differed", 0), ("again", 0)];
    assert_eq!(asked(&agent), expected);
    assert_eq!((agent.card.wire().verifies, agent.card.wire().changes), (2, 1));
    assert_eq!(agent.card.with(|card| card.tries_left(KeyKind::Signature)), 5);
}

#[tokio::test]
async fn one_that_is_easy_to_guess_is_warned_about_and_taken_if_the_person_insists() {
    let agent = TestAgent::new().await;
    let answers = [
        Answer::pin(AUTHENTICATION_PIN),
        Answer::pin("0217"),
        Answer::Approve,
        Answer::pin("7777"),
        Answer::Another,
        Answer::pin("7777"),
    ];
    change(&agent, KeyKind::Authentication, answers).await.unwrap();
    let names: Vec<&str> = asked(&agent).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["present", "new", "weak", "new", "weak", "again"]);
    let reasons: Vec<Weakness> = agent
        .consent
        .shown()
        .iter()
        .filter_map(|shown| match &shown.prompt {
            Prompt::Confirm(confirm) => match confirm.question {
                Question::AvoidWeakPin { weakness, .. } => Some(weakness),
                _ => None,
            },
            Prompt::Pin(_) => None,
        })
        .collect();
    assert_eq!(reasons, [Weakness::Date, Weakness::Repeats]);
}

#[tokio::test]
async fn a_change_that_ends_at_any_of_its_prompts_sends_no_pin() {
    let refusals = [
        (Refusal::Declined, Problem::UserDeclined),
        (Refusal::TimedOut, Problem::ConsentTimeout),
        (Refusal::Unsettled, Problem::NothingSettled),
        (Refusal::Unavailable("no display".into()), Problem::PinentryUnavailable),
    ];
    for (refusal, problem) in refusals {
        let agent = TestAgent::new().await;
        // At the first entry, at the second, at the warning; below at the third.
        for count in 0..3 {
            agent.consent.forget();
            let mut answers: Vec<Answer> =
                [AUTHENTICATION_PIN, "1111"].into_iter().take(count).map(Answer::pin).collect();
            answers.push(Answer::Refuse(refusal.clone()));
            let ended = failure(change(&agent, KeyKind::Authentication, answers).await);
            assert_eq!(ended, (problem.clone(), PinAfterwards::Unchanged), "{count}");
        }
        agent.consent.forget();
        let answers = [Answer::pin("1234"), Answer::pin(NEW_PIN), Answer::Refuse(refusal)];
        assert_eq!(failure(change(&agent, KeyKind::Authentication, answers).await).0, problem);
        assert_eq!((agent.card.wire().verifies, agent.card.wire().changes), (0, 0));
    }
}

fn joined<const N: usize>(parts: [Vec<Answer>; N]) -> Vec<Answer> {
    parts.into_iter().flatten().collect()
}

#[tokio::test]
async fn the_present_one_waits_for_five_new_ones_and_no_more() {
    // Each round ends without a new PIN: the two entries differ, or the person wants another than the weak one.
    let differs = || vec![Answer::pin("4821"), Answer::pin("4822")];
    let weak = || vec![Answer::pin("7777"), Answer::Approve];
    let present = || vec![Answer::pin(AUTHENTICATION_PIN)];
    let four = || joined([present(), differs(), weak(), differs(), weak()]);

    let agent = TestAgent::new().await;
    let right = vec![Answer::pin(NEW_PIN), Answer::pin(NEW_PIN)];
    change(&agent, KeyKind::Authentication, joined([four(), right])).await.unwrap();

    for fifth in [differs(), weak()] {
        let agent = TestAgent::new().await;
        let too_late = vec![Answer::pin(NEW_PIN), Answer::pin(NEW_PIN)];
        let answers = joined([four(), fifth, too_late]);
        let ended = failure(change(&agent, KeyKind::Authentication, answers).await);
        assert_eq!(ended, (Problem::NothingSettled, PinAfterwards::Unchanged));
        assert_eq!(asked(&agent).iter().filter(|(name, _)| name.starts_with("new")).count(), 5);
        assert_eq!((agent.card.wire().verifies, agent.card.wire().changes), (0, 0));
    }
}

#[tokio::test]
async fn it_is_written_down_and_told() {
    let agent = TestAgent::new().await;
    change(&agent, KeyKind::Signature, entries(KeyKind::Signature)).await.unwrap();
    let refused = change(&agent, KeyKind::Signature, [Answer::Refuse(Refusal::Declined)]).await;
    failure(refused);
    assert!(agent.audit.verify().unwrap().is_intact());
    let entries = agent.audit.show(10).unwrap().into_iter().filter_map(|entry| match entry.happening {
        Happening::Request { intent, outcome, .. } => Some((intent.operation, intent.key_kind, outcome)),
        _ => None,
    });
    let expected = [Outcome::Done, Outcome::failed("user_declined")]
        .map(|outcome| (Operation::ChangePin, Some(KeyKind::Signature), outcome));
    assert_eq!(entries.collect::<Vec<_>>(), expected);
    assert_eq!(agent.notices.all(), [Notice::Used { by: program().asker, deed: Deed::PinChanged }]);
}
