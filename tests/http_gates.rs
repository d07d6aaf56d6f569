//! The gates, one by one and in their order: who is refused, how, and that the card never hears of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use axum::http::Version;
use jpki_agent::http::Peer;
use serde_json::json;
use support::agent::{LIMITED, NONCE, PORTAL};
use support::face::{Ask, Face, PORT};

const STRANGER: &str = "https://stranger.example";

/// Every route with a scope, and a request that would be a good one.
fn requests() -> Vec<Ask> {
    let digest = json!({"algorithm": "SHA-256", "value": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="});
    vec![
        Ask::tcp("GET", "/v1/status"),
        Ask::tcp("GET", "/v1/events"),
        Ask::tcp("GET", "/v1/pins"),
        Ask::tcp("GET", "/v1/certificates"),
        Ask::tcp("GET", "/v1/certificates/authentication"),
        Ask::tcp("POST", "/v1/certificates/signature/disclose").json(&json!({})),
        Ask::tcp("POST", "/v1/authenticate").json(&json!({"challengeNonce": NONCE})),
        Ask::tcp("POST", "/v1/sign").json(&json!({"digests": [digest]})),
        Ask::tcp("POST", "/v1/release").json(&json!({})),
        Ask::tcp("POST", "/v1/pins/signature/unprotect").json(&json!({})),
        Ask::tcp("POST", "/v1/pins/signature/change").json(&json!({})),
    ]
}

#[tokio::test]
async fn gate_1_another_user_is_refused_even_as_an_allowed_page() {
    let face = Face::new().await;
    let own = jpki_agent::http::door::own_uid().unwrap();
    for peer in [None, Some(Peer { uid: own + 1, pid: Some(1) })] {
        for target in ["/v1/status", "/v1/health", "/nothing"] {
            let answer = face.refuse(Ask::from_peer("GET", target, peer).origin(PORTAL)).await;
            assert_eq!(answer.problem(), (403, "peer_not_allowed".to_owned()));
            assert!(!answer.is_open_to(PORTAL));
        }
    }
}

#[tokio::test]
async fn gate_2_only_the_agents_own_host_is_answered() {
    let face = Face::new().await;
    for host in [
        "localhost:25754",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:257540",
        "127.0.0.1:025754",
        "127.0.0.1:25754.",
        "127.0.0.1.:25754",
        "[::1]:25754",
        "evil.example",
        "evil.example:25754",
        "127.0.0.1:25754@evil.example",
        "user@127.0.0.1:25754",
        "2130706433:25754",
        "",
        " ",
        "127.0.0.1:25754, evil.example",
    ] {
        for target in ["/v1/status", "/v1/health", "/v1/openapi.json", "/nothing"] {
            let answer = face.refuse(Ask::bare("GET", target).header("host", host).origin(PORTAL)).await;
            assert_eq!(answer.problem(), (421, "host_not_allowed".to_owned()), "{host:?}");
        }
    }
    let doubled = Ask::tcp("GET", "/v1/health").header("host", "evil.example");
    assert_eq!(face.refuse(doubled).await.problem().0, 421);
    let doubled = Ask::tcp("GET", "/v1/health").header("host", format!("127.0.0.1:{PORT}"));
    assert_eq!(face.refuse(doubled).await.problem().0, 421);
    assert_eq!(face.refuse(Ask::bare("GET", "/v1/health")).await.problem().0, 421);
    assert_eq!(face.refuse(Ask::bare("OPTIONS", "/v1/sign").origin(PORTAL)).await.problem().0, 421);
}

#[tokio::test]
async fn gate_2_a_target_in_absolute_form_does_not_get_round_it() {
    let face = Face::new().await;
    for target in [
        "http://evil.example/v1/health",
        "http://localhost:25754/v1/health",
        "https://127.0.0.1:25754/v1/health",
        "http://user@127.0.0.1:25754/v1/health",
        "http://127.0.0.1/v1/health",
        "evil.example:25754",
    ] {
        let method = if target.starts_with("http") { "GET" } else { "CONNECT" };
        assert_eq!(face.refuse(Ask::tcp(method, target)).await.problem().0, 421, "{target}");
    }
    let right = format!("http://127.0.0.1:{PORT}/v1/health");
    assert_eq!(face.refuse(Ask::tcp("GET", &right)).await.status, 200);
    let wrong_host = Ask::bare("GET", &right).header("host", "evil.example");
    assert_eq!(face.refuse(wrong_host).await.problem().0, 421);
    let connect = face.refuse(Ask::tcp("CONNECT", &format!("127.0.0.1:{PORT}"))).await;
    assert!(matches!(connect.problem().0, 404 | 405), "{connect:?}");
}

#[tokio::test]
async fn gate_2_on_the_socket_takes_both_names_with_or_without_a_port() {
    let face = Face::new().await;
    for (host, status) in [
        ("localhost", 200),
        ("127.0.0.1", 200),
        ("localhost:1", 200),
        ("127.0.0.1:25754", 200),
        ("localhost:", 421),
        ("localhost:x", 421),
        ("localhost:99999", 421),
        ("localhost.evil.example", 421),
        ("evil.example", 421),
        ("[::1]", 421),
    ] {
        let ask = Ask::socket("GET", "/v1/health").without_host().header("host", host);
        assert_eq!(face.refuse(ask).await.status, status, "{host}");
    }
}

#[tokio::test]
async fn gate_3_keeps_size_and_version() {
    let face = Face::new().await;
    let sign = || Ask::tcp("POST", "/v1/sign").origin(PORTAL).header("content-type", "application/json");
    let answer = face.refuse(sign().body(vec![b' '; 256 * 1024 + 1])).await;
    assert_eq!(answer.problem(), (413, "body_too_large".to_owned()));
    assert!(answer.is_open_to(PORTAL));
    // Exactly as much is read, and found not to be JSON.
    assert_eq!(face.refuse(sign().body(vec![b' '; 256 * 1024])).await.problem(), (400, "invalid_request".to_owned()));
    let fat = Ask::tcp("GET", "/v1/status").origin(PORTAL).header("x-fat", "x".repeat(16 * 1024));
    let answer = face.refuse(fat).await;
    assert_eq!(answer.problem(), (413, "body_too_large".to_owned()));
    assert!(answer.is_open_to(PORTAL));
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("headers") && detail.contains("16 KiB") && detail.contains("256 KiB"), "{detail}");
    let target = format!("/v1/status?{}", "x".repeat(16 * 1024));
    assert_eq!(face.refuse(Ask::tcp("GET", &target).origin(PORTAL)).await.problem().0, 413);
    for version in [Version::HTTP_10, Version::HTTP_2] {
        assert_eq!(face.refuse(Ask::tcp("GET", "/v1/health").version(version)).await.problem().0, 400);
    }
    // Before path and caller, after the host.
    let strange = Ask::bare("POST", "/nothing").header("host", "evil.example").body(vec![0; 300_000]);
    assert_eq!(face.refuse(strange).await.problem().0, 421);
    assert_eq!(face.refuse(Ask::tcp("POST", "/nothing").body(vec![0; 300_000])).await.problem().0, 413);
}

#[tokio::test]
async fn gate_4_unknown_paths_and_methods_are_told_to_everybody() {
    let face = Face::new().await;
    for target in [
        "/",
        "/v1",
        "/v1/",
        "/v1/status/",
        "//v1/status",
        "/v1/Status",
        "/v1/%73tatus",
        "/v1/../v1/status",
        "/v2/status",
        "/v1/certificates/",
        "/v1/certificates/other",
        "/v1/certificates/authentication%2Dca",
        "/v1/pins/authentication",
        "/v1/pins/other/unprotect",
        "/v1/pins/signature-ca/unprotect",
        "/v1/pins/signature-ca/change",
        "/bridge/",
        "*",
    ] {
        for ask in [Ask::tcp("GET", target), Ask::tcp("GET", target).origin(STRANGER), Ask::socket("GET", target)] {
            assert_eq!(face.refuse(ask).await.problem(), (404, "not_found".to_owned()), "{target}");
        }
        let readable = face.refuse(Ask::tcp("POST", target).origin(PORTAL)).await;
        assert!(readable.is_open_to(PORTAL), "{target}");
    }
    for (method, target, allow) in [
        ("POST", "/v1/status", "GET,HEAD"),
        ("DELETE", "/v1/certificates/authentication", "GET,HEAD"),
        ("GET", "/v1/sign", "POST"),
        ("PUT", "/v1/sign", "POST"),
        ("TRACE", "/v1/health", "GET,HEAD"),
        ("BREW", "/v1/release", "POST"),
    ] {
        let answer = face.refuse(Ask::tcp(method, target)).await;
        assert_eq!(answer.problem(), (405, "method_not_allowed".to_owned()), "{method} {target}");
        assert_eq!(answer.header("allow"), Some(allow));
    }
}

#[tokio::test]
async fn gate_5_a_caller_by_tcp_without_origin_is_nobody() {
    let face = Face::new().await;
    let with_token = |token: &'static str| move |ask: Ask| ask.header("authorization", token);
    for ask in requests() {
        let answer = face.refuse(ask).await;
        assert_eq!(answer.problem(), (401, "caller_unidentified".to_owned()));
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    for token in ["Bearer", "Bearer ", "Bearer null", "Bearer undefined", "Basic eDp5", "bearer x"] {
        for ask in requests().into_iter().map(with_token(token)) {
            assert_eq!(face.refuse(ask).await.problem().0, 401, "{token}");
        }
    }
}

#[tokio::test]
async fn gate_5_origins_that_are_not_allowed_are_refused_without_cors_headers() {
    let face = Face::new().await;
    for origin in [
        STRANGER,
        "null",
        "",
        "*",
        "http://portal.example",
        "https://portal.example:443",
        "https://portal.example:8443",
        "https://portal.example/",
        "https://portal.example.",
        "https://PORTAL.example",
        "https://www.portal.example",
        "https://portal.example.evil.example",
        "https://evilportal.example",
        "https://portal.example@evil.example",
        "https://portal.example, https://portal.example",
        " https://portal.example x",
        "https://pоrtal.example",
        "file://",
        "http://127.0.0.1:25754",
        "http://localhost:25754",
        "https://127.0.0.1:25754",
    ] {
        for ask in requests() {
            let answer = face.refuse(ask.origin(origin)).await;
            assert_eq!(answer.problem(), (403, "origin_not_allowed".to_owned()), "{origin:?}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
            assert_eq!(answer.header("access-control-expose-headers"), None);
            assert_eq!(answer.header("vary"), Some("Origin"));
        }
        let preflight = face.refuse(Ask::tcp("OPTIONS", "/v1/sign").origin(origin)).await;
        assert_eq!(preflight.problem(), (403, "origin_not_allowed".to_owned()), "{origin:?}");
        assert_eq!(preflight.header("access-control-allow-origin"), None);
        assert_eq!(preflight.header("access-control-allow-methods"), None);
    }
    for ask in requests() {
        let doubled = face.refuse(ask.origin(PORTAL).origin(PORTAL)).await;
        assert_eq!(doubled.problem(), (403, "origin_not_allowed".to_owned()));
        assert_eq!(doubled.header("access-control-allow-origin"), None);
    }
    // Not even who it would be without the header helps.
    let on_socket = face.refuse(Ask::socket("GET", "/v1/status").origin(STRANGER)).await;
    assert_eq!(on_socket.problem(), (403, "origin_not_allowed".to_owned()));
    let with_token = Ask::tcp("GET", "/v1/status").origin(STRANGER).header("authorization", "Bearer x");
    assert_eq!(face.refuse(with_token).await.problem(), (403, "origin_not_allowed".to_owned()));
}

#[tokio::test]
async fn gate_5_an_origin_may_ask_only_what_its_scopes_say() {
    let face = Face::new().await;
    for (index, ask) in requests().into_iter().enumerate() {
        if matches!(index, 0..=2 | 8) {
            continue; // status, events, pins, release: with the one scope it has
        }
        let answer = face.refuse(ask.origin(LIMITED)).await;
        assert_eq!(answer.problem(), (403, "scope_not_allowed".to_owned()));
        assert!(answer.is_open_to(LIMITED));
    }
    // What is for the socket is not for a page with all scopes, whichever way it comes.
    let unprotect = "/v1/pins/authentication/unprotect";
    for ask in [Ask::tcp("POST", unprotect), Ask::socket("POST", unprotect)] {
        let answer = face.refuse(ask.origin(PORTAL).json(&json!({}))).await;
        assert_eq!(answer.problem(), (403, "scope_not_allowed".to_owned()));
    }
}

#[tokio::test]
async fn gate_6_only_cors_requests_of_scripts_pass() {
    let face = Face::new().await;
    for mode in ["navigate", "no-cors", "same-origin", "websocket", "CORS", "", "cors, cors"] {
        for ask in requests().into_iter().take(9) {
            let answer = face.refuse(ask.origin(PORTAL).header("sec-fetch-mode", mode)).await;
            assert_eq!(answer.problem(), (403, "fetch_mode_not_allowed".to_owned()), "{mode}");
            assert!(answer.is_open_to(PORTAL));
        }
    }
    let doubled = Ask::tcp("GET", "/v1/status").origin(PORTAL);
    let doubled = doubled.header("sec-fetch-mode", "cors").header("sec-fetch-mode", "navigate");
    assert_eq!(face.refuse(doubled).await.problem().0, 403);
    let good = Ask::tcp("GET", "/v1/status").origin(PORTAL).header("sec-fetch-mode", "cors");
    assert_eq!(face.send(good).await.status, 200);
    // The probe's no-cors request reaches health, which says nothing about cards.
    let probe = Ask::tcp("GET", "/v1/health").header("sec-fetch-mode", "no-cors");
    assert_eq!(face.refuse(probe).await.status, 200);
}

#[tokio::test]
async fn gate_7_bodies_are_json_and_nothing_a_form_can_send() {
    let face = Face::new().await;
    let release = || Ask::tcp("POST", "/v1/release").origin(PORTAL).body("{}");
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/problem+json",
        "text/json",
        "application/json, text/plain",
        "text/plain; application/json",
        "",
    ] {
        let answer = face.refuse(release().header("content-type", content_type)).await;
        assert_eq!(answer.problem(), (415, "unsupported_media_type".to_owned()), "{content_type}");
        assert!(answer.is_open_to(PORTAL));
    }
    assert_eq!(face.refuse(release()).await.problem().0, 415);
    let doubled = release().header("content-type", "application/json").header("content-type", "application/json");
    assert_eq!(face.refuse(doubled).await.problem().0, 415);
    for content_type in ["application/json", "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8"] {
        assert_eq!(face.send(release().header("content-type", content_type)).await.status, 204, "{content_type}");
    }
}

#[tokio::test]
async fn gates_are_passed_in_the_contracts_order() {
    let face = Face::new().await;
    // Each request fails at its gate and at all later ones.
    let late =
        |ask: Ask| ask.header("sec-fetch-mode", "navigate").header("content-type", "text/plain").body("nonsense");
    let other = Some(Peer { uid: u32::MAX, pid: None });
    let order = [
        (late(Ask::from_peer("POST", "/v1/sign", other).header("host", "x").origin(STRANGER)), "peer_not_allowed"),
        (late(Ask::bare("POST", "/v1/sign").header("host", "x").origin(STRANGER)), "host_not_allowed"),
        (late(Ask::tcp("POST", "/nothing").origin(STRANGER).header("x-fat", "x".repeat(20_000))), "body_too_large"),
        (late(Ask::tcp("POST", "/nothing").origin(STRANGER)), "not_found"),
        (late(Ask::tcp("PUT", "/v1/sign").origin(STRANGER)), "method_not_allowed"),
        (late(Ask::tcp("POST", "/v1/sign").origin(STRANGER)), "origin_not_allowed"),
        (late(Ask::tcp("POST", "/v1/sign").origin(LIMITED)), "scope_not_allowed"),
        (late(Ask::tcp("POST", "/v1/sign").origin(PORTAL)), "fetch_mode_not_allowed"),
        (
            Ask::tcp("POST", "/v1/sign").origin(PORTAL).header("content-type", "text/plain").body("nonsense"),
            "unsupported_media_type",
        ),
        (
            Ask::tcp("POST", "/v1/sign").origin(PORTAL).header("content-type", "application/json").body("nonsense"),
            "invalid_request",
        ),
    ];
    for (ask, code) in order {
        assert_eq!(face.refuse(ask).await.problem().1, code);
    }
}

#[tokio::test]
async fn preflights_are_answered_for_any_path_to_allowed_origins_only() {
    let face = Face::new().await;
    for target in ["/v1/sign", "/v1/health", "/v1/pins/signature/unprotect", "/nothing", "*"] {
        for origin in [PORTAL, LIMITED] {
            let ask = Ask::tcp("OPTIONS", target)
                .origin(origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type")
                .header("sec-fetch-mode", "cors");
            let answer = face.refuse(ask).await;
            assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
            assert!(answer.is_open_to(origin));
            assert_eq!(answer.header("access-control-allow-methods"), Some("GET, POST"));
            assert_eq!(answer.header("access-control-allow-headers"), Some("content-type, authorization"));
            assert_eq!(answer.header("access-control-max-age"), Some("600"));
            assert_eq!(answer.header("access-control-allow-credentials"), None);
            assert_eq!(answer.header("access-control-allow-private-network"), None);
        }
        for ask in [Ask::tcp("OPTIONS", target), Ask::socket("OPTIONS", target)] {
            assert_eq!(face.refuse(ask).await.problem(), (401, "caller_unidentified".to_owned()));
        }
    }
}

#[tokio::test]
async fn every_answer_has_the_same_protective_headers() {
    let face = Face::new().await;
    let answers = [
        (face.send(Ask::tcp("GET", "/v1/status").origin(PORTAL)).await, true),
        (face.send(Ask::tcp("GET", "/v1/status").origin(STRANGER)).await, true),
        (face.send(Ask::tcp("GET", "/v1/health")).await, false),
        (face.send(Ask::tcp("GET", "/v1/openapi.json")).await, true),
        (face.send(Ask::tcp("OPTIONS", "/v1/status").origin(PORTAL)).await, true),
        (face.send(Ask::tcp("GET", "/nothing")).await, true),
        (face.send(Ask::bare("GET", "/v1/status")).await, true),
    ];
    let mut ids = std::collections::BTreeSet::new();
    for (answer, closed) in answers {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cross-origin-resource-policy"), closed.then_some("same-origin"));
        assert_eq!(answer.header("vary"), Some("Origin"));
        for absent in ["strict-transport-security", "set-cookie", "location"] {
            assert_eq!(answer.header(absent), None);
        }
        assert!(ids.insert(answer.header("x-request-id").unwrap().to_owned()), "each request has an id of its own");
    }
}

#[tokio::test]
async fn a_page_on_the_socket_cannot_choose_where_prompts_appear_and_a_program_only_its_own_terminal() {
    let face = Face::new().await;
    let status = || Ask::socket("GET", "/v1/status");
    for (name, value) in [
        ("jpki-agent-tty", "/etc/passwd"),
        ("jpki-agent-tty", "/dev/../etc/passwd"),
        ("jpki-agent-tty", "/dev/shm"),
        ("jpki-agent-tty", "/dev/no-such-terminal"),
        ("jpki-agent-tty", "dev/null"),
        ("jpki-agent-term", "xterm\tx"),
        ("jpki-agent-display", "a b"),
        ("jpki-agent-lang", "日本"),
    ] {
        let answer = face.refuse(status().header(name, value)).await;
        assert_eq!(answer.problem(), (400, "invalid_request".to_owned()), "{name}: {value}");
        assert_eq!(answer.json()["member"], name);
        // For others the headers have no meaning.
        assert_eq!(face.send(status().header(name, value).origin(PORTAL)).await.status, 200);
    }
    let long = face.refuse(status().header("jpki-agent-term", "x".repeat(201))).await;
    assert_eq!(long.problem().0, 400);
    let doubled = status().header("jpki-agent-lang", "C").header("jpki-agent-lang", "C");
    assert_eq!(face.refuse(doubled).await.problem().0, 400);
    let good = status().header("jpki-agent-display", ":0").header("jpki-agent-lang", "ja_JP.UTF-8");
    assert_eq!(face.send(good.header("jpki-agent-term", "xterm-256color")).await.status, 200);
}
