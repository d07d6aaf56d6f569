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
    for reminder in body.get("reminders")?.as_array()? {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
