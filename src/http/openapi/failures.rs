//! What each route wants of its caller, and which problems it can answer with: one list for each operation, grouped by
//! what brings them about.

use std::collections::BTreeMap;

use utoipa::Modify;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};

use crate::http::access::Wants;
use crate::http::problem::{self, MEDIA_TYPE};
use crate::origin::Scope;
use crate::problem::Problem;

/// Gates 1 to 3, and what can happen to any request.
const ALWAYS: &[&str] =
    &["invalid_request", "peer_not_allowed", "host_not_allowed", "body_too_large", "rate_limited", "internal"];
/// A `{kind}` that does not exist.
const KIND: &[&str] = &["not_found"];
/// Gates 5 and 6.
const CALLER: &[&str] = &["caller_unidentified", "origin_not_allowed", "scope_not_allowed", "fetch_mode_not_allowed"];
/// Gate 7.
const BODY: &[&str] = &["unsupported_media_type"];
/// Looking for readers.
const READER: &[&str] = &["no_reader", "pcsc_unavailable"];
/// Talking to a card.
const CARD: &[&str] =
    &["no_card", "card_unsupported", "several_cards", "card_busy", "card_removed", "card_fault", "card_timeout"];
/// Asking the person.
const PROMPT: &[&str] = &["user_declined", "consent_timeout", "prompt_busy", "pinentry_unavailable", "shutting_down"];
/// Presenting a PIN.
const PIN: &[&str] = &["pin_blocked", "pin_incorrect", "last_try_protected"];
/// Using a key.
const KEY: &[&str] = &["certificate_absent"];
/// What an operation wants of its caller: the router's table once more, by the names of the document. A test asks the
/// router whether they agree.
fn wants(operation: &str) -> Option<Wants> {
    match operation {
        "status" | "events" | "pins" => Some(Wants::Scope(Scope::Status)),
        "certificates" | "certificate" => Some(Wants::Scope(Scope::Certificates)),
        "authenticate" => Some(Wants::Scope(Scope::Authenticate)),
        "sign" | "disclose" => Some(Wants::Scope(Scope::Sign)),
        "release" => Some(Wants::AnyScope),
        "unprotect" | "change" | "origins" | "allowOrigin" | "removeOrigin" | "audit" | "doctor" | "reminders"
        | "keptReminders" | "guide" | "settings" => Some(Wants::Own),
        "allEvents" | "remindersDone" | "openPage" | "opening" | "giveUpOpening" => Some(Wants::Socket),
        _ => None,
    }
}

/// The same in words.
fn told(wants: Option<Wants>) -> String {
    match wants {
        Some(Wants::Scope(scope)) => format!("Scope: `{}`.", scope.name()),
        Some(Wants::AnyScope) => "Scope: any.".to_owned(),
        Some(Wants::Own) => "For programs on the agent's socket and the agent's own page.".to_owned(),
        Some(Wants::Socket) => "For programs on the agent's socket.".to_owned(),
        None => "Scope: none.".to_owned(),
    }
}

/// The schemes that can show it, the origin's with the scopes among which one is wanted. OpenAPI knows none for the
/// socket.
fn shown_by(wants: Option<Wants>) -> Option<Vec<SecurityRequirement>> {
    let scopes: Vec<&str> = match wants? {
        Wants::Scope(scope) => vec![scope.name()],
        Wants::AnyScope => Vec::new(),
        Wants::Own | Wants::Socket => return None,
    };
    Some(vec![SecurityRequirement::new("origin", scopes), SecurityRequirement::new("token", Vec::<String>::new())])
}

/// The codes an operation can answer with.
fn codes(operation: &str) -> Vec<&'static str> {
    let groups: &[&[&str]] = match operation {
        "status" => &[CALLER],
        "events" | "allEvents" => &[CALLER, &["shutting_down"]],
        "pins" | "certificates" | "reminders" => &[CALLER, READER, CARD],
        "certificate" => &[KIND, CALLER, READER, CARD, &["pin_required", "certificate_absent"]],
        "release" => &[CALLER, BODY, READER],
        "unprotect" => &[KIND, CALLER, BODY, READER, CARD, PROMPT, &["pin_blocked"]],
        "change" => &[KIND, CALLER, BODY, READER, CARD, PROMPT, PIN, &["pin_change_unproven"]],
        "origins" | "audit" | "doctor" | "guide" | "settings" | "keptReminders" => &[CALLER],
        "remindersDone" => &[CALLER, BODY],
        "openPage" => &[CALLER, BODY, &["shutting_down"]],
        "opening" | "giveUpOpening" => &[CALLER, &["not_found"]],
        "allowOrigin" => &[CALLER, BODY, PROMPT],
        "removeOrigin" => &[CALLER, &["not_found"]],
        "disclose" | "authenticate" => &[CALLER, BODY, READER, CARD, PROMPT, PIN, KEY],
        "sign" => &[CALLER, BODY, READER, CARD, PROMPT, PIN, KEY, &["certificate_mismatch"]],
        "bridge" => &[&["fetch_mode_not_allowed", "shutting_down"]],
        _ => &[], // health, openapi: gates 1 to 4 only
    };
    [ALWAYS].iter().chain(groups).flat_map(|group| group.iter().copied()).collect()
}

/// Adds the failures, and who may ask, to every operation.
pub(super) struct Failures;

impl Modify for Failures {
    fn modify(&self, document: &mut OpenApi) {
        for path in document.paths.paths.values_mut() {
            for operation in [&mut path.get, &mut path.put, &mut path.post, &mut path.delete].into_iter().flatten() {
                describe(operation);
            }
        }
    }
}

fn describe(operation: &mut Operation) {
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let (codes, wants) = (codes(id), wants(id));
    operation.security = shown_by(wants);
    let about = [operation.description.take(), Some(told(wants))];
    operation.description = Some(about.into_iter().flatten().collect::<Vec<_>>().join("\n\n"));
    // It is the first paragraph of a comment in the code, which is broken where its lines are full.
    operation.summary = operation.summary.take().map(|summary| summary.replace('\n', " "));
    let mut by_status: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for problem in Problem::examples() {
        if codes.contains(&problem.code()) {
            by_status.entry(problem::status(&problem).as_str().to_owned()).or_default().push(problem.code());
        }
    }
    for (status, codes) in by_status {
        let names: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
        let mut response = ResponseBuilder::new()
            .description(format!("{}.", names.join(", ")))
            .content(MEDIA_TYPE, ContentBuilder::new().schema(Some(problem_with(&codes))).build());
        if let Some((name, about)) = header_of(&status) {
            response = response.header(name, HeaderBuilder::new().description(Some(about)).build());
        }
        operation.responses.responses.insert(status, RefOr::T(response.build()));
    }
}

/// A problem with one of these codes.
fn problem_with(codes: &[&str]) -> Schema {
    let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes.iter().copied()));
    let narrowed = ObjectBuilder::new().property("code", code);
    AllOfBuilder::new().item(Ref::from_schema_name("Problem")).item(narrowed).build().into()
}

/// The header that comes with this status.
fn header_of(status: &str) -> Option<(&'static str, &'static str)> {
    match status {
        "401" => Some(("WWW-Authenticate", "Always `Bearer`.")),
        "429" => Some(("Retry-After", "Seconds to wait.")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_belongs_to_some_operation_and_none_is_misspelt() {
        let all: Vec<&str> = Problem::examples().iter().map(Problem::code).collect();
        let operations =
            ["status", "certificates", "certificate", "release", "unprotect", "change", "authenticate", "sign"];
        let used: Vec<&str> = operations.into_iter().flat_map(codes).collect();
        for code in &used {
            assert!(all.contains(code), "{code}");
        }
        for code in all {
            // It answers only what is no operation.
            assert!(used.contains(&code) || code == "method_not_allowed", "{code}");
        }
    }
}
