//! Status words by name (ISO/IEC 7816-4, 5.6; what each means on this card: `card-protocol.md` 12).

use std::fmt;

/// SW1-SW2 of a response.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusWord(u16);

macro_rules! status_words {
    ($($(#[$doc:meta])* $name:ident = $value:literal, $words:literal;)+) => {
        impl StatusWord {
            $($(#[$doc])* pub const $name: Self = Self($value);)+

            /// All named status words, for tables and tests.
            pub const NAMED: &'static [Self] = &[$(Self::$name),+];

            /// What the word means, in English, for logs.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)+
                    _ if self.tries_left() == Some(0) => "wrong PIN, no try left",
                    _ if self.tries_left().is_some() => "tries left",
                    _ if self.more_data().is_some() => "more data waiting",
                    _ if self.right_length().is_some() => "wrong expected length",
                    _ => "unknown",
                }
            }
        }
    };
}

status_words! {
    /// Done.
    OK = 0x9000, "done";
    /// Part of the data may be damaged.
    DATA_DAMAGED = 0x6281, "data may be damaged";
    /// The file ended before the expected length.
    END_OF_FILE = 0x6282, "end of file";
    /// The selected file or application is switched off.
    DEACTIVATED = 0x6283, "file or application deactivated";
    /// Verification failed and the card does not say how many tries are left.
    FAILED_WITHOUT_COUNTER = 0x6300, "failed, no counter";
    /// Execution error, memory unchanged.
    EXECUTION_ERROR = 0x6400, "card fault";
    /// Memory failure.
    MEMORY_FAILURE = 0x6581, "memory fault";
    /// Wrong length.
    WRONG_LENGTH = 0x6700, "wrong length";
    /// Logical channel not supported.
    CHANNEL_NOT_SUPPORTED = 0x6881, "channel not supported";
    /// Secure messaging not supported.
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882, "secure messaging not supported";
    /// The command does not fit the kind of the current file.
    WRONG_FILE_KIND = 0x6981, "wrong kind of file";
    /// The right to do this has not been gained.
    SECURITY_NOT_SATISFIED = 0x6982, "PIN needed";
    /// Authentication method blocked. Assumed for this card, never observed.
    AUTHENTICATION_BLOCKED = 0x6983, "blocked";
    /// Reference data unusable; on this card: the PIN is blocked.
    REFERENCE_DATA_UNUSABLE = 0x6984, "blocked";
    /// Conditions of use not satisfied.
    CONDITIONS_NOT_SATISFIED = 0x6985, "conditions not met";
    /// No current EF.
    NO_CURRENT_EF = 0x6986, "no current file";
    /// Secure messaging data missing.
    SECURE_MESSAGING_MISSING = 0x6987, "secure messaging data missing";
    /// Secure messaging data wrong.
    SECURE_MESSAGING_WRONG = 0x6988, "secure messaging data wrong";
    /// A word of this card for class bytes with secure messaging (`card-protocol.md` 1.2).
    SECURE_MESSAGING_CLASS = 0x69FC, "secure messaging class refused";
    /// A word of the family of secure messaging faults.
    SECURE_MESSAGING_FAULT = 0x66F1, "secure messaging fault";
    /// Bad data in the body.
    BAD_DATA = 0x6A80, "bad data";
    /// Function not supported.
    FUNCTION_NOT_SUPPORTED = 0x6A81, "function not supported";
    /// File or application not found.
    NOT_FOUND = 0x6A82, "not found";
    /// Wrong P1 P2.
    BAD_PARAMETERS = 0x6A86, "bad P1-P2";
    /// Lc inconsistent with P1 P2.
    LENGTH_INCONSISTENT = 0x6A87, "length does not fit P1-P2";
    /// Reference data not found.
    REFERENCE_DATA_NOT_FOUND = 0x6A88, "reference data not found";
    /// Wrong offset: beyond the end of the file.
    BAD_OFFSET = 0x6B00, "offset beyond the file";
    /// Instruction not supported.
    INSTRUCTION_NOT_SUPPORTED = 0x6D00, "instruction not supported";
    /// Class not supported.
    CLASS_NOT_SUPPORTED = 0x6E00, "class not supported";
    /// General fault; also the first answer after power came back (`card-protocol.md` 5.5).
    GENERAL_FAULT = 0x6F00, "general fault";
}

impl StatusWord {
    /// Is this 9000?
    #[must_use]
    pub fn is_success(self) -> bool {
        self == Self::OK
    }

    /// Tries left, decoded from exactly `63Cx` and from nothing else (`card-protocol.md` 11, D7 and D8).
    #[must_use]
    pub fn tries_left(self) -> Option<u8> {
        let [first, second] = self.to_bytes();
        (first == 0x63 && second & 0xF0 == 0xC0).then_some(second & 0x0F)
    }

    /// Blocked: 6984, and 6983 which some sources expect (`card-protocol.md` 11, D2).
    #[must_use]
    pub fn is_blocked(self) -> bool {
        matches!(self, Self::AUTHENTICATION_BLOCKED | Self::REFERENCE_DATA_UNUSABLE)
    }

    /// `61xx`: so many bytes wait for GET RESPONSE (00 means 256).
    #[must_use]
    pub fn more_data(self) -> Option<u32> {
        self.length_behind(0x61)
    }

    /// `6Cxx`: repeat with this expected length (00 means 256).
    #[must_use]
    pub fn right_length(self) -> Option<u32> {
        self.length_behind(0x6C)
    }

    fn length_behind(self, sw1: u8) -> Option<u32> {
        match self.to_bytes() {
            [first, 0] if first == sw1 => Some(256),
            [first, length] if first == sw1 => Some(u32::from(length)),
            _ => None,
        }
    }

    /// SW1, SW2.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 2] {
        self.0.to_be_bytes()
    }
}

impl From<u16> for StatusWord {
    fn from(value: u16) -> Self {
        Self(value)
    }
}

impl From<[u8; 2]> for StatusWord {
    fn from(bytes: [u8; 2]) -> Self {
        Self(u16::from_be_bytes(bytes))
    }
}

impl From<StatusWord> for u16 {
    fn from(status: StatusWord) -> Self {
        status.0
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X} ({})", self.0, self.meaning())
    }
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_survives_the_round_trip() {
        for value in 0..=u16::MAX {
            let status = StatusWord::from(value);
            assert_eq!(u16::from(status), value);
            assert_eq!(StatusWord::from(status.to_bytes()), status);
        }
    }

    #[test]
    fn tries_are_decoded_from_63cx_only() {
        for value in 0..=u16::MAX {
            let expected = (value & 0xFFF0 == 0x63C0).then(|| u8::try_from(value & 0x0F).unwrap());
            assert_eq!(StatusWord::from(value).tries_left(), expected, "{value:04X}");
        }
    }

    #[test]
    fn named_words_have_a_meaning_and_are_distinct() {
        for (index, status) in StatusWord::NAMED.iter().enumerate() {
            assert_ne!(status.meaning(), "unknown", "{status}");
            assert!(!StatusWord::NAMED[..index].contains(status), "{status} twice");
        }
    }
}
