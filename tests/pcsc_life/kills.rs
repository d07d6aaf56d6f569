//! The service is killed in the middle of operations, again and again: no try is lost, and the agent works on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jpki_agent::agent::{Agent, CardState};
use jpki_agent::consent::scripted::{Answer, ScriptedConsent};
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::Problem;
use jpki_agent::reader::Policy;
use jpki_agent::simulator::{Fault, Trigger};

use super::{FIRST_SLOT, HANGS, InSlot, RECOVERY, agent, in_a_process_of_its_own, own_pcscd, report, until_state};
use crate::support::agent::{AUTHENTICATION_PIN, SIGNATURE_PIN, authentication, page, signature, standard_card};

#[test]
fn killed_and_restarted_twenty_times_during_operations() {
    in_a_process_of_its_own("kills::inner_killed_and_restarted_twenty_times");
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Status,
    Pins,
    Certificates,
    Authenticate,
    Sign,
}

async fn operate(agent: Arc<Agent>, consent: ScriptedConsent, operation: Operation) -> Result<(), Problem> {
    match operation {
        Operation::Status => {
            let _ = agent.status().await;
            Ok(())
        }
        Operation::Pins => agent.pins(None).await.map(drop),
        Operation::Certificates => agent.certificates(None).await.map(drop),
        Operation::Authenticate => {
            consent.push(Answer::pin(AUTHENTICATION_PIN));
            agent.authenticate(&page(), authentication()).await.map(drop)
        }
        Operation::Sign => {
            consent.push(Answer::pin(SIGNATURE_PIN));
            agent.sign(&page(), signature(2)).await.map(drop)
        }
    }
}

/// File handles and threads of this process.
fn holds() -> (usize, usize) {
    let count = |folder: &str| std::fs::read_dir(folder).unwrap().count();
    (count("/proc/self/fd"), count("/proc/self/task"))
}

#[tokio::test]
#[ignore = "runs in a process of its own, started by killed_and_restarted_twenty_times_during_operations"]
async fn inner_killed_and_restarted_twenty_times() {
    let mut pcscd = own_pcscd();
    pcscd.activate();
    pcscd.connect();
    let world = agent(Policy::default()).await;
    let card = standard_card();
    let slot = InSlot::new(&card, &pcscd.address(0));
    until_state(&world.agent, FIRST_SLOT, Some(CardState::Jpki)).await;
    // Where the command stands that is under way when the service dies: at what instruction, and the how manieth of it.
    let any = |skip| (Trigger::next().after(skip), false);
    let deaths: [(Operation, (Trigger, bool)); 10] = [
        (Operation::Status, any(0)),
        (Operation::Authenticate, (Trigger::verify(), true)),
        (Operation::Sign, (Trigger::sign().after(1), true)),
        (Operation::Sign, (Trigger::verify(), true)),
        (Operation::Pins, any(2)),
        (Operation::Certificates, any(3)),
        (Operation::Pins, any(0)),
        (Operation::Authenticate, (Trigger::sign(), true)),
        (Operation::Sign, any(1)),
        (Operation::Authenticate, any(7)),
    ];
    let (mut service_back, mut card_back, mut first) = (Vec::new(), Vec::new(), None);
    for (turn, (operation, (trigger, delicate))) in deaths.iter().cycle().take(20).cloned().enumerate() {
        card.forget_wire();
        card.clear_faults();
        // The status asks a card once, which it has done already: nothing to wait for there.
        let asks_the_card = !matches!(operation, Operation::Status);
        if asks_the_card {
            card.inject(trigger, Fault::Mute);
        }
        let under_way = tokio::spawn(operate(world.agent.clone(), world.consent.clone(), operation));
        let muted = card.clone();
        let is_mute =
            !asks_the_card || tokio::task::spawn_blocking(move || muted.wait_until_mute(HANGS)).await.unwrap();
        assert!(is_mute, "turn {turn}: {operation:?} never came so far: {:?}", card.wire().log);
        pcscd.kill();
        card.release();
        let result = tokio::time::timeout(HANGS, under_way).await.expect("it hangs").unwrap();
        match (operation, result) {
            (Operation::Status, Ok(())) => {}
            (_, Err(Problem::CardRemoved { outcome_unknown })) if outcome_unknown == delicate => {}
            (_, Err(Problem::PcscUnavailable)) if !delicate => {}
            (_, other) => panic!("turn {turn}: {operation:?}: {other:?}"),
        }
        assert!(card.wire().verifies <= 1, "turn {turn}: {:?}", card.wire());
        let gone = async {
            while world.agent.status().await.service_available {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(RECOVERY, gone).await.expect("the watch has not seen it go");
        card.clear_faults();
        world.consent.forget();

        // Nobody asks until the watch itself has seen that the service is back.
        let mut changes = world.agent.readers().changes();
        changes.borrow_and_update();
        let begun = Instant::now();
        pcscd.activate();
        tokio::time::timeout(HANGS, changes.changed()).await.expect("the watch does not see it").unwrap();
        service_back.push(begun.elapsed());
        until_state(&world.agent, FIRST_SLOT, Some(CardState::Jpki)).await;
        card_back.push(slot.inserted.lock().unwrap().elapsed());

        let verifies = card.wire().verifies;
        operate(world.agent.clone(), world.consent.clone(), operation).await.unwrap();
        let entered = usize::from(matches!(operation, Operation::Authenticate | Operation::Sign));
        assert_eq!(card.wire().verifies - verifies, entered);
        assert!(KeyKind::ALL.iter().all(|kind| !card.with(|card| card.is_verified(*kind))));
        let pins = world.agent.pins(None).await.unwrap().pins;
        assert_eq!(pins.map(|pin| pin.tries.left()), [Some(3), Some(5)], "turn {turn}: a try was lost");
        first.get_or_insert_with(holds);
    }
    let (first, last) = (first.unwrap(), holds());
    report(&format!(
        "PC/SC life: 20 kills, tries lost 0, hangs 0, restarts of the agent 0; handles and threads {first:?} after the first, {last:?} after the last"
    ));
    report(&format!("PC/SC life: back after the service (ms): {}", milliseconds(&service_back)));
    report(&format!("PC/SC life: back after the card (ms): {}", milliseconds(&card_back)));
    assert!(service_back.iter().chain(&card_back).all(|time| *time <= RECOVERY));
    assert!(last.0 <= first.0 + 3 && last.1 <= first.1 + 2, "{first:?} {last:?}");
}

fn milliseconds(times: &[Duration]) -> String {
    times.iter().map(|time| time.as_millis().to_string()).collect::<Vec<_>>().join(" ")
}
