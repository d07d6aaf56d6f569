//! One test for each row of the threat model in `SECURITY.md` that no other file proves already, named after the row.
//! The software card is the witness: it saw no command at all, or no PIN and no signature where the row is about consent.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::time::{Duration, Instant};

use jpki_agent::consent::Refusal;
use jpki_agent::consent::scripted::{Answer as Typed, Prompt};
use jpki_agent::jpki::KeyKind;
use jpki_agent::simulator::{Fault, Holder, Trigger, Variants};
use serde_json::{Value, json};
use support::agent::{
    AUTHENTICATION_PIN, LIMITED, NONCE, PORTAL, READER, SIGNATURE_PIN, TOKEN, TestAgent, card_of, standard_card,
};
use support::face::{Answer, Ask, Face, PORT};

const STRANGER: &str = "https://stranger.example";

/// Every route there is, those for programs only included.
const ROUTES: [(&str, &str); 17] = [
    ("GET", "/v1/health"),
    ("GET", "/v1/status"),
    ("GET", "/v1/events"),
    ("GET", "/v1/pins"),
    ("GET", "/v1/certificates"),
    ("GET", "/v1/certificates/authentication"),
    ("GET", "/v1/openapi.json"),
    ("GET", "/v1/origins"),
    ("GET", "/v1/audit"),
    ("PUT", "/v1/origins"),
    ("DELETE", "/v1/origins?origin=https://portal.example"),
    ("POST", "/v1/certificates/signature/disclose"),
    ("POST", "/v1/authenticate"),
    ("POST", "/v1/sign"),
    ("POST", "/v1/release"),
    ("POST", "/v1/pins/signature/unprotect"),
    ("POST", "/v1/pins/signature/change"),
];

/// As a browser sends it for a script of `origin`.
fn script(method: &str, target: &str, origin: &str) -> Ask {
    Ask::tcp(method, target).origin(origin).header("sec-fetch-mode", "cors").header("sec-fetch-site", "cross-site")
}

fn signing() -> Value {
    let digest = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
    json!({"digests": [{"algorithm": "SHA-256", "value": digest}]})
}

fn log_in() -> Value {
    json!({"challengeNonce": NONCE})
}

fn body_of(target: &str) -> Value {
    match target {
        "/v1/sign" => signing(),
        "/v1/authenticate" => log_in(),
        "/v1/origins" => json!({"origin": STRANGER, "allow": ["sign"]}),
        _ => json!({}),
    }
}

/// Neither key was used, no PIN presented, no try lost.
fn assert_untouched(face: &Face) {
    let wire = face.parts.card.wire();
    assert_eq!((wire.verifies, wire.signatures), (0, 0), "the card was used");
    assert_eq!(face.parts.card.with(|card| KeyKind::ALL.map(|kind| card.tries_left(kind))), [3, 5]);
}

/// What of an answer a caller can tell apart.
fn visible(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let mut body = answer.json();
    body["requestId"] = Value::Null;
    let mut headers: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str() != "x-request-id")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status.as_u16(), headers, body)
}

/// Somebody held our port earlier and left a service worker in the browser. It can only live on if we serve a script,
/// matters only where we serve a page, and what it fetches carries the origin of our own port, which is nobody.
#[tokio::test]
async fn a_service_worker_left_by_an_earlier_squatter_gets_no_page_no_script_and_no_card() {
    let face = Face::new().await;
    let own = format!("http://127.0.0.1:{PORT}");
    let pages = ["/", "/index.html", "/sw.js", "/favicon.ico", "/.well-known/x"].map(|target| ("GET", target));
    for (method, target) in ROUTES.into_iter().chain(pages) {
        let ask = || Ask::tcp(method, target).json(&body_of(target)).header("sec-fetch-site", "same-origin");
        for ask in [
            ask()
                .header("service-worker", "script")
                .header("sec-fetch-dest", "serviceworker")
                .header("sec-fetch-mode", "same-origin"),
            ask().header("sec-fetch-dest", "document").header("sec-fetch-mode", "navigate"),
            ask().header("sec-fetch-dest", "iframe").header("sec-fetch-mode", "navigate"),
            ask().header("sec-fetch-dest", "empty").header("sec-fetch-mode", "cors"),
            ask().header("sec-fetch-dest", "empty").header("sec-fetch-mode", "cors").origin(&own),
        ] {
            let answer = face.refuse(ask).await;
            let kind = answer.header("content-type").unwrap().to_owned();
            assert!(matches!(&*kind, "application/json" | "application/problem+json"), "{method} {target}: {kind}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            for absent in ["set-cookie", "location", "service-worker-allowed", "access-control-allow-origin"] {
                assert_eq!(answer.header(absent), None, "{method} {target}");
            }
            // What the agent says to everybody is that it is there, and what its routes are.
            let public = matches!(target, "/v1/health" | "/v1/openapi.json");
            assert!(public || answer.status.is_client_error(), "{method} {target}: {}", answer.status);
        }
    }
    assert_eq!(face.parts.card.wire().verifies, 0);
}

/// A page asks in a loop, from many tabs at once: one prompt, and the rest are told to wait.
#[tokio::test]
async fn prompt_flooding_shows_one_prompt_and_costs_no_try() {
    let face = Face::new().await;
    face.parts.answers([Typed::Never]);
    let ask = |index: usize| match index % 2 {
        0 => script("POST", "/v1/sign", PORTAL).json(&signing()),
        _ => script("POST", "/v1/authenticate", PORTAL).json(&log_in()),
    };
    let flood = async {
        face.parts.consent.wait_for(|shown| !shown.is_empty()).await;
        for index in 0..100 {
            let (status, code) = face.send(ask(index)).await.problem();
            assert!(matches!((status, &*code), (409, "prompt_busy") | (429, "rate_limited")), "{status} {code}");
        }
    };
    let end = tokio::select! {
        answer = face.send(ask(0)) => Some(answer),
        () = flood => None,
    };
    assert!(end.is_none(), "the open prompt ended: {end:?}");
    assert_eq!(face.parts.consent.shown().len(), 1);
    assert_untouched(&face);
}

/// The site may ask everything, and its own server was taken over. What it can do is ask.
#[tokio::test]
async fn an_allowed_but_compromised_page_can_only_ask() {
    let face = Face::new().await;
    let ask = |method, target| script(method, target, PORTAL).header("authorization", format!("Bearer {TOKEN}"));
    // It cannot let others in, read the history, change a PIN, or lift the protection of a last try, not even with the token.
    for (method, target) in ROUTES {
        if ["/v1/origins", "/v1/audit", "/v1/pins/"].iter().any(|prefix| target.starts_with(prefix)) {
            let answer = face.refuse(ask(method, target).json(&body_of(target))).await;
            assert_eq!(answer.problem(), (403, "scope_not_allowed".to_owned()), "{method} {target}");
        }
    }
    // It cannot bring a PIN, choose the key, or have bytes of its choice signed with the key for log-ins.
    for (target, member, value) in [
        ("/v1/sign", "pin", json!(SIGNATURE_PIN)),
        ("/v1/sign", "kind", json!("authentication")),
        ("/v1/sign", "key", json!("authentication")),
        ("/v1/sign", "consent", json!(true)),
        ("/v1/authenticate", "pin", json!(AUTHENTICATION_PIN)),
        ("/v1/authenticate", "digest", json!("AAAA")),
        ("/v1/authenticate", "origin", json!(LIMITED)),
    ] {
        let mut body = body_of(target);
        body[member] = value;
        assert_eq!(face.refuse(ask("POST", target).json(&body)).await.problem().0, 400, "{target} {member}");
    }
    // What it asks properly is the person's to decide.
    for target in ["/v1/sign", "/v1/authenticate", "/v1/certificates/signature/disclose"] {
        face.parts.answers([Typed::Refuse(Refusal::Declined)]);
        let answer = face.send(ask("POST", target).json(&body_of(target))).await;
        assert_eq!(answer.problem().1, "user_declined", "{target}");
    }
    assert_untouched(&face);
}

/// Another user can neither open the socket nor read where things are, the token above all.
#[cfg(target_os = "linux")]
#[test]
fn another_local_user_finds_neither_socket_nor_token() {
    use std::os::unix::process::CommandExt as _;
    use support::parts::{NOBODY, Part, require};
    use support::process::Agent;

    if !require(&[Part::Root]) {
        return;
    }
    let agent = Agent::with_software_card();
    let runtime = agent.home().runtime();
    let ask = |uid: u32, script: &str| {
        let mut command = std::process::Command::new("bash");
        command.args(["-c", script]).arg(&runtime).uid(uid).gid(uid).current_dir("/");
        command.output().unwrap()
    };
    // So that nothing but the runtime folder's own mode stands in the way.
    for folder in [agent.home().path("run"), agent.home().path("")] {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    for script in [
        "cat $0/token",
        "cat $0/endpoint.json",
        "ls $0",
        "echo x > $0/token.new",
        "ln -s /tmp/x $0/token.new",
        "mv $0 $0.away",
        "rm $0/agent.sock",
    ] {
        let theirs = ask(NOBODY, script);
        assert!(!theirs.status.success(), "{script}: {}", String::from_utf8_lossy(&theirs.stdout));
        assert!(theirs.stdout.is_empty(), "{script}");
    }
    assert!(ask(0, "cat $0/token && cat $0/endpoint.json && test -S $0/agent.sock").status.success());
    let connect = "import socket,sys\nsocket.socket(socket.AF_UNIX).connect(sys.argv[1])";
    if require(&[Part::Python]) {
        let program = |uid: u32| {
            let mut command = std::process::Command::new("python3");
            command.args(["-c", connect]).arg(agent.socket()).uid(uid).gid(uid).current_dir("/");
            command.output().unwrap().status.success()
        };
        assert!(!program(NOBODY) && program(0));
    }
}

/// Hundreds of requests while nobody is at the machine, and then one wrong PIN: a caller alone costs no try.
#[tokio::test]
async fn a_drive_by_cannot_cost_a_try() {
    let face = Face::new().await;
    let mut codes = std::collections::BTreeSet::new();
    for index in 0..200 {
        let target = ["/v1/sign", "/v1/authenticate", "/v1/certificates/signature/disclose"][index % 3];
        for origin in [PORTAL, LIMITED, STRANGER, "null"] {
            face.parts.answers([Typed::Refuse([Refusal::Declined, Refusal::TimedOut][index % 2].clone())]);
            let (_, code) = face.send(script("POST", target, origin).json(&body_of(target))).await.problem();
            codes.insert(code);
            face.parts.consent.forget();
        }
    }
    assert!(codes.contains("user_declined") && codes.contains("origin_not_allowed"), "{codes:?}");
    assert_untouched(&face);
}

/// A phishing page hands on the challenge of the real site. The token it gets is bound to the page itself.
#[tokio::test]
async fn a_relayed_challenge_gives_a_token_for_the_page_that_asked() {
    let face = Face::new().await;
    // It cannot say that it is the real site: not in the body, not in other headers, not by a second origin.
    let claimed = json!({"challengeNonce": NONCE, "origin": PORTAL});
    for origin in [STRANGER, LIMITED] {
        let ask = || script("POST", "/v1/authenticate", origin);
        face.refuse(ask().json(&claimed)).await.problem();
        for name in ["referer", "x-forwarded-host", "forwarded", "x-origin", "x-forwarded-origin", "origin"] {
            let (status, code) = face.refuse(ask().header(name, PORTAL).json(&log_in())).await.problem();
            assert!(matches!(&*code, "origin_not_allowed" | "scope_not_allowed"), "{origin} {name}: {status} {code}");
        }
    }
    // Allowed to log in somewhere, it gets a token that the real site refuses; the prompt says who asks.
    let own = "https://phish.example";
    let settings = face.parts.folder.path().join("config.toml");
    let entry = format!("\n[[origins]]\norigin = \"{own}\"\nallow = [\"authenticate\"]\n");
    let text = std::fs::read_to_string(&settings).unwrap() + &entry;
    std::fs::write(&settings, text).unwrap();
    let known = async {
        while face.parts.gatekeeper.scopes(&own.parse().unwrap()).is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), known).await.expect("the edit was not taken up");
    assert_eq!(face.refuse(script("POST", "/v1/authenticate", own).json(&claimed)).await.problem().0, 400);
    face.parts.first_visits.meet(&own.parse().unwrap());
    face.parts.answers([Typed::pin(AUTHENTICATION_PIN)]);
    face.send(script("POST", "/v1/authenticate", own).json(&log_in())).await.good();
    let shown = face.parts.consent.shown();
    let Prompt::Pin(prompt) = &shown[0].prompt else { panic!("{shown:?}") };
    assert_eq!(prompt.context.asker, jpki_agent::consent::Asker::Page(own.parse().unwrap()));
}

/// The card stays in the reader after a log-in: the next caller, the same page included, has nothing of it.
#[tokio::test]
async fn a_card_left_in_the_reader_remembers_no_pin() {
    let face = Face::new().await;
    for (target, entry) in [
        ("/v1/authenticate", AUTHENTICATION_PIN),
        ("/v1/sign", SIGNATURE_PIN),
        ("/v1/certificates/signature/disclose", SIGNATURE_PIN),
    ] {
        face.parts.answers([Typed::pin(entry)]);
        face.send(script("POST", target, PORTAL).json(&body_of(target))).await.good();
        assert!(face.parts.card.with(|card| KeyKind::ALL.iter().all(|kind| !card.is_verified(*kind))), "{target}");
        let before = face.parts.card.wire();
        face.parts.answers([Typed::Refuse(Refusal::Declined)]);
        let again = face.send(script("POST", target, PORTAL).json(&body_of(target))).await;
        assert_eq!(again.problem().1, "user_declined", "a second use without the person");
        let after = face.parts.card.wire();
        assert_eq!((after.verifies, after.signatures), (before.verifies, before.signatures));
    }
}

/// A page that is not allowed learns nothing of readers and cards: not by words, not by headers, not by the clock.
#[tokio::test]
async fn a_curious_page_cannot_tell_whether_a_card_is_there() {
    let face = Face::new().await;
    let backend = face.parts.backend.clone();
    let foreign = card_of(&Holder::standard(), Variants { no_jpki_applet: true, ..Variants::default() });
    let mute = standard_card();
    mute.inject(Trigger::next(), Fault::Mute);
    let scenes: [(&str, &dyn Fn()); 6] = [
        ("a card", &|| ()),
        ("another card", &|| assert!(backend.insert(READER, &foreign))),
        ("a card that does not answer", &|| assert!(backend.insert(READER, &mute))),
        ("no card", &|| drop(backend.remove(READER))),
        ("no reader", &|| backend.remove_reader(READER)),
        ("no service", &|| backend.set_service(false)),
    ];
    let mut first: Option<Vec<_>> = None;
    for (scene, prepare) in scenes {
        prepare();
        let mut seen = Vec::new();
        for (method, target) in ROUTES {
            for origin in [STRANGER, "null", "http://127.0.0.1:25754"] {
                for preflight in [false, true] {
                    let ask = script(if preflight { "OPTIONS" } else { method }, target, origin);
                    let ask = if preflight { ask.header("access-control-request-method", method) } else { ask };
                    let begun = Instant::now();
                    let answer = face.refuse(ask.json(&body_of(target))).await;
                    let took = begun.elapsed();
                    // Generous for a busy machine; a mute card would hold it for seconds.
                    assert!(took < Duration::from_millis(500), "{scene}: {method} {target} took {took:?}");
                    seen.push((method, target, origin, preflight, visible(&answer)));
                }
            }
        }
        match &first {
            None => first = Some(seen),
            Some(first) => assert_eq!(first, &seen, "{scene} shows"),
        }
    }
    mute.release();
    assert_eq!((mute.wire().commands, foreign.wire().commands), (0, 0));
}

/// A link, an image or an iframe to the agent, a script tag, a form of any kind, from an allowed site's page even.
#[tokio::test]
async fn forms_and_simple_requests_of_an_allowed_page_do_nothing() {
    let face = Face::new().await;
    for (method, target) in ROUTES {
        if matches!(target, "/v1/health" | "/v1/openapi.json") {
            continue; // says nothing about the card, to everybody
        }
        for mode in ["no-cors", "navigate", "same-origin", "nested-navigate", "websocket"] {
            let ask = Ask::tcp(method, target).origin(PORTAL).header("sec-fetch-mode", mode).json(&body_of(target));
            assert_eq!(face.refuse(ask).await.problem().0, 403, "{method} {target} {mode}");
        }
        // A browser too old for Sec-Fetch: a form cannot say JSON, and a GET without an origin is nobody's.
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            let ask = Ask::tcp(method, target).header("content-type", kind).body(body_of(target).to_string());
            assert_eq!(face.refuse(ask).await.problem().0, 401, "{method} {target} {kind}");
            if method == "POST" && !target.starts_with("/v1/pins/") {
                let ask = Ask::tcp(method, target).origin(PORTAL).header("content-type", kind);
                let answer = face.refuse(ask.body(body_of(target).to_string())).await;
                assert_eq!(answer.problem(), (415, "unsupported_media_type".to_owned()), "{target} {kind}");
            }
        }
    }
    assert_untouched(&face);
}

/// Whatever a reader or card answers while a PIN is used, it is presented once, and nothing unverified leaves.
#[tokio::test]
async fn hostile_card_answers_cost_one_try_at_most_and_give_no_signature() {
    let faults: [fn() -> Fault; 8] = [
        || Fault::Empty,
        || Fault::OneByte,
        || Fault::Status(0x63C5u16.into()),
        || Fault::Status(0x6100u16.into()),
        || Fault::Status(0x6CFFu16.into()),
        || Fault::FlipBit(3),
        || Fault::KeepData(17),
        || Fault::ExtraData(70_000),
    ];
    for fault in faults {
        for (trigger, at_verify) in [(Trigger::verify(), true), (Trigger::sign(), false)] {
            let agent = TestAgent::new().await;
            agent.card.inject(trigger, fault());
            let case = format!("{:?} at verify: {at_verify}", fault());
            let result = agent.sign(Typed::pin(SIGNATURE_PIN), 1).await;
            let wire = agent.card.wire();
            assert!(wire.verifies <= 1, "{case}: {} VERIFY", wire.verifies);
            assert!(at_verify || result.is_err(), "{case}: an answer nobody signed was handed on");
            assert!(agent.card.with(|card| !card.is_verified(KeyKind::Signature)), "{case}");
        }
    }
}
