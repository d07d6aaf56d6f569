//! What went wrong with a reader or card, as a caller may know it (`card-protocol.md` 12). The log learns the rest.

use crate::apdu::StatusWord;
use crate::card::{CardError, Step, TransportError};
use crate::consent::Refusal;
use crate::jpki::{self, KeyKind, Tries, VerifyError};
use crate::problem::Problem;
use crate::reader::JobError;

impl From<CardError> for Problem {
    fn from(error: CardError) -> Self {
        tracing::info!(%error, "the conversation with the card ended early");
        if jpki::is_refused_applet(&error) {
            return Self::CardUnsupported;
        }
        match error {
            CardError::Transport { step, error } => of_transport(error, is_delicate(step)),
            // An odd answer to VERIFY may have cost a try; one to any other command has not.
            CardError::Refused { step, .. } => {
                Self::CardFault { outcome_unknown: step == Step::VerifyPin, tries_left: None }
            }
            CardError::Malformed { .. } => Self::CardFault { outcome_unknown: false, tries_left: None },
        }
    }
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        tracing::info!(%error, "the reader did not do the job");
        match error {
            JobError::NoCard => Self::NoCard,
            JobError::AnotherInsertion => Self::CardRemoved { outcome_unknown: false },
            JobError::Transport(error) => of_transport(error, false),
            JobError::Busy => Self::CardBusy,
            JobError::TimedOut { outcome_unknown } => Self::CardTimeout { outcome_unknown },
            JobError::Failed { outcome_unknown } => Self::Internal { outcome_unknown },
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Declined => Self::UserDeclined,
            Refusal::TimedOut => Self::ConsentTimeout,
            Refusal::Unavailable(why) => {
                tracing::error!(why, "no prompt could be shown");
                Self::PinentryUnavailable
            }
        }
    }
}

/// A VERIFY that did not succeed.
pub(super) fn of_verify(error: VerifyError, key_kind: KeyKind) -> Problem {
    match error {
        VerifyError::Wrong { tries: Tries::Left(0) } | VerifyError::Blocked => Problem::PinBlocked { key_kind },
        VerifyError::Wrong { tries } => Problem::PinIncorrect { key_kind, tries_left: tries.left() },
        VerifyError::Card(error) => error.into(),
    }
}

/// A signature that was not made; the PIN of `key_kind` had been verified before (12, column SIGN).
pub(super) fn of_sign(error: CardError, key_kind: KeyKind) -> Problem {
    let CardError::Refused { step: Step::Sign, status } = error else { return error.into() };
    let problem = match status {
        // The card has lost the verified PIN without being asked to, as if it had been out for a moment.
        StatusWord::SECURITY_NOT_SATISFIED => Problem::CardRemoved { outcome_unknown: false },
        _ if status.is_blocked() => Problem::PinBlocked { key_kind },
        StatusWord::FUNCTION_NOT_SUPPORTED
        | StatusWord::INSTRUCTION_NOT_SUPPORTED
        | StatusWord::CLASS_NOT_SUPPORTED
        | StatusWord::BAD_PARAMETERS
        | StatusWord::LENGTH_INCONSISTENT
        | StatusWord::BAD_OFFSET
        | StatusWord::SECURE_MESSAGING_MISSING
        | StatusWord::SECURE_MESSAGING_WRONG
        | StatusWord::SECURE_MESSAGING_CLASS
        | StatusWord::SECURE_MESSAGING_FAULT => Problem::CardUnsupported,
        _ => return error.into(),
    };
    tracing::info!(%error, "the card did not sign");
    problem
}

/// During VERIFY and while signing nobody can know whether the card acted.
fn is_delicate(step: Step) -> bool {
    matches!(step, Step::VerifyPin | Step::Sign)
}

fn of_transport(error: TransportError, delicate: bool) -> Problem {
    match error {
        // Not sent, so nothing is unknown.
        TransportError::OutOfTime => Problem::CardTimeout { outcome_unknown: false },
        TransportError::Busy => Problem::CardBusy,
        _ if delicate => Problem::CardRemoved { outcome_unknown: true },
        TransportError::ServiceUnavailable => Problem::PcscUnavailable,
        TransportError::ReaderGone => Problem::NoReader,
        TransportError::Mute => Problem::CardFault { outcome_unknown: false, tries_left: None },
        TransportError::Removed
        | TransportError::Reset
        | TransportError::Communication
        | TransportError::Truncated(_) => Problem::CardRemoved { outcome_unknown: false },
    }
}
