//! Who sits before the prompts: does what the operation says, whichever prompts come.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use jpki_agent::consent::{Choice, ConfirmPrompt, Consent, NewPinRule, PinPrompt, Question, Refusal};
use jpki_agent::pin::Pin;

use super::operations::Entry;
use crate::support::agent::{AUTHENTICATION_PIN, SIGNATURE_PIN};
use jpki_agent::jpki::KeyKind;

/// A person; clones are the same one.
#[derive(Clone, Default)]
pub struct Person(Arc<Mutex<Mind>>);

#[derive(Default)]
struct Mind {
    plan: Option<Plan>,
    seen: Seen,
}

struct Plan {
    entry: Entry,
    /// Happens when the prompt for the PIN is open.
    meanwhile: Option<Box<dyn FnOnce() + Send>>,
}

/// Which prompts were shown since the plan was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub pins: usize,
    pub questions: usize,
    /// Questions whether to try again after a wrong PIN.
    pub try_again: usize,
}

impl Person {
    /// What they will do next, and what will happen meanwhile.
    pub fn plan(&self, entry: Entry, meanwhile: impl FnOnce() + Send + 'static) {
        let plan = Plan { entry, meanwhile: Some(Box::new(meanwhile)) };
        *self.0.lock().unwrap() = Mind { plan: Some(plan), seen: Seen::default() };
    }

    /// They are not expected to be asked.
    pub fn rest(&self) {
        *self.0.lock().unwrap() = Mind::default();
    }

    pub fn seen(&self) -> Seen {
        self.0.lock().unwrap().seen
    }

    fn decide(&self, prompt: &PinPrompt) -> Result<Pin, Refusal> {
        let (entry, meanwhile) = {
            let mut mind = self.0.lock().unwrap();
            mind.seen.pins += 1;
            match &mut mind.plan {
                Some(plan) => (plan.entry, plan.meanwhile.take()),
                None => return Err(Refusal::Unavailable("nobody expects a prompt".to_owned())),
            }
        };
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        let (right, wrong) = match prompt.key_kind {
            KeyKind::Authentication => (AUTHENTICATION_PIN, "4321"),
            KeyKind::Signature => (SIGNATURE_PIN, "WRONG1"),
        };
        match entry {
            Entry::Decline => return Err(Refusal::Declined),
            Entry::TimeOut => return Err(Refusal::TimedOut),
            Entry::MalformedThenRight | Entry::MalformedThenDecline => {
                assert!(prompt.pin_rule.check("12").is_err() && prompt.pin_rule.check("１２３４").is_err());
                if entry == Entry::MalformedThenDecline {
                    return Err(Refusal::Declined);
                }
            }
            Entry::Right | Entry::Wrong => {}
        }
        let typed = if entry.is_right() { right } else { wrong };
        Ok(prompt.pin_rule.check(typed).expect("well-formed"))
    }

    fn answer(&self, question: &Question) -> Result<(), Refusal> {
        let mut mind = self.0.lock().unwrap();
        mind.seen.questions += 1;
        mind.seen.try_again += usize::from(matches!(question, Question::TryAgain { .. }));
        match &mind.plan {
            Some(Plan { entry: Entry::Decline, .. }) => Err(Refusal::Declined),
            Some(Plan { entry: Entry::TimeOut, .. }) => Err(Refusal::TimedOut),
            Some(_) => Ok(()),
            None => Err(Refusal::Unavailable("nobody expects a question".to_owned())),
        }
    }
}

impl Consent for Person {
    fn pin_with<'a>(&'a self, prompt: &'a PinPrompt, rule: &'a NewPinRule<'a>) -> BoxFuture<'a, Result<Pin, Refusal>> {
        Box::pin(async move {
            let pin = self.decide(prompt)?;
            rule(&pin).expect("fit to be the new one");
            Ok(pin)
        })
    }

    fn confirm<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move { self.answer(&prompt.question) })
    }

    fn choose<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<Choice, Refusal>> {
        Box::pin(async move { self.answer(&prompt.question).map(|()| Choice::This) })
    }
}
