//! Whatever somebody else does to the files shows, and goes on showing.

use super::*;

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
