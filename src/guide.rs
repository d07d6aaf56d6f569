//! The guide: what the leaflet says that every card is handed out with ("Guidance for using the electronic certificate"),
//! as five topics of headings, steps and links. The command line, the API and the agent's page show the same.
//!
//! Nothing is invented; what changes often (fees, opening hours, lists of shops) is left to the pages linked. **Sources:**
//!
//! | fact | from |
//! |---|---|
//! | two certificates, passwords, 5 and 3 tries, renewal from three months before, moving, stay periods | the leaflet (`certificates-and-formats.md` 3.1, `card-protocol.md` 5.4) |
//! | changing passwords regularly; official software | the leaflet as municipalities reprint it (Nakafurano, Tsuwano) |
//! | booking in the app, then the kiosk, with the other PIN; not for expired or void certificates; different shops for each | J-LIS, `www2.jpki.go.jp/jpkiidreset`, `www2.jpki.go.jp/faq`; Koka, Niigata and Naha cities |
//! | suspension at 0120-95-0178, menu 2, languages, fax; police report; lifting it at the office | Sendai, Tomiya (2024-12) and Sakata (2024-09) cities; kojinbango-card.go.jp |
//! | a suspension voids the signature certificate | Takatsuki city, its page about the electronic certificates (`certificates-and-formats.md` 3.3: never lifted in practice) |
//! | cancelling a certificate at the office or online | Kure and Minamiashigara cities |
//! | checking one's certificate with the official software | J-LIS, its user's guide, 2.3 |
//! | card to the tenth or fifth birthday, earliest of three dates | municipalities, Adachi (`certificates-and-formats.md` 3.1) |
//! | notice letter, no fee for renewal | J-LIS, `www2.jpki.go.jp/faq` |
//! | stay periods: two months once, fee, no change by itself | Katsuragi, Tokai, Matsudo and Ishinomaki cities |
//!
//! The words stand in `locales/LANGUAGE/guide.ftl`; those for a blocked PIN are also what problems and `GET /v1/pins` say.

use crate::message::{Id, Language, text};

/// A question the guide answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The card is lost or stolen.
    Lost,
    /// Cancelling or suspending certificates or card.
    Cancel,
    /// Another address or name.
    Moved,
    /// Passwords: what each is for, blocked, changing.
    Blocked,
    /// Validity, renewal, stay periods.
    Renew,
}

/// One topic, in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicText {
    /// Which.
    pub topic: Topic,
    /// Its heading.
    pub title: String,
    /// Its parts.
    pub sections: Vec<SectionText>,
}

/// One part of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionText {
    /// Its heading.
    pub heading: String,
    /// What to do or to know, one by one; whole sentences.
    pub steps: Vec<String>,
    /// Where to read more: pages of official bodies only.
    pub links: Vec<LinkText>,
}

/// A page of an official body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkText {
    /// What it is.
    pub label: String,
    /// Where it is.
    pub url: &'static str,
}

impl Topic {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Lost, Self::Cancel, Self::Moved, Self::Blocked, Self::Renew];

    /// The name in the API and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Cancel => "cancel",
            Self::Moved => "moved",
            Self::Blocked => "blocked",
            Self::Renew => "renew",
        }
    }

    /// The heading alone.
    #[must_use]
    pub fn title(self, language: Language) -> String {
        text(language, self.content().0, &[])
    }

    /// Everything about it.
    #[must_use]
    pub fn text(self, language: Language) -> TopicText {
        let (title, sections) = self.content();
        let words = |id: Id| text(language, id, &[]);
        let section = |section: &Section| SectionText {
            heading: words(section.heading),
            steps: section.steps.iter().copied().map(words).collect(),
            links: section.links.iter().map(|link| LinkText { label: words(link.label), url: link.url }).collect(),
        };
        TopicText { topic: self, title: words(title), sections: sections.iter().map(section).collect() }
    }

    fn content(self) -> (Id, &'static [Section]) {
        match self {
            Self::Lost => (const { Id::known("guide-lost") }, LOST),
            Self::Cancel => (const { Id::known("guide-cancel") }, CANCEL),
            Self::Moved => (const { Id::known("guide-moved") }, MOVED),
            Self::Blocked => (const { Id::known("guide-blocked") }, BLOCKED),
            Self::Renew => (const { Id::known("guide-renew") }, RENEW),
        }
    }
}

struct Section {
    heading: Id,
    steps: &'static [Id],
    links: &'static [Link],
}

struct Link {
    label: Id,
    url: &'static str,
}

const CARD: Link = Link { label: Id::known("guide-link-card"), url: "https://www.kojinbango-card.go.jp/" };
const IMMIGRATION: Link = Link { label: Id::known("guide-link-immigration"), url: "https://www.moj.go.jp/isa/" };
const JPKI: Link = Link { label: Id::known("guide-link-jpki"), url: "https://www.jpki.go.jp/" };
const KIOSK: Link =
    Link { label: Id::known("guide-link-kiosk"), url: "https://www.jpki.go.jp/jpkiidreset/howto/kiosk.html" };

/// `section!(heading, [step, …], [LINK, …])`: ids that are not in the catalogue do not compile.
macro_rules! section {
    ($heading:literal, [$($step:literal),+ $(,)?], [$($link:ident),*]) => {
        Section { heading: Id::known($heading), steps: &[$(Id::known($step)),+], links: &[$($link),*] }
    };
}

const LOST: &[Section] = &[
    section!(
        "guide-lost-stop",
        ["guide-lost-stop-call", "guide-lost-stop-languages", "guide-lost-stop-other-numbers"],
        [CARD]
    ),
    section!("guide-lost-police", ["guide-lost-police-report"], []),
    section!("guide-lost-found", ["guide-lost-found-office", "guide-lost-found-signature"], []),
    section!("guide-lost-gone", ["guide-lost-gone-office", "guide-lost-gone-final"], []),
];

const CANCEL: &[Section] = &[
    section!(
        "guide-cancel-certificate",
        ["guide-cancel-certificate-when", "guide-cancel-certificate-office", "guide-cancel-certificate-online"],
        [JPKI]
    ),
    section!("guide-cancel-suspend", ["guide-cancel-suspend-call", "guide-lost-found-signature"], [CARD]),
    section!("guide-cancel-card", ["guide-cancel-card-office"], []),
];

const MOVED: &[Section] = &[
    section!(
        "guide-moved-void",
        ["guide-moved-void-signature", "guide-moved-void-unmarked", "guide-moved-void-authentication"],
        []
    ),
    section!("guide-moved-new", ["guide-moved-new-office"], []),
    section!("guide-moved-check", ["guide-moved-check-where", "guide-moved-check-not-here"], [JPKI]),
];

const BLOCKED: &[Section] = &[
    section!(
        "guide-blocked-two",
        ["guide-blocked-two-signature", "guide-blocked-two-authentication", "guide-blocked-two-tries"],
        []
    ),
    section!(
        "guide-blocked-signature",
        [
            "guide-blocked-office",
            "guide-blocked-signature-kiosk",
            "guide-blocked-kiosk-void",
            "guide-blocked-kiosk-shops"
        ],
        [KIOSK]
    ),
    section!(
        "guide-blocked-authentication",
        [
            "guide-blocked-office",
            "guide-blocked-authentication-kiosk",
            "guide-blocked-kiosk-void",
            "guide-blocked-kiosk-shops"
        ],
        [KIOSK]
    ),
    section!("guide-blocked-both", ["guide-blocked-office"], []),
    section!(
        "guide-blocked-last",
        ["guide-blocked-last-protected", "guide-blocked-not-sure", "guide-blocked-last-kiosk"],
        [KIOSK]
    ),
    section!(
        "guide-blocked-change",
        ["guide-blocked-change-how", "guide-blocked-change-secret", "guide-blocked-change-reminder"],
        [JPKI]
    ),
];

const RENEW: &[Section] = &[
    section!(
        "guide-renew-until",
        ["guide-renew-until-certificate", "guide-renew-until-card", "guide-renew-until-signature"],
        []
    ),
    section!("guide-renew-how", ["guide-renew-how-window", "guide-renew-how-letter", "guide-renew-how-late"], [CARD]),
    section!("guide-renew-date", ["guide-renew-date-card"], []),
    section!(
        "guide-renew-stay",
        [
            "guide-renew-stay-end",
            "guide-renew-stay-immigration",
            "guide-renew-stay-card",
            "guide-renew-stay-certificates",
            "guide-renew-stay-pending",
            "guide-renew-stay-late",
            "guide-renew-stay-reminder",
        ],
        [IMMIGRATION]
    ),
    section!("guide-renew-where", ["guide-renew-where-office", "guide-renew-where-phone"], [CARD, JPKI]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jpki::KeyKind;

    fn everything(language: Language) -> Vec<TopicText> {
        Topic::ALL.map(|topic| topic.text(language)).into()
    }

    fn steps(topic: Topic, language: Language) -> String {
        topic.text(language).sections.into_iter().flat_map(|section| section.steps).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_topic_has_sections_with_steps_in_both_languages() {
        for language in Language::ALL {
            for topic in everything(language) {
                assert_eq!(topic.title, topic.topic.title(language));
                assert!(topic.sections.len() >= 3, "{topic:?}");
                for section in &topic.sections {
                    assert!(!section.heading.is_empty() && !section.heading.ends_with(['.', '。']), "{section:?}");
                    assert!(!section.steps.is_empty() && section.steps.iter().all(|step| !step.contains("guide-")));
                }
            }
        }
    }

    #[test]
    fn links_lead_to_official_bodies_only() {
        let topics = everything(Language::English);
        let links: Vec<_> =
            topics.iter().flat_map(|topic| &topic.sections).flat_map(|section| &section.links).collect();
        assert!(links.len() >= 5);
        for link in links {
            let url: url::Url = link.url.parse().unwrap();
            assert_eq!(url.scheme(), "https");
            let official = ["www.jpki.go.jp", "www.kojinbango-card.go.jp", "www.digital.go.jp", "www.moj.go.jp"];
            assert!(official.contains(&url.host_str().unwrap()), "{url}");
        }
    }

    /// Each sentence of the leaflet is served somewhere.
    #[test]
    fn the_leaflets_facts_are_there() {
        use Topic::{Blocked, Cancel, Lost, Moved, Renew};
        for (topic, japanese, english) in [
            (Blocked, "英字と数字を組み合わせた6〜16文字", "6 to 16 characters"),
            (Blocked, "数字4桁", "4 digits"),
            (Blocked, "署名用のパスワードは5回、利用者証明用の暗証番号は3回", "after 5 in a row, the PIN after 3"),
            (Blocked, "市区町村の窓口で再設定", "reset at the municipal office"),
            (Blocked, "JPKI利用者ソフト", "JPKI user's software"),
            (Moved, "自動的に失効", "void by itself"),
            (Moved, "確認できません", "cannot tell"),
            (Moved, "一時利用停止をしたときも失効", "when the card is suspended"),
            (Renew, "5回目の誕生日", "fifth birthday"),
            (Renew, "カードの有効期限を超えることはありません", "never longer than the card"),
            (Renew, "3か月前から", "three months before"),
            (Renew, "在留期間の満了日まで", "end with your period of stay"),
            (
                Renew,
                "永住者・特別永住者・高度専門職第2号の方は、日本人と同じ",
                "Permanent residents, special permanent residents",
            ),
            (Renew, "日付を書いて", "write the date in"),
            (Lost, "0120-95-0178", "0120-95-0178"),
            (Lost, "24時間365日", "day and night"),
            (Lost, "署名用電子証明書は失効", "voids the signature certificate"),
            (Cancel, "署名用電子証明書は失効", "voids the signature certificate"),
            (Cancel, "窓口で申請", "Apply for it at the municipal office"),
        ] {
            assert!(steps(topic, Language::Japanese).contains(japanese), "{japanese}");
            assert!(steps(topic, Language::English).contains(english), "{english}");
        }
    }

    /// First the stay, then the date of the card while it lasts, then new certificates: in another order it fails.
    #[test]
    fn after_an_extension_of_stay_the_steps_are_in_their_order() {
        for (language, in_order) in [
            (
                Language::Japanese,
                ["出入国在留管理庁で在留期間の更新", "窓口で有効期限の変更", "新しい電子証明書の発行を申請"],
            ),
            (
                Language::English,
                ["extend your period of stay", "Have the card's date changed", "ask there for new certificates"],
            ),
        ] {
            let heading = text(language, Id::known("guide-renew-stay"), &[]);
            let topic = Topic::Renew.text(language);
            let section = topic.sections.iter().find(|section| section.heading == heading).unwrap();
            let place = |words: &str| section.steps.iter().position(|step| step.contains(words)).expect(words);
            assert!(in_order.map(place).is_sorted(), "{section:?}");
            assert!(section.steps[place(in_order[1])].contains(match language {
                Language::Japanese => "カードの有効期限が過ぎる前に",
                Language::English => "before the card's date has passed",
            }));
        }
    }

    /// Problems, `GET /v1/pins` and the guide: one text.
    #[test]
    fn a_blocked_pin_is_answered_with_the_guides_words() {
        use crate::http::problem::text as problem;
        use crate::problem::Problem;
        for language in Language::ALL {
            let guide = Topic::Blocked.text(language);
            for (key_kind, heading) in [
                (KeyKind::Signature, "guide-blocked-signature"),
                (KeyKind::Authentication, "guide-blocked-authentication"),
            ] {
                let heading = text(language, Id::known(heading), &[]);
                let section = guide.sections.iter().find(|section| section.heading == heading).unwrap();
                let remedy = problem(&Problem::PinBlocked { key_kind }, language).remedy;
                for step in section.steps.iter().take(2) {
                    assert!(remedy.contains(step.as_str()), "{remedy} / {step}");
                }
                let last = problem(&Problem::LastTryProtected { key_kind, tries_left: Some(1) }, language).remedy;
                assert!(
                    guide.sections.iter().flat_map(|section| &section.steps).any(|step| last.ends_with(step)),
                    "{last}"
                );
            }
        }
    }

    #[test]
    fn nobody_is_told_to_try_on() {
        for language in Language::ALL {
            let all = Topic::ALL.map(|topic| steps(topic, language)).join("\n").to_lowercase();
            for wrong in ["try again", "try another", "guess", "もう一度入力", "試して"] {
                assert!(!all.contains(wrong), "{wrong}");
            }
        }
    }
}
