//! The audit log: what was asked of the card, by whom, and what came of it, so that the holder can look it up.
//!
//! JSON lines in a folder of the user's own, mode 0600, each bound to the one before by SHA-256; the head of the chain
//! is kept in a file of its own, so that a cut tail shows ([`AuditLog::verify`]). A request that gets as far as consent leaves
//! two lines: its intent, on disk before the card is given a PIN, and its outcome after. No PIN, no certificate, no name, and none of the asker's own
//! words stand in it. Whoever can write the user's files can rewrite lines *and* head: against malware of the same
//! user the log proves nothing.
//!
//! Nothing here ever stops the agent. What cannot be written is said once in the log of the agent, counted, and noted
//! in the chain as a gap as soon as writing works again. All calls block for some milliseconds (they wait for the disk),
//! but for those of requests: [`AuditLog::record`] and what it gives have a thread write (`audit/writer.rs`).
//!
//! How lines, head and files are kept in step is told in `audit/journal.rs`.

mod files;
mod head;
mod journal;
mod line;
mod record;
mod show;
mod tail;
#[cfg(test)]
mod tests;
mod verify;
mod writer;

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use self::journal::Journal;
use self::record::Body;
pub use self::show::{Entry, Happening};
pub use self::verify::{Finding, Report, Trouble};
pub use self::writer::Recording;
use self::writer::Writer;
use crate::consent::Asker;
use crate::digest::Digest;
use crate::jpki::KeyKind;
use crate::message::Phrase;
use crate::origin::{Origin, Scopes};
use crate::phrase;

/// How large and how old the log may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditSettings {
    /// A file that has reached this many bytes is followed by a new one.
    pub max_file_bytes: u64,
    /// Records older than this many days are dropped, whole files at a time, at the latest after a quarter more.
    /// `None`: nothing is dropped.
    pub retention_days: Option<u32>,
}

/// The log of one user. Clones write to the same log; so may other processes.
#[derive(Clone, Debug)]
pub struct AuditLog {
    inner: Arc<Inner>,
}

/// What somebody is about to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Who asks.
    pub asker: Asker,
    /// What for.
    pub operation: Operation,
    /// The site a program asks for, if that is not the asker itself.
    pub on_behalf_of: Option<Origin>,
    /// The key whose PIN is wanted.
    pub key_kind: Option<KeyKind>,
    /// What is to be signed, in this order.
    pub digests: Vec<Digest>,
}

/// What is to be done with the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Log in.
    Authenticate,
    /// Sign.
    Sign,
    /// Hand out the signature certificate.
    Disclose,
    /// Change a PIN.
    ChangePin,
    /// Allow the last try of a PIN to be used.
    Unprotect,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not done.
    Failed {
        /// The problem's code in the API: `user_declined`, `pin_incorrect` and so on.
        code: Cow<'static, str>,
    },
    /// It may have been done: the card went away meanwhile, or no outcome was ever written (a crash, or still at work).
    Unknown,
    /// The agent gave it up without saying why: the caller went away, or a bug.
    Abandoned,
}

/// Something noteworthy besides requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An origin was allowed, or given other scopes.
    OriginAllowed {
        /// Which.
        origin: Origin,
        /// What it may ask now.
        scopes: Scopes,
        /// By an edit of the settings file, not through the agent.
        by_file: bool,
    },
    /// An origin is no longer allowed.
    OriginRemoved {
        /// Which.
        origin: Origin,
        /// By an edit of the settings file, not through the agent.
        by_file: bool,
    },
}

/// An intent that waits for its outcome. Dropped without one, it is recorded as [`Outcome::Abandoned`].
#[derive(Debug)]
#[must_use = "an intent needs its outcome: call finish"]
pub struct AuditEntry {
    log: AuditLog,
    /// Of the intent's record; `None` if it was not recorded, or once there is an outcome.
    sequence: Option<u64>,
}

/// The log cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum AuditError {
    /// A file or folder of it.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process has kept the log locked for too long.
    Busy {
        /// The file with the lock.
        path: PathBuf,
    },
}

impl AuditError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::File { path, source } => {
                phrase!("fault-file", path = path.display().to_string(), why = source.to_string())
            }
            Self::Busy { path } => phrase!("fault-audit-busy", path = path.display().to_string()),
        }
    }
}

impl Default for AuditSettings {
    /// Files of 1 MiB (some two thousand requests), kept for ever.
    fn default() -> Self {
        Self { max_file_bytes: 1 << 20, retention_days: None }
    }
}

#[derive(Debug)]
struct Inner {
    journal: Journal,
    retention: Option<SignedDuration>,
    lost: Mutex<Lost>,
    writer: Writer,
    /// Moved on when something has come to its end, written or not.
    told: watch::Sender<()>,
}

/// What could not be written.
#[derive(Debug, Default)]
struct Lost {
    records: u64,
    since: Option<Timestamp>,
}

impl AuditLog {
    /// The log in `folder`, which is made (mode 0700) when the first record is written.
    #[must_use]
    pub fn new(folder: &Path, settings: AuditSettings) -> Self {
        let retention = settings.retention_days.map(|days| SignedDuration::from_hours(i64::from(days) * 24));
        // A quiet log would never reach its size: a file also ends after a quarter of the time it is kept.
        let max_age = retention.map(|retention| retention / 4);
        let journal = Journal::new(folder, settings.max_file_bytes, max_age);
        let (lost, writer, told) = (Mutex::default(), Writer::default(), watch::Sender::new(()));
        Self { inner: Arc::new(Inner { journal, retention, lost, writer, told }) }
    }

    /// Changes when this process has told of something that has come to its end: the outcome of a request, an origin
    /// allowed or removed. Also where that could not be written: it has happened all the same.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<()> {
        self.inner.told.subscribe()
    }

    /// Writes down what is about to be done; on disk when this returns. To be called before the person is asked.
    pub fn begin(&self, intent: &Intent, now: Timestamp) -> AuditEntry {
        self.begin_telling(intent, now, &|| ())
    }

    /// The same; `on_disk` is called as soon as the line itself is on disk, which is before the head is. Not called if it
    /// cannot be written.
    fn begin_telling(&self, intent: &Intent, now: Timestamp, on_disk: &dyn Fn()) -> AuditEntry {
        let sequence = self.write(Body::request(intent), Some(now), on_disk);
        self.drop_old(now);
        AuditEntry { log: self.clone(), sequence }
    }

    /// Writes down something that has happened. Is it recorded?
    pub fn note(&self, event: &Event, now: Timestamp) -> bool {
        self.inner.writer.wait();
        let written = self.write(Body::event(event), Some(now), &|| ()).is_some();
        self.inner.told.send_replace(());
        written
    }

    /// The latest `limit` entries, oldest of them first; intents and their outcomes are one entry.
    ///
    /// # Errors
    /// [`AuditError`].
    pub fn show(&self, limit: usize) -> Result<Vec<Entry>, AuditError> {
        self.inner.writer.wait();
        show::show(&self.inner.journal, limit)
    }

    /// Goes through the whole chain. Reads by stream: the size of the log does not matter.
    ///
    /// # Errors
    /// [`AuditError`] if it cannot be read; what is wrong with it stands in the report.
    pub fn verify(&self) -> Result<Report, AuditError> {
        self.inner.writer.wait();
        verify::verify(&self.inner.journal)
    }

    /// Deletes all records; what remains says that, when, and how many there have been.
    ///
    /// # Errors
    /// [`AuditError`].
    pub fn clear(&self, now: Timestamp) -> Result<(), AuditError> {
        self.inner.writer.wait();
        let mut lost = self.lost();
        self.inner.journal.clear(now)?;
        *lost = Lost::default();
        Ok(())
    }

    /// The new record's number; `None` if it could not be written.
    fn write(&self, body: Body, time: Option<Timestamp>, on_disk: &dyn Fn()) -> Option<u64> {
        let mut lost = self.lost();
        let written = self.fill_gap(&mut lost, time).and_then(|()| self.inner.journal.append(body, time, on_disk));
        match written {
            Ok(sequence) => Some(sequence),
            Err(error) => {
                if lost.records == 0 {
                    tracing::error!(%error, "the audit log cannot be written: what happens now is NOT RECORDED");
                    lost.since = time;
                }
                lost.records += 1;
                None
            }
        }
    }

    /// Says in the chain what is missing there, if anything is.
    fn fill_gap(&self, lost: &mut Lost, time: Option<Timestamp>) -> Result<(), AuditError> {
        if lost.records > 0 {
            self.inner.journal.append(Body::gap(lost.records, lost.since), time, &|| ())?;
            tracing::warn!(records = lost.records, "the audit log can be written again; some records are missing");
            *lost = Lost::default();
        }
        Ok(())
    }

    /// Drops files older than the retention, at most once per request.
    fn drop_old(&self, now: Timestamp) {
        let Some(before) = self.inner.retention.and_then(|retention| now.checked_sub(retention).ok()) else { return };
        let _lost = self.lost();
        if let Err(error) = self.inner.journal.drop_before(before, now) {
            tracing::warn!(%error, "old files of the audit log could not be dropped");
        }
    }

    /// Also keeps the threads of this process from waiting for each other's file lock.
    fn lost(&self) -> MutexGuard<'_, Lost> {
        self.inner.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AuditEntry {
    /// Was the intent written? If not, this has been said in the log of the agent, and the request goes on all the same.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.sequence.is_some()
    }

    /// Writes down what came of it. Is it recorded?
    pub fn finish(mut self, outcome: Outcome, now: Timestamp) -> bool {
        match self.sequence.take() {
            Some(sequence) => self.log.write(Body::outcome(sequence, &outcome), Some(now), &|| ()).is_some(),
            None => {
                // Perhaps writing works again: then the gap is noted now, not at the next request.
                if let Err(error) = self.log.fill_gap(&mut self.log.lost(), Some(now)) {
                    tracing::debug!(%error, "the audit log still cannot be written");
                }
                false
            }
        }
    } // dropped here, which tells those who follow the log
}

impl Drop for AuditEntry {
    fn drop(&mut self) {
        if let Some(sequence) = self.sequence.take() {
            // Nobody is left to say what time it is: the record goes without.
            self.log.write(Body::outcome(sequence, &Outcome::Abandoned), None, &|| ());
        }
        self.log.inner.told.send_replace(());
    }
}

impl Operation {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Authenticate, Self::Sign, Self::Disclose, Self::ChangePin, Self::Unprotect];

    /// The name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Authenticate => "authenticate",
            Self::Sign => "sign",
            Self::Disclose => "disclose",
            Self::ChangePin => "pin-change",
            Self::Unprotect => "unprotect",
        }
    }

    /// The operation of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

impl Outcome {
    /// The outcome of a request that failed with this code.
    #[must_use]
    pub fn failed(code: impl Into<Cow<'static, str>>) -> Self {
        Self::Failed { code: code.into() }
    }

    /// The name in the log.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed { .. } => "failed",
            Self::Unknown => "unknown",
            Self::Abandoned => "abandoned",
        }
    }
}
