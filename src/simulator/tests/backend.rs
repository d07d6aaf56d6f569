//! Simulated readers behave as PC/SC does.

use std::thread;
use std::time::Duration;

use super::*;
use crate::apdu::{Command, TruncatedResponse};
use crate::card::{Transmit, TransportError};
use crate::jpki::KeyKind;
use crate::reader::{Access, BackendKind, CardBackend, CardLink, Disposition, Presence};
use crate::simulator::{Fault, Moment, READER_NAME, SimulatorBackend, Trigger};

const GONE: TransportError = TransportError::Truncated(TruncatedResponse { length: 0 });
const SOON: Duration = Duration::from_secs(10);

fn stage() -> (SimulatorBackend, CardHandle) {
    let card = CardHandle::new(SoftwareCard::new(contents(), Variants::default()));
    (SimulatorBackend::with_card(&card), card)
}

fn connect(backend: &SimulatorBackend, access: Access) -> Result<Box<dyn CardLink>, TransportError> {
    backend.context().unwrap().connect(READER_NAME, access)
}

fn presence(backend: &SimulatorBackend) -> Presence {
    backend.context().unwrap().presence(READER_NAME).unwrap()
}

fn transmit(link: &mut dyn Transmit, command: &str) -> Result<u16, TransportError> {
    link.transmit(&Command::decode(&bytes(command)).unwrap()).map(|response| response.status().into())
}

fn open_authentication(link: &mut dyn Transmit) {
    for command in [SELECT_JPKI, "00A4020C020018", RIGHT_PIN] {
        assert_eq!(transmit(link, command), Ok(0x9000));
    }
}

#[test]
fn it_says_what_it_is() {
    assert_eq!(SimulatorBackend::new().kind(), BackendKind::Simulator);
    assert!(READER_NAME.contains("SIMULATED"));
}

#[test]
fn every_stay_of_a_card_has_another_number() {
    let (backend, card) = stage();
    let mut seen = vec![presence(&backend).insertion().unwrap()];
    assert!(backend.remove(READER_NAME).unwrap().is_same(&card));
    assert_eq!(presence(&backend), Presence::Empty);
    assert!(backend.remove(READER_NAME).is_none());
    let acts: [fn(&SimulatorBackend, &CardHandle) -> bool; 4] = [
        |backend, card| backend.insert(READER_NAME, card),
        |backend, card| backend.insert(READER_NAME, card),
        |backend, _| backend.insert_mute(READER_NAME),
        |backend, card| {
            backend.remove_reader(READER_NAME);
            backend.add_reader(READER_NAME);
            backend.insert(READER_NAME, card)
        },
    ];
    for act in acts {
        assert!(act(&backend, &card));
        let insertion = presence(&backend).insertion().unwrap();
        assert!(!seen.contains(&insertion));
        seen.push(insertion);
    }
    assert!(!backend.insert("no such reader", &card));
}

#[test]
fn connecting_needs_a_reader_and_a_card_that_answers() {
    let backend = SimulatorBackend::new();
    assert_eq!(connect(&backend, Access::Exclusive).err(), Some(TransportError::ReaderGone));
    backend.add_reader(READER_NAME);
    assert_eq!(connect(&backend, Access::Exclusive).err(), Some(TransportError::Removed));
    backend.insert_mute(READER_NAME);
    assert!(matches!(presence(&backend), Presence::Mute(_)));
    assert_eq!(connect(&backend, Access::Exclusive).err(), Some(TransportError::Mute));
}

#[test]
fn who_is_connected_decides_who_may_connect() {
    let (backend, _) = stage();
    let exclusive = connect(&backend, Access::Exclusive).unwrap();
    assert_eq!(connect(&backend, Access::Exclusive).err(), Some(TransportError::Busy));
    assert_eq!(connect(&backend, Access::SharedTransaction).err(), Some(TransportError::Busy));
    assert_eq!(backend.other_program(READER_NAME).err(), Some(TransportError::Busy));
    exclusive.disconnect(Disposition::Leave).unwrap();

    let mut other = backend.other_program(READER_NAME).unwrap();
    assert_eq!(connect(&backend, Access::Exclusive).err(), Some(TransportError::Busy));
    let mut transaction = connect(&backend, Access::SharedTransaction).unwrap();
    assert_eq!(transmit(&mut *transaction, SELECT_JPKI), Ok(0x9000));
    assert_eq!(transmit(&mut other, SELECT_JPKI), Err(TransportError::Busy));
    assert_eq!(connect(&backend, Access::SharedTransaction).err(), Some(TransportError::Busy));
    transaction.disconnect(Disposition::Leave).unwrap();
    assert_eq!(transmit(&mut other, SELECT_JPKI), Ok(0x9000));
}

#[test]
fn what_one_program_verifies_serves_the_next_unless_power_is_cut() {
    for (disposition, verified) in
        [(Disposition::Leave, true), (Disposition::Reset, true), (Disposition::Unpower, false)]
    {
        let (backend, card) = stage();
        let mut link = connect(&backend, Access::Exclusive).unwrap();
        open_authentication(&mut *link);
        link.disconnect(disposition).unwrap();
        assert_eq!(card.with(|card| card.is_verified(KeyKind::Authentication)), verified);
        assert_eq!(card.with(|card| card.is_powered()), verified);
        let mut other = backend.other_program(READER_NAME).unwrap();
        assert_eq!(transmit(&mut other, SELECT_JPKI), Ok(0x9000));
        let signed = if verified { 0x9000 } else { 0x6982 };
        assert_eq!(transmit(&mut other, "802A0097015A00"), Ok(signed));
    }
}

#[test]
fn a_link_that_is_dropped_resets_and_frees_the_card() {
    let (backend, card) = stage();
    let mut link = connect(&backend, Access::Exclusive).unwrap();
    open_authentication(&mut *link);
    drop(link);
    assert!(card.with(|card| card.is_verified(KeyKind::Authentication)), "a reset does not close this card");
    let mut link = connect(&backend, Access::Exclusive).unwrap();
    assert_eq!(transmit(&mut *link, "00A40000"), Ok(0x6A86), "but nothing is selected any more");
}

#[test]
fn a_reset_by_another_program_is_told_until_the_link_is_closed() {
    for disposition in [Disposition::Reset, Disposition::Unpower] {
        let (backend, _) = stage();
        let other = backend.other_program(READER_NAME).unwrap();
        let mut link = connect(&backend, Access::SharedTransaction).unwrap();
        assert_eq!(transmit(&mut *link, SELECT_JPKI), Ok(0x9000));
        other.disconnect(disposition).unwrap();
        assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(TransportError::Reset));
        assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(TransportError::Reset));
        link.disconnect(Disposition::Unpower).unwrap();
        assert_eq!(transmit(&mut *connect(&backend, Access::Exclusive).unwrap(), SELECT_JPKI), Ok(0x9000));
    }
    let (backend, card) = stage();
    let mut link = connect(&backend, Access::Exclusive).unwrap();
    card.inject(Trigger::next(), Fault::Reset);
    for _ in 0..2 {
        assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(TransportError::Reset));
    }
    assert_eq!(card.wire().commands, 1);
}

#[test]
fn a_link_does_not_outlive_the_stay_of_its_card() {
    let (backend, card) = stage();
    let mut link = connect(&backend, Access::Exclusive).unwrap();
    open_authentication(&mut *link);
    backend.insert(READER_NAME, &card); // out and in again
    assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(TransportError::Removed));
    assert!(!card.with(|card| card.is_verified(KeyKind::Authentication)));
    let mut second = connect(&backend, Access::Exclusive).unwrap();
    open_authentication(&mut *second);
    link.disconnect(Disposition::Unpower).unwrap();
    assert!(card.with(|card| card.is_powered()), "closing the old link does nothing to the new stay");

    backend.remove_reader(READER_NAME);
    assert_eq!(transmit(&mut *second, SELECT_JPKI), Err(TransportError::ReaderGone));
    assert_eq!(second.disconnect(Disposition::Unpower), Err(TransportError::ReaderGone));
}

#[test]
fn a_card_pulled_out_during_a_command_gives_no_bytes_and_is_gone() {
    for moment in [Moment::BeforeActing, Moment::AfterActing] {
        let (backend, card) = stage();
        let mut link = connect(&backend, Access::Exclusive).unwrap();
        card.inject(Trigger::next(), Fault::Removed(moment));
        assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(GONE));
        assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(TransportError::Removed));
        assert_eq!(presence(&backend), Presence::Empty);
    }
}

#[test]
fn a_mute_card_can_be_pulled_out_from_outside() {
    let (backend, card) = stage();
    card.inject(Trigger::next(), Fault::Mute);
    let user = thread::spawn({
        let backend = backend.clone();
        move || transmit(&mut *connect(&backend, Access::Exclusive).unwrap(), SELECT_JPKI)
    });
    assert!(card.wait_until_mute(SOON));
    assert!(backend.insert(READER_NAME, &card));
    assert_eq!(user.join().unwrap(), Err(GONE));
    assert!(presence(&backend).insertion().is_some(), "the new stay is not disturbed by the end of the old one");
}

#[test]
fn reader_and_service_may_go_during_a_command() {
    let (backend, card) = stage();
    let mut link = connect(&backend, Access::Exclusive).unwrap();
    card.inject(Trigger::next(), Fault::ReaderGone(Moment::AfterActing));
    assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(TransportError::ReaderGone));
    assert_eq!(backend.readers(), []);

    let (backend, card) = stage();
    let mut link = connect(&backend, Access::Exclusive).unwrap();
    card.inject(Trigger::next(), Fault::ServiceGone(Moment::AfterActing));
    assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(TransportError::Communication));
    assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(TransportError::ServiceUnavailable));
    assert_eq!(backend.context().err(), Some(TransportError::ServiceUnavailable));
}

#[test]
fn what_was_opened_before_the_service_ended_stays_useless() {
    let (backend, card) = stage();
    let mut context = backend.context().unwrap();
    let (mut watch, _canceller) = backend.watch().unwrap();
    let mut link = connect(&backend, Access::Exclusive).unwrap();
    open_authentication(&mut *link);
    backend.set_service(false);
    assert!(!card.with(|card| card.is_verified(KeyKind::Authentication)));
    assert_eq!(backend.watch().err(), Some(TransportError::ServiceUnavailable));
    backend.set_service(true);
    assert_eq!(context.presence(READER_NAME), Err(TransportError::ServiceUnavailable));
    assert_eq!(watch.wait(), Err(TransportError::ServiceUnavailable));
    assert_eq!(transmit(&mut *link, SELECT_JPKI), Err(TransportError::ServiceUnavailable));
    assert_eq!(transmit(&mut *connect(&backend, Access::Exclusive).unwrap(), SELECT_JPKI), Ok(0x9000));
}

#[test]
fn another_card_is_noticed_or_gets_the_command() {
    for noticed in [true, false] {
        let (backend, card) = stage();
        let before = presence(&backend);
        let other = CardHandle::new(SoftwareCard::new(contents(), Variants::default()));
        let mut link = connect(&backend, Access::Exclusive).unwrap();
        open_authentication(&mut *link);
        card.inject(Trigger::sign(), Fault::Swapped { with: other.clone(), noticed });
        let outcome = transmit(&mut *link, "802A0097015A00");
        assert_eq!(outcome, if noticed { Err(TransportError::Removed) } else { Ok(0x6986) });
        assert_eq!(other.wire().signatures, usize::from(!noticed));
        assert_eq!(presence(&backend) == before, !noticed);
        assert!(backend.remove(READER_NAME).unwrap().is_same(&other));
    }
}

#[test]
fn a_watch_sleeps_until_something_changes_or_it_is_cancelled() {
    let (backend, card) = stage();
    let (mut watch, canceller) = backend.watch().unwrap();
    let first = watch.wait().unwrap();
    assert_eq!(first, backend.readers());
    let (results, received) = std::sync::mpsc::channel();
    let watcher = thread::spawn(move || {
        loop {
            let result = watch.wait();
            let over = result.is_err();
            results.send(result).unwrap();
            if over {
                return watch;
            }
        }
    });
    let changes: [fn(&SimulatorBackend, &CardHandle); 4] = [
        |backend, _| drop(backend.remove(READER_NAME)),
        |backend, card| assert!(backend.insert(READER_NAME, card)),
        |backend, _| backend.add_reader("SIMULATED reader 01 00"),
        |backend, _| backend.remove_reader(READER_NAME),
    ];
    for change in changes {
        assert!(received.recv_timeout(Duration::from_millis(20)).is_err(), "nothing has changed");
        change(&backend, &card);
        assert_eq!(received.recv_timeout(SOON).unwrap().unwrap(), backend.readers());
    }
    canceller.cancel();
    assert_eq!(received.recv_timeout(SOON).unwrap(), Err(TransportError::ServiceUnavailable));
    let mut watch = watcher.join().unwrap();
    canceller.cancel();
    assert!(watch.wait().is_err(), "the next one");
    backend.add_reader("SIMULATED reader 02 00");
    assert_eq!(watch.wait().unwrap().len(), 2);
}
