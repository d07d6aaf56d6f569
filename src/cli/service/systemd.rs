//! `service` with systemd, the manager of the user (`systemctl --user`).

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use super::super::session::{Exit, Failure, Session};
use super::steps::{Steps, agent_runs, failed, refused};
use super::view::View;
use super::{ServiceCommand, no_manager};
use crate::config::{Config, Overrides};
use crate::message;
use crate::message::Language;
use crate::runtime_dir::RuntimeDir;
use crate::service::files::ServiceFolder;
use crate::service::program::program;
use crate::service::running::RunningAgent;
use crate::service::systemd::{
    HTTP, Plan, REMINDERS_TIMER, SERVICE, SOCKET, States, UNITS, UnitState, folder, is_packaged, plan, states,
    systemctl,
};
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
        ServiceCommand::Status if rustix::process::geteuid().is_root() => Err(root(language)),
        ServiceCommand::Status => {
            let states = here.states().await?;
            let other = here.other_agent(&states).await;
            let view = View::of(states, here.plan(), |plan| here.is_current(plan)).beside(other);
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
        let config = Config::load(None, &overrides).map_err(|error| Failure::settings(language, &error))?;
        let program = program().map_err(|error| refused(language, &error))?;
        // Whoever can write to it could have another program started as this user.
        let faults = faults(&program).into_iter().chain(self.folder.faults());
        relied_on(faults).map_err(|error| refused(language, &error))?;
        plan(&program, config.server.port, is_packaged(&program)).map_err(|error| refused(language, &error))
    }

    async fn states(&self) -> Result<States, Failure> {
        states()
            .await
            .map_err(|error| no_manager(self.session.language).because(self.session.language, &error.phrase()))
    }

    /// An agent that the manager did not start. While it listens itself, there can be none, and asking would start its own.
    async fn other_agent(&self, states: &States) -> Option<RunningAgent> {
        if states.of(SOCKET).is_active() || states.of(SERVICE).is_active() {
            return None;
        }
        RunningAgent::find(&RuntimeDir::find().ok()?).await
    }

    fn is_current(&self, plan: &Plan) -> bool {
        plan.files.iter().all(|file| self.folder.is_current(file).is_ok_and(|current| current))
    }

    async fn install(&self) -> Result<Exit, Failure> {
        let session = self.session;
        if rustix::process::geteuid().is_root() {
            return Err(root(session.language));
        }
        let plan = self.plan()?;
        let states = self.states().await?;
        let masked = states.which(UnitState::is_masked);
        if !masked.is_empty() {
            return Err(self.fail(ServiceError::Masked(masked)));
        }
        // What is another's is seen before anything is changed.
        for unit in UNITS {
            self.folder.has(unit).map_err(|error| self.fail(error))?;
        }

        let mut steps = Steps::new(session);
        if let Some(agent) = self.other_agent(&states).await {
            self.end(agent, &mut steps).await?;
        }
        let is_planned = |unit: &str| plan.files.iter().any(|file| file.name == unit);
        if states.of(HTTP).is_enabled() && !plan.enabled.contains(&HTTP) {
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

    /// Makes way for the service: the icon's own agent is ended in order, and the icon joins the service's. Any other
    /// was started by somebody who relies on it.
    async fn end(&self, agent: RunningAgent, steps: &mut Steps<'_>) -> Result<(), Failure> {
        let session = self.session;
        if !agent.is_the_icons {
            return Err(agent_runs(session.language, Some(agent.process)));
        }
        let folder = RuntimeDir::find().map_err(|error| Failure::runtime_dir(session.language, &error))?;
        match agent.end(&folder).await {
            Ok(true) => {
                steps.ended(agent.process);
                Ok(())
            }
            Ok(false) => Err(agent_runs(session.language, Some(agent.process))),
            Err(error) => Err(agent_runs(session.language, Some(agent.process)).detail(error)),
        }
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
        } else if view.is_listening() && view.has_timer() && view.is_enabled() {
            return Ok(view);
        }
        let enable = ["enable"].into_iter().chain(view.enabled.iter().copied());
        steps.run(systemctl(enable)).await.map_err(|error| self.fail(error))?;
        self.forget_failures(steps, &view.states).await;
        // The port first: a program that waits for the Unix socket, as the icon does, starts the agent at once, and what is
        // not open then the agent opens itself.
        if view.enabled.contains(&HTTP) {
            // Another user may have the port. The manager opens the other one then, and the view tells how it went.
            let _ = steps.run(systemctl(["start", HTTP])).await;
        }
        steps.run(systemctl(["start", SOCKET, REMINDERS_TIMER])).await.map_err(|error| self.fail(error))?;
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

    async fn stop(&self, steps: &mut Steps<'_>, states: &States) -> Result<(), Failure> {
        let active = states.which(UnitState::is_active);
        if !active.is_empty() {
            let command = systemctl(["stop"].into_iter().chain(active));
            steps.run(command).await.map_err(|error| self.fail(error))?;
        }
        Ok(())
    }

    /// A unit that failed before would go on counting its starts.
    async fn forget_failures(&self, steps: &mut Steps<'_>, states: &States) {
        let failed = states.which(|state| state.failure().is_some());
        if !failed.is_empty() {
            let _ = steps.run(systemctl(["reset-failed"].into_iter().chain(failed))).await;
        }
    }

    async fn uninstall(&self) -> Result<Exit, Failure> {
        let session = self.session;
        let language = session.language;
        if rustix::process::geteuid().is_root() {
            return Err(root(language));
        }
        for unit in UNITS {
            self.folder.has(unit).map_err(|error| self.fail(error))?;
        }
        let states = self.states().await?;
        let mut steps = Steps::new(session);
        self.stop(&mut steps, &states).await?;
        let enabled = states.which(UnitState::is_enabled);
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
        let enabled = self.states().await?.which(UnitState::is_enabled);
        if session.json {
            session.print(&json!({"done": steps.json(), "enabled_for_all": enabled}).to_string());
        }
        if !enabled.is_empty() {
            let failure = Failure::new(Exit::Failed, message!(language, "service-enabled-for-all"));
            return Err(failure.remedy(message!(
                language,
                "service-enabled-for-all-remedy",
                units = enabled.join(" ")
            )));
        }
        if session.json {
        } else if steps.commands.is_empty() {
            session.print(&message!(language, "service-absent"));
        } else {
            session.print(&message!(language, "service-uninstalled"));
        }
        Ok(Exit::Done)
    }
}

fn root(language: Language) -> Failure {
    Failure::new(Exit::Failed, message!(language, "service-root")).remedy(message!(language, "service-root-remedy"))
}
