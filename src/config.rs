//! The settings: one checked [`Config`] from defaults, the file and the arguments, in this order (`api-contract` 5).
//!
//! What the file may contain stands in `config/file.rs`. Nothing is taken that was not understood: an unknown key, a value out
//! of range or an origin no browser would send is a [`ConfigError`] that names the line. Nobody below the server reads
//! settings; they are given values.

pub mod edit;
mod file;
mod syntax;

use std::fmt;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::message::{Language, Phrase};
use crate::origin::AllowList;
use crate::phrase;
use crate::reader::Sharing;
use crate::reminders::ReminderSettings;
use crate::runtime_dir::absolute;

/// Where pages look for the agent first (`api-contract` 1).
pub const DEFAULT_PORT: u16 = 25754;
/// Where it listens if [`DEFAULT_PORT`] is taken.
pub const FALLBACK_PORT: u16 = 29754;

/// Everything the agent can be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Where the settings came from; `None` if there is no file.
    pub path: Option<PathBuf>,
    /// Language of prompts and messages of the agent itself; `None`: from the locale.
    pub language: Option<Language>,
    /// `[server]`
    pub server: ServerConfig,
    /// `[card]`
    pub card: CardConfig,
    /// `[consent]`
    pub consent: ConsentConfig,
    /// `[limits]`
    pub limits: LimitsConfig,
    /// `[notifications]`
    pub notifications: NotificationsConfig,
    /// `[tls]`
    pub tls: TlsConfig,
    /// `audit.retention_days`: older records are dropped; `None`: none are.
    pub audit_retention_days: Option<u32>,
    /// `[[origins]]`
    pub origins: AllowList,
}

/// `[server]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerConfig {
    /// The only port to try; 0 is any free one. `None`: the contract's two.
    pub port: Option<u16>,
    /// After how long without use an agent ends that a service manager starts again; `None`: never.
    pub idle_exit: Option<Duration>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self { port: None, idle_exit: Some(Duration::from_secs(15 * 60)) }
    }
}

/// `[tls]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TlsConfig {
    /// Whether to listen with TLS as well.
    pub enabled: bool,
    /// The only port to try. `None`: the contract's two.
    pub port: Option<u16>,
}

/// `[card]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardConfig {
    /// Only the reader of this name.
    pub reader: Option<String>,
    /// How long a card may be kept between requests.
    pub idle_release: Duration,
    /// Whether a card may be shared if another program is connected.
    pub sharing: Sharing,
    /// Whether to try longer and fewer reads.
    pub extended_reads: bool,
    /// Folder of further certificates of authorities.
    pub roots_dir: Option<PathBuf>,
}

/// `[consent]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentConfig {
    /// The program that shows prompts; `None`: the usual ones, in the usual order.
    pub pinentry_program: Option<PathBuf>,
    /// How long a prompt waits.
    pub timeout: Duration,
    /// Answers sooner than this after a prompt appeared are discarded.
    pub guard: Duration,
    /// The holder's own words, shown in every real prompt.
    pub phrase: String,
}

/// `[limits]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitsConfig {
    /// How many requests a caller may send in a minute.
    pub requests_per_minute: NonZeroU32,
    /// Refusals and time-outs in ten minutes before a caller must wait for its next prompt.
    pub declines_before_wait: u32,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self { requests_per_minute: NonZeroU32::MIN.saturating_add(599), declines_before_wait: 3 }
    }
}

/// `[notifications]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotificationsConfig {
    /// After each use of a key.
    pub signatures: bool,
    /// When pages are turned away.
    pub refused_origins: bool,
    /// In time: certificates that end, passwords to be changed, the end of a stay.
    pub reminders: ReminderSettings,
}

impl Default for NotificationsConfig {
    fn default() -> Self {
        Self { signatures: true, refused_origins: true, reminders: ReminderSettings::default() }
    }
}

impl ServerConfig {
    /// The ports that are tried, in this order.
    #[must_use]
    pub fn ports(&self) -> Vec<u16> {
        self.port.map_or_else(|| vec![DEFAULT_PORT, FALLBACK_PORT], |port| vec![port])
    }
}

/// What the arguments say over the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--port`
    pub port: Option<u16>,
    /// `--simulator`: the software card is in use, so origins on this computer may do without TLS.
    pub simulator: bool,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}", self.phrase())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not understood.
    #[error("{}", self.phrase())]
    Faulty {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        #[source]
        fault: Fault,
    },
}

/// What is wrong with the content of a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The line, counted from 1; `None` where it cannot be told.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: Phrase,
}

impl ConfigError {
    /// Which file, where in it, and what is wrong; in no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        let (place, why) = match self {
            Self::Unreadable { path, source } => {
                (path.display().to_string(), phrase!("settings-unreadable", why = source.to_string()))
            }
            Self::Faulty { path, fault } => {
                let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
                (format!("{}{line}", path.display()), fault.what.clone())
            }
        };
        phrase!("settings-at", place = place, why = why)
    }

    /// What to do.
    #[must_use]
    pub fn remedy(&self) -> Phrase {
        match self {
            Self::Unreadable { .. } => phrase!("settings-unreadable-remedy"),
            Self::Faulty { .. } => phrase!("settings-faulty-remedy"),
        }
    }
}

impl Fault {
    /// The line, if it is known, and what is wrong.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let line = self.line.map(|line| format!("{line}:")).unwrap_or_default();
        format!("{line} {}", self.what.text(language))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

impl Default for ConsentConfig {
    fn default() -> Self {
        Self {
            pinentry_program: None,
            timeout: Duration::from_secs(120),
            guard: Duration::from_secs(1),
            phrase: String::new(),
        }
    }
}

impl Config {
    /// The settings in `file`, or in the usual place if that exists, with `overrides` over them.
    ///
    /// # Errors
    /// [`ConfigError`]; a `file` that was named has to be there.
    pub fn load(file: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        let named = file.is_some();
        let mut config = match file.map(Path::to_owned).or_else(default_path) {
            None => Self::default(),
            Some(path) => match std::fs::read_to_string(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => Self::default(),
                Err(source) => return Err(ConfigError::Unreadable { path, source }),
                Ok(text) => match Self::parse(&text, overrides) {
                    Ok(config) => Self { path: Some(path), ..config },
                    Err(fault) => return Err(ConfigError::Faulty { path, fault }),
                },
            },
        };
        config.server.port = overrides.port.or(config.server.port);
        Ok(config)
    }

    /// The settings in the text of a file.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn parse(text: &str, overrides: &Overrides) -> Result<Self, Fault> {
        file::parse(text, overrides)
    }
}

/// `$XDG_CONFIG_HOME/jpki-agent/config.toml`; on macOS below `~/Library/Application Support`, on Windows below
/// `%APPDATA%`.
#[must_use]
pub fn default_path() -> Option<PathBuf> {
    let folder = if cfg!(target_os = "macos") {
        absolute("HOME")?.join("Library/Application Support")
    } else if cfg!(windows) {
        absolute("APPDATA")?
    } else {
        // The specification: a relative path is to be ignored.
        absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?
    };
    Some(folder.join("jpki-agent").join("config.toml"))
}
