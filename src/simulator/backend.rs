//! [`SimulatorBackend`]: readers in this process, with software cards in them, that behave as PC/SC does
//! (`pcsc-test-bench.md` 6).
//!
//! A test, or `--simulator`, holds the same backend as the agent: it plugs readers in and out, puts cards in and out,
//! stops the service, and plays [`OtherProgram`]s. Each context stands for one program, so a second context shows how
//! two programs get in each other's way. What one program verifies is verified for all, as on a real card.

mod link;
mod stage;

use std::sync::Arc;

use super::READER_NAME;
use super::handle::CardHandle;
use crate::card::TransportError;
use crate::reader::{Access, BackendKind, CardBackend, CardLink, Presence, ReaderContext, ReaderWatch, WatchCanceller};
use link::Link;
pub use link::OtherProgram;
use stage::{Epoch, Stage, Use};

/// Readers in this process; clones are the same readers.
#[derive(Clone, Debug, Default)]
pub struct SimulatorBackend {
    stage: Arc<Stage>,
}

impl SimulatorBackend {
    /// A running service without readers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A running service with one reader, [`READER_NAME`], and `card` in it.
    #[must_use]
    pub fn with_card(card: &CardHandle) -> Self {
        let backend = Self::new();
        backend.add_reader(READER_NAME);
        backend.insert(READER_NAME, card);
        backend
    }

    /// Plugs a reader in; nothing happens if one of that name is there.
    pub fn add_reader(&self, name: &str) {
        self.stage.change(|state| state.add_reader(name));
    }

    /// Unplugs a reader, with what lies in it.
    pub fn remove_reader(&self, name: &str) {
        self.stage.change(|state| state.remove_reader(name));
    }

    /// Puts a card into a reader, in place of what lies in it; false if there is no such reader.
    pub fn insert(&self, reader: &str, card: &CardHandle) -> bool {
        self.stage.change(|state| state.insert(reader, card))
    }

    /// Puts something into a reader that does not answer to power-on; false if there is no such reader.
    pub fn insert_mute(&self, reader: &str) -> bool {
        self.stage.change(|state| state.insert_mute(reader))
    }

    /// Takes the card out of a reader.
    pub fn remove(&self, reader: &str) -> Option<CardHandle> {
        self.stage.change(|state| state.remove(reader))
    }

    /// Stops the service, or starts it again. What was opened before is of no use afterwards, as with PC/SC.
    pub fn set_service(&self, running: bool) {
        self.stage.change(|state| state.set_service(running));
    }

    /// All readers and what lies in them.
    #[must_use]
    pub fn readers(&self) -> Vec<(String, Presence)> {
        self.stage.state().readers()
    }

    /// Lets another program connect to the card, sharing it, without a transaction.
    ///
    /// # Errors
    /// [`TransportError`], [`TransportError::Busy`] if the card is held exclusively or in a transaction.
    pub fn other_program(&self, reader: &str) -> Result<OtherProgram, TransportError> {
        Link::open(&self.stage, reader, Use::Shared, self.stage.epoch()?).map(OtherProgram)
    }
}

impl CardBackend for SimulatorBackend {
    fn kind(&self) -> BackendKind {
        BackendKind::Simulator
    }

    fn context(&self) -> Result<Box<dyn ReaderContext>, TransportError> {
        Ok(Box::new(Context { stage: Arc::clone(&self.stage), epoch: self.stage.epoch()? }))
    }

    fn watch(&self) -> Result<(Box<dyn ReaderWatch>, Box<dyn WatchCanceller>), TransportError> {
        let (watch, canceller) = stage::watch(&self.stage)?;
        Ok((Box::new(watch), Box::new(canceller)))
    }
}

struct Context {
    stage: Arc<Stage>,
    epoch: Epoch,
}

impl ReaderContext for Context {
    fn presence(&mut self, reader: &str) -> Result<Presence, TransportError> {
        let state = self.stage.state();
        state.check(self.epoch)?;
        Ok(state.reader(reader)?.presence())
    }

    fn connect(&mut self, reader: &str, access: Access) -> Result<Box<dyn CardLink>, TransportError> {
        let used = match access {
            Access::Exclusive => Use::Exclusive,
            Access::SharedTransaction => Use::Transaction,
        };
        Ok(Box::new(Link::open(&self.stage, reader, used, self.epoch)?))
    }
}
