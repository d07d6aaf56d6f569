//! `tls`: HTTPS on or off, with the certificate, the browsers that trust it, and the setting. Works on files; the running
//! agent takes nothing of it up before it is started anew, which is said.

mod view;

use std::path::PathBuf;
use std::slice::from_ref;

use clap::{Args, Subcommand};

use super::session::{Exit, Failure, Session};
use super::{ConfigArgument, clock};
use crate::config::edit::set_tls;
use crate::config::{self, Config, Overrides};
use crate::message;
use crate::message::{Language, Phrase};
use crate::system_command;
use crate::tls::folder::{FolderError, Noted, TlsFolder};
use crate::tls::identity::{AuthorityNames, Facts, Identity};
use crate::tls::provider::{check_processor, server_config};
use crate::tls::stores::{Places, Store};
use view::{StoreView, View};

/// Whether stores are changed without being told to: where that takes nobody's password.
const RUNS_BY_ITSELF: bool = cfg!(all(unix, not(target_os = "macos")));

#[derive(Debug, Subcommand)]
pub(super) enum TlsCommand {
    Enable(ChangeArguments),
    Disable(ChangeArguments),
    Status(ConfigArgument),
}

#[derive(Args, Debug)]
pub(super) struct ChangeArguments {
    #[command(flatten)]
    config: ConfigArgument,
    #[arg(long)]
    run: bool,
}

pub(super) async fn run(session: &Session, command: &TlsCommand) -> Result<Exit, Failure> {
    let place = Place::of(session, command)?;
    match command {
        TlsCommand::Enable(arguments) => place.enable(arguments.run || RUNS_BY_ITSELF).await,
        TlsCommand::Disable(arguments) => place.disable(arguments.run || RUNS_BY_ITSELF).await,
        TlsCommand::Status(_) => {
            let authority = place.identity().ok().map(|facts| facts.authority);
            let stores = place.look(place.noted()?, authority.as_ref()).await;
            View::look(session, &place, stores).await.print(session);
            Ok(Exit::Done)
        }
    }
}

/// Where everything is.
struct Place<'a> {
    session: &'a Session,
    settings: PathBuf,
    folder: TlsFolder,
    places: Places,
}

impl<'a> Place<'a> {
    fn of(session: &'a Session, command: &TlsCommand) -> Result<Self, Failure> {
        let language = session.language;
        let (TlsCommand::Enable(ChangeArguments { config, .. })
        | TlsCommand::Disable(ChangeArguments { config, .. })
        | TlsCommand::Status(config)) = command;
        let nowhere = || failed(language, &FolderError::Nowhere.phrase());
        let settings = config.config.clone().or_else(config::default_path).ok_or_else(nowhere)?;
        let folder = TlsFolder::find().map_err(|error| failed(language, &error.phrase()))?;
        Ok(Self { session, settings, folder, places: Places::of_this_user().ok_or_else(nowhere)? })
    }

    fn config(&self) -> Result<Config, Failure> {
        let language = self.session.language;
        // Origins without TLS may stand there for the software card.
        let overrides = Overrides { simulator: true, ..Overrides::default() };
        let path = Some(&self.settings).filter(|path| path.exists());
        path.map_or_else(|| Ok(Config::default()), |path| Config::load(Some(path), &overrides))
            .map_err(|error| Failure::settings(language, &error))
    }

    fn identity(&self) -> Result<Facts, FolderError> {
        self.folder.load().map(|identity| identity.facts().clone())
    }

    /// The stores of the browsers that are here and those changed before, and every authority that may be in them.
    fn noted(&self) -> Result<Noted, Failure> {
        let Noted { stores: known, mut authorities } =
            self.folder.noted().map_err(|error| failed(self.session.language, &error.phrase()))?;
        let mut stores = self.places.stores();
        for store in known {
            if !stores.contains(&store) {
                stores.push(store);
            }
        }
        authorities.extend(self.identity().ok().map(|facts| facts.authority).filter(|own| !authorities.contains(own)));
        Ok(Noted { stores, authorities })
    }

    async fn enable(&self, runs: bool) -> Result<Exit, Failure> {
        let language = self.session.language;
        let fail = |why: Phrase| failed(language, &why);
        // Everything that can fail without having changed anything comes first.
        check_processor().map_err(|error| fail(error.phrase()))?;
        self.config()?;
        let _lock = self.folder.lock().map_err(|error| fail(error.phrase()))?;
        let identity = Identity::generate(clock::now()).map_err(|error| fail(error.phrase()))?;
        server_config(&identity).map_err(|error| fail(error.phrase()))?;
        let Noted { stores, authorities: old } = self.noted()?;
        let (new, file) = (&identity.facts().authority, self.folder.authority_file());
        // Noted before anything is changed: whatever ends this half-way, the next one cleans up.
        let mut noted = Noted { stores: stores.clone(), authorities: [old.as_slice(), from_ref(new)].concat() };
        self.folder.note(&noted).map_err(|error| fail(error.phrase()))?;
        self.folder.write(&identity).map_err(|error| fail(error.phrase()))?;

        let mut views = Vec::new();
        for store in stores {
            let removal = old.iter().map(|old| store.distrust_command(old));
            let mut by_hand: Vec<_> = removal.chain(store.trust_commands(new, &file)).collect();
            let mut error = None;
            if runs {
                let changed = match store.distrust(&old).await {
                    Ok(_) => store.trust(new, &file).await,
                    Err(error) => Err(error),
                };
                error = changed.err().map(|error| error.phrase());
                if error.is_none() {
                    by_hand.clear();
                }
            }
            views.push(StoreView { trusted: Some(runs && error.is_none()), store, error, by_hand });
        }
        if views.iter().all(|view| view.trusted == Some(true)) {
            noted.authorities = vec![new.clone()];
            self.folder.note(&noted).map_err(|error| fail(error.phrase()))?;
        }
        set_tls(&self.settings, true).map_err(|error| fail(error.phrase()))?;
        Ok(self.end(views).await)
    }

    async fn disable(&self, runs: bool) -> Result<Exit, Failure> {
        let language = self.session.language;
        let fail = |why: Phrase| failed(language, &why);
        let _lock = self.folder.lock().map_err(|error| fail(error.phrase()))?;
        let noted = self.noted()?;
        let mut views = Vec::new();
        for store in noted.stores.iter().cloned() {
            let mut by_hand: Vec<_> = noted.authorities.iter().map(|ours| store.distrust_command(ours)).collect();
            let mut view = StoreView { store, trusted: None, error: None, by_hand: Vec::new() };
            if runs {
                match view.store.distrust(&noted.authorities).await {
                    Ok(_) => {
                        view.trusted = Some(false);
                        by_hand.clear();
                    }
                    Err(error) => view.error = Some(error.phrase()),
                }
            }
            views.push(StoreView { by_hand, ..view });
        }
        // What is not undone is remembered, and the key goes all the same: who still trusts it trusts nothing that exists.
        match views.iter().all(|view| view.trusted == Some(false)) {
            true => self.folder.forget_noted(),
            false => self.folder.note(&noted),
        }
        .map_err(|error| fail(error.phrase()))?;
        self.folder.remove_identity().map_err(|error| fail(error.phrase()))?;
        set_tls(&self.settings, false).map_err(|error| fail(error.phrase()))?;
        Ok(self.end(views).await)
    }

    /// Who trusts this authority, or, where there is none, one of ours.
    async fn look(&self, noted: Noted, authority: Option<&AuthorityNames>) -> Vec<StoreView> {
        let mut views = Vec::new();
        for store in noted.stores {
            // Without a certificate: one of ours that was left.
            let authority = authority.or_else(|| noted.authorities.last());
            let (trusted, error) = match store.is_trusting(authority).await {
                Ok(trusted) => (Some(trusted), None),
                Err(error) => (None, Some(error.phrase())),
            };
            views.push(StoreView { store, trusted, error, by_hand: Vec::new() });
        }
        views
    }

    async fn end(&self, stores: Vec<StoreView>) -> Exit {
        let complete = stores.iter().all(|view| view.by_hand.is_empty() && view.error.is_none());
        View::look(self.session, self, stores).await.print(self.session);
        if complete { Exit::Done } else { Exit::Failed }
    }
}

fn failed(language: Language, why: &Phrase) -> Failure {
    Failure::new(Exit::Failed, message!(language, "cli-tls-failed")).because(language, why)
}

/// Is the program there that changes this store?
fn has_program(store: &Store) -> bool {
    system_command::find(store.kind.program()).is_some()
}
