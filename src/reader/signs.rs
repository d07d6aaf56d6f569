//! Signs that the PC/SC service may have come back, on Linux: something is made, renamed or removed where its socket lies
//! (inotify, by the `notify` crate). The tray looks out for the agent's own socket with the same part.
//!
//! A socket that nobody listens at any more can only come back by being made anew, so no start of the service is missed.
//! Where its folder does not exist yet, the nearest one that does is looked at.

use std::path::{Path, PathBuf};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::SignsOfLife;

/// Where pcsc-lite's library looks for the service (`PCSCLITE_CSOCK_NAME` in its manual page, else as it is built).
const SOCKET: &str = "/run/pcscd/pcscd.comm";

/// Looks at the folder of the socket for as long as it lives.
pub(crate) struct SocketSigns {
    watcher: RecommendedWatcher,
    socket: PathBuf,
    watched: PathBuf,
}

impl SocketSigns {
    /// Calls `note` at each sign at this user's service; `None` where files cannot be watched.
    pub(super) fn start(note: Box<dyn Fn() + Send>) -> Option<Self> {
        let socket = std::env::var_os("PCSCLITE_CSOCK_NAME").map_or_else(|| SOCKET.into(), PathBuf::from);
        Self::at(socket, note)
    }

    /// The same at any socket.
    pub(crate) fn at(socket: PathBuf, note: Box<dyn Fn() + Send>) -> Option<Self> {
        let path = socket.clone();
        let handler = move |event: notify::Result<Event>| {
            // An error may have swallowed a sign: better to try once too often.
            if event.as_ref().map_or(true, |event| concerns(event, &path)) {
                note();
            }
        };
        let watcher = notify::recommended_watcher(handler)
            .inspect_err(|error| tracing::warn!(%error, "the start of a service will be noticed late"))
            .ok()?;
        Some(Self { watcher, socket, watched: PathBuf::new() })
    }
}

/// Is it about the socket, or about a folder it lies in?
fn concerns(event: &Event, socket: &Path) -> bool {
    let is_change = !matches!(event.kind, EventKind::Access(_));
    is_change && event.paths.iter().any(|path| socket.starts_with(path))
}

impl SignsOfLife for SocketSigns {
    fn look_out(&mut self) -> bool {
        for folder in self.socket.ancestors().skip(1).filter(|folder| folder.is_absolute()) {
            // Also if it is watched already: a folder of that name may be another one by now.
            if self.watcher.watch(folder, RecursiveMode::NonRecursive).is_ok() {
                if self.watched != folder {
                    let _ = self.watcher.unwatch(&self.watched); // gone, or none at first
                    folder.clone_into(&mut self.watched);
                }
                return !self.socket.is_symlink(); // what it leads to is not watched
            }
            if folder.symlink_metadata().is_ok() {
                return false; // there, but closed to us or leading nowhere: the folders above tell nothing of what is in it
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use super::*;

    fn signs_at(socket: &Path) -> (SocketSigns, Receiver<()>) {
        let (sender, receiver) = channel();
        (SocketSigns::at(socket.to_owned(), Box::new(move || sender.send(()).unwrap_or_default())).unwrap(), receiver)
    }

    #[test]
    fn a_socket_that_comes_is_a_sign_wherever_its_folder_was_and_other_files_are_none() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("pcscd");
        let socket = folder.join("comm");
        let (mut signs, seen) = signs_at(&socket);
        let sign = || seen.recv_timeout(Duration::from_secs(5)).is_ok();
        let drain = || while seen.recv_timeout(Duration::from_millis(50)).is_ok() {};
        for _ in 0..3 {
            assert!(signs.look_out(), "the folder above is there");
            std::fs::create_dir(&folder).unwrap();
            assert!(sign(), "the folder has come");
            assert!(signs.look_out());
            drain();
            let listener = UnixListener::bind(&socket).unwrap();
            assert!(sign(), "the socket has come");
            drain();
            std::fs::write(folder.join("pcscd.pid"), "1").unwrap();
            std::fs::write(root.path().join("other"), "1").unwrap();
            drop(std::os::unix::net::UnixStream::connect(&socket).unwrap());
            assert!(seen.recv_timeout(Duration::from_millis(50)).is_err(), "neither is about the socket");
            drop(listener);
            std::fs::remove_dir_all(&folder).unwrap();
            assert!(sign());
            drain();
        }
    }

    #[test]
    fn what_lies_behind_a_link_that_leads_nowhere_is_not_seen_and_a_folder_behind_a_link_is() {
        let root = tempfile::tempdir().unwrap();
        let link = root.path().join("link");
        std::os::unix::fs::symlink(root.path().join("folder"), &link).unwrap();
        let (mut signs, seen) = signs_at(&link.join("comm"));
        assert!(!signs.look_out(), "a folder that comes there would not be noticed");
        std::fs::create_dir(root.path().join("folder")).unwrap();
        assert!(signs.look_out());
        let _listener = UnixListener::bind(root.path().join("folder/comm")).unwrap();
        assert!(seen.recv_timeout(Duration::from_secs(5)).is_ok());
        // A link in place of the socket.
        let socket = root.path().join("comm");
        std::os::unix::fs::symlink(root.path().join("elsewhere"), &socket).unwrap();
        assert!(!signs_at(&socket).0.look_out());
    }

    /// As systemd leaves it: the socket goes first, the folder later.
    #[test]
    fn a_folder_that_goes_is_a_sign_of_its_own() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("pcscd");
        std::fs::create_dir(&folder).unwrap();
        let (mut signs, seen) = signs_at(&folder.join("comm"));
        assert!(signs.look_out());
        std::fs::remove_dir(&folder).unwrap();
        assert!(seen.recv_timeout(Duration::from_secs(5)).is_ok());
    }

    #[test]
    fn a_relative_place_is_not_looked_at() {
        assert!(!signs_at(Path::new("comm")).0.look_out());
    }
}
