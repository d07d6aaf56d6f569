//! The log under crashes, full disks, several writers and tampering.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::files::Folder;
use super::head::Head;
use super::record::Record;
use super::*;
use crate::consent::ProgramIdentity;
use crate::digest::DigestAlgorithm;
use crate::origin::Scope;

/// A log in a folder of its own.
struct Bench {
    folder: tempfile::TempDir,
}

/// All files of a log.
type Snapshot = BTreeMap<PathBuf, Vec<u8>>;

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("audit")
    }

    fn log(&self) -> AuditLog {
        self.log_with(AuditSettings::default())
    }

    fn log_with(&self, settings: AuditSettings) -> AuditLog {
        AuditLog::new(&self.path(), settings)
    }

    fn report(&self) -> Report {
        self.log().verify().unwrap()
    }

    fn troubles(&self) -> Vec<Trouble> {
        self.report().findings.into_iter().map(|finding| finding.trouble).collect()
    }

    fn first_file(&self) -> PathBuf {
        Folder::new(&self.path()).file(1)
    }

    fn head(&self) -> PathBuf {
        self.path().join("audit.head")
    }

    fn snapshot(&self) -> Snapshot {
        let read = |entry: io::Result<fs::DirEntry>| {
            let path = entry.unwrap().path();
            (path.clone(), fs::read(path).unwrap())
        };
        fs::read_dir(self.path()).unwrap().map(read).collect()
    }

    fn restore(&self, snapshot: &Snapshot) {
        for entry in fs::read_dir(self.path()).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (path, bytes) in snapshot {
            fs::write(path, bytes).unwrap();
        }
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn day(day: i64) -> Timestamp {
    at(day * 86_400)
}

fn origin() -> Origin {
    "https://portal.example".parse().unwrap()
}

fn signing() -> Intent {
    Intent {
        asker: Asker::Page(origin()),
        operation: Operation::Sign,
        on_behalf_of: None,
        key_kind: Some(KeyKind::Signature),
        digests: vec![DigestAlgorithm::Sha256.digest(b"document"), DigestAlgorithm::Sha512.digest(b"other")],
    }
}

fn login() -> Intent {
    Intent {
        asker: Asker::Program(ProgramIdentity { pid: Some(4711), name: Some("curl".into()) }),
        operation: Operation::Authenticate,
        on_behalf_of: Some(origin()),
        key_kind: Some(KeyKind::Authentication),
        digests: Vec::new(),
    }
}

/// Six records.
fn three_requests(log: &AuditLog) {
    assert!(log.begin(&signing(), at(1)).finish(Outcome::Done, at(2)));
    assert!(log.begin(&login(), at(3)).finish(Outcome::failed("pin_incorrect"), at(4)));
    assert!(log.begin(&login(), at(5)).finish(Outcome::Unknown, at(6)));
}

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
fn a_crash_at_any_byte_of_a_record_is_no_alarm_and_is_told() {
    let bench = Bench::new();
    three_requests(&bench.log());
    let before = bench.snapshot();
    bench.log().note(&Event::OriginRemoved { origin: origin(), by_file: false }, at(7));
    let after = fs::read(bench.first_file()).unwrap();
    let old = before[&bench.first_file()].len();
    for length in (old..=after.len()).filter(|length| length % 5 == 0 || length + 3 > after.len()) {
        bench.restore(&before);
        fs::write(bench.first_file(), &after[..length]).unwrap();
        let expected = match length {
            _ if length == old => vec![],
            _ if length >= after.len() - 1 => vec![Trouble::HeadBehind],
            _ => vec![Trouble::TornOpen],
        };
        assert_eq!(bench.troubles(), expected, "{length}");
        assert!(bench.log().begin(&login(), at(8)).finish(Outcome::Done, at(9)));
        let expected = match length {
            _ if length == old => vec![],
            _ if length >= after.len() - 1 => vec![Trouble::HeadWasBehind],
            _ => vec![Trouble::Torn],
        };
        assert_eq!(bench.troubles(), expected, "{length}");
        assert!(bench.report().is_intact());
    }
}

#[test]
fn a_crash_at_any_byte_of_a_repair_is_no_alarm() {
    let bench = Bench::new();
    three_requests(&bench.log());
    let mut torn = bench.snapshot();
    torn.get_mut(&bench.first_file()).unwrap().extend_from_slice(br#"{"seq":7,"pr"#);
    bench.restore(&torn);
    let mended = bench.log();
    assert!(mended.note(&Event::OriginRemoved { origin: origin(), by_file: false }, at(8)));
    let after = fs::read(bench.first_file()).unwrap();
    let end_of_repair = after[..after.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for length in (torn[&bench.first_file()].len()..=end_of_repair).rev().step_by(3) {
        bench.restore(&torn);
        fs::write(bench.first_file(), &after[..length]).unwrap();
        assert!(bench.report().is_intact(), "{length}: {:?}", bench.troubles());
        assert!(bench.log().begin(&login(), at(9)).finish(Outcome::Done, at(10)));
        assert!(bench.report().is_intact(), "{length}: {:?}", bench.troubles());
        assert_eq!(bench.troubles()[0], Trouble::Torn);
    }
}

#[test]
fn every_cut_shows_and_goes_on_showing() {
    let bench = Bench::new();
    three_requests(&bench.log());
    let whole = bench.snapshot();
    let text = whole[&bench.first_file()].clone();
    for length in (0..text.len()).rev().step_by(11) {
        bench.restore(&whole);
        fs::write(bench.first_file(), &text[..length]).unwrap();
        assert!(bench.troubles().contains(&Trouble::Cut { last: 6 }), "{length}: {:?}", bench.troubles());
        assert!(bench.log().begin(&login(), at(8)).finish(Outcome::Done, at(9)));
        assert!(bench.troubles().contains(&Trouble::WasCut), "{length}: {:?}", bench.troubles());
        assert!(!bench.report().is_intact());
    }
    bench.restore(&whole);
    fs::remove_file(bench.first_file()).unwrap();
    assert_eq!(bench.troubles(), [Trouble::Cut { last: 6 }]);
    assert!(bench.log().begin(&login(), at(8)).finish(Outcome::Done, at(9)));
    assert_eq!(bench.troubles(), [Trouble::WasCut, Trouble::BeginningMissing { first: 7 }]);
}

#[test]
fn every_changed_byte_shows() {
    let bench = Bench::new();
    three_requests(&bench.log());
    let whole = bench.snapshot();
    for path in [bench.first_file(), bench.head()] {
        for position in 0..whole[&path].len() {
            let mut changed = whole[&path].clone();
            changed[position] ^= 1;
            fs::write(&path, &changed).unwrap();
            // White space after the head's text means nothing.
            let harmless =
                path == bench.head() && position == whole[&path].len() - 1 && changed[position].is_ascii_whitespace();
            assert_eq!(bench.report().is_intact(), harmless, "{path:?} {position}");
        }
        bench.restore(&whole);
    }
    assert!(bench.report().is_intact());
}

#[test]
fn removed_added_and_moved_lines_are_named() {
    let bench = Bench::new();
    three_requests(&bench.log());
    let whole = fs::read_to_string(bench.first_file()).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let check = |lines: &[&str], line: u64, trouble: Trouble| {
        fs::write(bench.first_file(), format!("{}\n", lines.join("\n"))).unwrap();
        let report = bench.report();
        let found = report.findings.iter().find(|finding| finding.line == Some(line)).map(|finding| finding.trouble);
        assert_eq!(found, Some(trouble), "{:?}", report.findings);
        assert!(!report.is_intact());
    };
    check(&[&lines[..2], &lines[3..]].concat(), 3, Trouble::Sequence { expected: 3, found: 4 });
    check(&[&lines[..3], &lines[2..]].concat(), 4, Trouble::Sequence { expected: 4, found: 3 });
    check(
        &[lines[0], lines[2], lines[1], lines[3], lines[4], lines[5]],
        2,
        Trouble::Sequence { expected: 2, found: 3 },
    );
    check(&lines[1..], 1, Trouble::BeginningMissing { first: 2 });
    let other = lines[1].replace("done", "lost");
    check(&[lines[0], &other, lines[2], lines[3], lines[4], lines[5]], 3, Trouble::Broken);
    check(&[lines[0], "hello", lines[2], lines[3], lines[4], lines[5]], 2, Trouble::Unreadable);
    let last = lines[5].replace("unknown", "oooodne");
    check(&[lines[0], lines[1], lines[2], lines[3], lines[4], &last], 6, Trouble::NotTheHead);
}

#[test]
fn lines_behind_the_head_that_the_agent_did_not_write_are_foreign() {
    let bench = Bench::new();
    three_requests(&bench.log());
    let whole = bench.snapshot();
    let text = String::from_utf8(whole[&bench.first_file()].clone()).unwrap();
    let last = text.lines().last().unwrap();
    let wild = last.replace("\"seq\":6", "\"seq\":18446744073709551615");
    for (added, lines) in
        [(format!("{last}\n"), 1), (format!("{last}\n{last}\n"), 2), (format!("x\n{wild}\n{last}"), 3)]
    {
        bench.restore(&whole);
        fs::write(bench.first_file(), format!("{text}{added}")).unwrap();
        assert!(bench.troubles().contains(&Trouble::Foreign { lines }), "{:?}", bench.troubles());
        assert!(bench.log().begin(&login(), at(8)).finish(Outcome::Done, at(9)));
        assert!(bench.troubles().contains(&Trouble::WasForeign), "{:?}", bench.troubles());
        assert!(!bench.report().is_intact());
    }
}

#[test]
fn a_lost_head_is_said_and_the_chain_goes_on() {
    for content in [None, Some("{}"), Some("")] {
        let bench = Bench::new();
        three_requests(&bench.log());
        match content {
            None => fs::remove_file(bench.head()).unwrap(),
            Some(content) => fs::write(bench.head(), content).unwrap(),
        }
        assert_eq!(bench.troubles(), [Trouble::HeadLost]);
        three_requests(&bench.log());
        assert_eq!(bench.troubles(), [Trouble::HeadWasLost]);
        assert_eq!(bench.report().lines, 13);
    }
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
fn a_crash_between_two_files_is_no_alarm() {
    let bench = Bench::new();
    let log = bench.log_with(AuditSettings { max_file_bytes: 1, retention_days: None });
    three_requests(&log);
    let before = bench.snapshot();
    three_requests(&log);
    let next = Folder::new(&bench.path()).file(7);
    let line = fs::read(&next).unwrap();
    for length in (0..=line.len()).step_by(9) {
        bench.restore(&before);
        fs::write(&next, &line[..length]).unwrap();
        assert!(bench.report().is_intact(), "{length}: {:?}", bench.troubles());
        three_requests(&log);
        assert!(bench.report().is_intact(), "{length}: {:?}", bench.troubles());
    }
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
fn files_left_over_from_an_interrupted_deletion_are_no_alarm() {
    let bench = Bench::new();
    let settings = AuditSettings { max_file_bytes: 1000, retention_days: None };
    for _ in 0..5 {
        three_requests(&bench.log_with(settings));
    }
    let old = bench.snapshot();
    let log = bench.log_with(AuditSettings { retention_days: Some(1), ..settings });
    let _ = log.begin(&login(), day(10)).finish(Outcome::Done, day(10));
    assert_eq!(Folder::new(&bench.path()).list().unwrap().len(), 1);
    let is_lost = |path: &PathBuf| path.extension().unwrap() == "jsonl" && !path.exists();
    let mut restored: Vec<_> = old.into_iter().filter(|(path, _)| is_lost(path)).collect();
    assert!(restored.len() > 3);
    while let Some((path, bytes)) = restored.pop() {
        fs::write(path, bytes).unwrap();
        assert_eq!(bench.troubles(), []);
    }
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
fn a_line_of_any_length_is_read_in_bounded_memory() {
    let bench = Bench::new();
    three_requests(&bench.log());
    let mut file = fs::OpenOptions::new().append(true).open(bench.first_file()).unwrap();
    for _ in 0..40 {
        io::Write::write_all(&mut file, &[b'x'; 100_000]).unwrap();
    }
    drop(file);
    assert_eq!(bench.troubles(), [Trouble::TornOpen]);
    three_requests(&bench.log());
    assert_eq!(bench.troubles(), [Trouble::Torn]);
    assert_eq!(bench.log().show(2).unwrap().len(), 2);
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

#[test]
fn a_head_of_nonsense_numbers_does_not_break_the_agent() {
    let bench = Bench::new();
    three_requests(&bench.log());
    let hash = "0".repeat(64);
    for (file, length, sequence) in [(0, 0, 0), (1, u64::MAX, 6), (u64::MAX, 5, 6), (1, 3, 0), (1, 0, u64::MAX)] {
        let head = format!("{{\"file\":{file},\"length\":{length},\"seq\":{sequence},\"hash\":\"{hash}\"}}");
        fs::write(bench.head(), head).unwrap();
        assert!(!bench.report().is_intact());
        assert!(bench.log().begin(&signing(), at(9)).is_recorded());
        assert!(!bench.report().is_intact());
    }
    assert_eq!(Head::START.sequence, 0);
}
