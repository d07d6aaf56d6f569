//! A connection to the card in a simulated reader: who else may have one, what becomes of it when something happens to
//! card, reader or service, and what closing it does to the card.

use std::sync::Arc;

use super::stage::{Epoch, Stage, State, Use, User};
use crate::apdu::{Command, Response, TruncatedResponse};
use crate::card::{Transmit, TransportError};
use crate::reader::{CardLink, Disposition, Insertion};
use crate::simulator::SoftwareCard;
use crate::simulator::handle::Incident;

/// One open connection.
#[derive(Debug)]
pub(super) struct Link {
    stage: Arc<Stage>,
    reader: String,
    epoch: Epoch,
    insertion: Option<Insertion>,
    number: u64,
    closed: bool,
}

/// What closing without a word does, as the `pcsc` crate does it.
const ON_DROP: Disposition = Disposition::Reset;

impl Link {
    /// Connects, at once or not at all, and switches the card on if it is off.
    pub(super) fn open(stage: &Arc<Stage>, name: &str, used: Use, epoch: Epoch) -> Result<Self, TransportError> {
        let mut state = stage.state();
        state.check(epoch)?;
        let number = state.next_number();
        let reader = state.reader_mut(name)?;
        let card = reader.card()?;
        let in_the_way = |user: &User| user.used == Use::Exclusive || user.used == Use::Transaction;
        if reader.users.iter().any(in_the_way) || (used == Use::Exclusive && !reader.users.is_empty()) {
            return Err(TransportError::Busy);
        }
        card.with(SoftwareCard::power_on);
        let insertion = reader.presence().insertion();
        reader.users.push(User { number, used, reset: false });
        Ok(Self { stage: Arc::clone(stage), reader: name.to_owned(), epoch, insertion, number, closed: false })
    }

    fn send(&self, command: &Command) -> Result<Response, TransportError> {
        let card = {
            let state = self.stage.state();
            let (reader, user) = self.find(&state)?;
            if user.reset {
                return Err(TransportError::Reset);
            }
            let others = reader.users.iter().filter(|other| other.number != self.number);
            if others.clone().any(|other| other.used == Use::Transaction) {
                return Err(TransportError::Busy); // PC/SC would wait; a test wants to know
            }
            reader.card()?.clone()
        };
        // The stage is free meanwhile, so that the card can be pulled out, or stay mute, in the middle of a command.
        match card.exchange(&command.encode()) {
            Ok(answer) => Ok(Response::decode(&answer)?),
            Err(incident) => self.carry_out(incident, command),
        }
    }

    fn carry_out(&self, incident: Incident, command: &Command) -> Result<Response, TransportError> {
        // Success without a byte is what PC/SC makes of a card that goes in the middle of a command.
        const GONE: TransportError = TransportError::Truncated(TruncatedResponse { length: 0 });
        let name = &self.reader;
        match incident {
            Incident::Removed => {
                // Perhaps somebody else has taken it out already, and perhaps put another one in.
                self.stage.change(|state| {
                    let here = self.find(state).is_ok();
                    here.then(|| state.remove(name))
                });
                if self.stage.state().check(self.epoch).is_err() {
                    return Err(TransportError::Communication);
                }
                Err(GONE)
            }
            Incident::ReaderGone => {
                self.stage.change(|state| state.remove_reader(name));
                Err(TransportError::ReaderGone)
            }
            Incident::ServiceGone => {
                self.stage.change(|state| state.set_service(false));
                Err(TransportError::Communication)
            }
            Incident::LinkFailed => Err(TransportError::Communication),
            Incident::Reset => {
                if let Ok(reader) = self.stage.state().reader_mut(name) {
                    reader.users.iter_mut().for_each(|user| user.reset = true);
                }
                Err(TransportError::Reset)
            }
            Incident::Swapped { with, noticed: true } => {
                self.stage.change(|state| state.insert(name, &with));
                Err(TransportError::Removed)
            }
            Incident::Swapped { with, noticed: false } => {
                self.stage.state().swap_unnoticed(name, &with);
                self.send(command)
            }
        }
    }

    /// Reader and user of this link, unless card, reader or service have gone.
    fn find<'a>(&self, state: &'a State) -> Result<(&'a super::stage::Reader, &'a User), TransportError> {
        state.check(self.epoch)?;
        let reader = state.reader(&self.reader)?;
        let same_stay = reader.presence().insertion() == self.insertion;
        let user = reader.users.iter().find(|user| user.number == self.number).filter(|_| same_stay);
        user.map(|user| (reader, user)).ok_or(TransportError::Removed)
    }

    fn close(&mut self, disposition: Disposition) -> Result<(), TransportError> {
        if std::mem::replace(&mut self.closed, true) {
            return Ok(());
        }
        let mut state = self.stage.state();
        match self.find(&state) {
            Ok(_) => {}
            Err(TransportError::Removed) => return Ok(()), // PC/SC does not mind closing after the card has gone
            Err(error) => return Err(error),
        }
        let reader = state.reader_mut(&self.reader)?;
        reader.users.retain(|user| user.number != self.number);
        match disposition {
            Disposition::Leave => return Ok(()),
            Disposition::Reset => reader.card()?.with(SoftwareCard::warm_reset),
            Disposition::Unpower => reader.card()?.with(SoftwareCard::power_off),
        }
        reader.users.iter_mut().for_each(|other| other.reset = true);
        Ok(())
    }
}

impl Transmit for Link {
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
        self.send(command)
    }
}

impl CardLink for Link {
    fn disconnect(mut self: Box<Self>, disposition: Disposition) -> Result<(), TransportError> {
        self.close(disposition)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let _ = self.close(ON_DROP); // nobody is left to be told
    }
}

/// Another program on this machine that shares the card without a transaction. Its commands are refused as
/// [`TransportError::Busy`] while a transaction of somebody else is open (real ones would wait), but it can reset the
/// card at any time, as some services do with a transaction that idles.
#[derive(Debug)]
pub struct OtherProgram(pub(super) Link);

impl OtherProgram {
    /// Closes the connection.
    ///
    /// # Errors
    /// [`TransportError`] if reader or service have gone.
    pub fn disconnect(mut self, disposition: Disposition) -> Result<(), TransportError> {
        self.0.close(disposition)
    }
}

impl Transmit for OtherProgram {
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
        self.0.send(command)
    }
}
