//! How long a bridge lasts, how many there may be, and what ends it.

use super::*;

#[test]
fn it_ends_with_its_document_and_takes_an_open_prompt_along() {
    let server = Server::start();
    let bridge = Bridge::bound(&server, PORTAL);
    let alive = bridge.attach();
    assert_eq!(bridge.ask(Request::get("/bridge/alive")).problem(), "invalid_request", "there is one document");
    server.consent.push(Answer::Never);
    let mut waiting = bridge.begin(log_in());
    server.wait_for_prompt(End::Open);
    drop(alive);
    server.wait_for_prompt(End::Dropped);
    assert_eq!(waiting.read_response(false).unwrap().problem(), "caller_unidentified");
    // The ticket is not good for anything any more, and a window that is loaded anew says so.
    for request in [Request::get("/v1/status"), Request::get("/bridge/alive"), session(PORTAL), log_in()] {
        assert_eq!(bridge.ask(request).problem(), "caller_unidentified");
    }
    let reload = navigation(&bridge.path, "same-origin").send(bridge.port);
    assert!(reload.status == 200 && !reload.text().contains("<script"));
    assert_eq!(server.card.wire().verifies, 0);
    // After a while the port is gone too.
    wait_until_closed(bridge.port, Duration::from_secs(20));
}

#[test]
fn a_request_that_is_aborted_closes_its_prompt_and_leaves_the_bridge() {
    let server = Server::start();
    let bridge = Bridge::bound(&server, PORTAL);
    let _alive = bridge.attach();
    server.consent.push(Answer::Never);
    let waiting = bridge.begin(log_in());
    server.wait_for_prompt(End::Open);
    drop(waiting);
    server.wait_for_prompt(End::Dropped);
    server.consent.push(Answer::pin(AUTHENTICATION_PIN));
    assert_eq!(bridge.ask(log_in()).status, 200);
    assert_eq!(server.card.wire().verifies, 1);
}

#[test]
fn two_tabs_have_bridges_of_their_own() {
    let server = Server::start();
    let (one, other) = (Bridge::bound(&server, PORTAL), Bridge::bound(&server, PORTAL));
    assert!(one.port != other.port && one.ticket != other.ticket && one.path != other.path);
    let alive = one.attach();
    let _stays = other.attach();
    drop(alive);
    one.wait_for_end();
    assert_eq!(other.ask(Request::get("/v1/status")).status, 200);
}

#[test]
fn an_origin_taken_off_the_list_loses_its_bridge_at_once() {
    use std::io::Read as _;
    for by_hand in [false, true] {
        let server = Server::start();
        let bridge = Bridge::bound(&server, PORTAL);
        let mut alive = bridge.attach();
        server.consent.push(Answer::Never);
        let _waiting = bridge.begin(log_in());
        server.wait_for_prompt(End::Open);
        if by_hand {
            std::fs::write(&server.settings, "").unwrap();
        } else {
            assert!(server.gatekeeper.origins().remove(&PORTAL.parse().unwrap()).unwrap());
            // From this moment on, whether or not anybody has noticed yet.
            let code = bridge.ask(sign()).problem();
            assert!(matches!(&*code, "origin_not_allowed" | "caller_unidentified"), "{code}");
        }
        server.wait_for_prompt(End::Dropped);
        let mut last_chunk = [0; 5];
        alive.read_exact(&mut last_chunk).unwrap();
        assert_eq!(&last_chunk, b"0\r\n\r\n", "the document is told");
        // Allowed again, it needs a new one.
        let scopes = jpki_agent::origin::Scope::ALL.into_iter().collect();
        server.gatekeeper.origins().allow(&PORTAL.parse().unwrap(), &scopes, false).unwrap();
        assert_eq!(bridge.ask(Request::get("/v1/status")).problem(), "caller_unidentified");
        assert_eq!(server.card.wire().verifies, 0);
    }
}

#[test]
fn flooding_takes_a_few_ports_and_hinders_nobody_with_a_bridge() {
    let server = Server::start();
    let bridge = Bridge::bound(&server, PORTAL);
    let _alive = bridge.attach();
    let codes = |count: usize| (0..count).map(|_| navigation("/bridge", "cross-site").send(server.port).status);
    assert_eq!(codes(200).filter(|status| *status == 200).count(), MAX_UNBOUND);
    let refused = navigation("/bridge", "cross-site").send(server.port);
    assert_eq!((refused.status, &*refused.problem()), (429, "rate_limited"));
    assert_eq!(refused.header("retry-after"), Some("30"));
    assert_eq!(bridge.ask(Request::get("/v1/status")).status, 200);
    assert_eq!(Request::get("/v1/status").origin(PORTAL).send(server.port).status, 200);
    // One origin does not take the places of the others either.
    let server = Server::start();
    let _kept: Vec<_> = (0..MAX_PER_ORIGIN).map(|_| Bridge::bound(&server, LIMITED)).collect();
    assert_eq!(Bridge::open(&server).ask(session(LIMITED)).problem(), "rate_limited");
    Bridge::bound(&server, PORTAL);
    // Nor do connections to one port stand in the way of the agent.
    let crowded = Bridge::bound(&server, PORTAL);
    let _idle: Vec<_> = (0..200).map(|_| TcpStream::connect(("127.0.0.1", crowded.port)).unwrap()).collect();
    assert_eq!(Request::get("/v1/health").send(server.port).status, 200);
}

#[test]
fn one_that_comes_to_nothing_is_closed() {
    let server = Server::start();
    let (port, _) = announced(&server);
    let loaded = Bridge::open(&server);
    let unattached = Bridge::bound(&server, PORTAL);
    let settled = Bridge::bound(&server, PORTAL);
    let _alive = settled.attach();
    for port in [port, loaded.port, unattached.port] {
        wait_until_closed(port, Duration::from_secs(60));
    }
    assert_eq!(settled.ask(Request::get("/v1/status")).status, 200);
}

#[test]
fn the_agents_end_is_the_bridges_end_in_order() {
    use std::io::Read as _;
    let mut server = Server::start();
    let bridge = Bridge::bound(&server, PORTAL);
    let mut alive = bridge.attach();
    let (unused, _) = announced(&server);
    server.consent.push(Answer::Never);
    let mut waiting = bridge.begin(log_in());
    server.wait_for_prompt(End::Open);
    let took = server.end();
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(waiting.read_response(false).unwrap().problem(), "shutting_down");
    let mut rest = String::new();
    alive.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "{rest:?}");
    for port in [bridge.port, unused] {
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}

/// Needs a real second user.
#[cfg(target_os = "linux")]
#[test]
fn another_user_of_the_computer_reaches_no_bridge() {
    use support::own_page::check_that_another_user_is_refused;
    use support::parts::{Part, require};

    if !require(&[Part::Root]) {
        return;
    }
    let server = Server::start();
    let bridge = Bridge::bound(&server, PORTAL);
    let (port, path) = announced(&server);
    let host = |port: u16| format!("127.0.0.1:{port}");
    // With everything right: the ticket, the secret address.
    let requests = [
        (bridge.port, bridge.encoded(Request::get("/v1/status"))),
        (port, navigation(&path, "same-site").encode(&host(port))),
        (server.port, navigation("/bridge", "cross-site").encode(&host(server.port))),
    ];
    // It costs them nothing and us nothing: the document is still there for its own window.
    check_that_another_user_is_refused(&requests);
}
