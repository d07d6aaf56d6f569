//! The summary: cases by operation and fault, and what was wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use crate::run::{Case, Findings, When};

/// What came of all cases.
#[derive(Default)]
pub struct Report {
    counts: BTreeMap<String, BTreeMap<&'static str, usize>>,
    total: Findings,
    cases: usize,
    failures: Vec<String>,
}

impl Report {
    pub fn add(&mut self, case: Case, place: &str, findings: Findings) {
        let column = match case.when {
            When::AtCommand(_, upset) => upset.group(),
            When::DuringPrompt { .. } => "prompt",
        };
        *self.counts.entry(case.operation.to_string()).or_default().entry(column).or_default() += 1;
        self.cases += 1;
        self.total.tries_wrongly_spent += findings.tries_wrongly_spent;
        self.total.hangs += findings.hangs;
        self.total.restarts_needed += findings.restarts_needed;
        if findings.hangs > 0 {
            self.failures.push(format!("{place}: hangs"));
        }
        self.failures.extend(findings.wrong.iter().map(|what| format!("{place}: {what}")));
    }

    pub fn cases(&self) -> usize {
        self.cases
    }

    /// The table and the three numbers.
    pub fn summary(&self, title: &str, seed: u64, took: Duration) -> String {
        let columns: BTreeSet<&str> = self.counts.values().flat_map(|row| row.keys().copied()).collect();
        let mut text = format!("{title}: {} cases in {:.1} s, seed {seed}\n", self.cases, took.as_secs_f64());
        let _ = write!(text, "{:>22}", "");
        for column in &columns {
            let _ = write!(text, "{column:>9}");
        }
        text.push_str("      all\n");
        for (operation, row) in &self.counts {
            let _ = write!(text, "{operation:>22}");
            for column in &columns {
                let _ = write!(text, "{:>9}", row.get(column).copied().unwrap_or_default());
            }
            let _ = writeln!(text, "{:>9}", row.values().sum::<usize>());
        }
        let _ = writeln!(
            text,
            "cases otherwise than expected: {}; tries wrongly spent: {}; hangs: {}; restarts needed: {}",
            self.failures.len(),
            self.total.tries_wrongly_spent,
            self.total.hangs,
            self.total.restarts_needed
        );
        text
    }

    /// Prints the summary past the test runner's capture, and fails if anything was otherwise than expected.
    pub fn close(&self, title: &str, seed: u64, took: Duration) {
        let summary = self.summary(title, seed, took);
        std::io::stderr().write_all(format!("\n{summary}").as_bytes()).unwrap();
        let shown = self.failures.iter().take(60).map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(self.failures.is_empty(), "{} of {} cases:\n{shown}", self.failures.len(), self.cases);
    }
}
