//! Any text as an origin: what is accepted, how it is shown, and what a person is warned of.
#![no_main]

use std::sync::LazyLock;

use jpki_agent::message::Language;
use jpki_agent::origin::{AllowList, Origin, OriginError, Scopes};
use jpki_agent::origins::{Surroundings, assess, display, is_on_this_computer};
use libfuzzer_sys::fuzz_target;

static LIST: LazyLock<AllowList> = LazyLock::new(|| {
    let origins = ["https://portal.example", "https://xn--1lqs71d.jp", "https://192.0.2.1", "https://a.github.io"];
    origins.iter().map(|text| (text.parse().expect("an origin"), Scopes::all())).collect()
});

fuzz_target!(|text: &str| {
    let origin = match text.parse::<Origin>() {
        Ok(origin) => origin,
        Err(OriginError::NotCanonical { canonical, .. }) => {
            // The form that is offered instead is one that would be taken.
            return assert!(canonical.parse::<Origin>().is_ok(), "{text:?} is said to be {canonical:?}");
        }
        Err(_) => return,
    };
    assert_eq!(origin.as_str(), text, "compared byte by byte, so it must be the one form");
    assert!(text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_whitespace() || byte.is_ascii_control()));
    assert_eq!(origin.to_string(), text);
    let url = url::Url::parse(text).expect("an origin is a URL");
    assert_eq!(url.origin().ascii_serialization(), text);

    let shown = display(&origin);
    assert_eq!(shown.ascii, text);
    if let Some(shown) = &shown.text {
        assert!(!shown.is_ascii(), "{shown:?} says nothing new");
        let meant = url::Url::parse(shown).expect("what is shown is a URL").origin().ascii_serialization();
        assert_eq!(meant, text, "{shown:?} is another site");
    }

    if is_on_this_computer(&origin) {
        let loopback = match url.host().expect("has a host") {
            url::Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            url::Host::Ipv4(address) => address.is_loopback(),
            url::Host::Ipv6(address) => address.is_loopback(),
        };
        assert!(loopback, "{text:?} is elsewhere");
    }
    assert_eq!(assess(&origin, &LIST, Surroundings::default()).is_err(), origin.is_insecure());
    let insisted = Surroundings { force: true, simulator: false };
    for warning in assess(&origin, &LIST, insisted).expect("whoever insists is not refused") {
        let words = Language::ALL.map(|language| warning.text(language));
        assert!(words.iter().all(|words| !words.is_empty()));
    }
});
