//! The small model: what lies where, PINs and tries left, which last tries may be used, whose PIN was wrong last. It says what
//! each operation without a fault must answer; what a fault may lead to is bounded in `world`.

use jpki_agent::jpki::{INDIVIDUAL_NUMBER_CARD, KeyKind};
use jpki_agent::problem::{PinAfterwards, Problem};

use super::operations::{CARDS, Entry, FOREIGN, Meanwhile, NewEntry, READERS};
use super::person::{Seen, Which};

/// What is known without asking the agent.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Tries left, of each card and PIN.
    tries: [[u8; 2]; CARDS],
    /// The PIN in force, of each card and kind.
    pins: [[Which; 2]; CARDS],
    /// The card in each reader.
    slots: [Option<usize>; READERS],
    /// Which readers are plugged in.
    plugged: [bool; READERS],
    /// Whose last try may be used once, in this stay of the card.
    unprotected: [[bool; 2]; READERS],
    /// Was the latest entry of this PIN wrong? `None` if a fault has hidden that.
    wrong: [[Option<bool>; 2]; CARDS],
}

fn index(kind: KeyKind) -> usize {
    match kind {
        KeyKind::Authentication => 0,
        KeyKind::Signature => 1,
    }
}

fn most(kind: KeyKind) -> u8 {
    INDIVIDUAL_NUMBER_CARD.key(kind).tries_max
}

impl Reference {
    /// Readers plugged in and empty, fresh cards.
    pub fn new() -> Self {
        Self {
            tries: [KeyKind::ALL.map(most); CARDS],
            pins: [[Which::First; 2]; CARDS],
            slots: [None; READERS],
            plugged: [true; READERS],
            unprotected: [[false; 2]; READERS],
            wrong: [[Some(false); 2]; CARDS],
        }
    }

    pub fn tries(&self, card: usize, kind: KeyKind) -> u8 {
        self.tries[card][index(kind)]
    }

    pub fn pin(&self, card: usize, kind: KeyKind) -> Which {
        self.pins[card][index(kind)]
    }

    pub fn slot(&self, reader: usize) -> Option<usize> {
        self.slots[reader]
    }

    pub fn is_plugged(&self, reader: usize) -> bool {
        self.plugged[reader]
    }

    /// The reader this card lies in.
    pub fn place_of(&self, card: usize) -> Option<usize> {
        self.slots.iter().position(|slot| *slot == Some(card))
    }

    pub fn is_unprotected(&self, reader: usize) -> bool {
        self.unprotected[reader].contains(&true)
    }

    /// Puts a card into a reader that is plugged in, in place of what lies in it; it cannot lie in two.
    pub fn put(&mut self, reader: usize, card: usize) {
        if let Some(before) = self.place_of(card) {
            self.take_out(before);
        }
        self.take_out(reader);
        self.slots[reader] = Some(card);
    }

    pub fn take_out(&mut self, reader: usize) {
        self.slots[reader] = None;
        self.unprotected[reader] = [false; 2];
    }

    pub fn plug(&mut self, reader: usize, there: bool) {
        if !there {
            self.take_out(reader);
        }
        self.plugged[reader] = there;
    }

    pub fn renew(&mut self, card: usize) {
        self.tries[card] = KeyKind::ALL.map(most);
    }

    /// Reader and card that are meant, without a fault.
    pub fn choose(&self, wanted: Option<usize>) -> Result<(usize, usize), Problem> {
        let reader = match wanted {
            Some(reader) if self.plugged[reader] => reader,
            Some(_) => return Err(Problem::NoReader),
            None => {
                let usable: Vec<usize> =
                    (0..READERS).filter(|reader| self.slots[*reader].is_some_and(|card| card != FOREIGN)).collect();
                match usable[..] {
                    [one] => one,
                    [_, _, ..] => return Err(Problem::SeveralCards),
                    [] if !self.plugged.contains(&true) => return Err(Problem::NoReader),
                    [] if self.slots.iter().any(Option::is_some) => return Err(Problem::CardUnsupported),
                    [] => return Err(Problem::NoCard),
                }
            }
        };
        match self.slots[reader] {
            None => Err(Problem::NoCard),
            Some(FOREIGN) => Err(Problem::CardUnsupported),
            Some(card) => Ok((reader, card)),
        }
    }

    /// A key is used without a fault: what must come of it, given which prompts were `seen`. Carries it out.
    pub fn use_key(
        &mut self,
        kind: KeyKind,
        wanted: Option<usize>,
        entry: Entry,
        meanwhile: Meanwhile,
        seen: Seen,
    ) -> Result<(), Problem> {
        let (_, card) = self.enter(kind, wanted, entry, None, meanwhile, seen)?;
        assert_eq!(seen.pins, 1);
        self.present(card, kind, entry)
    }

    /// A PIN is changed without a fault. After a failure the one before is in force, and that is said.
    pub fn change(
        &mut self,
        kind: KeyKind,
        wanted: Option<usize>,
        entry: Entry,
        new: NewEntry,
        meanwhile: Meanwhile,
        seen: Seen,
    ) -> Result<(), Problem> {
        let changed = self.enter(kind, wanted, entry, Some(new), meanwhile, seen).and_then(|(_, card)| {
            self.present(card, kind, entry)?;
            self.change_pin(card, kind, self.pin(card, kind).other());
            Ok(())
        });
        changed.map_err(|cause| Problem::PinChange {
            key_kind: kind,
            pin: PinAfterwards::Unchanged,
            cause: Box::new(cause),
        })
    }

    /// Everything up to VERIFY: the card that it goes to.
    fn enter(
        &mut self,
        kind: KeyKind,
        wanted: Option<usize>,
        entry: Entry,
        new: Option<NewEntry>,
        meanwhile: Meanwhile,
        seen: Seen,
    ) -> Result<(usize, usize), Problem> {
        let asked = self.may_ask(kind, wanted);
        let (reader, card) = match asked {
            Ok(place) => place,
            Err(problem) => {
                assert_eq!(seen, Seen::default(), "a prompt for nothing: {problem:?}");
                return Err(problem);
            }
        };
        if let Some(wrong) = self.wrong[card][index(kind)] {
            assert_eq!(seen.try_again, usize::from(wrong), "a second entry after a wrong one takes a question");
        }
        let unprotected = self.unprotected[reader][index(kind)];
        let promised = self.tries(card, kind);
        if seen.pins > 0 {
            self.meanwhile(reader, card, kind, meanwhile);
        }
        match entry {
            Entry::Decline | Entry::MalformedThenDecline => return Err(Problem::UserDeclined),
            Entry::TimeOut => return Err(Problem::ConsentTimeout),
            Entry::Right | Entry::Wrong | Entry::MalformedThenRight => {}
        }
        if let Some(new) = new {
            assert_eq!(seen.pins, 1 + new.prompts(), "the present one, and each new one twice");
            match new {
                NewEntry::Decline => return Err(Problem::UserDeclined),
                NewEntry::TimeOutAtTheSecond => return Err(Problem::ConsentTimeout),
                NewEntry::NeverAlike => return Err(Problem::NothingSettled),
                NewEntry::Twice | NewEntry::OnceUnlike => {}
            }
        }
        self.unprotected[reader][index(kind)] = false;
        if matches!(meanwhile, Meanwhile::Removed | Meanwhile::Reinserted | Meanwhile::Swapped { .. }) {
            return Err(Problem::CardRemoved { outcome_unknown: false });
        }
        match self.tries(card, kind) {
            0 => Err(Problem::PinBlocked { key_kind: kind }),
            1 if !unprotected => Err(Problem::LastTryProtected { key_kind: kind, tries_left: Some(1) }),
            left if left < promised => Err(Problem::CardRemoved { outcome_unknown: false }),
            _ => Ok((reader, card)),
        }
    }

    /// The one VERIFY of an entry, and what must be said of it.
    fn present(&mut self, card: usize, kind: KeyKind, entry: Entry) -> Result<(), Problem> {
        let typed = entry.is_right().then(|| self.pin(card, kind));
        match (self.verify(card, kind, typed), self.tries(card, kind)) {
            (true, _) => {
                self.wrong[card][index(kind)] = Some(false);
                Ok(())
            }
            (false, 0) => Err(Problem::PinBlocked { key_kind: kind }),
            (false, left) => {
                self.wrong[card][index(kind)] = Some(true);
                Err(Problem::PinIncorrect { key_kind: kind, tries_left: Some(left) })
            }
        }
    }

    /// Would the person be asked for this PIN? If so, reader and card.
    pub fn may_ask(&self, kind: KeyKind, wanted: Option<usize>) -> Result<(usize, usize), Problem> {
        let (reader, card) = self.choose(wanted)?;
        match self.tries(card, kind) {
            0 => Err(Problem::PinBlocked { key_kind: kind }),
            1 if !self.unprotected[reader][index(kind)] => {
                Err(Problem::LastTryProtected { key_kind: kind, tries_left: Some(1) })
            }
            _ => Ok((reader, card)),
        }
    }

    /// What happened while the prompt was open.
    pub fn meanwhile(&mut self, reader: usize, card: usize, kind: KeyKind, meanwhile: Meanwhile) {
        match meanwhile {
            Meanwhile::Nothing => {}
            Meanwhile::Removed => self.take_out(reader),
            Meanwhile::Reinserted => self.put(reader, card),
            Meanwhile::Swapped { with } => self.put(reader, with),
            Meanwhile::TrySpent => {
                let tries = &mut self.tries[card][index(kind)];
                *tries = tries.saturating_sub(1);
            }
        }
    }

    /// A VERIFY with this PIN (none: a wrong one) reached the card, which acted on it. Was it right?
    pub fn verify(&mut self, card: usize, kind: KeyKind, typed: Option<Which>) -> bool {
        let is_right = self.tries(card, kind) > 0 && typed == Some(self.pin(card, kind));
        let tries = &mut self.tries[card][index(kind)];
        *tries = match *tries {
            0 => 0,
            _ if is_right => most(kind),
            left => left - 1,
        };
        is_right
    }

    /// The card, with its PIN verified, was told to take another, and did.
    pub fn change_pin(&mut self, card: usize, kind: KeyKind, new: Which) {
        self.pins[card][index(kind)] = new;
        self.tries[card][index(kind)] = most(kind);
    }

    /// A fault has hidden from the agent, or from us, what became of an entry.
    pub fn lose_track(&mut self, kind: KeyKind) {
        for card in &mut self.wrong {
            card[index(kind)] = None;
        }
    }

    /// The person was asked whether the last try may be used.
    pub fn unprotect(&mut self, kind: KeyKind, wanted: Option<usize>, agrees: bool) -> Result<(), Problem> {
        let (reader, card) = self.choose(wanted)?;
        match self.tries(card, kind) {
            0 => Err(Problem::PinBlocked { key_kind: kind }),
            1 if !agrees => Err(Problem::UserDeclined),
            1 => {
                self.unprotected[reader][index(kind)] = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
