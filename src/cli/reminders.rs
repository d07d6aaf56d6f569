//! `reminders`: what the holder of the card in the reader should know in time; where there is none, of all cards that were
//! seen. And that they have seen to it.

use clap::Args;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::ReaderArgument;
use super::ask::tell_dates;
use super::session::{Exit, Failure, Session};
use crate::client::Request;
use crate::message;
use crate::message::Language;

#[derive(Args, Debug)]
pub(super) struct RemindersArguments {
    #[command(flatten)]
    reader: ReaderArgument,
    #[arg(long, value_name = "DATE", conflicts_with = "reader")]
    done: Option<Date>,
}

/// `reminders`
pub(super) async fn run(session: &Session, arguments: &RemindersArguments) -> Result<Exit, Failure> {
    let language = session.language;
    if let Some(date) = arguments.done {
        let body = json!({"dateJst": date.to_string()});
        return session.show(Request::post("/v1/reminders/done", &body), |body| tell_done(language, body)).await;
    }
    let of_card = arguments.reader.target("/v1/reminders");
    let shown = session.show(Request::get(&of_card), |body| tell(language, body)).await;
    match shown {
        // No card is needed for what is known of those that were seen.
        Err(failure) if arguments.reader.reader.is_none() && is_without_card(&failure) => {
            session.show(Request::get("/v1/reminders/kept"), |body| tell_kept(language, body)).await
        }
        shown => shown,
    }
}

fn is_without_card(failure: &Failure) -> bool {
    let codes = ["no_reader", "no_card", "card_unsupported", "card_busy", "card_removed", "pcsc_unavailable"];
    failure.problem_code().is_some_and(|code| codes.contains(&code.as_str()))
}

fn tell_done(language: Language, body: &Value) -> Option<String> {
    let count = body.get("done")?.as_u64()?;
    Some(if count == 0 { message!(language, "reminder-done-none") } else { message!(language, "reminder-done") })
}

fn tell_kept(language: Language, body: &Value) -> Option<String> {
    let mut lines = Vec::new();
    for (index, card) in body.get("kept")?.as_array()?.iter().enumerate() {
        if index > 0 {
            lines.push(String::new());
        }
        for reminder in card.get("reminders")?.as_array()? {
            lines.push(format!("* {}", reminder.get("text")?.as_str()?));
        }
    }
    if lines.is_empty() {
        lines.push(message!(language, "reminder-none"));
    }
    lines.push(String::new());
    lines.push(message!(language, "reminder-kept"));
    if body.get("yearlyReminderWaits")?.as_bool()? {
        lines.push(message!(language, "reminder-password-waits"));
    }
    lines.push(body.get("note")?.as_str()?.to_owned());
    Some(lines.join("\n"))
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
    fn cards_in_a_drawer_are_told_of_in_both_languages() {
        let card = |text: &str| json!({"simulated": false, "reminders": [{"text": text}]});
        let kept = json!({"kept": [card("SOON"), card("ENDED")], "yearlyReminderWaits": true, "note": "NOTE"});
        let none = json!({"kept": [], "yearlyReminderWaits": false, "note": "NOTE"});
        for language in Language::ALL {
            let told = tell_kept(language, &kept).unwrap();
            let waits = message!(language, "reminder-password-waits");
            assert!(
                told.starts_with("* SOON\n\n* ENDED\n") && told.contains(&waits) && told.ends_with("NOTE"),
                "{told}"
            );
            let told = tell_kept(language, &none).unwrap();
            assert!(told.starts_with(&message!(language, "reminder-none")) && !told.contains(&waits), "{told}");
            assert_ne!(tell_done(language, &json!({"done": 2})), tell_done(language, &json!({"done": 0})));
            assert_eq!((tell_kept(language, &json!({})), tell_done(language, &json!({}))), (None, None));
        }
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
