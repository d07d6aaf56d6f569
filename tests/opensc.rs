//! A second witness: OpenSC, which has its own idea of a JPKI card, reads our software card and signs with it through a
//! real `pcscd`, and `openssl` verifies what came out. Agent and software card share an author and could share a mistake.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::child::Running;
use support::parts::{Part, opensc_module, require};
use support::pcscd::Pcscd;
use tempfile::TempDir;

const NEEDED: &[Part] = &[Part::Pcscd, Part::OpenSc, Part::OpenSsl];
const AUTHENTICATION_PIN: &str = "1234";
const SIGNATURE_PASSWORD: &str = "ABC123";

/// The software card in a virtual reader, and a folder for files.
struct Bench {
    // Dropped in this order: the card leaves before the service ends.
    _card: Running,
    pcscd: Pcscd,
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let pcscd = Pcscd::start();
        let card = pcscd.insert_software_card(0);
        Self { _card: card, pcscd, folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs an OpenSC tool to its good end; its standard output.
    fn tool(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        // OpenSC keeps a cache of what it read, by card; a test must not see another's.
        command.args(arguments).env("HOME", self.folder.path()).env("XDG_CACHE_HOME", self.path("cache"));
        succeed(self.pcscd.lead(&mut command))
    }

    /// Reads a certificate as PEM, and its public key from that, into `NAME.pem` and `NAME.pub`.
    fn read_certificate(&self, id: &str, name: &str, pin: &[&str]) -> PathBuf {
        let file = self.path(&format!("{name}.pem"));
        let pem = self.tool("pkcs15-tool", &[&["--read-certificate", id], pin].concat());
        std::fs::write(&file, pem).unwrap();
        let key = openssl(&["x509", "-in", text(&file), "-noout", "-pubkey"]);
        let key_file = self.path(&format!("{name}.pub"));
        std::fs::write(&key_file, key).unwrap();
        file
    }

    /// A document to sign, and its SHA-256 digest in a file of its own.
    fn document(&self) -> (PathBuf, PathBuf) {
        let (document, digest) = (self.path("document"), self.path("digest"));
        std::fs::write(&document, "確定申告書の見本\n").unwrap();
        openssl(&["dgst", "-sha256", "-binary", "-out", text(&digest), text(&document)]);
        (document, digest)
    }
}

#[test]
fn opensc_lists_both_pins() {
    if !require(NEEDED) {
        return;
    }
    let bench = Bench::new();
    let listed = bench.tool("pkcs15-tool", &["--list-pins"]);
    assert_eq!(listed.matches("PIN [").count(), 2, "{listed}");
    for (kind, tries) in [("AUTH", "3"), ("SIGN", "5")] {
        let of_kind = listed.split("PIN [").find(|part| part.to_uppercase().contains(kind)).unwrap_or_default();
        let line = of_kind.lines().find(|line| line.contains("Tries left")).unwrap_or_default();
        assert!(line.trim_end().ends_with(tries), "{kind} has {tries} tries left: {listed}");
    }
}

#[test]
fn opensc_reads_four_certificates_and_each_comes_from_its_ca() {
    if !require(NEEDED) {
        return;
    }
    let bench = Bench::new();
    let authentication = bench.read_certificate("1", "authentication", &[]);
    let with_pin = ["--verify-pin", "--auth-id", "2", "--pin", SIGNATURE_PASSWORD];
    let signature = bench.read_certificate("2", "signature", &with_pin);
    // OpenSC numbers the signature CA's certificate before the authentication CA's; openssl says which is which.
    let authorities = [bench.read_certificate("3", "ca-3", &[]), bench.read_certificate("4", "ca-4", &[])];
    for certificate in [&authentication, &signature] {
        let issuer = openssl(&["x509", "-in", text(certificate), "-noout", "-issuer_hash"]);
        let authority = authorities
            .iter()
            .find(|authority| openssl(&["x509", "-in", text(authority), "-noout", "-subject_hash"]) == issuer)
            .unwrap_or_else(|| panic!("no CA on the card issued {}", certificate.display()));
        // Real certificates carry critical extensions that openssl does not know.
        let chain = ["verify", "-ignore_critical", "-CAfile", text(authority), text(certificate)];
        assert!(openssl(&chain).trim_end().ends_with(": OK"));
    }
}

#[test]
fn pkcs15_crypt_signs_with_both_keys_and_openssl_agrees() {
    if !require(NEEDED) {
        return;
    }
    let bench = Bench::new();
    let (document, digest) = bench.document();
    bench.read_certificate("1", "1", &[]);
    bench.read_certificate("2", "2", &["--verify-pin", "--auth-id", "2", "--pin", SIGNATURE_PASSWORD]);
    for (key, pin) in [("1", AUTHENTICATION_PIN), ("2", SIGNATURE_PASSWORD)] {
        let signature = bench.path("signature");
        let what = ["--sign", "--key", key, "--pkcs1", "--sha-256", "--pin", pin, "-R"];
        let files = ["-i", text(&digest), "-o", text(&signature)];
        bench.tool("pkcs15-crypt", &[&what[..], &files].concat());
        assert_verified(&bench.path(&format!("{key}.pub")), &signature, &document);
    }
}

#[test]
fn pkcs11_signs_with_both_keys_and_openssl_agrees() {
    if !require(NEEDED) {
        return;
    }
    let bench = Bench::new();
    let (document, _) = bench.document();
    let module = opensc_module().unwrap();
    bench.read_certificate("1", "1", &[]);
    bench.read_certificate("2", "2", &["--verify-pin", "--auth-id", "2", "--pin", SIGNATURE_PASSWORD]);
    for (slot, key, pin) in [("0", "1", AUTHENTICATION_PIN), ("1", "2", SIGNATURE_PASSWORD)] {
        let signature = bench.path("signature");
        let id = format!("0{key}");
        let what =
            ["--slot-index", slot, "--login", "--pin", pin, "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", &id];
        let files = ["-i", text(&document), "-o", text(&signature)];
        bench.tool("pkcs11-tool", &[&["--module", text(&module)], &what[..], &files].concat());
        assert_verified(&bench.path(&format!("{key}.pub")), &signature, &document);
    }
}

fn assert_verified(key: &Path, signature: &Path, document: &Path) {
    let said = openssl(&["dgst", "-sha256", "-verify", text(key), "-signature", text(signature), text(document)]);
    assert_eq!(said.trim_end(), "Verified OK");
}

fn openssl(arguments: &[&str]) -> String {
    succeed(Command::new("openssl").args(arguments))
}

/// Runs a command that must succeed; its standard output.
fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}{complained}", output.status);
    said
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
