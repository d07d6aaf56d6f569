//! Runs pinentry, the small program that shows a prompt and keeps what is typed out of other programs' sight.
//!
//! One process per prompt. It is found by [`program`], told where to appear by `seat`, kept and ended by `process`;
//! here is the conversation. No key information is ever set and no cache allowed: a PIN that comes from one is refused.
//! What is typed lives in erased memory only and leaves this file as a [`Pin`].

#[cfg(target_os = "linux")]
mod manager;
mod process;
pub mod program;
mod seat;

use std::path::PathBuf;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use super::assuan::ErrorCode;
use super::words::{self, PromptText};
use super::{Choice, ConfirmPrompt, Consent, NewPinRule, PinPrompt, PromptContext, Refusal, Seat};
use crate::pin::{Pin, PinFormatError, PinRule};
use crate::trusted_path::trusted_path;
use process::{Process, Trouble};
use program::ProgramNotFound;
use seat::Place;
pub use seat::Surroundings;

/// Entries looked at in one prompt before it is given up: a person stops long before, a broken pinentry never would.
const MAX_ENTRIES: usize = 20;
/// Answers given too soon before it is given up. Not looked at, so they are not counted among the entries: a key that is
/// held down for a moment makes many.
const MAX_TOO_SOON: usize = 200;

/// The real [`Consent`].
#[derive(Clone, Debug)]
pub struct Pinentry {
    program: Option<PathBuf>,
    surroundings: Surroundings,
}

/// What the person did.
enum Answer {
    /// Typed this, or agreed.
    Given(Zeroizing<Vec<u8>>),
    /// Said no to the question, where that is an answer of its own.
    NotConfirmed,
    /// Said no.
    Declined,
    /// Nothing until pinentry's own time limit.
    TimedOut,
    /// Nothing, since the words did not fit on the screen.
    TooSmall,
}

impl Pinentry {
    /// With the program of `consent.pinentry_program`, or the usual ones; started with no more of the agent's
    /// environment than `surroundings`.
    #[must_use]
    pub fn new(program: Option<PathBuf>, surroundings: Surroundings) -> Self {
        Self { program, surroundings }
    }

    /// The program a prompt at this seat would be shown by.
    ///
    /// # Errors
    /// [`ProgramNotFound`] with all places looked at.
    pub fn find_program(&self, seat: &Seat) -> Result<PathBuf, ProgramNotFound> {
        self.find(&self.surroundings.at(seat))
    }

    fn find(&self, place: &Place) -> Result<PathBuf, ProgramNotFound> {
        program::find(self.program.as_deref(), place.search_path(), place.is_graphical(), place.terminal().is_some())
    }

    /// Is there a terminal or a display for a prompt at this seat? On other systems than those of X11 and Wayland windows
    /// need no variable, and nothing can be said against it.
    #[must_use]
    pub fn has_place(&self, seat: &Seat) -> bool {
        let place = self.surroundings.at(seat);
        cfg!(not(target_os = "linux")) || place.is_graphical() || place.terminal().is_some()
    }

    /// Starts the program and tells it all but what to ask.
    async fn open(&self, context: &PromptContext, text: &PromptText) -> Result<Process, Refusal> {
        let seat = &context.seat;
        // At a terminal that was named, no display matters.
        let at_terminal = seat.tty.is_some() && seat.display.is_none();
        let place = if at_terminal { self.surroundings.at(seat) } else { self.surroundings.now().await.at(seat) };
        let program = self.find(&place).map_err(|error| Refusal::Unavailable(error.to_string()))?;
        // Whoever can write to it could put a program in its place that keeps what is typed.
        trusted_path(&program).map_err(|error| Refusal::Unavailable(error.to_string()))?;
        let mut process = Process::start(&program, &place).await?;
        for option in place.options() {
            process.try_command("OPTION", &option).await?; // unknown ones are refused, which does no harm
        }
        process.try_command("SETTITLE", &text.title).await?;
        process.try_command("SETOK", &text.ok).await?;
        process.try_command("SETCANCEL", &text.cancel).await?;
        if let Some(other) = &text.other {
            process.command("SETNOTOK", other).await?;
        }
        process.command("SETDESC", &text.description).await?;
        if !text.label.is_empty() {
            process.command("SETPROMPT", &text.label).await?;
        }
        Ok(process)
    }

    /// Asks until there is an answer that counts. `take` looks at what was typed, and says what is wrong with it; `other` is
    /// what a no stands for, where it is no refusal.
    async fn ask<T>(
        &self,
        context: &PromptContext,
        text: PromptText,
        request: &str,
        mut take: impl FnMut(&[u8]) -> Result<T, String>,
        mut other: Option<T>,
    ) -> Result<T, Refusal> {
        let deadline = Instant::now() + context.timeout;
        let conversation = async {
            let mut process = self.open(context, &text).await?;
            let mut shorter = text.shorter.iter();
            let (mut entries, mut too_soon) = (0, 0);
            while entries < MAX_ENTRIES && too_soon < MAX_TOO_SOON {
                process.try_command("SETTIMEOUT", &seconds_until(deadline).to_string()).await?;
                let appeared = Instant::now();
                let note = match answer(process.request(request).await)? {
                    Answer::Given(_) if appeared.elapsed() < context.guard => {
                        too_soon += 1;
                        words::too_soon(context.language)
                    }
                    Answer::Given(entry) => match take(&entry) {
                        Ok(taken) => {
                            process.finish().await;
                            return Ok(taken);
                        }
                        Err(note) => {
                            entries += 1;
                            note
                        }
                    },
                    Answer::TooSmall => {
                        let next = shorter.next().ok_or_else(too_small)?;
                        process.command("SETDESC", next).await?;
                        continue;
                    }
                    refused => {
                        process.finish().await;
                        return match (refused, other.take()) {
                            (Answer::NotConfirmed, Some(other)) => Ok(other),
                            (Answer::TimedOut, _) => Err(Refusal::TimedOut),
                            _ => Err(Refusal::Declined),
                        };
                    }
                };
                process.command("SETERROR", &note).await?;
            }
            process.finish().await;
            Err(Refusal::Unsettled)
        };
        // Whoever drops this future, or the time limit, drops the process with it.
        timeout_at(deadline, conversation).await.unwrap_or(Err(Refusal::TimedOut))
    }
}

/// Pinentry counts whole seconds, and takes 0 as no limit.
fn seconds_until(deadline: Instant) -> u64 {
    deadline.saturating_duration_since(Instant::now()).as_secs() + 1
}

fn too_small() -> Refusal {
    Refusal::Unavailable("the terminal is too small".to_owned())
}

/// Sorts the ends of a request into answers and faults.
fn answer(result: Result<Zeroizing<Vec<u8>>, Trouble>) -> Result<Answer, Trouble> {
    match result {
        Ok(entry) => Ok(Answer::Given(entry)),
        Err(Trouble::Refused(ErrorCode::CANCELED | ErrorCode::FULLY_CANCELED)) => Ok(Answer::Declined),
        Err(Trouble::Refused(ErrorCode::NOT_CONFIRMED)) => Ok(Answer::NotConfirmed),
        Err(Trouble::Refused(ErrorCode::TIMEOUT)) => Ok(Answer::TimedOut),
        Err(Trouble::Refused(ErrorCode::WINDOW_TOO_SMALL)) => Ok(Answer::TooSmall),
        Err(trouble) => Err(trouble),
    }
}

fn check(rule: PinRule, entry: &[u8]) -> Result<Pin, PinFormatError> {
    rule.check(str::from_utf8(entry).map_err(|_| PinFormatError::Character)?)
}

impl Consent for Pinentry {
    fn pin_with<'a>(&'a self, prompt: &'a PinPrompt, rule: &'a NewPinRule<'a>) -> BoxFuture<'a, Result<Pin, Refusal>> {
        let language = prompt.context.language;
        let take = move |entry: &[u8]| {
            let format_hint = |error| words::format_hint(language, prompt.pin_rule, error);
            let pin = check(prompt.pin_rule, entry).map_err(format_hint)?;
            rule(&pin).map_err(|error| words::new_pin_hint(language, error))?;
            Ok(pin)
        };
        Box::pin(self.ask(&prompt.context, words::pin_prompt(prompt), "GETPIN", take, None))
    }

    fn confirm<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(self.ask(&prompt.context, words::confirm_prompt(prompt), "CONFIRM", |_| Ok(()), None))
    }

    fn choose<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<Choice, Refusal>> {
        let take = |_: &[u8]| Ok(Choice::This);
        Box::pin(self.ask(&prompt.context, words::confirm_prompt(prompt), "CONFIRM", take, Some(Choice::Another)))
    }
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        Self::Unavailable(trouble.to_string())
    }
}
