//! The one token that is genuine.

use jpki_agent::card::Transmit;
use jpki_agent::jpki::{self, INDIVIDUAL_NUMBER_CARD};
use jpki_agent::simulator::card::AUTHENTICATION_PIN;
use jpki_agent::simulator::{SoftwareCard, Variants};
use jpki_agent::webeid::Challenge;

use crate::CARD;

/// Whom it is for.
pub const ORIGIN: &str = "https://portal.example";
/// What it answers.
pub const NONCE: &str = "12345678123456781234567812345678912356789123";

/// What the software card signs for a log-in.
pub fn signature(challenge: &Challenge) -> Vec<u8> {
    let mut card = SoftwareCard::new(CARD.clone(), Variants::default());
    card.power_on();
    let card: &mut dyn Transmit = &mut card;
    let profile = &INDIVIDUAL_NUMBER_CARD;
    jpki::select(card, profile).expect("selected");
    jpki::query_tries(card, &profile.authentication).expect("asked");
    let pin = profile.authentication.pin_rule.check(AUTHENTICATION_PIN).expect("well-formed");
    jpki::verify(card, pin).expect("verified");
    jpki::sign_challenge(card, profile, challenge).expect("signed")
}
