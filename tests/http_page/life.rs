//! How long the page lasts, how many there may be, and what ends it.

use std::io::Read as _;

use super::*;

#[test]
fn it_ends_when_its_document_has_gone_and_one_that_nobody_came_for_ends_too() {
    let server = Server::start();
    let (gone, kept) = (Home::open(&server), Home::open(&server));
    let unclaimed = Announced::by(&server);
    let _stays = kept.follow();
    let stream = gone.follow();
    drop(stream);
    // Just begun anew, as after a moment without the network, it goes on.
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(gone.ask(Request::get("/v1/status")).status, 200);
    let begun = Instant::now();
    while gone.ask(Request::get("/v1/health")).status == 200 {
        assert!(begun.elapsed() < Duration::from_secs(40), "it stays");
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(begun.elapsed() > Duration::from_secs(10), "so soon: {:?}", begun.elapsed());
    // What a window that is loaded anew shows then is the document, which can ask for nothing.
    assert_eq!(navigation("/", "same-origin").send(gone.port).status, 200);
    wait_until_closed(gone.port, Duration::from_secs(30));
    wait_until_closed(unclaimed.port, Duration::from_secs(60));
    assert_eq!(kept.ask(Request::get("/v1/status")).status, 200);
}

#[test]
fn a_secret_that_comes_too_late_opens_nothing() {
    let server = Server::start();
    let announced = Announced::by(&server);
    std::thread::sleep(Duration::from_secs(31));
    assert_eq!(announced.claim().send(announced.port).problem(), "caller_unidentified");
    let progress = Request::get(&format!("/v1/openings/{}", announced.number)).send_to_socket(&server.socket);
    assert_eq!(progress.json(), json!({"state": "ended"}));
}

#[test]
fn their_number_is_bounded_and_bridges_do_not_take_their_places() {
    let server = Server::start();
    for _ in 0..100 {
        navigation("/bridge", "cross-site").send(server.port);
    }
    let open: Vec<_> = (0..MAX_HOMES).map(|_| Home::open(&server)).collect();
    let refused = Request::post("/v1/openings", &json!({})).send_to_socket(&server.socket);
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("30")));
    // One that goes makes room at once.
    assert_eq!(open[0].ask(Request::new("DELETE", "/v1/session")).status, 204);
    assert_eq!(open[0].ask(Request::get("/v1/status")).problem(), "caller_unidentified");
    Home::open(&server);
}

#[test]
fn its_end_takes_an_open_prompt_along() {
    let server = Server::start();
    let announced = Announced::by(&server);
    let home = announced.open();
    server.consent.push(Answer::Never);
    let mut waiting = home.begin(disclose());
    server.wait_for_prompt(End::Open);
    // Somebody comes with the secret a second time.
    assert_eq!(announced.claim().send(announced.port).problem(), "caller_unidentified");
    server.wait_for_prompt(End::Dropped);
    assert_eq!(waiting.read_response(false).unwrap().problem(), "caller_unidentified");
    assert_eq!(server.card.wire().verifies, 0);
}

#[test]
fn the_agents_end_is_its_end_in_order() {
    let mut server = Server::start();
    let home = Home::open(&server);
    let unclaimed = Announced::by(&server);
    let mut stream = home.follow();
    server.consent.push(Answer::Never);
    let mut waiting = home.begin(disclose());
    server.wait_for_prompt(End::Open);
    let took = server.end();
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(waiting.read_response(false).unwrap().problem(), "shutting_down");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.ends_with("0\r\n\r\n"), "{rest:?}");
    for port in [home.port, unclaimed.port] {
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}

#[test]
fn its_prompt_is_closed_when_the_request_is_aborted_and_the_page_stays() {
    let server = Server::start();
    let home = Home::open(&server);
    let _stream = home.follow();
    server.consent.push(Answer::Never);
    let waiting = home.begin(disclose());
    server.wait_for_prompt(End::Open);
    drop(waiting);
    server.wait_for_prompt(End::Dropped);
    server.consent.push(Answer::pin(SIGNATURE_PIN));
    assert_eq!(home.ask(disclose()).status, 200);
    assert_eq!(server.card.wire().verifies, 1);
}

#[test]
fn one_that_is_given_up_opens_nothing_and_one_that_is_there_stays() {
    let server = Server::start();
    let (unclaimed, claimed) = (Announced::by(&server), Announced::by(&server));
    let home = claimed.open();
    for opening in [&unclaimed, &claimed] {
        let give_up = || Request::new("DELETE", &format!("/v1/openings/{}", opening.number));
        let program = give_up().header("Authorization", &format!("Bearer {TOKEN}"));
        assert_eq!(program.send(server.port).problem(), "scope_not_allowed");
        assert_eq!(home.ask(give_up()).problem(), "not_found");
        assert_eq!(give_up().send_to_socket(&server.socket).status, 204);
    }
    assert_eq!(unclaimed.claim().send(unclaimed.port).problem(), "caller_unidentified");
    assert_eq!(home.ask(Request::get("/v1/status")).status, 200);
    let unknown = Request::new("DELETE", "/v1/openings/999").send_to_socket(&server.socket);
    assert_eq!(unknown.problem(), "not_found");
}
