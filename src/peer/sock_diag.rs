//! One socket looked up by its addresses: `NETLINK_SOCK_DIAG(7)`, `inet_diag_req_v2` and `inet_diag_msg`.
//!
//! The kernel answers while the request is being sent, so nothing here waits.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use netlink_packet_core::{NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::constants::{
    AF_INET, AF_INET6, IPPROTO_TCP, TCP_CLOSE_WAIT, TCP_CLOSING, TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2,
    TCP_LAST_ACK,
};
use netlink_packet_sock_diag::inet::{ExtensionFlags, InetRequest, InetResponse, SocketId, StateFlags};
use netlink_sys::protocols::NETLINK_SOCK_DIAG;
use netlink_sys::{Socket, SocketAddr as NetlinkAddress};

use super::row::{Ends, Row};

/// The number of our request, which its answer repeats.
const SEQUENCE: u32 = 1;
/// Matches any socket of these addresses (`INET_DIAG_NOCOOKIE`).
const ANY_COOKIE: [u8; 8] = [0xFF; 8];
/// An answer is one message of about a hundred bytes.
const MAX_ANSWER: usize = 4096;
const ENOENT: i32 = 2;

/// There was a row once, so the kernel can look them up, and "not found" means the socket.
static WORKS: AtomicBool = AtomicBool::new(false);

/// Why there is no row.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The kernel knows no such socket.
    NoSocket,
    /// It cannot be asked this way here.
    Unavailable(String),
}

/// What the kernel finds for these addresses. It may be another socket; [`Row::owner`] judges.
pub(super) fn row(wanted: &Ends) -> Result<Row, Trouble> {
    let unavailable = |error: std::io::Error| Trouble::Unavailable(error.to_string());
    let socket = Socket::new(NETLINK_SOCK_DIAG).map_err(unavailable)?;
    socket.set_non_blocking(true).map_err(unavailable)?;
    socket.send_to(&request(wanted), &NetlinkAddress::new(0, 0), 0).map_err(unavailable)?;
    let mut buffer = [0; MAX_ANSWER];
    let (length, sender) = socket.recv_from(&mut buffer.as_mut_slice(), 0).map_err(unavailable)?;
    if sender.port_number() != 0 {
        return Err(Trouble::Unavailable("an answer that is not the kernel's".to_owned()));
    }
    let row = answer(buffer.get(..length).unwrap_or_default());
    match &row {
        Ok(_) => WORKS.store(true, Ordering::Relaxed),
        // A kernel without this lookup says the same.
        Err(Trouble::NoSocket) if !WORKS.load(Ordering::Relaxed) => {
            return Err(Trouble::Unavailable("not found, or no inet_diag in this kernel".to_owned()));
        }
        Err(_) => {}
    }
    row
}

fn request(wanted: &Ends) -> Vec<u8> {
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST;
    header.sequence_number = SEQUENCE;
    let request = InetRequest {
        family: if wanted.own.0.is_ipv4() { AF_INET } else { AF_INET6 },
        protocol: IPPROTO_TCP,
        extensions: ExtensionFlags::empty(),
        states: StateFlags::all(),
        socket_id: SocketId {
            source_address: wanted.own.0,
            source_port: wanted.own.1,
            destination_address: wanted.other.0,
            destination_port: wanted.other.1,
            interface_id: 0,
            cookie: ANY_COOKIE,
        },
    };
    let mut message = NetlinkMessage::new(header, SockDiagMessage::InetRequest(request).into());
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

fn answer(bytes: &[u8]) -> Result<Row, Trouble> {
    let message = NetlinkMessage::<SockDiagMessage>::deserialize(bytes)
        .map_err(|error| Trouble::Unavailable(error.to_string()))?;
    if message.header.sequence_number != SEQUENCE {
        return Err(Trouble::Unavailable("an answer to another question".to_owned()));
    }
    match message.payload {
        NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) => Ok(row_of(&response)),
        NetlinkPayload::Error(error) if error.raw_code() == -ENOENT => Err(Trouble::NoSocket),
        NetlinkPayload::Error(error) => Err(Trouble::Unavailable(error.to_io().to_string())),
        _ => Err(Trouble::Unavailable("an answer of another kind".to_owned())),
    }
}

fn row_of(response: &InetResponse) -> Row {
    let header = &response.header;
    let id = &header.socket_id;
    let address = |ip: IpAddr, port| SocketAddr::new(ip, port);
    Row {
        ends: Ends::new(
            address(id.source_address, id.source_port),
            address(id.destination_address, id.destination_port),
        ),
        connected: matches!(
            header.state,
            TCP_ESTABLISHED | TCP_FIN_WAIT1 | TCP_FIN_WAIT2 | TCP_CLOSE_WAIT | TCP_LAST_ACK | TCP_CLOSING
        ),
        uid: header.uid,
        inode: header.inode.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arbitrary_answers_are_refused_without_a_panic() {
        let wanted = Ends::new("127.0.0.1:1".parse().unwrap(), "127.0.0.1:2".parse().unwrap());
        let valid = request(&wanted);
        for length in 0..valid.len() {
            assert!(answer(&valid[..length]).is_err());
        }
        for position in 0..valid.len() {
            for byte in [0, 1, 2, 3, 20, 0x7F, 0xFF] {
                let mut changed = valid.clone();
                changed[position] = byte;
                assert!(answer(&changed).is_err(), "a question is no answer");
            }
        }
    }
}
