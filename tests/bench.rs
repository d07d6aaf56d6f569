//! `bench/peers/run --quick`: the agent and OpenSC on one card behind a real `pcscd`, every command counted between reader
//! and card. Keeps the bench running, and shows on the wire, not by the agent's own counters, what a request costs the card.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use support::parts::{Part, require};
use support::process::PROGRAM;
use support::python::root;

/// Operation, and how many commands more than the least possible it may cost from the typed PIN on: the close-down, where a
/// PIN is typed.
const MORE: [(&str, u64); 6] =
    [("pins", 0), ("certificate", 0), ("certificate-again", 0), ("authenticate", 1), ("sign-1", 1), ("sign-10", 1)];
/// And before the prompt.
const MOST_BEFORE_THE_PROMPT: u64 = 3;

#[test]
fn the_agent_costs_the_card_no_more_than_it_may_and_less_than_opensc() {
    if !require(&[Part::Pcscd, Part::OpenSc, Part::OpenSsl, Part::Python]) {
        return;
    }
    let figures = &*FIGURES;
    let clients = &figures["clients"];
    for agent in ["agent-http", "agent-cli"] {
        for (operation, more) in MORE {
            let most = count(&figures["least"]["none"][operation], "commands") + more;
            let own = &clients[agent]["operations"][operation]["none"];
            let commands = count(own, "commands");
            assert!(commands <= most, "{agent}, {operation}: {commands} commands, {most} are enough");
            let look = own["look"]["commands"].as_u64().unwrap_or(0);
            assert!(look <= MOST_BEFORE_THE_PROMPT, "{agent}, {operation}: {look} commands before the prompt");
            let Some(peer) = clients["opensc"]["operations"].get(operation) else {
                continue; // OpenSC keeps nothing between two starts
            };
            let theirs = count(&peer["none"], "commands");
            assert!(commands + look < theirs, "{agent}, {operation}: {commands} + {look} commands, OpenSC {theirs}");
        }
    }
}

#[test]
fn the_least_possible_is_what_a_card_answers() {
    if !require(&[Part::Pcscd, Part::OpenSc, Part::OpenSsl, Part::Python]) {
        return;
    }
    let figures = &*FIGURES;
    for (operation, sent) in figures["clients"]["bare"]["operations"].as_object().unwrap() {
        for what in ["commands", "out", "in"] {
            let computed = count(&figures["least"]["none"][operation], what);
            assert_eq!(count(&sent["none"], what), computed, "{operation}: {what}");
        }
    }
}

/// One run for both tests.
static FIGURES: LazyLock<Value> = LazyLock::new(quick_bench);

/// The figures of a run, in which every certificate and signature was checked with `openssl`.
fn quick_bench() -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("peers.json");
    let mut command = Command::new("timeout");
    command.args(["--kill-after=10", "120"]).arg(root().join("bench/peers/run")).arg("--quick");
    command.args(["--agent", PROGRAM]).arg("--json").arg(&file).stdin(Stdio::null());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{}\n{said}", output.status);
    serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap()
}

fn count(record: &Value, name: &str) -> u64 {
    record[name].as_u64().unwrap_or_else(|| panic!("no {name} in {record}"))
}
