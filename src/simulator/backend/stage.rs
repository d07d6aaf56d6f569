//! The stage: which readers there are, what lies in them, who is connected; and the watch that reports changes.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::card::TransportError;
use crate::reader::{Insertion, Presence, ReaderWatch, WatchCanceller};
use crate::simulator::SoftwareCard;
use crate::simulator::handle::CardHandle;
use crate::sync::lock;

/// One life of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Epoch(u64);

#[derive(Default)]
pub(super) struct Stage {
    state: Mutex<State>,
    changed: Condvar,
}

pub(super) struct State {
    running: bool,
    epoch: u64,
    readers: Vec<Reader>,
    /// Counts cards going in and out, and names readers and links; no number comes twice.
    last_number: u64,
    /// Counts everything a watch should report.
    revision: u64,
}

/// One stay of one reader.
pub(super) struct Reader {
    name: String,
    slot: Slot,
    pub(super) users: Vec<User>,
}

enum Slot {
    Empty,
    Card(Insertion, CardHandle),
    Mute(Insertion),
}

/// Somebody who is connected to the card.
pub(super) struct User {
    pub(super) number: u64,
    pub(super) used: Use,
    /// Another user has reset the card; this one is told until it closes.
    pub(super) reset: bool,
}

/// How a card is used by one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// Alone.
    Exclusive,
    /// Shared, with a transaction from beginning to end.
    Transaction,
    /// Shared, without a transaction.
    Shared,
}

impl Stage {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Changes something that a watch should report.
    pub(super) fn change<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state();
        let result = act(&mut state);
        state.revision += 1;
        self.changed.notify_all();
        result
    }

    /// The present life of the service.
    pub(super) fn epoch(&self) -> Result<Epoch, TransportError> {
        let state = self.state();
        let epoch = Epoch(state.epoch);
        state.check(epoch).map(|()| epoch)
    }
}

impl Default for State {
    fn default() -> Self {
        Self { running: true, epoch: 0, readers: Vec::new(), last_number: 0, revision: 0 }
    }
}

impl State {
    /// Is the service that was there then still there?
    pub(super) fn check(&self, epoch: Epoch) -> Result<(), TransportError> {
        if self.running && self.epoch == epoch.0 { Ok(()) } else { Err(TransportError::ServiceUnavailable) }
    }

    pub(super) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(super) fn readers(&self) -> Vec<(String, Presence)> {
        self.readers.iter().map(|reader| (reader.name.clone(), reader.presence())).collect()
    }

    pub(super) fn reader(&self, name: &str) -> Result<&Reader, TransportError> {
        self.readers.iter().find(|reader| reader.name == name).ok_or(TransportError::ReaderGone)
    }

    pub(super) fn reader_mut(&mut self, name: &str) -> Result<&mut Reader, TransportError> {
        self.readers.iter_mut().find(|reader| reader.name == name).ok_or(TransportError::ReaderGone)
    }

    pub(super) fn add_reader(&mut self, name: &str) {
        if self.reader(name).is_err() {
            self.readers.push(Reader { name: name.to_owned(), slot: Slot::Empty, users: Vec::new() });
        }
    }

    pub(super) fn remove_reader(&mut self, name: &str) {
        self.remove(name);
        self.readers.retain(|reader| reader.name != name);
    }

    pub(super) fn insert(&mut self, reader: &str, card: &CardHandle) -> bool {
        self.fill(reader, |insertion| Slot::Card(insertion, card.clone()))
    }

    pub(super) fn insert_mute(&mut self, reader: &str) -> bool {
        self.fill(reader, Slot::Mute)
    }

    pub(super) fn remove(&mut self, reader: &str) -> Option<CardHandle> {
        self.next_number(); // the event of going out
        let reader = self.reader_mut(reader).ok()?;
        reader.users.clear();
        match std::mem::replace(&mut reader.slot, Slot::Empty) {
            Slot::Card(_, card) => {
                card.pull_out();
                Some(card)
            }
            Slot::Empty | Slot::Mute(_) => None,
        }
    }

    /// Another card in the same stay: nobody connected is told.
    pub(super) fn swap_unnoticed(&mut self, reader: &str, with: &CardHandle) {
        if let Ok(Reader { slot: Slot::Card(_, card), .. }) = self.reader_mut(reader) {
            with.with(SoftwareCard::power_on);
            card.clone_from(with);
        }
    }

    pub(super) fn set_service(&mut self, running: bool) {
        if self.running && !running {
            self.epoch += 1;
            for reader in &mut self.readers {
                reader.users.clear();
                if let Slot::Card(_, card) = &reader.slot {
                    card.pull_out(); // without a service nobody keeps the power on
                }
            }
        }
        self.running = running;
    }

    fn fill(&mut self, reader: &str, slot: impl FnOnce(Insertion) -> Slot) -> bool {
        self.remove(reader);
        let insertion = Insertion(self.next_number());
        self.reader_mut(reader).is_ok_and(|reader| {
            reader.slot = slot(insertion);
            true
        })
    }
}

impl Reader {
    pub(super) fn presence(&self) -> Presence {
        match self.slot {
            Slot::Empty => Presence::Empty,
            Slot::Card(insertion, _) => Presence::Card(insertion),
            Slot::Mute(insertion) => Presence::Mute(insertion),
        }
    }

    /// The card in it.
    pub(super) fn card(&self) -> Result<&CardHandle, TransportError> {
        match &self.slot {
            Slot::Card(_, card) => Ok(card),
            Slot::Empty => Err(TransportError::Removed),
            Slot::Mute(_) => Err(TransportError::Mute),
        }
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.state().readers()).finish()
    }
}

/// A watch and what ends it.
pub(super) fn watch(stage: &Arc<Stage>) -> Result<(Watch, Canceller), TransportError> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let watch =
        Watch { stage: Arc::clone(stage), epoch: stage.epoch()?, seen: None, cancelled: Arc::clone(&cancelled) };
    Ok((watch, Canceller { stage: Arc::clone(stage), cancelled }))
}

pub(super) struct Watch {
    stage: Arc<Stage>,
    epoch: Epoch,
    seen: Option<u64>,
    cancelled: Arc<AtomicBool>,
}

impl ReaderWatch for Watch {
    fn wait(&mut self) -> Result<Vec<(String, Presence)>, TransportError> {
        let nothing_new = |state: &mut State| {
            self.seen == Some(state.revision)
                && state.check(self.epoch).is_ok()
                && !self.cancelled.load(Ordering::SeqCst)
        };
        let state = self.stage.changed.wait_while(self.stage.state(), nothing_new);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        state.check(self.epoch)?;
        if self.cancelled.swap(false, Ordering::SeqCst) {
            return Err(TransportError::ServiceUnavailable);
        }
        self.seen = Some(state.revision);
        Ok(state.readers())
    }
}

pub(super) struct Canceller {
    stage: Arc<Stage>,
    cancelled: Arc<AtomicBool>,
}

impl WatchCanceller for Canceller {
    fn cancel(&self) {
        // Under the lock, so that a watch cannot look just before and fall asleep just after.
        let _state = self.stage.state();
        self.cancelled.store(true, Ordering::SeqCst);
        self.stage.changed.notify_all();
    }
}
