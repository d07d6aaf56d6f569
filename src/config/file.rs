//! The settings file: its keys (TOML), and how their values are checked. Only what stands here is known.

use std::num::NonZeroU32;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{
    CardConfig, Config, ConsentConfig, Fault, LimitsConfig, NotificationsConfig, Overrides, ServerConfig, TlsConfig,
    syntax,
};
use crate::agent::Label;
use crate::message::{Language, Phrase};
use crate::origin::{AllowList, Origin, OriginError, Scope, Scopes};
use crate::origins::is_on_this_computer;
use crate::phrase;
use crate::reader::Sharing;
use crate::reminders::ReminderSettings;

/// A value and where it stands.
type Placed<T> = Option<Spanned<T>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Root {
    language: Placed<String>,
    server: Server,
    card: Card,
    consent: Consent,
    limits: Limits,
    notifications: Notifications,
    audit: Audit,
    tls: Tls,
    origins: Vec<OriginEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Server {
    port: Option<u16>,
    idle_exit_minutes: Placed<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Card {
    reader: Placed<String>,
    idle_release_seconds: Placed<f64>,
    sharing: Placed<String>,
    extended_reads: Placed<String>,
    roots_dir: Placed<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Consent {
    pinentry_program: Placed<PathBuf>,
    timeout_seconds: Placed<f64>,
    guard_seconds: Placed<f64>,
    phrase: Placed<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Limits {
    requests_per_minute: Placed<f64>,
    declines_before_wait: Placed<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Audit {
    retention_days: Placed<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Notifications {
    signatures: Option<bool>,
    refused_origins: Option<bool>,
    expiry: Option<bool>,
    password_yearly: Option<bool>,
    stay_until: Placed<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Tls {
    enabled: Option<bool>,
    port: Placed<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OriginEntry {
    origin: Spanned<String>,
    allow: Option<Spanned<Vec<Spanned<String>>>>,
    /// The holder insisted on an origin without TLS (`origin allow --force`).
    #[serde(default)]
    insecure: bool,
}

/// The text of the file, to turn places in it into lines.
#[derive(Clone, Copy)]
struct Source<'a>(&'a str);

impl Source<'_> {
    fn fault(self, span: Option<Range<usize>>, what: Phrase) -> Fault {
        let line = span.and_then(|span| self.0.get(..span.start)).map(|before| before.matches('\n').count() + 1);
        Fault { line, what }
    }

    /// `value` if it lies in `range`.
    fn number(self, key: &str, value: Placed<f64>, range: RangeInclusive<f64>) -> Result<Option<f64>, Fault> {
        let Some(value) = value else { return Ok(None) };
        let (span, number) = (value.span(), value.into_inner());
        if range.contains(&number) {
            Ok(Some(number))
        } else {
            let (least, most) = range.into_inner();
            let (least, most, given) = (least.to_string(), most.to_string(), number.to_string());
            let what = phrase!("settings-range", key = key, least = least, most = most, given = given);
            Err(self.fault(Some(span), what))
        }
    }

    fn seconds(self, key: &str, value: Placed<f64>, range: RangeInclusive<f64>) -> Result<Option<Duration>, Fault> {
        Ok(self.number(key, value, range)?.map(Duration::from_secs_f64))
    }

    /// A whole number in `range`.
    fn count(self, key: &str, value: Placed<f64>, range: RangeInclusive<u32>) -> Result<Option<u32>, Fault> {
        let span = value.as_ref().map(Spanned::span);
        let (least, most) = range.clone().into_inner();
        let Some(number) = self.number(key, value, f64::from(least)..=f64::from(most))? else { return Ok(None) };
        // No conversion loses anything: the one whole number it equals is looked for among the few in range.
        let whole =
            format!("{number}").parse::<u32>().map_err(|_| self.fault(span, phrase!("settings-whole", key = key)));
        whole.map(Some)
    }

    fn absolute(self, key: &str, value: Placed<PathBuf>) -> Result<Option<PathBuf>, Fault> {
        match value {
            Some(path) if !path.get_ref().is_absolute() => {
                Err(self.fault(Some(path.span()), phrase!("settings-absolute", key = key)))
            }
            path => Ok(path.map(Spanned::into_inner)),
        }
    }

    /// The one of `known` that is called so.
    fn choice<T: Copy>(self, key: &str, value: Placed<String>, known: &[(&str, T)]) -> Result<Option<T>, Fault> {
        let Some(value) = value else { return Ok(None) };
        let found = known.iter().find(|(name, _)| name == value.get_ref()).map(|(_, choice)| *choice);
        found.map(Some).ok_or_else(|| {
            let names: Vec<String> = known.iter().map(|(name, _)| format!("{name:?}")).collect();
            let given = format!("{:?}", value.get_ref());
            self.fault(
                Some(value.span()),
                phrase!("settings-choice", key = key, choices = names.join(", "), given = given),
            )
        })
    }
}

pub(super) fn parse(text: &str, overrides: &Overrides) -> Result<Config, Fault> {
    let source = Source(text);
    let root: Root =
        toml::from_str(text).map_err(|error| source.fault(error.span(), syntax::phrase(error.message())))?;

    let languages = Language::ALL.map(|language| (language.tag(), language));
    Ok(Config {
        path: None,
        language: source.choice("language", root.language, &languages)?,
        tls: tls(source, root.tls, &root.server)?,
        server: server(source, root.server)?,
        card: card(source, root.card)?,
        consent: consent(source, root.consent)?,
        limits: limits(source, root.limits)?,
        audit_retention_days: source.count("audit.retention_days", root.audit.retention_days, 1..=36_500)?,
        notifications: notifications(source, root.notifications)?,
        origins: origins(source, root.origins, overrides)?,
    })
}

/// Ended sooner than this, again and again, an agent would be taken by its service manager for one that cannot start:
/// `StartLimitBurst=` starts within `StartLimitIntervalSec=`.
const SHORTEST_IDLE_EXIT: Duration = Duration::from_secs(3);

fn server(source: Source<'_>, server: Server) -> Result<ServerConfig, Fault> {
    let is_never = server.idle_exit_minutes.as_ref().is_some_and(|minutes| *minutes.get_ref() == 0.0);
    let least = if is_never { 0.0 } else { SHORTEST_IDLE_EXIT.as_secs_f64() / 60.0 };
    let minutes = source.number("server.idle_exit_minutes", server.idle_exit_minutes, least..=1440.0)?;
    let idle_exit = minutes.map(|minutes| Duration::from_secs_f64(minutes * 60.0));
    Ok(ServerConfig {
        port: server.port,
        idle_exit: idle_exit.map_or(ServerConfig::default().idle_exit, |after| Some(after).filter(|it| !it.is_zero())),
    })
}

fn notifications(source: Source<'_>, notifications: Notifications) -> Result<NotificationsConfig, Fault> {
    let defaults = NotificationsConfig::default();
    let day = |text: Spanned<String>| {
        let fault = || source.fault(Some(text.span()), phrase!("settings-stay-until"));
        // Ten characters: the library would also take a moment of that day.
        let date = Some(text.get_ref()).filter(|text| text.len() == 10).and_then(|text| text.parse::<Date>().ok());
        date.ok_or_else(fault)
    };
    Ok(NotificationsConfig {
        signatures: notifications.signatures.unwrap_or(defaults.signatures),
        refused_origins: notifications.refused_origins.unwrap_or(defaults.refused_origins),
        reminders: ReminderSettings {
            expiry: notifications.expiry.unwrap_or(defaults.reminders.expiry),
            password_yearly: notifications.password_yearly.unwrap_or(defaults.reminders.password_yearly),
            stay_until: notifications.stay_until.map(day).transpose()?,
        },
    })
}

fn limits(source: Source<'_>, limits: Limits) -> Result<LimitsConfig, Fault> {
    let defaults = LimitsConfig::default();
    let requests = source.count("limits.requests_per_minute", limits.requests_per_minute, 1..=1_000_000)?;
    let declines = source.count("limits.declines_before_wait", limits.declines_before_wait, 1..=1000)?;
    Ok(LimitsConfig {
        requests_per_minute: requests.and_then(NonZeroU32::new).unwrap_or(defaults.requests_per_minute),
        declines_before_wait: declines.unwrap_or(defaults.declines_before_wait),
    })
}

fn tls(source: Source<'_>, tls: Tls, server: &Server) -> Result<TlsConfig, Fault> {
    if let Some(port) = &tls.port {
        if *port.get_ref() == 0 {
            return Err(source.fault(Some(port.span()), phrase!("settings-tls-port")));
        }
        if server.port == Some(*port.get_ref()) {
            return Err(source.fault(Some(port.span()), phrase!("settings-tls-port-same")));
        }
    }
    Ok(TlsConfig { enabled: tls.enabled.unwrap_or(false), port: tls.port.map(Spanned::into_inner) })
}

fn card(source: Source<'_>, card: Card) -> Result<CardConfig, Fault> {
    if let Some(reader) = card.reader.as_ref().filter(|reader| reader.get_ref().trim().is_empty()) {
        return Err(source.fault(Some(reader.span()), phrase!("settings-reader-empty")));
    }
    let extended = source.choice("card.extended_reads", card.extended_reads, &[("off", false), ("auto", true)])?;
    let idle = source.seconds("card.idle_release_seconds", card.idle_release_seconds, 0.0..=30.0)?;
    let sharing = [("exclusive", Sharing::Exclusive), ("prefer-exclusive", Sharing::PreferExclusive)];
    Ok(CardConfig {
        reader: card.reader.map(Spanned::into_inner),
        idle_release: idle.unwrap_or_default(),
        sharing: source.choice("card.sharing", card.sharing, &sharing)?.unwrap_or_default(),
        extended_reads: extended.unwrap_or(false),
        roots_dir: source.absolute("card.roots_dir", card.roots_dir)?,
    })
}

fn consent(source: Source<'_>, consent: Consent) -> Result<ConsentConfig, Fault> {
    let defaults = ConsentConfig::default();
    let guard_span = consent.guard_seconds.as_ref().map(Spanned::span);
    let timeout = source.seconds("consent.timeout_seconds", consent.timeout_seconds, 1.0..=3600.0)?;
    let guard = source.seconds("consent.guard_seconds", consent.guard_seconds, 0.0..=10.0)?;
    let (timeout, guard) = (timeout.unwrap_or(defaults.timeout), guard.unwrap_or(defaults.guard));
    if guard >= timeout {
        return Err(source.fault(guard_span, phrase!("settings-guard")));
    }
    let phrase = match consent.phrase {
        // The same characters that no label may have would make the phrase easy to imitate or hard to see.
        Some(phrase) if Label::new(phrase.get_ref().clone()).is_err() => {
            return Err(source.fault(Some(phrase.span()), phrase!("settings-phrase")));
        }
        phrase => phrase.map(Spanned::into_inner).unwrap_or(defaults.phrase),
    };
    Ok(ConsentConfig {
        pinentry_program: source.absolute("consent.pinentry_program", consent.pinentry_program)?,
        timeout,
        guard,
        phrase,
    })
}

fn origins(source: Source<'_>, entries: Vec<OriginEntry>, overrides: &Overrides) -> Result<AllowList, Fault> {
    let mut list: Vec<(Origin, Scopes)> = Vec::new();
    for entry in entries {
        let fault = |what: Phrase| source.fault(Some(entry.origin.span()), what);
        let unreadable = |error: OriginError| fault(phrase!("settings-origin", why = error.phrase()));
        let origin: Origin = entry.origin.get_ref().parse().map_err(unreadable)?;
        if origin.is_insecure() && !entry.insecure && !(overrides.simulator && is_on_this_computer(&origin)) {
            return Err(fault(phrase!("settings-origin-insecure", origin = origin.as_str())));
        }
        if list.iter().any(|(known, _)| *known == origin) {
            return Err(fault(phrase!("settings-origin-twice", origin = origin.as_str())));
        }
        let scopes = match &entry.allow {
            None => Scopes::from_iter(Scope::DEFAULT),
            Some(names) => scopes(source, names)?,
        };
        list.push((origin, scopes));
    }
    Ok(list.into_iter().collect())
}

fn scopes(source: Source<'_>, names: &Spanned<Vec<Spanned<String>>>) -> Result<Scopes, Fault> {
    if names.get_ref().is_empty() {
        return Err(source.fault(Some(names.span()), phrase!("settings-origin-nothing")));
    }
    let known = Scope::ALL.map(|scope| (scope.name(), scope));
    let scope = |name: &Spanned<String>| source.choice("allow", Some(name.clone()), &known);
    let found: Result<Vec<Option<Scope>>, Fault> = names.get_ref().iter().map(scope).collect();
    Ok(found?.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the contract, whole.
    const EVERYTHING: &str = r#"
language = "ja"

[server]
port = 25754

[card]
reader = "ACS ACR1252 00 00"
idle_release_seconds = 0
sharing = "prefer-exclusive"
extended_reads = "off"
roots_dir = "/etc/jpki-agent/roots"

[consent]
pinentry_program = "/usr/bin/pinentry"
timeout_seconds = 120
guard_seconds = 1.0
phrase = ""

[limits]
requests_per_minute = 600
declines_before_wait = 3

[notifications]
signatures = true
refused_origins = true
expiry = true
password_yearly = true
stay_until = "2027-03-31"

[tls]
enabled = false
port = 25755

[[origins]]
origin = "https://portal.example"
allow = ["status", "certificates", "authenticate", "sign"]

[[origins]]
origin = "https://other.example"
"#;

    fn parse(text: &str) -> Result<Config, Fault> {
        super::parse(text, &Overrides::default())
    }

    fn fault(text: &str) -> Fault {
        parse(text).expect_err(text)
    }

    #[test]
    fn every_key_of_the_contract_is_taken() {
        let config = parse(EVERYTHING).unwrap();
        assert_eq!(config.language, Some(Language::Japanese));
        assert_eq!(config.server.port, Some(25754));
        assert_eq!(config.card.reader.as_deref(), Some("ACS ACR1252 00 00"));
        assert_eq!(config.card.roots_dir, Some(PathBuf::from("/etc/jpki-agent/roots")));
        assert!(!config.card.extended_reads);
        assert!(parse("[card]\nextended_reads = \"auto\"").unwrap().card.extended_reads);
        assert_eq!(config.consent.pinentry_program, Some(PathBuf::from("/usr/bin/pinentry")));
        let scopes = |text: &str| config.origins.scopes(&text.parse().unwrap()).unwrap().clone();
        assert_eq!(scopes("https://portal.example"), Scopes::all());
        assert_eq!(scopes("https://other.example"), Scopes::from_iter(Scope::DEFAULT));
        let stay_until = Some(jiff::civil::date(2027, 3, 31));
        let reminders = ReminderSettings { expiry: true, password_yearly: true, stay_until };
        assert_eq!(config.notifications.reminders, reminders);
        assert!(!parse("[notifications]\nexpiry = false").unwrap().notifications.reminders.expiry);
        assert_eq!(config.limits, LimitsConfig::default());
        assert_eq!(config.tls, TlsConfig { enabled: false, port: Some(25755) });
        assert!(parse("[tls]\nenabled = true").unwrap().tls.enabled);
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        assert_eq!(parse("").unwrap(), Config::default());
        assert_eq!(parse("# nothing\n").unwrap(), Config::default());
    }

    #[test]
    fn each_fault_names_its_line() {
        for (text, line, part) in [
            ("\nlangauge = \"ja\"", 2, "langauge"),
            ("[server]\nport = 25754\nprot = 1", 3, "prot"),
            ("[server]\nport = 65536", 2, "65536"),
            ("[servre]\nport = 1", 1, "servre"),
            ("language = \"fr\"", 1, "\"en\", \"ja\""),
            ("[server]\nidle_exit_minutes = 1441", 2, "0.05 to 1440"),
            ("[server]\nidle_exit_minutes = 0.04", 2, "0.05 to 1440"),
            ("[card]\nidle_release_seconds = 31", 2, "0 to 30"),
            ("[card]\nidle_release_seconds = -1", 2, "0 to 30"),
            ("[card]\nidle_release_seconds = nan", 2, "0 to 30"),
            ("[card]\nsharing = \"shared\"", 2, "prefer-exclusive"),
            ("[card]\nextended_reads = true", 2, "string"),
            ("[card]\nreader = \" \"", 2, "card.reader"),
            ("[card]\nroots_dir = \"roots\"", 2, "absolute"),
            ("[consent]\n\npinentry_program = \"pinentry\"", 3, "absolute"),
            ("[consent]\ntimeout_seconds = 0", 2, "1 to 3600"),
            ("[consent]\ntimeout_seconds = 2\nguard_seconds = 2", 3, "less than"),
            ("[consent]\nphrase = \"a\\u202Eb\"", 2, "invisible"),
            ("[limits]\nrequests_per_minute = 0", 2, "requests_per_minute"),
            ("[limits]\ndeclines_before_wait = 1.5", 2, "whole"),
            ("[notifications]\nexpiry = \"yes\"", 2, "boolean"),
            ("[notifications]\nstay_until = \"2027-02-30\"", 2, "stay_until"),
            ("[notifications]\nstay_until = \"31.3.2027\"", 2, "stay_until"),
            ("[notifications]\nstay_until = \"2027-03-31T00:00\"", 2, "stay_until"),
            ("[tls]\nport = 25755\nenabled = 1", 3, "boolean"),
            ("[server]\nport = 25755\n[tls]\nport = 25755", 4, "server.port"),
            ("[tls]\nport = 0", 2, "tls.port"),
            ("[[origins]]\nallow = [\"status\"]", 1, "origin"),
            ("[[origins]]\norigin = \"https://portal.example/\"", 2, "https://portal.example"),
            ("[[origins]]\norigin = \"null\"", 2, "not an origin"),
            ("[[origins]]\norigin = \"https://*.example\"", 2, "name each site"),
            ("[[origins]]\norigin = \"http://portal.example\"", 2, "not https"),
            ("[[origins]]\norigin = \"http://localhost:3000\"", 2, "not https"),
            ("[[origins]]\norigin = \"https://a.example\"\nallow = []", 3, "nothing"),
            ("[[origins]]\norigin = \"https://a.example\"\nallow = [\n\"status\",\n\"all\"]", 5, "all"),
            ("[[origins]]\norigin = \"https://a.example\"\n[[origins]]\norigin = \"https://a.example\"", 4, "already"),
            ("language = ", 1, ""),
            ("a = 1\na = 2", 2, "duplicate"),
        ] {
            let fault = fault(text);
            assert_eq!(fault.line, Some(line), "{text:?}: {fault}");
            assert!(fault.what.to_string().contains(part), "{text:?}: {fault}");
            assert!(!fault.what.to_string().contains('\n'), "{text:?}: {fault}");
        }
    }

    /// Ending in order, again and again, is no failure to start, and must not be taken for one.
    #[test]
    fn the_service_manager_cannot_count_so_many_idle_exits_that_it_gives_up() {
        let unit = include_str!("../../systemd/jpki-agent.service");
        let setting = |name: &str| unit.lines().find_map(|line| line.strip_prefix(name)?.parse::<u32>().ok()).unwrap();
        let (interval, most) = (setting("StartLimitIntervalSec="), setting("StartLimitBurst="));
        assert!(SHORTEST_IDLE_EXIT * most >= Duration::from_secs(interval.into()));
    }

    #[test]
    fn an_unused_agent_ends_after_a_quarter_of_an_hour_or_as_said_or_never() {
        for (text, minutes) in [("", Some(15)), ("idle_exit_minutes = 60", Some(60)), ("idle_exit_minutes = 0", None)] {
            let config = parse(&format!("[server]\n{text}")).unwrap();
            assert_eq!(config.server.idle_exit, minutes.map(|minutes| Duration::from_secs(60 * minutes)), "{text}");
        }
    }

    #[test]
    fn an_insecure_origin_is_taken_on_this_computer_with_the_software_card_or_where_it_was_meant() {
        let simulator = Overrides { simulator: true, ..Overrides::default() };
        let entry = |origin: &str| format!("[[origins]]\norigin = \"{origin}\"");
        for origin in ["http://localhost:3000", "http://demo.localhost", "http://127.0.0.1:8000", "http://[::1]:8000"] {
            assert!(super::parse(&entry(origin), &simulator).is_ok(), "{origin}");
            assert!(parse(&entry(origin)).is_err(), "{origin}");
        }
        for origin in ["http://portal.example", "http://localhost.example", "http://192.0.2.1"] {
            assert!(super::parse(&entry(origin), &simulator).is_err(), "{origin}");
            // What `origin allow --force` writes: it was meant.
            assert!(parse(&format!("{}\ninsecure = true", entry(origin))).is_ok(), "{origin}");
        }
    }
}
