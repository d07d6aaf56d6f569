//! May this file be relied on: could somebody else have written it, or put another in its place?
//!
//! Each step of the way to the file, symbolic links included, must belong to the user of this process or to root, and
//! must not be writable by others, nor by a group that anybody else is in (`groups.rs`). A folder with the sticky bit
//! (`/tmp`) passes, since nobody can replace what is ours there. Where an access control list grants writing, its mask
//! shows in the group bits; a group that is ours alone is no excuse for such a file.
//!
//! Windows has no such owner and mode; there the check finds nothing, and the user's own folders are private by default.

#[cfg(unix)]
mod groups;

use std::io;
use std::path::{Path, PathBuf};

use crate::message::Phrase;
use crate::phrase;

/// Why a file cannot be relied on.
#[derive(Debug, thiserror::Error)]
pub enum Untrusted {
    /// It, or a folder or link on the way to it, belongs to somebody else.
    #[error("{}", self.phrase())]
    Owner {
        /// Which.
        path: PathBuf,
        /// Whose.
        uid: u32,
    },
    /// Others can write to it, or to a folder on the way to it.
    #[error("{}", self.phrase())]
    Writable {
        /// Which.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is not there, or cannot be looked at.
    #[error("{}", self.phrase())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Untrusted {
    /// Which file, folder or link it is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Owner { path, .. } | Self::Writable { path, .. } | Self::Unreadable { path, .. } => path,
        }
    }

    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::Owner { path, uid } => phrase!("fault-untrusted-owner", path = shown(path), uid = uid.to_string()),
            Self::Writable { path, mode } => {
                phrase!("fault-untrusted-writable", path = shown(path), mode = format!("{mode:04o}"))
            }
            Self::Unreadable { path, source } => phrase!("fault-file", path = shown(path), why = source.to_string()),
        }
    }
}

/// Checks file and way.
///
/// # Errors
/// The first [`Untrusted`] step; [`Untrusted::Unreadable`] also if the path is relative or runs in circles.
pub fn trusted_path(path: &Path) -> Result<(), Untrusted> {
    faults(path).into_iter().next().map_or(Ok(()), Err)
}

/// All that is wrong with file and way, in the order of the way: for whoever is to mend it at once.
#[cfg(unix)]
#[must_use]
pub fn faults(path: &Path) -> Vec<Untrusted> {
    faults_for(path, rustix::process::geteuid().as_raw())
}

/// Nothing is checked on this system.
#[cfg(not(unix))]
#[must_use]
pub fn faults(_: &Path) -> Vec<Untrusted> {
    Vec::new()
}

/// Most links followed, as the kernel does.
#[cfg(unix)]
const MAX_LINKS: usize = 40;

#[cfg(unix)]
fn faults_for(path: &Path, user: u32) -> Vec<Untrusted> {
    let mut faults = Vec::new();
    if let Err(source) = walk(path, user, &mut faults) {
        faults.push(Untrusted::Unreadable { path: path.to_owned(), source });
    }
    faults
}

/// Checks each step of the way; what is found goes to `faults`.
#[cfg(unix)]
fn walk(path: &Path, user: u32, faults: &mut Vec<Untrusted>) -> io::Result<()> {
    use std::path::Component;

    if !path.is_absolute() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not an absolute path"));
    }
    let mut links = 0;
    let mut current = PathBuf::new();
    // What is still to be walked, next step last.
    let mut steps: Vec<PathBuf> = Vec::new();
    let push = |steps: &mut Vec<PathBuf>, path: &Path| {
        steps.extend(path.components().rev().map(|step| PathBuf::from(step.as_os_str())));
    };
    push(&mut steps, path);
    while let Some(step) = steps.pop() {
        match step.components().next() {
            Some(Component::ParentDir) => {
                current.pop();
                continue;
            }
            Some(Component::CurDir) | None => continue,
            Some(Component::RootDir | Component::Prefix(_)) => current = step,
            Some(Component::Normal(name)) => current.push(name),
        }
        let metadata = std::fs::symlink_metadata(&current)?;
        if let Err(fault) = check(&current, &metadata, user)
            && !faults.iter().any(|known| known.path() == current)
        {
            faults.push(fault);
        }
        if metadata.is_symlink() {
            links += 1;
            if links > MAX_LINKS {
                return Err(io::Error::other("too many symbolic links"));
            }
            let target = std::fs::read_link(&current)?;
            current.pop();
            push(&mut steps, &target);
        }
    }
    Ok(())
}

#[cfg(unix)]
fn check(path: &Path, metadata: &std::fs::Metadata, user: u32) -> Result<(), Untrusted> {
    use std::os::unix::fs::MetadataExt as _;

    const GROUP_WRITES: u32 = 0o020;
    const OTHERS_WRITE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let (uid, mode) = (metadata.uid(), metadata.mode() & 0o7777);
    if uid != user && uid != 0 {
        return Err(Untrusted::Owner { path: path.to_owned(), uid });
    }
    let is_shielded = metadata.is_symlink() || (metadata.is_dir() && mode & STICKY != 0);
    let by_others = mode & OTHERS_WRITE != 0;
    let by_group = mode & GROUP_WRITES != 0;
    if !is_shielded && (by_others || (by_group && !groups::nobody_else_writes(path, metadata.gid(), user))) {
        return Err(Untrusted::Writable { path: path.to_owned(), mode });
    }
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_file_of_ours_is_trusted_until_it_or_its_folder_is_open_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let (inner, file) = (folder.path().join("inner"), folder.path().join("inner/file"));
        fs::create_dir(&inner).unwrap();
        fs::write(&file, "").unwrap();
        set(&inner, 0o755);
        set(&file, 0o644);
        trusted_path(&file).unwrap();
        // Who runs this test may have a group of their own, which may write.
        let is_private = {
            use std::os::unix::fs::MetadataExt as _;
            let gid = fs::metadata(&file).unwrap().gid();
            groups::nobody_else_writes(&file, gid, rustix::process::geteuid().as_raw())
        };
        for (path, mode, good) in
            [(&file, 0o664, 0o644), (&file, 0o646, 0o600), (&inner, 0o775, 0o755), (&inner, 0o757, 0o1777)]
        {
            if is_private && mode & 0o002 == 0 {
                continue;
            }
            set(path, mode);
            match trusted_path(&file) {
                Err(Untrusted::Writable { path: found, mode: found_mode }) => {
                    assert_eq!((&found, found_mode), (path, mode))
                }
                other => panic!("{other:?}"),
            }
            set(path, good);
            trusted_path(&file).unwrap();
        }
    }

    #[test]
    fn all_faults_are_found_at_once_in_the_order_of_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let (inner, file) = (folder.path().join("inner"), folder.path().join("inner/file"));
        fs::create_dir(&inner).unwrap();
        fs::write(&file, "").unwrap();
        assert!(faults(&file).is_empty());
        set(&inner, 0o777);
        set(&file, 0o666);
        let found: Vec<_> = faults(&file).iter().map(|fault| fault.path().to_owned()).collect();
        assert_eq!(found, [inner, file]);
    }

    #[test]
    fn links_are_followed_step_by_step() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("open")).unwrap();
        fs::create_dir(at("closed")).unwrap();
        fs::write(at("closed/file"), "").unwrap();
        set(&at("closed/file"), 0o600);
        symlink("../closed/file", at("open/link")).unwrap();
        symlink("open/link", at("first")).unwrap();
        symlink("./closed/.", at("folder")).unwrap();
        trusted_path(&at("first")).unwrap();
        trusted_path(&at("folder/file")).unwrap();
        set(&at("open"), 0o777);
        assert!(matches!(trusted_path(&at("first")), Err(Untrusted::Writable { path, .. }) if path == at("open")));
        trusted_path(&at("folder/file")).unwrap();
        symlink("circle", at("circle")).unwrap();
        assert!(matches!(trusted_path(&at("circle")), Err(Untrusted::Unreadable { .. })));
    }

    #[test]
    fn what_belongs_to_somebody_else_is_not_trusted_but_roots_is() {
        let root = Path::new("/usr/bin/env");
        assert!(faults_for(root, 12_345).is_empty());
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&file, Some(12_346), None).unwrap();
            assert!(matches!(trusted_path(&file), Err(Untrusted::Owner { uid: 12_346, .. })));
        } else {
            assert!(matches!(faults_for(&file, 12_345)[..], [Untrusted::Owner { .. }, ..]));
        }
    }

    #[test]
    fn absent_and_relative_paths_are_not_trusted() {
        for path in ["/nowhere/at/all", "relative", ""] {
            assert!(matches!(trusted_path(Path::new(path)), Err(Untrusted::Unreadable { .. })), "{path}");
        }
    }
}
