//! The event stream: what is told when, to whom, at what cost, and how it ends. Straight at the router, and over real
//! sockets where those matter.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use axum::body::Body;
use http_body_util::BodyExt as _;
use jpki_agent::http::events::HEARTBEAT;
use jpki_agent::limits::MAX_STREAMS_OF_ONE;
use jpki_agent::origin::{Scope, Scopes};
use serde_json::Value;
use support::agent::{LIMITED, PORTAL, READER, TOKEN};
use support::face::{Ask, Face};
use support::http::Request;
use support::server::Server;

const LIMIT: Duration = Duration::from_secs(20);

fn listen(origin: &str) -> Ask {
    Ask::tcp("GET", "/v1/events").origin(origin).header("sec-fetch-mode", "cors")
}

/// A stream straight from the router; read only when asked to.
struct Listener(Body);

impl Listener {
    async fn open(face: &Face, ask: Ask) -> Self {
        let response = face.open(ask).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store");
        Self(response.into_body())
    }

    /// The next bytes; `None` at the end of the stream.
    async fn text(&mut self) -> Option<String> {
        let frame = self.0.frame().await?.unwrap();
        Some(String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap())
    }

    async fn status(&mut self) -> Value {
        let text = tokio::time::timeout(LIMIT, self.text()).await.expect("no event").expect("the stream has ended");
        let text = text.strip_suffix("\n\n").unwrap();
        assert!(text.lines().any(|line| line == "event: status"), "{text}");
        let data = text.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        serde_json::from_str(data).unwrap()
    }

    async fn card(&mut self) -> String {
        self.status().await["readers"][0]["card"].as_str().unwrap().to_owned()
    }

    async fn has_ended(&mut self) -> bool {
        tokio::time::timeout(LIMIT, self.text()).await.expect("the stream goes on").is_none()
    }

    async fn is_quiet(&mut self) -> bool {
        tokio::time::timeout(Duration::from_millis(400), self.text()).await.is_err()
    }
}

#[tokio::test]
async fn every_listener_is_told_each_change_and_the_card_is_asked_once_for_all() {
    let face = Face::new().await;
    let mut listeners = Vec::new();
    for _ in 0..7 {
        listeners.push(Listener::open(&face, listen(PORTAL)).await);
    }
    listeners.push(Listener::open(&face, Ask::socket("GET", "/v1/events")).await);
    for listener in &mut listeners {
        assert_eq!(listener.card().await, "jpki");
    }
    let one_look = face.parts.card.wire().commands;
    assert!(one_look > 0);
    face.parts.backend.remove(READER).unwrap();
    for listener in &mut listeners {
        assert_eq!(listener.card().await, "none");
    }
    assert_eq!(face.parts.card.wire().commands, one_look, "an empty reader costs nothing");
    assert!(face.parts.backend.insert(READER, &face.parts.card));
    for listener in &mut listeners {
        assert_eq!(listener.card().await, "jpki");
    }
    assert_eq!(face.parts.card.wire().commands, 2 * one_look);
    face.parts.backend.remove_reader(READER);
    assert_eq!(listeners[0].status().await["readers"], serde_json::json!([]));
    face.parts.backend.set_service(false);
    assert_eq!(listeners[0].status().await["problem"], "pcsc_unavailable");
}

#[tokio::test]
async fn an_event_is_what_the_status_says_to_this_caller() {
    let face = Face::new().await;
    for origin in [PORTAL, LIMITED] {
        let status = face.send(Ask::tcp("GET", "/v1/status").origin(origin)).await.good();
        // Whatever else a browser sends with it.
        let ask = listen(origin).header("accept", "image/png").header("last-event-id", "7");
        let mut listener = Listener::open(&face, ask).await;
        let first = listener.text().await.unwrap();
        assert!(first.contains("retry: 2000\n") && !first.contains("id:"), "{first}");
        let data = first.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
        assert_eq!(serde_json::from_str::<Value>(data).unwrap(), status);
        assert!(listener.is_quiet().await, "said once");
    }
}

#[tokio::test]
async fn who_reads_late_gets_the_latest_and_nothing_between() {
    let face = Face::new().await;
    let mut late = Listener::open(&face, listen(PORTAL)).await;
    let mut prompt = Listener::open(&face, listen(PORTAL)).await;
    assert_eq!((late.card().await, prompt.card().await), ("jpki".to_owned(), "jpki".to_owned()));
    for _ in 0..50 {
        face.parts.backend.remove(READER).unwrap();
        assert!(face.parts.backend.insert(READER, &face.parts.card));
    }
    face.parts.backend.remove(READER).unwrap();
    while prompt.card().await != "none" {}
    assert!(prompt.is_quiet().await);
    assert_eq!(late.card().await, "none");
    assert!(late.is_quiet().await);
    // There and back again is no news to who did not look meanwhile.
    assert!(face.parts.backend.insert(READER, &face.parts.card));
    assert_eq!(prompt.card().await, "jpki");
    face.parts.backend.remove(READER).unwrap();
    assert_eq!(prompt.card().await, "none");
    assert!(late.is_quiet().await);
}

#[tokio::test]
async fn a_card_another_program_holds_is_told_of_when_it_is_let_go() {
    let face = Face::new().await;
    let other = face.parts.backend.other_program(READER).unwrap();
    let mut listener = Listener::open(&face, listen(PORTAL)).await;
    assert_eq!(listener.card().await, "busy");
    drop(other);
    assert_eq!(listener.card().await, "jpki");
}

#[tokio::test]
async fn silence_is_broken_every_thirty_seconds() {
    let face = Face::new().await;
    let mut listener = Listener::open(&face, listen(PORTAL)).await;
    listener.status().await;
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    for count in 1..=3 {
        assert_eq!(listener.text().await.unwrap(), ": heartbeat\n\n");
        assert_eq!(begun.elapsed().as_secs(), count * HEARTBEAT.as_secs());
    }
}

/// For the holder's own programs, which may know of refused sites and of each use, and wait for days.
#[tokio::test]
async fn a_program_on_the_socket_can_be_told_all_that_changes_and_hears_nothing_else() {
    let face = Face::new().await;
    let mut listener = Listener::open(&face, Ask::socket("GET", "/v1/events/all")).await;
    assert_eq!(listener.card().await, "jpki");
    let stranger = Ask::tcp("GET", "/v1/status").origin("https://stranger.example").header("sec-fetch-mode", "cors");
    assert_eq!(face.refuse(stranger).await.problem(), (403, "origin_not_allowed".to_owned()));
    assert_eq!(listener.text().await.unwrap(), "event: origins\ndata: {}\n\n");
    tokio::time::pause();
    let silence = tokio::time::timeout(20 * HEARTBEAT, listener.text()).await;
    assert!(silence.is_err(), "{silence:?}");
    let all = || Ask::tcp("GET", "/v1/events/all");
    let page = all().origin(PORTAL).header("sec-fetch-mode", "cors");
    for ask in [page, all().header("authorization", format!("Bearer {TOKEN}"))] {
        assert_eq!(face.refuse(ask).await.problem(), (403, "scope_not_allowed".to_owned()));
    }
}

#[tokio::test]
async fn who_may_not_know_the_status_any_more_is_told_nothing_more() {
    let face = Face::new().await;
    let mut limited = Listener::open(&face, listen(LIMITED)).await;
    let mut portal = Listener::open(&face, listen(PORTAL)).await;
    assert_eq!(limited.status().await["grantedScopes"], serde_json::json!(["status"]));
    portal.status().await;
    let origins = face.parts.gatekeeper.origins();
    let allow = |scopes: &[Scope]| {
        let scopes: Scopes = scopes.iter().copied().collect();
        origins.allow(&LIMITED.parse().unwrap(), &scopes, false).unwrap();
    };
    allow(&[Scope::Status, Scope::Sign]);
    assert_eq!(limited.status().await["grantedScopes"], serde_json::json!(["status", "sign"]));
    allow(&[Scope::Sign]);
    assert!(limited.has_ended().await);
    allow(&[Scope::Status]);
    let mut again = Listener::open(&face, listen(LIMITED)).await;
    again.status().await;
    assert!(origins.remove(&LIMITED.parse().unwrap()).unwrap());
    assert!(again.has_ended().await);
    assert!(portal.is_quiet().await, "the others are not concerned");
}

#[tokio::test]
async fn so_many_streams_and_no_more() {
    let face = Face::new().await;
    let mut open = Vec::new();
    for _ in 0..MAX_STREAMS_OF_ONE {
        open.push(Listener::open(&face, listen(PORTAL)).await);
    }
    let refused = face.send(listen(PORTAL)).await;
    assert_eq!(refused.problem(), (429, "rate_limited".to_owned()));
    assert_eq!(refused.header("retry-after"), Some("5"));
    assert!(refused.is_open_to(PORTAL));
    Listener::open(&face, listen(LIMITED)).await.status().await;
    open.pop();
    Listener::open(&face, listen(PORTAL)).await.status().await;
}

#[tokio::test]
async fn refusals_are_problems_and_cost_nothing() {
    let face = Face::new().await;
    for (ask, status, code) in [
        (listen("https://stranger.example"), 403, "origin_not_allowed"),
        (Ask::tcp("GET", "/v1/events"), 401, "caller_unidentified"),
        (
            Ask::tcp("GET", "/v1/events").origin(PORTAL).header("sec-fetch-mode", "no-cors"),
            403,
            "fetch_mode_not_allowed",
        ),
        (Ask::tcp("GET", "/v1/events?lastEventId=1").origin(PORTAL), 400, "invalid_request"),
        (Ask::tcp("POST", "/v1/events").origin(PORTAL).json(&serde_json::json!({})), 405, "method_not_allowed"),
    ] {
        assert_eq!(face.refuse(ask).await.problem(), (status, code.to_owned()));
    }
    let mut open = Listener::open(&face, listen(PORTAL)).await;
    open.status().await;
    face.parts.agent.begin_shutdown();
    assert!(open.has_ended().await);
    assert_eq!(face.refuse(listen(PORTAL)).await.problem(), (503, "shutting_down".to_owned()));
}

impl Server {
    /// Opens a stream; the head of the answer, and what follows.
    fn listen(&self) -> (String, Wire) {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        let request = Request::get("/v1/events").origin(PORTAL).encode(&format!("127.0.0.1:{}", self.port));
        (&stream).write_all(&request).unwrap();
        let mut wire = Wire(BufReader::new(stream));
        let mut head = String::new();
        while let Some(line) = wire.line().filter(|line| !line.is_empty()) {
            head.push_str(&line.to_ascii_lowercase());
            head.push('\n');
        }
        (head, wire)
    }
}

/// The lines of a stream, with the sizes of its chunks between them.
struct Wire(BufReader<TcpStream>);

impl Wire {
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.read_line(&mut line).unwrap();
        (read > 0).then(|| line.trim_end().to_owned())
    }

    fn card(&mut self) -> String {
        loop {
            let line = self.line().expect("the stream has ended");
            if let Some(data) = line.strip_prefix("data: ") {
                let status: Value = serde_json::from_str(data).unwrap();
                return status["readers"][0]["card"].as_str().unwrap().to_owned();
            }
        }
    }
}

#[test]
fn seven_tabs_listen_and_the_agent_answers_others_and_ends_at_once() {
    let mut server = Server::start();
    let mut tabs: Vec<Wire> = Vec::new();
    for _ in 0..7 {
        let (head, mut wire) = server.listen();
        assert!(head.starts_with("http/1.1 200 ok\n"), "{head}");
        for header in ["content-type: text/event-stream", "cache-control: no-store", "transfer-encoding: chunked"] {
            assert!(head.contains(header), "{head}");
        }
        assert!(head.contains(&format!("access-control-allow-origin: {PORTAL}\n")), "{head}");
        assert_eq!(wire.card(), "jpki");
        tabs.push(wire);
    }
    let deaf = server.listen(); // never reads an event
    assert_eq!(Request::get("/v1/status").origin(PORTAL).send(server.port).status, 200);
    let card = server.backend.remove(READER).unwrap();
    assert!(tabs.iter_mut().all(|tab| tab.card() == "none"));
    assert!(server.backend.insert(READER, &card));
    assert!(tabs.iter_mut().all(|tab| tab.card() == "jpki"));
    assert_eq!(Request::get("/v1/pins").origin(PORTAL).send(server.port).status, 200);

    let took = server.end();
    assert!(took < Duration::from_secs(1), "{took:?}");
    for tab in &mut tabs {
        let mut rest = Vec::new();
        while let Some(line) = tab.line() {
            rest.push(line);
        }
        assert!(rest.contains(&"0".to_owned()), "the last chunk, so that the end is no accident: {rest:?}");
    }
    drop(deaf);
}

#[test]
fn a_tab_that_is_closed_makes_room() {
    let server = Server::start();
    let tabs: Vec<_> = (0..MAX_STREAMS_OF_ONE).map(|_| server.listen()).collect();
    assert!(tabs.iter().all(|(head, _)| head.starts_with("http/1.1 200")));
    assert_eq!(Request::get("/v1/events").origin(PORTAL).send(server.port).problem(), "rate_limited");
    drop(tabs);
    let deadline = Instant::now() + LIMIT;
    while !server.listen().0.starts_with("http/1.1 200") {
        assert!(Instant::now() < deadline, "closed streams are still counted");
        std::thread::sleep(Duration::from_millis(20));
    }
}
