//! Several cards: the person says which one is meant, where the caller leaves it to them ([`CHOOSE`]).
//!
//! The question is part of the consent: it says who asks, is asked before any PIN, ends the request if it is declined, and
//! the card that is chosen is bound to its reader and insertion as every card that was looked at.

use std::time::Duration;

use super::choose::CHOOSE;
use super::look::Look;
use super::turn::Turn;
use crate::audit::Intent;
use crate::consent::{Choice, ConfirmPrompt, Question};
use crate::jpki::KeyKind;
use crate::problem::Problem;
use crate::reader::{JobError, JobOptions};

/// How long a reader may take to say whether its card is still there; one that cannot say is offered all the same.
const STILL_THERE_LIMIT: Duration = Duration::from_secs(1);
/// How often all cards are offered before it is given up.
const ROUNDS: usize = 5;

impl Turn {
    /// Looks at the card that is wanted for a use of `key_kind`; ends where the PIN is blocked or protected. `intent` is
    /// written down if the person is asked which card.
    pub(super) async fn look(
        &mut self,
        wanted: Option<&str>,
        key_kind: KeyKind,
        intent: &Intent,
    ) -> Result<Look, Problem> {
        let look = self.look_at_tries(wanted, key_kind, intent).await?;
        self.agent().judge(look, key_kind)
    }

    /// The same without judging the tries left.
    pub(super) async fn look_at_tries(
        &mut self,
        wanted: Option<&str>,
        key_kind: KeyKind,
        intent: &Intent,
    ) -> Result<Look, Problem> {
        let agent = self.agent().clone();
        if wanted != Some(CHOOSE) {
            return agent.look_at_tries(wanted, key_kind).await;
        }
        let readers = agent.readers.list().await.map_err(|_| Problem::PcscUnavailable)?;
        let candidates = agent.candidates(readers).await?;
        let (mut looks, mut failure) = (Vec::new(), None);
        for reader in &candidates {
            match agent.look_at_tries(Some(reader.id.as_str()), key_kind).await {
                Ok(look) => looks.push(look),
                Err(problem) => failure = Some(problem),
            }
        }
        match (looks.len(), failure) {
            (0, failure) => Err(failure.unwrap_or(Problem::NoCard)),
            (1, None) => looks.pop().ok_or(Problem::NoCard),
            // Of several, one that cannot be used now is not offered; but the other one is not simply taken for it.
            (_, failure) => self.choose(looks, failure.is_some(), key_kind, intent).await,
        }
    }

    /// Offers one card after the other; one alone, because another is `unusable`, for a yes or no.
    async fn choose(
        &mut self,
        looks: Vec<Look>,
        unusable: bool,
        key_kind: KeyKind,
        intent: &Intent,
    ) -> Result<Look, Problem> {
        self.record(intent);
        let agent = self.agent().clone();
        let count = looks.len();
        for _ in 0..ROUNDS {
            for (index, look) in looks.iter().enumerate() {
                self.meet(look).await?;
                if has_gone(look).await {
                    return Err(Problem::CardRemoved { outcome_unknown: false });
                }
                let (tries_left, number) = (look.tries.left(), index + 1);
                let question = Question::ChooseCard { key_kind, tries_left, number, count, unusable };
                if count == 1 {
                    self.confirm(look, question).await?;
                    return Ok(look.clone());
                }
                let prompt = ConfirmPrompt { context: agent.prompt_context(self.caller(), look), question };
                if self.ask(Some(look), agent.consent.choose(&prompt)).await? == Choice::This {
                    return Ok(look.clone());
                }
            }
        }
        Err(self.nothing_settled())
    }
}

/// Did this card leave its reader, perhaps for a moment, while others were offered? Sends no command.
async fn has_gone(look: &Look) -> bool {
    let options = JobOptions { insertion: Some(look.insertion), impatient: true };
    let still_there = look.reader.handle.run(options, STILL_THERE_LIMIT, |_| Ok(())).await;
    still_there == Err(JobError::AnotherInsertion)
}
