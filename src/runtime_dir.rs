//! The folder of one user where a running agent can be found: its socket and what it says about itself.
//!
//! `$XDG_RUNTIME_DIR/jpki-agent`; where that is not set, the platform's cache folder of the user. Mode 0700, and never
//! a folder of somebody else: whoever owned it could take the socket's place.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::gatekeeper::Token;
use crate::message::Phrase;
use crate::phrase;

/// The folder; it need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeDir(PathBuf);

/// What a running agent says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Its process id.
    pub pid: u32,
    /// Its TCP port on 127.0.0.1.
    pub port: u16,
    /// Its TCP port for TLS on 127.0.0.1, if it listens with TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_port: Option<u16>,
    /// Its version.
    pub version: String,
}

/// Why there is no folder to be found in.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeDirError {
    /// Nothing says where the user's folders are.
    #[error("{}", self.phrase())]
    Nowhere,
    /// It belongs to another user, or is no folder.
    #[error("{}", self.phrase())]
    NotOurs(PathBuf),
    /// It could not be made or written.
    #[error("{}", self.phrase())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl RuntimeDirError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Nowhere => phrase!("fault-runtime-dir-nowhere"),
            Self::NotOurs(path) => phrase!("fault-runtime-dir-foreign", path = path.display().to_string()),
            Self::Io { path, source } => {
                phrase!("fault-file", path = path.display().to_string(), why = source.to_string())
            }
        }
    }
}

/// Locked in the folder by the only icon of this user.
pub(crate) const TRAY_LOCK: &str = "tray.lock";

impl RuntimeDir {
    /// The folder of this user.
    ///
    /// # Errors
    /// [`RuntimeDirError::Nowhere`].
    pub fn find() -> Result<Self, RuntimeDirError> {
        let home = || absolute("HOME");
        let folder = if cfg!(target_os = "macos") {
            home().map(|home| home.join("Library/Caches"))
        } else if cfg!(windows) {
            absolute("LOCALAPPDATA")
        } else {
            absolute("XDG_CACHE_HOME").or_else(|| home().map(|home| home.join(".cache")))
        };
        let folder = absolute("XDG_RUNTIME_DIR").or(folder).ok_or(RuntimeDirError::Nowhere)?;
        Ok(Self(folder.join("jpki-agent")))
    }

    /// This folder, whatever the environment says.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Makes the folder, for this user only.
    ///
    /// # Errors
    /// [`RuntimeDirError`].
    pub fn create(&self) -> Result<(), RuntimeDirError> {
        let io = |source| RuntimeDirError::Io { path: self.0.clone(), source };
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0).map_err(io)?;
        self.make_private()
    }

    #[cfg(unix)]
    fn make_private(&self) -> Result<(), RuntimeDirError> {
        use std::os::unix::fs::PermissionsExt as _;
        self.belongs_to_us()?;
        let closed = fs::Permissions::from_mode(0o700);
        fs::set_permissions(&self.0, closed).map_err(|source| RuntimeDirError::Io { path: self.0.clone(), source })
    }

    #[cfg(unix)]
    fn belongs_to_us(&self) -> Result<(), RuntimeDirError> {
        use std::os::unix::fs::MetadataExt as _;
        match fs::symlink_metadata(&self.0) {
            Ok(found) if found.is_dir() && found.uid() == rustix::process::geteuid().as_raw() => Ok(()),
            Ok(_) => Err(RuntimeDirError::NotOurs(self.0.clone())),
            Err(source) => Err(RuntimeDirError::Io { path: self.0.clone(), source }),
        }
    }

    #[cfg(not(unix))]
    fn belongs_to_us(&self) -> Result<(), RuntimeDirError> {
        if self.0.is_dir() { Ok(()) } else { Err(RuntimeDirError::NotOurs(self.0.clone())) }
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "one signature on all systems")]
    fn make_private(&self) -> Result<(), RuntimeDirError> {
        Ok(()) // the folders above it are the user's own
    }

    /// Could the agent use it? Changes nothing.
    ///
    /// # Errors
    /// [`RuntimeDirError`].
    pub fn inspect(&self) -> Result<(), RuntimeDirError> {
        let found = self.0.ancestors().find(|folder| folder.symlink_metadata().is_ok());
        match found {
            Some(folder) if folder == self.0 => self.belongs_to_us(),
            Some(folder) if folder.is_dir() => Ok(()),
            _ => Err(RuntimeDirError::NotOurs(self.0.clone())),
        }
    }

    /// Removes what agents left there for the next one: token, port, lock, and the folder, unless something else lies in
    /// it. `false`, and nothing is removed, if an agent is running.
    ///
    /// # Errors
    /// [`RuntimeDirError`]
    pub fn clear(&self) -> Result<bool, RuntimeDirError> {
        if !self.0.exists() {
            return Ok(true);
        }
        self.belongs_to_us()?;
        let mut lock = self.socket().into_os_string();
        lock.push(".lock");
        let lock = PathBuf::from(lock);
        let held = match fs::File::open(&lock) {
            Ok(file) => Some(file).map(|file| file.try_lock().map(|()| file)).transpose(),
            Err(_) => Ok(None), // no agent was ever there
        };
        let Ok(_held) = held else { return Ok(false) };
        for path in [self.token_file(), self.endpoint_file(), lock] {
            match fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(RuntimeDirError::Io { path, source });
                }
                _ => {}
            }
        }
        let _ = fs::remove_dir(&self.0);
        Ok(true)
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The agent's Unix socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.0.join("agent.sock")
    }

    /// Where [`Endpoint`] is written.
    #[must_use]
    pub fn endpoint_file(&self) -> PathBuf {
        self.0.join("endpoint.json")
    }

    /// Where programs over TCP find their token.
    #[must_use]
    pub fn token_file(&self) -> PathBuf {
        self.0.join("token")
    }

    /// Writes the endpoint, whole or not at all; it is removed when the returned guard is dropped.
    ///
    /// # Errors
    /// [`RuntimeDirError::Io`].
    pub fn write_endpoint(&self, endpoint: &Endpoint) -> Result<PrivateFile, RuntimeDirError> {
        let path = self.endpoint_file();
        let text = serde_json::to_string(endpoint)
            .map_err(|error| RuntimeDirError::Io { path: path.clone(), source: error.into() })?;
        PrivateFile::write(path, text)
    }

    /// Writes the token, as [`Self::write_endpoint`] does.
    ///
    /// # Errors
    /// [`RuntimeDirError::Io`].
    pub fn write_token(&self, token: &Token) -> Result<PrivateFile, RuntimeDirError> {
        PrivateFile::write(self.token_file(), token.as_str().to_owned())
    }

    /// The token an agent of the same log-in session left for the next one; `None` if there is none that only this user
    /// could have written and read.
    #[must_use]
    pub fn read_token(&self) -> Option<Token> {
        self.belongs_to_us().ok()?;
        let path = self.token_file();
        let found = fs::symlink_metadata(&path).ok()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            if found.uid() != rustix::process::geteuid().as_raw() || found.mode() & 0o077 != 0 {
                return None;
            }
        }
        if !found.is_file() {
            return None;
        }
        Token::written(&Zeroizing::new(fs::read_to_string(&path).ok()?))
    }

    /// What the agent that was started last says about itself.
    #[must_use]
    pub fn read_endpoint(&self) -> Option<Endpoint> {
        serde_json::from_slice(&fs::read(self.endpoint_file()).ok()?).ok()
    }
}

/// The folder that this variable of the environment names. One that is not absolute counts as none (XDG Base Directory).
#[must_use]
pub fn absolute(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// Where what outlives a log-in is kept, the audit log above all: `$XDG_STATE_HOME/jpki-agent`, else
/// `~/.local/state/jpki-agent`; on macOS below `~/Library/Application Support`, on Windows below `%LOCALAPPDATA%`.
/// `None` if no home is known.
#[must_use]
pub fn state_folder() -> Option<PathBuf> {
    let folder = if cfg!(target_os = "macos") {
        absolute("HOME")?.join("Library/Application Support")
    } else if cfg!(windows) {
        absolute("LOCALAPPDATA")?
    } else {
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?
    };
    Some(folder.join("jpki-agent"))
}

/// A file of mode 0600 that is removed when this is dropped, unless it is to stay or another agent has written its own
/// meanwhile.
pub struct PrivateFile {
    path: PathBuf,
    text: Zeroizing<String>,
    stays: bool,
}

impl PrivateFile {
    fn write(path: PathBuf, text: String) -> Result<Self, RuntimeDirError> {
        let io = |source| RuntimeDirError::Io { path: path.clone(), source };
        let text = Zeroizing::new(text + "\n");
        let mut fresh = path.clone().into_os_string();
        fresh.push(".new");
        // What lies there was left by a crash, or put there while the folder was open to others: a link, or a file that
        // somebody still holds open and could read the token from. So never written into.
        match fs::remove_file(&fresh) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
            _ => {}
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh).map_err(io)?;
        file.write_all(text.as_bytes()).map_err(io)?;
        fs::rename(&fresh, &path).map_err(io)?;
        Ok(Self { path, text, stays: false })
    }

    /// Stays if `stays`, for the agent that is started next.
    #[must_use]
    pub fn staying(mut self, stays: bool) -> Self {
        self.stays = stays;
        self
    }
}

impl Drop for PrivateFile {
    fn drop(&mut self) {
        if self.stays {
            return;
        }
        if fs::read_to_string(&self.path).is_ok_and(|text| text == *self.text)
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "the endpoint file stays behind");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_is_written_for_the_user_alone_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let runtime = RuntimeDir(folder.path().join("run").join("jpki-agent"));
        runtime.create().unwrap();
        let endpoint = Endpoint { pid: 7, port: 25754, tls_port: Some(25755), version: "0.1.0".into() };
        let file = runtime.write_endpoint(&endpoint).unwrap();
        assert_eq!(runtime.read_endpoint(), Some(endpoint.clone()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(runtime.path()), 0o700);
            assert_eq!(mode(&runtime.endpoint_file()), 0o600);
        }
        let other = runtime.write_endpoint(&Endpoint { pid: 8, ..endpoint }).unwrap();
        drop(file);
        assert_eq!(runtime.read_endpoint().unwrap().pid, 8, "another agent's file is left alone");
        drop(other);
        assert!(!runtime.endpoint_file().exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_token_that_stays_is_found_again_unless_somebody_else_could_have_read_it() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let runtime = RuntimeDir(folder.path().join("jpki-agent"));
        runtime.create().unwrap();
        let token = Token::random().unwrap();
        assert!(runtime.read_token().is_none());
        drop(runtime.write_token(&token).unwrap().staying(true));
        assert_eq!(runtime.read_token().unwrap().as_str(), token.as_str());
        let file = runtime.token_file();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(runtime.read_token().is_none(), "others could read it");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        fs::rename(&file, folder.path().join("elsewhere")).unwrap();
        symlink(folder.path().join("elsewhere"), &file).unwrap();
        assert!(runtime.read_token().is_none(), "it is a link");
        fs::remove_file(&file).unwrap();
        fs::write(&file, "no token").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(runtime.read_token().is_none(), "it is none");
    }

    /// The folder was open to others before the agent came: what they put in the way is not written into.
    #[cfg(unix)]
    #[test]
    fn what_lies_in_the_way_of_a_private_file_never_gets_its_text() {
        use std::io::Read as _;
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let runtime = RuntimeDir(folder.path().join("jpki-agent"));
        runtime.create().unwrap();
        let (fresh, victim) = (runtime.path().join("token.new"), folder.path().join("victim"));
        let token = Token::random().unwrap();

        fs::write(&fresh, "").unwrap();
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o666)).unwrap();
        let mut held_open = fs::File::open(&fresh).unwrap();
        let file = runtime.write_token(&token).unwrap();
        let mut read = String::new();
        held_open.read_to_string(&mut read).unwrap();
        assert_eq!(read, "", "who held the file open reads the token");
        assert_eq!(fs::metadata(runtime.token_file()).unwrap().permissions().mode() & 0o777, 0o600);
        drop(file);

        fs::write(&victim, "precious").unwrap();
        symlink(&victim, &fresh).unwrap();
        let file = runtime.write_token(&token).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious", "the link was followed");
        assert!(!fs::symlink_metadata(runtime.token_file()).unwrap().is_symlink());
        drop(file);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_too_open_is_closed_and_a_link_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let runtime = RuntimeDir(folder.path().join("open"));
        fs::create_dir(runtime.path()).unwrap();
        fs::set_permissions(runtime.path(), fs::Permissions::from_mode(0o755)).unwrap();
        runtime.create().unwrap();
        assert_eq!(fs::metadata(runtime.path()).unwrap().permissions().mode() & 0o777, 0o700);
        let link = RuntimeDir(folder.path().join("link"));
        std::os::unix::fs::symlink(runtime.path(), link.path()).unwrap();
        assert!(matches!(link.create(), Err(RuntimeDirError::NotOurs(_))));
    }
}
