//! A fault: put in place, what it hit, what it did to readers and cards, and that the agent goes on after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jpki_agent::problem::Problem;
use jpki_agent::simulator::wire::LogEntry;

use super::{World, id, name, put, within};
use crate::model::operations::{At, CARDS, Planned, Trouble};

impl World {
    /// The commands with a PIN in them, in their order, as each card got them. `hit` is the fault that hit one command.
    pub(super) fn sent(&self, hit: Option<&Hit>) -> Vec<Sent> {
        let first = hit.map_or(0, |hit| hit.card);
        let mut sent: Vec<Sent> = Vec::new();
        let mut verifies = 0;
        // One that takes another's place in the middle comes after it.
        for card in std::iter::once(first).chain((0..CARDS).filter(|card| *card != first)) {
            let hit_here = hit.filter(|hit| hit.card == card);
            for (index, entry) in self.cards[card].wire().log.iter().enumerate() {
                let moved = index == 0 && hit.is_some_and(|hit| hit.moved_on_to(card) && hit.is_grave);
                let command = match entry {
                    entry if is_change(entry) => Command::Change,
                    entry if is_verify(entry) && moved => Command::Verify(verifies - 1),
                    entry if is_verify(entry) => {
                        verifies += 1;
                        Command::Verify(verifies - 1)
                    }
                    _ => continue,
                };
                let acted = match hit_here {
                    Some(hit) if hit.command == index => hit.what.card_acts(),
                    _ => entry.status.is_some_and(|status| status.is_success() || status.tries_left().is_some()),
                };
                sent.push(Sent { card, command, acted });
            }
        }
        sent
    }

    /// Carries out in the model what a fault did to readers and cards.
    pub(super) fn apply(&mut self, hit: &Hit) {
        match hit.what {
            Trouble::Removed(_) | Trouble::PulledWhileMute => self.reference.take_out(hit.reader),
            Trouble::ReaderGone(_) => self.reference.plug(hit.reader, false),
            Trouble::Swapped { with, .. } => self.reference.put(hit.reader, with),
            _ => {}
        }
    }

    /// After a fault: the service starts again, a card that lied is put in anew, and the next request is answered.
    pub(super) async fn recover(&mut self, hit: &Hit, result: &Result<(), Problem>) {
        *self.figures.faults.entry(hit.what.name()).or_default() += 1;
        assert!(
            !result.as_ref().is_err_and(|problem| matches!(problem.cause(), Problem::Internal { .. })),
            "a fault of the card is no fault of ours"
        );
        if matches!(hit.what, Trouble::ServiceGone(_)) {
            self.see_service_end().await;
            self.backend.set_service(true);
        }
        // What was learned from a card stays known for as long as it stays; if it said something else than what is in
        // it, or its last try was unlocked and perhaps used, it has to come anew.
        let needs_anew = hit.what.lies() || self.reference.is_unprotected(hit.reader);
        if let Some(card) = self.reference.slot(hit.reader).filter(|_| needs_anew) {
            put(&self.backend, None, hit.reader, &self.cards[card]);
            self.reference.put(hit.reader, card);
        }
        self.settle().await;
        let again = within(self.agent.agent.pins(Some(id(hit.reader)))).await;
        let expected = self.reference.choose(Some(hit.reader));
        assert_eq!(again.map(drop), expected.map(drop), "after {hit:?} a restart is needed");
    }
}

/// A fault that is in place while an operation runs.
pub(super) struct Running {
    planned: Planned,
    reader: usize,
    card: usize,
    over: Arc<AtomicBool>,
    /// Waits for a mute card, to pull it out or to wake it up.
    helper: Option<std::thread::JoinHandle<()>>,
}

/// A fault that has hit a command.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) what: Trouble,
    pub(super) reader: usize,
    pub(super) card: usize,
    /// Which command, from 0.
    command: usize,
    /// Is it one that spends a try, signs, or changes a PIN?
    is_grave: bool,
}

impl Hit {
    /// Did this card get the very command that was meant for the one that was hit?
    fn moved_on_to(&self, card: usize) -> bool {
        matches!(self.what, Trouble::Swapped { with, noticed: false } if with == card)
    }

    /// Did nobody hear whether the card did what cannot be undone?
    pub(super) fn loses_what_was_done(&self) -> bool {
        self.is_grave && self.what.loses_answer()
    }
}

impl Running {
    /// Puts the fault in place, on the card that is meant; `None` if there is none, or a card that should come in its
    /// place lies in a reader already.
    pub(super) fn start(world: &World, reader: Option<usize>, planned: Planned) -> Option<Self> {
        let (reader, card) = world.reference.choose(reader).ok()?;
        if let Trouble::Swapped { with, .. } = planned.what
            && world.reference.place_of(with).is_some()
        {
            return None;
        }
        let handle = world.cards[card].clone();
        handle.inject(planned.at.trigger(), planned.what.fault(&world.cards));
        let over = Arc::new(AtomicBool::new(false));
        let helper = matches!(planned.what, Trouble::PulledWhileMute | Trouble::Slow).then(|| {
            let (over, backend) = (over.clone(), world.backend.clone());
            std::thread::spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    if handle.wait_until_mute(Duration::from_millis(2)) {
                        match planned.what {
                            Trouble::Slow => handle.release(),
                            _ => drop(backend.remove(name(reader))),
                        }
                        return;
                    }
                }
            })
        });
        Some(Self { planned, reader, card, over, helper })
    }

    /// Takes the fault away; what it hit, if it did.
    pub(super) fn fired(self, world: &World) -> Option<Hit> {
        self.over.store(true, Ordering::SeqCst);
        if let Some(helper) = self.helper {
            helper.join().unwrap();
        }
        let handle = &world.cards[self.card];
        handle.clear_faults();
        let wire = handle.wire();
        let nth = |wanted: fn(&LogEntry) -> bool, nth| {
            wire.log.iter().enumerate().filter(|(_, entry)| wanted(entry)).map(|(index, _)| index).nth(nth)
        };
        let command = match self.planned.at {
            At::Command(index) => (index < wire.log.len()).then_some(index),
            At::Verify => nth(is_verify, 0),
            At::Change => nth(is_change, 0),
            At::Proof => nth(is_verify, 1),
            At::Sign => nth(is_signature, 0),
        }?;
        let entry = wire.log[command];
        let is_grave = is_verify(&entry) || is_change(&entry) || is_signature(&entry);
        Some(Hit { what: self.planned.what, reader: self.reader, card: self.card, command, is_grave })
    }
}

fn is_verify(entry: &LogEntry) -> bool {
    entry.header[1] == 0x20 && entry.body_length > 0
}

fn is_change(entry: &LogEntry) -> bool {
    entry.header[1] == 0x24
}

fn is_signature(entry: &LogEntry) -> bool {
    entry.header[1] == 0x2A
}

/// A command with a PIN in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// The so-and-so-many-th VERIFY of the operation, from 0.
    Verify(usize),
    Change,
}

/// Such a command as it went to one card.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) card: usize,
    pub(super) command: Command,
    /// Did the card act on it?
    pub(super) acted: bool,
}
