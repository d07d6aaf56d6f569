//! The file that leads a browser to the page: HTML with one address, for this user alone, where browsers may read it.
//!
//! A browser from a snap sees the home folder without its hidden parts, and neither `/run/user` nor `/tmp`. One from
//! Flatpak is handed the very file by the desktop, wherever it lies; all others read what their user may. So the file
//! lies in the agent's folder below `/run/user`, which is in memory and gone with the log-in, unless the browser is from
//! a snap: then in a folder of its own, with a name nobody can guess, in the home folder itself. For `--print`, too, that
//! is taken to be the one that opens HTML.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::message::Language;
use crate::pages::document;
use crate::runtime_dir::{RuntimeDir, absolute};

/// It and its folder go with this.
#[derive(Debug)]
pub(super) struct RedirectFile {
    path: PathBuf,
    _folder: TempDir,
}

impl RedirectFile {
    /// Writes it into a new folder in `place`.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn write(place: &Path, html: &str) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("jpki-agent-open-").rand_bytes(12);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let folder = builder.tempdir_in(place)?;
        let path = folder.path().join("open.html");
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?.write_all(html.as_bytes())?;
        Ok(Self { path, _folder: folder })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// What stands in it.
pub(super) fn html(language: Language, address: &str) -> String {
    document::redirect(language, address)
}

/// A folder in which the file can be read by the person's browser, from a snap or not, and by nobody else's.
///
/// # Errors
/// The system's, if there is none.
pub(super) fn place(runtime: &RuntimeDir, from_a_snap: bool) -> io::Result<PathBuf> {
    place_in(absolute("HOME").filter(|_| from_a_snap), runtime)
}

fn place_in(home: Option<PathBuf>, runtime: &RuntimeDir) -> io::Result<PathBuf> {
    if let Some(home) = home {
        return Ok(home);
    }
    runtime.create().map_err(io::Error::other)?;
    Ok(runtime.path().to_owned())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn it_is_for_this_user_alone_and_goes_with_what_it_was_written_for() {
        let place = tempfile::tempdir().unwrap();
        let file = RedirectFile::write(place.path(), "x").unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(file.path()), mode(file.path().parent().unwrap())), (0o600, 0o700));
        assert!(!file.path().file_name().unwrap().to_string_lossy().starts_with('.'));
        let other = RedirectFile::write(place.path(), "x").unwrap();
        assert_ne!(file.path(), other.path());
        drop((file, other));
        assert_eq!(place.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn it_lies_in_the_home_folder_for_a_browser_from_a_snap_and_never_else() {
        let home = tempfile::tempdir().unwrap();
        let runtime = RuntimeDir::at(home.path().join("run"));
        std::fs::create_dir(home.path().join("snap")).unwrap(); // one of another program
        assert_eq!(place(&runtime, false).unwrap(), runtime.path());
        assert_eq!(place_in(None, &runtime).unwrap(), runtime.path());
        assert_eq!(place_in(Some(home.path().to_owned()), &runtime).unwrap(), home.path());
    }
}
