//! A card as the layers above see it: one command in, one response out.
//!
//! [`Transmit`] is the seam between the card conversation and whatever carries it: a PC/SC reader, the software card in
//! the same process, a test.

pub mod files;

use crate::apdu::{Command, Response, StatusWord, TruncatedResponse};

/// Carries one command to a card and brings its response back.
///
/// An implementation sends the command exactly once. It never repeats, splits or resizes it, whatever goes wrong: a
/// VERIFY that is sent twice costs two tries.
pub trait Transmit {
    /// Sends `command` and waits for the response.
    ///
    /// # Errors
    /// [`TransportError`] if no whole response came; whether the card acted is then unknown.
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError>;
}

/// The bytes did not get through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TransportError {
    /// The card was taken out.
    #[error("the card was removed")]
    Removed,
    /// Another program reset the card or cut its power; everything selected and verified is lost.
    #[error("another program reset the card")]
    Reset,
    /// The card does not answer to power-on: upside down, dirty, or not a chip card.
    #[error("the card does not respond")]
    Mute,
    /// The link to the card failed, as when a contactless card sits badly.
    #[error("the connection to the card failed")]
    Communication,
    /// The answer had no status word, as when the card is pulled out during the command.
    #[error(transparent)]
    Truncated(#[from] TruncatedResponse),
    /// The reader was unplugged.
    #[error("the reader is gone")]
    ReaderGone,
    /// The PC/SC service ended or is not running.
    #[error("the PC/SC service is not available")]
    ServiceUnavailable,
    /// Another program holds the card.
    #[error("another program holds the card")]
    Busy,
    /// The time for the whole operation was over before this command was begun; it was not sent.
    #[error("out of time before the command was sent")]
    OutOfTime,
}

/// Why a step of the conversation with a card did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// See [`TransportError`].
    #[error("{step}: {error}")]
    Transport {
        /// What was being done.
        step: Step,
        /// What happened.
        error: TransportError,
    },
    /// The card answered with a status word that ends this step.
    #[error("{step}: the card answered {status}")]
    Refused {
        /// What was being done.
        step: Step,
        /// The status word.
        status: StatusWord,
    },
    /// The card answered success with data that cannot be right.
    #[error("{step}: {what}")]
    Malformed {
        /// What was being done.
        step: Step,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// The steps of the conversation, for errors and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// SELECT of an application.
    SelectApplet,
    /// SELECT of an EF.
    SelectFile,
    /// READ BINARY.
    Read,
    /// VERIFY without a body.
    QueryTries,
    /// VERIFY with a PIN.
    VerifyPin,
    /// CHANGE REFERENCE DATA.
    ChangePin,
    /// COMPUTE DIGITAL SIGNATURE.
    Sign,
    /// Opening a connection to the card.
    Connect,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::SelectApplet => "select application",
            Self::SelectFile => "select file",
            Self::Read => "read file",
            Self::QueryTries => "query tries left",
            Self::VerifyPin => "verify PIN",
            Self::ChangePin => "change PIN",
            Self::Sign => "compute signature",
            Self::Connect => "connect",
        })
    }
}

impl CardError {
    /// The status word, if the card gave one.
    #[must_use]
    pub fn status(&self) -> Option<StatusWord> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            Self::Transport { .. } | Self::Malformed { .. } => None,
        }
    }

    /// The fault of transport, if it was one.
    #[must_use]
    pub fn transport(&self) -> Option<TransportError> {
        match self {
            Self::Transport { error, .. } => Some(*error),
            Self::Refused { .. } | Self::Malformed { .. } => None,
        }
    }
}

/// Sends `command` as part of `step`; the status word is for the caller to judge.
///
/// # Errors
/// [`CardError::Transport`].
pub fn send(card: &mut dyn Transmit, step: Step, command: &Command) -> Result<Response, CardError> {
    card.transmit(command).map_err(|error| CardError::Transport { step, error })
}
