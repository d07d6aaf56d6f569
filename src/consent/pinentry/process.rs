//! One running pinentry: its pipes, and its certain end.
//!
//! However a prompt ends, no process is left: dropping a [`Process`] asks it to end, kills it if it does not, reaps it,
//! and gives the terminal back as it was. On Windows the runtime's pipe buffers are not erased.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;
use zeroize::{Zeroize, Zeroizing};

use super::seat::Place;
use crate::consent::assuan::{self, ErrorCode, ProtocolError, Reply};

/// How long a pinentry may take to end after it was asked to.
const GRACE: Duration = Duration::from_millis(500);

/// Longest entry taken, in bytes. Far more than any PIN; a longer one is a fault.
const MAX_ENTRY: usize = 2048;

/// Why the conversation came to nothing. Never says what was typed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error("pinentry could not be started: {0}")]
    Start(std::io::ErrorKind),
    #[error("pinentry ended by itself")]
    Gone,
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    #[error("pinentry took the PIN from a cache")]
    FromCache,
    #[error("pinentry refused with error {}", .0.0)]
    Refused(ErrorCode),
}

pub(super) struct Process {
    /// Taken out when its end begins.
    child: Option<Child>,
    stdin: Option<ChildStdin>,
    lines: Lines,
    terminal: Option<Terminal>,
}

impl Process {
    /// Starts `program` and waits for its greeting.
    pub(super) async fn start(program: &Path, place: &Place) -> Result<Self, Trouble> {
        let terminal = place.terminal().and_then(Terminal::remember);
        let mut child = Command::new(program)
            .env_clear()
            .envs(place.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Trouble::Start(error.kind()))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let lines = Lines::new(stdout.ok_or(Trouble::Gone)?);
        let mut process = Self { child: Some(child), stdin, lines, terminal };
        process.done().await?;
        Ok(process)
    }

    /// One command that must succeed.
    pub(super) async fn command(&mut self, keyword: &str, text: &str) -> Result<(), Trouble> {
        self.send(&assuan::command(keyword, text)).await?;
        self.done().await.map(|_| ())
    }

    /// One command that may be refused.
    pub(super) async fn try_command(&mut self, keyword: &str, text: &str) -> Result<(), Trouble> {
        match self.command(keyword, text).await {
            Err(Trouble::Refused(_)) => Ok(()),
            result => result,
        }
    }

    /// A request to the person; what was typed, if anything.
    pub(super) async fn request(&mut self, keyword: &str) -> Result<Zeroizing<Vec<u8>>, Trouble> {
        self.send(&format!("{keyword}\n")).await?;
        self.done().await
    }

    /// Lets it end by itself, for a moment; dropping does the rest.
    pub(super) async fn finish(mut self) {
        // It may have ended already: nothing to report.
        let _ = self.send("BYE\n").await;
        drop(self.stdin.take());
        if let Some(child) = &mut self.child
            && let Ok(Ok(_)) = timeout(GRACE, child.wait()).await
        {
            self.child = None;
            if let Some(terminal) = self.terminal.take() {
                terminal.leave();
            }
        }
    }

    async fn send(&mut self, line: &str) -> Result<(), Trouble> {
        let stdin = self.stdin.as_mut().ok_or(Trouble::Gone)?;
        stdin.write_all(line.as_bytes()).await.map_err(|_| Trouble::Gone)
    }

    /// Reads until `OK`, and hands out the data before it.
    async fn done(&mut self) -> Result<Zeroizing<Vec<u8>>, Trouble> {
        let mut data = Zeroizing::new(Vec::with_capacity(MAX_ENTRY)); // sized at once: it must not move
        let mut from_cache = false;
        loop {
            match self.lines.next().await? {
                Reply::Ok if from_cache => return Err(Trouble::FromCache),
                Reply::Ok => return Ok(data),
                Reply::Error(code) => return Err(Trouble::Refused(code)),
                Reply::Data(piece) if data.len() + piece.len() <= MAX_ENTRY => data.extend_from_slice(&piece),
                Reply::Data(_) => return Err(ProtocolError.into()),
                Reply::Status(keyword) => from_cache |= keyword == "PASSWORD_FROM_CACHE",
                Reply::Comment => {}
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let Some(child) = self.child.take() else { return };
        let terminal = self.terminal.take();
        ask_to_end(&child);
        // Without a runtime the child is killed as it is dropped here.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(end(child, terminal));
        }
    }
}

/// Waits for the end, forces it if need be, and reaps the process.
///
/// If the runtime stops meanwhile, dropping `terminal` and `child` still restores the one and kills the other.
async fn end(mut child: Child, terminal: Option<Terminal>) {
    if timeout(GRACE, child.wait()).await.is_err()
        && let Err(error) = child.kill().await
    {
        tracing::warn!(%error, "pinentry could not be ended");
    }
    drop(terminal);
}

/// SIGTERM, at which the curses variant leaves the screen in order.
#[cfg(unix)]
fn ask_to_end(child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};
    // The number is ours until the child is reaped, which has not happened while `id` gives it.
    if let Some(pid) = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
        let _ = kill_process(pid, Signal::TERM); // already ended: as good
    }
}

#[cfg(not(unix))]
fn ask_to_end(_child: &Child) {}

/// Lines from pinentry, in memory that is erased.
struct Lines {
    stdout: ChildStdout,
    buffer: Zeroizing<Vec<u8>>,
    filled: usize,
}

impl Lines {
    fn new(stdout: ChildStdout) -> Self {
        Self { stdout, buffer: Zeroizing::new(vec![0; assuan::MAX_LINE + "\r\n".len()]), filled: 0 }
    }

    async fn next(&mut self) -> Result<Reply, Trouble> {
        loop {
            let filled = self.buffer.get(..self.filled).unwrap_or_default();
            if let Some(end) = filled.iter().position(|byte| *byte == b'\n') {
                let reply = assuan::parse(filled.get(..end).unwrap_or_default());
                self.forget(end + 1);
                return Ok(reply?);
            }
            let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
            if room.is_empty() {
                return Err(ProtocolError.into()); // longer than any line may be
            }
            match self.stdout.read(room).await {
                Ok(0) | Err(_) => return Err(Trouble::Gone),
                Ok(read) => self.filled += read,
            }
        }
    }

    /// Drops the first `count` bytes and erases the room that becomes free.
    fn forget(&mut self, count: usize) {
        self.buffer.copy_within(count..self.filled, 0);
        self.filled -= count;
        if let Some(free) = self.buffer.get_mut(self.filled..) {
            free.zeroize();
        }
    }
}

/// Gives a terminal back as it was when dropped, without what was typed so far: `pinentry-tty` turns the echo off, and
/// not on again when it is ended from outside.
#[cfg(unix)]
struct Terminal {
    device: std::os::fd::OwnedFd,
    before: Option<rustix::termios::Termios>,
}

#[cfg(unix)]
impl Terminal {
    fn remember(path: &Path) -> Option<Self> {
        use rustix::fs::{Mode, OFlags, open};
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let device = open(path, flags, Mode::empty()).ok()?;
        let before = rustix::termios::tcgetattr(&device).ok()?;
        Some(Self { device, before: Some(before) })
    }

    /// Leaves it as it is now: pinentry has put it in order itself.
    fn leave(mut self) {
        self.before = None;
    }
}

#[cfg(unix)]
impl Drop for Terminal {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcgetpgrp, tcsetattr};
        // Changing our own terminal from the background would stop the agent (SIGTTOU).
        let in_background = tcgetpgrp(&self.device).is_ok_and(|group| group != rustix::process::getpgrp());
        if let Some(before) = self.before.take().filter(|_| !in_background) {
            let _ = tcsetattr(&self.device, OptionalActions::Flush, &before); // it may be closed by now
        }
    }
}

/// There is nothing to restore.
#[cfg(not(unix))]
struct Terminal;

#[cfg(not(unix))]
impl Terminal {
    fn remember(_path: &Path) -> Option<Self> {
        None
    }

    fn leave(self) {}
}
