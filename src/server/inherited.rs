//! Listening sockets that a service manager opened beforehand and hands over (`sd_listen_fds(3)`).
//!
//! Nothing is taken on trust. Each must be one of two: TCP on 127.0.0.1, or the agent's own Unix socket, the file at that
//! path and of mode 0600. With anything else the agent does not start: it would listen where nobody looked.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::AsFd;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use listenfd::ListenFd;

use crate::message::Phrase;
use crate::phrase;

/// One for each way in. A manager that hands over more means another program.
const MOST: usize = 2;

/// The sockets a service manager handed over. Empty for an agent that was started by hand.
#[derive(Debug, Default)]
pub struct Inherited {
    pub(super) tcp: Option<TcpListener>,
    pub(super) unix: Option<UnixListener>,
}

/// Why sockets handed over by a service manager are not used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum InheritedError {
    /// There are more than the agent has ways in, or two of one kind.
    TooMany(usize),
    /// It is neither, or cannot be looked at.
    Unknown(#[from] io::Error),
    /// It is no listening one.
    NotListening(String),
    /// Others than this computer could reach it.
    NotLoopback(SocketAddr),
    /// The settings want another port.
    Port {
        /// The one handed over.
        given: u16,
        /// The one of the settings.
        wanted: u16,
    },
    /// It is not where clients look for it.
    Elsewhere {
        /// Where it is, if it is anywhere.
        given: Option<String>,
        /// Where it should be.
        wanted: String,
    },
    /// Others could connect, or put another in its place.
    NotPrivate(PathBuf),
}

impl InheritedError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::TooMany(count) => phrase!("fault-handed-many", count = count.to_string()),
            Self::Unknown(why) => phrase!("fault-handed-unknown", why = why.to_string()),
            Self::NotListening(what) => phrase!("fault-handed-mute", what = what.as_str()),
            Self::NotLoopback(address) => phrase!("fault-handed-not-loopback", address = address.to_string()),
            Self::Port { given, wanted } => {
                phrase!("fault-handed-port", given = given.to_string(), wanted = wanted.to_string())
            }
            Self::Elsewhere { given: Some(given), wanted } => {
                phrase!("fault-handed-elsewhere", given = given.as_str(), wanted = wanted.as_str())
            }
            Self::Elsewhere { given: None, wanted } => phrase!("fault-handed-nowhere", wanted = wanted.as_str()),
            Self::NotPrivate(path) => phrase!("fault-handed-open", path = path.display().to_string()),
        }
    }
}

impl Inherited {
    /// Those that are meant for this process, by its environment, which then does not name them any more: programs
    /// started later inherit nothing. To be called before there are other threads.
    ///
    /// # Errors
    /// [`InheritedError`]
    pub fn take() -> Result<Self, InheritedError> {
        // The crate takes a missing LISTEN_PID for ours; a variable left over from elsewhere must not count.
        let number = |name| std::env::var(name).ok()?.parse::<usize>().ok();
        if number("LISTEN_PID") != usize::try_from(std::process::id()).ok() {
            return Ok(Self::default());
        }
        match number("LISTEN_FDS") {
            None | Some(0) => return Ok(Self::default()),
            Some(count) if count > MOST => return Err(InheritedError::TooMany(count)),
            Some(_) => {}
        }
        let mut handed = ListenFd::from_env();
        let mut taken = Self::default();
        for index in 0..handed.len() {
            if let Ok(Some(tcp)) = handed.take_tcp_listener(index) {
                if taken.tcp.replace(tcp).is_some() {
                    return Err(InheritedError::TooMany(handed.len()));
                }
            } else if let Some(unix) = handed.take_unix_listener(index)?
                && taken.unix.replace(unix).is_some()
            {
                return Err(InheritedError::TooMany(handed.len()));
            }
        }
        Ok(taken)
    }

    /// Was nothing handed over?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tcp.is_none() && self.unix.is_none()
    }

    /// Does the service manager keep the TCP port while no agent runs?
    #[must_use]
    pub fn has_tcp(&self) -> bool {
        self.tcp.is_some()
    }

    /// Checks both: TCP on 127.0.0.1 and on `port` if that is given, the Unix socket at `path`.
    pub(super) fn check(&self, port: Option<u16>, path: Option<&Path>) -> Result<(), InheritedError> {
        if let Some(tcp) = &self.tcp {
            check_tcp(tcp, port)?;
        }
        match (&self.unix, path) {
            (Some(unix), Some(path)) => check_unix(unix, path),
            (Some(_), None) => Err(InheritedError::TooMany(1)),
            (None, _) => Ok(()),
        }
    }
}

#[cfg(target_os = "linux")]
fn listens(socket: &impl AsFd) -> io::Result<bool> {
    Ok(rustix::net::sockopt::socket_acceptconn(socket)?)
}

/// macOS does not tell; there a socket that does not listen is noticed when nobody can be accepted.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "one signature on all systems")]
fn listens(_: &impl AsFd) -> io::Result<bool> {
    Ok(true)
}

fn check_tcp(tcp: &TcpListener, wanted: Option<u16>) -> Result<(), InheritedError> {
    let address = tcp.local_addr()?;
    if address.ip() != Ipv4Addr::LOCALHOST {
        return Err(InheritedError::NotLoopback(address));
    }
    if !listens(tcp)? {
        return Err(InheritedError::NotListening(address.to_string()));
    }
    match wanted {
        Some(wanted) if wanted != 0 && wanted != address.port() => {
            Err(InheritedError::Port { given: address.port(), wanted })
        }
        _ => Ok(()),
    }
}

fn check_unix(unix: &UnixListener, path: &Path) -> Result<(), InheritedError> {
    let address = unix.local_addr()?;
    if address.as_pathname() != Some(path) {
        let given = address.as_pathname().map(|path| path.display().to_string());
        return Err(InheritedError::Elsewhere { given, wanted: path.display().to_string() });
    }
    if !listens(unix)? {
        return Err(InheritedError::NotListening(path.display().to_string()));
    }
    let found = std::fs::symlink_metadata(path)?;
    let is_ours = found.file_type().is_socket() && found.uid() == rustix::process::geteuid().as_raw();
    if is_ours && found.mode() & 0o177 == 0 { Ok(()) } else { Err(InheritedError::NotPrivate(path.to_owned())) }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn tcp(address: &str) -> Inherited {
        Inherited { tcp: Some(TcpListener::bind(address).unwrap()), unix: None }
    }

    #[test]
    fn tcp_must_be_on_loopback_and_on_the_port_of_the_settings() {
        let good = tcp("127.0.0.1:0");
        let port = good.tcp.as_ref().unwrap().local_addr().unwrap().port();
        good.check(None, None).unwrap();
        good.check(Some(port), None).unwrap();
        good.check(Some(0), None).unwrap(); // any is right
        assert!(matches!(good.check(Some(1), None), Err(InheritedError::Port { wanted: 1, .. })));
        for open in ["0.0.0.0:0", "127.0.0.2:0"] {
            assert!(matches!(tcp(open).check(None, None), Err(InheritedError::NotLoopback(_))), "{open}");
        }
    }

    #[test]
    fn the_unix_socket_must_be_the_agents_own_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("agent.sock"), folder.path().join("other.sock"));
        let given = Inherited { tcp: None, unix: Some(UnixListener::bind(&path).unwrap()) };
        for (mode, good) in [(0o600, true), (0o660, false), (0o606, false), (0o700, false), (0o400, true)] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert_eq!(given.check(None, Some(&path)).is_ok(), good, "{mode:o}");
        }
        assert!(matches!(given.check(None, Some(&other)), Err(InheritedError::Elsewhere { .. })));
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        fs::rename(&path, &other).unwrap();
        fs::write(&path, "").unwrap();
        assert!(
            matches!(given.check(None, Some(&path)), Err(InheritedError::NotPrivate(_))),
            "another file lies there"
        );
        fs::remove_file(&path).unwrap();
        assert!(given.check(None, Some(&path)).is_err(), "it has gone");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_socket_without_a_path_is_said_to_have_none() {
        use std::os::linux::net::SocketAddrExt as _;
        let name = format!("jpki-agent-test-{}", std::process::id());
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name).unwrap();
        let given = Inherited { tcp: None, unix: Some(UnixListener::bind_addr(&address).unwrap()) };
        let error = given.check(None, Some(Path::new("/run/agent.sock"))).unwrap_err();
        for language in crate::message::Language::ALL {
            let text = error.phrase().text(language);
            assert!(text.contains("/run/agent.sock") && !text.contains("given"), "{text}");
        }
        assert!(matches!(error, InheritedError::Elsewhere { given: None, .. }));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_socket_that_does_not_listen_is_refused() {
        use rustix::net::{AddressFamily, SocketType, bind, socket};
        let bound = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
        bind(&bound, &"127.0.0.1:0".parse::<SocketAddr>().unwrap()).unwrap();
        let given = Inherited { tcp: Some(bound.into()), unix: None };
        assert!(matches!(given.check(None, None), Err(InheritedError::NotListening(_))));
    }
}
