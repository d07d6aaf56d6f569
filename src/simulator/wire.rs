//! What went over the wire to one card: counts for tests, and a log without bodies, so that no PIN is ever in it.

use std::collections::VecDeque;

use crate::apdu::{Command, StatusWord};
use crate::jpki::ids;

/// How many log entries are kept.
const LOG_LENGTH: usize = 10_000;

/// Counts and log of one card, faults included: what was sent counts, whether or not the card saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// Commands sent.
    pub commands: usize,
    /// VERIFY with a PIN.
    pub verifies: usize,
    /// COMPUTE DIGITAL SIGNATURE.
    pub signatures: usize,
    /// CHANGE REFERENCE DATA.
    pub changes: usize,
    /// SELECT of an AID that is neither JPKI nor one of the two that end a PIN session.
    pub foreign_selects: usize,
    /// Bytes of all commands.
    pub bytes_out: usize,
    /// Bytes of all answers, status words included.
    pub bytes_in: usize,
    /// The last commands, oldest first.
    pub log: VecDeque<LogEntry>,
}

/// One command and how it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// CLA INS P1 P2; zero where the command was shorter.
    pub header: [u8; 4],
    /// Length of the body.
    pub body_length: usize,
    /// Le, 256 for `00`.
    pub expected: Option<u32>,
    /// The EF that a SELECT names.
    pub file: Option<u16>,
    /// The status word; none if no answer, or not a whole one, came back.
    pub status: Option<StatusWord>,
}

impl Wire {
    /// How many commands with this INS were sent, of those still in the log.
    #[must_use]
    pub fn seen(&self, instruction: u8) -> usize {
        self.log.iter().filter(|entry| matches!(entry.header, [_, ins, ..] if ins == instruction)).count()
    }

    /// The status words answered, oldest first.
    #[must_use]
    pub fn statuses(&self) -> Vec<Option<StatusWord>> {
        self.log.iter().map(|entry| entry.status).collect()
    }

    /// Counts a command that goes out.
    pub(super) fn sent(&mut self, wire: &[u8]) {
        self.commands += 1;
        self.bytes_out += wire.len();
        match Sort::of(wire) {
            Sort::Verify => self.verifies += 1,
            Sort::Change => self.changes += 1,
            Sort::Sign => self.signatures += 1,
            Sort::Other => {}
        }
        let decoded = Command::decode(wire).ok();
        if decoded.as_ref().is_some_and(selects_foreign_applet) {
            self.foreign_selects += 1;
        }
        let mut header = [0; 4];
        header.iter_mut().zip(wire).for_each(|(to, from)| *to = *from);
        let body_length = decoded.as_ref().map_or(wire.len().saturating_sub(5), |command| command.body().len());
        let expected = decoded.as_ref().and_then(Command::expected);
        let file = decoded.as_ref().and_then(selected_file);
        if self.log.len() == LOG_LENGTH {
            self.log.pop_front();
        }
        self.log.push_back(LogEntry { header, body_length, expected, file, status: None });
    }

    /// Completes the entry of the command that was counted last.
    pub(super) fn answered(&mut self, wire: &[u8]) {
        self.bytes_in += wire.len();
        if let Some(entry) = self.log.back_mut() {
            entry.status = wire.last_chunk::<2>().map(|status| StatusWord::from(*status));
        }
    }
}

/// The commands that matter most, told apart by their bytes, well-formed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// VERIFY with a body.
    Verify,
    /// CHANGE REFERENCE DATA.
    Change,
    /// COMPUTE DIGITAL SIGNATURE.
    Sign,
    /// Anything else.
    Other,
}

impl Sort {
    pub(super) fn of(wire: &[u8]) -> Self {
        match wire {
            [_, 0x20, _, _, _, _, ..] => Self::Verify,
            [_, 0x24, ..] => Self::Change,
            [_, 0x2A, ..] => Self::Sign,
            _ => Self::Other,
        }
    }
}

fn selected_file(command: &Command) -> Option<u16> {
    let id = <[u8; 2]>::try_from(command.body()).ok()?;
    matches!(command.header(), [_, 0xA4, 0x02, _]).then(|| u16::from_be_bytes(id))
}

fn selects_foreign_applet(command: &Command) -> bool {
    let known: [&[u8]; 3] = [&ids::JPKI_AID, &ids::ISSUER_DOMAIN_AID, &ids::DESELECT_AID];
    matches!(command.header(), [_, 0xA4, 0x04, _]) && !known.contains(&command.body())
}
