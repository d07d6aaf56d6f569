//! One suite, three cards: the software card in this process; the same behind a virtual reader and a real PC/SC service;
//! and, only by an explicit wish, a real card.
//!
//! libpcsclite looks for its service once per process, so the second card is tested in a process of its own: this test
//! program started again for one test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a failure here is a failed test")]

mod support;

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use jpki_agent::agent::{Agent, AgentParts, AgentSettings, CardState, CertificateState, Clock, DisclosureRequest};
use jpki_agent::audit::{AuditLog, AuditSettings};
use jpki_agent::certificate::{Certificate, ChainResult, TrustStore};
use jpki_agent::consent::Consent;
use jpki_agent::consent::pinentry::{Pinentry, Surroundings};
use jpki_agent::consent::scripted::{Answer, ScriptedConsent};
use jpki_agent::first_visits::FirstVisits;
use jpki_agent::jpki::{CertificateKind, INDIVIDUAL_NUMBER_CARD, KeyKind};
use jpki_agent::message::Language;
use jpki_agent::notices::NoNotices;
use jpki_agent::problem::Problem;
use jpki_agent::reader::pcsc::PcscBackend;
use jpki_agent::reader::{BackendKind, CardBackend, Policy, Readers};
use jpki_agent::session_lock::NeverLocked;
use jpki_agent::simulator::vpcd::{self, Stop};
use jpki_agent::simulator::{CardHandle, Fault, Trigger};
use jpki_agent::webeid::Challenge;
use support::agent::{
    AUTHENTICATION_PIN, SIGNATURE_PIN, TestAgent, authentication, moment, page, signature, standard_card,
};
use support::parts::{Part, require};
use support::pcscd::Pcscd;

/// What needs no PIN: works on any card, and spends nothing.
async fn reads_without_a_pin(agent: &Agent) {
    let status = agent.status().await;
    assert!(status.service_available);
    assert_eq!(status.readers.iter().filter(|reader| reader.card == CardState::Jpki).count(), 1, "{status:?}");
    let before = agent.pins(None).await.unwrap();
    let report = agent.certificates(None).await.unwrap();
    for (state, kind) in report.certificates.iter().zip(CertificateKind::ALL) {
        match state {
            CertificateState::Readable(view) => assert_eq!(view.kind, kind),
            CertificateState::PinRequired(_) => assert_eq!(kind, CertificateKind::Holder(KeyKind::Signature)),
            CertificateState::Absent(_) => eprintln!("no {} certificate", kind.name()),
        }
    }
    let refused = agent.certificate(CertificateKind::Holder(KeyKind::Signature), None).await.unwrap_err();
    assert_eq!(refused, Problem::PinRequired);
    agent.release(None).await.unwrap();
    assert_eq!(agent.pins(None).await.unwrap().pins, before.pins, "reading costs no try");
}

/// What needs PINs: right ones, a wrong one, and what is left afterwards.
async fn uses_both_keys(agent: &Arc<Agent>, consent: &ScriptedConsent, card: &CardHandle) {
    let certificate = agent.certificate(CertificateKind::Holder(KeyKind::Authentication), None).await.unwrap().1;
    assert_eq!(certificate.chain.result, ChainResult::Trusted);
    consent.push(Answer::pin(AUTHENTICATION_PIN));
    let token = agent.authenticate(&page(), authentication()).await.unwrap();
    let challenge = Challenge::new(&authentication().origin, &authentication().nonce);
    Certificate::parse(&token.certificate).unwrap().verify(&challenge.digest(), &token.signature).unwrap();

    consent.push(Answer::pin(SIGNATURE_PIN));
    let signed = agent.sign(&page(), signature(3)).await.unwrap();
    let certificate = signed.certificate.unwrap();
    for (signature, (digest, _)) in signed.signatures.iter().zip(signature(3).digests) {
        certificate.verify(&digest, &signature.value).unwrap();
    }
    consent.push(Answer::pin(SIGNATURE_PIN));
    let disclosure = agent.disclose(&page(), DisclosureRequest::default()).await.unwrap();
    assert_eq!(disclosure.view.certificate.fingerprint(), certificate.fingerprint());
    assert!(disclosure.attributes.unwrap().name().is_some());

    consent.push(Answer::pin("9999"));
    let wrong = agent.authenticate(&page(), authentication()).await.unwrap_err();
    assert_eq!(wrong, Problem::PinIncorrect { key_kind: KeyKind::Authentication, tries_left: Some(2) });
    // After a wrong entry of the same page the person is asked whether to try again.
    consent.push(Answer::Approve);
    consent.push(Answer::pin(AUTHENTICATION_PIN));
    agent.authenticate(&page(), authentication()).await.unwrap();
    assert_eq!(agent.pins(None).await.unwrap().pins.map(|pin| pin.tries.left()), [Some(3), Some(5)]);

    card.inject(Trigger::sign(), Fault::FlipBit(9));
    consent.push(Answer::pin(SIGNATURE_PIN));
    let flipped = agent.sign(&page(), signature(1)).await.unwrap_err();
    assert_eq!(flipped, Problem::CardFault { outcome_unknown: false, tries_left: None });
    assert_eq!(card.wire().verifies, 6, "one VERIFY for each entry");
    assert_eq!(card.wire().foreign_selects, 0);
    assert!(card.with(|card| KeyKind::ALL.iter().all(|kind| !card.is_verified(*kind))));
}

#[tokio::test]
async fn the_software_card_in_this_process_conforms() {
    let agent = TestAgent::new().await;
    reads_without_a_pin(&agent.agent).await;
    uses_both_keys(&agent.agent, &agent.consent, &agent.card).await;
}

#[test]
fn the_software_card_behind_pcscd_conforms() {
    in_a_process_of_its_own("inner_conforms_behind_pcscd");
}

#[test]
fn a_card_behind_pcscd_comes_and_goes() {
    in_a_process_of_its_own("inner_comes_and_goes_behind_pcscd");
}

#[test]
fn a_card_pulled_behind_pcscd_is_card_removed() {
    in_a_process_of_its_own("inner_is_pulled_behind_pcscd");
}

/// Runs one of the tests below in a new process, as a client of a service of its own.
fn in_a_process_of_its_own(test: &str) {
    if !require(&[Part::Pcscd]) {
        return;
    }
    let pcscd = Pcscd::start();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]).env("JPKI_AGENT_TEST_SLOT", pcscd.address(0));
    let output = pcscd.lead(&mut command).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
}

/// A software card in a reader of the service this process was given, and an agent over that service.
struct BehindPcscd {
    agent: Arc<Agent>,
    consent: ScriptedConsent,
    card: CardHandle,
    reader: Option<(Stop, std::thread::JoinHandle<()>)>,
}

impl BehindPcscd {
    async fn new() -> Self {
        let consent = ScriptedConsent::new([]);
        let agent = Arc::new(agent_over(Arc::new(PcscBackend::default()), Arc::new(consent.clone())));
        let mut world = Self { agent, consent, card: standard_card(), reader: None };
        world.insert().await;
        world
    }

    async fn insert(&mut self) {
        let address = std::env::var("JPKI_AGENT_TEST_SLOT").expect("started by another test only").parse().unwrap();
        let stop = Stop::new();
        let (card, ended) = (self.card.clone(), stop.clone());
        let thread = std::thread::spawn(move || vpcd::serve(address, &card, &ended, || {}).map(|_| ()).unwrap());
        self.reader = Some((stop, thread));
        self.until(|present| present).await;
    }

    async fn pull(&mut self) {
        let (stop, thread) = self.reader.take().unwrap();
        stop.stop();
        thread.join().unwrap();
        self.until(|present| !present).await;
    }

    /// Waits for the watch to see a card, or none.
    async fn until(&self, wanted: impl Fn(bool) -> bool) {
        let readers = self.agent.readers();
        let mut changes = readers.changes();
        let wait = async {
            loop {
                let now = readers.list().await.unwrap_or_default();
                if !now.is_empty() && wanted(now.iter().any(|reader| reader.presence.insertion().is_some())) {
                    return;
                }
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait).await.expect("the watch did not see it");
    }
}

impl Drop for BehindPcscd {
    fn drop(&mut self) {
        self.agent.readers().stop(Duration::from_secs(5));
        if let Some((stop, thread)) = self.reader.take() {
            stop.stop();
            let _ = thread.join();
        }
    }
}

/// An agent's parts, with nothing kept and nobody told; its audit log goes with the folder of this run.
fn parts(readers: Readers, consent: Arc<dyn Consent>, trust: Arc<TrustStore>, clock: Clock) -> AgentParts {
    let folder = tempfile::tempdir().unwrap();
    let first_visits = FirstVisits::in_memory();
    first_visits.meet(&support::agent::PORTAL.parse().unwrap());
    AgentParts {
        readers,
        consent,
        trust,
        clock,
        audit: AuditLog::new(&folder.path().join("audit"), AuditSettings::default()),
        notices: Arc::new(NoNotices),
        session_lock: Arc::new(NeverLocked),
        first_visits: Arc::new(first_visits),
        reminders: Arc::default(),
    }
}

fn agent_over(backend: Arc<dyn CardBackend>, consent: Arc<dyn Consent>) -> Agent {
    let readers = Readers::start(backend, &INDIVIDUAL_NUMBER_CARD, Policy::default(), None).unwrap();
    let settings = AgentSettings {
        language: Some(Language::Japanese),
        own_language: Language::English,
        consent_timeout: Duration::from_secs(120),
        guard: Duration::ZERO,
        phrase: String::new(),
        declines_before_wait: 1000,
        tells_uses: true,
    };
    let trust = Arc::new(TrustStore::pinned().with_simulator());
    Agent::new(parts(readers, consent, trust, Arc::new(moment)), settings)
}

#[tokio::test]
#[ignore = "runs in a process of its own, started by the_software_card_behind_pcscd_conforms"]
async fn inner_conforms_behind_pcscd() {
    let world = BehindPcscd::new().await;
    assert_eq!(world.agent.backend(), BackendKind::Pcsc);
    reads_without_a_pin(&world.agent).await;
    uses_both_keys(&world.agent, &world.consent, &world.card).await;
}

#[tokio::test]
#[ignore = "runs in a process of its own, started by a_card_behind_pcscd_comes_and_goes"]
async fn inner_comes_and_goes_behind_pcscd() {
    let mut world = BehindPcscd::new().await;
    for _ in 0..3 {
        world.agent.pins(None).await.unwrap();
        world.pull().await;
        assert_eq!(world.agent.pins(None).await.unwrap_err(), Problem::NoCard);
        world.card = standard_card();
        world.insert().await;
    }
    // Out and in while the person types: another insertion, so no PIN for it.
    let (stop, thread) = world.reader.take().unwrap();
    let card = world.card.clone();
    let address = std::env::var("JPKI_AGENT_TEST_SLOT").unwrap().parse().unwrap();
    let again = Stop::new();
    let ended = again.clone();
    let out_and_in = move || {
        stop.stop();
        thread.join().unwrap();
        std::thread::sleep(Duration::from_millis(1000)); // the service looks every 0.4 s
        std::thread::spawn(move || vpcd::serve(address, &card, &ended, || {}).map(|_| ()).unwrap());
    };
    world.consent.push(Answer::pin(SIGNATURE_PIN).after(out_and_in));
    let result = world.agent.sign(&page(), signature(1)).await;
    assert_eq!(result.unwrap_err(), Problem::CardRemoved { outcome_unknown: false });
    assert_eq!(world.card.wire().verifies, 0);
    again.stop();
}

#[tokio::test]
#[ignore = "runs in a process of its own, started by a_card_pulled_behind_pcscd_is_card_removed"]
async fn inner_is_pulled_behind_pcscd() {
    let mut world = BehindPcscd::new().await;
    world.consent.push(Answer::pin(SIGNATURE_PIN));
    world.agent.sign(&page(), signature(1)).await.unwrap();
    for (trigger, outcome_unknown) in [(Trigger::verify(), true), (Trigger::sign().after(1), true)] {
        world.card.inject(trigger, Fault::Removed(jpki_agent::simulator::Moment::AfterActing));
        world.consent.push(Answer::pin(SIGNATURE_PIN));
        let result = world.agent.sign(&page(), signature(2)).await;
        assert_eq!(result.unwrap_err(), Problem::CardRemoved { outcome_unknown });
        world.pull().await;
        world.insert().await;
        world.consent.push(Answer::pin(SIGNATURE_PIN));
        world.agent.sign(&page(), signature(1)).await.unwrap();
    }
}

/// With a real card in the reader named by `JPKI_AGENT_RISK_THE_REAL_CARD_IN`. Reads what needs no PIN; then, if all
/// three tries are left, asks for the authentication PIN once, in the real prompt. A wrong entry costs a real try.
#[tokio::test]
#[ignore = "touches a real card: run it by name, with JPKI_AGENT_RISK_THE_REAL_CARD_IN=<the reader's exact name>"]
async fn a_real_card_conforms_and_a_wrong_entry_costs_a_real_try() {
    let name = std::env::var("JPKI_AGENT_RISK_THE_REAL_CARD_IN").expect("name the reader that holds the card");
    let backend = Arc::new(PcscBackend::default());
    let consent = Pinentry::new(None, Surroundings::of_this_process());
    let readers = Readers::start(backend, &INDIVIDUAL_NUMBER_CARD, Policy::default(), Some(name)).unwrap();
    let settings = AgentSettings {
        language: None,
        own_language: Language::English,
        consent_timeout: Duration::from_secs(120),
        guard: Duration::from_secs(1),
        phrase: String::new(),
        declines_before_wait: 1000,
        tells_uses: true,
    };
    let trust = Arc::new(TrustStore::pinned());
    #[expect(clippy::disallowed_methods, reason = "a real card's certificates live in the real present")]
    let now = Arc::new(jiff::Timestamp::now);
    let agent = Arc::new(Agent::new(parts(readers, Arc::new(consent), trust, now), settings));
    reads_without_a_pin(&agent).await;
    if agent.pins(None).await.unwrap().pins.iter().all(|pin| pin.tries.left() == Some(pin.tries_max)) {
        agent.authenticate(&page(), authentication()).await.unwrap();
    }
}
