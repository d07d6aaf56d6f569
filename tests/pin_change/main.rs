//! Changing a PIN: what goes over the wire, what is asked, which PIN is in force whatever goes wrong; and choosing one of
//! several cards.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod choosing;
mod entries;
mod http;
mod states;
#[path = "../support/mod.rs"]
mod support;
mod wire;

use jpki_agent::agent::{Caller, ChangePinRequest, PinChanged};
use jpki_agent::consent::scripted::Answer;
use jpki_agent::consent::{Asker, ProgramIdentity, Seat};
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::{PinAfterwards, Problem};
use support::agent::{AUTHENTICATION_PIN, SIGNATURE_PIN, TestAgent};

/// A new PIN of each kind that nothing is wrong with.
const NEW_PIN: &str = "4821";
const NEW_PASSWORD: &str = "KW48TR";

fn program() -> Caller {
    let identity = ProgramIdentity { pid: Some(4711), name: Some("jpki-agent".into()) };
    Caller { asker: Asker::Program(identity), seat: Seat::default() }
}

fn request(key_kind: KeyKind) -> ChangePinRequest {
    ChangePinRequest { key_kind, reader: None, understands_unproven: false }
}

/// What a person types who does everything right.
fn entries(key_kind: KeyKind) -> [Answer; 3] {
    match key_kind {
        KeyKind::Authentication => [AUTHENTICATION_PIN, NEW_PIN, NEW_PIN],
        KeyKind::Signature => [SIGNATURE_PIN, NEW_PASSWORD, NEW_PASSWORD],
    }
    .map(Answer::pin)
}

/// Changes the PIN with these answers.
async fn change(
    agent: &TestAgent,
    key_kind: KeyKind,
    answers: impl IntoIterator<Item = Answer>,
) -> Result<PinChanged, Problem> {
    agent.answers(answers);
    agent.agent.change_pin(&program(), request(key_kind)).await
}

/// What ended a change, and which PIN it says is in force.
#[track_caller]
fn failure(result: Result<PinChanged, Problem>) -> (Problem, PinAfterwards) {
    match result.unwrap_err() {
        Problem::PinChange { pin, cause, .. } => (*cause, pin),
        other => panic!("nothing is said about the PIN: {other:?}"),
    }
}

/// Does the card take this entry? Looked up on the card itself, with its counter left alone.
fn card_takes(agent: &TestAgent, key_kind: KeyKind, entry: &str) -> bool {
    use jpki_agent::apdu::Command;
    use jpki_agent::jpki::{INDIVIDUAL_NUMBER_CARD, ids};
    let profile = INDIVIDUAL_NUMBER_CARD.key(key_kind);
    agent.card.with(|card| {
        let left = card.tries_left(key_kind);
        card.power_on();
        card.exchange(&Command::select_nothing().encode());
        card.exchange(&Command::select_applet(&ids::JPKI_AID).encode());
        card.exchange(&Command::select_file(profile.pin).encode());
        let verify = profile.pin_rule.check(entry).unwrap().into_command();
        let taken = card.exchange(&verify.encode()) == [0x90, 0x00];
        card.set_tries_left(key_kind, left);
        card.power_off();
        taken
    })
}
