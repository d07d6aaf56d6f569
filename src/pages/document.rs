//! The HTML of the agent's own pages, in the reader's language, each with the content security policy that allows its
//! own script and style to the byte (CSP Level 3, hashes) and nothing else.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::gatekeeper::Token;
use crate::message;
use crate::message::Language;

const MOVING: &str = include_str!("bridge/moving.html");
const MOVING_SCRIPT: &str = include_str!("bridge/moving.js");
const DOCUMENT: &str = include_str!("bridge/document.html");
const USED: &str = include_str!("bridge/used.html");
const SCRIPT: &str = include_str!("bridge/bridge.js");
const HOME: &str = include_str!("home/home.html");
const REDIRECT: &str = include_str!("home/redirect.html");
const STYLE: &str = include_str!("bridge/style.css");

/// Nothing but what the page's own port serves.
const HOME_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                           base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                           require-trusted-types-for 'script'; trusted-types 'none'";

/// A page, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The HTML.
    pub html: String,
    /// Its `Content-Security-Policy`.
    pub policy: &'static str,
}

impl Page {
    /// On the fixed port: moves the window on to `address`, and does nothing else.
    #[must_use]
    pub fn moving(language: Language, address: &str) -> Self {
        static POLICY: OnceLock<String> = OnceLock::new();
        let html = fill(
            MOVING,
            &[
                ("language", language.tag()),
                ("title", &message!(language, "bridge-title")),
                ("address", address),
                ("go", &message!(language, "bridge-go-on")),
            ],
            &[("script", MOVING_SCRIPT), ("style", STYLE)],
        );
        Self { html, policy: POLICY.get_or_init(|| policy(Some(MOVING_SCRIPT), "")) }
    }

    /// The bridge itself, with its ticket.
    #[must_use]
    pub fn bridge(language: Language, ticket: &Token) -> Self {
        static POLICY: OnceLock<String> = OnceLock::new();
        let html = fill(
            DOCUMENT,
            &[
                ("language", language.tag()),
                ("title", &message!(language, "bridge-title")),
                ("waiting", &message!(language, "bridge-waiting")),
                ("open", &message!(language, "bridge-open")),
                ("keep", &message!(language, "bridge-keep-open")),
                ("pin", &message!(language, "bridge-no-pin-here")),
                ("refused", &message!(language, "bridge-refused")),
                ("ended", &message!(language, "bridge-ended")),
                ("close", &message!(language, "bridge-may-be-closed")),
                ("no-opener", &message!(language, "bridge-no-opener")),
                ("ticket", ticket.as_str()),
            ],
            &[("script", SCRIPT), ("style", STYLE)],
        );
        Self { html, policy: POLICY.get_or_init(|| policy(Some(SCRIPT), "connect-src 'self'; ")) }
    }

    /// The status page.
    #[must_use]
    pub fn home(language: Language) -> Self {
        let texts = [
            ("language", language.tag()),
            ("title", &message!(language, "page-title")),
            ("needs-script", &message!(language, "page-needs-script")),
        ];
        Self { html: fill(HOME, &texts, &[]), policy: HOME_POLICY }
    }

    /// In place of a bridge that was loaded before: no script, no ticket.
    #[must_use]
    pub fn used(language: Language) -> Self {
        static POLICY: OnceLock<String> = OnceLock::new();
        let html = fill(
            USED,
            &[
                ("language", language.tag()),
                ("title", &message!(language, "bridge-title")),
                ("ended", &message!(language, "bridge-ended")),
                ("again", &message!(language, "bridge-open-again")),
            ],
            &[("style", STYLE)],
        );
        Self { html, policy: POLICY.get_or_init(|| policy(None, "")) }
    }
}

/// A file that leads a browser to the status page at `address`; no script, and nothing else in it.
#[must_use]
pub fn redirect(language: Language, address: &str) -> String {
    let texts = [
        ("language", language.tag()),
        ("title", &message!(language, "page-title")),
        ("address", address),
        ("go", &message!(language, "page-open-go-on")),
    ];
    fill(REDIRECT, &texts, &[])
}

/// Puts values in the place of `{{name}}`: `texts` so that they stay text, `sources` as they are.
fn fill(template: &str, texts: &[(&str, &str)], sources: &[(&str, &str)]) -> String {
    let mut html = String::with_capacity(template.len() * 4);
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once("{{") {
        let (name, behind) = behind.split_once("}}").unwrap_or(("", behind));
        html.push_str(before);
        if let Some((_, text)) = texts.iter().find(|(known, _)| *known == name) {
            text.chars().for_each(|letter| escape(letter, &mut html));
        } else if let Some((_, source)) = sources.iter().find(|(known, _)| *known == name) {
            html.push_str(source);
        } else {
            debug_assert!(false, "nothing for {name}");
        }
        rest = behind;
    }
    html.push_str(rest);
    html
}

fn escape(letter: char, html: &mut String) {
    match letter {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        other => html.push(other),
    }
}

/// Nothing but this script, the one style, and `further`.
fn policy(script: Option<&str>, further: &str) -> String {
    let hash = |source: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(source.as_bytes())));
    let script = script.map_or_else(|| "'none'".to_owned(), hash);
    format!(
        "default-src 'none'; script-src {script}; style-src {}; {further}base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'",
        hash(STYLE)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(language: Language) -> [Page; 3] {
        let ticket = Token::random().unwrap();
        [Page::moving(language, "http://127.0.0.1:50000/x?a&b"), Page::bridge(language, &ticket), Page::used(language)]
    }

    /// What stands between this tag and its end.
    fn inside<'a>(html: &'a str, tag: &str) -> Option<&'a str> {
        let (_, behind) = html.split_once(&format!("<{tag}>"))?;
        behind.split_once(&format!("</{tag}>")).map(|(inside, _)| inside)
    }

    #[test]
    fn each_policy_allows_the_script_and_style_of_its_page_and_no_more() {
        for language in Language::ALL {
            for page in pages(language) {
                assert!(!page.html.contains("{{") && !page.html.contains("}}"), "{}", page.html);
                assert!(page.html.contains(&format!("<html lang=\"{language}\">")));
                for tag in ["script", "style"] {
                    match inside(&page.html, tag) {
                        Some(source) => {
                            let hash = STANDARD.encode(Sha256::digest(source.as_bytes()));
                            assert!(page.policy.contains(&format!("{tag}-src 'sha256-{hash}'")), "{}", page.policy);
                        }
                        None => assert!(page.policy.contains(&format!("{tag}-src 'none'")), "{}", page.policy),
                    }
                }
                for word in ["unsafe", "*", "http", "data:", "blob:"] {
                    assert!(!page.policy.contains(word), "{}", page.policy);
                }
                assert!(page.policy.starts_with("default-src 'none';"));
                assert!(page.policy.contains("frame-ancestors 'none'") && page.policy.contains("form-action 'none'"));
            }
        }
    }

    #[test]
    fn nothing_is_run_but_the_script() {
        for page in pages(Language::English) {
            let html = page.html.replace(SCRIPT, "").replace(MOVING_SCRIPT, "").replace(STYLE, "");
            for attribute in [" onclick", " onload", " onerror", " style=", " src=", "javascript:"] {
                assert!(!html.contains(attribute), "{attribute} in {html}");
            }
        }
        for source in [SCRIPT, MOVING_SCRIPT] {
            for word in ["</script", "innerHTML", "eval(", "localStorage", "sessionStorage", "document.cookie"] {
                assert!(!source.contains(word), "{word}");
            }
        }
    }

    #[test]
    fn texts_stay_texts() {
        let page = Page::moving(Language::English, "\"><script>alert(1)</script>&'");
        assert!(page.html.contains("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#39;"));
        assert_eq!(fill("{{a}}{{b}}", &[("a", "{{b}}"), ("b", "x")], &[]), "{{b}}x", "not read twice");
    }

    #[test]
    fn the_ticket_is_in_the_document_once_and_nowhere_else() {
        let ticket = Token::random().unwrap();
        let page = Page::bridge(Language::Japanese, &ticket);
        assert_eq!(page.html.matches(ticket.as_str()).count(), 1);
        assert_ne!(page.html, Page::bridge(Language::English, &ticket).html);
    }
}
