//! What the page may see and do with its token: what the holder may at the machine, and nothing that is made for sites.

use super::*;

#[test]
fn the_holder_sees_and_changes_what_a_program_on_the_socket_may() {
    let server = Server::start();
    let home = Home::open(&server);
    for target in ["/v1/status", "/v1/pins", "/v1/certificates", "/v1/origins", "/v1/audit", "/v1/settings"] {
        let (page, socket) = (home.ask(Request::get(target)), Request::get(target).send_to_socket(&server.socket));
        assert_eq!(page.status, 200, "{target}: {}", page.text());
        assert_eq!(page.json(), socket.json(), "{target}");
        assert_eq!(page.header("access-control-allow-origin"), None);
    }
    assert_eq!(home.ask(Request::post("/v1/release", &json!({}))).status, 204);
    let allow = |body: Value| {
        Request::new("PUT", "/v1/origins").header("Content-Type", "application/json").body(body.to_string())
    };
    server.consent.push(Answer::Approve);
    let allowed = home.ask(allow(json!({"origin": STRANGER, "allow": ["status", "sign"], "ask": true})));
    assert_eq!(allowed.status, 200, "{}", allowed.text());
    assert!(server.gatekeeper.scopes(&STRANGER.parse().unwrap()).is_some());
    // Less is given without a prompt.
    assert_eq!(home.ask(allow(json!({"origin": STRANGER, "allow": ["status"]}))).status, 200);
    assert_eq!(server.consent.shown().len(), 1);
    let remove = Request::new("DELETE", "/v1/origins?origin=https%3A%2F%2Fstranger.example");
    assert_eq!(home.ask(remove).status, 204);
    assert!(server.gatekeeper.scopes(&STRANGER.parse().unwrap()).is_none());
}

/// Whoever got hold of its token on the way gives no site anything behind the holder's back.
#[test]
fn nothing_more_is_given_to_a_site_without_a_prompt() {
    let server = Server::start();
    let home = Home::open(&server);
    let before = server.gatekeeper.scopes(&LIMITED.parse().unwrap());
    let wanted = [(STRANGER, json!(["status"])), (LIMITED, json!(["status", "sign"]))];
    for (number, (origin, scopes)) in wanted.into_iter().enumerate() {
        server.consent.push(Answer::Refuse(Refusal::Declined));
        let body = json!({"origin": origin, "allow": scopes, "ask": false});
        let request = Request::new("PUT", "/v1/origins").header("Content-Type", "application/json");
        assert_eq!(home.ask(request.body(body.to_string())).problem(), "user_declined", "{origin}");
        assert_eq!(server.consent.shown().len(), number + 1);
        assert!(matches!(server.consent.shown().last().unwrap().prompt, Prompt::Confirm(_)));
    }
    assert_eq!(server.gatekeeper.scopes(&STRANGER.parse().unwrap()), None);
    assert_eq!(server.gatekeeper.scopes(&LIMITED.parse().unwrap()), before);
}

#[test]
fn what_prompts_on_the_machine_says_that_the_agent_itself_asks() {
    let server = Server::start();
    let home = Home::open(&server);
    server.consent.push(Answer::pin(SIGNATURE_PIN));
    assert_eq!(home.ask(disclose()).status, 200);
    let shown = server.consent.shown();
    let Prompt::Pin(prompt) = &shown[0].prompt else { panic!("{shown:?}") };
    let itself = ProgramIdentity { pid: i32::try_from(std::process::id()).ok(), name: Some("jpki-agent".into()) };
    assert_eq!(prompt.context.asker, Asker::Program(itself));
    let entry = &home.ask(Request::get("/v1/audit")).json()["entries"][0];
    assert_eq!((&entry["operation"], &entry["program"]["name"]), (&json!("disclose"), &json!("jpki-agent")));
}

#[test]
fn neither_log_ins_nor_signatures_are_made_there() {
    let server = Server::start();
    let home = Home::open(&server);
    let digest = json!({"algorithm": "SHA-256", "value": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="});
    for request in [
        Request::post("/v1/authenticate", &json!({"challengeNonce": NONCE, "origin": PORTAL})),
        Request::post("/v1/sign", &json!({"digests": [digest]})),
        Request::get("/bridge"),
    ] {
        assert_eq!(home.ask(request).problem(), "not_found");
    }
    assert_eq!(server.commands(), 0);
}

/// What holds for every route that is the holder's own: the socket and the page, nobody else.
#[test]
fn programs_with_the_token_file_and_pages_do_not_get_what_is_the_holders() {
    let server = Server::start();
    for target in ["/v1/origins", "/v1/audit", "/v1/settings"] {
        let program = Request::get(target).header("Authorization", &format!("Bearer {TOKEN}"));
        assert_eq!(program.send(server.port).problem(), "scope_not_allowed", "{target}");
        assert_eq!(Request::get(target).origin(PORTAL).send(server.port).problem(), "scope_not_allowed");
        assert_eq!(Request::get(target).send_to_socket(&server.socket).status, 200);
    }
}

#[test]
fn the_settings_tell_no_secret() {
    let server = Server::start();
    let settings = Request::get("/v1/settings").send_to_socket(&server.socket).json();
    assert_eq!(settings["consent"]["phraseSet"], false);
    assert!(settings["consent"].get("phrase").is_none(), "{settings}");
}
