//! The page that moves a window on, and the document that is handed out once.

use super::*;

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
