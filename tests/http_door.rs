//! The rest of the door: whose connection it is, the programs' token, how often one may ask, who is remembered as turned
//! away, and the routes by which the person's own programs look after all this.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use jpki_agent::consent::scripted::{Answer, Prompt};
use jpki_agent::consent::{Asker, Question, Refusal};
use jpki_agent::http::door::own_uid;
use jpki_agent::notices::Notice;
use jpki_agent::peer;
use serde_json::{Value, json};
use support::agent::{AUTHENTICATION_PIN, LIMITED, NONCE, PORTAL, TOKEN, TestAgent, gatekeeper};
use support::face::{Ask, Face};

const STRANGER: &str = "https://stranger.example";

fn bearer(ask: Ask) -> Ask {
    ask.header("authorization", format!("Bearer {TOKEN}"))
}

/// As a browser sends it for a script of `origin`.
fn script(method: &str, target: &str, origin: &str) -> Ask {
    Ask::tcp(method, target).origin(origin).header("sec-fetch-mode", "cors").header("sec-fetch-site", "cross-site")
}

fn preflight(target: &str, origin: &str) -> Ask {
    script("OPTIONS", target, origin).header("access-control-request-method", "POST")
}

fn list() -> Ask {
    Ask::socket("GET", "/v1/origins")
}

fn put(body: &Value) -> Ask {
    Ask::socket("PUT", "/v1/origins").json(body)
}

async fn refused(face: &Face) -> Vec<(String, u64)> {
    let body = face.send(list()).await.good();
    let one = |one: &Value| (one["origin"].as_str().unwrap().to_owned(), one["count"].as_u64().unwrap());
    body["refused"].as_array().unwrap().iter().map(one).collect()
}

fn settings(face: &Face) -> String {
    std::fs::read_to_string(face.parts.folder.path().join("config.toml")).unwrap()
}

#[tokio::test]
async fn another_users_connection_is_refused_whatever_it_knows() {
    if !peer::SUPPORTED {
        return;
    }
    let face = Face::new().await;
    let own = own_uid().unwrap();
    let others = [0, 1, 1000, 65534, u32::MAX].into_iter().filter(|uid| *uid != own).map(Some);
    for owner in others.chain([None]) {
        for target in ["/v1/status", "/v1/health", "/nothing"] {
            for ask in [bearer(Ask::tcp("GET", target)), script("GET", target, PORTAL), preflight(target, PORTAL)] {
                let answer = face.refuse(ask.owned_by(owner)).await;
                assert_eq!(answer.problem(), (403, "peer_not_allowed".to_owned()), "{owner:?} {target}");
                assert_eq!(answer.header("access-control-allow-origin"), None);
                assert_eq!(answer.header("access-control-allow-methods"), None);
            }
        }
        let stranger = script("GET", "/v1/status", STRANGER).owned_by(owner);
        assert_eq!(face.refuse(stranger).await.problem().1, "peer_not_allowed");
    }
    assert_eq!(refused(&face).await, [], "nobody else's requests are remembered");
}

#[tokio::test]
async fn the_token_makes_a_program_by_tcp_one_of_ours() {
    let face = Face::new().await;
    for scheme in ["Bearer ", "bearer ", "BEARER  "] {
        let ask = Ask::tcp("GET", "/v1/status").header("authorization", format!("{scheme}{TOKEN}"));
        assert_eq!(face.send(ask).await.good()["grantedScopes"].as_array().unwrap().len(), 4);
    }
    face.parts.answers([Answer::pin(AUTHENTICATION_PIN)]);
    let body = json!({"challengeNonce": NONCE, "origin": PORTAL});
    face.send(bearer(Ask::tcp("POST", "/v1/authenticate")).json(&body)).await.good();
    let shown = face.parts.consent.shown();
    let Prompt::Pin(prompt) = &shown[0].prompt else { panic!("{shown:?}") };
    let Asker::Program(program) = &prompt.context.asker else { panic!("{prompt:?}") };
    assert_eq!((program.pid, &program.name), (None, &None), "TCP does not say which program it is");
}

#[tokio::test]
async fn any_other_token_is_none() {
    let face = Face::new().await;
    let longer = format!("Bearer {TOKEN}A");
    let shorter = format!("Bearer {}", &TOKEN[1..]);
    let other = format!("Bearer B{}", &TOKEN[1..]);
    let quoted = format!("Bearer \"{TOKEN}\"");
    let basic = format!("Basic {TOKEN}");
    let list = format!("Bearer {TOKEN}, Bearer {TOKEN}");
    let bare = TOKEN;
    for credentials in ["", "Bearer", "Bearer ", "Bearer null", &longer, &shorter, &other, &quoted, &basic, &list, bare]
    {
        let answer = face.refuse(Ask::tcp("GET", "/v1/status").header("authorization", credentials)).await;
        assert_eq!(answer.problem(), (401, "caller_unidentified".to_owned()), "{credentials:?}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    let doubled = face.refuse(bearer(bearer(Ask::tcp("GET", "/v1/status")))).await;
    assert_eq!(doubled.problem().0, 401);
    let in_query = face.refuse(Ask::tcp("GET", &format!("/v1/status?token={TOKEN}&access_token={TOKEN}"))).await;
    assert_eq!(in_query.problem().0, 401);
}

#[tokio::test]
async fn a_page_stays_a_page_with_the_token() {
    let face = Face::new().await;
    for origin in [STRANGER, "null", ""] {
        let answer = face.refuse(bearer(Ask::tcp("GET", "/v1/status").origin(origin))).await;
        assert_eq!(answer.problem(), (403, "origin_not_allowed".to_owned()), "{origin:?}");
    }
    let beyond = face.refuse(bearer(Ask::tcp("GET", "/v1/certificates").origin(LIMITED))).await;
    assert_eq!(beyond.problem(), (403, "scope_not_allowed".to_owned()));
    // A bad token beside a good origin is of no interest.
    let ask = Ask::tcp("GET", "/v1/status").origin(PORTAL).header("authorization", "Bearer wrong");
    assert_eq!(face.send(ask).await.status, 200);
}

#[tokio::test]
async fn what_is_for_the_socket_is_not_for_the_token() {
    let face = Face::new().await;
    for (method, target) in [
        ("GET", "/v1/origins"),
        ("PUT", "/v1/origins"),
        ("DELETE", "/v1/origins?origin=https://portal.example"),
        ("GET", "/v1/audit"),
        ("GET", "/v1/guide"),
        ("GET", "/v1/reminders"),
        ("GET", "/v1/reminders/kept"),
        ("POST", "/v1/reminders/done"),
        ("POST", "/v1/pins/signature/unprotect"),
        ("POST", "/v1/pins/signature/change"),
    ] {
        let body = json!({"origin": STRANGER});
        for ask in [bearer(Ask::tcp(method, target)), Ask::tcp(method, target).origin(PORTAL)] {
            assert_eq!(face.refuse(ask.json(&body)).await.problem(), (403, "scope_not_allowed".to_owned()));
        }
        let on_socket = Ask::socket(method, target).origin(PORTAL).json(&body);
        assert_eq!(face.refuse(on_socket).await.problem(), (403, "scope_not_allowed".to_owned()));
        let nobody = Ask::tcp(method, target).json(&body);
        assert_eq!(face.refuse(nobody).await.problem(), (401, "caller_unidentified".to_owned()));
    }
    assert_eq!(refused(&face).await, []);
}

/// A face whose callers may send so many requests a minute.
async fn limited(per_minute: u32) -> Face {
    let mut parts = TestAgent::new().await;
    parts.gatekeeper = gatekeeper(parts.folder.path(), &parts.notices, per_minute);
    Face::over(parts)
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let face = limited(3).await;
    let status = || script("GET", "/v1/status", PORTAL);
    for _ in 0..3 {
        assert_eq!(face.send(status()).await.status, 200);
    }
    let answer = face.refuse(status()).await;
    assert_eq!(answer.problem(), (429, "rate_limited".to_owned()));
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&seconds), "{seconds}");
    assert!(answer.is_open_to(PORTAL));
    // The count is the eighth gate, before the schema; health has no caller to count.
    let bad = script("POST", "/v1/sign", PORTAL).header("content-type", "text/plain");
    assert_eq!(face.refuse(bad).await.problem().1, "unsupported_media_type");
    let malformed = script("POST", "/v1/sign", PORTAL).header("content-type", "application/json").body("{");
    assert_eq!(face.refuse(malformed).await.problem().1, "rate_limited");
    assert_eq!(face.refuse(script("GET", "/v1/health", PORTAL)).await.status, 200);
    // Other callers have a share of their own; all programs share one.
    assert_eq!(face.send(script("GET", "/v1/status", LIMITED)).await.status, 200);
    for ask in [Ask::socket("GET", "/v1/status"), bearer(Ask::tcp("GET", "/v1/status")), Ask::socket("GET", "/v1/pins")]
    {
        assert_eq!(face.send(ask).await.status, 200);
    }
    assert_eq!(face.refuse(Ask::socket("GET", "/v1/status")).await.problem().1, "rate_limited");
}

#[tokio::test]
async fn requests_refused_earlier_use_up_nobodys_share() {
    let face = limited(1).await;
    for _ in 0..20 {
        face.refuse(script("GET", "/v1/certificates", LIMITED)).await;
        face.refuse(Ask::tcp("GET", "/v1/status").origin(LIMITED).header("sec-fetch-mode", "no-cors")).await;
        face.refuse(Ask::tcp("GET", "/v1/status").header("authorization", "Bearer guess")).await;
    }
    assert_eq!(face.send(script("GET", "/v1/status", LIMITED)).await.status, 200);
    assert_eq!(face.send(bearer(Ask::tcp("GET", "/v1/status"))).await.status, 200);
}

#[tokio::test]
async fn scripts_of_unknown_pages_are_remembered_quietly() {
    let face = Face::new().await;
    face.refuse(script("GET", "/v1/status", STRANGER)).await;
    face.refuse(preflight("/v1/sign", STRANGER)).await;
    face.refuse(script("POST", "/v1/sign", "https://xn--1lqs71d.jp:8443").json(&json!({}))).await;
    assert_eq!(
        refused(&face).await,
        [(STRANGER.to_owned(), 2), ("https://xn--1lqs71d.jp:8443".to_owned(), 1)],
        "the same moment: by name"
    );
    let body = face.send(list()).await.good();
    assert_eq!(body["refused"][1]["text"], "https://東京.jp:8443");
    assert_eq!(body["refused"][0].get("text"), None);
    assert_eq!(
        (&body["refused"][0]["first"], &body["refused"][0]["last"]),
        (&json!("2026-11-22T03:00:00Z"), &json!("2026-11-22T03:00:00Z"))
    );
    let notices = face.parts.notices.all();
    assert!(
        matches!(&notices[..], [Notice::OriginRefused { origin, .. }] if origin.as_str() == STRANGER),
        "{notices:?}"
    );
}

#[tokio::test]
async fn what_is_no_script_of_a_page_is_not_remembered() {
    let face = Face::new().await;
    let asks = [
        // Garbage, and what sandboxed frames and forms send.
        script("GET", "/v1/status", "null"),
        script("GET", "/v1/status", ""),
        script("GET", "/v1/status", "https://STRANGER.example"),
        script("GET", "/v1/status", "https://stranger.example/path"),
        script("GET", "/v1/status", STRANGER).origin(STRANGER),
        // A link, an image, a form; or who knows what.
        Ask::tcp("GET", "/v1/status").origin(STRANGER),
        Ask::tcp("GET", "/v1/status").origin(STRANGER).header("sec-fetch-mode", "no-cors"),
        Ask::tcp("POST", "/v1/sign").origin(STRANGER).header("sec-fetch-mode", "navigate"),
        script("GET", "/v1/status", STRANGER).header("sec-fetch-mode", "cors"),
        // Nothing that could be allowed.
        script("GET", "/nothing", STRANGER),
        script("GET", "/v1/health", STRANGER),
        script("GET", "/v1/origins", STRANGER),
        script("GET", "/v1/audit", STRANGER),
        script("PUT", "/v1/sign", STRANGER),
        preflight("/nothing", STRANGER),
        preflight("/v1/sign", "null"),
        script("OPTIONS", "/v1/sign", STRANGER),
        // Rebinding, and a program that plays a page.
        Ask::bare("GET", "/v1/status")
            .header("host", "stranger.example")
            .origin(STRANGER)
            .header("sec-fetch-mode", "cors"),
        Ask::socket("GET", "/v1/status").origin(STRANGER).header("sec-fetch-mode", "cors"),
        // Allowed, but not for this.
        script("GET", "/v1/certificates", LIMITED),
    ];
    for (number, ask) in asks.into_iter().enumerate() {
        face.refuse(ask).await;
        assert_eq!(refused(&face).await, [], "number {number}");
    }
    assert!(face.parts.notices.all().is_empty());
}

#[tokio::test]
async fn a_flood_of_origins_keeps_the_list_short() {
    let face = Face::new().await;
    for number in 0..300 {
        face.refuse(script("GET", "/v1/status", &format!("https://n{number}.example"))).await;
    }
    assert_eq!(refused(&face).await.len(), 64);
    assert_eq!(face.parts.notices.all().len(), 1);
}

#[tokio::test]
async fn origins_are_listed_with_their_scopes() {
    let face = Face::new().await;
    let expected = json!({
        "allowed": [
            {"origin": PORTAL, "scopes": ["status", "certificates", "authenticate", "sign"]},
            {"origin": LIMITED, "scopes": ["status"]},
        ],
        "refused": [],
    });
    assert_eq!(face.refuse(list()).await.good(), expected);
    assert_eq!(face.refuse(Ask::socket("GET", "/v1/origins?x=1")).await.problem().0, 400);
}

#[tokio::test]
async fn an_origin_is_allowed_at_once_and_the_files_comments_stay() {
    let face = Face::new().await;
    face.refuse(script("GET", "/v1/status", STRANGER)).await;
    let answer = face.refuse(put(&json!({"origin": STRANGER}))).await.good();
    assert_eq!(answer["allowed"][2], json!({"origin": STRANGER, "scopes": ["status", "authenticate", "sign"]}));
    assert_eq!((&answer["refused"], &answer["warnings"]), (&json!([]), &json!([])));
    assert_eq!(face.send(script("GET", "/v1/status", STRANGER)).await.status, 200);
    let text = settings(&face);
    assert!(text.starts_with("# Kept by hand.\n") && text.contains(STRANGER), "{text}");

    // Scopes are replaced, and what they give away is said.
    let answer = face.refuse(put(&json!({"origin": STRANGER, "allow": ["certificates"]}))).await.good();
    assert_eq!(answer["allowed"][2]["scopes"], json!(["certificates"]));
    assert_eq!(answer["warnings"].as_array().unwrap().len(), 1);
    let ask = put(&json!({"origin": STRANGER, "allow": ["certificates"]})).header("accept-language", "ja");
    assert_ne!(face.refuse(ask).await.good()["warnings"], answer["warnings"]);

    let answer = face.refuse(Ask::socket("DELETE", "/v1/origins?origin=https%3A%2F%2Fstranger.example")).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    assert_eq!(face.refuse(script("GET", "/v1/status", STRANGER)).await.problem().1, "origin_not_allowed");
    let again = face.refuse(Ask::socket("DELETE", "/v1/origins?origin=https://stranger.example")).await;
    assert_eq!(again.problem(), (404, "not_found".to_owned()));
    assert!(settings(&face).starts_with("# Kept by hand.\n") && !settings(&face).contains(STRANGER));
}

#[tokio::test]
async fn warnings_are_told_and_what_is_not_https_is_refused_unless_forced() {
    let face = Face::new().await;
    let warned = face.refuse(put(&json!({"origin": "https://porta1.example:8443"}))).await.good();
    assert_eq!(warned["warnings"].as_array().unwrap().len(), 2, "{warned}");
    let insecure = json!({"origin": "http://old.example"});
    let answer = face.refuse(put(&insecure)).await;
    assert_eq!(answer.problem(), (400, "invalid_request".to_owned()));
    assert_eq!(answer.json()["member"], "origin");
    assert!(!settings(&face).contains("old.example"));
    let forced = face.refuse(put(&json!({"origin": "http://old.example", "force": true}))).await.good();
    assert_eq!(forced["warnings"].as_array().unwrap().len(), 1, "{forced}");
    assert!(settings(&face).contains("old.example"));
}

#[tokio::test]
async fn malformed_changes_name_the_member_and_change_nothing() {
    let face = Face::new().await;
    let before = settings(&face);
    for (body, member) in [
        (json!({}), "origin"),
        (json!({"origin": "stranger.example"}), "origin"),
        (json!({"origin": "https://stranger.example/"}), "origin"),
        (json!({"origin": "null"}), "origin"),
        (json!({"origin": "*"}), "origin"),
        (json!({"origin": 1}), "origin"),
        (json!({"origin": STRANGER, "allow": []}), "allow"),
        (json!({"origin": STRANGER, "allow": null}), "allow"),
        (json!({"origin": STRANGER, "allow": ["status", "all"]}), "allow[1]"),
        (json!({"origin": STRANGER, "force": "yes"}), "force"),
        (json!({"origin": STRANGER, "scopes": ["sign"]}), "scopes"),
    ] {
        let answer = face.refuse(put(&body)).await;
        assert_eq!(answer.problem(), (400, "invalid_request".to_owned()), "{body}");
        assert_eq!(answer.json()["member"], member, "{body}");
    }
    for query in ["", "?origin=", "?origin=x", "?origin=https://a.example&origin=https://a.example", "?other=1"] {
        let answer = face.refuse(Ask::socket("DELETE", &format!("/v1/origins{query}"))).await;
        assert_eq!(answer.problem(), (400, "invalid_request".to_owned()), "{query}");
    }
    assert_eq!(face.refuse(Ask::socket("PUT", "/v1/origins").body("{}")).await.problem().0, 415);
    assert_eq!(settings(&face), before);
}

#[tokio::test]
async fn asked_first_the_person_decides_by_name_and_scopes() {
    let face = Face::new().await;
    face.parts.answers([Answer::Refuse(Refusal::Declined)]);
    let body = json!({"origin": STRANGER, "allow": ["status", "certificates"], "ask": true});
    assert_eq!(face.send(put(&body)).await.problem(), (403, "user_declined".to_owned()));
    assert!(!settings(&face).contains(STRANGER));
    face.parts.answers([Answer::Approve]);
    face.send(put(&body)).await.good();
    assert!(settings(&face).contains(STRANGER));
    let shown = face.parts.consent.shown();
    let Prompt::Confirm(prompt) = &shown[1].prompt else { panic!("{shown:?}") };
    let Question::AllowOrigin { origin, scopes, warnings } = &prompt.question else { panic!("{prompt:?}") };
    assert_eq!((origin.as_str(), scopes.iter().count(), warnings.len()), (STRANGER, 2, 0));
    assert_eq!(face.parts.card.wire().commands, 0);
}

#[tokio::test]
async fn a_broken_settings_file_is_said_and_left_alone() {
    let face = Face::new().await;
    let path = face.parts.folder.path().join("config.toml");
    std::fs::write(&path, "nonsense = [").unwrap();
    face.parts.gatekeeper.origins().reload();
    let body = face.send(list()).await.good();
    assert_eq!(body["allowed"].as_array().unwrap().len(), 2, "the list stays as it was");
    assert!(body["fault"].as_str().unwrap().contains("config.toml"), "{body}");
    let answer = face.refuse(put(&json!({"origin": STRANGER}))).await;
    assert_eq!(answer.problem(), (400, "invalid_request".to_owned()));
    assert!(answer.json()["reason"].as_str().unwrap().contains("config.toml"), "{answer:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "nonsense = [");
}

#[tokio::test]
async fn the_audit_log_is_read_by_the_persons_own_programs() {
    let face = Face::new().await;
    assert_eq!(
        face.refuse(Ask::socket("GET", "/v1/audit")).await.good(),
        json!({"entries": [], "intact": true, "findings": [], "moreFindings": 0})
    );
    let authenticate = || script("POST", "/v1/authenticate", PORTAL).json(&json!({"challengeNonce": NONCE}));
    face.parts.answers([Answer::Refuse(Refusal::Declined), Answer::pin(AUTHENTICATION_PIN)]);
    assert_eq!(face.send(authenticate()).await.problem().1, "user_declined");
    face.send(authenticate()).await.good();
    let body = face.send(Ask::socket("GET", "/v1/audit")).await.good();
    let entries = body["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{body}");
    let first = &entries[0];
    assert_eq!((&first["kind"], &first["origin"]), (&json!("request"), &json!(PORTAL)));
    assert_eq!((&first["operation"], &first["keyKind"]), (&json!("authenticate"), &json!("authentication")));
    assert_eq!((&first["outcome"], &first["code"]), (&json!("failed"), &json!("user_declined")));
    assert_eq!(first["time"], "2026-11-22T03:00:00Z");
    assert_eq!((&entries[1]["outcome"], entries[1].get("code")), (&json!("done"), None));
    let last = face.send(Ask::socket("GET", "/v1/audit?limit=1")).await.good();
    assert_eq!(last["entries"], json!([entries[1]]));
    for query in ["limit=0", "limit=10001", "limit=-1", "limit=x", "limit=", "limit=1&limit=1", "after=1"] {
        let answer = face.send(Ask::socket("GET", &format!("/v1/audit?{query}"))).await;
        assert_eq!(answer.problem(), (400, "invalid_request".to_owned()), "{query}");
    }
}

#[tokio::test]
async fn an_audit_log_somebody_changed_is_called_so() {
    let face = Face::new().await;
    face.parts.answers([Answer::Refuse(Refusal::Declined), Answer::Refuse(Refusal::Declined)]);
    for _ in 0..2 {
        face.send(script("POST", "/v1/authenticate", PORTAL).json(&json!({"challengeNonce": NONCE}))).await;
    }
    // Shows what was handed over, so that nothing more is written after this.
    assert_eq!(face.send(Ask::socket("GET", "/v1/audit")).await.good()["intact"], true);
    let folder = face.parts.folder.path().join("audit");
    let lines = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let file = lines.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).min().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("user_declined", "pin_incorrect", 1)).unwrap();
    let body = face.send(Ask::socket("GET", "/v1/audit")).await.good();
    assert_eq!(body["intact"], false);
    assert!(body["findings"][0]["alarm"].as_bool().unwrap(), "{body}");
}
