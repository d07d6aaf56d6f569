//! Changing a PIN: look, ask for the present one and the new one, change and prove in one session, say how it stands.
//!
//! Whatever ends a change, the caller is told which PIN is in force. What can be known of that is noted by the reader's
//! thread as it goes, since the caller may stop waiting at any moment. Between VERIFY and the proof nothing is ever
//! repeated, and after a proof that failed nothing is tried any more: not the old PIN either.

use std::sync::{Arc, Mutex};

use super::error::{of_change, of_proof, of_verify};
use super::pin_session::Accepted;
use super::reminders::seen_card;
use super::turn::{Turn, lost};
use super::{Agent, Caller, PinReport};
use crate::audit::{Intent, Operation};
use crate::certificate::Environment;
use crate::consent::change::ChangePrompt;
use crate::jpki::change::{ChangeError, verify_present};
use crate::jpki::{INDIVIDUAL_NUMBER_CARD, KeyKind, Tries};
use crate::notices::{Deed, Notice};
use crate::pin::PinChange;
use crate::problem::{PinAfterwards, Problem};
use crate::reader::{BackendKind, CardSession, ReaderId};
use crate::sync::lock;

/// A PIN to be changed.
#[derive(Clone, Debug)]
pub struct ChangePinRequest {
    /// Whose.
    pub key_kind: KeyKind,
    /// The reader, if the caller named one, or [`super::CHOOSE`].
    pub reader: Option<String>,
    /// The holder knows that nobody has reported yet that this works on a real card.
    pub understands_unproven: bool,
}

/// A PIN that was changed, and proved.
#[derive(Clone, Debug)]
pub struct PinChanged {
    /// The reader with the card.
    pub reader: ReaderId,
    /// How it stands.
    pub pin: PinReport,
}

/// Which PIN is in force, as far as the reader's thread has come.
#[derive(Clone)]
struct InForce {
    key_kind: KeyKind,
    pin: Arc<Mutex<PinAfterwards>>,
}

impl Agent {
    /// Asks the person for the present and a new PIN, and changes it.
    ///
    /// # Errors
    /// [`Problem::PinChange`] around a problem of reader, card, consent or PIN, with what is in force afterwards.
    pub async fn change_pin(
        self: &Arc<Self>,
        caller: &Caller,
        request: ChangePinRequest,
    ) -> Result<PinChanged, Problem> {
        let key_kind = request.key_kind;
        let in_force = InForce::new(key_kind);
        let mut turn = self.turn(caller).await.map_err(|problem| in_force.after(problem))?;
        let intent = Intent {
            asker: caller.asker.clone(),
            operation: Operation::ChangePin,
            on_behalf_of: None,
            key_kind: Some(key_kind),
            digests: Vec::new(),
        };
        let look = match turn.look(request.reader.as_deref(), key_kind, &intent).await {
            Ok(look) => look,
            Err(problem) => return turn.refused(in_force.after(problem)),
        };
        let unproven = self.backend() != BackendKind::Simulator && look.environment != Environment::Simulator;
        if unproven && !request.understands_unproven {
            return turn.refused(in_force.after(Problem::PinChangeUnproven { key_kind }));
        }
        turn.record(&intent);
        let change = match turn.ask_for_change(&look, key_kind, unproven).await {
            Ok(change) => change,
            Err(problem) => return turn.refused(in_force.after(problem)),
        };
        let (agent, noted) = (self.clone(), in_force.clone());
        // On its own feet: what the card has begun is finished and written down, even if the caller goes away.
        let work = tokio::spawn(async move {
            let at_work = noted.clone();
            let work = move |card: &mut CardSession<'_>, accepted: &Accepted| {
                carry_out(card, key_kind, change, &at_work, accepted)
            };
            let tries = agent.with_tries_checked(&turn, &look, key_kind, work).await;
            if let (Ok(_), KeyKind::Signature, Some(card)) =
                (&tries, key_kind, seen_card(&look.facts, look.environment))
            {
                agent.reminders.password_changed(&card, agent.now());
            }
            let tries_max = INDIVIDUAL_NUMBER_CARD.key(key_kind).tries_max;
            let result = match tries {
                Ok(tries) => {
                    Ok(PinChanged { reader: look.reader.id.clone(), pin: PinReport { key_kind, tries, tries_max } })
                }
                Err(problem) => Err(noted.after(problem)),
            };
            turn.finish(&result, Some(Deed::PinChanged));
            result
        });
        work.await.map_err(|error| {
            let problem = in_force.after(lost(error));
            if problem.pin_afterwards() == Some(PinAfterwards::Unknown) {
                self.notices.show(Notice::PinInDoubt { key_kind });
            }
            problem
        })?
    }
}

impl Turn {
    /// Asks for the present and the new PIN; first, where the last entry of this caller's was wrong, whether to go on.
    async fn ask_for_change(
        &mut self,
        look: &super::look::Look,
        key_kind: KeyKind,
        unproven: bool,
    ) -> Result<PinChange, Problem> {
        self.confirm_first(look, key_kind).await?;
        let agent = self.agent().clone();
        let prompt = ChangePrompt {
            context: agent.prompt_context(self.caller(), look),
            key_kind,
            pin_rule: INDIVIDUAL_NUMBER_CARD.key(key_kind).pin_rule,
            tries_left: look.tries.left(),
            unproven,
        };
        let answer = prompt.ask(agent.consent.as_ref());
        self.ask(Some(look), Box::pin(answer)).await
    }
}

/// VERIFY, change, proof; in this order, each once.
fn carry_out(
    card: &mut CardSession<'_>,
    key_kind: KeyKind,
    change: PinChange,
    in_force: &InForce,
    accepted: &Accepted,
) -> Result<Tries, Problem> {
    let (present, new, again) = change.into_parts();
    let verified = verify_present(card, present).map_err(|error| of_verify(error, key_kind))?;
    accepted.note();
    // Before the command goes out: whoever stops waiting meanwhile must not be told that nothing was changed.
    in_force.set(PinAfterwards::Unknown);
    let changed = verified.change(new).map_err(|error| {
        if matches!(error, ChangeError::Refused(_)) {
            in_force.set(PinAfterwards::Unchanged);
        }
        of_change(error, key_kind)
    })?;
    let tries = changed.prove(again).map_err(|error| of_proof(error, key_kind))?;
    in_force.set(PinAfterwards::Changed);
    Ok(tries)
}

impl InForce {
    /// Nothing was changed so far.
    fn new(key_kind: KeyKind) -> Self {
        Self { key_kind, pin: Arc::new(Mutex::new(PinAfterwards::Unchanged)) }
    }

    fn set(&self, pin: PinAfterwards) {
        *lock(&self.pin) = pin;
    }

    /// What ended the change, with what is in force now.
    fn after(&self, cause: Problem) -> Problem {
        Problem::PinChange { key_kind: self.key_kind, pin: *lock(&self.pin), cause: Box::new(cause) }
    }
}
