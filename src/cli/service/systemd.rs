//! `service` with systemd, the manager of the user (`systemctl --user`).

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use tokio::time::sleep;

use super::super::session::{Exit, Failure, Session};
use super::steps::{Steps, agent_runs, failed, refused};
use super::{ServiceCommand, no_manager};
use crate::client::Request;
use crate::config::{Config, Overrides};
use crate::message;
use crate::runtime_dir::RuntimeDir;
use crate::service::files::ServiceFolder;
use crate::service::program::program;
use crate::service::systemd::{HTTP, Plan, SOCKET, UNITS, UnitState, folder, is_packaged, plan, states, systemctl};
use crate::service::{ServiceError, relied_on};
use crate::trusted_path::faults;

/// How long the other port may take, which is opened once the first one could not be had.
const FALLBACK_LIMIT: Duration = Duration::from_secs(3);
/// Between two looks for it.
const PAUSE: Duration = Duration::from_millis(50);

pub(super) async fn run(session: &Session, command: &ServiceCommand) -> Result<Exit, Failure> {
    let language = session.language;
    let here = Here { session, folder: folder().map_err(|error| failed(language, &error))? };
    match command {
        ServiceCommand::Install => here.install().await,
        ServiceCommand::Uninstall => here.uninstall().await,
        ServiceCommand::Status => {
            let view = View::of(here.states().await?, here.plan(), |plan| here.is_current(plan));
            if session.json {
                session.print(&view.json().to_string());
            } else {
                view.tell(session);
            }
            Ok(view.exit())
        }
    }
}

struct Here<'a> {
    session: &'a Session,
    folder: ServiceFolder,
}

impl Here<'_> {
    fn fail(&self, error: impl Into<ServiceError>) -> Failure {
        failed(self.session.language, &error.into())
    }

    /// What should be there, for this program and these settings.
    fn plan(&self) -> Result<Plan, Failure> {
        let language = self.session.language;
        // Origins without TLS may stand there for the software card.
        let overrides = Overrides { simulator: true, ..Overrides::default() };
        let config = Config::load(None, &overrides).map_err(|error| {
            let failure = Failure::new(Exit::Failed, message!(language, "cli-settings-faulty"))
                .because(language, &error.phrase());
            failure.remedy(message!(language, "cli-settings-faulty-remedy"))
        })?;
        let program = program().map_err(|error| refused(language, &error))?;
        // Whoever can write to it could have another program started as this user.
        let faults = faults(&program).into_iter().chain(self.folder.faults());
        relied_on(faults).map_err(|error| refused(language, &error))?;
        plan(&program, config.server.port, is_packaged(&program)).map_err(|error| refused(language, &error))
    }

    async fn states(&self) -> Result<[UnitState; 4], Failure> {
        states()
            .await
            .map_err(|error| no_manager(self.session.language).because(self.session.language, &error.phrase()))
    }

    fn is_current(&self, plan: &Plan) -> bool {
        plan.files.iter().all(|file| self.folder.is_current(file).is_ok_and(|current| current))
    }

    async fn install(&self) -> Result<Exit, Failure> {
        let session = self.session;
        if rustix::process::geteuid().is_root() {
            let failure = Failure::new(Exit::Failed, message!(session.language, "service-root"));
            return Err(failure.remedy(message!(session.language, "service-root-remedy")));
        }
        let plan = self.plan()?;
        let [_, http, socket, _] = self.states().await?;
        if !socket.is_active() && session.ask(Request::get("/v1/health")).await.is_ok() {
            return Err(agent_runs(session.language));
        }
        // What is another's is seen before anything is changed.
        for unit in UNITS {
            self.folder.has(unit).map_err(|error| self.fail(error))?;
        }

        let mut steps = Steps::new(session);
        let is_planned = |unit: &str| plan.files.iter().any(|file| file.name == unit);
        if http.is_enabled() && !plan.enabled.contains(&HTTP) {
            steps.run(systemctl(["disable", HTTP])).await.map_err(|error| self.fail(error))?;
        }
        for unit in UNITS.into_iter().filter(|unit| !is_planned(unit)) {
            if self.folder.remove(unit).map_err(|error| self.fail(error))? {
                steps.removed(self.folder.file(unit));
            }
        }
        for file in &plan.files {
            if self.folder.write(file).map_err(|error| self.fail(error))? {
                steps.wrote(self.folder.file(file.name));
            }
        }
        let view = self.start(&mut steps, plan).await?;
        if session.json {
            let mut told = view.json();
            if let Some(members) = told.as_object_mut() {
                members.insert("done".to_owned(), steps.json());
            }
            session.print(&told.to_string());
        } else {
            view.tell(session);
        }
        Ok(view.exit())
    }

    /// Has the manager do what the files say, as far as it does not already.
    async fn start(&self, steps: &mut Steps<'_>, plan: Plan) -> Result<View, Failure> {
        let changed = !steps.written.is_empty() || !steps.removed.is_empty();
        if changed {
            steps.run(systemctl(["daemon-reload"])).await.map_err(|error| self.fail(error))?;
        }
        let mut view = View::of(self.states().await?, Ok(plan), |_| true);
        if changed {
            self.stop(steps, &view.states).await?;
        } else if view.is_listening() && view.is_enabled() {
            return Ok(view);
        }
        let enable = ["enable"].into_iter().chain(view.enabled.iter().copied());
        steps.run(systemctl(enable)).await.map_err(|error| self.fail(error))?;
        self.forget_failures(steps, &view.states).await;
        steps.run(systemctl(["start", SOCKET])).await.map_err(|error| self.fail(error))?;
        if view.enabled.contains(&HTTP) {
            // Another user may have the port. The manager opens the other one then, and the view tells how it went.
            let _ = steps.run(systemctl(["start", HTTP])).await;
        }
        let mut waited = Duration::ZERO;
        loop {
            view.states = self.states().await?;
            if view.is_listening() || waited >= FALLBACK_LIMIT {
                return Ok(view);
            }
            sleep(PAUSE).await;
            waited += PAUSE;
        }
    }

    async fn stop(&self, steps: &mut Steps<'_>, states: &[UnitState; 4]) -> Result<(), Failure> {
        let active = UNITS.into_iter().zip(states).filter(|(_, state)| state.is_active());
        let active: Vec<&str> = active.map(|(unit, _)| unit).collect();
        if !active.is_empty() {
            let command = systemctl(["stop"].into_iter().chain(active));
            steps.run(command).await.map_err(|error| self.fail(error))?;
        }
        Ok(())
    }

    /// A unit that failed before would go on counting its starts.
    async fn forget_failures(&self, steps: &mut Steps<'_>, states: &[UnitState; 4]) {
        let failed = UNITS.into_iter().zip(states).filter(|(_, state)| state.failure().is_some());
        let failed: Vec<&str> = failed.map(|(unit, _)| unit).collect();
        if !failed.is_empty() {
            let _ = steps.run(systemctl(["reset-failed"].into_iter().chain(failed))).await;
        }
    }

    async fn uninstall(&self) -> Result<Exit, Failure> {
        let session = self.session;
        let language = session.language;
        for unit in UNITS {
            self.folder.has(unit).map_err(|error| self.fail(error))?;
        }
        let states = self.states().await?;
        let mut steps = Steps::new(session);
        self.stop(&mut steps, &states).await?;
        let enabled: Vec<&str> =
            UNITS.into_iter().zip(&states).filter(|(_, state)| state.is_enabled()).map(|(unit, _)| unit).collect();
        if !enabled.is_empty() {
            let disable = systemctl(["disable"].into_iter().chain(enabled));
            steps.run(disable).await.map_err(|error| self.fail(error))?;
        }
        for unit in UNITS {
            if self.folder.remove(unit).map_err(|error| self.fail(error))? {
                steps.removed(self.folder.file(unit));
            }
        }
        self.forget_failures(&mut steps, &states).await;
        if !steps.removed.is_empty() {
            steps.run(systemctl(["daemon-reload"])).await.map_err(|error| self.fail(error))?;
        }
        let left = RuntimeDir::find().and_then(|folder| folder.clear());
        left.map_err(|error| Failure::runtime_dir(language, &error))?;
        if session.json {
            session.print(&json!({"done": steps.json()}).to_string());
        } else if steps.commands.is_empty() {
            session.print(&message!(language, "service-absent"));
        } else {
            session.print(&message!(language, "service-uninstalled"));
        }
        Ok(Exit::Done)
    }
}

/// How it is.
struct View {
    states: [UnitState; 4],
    /// Units that are to be started at each log-in.
    enabled: Vec<&'static str>,
    /// The files in the user's folder are those of this program and these settings.
    is_current: bool,
    /// Why this program could not be installed as things are.
    refused: Option<Failure>,
}

impl View {
    /// What the manager says, beside what should be there.
    fn of(states: [UnitState; 4], plan: Result<Plan, Failure>, is_current: impl FnOnce(&Plan) -> bool) -> Self {
        match plan {
            Ok(plan) => Self { states, is_current: is_current(&plan), enabled: plan.enabled, refused: None },
            Err(refused) => Self { states, is_current: true, enabled: vec![SOCKET, HTTP], refused: Some(refused) },
        }
    }

    fn is_installed(&self) -> bool {
        let [_, _, socket, service] = &self.states;
        socket.is_loaded() && service.is_loaded()
    }

    fn is_enabled(&self) -> bool {
        let [_, http, socket, _] = &self.states;
        socket.is_enabled() && (http.is_enabled() || !self.enabled.contains(&HTTP))
    }

    fn port(&self) -> Option<u16> {
        let [fallback, http, ..] = &self.states;
        [http, fallback].into_iter().find(|unit| unit.is_active())?.port()
    }

    fn is_listening(&self) -> bool {
        let [_, _, socket, _] = &self.states;
        socket.is_active() && (self.port().is_some() || !self.enabled.contains(&HTTP))
    }

    /// What is wrong, as a code for programs with the manager's own word.
    fn problems(&self) -> Vec<(&'static str, String)> {
        let [fallback, http, socket, service] = &self.states;
        let mut problems = Vec::new();
        if !self.is_installed() {
            return problems;
        }
        if let Some(result) = service.failure().or(socket.failure()) {
            problems.push(("failed", result.to_owned()));
        } else if socket.is_active() && !self.is_listening() {
            let result = fallback.failure().or(http.failure()).unwrap_or("inactive");
            problems.push(("no_port", result.to_owned()));
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

    fn exit(&self) -> Exit {
        if !self.problems().is_empty() {
            Exit::Failed
        } else if self.is_listening() {
            Exit::Done
        } else {
            Exit::NoAgent
        }
    }

    fn since(&self) -> Option<Timestamp> {
        let [.., service] = &self.states;
        service.since().filter(|_| service.is_active()).and_then(|seconds| Timestamp::from_second(seconds).ok())
    }

    fn json(&self) -> serde_json::Value {
        let [_, _, socket, service] = &self.states;
        let problems: Vec<_> =
            self.problems().into_iter().map(|(code, detail)| json!({"code": code, "detail": detail})).collect();
        json!({
            "manager": "systemd",
            "installed": self.is_installed(),
            "file": service.file(),
            "enabled": self.is_enabled(),
            "listening": {"socket": socket.is_active(), "port": self.port()},
            "running": service.is_active(),
            "pid": service.process(),
            "since": self.since().map(|since| since.to_string()),
            "problems": problems,
        })
    }

    fn tell(&self, session: &Session) {
        let language = session.language;
        let [_, _, socket, service] = &self.states;
        let word = |yes: bool| if yes { "yes" } else { "no" };
        if !self.is_installed() {
            session.print(&message!(language, "service-absent"));
            return session.print(&format!("  → {}", message!(language, "service-absent-remedy")));
        }
        let file = service.file().map(|file| file.display().to_string()).unwrap_or_default();
        session.print(&message!(language, "service-file", path = file));
        session.print(&message!(language, "service-enabled", enabled = word(self.is_enabled())));
        session.print(&message!(language, "service-socket", open = word(socket.is_active())));
        let (port, open) = (self.port(), word(self.port().is_some()));
        session.print(&message!(language, "service-port", open = open, port = port.unwrap_or_default().to_string()));
        let since = self.since().map(|since| since.to_string());
        let running = if since.is_some() { "since" } else { word(service.is_active()) };
        session.print(&message!(language, "service-agent", running = running, since = since.unwrap_or_default()));
        for (code, detail) in self.problems() {
            session.print(&message!(language, "service-problem", code = code, detail = detail));
            let of_refusal = self.refused.as_ref().filter(|_| code == "refused").and_then(|why| why.remedy.clone());
            let remedy = of_refusal.unwrap_or_else(|| message!(language, "service-problem-remedy", code = code));
            session.print(&format!("  → {remedy}"));
        }
    }
}
