//! How the page is opened, and what its port gives to a window before anybody has shown the secret.

use super::*;

#[test]
fn only_a_program_on_the_socket_opens_it() {
    let server = Server::start();
    let open = || Request::post("/v1/openings", &json!({}));
    let program = open().header("Authorization", &format!("Bearer {TOKEN}"));
    assert_eq!(program.send(server.port).problem(), "scope_not_allowed");
    assert_eq!(open().send(server.port).problem(), "caller_unidentified");
    assert_eq!(open().origin(PORTAL).send(server.port).problem(), "scope_not_allowed");
    assert_eq!(open().origin(STRANGER).send(server.port).problem(), "origin_not_allowed");
    assert_eq!(open().origin(PORTAL).send_to_socket(&server.socket).problem(), "scope_not_allowed");
    let home = Home::open(&server);
    assert_eq!(home.ask(open()).problem(), "not_found", "no page opens another");
    assert_eq!(home.ask(Request::get("/v1/openings/1")).problem(), "not_found");
    assert_eq!(server.commands(), 0);
}

#[test]
fn the_secret_is_exchanged_for_the_token_once() {
    let server = Server::start();
    let announced = Announced::by(&server);
    assert_eq!((announced.secret.len(), server.commands()), (43, 0));
    let home = announced.open();
    assert_ne!(home.token, announced.secret);
    assert_eq!(home.ask(Request::get("/v1/status")).status, 200);
    let progress = Request::get(&format!("/v1/openings/{}", announced.number)).send_to_socket(&server.socket);
    assert_eq!(progress.json(), json!({"state": "used"}));

    // Somebody else knows the secret, or knew it first: nobody keeps what it opened.
    assert_eq!(announced.claim().send(announced.port).problem(), "caller_unidentified");
    assert_eq!(home.ask(Request::get("/v1/status")).problem(), "caller_unidentified");
    let progress = Request::get(&format!("/v1/openings/{}", announced.number)).send_to_socket(&server.socket);
    assert_eq!(progress.json(), json!({"state": "ended"}));
    assert_eq!(Request::get("/v1/openings/999").send_to_socket(&server.socket).problem(), "not_found");
    assert_eq!(Request::get("/v1/openings/x").send_to_socket(&server.socket).problem(), "not_found");
}

#[test]
fn whoever_opened_it_is_told_when_the_page_is_there() {
    let server = Server::start();
    let announced = Announced::by(&server);
    let mut waiting = Connection::socket(&server.socket);
    waiting.write(&Request::get(&format!("/v1/openings/{}", announced.number)).encode("localhost"));
    announced.open();
    assert_eq!(waiting.read_response(false).unwrap().json(), json!({"state": "used"}));
}

#[test]
fn the_document_holds_no_secret_and_cannot_be_framed_cached_or_extended() {
    let server = Server::start();
    let announced = Announced::by(&server);
    for site in ["none", "same-origin", "cross-site"] {
        let document = navigation("/", site).header("Accept-Language", "ja").send(announced.port);
        assert_eq!(document.status, 200);
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(document.header(name), Some(value), "{name}");
        }
        let policy = document.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
        for word in ["unsafe", "*", "http", "data:", "blob:"] {
            assert!(!policy.contains(word), "{policy}");
        }
        for absent in ["location", "set-cookie", "access-control-allow-origin", "service-worker-allowed"] {
            assert_eq!(document.header(absent), None, "{absent}");
        }
        let html = document.text();
        assert!(html.contains("lang=\"ja\"") && !html.contains(&announced.secret));
        for inline in ["<script>", "<style", " style=", " onclick", "javascript:"] {
            assert!(!html.contains(inline), "{inline}");
        }
    }
    let english = navigation("/", "none").send(announced.port);
    assert!(english.text().contains("lang=\"en\""));
    // Loading it used nothing up.
    announced.open();
    assert_eq!(server.commands(), 0);
}

#[test]
fn its_parts_are_for_its_own_document_alone() {
    let server = Server::start();
    let port = Announced::by(&server).port;
    let document = navigation("/", "none").send(port);
    let named: Vec<&str> = document.text().split('"').filter(|text| text.starts_with("/parts/")).collect();
    assert_eq!(named.len(), 3, "{named:?}");
    let part = |name: &str, site: &str| Request::get(name).header("Sec-Fetch-Site", site).send(port);
    for name in named.into_iter().chain(["/parts/words-ja.json", "/parts/words-en.json", "/parts/agent.js"]) {
        let answer = part(name, "same-origin");
        assert_eq!((answer.status, answer.header("x-content-type-options")), (200, Some("nosniff")), "{name}");
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        for site in ["cross-site", "same-site", "none"] {
            assert_eq!(part(name, site).problem(), "fetch_mode_not_allowed", "{name}: {site}");
        }
        let worker = Request::get(name).header("Sec-Fetch-Site", "same-origin").header("Service-Worker", "script");
        assert_eq!(worker.send(port).problem(), "fetch_mode_not_allowed");
        assert_eq!(Request::get(name).origin(STRANGER).send(port).problem(), "origin_not_allowed");
    }
    for name in ["/parts/", "/parts/home.html", "/parts/words-fr.json", "/parts/..%2fhome.html", "/main.js", "/x"] {
        assert_eq!(part(name, "same-origin").problem(), "not_found", "{name}");
    }
    // On the fixed port there is nothing of it.
    for name in ["/", "/parts/main.js", "/v1/session"] {
        assert_eq!(navigation(name, "none").send(server.port).problem(), "not_found", "{name}");
    }
}

/// Ways to ask for the document that are no window going there.
#[test]
fn no_frame_image_script_or_worker_gets_the_document() {
    let server = Server::start();
    let port = Announced::by(&server).port;
    for dest in ["iframe", "frame", "embed", "object", "image", "script", "empty", "serviceworker"] {
        let request = Request::get("/").header("Sec-Fetch-Mode", "navigate").header("Sec-Fetch-Dest", dest);
        assert_eq!(request.send(port).problem(), "fetch_mode_not_allowed", "{dest}");
    }
    for mode in ["cors", "no-cors", "same-origin", "websocket", "nested-navigate"] {
        let request = Request::get("/").header("Sec-Fetch-Mode", mode).header("Sec-Fetch-Dest", "document");
        assert_eq!(request.send(port).problem(), "fetch_mode_not_allowed", "{mode}");
    }
    for (name, value) in [("Service-Worker", "script"), ("Sec-Purpose", "prefetch"), ("Origin", STRANGER)] {
        assert_eq!(navigation("/", "none").header(name, value).send(port).problem(), "fetch_mode_not_allowed");
    }
}
