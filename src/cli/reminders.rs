//! `reminders`: what the holder of the card in the reader should know in time.

use clap::Args;
use serde_json::Value;

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
    #[arg(long, conflicts_with = "reader")]
    when_due: bool,
}

/// `reminders`
pub(super) async fn run(session: &Session, arguments: &RemindersArguments) -> Result<Exit, Failure> {
    if arguments.when_due {
        return wake_when_due(session).await;
    }
    session.show(Request::get(&arguments.reader.target("/v1/reminders")), |body| tell(session.language, body)).await
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
