//! Notices that the settings file was edited. The folder is watched, not the file: editors write a new file and rename
//! it over the old one. A link is watched where it is and where it leads.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::Shared;

/// After the last sign of an edit: an editor's write is several steps.
const QUIET: Duration = Duration::from_millis(100);
/// After the first sign, at the latest.
const AT_LATEST: Duration = Duration::from_secs(1);
/// Between two looks, where the folder cannot be watched.
const POLL: Duration = Duration::from_secs(2);

/// Ends the watch when dropped.
pub(super) struct Watch(Sender<Sign>);

enum Sign {
    Edited,
    End,
}

impl Watch {
    /// In a thread of its own. If none can be had, edits by hand are taken up at the next start only.
    pub(super) fn start(shared: &Arc<Shared>) -> Self {
        let (sender, signs) = channel();
        let mut watcher = watcher(sender.clone());
        // Watched when this returns.
        let is_watching = arm(watcher.as_mut(), &shared.path);
        let shared = Arc::downgrade(shared);
        let run = move || run(&shared, watcher, is_watching, &signs);
        if let Err(error) = std::thread::Builder::new().name("settings-watch".into()).spawn(run) {
            tracing::error!(%error, "edits of the settings file will not be noticed");
        }
        Self(sender)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.send(Sign::End); // it may have ended
    }
}

fn watcher(sender: Sender<Sign>) -> Option<RecommendedWatcher> {
    let handler = move |event: notify::Result<Event>| {
        // An error may have swallowed an event: better to look once too often.
        if event.is_ok_and(|event| is_only_reading(&event)) {
            return;
        }
        let _ = sender.send(Sign::Edited); // the watch may have ended
    };
    notify::recommended_watcher(handler)
        .inspect_err(|error| tracing::warn!(%error, "files cannot be watched on this system"))
        .ok()
}

/// Our own reading must not wake us: that would never end.
fn is_only_reading(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        _ => false,
    }
}

/// Watches the folders of `path` and of what it links to, also if they are watched already. `false` if one cannot be.
fn arm(watcher: Option<&mut RecommendedWatcher>, path: &Path) -> bool {
    let Some(watcher) = watcher else { return false };
    let mut folders: Vec<PathBuf> = path.parent().map(Path::to_owned).into_iter().collect();
    folders.extend(path.canonicalize().ok().and_then(|target| Some(target.parent()?.to_owned())));
    folders.dedup();
    folders.iter().all(|folder| watcher.watch(folder, RecursiveMode::NonRecursive).is_ok())
}

fn run(shared: &Weak<Shared>, mut watcher: Option<RecommendedWatcher>, mut is_watching: bool, signs: &Receiver<Sign>) {
    loop {
        let sign = if is_watching {
            signs.recv().map_err(|_| RecvTimeoutError::Disconnected)
        } else {
            signs.recv_timeout(POLL)
        };
        match sign {
            Ok(Sign::Edited) if settle(signs) => {}
            Err(RecvTimeoutError::Timeout) => {}
            Ok(_) | Err(RecvTimeoutError::Disconnected) => return,
        }
        let Some(shared) = shared.upgrade() else { return };
        // The folder may be another one than before, or the file a link to somewhere else.
        is_watching = arm(watcher.as_mut(), &shared.path);
        shared.reload();
    }
}

/// Waits until no more signs come; `false` if it is to end.
fn settle(signs: &Receiver<Sign>) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < AT_LATEST {
        match signs.recv_timeout(QUIET) {
            Ok(Sign::Edited) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Ok(Sign::End) | Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    true
}
