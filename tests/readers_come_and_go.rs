//! Readers and cards that come and go while the agent runs, as with hot-plug, and a service whose contexts die, as when a
//! laptop sleeps. In this process: a real `pcscd` with virtual readers cannot plug them at run time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::time::{Duration, Instant};

use jpki_agent::agent::CardState;
use jpki_agent::consent::scripted::{Answer, End};
use jpki_agent::problem::Problem;
use jpki_agent::simulator::{Fault, Moment, Trigger};
use support::agent::{READER, SIGNATURE_PIN, TestAgent, page, signature, signature_in, standard_card};

const SECOND: &str = "Second reader 01 00";
const THIRD: &str = "Third reader 02 00";

async fn ids(agent: &TestAgent) -> Vec<(String, String)> {
    let readers = agent.agent.readers().list().await.unwrap();
    readers.into_iter().map(|reader| (reader.name, reader.id.to_string())).collect()
}

async fn until_readers(agent: &TestAgent, names: &[&str]) {
    agent
        .until(|readers| readers.len() == names.len() && readers.iter().all(|r| names.contains(&r.name.as_str())))
        .await;
}

#[tokio::test]
async fn three_readers_keep_their_ids_and_their_cards_apart() {
    let agent = TestAgent::new().await;
    for name in [SECOND, THIRD] {
        agent.backend.add_reader(name);
        assert!(agent.backend.insert(name, &standard_card()));
    }
    until_readers(&agent, &[READER, SECOND, THIRD]).await;
    assert_eq!(agent.agent.pins(None).await.unwrap_err(), Problem::SeveralCards);
    let all = ids(&agent).await;
    for (_, id) in &all {
        agent.agent.pins(Some(id)).await.unwrap();
    }
    agent.backend.remove_reader(SECOND);
    until_readers(&agent, &[READER, THIRD]).await;
    let [_, (_, second), _] = &all[..] else { panic!("{all:?}") };
    assert_eq!(agent.agent.pins(Some(second)).await.unwrap_err(), Problem::NoReader);
    agent.backend.remove_reader(THIRD);
    until_readers(&agent, &[READER]).await;
    agent.agent.pins(None).await.unwrap();
    agent.backend.add_reader(THIRD);
    agent.backend.add_reader(SECOND);
    until_readers(&agent, &[READER, SECOND, THIRD]).await;
    assert_eq!(ids(&agent).await, all, "the same name has the same id");
}

#[tokio::test]
async fn one_card_moved_from_reader_to_reader_is_used_where_it_lies() {
    let agent = TestAgent::new().await;
    agent.backend.add_reader(SECOND);
    until_readers(&agent, &[READER, SECOND]).await;
    for turn in 0..4 {
        let (from, to) = if turn % 2 == 0 { (READER, SECOND) } else { (SECOND, READER) };
        agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
        let card = agent.backend.remove(from).unwrap();
        assert!(agent.backend.insert(to, &card));
        let here =
            |reader: &jpki_agent::reader::ReaderInfo| reader.presence.insertion().is_some() == (reader.name == to);
        agent.until(|readers| readers.iter().all(here)).await;
    }
    assert_eq!(agent.card.wire().verifies, 4);
}

/// A reader that goes closes only what belongs to it.
#[tokio::test]
async fn a_reader_unplugged_at_another_ones_prompt_closes_nothing() {
    let agent = TestAgent::new().await;
    agent.backend.add_reader(SECOND);
    assert!(agent.backend.insert(SECOND, &standard_card()));
    until_readers(&agent, &[READER, SECOND]).await;
    let first = ids(&agent).await.iter().find(|(name, _)| name == READER).unwrap().1.clone();
    agent.answers([Answer::Never]);
    let (asking, request) = (agent.agent.clone(), signature_in(&first, 1));
    let asking = tokio::spawn(async move { asking.sign(&page(), request).await });
    let open =
        |shown: &Vec<jpki_agent::consent::scripted::Shown>| shown.last().is_some_and(|shown| shown.end == End::Open);
    agent.consent.wait_for(open).await;
    agent.backend.remove_reader(SECOND);
    until_readers(&agent, &[READER]).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!asking.is_finished());
    agent.backend.remove_reader(READER);
    let closed = tokio::time::timeout(Duration::from_secs(1), asking).await.expect("the prompt stays open").unwrap();
    assert_eq!(closed.unwrap_err(), Problem::CardRemoved { outcome_unknown: false });
    assert_eq!(agent.agent.pins(None).await.unwrap_err(), Problem::NoReader);
}

/// Sleep and resume: every context is dead, at rest, at a prompt and in the middle of a command.
#[tokio::test]
async fn contexts_that_die_are_replaced_at_the_next_request() {
    let agent = TestAgent::new().await;
    let mut times = Vec::new();
    for turn in 0..6 {
        if turn % 2 == 0 {
            agent.answers([Answer::Never]);
            let asking = agent.agent.clone();
            let asking = tokio::spawn(async move { asking.sign(&page(), signature(1)).await });
            agent.consent.wait_for(|shown| shown.last().is_some_and(|shown| shown.end == End::Open)).await;
            agent.backend.set_service(false);
            let closed = tokio::time::timeout(Duration::from_secs(1), asking).await.expect("the prompt stays open");
            assert_eq!(closed.unwrap().unwrap_err(), Problem::CardRemoved { outcome_unknown: false });
        } else {
            agent.card.inject(Trigger::verify(), Fault::ServiceGone(Moment::AfterActing));
            let lost = agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap_err();
            assert_eq!(lost, Problem::CardRemoved { outcome_unknown: true });
        }
        assert!(!agent.agent.status().await.service_available);
        assert_eq!(agent.agent.pins(None).await.unwrap_err(), Problem::PcscUnavailable);
        agent.backend.set_service(true);
        let begun = Instant::now();
        let pins = agent.agent.pins(None).await.unwrap().pins;
        times.push(begun.elapsed());
        assert_eq!(pins.map(|pin| pin.tries.left()), [Some(3), Some(5)]);
        agent.sign(Answer::pin(SIGNATURE_PIN), 1).await.unwrap();
    }
    assert!(times.iter().all(|time| *time < Duration::from_secs(2)), "{times:?}");
    assert_eq!(agent.agent.status().await.readers[0].card, CardState::Jpki);
}

/// Threads of readers that have gone have gone too.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn readers_plugged_a_hundred_times_leave_no_thread_behind() {
    let named = |name: &str| {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
        tasks.filter(|task| std::fs::read_to_string(task.path().join("comm")).is_ok_and(|is| is.trim() == name)).count()
    };
    let agent = TestAgent::new().await;
    for _ in 0..100 {
        agent.backend.add_reader(SECOND);
        assert!(agent.backend.insert(SECOND, &standard_card_shared()));
        until_readers(&agent, &[READER, SECOND]).await;
        assert_eq!(agent.agent.status().await.readers.len(), 2);
        agent.backend.remove_reader(SECOND);
        until_readers(&agent, &[READER]).await;
    }
    let deadline = Instant::now() + Duration::from_secs(5);
    // One for the reader that stays; other tests of this program run beside this one with a few of theirs.
    while named("reader") > 20 {
        assert!(Instant::now() < deadline, "{} threads", named("reader"));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// One card for all turns: issuing certificates takes its time.
#[cfg(target_os = "linux")]
fn standard_card_shared() -> jpki_agent::simulator::CardHandle {
    static CARD: std::sync::OnceLock<jpki_agent::simulator::CardHandle> = std::sync::OnceLock::new();
    CARD.get_or_init(standard_card).clone()
}
