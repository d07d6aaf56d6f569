//! [`CardHandle`]: one software card shared by whatever carries its commands and by whoever watches it.
//!
//! The carrier (a reader in this process, a virtual PC/SC reader) calls [`CardHandle::exchange`] and carries out the
//! [`Incident`] it may get; a test looks at the card, injects faults and takes part in time: the lock is not held while
//! the card takes its time or is mute.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::card::{SoftwareCard, is_extended};
use super::fault::{Fault, Faults, Moment, Trigger, spoil};
use super::wire::{Sort, Wire};
use crate::apdu::{Command, Response, TruncatedResponse};
use crate::card::{Transmit, TransportError};
use crate::sync::lock;

/// A card, by name; clones are the same card.
#[derive(Clone)]
pub struct CardHandle(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    card: SoftwareCard,
    wire: Wire,
    faults: Faults,
    /// A command is being carried out; cards do one at a time.
    busy: bool,
    /// The command in progress is not answered until this is false again.
    mute: bool,
    /// Counts how often the card was pulled out, so that a command in progress notices.
    pulls: u64,
}

/// What happens around the card instead of an answer; for the carrier to carry out.
#[derive(Clone, Debug)]
pub enum Incident {
    /// The card is out of the reader.
    Removed,
    /// The reader is unplugged.
    ReaderGone,
    /// The PC/SC service ended.
    ServiceGone,
    /// The link failed, the card is still there.
    LinkFailed,
    /// Another program has reset the card.
    Reset,
    /// Another card lies in the reader; if that went unnoticed, the command is to be given to it.
    Swapped {
        /// The other card.
        with: CardHandle,
        /// Did the reader notice?
        noticed: bool,
    },
}

impl CardHandle {
    /// Makes a card shareable.
    #[must_use]
    pub fn new(card: SoftwareCard) -> Self {
        let state =
            State { card, wire: Wire::default(), faults: Faults::default(), busy: false, mute: false, pulls: 0 };
        Self(Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() }))
    }

    /// Carries out one command, with the delays and faults that are due. Blocks while another command is in progress
    /// and while the card is mute.
    ///
    /// # Errors
    /// [`Incident`], also [`Incident::Removed`] if the card was pulled out meanwhile.
    pub fn exchange(&self, wire: &[u8]) -> Result<Vec<u8>, Incident> {
        let mut state = self.state();
        let pulls = state.pulls;
        state = self.wait_while(state, |state| state.busy && state.pulls == pulls);
        if state.pulls != pulls {
            return Err(Incident::Removed);
        }
        state.busy = true;
        state.wire.sent(wire);
        let fault = state.faults.next(wire);
        let mut outcome = state.carry_out(wire, fault);
        self.0.changed.notify_all(); // for those who wait for this command, or for a mute card
        if let Ok(answer) = &outcome {
            let bytes = wire.len() + answer.len();
            let delay = state.card.variants().delays.total(bytes, Sort::of(wire) == Sort::Sign);
            state = self.wait_for(state, delay, |state| state.pulls == pulls);
            state = self.wait_while(state, |state| state.mute && state.pulls == pulls);
        }
        if state.pulls != pulls {
            outcome = Err(Incident::Removed);
        }
        if let Ok(answer) = &outcome {
            state.wire.answered(answer);
        }
        state.mute = false;
        state.busy = false;
        self.0.changed.notify_all();
        outcome
    }

    /// Lets `fault` happen at the command that `trigger` names.
    pub fn inject(&self, trigger: Trigger, fault: Fault) {
        self.state().faults.add(trigger, fault);
    }

    /// Forgets the faults that are still to come.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// Lets a mute card answer.
    pub fn release(&self) {
        self.state().mute = false;
        self.0.changed.notify_all();
    }

    /// Looks at the card or changes it, between two commands or during one.
    pub fn with<R>(&self, act: impl FnOnce(&mut SoftwareCard) -> R) -> R {
        act(&mut self.state().card)
    }

    /// What went over the wire so far.
    #[must_use]
    pub fn wire(&self) -> Wire {
        self.state().wire.clone()
    }

    /// Starts counting anew.
    pub fn forget_wire(&self) {
        self.state().wire = Wire::default();
    }

    /// Waits until what went over the wire is as wanted; false if that takes longer than `limit`.
    #[must_use]
    pub fn wait_until(&self, limit: Duration, wanted: impl Fn(&Wire) -> bool) -> bool {
        let state = self.wait_for(self.state(), limit, |state| !wanted(&state.wire));
        wanted(&state.wire)
    }

    /// Waits until the card is mute in the middle of a command; false if that takes longer than `limit`.
    #[must_use]
    pub fn wait_until_mute(&self, limit: Duration) -> bool {
        self.wait_for(self.state(), limit, |state| !state.mute).mute
    }

    /// Are these two names of one card?
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The card is out: without power, and a command in progress gets no answer. For whoever carries the card.
    pub fn pull_out(&self) {
        let mut state = self.state();
        state.card.power_off();
        state.pulls += 1;
        self.0.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }

    fn wait_while<'a>(
        &self,
        state: MutexGuard<'a, State>,
        condition: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        self.0.changed.wait_while(state, |state| condition(state)).unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for<'a>(
        &self,
        state: MutexGuard<'a, State>,
        limit: Duration,
        condition: impl Fn(&State) -> bool,
    ) -> MutexGuard<'a, State> {
        let waited = self.0.changed.wait_timeout_while(state, limit, |state| condition(state));
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl State {
    fn carry_out(&mut self, wire: &[u8], fault: Option<Fault>) -> Result<Vec<u8>, Incident> {
        if self.card.variants().extended_length_breaks_link && is_extended(wire) {
            return Err(Incident::LinkFailed);
        }
        let Some(fault) = fault else {
            return Ok(self.card.exchange(wire));
        };
        let (incident, moment) = match &fault {
            Fault::Removed(moment) => (Incident::Removed, *moment),
            Fault::ReaderGone(moment) => (Incident::ReaderGone, *moment),
            Fault::ServiceGone(moment) => (Incident::ServiceGone, *moment),
            Fault::LinkFailed(moment) => (Incident::LinkFailed, *moment),
            Fault::Reset => (Incident::Reset, Moment::BeforeActing),
            Fault::Swapped { with, noticed } => {
                (Incident::Swapped { with: with.clone(), noticed: *noticed }, Moment::BeforeActing)
            }
            Fault::Status(status) => return Ok(Response::new(&[], *status).encode()),
            Fault::Mute | Fault::Empty | Fault::OneByte => return Ok(self.act_and_spoil(wire, &fault)),
            Fault::Answer(_) | Fault::FlipBit(_) | Fault::KeepData(_) | Fault::ExtraData(_) | Fault::RandomData(_) => {
                return Ok(self.act_and_spoil(wire, &fault));
            }
        };
        if moment == Moment::AfterActing {
            self.card.exchange(wire);
        }
        match incident {
            Incident::LinkFailed => {}
            Incident::Reset => self.card.warm_reset(),
            Incident::Removed | Incident::ReaderGone | Incident::ServiceGone | Incident::Swapped { .. } => {
                self.card.power_off();
            }
        }
        Err(incident)
    }

    fn act_and_spoil(&mut self, wire: &[u8], fault: &Fault) -> Vec<u8> {
        let mut answer = self.card.exchange(wire);
        spoil(fault, &mut answer);
        self.mute = matches!(fault, Fault::Mute);
        answer
    }
}

/// The card with no reader between, powered on by the first command; for tests of the conversation alone.
impl Transmit for CardHandle {
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
        self.with(SoftwareCard::power_on);
        match self.exchange(&command.encode()) {
            Ok(answer) => Ok(Response::decode(&answer)?),
            // What PC/SC makes of a card that is pulled out during a command: success without a byte.
            Err(Incident::Removed) => Err(TruncatedResponse { length: 0 }.into()),
            Err(Incident::ReaderGone) => Err(TransportError::ReaderGone),
            Err(Incident::ServiceGone) => Err(TransportError::ServiceUnavailable),
            Err(Incident::LinkFailed) => Err(TransportError::Communication),
            Err(Incident::Reset) => Err(TransportError::Reset),
            Err(Incident::Swapped { with, noticed }) => {
                *self = with;
                if noticed { Err(TransportError::Removed) } else { self.transmit(command) }
            }
        }
    }
}

/// Says what the card says.
impl fmt::Debug for CardHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.state.try_lock() {
            Ok(state) => fmt::Debug::fmt(&state.card, f),
            Err(_) => f.write_str("SoftwareCard in use"),
        }
    }
}
