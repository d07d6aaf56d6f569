//! `audit`: what was asked of the card, and is the log as the agent wrote it?
//!
//! The running agent is asked; where none runs, its log is read from the same folder. Deleting is for the command line
//! only: no route does it, so that nobody who may ask the agent can.

use std::io::{self, BufRead as _, IsTerminal as _};

use clap::Subcommand;
use serde_json::Value;

use super::ask::text;
use super::clock;
use super::session::{Exit, Failure, Session};
use crate::audit::{AuditError, AuditLog, AuditSettings};
use crate::client::Request;
use crate::foreign_text::visible;
use crate::http::model::audit::Audit;
use crate::japan;
use crate::message;
use crate::message::Language;
use crate::runtime_dir;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    Show {
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
        limit: u16,
    },
    Verify,
    Clear {
        #[arg(long)]
        yes: bool,
    },
}

pub(super) async fn run(session: &Session, command: &AuditCommand) -> Result<Exit, Failure> {
    match command {
        AuditCommand::Show { limit } => {
            let audit = read(session, *limit).await?;
            print(session, &audit, tell_entries(session.language, &audit))?;
            Ok(Exit::Done)
        }
        AuditCommand::Verify => {
            let audit = read(session, 1).await?;
            let intact = audit.get("intact").and_then(Value::as_bool);
            let intact = intact.ok_or_else(|| Failure::odd_answer(session.language))?;
            print(session, &audit, tell_findings(session.language, &audit))?;
            Ok(if intact { Exit::Done } else { Exit::Failed })
        }
        AuditCommand::Clear { yes } => clear(session, *yes),
    }
}

/// The log of this user.
pub(super) fn log() -> Option<AuditLog> {
    Some(AuditLog::new(&runtime_dir::state_folder()?.join("audit"), AuditSettings::default()))
}

fn own_log(language: Language) -> Result<AuditLog, Failure> {
    log().ok_or_else(|| Failure::new(Exit::Failed, message!(language, "cli-audit-nowhere")))
}

fn unusable(language: Language, error: &AuditError) -> Failure {
    Failure::new(Exit::Failed, message!(language, "cli-audit-unusable")).because(language, &error.phrase())
}

/// The body of `GET /v1/audit`, from the agent or as it would be.
async fn read(session: &Session, limit: u16) -> Result<Value, Failure> {
    match session.ask(Request::get(&format!("/v1/audit?limit={limit}"))).await {
        Ok(answer) => return Ok(answer.json()),
        Err(failure) if failure.exit == Exit::NoAgent => {}
        Err(failure) => return Err(failure),
    }
    let log = own_log(session.language)?;
    let audit = log.show(limit.into()).and_then(|entries| Ok(Audit::new(entries, log.verify()?, session.language)));
    let audit = audit.map_err(|error| unusable(session.language, &error))?;
    serde_json::to_value(audit).map_err(|_| Failure::odd_answer(session.language))
}

fn print(session: &Session, audit: &Value, told: Option<String>) -> Result<(), Failure> {
    if session.json {
        session.print(&audit.to_string());
    } else {
        session.print(&told.ok_or_else(|| Failure::odd_answer(session.language))?);
    }
    Ok(())
}

fn clear(session: &Session, yes: bool) -> Result<Exit, Failure> {
    let language = session.language;
    let log = own_log(language)?;
    if !yes {
        if !io::stdin().is_terminal() {
            let failure = Failure::new(Exit::Usage, message!(language, "cli-audit-clear-unasked"));
            return Err(failure.remedy(message!(language, "cli-audit-clear-unasked-remedy")));
        }
        session.note(&message!(language, "cli-audit-clear-question"));
        let mut answer = String::new();
        let _ = io::stdin().lock().read_line(&mut answer); // no answer is a no
        if !answer.trim().eq_ignore_ascii_case("yes") {
            return Err(Failure::new(Exit::Declined, message!(language, "cli-audit-kept")));
        }
    }
    log.clear(clock::now()).map_err(|error| unusable(language, &error))?;
    if !session.json {
        session.print(&message!(language, "cli-audit-cleared"));
    }
    Ok(Exit::Done)
}

fn tell_entries(language: Language, audit: &Value) -> Option<String> {
    let mut lines = Vec::new();
    for entry in audit.get("entries")?.as_array()? {
        let sequence = entry.get("sequence")?.as_u64()?;
        let time = text(entry, "time").and_then(japan::to_the_second).unwrap_or_else(|| "-".to_owned());
        lines.push(visible(&format!("{sequence:>6}  {time}  {}", tell_entry(language, entry)?)));
    }
    if lines.is_empty() {
        lines.push(message!(language, "cli-audit-empty"));
    }
    if !audit.get("intact")?.as_bool()? {
        lines.push(message!(language, "cli-audit-altered"));
    }
    Some(lines.join("\n"))
}

fn tell_entry(language: Language, entry: &Value) -> Option<String> {
    let kind = text(entry, "kind")?;
    if kind != "request" {
        let scopes = entry.get("scopes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let scopes: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
        let by_file = entry.get("byFile").and_then(Value::as_bool).unwrap_or_default();
        return Some(message!(
            language,
            "cli-audit-event",
            kind = kind,
            origin = text(entry, "origin").unwrap_or_default(),
            scopes = scopes.join(", "),
            by = if by_file { "file" } else { "request" },
            records = entry.get("records").and_then(Value::as_u64).unwrap_or_default()
        ));
    }
    let asker = match (text(entry, "origin"), entry.get("program")) {
        (Some(origin), _) => origin.to_owned(),
        (None, program) => {
            let pid = program.and_then(|program| program.get("pid")?.as_i64());
            let pid = pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
            format!("{} ({pid})", program.and_then(|program| text(program, "name")).unwrap_or("?"))
        }
    };
    let asker = text(entry, "onBehalfOf").map_or(asker.clone(), |site| format!("{asker} → {site}"));
    let digests = entry.get("digests")?.as_array()?;
    let mut lines = vec![message!(
        language,
        "cli-audit-request",
        asker = asker,
        operation = text(entry, "operation")?,
        key = text(entry, "keyKind").unwrap_or_default(),
        outcome = text(entry, "outcome")?,
        code = text(entry, "code").unwrap_or_default()
    )];
    for digest in digests {
        lines.push(format!("{} {}", text(digest, "algorithm")?, text(digest, "value")?));
    }
    Some(lines.join("  "))
}

fn tell_findings(language: Language, audit: &Value) -> Option<String> {
    let mut lines = vec![match audit.get("intact")?.as_bool()? {
        true => message!(language, "cli-audit-intact"),
        false => message!(language, "cli-audit-altered"),
    }];
    for finding in audit.get("findings")?.as_array()? {
        let line = finding.get("line").and_then(Value::as_u64).map(|line| format!(":{line}")).unwrap_or_default();
        lines.push(visible(&format!("  {}{line}: {}", text(finding, "file")?, text(finding, "text")?)));
    }
    let more = audit.get("moreFindings")?.as_u64()?;
    if more > 0 {
        lines.push(message!(language, "cli-audit-more", count = more));
    }
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_entry_is_told_in_both_languages() {
        let audit = json!({"intact": false, "moreFindings": 3, "entries": [
            {"sequence": 1, "time": "2026-01-01T15:00:00.123456789Z", "kind": "request", "origin": "https://portal.example",
                "operation": "sign", "keyKind": "signature", "outcome": "failed", "code": "user_declined",
                "digests": [{"algorithm": "SHA-256", "value": "AAAA"}]},
            {"sequence": 3, "time": null, "kind": "request", "program": {"name": "cu\u{1b}rl", "pid": 7},
                "onBehalfOf": "https://portal.example", "operation": "authenticate", "outcome": "done", "digests": []},
            {"sequence": 5, "time": null, "kind": "origin_allowed", "origin": "https://a.example",
                "scopes": ["status"], "byFile": true},
            {"sequence": 6, "time": null, "kind": "gap", "records": 4},
            {"sequence": 7, "time": null, "kind": "cleared"}],
            "findings": [{"file": "/x/audit-1.jsonl", "line": 2, "text": "this line is not a record", "alarm": true}]});
        for language in Language::ALL {
            let told = tell_entries(language, &audit).unwrap();
            for part in [
                "     1  2026-01-02 00:00:00+09:00  ",
                "user_declined",
                "SHA-256 AAAA",
                "     3  -  cu\u{FFFD}rl (7) → https://portal.example",
                "https://a.example",
            ] {
                assert!(told.contains(part), "{part}: {told}");
            }
            assert_eq!(told.lines().count(), 6, "{told}");
            let told = tell_findings(language, &audit).unwrap();
            assert!(told.contains("/x/audit-1.jsonl:2: this line is not a record") && told.contains('3'), "{told}");
            assert!(tell_entries(language, &json!({})).is_none() && tell_findings(language, &json!(1)).is_none());
        }
    }
}
