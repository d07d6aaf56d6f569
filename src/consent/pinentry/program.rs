//! Which pinentry: the one of the settings, or the first of the usual names that is installed.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

/// The one that draws its own windows on macOS.
const MACOS: &[&str] = if cfg!(target_os = "macos") { &["pinentry-mac"] } else { &[] };
/// Those that need a display.
const GRAPHICAL: &[&str] = &["pinentry-gnome3", "pinentry-qt", "pinentry-gtk-2"];
/// The system's choice.
const USUAL: &[&str] = if cfg!(windows) { &["pinentry-qt", "pinentry", "pinentry-basic"] } else { &["pinentry"] };
/// Those that need a terminal.
const TERMINAL: &[&str] = &["pinentry-curses", "pinentry-tty"];

/// Looked at after the folders of `PATH`, which is short for services.
const FOLDERS: &[&str] = if cfg!(target_os = "macos") {
    &[
        "/opt/homebrew/bin",
        "/usr/local/bin",
        "/opt/local/bin",
        "/usr/local/MacGPG2/libexec/pinentry-mac.app/Contents/MacOS",
    ]
} else if cfg!(unix) {
    &["/usr/local/bin", "/usr/bin", "/bin"]
} else {
    &[
        r"C:\Program Files\Gpg4win\bin",
        r"C:\Program Files (x86)\Gpg4win\bin",
        r"C:\Program Files\GnuPG\bin",
        r"C:\Program Files (x86)\GnuPG\bin",
    ]
};

/// There is no pinentry that could be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramNotFound {
    /// All files looked at, in this order; none can be started.
    pub searched: Vec<PathBuf>,
}

impl fmt::Display for ProgramNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no pinentry found among")?;
        for path in &self.searched {
            write!(f, " {}", path.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for ProgramNotFound {}

/// Finds the program: `explicit` and no other if it is given; otherwise the usual names in their order, each in the
/// folders of `search_path` (as in `PATH`; relative ones are skipped) and a few more.
///
/// # Errors
/// [`ProgramNotFound`].
pub fn find(
    explicit: Option<&Path>,
    search_path: Option<&OsStr>,
    display: bool,
    terminal: bool,
) -> Result<PathBuf, ProgramNotFound> {
    let candidates = match explicit {
        Some(path) => vec![path.to_owned()],
        None => usual_places(search_path.unwrap_or_default(), display, terminal),
    };
    match candidates.iter().find(|path| path.is_absolute() && is_executable(path)) {
        Some(found) => Ok(found.clone()),
        None => Err(ProgramNotFound { searched: candidates }),
    }
}

fn usual_places(search_path: &OsStr, display: bool, terminal: bool) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in std::env::split_paths(search_path).chain(FOLDERS.iter().map(PathBuf::from)) {
        if folder.is_absolute() && !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    let graphical = if display { GRAPHICAL } else { &[] };
    let terminal = if terminal { TERMINAL } else { &[] };
    [MACOS, graphical, USUAL, terminal]
        .into_iter()
        .flatten()
        .flat_map(|name| {
            folders.iter().map(move |folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        })
        .collect()
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A folder with these programs; names with a `-` at the end are not executable.
    fn folder(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            let path = folder.path().join(name.trim_end_matches('-'));
            fs::write(&path, "").unwrap();
            let mode = if name.ends_with('-') { 0o644 } else { 0o755 };
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        }
        folder
    }

    #[test]
    fn the_usual_order_depends_on_display_and_terminal() {
        let folder = folder(&["pinentry-qt", "pinentry", "pinentry-curses", "pinentry-gnome3-"]);
        let path = folder.path().as_os_str();
        let found = |display, terminal| find(None, Some(path), display, terminal).unwrap();
        assert_eq!(found(true, true), folder.path().join("pinentry-qt"));
        assert_eq!(found(false, true), folder.path().join("pinentry"));
        fs::remove_file(folder.path().join("pinentry")).unwrap();
        let names = |display, terminal| usual_places(path, display, terminal);
        assert!(names(false, true).contains(&folder.path().join("pinentry-tty")));
        assert!(!names(false, false).contains(&folder.path().join("pinentry-tty")));
        assert!(!names(false, true).contains(&folder.path().join("pinentry-qt")));
    }

    #[test]
    fn the_program_of_the_settings_is_the_only_one() {
        let folder = folder(&["mine", "broken-", "pinentry"]);
        let path = Some(folder.path().as_os_str());
        let mine = folder.path().join("mine");
        assert_eq!(find(Some(&mine), path, true, true), Ok(mine));
        for bad in [folder.path().join("broken"), folder.path().join("absent"), folder.path().to_owned(), "mine".into()]
        {
            let error = find(Some(&bad), path, true, true).unwrap_err();
            assert_eq!(error.searched, std::slice::from_ref(&bad));
            assert!(error.to_string().contains(&bad.display().to_string()));
        }
    }

    #[test]
    fn relative_folders_are_skipped() {
        let places = usual_places(OsStr::new("bin:.::/opt/x"), true, true);
        assert!(places.iter().all(|place| place.is_absolute()));
        assert_eq!(places[0], Path::new("/opt/x/pinentry-gnome3"));
    }
}
