//! The agent as a service of one user, that is there from the log-in on: what is written for whom, and how a service
//! manager is asked. The manager is the system's; here nothing runs as root and nothing is written outside the user's own
//! folders.
//!
//! | part | what it is |
//! |---|---|
//! | [`systemd`] | units with socket activation, for Linux |
//! | [`launchd`] | a property list, for macOS |
//! | [`files`] | writing and removing them, and nothing that is somebody else's |
//! | [`program`] | the path by which this program is started |
//! | `running` | the agent that runs without the service, and its end where the icon started it |
//!
//! The texts are those in `systemd/` and `launchd/` of the repository, which packages install as they are.

pub mod files;
pub mod launchd;
pub mod program;
#[cfg(target_os = "linux")]
pub mod running;
pub mod systemd;

use std::path::{Path, PathBuf};

use crate::message::Phrase;
use crate::phrase;
use crate::system_command::as_words;
use crate::trusted_path::Untrusted;

/// Why a service cannot be set up, taken away or looked at.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum ServiceError {
    /// Nothing says where the user's folders are.
    Nowhere,
    /// The program's path cannot stand in such a file.
    OddPath(PathBuf),
    /// A file is in the way that was written by somebody else, or a link.
    Foreign(PathBuf),
    /// Program or folder are somebody else's.
    Untrusted(#[from] Untrusted),
    /// The user, or an administrator for them, has masked these units.
    Masked(Vec<&'static str>),
    /// Others could have written these: program, folders on the way to it, folders for its units.
    Writable(Vec<PathBuf>),
    /// Reading or writing failed.
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The service manager refused.
    Manager(#[from] crate::system_command::CommandError),
}

impl ServiceError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::Nowhere => phrase!("fault-service-nowhere"),
            Self::OddPath(path) => phrase!("fault-service-path", path = shown(path)),
            Self::Foreign(path) => phrase!("fault-service-foreign", path = shown(path)),
            Self::Masked(_) => phrase!("fault-service-masked"),
            Self::Untrusted(why) => why.phrase(),
            Self::Writable(paths) => phrase!("fault-service-writable", paths = as_words(paths)),
            Self::Io { path, source } => phrase!("fault-file", path = shown(path), why = source.to_string()),
            Self::Manager(why) => why.phrase(),
        }
    }
}

/// A path as text for a unit or a property list.
fn path_text(path: &Path) -> Result<&str, ServiceError> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control));
    text.filter(|_| path.is_absolute()).ok_or_else(|| ServiceError::OddPath(path.to_owned()))
}

/// Nothing is wrong, or all of it: what is somebody else's first, which takes more than a change of mode.
///
/// # Errors
/// [`ServiceError::Untrusted`], [`ServiceError::Writable`]
pub fn relied_on(faults: impl IntoIterator<Item = Untrusted>) -> Result<(), ServiceError> {
    let mut open = Vec::new();
    for fault in faults {
        match fault {
            Untrusted::Writable { path, .. } if open.contains(&path) => {}
            Untrusted::Writable { path, .. } => open.push(path),
            other => return Err(other.into()),
        }
    }
    if open.is_empty() { Ok(()) } else { Err(ServiceError::Writable(open)) }
}
