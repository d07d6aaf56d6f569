//! The bridge on real sockets (`api-contract` section 2): opened, loaded once, bound once, ended once; and everybody who
//! should not get anything out of it. What needs a browser to be shown is tested with browsers.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jpki_agent::audit::{AuditLog, Happening};
use jpki_agent::certificate::{Certificate, TrustStore};
use jpki_agent::consent::scripted::{Answer, End, Prompt, ScriptedConsent};
use jpki_agent::consent::{Asker, Refusal};
use jpki_agent::gatekeeper::Gatekeeper;
use jpki_agent::http::HttpState;
use jpki_agent::pages::openings::{MAX_PER_ORIGIN, MAX_UNBOUND};
use jpki_agent::server::{BindOptions, bind, serve};
use jpki_agent::simulator::{CardHandle, Holder};
use jpki_agent::webeid::Validator;
use jpki_agent::webeid::validate::Token;
use serde_json::{Value, json};
use support::agent::{AUTHENTICATION_PIN, LIMITED, NONCE, PORTAL, SIGNATURE_PIN, TOKEN, TestAgent, gatekeeper, moment};
use support::http::{Connection, Request, Response};
use tokio::sync::oneshot;

const STRANGER: &str = "https://stranger.example";

/// A server in a thread of its own, on a runtime of one thread, as in the program.
struct Server {
    port: u16,
    consent: ScriptedConsent,
    card: CardHandle,
    gatekeeper: Arc<Gatekeeper>,
    audit: AuditLog,
    settings: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start() -> Self {
        Self::with(async || TestAgent::new().await)
    }

    /// That lets a caller ask so often in a minute.
    fn with_requests_per_minute(requests: u32) -> Self {
        Self::with(async move || {
            let mut parts = TestAgent::new().await;
            parts.gatekeeper = gatekeeper(parts.folder.path(), &parts.notices, requests);
            parts
        })
    }

    fn with(make: impl AsyncFnOnce() -> TestAgent + Send + 'static) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (started, start) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            on_one_thread(async {
                let parts = make().await;
                let bound = bind(&BindOptions { port: Some(0), socket: None }).await.unwrap();
                let settings = parts.folder.path().join("config.toml");
                let (consent, card) = (parts.consent.clone(), parts.card.clone());
                let rest = (parts.gatekeeper.clone(), parts.audit.clone(), settings);
                started.send((bound.port(), consent, card, rest)).unwrap();
                let state = HttpState::new(parts.agent.clone(), parts.gatekeeper.clone());
                serve(bound, state, async { drop(stopped.await) }).await;
            });
        });
        let (port, consent, card, (gatekeeper, audit, settings)) = start.recv().unwrap();
        Self { port, consent, card, gatekeeper, audit, settings, stop: Some(stop), thread: Some(thread) }
    }

    /// Waits for the latest prompt to be so.
    fn wait_for_prompt(&self, end: End) {
        let wait = self.consent.wait_for(|shown| shown.last().is_some_and(|shown| shown.end == end));
        on_one_thread(async { tokio::time::timeout(Duration::from_secs(5), wait).await.expect("no such prompt") });
    }

    /// Asks it to end, and waits until it has.
    fn end(&mut self) -> Duration {
        let begun = Instant::now();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
        begun.elapsed()
    }

    fn commands(&self) -> u64 {
        u64::try_from(self.card.wire().commands).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn on_one_thread<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// As a browser sends it where a window goes to an address.
fn navigation(target: &str, site: &str) -> Request {
    Request::get(target)
        .header("Sec-Fetch-Mode", "navigate")
        .header("Sec-Fetch-Dest", "document")
        .header("Sec-Fetch-Site", site)
}

fn log_in() -> Request {
    Request::post("/v1/authenticate", &json!({"challengeNonce": NONCE}))
}

fn sign() -> Request {
    let digest = json!({"algorithm": "SHA-256", "value": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="});
    Request::post("/v1/sign", &json!({"digests": [digest]}))
}

fn session(origin: &str) -> Request {
    Request::post("/bridge/session", &json!({"origin": origin}))
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).unwrap_or_else(|| panic!("{text}")).0
}

/// A bridge that a page has opened, with its document loaded.
struct Bridge {
    port: u16,
    path: String,
    ticket: String,
}

/// Port and path of a new bridge.
fn announced(server: &Server) -> (u16, String) {
    let moving = navigation("/bridge", "cross-site").send(server.port);
    assert_eq!(moving.status, 200, "{}", moving.text());
    let address = between(moving.text(), "href=\"http://127.0.0.1:", "\"");
    let (port, path) = address.split_once('/').unwrap();
    (port.parse().unwrap(), format!("/{path}"))
}

impl Bridge {
    fn open(server: &Server) -> Self {
        let (port, path) = announced(server);
        let document = navigation(&path, "same-site").send(port);
        assert_eq!(document.status, 200);
        let ticket = between(document.text(), "{\"ticket\":\"", "\"").to_owned();
        Self { port, path, ticket }
    }

    /// And bound to this origin.
    fn bound(server: &Server, origin: &str) -> Self {
        let bridge = Self::open(server);
        let answer = bridge.ask(session(origin));
        assert_eq!(answer.status, 200, "{}", answer.text());
        bridge
    }

    /// The request as the document's script sends it.
    fn carried(&self, request: Request) -> Request {
        request
            .header("Authorization", &format!("Bearer {}", self.ticket))
            .header("Sec-Fetch-Mode", "cors")
            .header("Sec-Fetch-Dest", "empty")
            .header("Sec-Fetch-Site", "same-origin")
    }

    fn ask(&self, request: Request) -> Response {
        self.carried(request).send(self.port)
    }

    /// Sends it and leaves the answer for later.
    fn begin(&self, request: Request) -> Connection {
        let mut connection = Connection::tcp(self.port);
        connection.write(&self.carried(request).encode(&format!("127.0.0.1:{}", self.port)));
        connection
    }

    /// The connection whose end is the bridge's end.
    fn attach(&self) -> std::net::TcpStream {
        use std::io::{Read as _, Write as _};
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let request = self.carried(Request::get("/bridge/alive")).encode(&format!("127.0.0.1:{}", self.port));
        stream.write_all(&request).unwrap();
        let mut seen = Vec::new();
        let mut byte = [0];
        while !seen.ends_with(b"\r\n\r\n1\r\n\n\r\n") {
            assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&seen));
            seen.push(byte[0]);
        }
        assert!(seen.starts_with(b"HTTP/1.1 200 "));
        stream
    }

    /// Waits until its ticket is void.
    fn wait_for_end(&self) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.ask(Request::get("/v1/health")).status != 401 {
            assert!(Instant::now() < deadline, "the bridge did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn audited(server: &Server) -> Vec<(Asker, String)> {
    let entries = server.audit.show(100).unwrap().into_iter();
    let request = |happening| match happening {
        Happening::Request { intent, outcome } => Some((intent.asker, outcome.name().to_owned())),
        _ => None,
    };
    entries.filter_map(|entry| request(entry.happening)).collect()
}

#[test]
fn what_a_page_asks_through_it_is_asked_as_its_own_origin() {
    let server = Server::start();
    let bridge = Bridge::open(&server);
    let ready = bridge.ask(session(PORTAL));
    assert_eq!(ready.json(), Request::get("/v1/health").send(server.port).json());
    assert_eq!(server.commands(), 0, "opening it costs the card nothing");

    let status = bridge.ask(Request::get("/v1/status")).json();
    assert_eq!(status["grantedScopes"], json!(["status", "certificates", "authenticate", "sign"]));
    server.consent.push(Answer::pin(AUTHENTICATION_PIN));
    let token = bridge.ask(log_in());
    assert_eq!(token.status, 200, "{}", token.text());
    let card = jpki_agent::simulator::issue(&Holder::standard(), moment()).unwrap();
    let mut trust = TrustStore::empty().with_simulator();
    trust.add("software card", Certificate::parse(&card.authentication_ca).unwrap()).unwrap();
    let validator = Validator::new(trust).accepting_software_cards();
    let check = |origin: &str| {
        let token = Token::parse(&token.body).unwrap();
        validator.check(&token, &origin.parse().unwrap(), &NONCE.parse().unwrap(), moment()).map(|_| ())
    };
    assert_eq!(check(PORTAL), Ok(()));
    assert!(check(LIMITED).is_err() && check(&format!("http://127.0.0.1:{}", bridge.port)).is_err());
    server.consent.push(Answer::pin(SIGNATURE_PIN));
    assert_eq!(bridge.ask(sign()).status, 200);

    let portal = Asker::Page(PORTAL.parse().unwrap());
    for shown in server.consent.shown() {
        let Prompt::Pin(prompt) = shown.prompt else { panic!("{shown:?}") };
        assert_eq!(prompt.context.asker, portal, "the prompt names the site, not the bridge");
    }
    assert_eq!(audited(&server), [(portal.clone(), "done".to_owned()), (portal, "done".to_owned())]);

    // The origin is never in the body.
    let named = json!({"challengeNonce": NONCE, "origin": LIMITED});
    assert_eq!(bridge.ask(Request::post("/v1/authenticate", &named)).problem(), "invalid_request");
}

#[test]
fn scopes_are_those_of_the_origin_and_no_administration_goes_through_it() {
    let server = Server::start();
    let limited = Bridge::bound(&server, LIMITED);
    assert_eq!(limited.ask(Request::get("/v1/status")).json()["grantedScopes"], json!(["status"]));
    let portal = Bridge::bound(&server, PORTAL);
    let before = server.commands();
    for request in [log_in(), sign(), Request::get("/v1/certificates")] {
        assert_eq!(limited.ask(request).problem(), "scope_not_allowed");
    }
    for request in [
        Request::get("/v1/origins"),
        Request::new("DELETE", "/v1/origins?origin=https%3A%2F%2Fportal.example"),
        Request::new("PUT", "/v1/origins").header("Content-Type", "application/json").body("{}"),
        Request::get("/v1/audit"),
        Request::post("/v1/pins/signature/unprotect", &json!({})),
    ] {
        assert_eq!(portal.ask(request.clone()).problem(), "scope_not_allowed");
        // A program's token is worth nothing here, beside the ticket or in its place.
        let bearer = format!("Bearer {TOKEN}");
        assert_eq!(portal.ask(request.clone().header("Authorization", &bearer)).problem(), "caller_unidentified");
        assert_eq!(request.header("Authorization", &bearer).send(portal.port).problem(), "caller_unidentified");
    }
    assert_eq!(portal.ask(Request::get("/bridge")).problem(), "not_found", "no bridge from a bridge");
    assert_eq!(portal.ask(Request::get("/v1/nothing")).problem(), "not_found");
    assert_eq!(server.commands(), before);
}

#[test]
fn the_document_is_handed_out_once_and_only_to_its_address() {
    let server = Server::start();
    let bridge = Bridge::open(&server);
    for target in ["/", "/x", "/favicon.ico", "/sw.js", &format!("{}x", bridge.path), &bridge.path.to_lowercase()] {
        let answer = navigation(target, "same-site").send(bridge.port);
        assert_eq!(answer.problem(), "not_found", "{target}");
    }
    for site in ["same-site", "none", "same-origin"] {
        let again = navigation(&bridge.path, site).header("Accept-Language", "ja").send(bridge.port);
        assert_eq!(again.status, 200);
        let html = again.text();
        assert!(!html.contains("<script") && !html.contains(&bridge.ticket) && html.contains("lang=\"ja\""), "{html}");
    }
    // The one who has it is not disturbed.
    assert_eq!(bridge.ask(session(PORTAL)).status, 200);
    assert_eq!(bridge.ask(Request::get("/v1/status")).status, 200);
}

#[test]
fn pages_of_the_agents_own_cannot_be_framed_cached_or_extended() {
    let server = Server::start();
    let moving = navigation("/bridge", "cross-site").send(server.port);
    let (port, path) = announced(&server);
    let document = navigation(&path, "same-site").send(port);
    let used = navigation(&path, "same-site").send(port);
    for page in [&moving, &document, &used] {
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "unsafe-none"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(page.header(name), Some(value), "{name}");
        }
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        for absent in ["location", "set-cookie", "access-control-allow-origin", "service-worker-allowed"] {
            assert_eq!(page.header(absent), None, "{absent}");
        }
    }
    assert!(document.header("content-security-policy").unwrap().contains("connect-src 'self'"));
    assert!(!moving.header("content-security-policy").unwrap().contains("connect-src"));
}

/// Ways to ask for a page that are no window going there: frames, images, scripts, service workers.
fn no_navigations() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let mut ways = vec![
        ("service worker registered", vec![("Service-Worker", "script")]),
        ("script of a page, old browser", vec![("Origin", STRANGER)]),
        ("form, old browser", vec![("Origin", "null")]),
        (
            "fetched ahead",
            vec![("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Purpose", "prefetch")],
        ),
    ];
    for dest in ["iframe", "frame", "embed", "object", "image", "script", "empty", "serviceworker"] {
        ways.push((dest, vec![("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", dest)]));
    }
    for mode in ["cors", "no-cors", "same-origin", "websocket", "nested-navigate"] {
        ways.push((mode, vec![("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", "document")]));
    }
    ways
}

#[test]
fn only_a_window_opens_a_bridge() {
    let server = Server::start();
    for (way, headers) in no_navigations() {
        for _ in 0..MAX_UNBOUND {
            let ask = headers.iter().fold(Request::get("/bridge"), |ask, (name, value)| ask.header(name, value));
            let answer = ask.send(server.port);
            assert_eq!((answer.status, &*answer.problem()), (403, "fetch_mode_not_allowed"), "{way}");
        }
    }
    assert_eq!(Request::get("/bridge?x=1").send(server.port).problem(), "invalid_request");
    assert_eq!(Request::post("/bridge", &json!({})).send(server.port).problem(), "method_not_allowed");
    // None of them took a port, and a browser without Sec-Fetch headers is let in.
    for _ in 0..MAX_UNBOUND {
        assert_eq!(Request::get("/bridge").send(server.port).status, 200);
    }
}

/// Above all not a service worker that an earlier program left on this very port: what it fetches on the window's behalf
/// has no destination.
#[test]
fn whoever_else_asks_for_the_document_ends_the_bridge() {
    for (way, headers) in no_navigations().into_iter().chain([
        ("another site's window", vec![("Sec-Fetch-Site", "cross-site")]),
        ("the address bar", vec![("Sec-Fetch-Site", "none")]),
        ("a page on this port", vec![("Sec-Fetch-Site", "same-origin")]),
    ]) {
        let server = Server::start();
        let (port, path) = announced(&server);
        let ask = headers.iter().fold(Request::get(&path), |ask, (name, value)| ask.header(name, value));
        let answer = ask.send(port);
        assert_eq!((answer.status, &*answer.problem()), (403, "fetch_mode_not_allowed"), "{way}");
        let late = navigation(&path, "same-site").send(port);
        assert!(late.status == 200 && !late.text().contains("<script"), "{way}");
    }
}

#[test]
fn the_ticket_counts_only_from_its_own_document() {
    let server = Server::start();
    let bridge = Bridge::bound(&server, PORTAL);
    let before = server.commands();
    let own = format!("http://127.0.0.1:{}", bridge.port);
    let bearer = format!("Bearer {}", bridge.ticket);
    let with = |name: &str, value: &str| log_in().header("Authorization", &bearer).header(name, value);
    for (request, status) in [
        // Another page has got hold of it.
        (with("Origin", PORTAL), 403),
        (with("Origin", STRANGER), 403),
        (with("Origin", "null"), 403),
        (with("Origin", &own).header("Origin", &own), 403),
        (with("Origin", &format!("http://127.0.0.1:{}", server.port)), 403),
        (with("Sec-Fetch-Site", "same-site"), 403),
        (with("Sec-Fetch-Site", "cross-site"), 403),
        (with("Sec-Fetch-Site", "none"), 403),
        (with("Sec-Fetch-Mode", "no-cors"), 403),
        (with("Sec-Fetch-Mode", "navigate"), 403),
        // A name that was made to lead here.
        (with("Host", "rebound.example"), 421),
        (with("Host", &format!("localhost:{}", bridge.port)), 421),
        (with("Host", &format!("127.0.0.1:{}", server.port)), 421),
        // Not it.
        (log_in(), 401),
        (log_in().origin(&own), 401),
        (log_in().header("Authorization", &format!("{bearer}x")), 401),
        (log_in().header("Authorization", &format!("Basic {}", bridge.ticket)), 401),
        (log_in().header("Authorization", &bearer).header("Authorization", &bearer), 401),
        (log_in().header("Authorization", &format!("Bearer {}", &bridge.path[1..])), 401),
    ] {
        let answer = request.send(bridge.port);
        answer.problem();
        assert_eq!(answer.status, status, "{request:?}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    // Elsewhere it is nothing.
    let main = |request: Request| request.header("Authorization", &bearer).send(server.port).problem();
    assert_eq!(main(log_in()), "caller_unidentified");
    assert_eq!(main(log_in().origin(&own)), "origin_not_allowed");
    let other = Bridge::bound(&server, PORTAL);
    let at_other = log_in().header("Authorization", &bearer).send(other.port);
    assert_eq!(at_other.problem(), "caller_unidentified");
    // Preflights of others are refused, and nobody outside may read anything.
    for origin in [PORTAL, STRANGER, "null"] {
        let preflight =
            Request::new("OPTIONS", "/v1/sign").origin(origin).header("Access-Control-Request-Method", "POST");
        let answer = preflight.send(bridge.port);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None), "{origin}");
        assert_eq!(Request::get("/v1/health").origin(origin).send(bridge.port).status, 403);
    }
    assert_eq!(Request::get("/v1/health").send(bridge.port).problem(), "caller_unidentified");
    assert_eq!(server.commands(), before);
    assert!(server.consent.shown().is_empty());
    // With the origin that is its own, as browsers send it with a POST.
    server.consent.push(Answer::pin(AUTHENTICATION_PIN));
    assert_eq!(with("Origin", &own).send(bridge.port).status, 200);
}

#[test]
fn a_stranger_that_opens_it_gets_nothing_and_is_remembered() {
    let server = Server::start();
    for (origin, remembered) in [(STRANGER, 1), ("null", 1), ("https://portal.example.evil.example", 2), ("x", 2)] {
        let bridge = Bridge::open(&server);
        // Before it is bound, the ticket is nobody's.
        for request in [Request::get("/v1/status"), log_in(), sign(), Request::post("/v1/release", &json!({}))] {
            assert_eq!(bridge.ask(request).problem(), "caller_unidentified");
        }
        let answer = bridge.ask(session(origin));
        assert_eq!((answer.status, &*answer.problem()), (403, "origin_not_allowed"), "{origin}");
        // There is no second attempt under another name.
        assert_eq!(bridge.ask(session(PORTAL)).problem(), "caller_unidentified");
        assert_eq!(bridge.ask(log_in()).problem(), "caller_unidentified");
        assert_eq!(server.gatekeeper.refused().len(), remembered, "{origin}");
    }
    assert_eq!(server.commands(), 0);
    assert!(server.consent.shown().is_empty());
}

#[test]
fn the_binding_is_made_once_by_a_script_and_never_changes() {
    let server = Server::start();
    let bridge = Bridge::open(&server);
    for (request, code) in [
        (session(PORTAL).header("Sec-Fetch-Mode", "no-cors"), "fetch_mode_not_allowed"),
        (
            Request::new("POST", "/bridge/session").header("Content-Type", "text/plain").body("{}"),
            "unsupported_media_type",
        ),
        (Request::post("/bridge/session", &json!({})), "invalid_request"),
        (Request::post("/bridge/session", &json!({"origin": PORTAL, "scopes": ["sign"]})), "invalid_request"),
        (Request::get("/bridge/session"), "method_not_allowed"),
    ] {
        let mut carried = request.header("Authorization", &format!("Bearer {}", bridge.ticket));
        if code != "fetch_mode_not_allowed" {
            carried = carried.header("Sec-Fetch-Mode", "cors");
        }
        assert_eq!(carried.send(bridge.port).problem(), code);
    }
    assert_eq!(bridge.ask(session(LIMITED)).status, 200);
    assert_eq!(bridge.ask(session(PORTAL)).problem(), "invalid_request");
    // Whoever tries has ended it.
    assert_eq!(bridge.ask(Request::get("/v1/status")).problem(), "caller_unidentified");
}

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
    let deadline = Instant::now() + Duration::from_secs(20);
    while std::net::TcpStream::connect(("127.0.0.1", bridge.port)).is_ok() {
        assert!(Instant::now() < deadline, "the port stays open");
        std::thread::sleep(Duration::from_millis(200));
    }
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
fn it_is_no_second_budget() {
    let server = Server::with_requests_per_minute(10);
    let bridge = Bridge::bound(&server, PORTAL); // counts as one
    let status = || Request::get("/v1/status");
    for _ in 0..5 {
        assert_eq!(status().origin(PORTAL).send(server.port).status, 200);
    }
    for _ in 0..4 {
        assert_eq!(bridge.ask(status()).status, 200);
    }
    let refused = bridge.ask(status());
    assert_eq!(refused.problem(), "rate_limited");
    assert!(refused.header("retry-after").is_some());
    assert_eq!(status().origin(PORTAL).send(server.port).problem(), "rate_limited");
    let late = Bridge::open(&server);
    assert_eq!(late.ask(session(PORTAL)).problem(), "rate_limited");
    assert_eq!(Request::get("/v1/status").origin(LIMITED).send(server.port).status, 200);

    // Nor for prompts: whoever was declined here waits there.
    let server = Server::with(async || TestAgent::with_declines(1).await);
    let bridge = Bridge::bound(&server, PORTAL);
    server.consent.push(Answer::Refuse(Refusal::Declined));
    assert_eq!(bridge.ask(log_in()).problem(), "user_declined");
    assert_eq!(log_in().origin(PORTAL).send(server.port).problem(), "rate_limited");
    assert_eq!(bridge.ask(log_in()).problem(), "rate_limited");
    let failed = (Asker::Page(PORTAL.parse().unwrap()), "failed".to_owned());
    assert_eq!(audited(&server), [failed]);
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
    let _idle: Vec<_> = (0..200).map(|_| std::net::TcpStream::connect(("127.0.0.1", crowded.port)).unwrap()).collect();
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
    let deadline = Instant::now() + Duration::from_secs(60);
    for port in [port, loaded.port, unattached.port] {
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            assert!(Instant::now() < deadline, "the port stays open");
            std::thread::sleep(Duration::from_millis(500));
        }
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
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}

/// Needs a real second user.
#[cfg(target_os = "linux")]
#[test]
fn another_user_of_the_computer_reaches_no_bridge() {
    use std::os::unix::process::CommandExt as _;
    use support::parts::{NOBODY, Part, require};

    if !require(&[Part::Root]) {
        return;
    }
    let server = Server::start();
    let bridge = Bridge::bound(&server, PORTAL);
    let (port, path) = announced(&server);
    let host = |port: u16| format!("127.0.0.1:{port}");
    // With everything right: the ticket, the secret address.
    let requests = [
        (bridge.port, bridge.carried(Request::get("/v1/status")).encode(&host(bridge.port))),
        (port, navigation(&path, "same-site").encode(&host(port))),
        (server.port, navigation("/bridge", "cross-site").encode(&host(server.port))),
    ];
    let ask = |uid: u32, port: u16, request: &[u8]| {
        let script = "exec 3<>/dev/tcp/127.0.0.1/$0; printf %s \"$1\" >&3; timeout 2 cat <&3";
        let mut command = std::process::Command::new("bash");
        command.args(["-c", script, &port.to_string(), std::str::from_utf8(request).unwrap()]);
        command.uid(uid).gid(uid).current_dir("/");
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    for (port, request) in &requests {
        let theirs = ask(NOBODY, *port, request);
        assert!(theirs.starts_with("HTTP/1.1 403 ") && theirs.contains("peer_not_allowed"), "{theirs}");
    }
    // It cost them nothing and us nothing: the document is still there for its own window.
    for (port, request) in &requests {
        assert!(ask(0, *port, request).starts_with("HTTP/1.1 200 "));
    }
}

/// The words follow the reader, those of refusals too.
#[test]
fn it_speaks_the_readers_language() {
    let server = Server::start();
    for (language, word) in [("ja", "ウィンドウ"), ("en", "window")] {
        let (port, path) = announced(&server);
        let document = navigation(&path, "same-site").header("Accept-Language", language).send(port);
        let html = document.text();
        assert!(html.contains(&format!("<html lang=\"{language}\">")) && html.contains(word), "{html}");
        let ticket = between(html, "{\"ticket\":\"", "\"").to_owned();
        let bridge = Bridge { port, path, ticket };
        let refused: Value = bridge.ask(session(STRANGER).header("Accept-Language", language)).json();
        assert_eq!(refused["title"].as_str().unwrap().is_ascii(), language == "en", "{refused}");
    }
}
