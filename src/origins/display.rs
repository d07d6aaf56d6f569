//! How an origin is shown: always as browsers send it, and as text where that cannot deceive (UTS #39).

use idna::domain_to_unicode;
use unicode_security::{GeneralSecurityProfile as _, MixedScript as _};

use crate::origin::Origin;

/// The forms of an origin that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginDisplay {
    /// As browsers send it: international names in punycode (`https://xn--…`).
    pub ascii: String,
    /// With its name as text, if it has one that is no plain ASCII and is safe to show: each label in one script
    /// (Japanese writing counts as one), only characters meant for names, and none that looks like plain Latin.
    pub text: Option<String>,
}

/// The forms of `origin`.
#[must_use]
pub fn display(origin: &Origin) -> OriginDisplay {
    let text = match decode(host(origin)) {
        Some(Decoded { text, danger: None }) => Some(origin.as_str().replacen(host(origin), &text, 1)),
        _ => None,
    };
    OriginDisplay { ascii: origin.as_str().to_owned(), text }
}

/// Why a name is not shown as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Danger {
    /// Letters of several scripts in one label.
    MixedScripts,
    /// Letters of another script that together look like plain Latin.
    ImitatesLatin,
    /// Characters that are not meant for names.
    Unusual,
}

/// An international name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) danger: Option<Danger>,
}

/// The part between scheme and port.
pub(super) fn host(origin: &Origin) -> &str {
    let rest = origin.as_str().split_once("://").map_or("", |(_, rest)| rest);
    match rest.rfind(']') {
        Some(end) => rest.get(..=end).unwrap_or(rest),
        None => rest.split(':').next().unwrap_or(rest),
    }
}

/// `None` if the name is plain ASCII.
pub(super) fn decode(host: &str) -> Option<Decoded> {
    if !host.split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let (text, result) = domain_to_unicode(host);
    let unusual = result.is_err() || idna::domain_to_ascii(&text).ok().as_deref() != Some(host);
    let danger = if unusual { Some(Danger::Unusual) } else { text.split('.').find_map(danger) };
    Some(Decoded { text, danger })
}

fn danger(label: &str) -> Option<Danger> {
    if label.is_ascii() {
        None
    } else if !label.chars().all(|letter| letter == '-' || letter.identifier_allowed()) {
        Some(Danger::Unusual)
    } else if !label.is_single_script() {
        Some(Danger::MixedScripts)
    } else if skeleton(label).is_ascii() {
        Some(Danger::ImitatesLatin)
    } else {
        None
    }
}

/// The same for all texts that look the same (UTS #39, 4), as far as its table goes; letter case does not matter.
pub(super) fn skeleton(text: &str) -> String {
    let once: String = unicode_security::skeleton(text).collect();
    unicode_security::skeleton(&once.to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a browser would send it.
    fn origin(text: &str) -> Origin {
        let ascii = idna::domain_to_ascii(text).unwrap();
        format!("https://{ascii}").parse().unwrap()
    }

    #[test]
    fn plain_names_and_addresses_have_one_form() {
        for text in ["https://portal.example", "https://[::1]:8443", "https://192.0.2.1", "http://localhost:3000"] {
            let origin: Origin = text.parse().unwrap();
            assert_eq!(display(&origin), OriginDisplay { ascii: text.to_owned(), text: None });
        }
    }

    #[test]
    fn names_in_one_script_are_shown_as_text() {
        for name in
            ["東京.jp", "マイナポータル.example", "さくら市役所.jp", "bücher.example", "пример.example", "한국.kr"]
        {
            assert_eq!(display(&origin(name)).text, Some(format!("https://{name}")), "{name}");
        }
        let with_port: Origin = "https://xn--1lqs71d.jp:8443".parse().unwrap();
        assert_eq!(display(&with_port).text.as_deref(), Some("https://東京.jp:8443"));
    }

    #[test]
    fn names_that_can_deceive_are_not() {
        for (name, danger) in [
            ("p\u{43e}rtal.example", Danger::MixedScripts), // a Cyrillic o
            ("abc東京.example", Danger::MixedScripts),
            ("\u{430}\u{440}\u{440}\u{4cf}\u{435}.example", Danger::ImitatesLatin), // "apple" in Cyrillic
            ("\u{03bf}\u{03bf}.example", Danger::ImitatesLatin),
            ("☃.example", Danger::Unusual),
        ] {
            assert_eq!(display(&origin(name)).text, None, "{name}");
            assert_eq!(decode(host(&origin(name))).unwrap().danger, Some(danger), "{name}");
        }
    }

    #[test]
    fn the_host_is_found() {
        for (text, expected) in [
            ("https://portal.example", "portal.example"),
            ("https://portal.example:8443", "portal.example"),
            ("https://[::1]", "[::1]"),
            ("https://[2001:db8::1]:8443", "[2001:db8::1]"),
        ] {
            assert_eq!(host(&text.parse().unwrap()), expected);
        }
    }
}
