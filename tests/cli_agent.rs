//! The command line with the real agent and its software card: ask, log in, sign, verify, as a person at a terminal or a
//! script would.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use support::parts::{Part, require};
use support::process::{Agent, Home, PORTAL_ALLOWED};

const ORIGIN: &str = "https://portal.example";
const NONCE: &str = "12345678123456781234567812345678912356789123";

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Runs a command that must end with `code`.
#[track_caller]
fn run(agent: &Agent, code: i32, arguments: &[&str]) -> Output {
    let output = agent.home().run(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}{}", out(&output), err(&output));
    output
}

#[track_caller]
fn json(agent: &Agent, arguments: &[&str]) -> Value {
    let output = run(agent, 0, &[&["--json"], arguments].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A card of this holder instead of the ordinary one.
fn agent_for(holder: &str) -> Agent {
    let home = Home::new();
    home.configure(PORTAL_ALLOWED);
    Agent::start(home, &["--simulator", "--auto-approve", "--holder", holder], |_| {})
}

#[test]
fn readers_pins_and_certificates_are_shown() {
    let agent = Agent::with_software_card();
    assert!(out(&run(&agent, 0, &["status"])).contains("r1  SIMULATED reader"));
    assert_eq!(json(&agent, &["status"])["readers"][0]["card"], "jpki");
    assert!(out(&run(&agent, 0, &["pins"])).contains("3 of 3 tries left"));
    assert_eq!(json(&agent, &["pins", "--reader", "r1"])["pins"][1]["triesLeft"], 5);
    assert_eq!(json(&agent, &["certificates"])["certificates"].as_array().unwrap().len(), 4);
    let certificate = run(&agent, 0, &["certificates", "authentication"]);
    assert!(out(&certificate).contains("revocation: not_checked"), "{}", out(&certificate));
    let whole = json(&agent, &["certificates", "authentication"]);
    assert_eq!(whole["revocation"], "not_checked");
    let last_day = whole["notAfterJst"].as_str().unwrap();
    assert!(out(&certificate).contains(&format!("in force until {last_day}")), "{}", out(&certificate));
    let japanese = agent.home().command().arg("pins").env("LANG", "ja_JP.UTF-8").output().unwrap();
    assert!(out(&japanese).contains("残り3回"), "{}", out(&japanese));
    let disclosed = json(&agent, &["disclose"]);
    assert_eq!(disclosed["attributes"]["name"], "見本　花子");
    assert!(out(&run(&agent, 0, &["disclose"])).contains("1980-02-17"));
    run(&agent, 0, &["pin", "unprotect", "signature"]);
    run(&agent, 0, &["release"]);
    assert!(run(&agent, 0, &["--json", "release"]).stdout.is_empty());
}

#[test]
fn problems_become_exit_codes_and_json() {
    let agent = Agent::with_software_card();
    let output = run(&agent, 7, &["certificates", "signature"]);
    assert!(err(&output).contains("jpki-agent disclose") && out(&output).is_empty(), "{}", err(&output));
    let output = run(&agent, 7, &["--json", "certificates", "signature"]);
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["code"], "pin_required");
    run(&agent, 5, &["pins", "--reader", "r9"]);
    let output = run(&agent, 7, &["authenticate", "--origin", "https://stranger.example", "--nonce", NONCE]);
    assert!(err(&output).contains("  → "), "a remedy: {}", err(&output));
}

#[test]
fn a_certificate_is_printed_in_der_and_pem() {
    let agent = Agent::with_software_card();
    let der = run(&agent, 0, &["certificates", "authentication-ca", "--der"]).stdout;
    let pem = run(&agent, 0, &["certificates", "authentication-ca", "--pem"]).stdout;
    assert_eq!(der[0], 0x30);
    assert!(pem.starts_with(b"-----BEGIN CERTIFICATE-----\n") && pem.ends_with(b"-----END CERTIFICATE-----\n"));
}

#[test]
fn a_token_is_accepted_for_its_origin_and_nonce_only() {
    let agent = Agent::with_software_card();
    let token = run(&agent, 0, &["authenticate", "--origin", ORIGIN, "--nonce", NONCE]).stdout;
    let answer = run(&agent, 0, &["--json", "authenticate", "--origin", ORIGIN, "--nonce", NONCE]).stdout;
    let verify = |token: &[u8], arguments: &[&str]| {
        let mut command = agent.home().command();
        command.args(["--json", "verify", "token"]).args(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(token).unwrap();
        let output = child.wait_with_output().unwrap();
        let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
        (output.status.code().unwrap(), found)
    };
    let right = ["--simulator", "--origin", ORIGIN, "--nonce", NONCE];
    for token in [&token, &answer] {
        let (code, found) = verify(token, &right);
        assert_eq!((code, &found["result"], &found["revocation"]), (0, &"accepted".into(), &"not_checked".into()));
        assert_eq!(found["chain"]["environment"], "simulator");
    }
    let other_nonce = NONCE.replace('9', "8");
    let cause = |token: &[u8], arguments: &[&str]| {
        let (code, found) = verify(token, arguments);
        assert_eq!((code, &found["result"]), (1, &"refused".into()));
        found["cause"].as_str().unwrap().to_owned()
    };
    assert_eq!(cause(&token, &["--simulator", "--origin", "https://portal.exampl", "--nonce", NONCE]), "signature");
    assert_eq!(cause(&token, &["--simulator", "--origin", ORIGIN, "--nonce", &other_nonce]), "signature");
    assert_eq!(cause(&token, &["--origin", ORIGIN, "--nonce", NONCE]), "chain", "without trust in the software card");
    assert_eq!(cause(b"{}", &right), "form");

    let mut changed: Value = serde_json::from_slice(&token).unwrap();
    changed["format"] = "web-eid:2.0".into();
    assert_eq!(cause(changed.to_string().as_bytes(), &right), "form");
    changed["format"] = "web-eid:1.1".into();
    assert_eq!(verify(changed.to_string().as_bytes(), &right).0, 0);
    changed["algorithm"] = "RS384".into();
    assert_eq!(cause(changed.to_string().as_bytes(), &right), "signature");
    changed["algorithm"] = "ES256".into();
    assert_eq!(cause(changed.to_string().as_bytes(), &right), "form");

    // A server that was given the authority's certificate instead.
    let ca = agent.home().path("ca.pem");
    fs::write(&ca, run(&agent, 0, &["certificates", "authentication-ca", "--pem"]).stdout).unwrap();
    let (code, found) = verify(&token, &["--root", ca.to_str().unwrap(), "--origin", ORIGIN, "--nonce", NONCE]);
    assert_eq!((code, &found["chain"]["environment"]), (0, &"simulator".into()), "known for what it is");
}

#[test]
fn a_token_of_an_expired_certificate_is_refused() {
    let agent = agent_for("expired");
    let token = agent.home().path("token");
    fs::write(&token, run(&agent, 0, &["authenticate", "--origin", ORIGIN, "--nonce", NONCE]).stdout).unwrap();
    let arguments = ["verify", "token", "--simulator", "--origin", ORIGIN, "--nonce", NONCE, token.to_str().unwrap()];
    let output = run(&agent, 1, &arguments);
    assert!(err(&output).contains("expired"), "{}", err(&output));
}

#[test]
fn a_signature_certificate_is_no_log_in() {
    let agent = Agent::with_software_card();
    let disclosed = json(&agent, &["disclose"]);
    let mut token: Value =
        serde_json::from_slice(&run(&agent, 0, &["authenticate", "--origin", ORIGIN, "--nonce", NONCE]).stdout)
            .unwrap();
    token["unverifiedCertificate"] = disclosed["certificate"]["certificate"].clone();
    let path = agent.home().path("token");
    fs::write(&path, token.to_string()).unwrap();
    let arguments = ["--json", "verify", "token", "--simulator", "--origin", ORIGIN, "--nonce", NONCE];
    let output = run(&agent, 1, &[&arguments[..], &[path.to_str().unwrap()]].concat());
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["cause"], "chain");
}

/// Three files: nothing, a little, and ten mebibytes.
fn documents(agent: &Agent) -> Vec<PathBuf> {
    let contents = [("empty", Vec::new()), ("申告 書.xml", b"<a/>".to_vec()), ("large.bin", vec![0xA5; 10 << 20])];
    let documents = contents.map(|(name, content)| {
        let path = agent.home().path(name);
        fs::write(&path, content).unwrap();
        path
    });
    documents.into()
}

#[test]
fn files_of_any_size_are_signed_and_openssl_agrees() {
    if !require(&[Part::OpenSsl]) {
        return;
    }
    let agent = Agent::with_software_card();
    let documents = documents(&agent);
    let files: Vec<&str> = documents.iter().map(|path| path.to_str().unwrap()).collect();
    for (digest, option) in [("SHA-256", "-sha256"), ("SHA-384", "-sha384"), ("SHA-512", "-sha512")] {
        let folder = agent.home().path(digest);
        fs::create_dir(&folder).unwrap();
        let arguments = ["sign", "--digest", digest, "--wait-card", "5", "--out", folder.to_str().unwrap()];
        run(&agent, 0, &[&arguments[..], &files].concat());
        let (certificate, key) = (folder.join("signer.der"), folder.join("signer.pub"));
        let openssl = |arguments: &[&str]| Command::new("openssl").args(arguments).output().unwrap();
        let certificate = certificate.to_str().unwrap();
        let public = openssl(&["x509", "-inform", "DER", "-in", certificate, "-noout", "-pubkey"]);
        fs::write(&key, &public.stdout).unwrap();
        for file in &documents {
            let name = format!("{}.sig", file.file_name().unwrap().to_str().unwrap());
            let (file, signature) = (file.to_str().unwrap(), folder.join(name));
            let signature = signature.to_str().unwrap();
            let verified = openssl(&["dgst", option, "-verify", key.to_str().unwrap(), "-signature", signature, file]);
            assert_eq!(out(&verified).trim(), "Verified OK", "{file}, {digest}");
            let arguments = ["verify", "signature", "--certificate", certificate, "--signature", signature];
            let ours = run(&agent, 0, &[&arguments[..], &["--digest", digest, "--simulator", file]].concat());
            assert!(out(&ours).contains("revocation: not_checked"), "{}", out(&ours));
        }
    }
}

#[test]
fn a_signature_is_refused_for_another_file_certificate_or_issuer() {
    let agent = Agent::with_software_card();
    let file = agent.home().path("file");
    fs::write(&file, "one").unwrap();
    run(&agent, 0, &["sign", file.to_str().unwrap()]);
    let (signer, signature) = (agent.home().path("signer.der"), agent.home().path("file.sig"));
    let verify = |code: i32, extra: &[&str], file: &str| {
        let arguments = ["--json", "verify", "signature", "--certificate", signer.to_str().unwrap(), "--signature"];
        let output = run(&agent, code, &[&arguments[..], &[signature.to_str().unwrap()], extra, &[file]].concat());
        assert!(!out(&output).contains("\"valid\""), "{}", out(&output));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let file = file.to_str().unwrap();
    assert_eq!(verify(0, &["--simulator"], file)["revocation"], "not_checked");
    assert_eq!(verify(1, &[], file)["cause"], "chain");
    assert_eq!(verify(1, &["--simulator", "--digest", "SHA-384"], file)["cause"], "signature");
    assert_eq!(verify(1, &["--simulator"], signer.to_str().unwrap())["cause"], "signature");
    let mut bytes = fs::read(&signature).unwrap();
    bytes[100] ^= 1;
    fs::write(&signature, bytes).unwrap();
    assert_eq!(verify(1, &["--simulator"], file)["cause"], "signature");
}

#[test]
fn what_is_there_is_not_replaced_unasked() {
    let agent = Agent::with_software_card();
    let (file, signature, signer) =
        (agent.home().path("file"), agent.home().path("file.sig"), agent.home().path("signer.der"));
    fs::write(&file, "one").unwrap();
    fs::write(&signature, "mine").unwrap();
    let sign = |code: i32, extra: &[&str]| run(&agent, code, &[&["sign", file.to_str().unwrap()], extra].concat());
    assert!(err(&sign(1, &[])).contains("--force"));
    assert_eq!(fs::read(&signature).unwrap(), b"mine");
    fs::remove_file(&signature).unwrap();
    fs::write(&signer, "another certificate").unwrap();
    assert!(err(&sign(1, &[])).contains("signer.der"));
    assert!(!signature.exists(), "nothing was signed");
    sign(0, &["--force"]);
    assert_eq!(fs::read(&signature).unwrap().len(), 256);
    assert_eq!(fs::read(&signer).unwrap()[0], 0x30);
    // The signer's certificate that is there now is the card's.
    fs::remove_file(&signature).unwrap();
    sign(0, &[]);
    let same = agent.home().path("run");
    fs::write(same.join("file"), "two").unwrap();
    let twice = [file.to_str().unwrap(), same.join("file").to_str().unwrap()].map(str::to_owned);
    run(&agent, 2, &["sign", "--force", "--out", agent.home().path("").to_str().unwrap(), &twice[0], &twice[1]]);
    let body: Value = serde_json::from_slice(&sign(0, &["--json"]).stdout).unwrap();
    assert_eq!(body["signatures"][0]["algorithm"], "RS256");
}

#[test]
fn nobody_is_asked_where_the_signature_could_not_be_written() {
    let agent = Agent::with_software_card();
    // Room for the name, none for `.sig`: stands for every folder that cannot be written to, which root's always can.
    let file = agent.home().path("n".repeat(253));
    fs::write(&file, "to be signed").unwrap();
    let refused = run(&agent, 1, &["sign", file.to_str().unwrap()]);
    assert!(err(&refused).contains("nobody was asked"), "{}", err(&refused));
    assert!(!agent.log().contains("/v1/sign"), "{}", agent.log());
}

#[test]
fn a_card_without_signature_certificate_cannot_sign() {
    let agent = agent_for("under-15");
    let file = agent.home().path("file");
    fs::write(&file, "one").unwrap();
    run(&agent, 1, &["sign", file.to_str().unwrap()]);
    assert!(!agent.home().path("file.sig").exists());
}

#[test]
fn doctor_finds_the_running_agent() {
    let agent = Agent::with_software_card();
    let output = agent.home().run(&["--json", "doctor"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = found["findings"].as_array().unwrap();
    let has = |code: &str| findings.iter().any(|finding| finding["check"] == code);
    assert!(has("config") && has("agent_simulator") && has("port_own"), "{found}");
    for finding in findings.iter().filter(|finding| finding["level"] == "error") {
        assert!(finding["remedy"].is_string(), "{finding}");
    }
}

#[test]
fn reminders_and_what_is_known_of_the_signature_certificate_are_shown() {
    let agent = agent_for("renewable");
    let before = run(&agent, 0, &["reminders"]);
    assert!(
        out(&before).contains("(80 days left)") && out(&before).contains("jpki-agent disclose"),
        "{}",
        out(&before)
    );
    run(&agent, 0, &["disclose"]);
    let after = run(&agent, 0, &["reminders", "--reader", "r1"]);
    assert!(out(&after).contains("renewal open since"), "{}", out(&after));
    assert!(!out(&after).contains("見本"), "no name");
    let body = json(&agent, &["reminders"]);
    assert_eq!(body["signatureCertificate"]["daysLeft"], 80);
    assert_eq!(body["reminders"].as_array().unwrap().len(), 4);
    run(&agent, 5, &["reminders", "--reader", "r9"]);
}

#[test]
fn the_guide_needs_no_agent() {
    let home = Home::new();
    let guide = |arguments: &[&str], language: &str| {
        let output = home.command().args(arguments).env("LANG", language).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", err(&output));
        out(&output).to_owned()
    };
    let list = guide(&["guide"], "C");
    for topic in ["lost", "cancel", "moved", "blocked", "renew"] {
        assert!(list.lines().any(|line| line.trim_start().starts_with(topic)), "{list}");
        let told = guide(&["guide", topic], "ja_JP.UTF-8");
        assert!(told.lines().filter(|line| line.starts_with("  - ")).count() >= 4, "{told}");
        let one: Value = serde_json::from_str(&guide(&["--json", "guide", topic], "C")).unwrap();
        assert_eq!(one["topics"][0]["topic"], topic);
    }
    assert!(guide(&["guide", "lost"], "ja_JP.UTF-8").contains("0120-95-0178"));
    assert!(guide(&["guide", "blocked"], "C").contains("https://www.jpki.go.jp/jpkiidreset/howto/kiosk.html"));
    let all: Value = serde_json::from_str(&guide(&["guide", "--json"], "C")).unwrap();
    assert_eq!(all["topics"].as_array().unwrap().len(), 5);
    let wrong = home.run(&["guide", "divorce"]);
    assert_eq!(wrong.status.code(), Some(2));
}
