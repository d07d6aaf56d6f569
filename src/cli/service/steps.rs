//! What is done to a service, told as it is done, and why it is not done.

use std::path::PathBuf;

use serde_json::json;

use super::super::session::{Exit, Failure, Session};
use crate::message;
use crate::message::Language;
use crate::service::ServiceError;
use crate::system_command::{Command, CommandError, as_words};

/// What is done, told as it is done.
pub(super) struct Steps<'a> {
    session: &'a Session,
    pub(super) written: Vec<PathBuf>,
    pub(super) removed: Vec<PathBuf>,
    pub(super) commands: Vec<String>,
    ended: Option<u32>,
}

impl<'a> Steps<'a> {
    pub(super) fn new(session: &'a Session) -> Self {
        Self { session, written: Vec::new(), removed: Vec::new(), commands: Vec::new(), ended: None }
    }

    fn say(&self, text: String) {
        if !self.session.json {
            self.session.print(&text);
        }
    }

    pub(super) fn wrote(&mut self, path: PathBuf) {
        self.say(message!(self.session.language, "service-wrote", path = path.display().to_string()));
        self.written.push(path);
    }

    pub(super) fn removed(&mut self, path: PathBuf) {
        self.say(message!(self.session.language, "service-removed", path = path.display().to_string()));
        self.removed.push(path);
    }

    /// The agent of this process, which the icon had started.
    #[cfg(target_os = "linux")]
    pub(super) fn ended(&mut self, process: u32) {
        self.say(message!(self.session.language, "service-ended", process = process.to_string()));
        self.ended = Some(process);
    }

    pub(super) async fn run(&mut self, command: Command) -> Result<String, CommandError> {
        let text = command.to_string();
        self.say(message!(self.session.language, "service-ran", command = text.as_str()));
        self.commands.push(text);
        command.run().await
    }

    pub(super) fn json(&self) -> serde_json::Value {
        json!({"written": self.written, "removed": self.removed, "commands": self.commands, "ended": self.ended})
    }
}

/// Something could not be done.
pub(super) fn failed(language: Language, error: &ServiceError) -> Failure {
    because(message!(language, "service-failed"), language, error)
}

/// Nothing can be done, as this program and these settings are.
pub(super) fn refused(language: Language, error: &ServiceError) -> Failure {
    because(message!(language, "service-refused"), language, error)
}

fn because(title: String, language: Language, error: &ServiceError) -> Failure {
    let failure = Failure::new(Exit::Failed, title).because(language, &error.phrase());
    match error {
        ServiceError::Foreign(_) => failure.remedy(message!(language, "service-foreign-remedy")),
        ServiceError::Untrusted(_) => failure.remedy(message!(language, "service-untrusted-remedy")),
        ServiceError::Masked(units) => {
            failure.remedy(message!(language, "service-masked-remedy", units = units.join(" ")))
        }
        ServiceError::Writable(paths) => {
            failure.remedy(message!(language, "service-writable-remedy", paths = as_words(paths)))
        }
        _ => failure,
    }
}

/// An agent that somebody started would have its socket taken away; its process, where that is known.
pub(super) fn agent_runs(language: Language, process: Option<u32>) -> Failure {
    let (known, process) = (process.is_some(), process.unwrap_or_default().to_string());
    let known = if known { "yes" } else { "no" };
    Failure::new(Exit::Failed, message!(language, "cli-agent-runs")).remedy(message!(
        language,
        "service-agent-runs-remedy",
        known = known,
        process = process
    ))
}
