//! One PIN, one VERIFY, then the work it was given for.

use super::Agent;
use super::error::of_verify;
use super::look::{self, Look};
use super::turn::Turn;
use crate::jpki::{self, KeyKind, Tries, VerifyError};
use crate::pin::Pin;
use crate::problem::Problem;
use crate::reader::{CardSession, JobOptions};

impl Agent {
    /// Opens the card that `look` saw, presents `pin` once and does `work`. The reader's thread closes the card down
    /// afterwards, whatever happened. Once the card is at work this goes on even if the caller goes away.
    pub(super) async fn with_pin<T, F>(
        &self,
        turn: &Turn,
        look: &Look,
        key_kind: KeyKind,
        pin: Pin,
        work: F,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut CardSession<'_>) -> Result<T, Problem> + Send + 'static,
    {
        let unprotected = self.take_protection(&look.reader.id, look.insertion, key_kind);
        let promised = look.tries;
        let options = JobOptions { insertion: Some(look.insertion), impatient: false };
        let limit = self.readers.policy().operation_limit;
        let result = look
            .reader
            .handle
            .run(options, limit, move |card| {
                verify(card, key_kind, pin, promised, unprotected)?;
                work(card)
            })
            .await;
        turn.presented(look, key_kind, &result);
        match result {
            Err(Problem::PinIncorrect { key_kind, tries_left: None }) => {
                // The card did not say how many tries are left; ask it anew, only to inform the person.
                let tries = self.look_at_tries(Some(look.reader.id.as_str()), key_kind).await.map(|look| look.tries);
                Err(match tries {
                    Ok(tries) if tries.is_blocked() => Problem::PinBlocked { key_kind },
                    Ok(tries) => Problem::PinIncorrect { key_kind, tries_left: tries.left() },
                    Err(_) => Problem::PinIncorrect { key_kind, tries_left: None },
                })
            }
            result => result,
        }
    }
}

/// SELECT, tries left, VERIFY: adjacent, and VERIFY only if the card still has the tries the person was told of.
fn verify(
    card: &mut CardSession<'_>,
    key_kind: KeyKind,
    pin: Pin,
    promised: Tries,
    unprotected: bool,
) -> Result<(), Problem> {
    look::open(card)?;
    let profile = card.profile();
    let tries = jpki::query_tries(card, profile.key(key_kind))?;
    if tries.is_blocked() {
        return Err(Problem::PinBlocked { key_kind });
    }
    if tries.is_precarious() && !unprotected {
        return Err(Problem::LastTryProtected { key_kind, tries_left: tries.left() });
    }
    if tries.left() < promised.left() {
        // Another card, or another program that spent a try: not what the person agreed to.
        return Err(Problem::CardRemoved { outcome_unknown: false });
    }
    jpki::verify(card, pin).map_err(|error: VerifyError| of_verify(error, key_kind))
}
