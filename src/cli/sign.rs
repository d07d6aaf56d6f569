//! `sign`: signatures of files, all with one password entry.
//!
//! Files are hashed here, in constant memory; only their digests and names go to the agent. Nothing is asked of the
//! person before everything that can fail beforehand was looked at: files, places to write to, the certificate beside.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use clap::Args;
use serde_json::{Value, json};

use super::session::{Exit, Failure, Session};
use super::{ChosenReader, DigestArgument, file};
use crate::agent::Label;
use crate::certificate::Fingerprint;
use crate::client::Request;
use crate::digest::{Digest, hexadecimal};
use crate::foreign_text::visible;
use crate::message;

/// Between two looks for a card that is awaited.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// The certificate of the signer, beside the signatures.
const SIGNER: &str = "signer.der";

#[derive(Args, Debug)]
pub(super) struct SignArguments {
    #[arg(required = true, num_args = 1..=100, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    digest: DigestArgument,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86400))]
    wait_card: Option<u64>,
    #[arg(long)]
    dry_run: bool,
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    reader: ChosenReader,
}

/// A file, what is signed of it, and where the signature goes.
struct Planned<'a> {
    file: &'a Path,
    digest: Digest,
    signature: PathBuf,
}

pub(super) async fn run(session: &Session, arguments: &SignArguments) -> Result<Exit, Failure> {
    let plan = plan(session, arguments)?;
    let signer = signer_path(arguments);
    if arguments.dry_run {
        return Ok(show_plan(session, &plan));
    }
    if !session.json {
        for path in plan.iter().map(|planned| planned.signature.as_path()).chain([signer.as_path()]) {
            file::try_write(path).map_err(|error| {
                let title = message!(session.language, "cli-not-writable");
                Failure::new(Exit::Failed, title).detail(format!("{}: {error}", file::shown(path)))
            })?;
        }
    }
    let expected = if session.json || arguments.force { None } else { known_signer(session, &signer)? };
    if let Some(seconds) = arguments.wait_card {
        wait_for_card(session, arguments, Duration::from_secs(seconds)).await?;
    }

    let body = arguments.reader.body(request(&plan, expected.as_ref()));
    let request = Request::post("/v1/sign", &body);
    if session.json {
        return session.show(request, |_| None).await;
    }
    let answer = match session.ask(request).await {
        Err(failure) if expected.is_some() && failure.problem_code().as_deref() == Some("certificate_mismatch") => {
            let title = message!(session.language, "cli-signer-differs");
            let failure = Failure::new(Exit::Failed, title).detail(file::shown(&signer));
            return Err(failure.remedy(message!(session.language, "cli-signer-differs-remedy")));
        }
        answer => answer?.json(),
    };
    save(session, arguments, &plan, &signer, &answer)
}

/// Reads the files, and finds out whether the signatures can be written.
fn plan<'a>(session: &Session, arguments: &'a SignArguments) -> Result<Vec<Planned<'a>>, Failure> {
    let language = session.language;
    let algorithm = arguments.digest.algorithm();
    if let Some(out) = arguments.out.as_ref().filter(|out| !out.is_dir()) {
        return Err(Failure::new(Exit::Usage, message!(language, "cli-no-folder")).detail(file::shown(out)));
    }
    let mut taken = HashSet::new();
    let mut plan = Vec::new();
    for file in &arguments.files {
        let signature = signature_path(file, arguments.out.as_deref());
        if !taken.insert(signature.clone()) {
            let failure = Failure::new(Exit::Usage, message!(language, "cli-same-output"));
            let failure = failure.detail(file::shown(&signature));
            return Err(failure.remedy(message!(language, "cli-same-output-remedy")));
        }
        if !session.json && !arguments.force && signature.symlink_metadata().is_ok() {
            let failure = Failure::new(Exit::Failed, message!(language, "cli-exists")).detail(file::shown(&signature));
            return Err(failure.remedy(message!(language, "cli-exists-remedy")));
        }
        let digest = file::check_regular(file)
            .and_then(|()| file::digest(file, algorithm, !session.json))
            .map_err(|error| Failure::unreadable(language, file, &error))?;
        plan.push(Planned { file, digest, signature });
    }
    Ok(plan)
}

/// `FILE.sig`, beside the file or in `out`.
fn signature_path(file: &Path, out: Option<&Path>) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".sig");
    match out {
        Some(out) => out.join(name),
        None => file.with_file_name(name),
    }
}

fn signer_path(arguments: &SignArguments) -> PathBuf {
    let beside = || arguments.files.first().and_then(|file| file.parent());
    arguments.out.as_deref().or_else(beside).unwrap_or(Path::new("")).join(SIGNER)
}

/// The fingerprint of the certificate that is there already: signatures beside it must be of the same.
fn known_signer(session: &Session, signer: &Path) -> Result<Option<Fingerprint>, Failure> {
    match file::read_small(signer) {
        Ok(der) => Ok(Some(Fingerprint::of(&der))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::unreadable(session.language, signer, &error)),
    }
}

fn show_plan(session: &Session, plan: &[Planned<'_>]) -> Exit {
    if session.json {
        session.print(&request(plan, None).to_string());
        return Exit::Done;
    }
    for planned in plan {
        session.print(&message!(
            session.language,
            "cli-would-sign",
            file = file::shown(planned.file),
            algorithm = planned.digest.algorithm().name(),
            digest = hexadecimal(planned.digest.value()),
            signature = file::shown(&planned.signature)
        ));
    }
    Exit::Done
}

/// The body of the request.
fn request(plan: &[Planned<'_>], expected: Option<&Fingerprint>) -> Value {
    let digest = |planned: &Planned<'_>| {
        json!({
            "algorithm": planned.digest.algorithm().name(),
            "value": BASE64.encode(planned.digest.value()),
            "label": label(planned.file),
        })
    };
    let mut body = json!({"digests": plan.iter().map(digest).collect::<Vec<_>>(), "includeCertificate": true});
    if let (Some(members), Some(expected)) = (body.as_object_mut(), expected) {
        members.insert("certificateFingerprintSha256".to_owned(), json!(expected.to_string()));
    }
    body
}

/// The file's name as the prompt will show it: what a label must not have is replaced, so that it can be seen.
fn label(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    visible(&name).chars().take(Label::MAX).collect()
}

/// Waits until a reader holds a My Number Card, as the agent's status says.
async fn wait_for_card(session: &Session, arguments: &SignArguments, limit: Duration) -> Result<(), Failure> {
    let deadline = Instant::now() + limit;
    let mut told = false;
    loop {
        let status = session.ask(Request::get("/v1/status")).await?.json();
        let holds_card = |reader: &Value| {
            let member = |name: &str| reader.get(name).and_then(Value::as_str);
            let wanted = arguments.reader.admits(member("id"));
            // A busy card may be the one; the request itself waits for it, or shares it.
            wanted && matches!(member("card"), Some("jpki" | "busy"))
        };
        // When the time is over the request is made all the same: the agent knows best what is missing.
        if status.get("readers").and_then(Value::as_array).is_some_and(|readers| readers.iter().any(holds_card))
            || Instant::now() >= deadline
        {
            return Ok(());
        }
        if !told {
            session.note(&message!(session.language, "cli-waiting-for-card", seconds = limit.as_secs()));
            told = true;
        }
        tokio::time::sleep(LOOK_AGAIN.min(deadline.saturating_duration_since(Instant::now()))).await;
    }
}

/// Writes the signatures and the certificate.
fn save(
    session: &Session,
    arguments: &SignArguments,
    plan: &[Planned<'_>],
    signer: &Path,
    answer: &Value,
) -> Result<Exit, Failure> {
    let language = session.language;
    let decoded = |value: Option<&Value>| BASE64.decode(value?.as_str()?).ok();
    let odd = || Failure::odd_answer(language);
    let signatures = answer.get("signatures").and_then(Value::as_array).ok_or_else(odd)?;
    let certificate = decoded(answer.get("certificate")).ok_or_else(odd)?;
    if signatures.len() != plan.len() {
        return Err(odd());
    }
    let not_saved = |path: &Path, error: &io::Error| {
        Failure::new(Exit::Failed, message!(language, "cli-not-saved"))
            .detail(format!("{}: {error}", file::shown(path)))
    };
    for (planned, signature) in plan.iter().zip(signatures) {
        let bytes = decoded(signature.get("value")).ok_or_else(odd)?;
        let path = &planned.signature;
        file::write(path, &bytes, arguments.force).map_err(|error| not_saved(path, &error))?;
        let (file, signature) = (file::shown(planned.file), file::shown(path));
        session.print(&message!(language, "cli-signed", file = file, signature = signature));
    }
    // The one that is there already is the same, or was to be replaced.
    file::write(signer, &certificate, true).map_err(|error| not_saved(signer, &error))?;
    session.print(&message!(language, "cli-signer", path = file::shown(signer)));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_stand_beside_their_files_or_in_the_folder_named() {
        for (file, out, signature) in [
            ("a.pdf", None, "a.pdf.sig"),
            ("x/a.pdf", None, "x/a.pdf.sig"),
            ("x/a", Some("o"), "o/a.sig"),
            ("/x/a.sig", Some("/o"), "/o/a.sig.sig"),
        ] {
            assert_eq!(signature_path(Path::new(file), out.map(Path::new)), Path::new(signature), "{file}");
        }
    }

    #[test]
    fn labels_show_what_could_hide() {
        assert_eq!(label(Path::new("x/申告 2026.xtx")), "申告 2026.xtx");
        assert_eq!(label(Path::new("a\u{202E}fdp.exe\n")), "a\u{FFFD}fdp.exe\u{FFFD}");
        let long = label(Path::new(&"長".repeat(300)));
        assert!(Label::new(long).is_ok());
    }
}
