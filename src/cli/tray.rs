//! `tray`: the icon in the notification area. Starts an agent if none runs, and joins it if one does.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use clap::Args;
use tokio::sync::mpsc;

use super::session::{Exit, Failure, Session};
use super::signals::Signals;
use super::{ConfigArgument, serve};
use crate::client::Client;
use crate::config::{Config, Overrides};
use crate::hardening::Hardening;
use crate::message;
use crate::message::Language;
use crate::runtime_dir::RuntimeDir;
use crate::tray::{Launcher, OnlyOne};

#[derive(Args, Debug)]
pub(super) struct TrayArguments {
    #[command(flatten)]
    config: ConfigArgument,
    #[arg(long)]
    simulator: bool,
}

impl TrayArguments {
    /// What an agent is told that is started from here.
    fn serve(&self) -> Vec<OsString> {
        let config = self.config.config.iter().flat_map(|path| ["--config".into(), path.clone().into_os_string()]);
        config.chain(self.simulator.then(|| "--simulator".into())).collect()
    }

    /// The language of the settings, as the agent's own prompts have it; faulty settings are the agent's to complain of.
    fn language(&self) -> Option<Language> {
        let overrides = Overrides { simulator: self.simulator, ..Overrides::default() };
        Config::load(self.config.config.as_deref(), &overrides).ok()?.language
    }
}

pub(super) async fn run(session: &Session, arguments: TrayArguments) -> Result<Exit, Failure> {
    let language = arguments.language().unwrap_or(session.language);
    serve::start_logging();
    tracing::debug!(step = %Hardening::apply_to_this_process_alone(), "not traceable");
    let folder = RuntimeDir::find()
        .and_then(|folder| folder.create().map(|()| folder))
        .map_err(|error| Failure::runtime_dir(language, &error))?;
    let failed = |error: io::Error| Failure::start(language, &error);
    let Some(_only_one) = OnlyOne::take(folder.path()).map_err(failed)? else {
        session.note(&message!(language, "tray-runs"));
        return Ok(Exit::Done);
    };
    let signals = Signals::listen().map_err(failed)?;
    // Now, since the file of this program may be another one once it was updated.
    let program = std::env::current_exe().map_err(failed)?;
    let launcher = Launcher { program, serve: arguments.serve() };
    let locale = if language == session.language { session.locale.clone() } else { Some(language.tag().to_owned()) };
    let client = Client::new(folder.socket(), locale);
    show(Tray { client, socket: folder.socket(), launcher, language, signals }).await
}

/// What is the same on every system.
struct Tray {
    client: Client,
    socket: PathBuf,
    launcher: Launcher,
    language: Language,
    signals: Signals,
}

#[cfg(target_os = "linux")]
async fn show(tray: Tray) -> Result<Exit, Failure> {
    use crate::tray::notifier::Notifier;
    use crate::tray::{Keeper, Parts, State, view};

    let Tray { client, socket, launcher, language, mut signals } = tray;
    let (sender, wishes) = mpsc::unbounded_channel();
    let first = view::view(&State::default(), language);
    let surface = Notifier::start(first, sender).await.map_err(|error| {
        let failure = Failure::new(Exit::Failed, message!(language, "tray-no-bus")).detail(error);
        failure.remedy(message!(language, "tray-no-bus-remedy"))
    })?;
    let keeper = Keeper::new(Parts { client, socket, launcher, surface, wishes, language, clock: super::clock::now });
    keeper.run(signals.next()).await;
    Ok(Exit::Done)
}

/// The icon belongs to this thread, the first, as macOS wants it; all else happens on another one meanwhile.
#[cfg(any(target_os = "macos", windows))]
#[expect(clippy::unused_async, reason = "one signature on all systems")]
async fn show(tray: Tray) -> Result<Exit, Failure> {
    use crate::tray::native::Desk;
    use crate::tray::{Keeper, Parts};

    let Tray { client, socket, launcher, language, mut signals } = tray;
    let failed = |error: &dyn std::error::Error| {
        let failure = Failure::new(Exit::Failed, message!(language, "tray-no-desktop")).detail(error);
        failure.remedy(message!(language, "tray-no-desktop-remedy"))
    };
    let (sender, wishes) = mpsc::unbounded_channel();
    let (desk, surface) = Desk::open(sender).map_err(|error| failed(&error))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| failed(&error))?;
    let keeping = std::thread::spawn(move || {
        let keeper =
            Keeper::new(Parts { client, socket, launcher, surface, wishes, language, clock: super::clock::now });
        runtime.block_on(keeper.run(signals.next()));
    });
    desk.run().map_err(|error| failed(&error))?;
    if keeping.join().is_err() {
        tracing::error!("the tray ended by a fault of its own");
    }
    Ok(Exit::Done)
}

/// No kept library shows icons here.
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
async fn show(tray: Tray) -> Result<Exit, Failure> {
    let failure = Failure::new(Exit::Failed, message!(tray.language, "tray-no-desktop"));
    Err(failure.remedy(message!(tray.language, "tray-no-desktop-remedy")))
}
