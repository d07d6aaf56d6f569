//! Readers and the cards in them: the seam to PC/SC and to the software card, and the threads that own them.
//!
//! A [`CardBackend`] is a source of readers. [`watch`] runs one thread that blocks until something changes; each reader
//! has one more thread, its [`actor`], which alone talks to the card in it.

pub mod actor;
pub mod display;
pub mod facts;
mod long_reads;
mod outage;
pub mod pcsc;
mod progress;
pub mod session;
#[cfg(target_os = "linux")]
pub(crate) mod signs;
pub mod watch;

use std::fmt;

use crate::card::{Transmit, TransportError};

pub use actor::{JobError, JobOptions, Policy, ReaderHandle};
pub use facts::{CardFacts, SignatureFacts};
pub use session::CardSession;
pub use watch::{ReaderId, ReaderInfo, Readers};

/// Where readers come from.
pub trait CardBackend: Send + Sync + 'static {
    /// Which one this is; shown in the status and in every prompt.
    fn kind(&self) -> BackendKind;

    /// A context for one reader's thread. Contexts do one call at a time, so each thread has its own.
    ///
    /// # Errors
    /// [`TransportError::ServiceUnavailable`].
    fn context(&self) -> Result<Box<dyn ReaderContext>, TransportError>;

    /// A context that waits for changes, and what wakes it up from another thread.
    ///
    /// # Errors
    /// [`TransportError::ServiceUnavailable`].
    fn watch(&self) -> Result<Watching, TransportError>;

    /// Calls `note`, on any thread, whenever the service may have come back, for as long as the result lives. `None`
    /// where the system gives no such signs: then the service is tried every second while it is down.
    fn signs_of_life(&self, note: Box<dyn Fn() + Send>) -> Option<Box<dyn SignsOfLife>> {
        drop(note);
        None
    }
}

/// Looks out for the service while it is down.
pub trait SignsOfLife: Send {
    /// Sees to it that signs from now on are noticed; to be called before each wait. `false` if they would not be.
    fn look_out(&mut self) -> bool;
}

/// A watch and what wakes it up from another thread.
pub type Watching = (Box<dyn ReaderWatch>, Box<dyn WatchCanceller>);

/// Which backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackendKind {
    /// The system's PC/SC service.
    Pcsc,
    /// The software card in this process.
    Simulator,
}

/// Marks one stay of one card in one reader: changes whenever a card goes in or out (PC/SC's event counter; costs no
/// command). Comparable only for the same reader within one run of the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Insertion(pub u64);

/// What lies in a reader, as far as can be told without a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Nothing.
    Empty,
    /// A card that answers to power-on.
    Card(Insertion),
    /// Something that does not answer to power-on.
    Mute(Insertion),
}

impl Presence {
    /// Which stay this is, if there is a card.
    #[must_use]
    pub fn insertion(self) -> Option<Insertion> {
        match self {
            Self::Empty => None,
            Self::Card(insertion) | Self::Mute(insertion) => Some(insertion),
        }
    }
}

/// Asks about one reader and opens the card in it.
pub trait ReaderContext: Send {
    /// What lies in `reader` now; no command is sent.
    ///
    /// # Errors
    /// [`TransportError::ReaderGone`], [`TransportError::ServiceUnavailable`]; after the latter the context is of no
    /// more use.
    fn presence(&mut self, reader: &str) -> Result<Presence, TransportError>;

    /// Opens the card in `reader`, at once or not at all.
    ///
    /// # Errors
    /// [`TransportError::Busy`] if another program is in the way.
    fn connect(&mut self, reader: &str, access: Access) -> Result<Box<dyn CardLink>, TransportError>;
}

/// How a card is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nobody else may be connected.
    Exclusive,
    /// Others may be connected, but they wait until the link is closed (one PC/SC transaction).
    SharedTransaction,
}

/// An open card.
pub trait CardLink: Transmit + Send {
    /// Closes the link and leaves the card as asked.
    ///
    /// # Errors
    /// [`TransportError`] if that failed; the link is gone all the same.
    fn disconnect(self: Box<Self>, disposition: Disposition) -> Result<(), TransportError>;
}

/// What becomes of the card when its link is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// As it is.
    Leave,
    /// Reset; does not drop a verified PIN on all readers (`card-protocol.md` 5.5).
    Reset,
    /// Power cut; drops everything.
    Unpower,
}

/// Blocks until readers or cards come or go.
pub trait ReaderWatch: Send {
    /// All readers and what lies in them; the first call answers at once, later ones when something has changed since.
    ///
    /// # Errors
    /// [`TransportError::ServiceUnavailable`]; the watch is then of no more use.
    fn wait(&mut self) -> Result<Vec<(String, Presence)>, TransportError>;
}

/// Ends a [`ReaderWatch::wait`] from another thread.
pub trait WatchCanceller: Send + Sync {
    /// Makes the `wait` in progress, or the next one, return an error.
    fn cancel(&self);
}

/// `card.sharing` of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sharing {
    /// Exclusive, or the card is busy.
    Exclusive,
    /// Exclusive; after some retries shared with one transaction.
    #[default]
    PreferExclusive,
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pcsc => "pcsc",
            Self::Simulator => "simulator",
        })
    }
}
