//! Where the identity is kept: one file for key, leaf and authority, so that they always fit each other; the authority
//! once more by itself, for the commands that put it into trust stores; and a note of those stores and of every authority
//! that may still be in one of them. The note outlives the identity until all of them are clean.
//!
//! Folder 0700, files 0600, replaced as wholes. A file that others could read or write is not used.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::identity::{AuthorityNames, Identity, IdentityError};
use super::stores::Store;
use crate::durable::{replace_file, sync_folder};
use crate::message::Phrase;
use crate::phrase;
use crate::runtime_dir::state_folder;
use crate::trusted_path::{Untrusted, trusted_path};

/// More than an identity or a list of stores ever has, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// The folder; it need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFolder(PathBuf);

/// What was done to trust stores and is not undone yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// The stores an authority was put into.
    pub stores: Vec<Store>,
    /// The authorities that may be in them; macOS and Windows take out only what is named.
    pub authorities: Vec<AuthorityNames>,
}

/// Nobody else changes the folder, the stores or the setting while this is held.
#[derive(Debug)]
pub struct ChangeLock(#[expect(dead_code, reason = "held, not read")] File);

/// Why the identity cannot be kept or used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum FolderError {
    /// No home is known.
    Nowhere,
    /// There is none: TLS was never enabled here, or has been disabled.
    Absent(PathBuf),
    /// Somebody else could have written it.
    Untrusted(#[from] Untrusted),
    /// Others could have read the key.
    Open {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Reading or writing failed.
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is kept is no identity.
    Identity {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: IdentityError,
    },
}

impl FolderError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::Nowhere => phrase!("fault-tls-nowhere"),
            Self::Absent(path) => phrase!("fault-tls-absent", path = shown(path)),
            Self::Untrusted(why) => phrase!("fault-not-used", why = why.phrase()),
            Self::Open { path, mode } => phrase!("fault-tls-open", path = shown(path), mode = format!("{mode:04o}")),
            Self::Io { path, source } => phrase!("fault-file", path = shown(path), why = source.to_string()),
            Self::Identity { path, source } => phrase!("fault-file", path = shown(path), why = source.phrase()),
        }
    }
}

impl TlsFolder {
    /// The folder of this user.
    ///
    /// # Errors
    /// [`FolderError::Nowhere`].
    pub fn find() -> Result<Self, FolderError> {
        Ok(Self::at(state_folder().ok_or(FolderError::Nowhere)?.join("tls")))
    }

    /// This folder.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Key, leaf and authority.
    #[must_use]
    pub fn identity_file(&self) -> PathBuf {
        self.0.join("identity.pem")
    }

    /// The authority's certificate by itself.
    #[must_use]
    pub fn authority_file(&self) -> PathBuf {
        self.0.join("ca.pem")
    }

    fn stores_file(&self) -> PathBuf {
        self.0.join("stores.json")
    }

    /// Keeps `identity` in the place of the one before.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn write(&self, identity: &Identity) -> Result<(), FolderError> {
        make_private(&self.0)?;
        let file = self.identity_file();
        let faulty = |source| FolderError::Identity { path: file.clone(), source };
        let authority = identity.authority_pem().map_err(faulty)?;
        replace_file(&self.authority_file(), authority.as_bytes(), None).map_err(at(&self.authority_file()))?;
        replace_file(&file, identity.text().as_bytes(), None).map_err(at(&file))
    }

    /// The identity that is kept.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn load(&self) -> Result<Identity, FolderError> {
        let path = self.identity_file();
        let Some(text) = read_private(&path)? else { return Err(FolderError::Absent(path)) };
        Identity::parse(text).map_err(|source| FolderError::Identity { path, source })
    }

    /// Waits until nobody else changes anything. Two changes at the same time would leave a key, a certificate and stores
    /// that do not fit each other.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn lock(&self) -> Result<ChangeLock, FolderError> {
        // Beside the folder: its file stays, since removing it would let two have a lock each.
        let path = self.0.with_extension("lock");
        if let Some(outer) = path.parent() {
            make_private(outer)?;
        }
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(at(&path))?;
        file.lock().map_err(at(&path))?;
        Ok(ChangeLock(file))
    }

    /// What is to be undone one day.
    ///
    /// # Errors
    /// [`FolderError`]. A note that is not understood counts as empty: stores are looked for besides.
    pub fn noted(&self) -> Result<Noted, FolderError> {
        let text = read_private(&self.stores_file())?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    /// Notes what is about to be done, or is left to be undone.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn note(&self, noted: &Noted) -> Result<(), FolderError> {
        make_private(&self.0)?;
        let path = self.stores_file();
        let text = serde_json::to_vec(noted).map_err(|error| at(&path)(error.into()))?;
        replace_file(&path, &text, None).map_err(at(&path))
    }

    /// Removes key and certificates. Was there an identity?
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub fn remove_identity(&self) -> Result<bool, FolderError> {
        let removed = remove(&self.identity_file())?;
        remove(&self.authority_file())?;
        if self.0.is_dir() {
            sync_folder(&self.0).map_err(at(&self.0))?;
        }
        Ok(removed)
    }

    /// Removes the note: everything is undone.
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub fn forget_noted(&self) -> Result<(), FolderError> {
        remove(&self.stores_file()).map(|_| ())
    }
}

/// Makes this folder if need be; nobody else may be able to write there.
fn make_private(folder: &Path) -> Result<(), FolderError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(at(folder))?;
    trusted_path(folder)?;
    Ok(())
}

fn at(path: &Path) -> impl Fn(io::Error) -> FolderError + '_ {
    |source| FolderError::Io { path: path.to_owned(), source }
}

fn remove(path: &Path) -> Result<bool, FolderError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(at(path)(error)),
    }
}

/// The text of a file that only this user could have written or read; `None` if it is not there.
fn read_private(path: &Path) -> Result<Option<Zeroizing<String>>, FolderError> {
    let metadata = match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        metadata => metadata.map_err(at(path))?,
    };
    if !metadata.is_file() || metadata.len() > MAX_SIZE {
        return Err(at(path)(io::Error::new(io::ErrorKind::InvalidData, "not a file of the agent")));
    }
    trusted_path(path)?;
    check_closed(path, &metadata)?;
    Ok(Some(Zeroizing::new(std::fs::read_to_string(path).map_err(at(path))?)))
}

#[cfg(unix)]
fn check_closed(path: &Path, metadata: &std::fs::Metadata) -> Result<(), FolderError> {
    use std::os::unix::fs::MetadataExt as _;
    const OTHERS: u32 = 0o077;
    let mode = metadata.mode() & 0o7777;
    if mode & OTHERS == 0 { Ok(()) } else { Err(FolderError::Open { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "one signature on all systems")]
fn check_closed(_: &Path, _: &std::fs::Metadata) -> Result<(), FolderError> {
    Ok(()) // the user's own folders are private by default
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::super::stores::StoreKind;
    use super::*;

    fn written() -> (tempfile::TempDir, TlsFolder, Identity) {
        let outer = tempfile::tempdir().unwrap();
        let folder = TlsFolder::at(outer.path().join("state/tls"));
        let identity = Identity::generate("2026-11-22T03:00:00Z".parse().unwrap()).unwrap();
        folder.write(&identity).unwrap();
        (outer, folder, identity)
    }

    #[test]
    fn what_is_kept_is_closed_to_others_and_read_again() {
        let (_outer, folder, identity) = written();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.0), 0o700);
        for path in [folder.identity_file(), folder.authority_file()] {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
        assert_eq!(folder.load().unwrap().facts(), identity.facts());
        assert!(!fs::read_to_string(folder.authority_file()).unwrap().contains("PRIVATE"));
        assert!(folder.remove_identity().unwrap());
        assert!(!folder.remove_identity().unwrap());
        assert!(matches!(folder.load(), Err(FolderError::Absent(_))));
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0);
    }

    #[test]
    fn a_key_that_others_could_read_or_write_is_not_used() {
        let (outer, folder, _) = written();
        let file = folder.identity_file();
        let set = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        for mode in [0o640, 0o604, 0o644] {
            set(&file, mode);
            assert!(matches!(folder.load(), Err(FolderError::Open { .. })), "{mode:o}");
        }
        set(&file, 0o620);
        assert!(matches!(folder.load(), Err(FolderError::Untrusted(_))));
        set(&file, 0o600);
        set(&folder.0, 0o777);
        assert!(matches!(folder.load(), Err(FolderError::Untrusted(_))));
        set(&folder.0, 0o700);
        folder.load().unwrap();
        let elsewhere = outer.path().join("elsewhere");
        fs::rename(&file, &elsewhere).unwrap();
        set(&elsewhere, 0o644);
        symlink(&elsewhere, &file).unwrap();
        assert!(matches!(folder.load(), Err(FolderError::Open { .. })), "it is the file behind a link that counts");
    }

    #[test]
    fn what_is_to_be_undone_is_kept_without_the_identity() {
        let (_outer, folder, identity) = written();
        assert_eq!(folder.noted().unwrap(), Noted::default());
        let noted = Noted {
            stores: vec![Store { kind: StoreKind::Firefox, path: "/home/user/プロファイル".into() }],
            authorities: vec![identity.facts().authority.clone()],
        };
        folder.note(&noted).unwrap();
        folder.remove_identity().unwrap();
        assert_eq!(folder.noted().unwrap(), noted);
        fs::write(folder.stores_file(), "{").unwrap();
        assert_eq!(folder.noted().unwrap(), Noted::default());
        folder.forget_noted().unwrap();
        assert!(!folder.stores_file().exists());
    }

    #[test]
    fn one_change_waits_for_another() {
        let outer = tempfile::tempdir().unwrap();
        let folder = TlsFolder::at(outer.path().join("state/tls"));
        let held = folder.lock().unwrap();
        assert!(!folder.0.exists(), "a lock makes no identity's folder");
        let (sender, receiver) = std::sync::mpsc::channel();
        let other = folder.clone();
        let waiting = std::thread::spawn(move || sender.send(other.lock().map(|_| ())).unwrap());
        assert!(receiver.recv_timeout(std::time::Duration::from_millis(200)).is_err(), "both have it");
        drop(held);
        receiver.recv_timeout(std::time::Duration::from_secs(10)).unwrap().unwrap();
        waiting.join().unwrap();
    }
}
