//! Is the log as the agent wrote it? Goes through the chain and compares it with the head.
//!
//! What shows: a line changed, added, removed or moved; a cut beginning that no record allows; a cut tail; lines added
//! behind the head. What does not: the last record taken away in the moment between line and head; lines and head
//! rewritten together.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::AuditError;
use super::files::at;
use super::head::{Head, Kept};
use super::journal::Journal;
use super::line::Line;
use super::record::{Body, Link, Mend, Record};
use super::tail::Tail;
use crate::message::Phrase;
use crate::phrase;

/// Most findings that are listed.
const MAX_FINDINGS: usize = 200;

/// The result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Files read.
    pub files: u64,
    /// Lines read.
    pub lines: u64,
    /// The number of the first record there is, if there is any: 1 unless older ones were dropped.
    pub first: Option<u64>,
    /// What was found, in the order of the lines; the first 200.
    pub findings: Vec<Finding>,
    /// Findings beyond those listed.
    pub more: u64,
    alarm: bool,
}

/// Something that is not as it should be, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file it is in; the folder if it is about the whole log.
    pub file: PathBuf,
    /// The line in that file, counted from 1.
    pub line: Option<u64>,
    /// What.
    pub trouble: Trouble,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Between this line and the one before something was removed or added, or the order was changed.
    Sequence {
        /// The number that should stand here.
        expected: u64,
        /// The number that does.
        found: u64,
    },
    /// The line before this was changed, or this one was.
    Broken,
    /// Not a record, and nothing says that it was torn; others may follow.
    Unreadable,
    /// The line is not the one the head was made for, or one before it was changed and all after it were adapted.
    NotTheHead,
    /// The end of the log is missing.
    Cut {
        /// The last record the head knows.
        last: u64,
    },
    /// Records were missing when the agent wrote here.
    WasCut,
    /// Lines stand behind the head that the agent did not write.
    Foreign {
        /// How many.
        lines: u64,
    },
    /// Lines that the agent did not write were there when it wrote here.
    WasForeign,
    /// There is no head, or it is unreadable.
    HeadLost,
    /// There was no head when the agent wrote here.
    HeadWasLost,
    /// The beginning of the log is missing, and no record says that it was dropped.
    BeginningMissing {
        /// The first record there is.
        first: u64,
    },
    /// The agent ended between the last line and its head; the next record will say so.
    HeadBehind,
    /// The agent ended between a line and its head.
    HeadWasBehind,
    /// The last line is not complete; it will be closed off when the next one is written.
    TornOpen,
    /// A line that was not written to its end, and the next one says so.
    Torn,
    /// Records are missing because they could not be written.
    Gap {
        /// How many.
        records: u64,
    },
}

impl Trouble {
    /// In no language yet.
    #[must_use]
    pub fn phrase(self) -> Phrase {
        match self {
            Self::Sequence { expected, found } => {
                // As text: numbers would be grouped in thousands.
                phrase!("audit-sequence", expected = expected.to_string(), found = found.to_string())
            }
            Self::Broken => phrase!("audit-broken"),
            Self::Unreadable => phrase!("audit-unreadable"),
            Self::NotTheHead => phrase!("audit-not-the-head"),
            Self::Cut { last } => phrase!("audit-cut", last = last.to_string()),
            Self::WasCut => phrase!("audit-was-cut"),
            Self::Foreign { lines } => phrase!("audit-foreign", lines = lines),
            Self::WasForeign => phrase!("audit-was-foreign"),
            Self::HeadLost => phrase!("audit-head-lost"),
            Self::HeadWasLost => phrase!("audit-head-was-lost"),
            Self::BeginningMissing { first } => phrase!("audit-beginning-missing", first = first.to_string()),
            Self::HeadBehind => phrase!("audit-head-behind"),
            Self::HeadWasBehind => phrase!("audit-head-was-behind"),
            Self::TornOpen => phrase!("audit-torn-open"),
            Self::Torn => phrase!("audit-torn"),
            Self::Gap { records } => phrase!("audit-gap", records = records),
        }
    }

    /// Does it mean that somebody has changed the log? Otherwise it is a trace of a crash or a full disk.
    #[must_use]
    pub fn is_alarm(self) -> bool {
        !matches!(self, Self::HeadBehind | Self::HeadWasBehind | Self::TornOpen | Self::Torn | Self::Gap { .. })
    }
}

impl Report {
    /// Nothing was changed behind the agent's back, as far as can be told.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        !self.alarm
    }

    fn add(&mut self, file: PathBuf, line: Option<u64>, trouble: Trouble) {
        self.alarm |= trouble.is_alarm();
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(Finding { file, line, trouble });
        } else {
            self.more += 1;
        }
    }
}

pub(super) fn verify(journal: &Journal) -> Result<Report, AuditError> {
    let folder = &journal.folder;
    let Some(_lock) = folder.lock_shared()? else { return Ok(Report::default()) };
    let tail = Tail::inspect(folder)?;
    let head = match Head::read(folder)? {
        Kept::Head(head) => Some(head),
        Kept::Missing | Kept::Unreadable => None,
    };
    let mut check = Check { report: Report::default(), head, place: None, unread: None, allowed: None, start: None };
    for file in folder.list()? {
        let path = folder.file(file);
        check.report.files += 1;
        let mut reader = BufReader::new(File::open(&path).map_err(at(&path))?);
        let (mut number, mut length) = (0, 0);
        loop {
            let before = check.place.map_or(Link::START, |(_, link)| link);
            let Some(line) = Line::read(&mut reader, before).map_err(at(&path))? else { break };
            number += 1;
            length += line.size();
            check.line(&path, number, &line);
            check.compare(&path, number, file, length);
        }
    }
    check.finish(folder.path().to_owned(), tail);
    Ok(check.report)
}

/// On the way through the chain.
struct Check {
    report: Report,
    head: Option<Head>,
    /// Number and hash of the line before; `None` before the first.
    place: Option<(u64, Link)>,
    /// The lines just before that were no records.
    unread: Option<Unread>,
    /// Where the chain may begin, by the last record that says so.
    allowed: Option<(u64, Link)>,
    /// Where it does begin, and the file.
    start: Option<(u64, Link, PathBuf)>,
}

/// Lines in a row that are no records.
struct Unread {
    /// File and line of the first.
    first: (PathBuf, u64),
    lines: u64,
    /// Without line feeds.
    bytes: u64,
}

impl Check {
    fn line(&mut self, path: &Path, number: u64, line: &Line) {
        self.report.lines += 1;
        let Some(record) = &line.record else {
            let unread =
                self.unread.get_or_insert_with(|| Unread { first: (path.to_owned(), number), lines: 0, bytes: 0 });
            unread.lines += 1;
            unread.bytes += line.length;
            // Before the first record nothing is known; the first record will say where it stands.
            self.place = self.place.map(|(sequence, _)| (sequence + 1, line.link));
            return;
        };
        self.settle(Some(record));
        match self.place {
            None => self.start = Some((record.sequence, record.before(), path.to_owned())),
            Some((sequence, _)) if record.sequence != sequence + 1 => {
                let trouble = Trouble::Sequence { expected: sequence + 1, found: record.sequence };
                self.report.add(path.to_owned(), Some(number), trouble);
            }
            Some((_, link)) if record.before() != link => {
                self.report.add(path.to_owned(), Some(number), Trouble::Broken)
            }
            Some(_) => {}
        }
        self.body(path, number, &record.body);
        self.place = Some((record.sequence, line.link));
    }

    /// What to say of the lines before that were no records: `next` may say that they were torn.
    fn settle(&mut self, next: Option<&Record>) {
        let Some(Unread { first: (path, number), lines, bytes }) = self.unread.take() else { return };
        let torn = next.map(|record| &record.body) == Some(&Body::Mended { found: Mend::Torn, lines, bytes });
        self.report.add(path, Some(number), if torn { Trouble::Torn } else { Trouble::Unreadable });
    }

    fn body(&mut self, path: &Path, number: u64, body: &Body) {
        let trouble = match body {
            Body::Gap { records, .. } => Trouble::Gap { records: *records },
            Body::Mended { found, .. } => match found {
                Mend::Behind => Trouble::HeadWasBehind,
                Mend::Torn => return, // said of the torn line
                Mend::Foreign => Trouble::WasForeign,
                Mend::Cut => Trouble::WasCut,
                Mend::HeadLost => Trouble::HeadWasLost,
            },
            Body::Dropped { before, hash, .. } => {
                self.allowed = Link::from_hex(hash).map(|link| (*before, link)).or(self.allowed);
                return;
            }
            _ => return,
        };
        self.report.add(path.to_owned(), Some(number), trouble);
    }

    /// Is this the line the head was made for, and is it that line?
    fn compare(&mut self, path: &Path, number: u64, file: u64, length: u64) {
        let Some(head) = self.head.filter(|head| (head.file, head.length) == (file, length)) else { return };
        self.head = None; // found
        if self.place != Some((head.sequence, head.link)) {
            self.report.add(path.to_owned(), Some(number), Trouble::NotTheHead);
        }
    }

    fn finish(&mut self, folder: PathBuf, tail: Tail) {
        let report = &mut self.report;
        report.first = self.start.as_ref().map(|(first, ..)| *first);
        if let Some((first, before, path)) = self.start.take() {
            // Files are dropped from the oldest on, after the record that allows it: some may be left.
            let legitimate = (first, before) == (1, Link::START)
                || self.allowed.is_some_and(|(from, link)| first < from || (first, before) == (from, link));
            if !legitimate {
                report.add(path, Some(1), Trouble::BeginningMissing { first });
            }
        }
        let torn_open = self.unread.as_ref().is_some_and(|unread| {
            (tail.found, tail.lines, tail.bytes) == (Some(Mend::Torn), unread.lines, unread.bytes)
        });
        if !torn_open {
            self.settle(None);
        }
        let report = &mut self.report;
        if self.head.is_some() && tail.found != Some(Mend::Cut) {
            // There are enough bytes, but no line ends where the last one did.
            report.add(folder.clone(), None, Trouble::NotTheHead);
        }
        match tail.found {
            None => {}
            Some(Mend::Behind) => report.add(folder, None, Trouble::HeadBehind),
            Some(Mend::Torn) => report.add(folder, None, Trouble::TornOpen),
            Some(Mend::Foreign) => report.add(folder, None, Trouble::Foreign { lines: tail.lines }),
            Some(Mend::HeadLost) => report.add(folder, None, Trouble::HeadLost),
            Some(Mend::Cut) => report.add(folder, None, Trouble::Cut { last: tail.end.sequence }),
        }
    }
}
