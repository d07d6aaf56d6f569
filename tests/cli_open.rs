//! `jpki-agent open`: the file that leads the browser to the page, who is shown what, and how it ends.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use support::http::Request;
use support::process::{Agent, Home};

/// A stand-in for the desktop's opener that notes what it was given and what it could see.
const OPENER: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$HOME/given\"\nenv > \"$HOME/environment\"\n\
                      tr '\\0' ' ' < /proc/$PPID/cmdline > \"$HOME/parent\"\ncp \"$1\" \"$HOME/copy.html\"\nexit ${OPENER_EXIT:-0}\n";

fn opener(home: &Home) -> PathBuf {
    let folder = home.path("bin");
    fs::create_dir_all(&folder).unwrap();
    let program = folder.join("xdg-open");
    fs::write(&program, OPENER).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn open(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command();
    command.arg("open").args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let path = format!("{}:/usr/bin:/bin", opener(home).display());
    command.env("PATH", path).env("DISPLAY", ":99").env_remove("WAYLAND_DISPLAY");
    command
}

fn wait_for(path: &Path) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') => return text,
            _ => assert!(Instant::now() < deadline, "{} does not come", path.display()),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Port and secret in the file that a browser is given.
fn address(html: &str) -> (u16, String) {
    let address = html.split_once("url=http://127.0.0.1:").unwrap().1.split_once('"').unwrap().0;
    let (port, secret) = address.split_once("/#").unwrap();
    (port.parse().unwrap(), secret.to_owned())
}

fn claim(port: u16, secret: &str) -> u16 {
    let own = format!("http://127.0.0.1:{port}");
    Request::post("/v1/session", &json!({"opening": secret})).origin(&own).send(port).status
}

fn error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_secret_is_in_no_argument_and_its_file_goes_when_the_page_is_there() {
    let agent = Agent::with_software_card();
    let home = agent.home();
    let child = open(home, &[]).spawn().unwrap();
    let file = PathBuf::from(wait_for(&home.path("given")).trim_end());
    let copy = wait_for(&home.path("copy.html"));
    let (port, secret) = address(&copy);
    for seen in ["given", "environment", "parent"] {
        let text = fs::read_to_string(home.path(seen)).unwrap();
        assert!(!text.is_empty() && !text.contains(&secret), "{seen}: {text}");
    }
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    assert_eq!(claim(port, &secret), 200);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", error(&output));
    assert!(!file.exists() && !file.parent().unwrap().exists());
    assert!(output.stdout.is_empty());
}

#[test]
fn the_file_can_be_named_for_a_browser_of_the_persons_own() {
    use std::io::{BufRead as _, BufReader};
    let agent = Agent::with_software_card();
    let home = agent.home();
    let mut child = open(home, &["--print"]).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let file = PathBuf::from(line.trim_end());
    let (port, secret) = address(&fs::read_to_string(&file).unwrap());
    assert!(!home.path("given").exists(), "nothing is opened");
    assert_eq!(claim(port, &secret), 200);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!file.exists());
}

#[test]
fn an_opener_that_others_could_have_written_is_not_started() {
    let agent = Agent::with_software_card();
    let home = agent.home();
    let mut command = open(home, &[]);
    let folder = home.path("bin");
    for (path, mode) in [(folder.clone(), 0o777), (folder.join("xdg-open"), 0o757)] {
        let before = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let named = [path.display().to_string(), format!("{mode:04o}")];
        for (language, words) in
            [("en_US.UTF-8", "no browser can be started"), ("ja_JP.UTF-8", "ブラウザーを起動できません")]
        {
            let output = command.env("LC_ALL", language).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{}", error(&output));
            let said = error(&output);
            assert!(said.contains(words) && named.iter().all(|part| said.contains(part)), "{said}");
        }
        fs::set_permissions(&path, before).unwrap();
    }
    assert!(!home.path("given").exists(), "it was started");
}

#[test]
fn what_cannot_work_is_said_at_once_and_leaves_nothing_behind() {
    let without_agent = open(&Home::new(), &[]).output().unwrap();
    assert_eq!(without_agent.status.code(), Some(3));
    assert!(error(&without_agent).contains("jpki-agent serve"), "{}", error(&without_agent));

    let agent = Agent::with_software_card();
    let home = agent.home();
    let without_desktop = open(home, &[]).env_remove("DISPLAY").output().unwrap();
    // With nothing but what starts the program here.
    let bare = home.path("bare");
    fs::create_dir(&bare).unwrap();
    std::os::unix::fs::symlink("/usr/bin/setpriv", bare.join("setpriv")).unwrap();
    let without_opener = open(home, &[]).env("PATH", &bare).output().unwrap();
    let failing = open(home, &[]).env("OPENER_EXIT", "3").output().unwrap();
    for output in [without_desktop, without_opener, failing] {
        assert_eq!(output.status.code(), Some(1), "{}", error(&output));
        assert!(error(&output).contains("--print"), "{}", error(&output));
    }
    let file = PathBuf::from(fs::read_to_string(home.path("given")).unwrap().trim_end());
    assert!(!file.exists());
}

/// Whoever ends the command has thought better of it: the file goes, and what stood in it opens nothing.
#[test]
fn ended_while_it_waits_it_gives_the_opening_up() {
    let agent = Agent::with_software_card();
    let home = agent.home();
    let child = open(home, &[]).spawn().unwrap();
    let file = PathBuf::from(wait_for(&home.path("given")).trim_end());
    let (port, secret) = address(&wait_for(&home.path("copy.html")));
    kill_process(Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap(), Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", error(&output));
    assert!(!file.exists());
    assert_eq!(claim(port, &secret), 401);
}

#[test]
fn where_too_many_pages_are_open_it_says_so_and_not_that_there_were_too_many_requests() {
    let agent = Agent::with_software_card();
    let home = agent.home();
    let socket = agent.socket();
    while Request::post("/v1/openings", &json!({})).send_to_socket(&socket).status == 200 {}
    let output = open(home, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = error(&output);
    assert!(said.contains("Close one of the agent's pages") && !said.contains("requests"), "{said}");
    assert!(!home.path("given").exists());
}
