//! The command line: what can be asked, and which part answers (`api-contract` 6).
//!
//! `serve` is the agent itself; most other commands ask a running one over its socket. Exit codes stand in [`Exit`]; what
//! is printed for people is in [`mod@crate::message`], and `--json` prints what a program wants to read.

mod ask;
mod audit;
mod authenticate;
mod clock;
mod doctor;
mod events;
mod file;
mod guide;
mod help;
mod open;
mod origin;
mod pin;
mod progress;
mod reminders;
mod serve;
mod service;
mod session;
mod sign;
mod signals;
mod simulate;
mod software_card;
mod tls;
mod tray;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::agent::CHOOSE;
use crate::digest::DigestAlgorithm;
use crate::jpki::CertificateKind;
use crate::message::Language;
pub use session::Exit;
use session::{Failure, Session};

// The texts of commands and arguments stand in `locales/*/help.ftl`; see `help`.
#[derive(Debug, Parser)]
#[command(name = "jpki-agent", version, propagate_version = true, max_term_width = help::MAX_WIDTH)]
struct Arguments {
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArguments),
    #[command(subcommand)]
    Service(service::ServiceCommand),
    Status,
    Pins(ReaderArgument),
    Certificates(CertificatesArguments),
    Events,
    Release,
    Disclose(ChosenReader),
    #[command(subcommand)]
    Pin(pin::PinCommand),
    Authenticate(authenticate::AuthenticateArguments),
    Sign(sign::SignArguments),
    Open(open::OpenArguments),
    #[command(subcommand)]
    Origin(origin::OriginCommand),
    #[command(subcommand)]
    Tls(tls::TlsCommand),
    Reminders(reminders::RemindersArguments),
    Guide(guide::GuideArguments),
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    #[command(subcommand)]
    Verify(verify::VerifyCommand),
    Tray(tray::TrayArguments),
    Simulate(simulate::SimulateArguments),
    Doctor(doctor::DoctorArguments),
    Openapi,
    Completions {
        shell: Shell,
    },
}

// Which reader, for commands that read what needs no PIN.
#[derive(Args, Clone, Debug, Default)]
struct ReaderArgument {
    #[arg(long, value_name = "ID")]
    reader: Option<String>,
}

// Which reader, for commands that ask the person.
#[derive(Args, Clone, Debug)]
struct ChosenReader {
    #[arg(long, value_name = "ID", default_value = CHOOSE)]
    reader: String,
}

#[derive(Args, Debug)]
struct CertificatesArguments {
    #[arg(value_parser = PossibleValuesParser::new(CertificateKind::ALL.map(CertificateKind::name)))]
    kind: Option<String>,
    #[arg(long, requires = "kind", conflicts_with_all = ["der", "json"])]
    pem: bool,
    #[arg(long, requires = "kind", conflicts_with = "json")]
    der: bool,
    #[command(flatten)]
    reader: ReaderArgument,
}

/// All arguments as clap describes them, in English: for manual pages and other descriptions of the program.
#[must_use]
pub fn command() -> clap::Command {
    help::speak(Arguments::command(), Language::English)
}

/// Reads the arguments and runs one command.
#[must_use]
pub fn main() -> ExitCode {
    let mut session = Session::new();
    let arguments = match arguments(session.language) {
        Ok(arguments) => arguments,
        Err(error) => return session.end_of_usage(&error),
    };
    session.json = arguments.json;
    // One thread is enough: cards have threads of their own, and a person answers one prompt at a time.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return session.end(Err(Failure::start(session.language, &error))),
    };
    let result = runtime.block_on(run(arguments.command, &session));
    // Without waiting for threads that are left: all that should be waited for has been.
    runtime.shutdown_background();
    session.end(result)
}

/// The arguments of this process; an error is also a wish for help.
fn arguments(language: Language) -> Result<Arguments, clap::Error> {
    // At first without the texts of the help: reading them takes longer than all else at the start. The arguments that
    // are right are the same with and without.
    let matches = Arguments::command().try_get_matches_from(std::env::args_os());
    if let Ok(arguments) = matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        return Ok(arguments);
    }
    let command = help::speak(Arguments::command(), language);
    let mut command = help::fit(command, language, help::terminal_width());
    let matches = command.try_get_matches_from_mut(std::env::args_os())?;
    Arguments::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

async fn run(command: Command, session: &Session) -> Result<Exit, Failure> {
    match command {
        Command::Serve(arguments) => serve::run(session, arguments).await,
        Command::Service(command) => service::run(session, &command).await,
        Command::Status => ask::status(session).await,
        Command::Pins(reader) => ask::pins(session, &reader).await,
        Command::Certificates(arguments) => ask::certificates(session, &arguments).await,
        Command::Events => events::run(session).await,
        Command::Release => ask::release(session).await,
        Command::Disclose(reader) => ask::disclose(session, &reader).await,
        Command::Pin(command) => pin::run(session, &command).await,
        Command::Authenticate(arguments) => authenticate::run(session, &arguments).await,
        Command::Sign(arguments) => sign::run(session, &arguments).await,
        Command::Open(arguments) => open::run(session, &arguments).await,
        Command::Origin(command) => origin::run(session, &command).await,
        Command::Tls(command) => tls::run(session, &command).await,
        Command::Reminders(arguments) => reminders::run(session, &arguments).await,
        Command::Guide(arguments) => guide::run(session, &arguments),
        Command::Audit(command) => audit::run(session, &command).await,
        Command::Verify(command) => verify::run(session, &command),
        Command::Tray(arguments) => tray::run(session, arguments).await,
        Command::Simulate(arguments) => simulate::run(session, arguments).await,
        Command::Openapi => {
            session.print_bytes(crate::http::openapi::document().as_bytes());
            Ok(Exit::Done)
        }
        Command::Doctor(arguments) => doctor::run(session, &arguments).await,
        Command::Completions { shell } => {
            let mut script = Vec::new();
            let mut command = help::speak(Arguments::command(), session.language);
            clap_complete::generate(shell, &mut command, "jpki-agent", &mut script);
            session.print_bytes(&script);
            Ok(Exit::Done)
        }
    }
}

// Which hash function, for commands that hash files.
#[derive(Args, Clone, Debug)]
struct DigestArgument {
    #[arg(long, default_value = DigestAlgorithm::Sha256.name(), ignore_case = true,
          value_parser = PossibleValuesParser::new(DigestAlgorithm::ALL.map(DigestAlgorithm::name)))]
    digest: String,
}

impl DigestArgument {
    fn algorithm(&self) -> DigestAlgorithm {
        let named = |algorithm: &DigestAlgorithm| algorithm.name().eq_ignore_ascii_case(&self.digest);
        // Only these names pass the parser.
        DigestAlgorithm::ALL.into_iter().find(named).unwrap_or(DigestAlgorithm::Sha256)
    }
}

// `--config`, where settings are read.
#[derive(Args, Clone, Debug)]
struct ConfigArgument {
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        command().debug_assert();
    }
}
