//! An agent that ends at any byte of a record, a repair, a new file or a deletion is no alarm, and is told.

use super::*;

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
