//! The conversation that a change of a PIN takes: the present one, the new one, the new one once more, each asked for by
//! itself, since not every pinentry can ask twice in one window.
//!
//! Nothing is sent to a card meanwhile, so whatever is typed wrongly is asked again and loses nothing.

use super::{ChangeEntry, Choice, ConfirmPrompt, Consent, PinPrompt, PromptContext, Purpose, Question, Refusal};
use crate::jpki::KeyKind;
use crate::pin::{Pin, PinChange, PinRule};

/// New PINs asked for before it is given up: the present one waits in memory meanwhile, and whoever needs more has to
/// begin anew, which costs no try. A broken pinentry would never stop.
const MAX_ROUNDS: usize = 5;

/// A request for a present and a new PIN.
#[derive(Clone, Debug)]
pub struct ChangePrompt {
    /// What every prompt says.
    pub context: PromptContext,
    /// Whose PIN.
    pub key_kind: KeyKind,
    /// Its form.
    pub pin_rule: PinRule,
    /// How many tries are left, if the card said.
    pub tries_left: Option<u8>,
    /// Is it a real card, on which nobody has reported yet that this works?
    pub unproven: bool,
}

impl ChangePrompt {
    /// Asks for the three entries, and about a new one that is easy to guess.
    ///
    /// # Errors
    /// [`Refusal`]; [`Refusal::Unsettled`] if five rounds bring no new PIN.
    pub async fn ask(&self, consent: &dyn Consent) -> Result<PinChange, Refusal> {
        let present = consent.pin(&self.entry(ChangeEntry::Present)).await?;
        let mut different = false;
        for _ in 0..MAX_ROUNDS {
            let rule = |new: &Pin| self.pin_rule.check_new(new, &present);
            let new = consent.pin_with(&self.entry(ChangeEntry::New { different }), &rule).await?;
            different = false;
            if let Some(weakness) = new.weakness() {
                let question = Question::AvoidWeakPin { key_kind: self.key_kind, weakness };
                let prompt = ConfirmPrompt { context: self.context.clone(), question };
                if consent.choose(&prompt).await? == Choice::This {
                    continue;
                }
            }
            let again = consent.pin(&self.entry(ChangeEntry::Again)).await?;
            if new.is_same(&again) {
                let change = PinChange::new(self.pin_rule, present, new, again);
                return change.map_err(|error| Refusal::Unavailable(error.to_string()));
            }
            different = true;
        }
        Err(Refusal::Unsettled)
    }

    fn entry(&self, entry: ChangeEntry) -> PinPrompt {
        PinPrompt {
            context: self.context.clone(),
            key_kind: self.key_kind,
            pin_rule: self.pin_rule,
            purpose: Purpose::ChangePin { entry, unproven: self.unproven },
            tries_left: self.tries_left,
            warnings: Vec::new(),
        }
    }
}
