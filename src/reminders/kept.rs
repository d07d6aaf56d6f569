//! What outlives an insertion: the dates of a card's certificates, under the SHA-256 of its authentication certificate.
//!
//! Of the signature certificate dates, fingerprint and the day on which the agent changed its password, and nothing else of
//! it: no name, no serial number. A card enters
//! the file when it was seen: one used for log-ins alone ends as well. The software card never enters it; it is known as
//! long as the process lives. The file is the user's alone (`reminders/kept/file.rs`).
//!
//! Writing is done by a thread that lives for that long: whoever learns something, on a reader's thread in the middle of
//! a request, goes on at once.

mod file;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use tokio::sync::watch;

use super::CardDates;
use super::due::{Told, is_renewal_of};
use crate::certificate::{Fingerprint, Validity};
use crate::sync::lock;

/// So many cards are kept at most; one that was merely seen makes room before one of which more is known, and then the
/// one seen longest ago.
pub const MAX_CARDS: usize = 16;

/// A card, by its authentication certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenCard {
    /// SHA-256 of its authentication certificate.
    pub key: Fingerprint,
    /// The dates of that certificate.
    pub authentication: Validity,
    /// It is the software card.
    pub simulated: bool,
}

/// What is known of a signature certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureDates {
    /// Its SHA-256.
    pub fingerprint: Fingerprint,
    /// Its dates.
    pub validity: Validity,
}

/// Everything known of one card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeptCard {
    pub(super) key: Fingerprint,
    pub(super) authentication: Validity,
    pub(super) signature: Option<SignatureDates>,
    pub(super) password_changed: Option<Date>,
    pub(super) told: Told,
    pub(super) simulated: bool,
}

impl KeptCard {
    pub(super) fn dates(&self) -> CardDates {
        let signature = self.signature.map(|signature| signature.validity);
        CardDates { authentication: Some(self.authentication), signature, password_changed: self.password_changed }
    }

    fn was_merely_seen(&self) -> bool {
        self.signature.is_none() && self.password_changed.is_none() && self.told == Told::default()
    }
}

/// What there is to remember.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    /// The one seen last stands last.
    cards: Vec<KeptCard>,
    stay: Told,
}

impl State {
    fn position(&self, key: &Fingerprint) -> Option<usize> {
        self.cards.iter().position(|card| card.key == *key)
    }

    /// The card, moved to the end; made if it was not known.
    fn touch(&mut self, seen: &SeenCard) -> &mut KeptCard {
        let known = self.position(&seen.key).map(|at| self.cards.remove(at));
        let SeenCard { key, authentication, simulated } = *seen;
        let (signature, password_changed, told) = (None, None, Told::default());
        let fresh = || KeptCard { key, authentication, signature, password_changed, told, simulated };
        self.cards.push(KeptCard { authentication, simulated, ..known.unwrap_or_else(fresh) });
        let last = self.cards.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "it was pushed two lines above")]
        &mut self.cards[last]
    }

    /// Lets go of those that are too many, never of the one seen last. Software cards have a bound of their own.
    fn bound(&mut self) {
        for simulated in [false, true] {
            let of_this_sort = |card: &KeptCard| card.simulated == simulated;
            let surplus = self.cards.iter().filter(|card| of_this_sort(card)).count().saturating_sub(MAX_CARDS);
            for _ in 0..surplus {
                let earlier = self.cards.split_last().map_or(&[][..], |(_, earlier)| earlier);
                let merely_seen = earlier.iter().position(|card| of_this_sort(card) && card.was_merely_seen());
                if let Some(goes) = merely_seen.or_else(|| earlier.iter().position(of_this_sort)) {
                    self.cards.remove(goes);
                }
            }
        }
    }

    fn on_disk(&self) -> Self {
        let cards = self.cards.iter().filter(|card| !card.simulated).cloned().collect();
        Self { cards, stay: self.stay.clone() }
    }
}

/// The memory and its file.
#[derive(Debug)]
pub(super) struct Kept {
    state: Arc<Mutex<State>>,
    disk: Option<Arc<Disk>>,
    changes: watch::Sender<u64>,
}

impl Default for Kept {
    fn default() -> Self {
        Self::in_memory()
    }
}

impl Kept {
    pub(super) fn in_memory() -> Self {
        Self { state: Arc::default(), disk: None, changes: watch::Sender::new(0) }
    }

    /// What the file says. One that is broken is set aside; one that others could have written is not believed.
    pub(super) fn at(path: &Path) -> Self {
        let state = file::read(path);
        let disk = Disk {
            path: path.to_owned(),
            written: Mutex::new(Written { state: state.clone(), at_work: false }),
            rest: Condvar::new(),
        };
        let state = Arc::new(Mutex::new(state));
        Self { state, disk: Some(Arc::new(disk)), changes: watch::Sender::new(0) }
    }

    pub(super) fn see(&self, seen: &SeenCard) {
        self.change(|state| {
            state.touch(seen);
        });
    }

    pub(super) fn learn(&self, seen: &SeenCard, signature: SignatureDates) {
        self.change(|state| state.touch(seen).signature = Some(signature));
    }

    pub(super) fn password_changed(&self, seen: &SeenCard, on: Date) {
        self.change(|state| state.touch(seen).password_changed = Some(on));
    }

    pub(super) fn find(&self, key: &Fingerprint) -> Option<KeptCard> {
        lock(&self.state).cards.iter().find(|card| card.key == *key).cloned()
    }

    /// The cards that are to be told of, without those in whose place another has come; and the stay.
    pub(super) fn snapshot(&self) -> (Vec<KeptCard>, Told) {
        let state = lock(&self.state);
        let is_renewed = |card: &KeptCard| {
            let mut of_its_sort = state.cards.iter().filter(|other| other.simulated == card.simulated);
            of_its_sort.any(|other| is_renewal_of(&other.authentication, &card.authentication))
        };
        (state.cards.iter().filter(|card| !is_renewed(card)).cloned().collect(), state.stay.clone())
    }

    /// Of all that is remembered.
    pub(super) fn mark_all(&self, mut mark: impl FnMut(&CardDates, &mut Told), mark_stay: impl FnOnce(&mut Told)) {
        self.change(|state| {
            for card in &mut state.cards {
                mark(&card.dates(), &mut card.told);
            }
            mark_stay(&mut state.stay);
        });
    }

    pub(super) fn mark_card(&self, key: &Fingerprint, mark: impl FnOnce(&mut Told)) {
        self.change(|state| {
            if let Some(card) = state.cards.iter_mut().find(|card| card.key == *key) {
                mark(&mut card.told);
            }
        });
    }

    pub(super) fn mark_stay(&self, mark: impl FnOnce(&mut Told)) {
        self.change(|state| mark(&mut state.stay));
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(super) fn settle(&self, limit: Duration) {
        if let Some(disk) = &self.disk {
            let written = lock(&disk.written);
            drop(
                disk.rest
                    .wait_timeout_while(written, limit, |written| written.at_work)
                    .map_err(PoisonError::into_inner),
            );
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        {
            let mut state = lock(&self.state);
            let before = state.clone();
            change(&mut state);
            state.bound();
            if *state == before {
                return;
            }
        }
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
        if let Some(disk) = &self.disk {
            Disk::bring_up_to_date(disk, &self.state);
        }
    }
}

#[derive(Debug)]
struct Disk {
    path: PathBuf,
    written: Mutex<Written>,
    /// Told when nothing is being written any more.
    rest: Condvar,
}

#[derive(Debug)]
struct Written {
    /// What is in the file.
    state: State,
    /// A thread sees to it.
    at_work: bool,
}

impl Disk {
    /// Sees to it that the file will say what `state` says.
    fn bring_up_to_date(disk: &Arc<Self>, state: &Arc<Mutex<State>>) {
        {
            let mut written = lock(&disk.written);
            if written.at_work || written.state == lock(state).on_disk() {
                return;
            }
            written.at_work = true;
        }
        let (for_thread, state) = (disk.clone(), state.clone());
        let work = move || for_thread.write_all(&state);
        if let Err(error) = std::thread::Builder::new().name("reminders".into()).spawn(work) {
            tracing::warn!(%error, "the dates for reminders cannot be written down");
            lock(&disk.written).at_work = false;
        }
    }

    /// Writes until there is nothing new.
    fn write_all(&self, state: &Mutex<State>) {
        loop {
            let wanted = {
                let mut written = lock(&self.written);
                let wanted = lock(state).on_disk();
                if written.state == wanted {
                    written.at_work = false;
                    self.rest.notify_all();
                    return;
                }
                // Taken as written even if that fails: the next change is the next attempt.
                written.state = wanted.clone();
                wanted
            };
            if let Err(error) = file::write(&self.path, &wanted) {
                tracing::warn!(%error, path = %self.path.display(), "the dates for reminders cannot be written down");
            }
        }
    }
}

#[cfg(test)]
mod tests;
