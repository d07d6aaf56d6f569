//! The handshake of a connection to the HTTPS door, in the connection's own task: whatever goes wrong there ends this
//! connection and no other, and is nothing to log as an error; programs that do not speak TLS knock, too.
//!
//! A connection that has sent nothing is kept, as one to the other door is. From the first byte on the handshake has
//! [`LIMIT`], and only [`MAX_HANDSHAKES`] are on their way at the same time; those beyond are closed.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take, from its first byte on.
pub const LIMIT: Duration = Duration::from_secs(10);
/// Most handshakes on their way at the same time.
pub const MAX_HANDSHAKES: usize = 256;

/// Makes connections of the HTTPS door safe to speak on.
#[derive(Clone)]
pub(super) struct Handshakes {
    acceptor: TlsAcceptor,
    places: Arc<Semaphore>,
}

impl Handshakes {
    pub(super) fn new(config: Arc<ServerConfig>) -> Self {
        Self { acceptor: config.into(), places: Arc::new(Semaphore::new(MAX_HANDSHAKES)) }
    }

    /// The connection after its handshake; `None` if there was none worth the name.
    pub(super) async fn shake(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        if !matches!(stream.peek(&mut [0]).await, Ok(1..)) {
            return None; // closed before it said anything
        }
        let Ok(_place) = self.places.try_acquire() else {
            tracing::warn!(limit = MAX_HANDSHAKES, "too many TLS handshakes at the same time");
            return None;
        };
        match timeout(LIMIT, self.acceptor.accept(stream)).await {
            Ok(Ok(stream)) => Some(stream),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a TLS handshake failed");
                None
            }
            Err(_) => {
                tracing::debug!("a TLS handshake took too long");
                None
            }
        }
    }
}

impl std::fmt::Debug for Handshakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handshakes").field("places", &self.places).finish_non_exhaustive()
    }
}
