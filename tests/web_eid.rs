//! A second witness for log-ins: a token made by the running agent, judged by a Web eID validator that we did not write
//! (tests/witness/web_eid_validator.py), as a web server would.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;
use support::http::Request;
use support::parts::{Part, require};
use support::process::Agent;
use support::python;

const ORIGIN: &str = "https://portal.example";
const NONCE: &str = "12345678123456781234567812345678912356789123";

/// A token of the agent's, the certificates of both its CAs, and the validator.
struct Bench {
    agent: Agent,
    token: PathBuf,
    python: PathBuf,
}

impl Bench {
    fn new() -> Self {
        let python = python::environment("web-eid", "web-eid-requirements.txt").join("python");
        let agent = Agent::with_software_card();
        let request = Request::post("/v1/authenticate", &json!({ "challengeNonce": NONCE })).origin(ORIGIN);
        let response = request.send(agent.port());
        assert_eq!(response.status, 200, "{}", response.text());
        let token = agent.home().path("token.json");
        std::fs::write(&token, &response.body).unwrap();
        Self { agent, token, python }
    }

    /// One of the CA certificates on the card, as a PEM file.
    fn authority(&self, kind: &str) -> PathBuf {
        let request = Request::get(&format!("/v1/certificates/{kind}")).header("Accept", "application/x-pem-file");
        let response = request.send_to_socket(&self.agent.socket());
        assert_eq!(response.status, 200, "{}", response.text());
        let file = self.agent.home().path(format!("{kind}.pem"));
        std::fs::write(&file, &response.body).unwrap();
        file
    }

    /// The validator's exit code and what it says.
    fn judge(&self, origin: &str, nonce: &str, authority: &Path) -> (Option<i32>, String) {
        let mut command = Command::new(&self.python);
        command.arg(python::root().join("tests/witness/web_eid_validator.py"));
        command.args(["--origin", origin, "--nonce", nonce, "--ca"]).arg(authority).arg(&self.token);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code(), said)
    }
}

#[test]
fn an_independent_validator_accepts_the_token_and_refuses_another_origin_nonce_or_ca() {
    if !require(&[Part::Python]) {
        return;
    }
    let bench = Bench::new();
    let authority = bench.authority("authentication-ca");
    let (code, said) = bench.judge(ORIGIN, NONCE, &authority);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("accepted: "), "{said}");

    let other_nonce = NONCE.replace('9', "8");
    let signature_authority = bench.authority("signature-ca");
    for (origin, nonce, authority) in [
        ("https://portal.example.evil.example", NONCE, &authority),
        ("https://portal.example:8443", NONCE, &authority),
        ("http://portal.example", NONCE, &authority),
        (ORIGIN, other_nonce.as_str(), &authority),
        (ORIGIN, NONCE, &signature_authority),
    ] {
        let (code, said) = bench.judge(origin, nonce, authority);
        assert_eq!(code, Some(1), "{origin} {nonce}: {said}");
        assert!(said.starts_with("refused: "), "{said}");
    }
}
