//! What several fuzz targets share: one software card, issued at a fixed moment, and a card that answers from a script.

pub mod token;

use std::sync::LazyLock;

use jiff::Timestamp;
use jpki_agent::apdu::{Command, Response};
use jpki_agent::card::{Transmit, TransportError};
use jpki_agent::certificate::{Certificate, TrustStore};
use jpki_agent::simulator::{CardContents, Holder, issue};

/// The moment everything here happens at.
pub const MOMENT: &str = "2026-11-22T03:00:00Z";

/// That moment.
pub fn moment() -> Timestamp {
    MOMENT.parse().expect("a moment")
}

/// The software card of the standard holder; the same bytes in every run, since its keys and serial numbers are fixed.
pub static CARD: LazyLock<CardContents> = LazyLock::new(|| issue(&Holder::standard(), moment()).expect("a card"));

/// The pinned authorities and those of [`CARD`].
pub static TRUST: LazyLock<TrustStore> = LazyLock::new(|| {
    let mut trust = TrustStore::pinned().with_simulator();
    for authority in [&CARD.authentication_ca, &CARD.signature_ca] {
        let authority = Certificate::parse(authority).expect("a certificate");
        let _ = trust.add("software card", authority); // refused if it is pinned already
    }
    trust
});

/// A card that says what the input says: frames of two bytes of length and an answer. A length of `FFFF` is a link that
/// fails, and so is the end of the input.
pub struct Script<'a> {
    rest: &'a [u8],
    /// What was sent.
    pub sent: Vec<Command>,
    /// What was answered.
    pub answers: Vec<Option<Response>>,
}

impl<'a> Script<'a> {
    /// With these answers.
    pub fn new(answers: &'a [u8]) -> Self {
        Self { rest: answers, sent: Vec::new(), answers: Vec::new() }
    }

    fn next(&mut self) -> Result<Response, TransportError> {
        let (length, rest) = self.rest.split_first_chunk::<2>().ok_or(TransportError::Removed)?;
        self.rest = rest;
        if *length == [0xFF, 0xFF] {
            return Err(TransportError::Communication);
        }
        let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
        let (answer, rest) = rest.split_at(length);
        self.rest = rest;
        Ok(Response::decode(answer)?)
    }
}

impl Transmit for Script<'_> {
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
        self.sent.push(command.clone());
        let answer = self.next();
        self.answers.push(answer.clone().ok());
        answer
    }
}
