//! What every command needs: how to print, how to fail, how to reach the agent.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use crate::client::{Answer, Client, ClientError, Request};
use crate::config::ConfigError;
use crate::message;
use crate::message::{Language, Phrase};
use crate::runtime_dir::{RuntimeDir, RuntimeDirError};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Wrong usage.
    Usage,
    /// No agent is running.
    NoAgent,
    /// The person said no, or nothing.
    Declined,
    /// Reader or card absent, busy or removed.
    Card,
    /// PIN wrong, blocked or protected.
    Pin,
    /// Not allowed.
    NotAllowed,
    /// Ended at once by SIGHUP, before all was in order; so with the next ones.
    HungUp,
    /// By Ctrl-C (SIGINT).
    Interrupted,
    /// By SIGQUIT.
    Quit,
    /// By SIGTERM.
    Terminated,
}

impl Exit {
    /// The code, as scripts see it.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NoAgent => 3,
            Self::Declined => 4,
            Self::Card => 5,
            Self::Pin => 6,
            Self::NotAllowed => 7,
            // As a shell has it for a program that a signal ended: 128 and its number.
            Self::HungUp => 129,
            Self::Interrupted => 130,
            Self::Quit => 131,
            Self::Terminated => 143,
        }
    }

    /// What a problem of the agent means for a script.
    #[must_use]
    pub fn of_problem(code: &str) -> Self {
        match code {
            "invalid_request" => Self::Usage,
            "user_declined" | "consent_timeout" => Self::Declined,
            // A card of another kind, or one too many, is no better than none.
            "no_reader" | "no_card" | "card_unsupported" | "several_cards" | "card_busy" | "card_removed" => Self::Card,
            "pin_incorrect" | "pin_blocked" | "last_try_protected" | "pin_change_unproven" => Self::Pin,
            "caller_unidentified"
            | "peer_not_allowed"
            | "origin_not_allowed"
            | "scope_not_allowed"
            | "fetch_mode_not_allowed"
            | "host_not_allowed"
            | "pin_required" => Self::NotAllowed,
            _ => Self::Failed,
        }
    }
}

/// Why a command ends without having done its work.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    /// What kind of failure it is.
    pub(super) title: String,
    /// What happened this time.
    pub(super) detail: Option<String>,
    /// What the person can do.
    pub(super) remedy: Option<String>,
    /// The agent's own document about it.
    pub(super) problem: Option<Box<Answer>>,
    /// The agent may have got the request, and what it did about it was not learned.
    pub(super) in_doubt: bool,
}

impl Failure {
    pub(super) fn new(exit: Exit, title: String) -> Self {
        Self { exit, title, detail: None, remedy: None, problem: None, in_doubt: false }
    }

    pub(super) fn detail(self, detail: impl ToString) -> Self {
        Self { detail: Some(detail.to_string()), ..self }
    }

    /// The reason, in the same language.
    pub(super) fn because(self, language: Language, why: &Phrase) -> Self {
        self.detail(why.text(language))
    }

    pub(super) fn remedy(self, remedy: String) -> Self {
        Self { remedy: Some(remedy), ..self }
    }

    /// Of settings that cannot be used.
    pub(super) fn settings(language: Language, error: &ConfigError) -> Self {
        Self::new(Exit::Failed, message!(language, "cli-settings-faulty"))
            .because(language, &error.phrase())
            .remedy(error.remedy().text(language))
    }

    /// A problem document of the agent.
    pub(super) fn problem(language: Language, answer: Answer) -> Self {
        let body = answer.json();
        let member = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let (Some(code), Some(title)) = (member("code"), member("title")) else {
            return Self::odd_answer(language).detail(answer.status);
        };
        Self {
            exit: Exit::of_problem(&code),
            title,
            detail: member("detail"),
            remedy: member("remedy"),
            problem: Some(Box::new(answer)),
            in_doubt: false,
        }
    }

    /// The code of the agent's problem.
    pub(super) fn problem_code(&self) -> Option<String> {
        let problem = self.problem.as_ref()?.json();
        problem.get("code").and_then(Value::as_str).map(str::to_owned)
    }

    /// There is no answer.
    pub(super) fn unanswered(language: Language, error: ClientError) -> Self {
        let why = error.phrase();
        match error {
            ClientError::NoAgent(_) => {
                let failure = Self::new(Exit::NoAgent, message!(language, "cli-no-agent")).because(language, &why);
                failure.remedy(message!(language, "cli-no-agent-remedy"))
            }
            ClientError::Conversation(_) | ClientError::Io { .. } => {
                let failure = Self::new(Exit::Failed, message!(language, "cli-no-answer")).because(language, &why);
                // An error of the system's is one on the way to the socket: nothing was sent.
                let in_doubt = matches!(error, ClientError::Conversation(_));
                Self { in_doubt, ..failure.remedy(message!(language, "cli-no-answer-remedy")) }
            }
        }
    }

    /// The agent's answer is not what it should be.
    pub(super) fn odd_answer(language: Language) -> Self {
        let title = message!(language, "cli-odd-answer");
        let failure = Self::new(Exit::Failed, title).remedy(message!(language, "cli-odd-answer-remedy"));
        Self { in_doubt: true, ..failure }
    }

    pub(super) fn runtime_dir(language: Language, error: &RuntimeDirError) -> Self {
        let title = message!(language, "cli-runtime-dir");
        let failure = Self::new(Exit::Failed, title).because(language, &error.phrase());
        failure.remedy(message!(language, "cli-runtime-dir-remedy"))
    }

    pub(super) fn unreadable(language: Language, path: &Path, error: &io::Error) -> Self {
        let title = message!(language, "cli-file-unreadable");
        let why = match (error.raw_os_error(), error.kind()) {
            // Without a number it is a finding of ours, not the system's.
            (None, io::ErrorKind::InvalidInput) => message!(language, "cli-file-not-regular"),
            (None, io::ErrorKind::FileTooLarge) => message!(language, "cli-file-too-large"),
            _ => error.to_string(),
        };
        Self::new(Exit::Failed, title).detail(format!("{}: {why}", super::file::shown(path)))
    }

    /// Something at the start that has no better name.
    pub(super) fn start(language: Language, error: &dyn std::error::Error) -> Self {
        Self::new(Exit::Failed, message!(language, "cli-start-failed")).detail(error)
    }
}

/// What a person or a program reads: text that was put together, of the catalogue or of an answer. A literal is neither,
/// so that `print("…")` does not compile.
pub(super) trait Spoken: AsRef<str> {}

impl Spoken for String {}

/// Whom a command works for.
#[derive(Clone, Debug)]
pub(super) struct Session {
    /// `--json`
    pub(super) json: bool,
    /// Language of what is printed.
    pub(super) language: Language,
    /// As in `LANG`.
    pub(super) locale: Option<String>,
}

impl Session {
    pub(super) fn new() -> Self {
        let variable = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
        // The order of POSIX (XBD 8.2) for messages.
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(variable);
        let language = Language::from_locale(locale.as_deref().unwrap_or_default());
        Self { json: false, language, locale }
    }

    /// Prints lines for a person or a program.
    pub(super) fn print(&self, text: &impl Spoken) {
        self.print_bytes(text.as_ref().as_bytes());
        self.print_bytes(b"\n");
    }

    /// Prints bytes as they are. A reader that has gone away, as `head` does, is no failure of ours.
    pub(super) fn print_bytes(&self, bytes: &[u8]) {
        let mut output = io::stdout().lock();
        let _ = output.write_all(bytes).and_then(|()| output.flush());
    }

    /// Tells the person something that is not the result.
    pub(super) fn note(&self, text: &impl Spoken) {
        let _ = writeln!(io::stderr(), "{}", text.as_ref());
    }

    /// Ends with the help or version that was asked for, or with what is wrong about the arguments.
    pub(super) fn end_of_usage(&self, error: &clap::Error) -> ExitCode {
        match super::help::usage::words(error, self.language) {
            None => {
                let _ = error.print(); // a reader that has gone away is no failure of ours
            }
            Some(words) => self.note(&words),
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage.code()))
    }

    /// Says how it ended, and ends.
    pub(super) fn end(&self, result: Result<Exit, Failure>) -> ExitCode {
        let exit = match result {
            Ok(exit) => exit,
            Err(failure) => {
                self.report(&failure);
                failure.exit
            }
        };
        ExitCode::from(exit.code())
    }

    fn report(&self, failure: &Failure) {
        if let Some(problem) = &failure.problem
            && self.json
        {
            self.print(&String::from_utf8_lossy(&problem.body).into_owned());
        }
        let detail = failure.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
        self.note(&format!("jpki-agent: {}{detail}", failure.title));
        if let Some(remedy) = &failure.remedy {
            self.note(&format!("  → {remedy}"));
        }
    }

    /// The way to the agent of this user.
    pub(super) fn client(&self) -> Result<Client, Failure> {
        let folder = RuntimeDir::find().map_err(|error| Failure::runtime_dir(self.language, &error))?;
        Ok(Client::new(folder.socket(), self.locale.clone()))
    }

    /// Asks the agent; a problem is a failure.
    pub(super) async fn ask(&self, request: Request<'_>) -> Result<Answer, Failure> {
        let language = self.language;
        match self.client()?.ask(&request).await {
            Ok(answer) if answer.is_success() => Ok(answer),
            Ok(answer) => Err(Failure::problem(language, answer)),
            Err(error) => Err(Failure::unanswered(language, error)),
        }
    }

    /// Asks, and prints the body for a program or what `tell` makes of it for a person.
    pub(super) async fn show(
        &self,
        request: Request<'_>,
        tell: impl FnOnce(&Value) -> Option<String>,
    ) -> Result<Exit, Failure> {
        let answer = self.ask(request).await?;
        if self.json {
            if !answer.body.is_empty() {
                self.print(&String::from_utf8_lossy(&answer.body).into_owned());
            }
        } else {
            self.print(&tell(&answer.json()).ok_or_else(|| Failure::odd_answer(self.language))?);
        }
        Ok(Exit::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    #[test]
    fn only_what_may_have_been_sent_is_in_doubt() {
        let language = Language::English;
        let denied = ClientError::Io { socket: "agent.sock".into(), source: io::ErrorKind::PermissionDenied.into() };
        for (error, in_doubt) in [
            (ClientError::NoAgent("agent.sock".into()), false),
            (denied, false),
            (ClientError::Conversation("closed".into()), true),
        ] {
            assert_eq!(Failure::unanswered(language, error).in_doubt, in_doubt);
        }
    }

    #[test]
    fn every_problem_has_the_exit_code_of_the_contract() {
        for problem in Problem::examples() {
            let expected = match problem {
                Problem::InvalidRequest { .. } => 2,
                Problem::UserDeclined | Problem::NothingSettled | Problem::ConsentTimeout => 4,
                Problem::NoReader
                | Problem::NoCard
                | Problem::CardUnsupported
                | Problem::SeveralCards
                | Problem::CardBusy
                | Problem::CardRemoved { .. } => 5,
                Problem::PinIncorrect { .. }
                | Problem::PinBlocked { .. }
                | Problem::LastTryProtected { .. }
                | Problem::PinChangeUnproven { .. } => 6,
                // By its cause; no example has it.
                Problem::PinChange { .. } => unreachable!("not among the examples"),
                Problem::CallerUnidentified
                | Problem::PeerNotAllowed
                | Problem::OriginNotAllowed
                | Problem::ScopeNotAllowed
                | Problem::FetchModeNotAllowed
                | Problem::HostNotAllowed
                | Problem::PinRequired => 7,
                Problem::NotFound
                | Problem::MethodNotAllowed
                | Problem::CertificateAbsent { .. }
                | Problem::CertificateMismatch
                | Problem::PromptBusy
                | Problem::BodyTooLarge
                | Problem::UnsupportedMediaType
                | Problem::RateLimited { .. }
                | Problem::Internal { .. }
                | Problem::CardFault { .. }
                | Problem::PcscUnavailable
                | Problem::PinentryUnavailable
                | Problem::ShuttingDown
                | Problem::CardTimeout { .. } => 1,
            };
            assert_eq!(Exit::of_problem(problem.code()).code(), expected, "{}", problem.code());
        }
    }
}
