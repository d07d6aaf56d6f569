//! Which user of this computer is at the other end of a loopback TCP connection.
//!
//! Loopback is shared by all users of a computer, so an address proves nothing. On Linux the kernel is asked for the
//! owner of the client's socket (`sock_diag`, `NETLINK_SOCK_DIAG(7)`), or its table in `/proc/net` is read where a
//! sandbox refuses that. macOS and Windows offer nothing of the kind that could be used without C or `unsafe`: there
//! [`SUPPORTED`] is false and every answer is [`PeerUnknown::NotSupported`].
//!
//! What is done with an answer is for the gates: anything but a uid that [`is_allowed`] is to be refused. For Unix
//! sockets the system says who connected (`SO_PEERCRED`); none of this is needed there.

#[cfg(target_os = "linux")]
mod proc_net;
#[cfg(target_os = "linux")]
mod row;
#[cfg(target_os = "linux")]
mod sock_diag;

use std::net::SocketAddr;

/// Can this system tell?
pub const SUPPORTED: bool = cfg!(target_os = "linux");

/// It is not known whose the other end is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeerUnknown {
    /// This system has no means for it.
    #[error("this system does not tell who owns a connection")]
    NotSupported,
    /// There is no such connection on this computer (any more).
    #[error("no socket on this computer is the other end of the connection")]
    NoSocket,
    /// The other end has been closed, and nobody owns what is left of it.
    #[error("the other end of the connection has no owner any more")]
    NoOwner,
    /// The system would not say, neither way.
    #[error("the system does not say who owns the connection: {0}")]
    Refused(String),
}

/// The user id of the process that opened the other end of a connection of ours: `local` is our address, `peer` the
/// other one's.
///
/// Costs some microseconds and does not wait. The kernel gives the id as our user namespace sees it; a user who does not
/// exist in ours is the overflow id (65534).
///
/// # Errors
/// [`PeerUnknown`]
#[cfg(target_os = "linux")]
pub fn owner_of(local: SocketAddr, peer: SocketAddr) -> Result<u32, PeerUnknown> {
    use sock_diag::Trouble;
    // The socket wanted is the client's: seen from there, its own address is our peer's.
    let wanted = row::Ends::new(peer, local);
    let refused = match sock_diag::row(&wanted) {
        Ok(row) => return row.owner(&wanted),
        Err(Trouble::NoSocket) => return Err(PeerUnknown::NoSocket),
        Err(Trouble::Unavailable(why)) => why,
    };
    tracing::debug!(%refused, "sock_diag is not available, reading /proc/net");
    match proc_net::row(&wanted) {
        Ok(Some(row)) => row.owner(&wanted),
        Ok(None) => Err(PeerUnknown::NoSocket),
        Err(why) => Err(PeerUnknown::Refused(format!("sock_diag: {refused}; /proc/net: {why}"))),
    }
}

/// Always [`PeerUnknown::NotSupported`] on this system.
///
/// # Errors
/// [`PeerUnknown`]
#[cfg(not(target_os = "linux"))]
pub fn owner_of(_local: SocketAddr, _peer: SocketAddr) -> Result<u32, PeerUnknown> {
    Err(PeerUnknown::NotSupported)
}

/// Is `uid` the user this process runs as? Nobody else is allowed, the administrator neither.
#[must_use]
pub fn is_allowed(uid: u32) -> bool {
    #[cfg(unix)]
    {
        uid == rustix::process::geteuid().as_raw()
    }
    #[cfg(not(unix))]
    {
        let _ = uid;
        false
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
