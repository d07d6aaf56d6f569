//! Asking the person: what every prompt of the agent says, and the questions of their own.

use std::sync::Arc;

use jiff::Timestamp;

use super::look::Look;
use super::turn::Turn;
use super::{Agent, Caller};
use crate::audit::{Intent, Operation};
use crate::certificate::{Environment, Period, Validity};
use crate::consent::{ConfirmPrompt, PinPrompt, PromptContext, Purpose, Question, Warning};
use crate::jpki::KeyKind;
use crate::message::Language;
use crate::origin::{Origin, Scopes};
use crate::pin::Pin;
use crate::problem::Problem;

/// What is known of the certificate before its key is used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) validity: Validity,
    pub(super) known_issuer: bool,
}

fn out_of_period(validity: Validity, now: Timestamp) -> Option<Warning> {
    match validity.period(now) {
        Period::InPeriod => None,
        Period::NotYetValid => Some(Warning::NotYetValid { not_before_jst: validity.not_before_jst().to_string() }),
        Period::Expired => Some(Warning::Expired { not_after_jst: validity.not_after_jst().to_string() }),
    }
}

impl Turn {
    /// Asks for the PIN of `key_kind`. What has to be confirmed by itself is asked about first: a page never met, another
    /// entry after a wrong one, a certificate known to have ended or not to have begun.
    pub(super) async fn ask_for_pin(
        &mut self,
        look: &Look,
        key_kind: KeyKind,
        purpose: Purpose,
        standing: Option<Standing>,
    ) -> Result<Pin, Problem> {
        let agent = self.agent().clone();
        self.confirm_first(look, key_kind).await?;
        let mut warnings = Vec::new();
        if let Some(standing) = standing {
            if let Some(warning) = out_of_period(standing.validity, agent.now()) {
                self.confirm(look, Question::UseCertificate { key_kind, warning: warning.clone() }).await?;
                warnings.push(warning);
            }
            if !standing.known_issuer {
                warnings.push(Warning::UnknownIssuer);
            }
        }
        let prompt = PinPrompt {
            context: agent.prompt_context(self.caller(), look),
            key_kind,
            pin_rule: crate::jpki::INDIVIDUAL_NUMBER_CARD.key(key_kind).pin_rule,
            purpose,
            tries_left: look.tries.left(),
            warnings,
        };
        self.ask(Some(look), agent.consent.pin(&prompt)).await
    }
}

impl Agent {
    /// Lets the last try of a PIN be used once, after a question on the machine.
    ///
    /// # Errors
    /// [`Problem::PinBlocked`] where no try is left; as for every prompt otherwise.
    pub async fn unprotect(
        self: &Arc<Self>,
        caller: &Caller,
        key_kind: KeyKind,
        reader: Option<&str>,
    ) -> Result<(), Problem> {
        let mut turn = self.turn(caller).await?;
        let intent = Intent {
            asker: caller.asker.clone(),
            operation: Operation::Unprotect,
            on_behalf_of: None,
            key_kind: Some(key_kind),
            digests: Vec::new(),
        };
        let look = match turn.look_at_tries(reader, key_kind, &intent).await {
            Ok(look) => look,
            Err(problem) => return turn.refused(problem),
        };
        if look.tries.is_blocked() {
            return turn.refused(Problem::PinBlocked { key_kind });
        }
        if !look.tries.is_precarious() {
            turn.finish(&Ok(()), None);
            return Ok(());
        }
        turn.record(&intent);
        let question = Question::UnprotectPin { key_kind, tries_left: look.tries.left() };
        let result = turn.confirm(&look, question).await;
        if result.is_ok() {
            turn.recorded().await;
            self.lift_protection(&look.reader.id, look.insertion, key_kind);
        }
        turn.finish(&result, None);
        result
    }

    /// Asks whether `origin` may ask `scopes` from now on. Needs no card, and changes nothing by itself.
    ///
    /// # Errors
    /// [`Problem::UserDeclined`] and whatever else ends a prompt.
    pub async fn confirm_origin(
        self: &Arc<Self>,
        caller: &Caller,
        origin: &Origin,
        scopes: &Scopes,
        warnings: impl Fn(Language) -> Vec<String>,
    ) -> Result<(), Problem> {
        let mut turn = self.turn(caller).await?;
        let context = self.context(caller, String::new(), Environment::Production);
        let question = Question::AllowOrigin {
            origin: origin.clone(),
            scopes: scopes.clone(),
            warnings: warnings(context.language),
        };
        turn.ask(None, self.consent.confirm(&ConfirmPrompt { context, question })).await
    }

    pub(super) fn prompt_context(&self, caller: &Caller, look: &Look) -> PromptContext {
        self.context(caller, look.reader.display_name.clone(), look.environment)
    }

    fn context(&self, caller: &Caller, reader: String, environment: Environment) -> PromptContext {
        let from_seat = || caller.seat.lang.as_deref().map(Language::from_locale);
        PromptContext {
            language: self.settings.language.or_else(from_seat).unwrap_or(self.settings.own_language),
            seat: caller.seat.clone(),
            asker: caller.asker.clone(),
            reader,
            environment,
            timeout: self.settings.consent_timeout,
            guard: self.settings.guard,
            phrase: self.settings.phrase.clone(),
        }
    }
}
