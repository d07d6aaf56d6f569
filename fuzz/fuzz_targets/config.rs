//! Any text as the settings file, and what edits of its allow-list make of it.
#![no_main]

use std::time::Duration;

use jpki_agent::config::{Config, Overrides};
use jpki_agent::origin::{Origin, Scope, Scopes};
use jpki_agent::origins::edit;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let simulated = Config::parse(text, &Overrides { simulator: true, port: None });
    let config = match Config::parse(text, &Overrides::default()) {
        Ok(config) => config,
        Err(fault) => {
            assert!(fault.line.is_none_or(|line| (1..=text.matches('\n').count() + 1).contains(&line)), "{fault}");
            assert!(!fault.what.to_string().is_empty());
            return;
        }
    };
    assert_eq!(simulated.as_ref(), Ok(&config), "the software card allows more, never less or other");
    sound(&config);

    let new: Origin = "https://fuzz.example".parse().expect("an origin");
    let scopes = Scopes::from_iter([Scope::Status]);
    let with = edit::allow(text, &new, &scopes, false).expect("a file that is understood can be edited");
    let edited = Config::parse(&with, &Overrides::default()).unwrap_or_else(|fault| panic!("{fault} in {with:?}"));
    assert_eq!(edited.origins.scopes(&new), Some(&scopes), "{with:?}");
    for (origin, scopes) in config.origins.iter().filter(|(origin, _)| **origin != new) {
        assert_eq!(edited.origins.scopes(origin), Some(scopes), "{with:?}");
    }
    assert_eq!(Config { origins: config.origins.clone(), ..edited }, config, "the rest stays as it was");

    let without = edit::remove(&with, &new).expect("can be edited").expect("was there");
    let removed =
        Config::parse(&without, &Overrides::default()).unwrap_or_else(|fault| panic!("{fault} in {without:?}"));
    assert_eq!(removed.origins.scopes(&new), None, "{without:?}");
    for (origin, scopes) in config.origins.iter().filter(|(origin, _)| **origin != new) {
        assert_eq!(removed.origins.scopes(origin), Some(scopes), "{without:?}");
    }
    assert_eq!(Config { origins: config.origins.clone(), ..removed }, config, "the rest stays as it was");
});

/// Every value is one the rest of the agent can work with.
fn sound(config: &Config) {
    assert!(config.consent.guard < config.consent.timeout);
    assert!((Duration::from_secs(1)..=Duration::from_secs(3600)).contains(&config.consent.timeout));
    assert!(config.card.idle_release <= Duration::from_secs(30));
    assert!((1..=1000).contains(&config.limits.declines_before_wait));
    assert!(config.audit_retention_days.is_none_or(|days| (1..=36_500).contains(&days)));
    for path in [&config.card.roots_dir, &config.consent.pinentry_program].into_iter().flatten() {
        assert!(path.is_absolute());
    }
    for (origin, scopes) in config.origins.iter() {
        assert_eq!(origin.as_str().parse::<Origin>().as_ref(), Ok(origin));
        assert!(scopes.iter().next().is_some(), "an origin that may do nothing");
    }
}
