//! The agent as a service of one user, that is there from the log-in on: what is written for whom, and how a service
//! manager is asked. The manager is the system's; here nothing runs as root and nothing is written outside the user's own
//! folders.
//!
//! | part | what it is |
//! |---|---|
//! | [`systemd`] | units with socket activation, for Linux |
//! | [`launchd`] | a property list, for macOS |
//! | [`files`] | writing and removing them, and nothing that is somebody else's |
//!
//! The texts are those in `systemd/` and `launchd/` of the repository, which packages install as they are.

pub mod files;
pub mod launchd;
pub mod systemd;

use std::path::{Path, PathBuf};

/// Why a service cannot be set up, taken away or looked at.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Nothing says where the user's folders are.
    #[error("no place for the service: HOME is not set")]
    Nowhere,
    /// The program's path cannot stand in such a file.
    #[error("{}: a path with line breaks or other control characters, or not in UTF-8", .0.display())]
    OddPath(PathBuf),
    /// A file is in the way that was written by somebody else, or a link.
    #[error("{}: not written by `jpki-agent service install`, left as it is", .0.display())]
    Foreign(PathBuf),
    /// Others could have written program or folder.
    #[error(transparent)]
    Untrusted(#[from] crate::trusted_path::Untrusted),
    /// Reading or writing failed.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The service manager refused.
    #[error(transparent)]
    Manager(#[from] crate::system_command::CommandError),
}

/// A path as text for a unit or a property list.
fn path_text(path: &Path) -> Result<&str, ServiceError> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control));
    text.filter(|_| path.is_absolute()).ok_or_else(|| ServiceError::OddPath(path.to_owned()))
}
