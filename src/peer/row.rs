//! One socket as the kernel describes it, and whether it is the one wanted.

use std::net::{IpAddr, SocketAddr};

use super::PeerUnknown;

/// The two addresses of a socket, seen from its own side; IPv4 addresses mapped into IPv6 stand as IPv4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    /// Its own address.
    pub(super) own: (IpAddr, u16),
    /// The address it is connected to.
    pub(super) other: (IpAddr, u16),
}

impl Ends {
    pub(super) fn new(own: SocketAddr, other: SocketAddr) -> Self {
        let plain = |address: SocketAddr| (address.ip().to_canonical(), address.port());
        Self { own: plain(own), other: plain(other) }
    }
}

/// What the kernel says of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) ends: Ends,
    /// Is it in a state in which a process may still hold it: from established to closing, neither listening nor
    /// waiting out its time?
    pub(super) connected: bool,
    /// Who opened it; 0 also where nobody is known.
    pub(super) uid: u32,
    /// 0 once no process holds it.
    pub(super) inode: u64,
}

impl Row {
    /// The owner, if this really is the socket wanted and a process holds it.
    ///
    /// The kernel's lookup falls back to a socket that merely listens on the port, and shows a socket left behind by a
    /// process as the administrator's: neither is an answer.
    pub(super) fn owner(&self, wanted: &Ends) -> Result<u32, PeerUnknown> {
        if self.ends != *wanted {
            return Err(PeerUnknown::NoSocket);
        }
        if !self.connected || self.inode == 0 {
            return Err(PeerUnknown::NoOwner);
        }
        Ok(self.uid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_socket_held_by_a_process_has_an_owner() {
        let ends = |own: &str, other: &str| Ends::new(own.parse().unwrap(), other.parse().unwrap());
        let wanted = ends("127.0.0.1:40000", "127.0.0.1:25754");
        let row = Row { ends: wanted, connected: true, uid: 1000, inode: 7 };
        assert_eq!(row.owner(&wanted), Ok(1000));
        let mapped = ends("[::ffff:127.0.0.1]:40000", "[::ffff:127.0.0.1]:25754");
        assert_eq!(Row { ends: mapped, ..row }.owner(&wanted), Ok(1000));
        assert_eq!(Row { inode: 0, ..row }.owner(&wanted), Err(PeerUnknown::NoOwner));
        assert_eq!(Row { connected: false, ..row }.owner(&wanted), Err(PeerUnknown::NoOwner));
        for other in [
            ends("127.0.0.1:25754", "127.0.0.1:40000"),
            ends("127.0.0.1:40001", "127.0.0.1:25754"),
            ends("127.0.0.1:40000", "127.0.0.1:25755"),
            ends("127.0.0.2:40000", "127.0.0.1:25754"),
            ends("127.0.0.1:40000", "0.0.0.0:0"),
            ends("0.0.0.0:40000", "0.0.0.0:0"),
            ends("[::1]:40000", "[::1]:25754"),
        ] {
            assert_eq!(Row { ends: other, ..row }.owner(&wanted), Err(PeerUnknown::NoSocket), "{other:?}");
        }
    }
}
