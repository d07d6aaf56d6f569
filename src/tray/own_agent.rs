//! An agent that the tray started: this very program with `serve`, and the way to its end.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Notify;

/// How long an agent may take to end in order: its requests have 15 seconds, its cards 5 more.
const END_LIMIT: Duration = Duration::from_secs(25);

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
pub(super) struct OwnAgent(Child);

impl Launcher {
    /// Starts an agent. It logs where the tray does; `said` is told when it says that it listens.
    pub(super) fn start(&self, said: Arc<Notify>) -> io::Result<OwnAgent> {
        let mut command = Command::new(&self.program);
        command.arg("serve").args(&self.serve).stdin(Stdio::null()).stdout(Stdio::piped());
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
        Ok(OwnAgent(child))
    }

    /// Opens the agent's page, by `jpki-agent open`; how that went.
    pub(super) async fn open_page(self) -> io::Result<ExitStatus> {
        let mut command = Command::new(&self.program);
        command.arg("open").stdin(Stdio::null()).stdout(Stdio::null());
        #[cfg(unix)]
        command.process_group(0);
        command.status().await
    }
}

impl OwnAgent {
    /// Waits until it has ended.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.0.wait().await
    }

    /// Asks it to end in order (SIGTERM by its process id), and waits. One that does not is left alone: it may be in the
    /// middle of what the person wanted.
    pub(super) async fn stop(mut self) {
        self.ask_to_end();
        match tokio::time::timeout(END_LIMIT, self.0.wait()).await {
            Ok(Ok(status)) => tracing::info!(%status, "the agent has ended"),
            Ok(Err(error)) => tracing::warn!(%error, "the end of the agent"),
            Err(_) => tracing::warn!("the agent does not end; it is left running"),
        }
    }

    #[cfg(unix)]
    fn ask_to_end(&mut self) {
        use rustix::process::{Pid, Signal, kill_process};
        // `None` once it was waited for: then the id may be somebody else's.
        let id = self.0.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(id) = id
            && let Err(error) = kill_process(id, Signal::TERM)
        {
            tracing::warn!(%error, "the agent could not be asked to end");
        }
    }

    /// There is no kinder way on this system.
    #[cfg(not(unix))]
    fn ask_to_end(&mut self) {
        if let Err(error) = self.0.start_kill() {
            tracing::warn!(%error, "the agent could not be ended");
        }
    }
}
