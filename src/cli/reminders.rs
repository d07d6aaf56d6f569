//! `reminders`: what the holder of the card in the reader should know in time; where there is none, of all cards that were
//! seen. And that they have seen to it.

use clap::Args;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::ask::tell_dates;
use super::session::{Exit, Failure, Session};
use super::{ReaderArgument, clock};
use crate::client::Request;
use crate::config::{Config, Overrides};
use crate::message;
use crate::message::Language;
use crate::reminders::Reminders;
use crate::runtime_dir::state_folder;

#[derive(Args, Debug)]
pub(super) struct RemindersArguments {
    #[command(flatten)]
    reader: ReaderArgument,
    #[arg(long, value_name = "DATE", conflicts_with = "reader")]
    done: Option<Date>,
    #[arg(long, conflicts_with_all = ["reader", "done"])]
    when_due: bool,
}

/// `reminders`
pub(super) async fn run(session: &Session, arguments: &RemindersArguments) -> Result<Exit, Failure> {
    if arguments.when_due {
        return wake_when_due(session).await;
    }
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

/// Any request wakes the agent that its service manager starts, and an agent that starts tells what is due.
async fn wake_when_due(session: &Session) -> Result<Exit, Failure> {
    // Faulty settings are the agent's to complain of, when somebody asks it; origins are none of this.
    let overrides = Overrides { simulator: true, ..Overrides::default() };
    let (Ok(config), Some(state)) = (Config::load(None, &overrides), state_folder()) else { return Ok(Exit::Done) };
    let reminders = Reminders::at(&state.join("reminders.json"), config.notifications.reminders);
    if !reminders.tellings(clock::now()).is_empty() {
        session.ask(Request::get("/v1/health")).await?;
    }
    Ok(Exit::Done)
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
        let simulated = card.get("simulated")?.as_bool()?;
        for reminder in card.get("reminders")?.as_array()? {
            let text = reminder.get("text")?.as_str()?;
            let marked = || message!(language, "reminder-title-simulated", title = text);
            lines.push(format!("* {}", if simulated { marked() } else { text.to_owned() }));
        }
    }
    let nothing = lines.is_empty();
    if nothing {
        lines.push(message!(language, "reminder-none"));
    }
    lines.push(String::new());
    lines.push(message!(language, "reminder-kept"));
    if !nothing {
        lines.push(message!(language, "reminder-done-how"));
    }
    if body.get("yearlyReminderWaits")?.as_bool()? {
        lines.push(message!(language, "reminder-password-waits"));
    }
    lines.push(body.get("note")?.as_str()?.to_owned());
    Some(lines.join("\n"))
}

fn tell(language: Language, body: &Value) -> Option<String> {
    let mut lines = Vec::new();
    let reminders = body.get("reminders")?.as_array()?;
    for reminder in reminders.iter().filter(|reminder| !is_said_already(reminder, reminders)) {
        lines.push(format!("* {}", reminder.get("text")?.as_str()?));
    }
    if lines.is_empty() {
        lines.push(message!(language, "reminder-none"));
    } else {
        lines.extend([String::new(), message!(language, "reminder-done-how")]);
    }
    lines.push(String::new());
    match body.get("signatureCertificate")? {
        Value::Null => lines.push(message!(language, "reminder-signature-unknown")),
        certificate => {
            lines.push(message!(language, "reminder-signature-known"));
            lines.extend(tell_dates(language, certificate)?.into_iter().map(|line| format!("  {line}")));
        }
    }
    if body.get("yearlyReminderWaits")?.as_bool()? {
        lines.push(message!(language, "reminder-password-waits"));
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
        let body = json!({"signatureCertificate": null, "yearlyReminderWaits": false, "note": "NOTE", "reminders": [
            reminder("authentication", "expires_soon"), reminder("authentication", "renewal_open"),
            reminder("signature", "renewal_open")]});
        let told = tell(Language::English, &body).unwrap();
        assert!(told.contains("authentication expires_soon") && told.contains("signature renewal_open"), "{told}");
        assert!(!told.contains("authentication renewal_open"), "{told}");
    }

    #[test]
    fn cards_in_a_drawer_are_told_of_in_both_languages() {
        let card = |text: &str, simulated| json!({"simulated": simulated, "reminders": [{"text": text}]});
        let kept =
            json!({"kept": [card("SOON", false), card("ENDED", true)], "yearlyReminderWaits": true, "note": "NOTE"});
        let none = json!({"kept": [], "yearlyReminderWaits": false, "note": "NOTE"});
        for language in Language::ALL {
            let told = tell_kept(language, &kept).unwrap();
            let waits = message!(language, "reminder-password-waits");
            let simulated = message!(language, "reminder-title-simulated", title = "ENDED");
            assert!(
                told.starts_with(&format!("* SOON\n\n* {simulated}\n"))
                    && told.contains(&waits)
                    && told.ends_with("NOTE"),
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
        let unknown = json!({"reader": "r1", "signatureCertificate": null, "reminders": [],
            "yearlyReminderWaits": true, "note": "NOTE"});
        let known = json!({"reader": "r1", "reminders": [{"text": "SOON"}], "yearlyReminderWaits": false, "note": "NOTE", "signatureCertificate": {
            "period": "in_period", "notAfterJst": "2030-02-17", "daysLeft": 30,
            "renewal": {"opensOnJst": "2029-11-18", "open": true}}});
        for language in Language::ALL {
            let told = tell(language, &unknown).unwrap();
            assert!(told.contains("jpki-agent disclose") && told.ends_with("NOTE"), "{told}");
            let waits = message!(language, "reminder-password-waits");
            assert!(told.contains(&waits) && !told.contains("--done"), "{told}");
            let told = tell(language, &known).unwrap();
            for part in ["* SOON", "--done", "2030-02-17", "30", "2029-11-18", "NOTE"] {
                assert!(told.contains(part), "{part}: {told}");
            }
            assert!(!told.contains(&waits), "{told}");
            assert_eq!(tell(language, &json!({})), None);
        }
    }
}
