//! How the service is, under systemd: what `service status` and `service install` tell.

use jiff::Timestamp;
use serde_json::json;

use super::super::session::{Exit, Failure, Session};
use crate::message;
use crate::service::running::RunningAgent;
use crate::service::systemd::{HTTP, HTTP_FALLBACK, Plan, REMINDERS_TIMER, SERVICE, SOCKET, States, UnitState};

/// How it is.
pub(super) struct View {
    pub(super) states: States,
    /// Units that are to be started at each log-in.
    pub(super) enabled: Vec<&'static str>,
    /// The files in the user's folder are those of this program and these settings.
    is_current: bool,
    /// The units are the package's, as they are.
    is_packaged: bool,
    /// Why this program could not be installed as things are.
    refused: Option<Failure>,
    /// An agent that the manager did not start.
    other: Option<RunningAgent>,
}

impl View {
    /// What the manager says, beside what should be there.
    pub(super) fn of(states: States, plan: Result<Plan, Failure>, is_current: impl FnOnce(&Plan) -> bool) -> Self {
        let view = Self {
            states,
            enabled: vec![REMINDERS_TIMER, SOCKET, HTTP],
            is_current: true,
            is_packaged: false,
            refused: None,
            other: None,
        };
        match plan {
            Ok(plan) => Self {
                is_current: is_current(&plan),
                is_packaged: !plan.files.iter().any(|file| file.name == SERVICE),
                enabled: plan.enabled,
                ..view
            },
            Err(refused) => Self { refused: Some(refused), ..view },
        }
    }

    /// With an agent that listens where the service would.
    pub(super) fn beside(self, other: Option<RunningAgent>) -> Self {
        Self { other, ..self }
    }

    fn socket(&self) -> &UnitState {
        self.states.of(SOCKET)
    }

    fn service(&self) -> &UnitState {
        self.states.of(SERVICE)
    }

    fn is_installed(&self) -> bool {
        self.socket().is_there() && self.service().is_there()
    }

    fn masked(&self) -> Vec<&'static str> {
        self.states.which(UnitState::is_masked)
    }

    /// A package brought it, and this user has not said that they want it.
    fn is_only_offered(&self) -> bool {
        let is_used = |state: &UnitState| state.is_enabled() || state.is_active() || state.failure().is_some();
        self.is_packaged && self.states.which(is_used).is_empty()
    }

    pub(super) fn is_enabled(&self) -> bool {
        self.enabled.iter().all(|unit| self.states.of(unit).is_enabled())
    }

    fn port(&self) -> Option<u16> {
        [HTTP, HTTP_FALLBACK].map(|unit| self.states.of(unit)).into_iter().find(|unit| unit.is_active())?.port()
    }

    pub(super) fn is_listening(&self) -> bool {
        self.socket().is_active() && (self.port().is_some() || !self.enabled.contains(&HTTP))
    }

    /// Does something look once a day whether there is something to remind of?
    pub(super) fn has_timer(&self) -> bool {
        self.states.of(REMINDERS_TIMER).is_active()
    }

    /// What is wrong, as a code for programs with the manager's own word.
    fn problems(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        if !self.is_installed() || self.is_only_offered() {
            return problems;
        }
        let [socket, service] = [self.socket(), self.service()];
        if !self.states.which(UnitState::is_faulty).is_empty() {
            problems.push(("faulty_unit", String::new()));
        } else if let Some(result) = service.failure().filter(|_| service.has_crashed() && socket.is_active()) {
            problems.push(("crashed", result.to_owned()));
        } else if let Some(result) = service.failure().or(socket.failure()) {
            problems.push(("failed", result.to_owned()));
        } else if let Some(other) = self.other {
            problems.push(("other_agent", other.process.to_string()));
        } else if !socket.is_active() {
            problems.push(("not_listening", String::new()));
        } else if !self.is_listening() {
            let result = [HTTP_FALLBACK, HTTP].iter().find_map(|unit| self.states.of(unit).failure());
            problems.push(("no_port", result.unwrap_or("inactive").to_owned()));
        }
        if self.is_listening() && !self.has_timer() {
            problems.push(("no_timer", String::new()));
        }
        if !self.is_enabled() {
            problems.push(("not_enabled", String::new()));
        }
        if let Some(refused) = &self.refused {
            let detail = refused.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
            problems.push(("refused", format!("{}{detail}", refused.title)));
        } else if !self.is_current {
            problems.push(("outdated", String::new()));
        }
        problems
    }

    pub(super) fn exit(&self) -> Exit {
        if !self.problems().is_empty() {
            Exit::Failed
        } else if self.is_listening() {
            Exit::Done
        } else {
            Exit::NoAgent
        }
    }

    fn since(&self) -> Option<Timestamp> {
        let service = self.service();
        service.since().filter(|_| service.is_active()).and_then(|seconds| Timestamp::from_second(seconds).ok())
    }

    pub(super) fn json(&self) -> serde_json::Value {
        let problems: Vec<_> =
            self.problems().into_iter().map(|(code, detail)| json!({"code": code, "detail": detail})).collect();
        json!({
            "manager": "systemd",
            "installed": self.is_installed(),
            "masked": !self.masked().is_empty(),
            "file": self.service().file(),
            "enabled": self.is_enabled(),
            "listening": {"socket": self.socket().is_active(), "port": self.port()},
            "running": self.service().is_active(),
            "pid": self.service().process(),
            "since": self.since().map(|since| since.to_string()),
            "other_agent": self.other.map(|other| json!({"pid": other.process, "icon": other.is_the_icons})),
            "problems": problems,
        })
    }

    pub(super) fn tell(&self, session: &Session) {
        let language = session.language;
        let word = |yes: bool| if yes { "yes" } else { "no" };
        let masked = self.masked();
        let absent = if !masked.is_empty() {
            let remedy = message!(language, "service-masked-remedy", units = masked.join(" "));
            Some((message!(language, "service-masked"), remedy))
        } else if !self.is_installed() {
            Some((message!(language, "service-absent"), message!(language, "service-absent-remedy")))
        } else if self.is_only_offered() {
            Some((message!(language, "service-offered"), message!(language, "service-absent-remedy")))
        } else {
            None
        };
        if let Some((how, remedy)) = absent {
            session.print(&how);
            session.print(&format!("  → {remedy}"));
            return self.tell_other(session);
        }
        let file = self.service().file().map(|file| file.display().to_string()).unwrap_or_default();
        session.print(&message!(language, "service-file", path = file));
        session.print(&message!(language, "service-enabled", enabled = word(self.is_enabled())));
        session.print(&message!(language, "service-socket", open = word(self.socket().is_active())));
        let (port, open) = (self.port(), word(self.port().is_some()));
        session.print(&message!(language, "service-port", open = open, port = port.unwrap_or_default().to_string()));
        if self.other.is_some() {
            self.tell_other(session);
        } else {
            let since = self.since().map(|since| since.to_string());
            let running = match (&since, self.service().is_active()) {
                (Some(_), _) => "since",
                (None, true) => "yes",
                (None, false) if self.socket().is_active() || self.port().is_some() => "no",
                (None, false) => "never",
            };
            session.print(&message!(language, "service-agent", running = running, since = since.unwrap_or_default()));
        }
        for (code, detail) in self.problems() {
            session.print(&message!(language, "service-problem", code = code, detail = detail));
            let of_refusal = self.refused.as_ref().filter(|_| code == "refused").and_then(|why| why.remedy.clone());
            let remedy = of_refusal.unwrap_or_else(|| message!(language, "service-problem-remedy", code = code));
            session.print(&format!("  → {remedy}"));
        }
    }

    fn tell_other(&self, session: &Session) {
        if let Some(other) = self.other {
            let by = if other.is_the_icons { "icon" } else { "hand" };
            let process = other.process.to_string();
            session.print(&message!(session.language, "service-agent-other", by = by, process = process));
        }
    }
}
