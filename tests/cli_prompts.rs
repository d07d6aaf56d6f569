//! The command line where a person answers: a stand-in for pinentry says no, says nothing, types the wrong PIN, or is
//! still open when the agent is to end.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::fs;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use support::child::Running;
use support::process::{Agent, Home, PORTAL_ALLOWED};
use support::prompts::stand_in;

const LOG_IN: [&str; 5] =
    ["authenticate", "--origin", "https://portal.example", "--nonce", "12345678123456781234567812345678912356789123"];

/// An agent whose prompts are answered by a shell script: `answer` runs when a PIN or a yes is wanted.
fn agent(answer: &str) -> Agent {
    let home = Home::new();
    let program = stand_in(&home, answer);
    home.configure(&format!(
        "[consent]\npinentry_program = \"{}\"\nguard_seconds = 0\ntimeout_seconds = 2\n{PORTAL_ALLOWED}",
        program.display()
    ));
    Agent::start(home, &["--simulator"], |_| {})
}

fn prompts(agent: &Agent) -> String {
    fs::read_to_string(agent.home().path("prompts")).unwrap_or_default()
}

#[track_caller]
fn ends_with(code: i32, output: &Output) {
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A log-in under way, with its prompt open.
fn open_prompt(agent: &Agent) -> Running {
    let mut command = agent.home().command();
    command.args(LOG_IN).stdout(Stdio::null()).stderr(Stdio::null());
    let client = Running::spawn("a log-in", &mut command);
    let deadline = Instant::now() + Duration::from_secs(10);
    while !prompts(agent).contains("GETPIN") {
        assert!(Instant::now() < deadline, "no prompt: {}", agent.log());
        std::thread::sleep(Duration::from_millis(5));
    }
    client
}

#[test]
fn no_and_nothing_end_with_4() {
    ends_with(4, &agent("echo 'ERR 83886179 Operation cancelled <Pinentry>'").home().run(&LOG_IN));
    ends_with(4, &agent("sleep 60").home().run(&LOG_IN));
}

#[test]
fn a_wrong_pin_ends_with_6_and_costs_one_try() {
    let agent = agent("echo 'D 0000'; echo OK");
    ends_with(6, &agent.home().run(&LOG_IN));
    let pins = agent.home().run(&["pins"]);
    assert!(String::from_utf8(pins.stdout).unwrap().contains("2 of 3 tries left"));
    ends_with(6, &agent.home().run(&LOG_IN));
    assert_eq!(prompts(&agent).matches("GETPIN").count(), 2);
    ends_with(6, &agent.home().run(&LOG_IN));
    assert_eq!(prompts(&agent).matches("GETPIN").count(), 2, "the last try is protected, so nobody is asked");
    let pins = agent.home().run(&["pins"]);
    assert!(String::from_utf8(pins.stdout).unwrap().contains("LAST TRY of 3"));
    // Lifted by a yes on the machine, and used up.
    ends_with(0, &agent.home().run(&["pin", "unprotect", "authentication"]));
    ends_with(6, &agent.home().run(&LOG_IN));
    let blocked = agent.home().run(&LOG_IN);
    ends_with(6, &blocked);
    assert!(String::from_utf8(blocked.stderr).unwrap().contains("blocked"));
}

/// What is typed in the three prompts of a change, told apart by the label of the entry field.
fn agent_that_changes(present: &str, new: &str, again: &str) -> Agent {
    agent(&format!(
        "case \"$label\" in *Present*) echo 'D {present}' ;; *again*) echo 'D {again}' ;; *) echo 'D {new}' ;; esac; echo OK"
    ))
}

#[test]
fn a_pin_is_changed_by_the_command_and_the_new_one_is_good() {
    let agent = agent_that_changes("1234", "4821", "4821");
    let changed = agent.home().run(&["pin", "change", "authentication"]);
    ends_with(0, &changed);
    assert!(String::from_utf8(changed.stdout).unwrap().contains("was changed. The card has confirmed it."));
    // The same entries again: the present one is wrong now, and the person is told what is in force.
    let wrong = agent.home().run(&["pin", "change", "authentication"]);
    ends_with(6, &wrong);
    let told = String::from_utf8(wrong.stderr).unwrap();
    assert!(told.contains("2 tries are left; nothing was changed: the one before is still in force"), "{told}");
}

#[test]
fn a_change_that_is_declined_ends_with_4_and_changes_nothing() {
    let agent = agent("echo 'ERR 83886179 Operation cancelled <Pinentry>'");
    let declined = agent.home().run(&["--json", "pin", "change", "signature", "--reader", "r1"]);
    ends_with(4, &declined);
    let problem: serde_json::Value = serde_json::from_slice(&declined.stdout).unwrap();
    assert_eq!((&problem["code"], &problem["afterChange"]), (&"user_declined".into(), &"unchanged".into()));
}

#[test]
fn the_prompt_appears_where_the_command_was_typed_and_in_its_language() {
    let agent = agent("echo 'D 1234'; echo OK");
    let mut command = agent.home().command();
    let output = command.args(LOG_IN).env("DISPLAY", ":99").env("LANG", "ja_JP.UTF-8").output().unwrap();
    ends_with(0, &output);
    let prompts = prompts(&agent);
    assert!(prompts.contains("display :99"), "{prompts}");
    assert!(prompts.contains("模擬カード"), "{prompts}");
}

/// An agent refuses a seat it does not take, and a request must not fail for it.
#[test]
fn a_display_too_long_for_the_agent_is_not_told() {
    let agent = agent("echo 'D 1234'; echo OK");
    let mut command = agent.home().command();
    ends_with(0, &command.args(LOG_IN).env("DISPLAY", ":".repeat(201)).output().unwrap());
    assert!(!prompts(&agent).contains("display ::"), "{}", prompts(&agent));
}

#[test]
fn sigterm_closes_an_open_prompt_and_the_agent_ends_in_order() {
    let mut agent = agent("sleep 60");
    let mut client = open_prompt(&agent);
    let began = Instant::now();
    assert!(agent.stop().success(), "{}", agent.log());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(client.wait(Duration::from_secs(5)).code(), Some(1));
}

#[test]
fn ctrl_c_ends_a_command_and_closes_its_prompt() {
    let agent = agent("sleep 60");
    let client = open_prompt(&agent);
    kill_process(Pid::from_raw(i32::try_from(client.id()).unwrap()).unwrap(), Signal::INT).unwrap();
    // The next prompt can be opened: `prompt_busy` would end with 1.
    ends_with(4, &agent.home().run(&LOG_IN));
}
