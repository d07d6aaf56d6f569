//! A file that is full, records that are too old, and a log that is cleared.

use super::*;

#[test]
fn a_full_file_is_followed_by_one_that_continues_the_chain() {
    let bench = Bench::new();
    let log = bench.log_with(AuditSettings { max_file_bytes: 1000, retention_days: None });
    for _ in 0..5 {
        three_requests(&log);
    }
    let report = bench.report();
    assert!(report.files > 3, "{report:?}");
    assert_eq!((report.lines, report.findings.len()), (30, 0));
    assert_eq!(log.show(100).unwrap().len(), 15);
    let files = Folder::new(&bench.path()).list().unwrap();
    fs::remove_file(Folder::new(&bench.path()).file(files[1])).unwrap();
    assert!(matches!(bench.troubles()[..], [Trouble::Sequence { .. }]));
    fs::remove_file(bench.first_file()).unwrap();
    assert_eq!(bench.troubles(), [Trouble::BeginningMissing { first: files[2] }]);
}

#[test]
fn what_is_too_old_goes_and_the_chain_says_so() {
    let bench = Bench::new();
    let log = bench.log_with(AuditSettings { max_file_bytes: 1 << 20, retention_days: Some(100) });
    for week in 0..60 {
        assert!(log.begin(&signing(), day(week * 7)).finish(Outcome::Done, day(week * 7)));
    }
    let entries = log.show(1000).unwrap();
    let oldest = entries.first().unwrap().time.unwrap();
    assert!(oldest >= day(59 * 7 - 125) && oldest <= day(59 * 7 - 95), "{oldest}");
    assert!(entries.iter().any(|entry| entry.happening == Happening::Dropped));
    let report = bench.report();
    assert_eq!(report.findings, []);
    assert!(report.first > Some(1));
    // One file more than the chain allows.
    let first = Folder::new(&bench.path()).list().unwrap()[0];
    fs::remove_file(Folder::new(&bench.path()).file(first)).unwrap();
    assert!(matches!(bench.troubles()[..], [Trouble::BeginningMissing { .. }]));
}

#[test]
fn after_a_long_silence_everything_old_goes_at_once() {
    let bench = Bench::new();
    let log = bench.log_with(AuditSettings { retention_days: Some(30), ..AuditSettings::default() });
    three_requests(&log);
    let _ = log.begin(&login(), day(400)).finish(Outcome::Done, day(400));
    let sequences: Vec<_> = log.show(10).unwrap().iter().map(|entry| entry.sequence).collect();
    assert_eq!(sequences, [7, 8]);
    assert_eq!(bench.troubles(), []);
}

#[test]
fn clearing_leaves_one_record_that_says_so() {
    let bench = Bench::new();
    let log = bench.log();
    three_requests(&log);
    log.clear(at(10)).unwrap();
    let entry = Entry { sequence: 7, time: Some(at(10)), happening: Happening::Cleared };
    assert_eq!(log.show(10).unwrap(), std::slice::from_ref(&entry));
    assert_eq!(bench.troubles(), []);
    three_requests(&log);
    log.clear(at(20)).unwrap();
    log.clear(at(21)).unwrap();
    assert_eq!(log.show(10).unwrap(), [Entry { sequence: 15, time: Some(at(21)), ..entry }]);
    assert_eq!(bench.troubles(), []);
    let text = bench.snapshot().into_values().map(|bytes| String::from_utf8(bytes).unwrap()).collect::<String>();
    assert!(!text.contains("portal.example") && !text.contains("curl"), "{text}");
}
