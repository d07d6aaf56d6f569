//! The running agent, questioned with requests made from its own OpenAPI document (scripts/schemathesis): it never
//! fails within, answers only what the document says, and tells an origin that is not allowed nothing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod support;

use std::process::{Command, Stdio};

use support::parts::{Part, require};
use support::process::Agent;
use support::python;

#[test]
fn every_answer_is_one_the_document_describes() {
    if !require(&[Part::Python]) {
        return;
    }
    let mut agent = Agent::with_software_card();
    let mut command = Command::new(python::root().join("scripts/schemathesis"));
    command.args([&agent.url(), "https://portal.example"]).stdin(Stdio::null());
    let output = command.output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{report}{complaint}");
    assert!(agent.is_running(), "the agent lives on: {}", agent.log());
}
