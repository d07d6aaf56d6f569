//! Ticket and origin: bound once, and from then on that origin is who asks.

use super::*;

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
        Request::post("/v1/pins/signature/change", &json!({})),
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
