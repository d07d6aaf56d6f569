//! Operations for which the person is asked: a key is used, a PIN changed, a last try unlocked.

use jpki_agent::agent::{ChangePinRequest, DisclosureRequest};
use jpki_agent::certificate::Certificate;
use jpki_agent::digest::Digest;
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::{PinAfterwards, Problem};

use super::faults::{Command, Hit, Running, Sent};
use super::{World, id, name, put, within};
use crate::model::operations::{Deed, Entry, Meanwhile, NewEntry, Planned};
use crate::model::person::Which;
use crate::support::agent::{authentication, signature};

/// What a PIN is entered for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Work {
    Use(Deed),
    Change(KeyKind, NewEntry),
}

impl Work {
    fn kind(self) -> KeyKind {
        match self {
            Self::Use(deed) => deed.kind(),
            Self::Change(kind, _) => kind,
        }
    }

    fn new_entry(self) -> Option<NewEntry> {
        match self {
            Self::Use(_) => None,
            Self::Change(_, new) => Some(new),
        }
    }
}

/// How it is entered, and what else happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entering {
    pub(super) reader: Option<usize>,
    pub(super) entry: Entry,
    pub(super) meanwhile: Meanwhile,
    pub(super) fault: Option<Planned>,
}

impl World {
    pub(super) async fn enter(&mut self, work: Work, entering: Entering) {
        let Entering { reader, entry, meanwhile, fault } = entering;
        let kind = work.kind();
        let mut pin = Which::First;
        if let Ok((reader, card)) = self.reference.choose(reader) {
            pin = self.reference.pin(card, kind);
            let event = self.event(reader, card, kind, meanwhile);
            self.person.plan(entry, pin, work.new_entry().unwrap_or(NewEntry::Twice), event);
        }
        let running = fault.and_then(|fault| Running::start(self, reader, fault));
        let result = self.carry_out(work, reader).await;
        self.note(&result);
        let hit = running.and_then(|running| running.fired(self));
        let sent = self.sent(hit.as_ref());
        self.check_sent(&sent, work, entry, result.is_ok());
        let Some(hit) = hit else {
            let (before, seen) = (self.reference.clone(), self.person.seen());
            let expected = match work {
                Work::Use(_) => self.reference.use_key(kind, reader, entry, meanwhile, seen),
                Work::Change(_, new) => self.reference.change(kind, reader, entry, new, meanwhile, seen),
            };
            assert_eq!(result, expected, "{before:?}");
            self.figures.tries_spent += usize::from(!sent.is_empty() && !entry.is_right());
            self.figures.changes += usize::from(sent.iter().any(|sent| sent.command == Command::Change));
            return;
        };
        // What the fault did to the place comes first: had it come later, no prompt would have been open.
        self.apply(&hit);
        if self.person.seen().pins > 0 {
            self.reference.meanwhile(hit.reader, hit.card, kind, meanwhile);
        }
        let acted = self.follow(&sent, kind, entry, pin);
        self.check_told(&result, work, &sent, acted, &hit);
        if !sent.is_empty() {
            self.reference.lose_track(kind);
        }
        self.recover(&hit, &result).await;
    }

    /// One VERIFY for each entry, none without, the one for a new PIN only after the change; nothing done without them.
    fn check_sent(&mut self, sent: &[Sent], work: Work, entry: Entry, done: bool) {
        let mut commands: Vec<Command> = sent.iter().map(|sent| sent.command).collect();
        // A card that takes another's place unnoticed gets the command that was meant for the other.
        commands.dedup();
        self.figures.verifies += commands.iter().filter(|command| matches!(command, Command::Verify(_))).count();
        let most: &[Command] = match work {
            _ if !entry.is_pin() => &[],
            Work::Use(_) => &[Command::Verify(0)],
            Work::Change(_, new) if !new.is_pin() => &[],
            Work::Change(..) => &[Command::Verify(0), Command::Change, Command::Verify(1)],
        };
        assert!(most.starts_with(&commands), "{commands:?} for {work:?} with {entry:?}");
        assert!(!done || commands == most, "done with no more than {commands:?}");
    }

    /// Carries out in the model what the cards acted on.
    fn follow(&mut self, sent: &[Sent], kind: KeyKind, entry: Entry, pin: Which) -> Acted {
        let mut acted = Acted::default();
        for Sent { card, command, .. } in sent.iter().filter(|sent| sent.acted) {
            let typed = match command {
                Command::Verify(0) => entry.is_right().then_some(pin),
                Command::Verify(_) | Command::Change => Some(pin.other()),
            };
            match command {
                Command::Change => {
                    self.reference.change_pin(*card, kind, pin.other());
                    acted.changes += 1;
                }
                Command::Verify(_) if self.reference.verify(*card, kind, typed) => acted.right += 1,
                Command::Verify(_) => acted.wrong += 1,
            }
        }
        self.figures.tries_spent += usize::from(acted.wrong == 1 && !entry.is_right());
        self.figures.changes += acted.changes;
        acted
    }

    /// What the caller is told after a fault is true, as far as anything is told.
    fn check_told(&self, result: &Result<(), Problem>, work: Work, sent: &[Sent], acted: Acted, hit: &Hit) {
        let problem = match (result, work) {
            (Ok(()), Work::Use(_)) => return assert_eq!(acted, Acted { right: 1, ..Acted::default() }, "done without"),
            (Ok(()), Work::Change(..)) => {
                return assert_eq!(acted, Acted { right: 2, changes: 1, wrong: 0 }, "changed without its proof");
            }
            (Err(problem), _) => problem,
        };
        let was_told_to_change = sent.iter().any(|sent| sent.command == Command::Change);
        match (work, problem.pin_afterwards()) {
            (Work::Use(_), None) => {}
            (Work::Change(..), Some(PinAfterwards::Unchanged)) => assert_eq!(acted.changes, 0, "{problem:?}"),
            (Work::Change(..), Some(PinAfterwards::Changed)) => assert_eq!(acted.changes, 1, "{problem:?}"),
            (Work::Change(..), Some(PinAfterwards::Unknown)) => assert!(was_told_to_change, "{problem:?}: it is known"),
            (_, told) => panic!("{told:?} is in force after {work:?}"),
        }
        if hit.loses_what_was_done() && problem.pin_afterwards() != Some(PinAfterwards::Changed) {
            assert!(problem.outcome_unknown(), "{problem:?}: the card may have acted");
        }
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

    async fn carry_out(&self, work: Work, reader: Option<usize>) -> Result<(), Problem> {
        let (agent, caller) = (&self.agent.agent, &self.caller);
        let named = reader.map(|reader| id(reader).to_owned());
        match work {
            Work::Change(key_kind, _) => {
                let request = ChangePinRequest { key_kind, reader: named, understands_unproven: false };
                let changed = within(agent.change_pin(caller, request)).await?;
                assert_eq!(changed.pin.key_kind, key_kind);
            }
            Work::Use(Deed::Authenticate) => {
                let mut request = authentication();
                request.reader = named;
                let token = within(agent.authenticate(caller, request)).await?;
                assert_eq!(token.signature.len(), 256);
            }
            Work::Use(Deed::Sign(count)) => {
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
            Work::Use(Deed::Disclose) => {
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

    pub(super) async fn unprotect(&mut self, kind: KeyKind, reader: Option<usize>, agrees: bool) {
        let entry = if agrees { Entry::Right } else { Entry::Decline };
        self.person.plan(entry, Which::First, NewEntry::Twice, || {});
        let unprotect = self.agent.agent.unprotect(&self.caller, kind, reader.map(id));
        let result = within(unprotect).await;
        self.note(&result);
        assert_eq!(result, self.reference.unprotect(kind, reader, agrees));
        assert_eq!(self.verifies(), 0, "no PIN was asked for");
    }
}

/// What the cards acted on: entries that were right or wrong, and changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Acted {
    right: usize,
    wrong: usize,
    changes: usize,
}
