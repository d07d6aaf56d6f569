//! Which origins the person has met before: an origin's first prompt ever is preceded by a question.
//!
//! A file of one origin a line, mode 0600, in the agent's state folder. What cannot be read is as good as not there: then
//! the person is asked once more.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::durable::make_private_folder;
use crate::origin::Origin;
use crate::sync::lock;

/// A file longer than this is not ours.
const MAX_BYTES: u64 = 1 << 20;

/// The origins whose first prompt the person has agreed to see.
#[derive(Debug, Default)]
pub struct FirstVisits {
    path: Option<PathBuf>,
    known: Mutex<BTreeSet<Origin>>,
}

impl FirstVisits {
    /// Remembers as long as the process lives.
    #[must_use]
    pub fn in_memory() -> Self {
        Self::default()
    }

    /// Remembers in this file, which is made when the first origin is remembered.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        let known = match read(path) {
            Ok(known) => known,
            Err(error) if error.kind() == io::ErrorKind::NotFound => BTreeSet::new(),
            Err(error) => {
                tracing::warn!(%error, path = %path.display(), "the origins met before cannot be read");
                BTreeSet::new()
            }
        };
        Self { path: Some(path.to_owned()), known: Mutex::new(known) }
    }

    /// Has the person met this origin?
    #[must_use]
    pub fn has_met(&self, origin: &Origin) -> bool {
        lock(&self.known).contains(origin)
    }

    /// From now on they have. If that cannot be written down, it holds until the agent ends.
    pub fn meet(&self, origin: &Origin) {
        if !lock(&self.known).insert(origin.clone()) {
            return;
        }
        if let Some(path) = &self.path
            && let Err(error) = append(path, origin)
        {
            tracing::warn!(%error, path = %path.display(), "an origin met cannot be written down");
        }
    }

    /// Forgets an origin, as when it is no longer allowed.
    pub fn forget(&self, origin: &Origin) {
        let mut known = lock(&self.known);
        if !known.remove(origin) {
            return;
        }
        if let Some(path) = &self.path
            && let Err(error) = rewrite(path, &known)
        {
            tracing::warn!(%error, path = %path.display(), "an origin cannot be forgotten");
        }
    }
}

fn read(path: &Path) -> io::Result<BTreeSet<Origin>> {
    if fs::metadata(path)?.len() > MAX_BYTES {
        return Err(io::Error::other("too long"));
    }
    let text = fs::read_to_string(path)?;
    Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
}

fn append(path: &Path, origin: &Origin) -> io::Result<()> {
    let mut file = open(path, File::options().append(true).create(true))?;
    file.write_all(format!("{origin}\n").as_bytes())?;
    file.sync_data()
}

fn rewrite(path: &Path, known: &BTreeSet<Origin>) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = open(&temporary, File::options().write(true).create(true).truncate(true))?;
    for origin in known {
        file.write_all(format!("{origin}\n").as_bytes())?;
    }
    file.sync_data()?;
    fs::rename(temporary, path)
}

fn open(path: &Path, options: &mut fs::OpenOptions) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_met_once_and_for_all_until_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/met");
        let [a, b]: [Origin; 2] = ["https://a.example", "https://b.example"].map(|origin| origin.parse().unwrap());
        let visits = FirstVisits::at(&path);
        assert!(!visits.has_met(&a));
        visits.meet(&a);
        visits.meet(&a);
        visits.meet(&b);
        assert_eq!(fs::read_to_string(&path).unwrap(), "https://a.example\nhttps://b.example\n");
        let again = FirstVisits::at(&path);
        assert!(again.has_met(&a) && again.has_met(&b));
        again.forget(&a);
        let third = FirstVisits::at(&path);
        assert!(!third.has_met(&a) && third.has_met(&b));
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn what_cannot_be_read_is_asked_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("met");
        fs::write(&path, b"https://a.example\nnull\n\xFF\xFE").unwrap();
        assert!(!FirstVisits::at(&path).has_met(&"https://a.example".parse().unwrap()));
        fs::write(&path, "https://a.example\nhttps://A.example\n*\n").unwrap();
        let visits = FirstVisits::at(&path);
        assert!(visits.has_met(&"https://a.example".parse().unwrap()));
        // A folder in the way: it still counts for this run.
        let visits = FirstVisits::at(folder.path());
        visits.meet(&"https://b.example".parse().unwrap());
        assert!(visits.has_met(&"https://b.example".parse().unwrap()));
    }
}
