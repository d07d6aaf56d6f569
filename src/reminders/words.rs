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
    sentences(language, reminder, about)
}

/// The sentences of all reminders of one card: what is to be said of both certificates is said once.
#[must_use]
pub fn texts(language: Language, reminders: &[Reminder]) -> Vec<String> {
    let (of_one, of_other) = (About::Authentication, About::Signature);
    let is_of_both = |reminder: &Reminder| {
        let twin = |about| reminders.contains(&Reminder { about, ..*reminder });
        [of_one, of_other].contains(&reminder.about) && twin(of_one) && twin(of_other)
    };
    let said = reminders.iter().filter(|reminder| !(is_of_both(reminder) && reminder.about == of_other));
    let text = |reminder: &Reminder| {
        if is_of_both(reminder) { sentences(language, reminder, "both") } else { text(language, reminder) }
    };
    said.map(text).collect()
}

fn sentences(language: Language, reminder: &Reminder, about: &str) -> String {
    let date = day(language, reminder.date);
    let days = reminder.days_left.unwrap_or_default();
    match reminder.code {
        Code::Expired => message!(language, "reminder-expired", about = about, date = date),
        Code::ExpiresSoon => {
            let soon = message!(language, "reminder-expires-soon", about = about, date = date, days = days);
            let Some(renewal) = reminder.renewal else { return soon };
            let how = if renewal.open {
                message!(language, "reminder-renewal-now", about = about)
            } else {
                message!(language, "reminder-renewal-from", about = about, date = day(language, renewal.opens_on))
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

/// Heading and body of one notice about all these, those of each card together.
#[must_use]
pub fn notice(language: Language, cards: &[Vec<Reminder>], simulated: bool) -> (String, String) {
    let has = |code| cards.iter().flatten().any(|reminder| reminder.code == code);
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
    let is_of_card = |reminders: &&Vec<Reminder>| reminders.iter().any(|reminder| reminder.about != About::Stay);
    let mut lines = Vec::new();
    for (index, card) in cards.iter().filter(is_of_card).enumerate() {
        if index > 0 {
            lines.push(message!(language, "reminder-another-card"));
        }
        lines.extend(texts(language, card));
    }
    lines.extend(cards.iter().filter(|card| !is_of_card(card)).flat_map(|stay| texts(language, stay)));
    lines.push(message!(language, "reminder-note-done"));
    if cards.iter().any(|card| is_of_card(&card)) {
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
    fn what_both_certificates_have_in_common_is_said_once() {
        use Language::{English, Japanese};
        let both = |code, days| [About::Authentication, About::Signature].map(|about| reminder(about, code, days));
        for (reminders, language, expected) in [
            (
                both(Code::ExpiresSoon, 30),
                Japanese,
                "2つの電子証明書（利用者証明用・署名用）の有効期限は2030年2月17日です（あと30日）。どちらもお住まいの市区町村の窓口で更新できます。カードをお持ちください。",
            ),
            (
                both(Code::Expired, -1),
                English,
                "Both certificates, for user authentication and for signatures, ended on 2030-02-17. To go on using them, apply for new ones at the municipal office where you live.",
            ),
            (
                both(Code::ExpiresSoon, 30),
                English,
                "Both certificates, for user authentication and for signatures, end on 2030-02-17 (30 days left). They can be renewed now at the municipal office where you live; take the card with you.",
            ),
        ] {
            assert_eq!(texts(language, &reminders), [expected]);
        }
        let mut other = both(Code::ExpiresSoon, 30);
        other[1].date = date(2030, 2, 16);
        assert_eq!(texts(English, &other).len(), 2);
    }

    #[test]
    fn cards_are_told_apart() {
        let card = vec![reminder(About::Signature, Code::ExpiresSoon, 30)];
        let stay = vec![reminder(About::Stay, Code::StayEnds, 30)];
        for (language, another) in [(Language::English, "Another card:"), (Language::Japanese, "別のカード：")] {
            let (_, body) = notice(language, &[card.clone(), card.clone(), stay.clone()], false);
            let lines: Vec<&str> = body.lines().collect();
            assert_eq!((lines[1], lines[0]), (another, lines[2]), "{body}");
            let (_, body) = notice(language, &[card.clone(), stay.clone()], false);
            assert!(!body.contains(another), "{body}");
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
                let (_, body) = notice(language, &[vec![reminder(about, Code::ExpiresSoon, 30)]], false);
                assert!(body.contains(&note(language)), "{body}");
            }
            let (_, body) = notice(language, &[vec![reminder(About::Stay, Code::StayEnds, 30)]], false);
            assert!(!body.contains(&note(language)), "{body}");
        }
        assert!(note(Language::English).contains("no revocation data"));
        assert!(note(Language::Japanese).contains("失効情報がなく"));
    }

    #[test]
    fn the_gravest_is_in_the_heading_and_the_software_card_is_named() {
        let both = [vec![
            reminder(About::Signature, Code::ExpiresSoon, 3),
            reminder(About::Authentication, Code::Expired, -1),
        ]];
        assert_eq!(notice(Language::English, &both, false).0, "A certificate on your card has ended");
        assert!(notice(Language::Japanese, &both, true).0.starts_with("模擬カード（SIMULATED CARD）"));
    }
}
