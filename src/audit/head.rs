//! The head of the chain in its own file: which line was the last, and its hash. A cut tail shows by it.

use std::io;

use serde::{Deserialize, Serialize};

use super::AuditError;
use super::files::{Folder, at};
use super::record::{Link, MAX_SEQUENCE};
use crate::durable::replace_file;

/// A place between two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The file, by the number of its first record.
    pub(super) file: u64,
    /// Length of that file in bytes up to here.
    pub(super) length: u64,
    /// Lines before, in all files there have been.
    pub(super) sequence: u64,
    /// The chain up to here.
    pub(super) link: Link,
}

/// What is found where the head should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// A head.
    Head(Head),
    /// No file.
    Missing,
    /// A file that is none.
    Unreadable,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    file: u64,
    length: u64,
    seq: u64,
    hash: String,
}

impl Head {
    /// Before the first line of all.
    pub(super) const START: Self = Self { file: 1, length: 0, sequence: 0, link: Link::START };

    pub(super) fn read(folder: &Folder) -> Result<Kept, AuditError> {
        let path = folder.head();
        let text = match std::fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kept::Missing),
            text => text.map_err(at(&path))?,
        };
        let head = serde_json::from_slice::<Form>(&text).ok().filter(|form| form.seq < MAX_SEQUENCE).and_then(|form| {
            let link = Link::from_hex(&form.hash)?;
            Some(Self { file: form.file, length: form.length, sequence: form.seq, link })
        });
        Ok(head.map_or(Kept::Unreadable, Kept::Head))
    }

    /// Replaces the file as a whole; on disk when this returns.
    pub(super) fn write(self, folder: &Folder) -> Result<(), AuditError> {
        let form = Form { file: self.file, length: self.length, seq: self.sequence, hash: self.link.to_hex() };
        let path = folder.head();
        let mut text = serde_json::to_vec(&form).map_err(|error| at(&path)(error.into()))?;
        text.push(b'\n');
        replace_file(&path, &text, None).map_err(at(&path))
    }
}
