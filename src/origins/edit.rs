//! Changes the `[[origins]]` of a settings file's text as a careful person would: everything else, comments and spacing
//! included, stays as it is. No I/O; whether the result is a good settings file is checked by the caller.

use std::ops::Range;

use toml_edit::{Array, ArrayOfTables, Document, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

use crate::origin::{Origin, Scopes};

/// The text cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is not TOML.
    #[error("{0}")]
    Unreadable(String),
    /// `origins` is something else than a list of tables.
    #[error("origins is not a list of tables")]
    Shape,
}

const ORIGINS: &str = "origins";
const ORIGIN: &str = "origin";
const ALLOW: &str = "allow";
/// Says that an origin without TLS was allowed on purpose.
const INSECURE: &str = "insecure";

/// `text` with `origin` allowed exactly `scopes`. An entry that is there is changed in its place; `insecure = true` is
/// added if the person insisted on an origin without TLS.
///
/// # Errors
/// [`EditError`].
pub fn allow(text: &str, origin: &Origin, scopes: &Scopes, insecure: bool) -> Result<String, EditError> {
    let mut document: DocumentMut = text.parse().map_err(unreadable)?;
    let end = document.trailing().as_str().unwrap_or_default().to_owned();
    let is_first = !document.contains_key(ORIGINS);
    if is_first {
        document.set_trailing(""); // the comment at the end of the file stays above the new entry
    }
    let entries = document.entry(ORIGINS).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    match entries {
        Item::ArrayOfTables(tables) => {
            if let Some(table) = tables.iter_mut().find(|table| is_of(*table, origin)) {
                set_scopes(table, scopes, insecure);
            } else {
                let mut table = Table::new();
                table.insert(ORIGIN, value(origin.as_str()));
                set_scopes(&mut table, scopes, insecure);
                let above = if is_first { end.as_str() } else { "" };
                let line_end = if above.is_empty() || above.ends_with('\n') { "" } else { "\n" };
                let blank = if text.trim().is_empty() { "" } else { "\n" };
                table.decor_mut().set_prefix(format!("{above}{line_end}{blank}"));
                tables.push(table);
            }
        }
        Item::Value(Value::Array(array)) => {
            let mut tables = array.iter_mut().filter_map(Value::as_inline_table_mut);
            if let Some(table) = tables.find(|table| is_of(*table, origin)) {
                set_scopes(table, scopes, insecure);
            } else {
                drop(tables);
                let mut table = InlineTable::new();
                table.insert(ORIGIN, origin.as_str().into());
                set_scopes(&mut table, scopes, insecure);
                array.push(table);
            }
        }
        _ => return Err(EditError::Shape),
    }
    Ok(with_line_ends_of(text, document.to_string()))
}

/// `text` without `origin`; `None` if it is not in the list. The comment that stands right above the entry goes with it.
///
/// # Errors
/// [`EditError`].
pub fn remove(text: &str, origin: &Origin) -> Result<Option<String>, EditError> {
    let document = Document::parse(text).map_err(unreadable)?;
    match document.as_table().get(ORIGINS) {
        None => Ok(None),
        Some(Item::ArrayOfTables(tables)) => {
            let spans = tables.iter().filter(|table| is_of(*table, origin)).filter_map(span);
            // From the last on, so that the places of the others still hold.
            let spans: Vec<_> = spans.collect();
            Ok((!spans.is_empty()).then(|| spans.into_iter().rev().fold(text.to_owned(), cut_out)))
        }
        Some(Item::Value(Value::Array(_))) => {
            let mut document = document.into_mut();
            let Some(array) = document.get_mut(ORIGINS).and_then(Item::as_array_mut) else { return Ok(None) };
            let before = array.len();
            array.retain(|entry| !entry.as_inline_table().is_some_and(|table| is_of(table, origin)));
            let is_removed = array.len() < before;
            Ok(is_removed.then(|| with_line_ends_of(text, document.to_string())))
        }
        Some(_) => Err(EditError::Shape),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unreadable(error: toml_edit::TomlError) -> EditError {
    EditError::Unreadable(error.message().trim_end().to_owned())
}

fn is_of(table: &dyn TableLike, origin: &Origin) -> bool {
    table.get(ORIGIN).and_then(Item::as_str) == Some(origin.as_str())
}

fn set_scopes(table: &mut dyn TableLike, scopes: &Scopes, insecure: bool) {
    let names: Value = scopes.iter().map(|scope| scope.name()).collect::<Array>().into();
    match table.get_mut(ALLOW).and_then(Item::as_value_mut) {
        Some(known) => {
            let decor = known.decor().clone();
            *known = names;
            *known.decor_mut() = decor;
        }
        None => {
            table.insert(ALLOW, names.into());
        }
    }
    if insecure {
        table.insert(INSECURE, value(true));
    }
}

/// From the table's header to its last value.
fn span(table: &Table) -> Option<Range<usize>> {
    let header = table.span()?;
    let ends = table.iter().filter_map(|(_, item)| item.span()).map(|span| span.end);
    Some(header.start..ends.fold(header.end, usize::max))
}

/// Whole lines, the comment right above, and one of two blank lines that would meet.
fn cut_out(text: String, span: Range<usize>) -> String {
    let Some((before, rest)) = text.split_at_checked(span.start) else { return text };
    let Some((_, after)) = rest.split_at_checked(span.end - span.start) else { return text };
    let mut before = before.rfind('\n').map_or("", |end| before.get(..=end).unwrap_or_default());
    let mut after = after.find('\n').map_or("", |end| after.get(end + 1..).unwrap_or_default());
    while let Some(line) = before.lines().last().filter(|line| line.trim_start().starts_with('#')) {
        let kept = before.trim_end_matches(['\r', '\n']).len() - line.len();
        before = before.get(..kept).unwrap_or_default();
    }
    let ends_blank = before.is_empty() || before.lines().last().is_some_and(|line| line.trim().is_empty());
    if ends_blank && let Some((_, rest)) = after.split_once('\n').filter(|(first, _)| first.trim().is_empty()) {
        after = rest;
    }
    if after.is_empty() && before.lines().last().is_some_and(|line| line.trim().is_empty()) {
        let body = before.trim_end();
        let end =
            before.get(body.len()..).and_then(|rest| rest.find('\n')).map_or(before.len(), |end| body.len() + end + 1);
        before = before.get(..end).unwrap_or_default();
    }
    [before, after].concat()
}

/// New lines end as the old ones do.
fn with_line_ends_of(old: &str, new: String) -> String {
    if old.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Scope;

    const SETTINGS: &str = r#"# My settings.
language = "ja"   # as at home

[[origins]]
# the tax office
origin = "https://tax.example"
allow = [ "status" ]  # no more

# the town
[[origins]]
origin = "https://town.example"

[server]   # last
port = 25754
"#;

    fn origin(text: &str) -> Origin {
        text.parse().unwrap()
    }

    fn scopes() -> Scopes {
        Scopes::from_iter(Scope::DEFAULT)
    }

    #[test]
    fn a_new_entry_stands_behind_the_others() {
        let new = allow(SETTINGS, &origin("https://new.example"), &scopes(), false).unwrap();
        let entry =
            "\n[[origins]]\norigin = \"https://new.example\"\nallow = [\"status\", \"authenticate\", \"sign\"]\n";
        assert_eq!(new, SETTINGS.replace("\n[server]", &format!("{entry}\n[server]")));
    }

    #[test]
    fn into_nothing_and_into_a_file_without_origins() {
        let entry = "[[origins]]\norigin = \"https://new.example\"\nallow = [\"status\", \"authenticate\", \"sign\"]\n";
        let into = |text: &str| allow(text, &origin("https://new.example"), &scopes(), false).unwrap();
        assert_eq!(into(""), entry);
        assert_eq!(into("# only this\n"), format!("# only this\n\n{entry}"));
        assert_eq!(into("language = \"ja\""), format!("language = \"ja\"\n\n{entry}"));
        assert_eq!(into("[server]\nport = 0\n"), format!("[server]\nport = 0\n\n{entry}"));
        assert_eq!(into("[server]\r\nport = 0\r\n"), format!("[server]\nport = 0\n\n{entry}").replace('\n', "\r\n"));
    }

    #[test]
    fn an_entry_that_is_there_is_changed_in_its_place() {
        let tax = allow(SETTINGS, &origin("https://tax.example"), &Scopes::all(), false).unwrap();
        let all = r#"["status", "certificates", "authenticate", "sign"]"#;
        assert_eq!(tax, SETTINGS.replace("[ \"status\" ]", all));
        let town = allow(SETTINGS, &origin("https://town.example"), &Scopes::all(), false).unwrap();
        let line = "origin = \"https://town.example\"\n";
        assert_eq!(town, SETTINGS.replace(line, &format!("{line}allow = {all}\n")));
    }

    #[test]
    fn insisting_is_written_down() {
        let new = allow("", &origin("http://old.example"), &scopes(), true).unwrap();
        assert!(new.ends_with("insecure = true\n"), "{new}");
    }

    #[test]
    fn a_removed_entry_takes_its_own_comment_with_it_and_nothing_else() {
        let town = remove(SETTINGS, &origin("https://town.example")).unwrap().unwrap();
        assert_eq!(town, SETTINGS.replace("# the town\n[[origins]]\norigin = \"https://town.example\"\n\n", ""));
        let tax = remove(SETTINGS, &origin("https://tax.example")).unwrap().unwrap();
        let entry =
            "[[origins]]\n# the tax office\norigin = \"https://tax.example\"\nallow = [ \"status\" ]  # no more\n\n";
        assert_eq!(tax, SETTINGS.replace(entry, ""));
        assert_eq!(remove(SETTINGS, &origin("https://other.example")).unwrap(), None);
        assert_eq!(remove("", &origin("https://other.example")).unwrap(), None);
    }

    #[test]
    fn what_was_added_is_removed_without_a_trace() {
        for text in [SETTINGS, "# only this\n", "[server]\nport = 0\n", "[server]\r\nport = 0\r\n", ""] {
            let origin = origin("https://new.example");
            let with = allow(text, &origin, &scopes(), false).unwrap();
            assert_eq!(remove(&with, &origin).unwrap().as_deref(), Some(text));
        }
    }

    #[test]
    fn the_short_form_of_a_list_is_kept() {
        let text = "origins = [\n  { origin = \"https://a.example\" }, # a\n  { origin = \"https://b.example\" },\n]\n";
        let new = allow(text, &origin("https://c.example"), &scopes(), false).unwrap();
        assert!(new.contains("# a") && new.contains("https://c.example"), "{new}");
        assert!(toml::from_str::<toml::Table>(&new).is_ok(), "{new}");
        let less = remove(text, &origin("https://b.example")).unwrap().unwrap();
        assert!(less.contains("a.example") && !less.contains("b.example"), "{less}");
    }

    #[test]
    fn what_is_not_understood_is_not_changed() {
        for text in ["origins = 1", "[origins]\na = 1", "origins = ", "a = 1\na = 2"] {
            assert!(allow(text, &origin("https://a.example"), &scopes(), false).is_err(), "{text}");
            assert!(remove(text, &origin("https://a.example")).is_err(), "{text}");
        }
    }
}
