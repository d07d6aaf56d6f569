//! Everybody who is not the page: other origins, other ports, other tokens, other users.

use super::*;

#[test]
fn without_its_token_its_port_gives_nothing_private() {
    let server = Server::start();
    let home = Home::open(&server);
    let other = Home::open(&server);
    let announced = Announced::by(&server);
    for request in private() {
        for token in [None, Some(""), Some("x"), Some(TOKEN), Some(&*other.token), Some(&*announced.secret)] {
            let mut asked = as_own_script(request.clone(), home.port);
            if let Some(token) = token {
                asked = asked.header("Authorization", &format!("Bearer {token}"));
            }
            assert_eq!(asked.send(home.port).problem(), "caller_unidentified", "{request:?}: {token:?}");
        }
        let doubled = home.carried(request.clone()).header("Authorization", &format!("Bearer {}", home.token));
        assert_eq!(doubled.send(home.port).problem(), "caller_unidentified");
    }
    assert_eq!(server.commands(), 0);
    assert!(server.consent.shown().is_empty());
}

#[test]
fn the_token_counts_only_from_its_own_document_on_its_own_port() {
    let server = Server::start();
    let home = Home::open(&server);
    let bearer = format!("Bearer {}", home.token);
    let own = format!("http://127.0.0.1:{}", home.port);
    let before = server.commands();
    for request in private() {
        let with = |name: &str, value: &str| request.clone().header("Authorization", &bearer).header(name, value);
        for (asked, status) in [
            (with("Origin", PORTAL), 403),
            (with("Origin", STRANGER), 403),
            (with("Origin", "null"), 403),
            (with("Origin", &own).header("Origin", &own), 403),
            (with("Origin", &format!("http://127.0.0.1:{}", server.port)), 403),
            (with("Origin", &format!("http://localhost:{}", home.port)), 403),
            (with("Origin", &format!("https://127.0.0.1:{}", home.port)), 403),
            (with("Sec-Fetch-Site", "same-site"), 403),
            (with("Sec-Fetch-Site", "cross-site"), 403),
            (with("Sec-Fetch-Site", "none"), 403),
            (with("Sec-Fetch-Mode", "no-cors"), 403),
            (with("Sec-Fetch-Mode", "navigate"), 403),
            (with("Host", "rebound.example"), 421),
            (with("Host", &format!("localhost:{}", home.port)), 421),
            (with("Host", &format!("127.0.0.1:{}", server.port)), 421),
        ] {
            let answer = asked.send(home.port);
            answer.problem();
            assert_eq!(answer.status, status, "{asked:?}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
        // On the fixed port it is nobody's.
        let elsewhere = request.clone().header("Authorization", &bearer).send(server.port);
        assert_eq!(elsewhere.problem(), "caller_unidentified", "{request:?}");
        assert_eq!(home.carried(request).send(server.port).problem(), "origin_not_allowed");
    }
    for origin in [PORTAL, STRANGER, "null", own.as_str()] {
        let preflight =
            Request::new("OPTIONS", "/v1/origins").origin(origin).header("Access-Control-Request-Method", "PUT");
        let answer = preflight.send(home.port);
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None), "{origin}");
    }
    assert_eq!(server.commands(), before);
    assert!(server.consent.shown().is_empty());
    assert!(server.gatekeeper.scopes(&PORTAL.parse().unwrap()).is_some(), "nobody was taken off the list");
    assert!(server.gatekeeper.scopes(&STRANGER.parse().unwrap()).is_none(), "nobody was let in");
}

#[test]
fn the_secret_is_exchanged_by_the_document_alone() {
    let server = Server::start();
    let announced = Announced::by(&server);
    let own = format!("http://127.0.0.1:{}", announced.port);
    let body = json!({"opening": announced.secret});
    let session = || Request::post("/v1/session", &body);
    for (request, code) in [
        (session().origin(STRANGER), "origin_not_allowed"),
        (session().origin(PORTAL), "origin_not_allowed"),
        (session().origin("null"), "origin_not_allowed"),
        (session().origin(&own).header("Sec-Fetch-Site", "cross-site"), "fetch_mode_not_allowed"),
        (session().origin(&own).header("Sec-Fetch-Site", "same-site"), "fetch_mode_not_allowed"),
        (session().origin(&own).header("Sec-Fetch-Mode", "no-cors"), "fetch_mode_not_allowed"),
        (session().header("Host", &format!("localhost:{}", announced.port)), "host_not_allowed"),
        (
            Request::new("POST", "/v1/session").header("Content-Type", "text/plain").body(body.to_string()),
            "unsupported_media_type",
        ),
        (Request::post("/v1/session", &json!({"opening": "guess"})), "caller_unidentified"),
        (Request::post("/v1/session", &json!({"opening": announced.secret, "more": 1})), "invalid_request"),
        (Request::post("/v1/session", &json!({})), "invalid_request"),
        (Request::get("/v1/session"), "method_not_allowed"),
    ] {
        assert_eq!(request.send(announced.port).problem(), code, "{request:?}");
    }
    // At another page's port it is no secret at all, and stays good at its own.
    let other = Announced::by(&server);
    let there = as_own_script(session(), other.port).send(other.port);
    assert_eq!(there.problem(), "caller_unidentified");
    announced.open();
    other.open();
}

#[test]
fn page_and_bridge_are_nothing_to_each_other() {
    let server = Server::start();
    let home = Home::open(&server);
    let moving = navigation("/bridge", "cross-site").send(server.port);
    let address = moving.text().split_once("href=\"http://127.0.0.1:").unwrap().1.split_once('"').unwrap().0;
    let (port, path) = address.split_once('/').unwrap();
    let port: u16 = port.parse().unwrap();
    let document = navigation(&format!("/{path}"), "same-site").send(port);
    let ticket = document.text().split_once("{\"ticket\":\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let bind = Request::post("/bridge/session", &json!({"origin": PORTAL}));
    let bound = as_own_script(bind.header("Authorization", &format!("Bearer {ticket}")), port).send(port);
    assert_eq!(bound.status, 200);
    for request in private() {
        let with = |token: &str, port: u16| {
            as_own_script(request.clone().header("Authorization", &format!("Bearer {token}")), port)
                .send(port)
                .problem()
        };
        assert_eq!(with(&ticket, home.port), "caller_unidentified", "{request:?}");
        assert_eq!(with(&home.token, port), "caller_unidentified", "{request:?}");
    }
    // What is the page's alone is not the bridge's, whatever its origin may ask.
    for request in [Request::get("/v1/settings"), Request::get("/v1/origins"), Request::get("/v1/audit")] {
        let asked = as_own_script(request.header("Authorization", &format!("Bearer {ticket}")), port);
        assert_eq!(asked.send(port).problem(), "scope_not_allowed");
    }
    assert_eq!(
        as_own_script(Request::post("/v1/session", &json!({"opening": ticket})), port).send(port).problem(),
        "not_found"
    );
    assert_eq!(navigation("/", "none").send(port).problem(), "not_found");
    assert_eq!(home.ask(Request::get("/bridge/alive")).problem(), "not_found");
}

/// Needs a real second user.
#[cfg(target_os = "linux")]
#[test]
fn another_user_of_the_computer_reaches_no_page() {
    use support::own_page::check_that_another_user_is_refused;
    use support::parts::{Part, require};

    if !require(&[Part::Root]) {
        return;
    }
    let server = Server::start();
    let home = Home::open(&server);
    let announced = Announced::by(&server);
    let host = |port: u16| format!("127.0.0.1:{port}");
    // With everything right: the token, the secret.
    let requests = [
        (home.port, home.encoded(Request::get("/v1/audit"))),
        (announced.port, navigation("/", "none").encode(&host(announced.port))),
        (announced.port, announced.claim().encode(&host(announced.port))),
    ];
    check_that_another_user_is_refused(&requests);
}
