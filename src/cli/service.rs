//! `service`: the agent from each log-in on. Writes files of this user only and tells the service manager of this user;
//! says each file and each command.

#[cfg(target_os = "macos")]
mod launchd;
#[cfg(target_os = "linux")]
mod systemd;

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::ConfigArgument;
use super::session::{Exit, Failure, Session};
use crate::message;
use crate::message::Language;
use crate::service::ServiceError;
use crate::system_command::{Command, CommandError};

#[derive(Debug, Subcommand)]
pub(super) enum ServiceCommand {
    /// Install the service for this user and start it; done again, it brings the files up to date
    #[command(after_help = "\
Linux: units of systemd in ~/.config/systemd/user, unless a package has brought them. The agent is started by the first \
request and ends when it is not used (server.idle_exit_minutes). With server.port in the settings, run this again after \
changing it.
macOS: ~/Library/LaunchAgents/jpki-agent.plist. The agent runs from the log-in on and writes to \
~/Library/Logs/jpki-agent.log.

Nothing outside your own folders is changed, and no administrator is needed.")]
    Install(ConfigArgument),
    /// Stop the service and remove its files; settings and records stay
    Uninstall,
    /// Show whether it is installed and listening, and what is wrong with it
    #[command(after_help = "\
Exit codes:
  0  it listens
  1  something is wrong with it
  3  it is not installed, or does not listen")]
    Status(ConfigArgument),
}

pub(super) async fn run(session: &Session, command: &ServiceCommand) -> Result<Exit, Failure> {
    #[cfg(target_os = "linux")]
    return systemd::run(session, command).await;
    #[cfg(target_os = "macos")]
    return launchd::run(session, command).await;
    #[cfg(not(any(target_os = "linux", target_os = "macos")))]
    {
        let _ = command;
        Err(no_manager(session.language))
    }
}

/// What is done, told as it is done.
#[cfg_attr(not(any(target_os = "linux", target_os = "macos")), expect(dead_code, reason = "no service there"))]
struct Steps<'a> {
    session: &'a Session,
    written: Vec<PathBuf>,
    removed: Vec<PathBuf>,
    commands: Vec<String>,
}

#[cfg_attr(not(any(target_os = "linux", target_os = "macos")), expect(dead_code, reason = "no service there"))]
impl<'a> Steps<'a> {
    fn new(session: &'a Session) -> Self {
        Self { session, written: Vec::new(), removed: Vec::new(), commands: Vec::new() }
    }

    fn say(&self, text: &str) {
        if !self.session.json {
            self.session.print(text);
        }
    }

    fn wrote(&mut self, path: PathBuf) {
        self.say(&message!(self.session.language, "service-wrote", path = path.display().to_string()));
        self.written.push(path);
    }

    fn removed(&mut self, path: PathBuf) {
        self.say(&message!(self.session.language, "service-removed", path = path.display().to_string()));
        self.removed.push(path);
    }

    async fn run(&mut self, command: Command) -> Result<String, CommandError> {
        let text = command.to_string();
        self.say(&message!(self.session.language, "service-ran", command = text.as_str()));
        self.commands.push(text);
        command.run().await
    }

    fn json(&self) -> serde_json::Value {
        json!({"written": self.written, "removed": self.removed, "commands": self.commands})
    }
}

fn failed(language: Language, error: &ServiceError) -> Failure {
    let failure = Failure::new(Exit::Failed, message!(language, "service-failed")).detail(error);
    match error {
        ServiceError::Foreign(_) => failure.remedy(message!(language, "service-foreign-remedy")),
        ServiceError::Untrusted(_) => failure.remedy(message!(language, "service-untrusted-remedy")),
        _ => failure,
    }
}

fn no_manager(language: Language) -> Failure {
    Failure::new(Exit::Failed, message!(language, "service-no-manager"))
        .remedy(message!(language, "service-no-manager-remedy"))
}

/// An agent that was started by hand would have its socket taken away.
#[cfg_attr(not(any(target_os = "linux", target_os = "macos")), expect(dead_code, reason = "no service there"))]
fn agent_runs(language: Language) -> Failure {
    Failure::new(Exit::Failed, message!(language, "cli-agent-runs"))
        .remedy(message!(language, "service-agent-runs-remedy"))
}
