//! What a person should know before an origin is allowed. No network: the public suffix list is built in.

use std::net::IpAddr;

use structured_public_domains::DomainInfo;

use super::display::{Danger, decode, host, skeleton};
use crate::message::{Language, message};
use crate::origin::{AllowList, Origin, Scope, Scopes};

/// Most bytes of a name within a warning.
const MAX_NAME: usize = 60;
/// Shorter names are too often alike by chance.
const MIN_NEAR: usize = 6;

/// In what surroundings an origin is to be allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Is the software card in use?
    pub simulator: bool,
    /// Does the person insist?
    pub force: bool,
}

/// Why an origin is not allowed without insisting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginRefusal {
    /// No TLS: whoever is on the way could ask in its place.
    #[error("{0} is not https")]
    Insecure(Origin),
}

/// Something to think about before an origin is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OriginWarning {
    /// No TLS; allowed because the person insists, or because it never leaves this computer.
    Insecure,
    /// A shared ending below which anybody can have a name, as `github.io`.
    PublicSuffix {
        /// The ending.
        suffix: String,
    },
    /// Easily taken for an origin that is allowed already.
    LookAlike {
        /// For this one.
        of: Origin,
    },
    /// Letters of several scripts in one name.
    MixedScripts,
    /// Letters of another script that look like plain Latin.
    ImitatesLatin,
    /// Characters not meant for names.
    Unusual,
    /// An address, not a name: who is there can change.
    IpAddress,
    /// Not the usual port.
    Port {
        /// Which.
        port: u16,
    },
}

/// What to think about before `origin` is added to `list`; the gravest first, since a prompt has room for a few only.
///
/// # Errors
/// [`OriginRefusal`] if it should not be allowed at all.
pub fn assess(
    origin: &Origin,
    list: &AllowList,
    surroundings: Surroundings,
) -> Result<Vec<OriginWarning>, OriginRefusal> {
    let mut warnings = Vec::new();
    if origin.is_insecure() {
        if !(surroundings.force || surroundings.simulator && is_on_this_computer(origin)) {
            return Err(OriginRefusal::Insecure(origin.clone()));
        }
        warnings.push(OriginWarning::Insecure);
    }
    let name = host(origin);
    if address(name).is_some() {
        warnings.push(OriginWarning::IpAddress);
    } else {
        warnings.extend(decode(name).and_then(|decoded| decoded.danger).map(|danger| match danger {
            Danger::MixedScripts => OriginWarning::MixedScripts,
            Danger::ImitatesLatin => OriginWarning::ImitatesLatin,
            Danger::Unusual => OriginWarning::Unusual,
        }));
        let alike = list.iter().map(|(known, _)| known).find(|known| is_alike(name, host(known)));
        warnings.extend(alike.map(|of| OriginWarning::LookAlike { of: of.clone() }));
        if in_list(name).is_some_and(|found| found.is_known() && found.registrable_domain().is_none()) {
            warnings.push(OriginWarning::PublicSuffix { suffix: name.to_owned() });
        }
    }
    // An origin has a port only if it is not the usual one.
    let port = origin.as_str().rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    warnings.extend(port.map(|port| OriginWarning::Port { port }));
    Ok(warnings)
}

impl OriginWarning {
    /// The warning in words.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Insecure => message!(language, "origin-warning-insecure"),
            Self::PublicSuffix { suffix } => {
                message!(language, "origin-warning-public-suffix", suffix = its_end(suffix))
            }
            Self::LookAlike { of } => message!(language, "origin-warning-look-alike", origin = its_end(of.as_str())),
            Self::MixedScripts => message!(language, "origin-warning-mixed-scripts"),
            Self::ImitatesLatin => message!(language, "origin-warning-imitates-latin"),
            Self::Unusual => message!(language, "origin-warning-unusual"),
            Self::IpAddress => message!(language, "origin-warning-ip-address"),
            Self::Port { port } => message!(language, "origin-warning-port", port = port.to_string()),
        }
    }
}

/// Of a long name the end, which says whose it is: a warning is shown whole.
fn its_end(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let start = name.ceil_char_boundary(name.len() - MAX_NAME);
    format!("…{}", name.get(start..).unwrap_or_default())
}

impl OriginRefusal {
    /// The refusal in words.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::Insecure(origin) => message!(language, "origin-refused-insecure", origin = origin.as_str()),
        }
    }
}

/// What these scopes give away without a prompt, in words; `None` if nothing.
#[must_use]
pub fn given_away(scopes: &Scopes, language: Language) -> Option<String> {
    scopes.contains(Scope::Certificates).then(|| message!(language, "origin-gives-certificates"))
}

/// `localhost`, names below it, and loopback addresses: requests to these never leave the computer.
#[must_use]
pub fn is_on_this_computer(origin: &Origin) -> bool {
    let name = host(origin);
    address(name).map_or(name == "localhost" || name.ends_with(".localhost"), |address| address.is_loopback())
}

/// The part of the name that somebody has registered; the whole host if there is none.
pub(super) fn registrable(host: &str) -> &str {
    match address(host) {
        Some(_) => host,
        None => {
            let found = in_list(host);
            let Some(registered) = found.as_ref().and_then(DomainInfo::registrable_domain) else { return host };
            // As many labels of the host as that has; it may be the same in another form.
            let dots = registered.matches('.').count();
            let labels = host.strip_suffix('.').unwrap_or(host);
            let start = labels.rmatch_indices('.').nth(dots).map_or(0, |(dot, _)| dot + 1);
            host.get(start..).unwrap_or(host)
        }
    }
}

/// What the list of public suffixes knows of a name. International names stand there as text.
fn in_list(name: &str) -> Option<DomainInfo> {
    structured_public_domains::lookup(&idna::domain_to_unicode(name).0)
}

fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Would a person take one for the other? Names below the same registered one are not meant.
fn is_alike(name: &str, known: &str) -> bool {
    let (registered, registered_known) = (registrable(name), registrable(known));
    if registered == registered_known || address(known).is_some() {
        return false;
    }
    let visible = |host: &str| skeleton(&decode(host).map_or_else(|| host.to_owned(), |decoded| decoded.text));
    // https://portal.example.evil.test, https://portal-example.evil.test
    let begins_alike = |known: &str| name.strip_prefix(known).is_some_and(|rest| rest.starts_with(['.', '-']));
    if begins_alike(known) || begins_alike(&known.replace('.', "-")) {
        return true;
    }
    let (seen, seen_known) = (visible(registered), visible(registered_known));
    let own = |seen: &str| seen.split('.').next().unwrap_or_default().to_owned();
    // The same name with another ending, or one letter more, less, other or moved.
    let (label, label_known) = (own(&seen), own(&seen_known));
    visible(name) == visible(known)
        || seen == seen_known
        || label == label_known
        || label.chars().count().min(label_known.chars().count()) >= MIN_NEAR && is_near(&label, &label_known)
}

/// Does one edit (a letter added, left out, replaced, or two neighbours swapped) make one of the other?
fn is_near(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (a.get(start..).unwrap_or_default(), b.get(start..).unwrap_or_default());
    match (a, b) {
        ([], rest) | (rest, []) => rest.len() <= 1,
        ([a, a_rest @ ..], [b, b_rest @ ..]) => {
            let is_swap = match (a_rest, b_rest) {
                ([a_next, a_end @ ..], [b_next, b_end @ ..]) => (a, a_next, a_end) == (b_next, b, b_end),
                _ => false,
            };
            is_swap
                || a_rest == b_rest
                || [a].into_iter().chain(a_rest).eq(b_rest)
                || [b].into_iter().chain(b_rest).eq(a_rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Surroundings = Surroundings { simulator: false, force: false };

    fn origin(text: &str) -> Origin {
        text.parse().unwrap()
    }

    fn list() -> AllowList {
        ["https://portal.example", "https://login.city.kobe.jp", "https://apple.com", "https://192.0.2.1"]
            .map(|text| (origin(text), Scopes::all()))
            .into_iter()
            .collect()
    }

    fn warnings(text: &str) -> Vec<OriginWarning> {
        assess(&origin(text), &list(), PLAIN).unwrap()
    }

    #[test]
    fn an_ordinary_origin_needs_no_warning() {
        for text in [
            "https://portal.example",
            "https://www.portal.example",
            "https://user.github.io",
            "https://kyoto.example",
            "https://xn--1lqs71d.example",
        ] {
            assert_eq!(warnings(text), [], "{text}");
        }
    }

    #[test]
    fn shared_endings_are_named() {
        // The last two by a rule for everything below `kobe.jp`, and one that stands beside a rule with its own name.
        for suffix in ["github.io", "co.jp", "com", "xn--j1amh", "xn--uc0atv.hk", "nada.kobe.jp", "ex.futurecms.at"] {
            let expected = OriginWarning::PublicSuffix { suffix: suffix.to_owned() };
            assert_eq!(warnings(&format!("https://{suffix}")), [expected], "{suffix}");
        }
        assert_eq!(assess(&origin("https://localhost"), &list(), PLAIN), Ok(vec![]));
    }

    #[test]
    fn what_somebody_has_registered() {
        for (host, registered) in [
            ("www.portal.example", "portal.example"),
            ("a.b.github.io", "b.github.io"),
            ("www.city.kobe.jp", "city.kobe.jp"), // an exception from the rule for everything below `kobe.jp`
            ("a.b.nada.kobe.jp", "b.nada.kobe.jp"),
            ("www.portal.xn--j1amh", "portal.xn--j1amh"),
            ("www.portal.xn--uc0atv.hk", "portal.xn--uc0atv.hk"),
            ("a.b.xn--1lqs71d.jp", "b.xn--1lqs71d.jp"), // 東京.jp is a shared ending
            ("www.portal.example.", "portal.example."),
            ("github.io", "github.io"),
            ("localhost", "localhost"),
            ("192.0.2.1", "192.0.2.1"),
            ("[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(registrable(host), registered);
        }
    }

    #[test]
    fn look_alikes_of_allowed_origins_are_named() {
        for text in [
            "https://portal.example.evil.test",
            "https://portal-example.evil.test",
            "https://portal.test",
            "https://p0rtal.example",
            "https://porta1.example",
            "https://protal.example",
            "https://portall.example",
            "https://poortal.example",
            "https://portul.example:8443",
        ] {
            let expected = OriginWarning::LookAlike { of: origin("https://portal.example") };
            assert!(warnings(text).contains(&expected), "{text}: {:?}", warnings(text));
        }
        let cyrillic = format!("https://{}", idna::domain_to_ascii("\u{430}\u{440}\u{440}\u{4cf}\u{435}.com").unwrap());
        let expected = [OriginWarning::ImitatesLatin, OriginWarning::LookAlike { of: origin("https://apple.com") }];
        assert_eq!(warnings(&cyrillic), expected);
        for text in ["https://postal-office.example", "https://apply.example", "https://kobe.example"] {
            assert_eq!(warnings(text), [], "{text}");
        }
    }

    #[test]
    fn addresses_and_ports_are_named() {
        assert_eq!(warnings("https://192.0.2.2"), [OriginWarning::IpAddress]);
        assert_eq!(
            warnings("https://[2001:db8::1]:8443"),
            [OriginWarning::IpAddress, OriginWarning::Port { port: 8443 }]
        );
        assert_eq!(warnings("https://[2001:db8::1]"), [OriginWarning::IpAddress]);
        assert_eq!(warnings("https://www.portal.example:8443"), [OriginWarning::Port { port: 8443 }]);
    }

    #[test]
    fn without_tls_only_this_computer_with_the_software_card_or_by_insisting() {
        let (simulator, force) = (Surroundings { simulator: true, ..PLAIN }, Surroundings { force: true, ..PLAIN });
        let allowed = |text: &str, surroundings| assess(&origin(text), &list(), surroundings).is_ok();
        for text in ["http://localhost:3000", "http://demo.localhost", "http://127.0.0.1:8000", "http://[::1]:8000"] {
            assert_eq!(assess(&origin(text), &list(), PLAIN), Err(OriginRefusal::Insecure(origin(text))));
            assert!(allowed(text, simulator) && allowed(text, force), "{text}");
        }
        for text in ["http://portal.test", "http://localhost.example", "http://192.0.2.1"] {
            assert!(!allowed(text, PLAIN) && !allowed(text, simulator) && allowed(text, force), "{text}");
        }
        let insisted = assess(&origin("http://old.example"), &list(), force);
        assert_eq!(insisted, Ok(vec![OriginWarning::Insecure]));
    }

    #[test]
    fn a_long_name_is_cut_and_the_warning_is_not() {
        let suffix = format!("{}.github.io", "a".repeat(200));
        for language in Language::ALL {
            let short = OriginWarning::PublicSuffix { suffix: "github.io".into() }.text(language);
            let long = OriginWarning::PublicSuffix { suffix: suffix.clone() }.text(language);
            let (before, after) = short.split_once("github.io").unwrap();
            assert!(long.starts_with(&format!("{before}…")) && long.ends_with(&format!(".github.io{after}")), "{long}");
        }
    }

    #[test]
    fn everything_has_words() {
        let warnings = [
            OriginWarning::Insecure,
            OriginWarning::PublicSuffix { suffix: "github.io".into() },
            OriginWarning::LookAlike { of: origin("https://portal.example") },
            OriginWarning::MixedScripts,
            OriginWarning::ImitatesLatin,
            OriginWarning::Unusual,
            OriginWarning::IpAddress,
            OriginWarning::Port { port: 8443 },
        ];
        for language in Language::ALL {
            let texts: std::collections::BTreeSet<_> = warnings.iter().map(|warning| warning.text(language)).collect();
            assert_eq!(texts.len(), warnings.len());
            assert!(texts.iter().any(|text| text.contains("8443")), "{texts:?}");
            assert!(given_away(&Scopes::all(), language).is_some());
            assert_eq!(given_away(&Scopes::from_iter(Scope::DEFAULT), language), None);
            assert!(
                OriginRefusal::Insecure(origin("http://old.example")).text(language).contains("http://old.example")
            );
        }
    }

    #[test]
    fn one_edit_is_near_two_are_not() {
        for (a, b) in [
            ("portal", "portal"),
            ("portal", "prtal"),
            ("portal", "portall"),
            ("portal", "qortal"),
            ("portal", "protal"),
            ("", "a"),
        ] {
            assert!(is_near(a, b) && is_near(b, a), "{a} {b}");
        }
        for (a, b) in [("portal", "prtl"), ("portal", "latrop"), ("portal", "qortam"), ("ab", ""), ("portal", "tporal")]
        {
            assert!(!is_near(a, b) && !is_near(b, a), "{a} {b}");
        }
    }
}
