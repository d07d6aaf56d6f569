//! An agent that the tray started: this very program with `serve`, and the way to its end.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::sync::lock;

/// How long an agent may take to end in order: its requests have 15 seconds, its cards 5 more.
const END_LIMIT: Duration = Duration::from_secs(25);

/// How long a program that has ended is listened to: what it said is there, unless another holds its end of the pipe.
const LISTEN_LIMIT: Duration = Duration::from_secs(1);

/// How this program is started anew, for an agent and for its page.
#[derive(Clone, Debug)]
pub struct Launcher {
    /// This program.
    pub program: PathBuf,
    /// What `serve` is told: settings file, software card.
    pub serve: Vec<OsString>,
}

/// A running agent of ours. Dropping it leaves it running.
#[derive(Debug)]
pub(super) struct OwnAgent {
    child: Child,
    last_words: LastWords,
    listening: JoinHandle<()>,
}

/// What a program says to a person when it fails: the failure, and what can be done about it.
#[derive(Clone, Debug, Default)]
struct LastWords(Arc<Mutex<Vec<String>>>);

impl Launcher {
    /// Starts an agent. It logs where the tray does, through it; `said` is told when it says that it listens.
    pub(super) fn start(&self, said: Arc<Notify>) -> io::Result<OwnAgent> {
        let mut command = Command::new(&self.program);
        command.arg("serve").args(&self.serve).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C in a terminal goes to the tray alone, which ends the agent; two wishes to end would not be in order.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        if let Some(output) = child.stdout.take() {
            // Read to its end, so that the agent never waits for a reader.
            let mut lines = BufReader::new(output).lines();
            tokio::spawn(async move {
                while let Ok(Some(line)) = lines.next_line().await {
                    tracing::info!(line, "the agent");
                    said.notify_one();
                }
            });
        }
        let (last_words, listening) = LastWords::of(child.stderr.take());
        Ok(OwnAgent { child, last_words, listening })
    }

    /// Opens the agent's page, by `jpki-agent open`; how that went, and what it said if it failed.
    pub(super) async fn open_page(self) -> io::Result<(ExitStatus, Vec<String>)> {
        let mut command = Command::new(&self.program);
        command.arg("open").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let (last_words, listening) = LastWords::of(child.stderr.take());
        let status = child.wait().await?;
        // A browser it has started may hold its end of the pipe.
        let _ = tokio::time::timeout(LISTEN_LIMIT, listening).await;
        Ok((status, last_words.take()))
    }
}

impl LastWords {
    /// Hears what a program says, and says it on.
    fn of(output: Option<ChildStderr>) -> (Self, JoinHandle<()>) {
        let words = Self::default();
        let hearing = words.clone();
        let listening = tokio::spawn(async move {
            let Some(output) = output else { return };
            // Read to its end, as above; a line of a log is not remembered.
            let mut lines = BufReader::new(output).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let _ = writeln!(io::stderr(), "{line}"); // who reads the tray's may have gone
                hearing.hear(&line);
            }
        });
        (words, listening)
    }

    /// A failure is written as `jpki-agent: …`, what to do as `  → …` after it (`cli::session`).
    fn hear(&self, line: &str) {
        let mut words = lock(&self.0);
        if let Some(failure) = line.strip_prefix("jpki-agent: ") {
            *words = vec![failure.to_owned()];
        } else if let (Some(remedy), 1) = (line.strip_prefix("  → "), words.len()) {
            words.push(remedy.to_owned());
        }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.0))
    }
}

impl OwnAgent {
    /// Waits until it has ended.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// What it said at its end, if that was a failure.
    pub(super) async fn last_words(self) -> Vec<String> {
        let _ = tokio::time::timeout(LISTEN_LIMIT, self.listening).await;
        self.last_words.take()
    }

    /// Asks it to end in order (SIGTERM by its process id), and waits. One that does not is left alone: it may be in the
    /// middle of what the person wanted.
    pub(super) async fn stop(mut self) {
        self.ask_to_end();
        match tokio::time::timeout(END_LIMIT, self.child.wait()).await {
            Ok(Ok(status)) => tracing::info!(%status, "the agent has ended"),
            Ok(Err(error)) => tracing::warn!(%error, "the end of the agent"),
            Err(_) => tracing::warn!("the agent does not end; it is left running"),
        }
    }

    #[cfg(unix)]
    fn ask_to_end(&mut self) {
        use rustix::process::{Pid, Signal, kill_process};
        // `None` once it was waited for: then the id may be somebody else's.
        let id = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(id) = id
            && let Err(error) = kill_process(id, Signal::TERM)
        {
            tracing::warn!(%error, "the agent could not be asked to end");
        }
    }

    /// There is no kinder way on this system.
    #[cfg(not(unix))]
    fn ask_to_end(&mut self) {
        if let Err(error) = self.child.start_kill() {
            tracing::warn!(%error, "the agent could not be ended");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_all_that_is_said_the_failure_is_remembered() {
        let words = LastWords::default();
        for line in ["2026-11-22T03:00:00Z WARN readers", "jpki-agent: faulty: line 3", "  → mend it", "  → and this"]
        {
            words.hear(line);
        }
        assert_eq!(words.take(), ["faulty: line 3", "mend it"]);
        words.hear("  → of nothing");
        assert!(words.take().is_empty());
    }
}
