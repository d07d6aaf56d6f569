//! Each route's good path, by page and by program, with bodies as the contract writes them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jpki_agent::certificate::Certificate;
use jpki_agent::consent::Asker;
use jpki_agent::consent::scripted::{Answer, Prompt};
use jpki_agent::consent::words;
use jpki_agent::digest::DigestAlgorithm;
use jpki_agent::jpki::KeyKind;
use jpki_agent::simulator::{Holder, Variants};
use jpki_agent::webeid::Challenge;
use serde_json::{Value, json};
use support::agent::{
    AUTHENTICATION_PIN, LIMITED, NONCE, PORTAL, READER, SIGNATURE_PIN, TestAgent, card_of, standard_card,
};
use support::face::{Ask, Face};

fn get(target: &str) -> Ask {
    Ask::tcp("GET", target).origin(PORTAL)
}

fn post(target: &str, body: &Value) -> Ask {
    Ask::tcp("POST", target).origin(PORTAL).json(body)
}

fn bytes(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

/// The names of an object's members, in the order of the text.
fn members(body: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(body).unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
    names.sort_by_key(|name| text.find(&format!("\"{name}\":")));
    names
}

#[tokio::test]
async fn health_says_who_answers_and_nothing_else() {
    let face = Face::new().await;
    for ask in [Ask::tcp("GET", "/v1/health"), get("/v1/health"), Ask::socket("GET", "/v1/health")] {
        let answer = face.refuse(ask).await; // no command, no prompt
        assert_eq!(answer.good(), json!({"product": "jpki-agent", "version": env!("CARGO_PKG_VERSION"), "api": 1}));
        assert_eq!(answer.header("cross-origin-resource-policy"), None);
    }
}

#[tokio::test]
async fn status_tells_readers_and_what_the_caller_may_ask() {
    let face = Face::new().await;
    let answer = face.send(get("/v1/status")).await;
    assert_eq!(
        answer.good(),
        json!({
            "agent": {"product": "jpki-agent", "version": env!("CARGO_PKG_VERSION")},
            "backend": "simulator",
            "grantedScopes": ["status", "certificates", "authenticate", "sign"],
            "readers": [{"id": "r1", "name": READER, "displayName": READER.trim_end_matches(" 00 00"), "card": "jpki"}],
        })
    );
    assert_eq!(members(&answer.body), ["agent", "backend", "grantedScopes", "readers"]);
    let limited = face.send(Ask::tcp("GET", "/v1/status").origin(LIMITED)).await;
    assert_eq!(limited.good()["grantedScopes"], json!(["status"]));
    let program = face.send(Ask::socket("GET", "/v1/status")).await;
    assert_eq!(program.good()["grantedScopes"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn status_without_the_service_is_an_answer_and_card_routes_fail() {
    let face = Face::new().await;
    face.parts.backend.set_service(false);
    let mut changes = face.parts.agent.readers().changes();
    while face.parts.agent.readers().list().await.is_ok() {
        changes.changed().await.unwrap();
    }
    let status = face.send(get("/v1/status")).await.good();
    assert_eq!((&status["readers"], &status["problem"]), (&json!([]), &json!("pcsc_unavailable")));
    assert_eq!(face.send(get("/v1/pins")).await.problem(), (503, "pcsc_unavailable".to_owned()));
}

#[tokio::test]
async fn pins_are_counted_and_one_that_stands_badly_comes_with_guidance() {
    let face = Face::new().await;
    let answer = face.send(get("/v1/pins")).await.good();
    let fresh = json!({"reader": "r1", "pins": [
        {"kind": "authentication", "state": "ok", "triesLeft": 3, "triesMax": 3},
        {"kind": "signature", "state": "ok", "triesLeft": 5, "triesMax": 5},
    ]});
    assert_eq!(answer, fresh);
    assert_eq!(face.parts.card.wire().verifies, 0);

    face.parts.card.with(|card| {
        card.set_tries_left(KeyKind::Authentication, 1);
        card.set_tries_left(KeyKind::Signature, 0);
    });
    let pins = face.send(get("/v1/pins?reader=r1").header("accept-language", "ja")).await.good()["pins"].clone();
    assert_eq!((&pins[0]["state"], &pins[0]["triesLeft"]), (&json!("last_try"), &json!(1)));
    assert!(pins[0]["guidance"].as_str().unwrap().contains("不確かな場合は"), "{pins}");
    assert_eq!((&pins[1]["state"], &pins[1]["triesLeft"]), (&json!("blocked"), &json!(0)));
    assert!(pins[1]["guidance"].as_str().unwrap().contains("窓口"), "{pins}");
    let english = face.send(get("/v1/pins")).await.good();
    assert!(english["pins"][1]["guidance"].as_str().unwrap().contains("municipal office"));
}

#[tokio::test]
async fn certificates_are_listed_in_short() {
    let face = Face::new().await;
    let answer = face.send(get("/v1/certificates")).await.good();
    let list = answer["certificates"].as_array().unwrap();
    let kinds: Vec<_> = list.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["authentication", "authentication-ca", "signature", "signature-ca"]);
    assert_eq!(list[2], json!({"kind": "signature", "state": "pin_required"}));
    let first = &list[0];
    assert_eq!(first["chain"], json!({"result": "trusted", "root": "simulator", "environment": "simulator"}));
    assert_eq!((&first["state"], &first["period"]), (&json!("readable"), &json!("in_period")));
    assert_eq!((&first["revocation"], &first["keyAlgorithm"]), (&json!("not_checked"), &json!("RSA-2048")));
    assert_eq!(first["fingerprintSha256"].as_str().unwrap().len(), 64);
    assert!(first["notAfter"].as_str().unwrap().ends_with("T14:59:59Z"), "{first}");
    assert_eq!(first["renewal"]["open"], json!(false));
    assert!(list[1].get("renewal").is_none());
    assert!(!answer.to_string().contains("\"valid\""));
}

#[tokio::test]
async fn one_certificate_comes_in_the_form_asked_for() {
    let face = Face::new().await;
    let json = face.send(get("/v1/certificates/authentication")).await.good();
    let der = bytes(&json["certificate"]);
    let certificate = Certificate::parse(&der).unwrap();
    assert_eq!(json["serialNumber"], certificate.serial_number());
    assert_eq!(json["subject"], certificate.subject());
    assert_eq!(json["issuer"], certificate.issuer());
    assert_eq!(json["fingerprintSha256"], certificate.fingerprint().to_string());

    let answer = face.send(get("/v1/certificates/authentication").header("accept", "application/pkix-cert")).await;
    assert_eq!((answer.header("content-type"), &answer.body), (Some("application/pkix-cert"), &der));
    let answer = face.send(get("/v1/certificates/authentication").header("accept", "application/x-pem-file")).await;
    assert_eq!(answer.header("content-type"), Some("application/x-pem-file"));
    let text = String::from_utf8(answer.body).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(STANDARD.decode(lines[1..lines.len() - 1].concat()).unwrap(), der);
    assert!(lines.iter().all(|line| line.len() <= 64));

    let before = face.parts.card.wire().commands;
    let answer = face.send(get("/v1/certificates/signature")).await;
    assert_eq!(answer.problem(), (403, "pin_required".to_owned()));
    assert_eq!(face.parts.card.wire().commands, before);
}

#[tokio::test]
async fn a_page_gets_a_token_bound_to_its_own_origin() {
    let face = Face::new().await;
    face.parts.answers([Answer::pin(AUTHENTICATION_PIN)]);
    let answer = face.send(post("/v1/authenticate", &json!({"challengeNonce": NONCE}))).await;
    let body = answer.good();
    let token = &body["token"];
    assert_eq!(body["agent"], json!({"product": "jpki-agent", "version": env!("CARGO_PKG_VERSION")}));
    assert_eq!((&token["algorithm"], &token["format"]), (&json!("RS256"), &json!("web-eid:1.0")));
    assert_eq!(token["appVersion"], format!("jpki-agent/{}", env!("CARGO_PKG_VERSION")));
    assert_eq!(token.as_object().unwrap().len(), 5);
    let certificate = Certificate::parse(&bytes(&token["unverifiedCertificate"])).unwrap();
    let digest = Challenge::new(&PORTAL.parse().unwrap(), &NONCE.parse().unwrap()).digest();
    certificate.verify(&digest, &bytes(&token["signature"])).unwrap();
    assert!(answer.is_open_to(PORTAL));
    assert_eq!(face.parts.card.wire().verifies, 1);
}

#[tokio::test]
async fn a_program_names_an_allowed_origin_and_the_prompt_names_the_program() {
    let face = Face::new().await;
    let ask = |body: Value| Ask::socket("POST", "/v1/authenticate").json(&body);
    for (body, problem) in [
        (json!({"challengeNonce": NONCE}), (400, "invalid_request")),
        (json!({"challengeNonce": NONCE, "origin": "portal.example"}), (400, "invalid_request")),
        (json!({"challengeNonce": NONCE, "origin": "https://portal.example/"}), (400, "invalid_request")),
        (json!({"challengeNonce": NONCE, "origin": "https://stranger.example"}), (403, "origin_not_allowed")),
        (json!({"challengeNonce": NONCE, "origin": LIMITED}), (403, "scope_not_allowed")),
    ] {
        let (status, code) = face.refuse(ask(body)).await.problem();
        assert_eq!((status, code.as_str()), problem);
    }
    face.parts.answers([Answer::pin(AUTHENTICATION_PIN)]);
    face.send(ask(json!({"challengeNonce": NONCE, "origin": PORTAL}))).await.good();
    let shown = face.parts.consent.shown();
    let Prompt::Pin(prompt) = &shown[0].prompt else { panic!("{shown:?}") };
    let Asker::Program(program) = &prompt.context.asker else { panic!("{prompt:?}") };
    assert_eq!(program.pid, i32::try_from(std::process::id()).ok());
    #[cfg(target_os = "linux")]
    assert!(program.name.as_deref().unwrap().starts_with("http_routes"), "{program:?}");
}

#[tokio::test]
async fn each_of_two_steps_reaches_its_prompt() {
    let face = Face::new().await;
    face.parts.answers([Answer::pin(SIGNATURE_PIN), Answer::pin(SIGNATURE_PIN)]);
    let disclosed = face.send(post("/v1/certificates/signature/disclose", &json!({"step": "1/2"}))).await.good();
    let digest = DigestAlgorithm::Sha256.digest(b"x");
    let body = json!({
        "digests": [{"algorithm": "SHA-256", "value": STANDARD.encode(digest.value())}],
        "certificateFingerprintSha256": disclosed["certificate"]["fingerprintSha256"],
        "includeCertificate": false,
        "step": "2/2",
    });
    face.send(post("/v1/sign", &body)).await.good();
    let shown = face.parts.consent.shown();
    let said = |index: usize| match &shown[index].prompt {
        Prompt::Pin(prompt) => words::pin_prompt(prompt).description,
        other => panic!("{other:?}"),
    };
    assert!(said(0).contains("This is 1 of 2: now the certificate is read;"), "{}", said(0));
    assert!(said(1).contains("This is 2 of 2: now the signature, after the certificate."), "{}", said(1));
}

#[tokio::test]
async fn digests_are_signed_in_order_with_one_verify() {
    let face = Face::new().await;
    face.parts.answers([Answer::pin(SIGNATURE_PIN)]);
    let digests = DigestAlgorithm::ALL.map(|algorithm| algorithm.digest(b"document"));
    let items: Vec<Value> = digests
        .iter()
        .map(|digest| {
            let value = STANDARD.encode(digest.value());
            json!({"algorithm": digest.algorithm().name(), "value": value, "label": "令和7年分 確定申告書"})
        })
        .collect();
    let answer = face.send(post("/v1/sign", &json!({"digests": items}))).await.good();
    let certificate = Certificate::parse(&bytes(&answer["certificate"])).unwrap();
    let signatures = answer["signatures"].as_array().unwrap();
    for ((signature, digest), name) in signatures.iter().zip(&digests).zip(["RS256", "RS384", "RS512"]) {
        assert_eq!(signature["algorithm"], name);
        certificate.verify(digest, &bytes(&signature["value"])).unwrap();
    }
    assert_eq!((face.parts.card.wire().verifies, face.parts.card.wire().signatures), (1, 3));

    // With the fingerprint it answered for, and without the certificate.
    face.parts.answers([Answer::pin(SIGNATURE_PIN)]);
    let fingerprint = certificate.fingerprint().to_string().to_uppercase();
    let body = json!({"digests": [items[0]], "certificateFingerprintSha256": fingerprint, "includeCertificate": false});
    let answer = face.send(post("/v1/sign", &body)).await.good();
    assert_eq!(answer.as_object().unwrap().keys().collect::<Vec<_>>(), ["signatures"]);

    let body = json!({"digests": [items[0]], "certificateFingerprintSha256": "0".repeat(64), "reader": "r1"});
    assert_eq!(face.send(post("/v1/sign", &body)).await.problem(), (409, "certificate_mismatch".to_owned()));
}

#[tokio::test]
async fn disclose_hands_out_the_four_attributes() {
    let face = Face::new().await;
    face.parts.answers([Answer::pin(SIGNATURE_PIN)]);
    let answer = face.send(post("/v1/certificates/signature/disclose", &json!({}))).await.good();
    assert_eq!(
        answer["attributes"],
        json!({
            "name": "見本　花子", "address": "見本県見本市見本町一丁目２番３号",
            "birthDate": {"era": "showa", "year": 1980, "month": 2, "day": 17}, "sex": "female",
            "nameSubstitutes": "00000", "addressSubstitutes": "0000000000000000",
        })
    );
    assert_eq!(answer["certificate"]["kind"], "signature");
    assert_eq!(answer["certificate"]["chain"]["result"], "trusted");
    Certificate::parse(&bytes(&answer["certificate"]["certificate"])).unwrap();
}

#[tokio::test]
async fn doctor_tells_programs_what_it_found_and_asks_no_card() {
    let face = Face::new().await;
    for (tag, words) in [("en", "SIMULATED CARD"), ("ja", "模擬カード")] {
        let answer = face.refuse(Ask::socket("GET", "/v1/doctor").header("accept-language", tag)).await;
        let found = answer.good();
        let findings = found["findings"].as_array().unwrap();
        let simulator = findings.iter().find(|finding| finding["check"] == "agent_simulator").unwrap();
        assert_eq!(simulator["level"], "warning");
        assert!(simulator["text"].as_str().unwrap().contains(words), "{found}");
        for finding in findings {
            assert!(matches!(finding["level"].as_str(), Some("ok" | "warning" | "error")), "{finding}");
            assert!(finding["level"] != "error" || finding["remedy"].is_string(), "{finding}");
            assert_eq!(finding.as_object().unwrap().len(), 5, "{finding}");
        }
    }
    assert_eq!(face.refuse(get("/v1/doctor")).await.problem(), (403, "scope_not_allowed".to_owned()));
    assert_eq!(face.refuse(Ask::socket("GET", "/v1/doctor?card=1")).await.problem().0, 400);
}

#[tokio::test]
async fn codes_nobody_knows_come_with_their_raw_value() {
    for (holder, member, expected) in [
        ("sex-9", "sex", json!("other")),
        ("sex-9", "sexRaw", json!("9")),
        ("unknown-birth-day", "birthDate", json!({"era": "showa", "year": 1940, "month": 4, "day": null})),
    ] {
        let card = card_of(&Holder::by_name(holder).unwrap(), Variants::default());
        let face = Face::over(TestAgent::with_card(card).await);
        face.parts.answers([Answer::pin(SIGNATURE_PIN)]);
        let answer = face.send(post("/v1/certificates/signature/disclose", &json!({}))).await.good();
        assert_eq!(answer["attributes"][member], expected, "{holder}");
    }
}

#[tokio::test]
async fn release_and_unprotect_have_no_body() {
    let face = Face::new().await;
    for body in [json!({}), json!({"reader": "r1"})] {
        let answer = face.send(post("/v1/release", &body)).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    }
    assert_eq!(face.send(post("/v1/release", &json!({"reader": "r9"}))).await.problem(), (409, "no_reader".to_owned()));
    // Any scope is enough.
    assert_eq!(face.send(Ask::tcp("POST", "/v1/release").origin(LIMITED).json(&json!({}))).await.status, 204);

    face.parts.card.with(|card| card.set_tries_left(KeyKind::Signature, 1));
    let digest = STANDARD.encode([7; 32]);
    let sign = json!({"digests": [{"algorithm": "SHA-256", "value": digest}]});
    let answer = face.send(post("/v1/sign", &sign)).await;
    assert_eq!(answer.problem(), (409, "last_try_protected".to_owned()));
    assert_eq!(answer.json()["triesLeft"], 1);
    face.parts.answers([Answer::Approve, Answer::pin(SIGNATURE_PIN)]);
    let answer = face.send(Ask::socket("POST", "/v1/pins/signature/unprotect").json(&json!({}))).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0), "{answer:?}");
    face.send(post("/v1/sign", &sign)).await.good();
}

#[tokio::test]
async fn the_reader_is_chosen_by_its_id() {
    let face = Face::new().await;
    let second = "SECOND 00 00";
    face.parts.backend.add_reader(second);
    face.parts.backend.insert(second, &standard_card());
    face.parts
        .until(|readers| readers.iter().filter(|reader| reader.presence.insertion().is_some()).count() == 2)
        .await;
    assert_eq!(face.send(get("/v1/pins")).await.problem(), (409, "several_cards".to_owned()));
    assert_eq!(face.send(get("/v1/pins?reader=r2")).await.good()["reader"], "r2");
    assert_eq!(face.send(get("/v1/certificates?reader=r3")).await.problem(), (409, "no_reader".to_owned()));
}

#[tokio::test]
async fn a_wrong_pin_is_told_with_the_tries_left() {
    let face = Face::new().await;
    face.parts.answers([Answer::pin("9999")]);
    let answer = face.send(post("/v1/authenticate", &json!({"challengeNonce": NONCE}))).await;
    assert_eq!(answer.problem(), (403, "pin_incorrect".to_owned()));
    assert_eq!((&answer.json()["triesLeft"], &answer.json()["retriable"]), (&json!(2), &json!(true)));
    assert!(answer.is_open_to(PORTAL));
}
