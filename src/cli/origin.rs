//! `origin`: who may ask, kept by the running agent. What is warned of, and what is refused, the agent decides.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::ask::text;
use super::session::{Exit, Failure, Session};
use crate::client::Request;
use crate::message;
use crate::message::Language;
use crate::origin::{Origin, Scope};

#[derive(Debug, Subcommand)]
pub(super) enum OriginCommand {
    Allow(AllowArguments),
    List {
        #[arg(long)]
        refused: bool,
    },
    Remove {
        origin: Origin,
    },
}

#[derive(Args, Debug)]
pub(super) struct AllowArguments {
    origin: Origin,
    #[arg(long = "scope", value_name = "SCOPE",
          value_parser = PossibleValuesParser::new(Scope::ALL.map(Scope::name)))]
    scopes: Vec<String>,
    #[arg(long)]
    force: bool,
    #[arg(long)]
    ask: bool,
}

pub(super) async fn run(session: &Session, command: &OriginCommand) -> Result<Exit, Failure> {
    let language = session.language;
    match command {
        OriginCommand::Allow(arguments) => {
            let origin = arguments.origin.as_str();
            let mut body = json!({"origin": origin, "force": arguments.force, "ask": arguments.ask});
            if let (Some(members), false) = (body.as_object_mut(), arguments.scopes.is_empty()) {
                members.insert("allow".to_owned(), json!(arguments.scopes));
            }
            let request = Request { method: "PUT", body: Some(&body), ..Request::get("/v1/origins") };
            let answer = session.show(request, |lists| tell_allowed(language, lists, origin)).await;
            answer.map_err(|failure| explain(failure, "invalid_request", message!(language, "cli-origin-not-allowed")))
        }
        OriginCommand::List { refused } => {
            let tell =
                |lists: &Value| if *refused { tell_refused(language, lists) } else { tell_list(language, lists) };
            session.show(Request::get("/v1/origins"), tell).await
        }
        OriginCommand::Remove { origin } => {
            let encoded: String = url::form_urlencoded::byte_serialize(origin.as_str().as_bytes()).collect();
            let target = format!("/v1/origins?origin={encoded}");
            let request = Request { method: "DELETE", ..Request::get(&target) };
            let tell = |_: &Value| Some(message!(language, "cli-origin-removed", origin = origin.as_str()));
            let answer = session.show(request, tell).await;
            answer.map_err(|failure| explain(failure, "not_found", message!(language, "cli-origin-unknown")))
        }
    }
}

/// The agent's words for this problem are for authors of programs; a person needs others.
fn explain(failure: Failure, code: &str, title: String) -> Failure {
    if failure.problem_code().as_deref() != Some(code) {
        return failure;
    }
    let problem = failure.problem.as_ref().map(|answer| answer.json()).unwrap_or_default();
    let reason = problem.get("reason").and_then(Value::as_str).map(str::to_owned);
    Failure { title, detail: reason, remedy: None, ..failure }
}

/// `https://xn--… (https://…)`, as browsers send it and, where it cannot deceive, as it is read.
fn name(entry: &Value) -> Option<String> {
    let origin = text(entry, "origin")?;
    Some(text(entry, "text").map_or_else(|| origin.to_owned(), |shown| format!("{origin} ({shown})")))
}

fn scopes(entry: &Value) -> Option<String> {
    let names: Option<Vec<&str>> = entry.get("scopes")?.as_array()?.iter().map(Value::as_str).collect();
    Some(names?.join(", "))
}

fn tell_allowed(language: Language, lists: &Value, origin: &str) -> Option<String> {
    let entry = lists.get("allowed")?.as_array()?.iter().find(|entry| text(entry, "origin") == Some(origin))?;
    let mut lines = vec![message!(language, "cli-origin-allowed", origin = name(entry)?, scopes = scopes(entry)?)];
    for warning in lists.get("warnings")?.as_array()? {
        lines.push(format!("  ! {}", warning.as_str()?));
    }
    Some(lines.join("\n"))
}

fn tell_list(language: Language, lists: &Value) -> Option<String> {
    let mut lines = Vec::new();
    for entry in lists.get("allowed")?.as_array()? {
        lines.push(format!("{}: {}", name(entry)?, scopes(entry)?));
    }
    if lines.is_empty() {
        lines.push(message!(language, "cli-origin-none"));
    }
    if let Some(why) = text(lists, "fault") {
        lines.push(message!(language, "cli-origin-fault", why = why));
    }
    let refused = lists.get("refused")?.as_array()?.len();
    if refused > 0 {
        lines.push(message!(language, "cli-origin-others", count = refused));
    }
    Some(lines.join("\n"))
}

fn tell_refused(language: Language, lists: &Value) -> Option<String> {
    let mut lines = Vec::new();
    for entry in lists.get("refused")?.as_array()? {
        lines.push(message!(
            language,
            "cli-origin-refused",
            origin = name(entry)?,
            count = entry.get("count")?.as_u64()?,
            first = text(entry, "first")?,
            last = text(entry, "last")?
        ));
    }
    lines.push(match lines.is_empty() {
        true => message!(language, "cli-origin-refused-none"),
        false => message!(language, "cli-origin-refused-remedy"),
    });
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_lists_are_told_in_both_languages() {
        let lists = json!({
            "allowed": [{"origin": "https://xn--1lqs71d.jp", "text": "https://東京.jp", "scopes": ["status", "sign"]}],
            "refused": [{"origin": "https://stranger.example", "first": "2026-01-01T00:00:00Z",
                "last": "2026-01-02T00:00:00Z", "count": 7}],
            "fault": "line 3: no", "warnings": ["a look-alike"]});
        for language in Language::ALL {
            let told = tell_list(language, &lists).unwrap();
            assert!(told.starts_with("https://xn--1lqs71d.jp (https://東京.jp): status, sign\n"), "{told}");
            assert!(told.contains("line 3: no") && told.contains("--refused"), "{told}");
            let told = tell_refused(language, &lists).unwrap();
            assert!(told.contains("https://stranger.example") && told.contains('7'), "{told}");
            assert!(told.contains("2026-01-02T00:00:00Z") && told.contains("origin allow --ask"), "{told}");
            let told = tell_allowed(language, &lists, "https://xn--1lqs71d.jp").unwrap();
            assert!(told.contains("status, sign") && told.ends_with("  ! a look-alike"), "{told}");
            for odd in [json!(null), json!({"allowed": 1, "refused": 1})] {
                assert!(tell_list(language, &odd).is_none() && tell_refused(language, &odd).is_none());
            }
        }
    }
}
