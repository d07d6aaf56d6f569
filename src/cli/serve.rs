//! `serve`: the agent itself. All parts are made here, in order, and joined; nothing else knows them all.

mod desk;
mod doors;
mod https;
mod settings;

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;

use super::session::{Exit, Failure, Session};
use super::software_card::HolderArgument;
use super::{ConfigArgument, clock, signals};
use crate::agent::{Agent, AgentParts, AgentSettings};
use crate::certificate::TrustStore;
use crate::config::{Config, Overrides};
use crate::consent::Consent;
use crate::consent::pinentry::{Pinentry, Surroundings};
use crate::consent::scripted::AutoApprove;
use crate::hardening::Hardening;
use crate::http::HttpState;
use crate::http::doctor::Start;
use crate::jpki::INDIVIDUAL_NUMBER_CARD;
use crate::reader::pcsc::PcscBackend;
use crate::reader::{CardBackend, Policy, Readers};
use crate::runtime_dir::{Endpoint, PrivateFile, RuntimeDir, RuntimeDirError};
use crate::server;
use crate::session_lock;
use crate::simulator::{SimulatorBackend, WARNING, card};

/// How long what the cards did may take to be written down, once they are at rest.
const WRITING_DOWN: Duration = Duration::from_millis(500);

#[derive(Args, Debug)]
pub(super) struct ServeArguments {
    #[command(flatten)]
    config: ConfigArgument,
    #[arg(long)]
    port: Option<u16>,
    #[arg(long)]
    simulator: bool,
    #[arg(long, requires = "simulator")]
    auto_approve: bool,
    #[command(flatten)]
    holder: HolderArgument,
}

pub(super) async fn run(session: &Session, arguments: ServeArguments) -> Result<Exit, Failure> {
    let language = session.language;
    let activation = doors::Activation::take(language)?;
    let keeps_port = activation.keeps_port();
    start_logging();
    let hardening = Hardening::apply();
    hardening.log();
    let overrides = Overrides { port: arguments.port, simulator: arguments.simulator };
    let config = Config::load(arguments.config.config.as_deref(), &overrides)
        .map_err(|error| Failure::settings(language, &error))?;
    if let Some(path) = &config.path {
        tracing::info!(path = %path.display(), "settings read");
    }

    let runtime_dir = RuntimeDir::find()
        .and_then(|folder| folder.create().map(|()| folder))
        .map_err(|error| Failure::runtime_dir(language, &error))?;
    let mut signals = signals::Signals::listen().map_err(|error| Failure::start(language, &error))?;
    let mut bound = activation.open(language, &config, &runtime_dir).await?;
    let tls_port = https::open(&mut bound, config.tls, clock::now()).await;
    let start = Start {
        config: arguments.config.config.clone(),
        overrides: overrides.clone(),
        port: Some(bound.port()),
        hardening: Some(hardening),
    };
    let known_token = if keeps_port { runtime_dir.read_token() } else { None };
    let desk = desk::Desk::open(session, &config, overrides, known_token)?;
    let agent = agent(session, &arguments, &config, &desk)?;
    desk.attend(agent.clone());

    let version = env!("CARGO_PKG_VERSION").to_owned();
    let endpoint = Endpoint { pid: std::process::id(), port: bound.port(), tls_port, version };
    // Where the service manager keeps the port, programs must find the same port and the same token meanwhile.
    let written = |file: Result<PrivateFile, RuntimeDirError>| {
        file.map(|file| file.staying(keeps_port)).map_err(|error| Failure::runtime_dir(language, &error))
    };
    let _endpoint_file = written(runtime_dir.write_endpoint(&endpoint))?;
    let _token_file = written(runtime_dir.write_token(desk.token()))?;
    session.print(&format!("listening on {}", bound.url()));
    if let Some(port) = tls_port {
        session.print(&format!("listening on https://127.0.0.1:{port}"));
    }
    tell_service_manager(&State::Ready);
    tracing::info!(version = endpoint.version, port = endpoint.port, tls_port, backend = %agent.backend(), "the agent is ready");

    // The first signal asks for an end in order; the second, at any time after it, does not wait for that.
    let (asked, shutdown) = tokio::sync::oneshot::channel::<Instant>();
    let in_order = async {
        let mut in_time = Instant::now();
        let state = HttpState::new(agent.clone(), desk.gatekeeper()).started(start);
        let state = state.with_settings(settings::in_force(&config, endpoint.port, tls_port));
        server::serve(bound, state, async { in_time = shutdown.await.unwrap_or(in_time) + server::SHUTDOWN_LIMIT })
            .await;
        tell_service_manager(&State::Stopping);
        // Work whose caller has gone away is finished as well, within the same time.
        let (readers, left) = (agent.readers().clone(), in_time.saturating_duration_since(Instant::now()));
        let _ = tokio::task::spawn_blocking(move || readers.stop(left)).await;
        let _ = tokio::time::timeout(WRITING_DOWN, agent.at_rest()).await;
        let reminders = desk.reminders();
        let _ = tokio::task::spawn_blocking(move || reminders.settle(WRITING_DOWN)).await;
    };
    let at_once = async {
        signals.next().await;
        tracing::info!("ending");
        tell_service_manager(&State::Stopping);
        let _ = asked.send(Instant::now());
        signals.next_impatient().await
    };
    tokio::select! {
        () = in_order => Ok(Exit::Done),
        wish = at_once => {
            tracing::warn!("ended at once by a second signal");
            Ok(wish.exit())
        }
    }
}

/// The agent over the readers and prompts that were asked for.
fn agent(
    session: &Session,
    arguments: &ServeArguments,
    config: &Config,
    desk: &desk::Desk,
) -> Result<Arc<Agent>, Failure> {
    let failed = |error: &dyn std::error::Error| Failure::start(session.language, error);
    let backend: Arc<dyn CardBackend> = if arguments.simulator {
        let card = arguments.holder.card(clock::now()).map_err(|error| failed(&error))?;
        Arc::new(SimulatorBackend::with_card(&card))
    } else {
        Arc::new(PcscBackend::default())
    };
    // A reader chosen in the settings is a real one; the software card's is the only one there is.
    let only = if arguments.simulator { None } else { config.card.reader.clone() };
    let readers =
        Readers::start(backend, &INDIVIDUAL_NUMBER_CARD, policy(config), only).map_err(|error| failed(&error))?;

    let consent: Arc<dyn Consent> = if arguments.auto_approve {
        Arc::new(AutoApprove::new(card::AUTHENTICATION_PIN, card::SIGNATURE_PIN))
    } else {
        Arc::new(Pinentry::new(config.consent.pinentry_program.clone(), Surroundings::of_this_process()))
    };
    if arguments.simulator {
        tracing::warn!("{WARNING}");
    }
    if arguments.auto_approve {
        tracing::warn!("EVERY PROMPT IS APPROVED BY ITSELF: whoever may ask this agent gets what they ask for");
    }

    let settings = AgentSettings {
        language: config.language,
        own_language: session.language,
        consent_timeout: config.consent.timeout,
        guard: config.consent.guard,
        phrase: config.consent.phrase.clone(),
        declines_before_wait: config.limits.declines_before_wait,
        tells_uses: config.notifications.signatures,
    };
    let parts = AgentParts {
        readers,
        consent,
        trust: Arc::new(trust(config)),
        clock: Arc::new(clock::now),
        audit: desk.audit(),
        notices: desk.notices(),
        session_lock: session_lock::of_this_system().into(),
        first_visits: desk.first_visits(),
        reminders: desk.reminders(),
    };
    Ok(Arc::new(Agent::new(parts, settings)))
}

/// The authorities of real cards, those of the administrator, and the software card's: behind a virtual reader it looks
/// like any other card, and must be shown for what it is.
fn trust(config: &Config) -> TrustStore {
    let mut trust = TrustStore::pinned().with_simulator();
    if let Some(folder) = &config.card.roots_dir {
        for refused in trust.add_directory(folder) {
            tracing::warn!(error = %refused, "passed over as an authority");
        }
    }
    trust
}

/// How cards are opened and kept.
pub(super) fn policy(config: &Config) -> Policy {
    Policy {
        sharing: config.card.sharing,
        idle_release: config.card.idle_release,
        extended_reads: config.card.extended_reads,
        ..Policy::default()
    }
}

/// To standard error, by `JPKI_AGENT_LOG` (`debug`, `warn`, `jpki_agent::reader=trace` …).
pub(super) fn start_logging() {
    use std::io::IsTerminal as _;
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::{Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};
    const VARIABLE: &str = "JPKI_AGENT_LOG";
    let wanted = std::env::var(VARIABLE).unwrap_or_default();
    let usual = || Targets::new().with_default(LevelFilter::INFO);
    let (filter, refused) = match wanted.parse::<Targets>() {
        Ok(filter) if !wanted.is_empty() => (filter, None),
        Ok(_) => (usual(), None),
        Err(error) => (usual(), Some(error)),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        // Its complaint would go to the same place, by a macro that panics where nobody reads any more.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    // A second start in one process, as in tests, keeps the first one's.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter)).try_init();
    if let Some(error) = refused {
        tracing::warn!(%error, "{VARIABLE} is not understood, logging at the level info");
    }
}

enum State {
    Ready,
    Stopping,
}

/// systemd, where it started the agent; nobody elsewhere.
#[cfg(target_os = "linux")]
fn tell_service_manager(state: &State) {
    let state = match state {
        State::Ready => sd_notify::NotifyState::Ready,
        State::Stopping => sd_notify::NotifyState::Stopping,
    };
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd could not be told");
    }
}

#[cfg(not(target_os = "linux"))]
fn tell_service_manager(_state: &State) {}
