//! Failures as callers see them: every problem in both languages, requests that are not understood, and what the
//! framework itself would have said.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use jpki_agent::http::{HttpState, edge};
use jpki_agent::problem::Problem;
use serde_json::{Value, json};
use support::agent::{NONCE, PORTAL, TestAgent};
use support::face::{Answer, Ask, Face};
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;

/// What a page of the portal gets when a handler fails with `problem`.
async fn told(agent: &TestAgent, problem: Problem, language: &str) -> Answer {
    let router = Router::new()
        .route("/", get(async move || problem))
        .layer(from_fn_with_state(HttpState::new(agent.agent.clone(), agent.gatekeeper.clone()), edge::finish));
    let request = Request::get("/").header("origin", PORTAL).header("accept-language", language);
    Answer::of(router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()).await
}

/// The table of the contract, section 4.
const STATUSES: [(u16, &[&str]); 14] = [
    (400, &["invalid_request"]),
    (401, &["caller_unidentified"]),
    (
        403,
        &[
            "peer_not_allowed",
            "origin_not_allowed",
            "scope_not_allowed",
            "fetch_mode_not_allowed",
            "pin_required",
            "user_declined",
            "consent_timeout",
            "pin_incorrect",
        ],
    ),
    (404, &["not_found"]),
    (405, &["method_not_allowed"]),
    (
        409,
        &[
            "no_reader",
            "no_card",
            "card_unsupported",
            "several_cards",
            "card_busy",
            "card_removed",
            "certificate_absent",
            "certificate_mismatch",
            "prompt_busy",
            "last_try_protected",
            "pin_change_unproven",
        ],
    ),
    (413, &["body_too_large"]),
    (415, &["unsupported_media_type"]),
    (421, &["host_not_allowed"]),
    (423, &["pin_blocked"]),
    (429, &["rate_limited"]),
    (500, &["internal"]),
    (502, &["card_fault"]),
    (504, &["card_timeout"]),
];
const UNAVAILABLE: [&str; 3] = ["pcsc_unavailable", "pinentry_unavailable", "shutting_down"];

#[tokio::test]
async fn every_problem_is_a_whole_document_in_both_languages_and_readable_by_an_allowed_page() {
    let agent = TestAgent::new().await;
    let mut seen = Vec::new();
    for problem in Problem::examples() {
        let mut texts = Vec::new();
        for language in ["en", "ja"] {
            let answer = told(&agent, problem.clone(), language).await;
            let (status, code) = answer.problem();
            let expected = STATUSES.iter().find(|(_, codes)| codes.contains(&code.as_str())).map(|(status, _)| *status);
            let expected = expected.or(UNAVAILABLE.contains(&code.as_str()).then_some(503));
            assert_eq!(Some(status), expected, "{code}");
            assert_eq!(answer.is_open_to(PORTAL), problem != Problem::PeerNotAllowed, "{code}");
            let body = answer.json();
            assert_eq!(body["retriable"], problem.is_retriable());
            assert_eq!(body.get("triesLeft").is_some(), problem.tries_left().is_some());
            assert_eq!(body.get("outcomeUnknown"), problem.outcome_unknown().then_some(&json!(true)));
            assert_eq!(body.get("guidance").is_some(), matches!(problem, Problem::PinBlocked { .. }));
            assert_eq!(answer.header("retry-after"), (code == "rate_limited").then_some("30"));
            assert_eq!(answer.header("www-authenticate"), (code == "caller_unidentified").then_some("Bearer"));
            texts.push((body["title"].clone(), body["detail"].clone(), body["remedy"].clone()));
            seen.push(code);
        }
        assert_ne!(texts[0], texts[1], "{problem:?}");
    }
    let listed = STATUSES.iter().map(|(_, codes)| codes.len()).sum::<usize>() + UNAVAILABLE.len();
    assert_eq!(seen.len(), 2 * listed, "the contract's table and ours have the same codes");
}

#[tokio::test]
async fn a_no_and_prompts_that_settled_nothing_have_one_code_and_words_of_their_own() {
    let agent = TestAgent::new().await;
    for language in ["en", "ja"] {
        let answer = told(&agent, Problem::NothingSettled, language).await;
        assert_eq!(answer.problem(), (403, "user_declined".to_owned()));
        let declined = told(&agent, Problem::UserDeclined, language).await.json();
        for text in ["title", "detail", "remedy"] {
            assert_ne!(answer.json()[text], declined[text], "{language}");
        }
    }
}

#[tokio::test]
async fn what_is_in_force_after_a_change_is_said_and_never_of_one_that_is_blocked() {
    use jpki_agent::jpki::KeyKind::Signature;
    use jpki_agent::problem::PinAfterwards::{self, Unchanged, Unknown};
    let agent = TestAgent::new().await;
    let after =
        |pin: PinAfterwards, cause: Problem| Problem::PinChange { key_kind: Signature, pin, cause: Box::new(cause) };
    let blocked = || Problem::PinBlocked { key_kind: Signature };
    for (problem, said, unknown) in [
        (after(Unchanged, Problem::UserDeclined), "the one before is still in force", false),
        (after(Unchanged, blocked()), "it cannot be used until it has been reset", false),
        (after(Unknown, blocked()), "the old or the new one may be in force", true),
        (after(Unknown, Problem::Internal { outcome_unknown: false }), "the old or the new one may be in force", true),
    ] {
        let body = told(&agent, problem, "en").await.json();
        assert!(body["detail"].as_str().unwrap().ends_with(said), "{body}");
        assert_eq!(body.get("outcomeUnknown"), unknown.then_some(&json!(true)), "{body}");
    }
}

#[tokio::test]
async fn the_document_is_the_contracts() {
    let agent = TestAgent::new().await;
    let problem = Problem::PinIncorrect { key_kind: jpki_agent::jpki::KeyKind::Signature, tries_left: None };
    let body = told(&agent, problem, "de, ja;q=0.5").await.json();
    assert_eq!(body["triesLeft"], Value::Null);
    assert_eq!(body["title"], "パスワードが違います");
    let english = told(&agent, Problem::NoCard, "de").await.json();
    assert_eq!(english["title"], "no card");
}

#[tokio::test]
async fn a_panic_is_an_internal_problem_without_its_text() {
    let agent = TestAgent::new().await;
    let router: Router = Router::new()
        .route("/", get(async || -> &'static str { panic!("what only the log may know") }))
        .layer(CatchPanicLayer::custom(edge::panicked))
        .layer(from_fn_with_state(HttpState::new(agent.agent.clone(), agent.gatekeeper.clone()), edge::finish));
    let request = Request::get("/").header("origin", PORTAL).body(Body::empty()).unwrap();
    let answer = Answer::of(router.oneshot(request).await.unwrap()).await;
    assert_eq!(answer.problem(), (500, "internal".to_owned()));
    assert!(answer.is_open_to(PORTAL));
    assert!(!String::from_utf8(answer.body).unwrap().contains("only the log"));
}

#[tokio::test]
async fn what_is_not_understood_is_named() {
    let face = Face::new().await;
    let digest = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    let sign = |items: Value| json!({"digests": items}).to_string();
    let one = |extra: Value| {
        let mut item = json!({"algorithm": "SHA-256", "value": digest});
        item.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        sign(json!([item]))
    };
    let none = "";
    let cases = [
        ("/v1/sign", String::new(), none),
        ("/v1/sign", "{".to_owned(), none),
        ("/v1/sign", "null".to_owned(), none),
        ("/v1/sign", "[]".to_owned(), none),
        ("/v1/sign", "\"{}\"".to_owned(), none),
        ("/v1/sign", "{}".to_owned(), "digests"),
        ("/v1/sign", sign(json!([])), "digests"),
        ("/v1/sign", sign(json!({})), "digests"),
        ("/v1/sign", sign(json!(vec![json!({"algorithm": "SHA-256", "value": digest}); 101])), "digests"),
        ("/v1/sign", sign(json!([["SHA-256", digest]])), "digests[0]"),
        ("/v1/sign", sign(json!([{"algorithm": "SHA-256"}])), "digests[0].value"),
        ("/v1/sign", one(json!({"algorithm": "SHA-1"})), "digests[0].algorithm"),
        ("/v1/sign", one(json!({"algorithm": "sha-256"})), "digests[0].algorithm"),
        ("/v1/sign", one(json!({"algorithm": "SHA-512"})), "digests[0].value"),
        ("/v1/sign", one(json!({"value": "not base64"})), "digests[0].value"),
        ("/v1/sign", one(json!({"value": digest.trim_end_matches('=')})), "digests[0].value"),
        ("/v1/sign", one(json!({"value": digest.replace('+', "-")})), "digests[0].value"),
        ("/v1/sign", one(json!({"value": 1})), "digests[0].value"),
        ("/v1/sign", one(json!({"label": "x".repeat(201)})), "digests[0].label"),
        ("/v1/sign", one(json!({"label": "a\u{202E}b"})), "digests[0].label"),
        ("/v1/sign", one(json!({"label": "a\nb"})), "digests[0].label"),
        ("/v1/sign", one(json!({"color": "red"})), "digests[0].color"),
        ("/v1/sign", format!("{{\"digests\":[],\"digests\":[],\"x\":\"{digest}\"}}"), "digests"),
        ("/v1/sign", json!({"digests": [], "surprise": 1}).to_string(), "surprise"),
        ("/v1/sign", json!({"digests": [], "certificateFingerprintSha256": "x"}).to_string(), "digests"),
        (
            "/v1/sign",
            json!({"digests": [{"algorithm": "SHA-256", "value": digest}], "certificateFingerprintSha256": "ab"})
                .to_string(),
            "certificateFingerprintSha256",
        ),
        ("/v1/sign", json!({"digests": [], "includeCertificate": "yes"}).to_string(), "includeCertificate"),
        ("/v1/sign", json!({"digests": [], "reader": 1}).to_string(), "reader"),
        ("/v1/sign", format!("{} x", one(json!({}))), none),
        ("/v1/sign", one(json!({"label": null})), "digests[0].label"),
        ("/v1/release", json!({"reader": null}).to_string(), "reader"),
        ("/v1/authenticate", json!({"challengeNonce": NONCE, "origin": null}).to_string(), "origin"),
        ("/v1/authenticate", json!({}).to_string(), "challengeNonce"),
        ("/v1/authenticate", json!({"challengeNonce": "short"}).to_string(), "challengeNonce"),
        ("/v1/authenticate", json!({"challengeNonce": "あ".repeat(44)}).to_string(), "challengeNonce"),
        ("/v1/authenticate", json!({"challengeNonce": NONCE, "origin": PORTAL}).to_string(), "origin"),
        ("/v1/authenticate", json!({"challengeNonce": NONCE, "pin": "1234"}).to_string(), "pin"),
        ("/v1/release", json!({"pin": "1234"}).to_string(), "pin"),
        ("/v1/release?reader=r1", json!({}).to_string(), "reader"),
        ("/v1/certificates/signature/disclose", json!({"password": "ABC123"}).to_string(), "password"),
    ];
    let steps =
        [json!("3/2"), json!("1 / 2"), json!("1/2 of it"), json!(""), json!(1), json!(null), json!({"1/2": null})];
    let steps = steps.into_iter().flat_map(|step| {
        let digests = json!([{"algorithm": "SHA-256", "value": digest}]);
        [
            ("/v1/certificates/signature/disclose", json!({"step": step}).to_string(), "step"),
            ("/v1/sign", json!({"digests": digests, "step": step}).to_string(), "step"),
        ]
    });
    for (target, body, member) in cases.into_iter().chain(steps) {
        let ask = Ask::tcp("POST", target).origin(PORTAL).header("content-type", "application/json");
        let answer = face.refuse(ask.body(body.clone())).await;
        assert_eq!(answer.problem(), (400, "invalid_request".to_owned()), "{target} {body}");
        let told = answer.json();
        assert_eq!(told.get("member").and_then(Value::as_str).unwrap_or(none), member, "{target} {body} {told}");
        assert!(told["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
        assert!(member.is_empty() || told["detail"].as_str().unwrap().contains(member), "{told}");
        assert!(answer.is_open_to(PORTAL));
    }
}

#[tokio::test]
async fn queries_are_as_strict_as_bodies() {
    let face = Face::new().await;
    for (target, member) in [
        ("/v1/status?x=1", "x"),
        ("/v1/status?reader=r1", "reader"),
        ("/v1/pins?Reader=r1", "Reader"),
        ("/v1/pins?reader=r1&reader=r1", "reader"),
        ("/v1/pins?reader=r1&pin=1234", "pin"),
        ("/v1/certificates?%00", "\0"),
        ("/v1/certificates/authentication?format=pem", "format"),
    ] {
        let answer = face.refuse(Ask::tcp("GET", target).origin(PORTAL)).await;
        assert_eq!(answer.problem(), (400, "invalid_request".to_owned()), "{target}");
        assert_eq!(answer.json()["member"], member);
    }
    for target in ["/v1/pins?reader=%FF", "/v1/pins?reader=", "/v1/pins?reader=..%2F"] {
        let answer = face.send(Ask::tcp("GET", target).origin(PORTAL)).await;
        assert_eq!(answer.problem(), (409, "no_reader".to_owned()), "{target}");
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_and_deep_nesting_are_refused() {
    let face = Face::new().await;
    let deep = format!("{{\"digests\":{}", "[".repeat(100_000));
    for body in [b"{\"reader\":\"\xFF\"}".to_vec(), vec![0xFF; 10], deep.into_bytes(), b"\xEF\xBB\xBF{}".to_vec()] {
        let ask = Ask::tcp("POST", "/v1/sign").origin(PORTAL).header("content-type", "application/json");
        assert_eq!(face.refuse(ask.body(body)).await.problem(), (400, "invalid_request".to_owned()));
    }
}

#[tokio::test]
async fn what_is_told_back_of_a_request_is_cut() {
    let face = Face::new().await;
    let long = json!({"x".repeat(10_000): 1}).to_string();
    let ask = Ask::tcp("POST", "/v1/release").origin(PORTAL).header("content-type", "application/json");
    let answer = face.refuse(ask.body(long)).await;
    assert_eq!(answer.problem().0, 400);
    assert!(answer.body.len() < 2000, "{}", answer.body.len());
}
