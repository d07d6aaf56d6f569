//! Large files on the command line: hashed by stream, in constant memory, as OpenSSL does it; a signal leaves nothing.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure here is a failed test")]

mod support;

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::child::wait_for;
use support::parts::{Part, require};
use support::process::Home;
use support::terminal::Terminal;

/// The size of the file in bytes; it has holes, so it takes no room.
const SIZE: u64 = 500 << 20;
/// The program itself takes about 10 MiB; the file must not add to it.
const MOST_KIB: u64 = 64 * 1024;

/// A file with something at its beginning, in its middle and at its end.
fn big_file(home: &Home, size: u64) -> std::path::PathBuf {
    let path = home.path("big.iso");
    let mut file = File::create(&path).unwrap();
    for place in [0, size / 2 + 17, size - 4] {
        file.seek(SeekFrom::Start(place)).unwrap();
        file.write_all(b"jpki").unwrap();
    }
    path
}

/// The most memory the process `id` has had so far, while it lives.
fn high_water_kib(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}

#[test]
fn a_file_of_500_mib_is_hashed_in_constant_memory_as_openssl_does() {
    if !require(&[Part::OpenSsl]) {
        return;
    }
    let home = Home::new();
    let path = big_file(&home, SIZE);
    let mut child = home
        .command()
        .args(["sign", "--dry-run"])
        .arg(&path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(high_water_kib(child.id()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "a bar where no terminal is: {output:?}");
    assert!((1..MOST_KIB).contains(&most), "{most} KiB");
    let openssl = Command::new("openssl").args(["dgst", "-sha256", "-r"]).arg(&path).output().unwrap();
    let expected = String::from_utf8(openssl.stdout).unwrap();
    let expected = expected.split_whitespace().next().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_signal_while_a_file_is_hashed_ends_it_at_once_and_leaves_nothing() {
    let home = Home::new();
    let path = big_file(&home, 200 << 30);
    let mut child =
        home.command().arg("sign").arg(&path).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    // It is at work once it holds the file open.
    let files = format!("/proc/{}/fd", child.id());
    let is_at_work = || {
        let open = std::fs::read_dir(&files).unwrap().flatten();
        open.filter_map(|entry| std::fs::read_link(entry.path()).ok()).any(|target| target == path)
    };
    while !is_at_work() {
        assert!(begun.elapsed() < Duration::from_secs(30), "the file was not opened");
        std::thread::sleep(Duration::from_millis(5));
    }
    let id = rustix::process::Pid::from_child(&child);
    // Not SIGINT: whoever runs this in the background may have it ignored, and children inherit that.
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    let asked = Instant::now();
    let status = child.wait().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(5));
    assert!(!status.success());
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
    let left: Vec<_> =
        std::fs::read_dir(path.parent().unwrap()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".sig") && name != "signer.der"), "{left:?}");
}

/// On a terminal there is a bar, which is gone at the end; it is never mixed with what is printed.
#[test]
fn a_terminal_shows_a_bar_that_goes_away() {
    let home = Home::new();
    // Long enough for the bar, on any machine.
    let path = big_file(&home, 3 << 30);
    let terminal = Terminal::new(24);
    let device = || File::options().write(true).open(terminal.path()).unwrap();
    let mut command = home.command();
    command.args(["sign", "--dry-run"]).arg(&path).stdin(Stdio::null()).stdout(device()).stderr(device());
    assert!(command.status().unwrap().success());
    let whole = wait_for(|| Some(terminal.screen()).filter(|said| said.ends_with('\n')));
    let (bar, rest) = whole.rsplit_once("\r\u{1B}[K").expect("a bar, and its end");
    assert!(bar.contains(" %  big.iso") && bar.contains('#'), "{bar}");
    assert!(rest.contains("big.iso") && !rest.contains('#'), "{rest}");
}
