//! A bar for work that takes a while, on standard error where that is a terminal and nowhere else.
//!
//! One line that overwrites itself and is gone at the end. It has no words: the file's name and figures.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::foreign_text::visible;

/// Work that is over sooner shows nothing.
const SHOWN_AFTER: Duration = Duration::from_millis(300);
/// Between two states of the bar.
const STEP: Duration = Duration::from_millis(100);
/// Marks the bar is made of.
const WIDTH: u64 = 30;
/// So much of a name fits beside the bar on a terminal of 80 columns, also in characters that take two.
const NAME: usize = 18;

/// How far one file is.
#[derive(Debug)]
pub(super) struct Progress {
    name: String,
    total: u64,
    done: u64,
    next: Instant,
    visible: bool,
    shown: bool,
}

impl Progress {
    /// Of a file of `total` bytes. Shown if `wanted`, on a terminal.
    pub(super) fn of(path: &Path, total: u64, wanted: bool) -> Self {
        let name = visible(&path.file_name().unwrap_or_default().to_string_lossy()).chars().take(NAME).collect();
        let visible = wanted && io::stderr().is_terminal();
        Self { name, total, done: 0, next: Instant::now() + SHOWN_AFTER, visible, shown: false }
    }

    /// So many bytes more.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.done = self.done.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if !self.visible || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + STEP;
        self.shown = true;
        let _ = write!(io::stderr(), "\r{}\x1B[K", self.line());
    }

    fn line(&self) -> String {
        let of = |whole: u64| self.done.min(self.total).saturating_mul(whole) / self.total.max(1);
        let (marks, percent) = (usize::try_from(of(WIDTH)).unwrap_or(0), of(100));
        let width = usize::try_from(WIDTH).unwrap_or(0);
        format!("[{:<width$}] {percent:>3} %  {}", "#".repeat(marks), self.name)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1B[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fits_and_never_says_more_than_all() {
        let mut progress = Progress::of(Path::new("x/申告書\u{202E}.pdf"), 1000, false);
        progress.advance(425);
        assert_eq!(progress.line(), format!("[{:<30}]  42 %  申告書\u{FFFD}.pdf", "#".repeat(12)));
        progress.advance(usize::MAX);
        assert_eq!(progress.line(), format!("[{}] 100 %  申告書\u{FFFD}.pdf", "#".repeat(30)));
        let empty = Progress::of(Path::new(&"長".repeat(100)), 0, false);
        assert!(empty.line().contains("  0 %") && empty.name.chars().count() == NAME);
    }
}
