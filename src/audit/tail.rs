//! What stands behind the head, and what that means. Writing repairs by it, checking reports it.
//!
//! A line is written before its head. So an agent that ends at any moment leaves one record too many, or the beginning
//! of one, behind the head: no more, and never one too few. A repair that itself was cut short leaves, behind that, its
//! mending record or the beginning of it. Everything else was not the agent.

use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};

use super::AuditError;
use super::files::{Folder, at};
use super::head::{Head, Kept};
use super::line::Line;
use super::record::{Link, Mend, Record};

/// Where the next line belongs, and what has to be said before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// Where the next line belongs, once the last one is complete.
    pub(super) end: Head,
    /// How lines and head are out of step, if they are.
    pub(super) found: Option<Mend>,
    /// Torn lines at the end, or all lines behind the head if some are foreign.
    pub(super) lines: u64,
    /// Their bytes, without line feeds.
    pub(super) bytes: u64,
    /// The last line has no line feed.
    pub(super) open: bool,
}

impl Tail {
    /// Looks at head and files.
    pub(super) fn inspect(folder: &Folder) -> Result<Self, AuditError> {
        let files = folder.list()?;
        let head = match Head::read(folder)? {
            Kept::Head(head) => head,
            Kept::Missing if files.is_empty() => return Ok(Self::in_step(Head::START)),
            Kept::Missing | Kept::Unreadable => return Self::without_head(folder, &files),
        };
        let later = files.iter().copied().filter(|file| *file > head.file);
        let length = folder.length(head.file)?;
        if length.unwrap_or(0) < head.length {
            return Self::cut(folder, head, later.max().unwrap_or(head.file));
        }
        let mut walk = Walk::from(head);
        if length.is_some() {
            walk.file(folder, head.file, head.length)?;
        }
        // A file may have been begun for the next record; perhaps that was not written.
        for file in later {
            walk.file(folder, file, 0)?;
        }
        Ok(walk.tail())
    }

    fn in_step(end: Head) -> Self {
        Self { end, found: None, lines: 0, bytes: 0, open: false }
    }

    /// Goes on with the chain as the head knows it, in the last file there is.
    fn cut(folder: &Folder, head: Head, file: u64) -> Result<Self, AuditError> {
        let Some(length) = folder.length(file)? else {
            let end = Head { file: head.sequence + 1, length: 0, ..head };
            return Ok(Self { found: Some(Mend::Cut), ..Self::in_step(end) });
        };
        let open = length > 0 && !ends_with_line_feed(folder, file)?;
        let end = Head { file, length, ..head };
        Ok(Self { end, found: Some(Mend::Cut), lines: 0, bytes: 0, open })
    }

    /// Goes on with what stands in the last file.
    fn without_head(folder: &Folder, files: &[u64]) -> Result<Self, AuditError> {
        let Some(&file) = files.last() else {
            return Ok(Self { found: Some(Mend::HeadLost), ..Self::in_step(Head::START) });
        };
        let start = Head { file, length: 0, sequence: file.saturating_sub(1), link: Link::START };
        let mut walk = Walk::from(start);
        walk.file(folder, file, 0)?;
        Ok(Self { found: Some(Mend::HeadLost), lines: 0, bytes: 0, ..walk.tail() })
    }
}

/// From the head on.
struct Walk {
    end: Head,
    found: Option<Mend>,
    /// Torn lines after the last record.
    torn: Count,
    all: Count,
    open: bool,
}

#[derive(Clone, Copy, Default)]
struct Count {
    lines: u64,
    bytes: u64,
}

impl Walk {
    fn from(end: Head) -> Self {
        Self { end, found: None, torn: Count::default(), all: Count::default(), open: false }
    }

    fn file(&mut self, folder: &Folder, file: u64, from: u64) -> Result<(), AuditError> {
        let path = folder.file(file);
        let mut opened = File::open(&path).map_err(at(&path))?;
        opened.seek(SeekFrom::Start(from)).map_err(at(&path))?;
        let mut reader = BufReader::new(opened);
        (self.end.file, self.end.length) = (file, from);
        while let Some(line) = Line::read(&mut reader, self.end.link).map_err(at(&path))? {
            self.line(&line);
        }
        Ok(())
    }

    fn line(&mut self, line: &Line) {
        let Head { sequence, link, .. } = self.end;
        let follows = line.record.as_ref().is_some_and(|record| record.follows(sequence, link));
        let is_mend = line.record.as_ref().is_some_and(Record::is_mend);
        self.found = Some(match (self.found, &line.record) {
            (Some(Mend::Foreign), _) => Mend::Foreign,
            (_, None) => Mend::Torn,
            (None, Some(_)) if follows => Mend::Behind,
            (Some(_), Some(_)) if follows && is_mend => Mend::Behind, // and what it says is said
            _ => Mend::Foreign,
        });
        if line.record.is_some() {
            self.torn = Count::default();
        } else {
            self.torn.add(line);
        }
        self.all.add(line);
        self.open = !line.complete;
        self.end.sequence = line.record.as_ref().map_or(sequence + 1, |record| record.sequence);
        self.end.link = line.link;
        self.end.length += line.size();
    }

    fn tail(self) -> Tail {
        let Count { lines, bytes } = if self.found == Some(Mend::Foreign) { self.all } else { self.torn };
        Tail { end: self.end, found: self.found, lines, bytes, open: self.open }
    }
}

impl Count {
    fn add(&mut self, line: &Line) {
        self.lines += 1;
        self.bytes += line.length;
    }
}

fn ends_with_line_feed(folder: &Folder, file: u64) -> Result<bool, AuditError> {
    use std::io::Read as _;
    let path = folder.file(file);
    let last = || {
        let mut opened = File::open(&path)?;
        opened.seek(SeekFrom::End(-1))?;
        let mut byte = [0];
        opened.read_exact(&mut byte)?;
        Ok(byte == *b"\n")
    };
    last().map_err(at(&path))
}
