//! The system's PC/SC service as a [`CardBackend`]. The only file that names the pcsc crate; its many codes are folded
//! into [`TransportError`] here (`card-protocol.md` 10, `pcsc-test-bench.md` 6).

use std::ffi::CString;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use pcsc::{Card, Context, Error, MAX_BUFFER_SIZE_EXTENDED, PNP_NOTIFICATION, Protocols, Scope, ShareMode, State};
use zeroize::{Zeroize, Zeroizing};

use super::{
    Access, BackendKind, CardBackend, CardLink, Disposition, Insertion, Presence, ReaderContext, ReaderWatch,
    WatchCanceller, Watching,
};
use crate::apdu::{Command, Response};
use crate::card::{Transmit, TransportError};

/// The PC/SC service.
#[derive(Debug, Default)]
pub struct PcscBackend {
    epoch: Epoch,
}

/// Counts the lives of the service, as far as they were seen to end. The service counts insertions from zero when it
/// starts, so the count alone could be the same for two cards.
#[derive(Clone, Debug, Default)]
struct Epoch(Arc<AtomicU64>);

/// The life of the service that one context belongs to.
#[derive(Clone, Debug)]
struct Life {
    epoch: Epoch,
    number: u64,
}

impl Epoch {
    /// The life a context belongs to that was established just now.
    fn life(&self) -> Life {
        Life { epoch: self.clone(), number: self.0.load(Ordering::Acquire) }
    }
}

impl Life {
    /// Is it over, as another context has seen? What this one would tell then belongs to no life that is known.
    fn is_over(&self) -> bool {
        self.epoch.0.load(Ordering::Acquire) != self.number
    }

    fn insertion(&self, count: u32) -> Insertion {
        Insertion(self.number << 32 | u64::from(count))
    }

    /// Folds `error`, which a context of this life met; a service that is gone ends it, once, however many contexts
    /// notice.
    fn fold(&self, error: Error) -> TransportError {
        if matches!(error, Error::NoService | Error::ServiceStopped | Error::InvalidHandle | Error::Shutdown) {
            self.end();
        }
        fold(error)
    }

    fn end(&self) {
        let next = self.number + 1;
        let _ = self.epoch.0.compare_exchange(self.number, next, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Folds `error` from a call on an open card. Its handle is gone if its reader is.
    fn fold_link(&self, error: Error) -> TransportError {
        if error == Error::InvalidHandle { TransportError::ReaderGone } else { self.fold(error) }
    }
}

/// Why the service cannot be used at all; for `doctor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceFault {
    /// Not installed or not running.
    NotRunning,
    /// It runs and refuses this user (polkit).
    AccessDenied,
    /// Something else.
    Other(Error),
}

impl PcscBackend {
    /// The names of all readers, or why the service cannot be asked. Sends no command.
    ///
    /// # Errors
    /// [`ServiceFault`].
    pub fn reader_names() -> Result<Vec<String>, ServiceFault> {
        let fault = |error| match error {
            Error::NoService | Error::ServiceStopped => ServiceFault::NotRunning,
            Error::SecurityViolation | Error::NoAccess => ServiceFault::AccessDenied,
            other => ServiceFault::Other(other),
        };
        let context = Context::establish(Scope::User).map_err(fault)?;
        list_readers(&context).map_err(fault)
    }
}

impl CardBackend for PcscBackend {
    fn kind(&self) -> BackendKind {
        BackendKind::Pcsc
    }

    fn context(&self) -> Result<Box<dyn ReaderContext>, TransportError> {
        // The life first: a context that is older than it says is replaced, one that is younger would not be.
        let life = self.epoch.life();
        Ok(Box::new(PcscContext { context: establish()?, life }))
    }

    fn watch(&self) -> Result<Watching, TransportError> {
        let life = self.epoch.life();
        let context = establish()?;
        let canceller = Box::new(PcscCanceller(context.clone()));
        let plug_and_play = pcsc::ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE);
        let watch = PcscWatch { context, life, plug_and_play, readers: Vec::new(), started: false };
        Ok((Box::new(watch), canceller))
    }

    #[cfg(target_os = "linux")]
    fn signs_of_life(&self, note: Box<dyn Fn() + Send>) -> Option<Box<dyn super::SignsOfLife>> {
        Some(Box::new(super::signs::SocketSigns::start(note)?))
    }
}

fn establish() -> Result<Context, TransportError> {
    Context::establish(Scope::User).map_err(|error| {
        tracing::debug!(%error, "the PC/SC service cannot be reached");
        TransportError::ServiceUnavailable
    })
}

/// Folds a code from a call on a card or reader.
fn fold(error: Error) -> TransportError {
    match error {
        Error::NoSmartcard | Error::RemovedCard => TransportError::Removed,
        Error::ResetCard | Error::UnpoweredCard => TransportError::Reset,
        Error::UnresponsiveCard | Error::UnsupportedCard | Error::InvalidAtr => TransportError::Mute,
        Error::SharingViolation => TransportError::Busy,
        Error::ReaderUnavailable | Error::UnknownReader => TransportError::ReaderGone,
        Error::NoService
        | Error::ServiceStopped
        | Error::InvalidHandle
        | Error::Shutdown
        | Error::SecurityViolation
        | Error::NoAccess => TransportError::ServiceUnavailable,
        _ => TransportError::Communication,
    }
}

fn list_readers(context: &Context) -> Result<Vec<String>, Error> {
    match context.list_readers_owned() {
        Ok(names) => Ok(names.iter().map(|name| name.to_string_lossy().into_owned()).collect()),
        Err(Error::NoReadersAvailable) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn c_name(reader: &str) -> Result<CString, TransportError> {
    CString::new(reader).map_err(|_| TransportError::ReaderGone)
}

fn presence(state: &pcsc::ReaderState, life: &Life) -> Presence {
    let flags = state.event_state();
    let insertion = life.insertion(state.event_count());
    if flags.contains(State::PRESENT | State::MUTE) {
        Presence::Mute(insertion)
    } else if flags.contains(State::PRESENT) {
        Presence::Card(insertion)
    } else {
        Presence::Empty
    }
}

struct PcscContext {
    context: Context,
    life: Life,
}

impl ReaderContext for PcscContext {
    fn presence(&mut self, reader: &str) -> Result<Presence, TransportError> {
        if self.life.is_over() {
            return Err(TransportError::ServiceUnavailable);
        }
        let mut states = [pcsc::ReaderState::new(c_name(reader)?, State::UNAWARE)];
        match self.context.get_status_change(Duration::ZERO, &mut states) {
            Ok(()) | Err(Error::Timeout) => {}
            // Here the service itself is asked, not a card: a broken connection means it has ended.
            Err(Error::CommError) => return Err(self.life.fold(Error::NoService)),
            Err(error) => return Err(self.life.fold(error)),
        }
        let [state] = &states;
        if state.event_state().intersects(State::UNKNOWN | State::UNAVAILABLE) {
            return Err(TransportError::ReaderGone);
        }
        Ok(presence(state, &self.life))
    }

    fn connect(&mut self, reader: &str, access: Access) -> Result<Box<dyn CardLink>, TransportError> {
        let mode = match access {
            Access::Exclusive => ShareMode::Exclusive,
            Access::SharedTransaction => ShareMode::Shared,
        };
        let connected = self.context.connect(&c_name(reader)?, mode, Protocols::ANY);
        let mut card = match connected {
            Ok(card) => card,
            // Another client has just cut the power and not gone yet: worth trying again, like a busy card.
            Err(Error::UnpoweredCard | Error::ResetCard) => return Err(TransportError::Busy),
            Err(error) => return Err(self.life.fold(error)),
        };
        if access == Access::SharedTransaction {
            // PC/SC gives this call no limit of time and no way to cancel it: while another program is in a transaction,
            // this reader's thread waits here. Callers are told when their own time is over, other readers are not
            // concerned, and a job that gets its turn too late ends before its next command.
            // Ended by disconnecting; the guard would end it too early and cannot be kept beside the card.
            if let Err(error) = card.transaction().map(std::mem::forget) {
                // Dropping the card would reset it under the other program's hands.
                let _ = card.disconnect(pcsc::Disposition::LeaveCard);
                return Err(match error {
                    // As when connecting: that program has reset the card. No command was sent, nothing is lost.
                    Error::UnpoweredCard | Error::ResetCard => TransportError::Busy,
                    error => self.life.fold_link(error),
                });
            }
        }
        // One buffer, larger than any answer: SCARD_E_INSUFFICIENT_BUFFER comes after the card has acted.
        let buffer = Zeroizing::new(vec![0; MAX_BUFFER_SIZE_EXTENDED]);
        Ok(Box::new(PcscLink { card, buffer, life: self.life.clone() }))
    }
}

struct PcscLink {
    card: Card,
    buffer: Zeroizing<Vec<u8>>,
    life: Life,
}

impl Transmit for PcscLink {
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
        let answer =
            self.card.transmit(&command.encode(), &mut self.buffer).map_err(|error| self.life.fold_link(error))?;
        let length = answer.len();
        let response = Response::decode(answer);
        if let Some(used) = self.buffer.get_mut(..length) {
            used.zeroize();
        }
        Ok(response?)
    }
}

impl CardLink for PcscLink {
    fn disconnect(self: Box<Self>, disposition: Disposition) -> Result<(), TransportError> {
        let raw = match disposition {
            Disposition::Leave => pcsc::Disposition::LeaveCard,
            Disposition::Reset => pcsc::Disposition::ResetCard,
            Disposition::Unpower => pcsc::Disposition::UnpowerCard,
        };
        let PcscLink { card, life, .. } = *self;
        match card.disconnect(raw) {
            Ok(()) => Ok(()),
            Err((card, error)) if disposition == Disposition::Unpower => {
                tracing::warn!(%error, "the card's power could not be cut, resetting it");
                card.disconnect(pcsc::Disposition::ResetCard).map_err(|(_, error)| life.fold_link(error))
            }
            Err((_, error)) => Err(life.fold_link(error)),
        }
    }
}

struct PcscWatch {
    context: Context,
    life: Life,
    plug_and_play: pcsc::ReaderState,
    readers: Vec<pcsc::ReaderState>,
    started: bool,
}

/// macOS does not tell about new readers, so there they are listed every so often.
const WAIT: Option<Duration> = if cfg!(target_os = "macos") { Some(Duration::from_secs(2)) } else { None };

impl PcscWatch {
    fn snapshot(&self) -> Vec<(String, Presence)> {
        let named =
            |state: &pcsc::ReaderState| (state.name().to_string_lossy().into_owned(), presence(state, &self.life));
        self.readers.iter().map(named).collect()
    }

    /// Takes up new readers and drops those that have gone.
    fn list(&mut self) -> Result<(), Error> {
        let names = list_readers(&self.context)?;
        self.readers.retain(|state| names.iter().any(|name| state.name().to_bytes() == name.as_bytes()));
        for name in names {
            if self.readers.iter().all(|state| state.name().to_bytes() != name.as_bytes())
                && let Ok(name) = CString::new(name)
            {
                self.readers.push(pcsc::ReaderState::new(name, State::UNAWARE));
            }
        }
        Ok(())
    }

    /// Blocks until something differs from what is known, or `timeout` is over.
    fn block(&mut self, timeout: Option<Duration>) -> Result<(), Error> {
        let mut states = std::mem::take(&mut self.readers);
        let with_plug_and_play = !cfg!(target_os = "macos");
        if with_plug_and_play {
            let spare = pcsc::ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE);
            states.push(std::mem::replace(&mut self.plug_and_play, spare));
        }
        let result = self.context.get_status_change(timeout, &mut states);
        for state in &mut states {
            state.sync_current_state();
        }
        if with_plug_and_play && let Some(state) = states.pop() {
            self.plug_and_play = state;
        }
        self.readers = states;
        match result {
            Ok(()) | Err(Error::Timeout | Error::UnknownReader | Error::ReaderUnavailable) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl ReaderWatch for PcscWatch {
    fn wait(&mut self) -> Result<Vec<(String, Presence)>, TransportError> {
        let before = self.snapshot();
        loop {
            let known = self.readers.len();
            let step = self.list().and_then(|()| {
                // A reader listed just now is asked at once; otherwise wait for news.
                let news = !self.started || self.readers.len() != known;
                self.block(if news { Some(Duration::ZERO) } else { WAIT })
            });
            if let Err(error) = step {
                tracing::debug!(%error, "the watch of readers and cards has ended");
                // Whatever it was: what was noted before cannot be compared with what the next watch will see.
                self.life.end();
                return Err(TransportError::ServiceUnavailable);
            }
            let now = self.snapshot();
            if !self.started || now != before {
                self.started = true;
                return Ok(now);
            }
        }
    }
}

struct PcscCanceller(Context);

impl WatchCanceller for PcscCanceller {
    fn cancel(&self) {
        if let Err(error) = self.0.cancel() {
            tracing::debug!(%error, "the watch could not be cancelled");
        }
    }
}
