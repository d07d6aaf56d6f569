//! What `tls` shows: the setting, the certificate, the running agent and the trust stores, for a person or a program.

use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::clock;
use super::super::file::shown;
use super::super::session::Session;
use super::{Place, has_program};
use crate::certificate::validity::date_in_japan;
use crate::client::Request;
use crate::message;
use crate::message::{Language, Phrase};
use crate::runtime_dir::RuntimeDir;
use crate::system_command::Command;
use crate::tls::folder::FolderError;
use crate::tls::identity::{Facts, Standing};
use crate::tls::stores::Store;

/// One trust store, as it was found or left.
pub(super) struct StoreView {
    pub(super) store: Store,
    /// Does it trust the authority? `None`: it could not be seen.
    pub(super) trusted: Option<bool>,
    pub(super) error: Option<Phrase>,
    /// What is left for a person to do there.
    pub(super) by_hand: Vec<Command>,
}

/// The running agent.
struct AgentView {
    port: Option<u16>,
    /// It was started before the certificate was made.
    is_older: bool,
}

pub(super) struct View {
    enabled: bool,
    identity: Result<Facts, FolderError>,
    agent: Option<AgentView>,
    stores: Vec<StoreView>,
    now: Timestamp,
}

impl View {
    pub(super) async fn look(session: &Session, place: &Place<'_>, stores: Vec<StoreView>) -> Self {
        let identity = place.identity();
        let agent = match session.ask(Request::get("/v1/health")).await {
            Ok(_) => RuntimeDir::find().ok().and_then(|folder| {
                let endpoint = folder.read_endpoint()?;
                // Written once, at its start.
                let started = written(&folder.endpoint_file());
                let is_older = identity.is_ok() && started < written(&place.folder.identity_file());
                Some(AgentView { port: endpoint.tls_port, is_older })
            }),
            Err(_) => None,
        };
        let enabled = place.config().is_ok_and(|config| config.tls.enabled);
        Self { enabled, identity, agent, stores, now: clock::now() }
    }

    pub(super) fn print(&self, session: &Session) {
        if session.json {
            session.print(&self.json().to_string());
        } else {
            session.print(&self.lines(session.language).join("\n"));
        }
    }

    fn json(&self) -> Value {
        let identity = self.identity.as_ref().ok().map(|facts| {
            json!({
                "authority": facts.authority.name,
                "notBefore": facts.not_before.to_string(),
                "notAfter": facts.not_after.to_string(),
                "daysLeft": facts.days_left(self.now),
                "state": facts.standing(self.now).name(),
            })
        });
        let fault = self.identity.as_ref().err().filter(|error| !matches!(error, FolderError::Absent(_)));
        let stores = self.stores.iter().map(|view| {
            json!({
                "kind": view.store.kind.name(),
                "path": view.store.path.to_string_lossy(),
                "trusted": view.trusted,
                "error": view.error.as_ref().map(Phrase::to_string),
                "commands": view.by_hand.iter().map(Command::to_string).collect::<Vec<_>>(),
            })
        });
        json!({
            "enabled": self.enabled,
            "certificate": identity,
            "fault": fault.map(ToString::to_string),
            "agent": self.agent.as_ref().map(|agent| {
                json!({"tlsPort": agent.port, "restartNeeded": self.needs_restart(agent)})
            }),
            "stores": stores.collect::<Vec<_>>(),
        })
    }

    /// Does it not do what the settings and files say?
    fn needs_restart(&self, agent: &AgentView) -> bool {
        let could = self.enabled && self.identity.as_ref().is_ok_and(|facts| facts.standing(self.now).is_in_force());
        could != agent.port.is_some() || (could && agent.is_older)
    }

    fn lines(&self, language: Language) -> Vec<String> {
        let state = if self.enabled { "on" } else { "off" };
        let mut lines = vec![message!(language, "cli-tls-state", state = state)];
        match &self.identity {
            Ok(facts) => {
                lines.push(certificate(language, facts, self.now));
                if facts.standing(self.now) != Standing::Good {
                    lines.push(arrow(&message!(language, "cli-tls-renew")));
                }
            }
            Err(FolderError::Absent(_)) if !self.enabled => {}
            Err(error) => {
                lines.push(message!(language, "cli-tls-certificate-faulty", why = error.phrase().text(language)));
                lines.push(arrow(&message!(language, "cli-tls-renew")));
            }
        }
        lines.extend(self.agent_lines(language));
        for view in &self.stores {
            lines.extend(store_lines(language, view));
        }
        let is_wanted = |view: &StoreView| self.enabled || view.error.is_some() || !view.by_hand.is_empty();
        let is_missing = self.stores.iter().any(|view| is_wanted(view) && !has_program(&view.store));
        if is_missing && cfg!(all(unix, not(target_os = "macos"))) {
            lines.push(message!(language, "cli-tls-certutil"));
            lines.push(arrow(&message!(language, "cli-tls-certutil-remedy")));
        }
        lines
    }

    fn agent_lines(&self, language: Language) -> Vec<String> {
        let Some(agent) = &self.agent else { return vec![message!(language, "cli-tls-agent-none")] };
        let mut lines = vec![match agent.port {
            Some(port) => message!(language, "cli-tls-agent", url = format!("https://127.0.0.1:{port}")),
            None => message!(language, "cli-tls-agent-without"),
        }];
        if self.needs_restart(agent) {
            lines.push(arrow(&message!(language, "cli-tls-restart")));
        }
        lines
    }
}

/// How long the certificate lasts.
fn certificate(language: Language, facts: &Facts, now: Timestamp) -> String {
    let (date, days) = (date_in_japan(facts.not_after).to_string(), facts.days_left(now));
    message!(language, "cli-tls-certificate", state = facts.standing(now).name(), date = date, days = days)
}

fn store_lines(language: Language, view: &StoreView) -> Vec<String> {
    let state = match view.trusted {
        Some(true) => "trusted",
        Some(false) => "untrusted",
        None => "unknown",
    };
    let (kind, path) = (view.store.kind.name(), shown(&view.store.path));
    let mut line = message!(language, "cli-tls-store", state = state, kind = kind, path = path);
    if let Some(error) = &view.error {
        line = format!("{line}: {}", error.text(language));
    }
    let mut lines = vec![line];
    lines.extend(view.by_hand.iter().map(|command| arrow(&command.to_string())));
    lines
}

/// When a file was written.
fn written(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn arrow(text: &str) -> String {
    format!("  → {text}")
}
