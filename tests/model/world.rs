//! The real agent over software cards in two readers: does one operation, and compares what comes of it with the model.
//!
//! Without a fault the answer must be exactly the model's. With one, these hold: at most one VERIFY went out for an entry
//! and none without one; each counter and PIN is what the commands that reached the card make it; nothing is verified any
//! more; lost answers to VERIFY, signature and change are told as unknown; and the next operation works, without a restart.
//!
//! | part | what it is |
//! |---|---|
//! | [`faults`] | a fault in place, what it hit, and what the cards then acted on |
//! | [`pins`] | the operations that take a PIN |
//! | [`queries`] | those that take none |

mod faults;
mod pins;
mod queries;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jpki_agent::agent::Caller;
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::Problem;
use jpki_agent::reader::Presence;
use jpki_agent::simulator::backend::SimulatorBackend;
use jpki_agent::simulator::{CardHandle, Holder, Variants};

use super::operations::{Operation, Query, READERS};
use super::person::Person;
use super::reference::Reference;
use crate::support::agent::{READER, TestAgent, card_of, page};
use pins::{Entering, Work};

/// Longer than anything may take here: whatever does hangs.
const HANG: Duration = Duration::from_secs(30);
/// How soon the agent must know about readers and cards that came or went.
const RECOVERY: Duration = Duration::from_secs(5);
const SECOND_READER: &str = "SIMULATED reader (software card, test keys only) 01 00";

/// What was done so far.
#[derive(Debug, Default)]
pub struct Figures {
    pub steps: usize,
    pub operations: BTreeMap<&'static str, usize>,
    /// That hit a command.
    pub faults: BTreeMap<&'static str, usize>,
    /// How operations ended.
    pub outcomes: BTreeMap<&'static str, usize>,
    pub verifies: usize,
    /// Changes of a PIN that reached the card and that it acted on.
    pub changes: usize,
    /// Tries spent by truly wrong PINs that reached the card.
    pub tries_spent: usize,
    pub slowest: Duration,
    pub slowest_recovery: Duration,
}

/// Agent, readers, cards, person, and what the model thinks of them.
pub struct World {
    agent: TestAgent,
    backend: SimulatorBackend,
    cards: Vec<CardHandle>,
    person: Person,
    caller: Caller,
    reference: Reference,
    pub figures: Figures,
}

fn name(reader: usize) -> &'static str {
    [READER, SECOND_READER][reader]
}

fn id(reader: usize) -> &'static str {
    ["r1", "r2"][reader]
}

impl World {
    /// Two readers, the first card in the first one.
    pub async fn new() -> Self {
        let foreign = Variants { no_jpki_applet: true, ..Variants::default() };
        let cards = vec![
            card_of(&Holder::standard(), Variants::default()),
            card_of(&Holder::by_name("latin-name").unwrap(), Variants::default()),
            card_of(&Holder::standard(), foreign),
        ];
        let person = Person::default();
        let agent = TestAgent::with_person(cards[0].clone(), Arc::new(person.clone())).await;
        let backend = agent.backend.clone();
        backend.add_reader(SECOND_READER);
        let mut reference = Reference::new();
        reference.put(0, 0);
        let figures = Figures::default();
        let mut world = Self { agent, backend, cards, person, caller: page(), reference, figures };
        world.settle().await;
        world
    }

    /// Does one operation and checks everything.
    ///
    /// # Panics
    /// If the agent did anything else than it should.
    pub async fn step(&mut self, operation: &Operation) {
        self.figures.steps += 1;
        *self.figures.operations.entry(operation.name()).or_default() += 1;
        let begin = Instant::now();
        self.person.rest();
        self.cards.iter().for_each(CardHandle::forget_wire);
        match operation {
            Operation::Insert { reader, card } => self.insert(*reader, *card),
            Operation::Remove { reader } => {
                self.backend.remove(name(*reader));
                self.reference.take_out(*reader);
            }
            Operation::Plug { reader, there } => {
                if *there {
                    self.backend.add_reader(name(*reader));
                } else {
                    self.backend.remove_reader(name(*reader));
                }
                self.reference.plug(*reader, *there);
            }
            Operation::Restart { asked } => self.restart(*asked).await,
            Operation::Renew { card } => {
                self.cards[*card].with(|inner| KeyKind::ALL.map(|kind| inner.set_tries_left(kind, u8::MAX)));
                self.reference.renew(*card);
            }
            Operation::Ask { query, reader, fault } => self.ask_with(*query, *reader, *fault).await,
            Operation::Use { deed, reader, entry, meanwhile, fault } => {
                let entering = Entering { reader: *reader, entry: *entry, meanwhile: *meanwhile, fault: *fault };
                self.enter(Work::Use(*deed), entering).await;
            }
            Operation::Change { kind, reader, entry, new, meanwhile, fault } => {
                let entering = Entering { reader: *reader, entry: *entry, meanwhile: *meanwhile, fault: *fault };
                self.enter(Work::Change(*kind, *new), entering).await;
            }
            Operation::Unprotect { kind, reader, agrees } => self.unprotect(*kind, *reader, *agrees).await,
        }
        self.settle().await;
        self.check_cards();
        self.figures.slowest = self.figures.slowest.max(begin.elapsed());
    }

    fn insert(&mut self, reader: usize, card: usize) {
        if !self.reference.is_plugged(reader) {
            return;
        }
        put(&self.backend, self.reference.place_of(card), reader, &self.cards[card]);
        self.reference.put(reader, card);
    }

    async fn restart(&mut self, asked: Query) {
        self.backend.set_service(false);
        self.see_service_end().await;
        let answer = self.ask(asked, None).await;
        match asked {
            Query::Status => assert_eq!(answer, Ok(())),
            _ => assert_eq!(answer, Err(Problem::PcscUnavailable)),
        }
        self.backend.set_service(true);
    }

    /// Waits until the agent knows that the service is gone. If it came back before that, the agent would learn of its end
    /// only afterwards, in the middle of another operation: readers and cards look the same.
    async fn see_service_end(&self) {
        let mut changes = self.agent.agent.readers().changes();
        let gone = async {
            while self.agent.agent.readers().list().await.is_ok() {
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(RECOVERY, gone).await.expect("the agent did not see the service end");
    }

    /// Waits until the agent knows what the readers know.
    async fn settle(&mut self) {
        let begin = Instant::now();
        let mut changes = self.agent.agent.readers().changes();
        let readers = self.agent.agent.readers();
        let seen = async {
            loop {
                changes.borrow_and_update();
                let mut there = self.backend.readers();
                there.sort_by(|a, b| a.0.cmp(&b.0));
                if let Ok(list) = readers.list().await {
                    let mut known: Vec<(String, Presence)> =
                        list.into_iter().map(|reader| (reader.name, reader.presence)).collect();
                    known.sort_by(|a, b| a.0.cmp(&b.0));
                    if known == there {
                        return;
                    }
                }
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(RECOVERY, seen).await.expect("the agent did not see what happened to the readers");
        self.figures.slowest_recovery = self.figures.slowest_recovery.max(begin.elapsed());
    }

    /// Each counter and PIN is the model's, nothing is verified, and presence is as it should be.
    fn check_cards(&self) {
        for (index, card) in self.cards.iter().enumerate() {
            for kind in KeyKind::ALL {
                let (left, verified) = card.with(|card| (card.tries_left(kind), card.is_verified(kind)));
                assert_eq!(left, self.reference.tries(index, kind), "tries of card {index}, {kind:?}");
                let pin = self.reference.pin(index, kind);
                assert!(
                    card.with(|card| card.is_pin(kind, pin.text(kind))),
                    "not the {pin:?} {kind:?} PIN of card {index}"
                );
                assert!(!verified, "card {index} still knows its {kind:?} PIN");
            }
            assert_eq!(card.wire().foreign_selects, 0, "another application of the card was touched");
        }
        let there = self.backend.readers();
        for reader in 0..READERS {
            let presence = there.iter().find(|(known, _)| known == name(reader)).map(|(_, presence)| *presence);
            assert_eq!(presence.is_some(), self.reference.is_plugged(reader), "reader {reader}");
            let holds = presence.is_some_and(|presence| presence.insertion().is_some());
            assert_eq!(holds, self.reference.slot(reader).is_some(), "reader {reader}");
        }
    }

    fn verifies(&self) -> usize {
        self.cards.iter().map(|card| card.wire().verifies).sum()
    }

    fn changes(&self) -> usize {
        self.cards.iter().map(|card| card.wire().changes).sum()
    }

    fn note(&mut self, result: &Result<(), Problem>) {
        let outcome = result.as_ref().map_or_else(Problem::code, |()| "done");
        *self.figures.outcomes.entry(outcome).or_default() += 1;
    }
}

/// Puts a card into a reader, out of the one it lay in.
fn put(backend: &SimulatorBackend, before: Option<usize>, reader: usize, card: &CardHandle) {
    if let Some(before) = before {
        backend.remove(name(before));
    }
    assert!(backend.insert(name(reader), card), "no such reader");
}

/// Nothing may hang.
async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(HANG, work).await.expect("it hangs")
}
