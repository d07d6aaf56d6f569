//! Turns TLS on and off in the settings file, as a careful person would: everything else in it stays as it is.
//!
//! The allow-list has an editor of its own ([`crate::origins`]); a running agent notices either edit.

use std::io;
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item, value};

use super::{Config, Fault, Overrides};
use crate::durable::replace_file;
use crate::message::Phrase;
use crate::phrase;
use crate::trusted_path::{Untrusted, trusted_path};

/// Why the settings file was not changed.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.phrase())]
pub enum EditError {
    /// Somebody else could have written it.
    Untrusted(#[from] Untrusted),
    /// Reading or writing failed.
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not understood, or would not be after the change.
    Faulty {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        fault: Fault,
    },
}

impl EditError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::Untrusted(why) => phrase!("fault-not-used", why = why.phrase()),
            Self::Io { path, source } => phrase!("fault-file", path = shown(path), why = source.to_string()),
            Self::Faulty { path, fault } => {
                let line = fault.line.map(|line| format!(":{line}")).unwrap_or_default();
                phrase!("settings-at", place = format!("{}{line}", path.display()), why = fault.what.clone())
            }
        }
    }
}

/// Writes `tls.enabled` into the settings file at `path`, which need not be there. Turning off what is not on changes
/// nothing. A link is followed.
///
/// # Errors
/// [`EditError`]; the file is as it was then.
pub fn set_tls(path: &Path, enabled: bool) -> Result<(), EditError> {
    let io = |source| EditError::Io { path: path.to_owned(), source };
    let (path, permissions, text) = match std::fs::metadata(path) {
        Ok(metadata) => {
            trusted_path(path)?;
            let text = std::fs::read_to_string(path).map_err(io)?;
            (path.canonicalize().map_err(io)?, Some(metadata.permissions()), text)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_owned(), None, String::new()),
        Err(error) => return Err(io(error)),
    };
    let faulty = |fault| EditError::Faulty { path: path.clone(), fault };
    // Origins without TLS may stand there for the software card.
    let overrides = Overrides { simulator: true, ..Overrides::default() };
    let before = Config::parse(&text, &overrides).map_err(faulty)?;
    if before.tls.enabled == enabled {
        return Ok(());
    }
    let changed = with_tls(&text, enabled).map_err(faulty)?;
    let after = Config::parse(&changed, &overrides).map_err(faulty)?;
    let mut expected = before;
    expected.tls.enabled = enabled;
    if after != expected {
        return Err(faulty(fault(phrase!("settings-no-effect"))));
    }
    if let Some(folder) = path.parent() {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|source| EditError::Io { path: folder.to_owned(), source })?;
        trusted_path(folder)?;
    }
    replace_file(&path, changed.as_bytes(), permissions).map_err(|source| EditError::Io { path: path.clone(), source })
}

fn fault(what: Phrase) -> Fault {
    Fault { line: None, what }
}

/// `text` with `tls.enabled` so.
fn with_tls(text: &str, enabled: bool) -> Result<String, Fault> {
    let mut document: DocumentMut = text.parse().map_err(|_| fault(phrase!("settings-not-toml")))?;
    if !document.contains_key("tls") {
        let mut lines = document.to_string();
        if !lines.is_empty() && !lines.ends_with('\n') {
            lines.push('\n');
        }
        let blank = if lines.trim().is_empty() { "" } else { "\n" };
        let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
        return Ok(format!("{lines}{blank}[tls]\nenabled = {enabled}\n").replace("\r\n", "\n").replace('\n', line_end));
    }
    let Some(tls) = document.get_mut("tls").and_then(Item::as_table_like_mut) else {
        return Err(fault(phrase!("settings-tls-no-table")));
    };
    match tls.get_mut("enabled").and_then(Item::as_value_mut) {
        Some(known) => {
            let decor = known.decor().clone();
            *known = enabled.into();
            *known.decor_mut() = decor;
        }
        None => {
            tls.insert("enabled", value(enabled));
        }
    }
    let changed = document.to_string();
    // The editor writes plain line ends.
    Ok(if text.contains("\r\n") { changed.replace("\r\n", "\n").replace('\n', "\r\n") } else { changed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_the_file_stays_as_it_is() {
        for (text, on) in [
            ("", "[tls]\nenabled = true\n"),
            ("# mine\nlanguage = \"ja\"", "# mine\nlanguage = \"ja\"\n\n[tls]\nenabled = true\n"),
            ("[tls]\nenabled = false # not yet\nport = 4000\n", "[tls]\nenabled = true # not yet\nport = 4000\n"),
            (
                "[tls]\nport = 4000\n\n[server]\nport = 1\n",
                "[tls]\nport = 4000\nenabled = true\n\n[server]\nport = 1\n",
            ),
            ("tls = { port = 4000 }\n", "tls = { port = 4000 , enabled = true }\n"),
            ("[server]\r\nport = 1\r\n", "[server]\r\nport = 1\r\n\r\n[tls]\r\nenabled = true\r\n"),
            (
                "[[origins]]\norigin = \"https://a.example\"\n# end\n",
                "[[origins]]\norigin = \"https://a.example\"\n# end\n\n[tls]\nenabled = true\n",
            ),
        ] {
            assert_eq!(with_tls(text, true).unwrap().replace(" , ", ", "), on.replace(" , ", ", "), "{text:?}");
        }
        assert!(with_tls("tls = 1", true).is_err());
    }

    #[test]
    fn a_file_that_is_not_there_or_not_understood() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/config.toml");
        set_tls(&path, false).unwrap();
        assert!(!path.exists(), "nothing was to be changed");
        set_tls(&path, true).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[tls]\nenabled = true\n");
        set_tls(&path, false).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[tls]\nenabled = false\n");
        std::fs::write(&path, "[tls\n").unwrap();
        assert!(matches!(set_tls(&path, true), Err(EditError::Faulty { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[tls\n");
    }
}
