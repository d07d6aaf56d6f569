//! The wish to end: SIGTERM, SIGINT, SIGHUP and SIGQUIT; Ctrl-C where there are no signals.

use std::io;

use super::session::Exit;

/// A wish to end, and whose words it was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "Windows has Ctrl-C alone"))]
pub(super) enum Wish {
    /// SIGTERM.
    Terminate,
    /// SIGINT or Ctrl-C.
    Interrupt,
    /// SIGQUIT: Ctrl-\.
    Quit,
    /// SIGHUP: the terminal was closed. Nobody's impatience: its shell and the system may each say so.
    HangUp,
}

impl Wish {
    /// How a program ends that did not put all in order first.
    pub(super) fn exit(self) -> Exit {
        match self {
            Self::Terminate => Exit::Terminated,
            Self::Interrupt => Exit::Interrupted,
            Self::Quit => Exit::Quit,
            Self::HangUp => Exit::HungUp,
        }
    }
}

/// Notices every wish from the moment it is made.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    quit: tokio::signal::unix::Signal,
    /// None where the program was started to outlive its terminal (`nohup`).
    #[cfg(unix)]
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// From now on the signals do not end the program by themselves.
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            hang_up: if ignores_hang_ups() { None } else { Some(signal(SignalKind::hangup())?) },
        })
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Wish {
        let hang_up = async {
            match &mut self.hang_up {
                Some(signal) => drop(signal.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => Wish::Terminate,
            _ = self.interrupt.recv() => Wish::Interrupt,
            _ = self.quit.recv() => Wish::Quit,
            () = hang_up => Wish::HangUp,
        }
    }

    /// Waits for one that asks not to wait for anything any more.
    pub(super) async fn next_impatient(&mut self) -> Wish {
        loop {
            let wish = self.next().await;
            if wish != Wish::HangUp {
                return wish;
            }
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    #[expect(clippy::unnecessary_wraps, reason = "one signature on all systems")]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    #[expect(clippy::unused_self, reason = "one signature on all systems")]
    pub(super) async fn next(&mut self) -> Wish {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Wish::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }

    pub(super) async fn next_impatient(&mut self) -> Wish {
        self.next().await
    }
}

/// Was the program started with SIGHUP ignored, as `nohup` does? Told by Linux (`proc(5)`, `SigIgn`); elsewhere it is not
/// known, and taken for a no.
#[cfg(unix)]
fn ignores_hang_ups() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // Bit 0 is signal 1, SIGHUP.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}
