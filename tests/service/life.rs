//! From installing to removing, with a real PC/SC service, a terminal and a display.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::support::child::{self, Running};
use crate::support::pcscd::Pcscd;
use crate::support::terminal::Terminal;
use crate::world::{PROGRAM, User, eventually, mode, publish, publish_pcscd, text};

const SETTINGS: &str = "\
[server]
idle_exit_minutes = 0.05
[consent]
guard_seconds = 0
";
const SIGN: &str = r#"{"digests":[{"algorithm":"SHA-256","value":"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="}]}"#;
const PASSWORD: &str = "ABC123";

/// The PC/SC service of this world, at the path every program knows, with the software card in a reader.
fn pcscd() -> (Pcscd, Running) {
    let pcscd = Pcscd::start();
    let card = pcscd.insert_software_card(0);
    publish_pcscd(&pcscd);
    (pcscd, card)
}

#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn the_whole_life_of_the_service() {
    let (_pcscd, _card) = pcscd();
    let hanako = User::log_in("hanako", 61234);
    hanako.configure(SETTINGS);

    assert!(hanako.says(3, &["service", "status"]).contains("service install"));
    let said = hanako.says(0, &["service", "install"]);
    assert!(said.contains("jpki-agent.service") && said.contains("http://127.0.0.1:25754"), "{said}");
    let again = hanako.says(0, &["service", "install"]);
    assert!(!again.contains("written") && !again.contains("run:"), "nothing is left to do: {again}");
    let status = hanako.status();
    assert_eq!((&status["running"], &status["pid"]), (&false.into(), &().into()), "nobody has asked yet: {status}");

    // The first request starts it, by either way.
    assert_eq!(hanako.curl(&["http://127.0.0.1:25754/v1/health"]).0, 200, "{}", hanako.log());
    let first = hanako.agent().expect("it runs");
    let (token_file, socket) = (hanako.runtime().join("token"), hanako.runtime().join("agent.sock"));
    assert_eq!((mode(&hanako.runtime()), mode(&token_file), mode(&socket)), (0o700, 0o600, 0o600));
    is_confined(first);
    let (code, body) = hanako.curl_socket("/v1/status", &[]);
    assert!(code == 200 && body.contains("\"jpki\"") && body.contains("\"pcsc\""), "the card is seen: {body}");

    signs_at_a_terminal(&hanako);
    signs_on_a_display(&hanako);

    // Unused it ends; address and token are there all the same, and the next request starts it.
    let token = fs::read_to_string(&token_file).unwrap();
    let bearer = format!("Authorization: Bearer {}", token.trim_end());
    let endpoint = hanako.runtime().join("endpoint.json");
    for round in 0..3 {
        eventually("it has ended", || hanako.agent().is_none());
        assert!(socket.exists() && endpoint.exists(), "round {round}");
        let answer = hanako.curl(&["http://127.0.0.1:25754/v1/status", "--header", &bearer]);
        assert_eq!(answer.0, 200, "round {round}: {answer:?} {}", hanako.log());
        assert_eq!(fs::read_to_string(&token_file).unwrap(), token);
    }
    assert_ne!(hanako.agent(), Some(first));
    comes_at_the_worst_moment(&hanako);
    is_kept_by_a_stream(&hanako);

    hanako.says(0, &["service", "uninstall"]);
    leaves_nothing(&hanako);
    assert!(hanako.says(0, &["service", "uninstall"]).contains("not installed"));
}

/// What the unit asks of the kernel is in force, and the process is not privileged.
fn is_confined(process: u64) {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
    assert_eq!((field("NoNewPrivs:"), field("Seccomp:"), field("Umask:")), ("1".into(), "2".into(), "0077".into()));
    assert_eq!(field("CapEff:"), "0000000000000000");
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
    // The same folders as everybody: a prompt finds display and terminal.
    let own = |process: &str| fs::read_link(format!("/proc/{process}/ns/mnt")).unwrap();
    let user = |process: &str| fs::read_link(format!("/proc/{process}/ns/user")).unwrap();
    assert_eq!((own(&process.to_string()), user(&process.to_string())), (own("self"), user("self")));
}

/// A person at a terminal: the command says where it runs, the agent's prompt appears there.
fn signs_at_a_terminal(hanako: &User) {
    hanako.configure(&format!("{SETTINGS}pinentry_program = \"/usr/bin/pinentry-tty\"\n"));
    let terminal = Terminal::new(40);
    chown(terminal.path(), Some(hanako.id()), None).unwrap();
    restart(hanako);
    let file = hanako.home().join("document");
    publish(&file, b"abc");
    let stdin = fs::File::open(terminal.path()).unwrap();
    let mut command = hanako.command(PROGRAM);
    let output = hanako.home().join("signed");
    command.args(["sign", "--json"]).arg(&file).stdin(stdin);
    command.stdout(fs::File::create(&output).unwrap()).stderr(fs::File::create(hanako.home().join("errors")).unwrap());
    let mut sign = command.spawn().unwrap();
    eventually("the prompt is shown", || {
        terminal.screen().contains("SIMULATED CARD") || sign.try_wait().unwrap().is_some()
    });
    eventually("nothing is echoed", || !terminal.echoes() || sign.try_wait().unwrap().is_some());
    terminal.type_keys(&format!("{PASSWORD}\n"));
    let status = sign.wait().unwrap();
    let errors = fs::read_to_string(hanako.home().join("errors")).unwrap();
    assert!(status.success(), "{errors}\n{}\n{}", terminal.screen(), hanako.log());
    assert!(!terminal.screen().contains(PASSWORD));
}

/// Nobody says where: the prompt appears on the display the manager knows of, through a socket in `/tmp`, by the programs
/// desktops have.
fn signs_on_a_display(hanako: &User) {
    let mut command = hanako.command("Xvfb");
    command.args([":61", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-nolisten", "abstract"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let _display = Running::spawn("Xvfb", &mut command);
    eventually("the display is there", || Path::new("/tmp/.X11-unix/X61").exists());
    for program in ["pinentry-gtk-2", "pinentry-qt"] {
        hanako.configure(&format!("{SETTINGS}pinentry_program = \"/usr/bin/{program}\"\n"));
        restart(hanako);
        // It was there before the desktop told of its display, as by a command over SSH; and with that of another log-in.
        display(hanako, if program == "pinentry-qt" { "DISPLAY=:62" } else { "DISPLAY=" });
        let stream = keep(hanako);
        display(hanako, "DISPLAY=:61");
        let mut command = hanako.command("curl");
        let socket = hanako.runtime().join("agent.sock");
        command.args(["--silent", "--write-out", "%{http_code}", "--header", "Content-Type: application/json"]);
        command.args(["--data", SIGN, "--unix-socket"]).arg(socket).arg("http://localhost/v1/sign");
        let caller = command.stdout(Stdio::piped()).spawn().unwrap();
        // A window of the agent's on the screen, and somebody who types.
        eventually("the prompt is shown", || {
            let found = xdotool(hanako, &["search", "--onlyvisible", "--class", "pinentry"]);
            !text(&found.stdout).trim().is_empty()
        });
        std::thread::sleep(Duration::from_secs(1)); // a window is there before it has the keyboard
        assert!(xdotool(hanako, &["type", "--delay", "20", PASSWORD]).status.success());
        assert!(xdotool(hanako, &["key", "Return"]).status.success());
        let said = text(&caller.wait_with_output().unwrap().stdout);
        assert!(said.ends_with("200"), "{program}: {said} {}", hanako.log());
        drop(stream);
    }
}

/// The desktop tells the manager of its display, or takes it back.
fn display(hanako: &User, variable: &str) {
    let told = hanako.command("systemctl").args(["--user", "set-environment", variable]).status().unwrap();
    assert!(told.success());
}

fn xdotool(hanako: &User, arguments: &[&str]) -> std::process::Output {
    hanako.command("env").args(["DISPLAY=:61", "xdotool"]).args(arguments).output().unwrap()
}

/// The settings are read at the start.
fn restart(hanako: &User) {
    let stopped = hanako.command("systemctl").args(["--user", "stop", "jpki-agent.service"]).status().unwrap();
    assert!(stopped.success());
    assert!(hanako.agent().is_none());
}

/// Requests around the very moment in which it ends by itself: each is answered, by the one that ends or the next.
fn comes_at_the_worst_moment(hanako: &User) {
    for offset in [2_900, 2_950, 3_000, 3_050] {
        std::thread::sleep(Duration::from_millis(offset));
        let answer = hanako.curl(&["http://127.0.0.1:25754/v1/health"]);
        assert_eq!(answer.0, 200, "{offset} ms after the last: {answer:?} {}", hanako.log());
    }
}

/// Somebody who listens: it runs, and goes on running.
fn keep(hanako: &User) -> Running {
    let mut command = hanako.command("curl");
    let socket = hanako.runtime().join("agent.sock");
    command.args(["--silent", "--no-buffer", "--unix-socket"]).arg(socket).arg("http://localhost/v1/events");
    let stream = Running::spawn("a stream", command.stdout(Stdio::null()));
    eventually("it runs", || hanako.agent().is_some());
    stream
}

/// Whoever listens keeps it.
fn is_kept_by_a_stream(hanako: &User) {
    let stream = keep(hanako);
    let agent = hanako.agent();
    std::thread::sleep(Duration::from_secs(6));
    assert_eq!(hanako.agent(), agent, "it has ended, and somebody listened");
    drop(stream);
    eventually("it has ended", || hanako.agent().is_none());
}

fn leaves_nothing(hanako: &User) {
    assert!(!hanako.runtime().exists(), "{:?}", fs::read_dir(hanako.runtime()).unwrap().collect::<Vec<_>>());
    let mut find = child::command("find");
    find.arg(hanako.units()).args(["-name", "*jpki*"]);
    assert_eq!(text(&find.output().unwrap().stdout), "");
    assert_eq!(hanako.curl(&["http://127.0.0.1:25754/v1/health"]).0, 0, "nobody listens");
    let processes = fs::read_dir("/proc").unwrap().flatten().filter(|entry| {
        let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
        name.trim() == "jpki-agent" && entry.metadata().is_ok_and(|found| found.uid() == hanako.id())
    });
    assert_eq!(processes.count(), 0);
    assert!(hanako.home().join(".config/jpki-agent/config.toml").exists(), "settings stay");
}
