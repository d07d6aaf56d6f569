//! One PIN of the software card: what it is, tries left, whether it is verified (`card-protocol.md` 5).

use zeroize::Zeroizing;

use super::variants::Variants;
use crate::apdu::StatusWord;
use crate::pin::PinRule;

/// State of one PIN. The counter outlives power; the verified state does not.
pub(super) struct PinState {
    value: Zeroizing<Vec<u8>>,
    rule: PinRule,
    tries_left: u8,
    tries_max: u8,
    pub(super) verified: bool,
}

impl PinState {
    pub(super) fn new(value: &[u8], rule: PinRule, tries_max: u8) -> Self {
        Self { value: Zeroizing::new(value.to_vec()), rule, tries_left: tries_max, tries_max, verified: false }
    }

    pub(super) fn tries_left(&self) -> u8 {
        self.tries_left
    }

    pub(super) fn set_tries_left(&mut self, tries_left: u8) {
        self.tries_left = tries_left.min(self.tries_max);
    }

    pub(super) fn is(&self, value: &[u8]) -> bool {
        self.value.as_slice() == value
    }

    pub(super) fn set_value(&mut self, value: &[u8]) {
        self.value = Zeroizing::new(value.to_vec());
    }

    /// The answer to a query: the counter also where the PIN is verified, 63C0 where it is blocked (5.2, real card).
    pub(super) fn query(&self, variants: &Variants) -> StatusWord {
        variants.query_answer.unwrap_or_else(|| counter(self.tries_left))
    }

    /// VERIFY with a body (5.3).
    pub(super) fn verify(&mut self, entry: &[u8], variants: &Variants) -> StatusWord {
        if self.tries_left == 0 {
            return variants.blocked;
        }
        if !self.length_fits(entry) {
            if variants.bad_length_costs_a_try {
                self.fail(variants);
            }
            return StatusWord::WRONG_LENGTH;
        }
        if entry != self.value.as_slice() {
            self.fail(variants);
            return counter(self.tries_left);
        }
        self.tries_left = self.tries_max;
        self.verified = true;
        StatusWord::OK
    }

    /// CHANGE REFERENCE DATA with the new PIN only (6): needs the verified state.
    pub(super) fn change(&mut self, new: &[u8], variants: &Variants) -> StatusWord {
        if self.tries_left == 0 {
            return variants.blocked;
        }
        if !self.verified {
            return StatusWord::SECURITY_NOT_SATISFIED;
        }
        if !self.length_fits(new) {
            return StatusWord::WRONG_LENGTH;
        }
        self.set_value(new);
        self.tries_left = self.tries_max;
        StatusWord::OK
    }

    fn fail(&mut self, variants: &Variants) {
        self.tries_left = self.tries_left.saturating_sub(1);
        // JICSAP says a wrong PIN closes what a right one has opened; not measured on this card (5.5).
        if variants.wrong_pin_drops_verified || self.tries_left == 0 {
            self.verified = false;
        }
    }

    /// The card compares bytes and minds only the length; letters and digits are the agent's concern (5.4).
    fn length_fits(&self, entry: &[u8]) -> bool {
        match self.rule {
            PinRule::Digits { length } => entry.len() == length,
            PinRule::LettersAndDigits { min, max } => (min..=max).contains(&entry.len()),
        }
    }
}

/// `63Cx`.
fn counter(tries_left: u8) -> StatusWord {
    StatusWord::from([0x63, 0xC0 | (tries_left & 0x0F)])
}
