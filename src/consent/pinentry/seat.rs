//! Where a prompt appears, and the little of the agent's environment that pinentry gets to see.
//!
//! A seat that names a terminal or a display is taken as it is: nothing of the agent's own desktop is mixed in, so that
//! a prompt asked for in one place cannot appear in another. As gpg-agent does it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::consent::Seat;

/// Passed on to every pinentry.
const ALWAYS: &[&str] = &["PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "SYSTEMROOT", "USERPROFILE"];
/// Passed on where the prompt appears on the agent's own display.
const GRAPHICAL: &[&str] = &[
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "XDG_SESSION_TYPE",
    "DBUS_SESSION_BUS_ADDRESS",
    "QT_QPA_PLATFORM",
];
/// Those of them that a desktop makes anew at each log-in.
#[cfg(any(target_os = "linux", test))]
const SCREEN: &[&str] = &["DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_SESSION_TYPE"];
/// Where the agent's own terminal is, if somebody said so.
const TERMINAL: &[&str] = &["GPG_TTY", "TERM"];

/// Every text is sent as UTF-8, and the locale of a terminal is often none or not installed.
const UTF8_LOCALE: &str = if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" };

/// The part of an environment that matters to pinentry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    variables: BTreeMap<&'static str, OsString>,
    /// The user's service manager started this process, and may know of another display by now.
    #[cfg(target_os = "linux")]
    is_service: bool,
}

impl Surroundings {
    /// Those of this process.
    #[must_use]
    pub fn of_this_process() -> Self {
        let own = Self::from_variables(|name| std::env::var_os(name));
        #[cfg(target_os = "linux")]
        let own = Self { is_service: super::manager::started_this_process(), ..own };
        own
    }

    /// Those that `variable` knows.
    pub fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let names = ALWAYS.iter().chain(GRAPHICAL).chain(TERMINAL);
        let known = names.filter_map(|name| Some((*name, variable(name).filter(|value| !value.is_empty())?)));
        Self {
            variables: known.collect(),
            #[cfg(target_os = "linux")]
            is_service: false,
        }
    }

    /// With the display of now, where a service manager started this process and knows of one.
    #[cfg(target_os = "linux")]
    pub async fn now(&self) -> Self {
        if self.is_service
            && let Some(known) = super::manager::environment().await
        {
            return self.with_screen(|name| known.get(name).map(OsString::from));
        }
        self.clone()
    }

    /// As they were at the start: elsewhere an agent and its display begin and end together.
    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_async, reason = "one signature on all systems")]
    pub async fn now(&self) -> Self {
        self.clone()
    }

    /// With the screen that `variable` knows, as a whole: parts of two log-ins do not fit together. Without one nothing
    /// changes; the unit may say where prompts belong.
    #[cfg(any(target_os = "linux", test))]
    fn with_screen(&self, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let known = |name: &str| variable(name).filter(|value| !value.is_empty());
        if known("DISPLAY").is_none() && known("WAYLAND_DISPLAY").is_none() {
            return self.clone();
        }
        let mut changed = self.clone();
        changed.variables.retain(|name, _| !SCREEN.contains(name));
        changed.variables.extend(SCREEN.iter().filter_map(|name| Some((*name, known(name)?))));
        changed
    }

    /// What a prompt at `seat` needs.
    pub(super) fn at(&self, seat: &Seat) -> Place {
        let own = |names: &[&'static str]| {
            let known = names.iter().filter_map(|name| Some((*name, self.variables.get(name)?.clone())));
            known.collect::<BTreeMap<_, _>>()
        };
        let own_text = |name: &str| self.variables.get(name).and_then(|value| value.to_str()).map(str::to_owned);
        let unsaid = seat.tty.is_none() && seat.display.is_none();
        let mut environment = own(ALWAYS);
        let (terminal, terminal_kind) = if unsaid {
            (self.variables.get("GPG_TTY").map(PathBuf::from), own_text("TERM"))
        } else {
            (seat.tty.clone(), seat.term.clone())
        };
        if unsaid || (seat.display.is_some() && seat.display == own_text("DISPLAY")) {
            environment.extend(own(GRAPHICAL));
        } else if let Some(display) = &seat.display {
            environment.insert("DISPLAY", display.into());
        }
        if let Some(kind) = &terminal_kind {
            environment.insert("TERM", kind.into());
        }
        let locale = seat.lang.clone().or_else(|| own_text("LC_ALL").or_else(|| own_text("LANG")));
        Place { environment, terminal, terminal_kind, locale }
    }
}

/// Where one prompt appears.
#[derive(Clone, Debug)]
pub(super) struct Place {
    environment: BTreeMap<&'static str, OsString>,
    terminal: Option<PathBuf>,
    terminal_kind: Option<String>,
    locale: Option<String>,
}

impl Place {
    /// All pinentry gets of the environment.
    pub(super) fn environment(&self) -> &BTreeMap<&'static str, OsString> {
        &self.environment
    }

    pub(super) fn search_path(&self) -> Option<&OsStr> {
        self.environment.get("PATH").map(OsString::as_os_str)
    }

    pub(super) fn is_graphical(&self) -> bool {
        self.environment.contains_key("DISPLAY") || self.environment.contains_key("WAYLAND_DISPLAY")
    }

    pub(super) fn terminal(&self) -> Option<&Path> {
        self.terminal.as_deref()
    }

    /// `OPTION` arguments; values that could not be written plainly are left out.
    pub(super) fn options(&self) -> Vec<String> {
        let display = self.environment.get("DISPLAY").and_then(|display| display.to_str());
        let terminal = self.terminal.as_deref().and_then(Path::to_str);
        let character_set = self.locale.as_deref().filter(|locale| names_other_character_set(locale));
        let options = [
            ("ttyname", terminal),
            ("ttytype", self.terminal_kind.as_deref()),
            ("display", display),
            ("lc-ctype", Some(character_set.unwrap_or(UTF8_LOCALE))),
            ("lc-messages", Some(self.locale.as_deref().unwrap_or(UTF8_LOCALE))),
        ];
        let plain =
            |value: &&str| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'%');
        let given = options.into_iter().filter_map(|(name, value)| Some((name, value.filter(plain)?)));
        given.map(|(name, value)| format!("{name}={value}")).collect()
    }
}

/// Does this locale insist on a character set that is not UTF-8, as `ja_JP.eucJP` does?
fn names_other_character_set(locale: &str) -> bool {
    let set = locale.split('@').next().and_then(|locale| locale.split_once('.'));
    set.is_some_and(|(_, set)| !set.eq_ignore_ascii_case("utf-8") && !set.eq_ignore_ascii_case("utf8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desktop() -> Surroundings {
        Surroundings::from_variables(|name| {
            Some(OsString::from(match name {
                "PATH" => "/usr/bin",
                "HOME" => "/home/hanako",
                "LANG" => "ja_JP.UTF-8",
                "DISPLAY" => ":0",
                "WAYLAND_DISPLAY" => "wayland-0",
                "DBUS_SESSION_BUS_ADDRESS" => "unix:path=/run/user/1000/bus",
                "GPG_TTY" => "/dev/pts/1",
                "TERM" => "xterm",
                "XAUTHORITY" => "",
                _ => return None,
            }))
        })
    }

    fn names(place: &Place) -> Vec<&'static str> {
        place.environment().keys().copied().collect()
    }

    #[test]
    fn without_a_seat_the_prompt_appears_where_the_agent_runs() {
        let place = desktop().at(&Seat::default());
        assert_eq!(
            names(&place),
            ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "HOME", "LANG", "PATH", "TERM", "WAYLAND_DISPLAY"]
        );
        assert!(place.is_graphical());
        assert_eq!(
            place.options(),
            ["ttyname=/dev/pts/1", "ttytype=xterm", "display=:0", "lc-ctype=C.UTF-8", "lc-messages=ja_JP.UTF-8"]
        );
    }

    #[test]
    fn a_terminal_elsewhere_gets_nothing_of_the_desktop() {
        let seat = Seat { tty: Some("/dev/pts/7".into()), term: Some("screen".to_owned()), ..Seat::default() };
        let place = desktop().at(&seat);
        assert_eq!(names(&place), ["HOME", "LANG", "PATH", "TERM"]);
        assert!(!place.is_graphical());
        assert_eq!(place.options()[..2], ["ttyname=/dev/pts/7", "ttytype=screen"]);
    }

    #[test]
    fn another_display_does_not_get_the_keys_of_this_one() {
        let seat = |display: &str| Seat { display: Some(display.to_owned()), ..Seat::default() };
        assert_eq!(names(&desktop().at(&seat("localhost:10.0"))), ["DISPLAY", "HOME", "LANG", "PATH"]);
        assert!(names(&desktop().at(&seat(":0"))).contains(&"WAYLAND_DISPLAY"));
    }

    #[test]
    fn the_display_of_now_replaces_the_one_of_the_start_as_a_whole() {
        let now = desktop().with_screen(|name| (name == "DISPLAY").then(|| OsString::from(":1")));
        let place = now.at(&Seat::default());
        assert!(place.options().contains(&"display=:1".to_owned()));
        assert_eq!(names(&place), ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "HOME", "LANG", "PATH", "TERM"]);
        let none = desktop().with_screen(|name| (name == "XAUTHORITY").then(|| OsString::from("/elsewhere")));
        assert_eq!(none, desktop(), "the manager knows of no display");
    }

    #[test]
    fn only_an_explicit_other_character_set_is_believed() {
        let option = |lang: &str| {
            let seat = Seat { lang: Some(lang.to_owned()), ..Seat::default() };
            Surroundings::default().at(&seat).options()[0].clone()
        };
        for lang in ["C", "POSIX", "ja_JP", "ja_JP.UTF-8", "ja_JP.utf8@x", ""] {
            assert_eq!(option(lang), format!("lc-ctype={UTF8_LOCALE}"), "{lang}");
        }
        assert_eq!(option("ja_JP.eucJP"), "lc-ctype=ja_JP.eucJP");
    }

    #[test]
    fn a_value_that_could_be_another_command_is_left_out() {
        let seat = Seat { tty: Some("/dev/pts/7\nGETPIN".into()), term: Some("a b".to_owned()), ..Seat::default() };
        let options = Surroundings::default().at(&seat).options();
        assert!(options.iter().all(|option| option.starts_with("lc-")), "{options:?}");
    }
}
