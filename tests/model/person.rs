//! Who sits before the prompts: does what the operation says, whichever prompts come.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use jpki_agent::consent::{
    ChangeEntry, Choice, ConfirmPrompt, Consent, NewPinRule, PinPrompt, Purpose, Question, Refusal,
};
use jpki_agent::jpki::KeyKind;
use jpki_agent::pin::Pin;

use super::operations::{Entry, NewEntry};
use crate::support::agent::{AUTHENTICATION_PIN, SIGNATURE_PIN};

/// Which of its two PINs a card has: it begins with the first, and each change leads to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    First,
    Second,
}

impl Which {
    pub fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }

    /// The PIN itself.
    pub fn text(self, kind: KeyKind) -> &'static str {
        match (kind, self) {
            (KeyKind::Authentication, Self::First) => AUTHENTICATION_PIN,
            (KeyKind::Authentication, Self::Second) => "4821",
            (KeyKind::Signature, Self::First) => SIGNATURE_PIN,
            (KeyKind::Signature, Self::Second) => "KW48TR",
        }
    }
}

/// Well-formed, and never the PIN.
fn wrong(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Authentication => "4321",
        KeyKind::Signature => "WRONG1",
    }
}

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
    /// The right PIN.
    pin: Which,
    new: NewEntry,
    /// How often the new one was typed.
    rounds: usize,
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
    /// What they will do next where `pin` is the right one, and what will happen meanwhile.
    pub fn plan(&self, entry: Entry, pin: Which, new: NewEntry, meanwhile: impl FnOnce() + Send + 'static) {
        let plan = Plan { entry, pin, new, rounds: 0, meanwhile: Some(Box::new(meanwhile)) };
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
        let (typed, meanwhile) = {
            let mut mind = self.0.lock().unwrap();
            mind.seen.pins += 1;
            match &mut mind.plan {
                Some(plan) => (plan.typed(prompt), plan.meanwhile.take()),
                None => return Err(Refusal::Unavailable("nobody expects a prompt".to_owned())),
            }
        };
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        Ok(prompt.pin_rule.check(typed?).expect("well-formed"))
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

impl Plan {
    fn typed(&mut self, prompt: &PinPrompt) -> Result<&'static str, Refusal> {
        let kind = prompt.key_kind;
        match prompt.purpose {
            Purpose::ChangePin { entry: ChangeEntry::New { different }, .. } => {
                assert_eq!(different, self.rounds > 0, "asked anew only where the two differed");
                self.rounds += 1;
                match self.new {
                    NewEntry::Decline => Err(Refusal::Declined),
                    _ => Ok(self.pin.other().text(kind)),
                }
            }
            Purpose::ChangePin { entry: ChangeEntry::Again, .. } => match (self.new, self.rounds) {
                (NewEntry::TimeOutAtTheSecond, _) => Err(Refusal::TimedOut),
                (NewEntry::NeverAlike, _) | (NewEntry::OnceUnlike, 1) => Ok(wrong(kind)),
                _ => Ok(self.pin.other().text(kind)),
            },
            _ => self.present(prompt),
        }
    }

    fn present(&self, prompt: &PinPrompt) -> Result<&'static str, Refusal> {
        match self.entry {
            Entry::Decline => return Err(Refusal::Declined),
            Entry::TimeOut => return Err(Refusal::TimedOut),
            Entry::MalformedThenRight | Entry::MalformedThenDecline => {
                assert!(prompt.pin_rule.check("12").is_err() && prompt.pin_rule.check("１２３４").is_err());
                if self.entry == Entry::MalformedThenDecline {
                    return Err(Refusal::Declined);
                }
            }
            Entry::Right | Entry::Wrong => {}
        }
        Ok(if self.entry.is_right() { self.pin.text(prompt.key_kind) } else { wrong(prompt.key_kind) })
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
        // They stay with what they chose, also if it is easy to guess.
        let choice = match prompt.question {
            Question::AvoidWeakPin { .. } => Choice::Another,
            _ => Choice::This,
        };
        Box::pin(async move { self.answer(&prompt.question).map(|()| choice) })
    }
}
