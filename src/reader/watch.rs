//! Which readers there are and what lies in them: one thread that blocks until something changes.
//!
//! The watch has its own context and sends no command. Where the service is down it is tried again every second, so
//! that the agent is back within two seconds of the service.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use super::actor::{Policy, ReaderHandle};
use super::{BackendKind, CardBackend, Presence, WatchCanceller};
use crate::card::TransportError;
use crate::jpki::CardProfile;
use crate::sync::lock;

/// Between two attempts to reach a service that is down.
const BACK_OFF: Duration = Duration::from_secs(1);
/// How long callers wait for the first list of readers after the start.
const FIRST_LIST: Duration = Duration::from_secs(2);

/// Names a reader in the API; the same for the same reader name while the agent runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReaderId(String);

impl ReaderId {
    /// As in the API: `r1`, `r2` and so on.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReaderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One reader now.
#[derive(Clone, Debug)]
pub struct ReaderInfo {
    /// Its id in the API.
    pub id: ReaderId,
    /// Its name in PC/SC.
    pub name: String,
    /// What lies in it.
    pub presence: Presence,
    /// Its thread.
    pub handle: ReaderHandle,
}

/// All readers, kept up to date by the watch.
#[derive(Clone)]
pub struct Readers {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Arc<dyn CardBackend>,
    profile: &'static CardProfile,
    policy: Policy,
    /// Only the reader of this name, if set.
    only: Option<String>,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    readers: Vec<ReaderInfo>,
    ids: BTreeMap<String, ReaderId>,
    service_up: bool,
    canceller: Option<Box<dyn WatchCanceller>>,
    threads: Vec<JoinHandle<()>>,
    stop: Option<Sender<()>>,
    stopping: bool,
}

impl Readers {
    /// Starts the watch over `backend`.
    ///
    /// # Errors
    /// The system's error if it has no thread to give.
    pub fn start(
        backend: Arc<dyn CardBackend>,
        profile: &'static CardProfile,
        policy: Policy,
        only: Option<String>,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = channel();
        let state = State { stop: Some(stop), ..State::default() };
        let inner = Inner { backend, profile, policy, only, state: Mutex::new(state), changes: watch::Sender::new(0) };
        let readers = Self { inner: Arc::new(inner) };
        let watched = readers.clone();
        let thread = std::thread::Builder::new().name("watch".into()).spawn(move || watched.watch(&stopped))?;
        readers.state().threads.push(thread);
        Ok(readers)
    }

    /// Which backend the readers come from.
    #[must_use]
    pub fn backend(&self) -> BackendKind {
        self.inner.backend.kind()
    }

    /// How cards are opened and kept.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.inner.policy
    }

    /// The readers there are now. Right after the start this waits for the first list, a short while.
    ///
    /// # Errors
    /// [`TransportError::ServiceUnavailable`].
    pub async fn list(&self) -> Result<Vec<ReaderInfo>, TransportError> {
        let mut changes = self.inner.changes.subscribe();
        let _ = tokio::time::timeout(FIRST_LIST, changes.wait_for(|change| *change > 0)).await;
        let state = self.state();
        if state.service_up { Ok(state.readers.clone()) } else { Err(TransportError::ServiceUnavailable) }
    }

    /// Counts up whenever [`Self::list`] would answer otherwise than before.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Stops the watch and lets all cards go. Jobs that have begun are finished; after `limit` they are left alone.
    pub fn stop(&self, limit: Duration) {
        let threads = {
            let mut state = self.state();
            state.stopping = true;
            state.stop = None;
            if let Some(canceller) = state.canceller.take() {
                canceller.cancel();
            }
            state.readers.clear();
            std::mem::take(&mut state.threads)
        };
        let deadline = std::time::Instant::now() + limit;
        for thread in threads {
            while !thread.is_finished() && std::time::Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
            if thread.is_finished() {
                let _ = thread.join();
            } else {
                tracing::warn!("a reader did not come to rest in time");
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.inner.state)
    }

    /// The watch's thread.
    fn watch(&self, stopped: &Receiver<()>) {
        loop {
            if let Ok((mut watch, canceller)) = self.inner.backend.watch() {
                {
                    let mut state = self.state();
                    if state.stopping {
                        return;
                    }
                    state.canceller = Some(canceller);
                }
                while let Ok(readers) = watch.wait() {
                    self.update(Some(readers));
                }
                self.state().canceller = None;
            }
            if self.state().stopping {
                return;
            }
            self.update(None);
            match stopped.recv_timeout(BACK_OFF) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Takes up what the watch saw; `None`: the service is gone.
    fn update(&self, seen: Option<Vec<(String, Presence)>>) {
        let mut state = self.state();
        if state.stopping {
            return;
        }
        let service_up = seen.is_some();
        let only = self.inner.only.as_deref();
        let seen = seen.unwrap_or_default().into_iter().filter(|(name, _)| only.is_none_or(|only| only == name));
        let mut before = std::mem::take(&mut state.readers);
        let mut changed = service_up != state.service_up;
        let mut readers = Vec::new();
        for (name, presence) in seen {
            if let Some(index) = before.iter().position(|reader| reader.name == name) {
                let mut reader = before.swap_remove(index);
                changed |= reader.presence != presence;
                reader.presence = presence;
                readers.push(reader);
                continue;
            }
            changed = true;
            let next = state.ids.len() + 1;
            let id = state.ids.entry(name.clone()).or_insert_with(|| ReaderId(format!("r{next}"))).clone();
            let started =
                ReaderHandle::start(self.inner.backend.clone(), name.clone(), self.inner.profile, self.inner.policy);
            match started {
                Ok((handle, thread)) => {
                    state.threads.retain(|thread| !thread.is_finished());
                    state.threads.push(thread);
                    readers.push(ReaderInfo { id, name, presence, handle });
                }
                Err(error) => tracing::error!(%error, reader = name, "no thread for this reader"),
            }
        }
        changed |= !before.is_empty();
        readers.sort_by(|a, b| a.id.cmp(&b.id));
        state.readers = readers;
        state.service_up = service_up;
        drop(state);
        self.inner.changes.send_if_modified(|change| {
            let news = changed || *change == 0;
            *change += u64::from(news);
            news
        });
    }
}
