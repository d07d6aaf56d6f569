//! Is the person's graphical session locked? Then nobody sits there to be asked, and a prompt would wait under the lock
//! screen for whoever unlocks it.
//!
//! On Linux systemd-logind knows (`LockedHint`, `org.freedesktop.login1(5)`; GNOME and Plasma keep it up to date), and
//! where it does not, the desktop's screen saver service does (`GetActive`).
//!
//! **Unknown counts as not locked.** A machine without a desktop, an SSH session or a small window manager has nobody who
//! could answer this question, and refusing every prompt there would end the agent's use, whereas the question only
//! guards against a nuisance: without the person nobody types the PIN. A caller whose prompt appears in a terminal of its
//! own need not ask at all.

use futures_util::future::BoxFuture;

#[cfg(target_os = "linux")]
mod desktop;

#[cfg(target_os = "linux")]
pub use desktop::DesktopLock;

/// Says whether the session is locked.
pub trait SessionLock: Send + Sync {
    /// Is it locked right now? `false` where nobody can tell.
    fn is_locked(&self) -> BoxFuture<'_, bool>;
}

/// For systems that cannot tell, and for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct NeverLocked;

impl SessionLock for NeverLocked {
    fn is_locked(&self) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(false))
    }
}

/// What this system has: [`DesktopLock`] on Linux, [`NeverLocked`] elsewhere.
#[must_use]
pub fn of_this_system() -> Box<dyn SessionLock> {
    #[cfg(target_os = "linux")]
    {
        Box::new(DesktopLock::new())
    }
    #[cfg(not(target_os = "linux"))]
    {
        Box::new(NeverLocked)
    }
}
