//! The Unix socket that only this user can reach, one for one running agent.
//!
//! It lies in a folder closed to others, so nobody can reach it between its making and its mode. A lock beside it, held
//! for as long as the agent lives, tells a live agent's socket from one that was left behind.

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;

use crate::http::Peer;
use crate::message::Phrase;
use crate::phrase;

/// How long somebody who listens at the path may take to accept.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);

/// Why the socket cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub struct SocketError {
    /// Where it was to be.
    pub path: PathBuf,
    /// Why not.
    #[source]
    pub reason: SocketReason,
}

/// Why the socket cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum SocketReason {
    /// An agent of this user runs already.
    AnotherAgent,
    /// Other users could get at the folder.
    OpenFolder,
    /// Something that is no socket lies there.
    Occupied,
    /// The system refused.
    Io(#[from] io::Error),
}

impl SocketError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        phrase!("fault-socket", path = self.path.display().to_string(), why = self.reason.phrase())
    }
}

impl SocketReason {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::AnotherAgent => phrase!("fault-socket-agent"),
            Self::OpenFolder => phrase!("fault-socket-folder"),
            Self::Occupied => phrase!("fault-socket-occupied"),
            Self::Io(why) => phrase!("fault-foreign", why = why.to_string()),
        }
    }
}

/// The socket, open and with mode 0600; its file goes with it, unless it is a service manager's.
#[derive(Debug)]
pub(super) struct PrivateSocket {
    listener: Option<UnixListener>,
    path: PathBuf,
    /// The file stays: the service manager listens on.
    is_inherited: bool,
    /// Locked until dropped.
    _lock: File,
}

impl PrivateSocket {
    /// Makes the socket, in place of one that was left behind.
    pub(super) async fn bind(path: &Path) -> Result<Self, SocketError> {
        Self::try_bind(path).await.map_err(|reason| SocketError { path: path.to_owned(), reason })
    }

    /// Takes the one a service manager made at `path`, which has been checked.
    pub(super) fn inherit(listener: std::os::unix::net::UnixListener, path: &Path) -> Result<Self, SocketError> {
        let inherit = || {
            let lock = lock(private_folder(path)?)?;
            listener.set_nonblocking(true)?;
            let listener = Some(UnixListener::from_std(listener)?);
            Ok(Self { listener, path: path.to_owned(), is_inherited: true, _lock: lock })
        };
        inherit().map_err(|reason| SocketError { path: path.to_owned(), reason })
    }

    async fn try_bind(path: &Path) -> Result<Self, SocketReason> {
        let lock = lock(private_folder(path)?)?;
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
            Ok(found) if !found.file_type().is_socket() => return Err(SocketReason::Occupied),
            Ok(_) if is_live(path).await => return Err(SocketReason::AnotherAgent),
            Ok(_) => fs::remove_file(path)?,
        }
        let listener = UnixListener::bind(path)?;
        let socket = Self { listener: Some(listener), path: path.to_owned(), is_inherited: false, _lock: lock };
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        Ok(socket)
    }

    /// The next connection, and who is at its other end.
    pub(super) async fn accept(&self) -> io::Result<(UnixStream, Option<Peer>)> {
        let Some(listener) = &self.listener else { return std::future::pending().await };
        let (stream, _) = listener.accept().await?;
        let peer = stream.peer_cred().ok().map(|cred| Peer { uid: cred.uid(), pid: cred.pid() });
        Ok((stream, peer))
    }

    /// Listens no more and removes the file, if it is ours. The lock stays.
    pub(super) fn close(&mut self) {
        if self.listener.take().is_some() && !self.is_inherited {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Drop for PrivateSocket {
    fn drop(&mut self) {
        self.close();
    }
}

/// The folder of `path` is there and nobody else's; gives `path` back.
fn private_folder(path: &Path) -> Result<&Path, SocketReason> {
    let folder = path.parent().ok_or(SocketReason::OpenFolder)?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let found = fs::metadata(folder)?;
    if found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o077 != 0 {
        return Err(SocketReason::OpenFolder);
    }
    Ok(path)
}

/// Takes the lock beside the socket. Its file is left for the next agent: removing it would let two agents hold one
/// each.
fn lock(path: &Path) -> Result<File, SocketReason> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options().create(true).truncate(false).write(true).mode(0o600).open(PathBuf::from(name))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SocketReason::AnotherAgent),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Does somebody listen? One who does not accept in time listens as well.
async fn is_live(path: &Path) -> bool {
    !matches!(timeout(CONNECT_LIMIT, UnixStream::connect(path)).await, Ok(Err(_)))
}
