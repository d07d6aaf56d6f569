//! What is kept outlives the process, names nobody, belongs to its card alone and survives damage.

use std::fs;

use jiff::Timestamp;

use super::*;
use crate::reminders::{ReminderSettings, Reminders};

const LIMIT: Duration = Duration::from_secs(10);

fn validity(not_after: &str) -> Validity {
    Validity { not_before: "2025-10-26T23:41:00Z".parse().unwrap(), not_after: not_after.parse().unwrap() }
}

fn card(number: u8) -> SeenCard {
    let authentication = validity("2030-02-17T14:59:59Z");
    SeenCard { key: Fingerprint::new([number; 32]), authentication, simulated: false }
}

fn dates(number: u8) -> SignatureDates {
    SignatureDates { fingerprint: Fingerprint::new([number; 32]), validity: validity("2030-02-17T14:59:59Z") }
}

fn at(path: &Path) -> Reminders {
    Reminders::at(path, ReminderSettings::default())
}

fn now(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn what_was_learned_is_there_after_a_restart_for_this_card_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/jpki-agent/reminders.json");
    let first = at(&path);
    first.learn(&card(1), dates(101));
    first.settle(LIMIT);
    let again = at(&path);
    assert_eq!(again.signature_of(&card(1).key), Some(dates(101)));
    assert_eq!(again.signature_of(&card(2).key), None, "another card");
    again.password_changed(&card(1), now("2027-03-04T23:00:00Z"));
    again.settle(LIMIT);
    assert_eq!(at(&path).password_changed_on(&card(1).key), Some("2027-03-05".parse().unwrap()));
    again.learn(&card(1), dates(102));
    assert_eq!(again.signature_of(&card(1).key), Some(dates(102)), "a new certificate takes the place");
}

#[test]
#[cfg(unix)]
fn the_file_is_the_users_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/reminders.json");
    let reminders = at(&path);
    reminders.learn(&card(1), dates(101));
    reminders.settle(LIMIT);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    // One that others can write says nothing.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    assert_eq!(at(&path).signature_of(&card(1).key), None);
    assert!(path.exists(), "it is left alone until there is something to write");
}

#[test]
fn the_software_card_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reminders.json");
    let reminders = at(&path);
    let simulated = SeenCard { simulated: true, ..card(9) };
    reminders.learn(&simulated, dates(109));
    let now = now("2030-02-10T03:00:00Z");
    let tellings = reminders.tellings(now);
    assert_eq!(tellings.iter().map(|telling| telling.simulated).collect::<Vec<_>>(), [true]);
    reminders.told(&tellings[0], now);
    reminders.settle(LIMIT);
    assert!(!path.exists());
    assert_eq!(reminders.signature_of(&simulated.key), Some(dates(109)), "known while the process lives");
}

#[test]
fn a_card_for_log_ins_alone_is_told_of_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reminders.json");
    let first = at(&path);
    first.see(&card(1));
    first.settle(LIMIT);
    let again = at(&path);
    let [telling] = &again.tellings(now("2030-02-10T03:00:00Z"))[..] else { panic!("nothing is told") };
    assert_eq!(telling.reminders().concat().len(), 1, "of its authentication certificate");
}

#[test]
fn what_was_told_is_not_told_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reminders.json");
    let told = |at_moment: &str| {
        let reminders = at(&path);
        let now = now(at_moment);
        let tellings = reminders.tellings(now);
        tellings.iter().for_each(|telling| reminders.told(telling, now));
        reminders.settle(LIMIT);
        tellings.iter().map(|telling| telling.reminders().concat().len()).sum::<usize>()
    };
    let first = at(&path);
    first.learn(&card(1), dates(101));
    first.settle(LIMIT);
    drop(first);
    assert_eq!(told("2030-01-18T03:00:00Z"), 2, "30 days before, both certificates");
    assert_eq!(told("2030-01-18T03:00:01Z"), 0);
    assert_eq!(told("2030-01-25T03:00:00Z"), 0);
    assert_eq!(told("2030-02-10T03:00:00Z"), 2, "7 days before");
    assert_eq!(told("2030-02-10T09:00:00Z"), 0);
    assert_eq!(told("2030-02-18T03:00:00Z"), 2, "ended");
    assert_eq!(told("2031-02-18T03:00:00Z"), 0);
}

#[test]
fn a_damaged_file_is_set_aside_and_nothing_else_happens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reminders.json");
    let good = {
        let reminders = at(&path);
        reminders.learn(&card(1), dates(101));
        reminders.settle(LIMIT);
        fs::read_to_string(&path).unwrap()
    };
    let wrong_date = good.replace("2030-02-17T14:59:59Z", "2030-02-30T14:59:59Z");
    let twice = {
        let mut document: serde_json::Value = serde_json::from_str(&good).unwrap();
        let cards = document["cards"].as_array_mut().unwrap();
        cards.push(cards[0].clone());
        document.to_string()
    };
    let long = " ".repeat(100_000);
    let broken: [&[u8]; 8] = [
        b"",
        b"\xFF\xFE\0",
        b"[]",
        &good.as_bytes()[..good.len() / 2],
        wrong_date.as_bytes(),
        twice.as_bytes(),
        b"{\"version\": 2, \"cards\": []}",
        long.as_bytes(),
    ];
    for content in broken {
        fs::write(&path, content).unwrap();
        let reminders = at(&path);
        assert_eq!(reminders.signature_of(&card(1).key), None);
        assert!(!path.exists(), "set aside");
        assert_eq!(fs::read(path.with_extension("json.broken")).unwrap(), content);
        reminders.learn(&card(2), dates(102));
        reminders.settle(LIMIT);
        assert_eq!(at(&path).signature_of(&card(2).key), Some(dates(102)), "and begun anew");
    }
    // A folder in its place: it counts while the process lives.
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    fs::write(path.join("in the way"), "").unwrap();
    fs::remove_file(path.with_extension("json.broken")).unwrap();
    fs::create_dir(path.with_extension("json.broken")).unwrap();
    fs::write(path.with_extension("json.broken").join("in the way"), "").unwrap();
    let reminders = at(&path);
    reminders.learn(&card(1), dates(101));
    reminders.settle(LIMIT);
    assert_eq!(reminders.signature_of(&card(1).key), Some(dates(101)));
}

#[test]
fn their_number_is_bounded_and_the_one_seen_longest_ago_makes_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reminders.json");
    let reminders = at(&path);
    let most = u8::try_from(MAX_CARDS).unwrap();
    for number in 0..most {
        reminders.learn(&card(number), dates(100 + number));
    }
    reminders.see(&card(0));
    reminders.learn(&card(200), dates(201));
    reminders.settle(LIMIT);
    let again = at(&path);
    let known = |number| again.signature_of(&card(number).key).is_some();
    assert!(known(0) && known(200) && !known(1) && known(2));
    // Of cards that are merely seen there is room for the last.
    for number in 210..=250 {
        again.see(&card(number));
    }
    assert!(!known(2) && known(3) && known(0) && known(200));
    assert_eq!(again.tellings(now("2030-02-10T03:00:00Z"))[0].reminders().len(), MAX_CARDS);
}

#[test]
fn a_card_that_was_renewed_is_told_of_no_more_and_another_persons_still_is() {
    let reminders = Reminders::in_memory(ReminderSettings::default());
    let issued = |number, not_before: &str, not_after: &str| {
        let not_before = not_before.parse().unwrap();
        SeenCard { authentication: Validity { not_before, ..validity(not_after) }, ..card(number) }
    };
    reminders.see(&issued(1, "2025-10-26T23:41:00Z", "2030-02-17T14:59:59Z"));
    // Of one birthday, issued before the first could be renewed: it may be another person's.
    reminders.see(&issued(2, "2028-06-01T03:00:00Z", "2033-02-17T14:59:59Z"));
    let ends = now("2030-02-18T03:00:00Z");
    assert_eq!(reminders.tellings(ends).len(), 1);
    assert_eq!(reminders.next_due(ends), Some(ends));
    reminders.see(&issued(3, "2030-02-01T03:00:00Z", "2035-02-17T14:59:59Z"));
    assert_eq!(reminders.tellings(ends), []);
    let second = reminders.tellings(now("2033-02-18T03:00:00Z"));
    assert_eq!(second.len(), 1, "of the second there is word");
}

#[test]
fn a_day_has_one_notice_for_all_cards_and_the_stay() {
    let stay_until = Some("2030-03-31".parse().unwrap());
    let reminders = Reminders::in_memory(ReminderSettings { stay_until, ..ReminderSettings::default() });
    reminders.see(&card(1));
    reminders.see(&card(2));
    let today = now("2030-02-10T03:00:00Z");
    let [telling] = &reminders.tellings(today)[..] else { panic!("more than one, or none") };
    assert_eq!(telling.reminders().iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1], "two cards and the stay");
    reminders.told(telling, today);
    // One that is seen later that day waits for the next.
    reminders.see(&card(3));
    let tomorrow = now("2030-02-10T15:00:00Z");
    assert_eq!((reminders.tellings(today), reminders.next_due(today)), (Vec::new(), Some(tomorrow)));
    assert_eq!(reminders.tellings(tomorrow)[0].reminders().len(), 1);
}

#[test]
fn what_was_seen_to_is_known_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reminders.json");
    let first = at(&path);
    first.learn(&card(1), dates(101));
    let (last, ends) = ("2030-02-17".parse().unwrap(), now("2030-02-18T03:00:00Z"));
    assert_eq!(first.seen_to(last, ends), 2, "both certificates");
    first.settle(LIMIT);
    let again = at(&path);
    assert_eq!((again.tellings(ends), again.next_due(ends)), (Vec::new(), None));
    assert_eq!(again.seen_to(last, ends), 0);
}
