//! What went wrong with a reader or card, as a caller may know it (`card-protocol.md` 12). The log learns the rest.

use crate::apdu::StatusWord;
use crate::card::{CardError, Step, TransportError};
use crate::consent::Refusal;
use crate::jpki::change::{ChangeError, ProofError};
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
            // An odd answer to VERIFY may have cost a try, and one to a change may have changed the PIN.
            CardError::Refused { step, .. } => {
                Self::CardFault { outcome_unknown: matches!(step, Step::VerifyPin | Step::ChangePin), tries_left: None }
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
            Refusal::Unsettled => Self::NothingSettled,
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

/// A change that the card refused, or may not have made; the present PIN had been verified before.
pub(super) fn of_change(error: ChangeError, key_kind: KeyKind) -> Problem {
    match error {
        ChangeError::Unknown(error) => error.into(),
        ChangeError::Refused(CardError::Refused { status, .. }) => refused(status, key_kind).unwrap_or_else(|| {
            tracing::info!(%status, "the card did not change the PIN");
            Problem::CardFault { outcome_unknown: false, tries_left: None }
        }),
        ChangeError::Refused(error) => error.into(),
    }
}

/// A new PIN that was not proved. Whatever the card says of it, trying on is out of the question.
pub(super) fn of_proof(error: ProofError, key_kind: KeyKind) -> Problem {
    tracing::warn!(%error, "the card said that it took the new PIN, and did not prove it");
    let fault = |tries_left| Problem::CardFault { outcome_unknown: true, tries_left };
    match error {
        ProofError::NotTried(tries) if tries.is_blocked() => Problem::PinBlocked { key_kind },
        ProofError::NotTried(tries) => fault(tries.left()),
        ProofError::NotAsked(error) => match error.into() {
            // The new PIN was set and is not proved: that much is unknown.
            Problem::CardRemoved { .. } | Problem::NoReader | Problem::PcscUnavailable => {
                Problem::CardRemoved { outcome_unknown: true }
            }
            Problem::CardTimeout { .. } => Problem::CardTimeout { outcome_unknown: true },
            _ => fault(None),
        },
        ProofError::Verify(error) => match of_verify(error, key_kind) {
            Problem::PinIncorrect { tries_left, .. } => fault(tries_left),
            Problem::CardTimeout { .. } => Problem::CardTimeout { outcome_unknown: true },
            other => other,
        },
    }
}

/// A signature that was not made; the PIN of `key_kind` had been verified before (12, column SIGN).
pub(super) fn of_sign(error: CardError, key_kind: KeyKind) -> Problem {
    let CardError::Refused { step: Step::Sign, status } = error else { return error.into() };
    let Some(problem) = refused(status, key_kind) else { return error.into() };
    tracing::info!(%error, "the card did not sign");
    problem
}

/// What it means that the card refuses the use of a key or a change with this word, after the PIN was verified.
fn refused(status: StatusWord, key_kind: KeyKind) -> Option<Problem> {
    Some(match status {
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
        _ => return None,
    })
}

/// During VERIFY, a change and while signing nobody can know whether the card acted.
fn is_delicate(step: Step) -> bool {
    matches!(step, Step::VerifyPin | Step::ChangePin | Step::Sign)
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
