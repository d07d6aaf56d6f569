//! `verify`: checks a token or a signature as a server would. It needs neither agent nor card, and says what it did not
//! check: revocation, and when a signature was made.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::session::{Exit, Failure, Session};
use super::{DigestArgument, clock, file, software_card};
use crate::certificate::{Certificate, ChainReport, ChainResult, Period, TrustStore};
use crate::japan;
use crate::jpki::KeyKind;
use crate::message;
use crate::message::Phrase;
use crate::origin::Origin;
use crate::phrase;
use crate::webeid::validate::{Rejection, Token};
use crate::webeid::{ChallengeNonce, Validator};

#[derive(Debug, Subcommand)]
pub(super) enum VerifyCommand {
    Token(TokenArguments),
    Signature(SignatureArguments),
}

#[derive(Args, Debug)]
struct TrustArguments {
    #[arg(long, value_name = "FILE")]
    root: Vec<PathBuf>,
    #[arg(long)]
    simulator: bool,
}

#[derive(Args, Debug)]
pub(super) struct TokenArguments {
    #[arg(long)]
    origin: Origin,
    #[arg(long)]
    nonce: ChallengeNonce,
    #[command(flatten)]
    trust: TrustArguments,
    file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct SignatureArguments {
    #[arg(long, value_name = "FILE")]
    certificate: PathBuf,
    #[arg(long, value_name = "FILE")]
    signature: PathBuf,
    #[command(flatten)]
    digest: DigestArgument,
    #[command(flatten)]
    trust: TrustArguments,
    file: PathBuf,
}

/// What was found about a certificate.
struct Findings<'a> {
    certificate: &'a Certificate,
    chain: &'a ChainReport,
    algorithm: String,
    now: Timestamp,
}

pub(super) fn run(session: &Session, command: &VerifyCommand) -> Result<Exit, Failure> {
    let now = clock::now();
    match command {
        VerifyCommand::Token(arguments) => verify_token(session, arguments, now),
        VerifyCommand::Signature(arguments) => verify_signature(session, arguments, now),
    }
}

fn verify_token(session: &Session, arguments: &TokenArguments, now: Timestamp) -> Result<Exit, Failure> {
    let trust = arguments.trust.store(session, now)?;
    let json = match arguments.file.as_deref().filter(|file| *file != Path::new("-")) {
        Some(path) => read(session, path)?,
        None => file::read_small_from(io::stdin())
            .map_err(|error| Failure::unreadable(session.language, Path::new("-"), &error))?,
    };
    // Whose card it is, is said; the software card's authority is among the trusted only where that was asked for.
    let validator = Validator::new(trust).accepting_jlis_test_cards().accepting_software_cards();
    let checked =
        Token::parse(&json).and_then(|token| validator.check(&token, &arguments.origin, &arguments.nonce, now));
    match checked {
        Ok(accepted) => {
            let findings = Findings {
                certificate: &accepted.certificate,
                chain: &accepted.chain,
                algorithm: accepted.algorithm.clone(),
                now,
            };
            let origin = arguments.origin.as_str();
            findings.tell(session, message!(session.language, "cli-token-accepted", origin = origin), &[]);
            Ok(Exit::Done)
        }
        Err(rejection) => {
            let cause = match rejection {
                Rejection::Chain(_) | Rejection::TestCard(_) => "chain",
                Rejection::Period(_) => "period",
                Rejection::Signature => "signature",
                _ => "form",
            };
            tell_refusal(session, cause, &rejection);
            let failure = Failure::new(Exit::Failed, message!(session.language, "cli-token-refused"));
            let remedy = message!(session.language, "cli-token-refused-remedy", cause = cause);
            Err(failure.because(session.language, &rejection.phrase()).remedy(remedy))
        }
    }
}

fn verify_signature(session: &Session, arguments: &SignatureArguments, now: Timestamp) -> Result<Exit, Failure> {
    let language = session.language;
    let trust = arguments.trust.store(session, now)?;
    let certificate = read_certificate(session, &arguments.certificate)?;
    let signature = read(session, &arguments.signature)?;
    let algorithm = arguments.digest.algorithm();
    let digest = file::digest(&arguments.file, algorithm, !session.json)
        .map_err(|error| Failure::unreadable(language, &arguments.file, &error))?;

    let refuse = |cause: &str, detail: &dyn std::fmt::Display, why: Phrase, remedy: String| {
        tell_refusal(session, cause, detail);
        let failure = Failure::new(Exit::Failed, message!(language, "cli-signature-refused"));
        Err(failure.because(language, &why).remedy(remedy))
    };
    if let Err(mismatch) = certificate.verify(&digest, &signature) {
        let why = phrase!("fault-signature-mismatch");
        return refuse("signature", &mismatch, why, message!(language, "cli-signature-refused-mismatch"));
    }
    let chain = trust.check(&certificate, KeyKind::Signature, None);
    if chain.result != ChainResult::Trusted {
        let why = phrase!("fault-certificate-chain", chain = chain.result.name());
        return refuse("chain", &chain.result.name(), why, message!(language, "cli-signature-refused-chain"));
    }
    let mut validities = chain.root_validity.into_iter().chain([certificate.validity()]);
    if let Some(out) = validities.find(|validity| validity.period(now) != Period::InPeriod) {
        let why = phrase!("fault-certificate-period", period = out.period(now).name());
        return refuse("period", &out.period(now).name(), why, message!(language, "cli-signature-refused-period"));
    }
    let findings = Findings { certificate: &certificate, chain: &chain, algorithm: format!("RSA, {algorithm}"), now };
    let unproven = message!(language, "cli-verify-moment-claimed");
    findings.tell(session, message!(language, "cli-signature-accepted"), &[unproven]);
    Ok(Exit::Done)
}

impl TrustArguments {
    /// The authorities of real cards and those given.
    fn store(&self, session: &Session, now: Timestamp) -> Result<TrustStore, Failure> {
        let unusable =
            |what: String| Failure::new(Exit::Failed, message!(session.language, "cli-root-unusable")).detail(what);
        let mut store = TrustStore::pinned();
        if self.simulator {
            store = software_card::trusted(store, now).map_err(unusable)?;
        }
        for root in &self.root {
            store.add_file(root).map_err(|error| unusable(format!("{}: {error}", super::file::shown(root))))?;
        }
        Ok(store)
    }
}

impl Findings<'_> {
    /// Says what was checked, and what was not.
    fn tell(&self, session: &Session, headline: String, remarks: &[String]) {
        let language = session.language;
        let validity = self.certificate.validity();
        let root = self.chain.root.as_deref().unwrap_or_default();
        if session.json {
            let found = json!({
                "result": "accepted",
                "algorithm": self.algorithm,
                "certificate": {
                    "fingerprintSha256": self.certificate.fingerprint().to_string(),
                    "subject": self.certificate.subject(),
                    "notAfter": validity.not_after.to_string(),
                    "notAfterJst": validity.not_after_jst().to_string(),
                    "period": validity.period(self.now).name(),
                },
                "chain": {
                    "result": self.chain.result.name(),
                    "root": self.chain.root,
                    "environment": self.chain.environment.name(),
                },
                "checkedAt": self.now.to_string(),
                "revocation": "not_checked",
            });
            session.print(&found.to_string());
            return;
        }
        let mut lines = vec![
            headline,
            message!(language, "cli-verify-signature", algorithm = self.algorithm.as_str()),
            message!(
                language,
                "cli-certificate-chain",
                result = self.chain.result.name(),
                root = root,
                environment = self.chain.environment.name()
            ),
            message!(language, "cli-certificate-subject", subject = self.certificate.subject()),
            message!(
                language,
                "cli-certificate-period",
                period = validity.period(self.now).name(),
                from = validity.not_before_jst().to_string(),
                date = validity.not_after_jst().to_string(),
                days = i64::from(validity.days_left(self.now))
            ),
            message!(
                language,
                "cli-verify-moment",
                moment = japan::to_the_second(&self.now.to_string()).unwrap_or_default()
            ),
        ];
        lines.extend_from_slice(remarks);
        lines.push(message!(language, "cli-revocation-not-checked"));
        session.print(&lines.join("\n  "));
    }
}

/// The same for a program.
fn tell_refusal(session: &Session, cause: &str, detail: &dyn std::fmt::Display) {
    if session.json {
        let refusal: Value = json!({"result": "refused", "cause": cause, "detail": detail.to_string()});
        session.print(&refusal.to_string());
    }
}

fn read(session: &Session, path: &Path) -> Result<Vec<u8>, Failure> {
    file::read_small(path).map_err(|error| Failure::unreadable(session.language, path, &error))
}

/// A certificate, PEM or DER.
fn read_certificate(session: &Session, path: &Path) -> Result<Certificate, Failure> {
    let bytes = read(session, path)?;
    let failed = |why: String| {
        let title = message!(session.language, "cli-certificate-unreadable");
        Failure::new(Exit::Failed, title).detail(format!("{}: {why}", super::file::shown(path)))
    };
    let der = match std::str::from_utf8(&bytes) {
        Ok(text) if text.contains("-----BEGIN") => {
            der::Document::from_pem(text).map_err(|error| failed(error.to_string()))?.1.into_vec()
        }
        _ => bytes,
    };
    Certificate::parse(&der).map_err(|error| failed(error.to_string()))
}
