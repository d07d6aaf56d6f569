//! [`SoftwareCard`]: the state of one card, and what each command does to it (ISO/IEC 7816-4; `card-protocol.md` 14).
//!
//! Bytes in, bytes out; no clock, no threads, no faults. Every rule names the section it follows. What the agent has no
//! use for (other P1 values of the signature command, logical channels, secure messaging) is refused with the words of
//! the real card. SELECT takes whole AIDs only, which is stricter than a real card.

use std::fmt;

use rsa::Pkcs1v15Sign;
use rsa::traits::PublicKeyParts;

use super::contents::CardContents;
use super::files::{File, file};
use super::pins::PinState;
use super::variants::Variants;
use crate::apdu::command::MAX_SHORT_LE;
use crate::apdu::{Command, Response, StatusWord};
use crate::card::{Transmit, TransportError};
use crate::jpki::{INDIVIDUAL_NUMBER_CARD, KeyKind, ids};

/// Authentication PIN of a fresh software card.
pub const AUTHENTICATION_PIN: &str = "1234";
/// Signature PIN of a fresh software card.
pub const SIGNATURE_PIN: &str = "ABC123";

/// The longest input of a signature: RSA with 2048 bits less the 11 bytes of padding (RFC 8017, 7.2.1).
const MAX_SIGNATURE_INPUT: usize = 245;

/// Other applications of the card (`card-protocol.md` 9). They can be selected, hold no files here, and the agent must
/// not touch them, except the last one as a way to deselect JPKI.
const OTHER_APPLET_AIDS: [[u8; 10]; 4] = [
    [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00],
    [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01],
    [0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02],
    ids::DESELECT_AID,
];

/// An Individual Number Card in memory.
pub struct SoftwareCard {
    contents: CardContents,
    variants: Variants,
    authentication: PinState,
    signature: PinState,
    powered: bool,
    /// No command has come since power came on.
    cold: bool,
    current: Current,
    current_file: Option<u16>,
    /// Rest of an answer, for GET RESPONSE.
    waiting: Vec<u8>,
}

/// The current application.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Current {
    /// As after power-on: the issuer's domain, by no command of ours (2).
    Default,
    Jpki,
    Other,
}

/// What comes of a command: an answer, or the status word that refuses it.
type Answer = Result<Response, StatusWord>;

impl SoftwareCard {
    /// A fresh card without power, PINs [`AUTHENTICATION_PIN`] and [`SIGNATURE_PIN`], all tries left.
    #[must_use]
    pub fn new(contents: CardContents, variants: Variants) -> Self {
        let pin = |kind, value: &str| {
            let profile = INDIVIDUAL_NUMBER_CARD.key(kind);
            PinState::new(value.as_bytes(), profile.pin_rule, profile.tries_max)
        };
        Self {
            contents,
            variants,
            authentication: pin(KeyKind::Authentication, AUTHENTICATION_PIN),
            signature: pin(KeyKind::Signature, SIGNATURE_PIN),
            powered: false,
            cold: true,
            current: Current::Default,
            current_file: None,
            waiting: Vec::new(),
        }
    }

    /// Is the power on?
    #[must_use]
    pub fn is_powered(&self) -> bool {
        self.powered
    }

    /// Power comes on; nothing happens if it is on already.
    pub fn power_on(&mut self) {
        if !self.powered {
            self.powered = true;
            self.cold = true;
        }
    }

    /// Power is cut: everything but the counters is lost (5.5; real card).
    pub fn power_off(&mut self) {
        self.powered = false;
        self.forget_selection();
        self.forget_verified();
    }

    /// Warm reset: nothing is selected, but what was verified stays verified (5.5; measured on a contactless reader).
    pub fn warm_reset(&mut self) {
        self.forget_selection();
        if self.variants.warm_reset_clears {
            self.forget_verified();
        }
    }

    /// Tries left, as the card itself knows them.
    #[must_use]
    pub fn tries_left(&self, kind: KeyKind) -> u8 {
        self.pin(kind).tries_left()
    }

    /// Is this PIN verified?
    #[must_use]
    pub fn is_verified(&self, kind: KeyKind) -> bool {
        self.pin(kind).verified
    }

    /// Sets the counter, 0 for a blocked PIN; at most the card's maximum.
    pub fn set_tries_left(&mut self, kind: KeyKind, tries_left: u8) {
        self.pin_mut(kind).set_tries_left(tries_left);
    }

    /// Is this the PIN? Asks the card nothing and costs no try.
    #[must_use]
    pub fn is_pin(&self, kind: KeyKind, pin: &str) -> bool {
        self.pin(kind).is(pin.as_bytes())
    }

    /// The certificates and keys on it.
    #[must_use]
    pub fn contents(&self) -> &CardContents {
        &self.contents
    }

    /// Its switches.
    #[must_use]
    pub fn variants(&self) -> &Variants {
        &self.variants
    }

    /// Its switches, to be changed.
    pub fn variants_mut(&mut self) -> &mut Variants {
        &mut self.variants
    }

    /// Carries out one command. There is always an answer of at least two bytes; without power it is 6F00.
    pub fn exchange(&mut self, wire: &[u8]) -> Vec<u8> {
        self.answer(wire).unwrap_or_else(|status| Response::new(&[], status)).encode()
    }

    fn answer(&mut self, wire: &[u8]) -> Answer {
        if !self.powered || (std::mem::take(&mut self.cold) && self.variants.cold_fault) {
            return Err(StatusWord::GENERAL_FAULT);
        }
        let command = Command::decode(wire).map_err(|_| StatusWord::WRONG_LENGTH)?;
        if self.variants.extended_length_refused && is_extended(wire) {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let [class, instruction, ..] = command.header();
        if instruction != 0xC0 {
            self.waiting.clear();
        }
        match (class, instruction) {
            (0x00, 0xA4) => self.select(&command),
            (0x00, 0xB0) => {
                let answer = self.read_binary(&command)?;
                let most = self.variants.extended_answer_cut_to.filter(|_| is_extended(wire));
                let cut = |most| answer.data().get(..most).map(data);
                Ok(most.and_then(cut).unwrap_or(answer))
            }
            (0x00, 0x20) => self.verify(&command),
            (0x00, 0x24) => self.change_reference_data(&command),
            (0x80, 0x2A) => self.compute_digital_signature(&command),
            (0x00, 0x2A) => Err(self.variants.signature_class_answer),
            (0x00, 0xC0) => self.get_response(&command),
            (0x00, _) => Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
            (0x01..=0x03, _) => Err(StatusWord::CHANNEL_NOT_SUPPORTED), // 1.2, one author
            (0x04..=0x0F, _) => Err(StatusWord::SECURE_MESSAGING_CLASS), // 1.2, one author
            _ => Err(StatusWord::CLASS_NOT_SUPPORTED),
        }
    }

    /// SELECT (2, 3).
    fn select(&mut self, command: &Command) -> Answer {
        let [.., p1, p2] = command.header();
        match (p1, p2) {
            (0x04, 0x00 | 0x0C) => {
                self.select_applet(command.body())?;
                match command.expected() {
                    Some(expected) if p2 == 0x00 => Ok(data(&control_information(command.body(), expected))),
                    _ => Ok(done()),
                }
            }
            (0x02, 0x0C) => {
                let id = <[u8; 2]>::try_from(command.body()).map_err(|_| StatusWord::WRONG_LENGTH)?;
                self.select_file(u16::from_be_bytes(id))?;
                Ok(done())
            }
            // Without data a no-op on a card with a current application, refused on a cold one (2, one author).
            (0x00, 0x00) if !command.body().is_empty() => Err(StatusWord::NOT_FOUND),
            (0x00, 0x00) if self.current != Current::Default => Ok(done()),
            _ => Err(StatusWord::BAD_PARAMETERS),
        }
    }

    /// An unknown AID changes nothing (ISO/IEC 7816-4, 11.2.2).
    fn select_applet(&mut self, aid: &[u8]) -> Result<(), StatusWord> {
        let selected = if aid == ids::JPKI_AID && !self.variants.no_jpki_applet {
            Current::Jpki
        } else if (aid == ids::ISSUER_DOMAIN_AID && !self.variants.issuer_domain_refused)
            || OTHER_APPLET_AIDS.iter().any(|other| aid == other)
        {
            Current::Other
        } else {
            return Err(StatusWord::NOT_FOUND);
        };
        let forgets = match selected {
            Current::Jpki => self.variants.reselect_clears, // kept: JICSAP 5.1.3 rule 2, and one author's signer (2)
            _ => !self.variants.deselect_keeps_verified,    // dropped: JICSAP 5.1.3 rule 3, and real card (5.5)
        };
        if forgets {
            self.forget_verified();
        }
        self.current = selected;
        self.current_file = None;
        Ok(())
    }

    /// Selecting needs no right; only using the file does (3).
    fn select_file(&mut self, id: u16) -> Result<(), StatusWord> {
        match self.current {
            Current::Default => return Err(StatusWord::NO_CURRENT_EF), // 2, weak
            Current::Other => return Err(StatusWord::NOT_FOUND),
            Current::Jpki => {}
        }
        file(id, &self.contents, &self.variants).ok_or(StatusWord::NOT_FOUND)?;
        self.current_file = Some(id);
        Ok(())
    }

    /// The current file, or the one whose short id stands in the low five bits of `reference` (3).
    fn referenced_file(&mut self, reference: u8) -> Result<File, StatusWord> {
        let short_id = reference & 0x1F;
        if short_id != 0 {
            self.select_file(u16::from(short_id))?;
        }
        let id = self.current_file.ok_or(StatusWord::NO_CURRENT_EF)?;
        file(id, &self.contents, &self.variants).ok_or(StatusWord::NO_CURRENT_EF)
    }

    /// READ BINARY (4).
    fn read_binary(&mut self, command: &Command) -> Answer {
        let [.., p1, p2] = command.header();
        let (reference, offset) = match p1 {
            0x00..=0x7F => (0, usize::from(u16::from_be_bytes([p1, p2]))),
            0x81..=0x9E => (p1, usize::from(p2)),
            _ => return Err(StatusWord::BAD_PARAMETERS),
        };
        let (bytes, right) = match self.referenced_file(reference)? {
            File::Data(bytes, right) => (bytes, right),
            File::Closed => return Err(StatusWord::SECURITY_NOT_SATISFIED),
            File::Pin(_) | File::Key(_) => return Err(StatusWord::WRONG_FILE_KIND),
        };
        if right.is_some_and(|kind| !self.is_verified(kind)) {
            return Err(StatusWord::SECURITY_NOT_SATISFIED);
        }
        let (Some(expected), true) = (command.expected(), command.body().is_empty()) else {
            return Err(StatusWord::WRONG_LENGTH);
        };
        if expected > self.variants.longest_read {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let rest = bytes.get(offset..).filter(|rest| !rest.is_empty()).ok_or(StatusWord::BAD_OFFSET)?;
        let expected = usize::try_from(expected).unwrap_or(usize::MAX);
        match rest.get(..expected) {
            Some(piece) => self.give(piece),
            None if self.variants.right_length_answers => Err(right_length(rest.len())),
            None => self.give(rest), // crossing the end gives what there is (4, JICSAP)
        }
    }

    /// VERIFY: a query without a body, else the PIN itself (5).
    fn verify(&mut self, command: &Command) -> Answer {
        let kind = self.referenced_pin(command, 0x00)?;
        // A real card answered 6700 to the query with Le (5.2); no form with body and Le is known.
        if command.expected().is_some() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let variants = self.variants.clone();
        let pin = self.pin_mut(kind);
        let status =
            if command.body().is_empty() { pin.query(&variants) } else { pin.verify(command.body(), &variants) };
        Ok(Response::new(&[], status))
    }

    /// CHANGE REFERENCE DATA, new PIN only: `00 24 01 80 n new` (6).
    fn change_reference_data(&mut self, command: &Command) -> Answer {
        let kind = self.referenced_pin(command, 0x01)?;
        if command.expected().is_some() || command.body().is_empty() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let variants = self.variants.clone();
        let status = self.pin_mut(kind).change(command.body(), &variants);
        Ok(Response::new(&[], status))
    }

    fn referenced_pin(&mut self, command: &Command, right_p1: u8) -> Result<KeyKind, StatusWord> {
        let [.., p1, p2] = command.header();
        if p1 != right_p1 || p2 & 0xE0 != 0x80 {
            return Err(StatusWord::BAD_PARAMETERS);
        }
        match self.referenced_file(p2)? {
            File::Pin(kind) => Ok(kind),
            File::Data(..) | File::Closed | File::Key(_) => Err(StatusWord::WRONG_FILE_KIND),
        }
    }

    /// COMPUTE DIGITAL SIGNATURE: PKCS #1 v1.5 padding of type 1 over whatever bytes come (7.1; RFC 8017, 8.2.1).
    fn compute_digital_signature(&mut self, command: &Command) -> Answer {
        let [.., p1, p2] = command.header();
        if p1 != 0x00 || p2 & 0xE0 != 0x80 {
            return Err(StatusWord::BAD_PARAMETERS);
        }
        let File::Key(kind) = self.referenced_file(p2)? else {
            return Err(StatusWord::WRONG_FILE_KIND);
        };
        if !self.is_verified(kind) {
            return Err(StatusWord::SECURITY_NOT_SATISFIED);
        }
        if !(1..=MAX_SIGNATURE_INPUT).contains(&command.body().len()) {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let key = match kind {
            KeyKind::Authentication => &self.contents.authentication_key,
            KeyKind::Signature => &self.contents.signature_key,
        };
        match command.expected() {
            Some(expected) if usize::try_from(expected).is_ok_and(|expected| expected >= key.size()) => {}
            Some(_) if self.variants.right_length_answers => return Err(right_length(key.size())),
            _ => return Err(StatusWord::WRONG_LENGTH),
        }
        let signature =
            key.sign(Pkcs1v15Sign::new_unprefixed(), command.body()).map_err(|_| StatusWord::EXECUTION_ERROR)?;
        self.give(&signature)
    }

    /// GET RESPONSE; without anything waiting 6985.
    fn get_response(&mut self, command: &Command) -> Answer {
        if self.waiting.is_empty() {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let expected = command.expected().ok_or(StatusWord::WRONG_LENGTH)?;
        let length = usize::try_from(expected).unwrap_or(usize::MAX).min(self.waiting.len());
        let rest = self.waiting.split_off(length);
        let piece = std::mem::replace(&mut self.waiting, rest);
        let status = if self.waiting.is_empty() { StatusWord::OK } else { more_data(self.waiting.len()) };
        Ok(Response::new(&piece, status))
    }

    /// Answers with `bytes`; where the variant is on, holds them back and announces them.
    fn give(&mut self, bytes: &[u8]) -> Answer {
        if self.variants.more_data_answers {
            self.waiting = bytes.to_vec();
            return Err(more_data(bytes.len()));
        }
        Ok(data(bytes))
    }

    fn pin(&self, kind: KeyKind) -> &PinState {
        match kind {
            KeyKind::Authentication => &self.authentication,
            KeyKind::Signature => &self.signature,
        }
    }

    fn pin_mut(&mut self, kind: KeyKind) -> &mut PinState {
        match kind {
            KeyKind::Authentication => &mut self.authentication,
            KeyKind::Signature => &mut self.signature,
        }
    }

    fn forget_selection(&mut self) {
        self.current = Current::Default;
        self.current_file = None;
        self.waiting.clear();
    }

    fn forget_verified(&mut self) {
        self.authentication.verified = false;
        self.signature.verified = false;
    }
}

/// 9000 and nothing else.
fn done() -> Response {
    data(&[])
}

/// Data, then 9000.
fn data(bytes: &[u8]) -> Response {
    Response::new(bytes, StatusWord::OK)
}

/// The FCI template with the AID in it (ISO/IEC 7816-4, 7.4.3).
fn control_information(aid: &[u8], expected: u32) -> Vec<u8> {
    let length = |bytes: usize| u8::try_from(bytes).unwrap_or(u8::MAX);
    let mut information = vec![0x6F, length(aid.len() + 2), 0x84, length(aid.len())];
    information.extend_from_slice(aid);
    information.truncate(usize::try_from(expected).unwrap_or(usize::MAX));
    information
}

/// A command with more than a header whose fifth byte is zero and is not a lone Le.
pub(super) fn is_extended(wire: &[u8]) -> bool {
    wire.len() > 5 && wire.get(4) == Some(&0)
}

/// `61xx`.
fn more_data(length: usize) -> StatusWord {
    StatusWord::from([0x61, short_length(length)])
}

/// `6Cxx`.
fn right_length(length: usize) -> StatusWord {
    StatusWord::from([0x6C, short_length(length)])
}

/// One byte, 00 for 256 and more.
fn short_length(length: usize) -> u8 {
    u32::try_from(length).ok().filter(|length| *length < MAX_SHORT_LE).and_then(|l| u8::try_from(l).ok()).unwrap_or(0)
}

/// The card with nothing between: for tests of the conversation alone.
impl Transmit for SoftwareCard {
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
        Ok(Response::decode(&self.exchange(&command.encode()))?)
    }
}

/// State only, no PIN and no key.
impl fmt::Debug for SoftwareCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftwareCard")
            .field("powered", &self.powered)
            .field("current_file", &self.current_file)
            .field("authentication_tries", &self.authentication.tries_left())
            .field("signature_tries", &self.signature.tries_left())
            .finish_non_exhaustive()
    }
}
