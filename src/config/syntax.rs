//! What the TOML reader says of a file it does not understand, in the words of the catalogue: it speaks English alone.

use crate::message::Phrase;
use crate::phrase;

/// The reader's own `message`, told anew; as it is, where it says something that is not known here.
pub(super) fn phrase(message: &str) -> Phrase {
    let message = message.trim_end();
    let mut quoted = message.split('`').skip(1).step_by(2);
    if message.starts_with("unknown field ") {
        let key = quoted.next().unwrap_or_default();
        let known = quoted.collect::<Vec<_>>().join(", ");
        return phrase!("settings-unknown-key", key = key, known = known);
    }
    if message.starts_with("missing field ") {
        return phrase!("settings-missing-key", key = quoted.next().unwrap_or_default());
    }
    if message == "duplicate key" {
        return phrase!("settings-duplicate-key");
    }
    let of_another_kind = message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "));
    if let Some((_, wanted)) = of_another_kind
        && let Some(wanted) = kind(wanted)
    {
        return phrase!("settings-kind", wanted = wanted);
    }
    // A whole number in quotes, as the reader writes it: integer `65536`.
    if message.starts_with("invalid value: integer ") {
        return phrase!("settings-number", given = quoted.next().unwrap_or_default());
    }
    phrase!("settings-syntax", why = message)
}

/// What is wanted, by the name that the reader has for it.
fn kind(wanted: &str) -> Option<&'static str> {
    let known = [
        ("a boolean", "boolean"),
        ("a string", "text"),
        ("path string", "text"),
        ("a sequence", "list"),
        ("struct ", "table"),
        ("f64", "number"),
        ("u16", "number"),
        ("u32", "number"),
        ("a nonzero u32", "number"),
    ];
    known.iter().find(|(name, _)| wanted.starts_with(name)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Overrides};
    use crate::message::Language;

    #[test]
    fn what_the_reader_says_is_told_in_japanese() {
        for (text, words) in [
            ("langauge = \"ja\"", "langauge という設定はありません"),
            ("[server]\nprot = 1", "使えるもの：port, idle_exit_minutes"),
            ("[[origins]]\nfoo = 1", "使えるもの：origin, allow, insecure"),
            ("[[origins]]\nallow = [\"status\"]", "origin が必要です"),
            ("a = 1\na = 2", "同じ設定が2つあります"),
            ("[notifications]\nexpiry = \"yes\"", "true か false"),
            ("[card]\nreader = 1", "文字列"),
            ("[server]\nport = 65536", "65536 は使えません"),
            ("[limits]\nrequests_per_minute = \"a\"", "数"),
            ("origins = 1", "リスト"),
            ("server = 1", "テーブル"),
        ] {
            let told = Config::parse(text, &Overrides::default()).unwrap_err().text(Language::Japanese);
            assert!(told.contains(words), "{text:?}: {told}");
            let english = ["expected", "invalid", "unknown", "missing", "duplicate"];
            assert!(!english.iter().any(|word| told.contains(word)), "{text:?}: {told}");
        }
    }

    #[test]
    fn what_is_not_known_here_is_passed_on() {
        let told = super::phrase("something else entirely").text(Language::Japanese);
        assert!(told.contains("something else entirely"), "{told}");
    }
}
