//! What people see of the log: intents joined with their outcomes, and what happened besides.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufReader;

use jiff::Timestamp;

use super::files::at;
use super::journal::Journal;
use super::line::Line;
use super::record::{self, Body, Link, Record, Why};
use super::{AuditError, Event, Intent, Outcome};

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Number of its first record; grows by at least one from entry to entry.
    pub sequence: u64,
    /// When; `None` where nobody could say.
    pub time: Option<Timestamp>,
    /// What.
    pub happening: Happening,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Somebody wanted something of the card.
    Request {
        /// Who wanted what.
        intent: Intent,
        /// What came of it; [`Outcome::Unknown`] if it is not recorded (yet).
        outcome: Outcome,
    },
    /// Something besides requests.
    Event(Event),
    /// So many records could not be written.
    Gap {
        /// How many.
        records: u64,
    },
    /// Lines and head were not in step; [`AuditLog::verify`](super::AuditLog::verify) tells what that means.
    Mended,
    /// Older records were dropped because of their age.
    Dropped,
    /// The user deleted all records before this one.
    Cleared,
    /// The line is not understood.
    Unreadable,
}

pub(super) fn show(journal: &Journal, limit: usize) -> Result<Vec<Entry>, AuditError> {
    let folder = &journal.folder;
    let Some(_lock) = folder.lock_shared()? else { return Ok(Vec::new()) };
    let mut latest = VecDeque::new();
    for file in folder.list()? {
        let path = folder.file(file);
        let mut reader = BufReader::new(File::open(&path).map_err(at(&path))?);
        let mut sequence = file;
        while let Some(line) = Line::read(&mut reader, Link::START).map_err(at(&path))? {
            sequence = line.record.as_ref().map_or(sequence, |record| record.sequence);
            take(&mut latest, sequence, line.record);
            sequence += 1;
            if latest.len() > limit {
                latest.pop_front();
            }
        }
    }
    Ok(latest.into())
}

fn take(latest: &mut VecDeque<Entry>, sequence: u64, record: Option<Record>) {
    let time = record.as_ref().and_then(Record::time);
    let happening = match record.map(|record| record.body) {
        Some(Body::Outcome { of, outcome, code }) => {
            // The intent may be older than what is kept; then nobody asked for it.
            let entry = latest.iter_mut().rev().find(|entry| entry.sequence == of);
            if let Some(Entry { happening: Happening::Request { outcome: known, .. }, .. }) = entry {
                *known = record::outcome(&outcome, code.as_deref());
            }
            return;
        }
        Some(body @ Body::Request { .. }) => record::intent(&body)
            .map_or(Happening::Unreadable, |intent| Happening::Request { intent, outcome: Outcome::Unknown }),
        Some(body @ (Body::OriginAllowed { .. } | Body::OriginRemoved { .. })) => {
            record::event(&body).map_or(Happening::Unreadable, Happening::Event)
        }
        Some(Body::Gap { records, .. }) => Happening::Gap { records },
        Some(Body::Mended { .. }) => Happening::Mended,
        Some(Body::Dropped { why: Why::Retention, .. }) => Happening::Dropped,
        Some(Body::Dropped { why: Why::Cleared, .. }) => Happening::Cleared,
        None => Happening::Unreadable,
    };
    latest.push_back(Entry { sequence, time, happening });
}
