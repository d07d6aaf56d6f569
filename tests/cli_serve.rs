//! `serve` as a process: what it writes, how it ends, and what it says where it cannot begin.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use support::child::Running;
use support::process::{Agent, Home, PROGRAM};

const STOP: Duration = Duration::from_secs(5);

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn it_can_be_found_while_it_runs_and_leaves_nothing_to_be_found() {
    let mut agent = Agent::with_software_card();
    let (socket, endpoint) = (agent.socket(), agent.home().runtime().join("endpoint.json"));
    assert_eq!((mode(&agent.home().runtime()), mode(&socket), mode(&endpoint)), (0o700, 0o600, 0o600));
    let found: Value = serde_json::from_slice(&fs::read(&endpoint).unwrap()).unwrap();
    assert_eq!(found["port"], agent.port());
    assert_eq!(found["version"], env!("CARGO_PKG_VERSION"));
    assert!(found["pid"].is_u64());
    let log = agent.log();
    assert!(log.contains("THE SOFTWARE CARD IS IN USE") && log.contains("EVERY PROMPT IS APPROVED"), "{log}");

    let began = Instant::now();
    let status = agent.stop();
    assert!(status.success(), "{status}: {}", agent.log());
    assert!(began.elapsed() < STOP, "{:?}", began.elapsed());
    assert!(!socket.exists() && !endpoint.exists());
    assert!(agent.printed().is_empty(), "one line and no more");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut agent = Agent::with_software_card();
    // A request that never comes to its end would be waited for.
    let mut request = TcpStream::connect((Ipv4Addr::LOCALHOST, agent.port())).unwrap();
    request.write_all(b"GET /v1/sta").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let process = Pid::from_raw(i32::try_from(agent.id()).unwrap()).unwrap();
    kill_process(process, Signal::TERM).unwrap();
    let deadline = Instant::now() + STOP;
    while !agent.log().contains("ending") {
        assert!(Instant::now() < deadline, "{}", agent.log());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(agent.is_running(), "the request is waited for");
    let began = Instant::now();
    kill_process(process, Signal::INT).unwrap();
    while agent.is_running() {
        assert!(began.elapsed() < Duration::from_secs(1), "{}", agent.log());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(!agent.socket().exists() && !agent.home().runtime().join("endpoint.json").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn started_to_outlive_its_terminal_it_does() {
    let home = Home::new();
    let arguments = ["--ignore-signal=HUP", PROGRAM, "serve", "--port", "0", "--simulator"];
    let mut command = home.command_of("env");
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut agent = Running::spawn("the agent", &mut command);
    let mut line = String::new();
    BufReader::new(agent.child().stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on "), "{line}");
    kill_process(Pid::from_raw(i32::try_from(agent.id()).unwrap()).unwrap(), Signal::HUP).unwrap();
    // Two answers: the first may have been on its way before the signal.
    for _ in 0..2 {
        assert!(home.run(&["status"]).status.success());
    }
    assert!(agent.stop().success());
}

#[test]
fn settings_that_are_not_there_are_told_from_faulty_ones() {
    let home = Home::new();
    home.configure("server = 1\n");
    for (file, remedy) in [("config/none.toml", "Name a file"), ("config/jpki-agent/config.toml", "Correct the line")] {
        let ended = home.run(&["serve", "--simulator", "--config", home.path(file).to_str().unwrap()]);
        let told = String::from_utf8(ended.stderr).unwrap();
        assert!(ended.status.code() == Some(1) && told.contains(remedy), "{file}: {told}");
    }
}

#[test]
fn a_second_agent_says_that_one_is_running_and_leaves_it_alone() {
    let agent = Agent::with_software_card();
    let second = agent.home().run(&["serve", "--simulator", "--port", "0"]);
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("another agent of this user is running"), "{said}");
    assert!(agent.home().run(&["status"]).status.success());
}

#[test]
fn what_a_crash_left_behind_is_no_obstacle() {
    let home = Home::new();
    fs::create_dir(home.runtime()).unwrap();
    drop(std::os::unix::net::UnixListener::bind(home.runtime().join("agent.sock")).unwrap());
    fs::write(home.runtime().join("endpoint.json"), "{}").unwrap();
    fs::set_permissions(home.runtime(), fs::Permissions::from_mode(0o700)).unwrap();
    let agent = Agent::start(home, &["--simulator"], |_| {});
    assert!(agent.home().run(&["status"]).status.success());
}

#[test]
fn a_port_that_was_named_is_the_only_one_tried() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let home = Home::new();
    let output = home.run(&["serve", "--simulator", "--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&port) && said.contains("taken") && said.contains("jpki-agent doctor"), "{said}");
    home.configure(&format!("[server]\nport = {port}\n"));
    let doctor = home.run(&["--json", "doctor"]);
    let found: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let findings = found["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["check"] == "port_other" && finding["level"] == "error"), "{found}");
}

#[test]
fn the_second_port_is_taken_where_the_first_is_not_free() {
    // Whoever else has one of them does as well.
    let _first = TcpListener::bind((Ipv4Addr::LOCALHOST, 25_754));
    let second = TcpListener::bind((Ipv4Addr::LOCALHOST, 29_754));
    let home = Home::new();
    let output = home.run(&["serve", "--simulator"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("25754") && said.contains("29754"), "{said}");

    drop(second.expect("port 29754 is free for this test"));
    let mut command = home.command();
    command.args(["serve", "--simulator"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = Running::spawn("the agent", &mut command);
    let mut line = String::new();
    let mut output = std::io::BufReader::new(process.child().stdout.take().unwrap());
    std::io::BufRead::read_line(&mut output, &mut line).unwrap();
    assert_eq!(line, "listening on http://127.0.0.1:29754\n");
    assert!(process.stop().success());
}

#[test]
fn an_unknown_log_filter_is_no_obstacle() {
    let agent = Agent::start(Home::new(), &["--simulator"], |command| {
        command.env("JPKI_AGENT_LOG", "===");
    });
    assert!(agent.log().contains("JPKI_AGENT_LOG is not understood"), "{}", agent.log());
}

/// `serve 2>&1 | head`, or a terminal that was closed.
#[test]
fn it_goes_on_where_nobody_reads_its_log() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut agent = Agent::start(Home::new(), &["--simulator", "--auto-approve"], |command| {
        command.stderr(writer).env("JPKI_AGENT_LOG", "trace");
    });
    let file = agent.home().path("document.txt");
    fs::write(&file, "to be signed").unwrap();
    let signed = agent.home().run(&["sign", file.to_str().unwrap()]);
    assert!(signed.status.success(), "{}", String::from_utf8_lossy(&signed.stderr));
    assert!(agent.is_running());
    assert!(agent.stop().success());
}

/// PINs pass through its memory.
#[cfg(target_os = "linux")]
#[test]
fn it_leaves_no_core_dump() {
    let agent = Agent::with_software_card();
    let limits = fs::read_to_string(format!("/proc/{}/limits", agent.id())).unwrap();
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().collect::<Vec<_>>(), ["0", "0", "bytes"]);
    // The kernel gives what belongs to a process that may not be dumped to root; tests run by root cannot see that.
    let environment = fs::metadata(format!("/proc/{}/environ", agent.id())).unwrap();
    assert_eq!(environment.uid(), 0);
}
