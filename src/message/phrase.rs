//! A text whose language is chosen later: what a fault carries from where it was found to whoever shows it.

use std::fmt;

use super::{Id, Language, Value, text};

/// The text `id` with its variables, in no language yet. Made by [`phrase!`](crate::phrase).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    id: Id,
    variables: Vec<(&'static str, Variable)>,
}

/// What stands in the place of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// Text as it is.
    Text(String),
    /// A number, for plural forms; large ones are grouped in thousands.
    Number(i64),
    /// A text of the same language.
    Phrase(Box<Phrase>),
}

/// The phrase with this id, with the variables it names: `phrase!("fault-absolute", key = "card.roots_dir")`. An id
/// that is not in the catalogue is a compile error.
#[macro_export]
macro_rules! phrase {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::message::Phrase::new(
            const { $crate::message::Id::known($id) },
            vec![$((stringify!($name), $crate::message::Variable::from($value))),*],
        )
    };
}

impl Phrase {
    /// Through [`phrase!`](crate::phrase), as a rule.
    #[must_use]
    pub fn new(id: Id, variables: Vec<(&'static str, Variable)>) -> Self {
        Self { id, variables }
    }

    /// In this language.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let values: Vec<(&'static str, Value<'_>)> = self
            .variables
            .iter()
            .map(|(name, variable)| {
                let value = match variable {
                    Variable::Text(text) => Value::from(text.as_str()),
                    Variable::Number(number) => Value::from(*number),
                    Variable::Phrase(phrase) => Value::from(phrase.text(language)),
                };
                (*name, value)
            })
            .collect();
        text(language, self.id, &values)
    }
}

/// In English, as the log has it.
impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

impl From<String> for Variable {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Variable {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Variable {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Variable {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Phrase> for Variable {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(Box::new(phrase))
    }
}
