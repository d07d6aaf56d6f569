//! Where the prompts of a program belong, by the headers it sends over the socket, and which program it is.

use std::path::PathBuf;

use axum::http::HeaderMap;

use super::Peer;
use crate::consent::{ProgramIdentity, Seat};
use crate::problem::Problem;

/// Terminal device of the program.
pub const TTY: &str = "jpki-agent-tty";
/// Kind of that terminal (`TERM`).
pub const TERM: &str = "jpki-agent-term";
/// Display (`DISPLAY`).
pub const DISPLAY: &str = "jpki-agent-display";
/// Locale (`LANG`).
pub const LANG: &str = "jpki-agent-lang";

/// The seat of the program at the other end of the socket.
///
/// # Errors
/// [`Problem::InvalidRequest`] naming the header: twice, too long, not plain text, or a terminal that is no character
/// device of the peer's user.
pub fn read(headers: &HeaderMap, peer: Peer) -> Result<Seat, Problem> {
    let tty = value(headers, TTY)?.map(PathBuf::from);
    if let Some(tty) = &tty
        && !is_terminal_of(tty, peer)
    {
        return Err(invalid(TTY, "not a character device below /dev that belongs to the caller"));
    }
    Ok(Seat { tty, term: value(headers, TERM)?, display: value(headers, DISPLAY)?, lang: value(headers, LANG)? })
}

fn value(headers: &HeaderMap, name: &'static str) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(name).iter();
    let (first, second) = (values.next(), values.next());
    let Some(first) = first else { return Ok(None) };
    if second.is_some() {
        return Err(invalid(name, "sent more than once"));
    }
    match first.to_str() {
        Ok(text) if Seat::takes(text.as_bytes()) => Ok(Some(text.to_owned()).filter(|text| !text.is_empty())),
        _ => Err(invalid(name, "not plain text of at most 200 characters without spaces")),
    }
}

/// Below `/dev` only: looking at a path elsewhere could block on a file system that does not answer.
#[cfg(unix)]
fn is_terminal_of(path: &std::path::Path, peer: Peer) -> bool {
    use std::path::Component;

    let plain = path.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
    let stat = (plain && path.starts_with("/dev")).then(|| rustix::fs::stat(path).ok()).flatten();
    stat.is_some_and(|stat| {
        rustix::fs::FileType::from_raw_mode(stat.st_mode).is_char_device() && stat.st_uid == peer.uid
    })
}

#[cfg(not(unix))]
fn is_terminal_of(_: &std::path::Path, _: Peer) -> bool {
    false
}

/// What is known of the program at the other end of the socket.
#[must_use]
pub fn program(peer: Peer) -> ProgramIdentity {
    ProgramIdentity { pid: peer.pid, name: peer.pid.and_then(executable_name) }
}

/// File name of the program's executable; not of its own choosing, as its arguments would be.
#[cfg(target_os = "linux")]
fn executable_name(pid: i32) -> Option<String> {
    let executable = std::fs::read_link(format!("/proc/{pid}/exe")).ok()?;
    Some(executable.file_name()?.to_string_lossy().into_owned())
}

#[cfg(not(target_os = "linux"))]
fn executable_name(_: i32) -> Option<String> {
    None
}

fn invalid(member: &str, detail: &str) -> Problem {
    Problem::InvalidRequest { member: Some(member.to_owned()), detail: detail.to_owned() }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_a_device_of_the_callers_own_user() {
        let owner = rustix::fs::stat("/dev/null").unwrap().st_uid;
        let headers = HeaderMap::from_iter([(axum::http::HeaderName::from_static(TTY), "/dev/null".parse().unwrap())]);
        let seat = read(&headers, Peer { uid: owner, pid: None }).unwrap();
        assert_eq!(seat.tty, Some(PathBuf::from("/dev/null")));
        let refused = read(&headers, Peer { uid: owner + 1, pid: None }).unwrap_err();
        assert!(matches!(refused, Problem::InvalidRequest { member: Some(member), .. } if member == TTY));
    }
}
