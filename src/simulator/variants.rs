//! What may differ from card to card, or is not known of the real one (`card-protocol.md` 11, 14 and 15).
//!
//! [`Variants::default`] is the card the sources agree on best.

use std::time::Duration;

use crate::apdu::StatusWord;
use crate::jpki::ids;

/// Switches of one software card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variants {
    /// What stands behind a certificate up to the end of its EF: `00` or `FF` (4).
    pub filler: u8,
    /// The answer to a PIN that is already blocked: 6984, or 6983 (11, D2).
    pub blocked: StatusWord,
    /// A PIN of impossible length spends a try (15.1).
    pub bad_length_costs_a_try: bool,
    /// A wrong PIN ends the state that a right one has opened (5.5).
    pub wrong_pin_drops_verified: bool,
    /// A warm reset ends the verified state (5.5, 15.3).
    pub warm_reset_clears: bool,
    /// Selecting JPKI again ends the verified state (11, D3).
    pub reselect_clears: bool,
    /// Selecting another application does *not* end the verified state; no card is known to do this, but the agent must
    /// notice if one does.
    pub deselect_keeps_verified: bool,
    /// The first command after power came on answers 6F00 (5.5).
    pub cold_fault: bool,
    /// The label in the token information (2).
    pub token: TokenLabel,
    /// There is no JPKI application: any other card.
    pub no_jpki_applet: bool,
    /// The issuer's domain cannot be selected (5.5).
    pub issuer_domain_refused: bool,
    /// The authentication certificate needs the authentication PIN, as on an Android phone (2).
    pub authentication_certificate_needs_pin: bool,
    /// What EF 0001 is like where no signature certificate was issued (15.5).
    pub absent_signature_certificate: AbsentCertificate,
    /// What a query of the tries left answers instead of 63Cx: 9000, 6700 or 6300 (5.2).
    pub query_answer: Option<StatusWord>,
    /// The answer to a signature command with class 00: 6E00 or 6D00 (14).
    pub signature_class_answer: StatusWord,
    /// Certificates and signatures are announced with 61xx and fetched with GET RESPONSE (1.2).
    pub more_data_answers: bool,
    /// A READ or signature command whose Le is not what the card would give is answered 6Cxx (1.2).
    pub right_length_answers: bool,
    /// READ of more than this is answered 6700 (12).
    pub longest_read: u32,
    /// Commands in the extended form are answered 6700 (11, D14).
    pub extended_length_refused: bool,
    /// Commands in the extended form do not get through the reader: the link fails (4).
    pub extended_length_breaks_link: bool,
    /// An answer in the extended form is cut to so many bytes and still ends with 9000: a reader's small buffer.
    pub extended_answer_cut_to: Option<usize>,
    /// How long the card takes.
    pub delays: Delays,
}

impl Default for Variants {
    fn default() -> Self {
        Self {
            filler: 0x00,
            blocked: StatusWord::REFERENCE_DATA_UNUSABLE,
            bad_length_costs_a_try: false,
            wrong_pin_drops_verified: true,
            warm_reset_clears: false,
            reselect_clears: false,
            deselect_keeps_verified: false,
            cold_fault: false,
            token: TokenLabel::IndividualNumberCard,
            no_jpki_applet: false,
            issuer_domain_refused: false,
            authentication_certificate_needs_pin: false,
            absent_signature_certificate: AbsentCertificate::Filler,
            query_answer: None,
            signature_class_answer: StatusWord::CLASS_NOT_SUPPORTED,
            more_data_answers: false,
            right_length_answers: false,
            longest_read: crate::apdu::command::MAX_EXTENDED_LE,
            extended_length_refused: false,
            extended_length_breaks_link: false,
            extended_answer_cut_to: None,
            delays: Delays::default(),
        }
    }
}

/// Who the token says it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TokenLabel {
    /// An Individual Number Card.
    #[default]
    IndividualNumberCard,
    /// The old Basic Resident Register card.
    ResidentCard,
    /// An Android phone.
    Android,
    /// An iPhone.
    Iphone,
    /// Anything else, at most 32 bytes.
    Other(String),
}

impl TokenLabel {
    /// The label without its padding.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::IndividualNumberCard => ids::INDIVIDUAL_NUMBER_CARD_LABEL,
            Self::ResidentCard => ids::RESIDENT_CARD_LABEL,
            Self::Android => ids::ANDROID_LABEL,
            Self::Iphone => ids::IPHONE_LABEL,
            Self::Other(label) => label,
        }
    }
}

/// What the EF of a certificate that was never issued is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AbsentCertificate {
    /// There, under the same rights, with filler only.
    #[default]
    Filler,
    /// Not there: 6A82.
    NotFound,
    /// There, and READ answers 6982 whether or not the PIN is verified.
    Closed,
}

/// How long a card takes: all zero by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delays {
    /// For every command.
    pub command: Duration,
    /// For every byte, both ways.
    pub byte: Duration,
    /// For a signature, besides.
    pub signature: Duration,
}

impl Delays {
    /// A contactless card at 106 kbit/s: 5 ms a command, 94.4 µs a byte, 300 ms a signature (`card-protocol.md` 8; the
    /// last is a guess). The model of every benchmark here.
    pub const CONTACTLESS: Self = Self {
        command: Duration::from_millis(5),
        byte: Duration::from_nanos(94_400),
        signature: Duration::from_millis(300),
    };

    /// The time for one command of `bytes` bytes both ways.
    #[must_use]
    pub fn total(&self, bytes: usize, signs: bool) -> Duration {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let signature = if signs { self.signature } else { Duration::ZERO };
        self.command.saturating_add(self.byte.saturating_mul(bytes)).saturating_add(signature)
    }
}
