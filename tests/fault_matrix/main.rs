//! The fault matrix: every operation, every command in it, every fault. Generated from what the operations send, not
//! picked by hand. `JPKI_AGENT_MATRIX=all` runs all cases instead of a choice, `JPKI_AGENT_MATRIX_SEED=<number>` another
//! choice.
//!
//! | file | what it is |
//! |---|---|
//! | `operations` | what callers ask, and the commands that takes, recorded |
//! | `faults` | what goes wrong at a command, or while a prompt is open |
//! | `oracle`, `expected` | what must come of it, by rules |
//! | `bench` | an agent that is never restarted, cards, another program, a bystander |
//! | `run` | one case and the operation after it |
//! | `report` | the summary |
//! | `sample` | a hundred of the cases through a real PC/SC service |
//! | `variants` | the same operations on cards that differ where nothing is known for sure |
#![cfg(target_os = "linux")]
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test, and nobody uses this crate"
)]

mod bench;
mod expected;
mod faults;
mod operations;
mod oracle;
mod report;
mod run;
mod sample;
#[path = "../support/mod.rs"]
mod support;
mod variants;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jpki_agent::jpki::{CertificateKind, KeyKind};
use jpki_agent::simulator::{self, CardContents, Holder};

use bench::Bench;
use faults::{Meanwhile, Random, Upset, upsets};
use operations::Operation;
use report::Report;
use run::{Case, Recording, When};

/// What is read of the first card an agent sees, and of those that follow only if somebody asks for it.
const AUTHORITY: CertificateKind = CertificateKind::Authority(KeyKind::Authentication);
/// How long a command may take where the card is mute. Not an operation: on a machine that is busy its time may be over
/// before the command comes that the card is mute at.
const SHORT: Duration = Duration::from_millis(900);
/// How long otherwise.
const LONG: Duration = Duration::from_secs(30);

/// `JPKI_AGENT_MATRIX_SEED`, or a fixed one: a failure must come again.
fn seed() -> u64 {
    std::env::var("JPKI_AGENT_MATRIX_SEED").ok().map_or(20_261_122, |seed| seed.parse().unwrap())
}

fn contents() -> CardContents {
    simulator::issue(&Holder::standard(), support::agent::moment()).unwrap()
}

/// Of an agent to whom a card has shown the authorities' certificates.
async fn recordings(contents: &CardContents) -> Vec<Recording> {
    let bench = Bench::acquainted(contents, LONG).await;
    let mut recordings = Vec::new();
    for operation in Operation::ALL {
        recordings.push(Recording::make(&bench, operation, false).await);
    }
    recordings
}

/// Of agents that see their first card.
async fn recordings_of_first_cards(contents: &CardContents) -> Vec<Recording> {
    let mut recordings = Vec::new();
    for operation in Operation::ALL {
        let bench = Bench::new(contents, LONG).await;
        recordings.push(Recording::make(&bench, operation, true).await);
    }
    recordings
}

/// For every command of every operation one case of every kind of fault, and every event during a prompt; which of the
/// status words, lengths and spoilt bytes it is, the seed decides. `JPKI_AGENT_MATRIX=all`: all cases there are.
fn chosen(mut cases: Vec<Case>) -> Vec<Case> {
    let mut seen = BTreeSet::new();
    if std::env::var("JPKI_AGENT_MATRIX").is_ok_and(|which| which == "all") {
        return cases;
    }
    cases.retain(|case| match case.when {
        When::AtCommand(index, upset) => seen.insert((case.operation, case.first_card, index, upset.group())),
        When::DuringPrompt { .. } => true,
    });
    cases
}

/// All cases, in a random order.
fn cases(recordings: &[Recording], random: &mut Random) -> Vec<Case> {
    let mut cases = Vec::new();
    for recording in recordings {
        let Recording { operation, first_card, .. } = *recording;
        for (index, step) in recording.steps.iter().enumerate() {
            // What else a first card is asked is the same for those that follow.
            if !first_card || step.role.is_for(AUTHORITY) {
                let upsets = upsets(*step, random).into_iter();
                cases.extend(upsets.map(|upset| Case { operation, first_card, when: When::AtCommand(index, upset) }));
            }
        }
        if operation.key().is_some() && !first_card {
            for (event, typed) in Meanwhile::ALL.into_iter().flat_map(|event| [(event, true), (event, false)]) {
                cases.push(Case { operation, first_card, when: When::DuringPrompt { event, typed } });
            }
        }
    }
    for index in (1..cases.len()).rev() {
        cases.swap(index, random.below(index + 1));
    }
    cases
}

/// Runs `cases` on `agents` agents at the same time.
async fn run(
    contents: &CardContents,
    limit: Duration,
    agents: usize,
    cases: Vec<Case>,
    recordings: &Arc<Vec<Recording>>,
    report: &Arc<Mutex<Report>>,
) {
    let (cases, next) = (Arc::new(cases), Arc::new(AtomicUsize::new(0)));
    let mut workers = Vec::new();
    for _ in 0..agents {
        let bench = Bench::acquainted(contents, limit).await;
        let (cases, next, recordings, report) = (cases.clone(), next.clone(), recordings.clone(), report.clone());
        let contents = contents.clone();
        workers.push(tokio::spawn(async move {
            while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                let recording = recordings.iter().find(|recording| recording.is_of(*case)).unwrap();
                let findings = if case.first_card {
                    case.run(&Bench::new(&contents, limit).await, recording).await
                } else {
                    case.run(&bench, recording).await
                };
                report.lock().unwrap().add(*case, &recording.place(*case), findings);
            }
        }));
    }
    for worker in workers {
        worker.await.unwrap();
    }
}

/// One test at a time: threads and files are counted for the whole process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Runs `test` while no other of this program runs.
fn alone(test: impl Future<Output = ()>) {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

#[test]
fn every_fault_at_every_command_of_every_operation() {
    alone(the_matrix());
}

async fn the_matrix() {
    let begun = Instant::now();
    let contents = contents();
    let mut both = recordings(&contents).await;
    both.extend(recordings_of_first_cards(&contents).await);
    let recordings = Arc::new(both);
    let (threads, files) = (bench::threads(), bench::files());
    let report = Arc::new(Mutex::new(Report::default()));
    let all = cases(&recordings, &mut Random(seed()));
    let is_mute = |case: &Case| matches!(case.when, When::AtCommand(_, Upset::Mute));
    let (mute, others): (Vec<_>, Vec<_>) = chosen(all).into_iter().partition(is_mute);
    tokio::join!(
        run(&contents, SHORT, 24, mute, &recordings, &report),
        run(&contents, LONG, 6, others, &recordings, &report),
    );
    // Threads end a moment after their last handle.
    let settled = Instant::now() + Duration::from_secs(5);
    while (bench::threads() > threads || bench::files() > files) && Instant::now() < settled {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let report = report.lock().unwrap();
    report.close("fault matrix", seed(), begun.elapsed());
    assert!(bench::threads() <= threads, "{} threads, {threads} before", bench::threads());
    assert!(bench::files() <= files, "{} files, {files} before", bench::files());
    assert!(report.cases() >= 3_000, "{} cases", report.cases());
}
