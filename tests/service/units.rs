//! The files themselves, as a packager takes them: what systemd's own check says, how it rates the hardening, and that
//! the program takes every argument they give it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::parts::{Part, require};
use crate::support::process::{Home, PROGRAM};
use crate::world::text;

/// What takes a namespace of its own, for which the manager of a user needs a user namespace: root is nobody there, and
/// display and terminal are out of sight.
const NAMESPACES: [&str; 17] = [
    "BindPaths",
    "BindReadOnlyPaths",
    "InaccessiblePaths",
    "PrivateDevices",
    "PrivateIPC",
    "PrivateMounts",
    "PrivateNetwork",
    "PrivateTmp",
    "PrivateUsers",
    "ProcSubset",
    "ProtectClock",
    "ProtectControlGroups",
    "ProtectHome",
    "ProtectHostname",
    "ProtectKernel",
    "ProtectProc",
    "ProtectSystem",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd")
}

fn units() -> Vec<PathBuf> {
    let mut units: Vec<_> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    units.sort();
    units
}

/// The units in a folder of their own, with the program that is here in the place of the packaged one.
fn with_this_program() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for unit in units() {
        let text = fs::read_to_string(&unit).unwrap().replace("/usr/bin/jpki-agent", PROGRAM);
        fs::write(copy.path().join(unit.file_name().unwrap()), text).unwrap();
    }
    copy
}

fn analyze(home: &Home, arguments: &[&str], files: &Path) -> (bool, String) {
    let mut command = Command::new("systemd-analyze");
    command.arg("--user").args(arguments).env("XDG_RUNTIME_DIR", home.path("run")).env("HOME", home.path(""));
    if arguments.contains(&"verify") {
        command.args(fs::read_dir(files).unwrap().map(|entry| entry.unwrap().path()));
    } else {
        command.arg(files.join("jpki-agent.service"));
    }
    let output = command.output().unwrap();
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn systemd_finds_nothing_wrong_with_the_units() {
    if !require(&[Part::UserSystemd]) {
        return;
    }
    let (home, copy) = (Home::new(), with_this_program());
    let (good, said) = analyze(&home, &["verify", "--man=no"], copy.path());
    assert!(good && !said.contains("jpki-agent"), "{said}");
}

/// The figure stands in the README. What lowers it further takes namespaces.
#[test]
fn the_hardening_is_rated_as_the_readme_says() {
    if !require(&[Part::UserSystemd]) {
        return;
    }
    let (home, copy) = (Home::new(), with_this_program());
    let (_, said) = analyze(&home, &["security", "--offline=true", "--no-pager"], copy.path());
    let rated = said.lines().find(|line| line.contains("Overall exposure level")).unwrap_or_else(|| panic!("{said}"));
    let figure = rated.split_whitespace().find(|word| word.parse::<f64>().is_ok()).unwrap();
    for readme in ["README.md", "README.ja.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(readme)).unwrap();
        assert!(text.contains("systemd-analyze") && text.contains(figure), "{readme} does not say {figure}: {rated}");
    }
}

#[test]
fn nothing_in_the_unit_takes_a_namespace() {
    let unit = fs::read_to_string(folder().join("jpki-agent.service")).unwrap();
    let timed = fs::read_to_string(folder().join("jpki-agent-reminders.service")).unwrap();
    for line in unit.lines().chain(timed.lines()).filter(|line| !line.starts_with('#')) {
        assert!(NAMESPACES.iter().all(|name| !line.starts_with(name)), "{line}");
        assert!(!line.contains("Watchdog"), "nothing wakes it up: {line}");
    }
    assert!(unit.contains("\nRestart=no\n") && unit.contains("\nLimitCORE=0\n"));
}

/// `--help` after the arguments: they are parsed, and nothing is done.
#[test]
fn the_program_takes_the_arguments_of_both() {
    let unit = fs::read_to_string(folder().join("jpki-agent.service")).unwrap();
    let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let of_systemd: Vec<_> = start.split_whitespace().skip(1).map(str::to_owned).collect();
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("launchd/jpki-agent.plist");
    let list = plist::Value::from_file(list).unwrap().into_dictionary().unwrap();
    let words = list["ProgramArguments"].as_array().unwrap();
    let of_launchd: Vec<_> = words.iter().skip(1).map(|word| word.as_string().unwrap().to_owned()).collect();
    let timed = fs::read_to_string(folder().join("jpki-agent-reminders.service")).unwrap();
    assert!(timed.contains("\nExecStart=/usr/bin/jpki-agent reminders --when-due\n"));
    let output = Command::new(PROGRAM).args(["reminders", "--when-due", "--help"]).output().unwrap();
    assert!(output.status.success() && text(&output.stdout).contains("--when-due"));
    for arguments in [of_systemd, of_launchd] {
        assert_eq!(arguments[0], "serve");
        let output = Command::new(PROGRAM).args(&arguments).arg("--help").output().unwrap();
        assert!(output.status.success() && text(&output.stdout).contains("--port"), "{arguments:?}");
        let output = Command::new(PROGRAM).args(&arguments).arg("--no-such-argument").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "a wrong one would be noticed");
    }
}
