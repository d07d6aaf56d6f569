//! Entries the card refused: counted for each card and key whoever asked, and remembered for the one who asked last.
//!
//! The card has the counter that blocks; this one only sees to it that no caller can lead the person from one wrong entry
//! straight into the next.

use std::collections::{HashMap, HashSet, VecDeque};

use super::CallerKey;
use crate::certificate::Fingerprint;
use crate::jpki::KeyKind;

/// So many cards are remembered; the one whose entry was wrong longest ago is forgotten first.
const MAX_CARDS: usize = 64;
/// So many callers for each card and key; beyond, every caller must be confirmed.
const MAX_CALLERS: usize = 64;

/// By what a card is known again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CardKey {
    /// Its authentication certificate.
    Certificate(Fingerprint),
    /// It has none: what lies in this reader.
    Reader(String),
}

/// What must come before the next request for a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextEntry {
    /// Nothing: ask for the PIN.
    Ask,
    /// The person must say first that they want to try again.
    ConfirmFirst,
}

/// Remembers wrong PINs until the right one is given.
#[derive(Debug, Default)]
pub struct WrongPins {
    entries: HashMap<(CardKey, KeyKind), Entry>,
    /// The keys of `entries`, the latest wrong entry last.
    order: VecDeque<(CardKey, KeyKind)>,
}

#[derive(Debug, Default)]
struct Entry {
    /// Since the last right one, whoever asked.
    count: u32,
    /// Whose latest entry was wrong.
    callers: HashSet<CallerKey>,
}

impl WrongPins {
    /// Nothing was wrong so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Is nothing remembered?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The card refused the PIN that was given for `caller`.
    pub fn wrong(&mut self, card: &CardKey, key_kind: KeyKind, caller: &CallerKey) {
        let key = (card.clone(), key_kind);
        self.order.retain(|known| *known != key);
        if self.order.len() >= MAX_CARDS
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
        self.order.push_back(key.clone());
        let entry = self.entries.entry(key).or_default();
        entry.count = entry.count.saturating_add(1);
        if entry.callers.len() < MAX_CALLERS {
            entry.callers.insert(caller.clone());
        }
    }

    /// The card accepted a PIN: all is forgotten for this card and key, whoever asked.
    pub fn right(&mut self, card: &CardKey, key_kind: KeyKind) {
        let key = (card.clone(), key_kind);
        self.order.retain(|known| *known != key);
        self.entries.remove(&key);
    }

    /// How many were wrong since the last right one, whoever asked.
    #[must_use]
    pub fn count(&self, card: &CardKey, key_kind: KeyKind) -> u32 {
        self.entries.get(&(card.clone(), key_kind)).map_or(0, |entry| entry.count)
    }

    /// May the person be asked for this PIN straight away on behalf of `caller`? Not after a wrong one: a second wrong
    /// one in a row for the same caller takes the person's own "try again".
    #[must_use]
    pub fn next_entry(&self, card: &CardKey, key_kind: KeyKind, caller: &CallerKey) -> NextEntry {
        match self.entries.get(&(card.clone(), key_kind)) {
            Some(entry) if entry.callers.contains(caller) || entry.callers.len() >= MAX_CALLERS => {
                NextEntry::ConfirmFirst
            }
            _ => NextEntry::Ask,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyKind::{Authentication, Signature};
    use NextEntry::{Ask, ConfirmFirst};

    fn card(number: usize) -> CardKey {
        CardKey::Certificate(Fingerprint::of(&number.to_be_bytes()))
    }

    fn page(number: usize) -> CallerKey {
        CallerKey::Page(format!("https://site{number}.example").parse().unwrap())
    }

    #[test]
    fn a_second_entry_for_the_same_caller_must_be_confirmed() {
        let mut pins = WrongPins::new();
        assert_eq!(pins.next_entry(&card(1), Signature, &page(1)), Ask);
        pins.wrong(&card(1), Signature, &page(1));
        for (about, key_kind, caller, next) in [
            (card(1), Signature, page(1), ConfirmFirst),
            (card(1), Signature, page(2), Ask),
            (card(1), Signature, CallerKey::Programs, Ask),
            (card(1), Authentication, page(1), Ask),
            (card(2), Signature, page(1), Ask),
            (CardKey::Reader("r1".to_owned()), Signature, page(1), Ask),
        ] {
            assert_eq!(pins.next_entry(&about, key_kind, &caller), next, "{about:?} {key_kind:?} {caller:?}");
        }
        pins.wrong(&card(1), Signature, &page(1));
        assert_eq!(pins.next_entry(&card(1), Signature, &page(1)), ConfirmFirst);
    }

    #[test]
    fn the_right_pin_wipes_out_the_wrong_ones_of_its_key_only() {
        let mut pins = WrongPins::new();
        pins.wrong(&card(1), Signature, &page(1));
        pins.wrong(&card(1), Authentication, &page(1));
        pins.wrong(&card(2), Signature, &page(1));
        pins.right(&card(1), Signature);
        assert_eq!(pins.next_entry(&card(1), Signature, &page(1)), Ask);
        assert_eq!(pins.next_entry(&card(1), Authentication, &page(1)), ConfirmFirst);
        assert_eq!(pins.next_entry(&card(2), Signature, &page(1)), ConfirmFirst);
    }

    #[test]
    fn wrong_pins_are_counted_across_callers() {
        let mut pins = WrongPins::new();
        for (number, caller) in [page(1), page(2), CallerKey::Programs, page(1)].iter().enumerate() {
            assert_eq!(pins.count(&card(1), Signature), u32::try_from(number).unwrap());
            pins.wrong(&card(1), Signature, caller);
        }
        assert_eq!(pins.count(&card(1), Signature), 4);
        assert_eq!(pins.count(&card(1), Authentication), 0);
        assert_eq!(pins.count(&card(2), Signature), 0);
        pins.right(&card(1), Signature);
        assert_eq!(pins.count(&card(1), Signature), 0);
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_the_oldest() {
        let mut pins = WrongPins::new();
        for number in 0..MAX_CARDS {
            pins.wrong(&card(number), Signature, &page(1));
        }
        pins.wrong(&card(0), Signature, &page(1)); // the latest now
        pins.wrong(&card(MAX_CARDS), Signature, &page(1));
        assert_eq!((pins.entries.len(), pins.order.len()), (MAX_CARDS, MAX_CARDS));
        assert_eq!(pins.count(&card(0), Signature), 2);
        assert_eq!(pins.count(&card(1), Signature), 0);
        assert_eq!(pins.count(&card(2), Signature), 1);
    }

    #[test]
    fn too_many_callers_must_all_be_confirmed() {
        let mut pins = WrongPins::new();
        for number in 0..1000 {
            pins.wrong(&card(1), Signature, &page(number));
        }
        assert_eq!(pins.next_entry(&card(1), Signature, &page(5000)), ConfirmFirst);
        assert_eq!(pins.entries[&(card(1), Signature)].callers.len(), MAX_CALLERS);
    }
}
