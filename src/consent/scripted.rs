//! Answers without a person: prepared ones for tests, and the software card's own for `serve --simulator
//! --auto-approve`.
//!
//! [`ScriptedConsent`] keeps what was shown and how it ended, so that a test can tell that a prompt was closed because
//! its caller went away. [`AutoApprove`] serves the simulator only and says so loudly.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::{Choice, ConfirmPrompt, Consent, NewPinRule, PinPrompt, PromptContext, Refusal};
use crate::certificate::Environment;
use crate::jpki::KeyKind;
use crate::pin::Pin;
use crate::sync::lock;

/// Gives prepared answers, one per prompt, and remembers the prompts. Clones share both.
///
/// Without an answer left the prompt is unavailable.
#[derive(Clone)]
pub struct ScriptedConsent {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    shown: Arc<watch::Sender<Vec<Shown>>>,
}

/// A prepared answer.
pub enum Answer {
    /// This is typed. An entry that cannot be taken is followed by the next answer in the same prompt, as with a real prompt.
    Pin(String),
    /// The question is confirmed.
    Approve,
    /// Of two answers, the other one.
    Another,
    /// The prompt ends so.
    Refuse(Refusal),
    /// Nothing, until the caller gives up and drops the future.
    Never,
    /// First this happens, while the prompt is open; then the other answer is given.
    After(Box<dyn FnOnce() + Send>, Box<Answer>),
}

/// A prompt that was shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What it said.
    pub prompt: Prompt,
    /// Entries in it that were not taken.
    pub malformed: usize,
    /// How it ended.
    pub end: End,
}

/// Either kind of prompt.
#[derive(Clone, Debug)]
pub enum Prompt {
    /// For a PIN.
    Pin(PinPrompt),
    /// For a yes.
    Confirm(ConfirmPrompt),
}

/// How a prompt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is still open.
    Open,
    /// With an answer or a refusal.
    Answered,
    /// The caller dropped it.
    Dropped,
}

impl Answer {
    /// This is typed.
    #[must_use]
    pub fn pin(entry: &str) -> Self {
        Self::Pin(entry.to_owned())
    }

    /// `event` happens while the prompt is open, then this answer is given.
    #[must_use]
    pub fn after(self, event: impl FnOnce() + Send + 'static) -> Self {
        Self::After(Box::new(event), Box::new(self))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pin(_) => f.write_str("Pin(…)"),
            Self::Approve => f.write_str("Approve"),
            Self::Another => f.write_str("Another"),
            Self::Refuse(refusal) => f.debug_tuple("Refuse").field(refusal).finish(),
            Self::Never => f.write_str("Never"),
            Self::After(_, answer) => f.debug_tuple("After").field(answer).finish(),
        }
    }
}

impl ScriptedConsent {
    /// Will give these answers, in this order.
    #[must_use]
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.into_iter().collect())), shown: Arc::default() }
    }

    /// One answer more, after those prepared already.
    pub fn push(&self, answer: Answer) {
        lock(&self.answers).push_back(answer);
    }

    /// Drops the answers not given yet, and what was shown.
    pub fn forget(&self) {
        lock(&self.answers).clear();
        self.shown.send_replace(Vec::new());
    }

    /// All prompts so far, oldest first.
    #[must_use]
    pub fn shown(&self) -> Vec<Shown> {
        self.shown.borrow().clone()
    }

    /// Waits until the prompts so far satisfy `condition`, and hands them out.
    pub async fn wait_for(&self, condition: impl FnMut(&Vec<Shown>) -> bool) -> Vec<Shown> {
        match self.shown.subscribe().wait_for(condition).await {
            Ok(shown) => shown.clone(),
            Err(_) => self.shown(), // the sender lives as long as `self`
        }
    }

    fn next(&self) -> Answer {
        let next = lock(&self.answers).pop_front();
        next.unwrap_or_else(|| Answer::Refuse(Refusal::Unavailable("no answer is prepared".to_owned())))
    }

    /// The next answer, after whatever happens before it.
    async fn answer(&self) -> Answer {
        let mut answer = self.next();
        loop {
            answer = match answer {
                Answer::After(event, then) => {
                    event();
                    *then
                }
                Answer::Never => std::future::pending().await,
                given => return given,
            };
        }
    }

    fn open(&self, prompt: Prompt) -> OpenPrompt<'_> {
        let mut index = 0;
        self.shown.send_modify(|shown| {
            index = shown.len();
            shown.push(Shown { prompt, malformed: 0, end: End::Open });
        });
        OpenPrompt { shown: &self.shown, index, end: End::Dropped }
    }
}

/// Notes the end of a prompt, also when its future is dropped.
struct OpenPrompt<'a> {
    shown: &'a watch::Sender<Vec<Shown>>,
    index: usize,
    end: End,
}

impl OpenPrompt<'_> {
    fn note(&self, change: impl FnOnce(&mut Shown)) {
        self.shown.send_modify(|shown| {
            if let Some(shown) = shown.get_mut(self.index) {
                change(shown);
            }
        });
    }
}

impl Drop for OpenPrompt<'_> {
    fn drop(&mut self) {
        let end = self.end;
        self.note(|shown| shown.end = end);
    }
}

impl Consent for ScriptedConsent {
    fn pin_with<'a>(&'a self, prompt: &'a PinPrompt, rule: &'a NewPinRule<'a>) -> BoxFuture<'a, Result<Pin, Refusal>> {
        Box::pin(async move {
            let mut open = self.open(Prompt::Pin(prompt.clone()));
            let result = loop {
                match self.answer().await {
                    Answer::Pin(entry) => match prompt.pin_rule.check(&entry) {
                        Ok(pin) if rule(&pin).is_ok() => break Ok(pin),
                        Ok(_) | Err(_) => open.note(|shown| shown.malformed += 1),
                    },
                    Answer::Refuse(refusal) => break Err(refusal),
                    other => break Err(unfitting(&other, "a PIN")),
                }
            };
            open.end = End::Answered;
            result
        })
    }

    fn confirm<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move {
            let mut open = self.open(Prompt::Confirm(prompt.clone()));
            let result = match self.answer().await {
                Answer::Approve => Ok(()),
                Answer::Refuse(refusal) => Err(refusal),
                other => Err(unfitting(&other, "a confirmation")),
            };
            open.end = End::Answered;
            result
        })
    }

    fn choose<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<Choice, Refusal>> {
        Box::pin(async move {
            let mut open = self.open(Prompt::Confirm(prompt.clone()));
            let result = match self.answer().await {
                Answer::Approve => Ok(Choice::This),
                Answer::Another => Ok(Choice::Another),
                Answer::Refuse(refusal) => Err(refusal),
                other => Err(unfitting(&other, "a choice")),
            };
            open.end = End::Answered;
            result
        })
    }
}

fn unfitting(answer: &Answer, wanted: &str) -> Refusal {
    Refusal::Unavailable(format!("{wanted} is asked for, but the prepared answer is {answer:?}"))
}

/// Answers every prompt at once with the software card's PINs. Refuses to answer for any other card.
#[derive(Clone)]
pub struct AutoApprove {
    authentication_pin: &'static str,
    signature_pin: &'static str,
}

impl AutoApprove {
    /// With the software card's PINs for the authentication and the signature key.
    #[must_use]
    pub fn new(authentication_pin: &'static str, signature_pin: &'static str) -> Self {
        Self { authentication_pin, signature_pin }
    }

    /// The one place that lets it happen, and says so.
    fn approve(context: &PromptContext) -> Result<(), Refusal> {
        if context.environment != Environment::Simulator {
            return Err(Refusal::Unavailable("automatic approval is for the software card only".to_owned()));
        }
        tracing::warn!(
            asker = ?context.asker,
            "AUTOMATIC APPROVAL: nobody was asked, since this agent runs with --simulator --auto-approve"
        );
        Ok(())
    }
}

impl fmt::Debug for AutoApprove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AutoApprove").finish_non_exhaustive()
    }
}

impl Consent for AutoApprove {
    fn pin_with<'a>(&'a self, prompt: &'a PinPrompt, rule: &'a NewPinRule<'a>) -> BoxFuture<'a, Result<Pin, Refusal>> {
        Box::pin(async move {
            Self::approve(&prompt.context)?;
            let entry = match prompt.key_kind {
                KeyKind::Authentication => self.authentication_pin,
                KeyKind::Signature => self.signature_pin,
            };
            let pin = prompt
                .pin_rule
                .check(entry)
                .map_err(|error| Refusal::Unavailable(format!("the software card's PIN is malformed: {error}")))?;
            // Only a person can choose a new one, so nobody has agreed to a change.
            rule(&pin).map_err(|_| Refusal::Declined)?;
            Ok(pin)
        })
    }

    fn confirm<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(async move { Self::approve(&prompt.context) })
    }

    fn choose<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<Choice, Refusal>> {
        Box::pin(async move { Self::approve(&prompt.context).map(|()| Choice::This) })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::consent::{Asker, Consent, ProgramIdentity, Purpose, Question, Seat};
    use crate::jpki::INDIVIDUAL_NUMBER_CARD;
    use crate::message::Language;

    fn prompt(environment: Environment, key_kind: KeyKind) -> PinPrompt {
        PinPrompt {
            context: PromptContext {
                language: Language::English,
                seat: Seat::default(),
                asker: Asker::Program(ProgramIdentity::default()),
                reader: "reader".to_owned(),
                environment,
                timeout: Duration::from_secs(1),
                guard: Duration::ZERO,
                phrase: String::new(),
            },
            key_kind,
            pin_rule: INDIVIDUAL_NUMBER_CARD.key(key_kind).pin_rule,
            purpose: Purpose::Disclose { step: None },
            tries_left: None,
            warnings: Vec::new(),
        }
    }

    fn question(environment: Environment) -> ConfirmPrompt {
        let context = prompt(environment, KeyKind::Signature).context;
        ConfirmPrompt { context, question: Question::UnprotectPin { key_kind: KeyKind::Signature, tries_left: None } }
    }

    fn typed(pin: Pin) -> Vec<u8> {
        pin.into_command().body().to_vec()
    }

    #[tokio::test]
    async fn answers_are_given_in_order_and_malformed_ones_followed_by_the_next() {
        let happened = Arc::new(AtomicBool::new(false));
        let event = Arc::clone(&happened);
        let consent = ScriptedConsent::new([
            Answer::pin("12"),
            Answer::pin("1234").after(move || event.store(true, Ordering::SeqCst)),
            Answer::Refuse(Refusal::Declined),
            Answer::Approve,
        ]);
        let shared: Arc<dyn Consent> = Arc::new(consent.clone());
        let log_in = prompt(Environment::Production, KeyKind::Authentication);
        assert_eq!(typed(shared.pin(&log_in).await.unwrap()), b"1234");
        assert!(happened.load(Ordering::SeqCst));
        assert_eq!(shared.pin(&log_in).await.unwrap_err(), Refusal::Declined);
        assert_eq!(shared.confirm(&question(Environment::Production)).await, Ok(()));
        assert!(matches!(shared.pin(&log_in).await, Err(Refusal::Unavailable(_))), "no answer is left");
        consent.push(Answer::Approve);
        assert!(matches!(shared.pin(&log_in).await, Err(Refusal::Unavailable(_))), "no answer for a PIN");
        let shown = consent.shown();
        assert_eq!(shown.iter().map(|shown| shown.malformed).collect::<Vec<_>>(), [1, 0, 0, 0, 0]);
        assert!(shown.iter().all(|shown| shown.end == End::Answered));
        assert!(matches!(shown[2].prompt, Prompt::Confirm(_)));
    }

    #[tokio::test]
    async fn a_dropped_prompt_is_noticed() {
        let consent = ScriptedConsent::new([Answer::Never]);
        let asking = consent.clone();
        let task = tokio::spawn(async move { asking.confirm(&question(Environment::Production)).await });
        let open = consent.wait_for(|shown| !shown.is_empty()).await;
        assert_eq!(open[0].end, End::Open);
        task.abort();
        consent.wait_for(|shown| shown[0].end == End::Dropped).await;
    }

    #[tokio::test]
    async fn automatic_approval_serves_the_simulator_only() {
        let auto = AutoApprove::new("1234", "ABC123");
        for (key_kind, entry) in [(KeyKind::Authentication, "1234"), (KeyKind::Signature, "ABC123")] {
            assert_eq!(typed(auto.pin(&prompt(Environment::Simulator, key_kind)).await.unwrap()), entry.as_bytes());
            for environment in [Environment::Production, Environment::JlisTest, Environment::Unknown] {
                let refused = auto.pin(&prompt(environment, key_kind)).await;
                assert!(matches!(refused, Err(Refusal::Unavailable(_))), "{environment:?}");
                assert!(matches!(auto.confirm(&question(environment)).await, Err(Refusal::Unavailable(_))));
            }
        }
        assert_eq!(auto.confirm(&question(Environment::Simulator)).await, Ok(()));
        assert!(!format!("{auto:?}").contains("1234"));
    }

    #[test]
    fn prepared_pins_do_not_print_themselves() {
        assert_eq!(format!("{:?}", Answer::pin("1234").after(|| {})), "After(Pin(…))");
    }
}
