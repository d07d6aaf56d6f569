//! Who may ask and what was asked, from the command line, with the real agent: changes are in force at once, a broken
//! file changes nothing, and the audit log shows what was done to it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::fs;
use std::process::Output;

use serde_json::{Value, json};
use support::child::wait_for;
use support::http::Request;
use support::process::{Agent, Home, PORTAL_ALLOWED};

const NEWCOMER: &str = "https://newcomer.example";

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn run(home: &Home, code: i32, arguments: &[&str]) -> String {
    let output = home.run(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", words(&output));
    words(&output)
}

/// What a page of this origin gets for its status.
fn page(agent: &Agent, origin: &str) -> u16 {
    Request::get("/v1/status").origin(origin).header("Sec-Fetch-Mode", "cors").send(agent.port()).status
}

fn log_file(home: &Home) -> std::path::PathBuf {
    home.path("state/jpki-agent/audit/audit-000000000001.jsonl")
}

#[test]
fn allowing_and_removing_are_in_force_at_once() {
    let agent = Agent::with_software_card();
    let home = agent.home();
    assert_eq!(page(&agent, NEWCOMER), 403);
    let refused = run(home, 0, &["origin", "list", "--refused"]);
    assert!(refused.contains(NEWCOMER) && refused.contains("origin allow --ask"), "{refused}");
    let told = run(home, 0, &["origin", "allow", NEWCOMER, "--scope", "status", "--scope", "certificates"]);
    assert!(told.contains("status, certificates") && told.contains("month and day of birth"), "{told}");
    assert_eq!(page(&agent, NEWCOMER), 200);
    let lists: Value = serde_json::from_str(&run(home, 0, &["--json", "origin", "list"])).unwrap();
    assert_eq!((lists["allowed"][1]["origin"].as_str(), &lists["refused"]), (Some(NEWCOMER), &json!([])));
    run(home, 0, &["origin", "remove", NEWCOMER]);
    assert_eq!(page(&agent, NEWCOMER), 403);
    run(home, 1, &["origin", "remove", NEWCOMER]);
    let insecure = run(home, 2, &["origin", "allow", "http://newcomer.example"]);
    assert!(insecure.contains("not https"), "{insecure}");
    run(home, 0, &["origin", "allow", "--force", "http://newcomer.example"]);
    run(home, 2, &["origin", "allow", "https://newcomer.example/"]);
    let wildcard = run(home, 2, &["origin", "allow", "https://*.newcomer.example"]);
    assert!(wildcard.contains("name each site"), "{wildcard}");
    // An entry outlives the software card: what is approved by itself does not reach so far, and no person is here.
    run(home, 1, &["origin", "allow", "--ask", NEWCOMER]);
    assert_eq!(page(&agent, NEWCOMER), 403);
}

#[test]
fn an_edit_of_the_file_is_in_force_and_a_broken_one_changes_nothing() {
    let agent = Agent::with_software_card();
    let home = agent.home();
    home.configure(&format!("# mine\n{PORTAL_ALLOWED}\n[[origins]]\norigin = \"{NEWCOMER}\"\n"));
    wait_for(|| (page(&agent, NEWCOMER) == 200).then_some(()));
    home.configure("[[origins]\n");
    wait_for(|| run(home, 0, &["origin", "list"]).contains("stays as it was").then_some(()));
    assert_eq!(page(&agent, NEWCOMER), 200);
    home.configure(&format!("# mine\n{PORTAL_ALLOWED}"));
    wait_for(|| (page(&agent, NEWCOMER) == 403).then_some(()));
    run(home, 0, &["origin", "allow", NEWCOMER]);
    let text = fs::read_to_string(home.path("config/jpki-agent/config.toml")).unwrap();
    assert!(text.starts_with("# mine\n") && text.contains(NEWCOMER), "{text}");

    // Each change is written down, and whether it came by the file.
    let changes = || {
        let log: Value = serde_json::from_str(&run(home, 0, &["--json", "audit", "show"])).unwrap();
        let entries = log["entries"].as_array().unwrap().clone();
        let changes = entries.iter().filter(|entry| entry["origin"] == NEWCOMER);
        changes.map(|entry| (entry["kind"].clone(), entry["byFile"].clone())).collect::<Vec<_>>()
    };
    let expected = [
        (json!("origin_allowed"), json!(true)),
        (json!("origin_removed"), json!(true)),
        (json!("origin_allowed"), json!(false)),
    ];
    wait_for(|| (changes() == expected).then_some(()));
}

#[test]
fn without_an_agent_nothing_is_allowed_and_the_log_is_still_read() {
    let home = Home::new();
    for arguments in [&["origin", "list"][..], &["origin", "allow", NEWCOMER], &["origin", "remove", NEWCOMER]] {
        run(&home, 3, arguments);
    }
    assert!(run(&home, 0, &["audit", "show"]).contains("empty"));
    run(&home, 0, &["audit", "verify"]);
    run(&home, 2, &["audit", "clear"]);
}

#[test]
fn the_audit_log_shows_what_was_signed_and_that_it_was_tampered_with() {
    let mut agent = Agent::with_software_card();
    let file = agent.home().path("contract.pdf");
    fs::write(&file, "contract").unwrap();
    run(agent.home(), 0, &["sign", file.to_str().unwrap()]);
    let shown = run(agent.home(), 0, &["audit", "show"]);
    assert!(shown.contains("signature (signature certificate): done") && shown.contains("SHA-256 "), "{shown}");
    run(agent.home(), 0, &["audit", "verify"]);
    assert!(agent.stop().success());
    let home = agent.home();
    assert_eq!(run(home, 0, &["audit", "show"]), shown, "the same without an agent");
    let mut bytes = fs::read(log_file(home)).unwrap();
    let place = bytes.windows(4).position(|window| window == b"sign").unwrap();
    bytes[place] = b'S';
    fs::write(log_file(home), bytes).unwrap();
    let found = run(home, 1, &["audit", "verify"]);
    assert!(found.contains("CHANGED") && found.contains(".jsonl:"), "{found}");
    let doctor = home.run(&["--json", "doctor"]);
    assert!(words(&doctor).contains("audit_altered"), "{}", words(&doctor));
    run(home, 2, &["audit", "clear"]);
    run(home, 0, &["audit", "clear", "--yes"]);
    run(home, 0, &["audit", "verify"]);
    assert!(run(home, 0, &["audit", "show"]).contains("deleted by the user"));
}

#[test]
fn the_token_file_lets_a_program_in_over_tcp() {
    let agent = Agent::with_software_card();
    let token = fs::read_to_string(agent.home().runtime().join("token")).unwrap();
    let ask = |token: &str| {
        let bearer = format!("Bearer {token}");
        Request::get("/v1/status").header("Authorization", &bearer).send(agent.port()).status
    };
    assert_eq!(ask(token.trim_end()), 200);
    assert_eq!(ask("0000"), 401);
    assert_eq!(Request::get("/v1/status").send(agent.port()).status, 401);
}
