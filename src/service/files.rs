//! The files of a service in the user's own folders: each begins with a mark, and only what has it is replaced or removed.

use std::fs::{self, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use super::ServiceError;
use crate::durable::replace_file;
use crate::trusted_path::{Untrusted, faults};

/// Stands in every file that is written here, as a comment.
pub const MARK: &str = "Written by `jpki-agent service install`; `jpki-agent service uninstall` removes it.";

/// A file to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceFile {
    /// Its name, without a folder.
    pub name: &'static str,
    /// All of it, with [`MARK`].
    pub text: String,
}

/// The folder such files lie in.
#[derive(Clone, Debug)]
pub struct ServiceFolder(PathBuf);

impl ServiceFolder {
    /// This one; it need not exist.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Where a file of this name lies.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Is there a file of ours of this name?
    ///
    /// # Errors
    /// [`ServiceError::Foreign`] if another's is there, or a link; [`ServiceError::Io`].
    pub fn has(&self, name: &str) -> Result<bool, ServiceError> {
        Ok(self.read(name)?.is_some())
    }

    /// Is this file there as it should be?
    ///
    /// # Errors
    /// As [`Self::has`].
    pub fn is_current(&self, file: &ServiceFile) -> Result<bool, ServiceError> {
        Ok(self.read(file.name)?.is_some_and(|found| found == file.text))
    }

    /// Makes this file, if it is not there as it should be. Was anything changed?
    ///
    /// # Errors
    /// [`ServiceError`]; nothing is changed then.
    pub fn write(&self, file: &ServiceFile) -> Result<bool, ServiceError> {
        let path = self.file(file.name);
        if self.is_current(file)? {
            return Ok(false);
        }
        if is_mask(&path) {
            return Err(ServiceError::Foreign(path));
        }
        self.make().map_err(|source| ServiceError::Io { path: self.0.clone(), source })?;
        super::relied_on(self.faults())?;
        replace_file(&path, file.text.as_bytes(), readable()).map_err(|source| ServiceError::Io { path, source })?;
        Ok(true)
    }

    /// What is wrong with the folder, or with as much of the way to it as there is: whoever can write there decides what
    /// runs as this user.
    #[must_use]
    pub fn faults(&self) -> Vec<Untrusted> {
        let there = self.0.ancestors().find(|folder| folder.symlink_metadata().is_ok());
        faults(there.unwrap_or(Path::new("/")))
    }

    /// For this user alone, whatever their umask is.
    fn make(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0)
    }

    /// Removes the file of this name. Was it there?
    ///
    /// # Errors
    /// [`ServiceError::Foreign`], [`ServiceError::Io`].
    pub fn remove(&self, name: &str) -> Result<bool, ServiceError> {
        if !self.has(name)? {
            return Ok(false);
        }
        let path = self.file(name);
        fs::remove_file(&path).map_err(|source| ServiceError::Io { path, source })?;
        Ok(true)
    }

    fn read(&self, name: &str) -> Result<Option<String>, ServiceError> {
        let path = self.file(name);
        match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(ServiceError::Io { path, source }),
            Ok(_) if is_mask(&path) => return Ok(None),
            Ok(found) if !found.is_file() => return Err(ServiceError::Foreign(path)),
            Ok(_) => {}
        }
        match fs::read_to_string(&path) {
            Ok(text) if is_ours(&text) => Ok(Some(text)),
            Ok(_) => Err(ServiceError::Foreign(path)),
            Err(source) => Err(ServiceError::Io { path, source }),
        }
    }
}

fn is_ours(text: &str) -> bool {
    text.lines().take(4).any(|line| line.contains(MARK))
}

/// Is it what `systemctl mask` makes? No file of ours, and nothing that is in the way of going.
fn is_mask(path: &Path) -> bool {
    fs::read_link(path).is_ok_and(|target| target == Path::new("/dev/null"))
}

/// Such files hold no secret, and administrators look at them.
#[cfg(unix)]
fn readable() -> Option<Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable() -> Option<Permissions> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> ServiceFile {
        ServiceFile { name: "a.service", text: format!("# {MARK}\n{text}") }
    }

    #[test]
    fn a_file_is_written_once_and_removed_once() {
        let home = tempfile::tempdir().unwrap();
        let folder = ServiceFolder::at(home.path().join("systemd/user"));
        assert!(!folder.has("a.service").unwrap() && !folder.remove("a.service").unwrap());
        assert!(folder.write(&file("one")).unwrap());
        assert!(!folder.write(&file("one")).unwrap(), "it is there already");
        assert!(folder.write(&file("two")).unwrap());
        assert!(fs::read_to_string(folder.file("a.service")).unwrap().ends_with("two"));
        assert!(folder.remove("a.service").unwrap());
        assert!(!folder.file("a.service").exists());
    }

    #[test]
    fn what_is_not_ours_is_left_as_it_is() {
        let home = tempfile::tempdir().unwrap();
        let folder = ServiceFolder::at(home.path().to_owned());
        fs::write(folder.file("a.service"), "[Service]\n").unwrap();
        assert!(matches!(folder.write(&file("one")), Err(ServiceError::Foreign(_))));
        assert!(matches!(folder.remove("a.service"), Err(ServiceError::Foreign(_))));
        assert_eq!(fs::read_to_string(folder.file("a.service")).unwrap(), "[Service]\n");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed_and_a_folder_open_to_others_not_used() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let home = tempfile::tempdir().unwrap();
        let folder = ServiceFolder::at(home.path().join("user"));
        fs::create_dir(home.path().join("user")).unwrap();
        let elsewhere = home.path().join("elsewhere");
        fs::write(&elsewhere, format!("# {MARK}\n")).unwrap();
        symlink(&elsewhere, folder.file("a.service")).unwrap();
        assert!(matches!(folder.write(&file("one")), Err(ServiceError::Foreign(_))));
        assert!(matches!(folder.remove("a.service"), Err(ServiceError::Foreign(_))));
        fs::remove_file(folder.file("a.service")).unwrap();
        symlink("/dev/null", folder.file("a.service")).unwrap();
        assert!(matches!(folder.write(&file("one")), Err(ServiceError::Foreign(_))), "a mask stays");
        assert!(!folder.has("a.service").unwrap() && !folder.remove("a.service").unwrap());
        fs::remove_file(folder.file("a.service")).unwrap();
        fs::set_permissions(home.path().join("user"), Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(folder.write(&file("one")), Err(ServiceError::Writable(_))));
        assert!(!folder.file("a.service").exists());
    }
}
