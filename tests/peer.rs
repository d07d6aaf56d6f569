//! Connections of another real user of this computer are told from our own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed assertion is the purpose")]

mod support;

use std::io::Read as _;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use jpki_agent::peer::{is_allowed, owner_of};
use support::parts::{NOBODY, Part, require};

/// A process of `uid` that connects to us, says one byte, and stays until its standard input ends.
fn connected(uid: Option<u32>, listener: &TcpListener) -> (Child, TcpStream) {
    let port = listener.local_addr().unwrap().port();
    let mut command = Command::new("bash");
    command.args(["-c", &format!("exec 3<>/dev/tcp/127.0.0.1/{port}; echo >&3; read -r")]);
    if let Some(uid) = uid {
        command.uid(uid).gid(uid);
    }
    let child = command.current_dir("/").stdin(Stdio::piped()).spawn().unwrap();
    let (mut ours, _) = listener.accept().unwrap();
    ours.read_exact(&mut [0]).unwrap();
    (child, ours)
}

fn owner(ours: &TcpStream) -> u32 {
    owner_of(ours.local_addr().unwrap(), ours.peer_addr().unwrap()).unwrap()
}

#[test]
fn a_program_of_our_own_user_is_ours() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (mut child, ours) = connected(None, &listener);
    assert_eq!(owner(&ours), rustix::process::geteuid().as_raw());
    assert!(is_allowed(owner(&ours)));
    drop(child.stdin.take());
    child.wait().unwrap();
}

#[test]
fn a_program_of_another_user_is_told_from_ours() {
    if !require(&[Part::Root]) {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (mut theirs, their_stream) = connected(Some(NOBODY), &listener);
    let (mut mine, my_stream) = connected(None, &listener);
    assert_eq!((owner(&their_stream), owner(&my_stream)), (NOBODY, 0));
    assert!(!is_allowed(NOBODY) && is_allowed(0));
    for child in [&mut theirs, &mut mine] {
        drop(child.stdin.take());
        child.wait().unwrap();
    }
    assert!(owner_of(their_stream.local_addr().unwrap(), their_stream.peer_addr().unwrap()).is_err());
}

/// Seen from another user's agent the administrator is a stranger: this very test, run again as that user.
#[test]
fn the_administrators_connection_is_not_allowed_to_another_users_agent() {
    const PORT: &str = "JPKI_AGENT_TEST_PORT_FILE";
    if let Some(file) = std::env::var_os(PORT) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        std::fs::write(file, listener.local_addr().unwrap().port().to_string()).unwrap();
        let (mut ours, _) = listener.accept().unwrap();
        ours.read_exact(&mut [0]).unwrap();
        assert_eq!(owner(&ours), 0);
        assert!(!is_allowed(0) && is_allowed(NOBODY));
        return;
    }
    if !require(&[Part::Root]) {
        return;
    }
    let copy = support::child::OpenCopy::new();
    let file = copy.folder().join("port");
    let mut other = copy
        .command("the_administrators_connection_is_not_allowed_to_another_users_agent")
        .env(PORT, &file)
        .uid(NOBODY)
        .gid(NOBODY)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let port = support::child::wait_for(|| std::fs::read_to_string(&file).ok()?.parse::<u16>().ok());
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    std::io::Write::write_all(&mut stream, b"\n").unwrap();
    assert!(other.wait().unwrap().success());
}
