//! Web origins (RFC 6454), parsed once and compared exactly, and what each may ask.

use std::fmt;
use std::str::FromStr;

use crate::message::Phrase;
use crate::phrase;

/// Scheme, host and port of a web page, in the one form browsers send.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin(String);

/// Not an origin, or not written as a browser writes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Cannot be understood as `https://host[:port]`.
    #[error("{}", self.phrase())]
    Unreadable(String),
    /// Has a `*`. Browsers send none, so it would match nothing, whatever was meant.
    #[error("{}", self.phrase())]
    Wildcard(String),
    /// Neither `https` nor `http`.
    #[error("{}", self.phrase())]
    Scheme(String),
    /// Could be meant, but a browser writes it otherwise; comparing it would never succeed.
    #[error("{}", self.phrase())]
    NotCanonical {
        /// As given.
        given: String,
        /// As a browser sends it.
        canonical: String,
    },
}

impl OriginError {
    /// In no language yet.
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        match self {
            Self::Unreadable(text) => phrase!("fault-origin-unreadable", text = format!("{text:?}")),
            Self::Wildcard(text) => phrase!("fault-origin-wildcard", text = format!("{text:?}")),
            Self::Scheme(scheme) => phrase!("fault-origin-scheme", scheme = format!("{scheme:?}")),
            Self::NotCanonical { given, canonical } => {
                let (given, canonical) = (format!("{given:?}"), format!("{canonical:?}"));
                phrase!("fault-origin-not-canonical", given = given, canonical = canonical)
            }
        }
    }
}

impl Origin {
    /// As sent in `Origin` and signed into Web eID tokens: lower case, punycode, no default port, no trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Without the protection of TLS?
    #[must_use]
    pub fn is_insecure(&self) -> bool {
        self.0.starts_with("http:")
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shown = || text.chars().take(200).collect();
        let unreadable = || OriginError::Unreadable(shown());
        if text.len() > 2048 {
            return Err(unreadable());
        }
        if text.contains('*') {
            return Err(OriginError::Wildcard(shown()));
        }
        let url = url::Url::parse(text).map_err(|_| unreadable())?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(OriginError::Scheme(url.scheme().to_owned()));
        }
        if !url.has_host() || !url.username().is_empty() || url.password().is_some() {
            return Err(unreadable());
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(unreadable());
        }
        let canonical = url.origin().ascii_serialization();
        // Written as `%2A`.
        if canonical.contains('*') {
            return Err(OriginError::Wildcard(shown()));
        }
        if canonical != text {
            return Err(OriginError::NotCanonical { given: text.to_owned(), canonical });
        }
        Ok(Self(canonical))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an origin may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Readers, card present or not, tries left.
    Status,
    /// The authentication certificate: a lasting identifier, without a prompt.
    Certificates,
    /// Log in, with consent.
    Authenticate,
    /// Sign and disclose, with consent.
    Sign,
}

impl Scope {
    /// All scopes, in the order they are listed.
    pub const ALL: [Self; 4] = [Self::Status, Self::Certificates, Self::Authenticate, Self::Sign];
    /// What an origin gets if nothing is said: no `certificates`.
    pub const DEFAULT: [Self; 3] = [Self::Status, Self::Authenticate, Self::Sign];

    /// The name in API and settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Certificates => "certificates",
            Self::Authenticate => "authenticate",
            Self::Sign => "sign",
        }
    }

    /// The scope of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// A set of scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(std::collections::BTreeSet<Scope>);

impl Scopes {
    /// All four: what programs have.
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// Is `scope` in it?
    #[must_use]
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// In the order they are listed.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

/// The origins that may ask, each with its scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowList(Vec<(Origin, Scopes)>);

impl AllowList {
    /// The scopes of `origin`; `None` if it is not in the list.
    #[must_use]
    pub fn scopes(&self, origin: &Origin) -> Option<&Scopes> {
        self.0.iter().find(|(allowed, _)| allowed == origin).map(|(_, scopes)| scopes)
    }

    /// All entries.
    pub fn iter(&self) -> impl Iterator<Item = (&Origin, &Scopes)> {
        self.0.iter().map(|(origin, scopes)| (origin, scopes))
    }
}

impl FromIterator<(Origin, Scopes)> for AllowList {
    fn from_iter<I: IntoIterator<Item = (Origin, Scopes)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_browsers_is_accepted() {
        for text in [
            "https://portal.example",
            "https://portal.example:8443",
            "http://localhost:3000",
            "https://xn--eckwd4c7c.jp",
            "https://[::1]:8443",
            "https://192.0.2.1",
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "null",
            "portal.example",
            "https://",
            "https:",
            "https:///",
            "https://portal.example/",
            "https://portal.example/path",
            "https://portal.example:443",
            "http://portal.example:80",
            "https://Portal.example",
            "HTTPS://portal.example",
            "https://user@portal.example",
            "https://user:pw@portal.example",
            "https://portal.example?",
            "https://portal.example#",
            "https://portal.example ",
            " https://portal.example",
            "https://portal.example\\",
            "https://portal.example%2e",
            "https://ポータル.example",
            "file:///etc/passwd",
            "chrome-extension://abcdef",
            "data:text/html,x",
            "https://0x7f.1",
            "https://127.1",
            "https://2130706433",
            "https://portal.example:99999",
            "https://portal.example, https://other.example",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text:?}");
        }
    }

    /// Whoever writes one means many sites, and would have allowed none.
    #[test]
    fn wildcards_are_refused_by_their_name() {
        for text in
            ["*", "https://*", "https://*.example", "https://portal.*", "https://%2A.example", "https://a.example:*"]
        {
            let refused = text.parse::<Origin>().unwrap_err();
            assert!(matches!(refused, OriginError::Wildcard(_)), "{text:?}: {refused}");
        }
    }

    #[test]
    fn scopes_are_compared_exactly() {
        let portal: Origin = "https://portal.example".parse().unwrap();
        let list: AllowList = [(portal.clone(), Scopes::from_iter(Scope::DEFAULT))].into_iter().collect();
        assert!(list.scopes(&portal).unwrap().contains(Scope::Sign));
        assert!(!list.scopes(&portal).unwrap().contains(Scope::Certificates));
        for other in [
            "http://portal.example",
            "https://portal.example:444",
            "https://portal.example.evil",
            "https://evilportal.example",
        ] {
            assert_eq!(list.scopes(&other.parse().unwrap()), None);
        }
    }
}
