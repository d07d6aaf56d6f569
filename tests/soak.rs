//! Soak: a long random life of one agent, from a printed seed, with the checks of the model after each step, and memory,
//! file handles and threads watched over time.
//!
//! `JPKI_AGENT_SOAK_SECONDS` says how long (5), `JPKI_AGENT_SOAK_SEED` repeats a run. By hand: `make soak SECONDS=1800`.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a failure here is a failed test; the seed is taken from the clock"
)]

mod model;
mod support;

use std::io::Write as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use model::operations::{Operation, operation};
use model::world::{Figures, World};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Unless another time is asked for.
const SECONDS: u64 = 5;
/// Steps after which the process is as large as it should stay.
const WARM_UP: usize = 300;
/// Growth that allocator and runtime may still cause, in KiB.
const SLACK: usize = 24 * 1024;

/// What the process holds.
#[derive(Clone, Copy, Debug)]
struct Holdings {
    resident_kib: usize,
    files: usize,
    threads: usize,
}

impl Holdings {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        let files = std::fs::read_dir("/proc/self/fd").unwrap().count();
        Self { resident_kib: field("VmRSS:"), files, threads: field("Threads:") }
    }
}

/// Past the test runner's capture, so that a run of hours can be watched.
fn say(text: &str) {
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).unwrap();
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().filter(|text| !text.is_empty()).map(|text| text.parse().expect(name))
}

/// Operations from a seed, the same ones each time.
fn operations(seed: u64) -> impl Iterator<Item = Operation> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let any = operation();
    std::iter::from_fn(move || any.new_tree(&mut runner).ok().map(|tree| tree.current()))
}

#[test]
fn the_agent_lives_through_everything_and_does_not_grow() {
    let time = Duration::from_secs(number("JPKI_AGENT_SOAK_SECONDS").unwrap_or(SECONDS));
    let now = || u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let seed = number("JPKI_AGENT_SOAK_SEED").unwrap_or_else(now);
    say(&format!("soak: {} s, JPKI_AGENT_SOAK_SEED={seed}", time.as_secs()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(soak(seed, time));
}

async fn soak(seed: u64, time: Duration) {
    let begin = Instant::now();
    let mut world = World::new().await;
    let mut first = Holdings::now();
    let mut told = begin;
    for operation in operations(seed) {
        if begin.elapsed() >= time && world.figures.steps > 0 {
            break;
        }
        let step = world.figures.steps;
        let _on_panic = OnPanic { seed, step, operation: &operation };
        world.step(&operation).await;
        if world.figures.steps == WARM_UP {
            first = Holdings::now();
        }
        if told.elapsed() >= Duration::from_secs(60) {
            told = Instant::now();
            say(&format!(
                "soak: {} s, {} steps, {:?}",
                begin.elapsed().as_secs(),
                world.figures.steps,
                Holdings::now()
            ));
        }
    }
    let last = Holdings::now();
    summary(&world.figures, begin.elapsed(), first, last);
    if world.figures.steps > WARM_UP {
        assert!(last.resident_kib <= first.resident_kib + SLACK, "memory grew: {first:?} to {last:?}");
        // One reader more or less, with its thread, may be plugged in.
        assert!(last.files <= first.files + 2, "file handles grew: {first:?} to {last:?}");
        assert!(last.threads <= first.threads + 2, "threads grew: {first:?} to {last:?}");
    }
}

fn summary(figures: &Figures, time: Duration, first: Holdings, last: Holdings) {
    say(&format!(
        "soak: {} steps in {} s; {} VERIFY, {} PINs changed, {} tries spent by wrong ones; tries wrongly spent: 0; hangs: 0; restarts needed: 0",
        figures.steps,
        time.as_secs(),
        figures.verifies,
        figures.changes,
        figures.tries_spent
    ));
    say(&format!("soak: operations {:?}", figures.operations));
    say(&format!("soak: faults {:?}", figures.faults));
    say(&format!("soak: outcomes {:?}", figures.outcomes));
    say(&format!("soak: slowest step {:?}, slowest recovery {:?}", figures.slowest, figures.slowest_recovery));
    say(&format!("soak: first {first:?}, last {last:?}"));
}

/// Says where to find a step that panics.
struct OnPanic<'a> {
    seed: u64,
    step: usize,
    operation: &'a Operation,
}

impl Drop for OnPanic<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        say(&format!("soak: JPKI_AGENT_SOAK_SEED={}, step {}: {:?}", self.seed, self.step, self.operation));
    }
}
