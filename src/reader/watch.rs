//! Which readers there are and what lies in them: one thread that blocks until something changes.
//!
//! The watch has its own context and sends no command. While the service is down, `reader/outage.rs` says when it is tried
//! again: the agent is back within two seconds of the service.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::actor::{Halt, Policy, ReaderHandle};
use super::display::display_names;
use super::outage::{Outage, Wake};
use super::{BackendKind, CardBackend, Presence, WatchCanceller};
use crate::card::TransportError;
use crate::jpki::CardProfile;
use crate::sync::lock;

/// How long callers wait for the first list of readers after the start.
const FIRST_LIST: Duration = Duration::from_secs(2);
/// How long a caller who finds the service down waits for one more attempt. Also enough for one that is started by it.
const ONE_ATTEMPT: Duration = Duration::from_millis(500);
/// How long jobs that were not finished in time get for closing their cards down: one command more at most, and these.
const CLOSING: Duration = Duration::from_secs(5);
/// Between two looks whether a thread has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// The watch is cancelled at every so many of these looks.
const CANCEL_EVERY: u32 = 20;

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
    /// What a person recognises it by, beside the readers there are now.
    pub display_name: String,
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
    /// Counts the lists that differed from the one before.
    changes: watch::Sender<u64>,
    /// Counts all lists, those that could not be had included.
    attempts: watch::Sender<u64>,
    wake: Wake,
}

#[derive(Default)]
struct State {
    readers: Vec<ReaderInfo>,
    ids: BTreeMap<String, ReaderId>,
    service_up: bool,
    canceller: Option<Box<dyn WatchCanceller>>,
    /// The watch, and the readers', those of readers that have gone as long as they are at work.
    threads: Vec<(JoinHandle<()>, Option<Halt>)>,
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
        let outage = Outage::new(backend.clone());
        let wake = outage.wake();
        let (changes, attempts) = (watch::Sender::new(0), watch::Sender::new(0));
        let inner = Inner { backend, profile, policy, only, state: Mutex::default(), changes, attempts, wake };
        let readers = Self { inner: Arc::new(inner) };
        let watched = readers.clone();
        let thread = std::thread::Builder::new().name("watch".into()).spawn(move || watched.watch(outage))?;
        readers.state().threads.push((thread, None));
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

    /// The readers there are now. Right after the start this waits for the first list, a short while; while the service
    /// is down, for one more attempt to reach it.
    ///
    /// # Errors
    /// [`TransportError::ServiceUnavailable`].
    pub async fn list(&self) -> Result<Vec<ReaderInfo>, TransportError> {
        let mut changes = self.inner.changes.subscribe();
        let _ = tokio::time::timeout(FIRST_LIST, changes.wait_for(|change| *change > 0)).await;
        if !self.state().service_up {
            let mut attempts = self.inner.attempts.subscribe();
            self.inner.wake.up();
            let _ = tokio::time::timeout(ONE_ATTEMPT, attempts.changed()).await;
        }
        let state = self.state();
        if state.service_up { Ok(state.readers.clone()) } else { Err(TransportError::ServiceUnavailable) }
    }

    /// Counts up whenever [`Self::list`] would answer otherwise than before.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Stops the watch and lets all cards go. Jobs that have begun are finished within `limit`; those that are not begin
    /// no further command then, and get a while for closing their cards down. A card that does not answer is left alone.
    pub fn stop(&self, limit: Duration) {
        let (threads, canceller) = {
            let mut state = self.state();
            state.stopping = true;
            state.readers.clear(); // with its last handle a thread ends
            (std::mem::take(&mut state.threads), state.canceller.take())
        };
        self.inner.wake.up();
        let deadline = Instant::now() + limit;
        let at_rest = |until: Instant| {
            let mut looks = 0..;
            while threads.iter().any(|(thread, _)| !thread.is_finished()) && Instant::now() < until {
                // Again and again: PC/SC cancels a wait that has begun, and knows nothing of one that is about to.
                if let Some(canceller) = &canceller
                    && looks.next().is_some_and(|look: u32| look.is_multiple_of(CANCEL_EVERY))
                {
                    canceller.cancel();
                }
                std::thread::sleep(LOOK_AGAIN);
            }
        };
        at_rest(deadline);
        threads.iter().filter_map(|(_, halt)| halt.as_ref()).for_each(Halt::now);
        at_rest(deadline + CLOSING);
        for (thread, _) in threads {
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
    fn watch(&self, mut outage: Outage) {
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
                    outage.is_over();
                    self.update(Some(readers));
                }
                self.state().canceller = None;
            }
            if self.state().stopping {
                return;
            }
            self.update(None);
            outage.pause();
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
        match (changed, service_up) {
            (true, true) => tracing::info!(backend = %self.backend(), "the service behind the readers is there"),
            (true, false) => tracing::warn!(backend = %self.backend(), "the service behind the readers has gone"),
            (false, _) => {}
        }
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
                    state.threads.retain(|(thread, _)| !thread.is_finished());
                    state.threads.push((thread, Some(handle.halt_later())));
                    let display_name = String::new(); // once all are known
                    readers.push(ReaderInfo { id, name, display_name, presence, handle });
                }
                Err(error) => tracing::error!(%error, reader = name, "no thread for this reader"),
            }
        }
        changed |= !before.is_empty();
        readers.sort_by(|a, b| a.id.cmp(&b.id));
        let names: Vec<&str> = readers.iter().map(|reader| reader.name.as_str()).collect();
        let shown = display_names(&names);
        for (reader, shown) in readers.iter_mut().zip(shown) {
            reader.display_name = shown;
        }
        state.readers = readers;
        state.service_up = service_up;
        drop(state);
        self.inner.changes.send_if_modified(|change| {
            let news = changed || *change == 0;
            *change += u64::from(news);
            news
        });
        self.inner.attempts.send_modify(|attempts| *attempts += 1);
    }
}
