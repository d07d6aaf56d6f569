//! The OpenAPI document: the committed one, the served one and the code agree; it is sound; and no PIN is in it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jpki_agent::foreign_text::is_deceptive;
use jpki_agent::http::openapi;
use jpki_agent::origin::{Origin, Scope, Scopes};
use jpki_agent::problem::Problem;
use serde_json::{Value, json};
use support::agent::PORTAL;
use support::face::{Answer, Ask, Face};

fn document() -> Value {
    serde_json::from_str(&openapi::document()).unwrap()
}

/// Calls `look` with the path and value of everything in `value`.
fn walk(value: &Value, path: &str, look: &mut impl FnMut(&str, &Value)) {
    look(path, value);
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| walk(value, &format!("{path}/{name}"), look)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| walk(value, &format!("{path}/{index}"), look));
        }
        _ => {}
    }
}

#[test]
fn the_committed_document_is_the_one_the_code_makes() {
    let committed = std::fs::read_to_string("openapi/jpki-agent.json").unwrap_or_default();
    assert!(committed == openapi::generate(), "openapi/jpki-agent.json differs from the code; run `make openapi`");
    assert!(committed == openapi::document(), "the program carries another one");
}

#[tokio::test]
async fn the_agent_serves_it() {
    let face = Face::new().await;
    let answer = face.refuse(Ask::tcp("GET", "/v1/openapi.json")).await;
    assert_eq!(answer.good(), document());
    assert_eq!(String::from_utf8(answer.body).unwrap(), openapi::document());
}

#[test]
fn it_is_sound() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    let (mut references, mut problems) = (BTreeSet::new(), 0);
    walk(&document, "", &mut |path, value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{path}: {reference}");
            references.insert(reference.to_owned());
        }
        problems +=
            usize::from(path.ends_with("/application~1problem+json") || path.ends_with("/application/problem+json"));
        let nullable_of_old = value.get("nullable").is_some_and(Value::is_boolean);
        assert!(!nullable_of_old, "{path}: `nullable` is not a word of OpenAPI 3.1");
        if let Some(required) = value.get("required").and_then(Value::as_array) {
            for name in required {
                assert!(value["properties"].get(name.as_str().unwrap()).is_some(), "{path}: {name} is not described");
            }
        }
    });
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(references.contains(&format!("#/components/schemas/{name}")), "{name} is used nowhere");
    }
    assert!(problems > 80, "{problems}");
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}");
            let one_line = |text: &str| !text.is_empty() && !text.contains('\n');
            assert!(operation["summary"].as_str().is_some_and(one_line), "{method} {path}");
            for status in ["400", "403", "413", "421", "500"] {
                assert!(operation["responses"].get(status).is_some(), "{method} {path}: {status}");
            }
            let in_path = path.contains("{kind}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let described = parameters.iter().any(|one| one["in"] == "path" && one["name"] == "kind");
            assert_eq!(in_path, described, "{method} {path}");
        }
    }
    assert_eq!(ids.len(), 28);
}

#[test]
fn request_bodies_refuse_unknown_members_and_bound_everything() {
    let document = document();
    for name in
        ["SignBody", "Digest", "AuthenticateBody", "DiscloseBody", "ReaderBody", "OriginBody", "DoneBody", "EmptyBody"]
    {
        let schema = &document["components"]["schemas"][name];
        assert_eq!(schema["additionalProperties"], false, "{name}");
        for (member, value) in schema["properties"].as_object().into_iter().flatten() {
            if value["type"] == "string" {
                assert!(value.get("maxLength").or(value.get("pattern")).is_some(), "{name}.{member}");
            }
        }
    }
    let digests = &document["components"]["schemas"]["SignBody"]["properties"]["digests"];
    assert_eq!((&digests["minItems"], &digests["maxItems"]), (&json!(1), &json!(100)));
}

/// Of what can be written as `\uXXXX` in every language's patterns.
#[test]
fn the_pattern_of_a_label_refuses_what_the_agent_refuses() {
    let document = document();
    let pattern = document["components"]["schemas"]["Digest"]["properties"]["label"]["pattern"].as_str().unwrap();
    let class = pattern.strip_prefix("^[^").and_then(|rest| rest.strip_suffix("]*$")).unwrap();
    let end = |escape: &str| u32::from_str_radix(escape.trim_end_matches('-'), 16).unwrap();
    let mut refused = BTreeSet::new();
    let mut ends = class.strip_prefix("\\u").unwrap().split("\\u");
    while let Some(first) = ends.next() {
        let last = if first.ends_with('-') { ends.next().unwrap() } else { first };
        refused.extend(end(first)..=end(last));
    }
    let deceptive = (0..=0xFFFF).filter(|code| char::from_u32(*code).is_some_and(is_deceptive)).collect();
    assert_eq!(refused, deceptive);
}

/// Each scope alone, and all but it.
fn some_scopes() -> impl Iterator<Item = Scopes> {
    let all_but = |one: Scope| Scope::ALL.into_iter().filter(|scope| *scope != one).collect();
    Scope::ALL.into_iter().flat_map(move |scope| [Scopes::from_iter([scope]), all_but(scope)])
}

#[tokio::test]
async fn the_scope_an_operation_names_is_the_one_it_wants() {
    let face = Face::new().await;
    let origin: Origin = "https://scopes.example".parse().unwrap();
    let mut counts = BTreeMap::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        let target = path.replace("{kind}", "authentication").replace("{opening}", "1");
        for (method, operation) in item.as_object().unwrap() {
            let told = operation["description"].as_str().unwrap().lines().last().unwrap().to_owned();
            let scopes = operation["security"][0]["origin"].as_array();
            let wanted = scopes.and_then(|scopes| Scope::by_name(scopes.first()?.as_str()?));
            match wanted {
                Some(scope) => assert_eq!(told, format!("Scope: `{}`.", scope.name()), "{path}"),
                None => assert_eq!(scopes.is_some(), told == "Scope: any.", "{path}"),
            }
            for given in some_scopes() {
                face.parts.gatekeeper.origins().allow(&origin, &given, true).unwrap();
                // A member that nothing knows: nobody is asked.
                let ask = Ask::tcp(&method.to_uppercase(), &target).origin(origin.as_str()).json(&json!({"?": 0}));
                let answer = face.open(ask).await;
                // Others are not read: one of them is a stream.
                let refused = answer.status() == 403 && Answer::of(answer).await.problem().1 == "scope_not_allowed";
                let enough = told.starts_with("Scope: ") && wanted.is_none_or(|wanted| given.contains(wanted));
                assert_eq!(refused, !enough, "{method} {path} with {given:?}");
            }
            *counts.entry(told).or_insert(0) += 1;
        }
    }
    let of = |told: &str| counts[told];
    assert_eq!((of("Scope: none."), of("Scope: any.")), (3, 1));
    assert_eq!(of("For programs on the agent's socket."), 5);
    assert_eq!(of("For programs on the agent's socket and the agent's own page."), 11);
}

#[test]
fn the_codes_are_those_of_the_agent() {
    let codes: Vec<_> = Problem::examples().iter().map(|problem| json!(problem.code())).collect();
    assert_eq!(document()["components"]["schemas"]["ProblemCode"]["enum"], json!(codes));
}

/// Every name by which something could be sent or received: members, parameters, headers, security schemes.
#[test]
fn nothing_in_it_can_carry_a_pin() {
    let mut names = Vec::new();
    walk(&document(), "", &mut |path, value| {
        let (parent, name) = path.rsplit_once('/').unwrap_or_default();
        let kind = parent.rsplit('/').next().unwrap_or_default();
        if matches!(kind, "properties" | "headers" | "parameters" | "securitySchemes") {
            names.push(name.to_lowercase());
        }
        if value.get("in").is_some() {
            names.push(value["name"].as_str().unwrap_or_default().to_lowercase());
        }
    });
    assert!(names.len() > 60, "{names:?}");
    for name in &names {
        // `pins` holds the counts of tries left; no other name may even sound like it.
        for word in ["pin", "password", "passphrase", "passcode", "secret", "credential", "暗証"] {
            assert!(name == "pins" || !name.contains(word), "{name}");
        }
    }
    let pins = &document()["components"]["schemas"]["PinStatus"]["properties"];
    let members: Vec<_> = pins.as_object().unwrap().keys().collect();
    assert_eq!(members, ["guidance", "kind", "state", "triesLeft", "triesMax"]);
}

#[tokio::test]
async fn every_operation_in_it_is_a_route() {
    let face = Face::new().await;
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path = path.replace("{kind}", "authentication");
        for method in item.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            // Without a proof of who asks: refused, but known.
            let status = face.refuse(Ask::tcp(&method, &path)).await.status.as_u16();
            assert!(matches!(status, 200 | 401), "{method} {path}: {status}");
            let other = if method == "POST" { "GET" } else { "POST" };
            assert_eq!(face.refuse(Ask::tcp(other, &path).origin(PORTAL)).await.status, 405, "{other} {path}");
        }
    }
}
