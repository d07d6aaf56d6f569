//! The server on real sockets: limits of time and size, what is no HTTP, callers that go away, and the end in order.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use jpki_agent::consent::scripted::{Answer, End};
use jpki_agent::server::{BindError, BindOptions, DEFAULT_PORT, FALLBACK_PORT, SocketReason, bind};
use serde_json::json;
use support::agent::{NONCE, PORTAL, SIGNATURE_PIN};
use support::http::{Connection, Request};
use support::server::{Server, on_one_thread};

impl Server {
    /// Sends these bytes, with `HOST` in the place of the right one.
    fn raw(&self, bytes: impl AsRef<[u8]>) -> Connection {
        let text = String::from_utf8_lossy(bytes.as_ref()).into_owned();
        let mut connection = self.connect();
        if text.contains("HOST") {
            connection.write(text.replace("HOST", &format!("127.0.0.1:{}", self.port)).as_bytes());
        } else {
            connection.write(bytes.as_ref());
        }
        connection
    }
}

fn sign() -> Request {
    let digest = json!({"algorithm": "SHA-256", "value": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="});
    Request::post("/v1/sign", &json!({"digests": [digest]}))
}

/// Reads the answer to what was sent already: a problem, and then the end of the connection.
fn last_problem(connection: &mut Connection) -> (u16, String) {
    let answer = connection.read_response(false).expect("an answer");
    let problem = answer.problem();
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-request-id"), answer.json()["requestId"].as_str());
    assert!(connection.is_closed());
    (answer.status, problem)
}

#[test]
fn both_doors_answer_and_connections_are_kept() {
    let server = Server::start();
    let mut tcp = server.connect();
    let mut socket = Connection::socket(&server.socket);
    for _ in 0..3 {
        assert_eq!(tcp.ask(&Request::get("/v1/health")).status, 200);
        assert_eq!(tcp.ask(&Request::get("/v1/status")).problem(), "caller_unidentified");
        assert_eq!(tcp.ask(&Request::get("/v1/status").origin(PORTAL)).status, 200);
        assert_eq!(socket.ask(&Request::get("/v1/status")).status, 200);
        assert_eq!(
            socket.ask(&Request::get("/v1/status").header("Host", "evil.example")).problem(),
            "host_not_allowed"
        );
    }
    server.consent.push(Answer::pin(SIGNATURE_PIN));
    assert_eq!(socket.ask(&sign()).status, 200);
    assert_eq!(server.card.wire().verifies, 1);
}

#[test]
fn requests_sent_ahead_are_answered_in_order() {
    let server = Server::start();
    let one = "GET /v1/health HTTP/1.1\r\nHost: HOST\r\n\r\nGET /nothing HTTP/1.1\r\nHost: HOST\r\n\r\n";
    let mut connection = server.raw(one.repeat(5));
    for _ in 0..5 {
        assert_eq!(connection.read_response(false).unwrap().status, 200);
        assert_eq!(connection.read_response(false).unwrap().status, 404);
    }
}

#[test]
fn a_request_has_ten_seconds_and_an_idle_connection_all_the_time() {
    let server = Server::start();
    let mut virgin = server.connect();
    let mut used = server.connect();
    assert_eq!(used.ask(&Request::get("/v1/health")).status, 200);
    let mut second = server.connect();
    assert_eq!(second.ask(&Request::get("/v1/health")).status, 200);
    let begun = Instant::now();
    second.write(b"GET /v1/health");
    let mut silent = server.raw("GET /v1/health HT");
    let body =
        "Host: HOST\r\nOrigin: https://portal.example\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    let mut slow_body = server.raw(format!("POST /v1/release HTTP/1.1\r\n{body}"));
    let mut trickle = server.raw("GET /v1/health HTTP/1.1\r\nx: ");
    while begun.elapsed() < Duration::from_millis(9500) {
        trickle.write(b"x");
        std::thread::sleep(Duration::from_millis(300));
    }
    for connection in [&mut silent, &mut trickle, &mut second] {
        assert_eq!(last_problem(connection), (400, "invalid_request".to_owned()));
    }
    let answer = slow_body.read_response(false).unwrap();
    assert_eq!(answer.problem(), "invalid_request");
    assert_eq!(answer.header("access-control-allow-origin"), Some(PORTAL));
    assert!(slow_body.is_closed());
    let waited = begun.elapsed();
    assert!((Duration::from_secs(9)..Duration::from_secs(13)).contains(&waited), "{waited:?}");
    assert_eq!(virgin.ask(&Request::get("/v1/health")).status, 200);
    assert_eq!(used.ask(&Request::get("/v1/health")).status, 200);
}

#[test]
fn a_request_at_work_has_no_such_limit() {
    let server = Server::start();
    server.consent.push(Answer::Never);
    let mut connection = server.connect();
    let request = sign().origin(PORTAL);
    connection.write(&request.encode(&format!("127.0.0.1:{}", server.port)));
    server.wait_for_prompt(End::Open);
    std::thread::sleep(Duration::from_secs(11)); // what is tested is that nothing happens
    server.wait_for_prompt(End::Open);
}

#[test]
fn what_is_too_large_is_a_problem_that_can_be_read() {
    let server = Server::start();
    let fat = |length: usize| Request::get("/v1/status").origin(PORTAL).header("X-Fat", &"x".repeat(length));
    let answer = fat(17 * 1024).send(server.port);
    assert_eq!((answer.status, answer.problem().as_str()), (413, "body_too_large"));
    assert_eq!(answer.header("access-control-allow-origin"), Some(PORTAL));
    let many: String = (0..200).map(|index| format!("x-{index}: y\r\n")).collect();
    for mut connection in [
        server.raw(fat(100 * 1024).encode("HOST")),
        server.raw(format!("GET /v1/status?{} HTTP/1.1\r\nHost: HOST\r\n\r\n", "x".repeat(70_000))),
        server.raw(format!("GET /v1/status HTTP/1.1\r\nHost: HOST\r\n{many}\r\n")),
    ] {
        let answer = connection.read_response(false).unwrap();
        assert_eq!((answer.status, answer.problem().as_str()), (413, "body_too_large"));
    }
    for length in [256 * 1024 + 1, 1 << 20, 8 << 20] {
        let request = Request::post("/v1/sign", &json!({})).origin(PORTAL).body(vec![b' '; length]);
        let answer = request.send(server.port);
        assert_eq!((answer.status, answer.problem().as_str()), (413, "body_too_large"), "{length}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(PORTAL));
    }
    assert!(server.is_well());
}

#[test]
fn what_is_no_http_gets_a_problem_or_nothing() {
    let server = Server::start();
    for bytes in [
        "hello\r\n\r\n",
        "\r\n\r\n\r\nhello you\r\n\r\n",
        "GET\r\n\r\n",
        "GET /v1/health\r\n\r\n",
        "GET /v1/health HTTP/9.9\r\nHost: HOST\r\n\r\n",
        "GET /v1/health HTTP/1.1\nHost HOST\n\n",
        "GET  /v1/health HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET /v1/hea\u{1}lth HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET /v1/health HTTP/1.1\r\nHost : HOST\r\n\r\n",
        "GET /v1/health HTTP/1.1\r\nHost: HOST\r\nX\u{0}: y\r\n\r\n",
        "GET /v1/health HTTP/1.1\r\nHost: HOST\r\nX: a\r\n b\r\n\r\n",
        "POST /v1/release HTTP/1.1\r\nHost: HOST\r\nContent-Length: x\r\n\r\n",
        "POST /v1/release HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/release HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: gzip\r\n\r\n{}",
        "POST /v1/release HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n",
    ] {
        let mut connection = server.raw(bytes);
        assert_eq!(last_problem(&mut connection), (400, "invalid_request".to_owned()), "{bytes:?}");
    }
    let mut tls = server.raw([&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], &[0x5A; 200]].concat());
    assert_eq!(last_problem(&mut tls), (400, "invalid_request".to_owned()));
    let mut http2 = server.raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    assert!(http2.read_response(false).is_none());
    drop(server.connect()); // says nothing and goes
    assert!(server.is_well());
}

#[test]
fn smuggled_and_broken_bodies_are_refused() {
    let server = Server::start();
    let head = "POST /v1/release HTTP/1.1\r\nHost: HOST\r\nOrigin: https://portal.example\r\n\
                Content-Type: application/json\r\n";
    let mut chunked = server.raw(format!("{head}Transfer-Encoding: chunked\r\n\r\n1\r\n{{\r\n1\r\n}}\r\n0\r\n\r\n"));
    assert_eq!(chunked.read_response(false).unwrap().status, 204);
    let mut broken = server.raw(format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n"));
    assert_eq!(broken.read_response(false).unwrap().problem(), "invalid_request");
    assert!(broken.is_closed());
    // Both lengths: the body is chunked by RFC 9112, 6.3; nothing may be left for a second request.
    let both = format!("{head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n");
    let mut both = server.raw(format!("{both}GET /v1/health HTTP/1.1\r\nHost: HOST\r\n\r\n"));
    let first = both.read_response(false).unwrap().status;
    assert!(matches!(first, 204 | 400), "{first}");
    assert!(server.is_well());
}

#[test]
fn the_older_http_is_not_spoken() {
    let server = Server::start();
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let request = format!("GET /v1/health HTTP/1.0\r\nHost: 127.0.0.1:{}\r\n\r\n", server.port);
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 400 ") && answer.contains("invalid_request"), "{answer}");
}

#[test]
fn a_caller_that_goes_away_closes_its_prompt() {
    let server = Server::start();
    server.consent.push(Answer::Never);
    let mut page = server.connect();
    page.write(&sign().origin(PORTAL).encode(&format!("127.0.0.1:{}", server.port)));
    server.wait_for_prompt(End::Open);
    assert_eq!(sign().send_to_socket(&server.socket).problem(), "prompt_busy");
    drop(page);
    server.wait_for_prompt(End::Dropped);
    server.consent.push(Answer::pin(SIGNATURE_PIN));
    assert_eq!(sign().send_to_socket(&server.socket).status, 200);
    assert_eq!(server.card.wire().verifies, 1);
}

#[test]
fn the_end_closes_prompts_and_connections_and_removes_the_socket() {
    let mut server = Server::start();
    server.consent.push(Answer::Never);
    let idle = server.connect();
    let mut page = server.connect();
    let authenticate = Request::post("/v1/authenticate", &json!({"challengeNonce": NONCE})).origin(PORTAL);
    page.write(&authenticate.encode(&format!("127.0.0.1:{}", server.port)));
    server.wait_for_prompt(End::Open);
    let took = server.end();
    assert!(took < Duration::from_secs(5), "{took:?}");
    let answer = page.read_response(false).unwrap();
    assert_eq!((answer.status, answer.problem().as_str()), (503, "shutting_down"));
    assert!(page.is_closed());
    let mut idle = idle;
    assert!(idle.is_closed());
    assert!(!server.socket.exists());
    assert!(std::net::TcpStream::connect(("127.0.0.1", server.port)).is_err());
}

#[test]
fn an_end_in_the_middle_of_a_request_waits_for_it_a_while() {
    let mut server = Server::start();
    let mut half = server.raw("GET /v1/health HTTP/1.1\r\n");
    std::thread::sleep(Duration::from_millis(200));
    let port = server.port;
    let sender = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(500));
        half.write(format!("Host: 127.0.0.1:{port}\r\n\r\n").as_bytes());
        half.read_response(false).map(|answer| answer.status)
    });
    let took = server.end();
    assert_eq!(sender.join().unwrap(), Some(200));
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn more_connections_than_the_limit_are_refused_politely() {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let wanted = u64::try_from(3 * jpki_agent::server::MAX_CONNECTIONS + 500).unwrap();
    if limit.current.is_some_and(|current| current < wanted) {
        let raised = rustix::process::Rlimit { current: Some(wanted), maximum: limit.maximum };
        rustix::process::setrlimit(rustix::process::Resource::Nofile, raised).unwrap();
    }
    let server = Server::start();
    let mut kept: Vec<Connection> = Vec::new();
    while kept.len() < jpki_agent::server::MAX_CONNECTIONS {
        let mut connection = server.connect();
        if kept.len().is_multiple_of(100) {
            // An answer shows that the server has kept up, so that no connection waits to be tried again.
            assert_eq!(connection.ask(&Request::get("/v1/health")).status, 200);
        }
        kept.push(connection);
    }
    let mut refused = server.connect();
    let answer = refused.read_response(false).unwrap();
    assert_eq!((answer.status, answer.problem().as_str()), (429, "rate_limited"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    kept.truncate(10);
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.connect().read_some_health(server.port) != Some(200) {
        assert!(Instant::now() < deadline, "room is made when connections end");
    }
}

/// Asks for the health where the server may refuse the connection instead.
trait Health {
    fn read_some_health(&mut self, port: u16) -> Option<u16>;
}

impl Health for Connection {
    fn read_some_health(&mut self, port: u16) -> Option<u16> {
        self.write(&Request::get("/v1/health").encode(&format!("127.0.0.1:{port}")));
        self.read_response(false).map(|answer| answer.status)
    }
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_socket_is_for_one_user_and_one_agent() {
    let server = Server::start();
    assert_eq!((mode(&server.socket), mode(server.socket.parent().unwrap())), (0o600, 0o700));
    let options = BindOptions { port: Some(0), socket: Some(server.socket.clone()) };
    let refused = on_one_thread(bind(&options)).unwrap_err();
    let BindError::Socket(error) = &refused else { panic!("{refused}") };
    assert!(matches!(error.reason, SocketReason::AnotherAgent));
    assert!(refused.to_string().contains("agent.sock"), "{refused}");
    assert_eq!(Request::get("/v1/status").send_to_socket(&server.socket).status, 200);
}

#[test]
fn a_socket_left_behind_is_replaced_and_other_things_are_not() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = folder.path().join("agent.sock");
    let options = BindOptions { port: Some(0), socket: Some(path.clone()) };
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    on_one_thread(async { drop(bind(&options).await.unwrap()) });
    assert!(!path.exists());

    // One whose owner still listens, though without our lock.
    let other = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let reason = |error| match error {
        BindError::Socket(error) => error.reason,
        other => panic!("{other}"),
    };
    assert!(matches!(reason(on_one_thread(bind(&options)).unwrap_err()), SocketReason::AnotherAgent));
    drop(other);

    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, "precious").unwrap();
    assert!(matches!(reason(on_one_thread(bind(&options)).unwrap_err()), SocketReason::Occupied));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");

    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    assert!(matches!(reason(on_one_thread(bind(&options)).unwrap_err()), SocketReason::OpenFolder));
}

#[test]
fn a_port_that_cannot_be_had_is_named() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = on_one_thread(bind(&BindOptions { port: Some(port), socket: None })).unwrap_err();
    assert!(error.to_string().contains(&port.to_string()), "{error}");

    // The usual port may be held by an agent of this machine already; held it is, either way.
    let _held = std::net::TcpListener::bind(("127.0.0.1", DEFAULT_PORT));
    match on_one_thread(bind(&BindOptions::default())) {
        Ok(bound) => assert_eq!(bound.port(), FALLBACK_PORT),
        Err(error) => {
            assert!(matches!(error, BindError::BothPorts { .. }));
            assert!(error.to_string().contains("25754") && error.to_string().contains("29754"), "{error}");
        }
    }
}
