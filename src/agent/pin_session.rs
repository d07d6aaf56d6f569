//! One PIN, one VERIFY, then the work it was given for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Agent;
use super::error::of_verify;
use super::look::{self, Look};
use super::turn::Turn;
use crate::jpki::{self, KeyKind, Tries, VerifyError};
use crate::pin::Pin;
use crate::problem::Problem;
use crate::reader::{CardSession, JobOptions};

/// Whether the card has accepted the PIN of a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Accepted(Arc<AtomicBool>);

impl Accepted {
    /// It has.
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_noted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

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
        self.with_tries_checked(turn, look, key_kind, move |card, accepted| {
            jpki::verify(card, pin).map_err(|error: VerifyError| of_verify(error, key_kind))?;
            accepted.note();
            work(card)
        })
        .await
    }

    /// Once the intent is on disk, opens the card that `look` saw and does `work`, which begins with the one VERIFY, right
    /// after the card has said that it still has the tries the person was told of: the PIN EF is current then. `work` notes
    /// that the card has accepted the PIN: that stays true whatever becomes of the rest.
    pub(super) async fn with_tries_checked<T, F>(
        &self,
        turn: &Turn,
        look: &Look,
        key_kind: KeyKind,
        work: F,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut CardSession<'_>, &Accepted) -> Result<T, Problem> + Send + 'static,
    {
        turn.recorded().await;
        let unprotected = self.take_protection(&look.reader.id, look.insertion, key_kind);
        let promised = look.tries;
        let options = JobOptions { insertion: Some(look.insertion), impatient: false };
        let limit = self.readers.policy().operation_limit;
        let accepted = Accepted::default();
        let noted = accepted.clone();
        let result = look
            .reader
            .handle
            .run(options, limit, move |card| {
                check_tries(card, key_kind, promised, unprotected)?;
                work(card, &noted)
            })
            .await;
        turn.presented(look, key_kind, &result, accepted.is_noted());
        match result {
            // The card did not say how many tries are left.
            Err(Problem::PinIncorrect { tries_left: None, .. }) => Err(match self.tries_now(look, key_kind).await {
                Some(0) => Problem::PinBlocked { key_kind },
                tries_left => Problem::PinIncorrect { key_kind, tries_left },
            }),
            // An answer to VERIFY that says nothing about the PIN.
            Err(Problem::CardFault { outcome_unknown: true, tries_left: told }) => {
                Err(match self.tries_now(look, key_kind).await.or(told) {
                    Some(0) => Problem::PinBlocked { key_kind },
                    tries_left => Problem::CardFault { outcome_unknown: true, tries_left },
                })
            }
            result => result,
        }
    }

    /// The tries left after a VERIFY that did not tell, asked on a fresh connection and only to inform the person.
    /// `None` if the card does not say now either, or is no longer the one that was `seen`.
    async fn tries_now(&self, seen: &Look, key_kind: KeyKind) -> Option<u8> {
        let now = self.look_at_tries(Some(seen.reader.id.as_str()), key_kind).await.ok()?;
        now.tries.left().filter(|_| now.insertion == seen.insertion)
    }
}

/// SELECT and tries left, adjacent to the VERIFY that follows only if the card still has those the person was told of.
fn check_tries(
    card: &mut CardSession<'_>,
    key_kind: KeyKind,
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
    Ok(())
}
