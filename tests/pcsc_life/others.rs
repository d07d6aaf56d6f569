//! Other programs on the same card: for themselves alone, sharing it, in a transaction, resetting it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jpki_agent::agent::CardState;
use jpki_agent::consent::scripted::{Answer, End, Shown};
use jpki_agent::problem::Problem;
use jpki_agent::reader::Policy;
use pcsc::{Context, Disposition, Protocols, Scope, ShareMode};

use super::{
    FIRST_SLOT, HANGS, InSlot, SECOND_SLOT, agent, id, in_a_process_of_its_own, own_pcscd, report, until_state,
};
use crate::support::agent::{SIGNATURE_PIN, page, signature_in, standard_card};

#[test]
fn another_program_has_the_card() {
    in_a_process_of_its_own("others::inner_another_program_has_the_card");
}

#[test]
fn who_notices_late_that_the_service_was_gone_takes_no_card_for_another() {
    in_a_process_of_its_own("others::inner_who_notices_late_takes_no_card_for_another");
}

#[tokio::test]
#[ignore = "runs in a process of its own, started by another_program_has_the_card"]
async fn inner_another_program_has_the_card() {
    let mut pcscd = own_pcscd();
    pcscd.activate();
    pcscd.connect();
    let patience = Duration::from_millis(200);
    let world = agent(Policy { patience, operation_limit: Duration::from_secs(3), ..Policy::default() }).await;
    let agent = &world.agent;
    let (first, second) = (standard_card(), standard_card());
    let _slots = [InSlot::new(&first, &pcscd.address(0)), InSlot::new(&second, &pcscd.address(1))];
    until_state(agent, FIRST_SLOT, Some(CardState::Jpki)).await;
    until_state(agent, SECOND_SLOT, Some(CardState::Jpki)).await;
    let (here, there) = (id(agent, FIRST_SLOT).await, id(agent, SECOND_SLOT).await);
    let other = Context::establish(Scope::User).unwrap();
    let name = std::ffi::CString::new(FIRST_SLOT).unwrap();
    let open = |mode| other.connect(&name, mode, Protocols::ANY).unwrap();

    // For itself alone: busy, as long as it lasts.
    let held = open(ShareMode::Exclusive);
    assert_eq!(agent.pins(Some(&here)).await.unwrap_err(), Problem::CardBusy);
    world.consent.push(Answer::pin(SIGNATURE_PIN));
    assert_eq!(agent.sign(&page(), signature_in(&here, 1)).await.unwrap_err(), Problem::CardBusy);
    agent.pins(Some(&there)).await.unwrap();
    held.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
    agent.pins(Some(&here)).await.unwrap();

    // Shared: shared with it.
    let held = open(ShareMode::Shared);
    agent.pins(Some(&here)).await.unwrap();
    held.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();

    // In a transaction, for which PC/SC waits without limit: the caller is told, the other reader goes on.
    let mut held = open(ShareMode::Shared);
    let transaction = held.transaction().unwrap();
    let commands = first.wire().commands;
    let begun = Instant::now();
    assert_eq!(agent.pins(Some(&here)).await.unwrap_err(), Problem::CardTimeout { outcome_unknown: false });
    assert!((Duration::from_secs(3)..Duration::from_secs(10)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    agent.pins(Some(&there)).await.unwrap();
    assert_eq!(first.wire().commands, commands, "nothing was sent to a card that is another's");
    drop(transaction);
    held.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
    let again = tokio::time::timeout(HANGS, async {
        while agent.pins(Some(&here)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    again.await.expect("free, and still not to be had");

    // It resets the card again and again: between our connecting and the beginning of our transaction too, which is
    // "busy". A reset that pcscd had let in just before strikes within our transaction: then the card "was removed".
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let (stopping, reader) = (stop.clone(), name.clone());
    let resetter = std::thread::spawn(move || {
        let context = Context::establish(Scope::User).unwrap();
        let mut resets = 0_u32;
        let mut held: Option<pcsc::Card> = None;
        while !stopping.load(std::sync::atomic::Ordering::Relaxed) {
            match &mut held {
                None => held = context.connect(&reader, ShareMode::Shared, Protocols::ANY).ok(),
                Some(card) => match card.reconnect(ShareMode::Shared, Protocols::ANY, Disposition::ResetCard) {
                    Ok(()) => resets += 1,
                    Err(_) => held = None,
                },
            }
        }
        if let Some(card) = held {
            let _ = card.disconnect(Disposition::LeaveCard);
        }
        resets
    });
    let (mut read, mut busy, mut lost) = (0, 0, 0);
    for _ in 0..40 {
        match agent.pins(Some(&here)).await {
            Ok(_) => read += 1,
            Err(Problem::CardBusy) => busy += 1,
            Err(Problem::CardRemoved { outcome_unknown: false }) => lost += 1,
            Err(other) => panic!("{other:?} where another program resets the card"),
        }
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let resets = resetter.join().unwrap();
    report(&format!(
        "PC/SC life: another program reset the card {resets} times: {read} reads done, {busy} answered busy, {lost} card removed"
    ));
    assert!(resets > 0 && busy > 0, "none of them in the way");
    agent.pins(Some(&here)).await.unwrap();
    assert_eq!(first.wire().verifies, 0);
}

/// A reader's thread that waits for another program meets the end of the service long after the watch has, when readers
/// and cards are listed anew already. That must not make those cards look exchanged: it would close prompts.
#[tokio::test]
#[ignore = "runs in a process of its own, started by who_notices_late_that_the_service_was_gone_takes_no_card_for_another"]
async fn inner_who_notices_late_takes_no_card_for_another() {
    let mut pcscd = own_pcscd();
    pcscd.activate();
    pcscd.connect();
    let world = agent(Policy::default()).await;
    let (first, second) = (standard_card(), standard_card());
    let _slot = InSlot::new(&first, &pcscd.address(0));
    until_state(&world.agent, FIRST_SLOT, Some(CardState::Jpki)).await;
    let here = id(&world.agent, FIRST_SLOT).await;
    let other = Context::establish(Scope::User).unwrap();
    let held =
        other.connect(&std::ffi::CString::new(FIRST_SLOT).unwrap(), ShareMode::Exclusive, Protocols::ANY).unwrap();
    let (waiting, named) = (world.agent.clone(), here.clone());
    let waiting = tokio::spawn(async move { waiting.pins(Some(&named)).await });
    tokio::time::sleep(Duration::from_millis(250)).await; // into its retries
    pcscd.kill();
    pcscd.activate();
    let gone = tokio::time::timeout(HANGS, waiting).await.expect("it hangs").unwrap().unwrap_err();
    assert!(matches!(gone, Problem::PcscUnavailable | Problem::CardRemoved { outcome_unknown: false }), "{gone:?}");
    drop((held, other));
    until_state(&world.agent, FIRST_SLOT, Some(CardState::Jpki)).await;

    // While the person types, a card comes into the other slot: the prompt stays.
    world.consent.push(Answer::Never);
    let request = signature_in(&here, 1);
    let signing = tokio::spawn({
        let agent = world.agent.clone();
        async move { agent.sign(&page(), request).await }
    });
    let is_open = |shown: &Vec<Shown>| shown.last().is_some_and(|shown| shown.end == End::Open);
    tokio::time::timeout(HANGS, world.consent.wait_for(is_open)).await.expect("no prompt");
    let _second_slot = InSlot::new(&second, &pcscd.address(1));
    until_state(&world.agent, SECOND_SLOT, Some(CardState::Jpki)).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!signing.is_finished(), "{:?}", signing.await);
    signing.abort();
    assert_eq!((first.wire().verifies, second.wire().verifies), (0, 0));
}
