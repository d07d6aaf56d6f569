//! What stands around the agent while it serves: the living allow-list, token, audit log, notices, and what follows from
//! one to the other.

use std::sync::{Arc, Mutex};

use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

use super::super::clock;
use super::super::session::{Exit, Failure, Session};
use crate::agent::{Agent, Caller};
use crate::audit::{AuditLog, AuditSettings, Event};
use crate::config::{self, Config, Overrides};
use crate::consent::{Asker, Seat};
use crate::first_visits::FirstVisits;
use crate::gatekeeper::{Gatekeeper, Token};
use crate::message;
use crate::notices::{Activation, Notice, Notices};
use crate::origin::{Origin, Scope, Scopes};
use crate::origins::{ChangedBy, OriginStore, StoreEvent, assess};
use crate::phrase;
use crate::reminders::Reminders;
use crate::runtime_dir;
use crate::sync::lock;

/// What stands around the agent.
pub(super) struct Desk {
    gatekeeper: Arc<Gatekeeper>,
    token: Token,
    audit: AuditLog,
    notices: Arc<dyn Notices>,
    first_visits: Arc<FirstVisits>,
    reminders: Arc<Reminders>,
    presses: Mutex<Option<mpsc::Receiver<Activation>>>,
    simulator: bool,
}

impl Desk {
    /// Everything, as the settings say; with the token of the log-in session, if it has one.
    pub(super) fn open(
        session: &Session,
        config: &Config,
        overrides: Overrides,
        known_token: Option<Token>,
    ) -> Result<Self, Failure> {
        let failed = |error: &dyn std::error::Error| Failure::start(session.language, error);
        let simulator = overrides.simulator;
        let path = config.path.clone().or_else(config::default_path);
        let homeless = || {
            let title = message!(session.language, "cli-start-failed");
            Failure::new(Exit::Failed, title).because(session.language, &phrase!("fault-home-unset"))
        };
        let path = path.ok_or_else(homeless)?;
        let language = session.language;
        let read = move |text: &str| match Config::parse(text, &overrides) {
            Ok(config) => Ok(config.origins),
            Err(fault) => Err(fault.text(language)),
        };
        let origins = OriginStore::open(&path, read).map_err(|error| failed(&error))?;
        let state = runtime_dir::state_folder();
        let state = state.ok_or_else(homeless)?;

        let (notices, presses) = desktop(session);
        let token = known_token.map_or_else(Token::random, Ok).map_err(|error| failed(&error))?;
        let of_refusals = config.notifications.refused_origins.then(|| notices.clone());
        let known = Token::written(token.as_str());
        let gatekeeper = Gatekeeper::new(origins, known, config.limits.requests_per_minute, of_refusals);
        Ok(Self {
            gatekeeper: Arc::new(gatekeeper),
            token,
            audit: AuditLog::new(
                &state.join("audit"),
                AuditSettings { retention_days: config.audit_retention_days, ..AuditSettings::default() },
            ),
            notices,
            first_visits: Arc::new(FirstVisits::at(&state.join("origins-met"))),
            reminders: Arc::new(Reminders::at(&state.join("reminders.json"), config.notifications.reminders)),
            presses: Mutex::new(presses),
            simulator,
        })
    }

    pub(super) fn gatekeeper(&self) -> Arc<Gatekeeper> {
        self.gatekeeper.clone()
    }

    pub(super) fn token(&self) -> &Token {
        &self.token
    }

    pub(super) fn audit(&self) -> AuditLog {
        self.audit.clone()
    }

    pub(super) fn notices(&self) -> Arc<dyn Notices> {
        self.notices.clone()
    }

    pub(super) fn first_visits(&self) -> Arc<FirstVisits> {
        self.first_visits.clone()
    }

    pub(super) fn reminders(&self) -> Arc<Reminders> {
        self.reminders.clone()
    }

    /// Follows the allow-list and the buttons of notices and reminds in time, for as long as the runtime lives.
    pub(super) fn attend(&self, agent: Arc<Agent>) {
        tokio::spawn(agent.clone().remind(self.notices.clone()));
        let (gatekeeper, audit, notices) = (self.gatekeeper.clone(), self.audit.clone(), self.notices.clone());
        let first_visits = self.first_visits.clone();
        let mut events = gatekeeper.origins().subscribe();
        tokio::spawn(async move {
            loop {
                let event = match events.recv().await {
                    Ok(event) => event,
                    Err(RecvError::Lagged(missed)) => {
                        tracing::warn!(missed, "changes of the allow-list went by unrecorded");
                        continue;
                    }
                    Err(RecvError::Closed) => return,
                };
                let noted = match event {
                    StoreEvent::Added { origin, scopes, by } => {
                        gatekeeper.forget_refusal(&origin);
                        notices.show(Notice::OriginAdded { origin: origin.clone() });
                        Event::OriginAllowed { origin, scopes, by_file: by == ChangedBy::File }
                    }
                    StoreEvent::Removed { origin, by } => {
                        first_visits.forget(&origin);
                        Event::OriginRemoved { origin, by_file: by == ChangedBy::File }
                    }
                    StoreEvent::Broken { .. } | StoreEvent::Repaired => continue,
                };
                let audit = audit.clone();
                let _ = tokio::task::spawn_blocking(move || audit.note(&noted, clock::now())).await;
            }
        });
        if let Some(mut presses) = lock(&self.presses).take() {
            let (gatekeeper, simulator) = (self.gatekeeper.clone(), self.simulator);
            tokio::spawn(async move {
                while let Some(Activation { origin }) = presses.recv().await {
                    allow_after_asking(&agent, &gatekeeper, origin, simulator).await;
                }
            });
        }
    }
}

/// The person pressed "allow" on a notice: asks them, by name and scopes, and only then allows it.
async fn allow_after_asking(agent: &Arc<Agent>, gatekeeper: &Arc<Gatekeeper>, origin: Origin, simulator: bool) {
    let scopes = Scopes::from_iter(Scope::DEFAULT);
    let surroundings = crate::origins::Surroundings { simulator, force: false };
    let warnings = match assess(&origin, &gatekeeper.origins().current(), surroundings) {
        Ok(warnings) => warnings,
        Err(refusal) => {
            tracing::info!(%origin, ?refusal, "this origin is not allowed by a notice");
            return;
        }
    };
    let words = |language| warnings.iter().map(|warning| warning.text(language)).collect::<Vec<_>>();
    let caller = Caller { asker: Asker::Program(Default::default()), seat: Seat::default() };
    match agent.confirm_origin(&caller, &origin, &scopes, words).await {
        Ok(()) => {
            let (gatekeeper, allowed) = (gatekeeper.clone(), origin.clone());
            let work = move || gatekeeper.origins().allow(&allowed, &scopes, false);
            if let Ok(Err(error)) = tokio::task::spawn_blocking(work).await {
                tracing::error!(%error, %origin, "the origin could not be allowed");
            }
        }
        Err(problem) => tracing::info!(%problem, %origin, "the origin stays refused"),
    }
}

#[cfg(target_os = "linux")]
fn desktop(session: &Session) -> (Arc<dyn Notices>, Option<mpsc::Receiver<Activation>>) {
    let (notices, presses) = crate::notices::DesktopNotices::start(crate::bus::Bus::Session, session.language);
    (Arc::new(notices), Some(presses))
}

#[cfg(not(target_os = "linux"))]
fn desktop(_: &Session) -> (Arc<dyn Notices>, Option<mpsc::Receiver<Activation>>) {
    (Arc::new(crate::notices::NoNotices), None)
}
