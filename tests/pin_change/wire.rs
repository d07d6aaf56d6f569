//! The commands of a change, and that nothing of it is left on the card.

use jpki_agent::consent::scripted::Answer;
use jpki_agent::jpki::{KeyKind, Tries};
use jpki_agent::simulator::LogEntry;

use crate::support::agent::{AUTHENTICATION_PIN, SIGNATURE_PIN, TestAgent};
use crate::{NEW_PASSWORD, NEW_PIN, card_takes, change, entries};

fn names(log: &[LogEntry]) -> Vec<&'static str> {
    log.iter()
        .map(|entry| match (entry.header, entry.body_length) {
            ([0x00, 0xA4, 0x04, 0x0C], 7) => "deselect",
            ([0x00, 0xA4, 0x04, 0x0C], _) => "select",
            ([0x00, 0xA4, 0x02, 0x0C], _) => "file",
            ([0x00, 0xB0, ..], _) => "read",
            ([0x00, 0x20, 0x00, 0x80], 0) => "query",
            ([0x00, 0x20, 0x00, 0x80], _) => "verify",
            ([0x00, 0x24, 0x01, 0x80], _) => "change",
            _ => "other",
        })
        .collect()
}

#[tokio::test]
async fn a_change_costs_seven_commands_and_the_close_down() {
    for (key_kind, old, new, max) in [
        (KeyKind::Authentication, AUTHENTICATION_PIN, NEW_PIN, 3),
        (KeyKind::Signature, SIGNATURE_PIN, NEW_PASSWORD, 5),
    ] {
        let agent = TestAgent::new().await;
        agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap(); // everything free is known, the close-down is proved
        agent.card.forget_wire();
        let changed = change(&agent, key_kind, entries(key_kind)).await.unwrap();
        assert_eq!((changed.reader.as_str(), changed.pin.tries), ("r1", Tries::Left(max)));
        let wire = agent.card.wire();
        let log: Vec<LogEntry> = wire.log.iter().copied().collect();
        let look = ["select", "file", "query"];
        let work = ["select", "file", "query", "verify", "change", "query", "verify", "query", "deselect"];
        assert_eq!(names(&log), [&look[..], &work[..]].concat());
        let bodies: Vec<usize> = log.iter().filter(|e| e.header[1] != 0xA4).map(|e| e.body_length).collect();
        assert_eq!(bodies, [0, 0, old.len(), new.len(), 0, new.len(), 0], "{key_kind:?}");
        assert_eq!((wire.verifies, wire.changes, wire.signatures, wire.foreign_selects), (2, 1, 0, 0));
        assert!(card_takes(&agent, key_kind, new) && !card_takes(&agent, key_kind, old));
        assert!(KeyKind::ALL.iter().all(|kind| !agent.card.with(|card| card.is_verified(*kind))));
    }
}

#[tokio::test]
async fn the_new_one_works_afterwards_and_can_be_changed_back() {
    let agent = TestAgent::new().await;
    change(&agent, KeyKind::Authentication, entries(KeyKind::Authentication)).await.unwrap();
    agent.authenticate(Answer::pin(NEW_PIN)).await.unwrap();
    agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    // 1234 is easy to guess, so the person is asked about it; they stay with it.
    let back = [Answer::pin(NEW_PIN), Answer::pin("1234"), Answer::Another, Answer::pin("1234")];
    change(&agent, KeyKind::Authentication, back).await.unwrap();
    agent.authenticate(Answer::pin(AUTHENTICATION_PIN)).await.unwrap();
}
