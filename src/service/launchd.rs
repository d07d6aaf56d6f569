//! The agent under launchd (`launchd.plist(5)`): its property list, and asking the user's launchd (`launchctl`).
//!
//! It runs from the log-in on. Sockets that launchd opens beforehand can only be taken over by a C function that no
//! maintained crate makes safe, and an agent that waits costs nothing to speak of.

use std::path::{Path, PathBuf};

use super::files::{MARK, ServiceFile, ServiceFolder};
use super::{ServiceError, path_text};
use crate::runtime_dir::absolute;
use crate::system_command::Command;

/// Its name for launchd.
pub const LABEL: &str = "jpki-agent";
/// The name of its file.
pub const FILE: &str = "jpki-agent.plist";

const TEXT: &str = include_str!("../../launchd/jpki-agent.plist");

/// The property list for this program of the user with this home folder.
///
/// # Errors
/// [`ServiceError::OddPath`]
pub fn property_list(program: &Path, home: &Path) -> Result<ServiceFile, ServiceError> {
    let text = TEXT
        .replace("<plist version", &format!("<!-- {MARK} -->\n<plist version"))
        .replace("@PROGRAM@", &escaped(path_text(program)?))
        .replace("@HOME@", &escaped(path_text(home)?));
    Ok(ServiceFile { name: FILE, text })
}

/// As character data of XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The home folder, and `Library/LaunchAgents` in it.
///
/// # Errors
/// [`ServiceError::Nowhere`]
pub fn folder() -> Result<(PathBuf, ServiceFolder), ServiceError> {
    let home = absolute("HOME").ok_or(ServiceError::Nowhere)?;
    let folder = ServiceFolder::at(home.join("Library/LaunchAgents"));
    Ok((home, folder))
}

/// Loads the file into the log-in session of this user, which starts the agent.
#[must_use]
pub fn bootstrap(user: u32, file: &Path) -> Command {
    Command::new("launchctl", ["bootstrap".to_owned(), format!("gui/{user}")]).and(file)
}

/// Takes it out again, which ends the agent.
#[must_use]
pub fn bootout(user: u32) -> Command {
    Command::new("launchctl", ["bootout".to_owned(), format!("gui/{user}/{LABEL}")])
}

/// Asks for its state; fails if it is not loaded.
#[must_use]
pub fn print(user: u32) -> Command {
    Command::new("launchctl", ["print".to_owned(), format!("gui/{user}/{LABEL}")])
}

/// The process in what [`print()`] answers, if it runs.
#[must_use]
pub fn process(said: &str) -> Option<u32> {
    said.lines().find_map(|line| line.trim().strip_prefix("pid = ")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use plist::Value;

    use super::*;

    fn parsed(program: &str, home: &str) -> plist::Dictionary {
        let file = property_list(Path::new(program), Path::new(home)).unwrap();
        assert!(!file.text.contains("@PROGRAM@") && !file.text.contains("@HOME@"), "{}", file.text);
        Value::from_reader_xml(file.text.as_bytes()).unwrap().into_dictionary().unwrap()
    }

    #[test]
    fn it_is_a_property_list_with_the_program_and_the_log_in_it() {
        let list = parsed("/Users/hanako/R&D <1>/jpki-agent", "/Users/hanako");
        assert_eq!(list["Label"].as_string(), Some(LABEL));
        let arguments: Vec<_> = list["ProgramArguments"].as_array().unwrap().iter().map(|it| it.as_string()).collect();
        assert_eq!(arguments, [Some("/Users/hanako/R&D <1>/jpki-agent"), Some("serve")]);
        assert_eq!(list["StandardErrorPath"].as_string(), Some("/Users/hanako/Library/Logs/jpki-agent.log"));
        assert_eq!(list["Umask"].as_unsigned_integer(), Some(0o077));
    }

    /// An agent whose settings are faulty must not be started again and again.
    #[test]
    fn it_is_started_again_after_a_crash_only() {
        let list = parsed("/usr/local/bin/jpki-agent", "/Users/hanako");
        let keep: Vec<_> = list["KeepAlive"].as_dictionary().unwrap().iter().collect();
        assert_eq!(keep, [(&"Crashed".to_owned(), &Value::Boolean(true))]);
    }

    #[test]
    fn the_process_is_read_from_what_launchctl_prints() {
        assert_eq!(process("gui/501/jpki-agent = {\n\tstate = running\n\n\tpid = 4711\n}"), Some(4711));
        assert_eq!(process("gui/501/jpki-agent = {\n\tstate = not running\n}"), None);
    }
}
