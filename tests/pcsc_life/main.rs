//! The life of the PC/SC service as the agent lives through it, with a real `pcscd`: it is not there at the start, comes
//! later, is killed in the middle of operations, ends because it idles, and comes back with other readers. And other
//! programs on the same card.
//!
//! libpcsclite looks for its service once per process, so tests that are clients themselves run in a process of their
//! own: this test program started again for one test.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test, and the figures belong in the log"
)]

mod idle;
mod kills;
mod others;
mod readers;
#[path = "../support/mod.rs"]
mod support;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jpki_agent::agent::{Agent, CardState};
use jpki_agent::reader::Policy;
use jpki_agent::reader::pcsc::PcscBackend;
use jpki_agent::simulator::CardHandle;
use jpki_agent::simulator::vpcd::{self, Stop};
use support::agent::TestAgent;
use support::parts::{Part, require};
use support::pcscd::Pcscd;

/// The promise: so soon after a part is back the agent works with it again.
const RECOVERY: Duration = Duration::from_secs(2);
/// Nothing takes longer; what does, hangs.
const HANGS: Duration = Duration::from_secs(30);
const FIRST_SLOT: &str = "Virtual PCD 00 00";
const SECOND_SLOT: &str = "Virtual PCD 00 01";

/// Says something past the test runner's capture.
fn report(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Runs one of the ignored tests in a new process, whose service will have its socket in a folder of its own.
fn in_a_process_of_its_own(test: &str) {
    if !require(&[Part::Pcscd]) {
        return;
    }
    let folder = tempfile::Builder::new().prefix("jpki-life-").tempdir_in("/tmp").unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    command.env("PCSCLITE_CSOCK_NAME", folder.path().join("pcscd.comm"));
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
    err.lines().filter(|line| line.starts_with("PC/SC life")).for_each(report);
}

/// The service this process is a client of.
fn own_pcscd() -> Pcscd {
    let socket = PathBuf::from(std::env::var_os("PCSCLITE_CSOCK_NAME").expect("started by another test only"));
    Pcscd::absent_in(socket.parent().unwrap())
}

/// An agent in this process over that service.
async fn agent(policy: Policy) -> TestAgent {
    TestAgent::over(Arc::new(PcscBackend::default()), policy).await
}

/// A card in a slot of a virtual reader; pulled out when dropped.
struct InSlot {
    stop: Stop,
    /// When it was put in last, also by itself after the service came back.
    inserted: Arc<Mutex<Instant>>,
    thread: Option<JoinHandle<()>>,
}

impl InSlot {
    fn new(card: &CardHandle, address: &str) -> Self {
        let address: SocketAddr = address.parse().unwrap();
        let (stop, inserted) = (Stop::new(), Arc::new(Mutex::new(Instant::now())));
        let (card, ended, noted) = (card.clone(), stop.clone(), inserted.clone());
        let note = move || *noted.lock().unwrap() = Instant::now();
        let thread = std::thread::spawn(move || vpcd::serve(address, &card, &ended, note).map(|_| ()).unwrap());
        Self { stop, inserted, thread: Some(thread) }
    }
}

impl Drop for InSlot {
    fn drop(&mut self) {
        self.stop.stop();
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// The card of this reader, as `status` has it.
async fn state(agent: &Agent, reader: &str) -> Option<CardState> {
    agent.status().await.readers.iter().find(|seen| seen.name == reader).map(|seen| seen.card)
}

/// The id of the reader of this name.
async fn id(agent: &Agent, reader: &str) -> String {
    let status = agent.status().await;
    status.readers.iter().find(|seen| seen.name == reader).unwrap().id.to_string()
}

async fn until_state(agent: &Agent, reader: &str, wanted: Option<CardState>) {
    let wait = async {
        while state(agent, reader).await != wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(HANGS, wait).await.unwrap_or_else(|_| panic!("{reader} is never {wanted:?}"));
}
