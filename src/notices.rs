//! What the person is told without being asked: what their card was just used for, which origins come and go, and what
//! their certificates need in time.
//!
//! A notice is shown and forgotten: nothing waits for it and nothing depends on it. [`DesktopNotices`] shows them on
//! Linux desktops; where there is no desktop, and on macOS and Windows, they are left out ([`NoNotices`]). A notice about
//! a refused origin has a button; whoever presses it is asked properly (a prompt), by others.
//!
//! Which refusals are worth one is decided in [`crate::origins`]: a page can be refused a thousand times a second.

mod words;

#[cfg(target_os = "linux")]
mod desktop;

use std::sync::{Arc, Mutex, PoisonError};

#[cfg(target_os = "linux")]
pub use desktop::DesktopNotices;
use futures_util::future::BoxFuture;
pub use words::{NoticeText, text};

use crate::consent::Asker;
use crate::jpki::KeyKind;
use crate::origin::Origin;
use crate::reminders::Reminder;

/// Shows notices, or does not. Never waits.
pub trait Notices: Send + Sync {
    /// Shows this one, if it can.
    fn show(&self, notice: Notice);

    /// Shows this one, and says whether it was taken. `false` is worth another attempt later, as before the desktop is up;
    /// where there are no notices at all it is `true`.
    fn deliver(&self, notice: Notice) -> BoxFuture<'_, bool> {
        self.show(notice);
        Box::pin(std::future::ready(true))
    }
}

/// Something worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The card was used.
    Used {
        /// For whom.
        by: Asker,
        /// What for.
        deed: Deed,
    },
    /// A PIN was to be changed, and it is not known which one is in force.
    PinInDoubt {
        /// Whose.
        key_kind: KeyKind,
    },
    /// An origin that is not allowed asked for the card. Its button is [`Activation`].
    OriginRefused {
        /// Which.
        origin: Origin,
        /// So many other sites were refused since the last notice.
        other_sites: usize,
    },
    /// An origin may use the card from now on.
    OriginAdded {
        /// Which.
        origin: Origin,
    },
    /// Certificates that end, and the like.
    Reminder {
        /// What there is to say, that of each card together; one at least.
        reminders: Vec<Vec<Reminder>>,
        /// It is about the software card.
        simulated: bool,
    },
}

/// What the card was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// A log-in.
    Authenticated,
    /// Signatures were made.
    Signed {
        /// How many.
        count: usize,
    },
    /// The signature certificate was handed out, and nothing signed.
    Disclosed,
    /// A PIN was changed.
    PinChanged,
}

/// The person pressed the button of [`Notice::OriginRefused`]: they want to be asked whether to allow this origin. By
/// itself it allows nothing, since other programs of the person could press it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Which origin.
    pub origin: Origin,
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoNotices;

impl Notices for NoNotices {
    fn show(&self, notice: Notice) {
        tracing::debug!(?notice, "not shown: there are no notices here");
    }
}

/// Keeps notices instead of showing them, for tests.
#[derive(Clone, Debug, Default)]
pub struct RecordedNotices(Arc<Mutex<Vec<Notice>>>);

impl RecordedNotices {
    /// All so far, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Notice> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Notices for RecordedNotices {
    fn show(&self, notice: Notice) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
    }
}
