//! How many instructions the agent spends on one signature, counted by callgrind: a figure without the noise of a clock,
//! compared with the one that was noted in `bench/own/callgrind.json`.
//!
//! The test runs itself under valgrind three times, with more requests and with more bare signatures of card and check.
//! What start and software card cost falls out of the differences; what is left is the agent: gates, JSON, prompt, the
//! conversation with the card, audit log. It is the program as `cargo test` builds it, so the figure says how it changes,
//! not how fast a release is. Another toolchain gives other code: the file says which one its figure is from.
//!
//! After a change that is meant: `JPKI_AGENT_CALLGRIND=write cargo test --test callgrind`, and commit the file.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

mod support;

use std::process::Command;

use jpki_agent::apdu::Command as CardCommand;
use jpki_agent::certificate::Certificate;
use jpki_agent::consent::scripted::Answer;
use jpki_agent::digest::DigestAlgorithm;
use jpki_agent::jpki::{INDIVIDUAL_NUMBER_CARD, ids};
use jpki_agent::simulator::SoftwareCard;
use serde_json::{Value, json};
use support::agent::{PORTAL, SIGNATURE_PIN, standard_card};
use support::face::{Ask, Face};
use support::parts::{Part, require};

const NOTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bench/own/callgrind.json");
/// How far the figure may move, in hundredths: other versions of system libraries and hash seeds.
const TOLERANCE: u64 = 5;
/// Requests and bare signatures of the longer runs, besides the one of each run.
const MORE: u64 = 8;

#[test]
fn a_sign_request_costs_as_many_instructions_as_noted() {
    if !require(&[Part::Valgrind]) {
        return;
    }
    let (least, requests, bare) = (count(1, 1), count(1 + MORE, 1), count(1, 1 + MORE));
    let agent = (requests - least).saturating_sub(bare - least) / MORE;
    let rsa = (bare - least) / MORE;
    let toolchain = toolchain();
    say(&format!("callgrind: one sign request: {agent} instructions, and {rsa} of card and check ({toolchain})"));
    if std::env::var("JPKI_AGENT_CALLGRIND").is_ok_and(|value| value == "write") {
        let figures = json!({"toolchain": toolchain, "agentInstructionsPerSignRequest": agent});
        std::fs::write(NOTED, format!("{figures:#}\n")).unwrap();
        return;
    }
    let noted: Value = serde_json::from_slice(&std::fs::read(NOTED).unwrap()).unwrap();
    let expected = noted["agentInstructionsPerSignRequest"].as_u64().unwrap();
    let how = "If that is meant, run `JPKI_AGENT_CALLGRIND=write cargo test --test callgrind` and commit the file";
    if noted["toolchain"] != toolchain.as_str() {
        // Other code for the same source: only what is far off means anything.
        say(&format!("callgrind: noted with {}, now {toolchain}; compared loosely. {how}", noted["toolchain"]));
        assert!((expected / 2..expected * 2).contains(&agent), "{agent} instructions, noted: {expected}. {how}");
        return;
    }
    let slack = expected * TOLERANCE / 100;
    assert!(agent <= expected + slack, "{agent} instructions, noted: {expected}: a request costs more now. {how}");
    assert!(agent >= expected - slack, "{agent} instructions, noted: {expected}: well done. {how}");
}

/// What is counted. Ignored, since it is no test by itself: the test above runs it under valgrind.
#[test]
#[ignore = "run by the test above"]
fn workload() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok()).unwrap_or(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let face = Face::new().await;
        for _ in 0..number("REQUESTS") {
            face.parts.answers([Answer::pin(SIGNATURE_PIN)]);
            let body = json!({"digests": [{
                "algorithm": "SHA-256", "value": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "label": "report.pdf"
            }], "includeCertificate": true});
            let answer =
                face.send(Ask::tcp("POST", "/v1/sign").origin(PORTAL).header("sec-fetch-mode", "cors").json(&body));
            assert_eq!(answer.await.status, 200);
        }
    });
    let card = standard_card();
    for _ in 0..number("SIGNATURES") {
        card.with(bare_signature);
    }
}

/// A signature of the card and its check, with nothing of the agent around.
fn bare_signature(card: &mut SoftwareCard) {
    let digest = DigestAlgorithm::Sha256.digest(b"");
    card.power_on();
    let mut send = |command: CardCommand| card.exchange(&command.encode());
    send(CardCommand::select_applet(INDIVIDUAL_NUMBER_CARD.aid));
    send(CardCommand::select_file(ids::SIGNATURE_PIN));
    send(CardCommand::verify(zeroize::Zeroizing::new(SIGNATURE_PIN.as_bytes().to_vec())));
    send(CardCommand::select_file(ids::SIGNATURE_KEY));
    let answer = send(CardCommand::new([0x80, 0x2A, 0x00, 0x80], &digest.digest_info(), Some(256)));
    let signature = &answer[..answer.len() - 2];
    let certificate = Certificate::parse(card.contents().signature_certificate.as_ref().unwrap()).unwrap();
    certificate.verify(&digest, signature).unwrap();
}

/// All instructions of one run.
fn count(requests: u64, signatures: u64) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", &format!("--callgrind-out-file={}/out", folder.path().display())])
        .arg(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "workload", "--test-threads=1"])
        .env("REQUESTS", requests.to_string())
        .env("SIGNATURES", signatures.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stdout));
    let collected = said.lines().find_map(|line| line.split_once("Collected : ")).expect("a figure of callgrind's");
    collected.1.trim().parse().unwrap()
}

/// The compiler this test was built with, as far as it tells.
fn toolchain() -> String {
    let output = Command::new(std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into())).arg("--version").output();
    output.map_or_else(|_| "unknown".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Past the test runner's capture.
fn say(text: &str) {
    use std::io::Write as _;
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).unwrap();
}
