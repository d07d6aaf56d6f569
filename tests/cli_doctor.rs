//! `doctor`, `simulate` and waiting for a card, with a private PC/SC service: each trouble is named with its remedy.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use support::child::{self, Running};
use support::parts::{Part, require};
use support::pcscd::Pcscd;
use support::process::{Agent, Home, PROGRAM};

const NEEDED: &[Part] = &[Part::Pcscd, Part::OpenSc];

/// Names of the findings, each with its level.
fn doctor(home: &Home, prepare: impl FnOnce(&mut Command)) -> Vec<(String, String)> {
    let mut command = home.command();
    prepare(command.args(["--json", "doctor"]));
    let output = command.output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings: Vec<_> = found["findings"].as_array().unwrap().clone();
    let to_do = findings.iter().filter(|finding| finding["level"] == "error");
    assert!(to_do.clone().all(|finding| finding["remedy"].is_string()), "{found}");
    assert_eq!(output.status.code(), Some(i32::from(to_do.count() > 0)), "{found}");
    findings.iter().map(|finding| (text(finding, "check"), text(finding, "level"))).collect()
}

#[track_caller]
fn has(findings: &[(String, String)], check: &str, level: &str) {
    assert!(findings.contains(&(check.to_owned(), level.to_owned())), "{check} {level}: {findings:?}");
}

#[test]
fn a_card_is_found_or_missed() {
    if !require(NEEDED) {
        return;
    }
    let (home, pcscd) = (Home::new(), Pcscd::start());
    let look = || doctor(&home, |command| _ = pcscd.lead(command));
    let before = look();
    has(&before, "pcsc", "ok");
    has(&before, "reader", "ok");
    has(&before, "card_none", "error");
    let _card = pcscd.insert_software_card(0);
    has(&look(), "card", "ok");
    home.configure("[card]\nreader = \"Another Reader 00 00\"\n");
    has(&look(), "reader_set", "error");
}

#[test]
fn the_running_agent_is_asked_about_the_card() {
    if !require(NEEDED) {
        return;
    }
    let pcscd = Pcscd::start();
    let _card = pcscd.insert_software_card(1);
    let agent = Agent::start(Home::new(), &[], |command| _ = pcscd.lead(command));
    let findings = doctor(agent.home(), |command| _ = pcscd.lead(command));
    has(&findings, "agent", "ok");
    has(&findings, "card", "ok");
    // Behind a virtual reader it looks like any card, and is known for what it is.
    let certificates = agent.home().run(&["--json", "certificates"]);
    let certificates: Value = serde_json::from_slice(&certificates.stdout).unwrap();
    assert_eq!(certificates["certificates"][0]["chain"]["environment"], "simulator");
}

#[test]
fn a_service_that_is_not_there_is_named() {
    if !require(&[Part::Pcscd]) {
        return;
    }
    let home = Home::new();
    let nowhere = home.path("pcscd.comm");
    let findings = doctor(&home, |command| _ = command.env("PCSCLITE_CSOCK_NAME", &nowhere));
    has(&findings, "pcsc_stopped", "error");
    has(&findings, "agent_none", "warning");
    has(&findings, "config_none", "ok");
}

#[test]
fn a_pinentry_that_is_none_is_named() {
    let home = Home::new();
    home.configure("[consent]\npinentry_program = \"/nowhere/pinentry\"\n");
    has(&doctor(&home, |_| {}), "pinentry_set", "error");
}

#[test]
fn prompts_need_a_desktop_or_a_terminal() {
    let home = Home::new();
    home.configure("[consent]\npinentry_program = \"/bin/true\"\n");
    let look = |display: Option<&str>| {
        doctor(&home, |command| {
            // No terminal, wherever the test runs.
            command.stdin(Stdio::null()).env_remove("GPG_TTY").env_remove("WAYLAND_DISPLAY").env_remove("DISPLAY");
            command.envs(display.map(|display| ("DISPLAY", display)));
        })
    };
    has(&look(None), "pinentry_nowhere", "warning");
    has(&look(Some(":77")), "pinentry", "ok");
}

#[test]
fn doctor_changes_nothing() {
    let home = Home::new();
    doctor(&home, |_| {});
    assert!(!home.runtime().exists());
    let nowhere = doctor(&home, |command| {
        _ = command.env_remove("XDG_RUNTIME_DIR").env_remove("XDG_CACHE_HOME").env_remove("HOME")
    });
    has(&nowhere, "runtime_dir_missing", "error");
}

#[test]
fn the_card_says_when_it_is_in_and_leaves_with_sigterm() {
    if !require(NEEDED) {
        return;
    }
    let pcscd = Pcscd::start();
    let mut command = child::command(PROGRAM);
    command.args(["simulate", "--vpcd", &pcscd.address(0)]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut card = Running::spawn("the software card", &mut command);
    let mut line = String::new();
    BufReader::new(card.child().stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.contains(&pcscd.address(0)), "{line:?}");
    assert!(card.stop().success());
}

#[test]
fn the_card_leaves_with_the_program_that_put_it_in() {
    if !require(NEEDED) {
        return;
    }
    let pcscd = Pcscd::start();
    // A shell that starts the card, says its process id, and ends.
    let script = format!("'{PROGRAM}' simulate --vpcd {} > /dev/null 2>&1 & echo $!; sleep 1", pcscd.address(0));
    let output = Command::new("sh").args(["-c", &script]).output().unwrap();
    let process = String::from_utf8(output.stdout).unwrap();
    let folder = Path::new("/proc").join(process.trim());
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while folder.exists() {
        assert!(std::time::Instant::now() < deadline, "the card stays");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn sign_waits_for_a_card_as_long_as_it_is_told() {
    if !require(NEEDED) {
        return;
    }
    let (home, pcscd) = (Home::new(), Pcscd::start());
    // Nobody can be asked: to get that far is enough.
    home.configure("[consent]\npinentry_program = \"/nowhere/pinentry\"\n");
    let agent = Agent::start(home, &[], |command| _ = pcscd.lead(command));
    let file = agent.home().path("file");
    std::fs::write(&file, "text").unwrap();
    let file = file.to_str().unwrap();
    let output = agent.home().run(&["sign", "--wait-card", "1", file]);
    assert_eq!(output.status.code(), Some(5), "no card");

    let mut command = agent.home().command();
    command.args(["sign", "--wait-card", "60", file]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut waiting = Running::spawn("sign", &mut command);
    let mut said = BufReader::new(waiting.child().stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert!(line.starts_with("Waiting for a My Number Card"), "{line:?}");
    let _card = pcscd.insert_software_card(0);
    assert_eq!(waiting.wait(Duration::from_secs(30)).code(), Some(1), "no prompt");
    line.clear();
    said.read_line(&mut line).unwrap();
    assert!(line.contains("no prompt possible"), "{line:?}");
}
