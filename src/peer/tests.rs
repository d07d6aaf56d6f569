//! Real connections within this process. Other users' are in `tests/other_user.rs`.

use std::io::Read as _;
use std::net::{Shutdown, TcpListener, TcpStream};

use super::*;
use row::{Ends, Row};

/// A listener, and a client's connection to it with our end.
fn connection(listen: &str, connect: &str) -> (TcpListener, TcpStream, TcpStream) {
    let listener = TcpListener::bind((listen, 0)).unwrap();
    let client = TcpStream::connect((connect, listener.local_addr().unwrap().port())).unwrap();
    let (ours, _) = listener.accept().unwrap();
    (listener, client, ours)
}

/// What each of the two ways says of the other end of `ours`.
fn both_ways(ours: &TcpStream) -> [Result<u32, PeerUnknown>; 2] {
    let (local, peer) = (ours.local_addr().unwrap(), ours.peer_addr().unwrap());
    let wanted = Ends::new(peer, local);
    let judged = |row: Option<Row>| row.map_or(Err(PeerUnknown::NoSocket), |row| row.owner(&wanted));
    let asked = match sock_diag::row(&wanted) {
        Ok(row) => judged(Some(row)),
        Err(sock_diag::Trouble::NoSocket) => judged(None),
        Err(sock_diag::Trouble::Unavailable(why)) => panic!("{why}"),
    };
    [asked, judged(proc_net::row(&wanted).unwrap())]
}

fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[test]
fn a_connection_of_our_own_is_ours_both_ways() {
    for (listen, connect) in [("127.0.0.1", "127.0.0.1"), ("::1", "::1")] {
        let (_listener, _client, ours) = connection(listen, connect);
        assert_eq!(both_ways(&ours), [Ok(own_uid()), Ok(own_uid())], "{connect}");
        assert_eq!(owner_of(ours.local_addr().unwrap(), ours.peer_addr().unwrap()), Ok(own_uid()));
    }
    assert!(is_allowed(own_uid()));
}

#[test]
fn an_ipv6_socket_that_talks_ipv4_is_found() {
    // Its row says ::ffff:127.0.0.1, ours 127.0.0.1.
    let (_listener, client, ours) = connection("127.0.0.1", "::ffff:127.0.0.1");
    assert!(client.local_addr().unwrap().is_ipv6() && ours.peer_addr().unwrap().is_ipv4());
    assert_eq!(both_ways(&ours), [Ok(own_uid()), Ok(own_uid())]);
}

#[test]
fn a_listener_on_any_address_sees_mapped_addresses() {
    let (_listener, _client, ours) = connection("::", "127.0.0.1");
    assert!(ours.peer_addr().unwrap().is_ipv6());
    assert_eq!(both_ways(&ours), [Ok(own_uid()), Ok(own_uid())]);
}

#[test]
fn a_client_that_has_sent_everything_and_waits_is_still_known() {
    let (_listener, client, mut ours) = connection("127.0.0.1", "127.0.0.1");
    client.shutdown(Shutdown::Write).unwrap();
    assert_eq!(ours.read(&mut [0]).unwrap(), 0);
    assert_eq!(both_ways(&ours), [Ok(own_uid()), Ok(own_uid())]);
}

#[test]
fn a_client_that_has_gone_has_no_owner() {
    let (_listener, client, mut ours) = connection("127.0.0.1", "127.0.0.1");
    both_ways(&ours)[0].clone().unwrap();
    drop(client);
    assert_eq!(ours.read(&mut [0]).unwrap(), 0);
    for answer in both_ways(&ours) {
        assert!(matches!(answer, Err(PeerUnknown::NoOwner | PeerUnknown::NoSocket)), "{answer:?}");
    }
}

#[test]
fn who_merely_listens_on_the_port_is_not_the_client() {
    let (_keep, _client, ours) = connection("127.0.0.1", "127.0.0.1");
    both_ways(&ours)[0].clone().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (local, listening) = (ours.local_addr().unwrap(), listener.local_addr().unwrap());
    let wanted = Ends::new(listening, local);
    // This is what the kernel's lookup finds, and what would be our own user's.
    let found = sock_diag::row(&wanted).unwrap();
    assert!(!found.connected && found.uid == own_uid());
    assert_eq!(owner_of(local, listening), Err(PeerUnknown::NoSocket));
}

#[test]
fn a_connection_that_never_was_is_refused() {
    let (_listener, _client, ours) = connection("127.0.0.1", "127.0.0.1");
    let (local, peer) = (ours.local_addr().unwrap(), ours.peer_addr().unwrap());
    assert_eq!(owner_of(local, peer), Ok(own_uid()));
    for (local, peer) in [
        ("127.0.0.1:1", "127.0.0.1:2"),
        (&*local.to_string(), "127.0.0.2:65000"),
        ("192.0.2.1:443", &*peer.to_string()),
        ("[::1]:1", "[::1]:2"),
        (&*local.to_string(), "[::1]:2"),
    ] {
        assert_eq!(owner_of(local.parse().unwrap(), peer.parse().unwrap()), Err(PeerUnknown::NoSocket));
    }
}

#[test]
fn only_our_own_user_is_allowed() {
    assert!(is_allowed(own_uid()));
    for other in [0, 1, 1000, 65534, u32::MAX].into_iter().filter(|uid| *uid != own_uid()) {
        assert!(!is_allowed(other), "{other}");
    }
}

/// Prints what one lookup costs; a bound so loose that only a scan of everything would break it.
#[test]
fn a_lookup_is_cheap() {
    let (_listener, _client, ours) = connection("127.0.0.1", "127.0.0.1");
    let (local, peer) = (ours.local_addr().unwrap(), ours.peer_addr().unwrap());
    let wanted = Ends::new(peer, local);
    let rounds = 1000;
    let start = std::time::Instant::now();
    for _ in 0..rounds {
        assert_eq!(owner_of(local, peer), Ok(own_uid()));
    }
    let each = start.elapsed() / rounds;
    let start = std::time::Instant::now();
    for _ in 0..100 {
        assert!(proc_net::row(&wanted).unwrap().is_some());
    }
    println!("sock_diag: {each:?} each, /proc/net: {:?} each", start.elapsed() / 100);
    assert!(each < std::time::Duration::from_millis(5), "{each:?}");
}
