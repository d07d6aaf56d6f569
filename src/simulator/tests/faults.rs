//! Faults, delays, and what is counted, through a [`CardHandle`] that another thread uses.

use std::thread;
use std::time::{Duration, Instant};

use super::*;
use crate::apdu::TruncatedResponse;
use crate::card::{Transmit, TransportError};
use crate::jpki::KeyKind;
use crate::simulator::{Delays, Fault, Incident, Moment, Trigger};

const SOON: Duration = Duration::from_secs(10);

/// A card with the authentication PIN's file current.
fn before_verify() -> CardHandle {
    let card = handle();
    card.with(|card| check(card, &[(SELECT_JPKI, 0x9000), ("00A4020C020018", 0x9000)]));
    card
}

#[test]
fn a_card_that_goes_before_acting_spends_no_try_and_after_acting_one() {
    for (moment, left) in [(Moment::BeforeActing, 3), (Moment::AfterActing, 2)] {
        let faults =
            [Fault::Removed(moment), Fault::ReaderGone(moment), Fault::ServiceGone(moment), Fault::LinkFailed(moment)];
        for fault in faults {
            let card = before_verify();
            card.inject(Trigger::verify(), fault.clone());
            assert!(card.exchange(&bytes("00200080")).is_ok(), "a query is no VERIFY");
            assert!(card.exchange(&bytes(WRONG_PIN)).is_err());
            assert_eq!(card.with(|card| card.tries_left(KeyKind::Authentication)), left, "{fault:?}");
            assert_eq!(card.wire().verifies, 1);
            assert_eq!(card.wire().log.back().unwrap().status, None);
        }
    }
}

#[test]
fn a_fault_waits_for_its_command_and_happens_once() {
    let card = handle();
    card.inject(Trigger::next().after(2), Fault::Status(StatusWord::MEMORY_FAILURE));
    card.inject(Trigger::instruction(0xB0).after(1), Fault::Empty);
    let answers: Vec<Vec<u8>> = [SELECT_JPKI, "00B0860001", "00B0860001", "00B0860001", "00B0860001"]
        .iter()
        .map(|command| card.exchange(&bytes(command)).unwrap())
        .collect();
    assert_eq!(answers[0], [0x90, 0x00]);
    assert_eq!(answers[1].len(), 3);
    // Both were due at the third command; the first one added happens, the other at the next occasion.
    assert_eq!(answers[2], [0x65, 0x81]);
    assert!(answers[3].is_empty());
    assert_eq!(answers[4].len(), 3);
    card.inject(Trigger::next(), Fault::Empty);
    card.clear_faults();
    assert_eq!(card.exchange(&bytes(SELECT_JPKI)).unwrap(), [0x90, 0x00]);
}

#[test]
fn answers_are_spoilt_as_asked() {
    let card = handle();
    card.exchange(&bytes(SELECT_JPKI)).unwrap();
    let good = card.exchange(&bytes("00B0860020")).unwrap();
    let spoilt = |fault| {
        card.inject(Trigger::next(), fault);
        card.exchange(&bytes("00B0860020")).unwrap()
    };
    assert!(spoilt(Fault::Empty).is_empty());
    assert_eq!(spoilt(Fault::OneByte), good[..1]);
    assert_eq!(spoilt(Fault::Status(StatusWord::EXECUTION_ERROR)), [0x64, 0x00]);
    let flipped = spoilt(Fault::FlipBit(12));
    assert_eq!((flipped[1], &flipped[2..]), (good[1] ^ 0x10, &good[2..]));
    assert_eq!(spoilt(Fault::KeepData(5)), [&good[..5], &[0x90, 0x00]].concat());
    assert_eq!(spoilt(Fault::ExtraData(3)), [&good[..32], &[0xA5, 0xA5, 0xA5, 0x90, 0x00]].concat());
    let random = spoilt(Fault::RandomData(9));
    assert_eq!((random.len(), &random[32..]), (34, &[0x90, 0x00][..]));
    assert_ne!(random, good);
    assert_eq!(card.exchange(&bytes("00B0860020")).unwrap(), good);
}

#[test]
fn a_status_word_alone_has_no_data_to_spoil() {
    for fault in [Fault::FlipBit(99), Fault::KeepData(9), Fault::RandomData(1)] {
        let card = handle();
        card.inject(Trigger::next(), fault);
        assert_eq!(card.exchange(&bytes(SELECT_JPKI)).unwrap(), [0x90, 0x00]);
    }
}

#[test]
fn a_mute_card_answers_when_released_or_never_when_pulled_out() {
    for pulled in [false, true] {
        let card = before_verify();
        card.inject(Trigger::verify(), Fault::Mute);
        let user = thread::spawn({
            let card = card.clone();
            move || card.exchange(&bytes(RIGHT_PIN))
        });
        assert!(card.wait_until_mute(SOON));
        assert!(card.with(|card| card.is_verified(KeyKind::Authentication)), "it has acted");
        if pulled {
            card.pull_out()
        } else {
            card.release()
        }
        let outcome = user.join().unwrap();
        match pulled {
            true => assert!(matches!(outcome, Err(Incident::Removed))),
            false => assert_eq!(outcome.unwrap(), [0x90, 0x00]),
        }
    }
}

#[test]
fn one_command_at_a_time() {
    let card = handle();
    card.inject(Trigger::next(), Fault::Mute);
    let users: Vec<_> = (0..2)
        .map(|_| {
            let card = card.clone();
            thread::spawn(move || card.exchange(&bytes(SELECT_JPKI)).unwrap())
        })
        .collect();
    assert!(card.wait_until_mute(SOON));
    assert!(!card.wait_until(Duration::from_millis(50), |wire| wire.commands > 1));
    card.release();
    for user in users {
        assert_eq!(user.join().unwrap(), [0x90, 0x00]);
    }
    assert!(card.wait_until(SOON, |wire| wire.commands == 2));
}

#[test]
fn delays_take_time_and_end_when_the_card_goes() {
    let delays = Delays { command: Duration::from_millis(30), byte: Duration::from_micros(100), ..Delays::default() };
    assert_eq!(delays.total(100, false), Duration::from_millis(40));
    assert_eq!(Delays::CONTACTLESS.total(0, true), Duration::from_millis(305));
    let card = CardHandle::new(powered(Variants { delays, ..Variants::default() }));
    let start = Instant::now();
    card.exchange(&bytes(SELECT_JPKI)).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(31));

    card.with(|card| card.variants_mut().delays.command = Duration::from_secs(3600));
    let user = thread::spawn({
        let card = card.clone();
        move || card.exchange(&bytes(SELECT_JPKI))
    });
    assert!(card.wait_until(SOON, |wire| wire.commands == 2));
    card.pull_out();
    assert!(matches!(user.join().unwrap(), Err(Incident::Removed)));
}

#[test]
fn the_log_has_lengths_and_no_bodies() {
    let card = before_verify();
    for command in [RIGHT_PIN, "002401800439383736", "00A4040C07A0000000031010", SELECT_ISSUER, "00"] {
        card.exchange(&bytes(command)).unwrap();
    }
    let wire = card.wire();
    assert_eq!((wire.commands, wire.verifies, wire.changes, wire.foreign_selects), (5, 1, 1, 1));
    assert_eq!((wire.seen(0xA4), wire.seen(0x20)), (2, 1));
    let first = wire.log[0];
    assert_eq!((first.header, first.body_length, first.expected), ([0x00, 0x20, 0x00, 0x80], 4, None));
    let statuses: Vec<u16> = wire.statuses().into_iter().map(|status| status.unwrap().into()).collect();
    assert_eq!(statuses, [0x9000, 0x9000, 0x6A82, 0x9000, 0x6700]);
    let shown = format!("{wire:?} {card:?} {:?}", contents());
    assert!(!shown.contains("31, 32, 33") && !shown.contains("49, 50, 51") && !shown.contains("1234"), "{shown}");
}

#[test]
fn carried_directly_faults_become_faults_of_transport() {
    let other = handle();
    for (fault, error) in [
        (Fault::Removed(Moment::BeforeActing), TransportError::Truncated(TruncatedResponse { length: 0 })),
        (Fault::ReaderGone(Moment::BeforeActing), TransportError::ReaderGone),
        (Fault::ServiceGone(Moment::BeforeActing), TransportError::ServiceUnavailable),
        (Fault::LinkFailed(Moment::AfterActing), TransportError::Communication),
        (Fault::Reset, TransportError::Reset),
        (Fault::Swapped { with: other.clone(), noticed: true }, TransportError::Removed),
        (Fault::OneByte, TransportError::Truncated(TruncatedResponse { length: 1 })),
    ] {
        let mut card = handle();
        card.inject(Trigger::next(), fault);
        let command = crate::apdu::Command::select_nothing();
        assert_eq!(card.transmit(&command), Err(error));
    }
    let mut card = handle();
    card.inject(Trigger::next(), Fault::Swapped { with: other.clone(), noticed: false });
    card.transmit(&crate::apdu::Command::select_nothing()).unwrap();
    assert!(card.is_same(&other));
    assert_eq!(other.wire().commands, 1);
}
