//! A PIN is nowhere it could be read: the real program, with its log at the finest level, asks through a real pinentry in
//! a pseudo terminal; everything that comes out of it is searched for the PIN, plain, in hexadecimal and in decimal.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use support::http::Request;
use support::parts::{Part, require};
use support::process::{Agent, Home};
use support::terminal::Terminal;

/// Every way the bytes of a PIN could have been written down.
fn spellings(pin: &str) -> Vec<String> {
    let join = |separator: &str, spell: fn(&u8) -> String| {
        pin.as_bytes().iter().map(spell).collect::<Vec<_>>().join(separator)
    };
    let hexadecimal = |byte: &u8| format!("{byte:02x}");
    let upper = |byte: &u8| format!("{byte:02X}");
    let decimal = |byte: &u8| byte.to_string();
    let mut all = vec![pin.to_owned(), pin.to_ascii_lowercase()];
    for separator in ["", " ", ", ", ",", ":"] {
        all.extend([join(separator, hexadecimal), join(separator, upper), join(separator, |b| format!("0x{b:02x}"))]);
        if !separator.is_empty() {
            all.push(join(separator, decimal));
        }
    }
    all
}

fn assert_absent(pin: &str, place: &str, text: &str) {
    for spelling in spellings(pin) {
        assert!(!text.contains(&spelling), "the PIN stands in {place} as {spelling:?}");
    }
}

/// All files below `folder`, as text.
fn files_below(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files_below(&entry.path()));
        } else if kind.is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            found.push((entry.path().display().to_string(), String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    found
}

/// What `/proc` shows of the process to its own user.
fn shown_by_the_system(pid: u32) -> Vec<(String, String)> {
    let read = |name: &str, known: &str| {
        let text = match std::fs::read(format!("/proc/{pid}/{name}")) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            // The agent lets nobody look into it, its own user neither; then there is nothing to find.
            Err(error) => {
                assert_eq!((name, error.kind()), ("environ", std::io::ErrorKind::PermissionDenied));
                known.to_owned()
            }
        };
        assert!(text.contains(known), "{name} is not the agent's: {text}");
        (format!("/proc/…/{name}"), text)
    };
    vec![read("cmdline", "--simulator"), read("environ", "JPKI_AGENT_LOG=trace"), read("status", "jpki-agent")]
}

#[tokio::test]
async fn a_signature_leaves_no_trace_of_the_pin() {
    if !require(&[Part::Pinentry]) {
        return;
    }
    // Longer than any of the standard PINs, so that no digest or serial number holds it by chance.
    const PASSWORD: &str = "ZQ7XK9WJ4VPB31MN";
    let home = Home::new();
    home.configure(
        "language = \"en\"\n[consent]\npinentry_program = \"/usr/bin/pinentry-tty\"\nguard_seconds = 0.1\n\
         [[origins]]\norigin = \"https://portal.example\"\n",
    );
    let terminal = Terminal::new(60);
    let mut agent = Agent::start(home, &["--simulator"], |command| {
        command.env("JPKI_AGENT_LOG", "trace");
    });
    let file = agent.home().path("document.txt");
    std::fs::write(&file, "document").unwrap();

    let mut sign = agent.home().command();
    sign.arg("sign").arg(&file).env("TERM", "xterm").env("LANG", "en_US.UTF-8");
    let tty = std::fs::File::options().read(true).write(true).open(terminal.path()).unwrap();
    sign.stdin(Stdio::from(tty.try_clone().unwrap())).stderr(Stdio::from(tty)).stdout(Stdio::piped());
    sign.process_group(0);
    let child = sign.spawn().unwrap();

    // A malformed entry, the wrong password, and only then would it be the right one: all three are secrets.
    terminal.shows("Password", 1).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    terminal.type_keys("ZQ7XK9-WJ4VPB31\n");
    terminal.shows("Letters A to Z", 1).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    terminal.type_keys(&format!("{PASSWORD}\n"));
    let output = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap();
    assert_eq!(output.status.code(), Some(6), "the password is wrong for this card: {}", terminal.screen());

    let mut sign = agent.home().command();
    sign.arg("sign").arg(&file).env("TERM", "xterm").env("LANG", "en_US.UTF-8");
    let tty = std::fs::File::options().read(true).write(true).open(terminal.path()).unwrap();
    sign.stdin(Stdio::from(tty.try_clone().unwrap())).stderr(Stdio::from(tty)).stdout(Stdio::piped());
    let child = sign.spawn().unwrap();
    // After a wrong entry the person is asked whether to try again.
    terminal.shows("[tc]?", 1).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    terminal.type_keys("t");
    terminal.shows("4 tries left", 2).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    terminal.type_keys("abc123\n");
    let second = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap();
    assert_eq!(second.status.code(), Some(0), "{}", terminal.screen());
    assert!(agent.home().path("document.txt.sig").exists());

    let answer = Request::get("/v1/pins").send_to_socket(&agent.socket());
    let signature = agent.home().path("document.txt.sig");
    std::fs::remove_file(signature).unwrap(); // random bytes
    let system = shown_by_the_system(agent.id());
    agent.stop();
    let log = agent.log();
    assert!(log.contains("00 20 00 80 (16 bytes)"), "the log is not at its finest level");
    for secret in [PASSWORD, "ZQ7XK9-WJ4VPB31"] {
        assert_absent(secret, "the log", &log);
        assert_absent(secret, "the terminal", &terminal.screen());
        assert_absent(secret, "an answer", answer.text());
        assert_absent(secret, "the output", &String::from_utf8_lossy(&output.stdout));
        for (place, text) in system.iter().cloned().chain(files_below(&agent.home().path(""))) {
            assert_absent(secret, &place, &text);
        }
    }
    assert_absent("ABC123", "the log", &log);
}

#[tokio::test]
async fn a_change_leaves_no_trace_of_the_old_or_the_new_pin() {
    if !require(&[Part::Pinentry]) {
        return;
    }
    const PRESENT: &str = "ABC123";
    const NEW: &str = "ZQ7XK9WJ4VPB31MN";
    const MISTYPED: &str = "ZQ7XK9WJ4VPB31MM";
    let home = Home::new();
    home.configure("language = \"en\"\n[consent]\npinentry_program = \"/usr/bin/pinentry-tty\"\nguard_seconds = 0.1\n");
    let terminal = Terminal::new(60);
    let mut agent = Agent::start(home, &["--simulator"], |command| {
        command.env("JPKI_AGENT_LOG", "trace");
    });
    let mut change = agent.home().command();
    change.args(["pin", "change", "signature"]).env("TERM", "xterm").env("LANG", "en_US.UTF-8");
    let tty = std::fs::File::options().read(true).write(true).open(terminal.path()).unwrap();
    change.stdin(Stdio::from(tty.try_clone().unwrap())).stderr(Stdio::from(tty)).stdout(Stdio::piped());
    change.process_group(0);
    let child = change.spawn().unwrap();
    for (label, times, entry) in [
        ("Present password:", 1, PRESENT),
        ("New password:", 1, NEW),
        ("New password again:", 1, MISTYPED),
        ("New password:", 2, NEW),
        ("New password again:", 2, NEW),
    ] {
        terminal.shows(label, times).await;
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        terminal.type_keys(&format!("{entry}\n"));
    }
    let output = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", terminal.screen());
    let system = shown_by_the_system(agent.id());
    agent.stop();
    let log = agent.log();
    assert!(log.contains("00 24 01 80 (16 bytes)"), "the log is not at its finest level");
    assert_absent(PRESENT, "the log", &log);
    for secret in [NEW, MISTYPED] {
        assert_absent(secret, "the log", &log);
        assert_absent(secret, "the terminal", &terminal.screen());
        assert_absent(secret, "the output", &String::from_utf8_lossy(&output.stdout));
        for (place, text) in system.iter().cloned().chain(files_below(&agent.home().path(""))) {
            assert_absent(secret, &place, &text);
        }
    }
}

/// No member, parameter or header of the document has to do with a PIN's value.
#[test]
fn a_pin_has_no_place_in_a_request() {
    let mut agent = Agent::with_software_card();
    for (member, value) in [("pin", "1234"), ("password", "ABC123"), ("signaturePin", "ABC123")] {
        let mut body = json!({"challengeNonce": "12345678123456781234567812345678912356789123"});
        body[member] = json!(value);
        let answer = Request::post("/v1/authenticate", &body).origin("https://portal.example").send(agent.port());
        assert_eq!((answer.status, answer.problem().as_str()), (400, "invalid_request"), "{member}");
        assert_absent(value, "the answer", answer.text());
    }
    agent.stop();
    assert_absent("ABC123", "the log", &agent.log());
}
