//! Asking the person: what every prompt of the agent says, and the questions of their own.

use futures_util::future::BoxFuture;

use super::look::Look;
use super::{Agent, Caller};
use crate::certificate::{Period, Validity};
use crate::consent::{ConfirmPrompt, PinPrompt, PromptContext, Purpose, Question, Refusal, Warning};
use crate::jpki::KeyKind;
use crate::message::Language;
use crate::pin::Pin;
use crate::problem::Problem;
use crate::reader::ReaderInfo;

/// What is known of the certificate before its key is used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) validity: Validity,
    pub(super) known_issuer: bool,
}

impl Agent {
    /// Asks for the PIN of `key_kind`. A certificate known to have ended is asked about first, by itself.
    pub(super) async fn ask_for_pin(
        &self,
        caller: &Caller,
        look: &Look,
        key_kind: KeyKind,
        purpose: Purpose,
        standing: Option<Standing>,
    ) -> Result<Pin, Problem> {
        let context = self.prompt_context(caller, look);
        let now = self.now();
        let mut warnings = Vec::new();
        if let Some(standing) = standing {
            let not_after_jst = standing.validity.not_after_jst().to_string();
            match standing.validity.period(now) {
                Period::InPeriod => {}
                Period::NotYetValid => {
                    let not_before_jst = standing.validity.not_before_jst().to_string();
                    warnings.push(Warning::NotYetValid { not_before_jst });
                }
                Period::Expired => {
                    let warning = Warning::Expired { not_after_jst: not_after_jst.clone() };
                    let question = Question::UseCertificate { key_kind, warning };
                    let prompt = ConfirmPrompt { context: context.clone(), question };
                    self.while_card_stays(look, self.consent.confirm(&prompt)).await?;
                    warnings.push(Warning::Expired { not_after_jst });
                }
            }
            if !standing.known_issuer {
                warnings.push(Warning::UnknownIssuer);
            }
        }
        let prompt = PinPrompt {
            context,
            key_kind,
            pin_rule: crate::jpki::INDIVIDUAL_NUMBER_CARD.key(key_kind).pin_rule,
            purpose,
            tries_left: look.tries.left(),
            warnings,
        };
        self.while_card_stays(look, self.consent.pin(&prompt)).await
    }

    /// Lets the last try of a PIN be used once, after a question on the machine.
    ///
    /// # Errors
    /// [`Problem::PinBlocked`] where no try is left; as for every prompt otherwise.
    pub async fn unprotect(&self, caller: &Caller, key_kind: KeyKind, reader: Option<&str>) -> Result<(), Problem> {
        let _permit = self.prompt_permit()?;
        let look = self.look_at_tries(reader, key_kind).await?;
        if look.tries.is_blocked() {
            return Err(Problem::PinBlocked { key_kind });
        }
        if !look.tries.is_precarious() {
            return Ok(());
        }
        let question = Question::UnprotectPin { key_kind, tries_left: look.tries.left() };
        let prompt = ConfirmPrompt { context: self.prompt_context(caller, &look), question };
        self.while_card_stays(&look, self.consent.confirm(&prompt)).await?;
        self.lift_protection(&look.reader.id, look.insertion, key_kind);
        Ok(())
    }

    /// Waits for the person's answer; closes the prompt if the card that was looked at leaves its reader, or the agent
    /// is about to end.
    async fn while_card_stays<T>(&self, look: &Look, answer: BoxFuture<'_, Result<T, Refusal>>) -> Result<T, Problem> {
        let mut answer = answer;
        let mut changes = self.readers.changes();
        let mut stopping = self.stopping.subscribe();
        loop {
            tokio::select! {
                answer = &mut answer => return Ok(answer?),
                () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => return Err(Problem::ShuttingDown),
                Ok(()) = changes.changed() => {
                    let readers = self.readers.list().await.unwrap_or_default();
                    let holds = |reader: &ReaderInfo| reader.presence.insertion() == Some(look.insertion);
                    if !readers.iter().any(|reader| reader.id == look.reader.id && holds(reader)) {
                        return Err(Problem::CardRemoved { outcome_unknown: false });
                    }
                }
            }
        }
    }

    fn prompt_context(&self, caller: &Caller, look: &Look) -> PromptContext {
        let from_seat = || caller.seat.lang.as_deref().map(Language::from_locale);
        PromptContext {
            language: self.settings.language.or_else(from_seat).unwrap_or(self.settings.own_language),
            seat: caller.seat.clone(),
            asker: caller.asker.clone(),
            reader: look.reader.name.clone(),
            environment: look.environment,
            timeout: self.settings.consent_timeout,
            guard: self.settings.guard,
            phrase: self.settings.phrase.clone(),
        }
    }
}
