//! The agent under systemd: its units (`systemd.unit(5)`), and asking the user's manager (`systemctl --user`).
//!
//! Six units. `jpki-agent.socket` is the Unix socket, `jpki-agent-http.socket` the port for pages, and where another
//! user of the computer has that one, `jpki-agent-http-fallback.socket` the other; each starts `jpki-agent.service`.
//! A port in the settings is written into the second; there is no third then, and with "any free port" no second either:
//! the agent opens it when it runs. `jpki-agent-reminders.timer` starts `jpki-agent-reminders.service` once a day, which
//! starts the agent if there is something to remind of.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use super::files::{MARK, ServiceFile, ServiceFolder};
use super::{ServiceError, path_text};
use crate::runtime_dir::absolute;
use crate::server::DEFAULT_PORT;
use crate::system_command::{Command, CommandError};

/// The agent itself.
pub const SERVICE: &str = "jpki-agent.service";
/// Its Unix socket.
pub const SOCKET: &str = "jpki-agent.socket";
/// The port for pages.
pub const HTTP: &str = "jpki-agent-http.socket";
/// The other port, where the first is another user's.
pub const HTTP_FALLBACK: &str = "jpki-agent-http-fallback.socket";
/// Looks whether there is something to remind of.
pub const REMINDERS: &str = "jpki-agent-reminders.service";
/// When it looks.
pub const REMINDERS_TIMER: &str = "jpki-agent-reminders.timer";
/// All of them, in the order in which they are stopped.
pub const UNITS: [&str; 6] = [REMINDERS_TIMER, REMINDERS, HTTP_FALLBACK, HTTP, SOCKET, SERVICE];

const SERVICE_TEXT: &str = include_str!("../../systemd/jpki-agent.service");
const SOCKET_TEXT: &str = include_str!("../../systemd/jpki-agent.socket");
const HTTP_TEXT: &str = include_str!("../../systemd/jpki-agent-http.socket");
const HTTP_FALLBACK_TEXT: &str = include_str!("../../systemd/jpki-agent-http-fallback.socket");
const REMINDERS_TEXT: &str = include_str!("../../systemd/jpki-agent-reminders.service");
const REMINDERS_TIMER_TEXT: &str = include_str!("../../systemd/jpki-agent-reminders.timer");

/// The program as it stands in the repository's unit, where packages put it.
const PACKAGED_PROGRAM: &str = "/usr/bin/jpki-agent";
/// The folders of packages, of which the manager takes the first that has a unit.
const PACKAGED_FOLDERS: [&str; 3] = ["/usr/local/lib/systemd/user", "/usr/lib/systemd/user", "/lib/systemd/user"];

/// What is to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Files in the user's folder.
    pub files: Vec<ServiceFile>,
    /// Units that are started at each log-in.
    pub enabled: Vec<&'static str>,
}

/// Did a package bring units for this very program? Then they are used, so that they are renewed with it.
#[must_use]
pub fn is_packaged(program: &Path) -> bool {
    let same = |a: &Path, b: &Path| a.canonicalize().ok().is_some_and(|a| b.canonicalize().ok() == Some(a));
    same(program, Path::new(PACKAGED_PROGRAM))
        && PACKAGED_FOLDERS.iter().any(|folder| Path::new(folder).join(SERVICE).is_file())
}

/// The units for this program and this port of the settings.
///
/// # Errors
/// [`ServiceError::OddPath`]
pub fn plan(program: &Path, port: Option<u16>, is_packaged: bool) -> Result<Plan, ServiceError> {
    let own = |name, text: &str| ServiceFile { name, text: format!("# {MARK}\n{text}") };
    let mut files = Vec::new();
    if !is_packaged {
        files.push(own(SOCKET, SOCKET_TEXT));
        let program = first_word(program)?;
        files.push(own(SERVICE, &SERVICE_TEXT.replace(PACKAGED_PROGRAM, &program)));
        files.push(own(REMINDERS, &REMINDERS_TEXT.replace(PACKAGED_PROGRAM, &program)));
        files.push(own(REMINDERS_TIMER, REMINDERS_TIMER_TEXT));
    }
    let mut enabled = vec![REMINDERS_TIMER, SOCKET];
    match port {
        Some(0) => {}
        Some(port) => {
            let here = |line: &&str| !line.starts_with("OnFailure=");
            let text: String = HTTP_TEXT.lines().filter(here).flat_map(|line| [line, "\n"]).collect();
            files.push(own(HTTP, &text.replace(&format!(":{DEFAULT_PORT}"), &format!(":{port}"))));
            enabled.push(HTTP);
        }
        None => {
            if !is_packaged {
                files.push(own(HTTP, HTTP_TEXT));
                files.push(own(HTTP_FALLBACK, HTTP_FALLBACK_TEXT));
            }
            enabled.push(HTTP);
        }
    }
    Ok(Plan { files, enabled })
}

/// As the first word of `ExecStart=` (`systemd.service(5)`, "Command lines"). There `%` begins a specifier, `$` stands for
/// itself, and a program whose path has quotes or backslashes is not started.
fn first_word(program: &Path) -> Result<String, ServiceError> {
    let path = path_text(program)?;
    if path.contains(['"', '\'', '\\']) {
        return Err(ServiceError::OddPath(program.to_owned()));
    }
    Ok(format!("\"{}\"", path.replace('%', "%%")))
}

/// `$XDG_CONFIG_HOME/systemd/user`, else `~/.config/systemd/user`.
///
/// # Errors
/// [`ServiceError::Nowhere`]
pub fn folder() -> Result<ServiceFolder, ServiceError> {
    let config = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")));
    Ok(ServiceFolder::at(config.ok_or(ServiceError::Nowhere)?.join("systemd/user")))
}

/// A command to the user's manager.
#[must_use]
pub fn systemctl<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    Command::new("systemctl", ["--user", "--no-ask-password"].into_iter().chain(arguments))
}

/// What the manager says of one unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitState(HashMap<String, String>);

impl UnitState {
    fn is(&self, property: &str, value: &str) -> bool {
        self.property(property) == value
    }

    fn property(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Is there such a unit, be it one the manager cannot use?
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.is("LoadState", "loaded") || self.is_faulty()
    }

    /// Is there something in it that the manager cannot use?
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        ["bad-setting", "error"].iter().any(|state| self.is("LoadState", state))
    }

    /// Has somebody seen to it that it never starts (`systemctl mask`)?
    #[must_use]
    pub fn is_masked(&self) -> bool {
        self.is("LoadState", "masked")
    }

    /// Is it started at each log-in?
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.is("UnitFileState", "enabled")
    }

    /// Does it run or listen?
    #[must_use]
    pub fn is_active(&self) -> bool {
        ["active", "activating", "reloading"].iter().any(|state| self.is("ActiveState", state))
    }

    /// Why it has failed, in the manager's word; `None` if it has not.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.is("ActiveState", "failed").then(|| self.property("Result"))
    }

    /// Has its process ended by a fault of its own, or by somebody's hand, where others fail to start at all?
    #[must_use]
    pub fn has_crashed(&self) -> bool {
        self.failure().is_some_and(|result| ["signal", "core-dump"].contains(&result))
    }

    /// The file it was read from.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        Some(Path::new(self.property("FragmentPath"))).filter(|path| path.is_absolute())
    }

    /// Its process.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.property("MainPID").parse().ok().filter(|process| *process != 0)
    }

    /// Since when it is active, in seconds since 1970.
    #[must_use]
    pub fn since(&self) -> Option<i64> {
        self.property("ActiveEnterTimestamp").strip_prefix('@')?.parse().ok()
    }

    /// The TCP port it listens on, active or not.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.property("Listen").strip_suffix(" (Stream)")?.rsplit_once(':')?.1.parse().ok()
    }
}

/// What the manager says of all units.
#[derive(Clone, Debug, Default)]
pub struct States(HashMap<String, UnitState>);

impl States {
    /// Of this one of [`UNITS`].
    #[must_use]
    pub fn of(&self, unit: &str) -> &UnitState {
        static UNKNOWN: LazyLock<UnitState> = LazyLock::new(UnitState::default);
        self.0.get(unit).unwrap_or(&UNKNOWN)
    }

    /// Those units of which this is so, in the order of [`UNITS`].
    pub fn which(&self, is_so: impl Fn(&UnitState) -> bool) -> Vec<&'static str> {
        UNITS.into_iter().filter(|unit| is_so(self.of(unit))).collect()
    }
}

/// Asks the manager.
///
/// # Errors
/// [`CommandError`] where there is none.
pub async fn states() -> Result<States, CommandError> {
    const PROPERTIES: &str =
        "--property=Id,LoadState,ActiveState,Result,UnitFileState,FragmentPath,MainPID,ActiveEnterTimestamp,Listen";
    let said = systemctl(["show", "--timestamp=unix", PROPERTIES].into_iter().chain(UNITS)).run().await?;
    Ok(States(parse(&said)))
}

fn parse(said: &str) -> HashMap<String, UnitState> {
    let block = |block: &str| {
        let properties: HashMap<String, String> = block
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Some((properties.get("Id")?.clone(), UnitState(properties)))
    };
    said.split("\n\n").filter_map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'p>(plan: &'p Plan, name: &str) -> &'p str {
        &plan.files.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("no {name}")).text
    }

    fn lines<'t>(text: &'t str, key: &str) -> Vec<&'t str> {
        text.lines().filter_map(|line| line.strip_prefix(key)).collect()
    }

    #[test]
    fn the_program_stands_in_the_unit_as_one_word() {
        let plan = plan(Path::new("/home/花子/my 50% $HOME/jpki-agent"), None, false).unwrap();
        assert_eq!(lines(text(&plan, SERVICE), "ExecStart="), [r#""/home/花子/my 50%% $HOME/jpki-agent" serve"#]);
        let reminders = lines(text(&plan, REMINDERS), "ExecStart=");
        assert_eq!(reminders, [r#""/home/花子/my 50%% $HOME/jpki-agent" reminders --when-due"#]);
        assert!(plan.files.iter().all(|file| file.text.starts_with(&format!("# {MARK}\n"))));
        for odd in ["relative", "/a\nb", "/a\u{7f}", "/a\"b", "/a'b", "/a\\b"] {
            assert!(matches!(super::plan(Path::new(odd), None, false), Err(ServiceError::OddPath(_))), "{odd:?}");
        }
    }

    #[test]
    fn the_ports_are_the_agents_own() {
        let plan = plan(Path::new("/opt/jpki-agent"), None, false).unwrap();
        let port = |port: u16| vec![format!("127.0.0.1:{port}")];
        assert_eq!(lines(text(&plan, HTTP), "ListenStream="), port(DEFAULT_PORT));
        assert_eq!(lines(text(&plan, HTTP_FALLBACK), "ListenStream="), port(crate::server::FALLBACK_PORT));
        assert_eq!(lines(text(&plan, SOCKET), "ListenStream="), ["%t/jpki-agent/agent.sock"]);
    }

    #[test]
    fn a_port_of_the_settings_is_the_only_one() {
        for is_packaged in [false, true] {
            let plan = plan(Path::new("/opt/jpki-agent"), Some(3333), is_packaged).unwrap();
            assert_eq!(lines(text(&plan, HTTP), "ListenStream="), ["127.0.0.1:3333"]);
            assert!(!text(&plan, HTTP).contains("OnFailure") && !text(&plan, HTTP).contains("25754"));
            assert!(plan.files.iter().all(|file| file.name != HTTP_FALLBACK));
            assert_eq!(plan.files.len(), if is_packaged { 1 } else { 5 });
            let any = super::plan(Path::new("/opt/jpki-agent"), Some(0), is_packaged).unwrap();
            assert_eq!(any.enabled, [REMINDERS_TIMER, SOCKET]);
        }
        let packaged = plan(Path::new("/usr/bin/jpki-agent"), None, true).unwrap();
        assert_eq!((packaged.files.len(), packaged.enabled), (0, vec![REMINDERS_TIMER, SOCKET, HTTP]));
    }

    #[test]
    fn what_the_manager_says_is_read() {
        let said = "Id=jpki-agent.service\nLoadState=loaded\nActiveState=active\nMainPID=77\nActiveEnterTimestamp=@1790000000\n\n\
                    Id=jpki-agent-http.socket\nActiveState=failed\nResult=resources\nUnitFileState=enabled\n\
                    Listen=127.0.0.1:25754 (Stream)\n";
        let known = parse(said);
        let (service, http) = (&known[SERVICE], &known[HTTP]);
        assert!(
            service.is_there()
                && !service.is_faulty()
                && service.is_active()
                && !service.is_enabled()
                && service.failure().is_none()
        );
        assert_eq!((service.process(), service.since(), service.port()), (Some(77), Some(1_790_000_000), None));
        assert!(!http.is_active() && http.is_enabled());
        assert_eq!((http.failure(), http.port()), (Some("resources"), Some(25754)));
        assert!(!UnitState::default().is_there());
    }
}
