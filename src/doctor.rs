//! What is missing on this computer: looks at each part and says what it found, with cause and remedy.
//!
//! It looks only: nothing is changed, no card is asked and no PIN is sent. `jpki-agent doctor` and `GET /v1/doctor` show
//! the same findings; the words stand in `locales/*/doctor.ftl`.
//!
//! | part | what is looked at |
//! |---|---|
//! | [`checks`] | settings, folders, prompts, files others could have written, HTTPS, the agent's memory, the audit log |
//! | [`service`] | the smart card service, its readers and what is known to lie in them |
//! | [`usb`] | readers on USB that the service cannot see |
//! | [`ports`] | the ports that pages look for |

pub mod checks;
pub mod ports;
pub mod service;
pub mod usb;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::agent::CardState;
use crate::audit::AuditLog;
use crate::config::{Config, ConfigError};
use crate::consent::Seat;
use crate::consent::pinentry::Surroundings;
use crate::hardening::Hardening;
use crate::message::{Language, Phrase};
use crate::phrase;

/// How long all looks together may take: the smart card service may hang, and cannot be cut off.
pub const LIMIT: Duration = Duration::from_secs(5);

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Warning,
    /// Something to do.
    Error,
}

impl Level {
    /// The name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What was found about one part, in no language yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Names what was found, for programs: `reader_none`.
    pub check: &'static str,
    /// How it is.
    pub level: Level,
    text: Phrase,
    cause: Option<Cause>,
    remedy: Option<Phrase>,
}

/// Why something is as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    Phrase(Phrase),
    /// The system's or a library's own words.
    Foreign(String),
}

impl Finding {
    /// All is well.
    #[must_use]
    pub fn ok(check: &'static str, text: Phrase) -> Self {
        Self { check, level: Level::Ok, text, cause: None, remedy: None }
    }

    /// Worth knowing.
    #[must_use]
    pub fn warning(check: &'static str, text: Phrase) -> Self {
        Self { level: Level::Warning, ..Self::ok(check, text) }
    }

    /// Something to do.
    #[must_use]
    pub fn error(check: &'static str, text: Phrase, remedy: Phrase) -> Self {
        Self { level: Level::Error, remedy: Some(remedy), ..Self::ok(check, text) }
    }

    /// With what can be done about it.
    #[must_use]
    pub fn with_remedy(self, remedy: Phrase) -> Self {
        Self { remedy: Some(remedy), ..self }
    }

    /// With the reason.
    #[must_use]
    pub fn because(self, cause: Phrase) -> Self {
        Self { cause: Some(Cause::Phrase(cause)), ..self }
    }

    /// With the reason as the system gives it.
    #[must_use]
    pub fn because_of(self, cause: &dyn std::error::Error) -> Self {
        Self { cause: Some(Cause::Foreign(cause.to_string())), ..self }
    }

    /// What was found.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        self.text.text(language)
    }

    /// Why it is so, where that is known.
    #[must_use]
    pub fn cause(&self, language: Language) -> Option<String> {
        Some(match self.cause.as_ref()? {
            Cause::Phrase(phrase) => phrase.text(language),
            Cause::Foreign(text) => text.clone(),
        })
    }

    /// What can be done; always there for an error.
    #[must_use]
    pub fn remedy(&self, language: Language) -> Option<String> {
        Some(self.remedy.as_ref()?.text(language))
    }
}

/// The running agent, as far as it is known to whoever looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunningAgent {
    /// Its version.
    pub version: String,
    /// Does it serve the software card?
    pub is_simulator: bool,
    /// Its port.
    pub port: Option<u16>,
}

/// What is known before the looks.
#[derive(Debug)]
pub struct Scene {
    /// The settings, as they were read just now.
    pub config: Result<Config, ConfigError>,
    /// Where prompts would appear.
    pub seat: Seat,
    /// What whoever shows them knows of the display.
    pub surroundings: Surroundings,
    /// The agent of this user, if one runs.
    pub agent: Option<RunningAgent>,
    /// Ports on which the user's service manager listens for the agent.
    pub service_ports: Vec<u16>,
    /// What lies in each reader, by its name; `None` if that is not known.
    pub cards: Option<Vec<(String, CardState)>>,
    /// What came of protecting the memory, if that was tried.
    pub hardening: Option<Hardening>,
    /// The audit log.
    pub audit: Option<AuditLog>,
    /// The root of the file system: where devices and drivers are looked for.
    pub root: PathBuf,
    /// The present.
    pub now: Timestamp,
}

/// Looks at everything, in [`LIMIT`] at most, and not twice at the same time.
#[derive(Clone, Debug, Default)]
pub struct Doctor {
    busy: Arc<Mutex<()>>,
}

impl Doctor {
    /// All findings, in the order a person would go about it.
    pub async fn examine(&self, scene: Scene) -> Vec<Finding> {
        let (agent, ports) = (scene.agent.clone(), scene.config.as_ref().map(|config| config.server.ports()));
        let ports = ports.unwrap_or_else(|_| Config::default().server.ports());
        let of_service = scene.service_ports.clone();
        let looks = async {
            // Held by the looks themselves: those that hang keep the next ones from piling up behind them.
            let turn = self.busy.clone().lock_owned().await;
            let work = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                scene.look()
            });
            work.await.ok()
        };
        let looks = tokio::time::timeout(LIMIT, looks);
        let (looks, of_ports) = tokio::join!(looks, ports::look(&ports, agent.as_ref(), &of_service));
        let mut findings = match looks {
            Ok(Some(findings)) => findings,
            Ok(None) | Err(_) => {
                let text = phrase!("doctor-unfinished");
                vec![Finding::error("unfinished", text, phrase!("doctor-unfinished-remedy"))]
            }
        };
        findings.extend(of_ports);
        findings
    }
}

impl Scene {
    /// The looks that wait for disk and service.
    fn look(&self) -> Vec<Finding> {
        let defaults = Config::default();
        let config = self.config.as_ref().unwrap_or(&defaults);
        let mut findings = vec![checks::settings(&self.config), checks::runtime_dir(), self.agent_finding()];
        if !self.agent.as_ref().is_some_and(|agent| agent.is_simulator) {
            findings.extend(service::look(self, config));
        }
        findings.push(checks::pinentry(self, config));
        findings.extend(checks::trust(self, config));
        findings.extend(checks::https(config, self.now));
        findings.push(checks::peer());
        findings.extend(self.hardening.iter().flat_map(checks::process));
        findings.extend(self.audit.as_ref().map(checks::audit));
        findings
    }

    fn agent_finding(&self) -> Finding {
        match &self.agent {
            None => Finding::warning("agent_none", phrase!("doctor-agent-none"))
                .with_remedy(phrase!("doctor-agent-none-remedy")),
            Some(agent) if agent.is_simulator => {
                let text = phrase!("doctor-agent-simulator", version = agent.version.as_str());
                Finding::warning("agent_simulator", text)
            }
            Some(agent) => Finding::ok("agent", phrase!("doctor-agent", version = agent.version.as_str())),
        }
    }
}

#[cfg(test)]
mod tests;
