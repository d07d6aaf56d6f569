//! Files that are there, whole, after a power cut: replaced at once or not at all.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::path::Path;

/// Replaces the file at `path` by one with this content: readers see the old one or the new one, never a part. On disk
/// when this returns. Without `permissions` only the user can read it (mode 0600). A symbolic link is replaced, not
/// followed.
///
/// # Errors
/// Those of the system; the old file is still there then.
pub fn replace_file(path: &Path, content: &[u8], permissions: Option<Permissions>) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut file = tempfile::Builder::new().prefix(".jpki-agent-").tempfile_in(folder)?; // created with mode 0600
    file.write_all(content)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(path)?;
    sync_folder(folder)
}

/// Makes a folder, and those above it that are not there, for the user alone (mode 0700). One that is there stays as it is.
///
/// # Errors
/// Those of the system.
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// So that a name that is new in `folder` is there after a power cut, too.
///
/// # Errors
/// Those of the system.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Other systems have no such call.
///
/// # Errors
/// None.
#[cfg(not(unix))]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        replace_file(&path, b"first", None).unwrap();
        let reader = std::fs::File::open(&path).unwrap();
        replace_file(&path, b"second", None).unwrap();
        assert_eq!(io::read_to_string(reader).unwrap(), "first");
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(replace_file(&folder.path().join("none/file"), b"", None).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn its_mode_is_as_said() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        replace_file(&path, b"", None).unwrap();
        assert_eq!(mode(), 0o600);
        replace_file(&path, b"", Some(Permissions::from_mode(0o644))).unwrap();
        assert_eq!(mode(), 0o644);
    }
}
