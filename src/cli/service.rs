//! `service`: the agent from each log-in on. Writes files of this user only and tells the service manager of this user;
//! says each file and each command.

#[cfg(target_os = "macos")]
mod launchd;
#[cfg(any(target_os = "linux", target_os = "macos"))]
mod steps;
#[cfg(target_os = "linux")]
mod systemd;
#[cfg(target_os = "linux")]
mod view;

use clap::Subcommand;

use super::session::{Exit, Failure, Session};
#[cfg(not(target_os = "macos"))]
use crate::message;
#[cfg(not(target_os = "macos"))]
use crate::message::Language;

#[derive(Debug, Subcommand)]
pub(super) enum ServiceCommand {
    Install,
    Uninstall,
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
