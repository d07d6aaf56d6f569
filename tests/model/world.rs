//! The real agent over software cards in two readers: does one operation, and compares what comes of it with the model.
//!
//! Without a fault the answer must be exactly the model's. With one, these hold: at most one VERIFY went out and none
//! without an entry; each counter is what the commands that reached the card make it; nothing is verified any more; lost
//! answers to VERIFY and signature are told as unknown; and the next operation works, without a restart.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jpki_agent::agent::{Caller, CardState, DisclosureRequest};
use jpki_agent::certificate::Certificate;
use jpki_agent::digest::Digest;
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::Problem;
use jpki_agent::reader::Presence;
use jpki_agent::simulator::backend::SimulatorBackend;
use jpki_agent::simulator::wire::Wire;
use jpki_agent::simulator::{CardHandle, Holder, Variants};

use super::operations::{At, CARDS, Deed, Entry, FOREIGN, Meanwhile, Operation, Planned, Query, READERS, Trouble};
use super::person::Person;
use super::reference::Reference;
use crate::support::agent::{READER, TestAgent, authentication, card_of, page, signature};

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
                self.use_key(*deed, *reader, *entry, *meanwhile, *fault).await;
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

    async fn unprotect(&mut self, kind: KeyKind, reader: Option<usize>, agrees: bool) {
        self.person.plan(if agrees { Entry::Right } else { Entry::Decline }, || {});
        let unprotect = self.agent.agent.unprotect(&self.caller, kind, reader.map(id));
        let result = within(unprotect).await;
        self.note(&result);
        assert_eq!(result, self.reference.unprotect(kind, reader, agrees));
        assert_eq!(self.verifies(), 0, "no PIN was asked for");
    }

    /// Asks, with a fault on the way; then asks for the tries without one.
    async fn ask_with(&mut self, query: Query, reader: Option<usize>, fault: Option<Planned>) {
        let running = fault.and_then(|fault| Running::start(self, reader, fault));
        let result = self.ask(query, reader).await;
        self.note(&result);
        assert_eq!(self.verifies(), 0, "no PIN was asked for");
        match running.and_then(|running| running.fired(self)) {
            Some(hit) => {
                self.apply(&hit);
                self.recover(&hit, &result).await;
            }
            None => {
                self.compare(query, reader, result);
                if matches!(query, Query::Status) {
                    self.check_status().await;
                }
            }
        }
    }

    fn compare(&self, query: Query, reader: Option<usize>, result: Result<(), Problem>) {
        match query {
            Query::Status => assert_eq!(result, Ok(())),
            Query::Pins | Query::Certificates => assert_eq!(result, self.reference.choose(reader).map(drop)),
            Query::Release => {
                let there = reader.is_none_or(|reader| self.reference.is_plugged(reader));
                assert_eq!(result, if there { Ok(()) } else { Err(Problem::NoReader) });
            }
        }
    }

    /// Asks, and compares what can be compared whether or not there was a fault.
    async fn ask(&self, query: Query, reader: Option<usize>) -> Result<(), Problem> {
        let agent = &self.agent.agent;
        match query {
            Query::Status => drop(within(agent.status()).await),
            Query::Pins => {
                within(agent.pins(reader.map(id))).await?;
            }
            Query::Certificates => {
                within(agent.certificates(reader.map(id))).await?;
            }
            Query::Release => within(agent.release(reader.map(id))).await?,
        }
        Ok(())
    }

    async fn use_key(
        &mut self,
        deed: Deed,
        reader: Option<usize>,
        entry: Entry,
        meanwhile: Meanwhile,
        fault: Option<Planned>,
    ) {
        let kind = deed.kind();
        let target = self.reference.choose(reader).ok();
        if let Some((reader, card)) = target {
            self.person.plan(entry, self.event(reader, card, kind, meanwhile));
        }
        let running = fault.and_then(|fault| Running::start(self, reader, fault));
        let result = self.carry_out(deed, reader).await;
        self.note(&result);
        let hit = running.and_then(|running| running.fired(self));
        // A card that takes another's place unnoticed gets the command that was meant for the other.
        let counted_twice = hit.as_ref().is_some_and(|hit| hit.is_verify && hit.is_unnoticed_swap());
        let verifies = self.verifies() - usize::from(counted_twice);
        self.figures.verifies += verifies;
        assert!(verifies <= 1, "{verifies} VERIFY for one entry");
        assert!(verifies == 0 || entry.is_pin(), "VERIFY without a PIN");
        let seen = self.person.seen();
        let Some(hit) = hit else {
            let before = self.reference.clone();
            let expected = self.reference.use_key(kind, reader, entry, meanwhile, seen);
            assert_eq!(result, expected, "{before:?}");
            self.figures.tries_spent += usize::from(verifies == 1 && !entry.is_right());
            return;
        };
        // What the fault did to the place comes first: had it come later, no prompt would have been open.
        self.apply(&hit);
        if seen.pins > 0 {
            self.reference.meanwhile(hit.reader, hit.card, kind, meanwhile);
        }
        let mut acted = 0;
        for card in 0..CARDS {
            if verify_acted(&self.cards[card].wire(), hit.on(card)) {
                self.reference.verify(card, kind, entry);
                acted += 1;
            }
        }
        self.figures.tries_spent += usize::from(acted == 1 && !entry.is_right());
        match &result {
            Ok(()) => assert!(acted == 1 && entry.is_right(), "done without the right PIN"),
            Err(problem) => {
                assert!(!matches!(problem, Problem::Internal { .. }), "a fault of the card is no fault of ours");
                if (hit.is_verify || hit.is_signature) && hit.what.loses_answer() {
                    assert!(problem.outcome_unknown(), "{problem:?}: the card may have acted");
                }
            }
        }
        if verifies > 0 {
            self.reference.lose_track(kind);
        }
        self.recover(&hit, &result).await;
    }

    /// What happens while the prompt is open, as something to be done to the real readers.
    fn event(&self, reader: usize, card: usize, kind: KeyKind, meanwhile: Meanwhile) -> impl FnOnce() + Send + use<> {
        let backend = self.backend.clone();
        let (same, other) = match meanwhile {
            Meanwhile::Swapped { with } => (self.cards[with].clone(), self.reference.place_of(with)),
            _ => (self.cards[card].clone(), Some(reader)),
        };
        move || match meanwhile {
            Meanwhile::Nothing => {}
            Meanwhile::Removed => drop(backend.remove(name(reader))),
            Meanwhile::Reinserted | Meanwhile::Swapped { .. } => put(&backend, other, reader, &same),
            Meanwhile::TrySpent => same.with(|card| {
                let left = card.tries_left(kind);
                card.set_tries_left(kind, left.saturating_sub(1));
            }),
        }
    }

    async fn carry_out(&self, deed: Deed, reader: Option<usize>) -> Result<(), Problem> {
        let (agent, caller) = (&self.agent.agent, &self.caller);
        let named = reader.map(|reader| id(reader).to_owned());
        match deed {
            Deed::Authenticate => {
                let mut request = authentication();
                request.reader = named;
                let token = within(agent.authenticate(caller, request)).await?;
                assert_eq!(token.signature.len(), 256);
            }
            Deed::Sign(count) => {
                let mut request = signature(count);
                request.reader = named;
                let digests: Vec<Digest> = request.digests.iter().map(|(digest, _)| digest.clone()).collect();
                let signed = within(agent.sign(caller, request)).await?;
                assert_eq!(signed.signatures.len(), count, "all signatures or none");
                let certificate = signed.certificate.expect("it was wanted");
                self.is_one_of_ours(&certificate);
                for (digest, signature) in digests.iter().zip(&signed.signatures) {
                    certificate.verify(digest, &signature.value).expect("only signatures that verify leave");
                }
            }
            Deed::Disclose => {
                within(agent.disclose(caller, DisclosureRequest { reader: named, step: None })).await?;
            }
        }
        Ok(())
    }

    /// A certificate that was handed out verified every signature, so it must be one of those on our cards.
    fn is_one_of_ours(&self, certificate: &Certificate) {
        let key = certificate.public_key();
        let ours = self.cards.iter().any(|card| {
            let der = card.with(|card| card.contents().signature_certificate.clone());
            der.is_some_and(|der| Certificate::parse(&der).unwrap().public_key() == key)
        });
        assert!(ours, "a key that is on none of the cards");
    }

    /// Carries out in the model what a fault did to readers and cards.
    fn apply(&mut self, hit: &Hit) {
        match hit.what {
            Trouble::Removed(_) | Trouble::PulledWhileMute => self.reference.take_out(hit.reader),
            Trouble::ReaderGone(_) => self.reference.plug(hit.reader, false),
            Trouble::Swapped { with, .. } => self.reference.put(hit.reader, with),
            _ => {}
        }
    }

    /// After a fault: the service starts again, a card that lied is put in anew, and the next request is answered.
    async fn recover(&mut self, hit: &Hit, result: &Result<(), Problem>) {
        *self.figures.faults.entry(hit.what.name()).or_default() += 1;
        assert!(!matches!(result, Err(Problem::Internal { .. })), "a fault of the card is no fault of ours");
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

    /// Each counter is the model's, nothing is verified, and presence is as it should be.
    fn check_cards(&self) {
        for (index, card) in self.cards.iter().enumerate() {
            for kind in KeyKind::ALL {
                let (left, verified) = card.with(|card| (card.tries_left(kind), card.is_verified(kind)));
                assert_eq!(left, self.reference.tries(index, kind), "tries of card {index}, {kind:?}");
                assert!(!verified, "card {index} still knows its {kind:?} PIN");
            }
            assert_eq!(card.wire().foreign_selects, 0, "another application of the card was touched");
            assert_eq!(card.wire().changes, 0);
        }
        let there = self.backend.readers();
        for reader in 0..READERS {
            let presence = there.iter().find(|(known, _)| known == name(reader)).map(|(_, presence)| *presence);
            assert_eq!(presence.is_some(), self.reference.is_plugged(reader), "reader {reader}");
            let holds = presence.is_some_and(|presence| presence.insertion().is_some());
            assert_eq!(holds, self.reference.slot(reader).is_some(), "reader {reader}");
        }
    }

    /// What the status says of each reader, compared with the model.
    async fn check_status(&self) {
        let status = within(self.agent.agent.status()).await;
        assert!(status.service_available);
        for reader in 0..READERS {
            let said = status.readers.iter().find(|report| report.name == name(reader)).map(|report| report.card);
            let expected = self.reference.is_plugged(reader).then(|| match self.reference.slot(reader) {
                None => CardState::None,
                Some(FOREIGN) => CardState::Other,
                Some(_) => CardState::Jpki,
            });
            assert_eq!(said, expected, "reader {reader}");
        }
    }

    fn verifies(&self) -> usize {
        self.cards.iter().map(|card| card.wire().verifies).sum()
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

/// Did this card act on a VERIFY? `hit` is the fault that waited for one of its commands.
fn verify_acted(wire: &Wire, hit: Option<&Hit>) -> bool {
    let Some(at) = wire.log.iter().position(|entry| entry.header[1] == 0x20 && entry.body_length > 0) else {
        return false;
    };
    match hit {
        Some(hit) if hit.command == at => hit.what.card_acts(),
        _ => wire.log[at].status.is_some_and(|status| status.is_success() || status.tries_left().is_some()),
    }
}

/// A fault that is in place while an operation runs.
struct Running {
    planned: Planned,
    reader: usize,
    card: usize,
    over: Arc<AtomicBool>,
    /// Waits for a mute card, to pull it out or to wake it up.
    helper: Option<std::thread::JoinHandle<()>>,
}

/// A fault that has hit a command.
#[derive(Debug)]
struct Hit {
    what: Trouble,
    reader: usize,
    card: usize,
    /// Which command, from 0.
    command: usize,
    is_verify: bool,
    is_signature: bool,
}

impl Hit {
    fn on(&self, card: usize) -> Option<&Self> {
        (card == self.card).then_some(self)
    }

    fn is_unnoticed_swap(&self) -> bool {
        matches!(self.what, Trouble::Swapped { noticed: false, .. })
    }
}

impl Running {
    /// Puts the fault in place, on the card that is meant; `None` if there is none, or a card that should come in its
    /// place lies in a reader already.
    fn start(world: &World, reader: Option<usize>, planned: Planned) -> Option<Self> {
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
    fn fired(self, world: &World) -> Option<Hit> {
        self.over.store(true, Ordering::SeqCst);
        if let Some(helper) = self.helper {
            helper.join().unwrap();
        }
        let handle = &world.cards[self.card];
        handle.clear_faults();
        let wire = handle.wire();
        let first = |wanted: fn(&[u8; 4], usize) -> bool| {
            wire.log.iter().position(|entry| wanted(&entry.header, entry.body_length))
        };
        let command = match self.planned.at {
            At::Command(index) => (index < wire.log.len()).then_some(index),
            At::Verify => first(|header, body| header[1] == 0x20 && body > 0),
            At::Sign => first(|header, _| header[1] == 0x2A),
        }?;
        let entry = wire.log[command];
        let is_verify = entry.header[1] == 0x20 && entry.body_length > 0;
        let is_signature = entry.header[1] == 0x2A;
        Some(Hit { what: self.planned.what, reader: self.reader, card: self.card, command, is_verify, is_signature })
    }
}
