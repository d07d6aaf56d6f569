//! Where browsers keep whom they trust, and how an authority gets in there and out again.
//!
//! On Linux each browser has databases of its own (NSS), changed by `certutil` of Debian's `libnss3-tools`: Chromium and
//! its kin share one below the home folder, each profile of Firefox has one. macOS and Windows have one store for all.
//! In every store the authority goes by its name, which begins with [`AUTHORITY`]; all of that name are ours.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::identity::{AUTHORITY, AuthorityNames};
use crate::runtime_dir::absolute;
use crate::system_command::{Command, CommandError};

/// Whom a store belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// Chromium and its kin on Linux.
    Chromium,
    /// A profile of Firefox on Linux.
    Firefox,
    /// The user's keychain on macOS.
    Keychain,
    /// The user's root certificates on Windows.
    Windows,
}

/// A trust store of this user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    /// Whose.
    pub kind: StoreKind,
    /// Folder of the database; the keychain's file; the name of the store on Windows.
    pub path: PathBuf,
}

/// Folders of a user from which stores are looked for.
#[derive(Clone, Debug)]
pub struct Places {
    /// `HOME`
    pub home: PathBuf,
    /// `XDG_CONFIG_HOME`, or what takes its place.
    pub config: PathBuf,
}

impl StoreKind {
    /// The name for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Keychain => "keychain",
            Self::Windows => "windows",
        }
    }

    fn is_nss(self) -> bool {
        matches!(self, Self::Chromium | Self::Firefox)
    }

    /// The program that changes it.
    #[must_use]
    pub fn program(self) -> &'static str {
        if self == Self::Keychain { "security" } else { "certutil" }
    }
}

impl Places {
    /// Those of this process's user; `None` if no home is known.
    #[must_use]
    pub fn of_this_user() -> Option<Self> {
        let home = absolute(if cfg!(windows) { "USERPROFILE" } else { "HOME" })?;
        let config = absolute("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config"));
        Some(Self { home, config })
    }

    /// The stores of this system.
    #[must_use]
    pub fn stores(&self) -> Vec<Store> {
        if cfg!(target_os = "macos") {
            vec![Store { kind: StoreKind::Keychain, path: self.home.join("Library/Keychains/login.keychain-db") }]
        } else if cfg!(windows) {
            vec![Store { kind: StoreKind::Windows, path: "Root".into() }]
        } else {
            self.nss()
        }
    }

    /// All databases of NSS that browsers use; Chromium's first, there or not, since it is easily made.
    fn nss(&self) -> Vec<Store> {
        let below = |folder: PathBuf, rest: &str| -> Vec<PathBuf> {
            folders_in(&folder).into_iter().map(|folder| folder.join(rest)).collect()
        };
        let mut chromium = vec![self.home.join(".pki/nssdb")];
        let mut firefox = vec![self.home.join(".mozilla/firefox"), self.config.join("mozilla/firefox")];
        // Snap and Flatpak give each program a home of its own.
        let boxes = [
            below(self.home.join("snap"), "current"),
            below(self.home.join("snap"), "common"),
            below(self.home.join(".var/app"), ""),
        ];
        for home in boxes.into_iter().flatten() {
            chromium.extend(Some(home.join(".pki/nssdb")).filter(|path| has_database(path)));
            firefox.push(home.join(".mozilla/firefox"));
            firefox.push(home.join("config/mozilla/firefox"));
            firefox.push(home.join(".config/mozilla/firefox"));
        }
        let profiles = firefox.iter().flat_map(|folder| folders_in(folder)).filter(|path| has_database(path));
        let chromium = chromium.into_iter().map(|path| Store { kind: StoreKind::Chromium, path });
        chromium.chain(profiles.map(|path| Store { kind: StoreKind::Firefox, path })).collect()
    }
}

fn has_database(folder: &Path) -> bool {
    folder.join("cert9.db").is_file()
}

/// The folders in this one, sorted; none if it cannot be read.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

impl Store {
    /// The commands that put the authority in this file into the store.
    #[must_use]
    pub fn trust_commands(&self, authority: &AuthorityNames, file: &Path) -> Vec<Command> {
        match self.kind {
            StoreKind::Chromium | StoreKind::Firefox => {
                let make = (!has_database(&self.path)).then(|| self.nss("-N", &["--empty-password"]));
                // Trusted to name servers, and nothing else.
                let add = self.nss("-A", &["-t", "C,,", "-n", &authority.name, "-i"]).and(file);
                make.into_iter().chain([add]).collect()
            }
            StoreKind::Keychain => {
                let add = Command::new("security", ["add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k"]);
                vec![add.and(&self.path).and(file)]
            }
            StoreKind::Windows => vec![Command::new("certutil", ["-user", "-addstore"]).and(&self.path).and(file)],
        }
    }

    /// The command that takes the authority out again.
    #[must_use]
    pub fn distrust_command(&self, authority: &AuthorityNames) -> Command {
        match self.kind {
            StoreKind::Chromium | StoreKind::Firefox => self.nss("-D", &["-n", &authority.name]),
            StoreKind::Keychain => {
                Command::new("security", ["delete-certificate", "-t", "-Z", &authority.sha1]).and(&self.path)
            }
            StoreKind::Windows => {
                Command::new("certutil", ["-user", "-delstore"]).and(&self.path).and(&authority.serial)
            }
        }
    }

    /// Puts the authority in. Makes a database of NSS that is not there.
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn trust(&self, authority: &AuthorityNames, file: &Path) -> Result<(), CommandError> {
        if self.kind.is_nss() {
            make_folder(&self.path).map_err(|source| CommandError::Start { program: self.kind.program(), source })?;
        }
        for command in self.trust_commands(authority, file) {
            command.run().await?;
        }
        Ok(())
    }

    /// Takes them out: in a database of NSS every one of ours, elsewhere those named. Was there anything?
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn distrust(&self, authorities: &[AuthorityNames]) -> Result<bool, CommandError> {
        let mut found = false;
        if !self.kind.is_nss() {
            for authority in authorities {
                if self.is_trusting(Some(authority)).await? {
                    self.distrust_command(authority).run().await?;
                    found = true;
                }
            }
            return Ok(found);
        }
        for (name, _) in self.ours().await? {
            self.nss("-D", &["-n", &name]).run().await?;
            found = true;
        }
        Ok(found)
    }

    /// Does it trust this authority? Without one: does it, in a database of NSS, trust any of ours?
    ///
    /// # Errors
    /// [`CommandError`]
    pub async fn is_trusting(&self, authority: Option<&AuthorityNames>) -> Result<bool, CommandError> {
        if self.kind.is_nss() {
            let ours = self.ours().await?;
            let named = |name: &str| authority.is_none_or(|authority| authority.name == name);
            return Ok(ours.iter().any(|(name, flags)| named(name) && flags.starts_with('C')));
        }
        let Some(authority) = authority else { return Ok(false) };
        let command = if self.kind == StoreKind::Windows {
            Command::new("certutil", ["-user", "-verifystore"]).and(&self.path).and(&authority.serial)
        } else {
            Command::new("security", ["find-certificate", "-c", &authority.name]).and(&self.path)
        };
        match command.run().await {
            Ok(_) => Ok(true),
            Err(CommandError::Failed { .. }) => Ok(false), // it is not there
            Err(error) => Err(error),
        }
    }

    /// Names and trust of our authorities in a database of NSS.
    async fn ours(&self) -> Result<Vec<(String, String)>, CommandError> {
        if !has_database(&self.path) {
            return Ok(Vec::new());
        }
        Ok(ours_in(&self.nss("-L", &[]).run().await?))
    }

    /// A command of `certutil` on this database.
    fn nss(&self, what: &str, arguments: &[&str]) -> Command {
        let mut database = OsString::from("sql:");
        database.push(&self.path);
        let command = Command::new("certutil", [what, "-d"]).and(database);
        arguments.iter().fold(command, |command, argument| command.and(*argument))
    }
}

/// The lines of `certutil -L` that are ours: a name, then spaces and the trust (`C,,`).
fn ours_in(list: &str) -> Vec<(String, String)> {
    let split = |line: &str| line.trim_end().rsplit_once(' ').map(|(name, trust)| (name.trim().into(), trust.into()));
    list.lines().filter(|line| line.starts_with(AUTHORITY)).filter_map(split).collect()
}

/// Mode 0700 for what is made.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn authority() -> AuthorityNames {
        AuthorityNames { name: format!("{AUTHORITY}0a0b0c0d"), serial: "40ff".into(), sha1: "abcd".into() }
    }

    #[test]
    fn every_browser_database_is_found_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        let databases = [
            "snap/chromium/current/.pki/nssdb",
            ".var/app/org.chromium.Chromium/.pki/nssdb",
            ".mozilla/firefox/abc.default-esr",
            ".config/mozilla/firefox/new.default",
            "snap/firefox/common/.mozilla/firefox/snap.default",
            ".var/app/org.mozilla.firefox/.mozilla/firefox/flat.default",
            ".var/app/org.mozilla.firefox/config/mozilla/firefox/flat.new",
        ];
        for path in databases {
            fs::create_dir_all(home.join(path)).unwrap();
            fs::write(home.join(path).join("cert9.db"), "").unwrap();
        }
        fs::create_dir_all(home.join(".mozilla/firefox/Crash Reports")).unwrap();
        let places = Places { home: home.to_owned(), config: home.join(".config") };
        let mut found: Vec<PathBuf> = places.nss().into_iter().map(|store| store.path).collect();
        assert_eq!(found.remove(0), home.join(".pki/nssdb"), "Chromium's own, though it is not there yet");
        let mut expected: Vec<PathBuf> = databases.iter().map(|path| home.join(path)).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_system_has_its_commands() {
        let lines = |kind, path: &str| {
            let store = Store { kind, path: path.into() };
            let mut lines: Vec<String> =
                store.trust_commands(&authority(), Path::new("/s/ca.pem")).iter().map(Command::to_string).collect();
            lines.push(store.distrust_command(&authority()).to_string());
            lines
        };
        assert_eq!(
            lines(StoreKind::Chromium, "/h/.pki/nssdb"),
            [
                "certutil -N -d sql:/h/.pki/nssdb --empty-password",
                "certutil -A -d sql:/h/.pki/nssdb -t C,, -n 'jpki-agent loopback CA 0a0b0c0d' -i /s/ca.pem",
                "certutil -D -d sql:/h/.pki/nssdb -n 'jpki-agent loopback CA 0a0b0c0d'",
            ]
        );
        assert_eq!(
            lines(StoreKind::Keychain, "/h/login.keychain-db"),
            [
                "security add-trusted-cert -r trustRoot -p ssl -k /h/login.keychain-db /s/ca.pem",
                "security delete-certificate -t -Z abcd /h/login.keychain-db",
            ]
        );
        assert_eq!(
            lines(StoreKind::Windows, "Root"),
            ["certutil -user -addstore Root /s/ca.pem", "certutil -user -delstore Root 40ff"]
        );
    }

    #[test]
    fn our_lines_are_told_from_others() {
        let list = "\nCertificate Nickname      Trust Attributes\n   SSL,S/MIME,JAR/XPI\n\n\
            jpki-agent loopback CA 0a0b0c0d            C,,  \nOther CA    C,,\njpki-agent loopback CA 1       ,, \n";
        let ours = ours_in(list);
        assert_eq!(ours[0], ("jpki-agent loopback CA 0a0b0c0d".to_owned(), "C,,".to_owned()));
        assert_eq!(ours[1], ("jpki-agent loopback CA 1".to_owned(), ",,".to_owned()));
        assert_eq!(ours.len(), 2);
    }
}
