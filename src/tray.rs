//! The tray: an icon that tells at a glance whether all is well, with a menu; a process of its own beside the agent.
//!
//! It is a client of the agent like any other program: what it shows comes over the socket, from the event stream and, when
//! a card changes or the menu opens, from a few reads that cost no try. It never asks for a PIN and holds nothing of the
//! card. [`view()`](view::view) is the whole of what is shown, as a function of [`State`]; [`Keeper`] keeps the state true; a
//! [`Surface`] puts it on the desktop (`notifier.rs` on Linux, `native.rs` on macOS and Windows) and tells back what the
//! person wants.

pub mod icon;
mod keeper;
mod link;
mod look;
#[cfg(any(target_os = "macos", windows))]
pub mod native;
#[cfg(target_os = "linux")]
pub mod notifier;
mod own_agent;
pub mod state;
pub mod view;

use std::fs::File;
use std::future::Future;
use std::io;
use std::path::Path;

use crate::runtime_dir::TRAY_LOCK;

pub use keeper::{Keeper, Parts};
pub use own_agent::Launcher;
pub use state::State;
pub use view::View;

/// What the person wants, or what happened to the desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The menu opens: what it tells should be of now.
    Look,
    /// Let the card go.
    Release,
    /// Open the agent's page.
    OpenPage,
    /// Start an agent.
    StartAgent,
    /// End the tray, and the agent if the tray started it.
    Quit,
    /// There is nothing on this desktop that shows icons, for now.
    Unseen,
}

/// Something on the desktop that shows an icon and a menu.
pub trait Surface {
    /// Shows this in place of what was shown before.
    fn show(&self, view: View) -> impl Future<Output = ()>;
    /// Takes the icon away.
    fn hide(&self) -> impl Future<Output = ()>;
}

/// The right to be the only tray of this user; it ends with the process, however that ends.
#[derive(Debug)]
pub struct OnlyOne(#[expect(dead_code, reason = "open, it holds the lock")] File);

impl OnlyOne {
    /// `None` if there is another tray.
    ///
    /// # Errors
    /// If the file cannot be made in `folder` or locked.
    pub fn take(folder: &Path) -> io::Result<Option<Self>> {
        let file = File::options().create(true).truncate(false).write(true).open(folder.join(TRAY_LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_tray_until_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let first = OnlyOne::take(folder.path()).unwrap();
        assert!(first.is_some());
        assert!(OnlyOne::take(folder.path()).unwrap().is_none());
        drop(first);
        assert!(OnlyOne::take(folder.path()).unwrap().is_some());
        assert!(OnlyOne::take(&folder.path().join("absent")).is_err());
    }
}
