//! What is written: who may read it, what a line says, what becomes of a record that cannot be written.

use super::*;

#[test]
fn what_was_written_is_shown() {
    let bench = Bench::new();
    let log = bench.log();
    three_requests(&log);
    let scopes = Scopes::from_iter(Scope::DEFAULT);
    let event = Event::OriginAllowed { origin: origin(), scopes, by_file: true };
    assert!(log.note(&event, at(7)));
    let request = |intent, outcome| Happening::Request { intent, outcome };
    let entry = |sequence, second, happening| Entry { sequence, time: Some(at(second)), happening };
    let expected = [
        entry(1, 1, request(signing(), Outcome::Done)),
        entry(3, 3, request(login(), Outcome::failed("pin_incorrect"))),
        entry(5, 5, request(login(), Outcome::Unknown)),
        entry(7, 7, Happening::Event(event)),
    ];
    assert_eq!(log.show(100).unwrap(), expected);
    assert_eq!(log.show(2).unwrap(), expected[2..]);
    assert_eq!(log.show(0).unwrap(), []);
    let report = log.verify().unwrap();
    assert_eq!((report.lines, report.first, report.is_intact()), (7, Some(1), true));
    assert_eq!(report.findings, []);
}

#[test]
fn an_absent_log_is_empty_and_is_not_made_by_looking() {
    let bench = Bench::new();
    assert_eq!(bench.log().show(10).unwrap(), []);
    assert_eq!(bench.report(), Report::default());
    assert!(!bench.path().exists());
}

#[test]
fn a_line_says_this_and_no_more() {
    let bench = Bench::new();
    let _ = bench.log().begin(&login(), at(0)).finish(Outcome::failed("user_declined"), at(1));
    let text = fs::read_to_string(bench.first_file()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        format!(
            r#"{{"seq":1,"prev":"{}","time":"2027-01-15T08:00:00Z","record":"request","program":{{"name":"curl","pid":4711}},"onBehalfOf":"https://portal.example","operation":"authenticate","key":"authentication"}}"#,
            "0".repeat(64)
        )
    );
    let after = Record::parse(lines[1].as_bytes()).unwrap().before().to_hex();
    let mut hasher = sha2::Sha256::default();
    sha2::Digest::update(&mut hasher, [0; 32]);
    sha2::Digest::update(&mut hasher, lines[0]);
    let expected: String = sha2::Digest::finalize(hasher).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(after, expected);
    assert!(
        lines[1].ends_with(r#""record":"outcome","of":1,"outcome":"failed","code":"user_declined"}"#),
        "{}",
        lines[1]
    );
}

#[test]
#[cfg(unix)]
fn only_the_user_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    three_requests(&bench.log());
    assert_eq!(fs::metadata(bench.path()).unwrap().permissions().mode() & 0o777, 0o700);
    for path in bench.snapshot().into_keys() {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
    }
}

#[test]
fn an_intent_whose_outcome_never_came_is_unknown_and_a_dropped_one_abandoned() {
    let bench = Bench::new();
    let log = bench.log();
    drop(log.begin(&signing(), at(1)));
    std::mem::forget(log.begin(&signing(), at(2))); // as in a crash
    let outcomes: Vec<_> = log
        .show(10)
        .unwrap()
        .into_iter()
        .map(|entry| match entry.happening {
            Happening::Request { outcome, .. } => outcome,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(outcomes, [Outcome::Abandoned, Outcome::Unknown]);
    assert!(log.verify().unwrap().is_intact());
}

#[test]
fn what_could_not_be_written_is_a_gap_and_never_an_error() {
    let bench = Bench::new();
    let log = bench.log();
    three_requests(&log);
    // Works for root, too, whom no mode stops.
    let aside = bench.folder.path().join("aside");
    fs::rename(bench.path(), &aside).unwrap();
    fs::write(bench.path(), "not a folder").unwrap();
    let entry = log.begin(&signing(), at(7));
    assert!(!entry.is_recorded());
    assert!(!log.begin(&login(), at(8)).finish(Outcome::Done, at(9)));
    assert!(log.verify().is_err());
    fs::remove_file(bench.path()).unwrap();
    fs::rename(&aside, bench.path()).unwrap();
    assert!(!entry.finish(Outcome::Done, at(10)), "an outcome without its intent says nothing");
    assert_eq!(bench.troubles(), [Trouble::Gap { records: 2 }]);
    assert!(bench.report().is_intact());
    three_requests(&log);
    assert_eq!(bench.troubles(), [Trouble::Gap { records: 2 }]);
    assert_eq!(log.show(4).unwrap()[0].happening, Happening::Gap { records: 2 });
}

#[test]
fn several_writers_make_one_chain() {
    let bench = Bench::new();
    // Each with a log of its own, as processes have: only the file lock stands between them.
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let log = bench.log_with(AuditSettings { max_file_bytes: 2000, retention_days: None });
            scope.spawn(move || {
                for second in 0..5 {
                    assert!(log.begin(&signing(), at(writer * 100 + second)).finish(Outcome::Done, at(0)));
                }
            });
        }
    });
    let report = bench.report();
    assert_eq!((report.lines, report.findings.len()), (40, 0), "{:?}", report.findings);
    let entries = bench.log().show(100).unwrap();
    let done = |entry: &Entry| matches!(&entry.happening, Happening::Request { outcome: Outcome::Done, .. });
    assert_eq!(entries.iter().filter(|entry| done(entry)).count(), 20);
}

#[test]
fn a_process_that_holds_the_lock_costs_two_seconds_and_a_record() {
    let bench = Bench::new();
    let log = bench.log();
    three_requests(&log);
    let lock = Folder::new(&bench.path()).lock().unwrap();
    assert!(matches!(log.verify(), Err(AuditError::Busy { .. })));
    assert!(!log.begin(&signing(), at(7)).is_recorded());
    drop(lock);
    assert!(log.begin(&signing(), at(8)).finish(Outcome::Done, at(8)));
    assert_eq!(bench.troubles(), [Trouble::Gap { records: 1 }]);
}

#[test]
fn the_largest_request_fits_into_a_line() {
    let bench = Bench::new();
    let log = bench.log();
    let digests = vec![DigestAlgorithm::Sha512.digest(b""); 100];
    let name = Some("\u{1}".repeat(5000));
    let asker = Asker::Program(ProgramIdentity { pid: Some(i32::MAX), name });
    let intent = Intent { asker, digests, ..signing() };
    assert!(log.begin(&intent, at(0)).finish(Outcome::Done, at(1)));
    assert_eq!(bench.troubles(), []);
    assert!(matches!(log.show(1).unwrap()[0].happening, Happening::Request { outcome: Outcome::Done, .. }));
}
