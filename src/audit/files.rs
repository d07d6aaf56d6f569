//! The files of the log: their names, their lock, their rights.
//!
//! `audit-SEQUENCE.jsonl`, named after its first record and never renamed; the highest is written to. `audit.head`.
//! `audit.lock`, empty, locked for as long as something is read or written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::AuditError;
use super::record::MAX_SEQUENCE;
use crate::durable::{make_private_folder, sync_folder};

/// How long another process may hold the log; it takes some milliseconds for a record.
const LOCK_TIMEOUT: Duration = Duration::from_secs(2);

/// The folder of the log.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

/// Whoever has it is alone with the files (or with other readers). Ends when dropped.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "kept for its lock, which ends with it")] File);

/// An error of this file or folder.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> AuditError + '_ {
    |source| AuditError::File { path: path.to_owned(), source }
}

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn head(&self) -> PathBuf {
        self.0.join("audit.head")
    }

    /// The file whose first record has this number.
    pub(super) fn file(&self, first: u64) -> PathBuf {
        self.0.join(format!("audit-{first:012}.jsonl"))
    }

    /// The numbers of the first records of all files, in order; empty if there is no folder.
    pub(super) fn list(&self) -> Result<Vec<u64>, AuditError> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(at(&self.0))?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let name = entry.map_err(at(&self.0))?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix("audit-")?.strip_suffix(".jsonl"));
            let number = number.filter(|number| number.len() >= 12).and_then(|number| number.parse::<u64>().ok());
            files.extend(number.filter(|number| *number < MAX_SEQUENCE));
        }
        files.sort_unstable();
        Ok(files)
    }

    /// Length in bytes; `None` if there is no such file.
    pub(super) fn length(&self, first: u64) -> Result<Option<u64>, AuditError> {
        let path = self.file(first);
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            metadata => metadata.map(|metadata| Some(metadata.len())).map_err(at(&path)),
        }
    }

    /// Adds `bytes` to a file that is `length` long; on disk when this returns. If it fails the file is as before, if
    /// the system allows.
    pub(super) fn append(&self, first: u64, length: u64, bytes: &[u8]) -> Result<(), AuditError> {
        let path = self.file(first);
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        own(&mut options);
        let mut file = options.open(&path).map_err(at(&path))?;
        if let Err(error) = file.write_all(bytes).and_then(|()| file.sync_data()) {
            let _ = file.set_len(length); // else the next record closes the torn line off
            return Err(at(&path)(error));
        }
        if length == 0 {
            sync_folder(&self.0).map_err(at(&self.0))?;
        }
        Ok(())
    }

    pub(super) fn delete(&self, first: u64) -> Result<(), AuditError> {
        let path = self.file(first);
        fs::remove_file(&path).map_err(at(&path))
    }

    /// To write. Makes the folder if need be.
    pub(super) fn lock(&self) -> Result<Lock, AuditError> {
        make_private_folder(&self.0).map_err(at(&self.0))?;
        let path = self.0.join("audit.lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        own(&mut options);
        let file = options.open(&path).map_err(at(&path))?;
        wait(&path, || file.try_lock())?;
        Ok(Lock(file))
    }

    /// To read. `None` if there is nothing to read.
    pub(super) fn lock_shared(&self) -> Result<Option<Lock>, AuditError> {
        let path = self.0.join("audit.lock");
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(at(&path))?,
        };
        wait(&path, || file.try_lock_shared())?;
        Ok(Some(Lock(file)))
    }
}

/// Tries until it is granted or the time is up: a process that hangs must not hang the agent.
fn wait(path: &Path, attempt: impl Fn() -> Result<(), TryLockError>) -> Result<(), AuditError> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(at(path)(error)),
            Err(TryLockError::WouldBlock) if begun.elapsed() > LOCK_TIMEOUT => {
                return Err(AuditError::Busy { path: path.to_owned() });
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Mode 0600 for a file that is made.
#[cfg(unix)]
fn own(options: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
}

/// Elsewhere files inherit the rights of the user's own folder.
#[cfg(not(unix))]
fn own(_: &mut OpenOptions) {}
