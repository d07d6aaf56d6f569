//! Both languages say the same things, and nothing is missing or left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::*;
use crate::problem::Problem;

/// Every `code` a problem document can carry.
const PROBLEM_CODES: [&str; 34] = [
    "invalid_request",
    "caller_unidentified",
    "peer_not_allowed",
    "origin_not_allowed",
    "scope_not_allowed",
    "fetch_mode_not_allowed",
    "pin_required",
    "user_declined",
    "consent_timeout",
    "pin_incorrect",
    "not_found",
    "method_not_allowed",
    "no_reader",
    "no_card",
    "card_unsupported",
    "several_cards",
    "card_busy",
    "card_removed",
    "certificate_absent",
    "certificate_mismatch",
    "prompt_busy",
    "last_try_protected",
    "pin_change_unproven",
    "body_too_large",
    "unsupported_media_type",
    "host_not_allowed",
    "pin_blocked",
    "rate_limited",
    "internal",
    "card_fault",
    "pcsc_unavailable",
    "pinentry_unavailable",
    "shutting_down",
    "card_timeout",
];

/// Id (or `id.attribute`) to its source text, of all files of one language.
fn texts(language: Language) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    for file in FILES {
        let source = file.text(language);
        FluentResource::try_new(source.clone()).expect("every file parses");
        let mut message = String::new();
        let mut name = String::new();
        for line in source.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let trimmed = line.trim();
            // A text of several lines begins on the line after its name.
            let named = |text: &'_ str| -> Option<(String, String)> {
                let (name, first) = text.split_once(" =")?;
                (!name.contains(' ')).then(|| (name.to_owned(), first.trim().to_owned()))
            };
            if let Some((id, first)) = named(trimmed).filter(|_| !line.starts_with(' ')) {
                assert_eq!(id.split('-').next(), Some(file.name), "{id} is looked for in the file of its first word");
                id.clone_into(&mut message);
                id.clone_into(&mut name);
                assert!(texts.insert(name.clone(), first).is_none(), "{id} stands there twice");
            } else if let Some((attribute, first)) = trimmed.strip_prefix('.').and_then(named) {
                name = format!("{message}.{attribute}");
                assert!(texts.insert(name.clone(), first).is_none(), "{name} stands there twice");
            } else {
                texts.get_mut(&name).unwrap().push_str(trimmed);
            }
        }
    }
    texts
}

/// Names after `$`.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split('$')
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap())
        .collect()
}

/// All Rust sources, without tests' own files of this module.
fn sources(folder: &Path) -> String {
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("message/tests.rs") {
            all.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    all
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_variables() {
    let (english, japanese) = (texts(Language::English), texts(Language::Japanese));
    let ids = |texts: &BTreeMap<String, String>| texts.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(ids(&english), ids(&japanese));
    for (id, text) in &english {
        assert_eq!(variables(text), variables(&japanese[id]), "{id}");
    }
}

#[test]
fn every_file_is_built_in() {
    for language in Language::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language.tag());
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let contents: Vec<_> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        let built_in: Vec<_> = FILES.iter().map(|file| file.text(language)).collect();
        assert_eq!(contents, built_in, "{language}: the list in message.rs is in alphabetical order");
    }
}

#[test]
fn texts_within_texts_are_found() {
    for language in Language::ALL {
        for (id, text) in texts(language) {
            // `{ other-text }`, and no variable, number, literal or choice
            let within =
                text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(within, _)| within.trim());
            let is_id = |text: &&str| text.starts_with(|c: char| c.is_ascii_lowercase()) && text.contains('-');
            for other in within.filter(is_id) {
                let (file, other_file) = (id.split('-').next().unwrap(), other.split('-').next().unwrap());
                assert!(file == other_file || BORROWED.contains(&(file, other_file)), "{id} uses {other}");
                assert!(read(file, language).has_message(other), "{id} uses {other}");
            }
        }
    }
}

/// Every `{ other-text }` within the texts of a language.
fn within_others(texts: &BTreeMap<String, String>) -> BTreeSet<String> {
    let within = |text: &str| -> Vec<String> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(id, _)| id.trim().to_owned()).collect()
    };
    texts.values().flat_map(|text| within(text)).collect()
}

#[test]
fn no_text_is_unused() {
    let sources = sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")));
    // Those of problems are named by their codes, those of the help by commands and arguments; both have their own test.
    let is_literal = |id: &&String| !id.starts_with("problem-") && id.split(['-', '.']).next() != Some("help");
    let texts = texts(Language::English);
    let within_others = within_others(&texts);
    for id in texts.keys().filter(is_literal) {
        let used = within_others.contains(id) || sources.contains(&format!("\"{id}\""));
        assert!(used, "{id} is used nowhere");
    }
}

/// Text literals of a source that read like words, without comments, attributes, log lines and tests.
fn words(source: &str) -> Vec<&str> {
    let product = source.split("#[cfg(test)]\nmod tests").next().unwrap();
    let is_code = |line: &&str| {
        !line.contains("tracing::") && !["//", "#["].iter().any(|start| line.trim_start().starts_with(start))
    };
    let literals = product.lines().filter(is_code).flat_map(|line| line.split('"').skip(1).step_by(2));
    let is_word = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
    let reads_like_words = |text: &&str| {
        let words: Vec<&str> = text.split(' ').collect();
        words.windows(2).any(|pair| pair.iter().all(|word| is_word(word)))
    };
    literals.filter(reads_like_words).collect()
}

/// Every file of these folders, with what it holds.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !path.ends_with("tests.rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

#[test]
fn commands_settings_and_doctor_have_no_words_of_their_own() {
    // A line for programs, the same in every language (`api-contract` 6), what goes to the log alone, and what libraries
    // say, by which it is known and told anew.
    const NOT_FOR_PERSONS: [&str; 8] = [
        "listening on ",
        "its certificate ended at ",
        "its certificate begins at ",
        "unknown field ",
        "missing field ",
        "duplicate key",
        "path string",
        " is not in ",
    ];
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all: Vec<_> = ["cli", "config", "doctor"].iter().flat_map(|name| files(&source.join(name))).collect();
    for name in ["cli.rs", "config.rs", "doctor.rs"] {
        all.push((name.to_owned(), fs::read_to_string(source.join(name)).unwrap()));
    }
    for (file, source) in &all {
        let stray = words(source).into_iter().find(|text| !NOT_FOR_PERSONS.iter().any(|known| text.starts_with(known)));
        assert!(
            stray.is_none(),
            "{file}: move this text to locales/, and show it by message!() or phrase!(): {stray:?}"
        );
    }
    assert_eq!(
        words("fn f() { session.print(\"the card was let go\") }\n// \"a comment here\""),
        ["the card was let go"]
    );
}

#[test]
fn every_problem_has_three_texts_in_both_languages_and_there_are_no_others() {
    let names = || PROBLEM_CODES.into_iter().chain([Problem::NothingSettled.words()]);
    for language in Language::ALL {
        for code in names() {
            for key in ["authentication", "signature"] {
                let text = problem(language, code, &[("key", Value::from(key))])
                    .unwrap_or_else(|| panic!("{language}: {code}"));
                for text in [&text.title, &text.detail, &text.remedy] {
                    assert!(!text.is_empty() && !text.contains(['{', '}', '$']), "{language}: {code}: {text}");
                }
                if language == Language::English {
                    assert!(!text.title.ends_with('.') && !text.detail.ends_with('.'), "{code}");
                }
            }
        }
    }
    assert_eq!(problem(Language::English, "no_such_code", &[]), None);
    let messages = texts(Language::English).keys().filter(|id| id.starts_with("problem-") && !id.contains('.')).count();
    assert_eq!(messages, names().count());
}

#[test]
fn variables_are_filled_in_and_plurals_fit() {
    let detail = |language, tries: Value<'static>| {
        problem(language, "pin_incorrect", &[("key", Value::from("signature")), ("tries", tries)]).unwrap().detail
    };
    let english = |tries| detail(Language::English, tries);
    assert_eq!(english(Value::from(1)), "the password of the signature certificate was wrong; one try is left");
    assert_eq!(english(Value::from(4)), "the password of the signature certificate was wrong; 4 tries are left");
    assert_eq!(detail(Language::Japanese, Value::from(4)), "署名用電子証明書のパスワードが違います。残り4回です。");
    assert_eq!(message!(Language::Japanese, "prompt-digests-more", count = 92), "ほか92件");
}

#[test]
fn a_blocked_pin_is_never_answered_with_another_try() {
    let told_not_to_go_on = ["not sure", "不確かな場合は"];
    for language in Language::ALL {
        for key in ["authentication", "signature"] {
            // Nor is the failure that leaves one try, or nobody knows how many.
            for tries in [Value::from(1), Value::from("unknown")] {
                let wrong = [("key", Value::from(key)), ("tries", tries)];
                let remedy = problem(language, "pin_incorrect", &wrong).unwrap().remedy;
                assert!(remedy.contains("municipal office") || remedy.contains("市区町村の窓口"), "{remedy}");
                assert!(told_not_to_go_on.iter().any(|words| remedy.contains(words)), "{remedy}");
                assert!(!remedy.contains("again") && !remedy.contains("やり直"), "{remedy}");
            }
            let text = problem(language, "pin_blocked", &[("key", Value::from(key))]).unwrap();
            let remedy = text.remedy;
            assert!(remedy.contains("municipal office") || remedy.contains("市区町村の窓口"), "{remedy}");
            assert!(remedy.contains("kiosk") || remedy.contains("キオスク端末"), "{remedy}");
            assert!(!remedy.contains("again") && !remedy.contains("もう一度"), "{remedy}");
        }
    }
}

#[test]
fn what_is_missing_wrong_or_blocked_is_named() {
    for (code, authentication, signature) in [
        ("certificate_absent", "利用者証明用電子証明書がありません", "署名用電子証明書がありません"),
        ("pin_incorrect", "暗証番号が違います", "パスワードが違います"),
        ("pin_blocked", "暗証番号がロック", "パスワードがロック"),
    ] {
        for (key, words) in [("authentication", authentication), ("signature", signature)] {
            let text = problem(Language::Japanese, code, &[("key", Value::from(key))]).unwrap();
            assert!(text.detail.contains(words), "{}", text.detail);
            assert!(code == "certificate_absent" || text.title.starts_with(words), "{}", text.title);
        }
    }
}

#[test]
fn accept_language_follows_the_weights() {
    use Language::{English, Japanese};
    for (header, language) in [
        ("", English),
        ("ja", Japanese),
        ("JA-jp", Japanese),
        ("en", English),
        ("fr, de;q=0.9", English),
        ("*", English),
        ("en;q=0.8, ja;q=0.9", Japanese),
        ("ja;q=0.5,en", English),
        ("fr,ja;q=0.2", Japanese),
        ("ja,en", Japanese),
        ("en, ja", English),
        ("ja;q=0", English),
        ("ja ; q = 0.001", Japanese),
        ("ja;q=abc, en;q=0.1", English),
        ("ja;level=1;q=0.3, en;q=0.2", Japanese),
        ("ja;q=1.5", English),
        ("jam", English),
        (";;;,,,=", English),
    ] {
        assert_eq!(Language::parse_accept_language(header), language, "{header:?}");
    }
}

#[test]
fn locales_are_recognised() {
    for (locale, language) in [
        ("ja_JP.UTF-8", Language::Japanese),
        ("ja", Language::Japanese),
        ("ja.eucJP", Language::Japanese),
        ("en_US.UTF-8", Language::English),
        ("C", Language::English),
        ("C.UTF-8", Language::English),
        ("", Language::English),
    ] {
        assert_eq!(Language::from_locale(locale), language, "{locale:?}");
    }
}
