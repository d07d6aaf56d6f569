//! The looks of `doctor`, part by part.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::super::clock;
use super::super::session::Session;
use super::Finding;
use crate::agent::{Agent, AgentParts, AgentSettings, CardState};
use crate::audit::{AuditLog, AuditSettings};
use crate::certificate::TrustStore;
use crate::client::{Request, health};
use crate::config::{Config, ConfigError};
use crate::consent::Seat;
use crate::consent::pinentry::{Pinentry, Surroundings};
use crate::consent::scripted::ScriptedConsent;
use crate::hardening::{Hardening, Step};
use crate::jpki::INDIVIDUAL_NUMBER_CARD;
use crate::message;
use crate::message::Language;
use crate::notices::NoNotices;
use crate::reader::Readers;
use crate::reader::pcsc::{PcscBackend, ServiceFault};
use crate::runtime_dir::{Endpoint, RuntimeDir};
use crate::session_lock::NeverLocked;
use crate::tls::folder::TlsFolder;
use crate::tls::identity::Standing;
use crate::tls::provider::server_config;
use crate::trusted_path::trusted_path;

/// How long readers get to come to rest after the look.
const REST: Duration = Duration::from_secs(2);

/// A running agent.
pub(super) struct RunningAgent {
    /// The body of `GET /v1/status`.
    status: Value,
    /// Its port, as it wrote down itself.
    endpoint: Option<Endpoint>,
}

/// The settings file.
pub(super) fn settings(language: Language, loaded: &Result<Config, ConfigError>) -> Finding {
    match loaded {
        Ok(config) => match &config.path {
            Some(path) => {
                Finding::well("config", message!(language, "cli-doctor-config", path = path.to_string_lossy()))
            }
            None => Finding::note("config_none", message!(language, "cli-doctor-config-none")),
        },
        Err(error) => {
            let text = format!("{}: {error}", message!(language, "cli-settings-faulty"));
            Finding::to_do("config_faulty", text, message!(language, "cli-settings-faulty-remedy"))
        }
    }
}

/// The folder for the socket.
pub(super) fn runtime_dir(language: Language) -> Finding {
    match RuntimeDir::find().and_then(|folder| folder.inspect().map(|()| folder)) {
        Ok(folder) => {
            let path = folder.path().to_string_lossy();
            Finding::well("runtime_dir", message!(language, "cli-doctor-runtime", path = path))
        }
        Err(error) => {
            let text = format!("{}: {error}", message!(language, "cli-runtime-dir"));
            Finding::to_do("runtime_dir_missing", text, message!(language, "cli-runtime-dir-remedy"))
        }
    }
}

/// The running agent, if there is one.
pub(super) async fn agent(session: &Session) -> (Finding, Option<RunningAgent>) {
    let language = session.language;
    let Ok(answer) = session.ask(Request::get("/v1/status")).await else {
        let finding = Finding::note("agent_none", message!(language, "cli-doctor-agent-none"));
        return (finding.with_remedy(message!(language, "cli-doctor-agent-none-remedy")), None);
    };
    let endpoint = RuntimeDir::find().ok().and_then(|folder| folder.read_endpoint());
    let agent = RunningAgent { status: answer.json(), endpoint };
    let version = agent.text(&["agent", "version"]).unwrap_or("?").to_owned();
    let finding = if agent.is_simulator() {
        Finding::note("agent_simulator", message!(language, "cli-doctor-agent-simulator", version = version))
    } else {
        Finding::well("agent", message!(language, "cli-doctor-agent", version = version))
    };
    (finding, Some(agent))
}

impl RunningAgent {
    fn text(&self, path: &[&str]) -> Option<&str> {
        path.iter().try_fold(&self.status, |value, name| value.get(name))?.as_str()
    }

    fn is_simulator(&self) -> bool {
        self.text(&["backend"]) == Some("simulator")
    }

    /// Names of readers, and what lies in each.
    fn readers(&self) -> Vec<(String, String)> {
        let readers = self.status.get("readers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let member = |reader: &Value, name: &str| reader.get(name)?.as_str().map(str::to_owned);
        readers.iter().filter_map(|reader| Some((member(reader, "name")?, member(reader, "card")?))).collect()
    }
}

/// The smart card service, the readers and what lies in them.
pub(super) async fn readers(session: &Session, config: &Config, agent: Option<&RunningAgent>) -> Vec<Finding> {
    let language = session.language;
    if agent.is_some_and(RunningAgent::is_simulator) {
        return Vec::new();
    }
    let names = match PcscBackend::reader_names() {
        Ok(names) => names,
        Err(fault) => return vec![service_fault(language, fault)],
    };
    let mut findings = vec![Finding::well("pcsc", message!(language, "cli-doctor-service"))];
    if names.is_empty() {
        let text = message!(language, "cli-doctor-reader-none");
        findings.push(Finding::to_do("reader_none", text, message!(language, "cli-doctor-reader-none-remedy")));
        return findings;
    }
    for name in &names {
        let text = message!(language, "cli-doctor-reader", name = name.as_str());
        findings.push(Finding::well("reader", text));
    }
    if let Some(wanted) = config.card.reader.as_ref().filter(|wanted| !names.contains(wanted)) {
        let text = message!(language, "cli-doctor-reader-set", name = wanted.as_str());
        findings.push(Finding::to_do("reader_set", text, message!(language, "cli-doctor-reader-set-remedy")));
        return findings;
    }
    let seen = match agent {
        Some(agent) => agent.readers(),
        None => own_look(config).await,
    };
    findings.extend(cards(language, &seen));
    findings
}

/// What lies in the readers; no PIN, and nobody is asked.
async fn own_look(config: &Config) -> Vec<(String, String)> {
    let only = config.card.reader.clone();
    let backend = Arc::new(PcscBackend::default());
    let Ok(readers) = Readers::start(backend, &INDIVIDUAL_NUMBER_CARD, super::super::serve::policy(config), only)
    else {
        return Vec::new();
    };
    let settings = AgentSettings {
        language: None,
        own_language: Language::English,
        consent_timeout: config.consent.timeout,
        guard: config.consent.guard,
        phrase: String::new(),
        declines_before_wait: 1,
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
    let seen = agent.status().await.readers.into_iter();
    let seen = seen.map(|reader| (reader.name, name_of(reader.card).to_owned())).collect();
    agent.readers().stop(REST);
    seen
}

fn name_of(card: CardState) -> &'static str {
    match card {
        CardState::None => "none",
        CardState::Jpki => "jpki",
        CardState::Other => "other",
        CardState::Unsupported => "unsupported",
        CardState::Mute => "mute",
        CardState::Busy => "busy",
    }
}

/// One My Number Card is enough; what lies in other readers is then nobody's concern.
fn cards(language: Language, seen: &[(String, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, card) in seen {
        let name = name.as_str();
        let found = match card.as_str() {
            "jpki" => {
                return vec![Finding::well("card", message!(language, "cli-doctor-card", name = name))];
            }
            "other" | "unsupported" => (
                "card_other",
                message!(language, "cli-doctor-card-other", name = name),
                message!(language, "cli-doctor-card-other-remedy"),
            ),
            "mute" => (
                "card_mute",
                message!(language, "cli-doctor-card-mute", name = name),
                message!(language, "cli-doctor-card-mute-remedy"),
            ),
            "busy" => (
                "card_busy",
                message!(language, "cli-doctor-card-busy", name = name),
                message!(language, "cli-doctor-card-busy-remedy"),
            ),
            _ => continue,
        };
        let (code, text, remedy) = found;
        findings.push(Finding::to_do(code, text, remedy));
    }
    if findings.is_empty() {
        let text = message!(language, "cli-doctor-card-none");
        findings.push(Finding::to_do("card_none", text, message!(language, "cli-doctor-card-none-remedy")));
    }
    findings
}

fn service_fault(language: Language, fault: ServiceFault) -> Finding {
    match fault {
        ServiceFault::NotRunning if cfg!(target_os = "linux") && !is_pcscd_installed() => Finding::to_do(
            "pcsc_missing",
            message!(language, "cli-doctor-service-missing"),
            message!(language, "cli-doctor-service-missing-remedy"),
        ),
        ServiceFault::NotRunning => Finding::to_do(
            "pcsc_stopped",
            message!(language, "cli-doctor-service-stopped"),
            message!(language, "cli-doctor-service-stopped-remedy"),
        ),
        ServiceFault::AccessDenied => Finding::to_do(
            "pcsc_denied",
            message!(language, "cli-doctor-service-denied"),
            message!(language, "cli-doctor-service-denied-remedy"),
        ),
        ServiceFault::Other(error) => Finding::to_do(
            "pcsc_other",
            message!(language, "cli-doctor-service-other", error = error.to_string()),
            message!(language, "cli-doctor-service-other-remedy"),
        ),
    }
}

/// Administrators' programs are often not in a user's `PATH`.
fn is_pcscd_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/local/sbin", "/sbin", "/run/current-system/sw/bin"].map(Into::into);
    std::env::split_paths(&path).chain(usual).any(|folder| folder.join("pcscd").is_file())
}

/// The program that shows prompts, where this command's user sits.
pub(super) fn pinentry(session: &Session, config: &Config) -> Finding {
    let language = session.language;
    let set = config.consent.pinentry_program.clone();
    match (prompt_program(session, config), set) {
        (Some(program), _) => {
            let path = program.to_string_lossy();
            Finding::well("pinentry", message!(language, "cli-doctor-pinentry", path = path))
        }
        (None, Some(set)) => Finding::to_do(
            "pinentry_set",
            message!(language, "cli-doctor-pinentry-set", path = set.to_string_lossy()),
            message!(language, "cli-doctor-pinentry-set-remedy"),
        ),
        (None, None) => Finding::to_do(
            "pinentry_none",
            message!(language, "cli-doctor-pinentry-none"),
            message!(language, "cli-doctor-pinentry-none-remedy"),
        ),
    }
}

fn prompt_program(session: &Session, config: &Config) -> Option<PathBuf> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let seat = Seat {
        tty: crate::client::terminal().map(Into::into),
        term: variable("TERM"),
        display: variable("DISPLAY"),
        lang: session.locale.clone(),
    };
    Pinentry::new(config.consent.pinentry_program.clone(), Surroundings::of_this_process()).find_program(&seat).ok()
}

/// Files that decide what happens with the card: could others have written them? Says nothing if not.
pub(super) fn trust(session: &Session, config: &Config) -> Vec<Finding> {
    let language = session.language;
    let settings = config.path.as_deref().and_then(|path| std::path::absolute(path).ok());
    let parts = [
        ("config_untrusted", "settings", settings),
        ("pinentry_untrusted", "prompts", prompt_program(session, config)),
    ];
    let finding = |(code, part, path): (&'static str, &str, Option<PathBuf>)| {
        let why = trusted_path(&path?).err()?.to_string();
        let text = message!(language, "cli-doctor-untrusted", part = part, why = why);
        Some(Finding::to_do(code, text, message!(language, "cli-doctor-untrusted-remedy")))
    };
    parts.into_iter().filter_map(finding).collect()
}

/// The certificate for HTTPS, where that is enabled.
pub(super) fn https(language: Language, config: &Config) -> Option<Finding> {
    use super::super::tls::certificate;
    if !config.tls.enabled {
        return None;
    }
    let remedy = || message!(language, "cli-tls-renew");
    let unusable = |error: &dyn std::error::Error| {
        let text = message!(language, "cli-tls-certificate-faulty", why = error.to_string());
        Some(Finding::to_do("tls_unusable", format!("HTTPS: {text}"), remedy()))
    };
    let identity = match TlsFolder::find().and_then(|folder| folder.load()) {
        Ok(identity) => identity,
        Err(error) => return unusable(&error),
    };
    if let Err(error) = server_config(&identity) {
        return unusable(&error);
    }
    let facts = identity.facts();
    let text = format!("HTTPS: {}", certificate(language, facts, clock::now()));
    Some(match facts.standing(clock::now()) {
        Standing::Good => Finding::well("tls", text),
        Standing::EndsSoon => Finding::to_do("tls_ends_soon", text, remedy()),
        Standing::Expired | Standing::NotYet => Finding::to_do("tls_not_in_force", text, remedy()),
    })
}

/// Can the agent tell which user is behind a TCP connection?
pub(super) fn peer(language: Language) -> Finding {
    if crate::peer::SUPPORTED {
        Finding::well("peer", message!(language, "cli-doctor-peer"))
    } else {
        Finding::note("peer_unsupported", message!(language, "cli-doctor-peer-none"))
    }
}

/// What an agent started from here could do for its memory. This command tries it on itself.
pub(super) fn process(language: Language) -> Vec<Finding> {
    let hardening = Hardening::apply();
    let missing = hardening.steps().into_iter().filter_map(|(name, step)| match step {
        Step::NotPossible(why) => {
            let step = name.replace(' ', "-");
            let text = message!(language, "cli-doctor-process-missing", step = step, why = why.as_str());
            Some(Finding::note("process_unprotected", text))
        }
        Step::Done | Step::Unneeded(_) => None,
    });
    let missing: Vec<Finding> = missing.collect();
    if missing.is_empty() { vec![Finding::well("process", message!(language, "cli-doctor-process"))] } else { missing }
}

/// The audit log, if there is a place for one.
pub(super) fn audit(language: Language) -> Option<Finding> {
    Some(match super::super::audit::log()?.verify() {
        Ok(report) if report.is_intact() => Finding::well("audit", message!(language, "cli-doctor-audit")),
        Ok(_) => Finding::to_do(
            "audit_altered",
            message!(language, "cli-doctor-audit-altered"),
            message!(language, "cli-doctor-audit-altered-remedy"),
        ),
        Err(error) => Finding::note("audit_unusable", format!("{}: {error}", message!(language, "cli-audit-unusable"))),
    })
}

/// The ports pages look for. One is enough; another agent on it, of another user, is as much in the way as any program.
pub(super) async fn ports(language: Language, config: &Config, agent: Option<&RunningAgent>) -> Vec<Finding> {
    let own = agent.and_then(|agent| agent.endpoint.as_ref()).map(|endpoint| endpoint.port);
    let candidates = super::super::serve::ports(config);
    let mut findings = Vec::new();
    for port in candidates.iter().copied().chain(own.filter(|own| !candidates.contains(own))).filter(|port| *port != 0)
    {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(_) => {
                findings.push(Finding::well("port_free", message!(language, "cli-doctor-port", port = number(port))))
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                findings.push(taken(language, port, own).await);
            }
            Err(error) => findings.push(Finding::to_do(
                "port_refused",
                message!(language, "cli-doctor-port-refused", port = number(port), error = error.to_string()),
                message!(language, "cli-doctor-port-refused-remedy"),
            )),
        }
    }
    // A running agent has what it needs, and the second port is there for when the first is taken.
    let enough = own.is_some() || findings.iter().any(|finding| finding.code == "port_free");
    for finding in findings.iter_mut().filter(|finding| enough && finding.code.starts_with("port_")) {
        if finding.state == super::State::ToDo {
            finding.state = super::State::Note;
        }
    }
    findings
}

async fn taken(language: Language, port: u16, own: Option<u16>) -> Finding {
    match health(port).await {
        Some(version) if own == Some(port) => Finding::well(
            "port_own",
            message!(language, "cli-doctor-port-agent", port = number(port), version = version),
        ),
        Some(version) => {
            let text = message!(language, "cli-doctor-port-agent", port = number(port), version = version);
            Finding::to_do("port_agent", text, message!(language, "cli-doctor-port-other-remedy"))
        }
        None => {
            let text = message!(language, "cli-doctor-port-other", port = number(port));
            Finding::to_do("port_other", text, message!(language, "cli-doctor-port-other-remedy"))
        }
    }
}

/// As text: numbers would be grouped in thousands.
fn number(port: u16) -> String {
    port.to_string()
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn one_my_number_card_is_enough() {
        let seen = |cards: &[&str]| -> Vec<(String, String)> {
            cards.iter().map(|card| ("reader".to_owned(), (*card).to_owned())).collect()
        };
        for (readers, code) in [
            (&["none"][..], "card_none"),
            (&["none", "mute"], "card_mute"),
            (&["other"], "card_other"),
            (&["unsupported"], "card_other"),
            (&["busy"], "card_busy"),
            (&["other", "jpki"], "card"),
        ] {
            let findings = cards(Language::English, &seen(readers));
            assert_eq!(findings.iter().map(|it| it.code).collect::<Vec<_>>(), [code]);
            assert_eq!(findings[0].state == State::Well, code == "card");
            assert_eq!(findings[0].remedy.is_none(), code == "card");
        }
    }

    #[test]
    fn every_fault_of_the_service_has_a_remedy() {
        for fault in [ServiceFault::NotRunning, ServiceFault::AccessDenied] {
            let finding = service_fault(Language::Japanese, fault);
            assert!(finding.state == State::ToDo && finding.remedy.is_some(), "{finding:?}");
        }
    }
}
