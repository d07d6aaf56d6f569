//! `reminders`: what the holder of the card in the reader should know in time.

use serde_json::Value;

use super::ReaderArgument;
use super::ask::tell_dates;
use super::session::{Exit, Failure, Session};
use crate::client::Request;
use crate::message;
use crate::message::Language;

/// `reminders`
pub(super) async fn run(session: &Session, reader: &ReaderArgument) -> Result<Exit, Failure> {
    session.show(Request::get(&reader.target("/v1/reminders")), |body| tell(session.language, body)).await
}

fn tell(language: Language, body: &Value) -> Option<String> {
    let mut lines = Vec::new();
    let reminders = body.get("reminders")?.as_array()?;
    for reminder in reminders.iter().filter(|reminder| !is_said_already(reminder, reminders)) {
        lines.push(format!("* {}", reminder.get("text")?.as_str()?));
    }
    if lines.is_empty() {
        lines.push(message!(language, "reminder-none"));
    }
    lines.push(String::new());
    match body.get("signatureCertificate")? {
        Value::Null => lines.push(message!(language, "reminder-signature-unknown")),
        certificate => {
            lines.push(message!(language, "reminder-signature-known"));
            lines.extend(tell_dates(language, certificate)?.into_iter().map(|line| format!("  {line}")));
        }
    }
    lines.push(body.get("note")?.as_str()?.to_owned());
    Some(lines.join("\n"))
}

/// A certificate that ends soon is told of with its renewal: that it can be renewed is no second piece of news.
fn is_said_already(reminder: &Value, all: &[Value]) -> bool {
    let is = |reminder: &Value, code: &str| reminder.get("code").is_some_and(|its| its == code);
    let ends_soon = |other: &Value| is(other, "expires_soon") && other.get("about") == reminder.get("about");
    is(reminder, "renewal_open") && all.iter().any(ends_soon)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_renewal_of_a_certificate_that_ends_soon_is_told_once() {
        let reminder =
            |about: &str, code: &str| json!({"about": about, "code": code, "text": format!("{about} {code}")});
        let body = json!({"signatureCertificate": null, "note": "NOTE", "reminders": [
            reminder("authentication", "expires_soon"), reminder("authentication", "renewal_open"),
            reminder("signature", "renewal_open")]});
        let told = tell(Language::English, &body).unwrap();
        assert!(told.contains("authentication expires_soon") && told.contains("signature renewal_open"), "{told}");
        assert!(!told.contains("authentication renewal_open"), "{told}");
    }

    #[test]
    fn what_is_known_and_what_is_not_is_told_in_both_languages() {
        let unknown = json!({"reader": "r1", "signatureCertificate": null, "reminders": [], "note": "NOTE"});
        let known = json!({"reader": "r1", "reminders": [{"text": "SOON"}], "note": "NOTE", "signatureCertificate": {
            "period": "in_period", "notAfterJst": "2030-02-17", "daysLeft": 30,
            "renewal": {"opensOnJst": "2029-11-18", "open": true}}});
        for language in Language::ALL {
            let told = tell(language, &unknown).unwrap();
            assert!(told.contains("jpki-agent disclose") && told.ends_with("NOTE"), "{told}");
            let told = tell(language, &known).unwrap();
            for part in ["* SOON", "2030-02-17", "30", "2029-11-18", "NOTE"] {
                assert!(told.contains(part), "{part}: {told}");
            }
            assert_eq!(tell(language, &json!({})), None);
        }
    }
}
