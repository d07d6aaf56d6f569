//! `doctor`: gathers what is known before the looks of [`crate::doctor`], and prints what they found.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::session::{Exit, Failure, Session};
use super::{ConfigArgument, clock};
use crate::agent::{Agent, AgentParts, AgentSettings, CardState};
use crate::audit::{AuditLog, AuditSettings};
use crate::certificate::TrustStore;
use crate::client::Request;
use crate::config::{Config, Overrides};
use crate::consent::Seat;
use crate::consent::pinentry::Surroundings;
use crate::consent::scripted::ScriptedConsent;
use crate::doctor::{Doctor, Level, RunningAgent, Scene};
use crate::foreign_text::visible;
use crate::hardening::Hardening;
use crate::http::model::doctor::DoctorFindings;
use crate::jpki::INDIVIDUAL_NUMBER_CARD;
use crate::message;
use crate::message::Language;
use crate::notices::NoNotices;
use crate::reader::Readers;
use crate::reader::pcsc::PcscBackend;
use crate::runtime_dir::RuntimeDir;
use crate::session_lock::NeverLocked;

/// How long readers get to come to rest after the look.
const REST: Duration = Duration::from_secs(2);

#[derive(Args, Debug)]
pub(super) struct DoctorArguments {
    #[command(flatten)]
    config: ConfigArgument,
}

pub(super) async fn run(session: &Session, arguments: &DoctorArguments) -> Result<Exit, Failure> {
    let language = session.language;
    // Insecure origins of this computer are no fault here: with the software card they may stand in the settings.
    let overrides = Overrides { simulator: true, ..Overrides::default() };
    let config = Config::load(arguments.config.config.as_deref(), &overrides);
    let status = session.ask(Request::get("/v1/status")).await.ok().map(|answer| answer.json());
    let cards = match &status {
        Some(status) => Some(told_cards(status)),
        None => own_look(config.as_ref().unwrap_or(&Config::default())).await,
    };
    let scene = Scene {
        config,
        seat: seat(session),
        surroundings: Surroundings::of_this_process(),
        agent: status.as_ref().map(running_agent),
        service_ports: service_ports().await,
        cards,
        // What an agent started from here could do: this command tries it on itself.
        hardening: Some(Hardening::apply()),
        audit: super::audit::log(),
        root: PathBuf::from("/"),
        now: clock::now(),
    };
    let findings = Doctor::default().examine(scene).await;

    let to_do = findings.iter().filter(|finding| finding.level == Level::Error).count();
    if session.json {
        let body = serde_json::to_value(DoctorFindings::new(&findings, language));
        session.print(&body.map_err(|_| Failure::odd_answer(language))?.to_string());
    } else {
        for finding in &findings {
            let mark = message!(language, "doctor-mark", level = finding.level.name());
            let cause = finding.cause(language).map(|cause| format!(": {cause}")).unwrap_or_default();
            session.print(&visible(&format!("[{mark}] {}{cause}", finding.text(language))));
            if let Some(remedy) = finding.remedy(language) {
                session.print(&format!("  → {remedy}"));
            }
        }
        session.print(&match to_do {
            0 => message!(language, "doctor-well"),
            count => message!(language, "doctor-to-do", count = count),
        });
    }
    Ok(if to_do == 0 { Exit::Done } else { Exit::Failed })
}

/// The ports on which the service manager listens for the agent.
#[cfg(target_os = "linux")]
async fn service_ports() -> Vec<u16> {
    use crate::service::systemd::{HTTP, HTTP_FALLBACK, states};
    let Ok(states) = states().await else { return Vec::new() };
    let listening = [HTTP, HTTP_FALLBACK].map(|unit| states.of(unit)).into_iter().filter(|state| state.is_active());
    listening.filter_map(|state| state.port()).collect()
}

/// The agent opens its port itself.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unused_async, reason = "one signature on all systems")]
async fn service_ports() -> Vec<u16> {
    Vec::new()
}

/// Where this command's user sits.
fn seat(session: &Session) -> Seat {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    Seat {
        tty: crate::client::terminal().map(Into::into),
        term: variable("TERM"),
        display: variable("DISPLAY"),
        lang: session.locale.clone(),
    }
}

/// The agent whose status this is.
fn running_agent(status: &Value) -> RunningAgent {
    let text = |path: &[&str]| path.iter().try_fold(status, |value, name| value.get(name))?.as_str();
    let endpoint = RuntimeDir::find().ok().and_then(|folder| folder.read_endpoint());
    RunningAgent {
        version: text(&["agent", "version"]).unwrap_or("?").to_owned(),
        is_simulator: text(&["backend"]) == Some("simulator"),
        port: endpoint.map(|endpoint| endpoint.port),
    }
}

/// What lies in each reader, by the agent's status.
fn told_cards(status: &Value) -> Vec<(String, CardState)> {
    let readers = status.get("readers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let member = |reader: &Value, name: &str| reader.get(name)?.as_str().map(str::to_owned);
    readers
        .iter()
        .filter_map(|reader| {
            let card = match member(reader, "card")?.as_str() {
                "none" => CardState::None,
                "jpki" => CardState::Jpki,
                "unsupported" => CardState::Unsupported,
                "mute" => CardState::Mute,
                "busy" => CardState::Busy,
                _ => CardState::Other,
            };
            Some((member(reader, "name")?, card))
        })
        .collect()
}

/// What lies in the readers, where no agent runs; no PIN, and nobody is asked.
async fn own_look(config: &Config) -> Option<Vec<(String, CardState)>> {
    if PcscBackend::reader_names().is_ok_and(|names| names.is_empty()) {
        return None; // without readers there is nothing to wait for
    }
    let only = config.card.reader.clone();
    let backend = Arc::new(PcscBackend::default());
    let readers = Readers::start(backend, &INDIVIDUAL_NUMBER_CARD, super::serve::policy(config), only).ok()?;
    let settings = AgentSettings {
        language: None,
        own_language: Language::English,
        consent_timeout: config.consent.timeout,
        guard: config.consent.guard,
        phrase: String::new(),
        declines_before_wait: 1,
        tells_uses: true,
    };
    // Its status needs nobody's consent and leaves no record; anything else would be refused.
    let parts = AgentParts {
        readers,
        consent: Arc::new(ScriptedConsent::new([])),
        trust: Arc::new(TrustStore::pinned()),
        clock: Arc::new(clock::now),
        audit: AuditLog::new(&std::env::temp_dir().join("jpki-agent-doctor"), AuditSettings::default()),
        notices: Arc::new(NoNotices),
        session_lock: Arc::new(NeverLocked),
        first_visits: Arc::default(),
        reminders: Arc::default(),
    };
    let agent = Agent::new(parts, settings);
    let seen = agent.status().await.readers.into_iter().map(|reader| (reader.name, reader.card)).collect();
    agent.readers().stop(REST);
    Some(seen)
}
