//! An example tax portal: log-in and signatures with the Individual Number Card, as a site's own server checks them. It
//! is fictional, keeps nothing and files nothing. Copy from it; `docs/integrate.md` explains what is here.
//!
//! ```sh
//! npm --prefix web run --workspace demo build
//! cargo run --example tax-portal -- --accept-software-card
//! ```
//!
//! - `portal.rs`: what the page asks of the server, and who may ask
//! - `judge.rs`: whose log-in and whose signatures are good; the heart of it
//! - `sessions.rs`: which browser is whose
//! - `pages.rs`: the files of the page, and the headers that keep it safe
//!
//! Left out, since every site has it already: TLS (a proxy in front does that; see `--origin`), a database, log files.

mod judge;
mod pages;
mod portal;
mod sessions;

use std::error::Error;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;
use jpki_agent::origin::Origin;

use judge::Judge;
use pages::Pages;
use portal::Portal;

/// An example tax portal on this computer. Fictional: nothing is filed
#[derive(Parser)]
struct Arguments {
    /// Port on 127.0.0.1; 0 for any
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// The page's origin as browsers state it, where a proxy with TLS stands in front [default: http://localhost:PORT]
    #[arg(long)]
    origin: Option<Origin>,
    /// Folder with the certificates of the authorities of JPKI, PEM or DER, as J-LIS publishes them
    #[arg(long, value_name = "DIR")]
    roots: Option<PathBuf>,
    /// Accept the agent's software card. Its keys are public: anybody can log in
    #[arg(long)]
    accept_software_card: bool,
    /// Port of the agent on the visitor's computer; may be given twice
    #[arg(long, value_name = "PORT", default_values_t = [25754, 29754], num_args = 1)]
    agent_port: Vec<u16>,
    /// Folder with the built page
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/web/demo/dist"))]
    page: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be done where even that cannot be written.
            let _ = writeln!(io::stderr(), "tax-portal: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let (judge, passed_over) = Judge::new(arguments.roots.as_deref(), arguments.accept_software_card, now())?;
    for file in passed_over {
        writeln!(io::stderr(), "tax-portal: {file}")?;
    }
    // Loopback only: this is an example without TLS.
    let listener = tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port))).await?;
    let origin = match arguments.origin {
        Some(origin) => origin,
        None => format!("http://localhost:{}", listener.local_addr()?.port()).parse()?,
    };
    let pages = Pages::read(&arguments.page, &arguments.agent_port)?;
    writeln!(io::stdout(), "listening on {origin}")?;
    let portal = Portal::new(origin, judge, arguments.agent_port);
    axum::serve(listener, portal::router(portal, pages)).with_graceful_shutdown(asked_to_end()).await?;
    Ok(())
}

/// Resolves at Ctrl-C or SIGTERM.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler the system ends the process by itself.
    let _ = tokio::signal::ctrl_c().await;
}

/// The moment now. The library never asks for it; whoever uses the library hands it in.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this program that asks; all others are handed the moment"
)]
fn now() -> Timestamp {
    Timestamp::now()
}
