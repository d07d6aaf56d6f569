//! `service`: the agent from each log-in on. Writes files of this user only and tells the service manager of this user;
//! says each file and each command.

#[cfg(target_os = "macos")]
mod launchd;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod steps;
#[cfg(target_os = "linux")]
mod systemd;

use clap::Subcommand;

use super::session::{Exit, Failure, Session};
#[cfg(not(target_os = "macos"))]
use crate::message;
#[cfg(not(target_os = "macos"))]
use crate::message::Language;

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
    Install,
    /// Stop the service and remove its files; settings and records stay
    Uninstall,
    /// Show whether it is installed and listening, and what is wrong with it
    #[command(after_help = "\
Exit codes:
  0  it listens
  1  something is wrong with it
  3  it is not installed, or does not listen")]
    Status,
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

#[cfg(not(target_os = "macos"))]
fn no_manager(language: Language) -> Failure {
    Failure::new(Exit::Failed, message!(language, "service-no-manager"))
        .remedy(message!(language, "service-no-manager-remedy"))
}
