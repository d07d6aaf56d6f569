//! One request's turn to show prompts and use a key.
//!
//! Whoever has the turn is the only one; what waits is refused. A turn is got after the limits are kept and before the
//! card is looked at. It remembers how its prompts ended, what came of the request (audit log, notices), and what must be
//! confirmed before a PIN is asked for. Dropped with a prompt open, it counts as the caller's own abort.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::BoxFuture;
use tokio::sync::{OwnedMutexGuard, watch};

use super::look::{Look, known};
use super::{Agent, Caller};
use crate::audit::{Intent, Outcome, Recording};
use crate::consent::{Asker, ConfirmPrompt, Question, Refusal};
use crate::jpki::{CertificateKind, KeyKind};
use crate::limits::{CallerKey, CardKey, NextEntry, PromptEnd, PromptWait};
use crate::notices::{Deed, Notice};
use crate::problem::{PinAfterwards, Problem};
use crate::reader::ReaderInfo;
use crate::sync::lock;

/// The right to show prompts and use a key, for one request at a time.
pub(super) struct Turn {
    agent: Arc<Agent>,
    caller: Caller,
    key: CallerKey,
    prompt_open: bool,
    recording: Option<Recording>,
    _permit: OwnedMutexGuard<()>,
}

impl Agent {
    /// Gets the turn for `caller`, before anything of the card is touched.
    pub(super) async fn turn(self: &Arc<Self>, caller: &Caller) -> Result<Turn, Problem> {
        if *self.stopping.borrow() {
            return Err(Problem::ShuttingDown);
        }
        let permit = self.prompt.clone().try_lock_owned().map_err(|_| Problem::PromptBusy)?;
        let key = CallerKey::from(&caller.asker);
        let wait = lock(&self.prompt_limits).check(&key, Instant::now());
        match wait {
            Ok(()) => {}
            Err(PromptWait::CoolDown(wait)) => {
                return Err(Problem::RateLimited { retry_after: wait.retry_after_seconds() });
            }
            // So short that waiting is kinder than an error; the turn is already ours.
            Err(PromptWait::OtherCaller(wait)) => tokio::time::sleep(wait.0).await,
        }
        // A terminal of the caller's own is not behind the lock screen.
        if caller.seat.tty.is_none() && self.session_lock.is_locked().await {
            tracing::info!("no prompt: the session is locked");
            return Err(Problem::PinentryUnavailable);
        }
        let agent = self.clone();
        Ok(Turn { agent, caller: caller.clone(), key, prompt_open: false, recording: None, _permit: permit })
    }
}

impl Turn {
    /// Whose turn it is to serve.
    pub(super) fn agent(&self) -> &Arc<Agent> {
        &self.agent
    }

    /// Who has the turn.
    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Hands over, before the first prompt, what is about to be asked; it is written down while the person decides.
    pub(super) fn record(&mut self, intent: &Intent) {
        if self.recording.is_none() {
            self.recording = Some(self.agent.audit.record(intent.clone(), self.agent.now()));
        }
    }

    /// Returns when that is on disk. To be waited for before anything is done that the person agreed to.
    pub(super) async fn recorded(&self) {
        if let Some(recording) = &self.recording {
            recording.on_disk().await;
        }
    }

    /// Has written down what came of it, and tells the person if the card was used, or if it is not known which PIN is in
    /// force: the caller may have gone.
    pub(super) fn finish<T>(mut self, result: &Result<T, Problem>, deed: Option<Deed>) {
        let outcome = match result {
            Ok(_) => Outcome::Done,
            Err(problem) if problem.outcome_unknown() => Outcome::Unknown,
            Err(problem) => Outcome::failed(problem.code()),
        };
        if let Some(recording) = self.recording.take() {
            recording.finish(outcome, self.agent.now());
        }
        match (result, deed) {
            (Ok(_), Some(deed)) if self.agent.settings.tells_uses => {
                self.agent.notices.show(Notice::Used { by: self.caller.asker.clone(), deed });
            }
            (Err(Problem::PinChange { key_kind, pin: PinAfterwards::Unknown, .. }), _) => {
                self.agent.notices.show(Notice::PinInDoubt { key_kind: *key_kind });
            }
            _ => {}
        }
    }

    /// Ends with a request that was refused before the card was at work.
    pub(super) fn refused<T>(self, problem: Problem) -> Result<T, Problem> {
        let result = Err(problem);
        self.finish(&result, None);
        result
    }

    /// What must be confirmed before the PIN is asked for: a page the person has never met, and another entry after a
    /// wrong one of the same caller's.
    pub(super) async fn confirm_first(&mut self, look: &Look, key_kind: KeyKind) -> Result<(), Problem> {
        self.meet(look).await?;
        let card = card_key(look);
        let next = lock(&self.agent.wrong_pins).next_entry(&card, key_kind, &self.key);
        if next == NextEntry::ConfirmFirst {
            let count = lock(&self.agent.wrong_pins).count(&card, key_kind);
            self.confirm(look, Question::TryAgain { key_kind, wrong: count, tries_left: look.tries.left() }).await?;
        }
        Ok(())
    }

    /// Asks whether a page may ask at all that the person has never met.
    pub(super) async fn meet(&mut self, look: &Look) -> Result<(), Problem> {
        if let Asker::Page(origin) = self.caller.asker.clone()
            && !self.agent.first_visits.has_met(&origin)
        {
            self.confirm(look, Question::FirstVisit).await?;
            self.agent.first_visits.meet(&origin);
        }
        Ok(())
    }

    /// Asks one question.
    pub(super) async fn confirm(&mut self, look: &Look, question: Question) -> Result<(), Problem> {
        let agent = self.agent.clone();
        let prompt = ConfirmPrompt { context: agent.prompt_context(&self.caller, look), question };
        self.ask(Some(look), agent.consent.confirm(&prompt)).await
    }

    /// Waits for the person's answer; closes the prompt if the card that was looked at leaves its reader, or the agent is
    /// about to end.
    pub(super) async fn ask<T>(
        &mut self,
        look: Option<&Look>,
        answer: BoxFuture<'_, Result<T, Refusal>>,
    ) -> Result<T, Problem> {
        self.prompt_open = true;
        let answer = self.while_card_stays(look, answer).await;
        self.prompt_open = false;
        let end = match &answer {
            Ok(_) => PromptEnd::Approved,
            // What settles nothing is as good as a no, also for how often a caller may ask.
            Err(Problem::UserDeclined | Problem::NothingSettled) => PromptEnd::Declined,
            Err(Problem::ConsentTimeout) => PromptEnd::TimedOut,
            Err(_) => PromptEnd::Interrupted,
        };
        lock(&self.agent.prompt_limits).ended(&self.key, end, Instant::now());
        answer
    }

    async fn while_card_stays<T>(
        &self,
        look: Option<&Look>,
        mut answer: BoxFuture<'_, Result<T, Refusal>>,
    ) -> Result<T, Problem> {
        let mut stopping = self.agent.stopping.subscribe();
        // Listened to before the prompt is there: nothing that happens with it is missed.
        let changes = self.agent.readers.changes();
        let gone = async {
            match look {
                Some(look) => self.card_gone(look, changes).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = gone => Err(Problem::CardRemoved { outcome_unknown: false }),
            answer = &mut answer => Ok(answer?),
            () = async { drop(stopping.wait_for(|stopping| *stopping).await) } => Err(Problem::ShuttingDown),
        }
    }

    /// Returns when the card that was looked at leaves its reader. The watch may know less than the look did, so it is
    /// believed only where it has something new to say.
    async fn card_gone(&self, look: &Look, mut changes: watch::Receiver<u64>) {
        let readers = &self.agent.readers;
        while changes.changed().await.is_ok() {
            let now = readers.list().await.unwrap_or_default();
            let holds = |reader: &ReaderInfo| reader.presence.insertion() == Some(look.insertion);
            if !now.iter().any(|reader| reader.id == look.reader.id && holds(reader)) {
                return;
            }
        }
        std::future::pending().await // the readers end with the agent
    }

    /// The person was asked as often as is asked, and settled nothing: a no as any other.
    pub(super) fn nothing_settled(&self) -> Problem {
        lock(&self.agent.prompt_limits).ended(&self.key, PromptEnd::Declined, Instant::now());
        Problem::NothingSettled
    }

    /// Remembers what the card said to a PIN that was presented for this caller, and whether it `accepted` it.
    pub(super) fn presented<T>(&self, look: &Look, key_kind: KeyKind, result: &Result<T, Problem>, accepted: bool) {
        let card = card_key(look);
        let mut wrong_pins = lock(&self.agent.wrong_pins);
        match result {
            // One that is blocked now is not asked for again, and one that was blocked before was not wrong.
            Err(Problem::PinIncorrect { .. }) => wrong_pins.wrong(&card, key_kind, &self.key),
            _ if accepted => wrong_pins.right(&card, key_kind),
            _ => {}
        }
    }
}

/// The task at work with the card panicked; the card itself was closed down by its thread.
pub(super) fn lost(error: tokio::task::JoinError) -> Problem {
    tracing::error!(%error, "a request's task failed");
    // Nobody knows how far it came.
    Problem::Internal { outcome_unknown: true }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.prompt_open {
            lock(&self.agent.prompt_limits).ended(&self.key, PromptEnd::Aborted, Instant::now());
        }
    }
}

/// The card, by what no exchange can hide.
fn card_key(look: &Look) -> CardKey {
    match known(&look.facts, CertificateKind::Holder(KeyKind::Authentication)) {
        Some(certificate) => CardKey::Certificate(certificate.fingerprint()),
        None => CardKey::Reader(look.reader.name.clone()),
    }
}
