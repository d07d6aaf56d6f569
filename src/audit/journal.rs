//! Writing: in which order lines, head and files change, so that a crash between any two steps neither hides a cut nor
//! looks like one.
//!
//! 1. Under the lock, look at what stands behind the head ([`Tail`]). If lines and head are out of step, close a torn
//!    line off with a line feed and write a mending record that says what was found; torn bytes count as a line of the
//!    chain, so nothing is ever taken out.
//! 2. Append the line and wait for the disk. 3. Replace the head and wait for the disk.
//!
//! Hence the head is never ahead of the lines unless lines were taken away, and at most one record behind. What cannot
//! be seen: taking away that one record before the next is written. What else shows is told in [`verify`](super::verify).
//!
//! A file that is full, or old enough, is followed by one whose first line continues the chain. Old files are deleted
//! from the oldest on, after a record in the chain has said where it may begin from now on.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::AuditError;
use super::files::{Folder, at};
use super::head::Head;
use super::line::Line;
use super::record::{Body, Link, Record, Why};
use super::tail::Tail;

/// Writes the chain.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) folder: Folder,
    max_bytes: u64,
    max_age: Option<SignedDuration>,
}

impl Journal {
    pub(super) fn new(folder: &Path, max_bytes: u64, max_age: Option<SignedDuration>) -> Self {
        Self { folder: Folder::new(folder), max_bytes, max_age }
    }

    /// Adds a record and gives its number; on disk when this returns. `on_disk` is called when the line is, before the
    /// head is: a line that is one ahead of the head is a whole record (see [`Tail`]).
    pub(super) fn append(&self, body: Body, time: Option<Timestamp>, on_disk: &dyn Fn()) -> Result<u64, AuditError> {
        let _lock = self.folder.lock()?;
        let end = self.mend(time)?;
        let end = if self.is_full(end, time)? { next_file(end) } else { end };
        let end = self.add(end, Record::new(end.sequence + 1, end.link, time, body))?;
        on_disk();
        if let Err(error) = end.write(&self.folder) {
            // The line itself is safe; the next record finds the head one behind and says so.
            tracing::warn!(%error, "the head of the audit log could not be written");
        }
        Ok(end.sequence)
    }

    /// Drops whole files with nothing in them from `cutoff` on.
    pub(super) fn drop_before(&self, cutoff: Timestamp, now: Timestamp) -> Result<(), AuditError> {
        if self.folder.list()?.len() < 2 {
            return Ok(());
        }
        let _lock = self.folder.lock()?;
        let end = self.mend(Some(now))?;
        let mut files = self.folder.list()?.into_iter().filter(|file| *file <= end.file).peekable();
        let mut kept = None;
        while let Some(file) = files.next()
            && self.is_older(file, cutoff)?
        {
            kept = files.peek().copied().or(kept); // the last file stays, whatever its age
        }
        let Some(kept) = kept else { return Ok(()) };
        let Some(first) = self.first(kept)? else { return Ok(()) };
        let body = Body::Dropped { before: first.sequence, hash: first.before.to_hex(), why: Why::Retention };
        let end = self.add(end, Record::new(end.sequence + 1, end.link, Some(now), body))?;
        end.write(&self.folder)?;
        self.delete_before(kept)
    }

    /// Begins a new file that says that those before were cleared, and deletes them.
    pub(super) fn clear(&self, now: Timestamp) -> Result<(), AuditError> {
        let _lock = self.folder.lock()?;
        let end = next_file(self.mend(Some(now))?);
        let body = Body::Dropped { before: end.sequence + 1, hash: end.link.to_hex(), why: Why::Cleared };
        let end = self.add(end, Record::new(end.sequence + 1, end.link, Some(now), body))?;
        end.write(&self.folder)?;
        self.delete_before(end.file)
    }

    /// Brings lines and head in step, if they are not; gives the place of the next line.
    fn mend(&self, time: Option<Timestamp>) -> Result<Head, AuditError> {
        let Tail { mut end, found, lines, bytes, open } = Tail::inspect(&self.folder)?;
        if open {
            self.folder.append(end.file, end.length, b"\n")?;
            end.length += 1;
        }
        let Some(found) = found else { return Ok(end) };
        tracing::warn!(?found, lines, bytes, "lines and head of the audit log were not in step");
        let body = Body::Mended { found, lines, bytes };
        let end = self.add(end, Record::new(end.sequence + 1, end.link, time, body))?;
        end.write(&self.folder)?;
        Ok(end)
    }

    /// Writes the line, not the head.
    fn add(&self, end: Head, record: Record) -> Result<Head, AuditError> {
        let line = serde_json::to_vec(&record).map_err(|error| at(self.folder.path())(error.into()))?;
        let link = end.link.then(&line);
        let bytes = [line.as_slice(), b"\n"].concat();
        self.folder.append(end.file, end.length, &bytes)?;
        let length = end.length + u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(Head { length, sequence: record.sequence, link, ..end })
    }

    fn is_full(&self, end: Head, now: Option<Timestamp>) -> Result<bool, AuditError> {
        if end.length == 0 || end.length >= self.max_bytes {
            return Ok(end.length > 0);
        }
        let (Some(max_age), Some(now)) = (self.max_age, now) else { return Ok(false) };
        let begun = self.first(end.file)?.and_then(|first| first.time);
        Ok(begun.is_some_and(|begun| now.duration_since(begun) > max_age))
    }

    /// Is every record of this file from before `cutoff`?
    fn is_older(&self, file: u64, cutoff: Timestamp) -> Result<bool, AuditError> {
        let path = self.folder.file(file);
        let mut reader = BufReader::new(File::open(&path).map_err(at(&path))?);
        while let Some(line) = Line::read(&mut reader, Link::START).map_err(at(&path))? {
            if line.record.and_then(|record| record.time()).is_some_and(|time| time >= cutoff) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Where a file begins; `None` if there is no record in it.
    fn first(&self, file: u64) -> Result<Option<First>, AuditError> {
        let path = self.folder.file(file);
        let mut reader = BufReader::new(File::open(&path).map_err(at(&path))?);
        let mut first: Option<First> = None;
        // The first record that has a time says when: some have none.
        while let Some(line) = Line::read(&mut reader, Link::START).map_err(at(&path))? {
            let Some(record) = line.record else { continue };
            let first = first.get_or_insert(First { sequence: record.sequence, before: record.before(), time: None });
            first.time = record.time();
            if first.time.is_some() {
                break;
            }
        }
        Ok(first)
    }

    fn delete_before(&self, kept: u64) -> Result<(), AuditError> {
        let files = self.folder.list()?;
        files.into_iter().filter(|file| *file < kept).try_for_each(|file| self.folder.delete(file))
    }
}

/// The beginning of a file.
struct First {
    sequence: u64,
    before: Link,
    time: Option<Timestamp>,
}

/// The chain goes on in a file of its own.
fn next_file(end: Head) -> Head {
    Head { file: end.sequence + 1, length: 0, ..end }
}
