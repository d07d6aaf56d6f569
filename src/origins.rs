//! The allow-list as it lives: read from the settings file, changed there by the agent or by hand, in force at once.
//!
//! What an origin is and how it is compared stands in [`crate::origin`]; the form of the settings file is for the
//! reader that [`OriginStore::open`] is given. A file that is not understood, or that others could have written, leaves
//! the list as it was and is said aloud. [`assess`] warns before somebody is let in, [`RefusedOrigins`] remembers who
//! was not.

mod assess;
mod display;
pub mod edit;
mod refused;
#[cfg(test)]
mod tests;
mod watch;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use tokio::sync::broadcast;

pub use self::assess::{OriginRefusal, OriginWarning, Surroundings, assess, given_away, is_on_this_computer};
pub use self::display::{OriginDisplay, display};
use self::edit::EditError;
pub use self::refused::{Notice, RefusedGroup, RefusedOrigin, RefusedOrigins};
use self::watch::Watch;
use crate::durable::replace_file;
use crate::origin::{AllowList, Origin, Scopes};
use crate::trusted_path::{Untrusted, trusted_path};

/// More than any settings file has.
const MAX_SETTINGS: u64 = 1 << 20;
/// Events kept for a listener that is late; what it misses then it is told of as a number.
const EVENTS: usize = 256;

/// Understands the text of a settings file; says in one line what is wrong with it. An absent file is an empty text.
pub type ReadOrigins = dyn Fn(&str) -> Result<AllowList, String> + Send + Sync;

/// The allow-list in force. Clones are the same list; the file is watched until the last of them is gone.
#[derive(Clone)]
pub struct OriginStore {
    shared: Arc<Shared>,
    _watch: Arc<Watch>,
}

/// Something happened to the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreEvent {
    /// An origin may ask this from now on; also if it could ask something else before.
    Added {
        /// Which.
        origin: Origin,
        /// What it may ask now.
        scopes: Scopes,
        /// How this came.
        by: ChangedBy,
    },
    /// An origin may ask no more.
    Removed {
        /// Which.
        origin: Origin,
        /// How this came.
        by: ChangedBy,
    },
    /// The file cannot be used; the list stays as it was.
    Broken {
        /// Why, in one line.
        error: String,
    },
    /// The file can be used again.
    Repaired,
}

/// How the list was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangedBy {
    /// Through the agent.
    Request,
    /// By an edit of the settings file.
    File,
}

/// The settings file cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It, or its folder, may have been written by somebody else.
    #[error("the settings file is not used: {0}")]
    Untrusted(#[from] Untrusted),
    /// Reading or writing failed.
    #[error("{}: {source}", .path.display())]
    File {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not understood.
    #[error("{}:{what}", .path.display())]
    Faulty {
        /// Which file.
        path: PathBuf,
        /// The line with a colon, if it is known, and after a space what is wrong.
        what: String,
    },
    /// It is understood, and cannot be changed; a person has to.
    #[error("{}: cannot be changed by the agent: {what}", .path.display())]
    Uneditable {
        /// Which file.
        path: PathBuf,
        /// Why.
        what: String,
    },
}

struct Shared {
    path: PathBuf,
    read: Box<ReadOrigins>,
    // Read for every request, written a few times a year: a lock around a pointer costs nothing.
    list: RwLock<Arc<AllowList>>,
    /// Why the file cannot be used now. Locked for as long as the file is looked at or changed.
    fault: Mutex<Option<String>>,
    events: broadcast::Sender<StoreEvent>,
}

impl OriginStore {
    /// The list in the settings file at `path`, which need not be there yet. Its folder is made (mode 0700) so that it
    /// can be watched; where that fails, the file is looked at every two seconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(
        path: &Path,
        read: impl Fn(&str) -> Result<AllowList, String> + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        let path = std::path::absolute(path).map_err(file_error(path))?;
        if let Some(folder) = path.parent()
            && let Err(error) = make_folder(folder)
        {
            tracing::info!(%error, folder = %folder.display(), "no folder for the settings file");
        }
        let shared = Arc::new(Shared {
            path,
            read: Box::new(read),
            list: RwLock::default(),
            fault: Mutex::default(),
            events: broadcast::Sender::new(EVENTS),
        });
        // Watched before it is read: no edit falls in between.
        let watch = Watch::start(&shared);
        let list = shared.load()?.0;
        shared.set(list);
        Ok(Self { shared, _watch: Arc::new(watch) })
    }

    /// The list as it is now.
    #[must_use]
    pub fn current(&self) -> Arc<AllowList> {
        self.shared.current()
    }

    /// Everything that happens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<StoreEvent> {
        self.shared.events.subscribe()
    }

    /// Why the file cannot be used at the moment, in one line; `None` if all is well.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.shared.fault().clone()
    }

    /// The settings file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// Lets `origin` ask `scopes`, and nothing else. `insisted`: the person wants it even without TLS; the file then says
    /// so. Blocks until the file is on disk.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing has changed.
    pub fn allow(&self, origin: &Origin, scopes: &Scopes, insisted: bool) -> Result<(), StoreError> {
        let insecure = insisted && origin.is_insecure();
        self.shared.change(
            |text| edit::allow(text, origin, scopes, insecure).map(Some),
            |list| {
                let mut entries = copy_without(list, origin);
                let place = list.iter().position(|(known, _)| known == origin).unwrap_or(entries.len());
                entries.insert(place, (origin.clone(), scopes.clone()));
                entries
            },
        )?;
        Ok(())
    }

    /// Takes `origin` out of the list. Was it there? Blocks until the file is on disk.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing has changed.
    pub fn remove(&self, origin: &Origin) -> Result<bool, StoreError> {
        self.shared.change(|text| edit::remove(text, origin), |list| copy_without(list, origin))
    }

    /// Looks at the file now, as is done by itself after each edit.
    pub fn reload(&self) {
        self.shared.reload();
    }
}

impl Shared {
    fn current(&self) -> Arc<AllowList> {
        Arc::clone(&self.list.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, list: AllowList) {
        *self.list.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(list);
    }

    fn fault(&self) -> MutexGuard<'_, Option<String>> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The list in the file, and the file's text.
    fn load(&self) -> Result<(AllowList, String), StoreError> {
        let text = self.text()?;
        let list = (self.read)(&text).map_err(|what| StoreError::Faulty { path: self.path.clone(), what })?;
        Ok((list, text))
    }

    fn text(&self) -> Result<String, StoreError> {
        let at_path = file_error(&self.path);
        match std::fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
            Err(error) => return Err(at_path(error)),
            Ok(metadata) if !metadata.is_file() || metadata.len() > MAX_SETTINGS => {
                return Err(at_path(io::Error::new(io::ErrorKind::InvalidData, "not a settings file")));
            }
            Ok(_) => {}
        }
        trusted_path(&self.path)?;
        std::fs::read_to_string(&self.path).map_err(at_path)
    }

    fn reload(&self) {
        let mut fault = self.fault();
        let _ = self.reload_locked(&mut fault); // said in the log and as an event
    }

    fn reload_locked(&self, fault: &mut Option<String>) -> Result<String, StoreError> {
        match self.load() {
            Ok((list, text)) => {
                if fault.take().is_some() {
                    tracing::info!("the settings file can be used again");
                    self.tell(StoreEvent::Repaired);
                }
                self.take(list, ChangedBy::File);
                Ok(text)
            }
            Err(error) => {
                let text = error.to_string();
                if fault.as_ref() != Some(&text) {
                    tracing::error!(%error, "the settings file cannot be used; the allowed origins stay as they were");
                    self.tell(StoreEvent::Broken { error: text.clone() });
                    *fault = Some(text);
                }
                Err(error)
            }
        }
    }

    /// Changes the file, then the list. `expected` is what the changed text must be read as. Was there something to do?
    fn change(
        &self,
        edit: impl FnOnce(&str) -> Result<Option<String>, EditError>,
        expected: impl FnOnce(&AllowList) -> Vec<(Origin, Scopes)>,
    ) -> Result<bool, StoreError> {
        let mut fault = self.fault();
        // Edits by hand that nobody has told us of yet are not ours.
        let text = self.reload_locked(&mut fault)?;
        let uneditable = |what: String| StoreError::Uneditable { path: self.path.clone(), what };
        let Some(changed) = edit(&text).map_err(|error| uneditable(error.to_string()))? else { return Ok(false) };
        let list = (self.read)(&changed).map_err(uneditable)?;
        if list != expected(&self.current()).into_iter().collect() {
            return Err(uneditable("the change would not have the effect that was asked for".to_owned()));
        }
        self.write(&changed)?;
        self.take(list, ChangedBy::Request);
        Ok(true)
    }

    fn write(&self, text: &str) -> Result<(), StoreError> {
        let (path, permissions) = match std::fs::metadata(&self.path) {
            // People keep their settings elsewhere and put a link here: the link stays.
            Ok(metadata) => (self.path.canonicalize().map_err(file_error(&self.path))?, Some(metadata.permissions())),
            Err(_) => (self.path.clone(), None),
        };
        if let Some(folder) = path.parent() {
            make_folder(folder).map_err(file_error(folder))?;
            trusted_path(folder)?;
        }
        replace_file(&path, text.as_bytes(), permissions).map_err(file_error(&path))
    }

    /// The new list is in force before anybody is told.
    fn take(&self, list: AllowList, by: ChangedBy) {
        let old = self.current();
        if *old == list {
            return;
        }
        let removed = old.iter().map(|(origin, _)| origin).filter(|origin| list.scopes(origin).is_none());
        let removed = removed.map(|origin| StoreEvent::Removed { origin: origin.clone(), by });
        let added = list.iter().filter(|(origin, scopes)| old.scopes(origin) != Some(scopes));
        let added =
            added.map(|(origin, scopes)| StoreEvent::Added { origin: origin.clone(), scopes: scopes.clone(), by });
        let events: Vec<StoreEvent> = removed.chain(added).collect();
        self.set(list);
        for event in events {
            tracing::info!(?event, "the allowed origins have changed");
            self.tell(event);
        }
    }

    fn tell(&self, event: StoreEvent) {
        let _ = self.events.send(event); // nobody needs to listen
    }
}

fn copy_without(list: &AllowList, origin: &Origin) -> Vec<(Origin, Scopes)> {
    list.iter().filter(|(known, _)| *known != origin).map(|(known, scopes)| (known.clone(), scopes.clone())).collect()
}

fn file_error(path: &Path) -> impl Fn(io::Error) -> StoreError + '_ {
    |source| StoreError::File { path: path.to_owned(), source }
}

/// Mode 0700 for what is made.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
