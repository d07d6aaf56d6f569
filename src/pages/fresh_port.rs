//! A loopback port made for one opening: random, so that nobody can have prepared it, and bound before it is named, so
//! that nobody can take it on the way.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::{TcpListener, TcpStream};

/// The dynamic ports (RFC 6335, 6) begin here.
const FIRST: u16 = 49152;
/// After so many that are taken the system is asked for one. It hands them out in order on some systems, so that those
/// of the next minutes could be told beforehand.
const ATTEMPTS: usize = 16;

/// A listener on 127.0.0.1 with a port of its own.
#[derive(Debug)]
pub struct FreshPort {
    listener: TcpListener,
    port: u16,
}

impl FreshPort {
    /// Takes a random free port.
    ///
    /// # Errors
    /// The system's, if it has no port, file descriptor or randomness to give.
    pub async fn bind() -> io::Result<Self> {
        for _ in 0..ATTEMPTS {
            let random = getrandom::u32().map_err(io::Error::other)?;
            let [high, low, ..] = random.to_be_bytes();
            // The upper two bits set: 49152 to 65535, each as likely.
            if let Ok(fresh) = Self::at(FIRST | u16::from_be_bytes([high, low])).await {
                return Ok(fresh);
            }
        }
        Self::at(0).await
    }

    async fn at(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next connection, and where it comes from.
    ///
    /// # Errors
    /// The system's.
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        self.listener.accept().await
    }
}

/// How pages on this port are named by browsers: scheme, host and port.
#[must_use]
pub fn origin_of(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ports_are_random_dynamic_ones_on_loopback() {
        let mut ports = Vec::new();
        for _ in 0..20 {
            let fresh = FreshPort::bind().await.unwrap();
            assert!(fresh.listener.local_addr().unwrap().ip().is_loopback());
            assert!(fresh.port() >= FIRST);
            ports.push(fresh.port());
        }
        let distances: std::collections::BTreeSet<_> = ports.windows(2).map(|two| two[1].abs_diff(two[0])).collect();
        assert!(distances.len() > 10, "in order: {ports:?}");
    }
}
