//! What a reminder says, in the holder's language (`locales/LANGUAGE/reminder.ftl`).

use jiff::civil::Date;

use super::{About, Code, Reminder};
use crate::message;
use crate::message::Language;

/// The sentences of one reminder.
#[must_use]
pub fn text(language: Language, reminder: &Reminder) -> String {
    let about = match reminder.about {
        About::Authentication => "authentication",
        About::Signature | About::Password | About::Stay => "signature",
    };
    let date = day(language, reminder.date);
    let days = reminder.days_left.unwrap_or_default();
    match reminder.code {
        Code::Expired => message!(language, "reminder-expired", about = about, date = date),
        Code::ExpiresSoon => {
            let soon = message!(language, "reminder-expires-soon", about = about, date = date, days = days);
            let Some(renewal) = reminder.renewal else { return soon };
            let how = if renewal.open {
                message!(language, "reminder-renewal-now")
            } else {
                message!(language, "reminder-renewal-from", date = day(language, renewal.opens_on))
            };
            joined(language, [soon, how])
        }
        Code::RenewalOpen => message!(language, "reminder-renewal-open", about = about, date = date),
        Code::PasswordDue => message!(language, "reminder-password-due", date = date),
        Code::StayEnds if days < 0 => message!(language, "reminder-stay-ended", date = date),
        Code::StayEnds => message!(language, "reminder-stay-ends", date = date, days = days),
    }
}

/// What belongs beside reminders about certificates: the signature certificate may be void without a sign of it, and the
/// agent cannot know.
#[must_use]
pub fn note(language: Language) -> String {
    message!(language, "reminder-note-moved")
}

/// Heading and body of one notice about all these.
#[must_use]
pub fn notice(language: Language, reminders: &[Reminder], simulated: bool) -> (String, String) {
    let has = |code| reminders.iter().any(|reminder| reminder.code == code);
    let title = if has(Code::Expired) {
        message!(language, "reminder-title-expired")
    } else if has(Code::ExpiresSoon) {
        message!(language, "reminder-title-expires-soon")
    } else if has(Code::RenewalOpen) {
        message!(language, "reminder-title-renewal-open")
    } else if has(Code::StayEnds) {
        message!(language, "reminder-title-stay-ends")
    } else {
        message!(language, "reminder-title-password-due")
    };
    let title = if simulated { message!(language, "reminder-title-simulated", title = title) } else { title };
    let mut lines: Vec<String> = reminders.iter().map(|reminder| text(language, reminder)).collect();
    lines.push(message!(language, "reminder-note-done"));
    if reminders.iter().any(|reminder| reminder.about != About::Stay) {
        lines.push(note(language));
    }
    (title, lines.join("\n"))
}

/// A date as it is written in that language.
#[must_use]
pub fn day(language: Language, date: Date) -> String {
    let (month, day) = match language {
        Language::English => (format!("{:02}", date.month()), format!("{:02}", date.day())),
        Language::Japanese => (date.month().to_string(), date.day().to_string()),
    };
    message!(language, "reminder-date", year = date.year().to_string(), month = month, day = day)
}

/// Sentences one after the other.
fn joined(language: Language, sentences: [String; 2]) -> String {
    sentences.join(match language {
        Language::English => " ",
        Language::Japanese => "",
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::certificate::Renewal;

    fn reminder(about: About, code: Code, days_left: i32) -> Reminder {
        let renewal = Some(Renewal { opens_on: date(2029, 11, 18), open: days_left < 80 });
        Reminder { about, code, days_left: Some(days_left), date: date(2030, 2, 17), renewal }
    }

    #[test]
    fn each_says_what_about_and_when() {
        use Language::{English, Japanese};
        let soon = |days| reminder(About::Signature, Code::ExpiresSoon, days);
        for (reminder, language, expected) in [
            (
                soon(90),
                Japanese,
                "署名用電子証明書の有効期限は2030年2月17日です（あと90日）。2029年11月18日ごろから、お住まいの市区町村の窓口で更新できます。",
            ),
            (
                soon(7),
                Japanese,
                "署名用電子証明書の有効期限は2030年2月17日です（あと7日）。お住まいの市区町村の窓口で更新できます。カードをお持ちください。",
            ),
            (
                soon(0),
                Japanese,
                "署名用電子証明書の有効期限は2030年2月17日です（本日まで）。お住まいの市区町村の窓口で更新できます。カードをお持ちください。",
            ),
            (
                soon(1),
                English,
                "The signature certificate ends on 2030-02-17 (one day left). It can be renewed now at the municipal office where you live; take the card with you.",
            ),
            (
                reminder(About::Authentication, Code::Expired, -1),
                English,
                "The user authentication certificate ended on 2030-02-17. To go on using it, apply for a new one at the municipal office where you live.",
            ),
        ] {
            assert_eq!(text(language, &reminder), expected);
        }
    }

    #[test]
    fn a_certificate_that_has_ended_is_not_renewed_but_issued_anew() {
        for (language, renew) in [(Language::English, "renew"), (Language::Japanese, "更新")] {
            assert!(!text(language, &reminder(About::Signature, Code::Expired, -3)).contains(renew));
        }
    }

    #[test]
    fn notices_about_certificates_say_that_moving_voids_one_and_that_the_agent_cannot_tell() {
        for language in Language::ALL {
            for about in [About::Authentication, About::Signature, About::Password] {
                let (_, body) = notice(language, &[reminder(about, Code::ExpiresSoon, 30)], false);
                assert!(body.contains(&note(language)), "{body}");
            }
            let (_, body) = notice(language, &[reminder(About::Stay, Code::StayEnds, 30)], false);
            assert!(!body.contains(&note(language)), "{body}");
        }
        assert!(note(Language::English).contains("no revocation data"));
        assert!(note(Language::Japanese).contains("失効情報がなく"));
    }

    #[test]
    fn the_gravest_is_in_the_heading_and_the_software_card_is_named() {
        let both =
            [reminder(About::Signature, Code::ExpiresSoon, 3), reminder(About::Authentication, Code::Expired, -1)];
        assert_eq!(notice(Language::English, &both, false).0, "A certificate on your card has ended");
        assert!(notice(Language::Japanese, &both, true).0.starts_with("模擬カード（SIMULATED CARD）"));
    }
}
