//! The doors of the agent that is starting: opened by it, or handed over by the service manager that starts it when
//! somebody knocks (`sd_listen_fds(3)`).

use super::super::session::{Exit, Failure};
use crate::config::Config;
use crate::message;
use crate::message::Language;
use crate::runtime_dir::RuntimeDir;
use crate::server::{self, BindError, BindOptions, Bound};

/// What the service manager handed over; nothing where the agent was started by hand.
#[derive(Debug, Default)]
pub(super) struct Activation {
    #[cfg(unix)]
    inherited: server::Inherited,
}

impl Activation {
    /// To be called before there are other threads: it takes names out of the environment.
    #[cfg(unix)]
    pub(super) fn take(language: Language) -> Result<Self, Failure> {
        let inherited = server::Inherited::take().map_err(|error| failure(language, &error.into()))?;
        Ok(Self { inherited })
    }

    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, reason = "one signature on all systems")]
    pub(super) fn take(_: Language) -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Was the agent started because somebody knocked? Then who knocks next starts it again.
    #[cfg(unix)]
    fn is_active(&self) -> bool {
        !self.inherited.is_empty()
    }

    /// Does the service manager keep the TCP port when the agent ends? Then token and address stay, too. A port that the
    /// agent opened itself is free then for anybody, whom no program may be led to with its token.
    #[cfg(unix)]
    pub(super) fn keeps_port(&self) -> bool {
        self.inherited.has_tcp()
    }

    #[cfg(not(unix))]
    #[expect(clippy::unused_self, reason = "one signature on all systems")]
    pub(super) fn keeps_port(&self) -> bool {
        false
    }

    /// Opens the doors, or takes those that are open.
    pub(super) async fn open(self, language: Language, config: &Config, folder: &RuntimeDir) -> Result<Bound, Failure> {
        let options = BindOptions { port: config.server.port, socket: Some(folder.socket()) };
        #[cfg(unix)]
        if self.is_active() {
            let bound = server::bind_inherited(&options, self.inherited).await;
            let bound = bound.map_err(|error| failure(language, &error))?;
            return Ok(bound.with_idle_exit(config.server.idle_exit));
        }
        server::bind(&options).await.map_err(|error| failure(language, &error))
    }
}

fn failure(language: Language, error: &BindError) -> Failure {
    match error {
        #[cfg(unix)]
        BindError::Socket(socket) if matches!(socket.reason, server::SocketReason::AnotherAgent) => {
            let failure = Failure::new(Exit::Failed, message!(language, "cli-agent-runs"));
            let failure = failure.because(language, &socket.phrase());
            failure.remedy(message!(language, "cli-agent-runs-remedy"))
        }
        #[cfg(unix)]
        BindError::Socket(socket) => {
            let failure = Failure::new(Exit::Failed, message!(language, "cli-runtime-dir"));
            let failure = failure.because(language, &socket.phrase());
            failure.remedy(message!(language, "cli-runtime-dir-remedy"))
        }
        #[cfg(unix)]
        BindError::Inherited(inherited) => {
            let failure = Failure::new(Exit::Failed, message!(language, "service-handed-over"));
            let failure = failure.because(language, &inherited.phrase());
            failure.remedy(message!(language, "service-handed-over-remedy"))
        }
        BindError::Port { .. } | BindError::BothPorts { .. } => {
            let failure =
                Failure::new(Exit::Failed, message!(language, "cli-port-taken")).because(language, &error.phrase());
            failure.remedy(message!(language, "cli-port-taken-remedy"))
        }
    }
}
