//! The words people read, in Japanese and English: one catalogue for problems, prompts and the command line.
//!
//! The texts stand in `locales/LANGUAGE/*.ftl` (Project Fluent) and are built into the program, packed; a file is read when
//! the first of its texts is wanted, and the first word of a text's id is the name of its file. [`message!`] does not
//! compile with an id the catalogue lacks; tests keep both languages alike and find texts that nobody uses. Which text
//! is shown when is for the callers to know. A [`Phrase`] is a text whose reader is not known yet: faults carry it, and
//! whoever shows them chooses the language.

mod phrase;

use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::packed::{packed, unpack};

/// What is put in the place of a variable: text or a number (for plural forms).
pub type Value<'a> = fluent_bundle::FluentValue<'a>;

/// A language the agent speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Japanese.
    Japanese,
}

/// The text with this id, with the variables it names.
///
/// `message!(language, "prompt-tries-left", tries = 3)`. An id that is not in the catalogue is a compile error.
#[macro_export]
macro_rules! message {
    ($language:expr, $id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::message::text(
            $language,
            const { $crate::message::Id::known($id) },
            &[$((stringify!($name), $crate::message::Value::from($value))),*],
        )
    };
}
pub use crate::message;

pub use self::phrase::{Phrase, Variable};

/// The name of a text that is in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id(&'static str);

/// The three texts of a problem (RFC 9457), and no PIN in any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemText {
    /// What kind of problem it is.
    pub title: String,
    /// What happened this time.
    pub detail: String,
    /// What the person can do about it.
    pub remedy: String,
}

/// The text of `id`. Through [`message!`], as a rule.
#[must_use]
pub fn text(language: Language, id: Id, variables: &[(&'static str, Value<'_>)]) -> String {
    // An `Id` is in the catalogue; its own name is still better than a panic.
    format(language, id.0, None, variables).unwrap_or_else(|| id.0.to_owned())
}

/// The text `id`, or its attribute, if the catalogue has it; for ids made of names, such as those of commands, which
/// [`message!`] cannot check: a test has to.
pub(crate) fn find(language: Language, id: &str, attribute: Option<&str>) -> Option<String> {
    format(language, id, attribute, &[])
}

/// The texts of the problem whose words have this name (`pin_incorrect` …); `None` if there are none.
///
/// Variables, each optional: `key` (`authentication` or `signature`), `tries` (a number), `seconds` (a number),
/// `member` (name of a request member or parameter).
#[must_use]
pub fn problem(language: Language, code: &str, variables: &[(&'static str, Value<'_>)]) -> Option<ProblemText> {
    let id = format!("problem-{}", code.replace('_', "-"));
    let mut known = vec![
        ("key", Value::from("unknown")),
        ("tries", Value::from("unknown")),
        ("seconds", Value::from("unknown")),
        ("member", Value::from("unknown")),
    ];
    known.extend_from_slice(variables); // a later value replaces an earlier one
    Some(ProblemText {
        title: format(language, &id, None, &known)?,
        detail: format(language, &id, Some("detail"), &known)?,
        remedy: format(language, &id, Some("remedy"), &known)?,
    })
}

impl Id {
    /// As it stands in the catalogue.
    pub(crate) fn name(self) -> &'static str {
        self.0
    }

    /// An id that stands in the catalogue. Only ever within `const`: else the program would carry the texts a second time.
    ///
    /// # Panics
    /// If it does not; [`message!`] calls it at compile time only.
    #[must_use]
    pub const fn known(id: &'static str) -> Self {
        let mut files: &[(&str, &str)] = ENGLISH;
        while let Some(((name, source), rest)) = files.split_first() {
            if is_of_file(id.as_bytes(), name.as_bytes()) && has_message(source.as_bytes(), id.as_bytes()) {
                return Self(id);
            }
            files = rest;
        }
        #[expect(clippy::panic, reason = "only ever evaluated by the compiler, see message!")]
        {
            panic!("there is no message of this id in locales/en")
        }
    }
}

/// Would a text of this id stand in the file of this name?
const fn is_of_file(mut id: &[u8], mut name: &[u8]) -> bool {
    while let ([a, id_rest @ ..], [b, name_rest @ ..]) = (id, name) {
        if *a != *b {
            return false;
        }
        (id, name) = (id_rest, name_rest);
    }
    name.is_empty() && matches!(id, [b'-', ..])
}

/// Does a line of `source` begin with `id =`?
const fn has_message(mut source: &[u8], id: &[u8]) -> bool {
    loop {
        let mut line = source;
        let mut wanted = id;
        while let ([a, line_rest @ ..], [b, wanted_rest @ ..]) = (line, wanted) {
            if *a != *b {
                break;
            }
            (line, wanted) = (line_rest, wanted_rest);
        }
        if wanted.is_empty() && matches!(line, [b' ', b'=', ..]) {
            return true;
        }
        loop {
            match source {
                [] => return false,
                [b'\n', rest @ ..] => {
                    source = rest;
                    break;
                }
                [_, rest @ ..] => source = rest,
            }
        }
    }
}

/// A file of the catalogue, packed.
struct Packed {
    name: &'static str,
    english: &'static [u8],
    japanese: &'static [u8],
}

macro_rules! files {
    ($($name:literal)+) => {
        const FILES: &[Packed] = &[$(Packed {
            name: $name,
            english: packed!("locales/en/", $name, ".ftl"),
            japanese: packed!("locales/ja/", $name, ".ftl"),
        }),+];
        /// For the compiler, to look ids up; not in the program.
        const ENGLISH: &[(&str, &str)] = &[$(($name, include_str!(concat!("../locales/en/", $name, ".ftl")))),+];
    };
}
files!("audit" "bridge" "change" "cli" "doctor" "fault" "guide" "help" "notice" "origin" "page" "problem" "prompt" "reminder"
    "service" "settings" "tray");

/// Files whose texts are used in another's, which stands first.
const BORROWED: &[(&str, &str)] = &[("problem", "guide"), ("page", "change")];

/// One file in one language, ready to be used; `None` as long as nobody has asked.
type Texts = OnceLock<FluentBundle<FluentResource>>;
static ENGLISH_TEXTS: [Texts; FILES.len()] = [const { OnceLock::new() }; FILES.len()];
static JAPANESE_TEXTS: [Texts; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

/// The file in which a text of this id would stand.
fn file_of(id: &str, language: Language) -> Option<&'static FluentBundle<FluentResource>> {
    let name = id.split('-').next().unwrap_or(id);
    let texts = match language {
        Language::English => &ENGLISH_TEXTS,
        Language::Japanese => &JAPANESE_TEXTS,
    };
    let texts = FILES.iter().zip(texts).find_map(|(file, texts)| (file.name == name).then_some(texts))?;
    Some(texts.get_or_init(|| read(name, language)))
}

/// A test reads every file, so nothing is lost here.
fn read(name: &str, language: Language) -> FluentBundle<FluentResource> {
    let tag = language.tag().parse::<LanguageIdentifier>().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // Marks around variables would be shown as rubbish by terminals; foreign text is cleaned before it comes here.
    bundle.set_use_isolating(false);
    for file in FILES.iter().filter(|file| file.name == name || BORROWED.contains(&(name, file.name))) {
        let resource = FluentResource::try_new(file.text(language)).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

impl Packed {
    fn text(&self, language: Language) -> String {
        unpack(match language {
            Language::English => self.english,
            Language::Japanese => self.japanese,
        })
    }
}

fn format(
    language: Language,
    id: &str,
    attribute: Option<&str>,
    variables: &[(&'static str, Value<'_>)],
) -> Option<String> {
    let texts = file_of(id, language)?;
    let message = texts.get_message(id)?;
    let pattern = match attribute {
        None => message.value()?,
        Some(attribute) => message.get_attribute(attribute)?.value(),
    };
    let mut arguments = FluentArgs::with_capacity(variables.len());
    for (name, value) in variables {
        arguments.set(*name, value.clone());
    }
    let mut errors = Vec::new();
    let text = texts.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
    debug_assert!(errors.is_empty(), "a variable of {id} is missing: {errors:?}");
    Some(text)
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Japanese];

    /// The tag in settings and HTTP headers: `en`, `ja`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// The language of a tag such as `ja`, `ja-JP` or `EN`.
    #[must_use]
    pub fn by_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or(tag);
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The language of a POSIX locale such as `ja_JP.UTF-8`; English for all others.
    #[must_use]
    pub fn from_locale(locale: &str) -> Self {
        let primary = locale.split(['_', '.', '@']).next().unwrap_or(locale);
        Self::by_tag(primary).unwrap_or_default()
    }

    /// The best language for an `Accept-Language` header (RFC 9110, 12.5.4); English if it names none of ours.
    #[must_use]
    pub fn parse_accept_language(header: &str) -> Self {
        let mut best = (0, Self::default());
        for range in header.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let Some(language) = parts.next().and_then(Self::by_tag) else { continue };
            let weight = parts.find_map(weight).unwrap_or(1000);
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// Thousandths of a `q=` parameter; a malformed one counts as 0. `None` if it is another parameter.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(0);
    }
    match whole {
        "1" if fraction.bytes().all(|digit| digit == b'0') => Some(1000),
        "0" => format!("{fraction:0<3}").parse().ok(),
        _ => Some(0),
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests;
