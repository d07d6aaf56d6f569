//! What the status page is made of beside its document: scripts, style, icon. Built into the program, without secrets, the
//! same for everybody; the browser gets these files as they are.

use crate::packed::{packed, unpack};

/// One file.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its name below `/parts/`.
    pub name: &'static str,
    /// Its `Content-Type`.
    pub media_type: &'static str,
    packed: &'static [u8],
}

impl Part {
    /// What stands in it.
    #[must_use]
    pub fn content(&self) -> String {
        unpack(self.packed)
    }
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! parts {
    ($($name:literal: $media_type:expr),+ $(,)?) => {
        &[$(Part { name: $name, media_type: $media_type, packed: packed!("src/pages/home/", $name) }),+]
    };
}

/// All of them.
pub const ALL: &[Part] = parts![
    "activity.js": SCRIPT,
    "agent.js": SCRIPT,
    "card.js": SCRIPT,
    "certificates.js": SCRIPT,
    "dom.js": SCRIPT,
    "help.js": SCRIPT,
    "main.js": SCRIPT,
    "pins.js": SCRIPT,
    "sites.js": SCRIPT,
    "unread.js": SCRIPT,
    "words.js": SCRIPT,
    "home.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
];

/// The part of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Part> {
    ALL.iter().find(|part| part.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_small_and_all_of_them_are_there() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages/home");
        for entry in std::fs::read_dir(&folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if let Some(part) = named(&name) {
                assert_eq!(part.content(), std::fs::read_to_string(folder.join(&name)).unwrap(), "{name}");
            } else {
                assert!(name.ends_with(".html"), "{name} is not built in");
            }
        }
        let bytes: usize = ALL.iter().map(|part| part.content().len()).sum();
        assert!(bytes < 68 * 1024, "{bytes}");
    }

    /// Nothing is loaded from elsewhere, kept in the browser, or made from strings.
    #[test]
    fn they_do_nothing_that_a_page_with_such_rights_must_not() {
        for part in ALL {
            for word in [
                "innerHTML",
                "outerHTML",
                "insertAdjacent",
                "document.write",
                "eval(",
                "new Function",
                "localStorage",
                "sessionStorage",
                "indexedDB",
                "document.cookie",
                "http://",
                "postMessage",
                "window.open",
                "@import",
            ] {
                let content = part.content().replace("http://www.w3.org/2000/svg", "");
                assert!(!content.contains(word), "{word} in {}", part.name);
            }
        }
    }
}
