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
mod origin;
mod pin;
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
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::agent::CHOOSE;
use crate::digest::DigestAlgorithm;
use crate::jpki::CertificateKind;
pub use session::Exit;
use session::{Failure, Session};

const AFTER_HELP: &str = "\
Exit codes:
  0  done
  1  failed
  2  wrong usage
  3  no agent is running
  4  the person said no, or nothing
  5  reader or card absent, busy or removed
  6  PIN wrong, blocked or protected
  7  not allowed
  130, 143  ended at once by a second Ctrl-C or SIGTERM

Try it without a card:
  jpki-agent serve --simulator --auto-approve
  jpki-agent sign document.pdf            (in another terminal)";

/// Local agent for the Japanese Individual Number Card (My Number Card).
///
/// Web pages and programs ask it to log in or to sign with the card; it asks the holder, in a prompt of its own. PINs are
/// typed into that prompt only: no command takes one.
#[derive(Debug, Parser)]
#[command(name = "jpki-agent", version, after_help = AFTER_HELP, propagate_version = true, max_term_width = 100)]
struct Arguments {
    /// Print JSON for programs; for commands that ask the agent, the body of its answer
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the agent
    Serve(serve::ServeArguments),
    /// Have the agent there from each log-in on, without being started by hand
    #[command(subcommand)]
    Service(service::ServiceCommand),
    /// Show the readers and what lies in them
    Status,
    /// Show how many tries are left for both PINs; this costs none
    Pins(ReaderArgument),
    /// Show the certificates on the card, or one of them
    Certificates(CertificatesArguments),
    /// Show the readers and what lies in them, and again at each change, until Ctrl-C
    #[command(after_help = "\
Prints one line for each status, with --json one JSON object, the first at once.

Exit codes:
  0  ended by Ctrl-C or SIGTERM, or nobody reads the output any more
  3  no agent is running, or it has ended meanwhile

Example:
  jpki-agent --json events | jq --unbuffered -r '.readers[].card'")]
    Events,
    /// Let the card go, so that another program can use it
    Release,
    /// Read the signature certificate and the name, address, birth date and sex in it; asks for its password
    Disclose(ChosenReader),
    /// Change a PIN, or allow what it is protected against
    #[command(subcommand)]
    Pin(pin::PinCommand),
    /// Make a Web eID authentication token for a web site; asks for the PIN
    Authenticate(authenticate::AuthenticateArguments),
    /// Sign files; asks for the signature password, once for all files
    Sign(sign::SignArguments),
    /// Say which web sites may ask
    #[command(subcommand)]
    Origin(origin::OriginCommand),
    /// Let pages reach the agent by HTTPS, too; only for browsers that do not let them reach it by HTTP
    #[command(subcommand)]
    Tls(tls::TlsCommand),
    /// Look up what was asked of the card, and whether that record was changed
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Check a token or a signature as a server would; needs neither agent nor card
    #[command(subcommand)]
    Verify(verify::VerifyCommand),
    /// Show an icon in the notification area that tells how card and agent are, with a menu; starts an agent if none runs
    Tray(tray::TrayArguments),
    /// Put the software card into a virtual PC/SC reader, for tests of programs that use PC/SC
    Simulate(simulate::SimulateArguments),
    /// Look for what is missing on this computer, with cause and remedy
    Doctor(doctor::DoctorArguments),
    /// Print the OpenAPI document of the HTTP API
    Openapi,
    /// Print a script that completes this program's commands in a shell
    #[command(
        after_help = "Example:\n  jpki-agent completions bash > ~/.local/share/bash-completion/completions/jpki-agent"
    )]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Which reader, for commands that read what needs no PIN.
#[derive(Args, Clone, Debug, Default)]
struct ReaderArgument {
    /// Id of the reader, as `status` shows it (r1, r2 …); needed if several hold a My Number Card
    #[arg(long, value_name = "ID")]
    reader: Option<String>,
}

/// Which reader, for commands that ask the person.
#[derive(Args, Clone, Debug)]
struct ChosenReader {
    /// Id of the reader, as `status` shows it (r1, r2 …); with `choose` the prompt asks which of several cards is meant
    #[arg(long, value_name = "ID", default_value = CHOOSE)]
    reader: String,
}

#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  jpki-agent certificates authentication-ca --pem > ca.pem")]
struct CertificatesArguments {
    /// Which one; the signature certificate is behind its password, see `disclose`
    #[arg(value_parser = PossibleValuesParser::new(CertificateKind::ALL.map(CertificateKind::name)))]
    kind: Option<String>,
    /// Print it in PEM
    #[arg(long, requires = "kind", conflicts_with_all = ["der", "json"])]
    pem: bool,
    /// Print its bytes (DER)
    #[arg(long, requires = "kind", conflicts_with = "json")]
    der: bool,
    #[command(flatten)]
    reader: ReaderArgument,
}

/// All arguments as clap describes them: for manual pages and other descriptions of the program.
#[must_use]
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Reads the arguments and runs one command.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let session = Session::new(arguments.json);
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
        Command::Origin(command) => origin::run(session, &command).await,
        Command::Tls(command) => tls::run(session, &command).await,
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
            clap_complete::generate(shell, &mut self::command(), "jpki-agent", &mut script);
            session.print_bytes(&script);
            Ok(Exit::Done)
        }
    }
}

/// Which hash function, for commands that hash files.
#[derive(Args, Clone, Debug)]
struct DigestArgument {
    /// The hash function
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

/// `--config`, where settings are read.
#[derive(Args, Clone, Debug)]
struct ConfigArgument {
    /// The settings file, in place of the usual one
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
