//! What the page is told when something it shows has become another, so that it neither asks at intervals nor shows what
//! was true a while ago; and that no program keeps it from being told.

use std::io::{Read as _, Write as _};

use jpki_agent::limits::MAX_STREAMS_OF_ONE;

use super::*;
use crate::support::agent::READER;

/// Reads on until the stream has said this; gives all it said.
fn until(stream: &mut TcpStream, words: &str) -> String {
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(words.as_bytes()) {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&said));
        said.push(byte[0]);
    }
    String::from_utf8(said).unwrap()
}

fn allow(origin: &str) -> Request {
    let request = Request::new("PUT", "/v1/origins").header("Content-Type", "application/json");
    request.body(json!({"origin": origin, "allow": ["status"]}).to_string())
}

#[test]
fn it_is_told_when_the_card_was_used_and_finds_the_outcome_written_down() {
    let server = Server::start();
    let home = Home::open(&server);
    let mut stream = home.follow();
    for (answer, outcome, tries) in [
        (Answer::pin("WRONG1"), "pin_incorrect", 4),
        (Answer::Refuse(Refusal::Declined), "user_declined", 4),
        (Answer::pin(SIGNATURE_PIN), "", 5),
    ] {
        server.consent.push(answer);
        if outcome == "user_declined" || outcome.is_empty() {
            server.consent.push(Answer::Approve);
        }
        disclose().send_to_socket(&server.socket);
        until(&mut stream, "event: used\ndata: {}\n\n");
        let entry = &home.ask(Request::get("/v1/audit?limit=1")).json()["entries"][0];
        assert_eq!(entry["code"].as_str().unwrap_or_default(), outcome, "{entry}");
        assert_eq!(home.ask(Request::get("/v1/pins")).json()["pins"][1]["triesLeft"], tries, "{entry}");
    }
}

#[test]
fn it_is_told_of_sites_that_are_turned_away_allowed_and_removed() {
    let server = Server::start();
    let home = Home::open(&server);
    let mut stream = home.follow();
    let commands = server.commands();
    let told = "event: origins\ndata: {}\n\n";
    Request::get("/v1/status").origin(STRANGER).header("Sec-Fetch-Mode", "cors").send(server.port);
    until(&mut stream, told);
    assert_eq!(home.ask(Request::get("/v1/origins")).json()["refused"][0]["origin"], STRANGER);
    assert_eq!(allow(STRANGER).send_to_socket(&server.socket).status, 200);
    until(&mut stream, told);
    let remove = Request::new("DELETE", "/v1/origins?origin=https%3A%2F%2Fstranger.example");
    assert_eq!(remove.send_to_socket(&server.socket).status, 204);
    until(&mut stream, told);
    assert!(server.gatekeeper.scopes(&STRANGER.parse().unwrap()).is_none());
    assert_eq!(server.commands(), commands);
}

/// The history of the holder's dealings is the holder's: a page of a site and a program learn nothing of it as it goes.
#[test]
fn nobody_else_is_told_of_it() {
    let server = Server::start();
    let home = Home::open(&server);
    let mut own = home.follow();
    let mut others = Vec::new();
    for request in [
        Request::get("/v1/events").origin(PORTAL),
        Request::get("/v1/events").header("Authorization", &format!("Bearer {TOKEN}")),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(&request.encode(&format!("127.0.0.1:{}", server.port))).unwrap();
        until(&mut stream, "event: status");
        others.push(stream);
    }
    server.consent.push(Answer::Refuse(Refusal::Declined));
    disclose().send_to_socket(&server.socket);
    until(&mut own, "event: used");
    allow(STRANGER).send_to_socket(&server.socket);
    until(&mut own, "event: origins");
    // The next thing they hear is of the card.
    server.backend.remove(READER).unwrap();
    for mut stream in others {
        let heard = until(&mut stream, "event: status");
        assert!(!heard.contains("used") && !heard.contains("origins"), "{heard}");
    }
}

#[test]
fn programs_with_many_streams_and_requests_do_not_take_the_pages_places() {
    let server = Server::with_requests_per_minute(60);
    let home = Home::open(&server);
    let follow = || {
        let mut connection = Connection::socket(&server.socket);
        connection.write(&Request::get("/v1/events").encode("localhost"));
        connection
    };
    let _streams: Vec<_> = (0..MAX_STREAMS_OF_ONE).map(|_| follow()).collect();
    let begun = Instant::now();
    while Request::get("/v1/status").send_to_socket(&server.socket).status == 200 {
        assert!(begun.elapsed() < Duration::from_secs(20), "programs are never told to wait");
    }
    assert_eq!(Request::get("/v1/events").send_to_socket(&server.socket).problem(), "rate_limited");
    let _stream = home.follow();
    assert_eq!(home.ask(Request::get("/v1/status")).status, 200);
}
