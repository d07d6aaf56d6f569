//! Files of the command line: digests without reading them into memory, small ones whole, and writing without harm.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Sha256, Sha384, Sha512};

use super::progress::Progress;
use crate::digest::{Digest, DigestAlgorithm};
use crate::foreign_text::visible;

/// Largest small file, in bytes: certificates and signatures have at most a few thousand.
const SMALL: u64 = 64 * 1024;

/// How much of a file is read at a time: enough that calls do not count, little enough to stay in the processor's cache.
const PIECE: usize = 256 * 1024;

/// Is this a file that can be read again and have a signature beside it ([`io::ErrorKind::InvalidInput`])? Asked before it is opened: opening a pipe waits
/// for whoever writes into it.
pub(super) fn check_regular(path: &Path) -> io::Result<()> {
    if fs::metadata(path)?.is_file() { Ok(()) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// A path as it may stand on a terminal.
pub(super) fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy())
}

/// The digest of a file of any size, in constant memory; on a terminal with a bar if it takes a while and `bar` says so.
pub(super) fn digest(path: &Path, algorithm: DigestAlgorithm, bar: bool) -> io::Result<Digest> {
    let file = File::open(path)?;
    let mut progress = Progress::of(path, file.metadata()?.len(), bar);
    let value = match algorithm {
        DigestAlgorithm::Sha256 => hash::<Sha256>(file, &mut progress),
        DigestAlgorithm::Sha384 => hash::<Sha384>(file, &mut progress),
        DigestAlgorithm::Sha512 => hash::<Sha512>(file, &mut progress),
    }?;
    Digest::new(algorithm, value).map_err(io::Error::other)
}

fn hash<H: sha2::Digest>(mut input: impl Read, progress: &mut Progress) -> io::Result<Vec<u8>> {
    let mut hasher = H::new();
    let mut piece = vec![0; PIECE];
    loop {
        match input.read(&mut piece) {
            Ok(0) => return Ok(hasher.finalize().to_vec()),
            Ok(length) => {
                hasher.update(piece.get(..length).unwrap_or_default());
                progress.advance(length);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// All of a small file.
pub(super) fn read_small(path: &Path) -> io::Result<Vec<u8>> {
    read_small_from(File::open(path)?)
}

/// All of what comes, if that is little ([`io::ErrorKind::FileTooLarge`]).
pub(super) fn read_small_from(input: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(SMALL + 1).read_to_end(&mut bytes)?;
    if bytes.len() > usize::try_from(SMALL).unwrap_or(usize::MAX) {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}

/// Could [`write`] write here? Leaves nothing behind.
pub(super) fn try_write(path: &Path) -> io::Result<()> {
    let part = part_of(path);
    OpenOptions::new().write(true).create_new(true).open(&part)?;
    fs::remove_file(part)
}

/// Where a file lies until it is whole.
fn part_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}

/// Writes a file whole or not at all. An existing one is replaced only if `replace`.
pub(super) fn write(path: &Path, content: &[u8], replace: bool) -> io::Result<()> {
    let part = part_of(path);
    let written = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(&part)?;
        file.write_all(content)?;
        file.sync_all()?;
        if replace { fs::rename(&part, path) } else { rename_to_new(&part, path) }
    })();
    let _ = fs::remove_file(&part); // renamed already, or of no more use
    written
}

/// Renames where no file stands. Linking fails where one does; some file systems have no links, as on memory sticks.
fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && !to.try_exists()? => fs::rename(from, to),
        result => result,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_streamed_digest_is_that_of_the_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 1_000_000] {
            let content: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            fs::write(&path, &content).unwrap();
            for algorithm in DigestAlgorithm::ALL {
                assert_eq!(digest(&path, algorithm, false).unwrap(), algorithm.digest(&content), "{length}");
            }
        }
        for other in [folder.path(), Path::new(if cfg!(unix) { "/dev/null" } else { "NUL" })] {
            let error = check_regular(other).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{}", other.display());
        }
    }

    #[test]
    fn an_existing_file_is_replaced_only_if_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.sig");
        write(&path, b"first", false).unwrap();
        let error = write(&path, b"second", false).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write(&path, b"third", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn large_files_are_not_read_whole() {
        assert_eq!(read_small_from(io::repeat(0).take(SMALL)).unwrap().len(), 65_536);
        assert!(read_small_from(io::repeat(0)).is_err());
    }
}
