//! A second witness for the software card's certificates: `openssl verify` with all its strictness, and its reading of
//! names and usages. openssl is one of the tools this project is tested with, so without it the test fails.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::{Path, PathBuf};
use std::process::Command;

use jpki_agent::simulator::holder::Holder;
use jpki_agent::simulator::issuer::issue;

/// The present of the test.
const NOW: &str = "2026-11-22T03:00:00Z";

/// Runs openssl and returns what it printed; a failure is shown with its reason.
fn openssl(arguments: &[&str]) -> String {
    let output = Command::new("openssl").args(arguments).output().expect("openssl has to be installed");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "openssl {arguments:?}: {text}");
    text
}

/// Writes a certificate as PEM into `folder`.
fn write(folder: &Path, name: &str, der: &[u8]) -> PathBuf {
    let (raw, pem) = (folder.join(format!("{name}.der")), folder.join(format!("{name}.pem")));
    std::fs::write(&raw, der).unwrap();
    openssl(&["x509", "-inform", "DER", "-in", raw.to_str().unwrap(), "-out", pem.to_str().unwrap()]);
    pem
}

/// Verifies strictly at a moment within the certificate's period.
fn verify(authority: &Path, certificate: &Path, moment: jiff::Timestamp, more: &[&str]) {
    let moment = moment.as_second().to_string();
    let mut arguments = vec!["verify", "-x509_strict", "-policy_check", "-attime", &moment];
    arguments.extend(more);
    arguments.extend(["-CAfile", authority.to_str().unwrap(), certificate.to_str().unwrap()]);
    assert!(openssl(&arguments).trim().ends_with("OK"));
}

#[test]
fn openssl_accepts_the_certificates_of_every_holder() {
    let now = NOW.parse().unwrap();
    for name in Holder::names() {
        let folder = tempfile::tempdir().unwrap();
        let card = issue(&Holder::by_name(name).unwrap(), now).unwrap();
        let moment = jpki_agent::certificate::Certificate::parse(&card.authentication).unwrap().not_before();
        let authority = write(folder.path(), "authentication-ca", &card.authentication_ca);
        let certificate = write(folder.path(), "authentication", &card.authentication);
        verify(&authority, &certificate, moment, &["-purpose", "sslclient"]);
        let Some(signature) = card.signature else { continue };
        let authority = write(folder.path(), "signature-ca", &card.signature_ca);
        let certificate = write(folder.path(), "signature", &signature);
        verify(&authority, &certificate, moment, &["-purpose", "smimesign"]);
    }
}

#[test]
fn openssl_reads_the_same_subject_and_usages() {
    let folder = tempfile::tempdir().unwrap();
    let card = issue(&Holder::standard(), NOW.parse().unwrap()).unwrap();
    let read = |name: &str, der: &[u8]| {
        let pem = write(folder.path(), name, der);
        openssl(&[
            "x509",
            "-in",
            pem.to_str().unwrap(),
            "-noout",
            "-text",
            "-nameopt",
            "utf8,sname,sep_comma_plus_space",
        ])
    };
    let signature = read("signature", card.signature.as_ref().unwrap());
    let ours = jpki_agent::certificate::Certificate::parse(card.signature.as_ref().unwrap()).unwrap();
    assert!(signature.contains(ours.subject()), "{signature}");
    assert!(signature.contains(ours.issuer()), "{signature}");
    assert!(signature.contains("Not After : Feb 17 14:59:59 2030 GMT"), "{signature}");
    assert!(signature.contains("Digital Signature, Non Repudiation"), "{signature}");
    assert!(signature.contains("Policy: 1.2.392.200149.8.5.1.0.20"), "{signature}");
    let authentication = read("authentication", &card.authentication);
    assert!(authentication.contains("TLS Web Client Authentication"), "{authentication}");
    assert!(authentication.contains("Policy: 1.2.392.200149.8.5.1.0.30"), "{authentication}");
    let authority = read("signature-ca", &card.signature_ca);
    assert!(authority.contains("NOT A REAL CA") && authority.contains("CA:TRUE"), "{authority}");
}
