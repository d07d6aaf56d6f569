//! A reader's thread over links that do not keep their promises: they panic, or hang where PC/SC has no limit of time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use jpki_agent::apdu::{Command, Response};
use jpki_agent::card::{Transmit, TransportError};
use jpki_agent::digest::DigestAlgorithm;
use jpki_agent::jpki::{self, INDIVIDUAL_NUMBER_CARD, Identity, KeyKind};
use jpki_agent::problem::Problem;
use jpki_agent::reader::{
    Access, BackendKind, CardBackend, CardLink, CardSession, Disposition, JobError, JobOptions, Policy, Presence,
    ReaderContext, ReaderHandle, Watching,
};
use jpki_agent::simulator::CardHandle;
use jpki_agent::simulator::backend::SimulatorBackend;
use support::agent::{READER, SIGNATURE_PIN, standard_card};

const LIMIT: Duration = Duration::from_secs(5);

/// A thread over `card`, with these troubles on the way.
fn start(card: &CardHandle, troubles: &Arc<Troubles>, policy: Policy) -> (ReaderHandle, JoinHandle<()>) {
    let backend = Arc::new(Troubled(SimulatorBackend::with_card(card), troubles.clone()));
    ReaderHandle::start(backend, READER.to_owned(), &INDIVIDUAL_NUMBER_CARD, policy).unwrap()
}

fn identify(card: &mut CardSession<'_>) -> Result<Identity, Problem> {
    Ok(card.open_applet()?)
}

fn sign(card: &mut CardSession<'_>) -> Result<Vec<u8>, Problem> {
    let profile = card.profile();
    card.open_applet()?;
    jpki::query_tries(card, &profile.signature)?;
    jpki::verify(card, profile.signature.pin_rule.check(SIGNATURE_PIN).unwrap()).unwrap();
    jpki::select_signature_key(card, profile)?;
    Ok(jpki::sign_digest(card, profile, &DigestAlgorithm::Sha256.digest(b""))?)
}

#[tokio::test]
async fn a_panic_inside_a_link_leaves_no_verified_pin_behind_and_the_outcome_unknown() {
    let card = standard_card();
    let troubles = Arc::new(Troubles::default());
    troubles.panics_at_signatures.store(true, Ordering::Relaxed);
    let (reader, thread) = start(&card, &troubles, Policy::default());
    let failed = reader.run(JobOptions::default(), LIMIT, sign).await.unwrap_err();
    assert_eq!(failed, Problem::Internal { outcome_unknown: true });
    let early = reader.run(JobOptions::default(), LIMIT, |_| -> Result<(), Problem> { panic!("before any command") });
    assert_eq!(early.await.unwrap_err(), Problem::Internal { outcome_unknown: false });
    reader.run(JobOptions::default(), LIMIT, identify).await.unwrap();
    assert_eq!(card.wire().verifies, 1);
    assert!(!card.with(|card| card.is_verified(KeyKind::Signature)));
    drop(reader);
    thread.join().unwrap();
}

/// What one job did says nothing about the next, even if that hangs before its first command.
#[tokio::test]
async fn a_job_that_hangs_before_its_first_command_has_a_known_outcome() {
    let card = standard_card();
    let troubles = Arc::new(Troubles::default());
    let (reader, thread) = start(&card, &troubles, Policy::default());
    reader.run(JobOptions::default(), LIMIT, sign).await.unwrap();
    troubles.hangs_when_asked.store(true, Ordering::Relaxed);
    let hung = reader.run(JobOptions::default(), Duration::from_millis(200), identify).await.unwrap_err();
    assert_eq!(hung, Problem::CardTimeout { outcome_unknown: false });
    troubles.hangs_when_asked.store(false, Ordering::Relaxed);
    reader.run(JobOptions::default(), LIMIT, identify).await.unwrap();
    drop(reader);
    thread.join().unwrap();
}

/// Whoever is told that the card was let go may use it at once.
#[tokio::test]
async fn a_release_waits_until_the_card_is_gone() {
    let card = standard_card();
    let troubles = Arc::new(Troubles::default());
    let (reader, thread) =
        start(&card, &troubles, Policy { idle_release: Duration::from_secs(30), ..Policy::default() });
    reader.run(JobOptions::default(), LIMIT, identify).await.unwrap();
    assert_eq!(troubles.open.load(Ordering::Relaxed), 1, "the card is kept");
    troubles.slow_to_leave.store(true, Ordering::Relaxed);
    let other = troubles.clone();
    let unlock = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        other.slow_to_leave.store(false, Ordering::Relaxed);
    });
    reader.release(LIMIT, || {}).await.unwrap();
    assert_eq!(troubles.open.load(Ordering::Relaxed), 0);
    unlock.join().unwrap();

    // Behind a job that hangs: busy, after the limit; and at once if the queue is full.
    troubles.hangs_when_asked.store(true, Ordering::Relaxed);
    let limit = Duration::from_millis(50);
    reader.run(JobOptions::default(), limit, identify).await.unwrap_err();
    assert_eq!(reader.release(limit, || {}).await.unwrap_err(), JobError::Busy);
    for _ in 0..20 {
        assert_eq!(reader.release(Duration::ZERO, || {}).await.unwrap_err(), JobError::Busy);
    }
    let full = tokio::time::timeout(Duration::from_secs(1), reader.release(Duration::from_secs(60), || {})).await;
    assert_eq!(full.expect("it waited"), Err(JobError::Busy));
    troubles.hangs_when_asked.store(false, Ordering::Relaxed);
    drop(reader);
    thread.join().unwrap();
}

/// What goes wrong on the way to the card.
#[derive(Debug, Default)]
struct Troubles {
    /// A link that is asked for a signature panics.
    panics_at_signatures: AtomicBool,
    /// Asking what lies in the reader takes until this is false again.
    hangs_when_asked: AtomicBool,
    /// Closing a link takes until this is false again.
    slow_to_leave: AtomicBool,
    /// Links that are open.
    open: AtomicUsize,
}

impl Troubles {
    fn wait_while(flag: &AtomicBool) {
        while flag.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

struct Troubled<T>(T, Arc<Troubles>);

impl CardBackend for Troubled<SimulatorBackend> {
    fn kind(&self) -> BackendKind {
        self.0.kind()
    }

    fn context(&self) -> Result<Box<dyn ReaderContext>, TransportError> {
        Ok(Box::new(Troubled(self.0.context()?, self.1.clone())))
    }

    fn watch(&self) -> Result<Watching, TransportError> {
        self.0.watch()
    }
}

impl ReaderContext for Troubled<Box<dyn ReaderContext>> {
    fn presence(&mut self, reader: &str) -> Result<Presence, TransportError> {
        Troubles::wait_while(&self.1.hangs_when_asked);
        self.0.presence(reader)
    }

    fn connect(&mut self, reader: &str, access: Access) -> Result<Box<dyn CardLink>, TransportError> {
        let link = self.0.connect(reader, access)?;
        self.1.open.fetch_add(1, Ordering::Relaxed);
        Ok(Box::new(Troubled(link, self.1.clone())))
    }
}

impl Transmit for Troubled<Box<dyn CardLink>> {
    fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
        let panics = self.1.panics_at_signatures.load(Ordering::Relaxed) && command.header()[1] == 0x2A;
        assert!(!panics, "a link that panics");
        self.0.transmit(command)
    }
}

impl CardLink for Troubled<Box<dyn CardLink>> {
    fn disconnect(self: Box<Self>, disposition: Disposition) -> Result<(), TransportError> {
        Troubles::wait_while(&self.1.slow_to_leave);
        self.1.open.fetch_sub(1, Ordering::Relaxed);
        self.0.disconnect(disposition)
    }
}
