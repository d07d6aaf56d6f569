//! Readers and cards that are others after the service came back, or more.

use jpki_agent::agent::CardState;
use jpki_agent::consent::scripted::Answer;
use jpki_agent::problem::Problem;
use jpki_agent::reader::Policy;

use super::{FIRST_SLOT, InSlot, SECOND_SLOT, agent, id, in_a_process_of_its_own, own_pcscd, until_state};
use crate::support::agent::{SIGNATURE_PIN, page, signature, standard_card};

#[test]
fn two_cards_three_cards_and_other_readers_after_a_restart() {
    in_a_process_of_its_own("readers::inner_two_cards_three_cards_and_other_readers");
}

#[tokio::test]
#[ignore = "runs in a process of its own, started by two_cards_three_cards_and_other_readers_after_a_restart"]
async fn inner_two_cards_three_cards_and_other_readers() {
    const THIRD_SLOT: &str = "Second PCD 00 00";
    let mut pcscd = own_pcscd();
    let spare = pcscd.plug_second_reader();
    pcscd.activate();
    pcscd.connect();
    let world = agent(Policy::default()).await;
    let agent = &world.agent;
    let cards = [standard_card(), standard_card(), standard_card()];
    let addresses = [pcscd.address(0), pcscd.address(1), spare.address(0)];
    let mut slots: Vec<_> = cards.iter().zip(&addresses).map(|(card, address)| InSlot::new(card, address)).collect();
    let names = [FIRST_SLOT, SECOND_SLOT, THIRD_SLOT];
    for name in names {
        until_state(agent, name, Some(CardState::Jpki)).await;
    }
    assert_eq!(agent.pins(None).await.unwrap_err(), Problem::SeveralCards);
    for (name, card) in names.into_iter().zip(&cards) {
        card.forget_wire();
        agent.pins(Some(&id(agent, name).await)).await.unwrap();
        assert!(card.wire().commands > 0, "{name} is another reader");
    }
    // Two left, then one: which needs no name any more.
    drop(slots.pop());
    until_state(agent, THIRD_SLOT, Some(CardState::None)).await;
    assert_eq!(agent.pins(None).await.unwrap_err(), Problem::SeveralCards);
    drop(slots.pop());
    until_state(agent, SECOND_SLOT, Some(CardState::None)).await;
    agent.pins(None).await.unwrap();
    // The same card in another reader.
    let first_id = id(agent, FIRST_SLOT).await;
    drop(slots.pop());
    until_state(agent, FIRST_SLOT, Some(CardState::None)).await;
    assert_eq!(agent.pins(None).await.unwrap_err(), Problem::NoCard);
    let moved = InSlot::new(&cards[0], &addresses[1]);
    until_state(agent, SECOND_SLOT, Some(CardState::Jpki)).await;
    world.consent.push(Answer::pin(SIGNATURE_PIN));
    agent.sign(&page(), signature(1)).await.unwrap();
    assert_eq!(agent.pins(Some(&first_id)).await.unwrap_err(), Problem::NoCard);
    drop(moved);

    // The service comes back without that reader, and then with it: the same id.
    let third_id = id(agent, THIRD_SLOT).await;
    pcscd.stop();
    pcscd.set_first_reader(false);
    pcscd.activate();
    until_state(agent, FIRST_SLOT, None).await;
    until_state(agent, THIRD_SLOT, Some(CardState::None)).await;
    assert_eq!(id(agent, THIRD_SLOT).await, third_id);
    assert_eq!(agent.pins(Some(&first_id)).await.unwrap_err(), Problem::NoReader);
    let _only = InSlot::new(&cards[2], &addresses[2]);
    until_state(agent, THIRD_SLOT, Some(CardState::Jpki)).await;
    agent.pins(None).await.unwrap();
    pcscd.stop();
    pcscd.set_first_reader(true);
    pcscd.activate();
    until_state(agent, FIRST_SLOT, Some(CardState::None)).await;
    assert_eq!(id(agent, FIRST_SLOT).await, first_id);
}
