//! Changing a PIN (`card-protocol.md` 6): a good VERIFY, then CHANGE REFERENCE DATA with the new PIN only, then one VERIFY
//! that proves it. Two implementations agree on the bytes; no report of a run against a real card is known.
//!
//! Each step can only follow the one before, since each borrows the card from it: nothing can get between them, so the
//! PIN EF stays the current file. No step is ever repeated.

use super::{Tries, VerifyError, verify};
use crate::apdu::Command;
use crate::card::{CardError, Step, Transmit, TransportError, send};
use crate::pin::{NewPin, Pin};

/// A card on which the PIN to be changed has just been verified, and its EF is current.
pub struct Verified<'card>(&'card mut dyn Transmit);

/// A card that has just said that it took the new PIN.
pub struct Changed<'card>(&'card mut dyn Transmit);

/// Why the PIN was not changed, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The card refused, so the PIN is what it was.
    #[error("the card did not change the PIN: {0}")]
    Refused(CardError),
    /// The present PIN or the new one may be in force.
    #[error("whether the card changed the PIN is unknown: {0}")]
    Unknown(CardError),
}

/// Why the new PIN was not proved, though the card had said that it took it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The card has one try left for it, or does not say how many, so it was not presented.
    #[error("the new PIN was not presented: tries left {0:?}")]
    NotTried(Tries),
    /// The card could not be asked how many tries are left, so the new PIN was not presented.
    #[error("the new PIN was not presented: {0}")]
    NotAsked(CardError),
    /// The card did not take it, or nobody knows.
    #[error("the card did not take the new PIN: {0}")]
    Verify(VerifyError),
}

/// Presents the present PIN to the PIN EF that [`super::query_tries`] has just made current. One command, never repeated.
///
/// # Errors
/// [`VerifyError`]; nothing was changed then.
pub fn verify_present(card: &mut dyn Transmit, present: Pin) -> Result<Verified<'_>, VerifyError> {
    verify(card, present)?;
    Ok(Verified(card))
}

impl<'card> Verified<'card> {
    /// CHANGE REFERENCE DATA, `00 24 01 80 n NEW`. One command, never repeated.
    ///
    /// # Errors
    /// [`ChangeError`].
    pub fn change(self, new: NewPin) -> Result<Changed<'card>, ChangeError> {
        let Self(card) = self;
        let response = send(card, Step::ChangePin, &new.into_command()).map_err(|error| match error.transport() {
            Some(TransportError::OutOfTime | TransportError::Busy) => ChangeError::Refused(error), // never sent
            _ => ChangeError::Unknown(error),
        })?;
        let status = response.status();
        let error = CardError::Refused { step: Step::ChangePin, status };
        match status.to_bytes() {
            [0x90, 0x00] => Ok(Changed(card)),
            // Checking errors: the card says that it has not begun (ISO/IEC 7816-4, 5.6).
            [0x67..=0x6B | 0x6D..=0x6E, _] => Err(ChangeError::Refused(error)),
            _ => Err(ChangeError::Unknown(error)),
        }
    }
}

impl Changed<'_> {
    /// Presents the new PIN, once, if the card has more than one try left for it; and asks afterwards how many it has.
    ///
    /// # Errors
    /// [`ProofError`]. The card is asked no further then: whatever is in force now, another try could block it.
    pub fn prove(self, again: Pin) -> Result<Tries, ProofError> {
        let Self(card) = self;
        let tries = query(card).map_err(ProofError::NotAsked)?;
        if tries.is_precarious() {
            return Err(ProofError::NotTried(tries));
        }
        verify(card, again).map_err(ProofError::Verify)?;
        // The change is proved; that the card cannot say this much more changes nothing.
        Ok(query(card).unwrap_or(Tries::Unknown))
    }
}

/// The tries left for the PIN whose EF is current.
fn query(card: &mut dyn Transmit) -> Result<Tries, CardError> {
    let status = send(card, Step::QueryTries, &Command::query_tries())?.status();
    Ok(match status.tries_left() {
        Some(left) => Tries::Left(left),
        None if status.is_blocked() => Tries::Left(0),
        None => Tries::Unknown,
    })
}
