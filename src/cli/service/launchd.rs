//! `service` with launchd, the one of the log-in session (`launchctl`).

use std::path::PathBuf;

use serde_json::json;

use super::super::session::{Exit, Failure, Session};
use super::ServiceCommand;
use super::steps::{Steps, agent_runs, failed, refused};
use crate::client::Request;
use crate::message;
use crate::runtime_dir::RuntimeDir;
use crate::service::files::{ServiceFile, ServiceFolder};
use crate::service::launchd::{FILE, bootout, bootstrap, folder, print, process, property_list};
use crate::service::program::program;
use crate::service::{ServiceError, relied_on};
use crate::trusted_path::faults;

pub(super) async fn run(session: &Session, command: &ServiceCommand) -> Result<Exit, Failure> {
    let (home, folder) = folder().map_err(|error| failed(session.language, &error))?;
    let user = rustix::process::geteuid();
    let here = Here { session, home, folder, user: user.as_raw() };
    match command {
        ServiceCommand::Install if user.is_root() => {
            let failure = Failure::new(Exit::Failed, message!(session.language, "service-root"));
            Err(failure.remedy(message!(session.language, "service-root-remedy")))
        }
        ServiceCommand::Install => here.install().await,
        ServiceCommand::Uninstall => here.uninstall().await,
        ServiceCommand::Status => here.status().await,
    }
}

struct Here<'a> {
    session: &'a Session,
    home: PathBuf,
    folder: ServiceFolder,
    user: u32,
}

impl Here<'_> {
    fn fail(&self, error: impl Into<ServiceError>) -> Failure {
        failed(self.session.language, &error.into())
    }

    fn planned(&self) -> Result<ServiceFile, Failure> {
        let language = self.session.language;
        let program = program().map_err(|error| refused(language, &error))?;
        // Whoever can write to it could have another program started as this user.
        let faults = faults(&program).into_iter().chain(self.folder.faults());
        relied_on(faults).map_err(|error| refused(language, &error))?;
        property_list(&program, &self.home).map_err(|error| refused(language, &error))
    }

    /// Loaded, and with which process.
    async fn loaded(&self) -> Option<Option<u32>> {
        print(self.user).run().await.ok().map(|said| process(&said))
    }

    async fn install(&self) -> Result<Exit, Failure> {
        let file = self.planned()?;
        let was_loaded = self.loaded().await.is_some();
        if !was_loaded && self.session.ask(Request::get("/v1/health")).await.is_ok() {
            return Err(agent_runs(self.session.language, None));
        }
        let mut steps = Steps::new(self.session);
        let is_changed = self.folder.write(&file).map_err(|error| self.fail(error))?;
        if is_changed {
            steps.wrote(self.folder.file(FILE));
        }
        if is_changed && was_loaded {
            steps.run(bootout(self.user)).await.map_err(|error| self.fail(error))?;
        }
        if is_changed || !was_loaded {
            let load = bootstrap(self.user, &self.folder.file(FILE));
            steps.run(load).await.map_err(|error| self.fail(error))?;
        }
        self.status().await
    }

    async fn uninstall(&self) -> Result<Exit, Failure> {
        let (session, language) = (self.session, self.session.language);
        self.folder.has(FILE).map_err(|error| self.fail(error))?;
        let mut steps = Steps::new(session);
        if self.loaded().await.is_some() {
            steps.run(bootout(self.user)).await.map_err(|error| self.fail(error))?;
        }
        if self.folder.remove(FILE).map_err(|error| self.fail(error))? {
            steps.removed(self.folder.file(FILE));
        }
        let left = RuntimeDir::find().and_then(|folder| folder.clear());
        left.map_err(|error| Failure::runtime_dir(language, &error))?;
        if session.json {
            session.print(&json!({"done": steps.json()}).to_string());
        } else if steps.commands.is_empty() && steps.removed.is_empty() {
            session.print(&message!(language, "service-absent"));
        } else {
            session.print(&message!(language, "service-uninstalled"));
        }
        Ok(Exit::Done)
    }

    async fn status(&self) -> Result<Exit, Failure> {
        let (session, language) = (self.session, self.session.language);
        let is_installed = self.folder.has(FILE).map_err(|error| self.fail(error))?;
        let is_current = self.folder.is_current(&self.planned()?).map_err(|error| self.fail(error))?;
        let loaded = self.loaded().await;
        let process = loaded.flatten();
        let port = RuntimeDir::find().ok().and_then(|folder| folder.read_endpoint()).map(|endpoint| endpoint.port);
        let port = port.filter(|_| process.is_some());
        let problem = match (is_installed, loaded, process) {
            (false, ..) => None,
            (true, None, _) => Some("not_enabled"),
            (true, Some(_), None) => Some("failed"),
            (true, Some(_), Some(_)) => (!is_current).then_some("outdated"),
        };
        let word = |yes: bool| if yes { "yes" } else { "no" };
        if session.json {
            let problems: Vec<_> = problem.iter().map(|code| json!({"code": code, "detail": ""})).collect();
            let file = self.folder.file(FILE);
            session.print(
                &json!({
                    "manager": "launchd", "installed": is_installed, "file": is_installed.then_some(file),
                    "enabled": loaded.is_some(), "listening": {"socket": process.is_some(), "port": port},
                    "running": process.is_some(), "pid": process, "since": null, "problems": problems,
                })
                .to_string(),
            );
        } else if is_installed {
            session.print(&message!(language, "service-file", path = self.folder.file(FILE).display().to_string()));
            session.print(&message!(language, "service-enabled", enabled = word(loaded.is_some())));
            let open = word(port.is_some());
            session.print(&message!(
                language,
                "service-port",
                open = open,
                port = port.unwrap_or_default().to_string()
            ));
            session.print(&message!(language, "service-agent", running = word(process.is_some()), since = ""));
            if let Some(code) = problem {
                session.print(&message!(language, "service-problem", code = code, detail = ""));
                session.print(&format!("  → {}", message!(language, "service-problem-remedy", code = code)));
            }
        } else {
            session.print(&message!(language, "service-absent"));
            session.print(&format!("  → {}", message!(language, "service-absent-remedy")));
        }
        Ok(match (problem, process) {
            (Some(_), _) => Exit::Failed,
            (None, Some(_)) => Exit::Done,
            (None, None) => Exit::NoAgent,
        })
    }
}
