//! Where the agent listens: 127.0.0.1 and nothing else, there also with TLS and on a Unix socket where asked for. A door
//! that a service manager holds open already is taken from it (`server/inherited.rs`).

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};

#[cfg(unix)]
use super::inherited::{Inherited, InheritedError};
#[cfg(unix)]
use super::socket::{PrivateSocket, SocketError};
use super::tls::Handshakes;
pub use crate::config::{DEFAULT_PORT, FALLBACK_PORT};
use crate::http::Door;
use crate::message::Phrase;
use crate::peer;
use crate::phrase;

/// Where it listens with TLS, if that is enabled, unless told otherwise.
pub const DEFAULT_TLS_PORT: u16 = 25755;
/// Where it listens with TLS if [`DEFAULT_TLS_PORT`] is taken.
pub const FALLBACK_TLS_PORT: u16 = 29755;

/// Where to listen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BindOptions {
    /// This port and no other; 0 for any free one. Without it [`DEFAULT_PORT`], then [`FALLBACK_PORT`].
    pub port: Option<u16>,
    /// Path of the Unix socket. Its folder is made if need be, and must be closed to other users. Passed over on
    /// systems without such sockets.
    pub socket: Option<PathBuf>,
}

/// Why the agent cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The port wanted cannot be had.
    #[error("{}", self.phrase())]
    Port {
        /// Which.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// Neither of the two usual ports can be had.
    #[error("{}", self.phrase())]
    BothPorts {
        /// The one tried first.
        first: u16,
        /// The other.
        second: u16,
        /// Why not the second.
        source: io::Error,
    },
    /// The Unix socket cannot be made.
    #[cfg(unix)]
    #[error("{}", self.phrase())]
    Socket(#[from] SocketError),
    /// What the service manager handed over cannot be used.
    #[cfg(unix)]
    #[error(transparent)]
    Inherited(#[from] InheritedError),
}

impl BindError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Port { port, source } => {
                phrase!("fault-port", port = port.to_string(), why = port_trouble(source))
            }
            Self::BothPorts { first, second, source } => {
                let (first, second) = (first.to_string(), second.to_string());
                phrase!("fault-ports", first = first, second = second, why = port_trouble(source))
            }
            #[cfg(unix)]
            Self::Socket(error) => error.phrase(),
            #[cfg(unix)]
            Self::Inherited(error) => error.phrase(),
        }
    }
}

fn port_trouble(error: &io::Error) -> Phrase {
    match error.kind() {
        io::ErrorKind::AddrInUse => phrase!("fault-port-taken"),
        // Windows hands out blocks of ports, to Hyper-V for instance, in which nobody need be listening.
        io::ErrorKind::PermissionDenied => phrase!("fault-port-reserved", why = error.to_string()),
        _ => phrase!("fault-foreign", why = error.to_string()),
    }
}

/// A connection, by whichever way.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A connection as it comes in.
pub(super) enum Incoming {
    /// It can be spoken on.
    Plain(Box<dyn Io>),
    /// Its handshake is still to come.
    Tls(TcpStream, Handshakes),
}

/// The listeners, open from the moment this exists.
#[derive(Debug)]
pub struct Bound {
    tcp: Option<TcpListener>,
    port: u16,
    tls: Option<TlsListener>,
    #[cfg(unix)]
    socket: Option<PrivateSocket>,
    idle_exit: Option<Duration>,
}

#[derive(Debug)]
struct TlsListener {
    listener: Option<TcpListener>,
    port: u16,
    handshakes: Handshakes,
}

/// Opens the listeners but for TLS, which [`Bound::listen_tls`] adds.
///
/// # Errors
/// [`BindError`].
pub async fn bind(options: &BindOptions) -> Result<Bound, BindError> {
    // The socket first: it knows whether another agent runs, which explains a taken port better.
    #[cfg(unix)]
    let socket = match &options.socket {
        Some(path) => Some(PrivateSocket::bind(path).await?),
        None => None,
    };
    let tcp = listen_on(options.port, DEFAULT_PORT, FALLBACK_PORT).await?;
    let port = port_of(&tcp)?;
    Ok(Bound {
        tcp: Some(tcp),
        port,
        tls: None,
        #[cfg(unix)]
        socket,
        idle_exit: None,
    })
}

/// Takes the doors that `inherited` holds and opens the others.
///
/// Where both usual ports are other users' the agent takes any free one: it is there for programs then, which read its
/// port from a file, and for nobody's page. Started by hand it would end and say why; here the next request would only
/// start it again.
///
/// # Errors
/// [`BindError`].
#[cfg(unix)]
pub async fn bind_inherited(options: &BindOptions, inherited: Inherited) -> Result<Bound, BindError> {
    inherited.check(options.port, options.socket.as_deref())?;
    let socket = match (inherited.unix, &options.socket) {
        (Some(listener), Some(path)) => Some(PrivateSocket::inherit(listener, path)?),
        (None, Some(path)) => Some(PrivateSocket::bind(path).await?),
        (_, None) => None,
    };
    let tcp = match inherited.tcp {
        Some(listener) => listener.set_nonblocking(true).and_then(|()| TcpListener::from_std(listener)),
        None => match listen_on(options.port, DEFAULT_PORT, FALLBACK_PORT).await {
            Err(error @ BindError::BothPorts { .. }) => {
                tracing::warn!(%error, "no web page can reach this agent; programs can");
                listen(0).await
            }
            bound => Ok(bound?),
        },
    };
    let tcp = tcp.map_err(|source| BindError::Port { port: 0, source })?;
    let port = port_of(&tcp)?;
    Ok(Bound { tcp: Some(tcp), port, tls: None, socket, idle_exit: None })
}

fn port_of(listener: &TcpListener) -> Result<u16, BindError> {
    Ok(listener.local_addr().map_err(|source| BindError::Port { port: 0, source })?.port())
}

async fn accept_from(listener: &TcpListener) -> io::Result<(TcpStream, Option<u32>)> {
    let (stream, from) = listener.accept().await?;
    // Answers are written whole, so waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let owner = owner(&stream, from);
    Ok((stream, owner))
}

/// Whose the other end is. Asked at once: later the port there could be another user's.
pub(super) fn owner(stream: &TcpStream, from: SocketAddr) -> Option<u32> {
    let local = stream.local_addr().ok()?;
    match peer::owner_of(local, from) {
        Ok(owner) => Some(owner),
        Err(unknown) => {
            // As a rule it has gone away already.
            tracing::debug!(%unknown, "a connection of nobody's");
            None
        }
    }
}

/// On the port that is wanted; without one on the first of the two that can be had.
async fn listen_on(wanted: Option<u16>, first: u16, second: u16) -> Result<TcpListener, BindError> {
    if let Some(port) = wanted {
        return listen(port).await.map_err(|source| BindError::Port { port, source });
    }
    match listen(first).await {
        Ok(listener) => Ok(listener),
        Err(error) => {
            tracing::warn!(%error, "port {first} cannot be had, trying {second}");
            listen(second).await.map_err(|source| BindError::BothPorts { first, second, source })
        }
    }
}

async fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)).await
}

impl Bound {
    /// The TCP port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where pages call the agent: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The agent ends by itself once nothing was asked of it for so long and nothing is kept in it. For where a service
    /// manager listens on and starts it again; it does not know of the TLS port, so a listener there keeps the agent.
    #[must_use]
    pub fn with_idle_exit(self, after: Option<Duration>) -> Self {
        Self { idle_exit: after, ..self }
    }

    /// After how long without use to end, if at all.
    pub(super) fn idle_exit(&self) -> Option<Duration> {
        self.idle_exit.filter(|_| self.tls.is_none())
    }

    /// Listens with TLS, too: on this port and no other (0 for any free one), or without one on [`DEFAULT_TLS_PORT`],
    /// then [`FALLBACK_TLS_PORT`]. The port it is.
    ///
    /// # Errors
    /// [`BindError`]; the other listeners are not touched by it.
    pub async fn listen_tls(&mut self, port: Option<u16>, config: Arc<ServerConfig>) -> Result<u16, BindError> {
        let listener = listen_on(port, DEFAULT_TLS_PORT, FALLBACK_TLS_PORT).await?;
        let port = port_of(&listener)?;
        self.tls = Some(TlsListener { listener: Some(listener), port, handshakes: Handshakes::new(config) });
        Ok(port)
    }

    /// The next connection, and the way it came.
    pub(super) async fn accept(&self) -> io::Result<(Incoming, Door)> {
        tokio::select! {
            accepted = self.accept_tcp() => accepted,
            accepted = self.accept_tls() => accepted,
            accepted = self.accept_socket() => accepted,
        }
    }

    async fn accept_tcp(&self) -> io::Result<(Incoming, Door)> {
        let Some(listener) = &self.tcp else { return std::future::pending().await };
        let (stream, owner) = accept_from(listener).await?;
        Ok((Incoming::Plain(Box::new(stream)), Door::Tcp { port: self.port, owner }))
    }

    async fn accept_tls(&self) -> io::Result<(Incoming, Door)> {
        let Some(TlsListener { listener: Some(listener), port, handshakes }) = &self.tls else {
            return std::future::pending().await;
        };
        let (stream, owner) = accept_from(listener).await?;
        Ok((Incoming::Tls(stream, handshakes.clone()), Door::Tls { port: *port, owner }))
    }

    #[cfg(unix)]
    async fn accept_socket(&self) -> io::Result<(Incoming, Door)> {
        let Some(socket) = &self.socket else { return std::future::pending().await };
        let (stream, peer) = socket.accept().await?;
        Ok((Incoming::Plain(Box::new(stream)), Door::Socket { peer }))
    }

    #[cfg(not(unix))]
    async fn accept_socket(&self) -> io::Result<(Incoming, Door)> {
        std::future::pending().await
    }

    /// Listens no more. That this user's agent still runs is shown until `self` is dropped.
    pub(super) fn close(&mut self) {
        self.tcp = None;
        if let Some(tls) = &mut self.tls {
            tls.listener = None;
        }
        #[cfg(unix)]
        if let Some(socket) = &mut self.socket {
            socket.close();
        }
    }
}
