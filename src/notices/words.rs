//! What a notice says, in the person's language. Whatever comes from outside is made [`harmless`]: notification services
//! read markup.

use super::{Deed, Notice};
use crate::consent::Asker;
use crate::foreign_text::harmless;
use crate::jpki::KeyKind;
use crate::message::{Language, message};
use crate::origin::Origin;

/// Most bytes of an origin or a program's name. Of longer origins the beginning is left out: their end says whose they
/// are.
const MAX_NAME: usize = 120;

/// The texts of one notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeText {
    /// One line.
    pub summary: String,
    /// What happened.
    pub body: String,
    /// On the button, if there is one.
    pub button: Option<String>,
}

/// The words of `notice`.
#[must_use]
pub fn text(language: Language, notice: &Notice) -> NoticeText {
    match notice {
        Notice::Used { by, deed } => used(language, by, *deed),
        Notice::PinInDoubt { key_kind } => NoticeText {
            summary: match key_kind {
                KeyKind::Authentication => message!(language, "notice-in-doubt-authentication"),
                KeyKind::Signature => message!(language, "notice-in-doubt-signature"),
            },
            body: message!(language, "change-unknown-remedy"),
            button: None,
        },
        Notice::OriginRefused { origin, other_sites } => {
            let mut body = message!(language, "notice-refused-body", origin = name(origin));
            if *other_sites > 0 {
                body.push('\n');
                body.push_str(&message!(language, "notice-refused-others", count = *other_sites));
            }
            let button = Some(message!(language, "notice-refused-allow"));
            NoticeText { summary: message!(language, "notice-refused"), body, button }
        }
        Notice::OriginAdded { origin } => NoticeText {
            summary: message!(language, "notice-added"),
            body: message!(language, "notice-added-body", origin = name(origin)),
            button: None,
        },
        Notice::Reminder { reminders, simulated } => {
            let (summary, body) = crate::reminders::words::notice(language, reminders, *simulated);
            NoticeText { summary, body, button: None }
        }
    }
}

fn used(language: Language, by: &Asker, deed: Deed) -> NoticeText {
    let who = match by {
        Asker::Page(origin) => name(origin),
        Asker::Program(program) => match &program.name {
            Some(name) => message!(language, "notice-by-program", name = harmless(name, MAX_NAME)),
            None => message!(language, "notice-by-program-unnamed"),
        },
    };
    let (summary, body) = match deed {
        Deed::Authenticated => {
            (message!(language, "notice-authenticated"), message!(language, "notice-authenticated-body", who = who))
        }
        Deed::Signed { count } => {
            (message!(language, "notice-signed"), message!(language, "notice-signed-body", who = who, count = count))
        }
        Deed::PinChanged => {
            (message!(language, "notice-changed"), message!(language, "notice-changed-body", who = who))
        }
        Deed::Disclosed => {
            (message!(language, "notice-disclosed"), message!(language, "notice-disclosed-body", who = who))
        }
    };
    NoticeText { summary, body, button: None }
}

fn name(origin: &Origin) -> String {
    let origin = harmless(origin.as_str(), usize::MAX);
    if origin.len() <= MAX_NAME {
        return origin;
    }
    let start = origin.ceil_char_boundary(origin.len() - MAX_NAME + "…".len());
    format!("…{}", origin.get(start..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::ProgramIdentity;

    fn page(origin: &str) -> Asker {
        Asker::Page(origin.parse().unwrap())
    }

    #[test]
    fn every_notice_names_whom_it_is_about_in_both_languages() {
        let portal: Origin = "https://portal.example".parse().unwrap();
        let mut notices = vec![
            Notice::OriginRefused { origin: portal.clone(), other_sites: 0 },
            Notice::OriginRefused { origin: portal.clone(), other_sites: 3 },
            Notice::OriginAdded { origin: portal },
        ];
        for deed in [
            Deed::Authenticated,
            Deed::Signed { count: 1 },
            Deed::Signed { count: 12 },
            Deed::Disclosed,
            Deed::PinChanged,
        ] {
            notices.push(Notice::Used { by: page("https://portal.example"), deed });
        }
        for language in Language::ALL {
            for notice in &notices {
                let text = text(language, notice);
                assert!(text.body.contains("https://portal.example"), "{text:?}");
                assert!(!text.summary.is_empty() && !text.summary.contains("portal"), "{text:?}");
                assert_eq!(text.button.is_some(), matches!(notice, Notice::OriginRefused { .. }));
            }
        }
    }

    #[test]
    fn a_pin_in_doubt_is_named_and_not_to_be_tried() {
        for (language, pin, password, stop) in [
            (Language::English, "new PIN of the user", "new password of the signature", "Do not try on"),
            (Language::Japanese, "暗証番号は", "パスワードは", "続けて試さないでください"),
        ] {
            for (key_kind, name) in [(KeyKind::Authentication, pin), (KeyKind::Signature, password)] {
                let text = text(language, &Notice::PinInDoubt { key_kind });
                assert!(text.summary.contains(name) && text.body.contains(stop), "{text:?}");
            }
        }
    }

    #[test]
    fn counts_are_spoken_properly() {
        let body = |language, deed| text(language, &Notice::Used { by: page("https://a.example"), deed }).body;
        let english = |count| body(Language::English, Deed::Signed { count });
        assert_eq!(english(1), "https://a.example received one signature made with your card.");
        assert_eq!(english(12), "https://a.example received 12 signatures made with your card.");
        let japanese = body(Language::Japanese, Deed::Signed { count: 12 });
        assert_eq!(japanese, "https://a.example に電子署名12件を渡しました。");
    }

    #[test]
    fn programs_cannot_write_markup_or_turn_the_text_around() {
        let name = Some("<b>x</b> &amp; \u{202E}gpj.\u{200B}exe\n\u{7}".to_owned());
        let by = Asker::Program(ProgramIdentity { pid: Some(1), name });
        for language in Language::ALL {
            let body = text(language, &Notice::Used { by: by.clone(), deed: Deed::Authenticated }).body;
            assert!(!body.contains(['<', '>', '&', '\u{202E}', '\u{200B}', '\n', '\u{7}']), "{body}");
            assert!(body.contains("＜b＞x"), "{body}");
        }
        let unnamed = Asker::Program(ProgramIdentity::default());
        let text = text(Language::English, &Notice::Used { by: unnamed, deed: Deed::Disclosed });
        assert!(text.body.starts_with("A program on this computer"), "{}", text.body);
    }

    #[test]
    fn of_a_long_origin_the_end_is_shown() {
        let origin: Origin =
            format!("https://bank.example.{}.evil.example", "a".repeat(60) + "." + &"b".repeat(60)).parse().unwrap();
        let text = text(Language::English, &Notice::OriginAdded { origin });
        assert!(text.body.starts_with('…') && text.body.contains(".evil.example was"), "{}", text.body);
        assert!(!text.body.contains("bank"), "{}", text.body);
    }
}
