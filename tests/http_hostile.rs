//! The door on real sockets, as an attacker finds it: hostile requests byte by byte, another user's connection, callers
//! that say nothing or hardly anything. The software card hears of none of it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use jpki_agent::consent::scripted::Answer;
use support::agent::{PORTAL, SIGNATURE_PIN, TOKEN};
use support::http::{Connection, Request};
use support::server::Server;

impl Server {
    /// Sends these bytes with `PORT` replaced; what comes back until the server closes, which each request asks it to. This
    /// side stays open until then: a caller that has closed its half counts as one that has gone, and may get no answer.
    fn raw(&self, text: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // A server that closes early has said why.
        let _ = stream.write_all(text.replace("PORT", &self.port.to_string()).as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }
}

/// A good request, line by line; each hostile one changes a part of it.
const LINE: &str = "POST /v1/sign HTTP/1.1";
const HOST: &str = "Host: 127.0.0.1:PORT";
const ORIGIN: &str = "Origin: https://portal.example";
const MODE: &str = "Sec-Fetch-Mode: cors";
const TYPE: &str = "Content-Type: application/json";
const BODY: &str = r#"{"digests":[{"algorithm":"SHA-256","value":"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="}]}"#;

fn request(lines: &[&str]) -> String {
    format!("{}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{BODY}", lines.join("\r\n"), BODY.len())
}

/// What is hostile, and the statuses it may get.
fn hostile() -> Vec<(String, &'static [u16])> {
    let mut table: Vec<(String, &'static [u16])> = Vec::new();
    let long = "a".repeat(5000);
    let hosts = [
        "localhost:PORT",
        "LOCALHOST:PORT",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:1",
        "127.0.0.1:0PORT",
        "127.0.0.1:+PORT",
        "127.0.0.1.:PORT",
        "127.0.0.1:PORT.",
        "[::1]:PORT",
        "[::ffff:127.0.0.1]:PORT",
        "[::]:PORT",
        "0.0.0.0:PORT",
        "0:PORT",
        "127.1:PORT",
        "127.0.1:PORT",
        "2130706433:PORT",
        "0x7f000001:PORT",
        "0x7f.1:PORT",
        "0177.0.0.1:PORT",
        "127.0.0.01:PORT",
        "127.0.0.2:PORT",
        "user@127.0.0.1:PORT",
        "127.0.0.1:PORT@evil.example",
        "127.0.0.1:PORT.evil.example",
        "evil.example",
        "evil.example:PORT",
        "127.0.0.1.nip.io:PORT",
        "127.0.0.1:PORT, evil.example",
        "127.0.0.1:PORT/",
        "127.0.0.1:PORT#",
        "127.0.0.1%3APORT",
        "%31%32%37.0.0.1:PORT",
        "１２７.0.0.1:PORT",
        "127.0.0.1 :PORT",
        "",
        "null",
        "http://127.0.0.1:PORT",
        &long,
    ];
    for host in hosts {
        table.push((request(&[LINE, &format!("Host: {host}"), ORIGIN, MODE, TYPE]), &[421]));
    }
    table.push((request(&[LINE, ORIGIN, MODE, TYPE]), &[421]));
    table.push((request(&[LINE, HOST, HOST, ORIGIN, MODE, TYPE]), &[421]));
    table.push((request(&[LINE, HOST, "Host: evil.example", ORIGIN, MODE, TYPE]), &[421]));
    table.push((request(&[LINE, "Host : 127.0.0.1:PORT", ORIGIN, MODE, TYPE]), &[400]));
    for target in [
        "http://evil.example/v1/sign",
        "http://localhost:PORT/v1/sign",
        "https://127.0.0.1:PORT/v1/sign",
        "http://user@127.0.0.1:PORT/v1/sign",
        "http://127.0.0.1/v1/sign",
        "http://127.0.0.1.:PORT/v1/sign",
        "http://[::1]:PORT/v1/sign",
        "ftp://127.0.0.1:PORT/v1/sign",
    ] {
        table.push((request(&[&format!("POST {target} HTTP/1.1"), HOST, ORIGIN, MODE, TYPE]), &[400, 421]));
    }
    for target in [
        "/v1/sign/",
        "//v1/sign",
        "/v1//sign",
        "/V1/sign",
        "/v1/SIGN",
        "/v1/%73ign",
        "/v1/./sign",
        "/v1/x/../sign",
        "/v1/sign;x",
        "/v1/sign%00",
        "/v1/sign%2f",
        "/v1\\sign",
        "*",
        "v1/sign",
    ] {
        table.push((request(&[&format!("POST {target} HTTP/1.1"), HOST, ORIGIN, MODE, TYPE]), &[400, 404, 421]));
    }
    table.push((
        request(&[&format!("POST /v1/sign?{} HTTP/1.1", "x".repeat(17_000)), HOST, ORIGIN, MODE, TYPE]),
        &[413],
    ));
    for method in ["GET", "PUT", "DELETE", "PATCH", "TRACE", "HEAD", "post", "Post", "BREW", "CONNECT"] {
        table.push((request(&[&format!("{method} /v1/sign HTTP/1.1"), HOST, ORIGIN, MODE, TYPE]), &[400, 405, 421]));
    }
    let origins = [
        "null",
        "",
        "*",
        "https://stranger.example",
        "http://portal.example",
        "https://portal.example:443",
        "https://portal.example:8443",
        "https://portal.example/",
        "https://portal.example.",
        "https://PORTAL.example",
        "HTTPS://portal.example",
        "https://www.portal.example",
        "https://evilportal.example",
        "https://portal.example.evil.example",
        "https://portal.example@evil.example",
        "https://evil.example/https://portal.example",
        "https://portal.example https://evil.example",
        "https://portal.example, https://portal.example",
        "https://%70ortal.example",
        "https://portal%2eexample",
        "https://pоrtal.example",
        "portal.example",
        "//portal.example",
        "file://",
        "http://127.0.0.1:PORT",
        "http://localhost:PORT",
        "https://[::1]",
        "https://0x7f.1",
        &long,
    ];
    for origin in origins {
        table.push((request(&[LINE, HOST, &format!("Origin: {origin}"), MODE, TYPE]), &[403]));
        let bearer = format!("Authorization: Bearer {TOKEN}");
        table.push((request(&[LINE, HOST, &format!("Origin: {origin}"), MODE, TYPE, &bearer]), &[403]));
    }
    table.push((request(&[LINE, HOST, ORIGIN, ORIGIN, MODE, TYPE]), &[403]));
    table.push((request(&[LINE, HOST, ORIGIN, "Origin: null", MODE, TYPE]), &[403]));
    table.push((request(&[LINE, HOST, MODE, TYPE]), &[401]));
    table.push((request(&[LINE, HOST, TYPE, "Referer: https://portal.example/"]), &[401]));
    for mode in ["no-cors", "navigate", "same-origin", "websocket", "CORS", "cors, cors", "", "cors;x"] {
        table.push((request(&[LINE, HOST, ORIGIN, &format!("Sec-Fetch-Mode: {mode}"), TYPE]), &[403]));
    }
    table.push((request(&[LINE, HOST, ORIGIN, MODE, "Sec-Fetch-Mode: navigate", TYPE]), &[403]));
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json, text/plain",
        "text/plain; application/json",
        "application/json/",
        "application /json",
        "",
        "application%2Fjson",
    ] {
        table.push((request(&[LINE, HOST, ORIGIN, MODE, &format!("Content-Type: {kind}")]), &[415]));
    }
    table.push((request(&[LINE, HOST, ORIGIN, MODE]), &[415]));
    table.push((request(&[LINE, HOST, ORIGIN, MODE, TYPE, "Content-Type: text/plain"]), &[415]));
    table
}

#[test]
fn no_hostile_request_reaches_the_card_or_the_person() {
    let server = Server::start();
    let before = server.card.wire().commands;
    let table = hostile();
    assert!(table.len() >= 60, "{}", table.len());
    for (bytes, allowed) in table {
        let answer = server.raw(&bytes);
        let shown: String = bytes.chars().take(300).collect();
        let status: u16 = answer.get(9..12).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{shown}"));
        assert!(allowed.contains(&status), "{status}: {shown}\n{answer}");
        let opened = answer.to_ascii_lowercase().contains("access-control-allow-origin");
        assert!(!opened || answer.contains(&format!(": {PORTAL}\r\n")), "{shown}\n{answer}");
        assert_eq!(server.card.wire().commands, before, "{shown}");
        assert!(server.consent.shown().is_empty(), "{shown}");
    }
    // What all of them change parts of would have been a good one.
    server.consent.push(Answer::pin(SIGNATURE_PIN));
    let mut page = Connection::tcp(server.port);
    let good = request(&[LINE, HOST, ORIGIN, MODE, TYPE]);
    page.write(good.replace("PORT", &server.port.to_string()).as_bytes());
    assert_eq!(page.read_response(false).unwrap().status, 200);
}

/// Needs a real second user.
#[cfg(target_os = "linux")]
#[test]
fn another_user_of_the_computer_reaches_nothing() {
    use std::os::unix::process::CommandExt as _;
    use support::parts::{NOBODY, Part, require};

    if !require(&[Part::Root]) {
        return;
    }
    let server = Server::start();
    let before = server.card.wire().commands;
    for proof in [format!("Authorization: Bearer {TOKEN}"), format!("{ORIGIN}\r\n{MODE}")] {
        for target in ["/v1/status", "/v1/health"] {
            let request = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n{proof}\r\n\r\n", server.port);
            let ask = |uid: u32| {
                let script = "exec 3<>/dev/tcp/127.0.0.1/$0; printf %s \"$1\" >&3; timeout 2 cat <&3";
                let mut command = std::process::Command::new("bash");
                command.args(["-c", script, &server.port.to_string(), &request]);
                command.uid(uid).gid(uid).current_dir("/");
                String::from_utf8(command.output().unwrap().stdout).unwrap()
            };
            let theirs = ask(NOBODY);
            assert!(theirs.starts_with("HTTP/1.1 403 ") && theirs.contains("peer_not_allowed"), "{theirs}");
            assert!(!theirs.to_ascii_lowercase().contains("access-control-allow"), "{theirs}");
            assert_eq!(server.card.wire().commands, before);
            if target == "/v1/health" {
                assert!(ask(0).starts_with("HTTP/1.1 200 "));
            }
        }
    }
}

#[test]
fn a_thousand_idle_connections_and_a_hundred_slow_ones_do_not_stop_the_agent() {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    if limit.current.is_some_and(|current| current < 8192) {
        let raised = rustix::process::Rlimit { current: Some(8192), maximum: limit.maximum };
        rustix::process::setrlimit(rustix::process::Resource::Nofile, raised).unwrap();
    }
    let server = Server::start();
    let mut idle: Vec<Connection> = (0..1000).map(|_| Connection::tcp(server.port)).collect();
    let mut slow: Vec<Connection> = (0..100).map(|_| Connection::tcp(server.port)).collect();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(11) {
        for connection in &mut slow {
            connection.write(b"X");
        }
        let asked = Instant::now();
        assert!(server.is_well());
        assert_eq!(Request::get("/v1/status").origin(PORTAL).send(server.port).status, 200);
        assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
        std::thread::sleep(Duration::from_millis(500));
    }
    for connection in &mut slow {
        // Told that it took too long, if it can still hear, and closed.
        while connection.read_response(false).is_some_and(|answer| answer.status == 400) {}
        assert!(connection.is_closed());
    }
    for connection in &mut idle {
        assert_eq!(connection.ask(&Request::get("/v1/health")).status, 200, "kept though it had said nothing");
    }
}
