//! The words people read, in Japanese and English: one catalogue for problems, prompts and the command line.
//!
//! The texts stand in `locales/LANGUAGE/*.ftl` (Project Fluent) and are built into the program. [`message!`] does not
//! compile with an id the catalogue lacks; tests keep both languages alike and find texts that nobody uses. Which text
//! is shown when is for the callers to know. A [`Phrase`] is a text whose reader is not known yet: faults carry it, and
//! whoever shows them chooses the language.

mod phrase;

use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

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
    let catalogue = Catalogue::of(language);
    // An `Id` is in the catalogue; its own name is still better than a panic.
    catalogue.format(id.0, None, variables).unwrap_or_else(|| id.0.to_owned())
}

/// The text `id`, or its attribute, if the catalogue has it; for ids made of names, such as those of commands, which
/// [`message!`] cannot check: a test has to.
pub(crate) fn find(language: Language, id: &str, attribute: Option<&str>) -> Option<String> {
    Catalogue::of(language).format(id, attribute, &[])
}

/// The texts of the problem with this code (`pin_incorrect` …); `None` if there is no such code.
///
/// Variables, each optional: `key` (`authentication` or `signature`), `tries` (a number), `seconds` (a number),
/// `member` (name of a request member or parameter).
#[must_use]
pub fn problem(language: Language, code: &str, variables: &[(&'static str, Value<'_>)]) -> Option<ProblemText> {
    let catalogue = Catalogue::of(language);
    let id = format!("problem-{}", code.replace('_', "-"));
    let mut known = vec![
        ("key", Value::from("unknown")),
        ("tries", Value::from("unknown")),
        ("seconds", Value::from("unknown")),
        ("member", Value::from("unknown")),
    ];
    known.extend_from_slice(variables); // a later value replaces an earlier one
    Some(ProblemText {
        title: catalogue.format(&id, None, &known)?,
        detail: catalogue.format(&id, Some("detail"), &known)?,
        remedy: catalogue.format(&id, Some("remedy"), &known)?,
    })
}

impl Id {
    /// An id that stands in the catalogue.
    ///
    /// # Panics
    /// If it does not; [`message!`] calls it at compile time only.
    #[must_use]
    pub const fn known(id: &'static str) -> Self {
        let mut sources: &[&str] = ENGLISH;
        while let Some((source, rest)) = sources.split_first() {
            if has_message(source.as_bytes(), id.as_bytes()) {
                return Self(id);
            }
            sources = rest;
        }
        #[expect(clippy::panic, reason = "only ever evaluated by the compiler, see message!")]
        {
            panic!("there is no message of this id in locales/en")
        }
    }
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

const ENGLISH: &[&str] = &[
    include_str!("../locales/en/bridge.ftl"),
    include_str!("../locales/en/change.ftl"),
    include_str!("../locales/en/cli.ftl"),
    include_str!("../locales/en/doctor.ftl"),
    include_str!("../locales/en/fault.ftl"),
    include_str!("../locales/en/guide.ftl"),
    include_str!("../locales/en/help.ftl"),
    include_str!("../locales/en/notice.ftl"),
    include_str!("../locales/en/origin.ftl"),
    include_str!("../locales/en/page.ftl"),
    include_str!("../locales/en/problem.ftl"),
    include_str!("../locales/en/prompt.ftl"),
    include_str!("../locales/en/reminder.ftl"),
    include_str!("../locales/en/service.ftl"),
    include_str!("../locales/en/tray.ftl"),
];
const JAPANESE: &[&str] = &[
    include_str!("../locales/ja/bridge.ftl"),
    include_str!("../locales/ja/change.ftl"),
    include_str!("../locales/ja/cli.ftl"),
    include_str!("../locales/ja/doctor.ftl"),
    include_str!("../locales/ja/fault.ftl"),
    include_str!("../locales/ja/guide.ftl"),
    include_str!("../locales/ja/help.ftl"),
    include_str!("../locales/ja/notice.ftl"),
    include_str!("../locales/ja/origin.ftl"),
    include_str!("../locales/ja/page.ftl"),
    include_str!("../locales/ja/problem.ftl"),
    include_str!("../locales/ja/prompt.ftl"),
    include_str!("../locales/ja/reminder.ftl"),
    include_str!("../locales/ja/service.ftl"),
    include_str!("../locales/ja/tray.ftl"),
];

/// All texts of one language.
struct Catalogue(FluentBundle<FluentResource>);

impl Catalogue {
    /// Built at the first use, once per language.
    fn of(language: Language) -> &'static Self {
        static ENGLISH_CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        static JAPANESE_CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        match language {
            Language::English => ENGLISH_CATALOGUE.get_or_init(|| Self::build(language, ENGLISH)),
            Language::Japanese => JAPANESE_CATALOGUE.get_or_init(|| Self::build(language, JAPANESE)),
        }
    }

    /// A test parses every file, so nothing is lost here.
    fn build(language: Language, sources: &[&str]) -> Self {
        let tag = language.tag().parse::<LanguageIdentifier>().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Marks around variables would be shown as rubbish by terminals; foreign text is cleaned before it comes here.
        bundle.set_use_isolating(false);
        for source in sources {
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self(bundle)
    }

    fn format(&self, id: &str, attribute: Option<&str>, variables: &[(&'static str, Value<'_>)]) -> Option<String> {
        let message = self.0.get_message(id)?;
        let pattern = match attribute {
            None => message.value()?,
            Some(attribute) => message.get_attribute(attribute)?.value(),
        };
        let mut arguments = FluentArgs::with_capacity(variables.len());
        for (name, value) in variables {
            arguments.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        let text = self.0.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "a variable of {id} is missing: {errors:?}");
        Some(text)
    }
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
