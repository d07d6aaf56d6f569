//! Commands of the system's own programs, such as those that change trust stores or start services: shown as a person
//! would type them, and started without a shell.
//!
//! A program is looked for in the system's own folders, never along `PATH`, and not started if somebody else could have
//! written it: what it is told to trust, browsers believe; what it is told to start runs whenever the user is there.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::time::timeout;

use crate::message::Phrase;
use crate::phrase;
use crate::trusted_path::{Untrusted, trusted_path};

/// Where programs of the system lie.
const FOLDERS: &[&str] = if cfg!(windows) {
    &[r"C:\Windows\System32"]
} else {
    &["/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin"]
};

/// How long a command may take. Systems other than Linux ask the person first.
const LIMIT: Duration = if cfg!(target_os = "linux") { Duration::from_secs(30) } else { Duration::from_secs(300) };

/// What such a program needs to know of where it is.
const ENVIRONMENT: &[&str] = &[
    "HOME",
    "USER",
    "LOGNAME",
    "USERPROFILE",
    "SystemRoot",
    "TMPDIR",
    "TEMP",
    // Where `systemctl --user` finds the manager.
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
];

/// A program and what it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name, without a folder.
    pub program: &'static str,
    /// Its arguments, none of them secret.
    pub arguments: Vec<OsString>,
}

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum CommandError {
    /// The program is not installed.
    Absent(&'static str),
    /// Somebody else could have written the program.
    Untrusted(#[from] Untrusted),
    /// It could not be started.
    Start {
        /// Which program.
        program: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// It did not end in time; it was made to.
    TimedOut(&'static str),
    /// It failed.
    Failed {
        /// Which program.
        program: &'static str,
        /// Its last line.
        said: String,
    },
}

impl CommandError {
    /// In no language yet; what a program says stands in it as it came.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Absent(program) => phrase!("fault-command-absent", program = *program),
            Self::Untrusted(why) => phrase!("fault-command-untrusted", why = why.phrase()),
            Self::Start { program, source } => {
                phrase!("fault-command-failed", program = *program, said = source.to_string())
            }
            Self::TimedOut(program) => phrase!("fault-command-late", program = *program),
            Self::Failed { program, said } => {
                phrase!("fault-command-failed", program = *program, said = said.as_str())
            }
        }
    }
}

/// Where this program of the system is; `None` if it is not installed.
#[must_use]
pub fn find(program: &str) -> Option<PathBuf> {
    find_in(FOLDERS, program)
}

fn find_in(folders: &[&str], program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    folders.iter().map(|folder| Path::new(folder).join(&name)).find(|path| path.is_file())
}

impl Command {
    /// This program with these arguments.
    pub fn new<A: Into<OsString>>(program: &'static str, arguments: impl IntoIterator<Item = A>) -> Self {
        Self { program, arguments: arguments.into_iter().map(Into::into).collect() }
    }

    /// With one more argument.
    #[must_use]
    pub fn and(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Runs it to its end; what it printed.
    ///
    /// # Errors
    /// [`CommandError`].
    pub async fn run(&self) -> Result<String, CommandError> {
        let program = self.program;
        let path = find(program).ok_or(CommandError::Absent(program))?;
        trusted_path(&path)?;
        let mut command = tokio::process::Command::new(path);
        command.args(&self.arguments).env_clear().env("LC_ALL", "C");
        command.envs(ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        #[cfg(target_os = "linux")]
        command.process_group(0); // it must not read a password from the terminal
        let output = timeout(LIMIT, command.output()).await.map_err(|_| CommandError::TimedOut(program))?;
        let output = output.map_err(|source| CommandError::Start { program, source })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("failed");
        Err(CommandError::Failed { program, said: last.chars().filter(|c| !c.is_control()).take(200).collect() })
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.program)?;
        for argument in &self.arguments {
            write!(f, " {}", quoted(&argument.to_string_lossy()))?;
        }
        Ok(())
    }
}

/// These paths as a shell takes them for arguments.
#[must_use]
pub fn as_words(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| quoted(&path.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

/// As a shell takes it for one argument: in single quotes, on Windows in double ones, where it needs any.
fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:,=+@".contains(c) || (cfg!(windows) && c == '\\');
    if !argument.is_empty() && argument.chars().all(is_plain) {
        argument.to_owned()
    } else if cfg!(windows) {
        format!("\"{argument}\"") // no path there can have one in it
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_command_is_shown_as_a_shell_takes_it() {
        let command = Command::new("certutil", ["-n", "a b", "-d", "sql:/home/o'hara/.pki", ""]);
        assert_eq!(command.to_string(), r"certutil -n 'a b' -d 'sql:/home/o'\''hara/.pki' ''");
        let script = format!("printf '[%s]' {}", &command.to_string()["certutil ".len()..]);
        let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said, "[-n][a b][-d][sql:/home/o'hara/.pki][]");
    }

    #[test]
    fn programs_are_found_in_the_folders_of_the_system_only() {
        assert_eq!(find_in(&["/nowhere", "/usr/bin"], "env"), Some("/usr/bin/env".into()));
        assert_eq!(find_in(&["/nowhere"], "env"), None);
        assert_eq!(find_in(FOLDERS, "no-such-program"), None);
    }

    #[tokio::test]
    #[cfg(unix)]
    async fn a_command_sees_little_and_its_failure_is_told() {
        let seen = Command::new::<&str>("env", []).run().await.unwrap();
        let known = |line: &str| line.starts_with("LC_ALL=") || ENVIRONMENT.iter().any(|name| line.starts_with(name));
        assert!(seen.contains("LC_ALL=C") && seen.lines().all(known), "{seen}");
        let failed = Command::new("env", ["--no-such-option"]).run().await.unwrap_err().to_string();
        assert!(failed.starts_with("env: "), "{failed}");
        assert!(matches!(Command::new::<&str>("no-such", []).run().await, Err(CommandError::Absent("no-such"))));
    }
}
