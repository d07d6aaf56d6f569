//! Any bytes as what a virtual reader sends, up to the software card and back.
#![no_main]

use std::io::Cursor;

use jpki_agent::apdu::Command;
use jpki_agent::jpki::{INDIVIDUAL_NUMBER_CARD, KeyKind};
use jpki_agent::simulator::vpcd::frame::{self, Request};
use jpki_agent::simulator::{SoftwareCard, Variants};
use jpki_agent_fuzz::CARD;
use libfuzzer_sys::fuzz_target;

/// A signature takes as long as thousands of other commands.
const MAX_SIGNATURES: usize = 2;

fuzz_target!(|data: &[u8]| {
    let mut stream = Cursor::new(data);
    let mut card = SoftwareCard::new(CARD.clone(), Variants::default());
    let mut signatures = 0;
    loop {
        let before = usize::try_from(stream.position()).expect("small");
        let Ok(body) = frame::read(&mut stream, |_| Ok(())) else { break };
        let taken = usize::try_from(stream.position()).expect("small") - before;
        assert_eq!(taken, body.len() + 2, "a frame is its length and so many bytes");
        match Request::decode(&body) {
            Request::PowerOff => card.power_off(),
            Request::PowerOn => card.power_on(),
            Request::Reset => card.warm_reset(),
            Request::Atr => {}
            Request::Command(wire) => {
                signatures += usize::from(wire.get(1) == Some(&0x2A));
                if signatures > MAX_SIGNATURES {
                    break;
                }
                exchange(&mut card, wire);
            }
        }
    }
});

fn exchange(card: &mut SoftwareCard, wire: &[u8]) {
    let state = |card: &SoftwareCard| KeyKind::ALL.map(|kind| (card.tries_left(kind), card.is_verified(kind)));
    let before = state(card);
    let answer = card.exchange(wire);
    let frame = frame::encode(&answer).expect("a card always answers");
    assert_eq!(frame.len(), answer.len() + 2);
    assert!(answer.len() >= 2);
    let presents = Command::decode(wire).is_ok_and(|command| command.presents_pin());
    for ((kind, (tries, verified)), (tries_now, verified_now)) in KeyKind::ALL.into_iter().zip(before).zip(state(card))
    {
        let most = INDIVIDUAL_NUMBER_CARD.key(kind).tries_max;
        assert!(tries_now == tries || presents, "{kind:?}: a counter moved without a PIN");
        assert!(tries_now == tries || tries_now + 1 == tries || tries_now == most, "{kind:?}: {tries} to {tries_now}");
        assert!(!verified_now || verified || (presents && answer == [0x90, 0x00]), "{kind:?}: verified by nothing");
        assert!(!verified_now || (card.is_powered() && tries_now > 0));
    }
}
