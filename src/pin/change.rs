//! What a change of a PIN takes: three entries, each good for one command (`card-protocol.md` 5.4 and 6).
//!
//! The present PIN goes into the one VERIFY that allows the change, the new one into the change itself, and the new one
//! as it was typed once more into the one VERIFY that proves it. So no entry is ever copied or sent twice.

use super::{Pin, PinRule};
use crate::apdu::Command;

/// Three entries that may go to a card: the new PIN has its form, differs from the present one and was typed twice alike.
#[derive(Debug)]
pub struct PinChange {
    present: Pin,
    new: NewPin,
    again: Pin,
}

/// A new PIN, good for the one command that sets it.
#[derive(Debug)]
pub struct NewPin(Pin);

/// Why an entry cannot be the new PIN. Says nothing about its content beyond that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NewPinError {
    /// A password with letters only, or digits only.
    #[error("letters only or digits only")]
    NotMixed,
    /// It is the present one.
    #[error("the same as the present one")]
    Unchanged,
    /// The two entries differ.
    #[error("the two entries differ")]
    Different,
}

impl PinRule {
    /// May `new` take the place of `present`? The form of each was checked when it was typed; that a password has both
    /// letters and digits is asked of new ones only, since older ones may differ.
    ///
    /// # Errors
    /// [`NewPinError`], for the hint in the prompt.
    pub fn check_new(self, new: &Pin, present: &Pin) -> Result<(), NewPinError> {
        if matches!(self, Self::LettersAndDigits { .. }) {
            let any = |is: fn(&u8) -> bool| new.0.iter().any(is);
            if !(any(u8::is_ascii_alphabetic) && any(u8::is_ascii_digit)) {
                return Err(NewPinError::NotMixed);
            }
        }
        if new.is_same(present) { Err(NewPinError::Unchanged) } else { Ok(()) }
    }
}

impl PinChange {
    /// Puts the entries together.
    ///
    /// # Errors
    /// [`NewPinError`]; the entries are erased then.
    pub fn new(rule: PinRule, present: Pin, new: Pin, again: Pin) -> Result<Self, NewPinError> {
        rule.check_new(&new, &present)?;
        if !new.is_same(&again) {
            return Err(NewPinError::Different);
        }
        Ok(Self { present, new: NewPin(new), again })
    }

    /// The present PIN, the new one to be set, and the new one to be proved.
    #[must_use]
    pub fn into_parts(self) -> (Pin, NewPin, Pin) {
        (self.present, self.new, self.again)
    }
}

impl NewPin {
    /// The one CHANGE REFERENCE DATA this entry is good for.
    #[must_use]
    pub fn into_command(self) -> Command {
        Command::change_reference_data(self.0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUR_DIGITS: PinRule = PinRule::Digits { length: 4 };
    const PASSWORD: PinRule = PinRule::LettersAndDigits { min: 6, max: 16 };

    fn change(rule: PinRule, entries: [&str; 3]) -> Result<PinChange, NewPinError> {
        let [present, new, again] = entries.map(|entry| rule.check(entry).unwrap());
        PinChange::new(rule, present, new, again)
    }

    #[test]
    fn each_entry_becomes_its_own_command() {
        let (present, new, again) = change(PASSWORD, ["ABC123", "xy77zz", "XY77ZZ"]).unwrap().into_parts();
        let wire = |command: Command| command.encode().to_vec();
        assert_eq!(wire(present.into_command()), b"\x00\x20\x00\x80\x06ABC123");
        assert_eq!(wire(new.into_command()), b"\x00\x24\x01\x80\x06XY77ZZ");
        assert_eq!(wire(again.into_command()), b"\x00\x20\x00\x80\x06XY77ZZ");
    }

    #[test]
    fn what_must_not_become_the_new_pin_is_refused() {
        use NewPinError::{Different, NotMixed, Unchanged};
        for (rule, entries, reason) in [
            (FOUR_DIGITS, ["1234", "1234", "1234"], Unchanged),
            (FOUR_DIGITS, ["1234", "4821", "4812"], Different),
            (PASSWORD, ["ABC123", "abc123", "abc123"], Unchanged),
            (PASSWORD, ["ABC123", "KLMNOP", "KLMNOP"], NotMixed),
            (PASSWORD, ["ABC123", "482193", "482193"], NotMixed),
            (PASSWORD, ["ABC123", "K48219", "K48219A"], Different),
        ] {
            assert_eq!(change(rule, entries).unwrap_err(), reason, "{entries:?}");
        }
        // The present password may be an odd one.
        change(PASSWORD, ["KLMNOP", "K48219", "K48219"]).unwrap();
    }

    #[test]
    fn it_does_not_print_itself() {
        let shown = format!("{:?}", change(PASSWORD, ["ABC123", "K48219", "K48219"]).unwrap());
        assert!(!shown.contains("ABC") && !shown.contains("482"), "{shown}");
    }
}
