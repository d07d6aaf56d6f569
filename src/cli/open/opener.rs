//! The platform's way to open a file with the program that the person has chosen for it.
//!
//! It is looked for along `PATH`, as every desktop does, and not started if somebody else could have written it: it is
//! handed the secret of the page.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::redirect::RedirectFile;
use crate::trusted_path::{Untrusted, trusted_path};

/// The program, where there is one and somebody could see what it opens.
#[derive(Debug)]
pub(super) struct Opener(PathBuf);

/// Why nothing can be opened.
#[derive(Debug)]
pub(super) enum NoOpener {
    /// There is no such program, or no display.
    Absent,
    /// Others could have written it.
    Untrusted(Untrusted),
}

impl Opener {
    /// `xdg-open`, `open`, `explorer`.
    ///
    /// On Linux only with a display: without one `xdg-open` starts a browser in the terminal, which runs no scripts.
    ///
    /// # Errors
    /// [`NoOpener`]
    pub(super) fn of_this_system() -> Result<Self, NoOpener> {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let name = if cfg!(target_os = "macos") {
            "open"
        } else if cfg!(windows) {
            "explorer.exe"
        } else if set("WAYLAND_DISPLAY") || set("DISPLAY") {
            "xdg-open"
        } else {
            return Err(NoOpener::Absent);
        };
        let program = find(name).ok_or(NoOpener::Absent)?;
        trusted_path(&program).map_err(NoOpener::Untrusted)?;
        Ok(Self(program))
    }

    /// Opens it; returns only if that failed, since some openers last as long as the browser they start.
    ///
    /// # Errors
    /// The system's, or one that says how the opener ended.
    pub(super) async fn open(&self, file: &RedirectFile) -> io::Result<()> {
        let mut command = Command::new(&self.0);
        command.arg(file.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // So that Ctrl-C here is not one for the browser.
        #[cfg(unix)]
        command.process_group(0);
        let ended = command.spawn()?.wait().await?;
        // `explorer` fails whatever comes of it.
        if ended.success() || cfg!(windows) {
            return std::future::pending().await;
        }
        Err(io::Error::other(format!("{}: {ended}", self.0.display())))
    }
}

/// Where this program is, as a shell finds it; relative parts of `PATH` do not count.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|program| is_program(program))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
