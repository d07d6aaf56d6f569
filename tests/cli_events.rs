//! `events` of the real program: what it prints, and how it ends by each of the ways there are.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::io::{BufRead as _, BufReader};
use std::process::{ChildStdout, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use support::child::Running;
use support::process::{Agent, Home};

const LIMIT: Duration = Duration::from_secs(10);

/// Starts the command, and waits for the first line it prints.
fn follow(agent: &Agent, arguments: &[&str]) -> (Running, BufReader<ChildStdout>, String) {
    let mut command = agent.home().command();
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = Running::spawn("events", &mut command);
    let mut output = BufReader::new(running.child().stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    (running, output, line)
}

fn signal(running: &Running, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(running.id()).unwrap()).unwrap(), signal).unwrap();
}

#[test]
fn a_line_for_each_status_until_it_is_told_to_end() {
    let agent = Agent::with_software_card();
    for wish in [Signal::INT, Signal::TERM] {
        let (mut events, _output, line) = follow(&agent, &["events"]);
        assert!(line.starts_with("r1  SIMULATED reader") && line.ends_with(": My Number Card\n"), "{line:?}");
        signal(&events, wish);
        assert_eq!(events.wait(LIMIT).code(), Some(0));
    }
    let (mut events, output, line) = follow(&agent, &["--json", "events"]);
    let status: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&status["readers"][0]["card"], &status["backend"]), (&"jpki".into(), &"simulator".into()));
    drop(output); // as `head -1` does
    assert_eq!(events.wait(LIMIT).code(), Some(0));
}

#[test]
fn the_end_of_the_agent_is_its_end() {
    let mut agent = Agent::with_software_card();
    let (mut events, _output, _) = follow(&agent, &["events"]);
    assert!(agent.stop().success());
    assert_eq!(events.wait(LIMIT).code(), Some(3));

    let agent = Agent::with_software_card();
    let (mut events, _output, _) = follow(&agent, &["events"]);
    let id = Pid::from_raw(i32::try_from(agent.id()).unwrap()).unwrap();
    kill_process(id, Signal::KILL).unwrap();
    assert_eq!(events.wait(LIMIT).code(), Some(3), "without a goodbye too");

    let output = Home::new().run(&["events"]);
    assert_eq!(output.status.code(), Some(3));
}
