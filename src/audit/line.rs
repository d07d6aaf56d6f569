//! Reads lines by stream: a line is hashed whole, but only its beginning is kept.

use std::io::{self, BufRead};

use super::record::{Link, Record};

/// More than any record needs: a hundred SHA-512 digests are some 17 KB.
const MAX_LINE: usize = 64 * 1024;

/// One line, read.
#[derive(Debug)]
pub(super) struct Line {
    /// The record; `None` if the line is not one.
    pub(super) record: Option<Record>,
    /// Length in bytes, without the line feed.
    pub(super) length: u64,
    /// Does a line feed end it?
    pub(super) complete: bool,
    /// The hash of the chain with this line, if `before` is the one without.
    pub(super) link: Link,
}

impl Line {
    /// The next line; `None` at the end. It is hashed after the `prev` it states itself, so that one changed line is
    /// one finding; a line that states none is hashed after `before`.
    pub(super) fn read(reader: &mut impl BufRead, before: Link) -> io::Result<Option<Self>> {
        let mut kept = Vec::new();
        let mut hasher = before.hasher();
        let mut length = 0;
        let mut complete = false;
        while !complete {
            let buffer = match reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            if buffer.is_empty() {
                break;
            }
            let mut parts = buffer.splitn(2, |byte| *byte == b'\n');
            let piece = parts.next().unwrap_or_default();
            complete = parts.next().is_some();
            hasher.update(piece);
            length += piece.len();
            let room = MAX_LINE.saturating_sub(kept.len());
            kept.extend_from_slice(piece.get(..room).unwrap_or(piece));
            let consumed = piece.len() + usize::from(complete);
            reader.consume(consumed);
        }
        if length == 0 && !complete {
            return Ok(None);
        }
        // A torn record is none, since its closing brace is missing; without its line feed alone it is whole.
        let record = if kept.len() == length { Record::parse(&kept) } else { None };
        let link = record.as_ref().map_or_else(|| hasher.finish(), |record| record.before().then(&kept));
        Ok(Some(Self { record, length: u64::try_from(length).unwrap_or(u64::MAX), complete, link }))
    }

    /// Bytes it takes up in the file.
    pub(super) fn size(&self) -> u64 {
        self.length + u64::from(self.complete)
    }
}
