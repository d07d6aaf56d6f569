//! A hardened process seen from outside: no core dumps, not readable or traceable for other programs of its user, and
//! still able to do its work. The process is this test program, run again; as root, it runs as another user, since
//! nothing can be hidden from root.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed assertion is the purpose")]

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use jpki_agent::hardening::{Hardening, Step};
use support::child::OpenCopy;
use support::parts::{NOBODY, Part, require};

/// Says to the program run again what it is to be.
const ROLE: &str = "JPKI_AGENT_TEST_ROLE";
/// Stands for a secret in its memory.
const SECRET: &str = "JPKI_AGENT_TEST_SECRET";

/// The test program run again; ends when dropped.
struct Victim {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    report: Vec<String>,
    _copy: OpenCopy,
}

impl Victim {
    /// `role` is `hardened` or `plain`. Waits until it has reported.
    fn start(role: &str) -> Self {
        let copy = OpenCopy::new();
        let mut command = copy.command("the_process_run_again");
        command.env(ROLE, role).env(SECRET, "1234").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = as_plain_user(&mut command).spawn().unwrap();
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut report: Vec<String> = Vec::new();
        while !report.last().is_some_and(|line| line.ends_with("READY")) {
            let line = stdout.by_ref().lines().next().unwrap_or_else(|| panic!("it failed: {report:?}"));
            report.push(line.unwrap());
        }
        Self { child, stdin, stdout, report, _copy: copy }
    }

    /// A file of its folder in `/proc`, read with all rights we have.
    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap()
    }

    /// Another program of the same user tries this on it; `{}` stands for its process id.
    fn attacked_by(&self, program: &str, option: &str, script: &str) -> Output {
        let script = script.replace("{}", &self.child.id().to_string());
        as_plain_user(Command::new(program).args([option, &script]).current_dir("/")).output().unwrap()
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.stdout.read_to_end(&mut Vec::new());
        let _ = self.child.wait();
    }
}

fn as_plain_user(command: &mut Command) -> &mut Command {
    if rustix::process::geteuid().is_root() { command.uid(NOBODY).gid(NOBODY) } else { command }
}

/// Not a test of its own: what [`Victim`] runs.
#[test]
fn the_process_run_again() {
    let Ok(role) = std::env::var(ROLE) else { return };
    if role == "hardened" {
        let hardening = Hardening::apply();
        for (name, step) in hardening.steps() {
            println!("{name}: {step}");
        }
        assert!(!hardening.is_root);
        assert!(matches!(hardening.locked_memory, Step::Done | Step::Unneeded(_) | Step::NotPossible(_)));
        works_as_before();
    }
    println!("READY");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// What the agent does besides: start a program and talk with it, name the program of a caller, read its own files.
fn works_as_before() {
    let mut pinentry = Command::new("sh");
    pinentry.args(["-c", "read -r line; echo \"got $line\""]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut pinentry = pinentry.spawn().unwrap();
    let folder = format!("/proc/{}", pinentry.id());
    assert!(fs::read_link(format!("{folder}/exe")).unwrap().is_absolute(), "the program of another process");
    // Empty for a moment while the new program takes its place.
    let begun = std::time::Instant::now();
    while fs::read(format!("{folder}/cmdline")).unwrap().is_empty() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(5), "the arguments of another process");
    }
    pinentry.stdin.take().unwrap().write_all(b"GETPIN\n").unwrap();
    assert_eq!(pinentry.wait_with_output().unwrap().stdout, b"got GETPIN\n");
    assert!(fs::read_link("/proc/self/exe").unwrap().is_absolute());
    assert!(fs::read_to_string("/proc/self/maps").unwrap().contains("[stack]"));
    assert!(fs::read_dir("/proc/self/fd").unwrap().count() > 2);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (local, peer) = (client.peer_addr().unwrap(), client.local_addr().unwrap());
    assert!(jpki_agent::peer::is_allowed(jpki_agent::peer::owner_of(local, peer).unwrap()));
}

#[test]
fn limits_and_file_mode_are_as_reported() {
    let victim = Victim::start("hardened");
    for step in ["no core dumps: done", "not traceable: done", "private files: done"] {
        assert!(victim.report.iter().any(|line| line.ends_with(step)), "{step}: {:?}", victim.report);
    }
    let limits = victim.proc("limits");
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().take(2).collect::<Vec<_>>(), ["0", "0"]);
    assert!(victim.proc("status").lines().any(|line| line == "Umask:\t0077"), "{}", victim.proc("status"));
    // What locked memory says of itself is true.
    let locked = victim.proc("status").lines().any(|line| line.starts_with("VmLck:") && !line.ends_with(" 0 kB"));
    assert_eq!(locked, victim.report.iter().any(|line| line.ends_with("locked memory: done")), "{:?}", victim.report);
}

#[test]
fn another_program_of_the_user_cannot_read_its_memory_or_environment() {
    let hardened = Victim::start("hardened");
    let plain = Victim::start("plain");
    let environment = plain.attacked_by("sh", "-c", "cat /proc/{}/environ");
    assert!(
        String::from_utf8_lossy(&environment.stdout).contains(SECRET),
        "the attack works on others: {environment:?}"
    );
    for file in ["environ", "mem", "maps", "auxv", "stack"] {
        let output = hardened.attacked_by("sh", "-c", &format!("head -c 1 /proc/{{}}/{file}"));
        assert!(output.stdout.is_empty() && !output.status.success(), "{file}: {output:?}");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(complaint.contains("ermission") || complaint.contains("not permitted"), "{file}: {complaint}");
    }
    let links = hardened.attacked_by("sh", "-c", "ls -l /proc/{}/fd/ /proc/{}/exe");
    assert!(!links.status.success(), "{links:?}");
}

#[test]
fn another_program_of_the_user_cannot_attach_to_it() {
    if !require(&[Part::Python]) {
        return;
    }
    // PTRACE_ATTACH; the kernel detaches when the tracer ends.
    const ATTACH: &str = "import ctypes; libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace(16, {}, None, None) != 0: raise SystemExit(ctypes.get_errno())
import os; os.waitpid({}, 0)";
    const EPERM: i32 = 1;
    // Where no program may trace another at all (Yama), this shows nothing; elsewhere the attack works on others.
    let allowed_at_all =
        fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").map_or(true, |scope| scope.trim() == "0");
    if allowed_at_all {
        let plain = Victim::start("plain").attacked_by("python3", "-c", ATTACH);
        assert!(plain.status.success(), "{plain:?}");
    }
    let hardened = Victim::start("hardened");
    let output = hardened.attacked_by("python3", "-c", ATTACH);
    assert_eq!(output.status.code(), Some(EPERM), "{output:?}");
}
