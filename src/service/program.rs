//! Under which path the service manager is to start this program.
//!
//! Package managers such as Homebrew put each version into a folder of its own and a link to it where programs are looked
//! for. On Linux the system names the file behind the link, which is gone with the next upgrade; so the link is written,
//! where this program was called by one and nobody else could turn it elsewhere.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use super::ServiceError;
use crate::trusted_path::faults;

/// The path of this very program.
///
/// # Errors
/// [`ServiceError::Io`]
pub fn program() -> Result<PathBuf, ServiceError> {
    let io = |source| ServiceError::Io { path: PathBuf::from("jpki-agent"), source };
    let file = std::env::current_exe().map_err(io)?;
    let called = std::env::args_os().next().unwrap_or_default();
    let link = as_called(&called, &std::env::var_os("PATH").unwrap_or_default(), &file);
    Ok(link.filter(|link| faults(link).is_empty()).unwrap_or(file))
}

/// The path that the shell took `called` for, if it leads to `file`.
fn as_called(called: &OsStr, search_path: &OsStr, file: &Path) -> Option<PathBuf> {
    let candidates: Vec<PathBuf> = if Path::new(called).components().count() > 1 {
        vec![std::path::absolute(called).ok()?]
    } else {
        std::env::split_paths(search_path).map(|folder| folder.join(called)).collect()
    };
    let leads_here = |path: &PathBuf| path.canonicalize().is_ok_and(|found| file.canonicalize().ok() == Some(found));
    let is_plain = |path: &PathBuf| path.is_absolute() && !path.components().any(|step| step == Component::ParentDir);
    candidates.into_iter().find(|path| is_plain(path) && leads_here(path))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_link_it_was_called_by_outlives_an_upgrade() {
        let prefix = tempfile::tempdir().unwrap();
        let at = |path: &str| prefix.path().join(path);
        for folder in ["bin", "other", "Cellar/1/bin", "Cellar/2/bin"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        let file = at("Cellar/1/bin/jpki-agent");
        fs::write(&file, "").unwrap();
        fs::write(at("other/jpki-agent"), "").unwrap();
        symlink("../Cellar/1/bin/jpki-agent", at("bin/jpki-agent")).unwrap();
        let search = |folders: &[&str]| std::env::join_paths(folders.iter().map(|folder| at(folder))).unwrap();
        let called = |called: &OsStr, folders: &[&str]| as_called(called, &search(folders), &file);
        let (name, link) = (OsStr::new("jpki-agent"), at("bin/jpki-agent"));

        assert_eq!(called(name, &["Cellar/2/bin", "bin"]), Some(link.clone()), "found along PATH");
        assert_eq!(called(link.as_os_str(), &[]), Some(link.clone()), "named by the person");
        assert_eq!(called(name, &["other", "bin"]), Some(link), "another program of that name is passed over");
        assert_eq!(called(file.as_os_str(), &["bin"]), Some(file.clone()), "the file itself, if that was said");
        assert_eq!(called(name, &["other"]), None);
        assert_eq!(called(at("bin/../bin/jpki-agent").as_os_str(), &[]), None, "no path for a unit");
        assert_eq!(called(OsStr::new(""), &["bin"]), None);
    }
}
