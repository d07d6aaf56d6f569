//! The certificates, with `openssl` as the second witness; it is one of the tools this project is tested with.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::authority::{Authority, LeafNames, new_key};
use super::super::provider::server_config;
use super::*;

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).output().expect("openssl has to be installed");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Verifies as strictly as openssl can, as a browser would for this name.
fn verify(authority: &Path, leaf: &Path, name: [&str; 2], moment: Timestamp) -> (bool, String) {
    let moment = moment.as_second().to_string();
    let paths = [authority, leaf].map(|path| path.to_str().unwrap());
    let strict = ["verify", "-x509_strict", "-policy_check", "-purpose", "sslserver", "-attime", &moment];
    openssl(&[&strict[..], &name, &["-CAfile", paths[0], paths[1]]].concat())
}

#[test]
fn openssl_accepts_the_leaf_for_loopback_and_for_its_lifetime() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::generate(now()).unwrap();
    let authority = write(folder.path(), "ca.pem", &identity.authority_pem().unwrap());
    let leaf = write(folder.path(), "leaf.pem", identity.text());
    let Facts { not_before, not_after, .. } = *identity.facts();
    for (name, moment, good) in [
        (["-verify_ip", "127.0.0.1"], now(), true),
        (["-verify_hostname", "localhost"], not_before, true),
        (["-verify_ip", "127.0.0.1"], not_after - SignedDuration::from_secs(1), true),
        (["-verify_ip", "127.0.0.1"], not_after + SignedDuration::from_secs(1), false),
        (["-verify_ip", "127.0.0.1"], not_before - SignedDuration::from_secs(1), false),
        (["-verify_ip", "127.0.0.2"], now(), false),
        (["-verify_hostname", "portal.example"], now(), false),
    ] {
        let (accepted, said) = verify(&authority, &leaf, name, moment);
        assert_eq!(accepted, good, "{name:?} at {moment}: {said}");
    }
    assert!(not_after.duration_since(not_before) < LIFETIME, "Apple counts the last second");
}

#[test]
fn openssl_reads_what_the_certificates_may_be_used_for() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::generate(now()).unwrap();
    let read = |name: &str, text: &str| {
        let path = write(folder.path(), name, text);
        openssl(&["x509", "-in", path.to_str().unwrap(), "-noout", "-text"]).1.replace("\n                ", " ")
    };
    let authority = read("ca.pem", &identity.authority_pem().unwrap());
    for part in [
        "Basic Constraints: critical CA:TRUE, pathlen:0",
        "Key Usage: critical Certificate Sign\n",
        "Name Constraints: critical Permitted:",
        "DNS:localhost",
        "IP:127.0.0.1/255.255.255.255",
        "IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF",
        "Subject Key Identifier",
        &identity.facts().authority,
    ] {
        assert!(authority.contains(part), "{part}: {authority}");
    }
    let leaf = read("leaf.pem", identity.text());
    for part in [
        "Basic Constraints: critical CA:FALSE",
        "Key Usage: critical Digital Signature\n",
        "Extended Key Usage:  TLS Web Server Authentication\n",
        "Alternative Name:  IP Address:127.0.0.1, DNS:localhost\n",
        "Authority Key Identifier",
        "NIST CURVE: P-256",
        &format!("Issuer: CN = {}", identity.facts().authority),
    ] {
        assert!(leaf.contains(part), "{part}: {leaf}");
    }
}

/// Were the authority's key kept after all and stolen: it is of no use for any other name, nor for another authority.
#[test]
fn the_authority_could_issue_for_loopback_only() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(now()).unwrap();
    let own = write(folder.path(), "ca.pem", &authority.certificate().unwrap().to_pem(LineEnding::LF).unwrap());
    let issue = |names: LeafNames| {
        let leaf = authority.issue(&new_key().unwrap(), &names).unwrap();
        write(folder.path(), "leaf.pem", &leaf.to_pem(LineEnding::LF).unwrap())
    };
    let good = issue(LeafNames::of_loopback());
    assert!(verify(&own, &good, ["-verify_ip", "127.0.0.1"], now()).0);
    let named = issue(LeafNames { dns: vec!["portal.example", "localhost"], addresses: Vec::new() });
    for name in ["portal.example", "localhost"] {
        let (accepted, said) = verify(&own, &named, ["-verify_hostname", name], now());
        assert!(!accepted && said.contains("permitted subtree violation"), "{said}");
    }
    for address in [&[192, 0, 2, 1][..], &[127, 0, 0, 2], &[0; 16]] {
        let leaf = issue(LeafNames { dns: Vec::new(), addresses: vec![address] });
        let shown = match address {
            [a, b, c, d] => format!("{a}.{b}.{c}.{d}"),
            _ => "::".to_owned(),
        };
        let (accepted, said) = verify(&own, &leaf, ["-verify_ip", &shown], now());
        assert!(!accepted && said.contains("permitted subtree violation"), "{said}");
    }
}

#[test]
fn an_identity_is_read_as_it_was_written_and_nothing_else_is() {
    let identity = Identity::generate(now()).unwrap();
    let text = identity.text();
    let again = Identity::parse(Zeroizing::new(text.to_owned())).unwrap();
    assert_eq!(again.facts(), identity.facts());
    server_config(&again).unwrap();
    assert!(identity.facts().authority.starts_with(AUTHORITY));
    assert!(!format!("{identity:?}").contains("PRIVATE"));
    assert_eq!(text.matches("PRIVATE KEY-----").count(), 2, "one key, the leaf's");

    let parts: Vec<&str> = text.split_inclusive("-----\n").collect();
    let key: String = parts.chunks(2).take(1).flatten().copied().collect();
    let certificates = text.strip_prefix(&key).unwrap();
    let leaf = &certificates[..certificates.find("-----END").unwrap() + "-----END CERTIFICATE-----\n".len()];
    for faulty in ["", "rubbish", &key, certificates, &format!("{key}{leaf}"), &format!("{key}{leaf}{leaf}")] {
        assert!(Identity::parse(Zeroizing::new(faulty.to_owned())).is_err(), "{faulty}");
    }
    let other = Identity::generate(now()).unwrap();
    assert_ne!(other.facts().authority, identity.facts().authority);
    let other_key = &other.text()[..key.len()];
    let mixed = Identity::parse(Zeroizing::new(format!("{other_key}{certificates}"))).unwrap();
    assert!(server_config(&mixed).is_err(), "another identity's key");
}

#[test]
fn its_standing_is_told_by_the_moment() {
    let facts = Identity::generate(now()).unwrap().facts().clone();
    let day = SignedDuration::from_hours(24);
    for (moment, standing, days) in [
        (now() - day - SignedDuration::from_secs(1), Standing::NotYet, 397),
        (now(), Standing::Good, 395),
        (facts.not_after - day * 30, Standing::Good, 30),
        (facts.not_after - day * 30 + SignedDuration::from_secs(1), Standing::EndsSoon, 29),
        (facts.not_after, Standing::EndsSoon, 0),
        (facts.not_after + SignedDuration::from_secs(1), Standing::Expired, 0),
    ] {
        assert_eq!((facts.standing(moment), facts.days_left(moment)), (standing, days), "{moment}");
    }
    assert_eq!(Standing::EndsSoon.name(), "ends_soon");
}
