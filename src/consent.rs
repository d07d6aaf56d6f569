//! The person's decision: what a prompt says, and what comes back.
//!
//! [`Consent`] is asked after the look at the card and before any PIN or key is used. It knows neither APDUs nor HTTP.
//! [`pinentry`] is the real one; [`scripted`] answers from a list, for tests and for the loud `--auto-approve`.

pub mod assuan;
pub mod change;
pub mod pinentry;
pub mod scripted;
pub mod words;

use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::certificate::Environment;
use crate::digest::Digest;
use crate::jpki::KeyKind;
use crate::message::Language;
use crate::origin::{Origin, Scopes};
use crate::pin::{NewPinError, Pin, PinRule, Weakness};

/// Asks the person at the machine.
///
/// Dropping the future closes the prompt and leaves no process behind. One prompt at a time is the caller's rule.
pub trait Consent: Send + Sync {
    /// Shows the request and asks for the PIN. Malformed entries are asked again without coming back.
    fn pin<'a>(&'a self, prompt: &'a PinPrompt) -> BoxFuture<'a, Result<Pin, Refusal>> {
        self.pin_with(prompt, &|_| Ok(()))
    }

    /// The same with one rule more; what it refuses is asked again without coming back, too.
    fn pin_with<'a>(&'a self, prompt: &'a PinPrompt, rule: &'a NewPinRule<'a>) -> BoxFuture<'a, Result<Pin, Refusal>>;

    /// Shows a question to be confirmed without a PIN.
    fn confirm<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<(), Refusal>>;

    /// Shows a question with two answers besides the refusal.
    fn choose<'a>(&'a self, prompt: &'a ConfirmPrompt) -> BoxFuture<'a, Result<Choice, Refusal>>;
}

/// May this well-formed entry be the new PIN?
pub type NewPinRule<'a> = dyn Fn(&Pin) -> Result<(), NewPinError> + Send + Sync + 'a;

/// An answer to a question with two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// This one.
    This,
    /// Another one.
    Another,
}

/// There is no consent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The person said no or closed the prompt.
    #[error("declined")]
    Declined,
    /// Nothing was answered in time.
    #[error("no answer in time")]
    TimedOut,
    /// There were answers, as many as are taken, and none that settled it.
    #[error("answered often enough, and nothing was settled")]
    Unsettled,
    /// The prompt could not be shown.
    #[error("no prompt could be shown: {0}")]
    Unavailable(String),
}

/// What every prompt says.
#[derive(Clone, Debug)]
pub struct PromptContext {
    /// Language of its words.
    pub language: Language,
    /// Where it appears.
    pub seat: Seat,
    /// Who wants something.
    pub asker: Asker,
    /// Name of the reader that holds the card.
    pub reader: String,
    /// Real card, test card or simulated card.
    pub environment: Environment,
    /// How long to wait for an answer.
    pub timeout: Duration,
    /// An answer sooner than this after the prompt appeared is discarded and asked again.
    pub guard: Duration,
    /// The holder's own words, shown in every real prompt; may be empty.
    pub phrase: String,
}

/// A request for a PIN.
#[derive(Clone, Debug)]
pub struct PinPrompt {
    /// What every prompt says.
    pub context: PromptContext,
    /// Which secret is wanted.
    pub key_kind: KeyKind,
    /// Its form.
    pub pin_rule: PinRule,
    /// What for.
    pub purpose: Purpose,
    /// How many tries are left, if the card said.
    pub tries_left: Option<u8>,
    /// What else the person should know before deciding.
    pub warnings: Vec<Warning>,
}

/// A question without a PIN.
#[derive(Clone, Debug)]
pub struct ConfirmPrompt {
    /// What every prompt says.
    pub context: PromptContext,
    /// The question.
    pub question: Question,
}

/// What the PIN is wanted for.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// Log in at this origin.
    Authenticate {
        /// The origin the token will be bound to.
        origin: Origin,
    },
    /// Sign these, in this order; the signature certificate (name, address, birth date, sex) goes to the asker unless
    /// `discloses` is false.
    Sign {
        /// Each with its label, if the asker gave one.
        digests: Vec<(Digest, Option<String>)>,
        /// Will the certificate be handed out?
        discloses: bool,
        /// Which of two requests the asker says this is.
        step: Option<Step>,
    },
    /// Hand out the signature certificate with name, address, birth date and sex.
    Disclose {
        /// Which of two requests the asker says this is.
        step: Option<Step>,
    },
    /// Change the PIN.
    ChangePin {
        /// Which of the three entries is wanted.
        entry: ChangeEntry,
        /// Is it a real card, on which nobody has reported yet that this works?
        unproven: bool,
    },
}

/// The entries that a change of a PIN takes, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeEntry {
    /// The present PIN.
    Present,
    /// The new one.
    New {
        /// Again, since it was not typed twice alike.
        different: bool,
    },
    /// The new one once more.
    Again,
}

/// Where one thing the person does needs two requests: the certificate is read first, then the signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// 1 of 2.
    First,
    /// 2 of 2.
    Second,
}

/// A warning in the prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The certificate ended on this day, Japan time (`YYYY-MM-DD`).
    Expired {
        /// The last day.
        not_after_jst: String,
    },
    /// The certificate begins on this day, Japan time; or the clock of the computer is wrong.
    NotYetValid {
        /// The first day.
        not_before_jst: String,
    },
    /// The certificate was issued by an authority this agent does not know.
    UnknownIssuer,
}

/// What is to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Allow the last try (or an unknown number) of this PIN to be used, once, within five minutes.
    UnprotectPin {
        /// Whose PIN.
        key_kind: KeyKind,
        /// How many tries are left, if the card said.
        tries_left: Option<u8>,
    },
    /// Allow this origin to ask this, from now on. No card is needed for it.
    AllowOrigin {
        /// Which.
        origin: Origin,
        /// What it may ask then.
        scopes: Scopes,
        /// What should be known before, in the language of the prompt.
        warnings: Vec<String>,
    },
    /// Let this page ask at all: the person has never met it.
    FirstVisit,
    /// Enter the PIN again, after it was wrong the last time this caller asked.
    TryAgain {
        /// Whose PIN.
        key_kind: KeyKind,
        /// Wrong entries since the last right one, whoever asked.
        wrong: u32,
        /// How many tries are left, if the card said.
        tries_left: Option<u8>,
    },
    /// Use a certificate that is out of its period, all the same.
    UseCertificate {
        /// Whose.
        key_kind: KeyKind,
        /// What is wrong with it.
        warning: Warning,
    },
    /// Choose another new PIN, since this one is easy to guess: what a quick Enter stands for. The other answer is to use
    /// it all the same.
    AvoidWeakPin {
        /// Whose.
        key_kind: KeyKind,
        /// Why it is easy to guess.
        weakness: Weakness,
    },
    /// Use the card in this reader, of several, or another one.
    ChooseCard {
        /// Whose PIN will be asked for.
        key_kind: KeyKind,
        /// How many tries it has left, if the card said.
        tries_left: Option<u8>,
        /// Which card this is, from 1.
        number: usize,
        /// How many can be used. With one it is a yes or no.
        count: usize,
        /// There is another card, which cannot be used now.
        unusable: bool,
    },
}

/// Who wants something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asker {
    /// A web page of this origin.
    Page(Origin),
    /// A program on this computer.
    Program(ProgramIdentity),
}

/// What is known about a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramIdentity {
    /// Process id, from the socket's peer.
    pub pid: Option<i32>,
    /// Name of its executable.
    pub name: Option<String>,
}

/// Where a prompt belongs. Empty: wherever the agent itself runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seat {
    /// Terminal device of the asking program.
    pub tty: Option<PathBuf>,
    /// Its kind (`TERM`).
    pub term: Option<String>,
    /// Display (`DISPLAY`).
    pub display: Option<String>,
    /// Locale (`LANG`).
    pub lang: Option<String>,
}

impl Seat {
    /// Whether a program may say this about its seat: plain text of at most 200 characters without spaces.
    #[must_use]
    pub fn takes(text: &[u8]) -> bool {
        text.len() <= 200 && text.iter().all(u8::is_ascii_graphic)
    }
}
