//! Findings are whole in both languages, and a service that hangs holds nobody up.

use super::*;
use crate::reader::pcsc::ServiceFault;

/// A scene in which nothing of this computer is looked at that could hang.
fn scene(config: Result<Config, ConfigError>) -> Scene {
    Scene {
        config,
        seat: Seat::default(),
        surroundings: Surroundings::default(),
        agent: Some(RunningAgent { version: "0.1.0".into(), is_simulator: true, port: Some(0) }),
        service_ports: Vec::new(),
        cards: None,
        hardening: None,
        audit: None,
        root: PathBuf::from("/nowhere"),
        now: Timestamp::UNIX_EPOCH,
    }
}

fn checks(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.check).collect()
}

#[test]
fn one_my_number_card_is_enough() {
    use CardState::{Busy, Jpki, Mute, None, Other, Unsupported};
    for (cards, check) in [
        (&[None][..], "card_none"),
        (&[None, Mute], "card_mute"),
        (&[Other], "card_other"),
        (&[Unsupported], "card_other"),
        (&[Busy], "card_busy"),
        (&[Other, Jpki], "card"),
    ] {
        let seen: Vec<_> = cards.iter().map(|card| ("reader".to_owned(), *card)).collect();
        let findings = service::cards(&seen);
        assert_eq!(self::checks(&findings), [check]);
        assert_eq!(findings[0].level == Level::Ok, check == "card");
        assert_eq!(findings[0].remedy(Language::English).is_none(), check == "card");
    }
}

#[test]
fn a_reader_that_is_plugged_in_and_not_seen_is_the_one_thing_to_do() {
    let none = service::no_reader(Vec::new());
    assert_eq!((checks(&none), none[0].level), (vec!["reader_none"], Level::Error));
    let unseen =
        Finding::error("usb_own_protocol", phrase!("doctor-usb-own-protocol", name = "x"), phrase!("cli-tls-renew"));
    let found = service::no_reader(vec![unseen]);
    assert_eq!(checks(&found), ["usb_own_protocol", "reader_none"]);
    assert_eq!(found.iter().filter(|finding| finding.level == Level::Error).count(), 1);
    assert_eq!(found[1].remedy(Language::English), None);
}

#[test]
fn every_fault_of_the_service_has_a_remedy() {
    for fault in [ServiceFault::NotRunning, ServiceFault::AccessDenied, ServiceFault::Other(pcsc::Error::CommError)] {
        let finding = service::service_fault(fault);
        assert_eq!(finding.level, Level::Error);
        for language in Language::ALL {
            assert!(finding.remedy(language).is_some(), "{finding:?}");
            assert_eq!(finding.cause(language).is_none(), fault == ServiceFault::NotRunning);
        }
    }
}

#[tokio::test]
async fn faulty_settings_are_told_in_the_language_of_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, "\n[tls]\nport = 0\n").unwrap();
    let findings = Doctor::default().examine(scene(Config::load(Some(&path), &Default::default()))).await;
    let finding = findings.iter().find(|finding| finding.check == "config_faulty").unwrap();
    for (language, words) in [(Language::English, "pages have to know"), (Language::Japanese, "ページがポートを")]
    {
        let cause = finding.cause(language).unwrap();
        assert!(cause.contains("config.toml:3: ") && cause.contains(words), "{cause}");
    }
    assert!(checks(&findings).contains(&"agent_simulator"));
}

#[tokio::test(start_paused = true)]
async fn what_hangs_holds_nobody_up() {
    let doctor = Doctor::default();
    let _hanging = doctor.busy.clone().lock_owned().await;
    let started = tokio::time::Instant::now();
    let mut config = Config::default();
    config.server.port = Some(0); // no port to look at
    let findings = doctor.examine(scene(Ok(config))).await;
    assert_eq!(findings[0].check, "unfinished");
    assert!(started.elapsed() < LIMIT + Duration::from_secs(1));
}
