//! A PIN that has passed its format check, and the rules of that check.
//!
//! A [`Pin`] can be made only by [`PinRule::check`], is moved and never copied, shows nothing when printed and is
//! erased when dropped. [`Pin::into_command`] consumes it: one entry of a PIN can be presented to a card at most once.

mod change;
mod weakness;

use std::fmt;

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::apdu::Command;
pub use change::{NewPin, NewPinError, PinChange};
pub use weakness::Weakness;

/// What a PIN of one kind looks like (`card-protocol.md` 5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinRule {
    /// Exactly so many digits.
    Digits {
        /// How many.
        length: usize,
    },
    /// Letters A to Z and digits; small letters stand for capital ones.
    LettersAndDigits {
        /// Shortest length in characters.
        min: usize,
        /// Longest length in characters.
        max: usize,
    },
}

/// A well-formed PIN. Whether it is the right one only the card knows.
pub struct Pin(Zeroizing<Vec<u8>>);

/// Why an entry cannot be the PIN wanted. Says nothing about its content beyond that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PinFormatError {
    /// Too short or too long.
    #[error("wrong length")]
    Length,
    /// Full-width letters or digits: the input method is on.
    #[error("full-width characters")]
    FullWidth,
    /// Another character that does not belong there.
    #[error("a character that does not belong in this PIN")]
    Character,
    /// Four digits where the signature password is wanted.
    #[error("the four-digit PIN where the signature password is wanted")]
    OtherPin,
}

impl PinRule {
    /// Makes a [`Pin`] of what was typed. Nothing malformed passes, since it is unknown whether the card would charge
    /// a try for it (`card-protocol.md` 5.4).
    ///
    /// # Errors
    /// [`PinFormatError`], for the hint in the prompt.
    pub fn check(self, entry: &str) -> Result<Pin, PinFormatError> {
        if entry.chars().any(is_full_width) {
            return Err(PinFormatError::FullWidth);
        }
        match self {
            Self::Digits { length } => {
                if !entry.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(PinFormatError::Character);
                }
                if entry.len() != length {
                    return Err(PinFormatError::Length);
                }
            }
            Self::LettersAndDigits { min, max } => {
                if !entry.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return Err(PinFormatError::Character);
                }
                if entry.len() == 4 && entry.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(PinFormatError::OtherPin);
                }
                if !(min..=max).contains(&entry.len()) {
                    return Err(PinFormatError::Length);
                }
            }
        }
        // Sized at once; ASCII only, so that no Unicode rule can turn one character into another.
        let mut bytes = Zeroizing::new(Vec::with_capacity(entry.len()));
        bytes.extend(entry.bytes().map(|byte| byte.to_ascii_uppercase()));
        Ok(Pin(bytes))
    }
}

/// Full-width forms of ASCII (U+FF01 to U+FF5E) and the ideographic space.
fn is_full_width(c: char) -> bool {
    matches!(c, '\u{FF01}'..='\u{FF5E}' | '\u{3000}')
}

impl Pin {
    /// The one VERIFY this entry is good for.
    #[must_use]
    pub fn into_command(self) -> Command {
        Command::verify(self.0)
    }

    /// Are these two entries the same PIN? How long the answer takes tells nothing but their lengths.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUR_DIGITS: PinRule = PinRule::Digits { length: 4 };
    const PASSWORD: PinRule = PinRule::LettersAndDigits { min: 6, max: 16 };

    #[test]
    fn well_formed_entries_pass() {
        for (rule, entry, sent) in [
            (FOUR_DIGITS, "0123", "0123"),
            (PASSWORD, "abc123", "ABC123"),
            (PASSWORD, "A1A1A1A1A1A1A1A1", "A1A1A1A1A1A1A1A1"),
            (PASSWORD, "123456", "123456"),
        ] {
            assert_eq!(rule.check(entry).unwrap().into_command().body(), sent.as_bytes());
        }
    }

    #[test]
    fn malformed_entries_are_refused_with_their_reason() {
        use PinFormatError::{Character, FullWidth, Length, OtherPin};
        for (rule, entry, reason) in [
            (FOUR_DIGITS, "", Length),
            (FOUR_DIGITS, "123", Length),
            (FOUR_DIGITS, "12345", Length),
            (FOUR_DIGITS, "12a4", Character),
            (FOUR_DIGITS, "１２３４", FullWidth),
            (FOUR_DIGITS, "12 4", Character),
            (PASSWORD, "", Length),
            (PASSWORD, "ABC12", Length),
            (PASSWORD, "ABCDEFGH123456789", Length),
            (PASSWORD, "1234", OtherPin),
            (PASSWORD, "ABC-123", Character),
            (PASSWORD, "ＡＢＣ１２３", FullWidth),
            (PASSWORD, "ıbc123", Character),
            (PASSWORD, "ABC12\u{0}", Character),
        ] {
            assert_eq!(rule.check(entry).unwrap_err(), reason, "{entry:?}");
        }
    }

    #[test]
    fn it_does_not_print_itself() {
        assert_eq!(format!("{:?}", PASSWORD.check("ABC123").unwrap()), "Pin(…)");
    }
}
