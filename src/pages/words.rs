//! The words of the status page, for its script: every text of `locales/*/page.ftl` that it shows, as JSON.
//!
//! The script fills in values itself, so each variable comes out as its own name in braces.

use serde_json::{Map, Value};

use crate::message::{Id, Language, text};

/// Each text by its id without `page-`.
#[must_use]
pub fn json(language: Language) -> String {
    let named = |(id, variables): &(Id, &[&'static str])| {
        let variables: Vec<_> = variables.iter().map(|name| (*name, format!("{{{name}}}").into())).collect();
        let text = text(language, *id, &variables);
        (id.name().trim_start_matches("page-").to_owned(), Value::String(text))
    };
    let words: Map<String, Value> = TEXTS.iter().map(named).collect();
    Value::Object(words).to_string()
}

macro_rules! texts {
    ($($id:literal $(($($variable:ident),+))?),+ $(,)?) => {
        &[$((const { Id::known($id) }, &[$($(stringify!($variable)),+)?])),+]
    };
}

/// A table, since a call for each would be 30 KiB of code.
const TEXTS: &[(Id, &[&str])] = texts![
    "page-about",
    "page-activity",
    "page-activity-changed",
    "page-activity-none",
    "page-allow",
    "page-allow-site"(site),
    "page-card",
    "page-card-busy",
    "page-card-busy-text",
    "page-card-jpki",
    "page-card-mute",
    "page-card-mute-text",
    "page-card-none",
    "page-card-other",
    "page-card-unsupported",
    "page-certificate-absent",
    "page-certificate-authentication",
    "page-certificate-signature",
    "page-certificates",
    "page-change",
    "page-change-authentication-rules",
    "page-change-begin",
    "page-change-missing",
    "page-change-not-understood",
    "page-change-signature-rules",
    "page-change-understood",
    "page-change-unproven",
    "page-changed",
    "page-days-left"(number),
    "page-days-left-one",
    "page-did-allow",
    "page-did-authenticate",
    "page-did-change",
    "page-did-clear",
    "page-did-disclose",
    "page-did-drop",
    "page-did-gap",
    "page-did-mend",
    "page-did-other",
    "page-did-remove",
    "page-did-sign",
    "page-did-unprotect",
    "page-did-unreadable",
    "page-disclosed",
    "page-doctor",
    "page-ended-on"(day),
    "page-ended-text",
    "page-ended-title",
    "page-ends-on"(day),
    "page-expired",
    "page-failed",
    "page-fingerprint",
    "page-guide",
    "page-help",
    "page-level-error",
    "page-level-ok",
    "page-level-warning",
    "page-looking",
    "page-more",
    "page-needs-opening-text",
    "page-needs-opening-title",
    "page-new-site",
    "page-no-reader",
    "page-no-service",
    "page-other-language",
    "page-outcome-abandoned",
    "page-outcome-done",
    "page-outcome-failed",
    "page-outcome-unknown",
    "page-pin-authentication",
    "page-pin-blocked",
    "page-pin-last-try",
    "page-pin-ok"(left, of),
    "page-pin-signature",
    "page-pin-unknown",
    "page-pins",
    "page-prompt-open",
    "page-reading",
    "page-refused-times"(number, last),
    "page-release",
    "page-released",
    "page-reminders",
    "page-remove",
    "page-remove-site"(site),
    "page-removed"(site),
    "page-renewal-from"(day),
    "page-renewal-now",
    "page-renewal-open",
    "page-revocation",
    "page-saved",
    "page-scope-authenticate",
    "page-scope-certificates",
    "page-scope-sign",
    "page-scope-status",
    "page-scopes",
    "page-setting-audit-retention",
    "page-setting-card-extended-reads",
    "page-setting-card-idle-release",
    "page-setting-card-reader",
    "page-setting-card-roots",
    "page-setting-card-sharing",
    "page-setting-consent-guard",
    "page-setting-consent-phrase",
    "page-setting-consent-program",
    "page-setting-consent-timeout",
    "page-setting-language",
    "page-setting-limits-declines",
    "page-setting-limits-requests",
    "page-setting-no",
    "page-setting-notifications-expiry",
    "page-setting-notifications-password",
    "page-setting-notifications-refused",
    "page-setting-notifications-signatures",
    "page-setting-notifications-stay",
    "page-setting-server-idle-exit",
    "page-setting-server-port",
    "page-setting-tls",
    "page-setting-tls-port",
    "page-setting-unset",
    "page-setting-yes",
    "page-settings",
    "page-settings-file"(file),
    "page-settings-none",
    "page-signature-hidden",
    "page-signature-show",
    "page-sites",
    "page-sites-allowed",
    "page-sites-fault",
    "page-sites-none",
    "page-sites-none-refused",
    "page-sites-refused",
    "page-skip",
    "page-software-short",
    "page-software-text",
    "page-software-title",
    "page-title",
    "page-unprotect",
    "page-unprotected",
    "page-why-card-removed",
    "page-why-certificate-absent",
    "page-why-declined",
    "page-why-last-try-protected",
    "page-why-no-answer",
    "page-why-pin-blocked",
    "page-why-pin-incorrect",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pages::parts;

    fn names(script: &str) -> BTreeSet<&str> {
        // Every text in quotes that is written like an id.
        let is_id =
            |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        script.split('"').skip(1).step_by(2).filter(is_id).collect()
    }

    #[test]
    fn the_script_says_all_of_them_and_nothing_else() {
        let mut said = BTreeSet::new();
        let mut asked = BTreeSet::new();
        let scripts = parts::ALL.iter().filter(|part| part.name.ends_with(".js")).map(|part| part.content());
        let scripts: Vec<String> = scripts.collect();
        for script in &scripts {
            said.extend(names(script));
            let calls = script.split("text(\"").skip(1).chain(script.split("count(\"").skip(1));
            asked.extend(calls.filter_map(|rest| rest.split('"').next()));
        }
        let words: Map<String, Value> = serde_json::from_str(&json(Language::English)).unwrap();
        for name in words.keys() {
            assert!(said.contains(name.as_str()), "{name} is shown nowhere");
        }
        for name in asked {
            assert!(words.contains_key(name), "{name} is not in the catalogue");
        }
    }

    #[test]
    fn variables_are_left_for_the_script() {
        for language in Language::ALL {
            let words: Map<String, Value> = serde_json::from_str(&json(language)).unwrap();
            assert!(words["days-left"].as_str().unwrap().contains("{number}"), "{language}");
            assert!(words.values().all(|text| !text.as_str().unwrap().contains('$')));
        }
    }
}
