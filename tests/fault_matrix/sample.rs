//! A hundred cases of the matrix through a real PC/SC service and its virtual reader: as far as a card in that reader can
//! make them happen.
//!
//! libpcsclite looks for its service once per process, and each service takes the better part of a second to notice a
//! card, so several services and as many children of this test share the work.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jpki_agent::agent::{Agent, AgentParts, AgentSettings};
use jpki_agent::audit::{AuditLog, AuditSettings};
use jpki_agent::certificate::TrustStore;
use jpki_agent::consent::scripted::{Answer, ScriptedConsent};
use jpki_agent::first_visits::FirstVisits;
use jpki_agent::jpki::{INDIVIDUAL_NUMBER_CARD, KeyKind};
use jpki_agent::message::Language;
use jpki_agent::notices::NoNotices;
use jpki_agent::reader::pcsc::PcscBackend;
use jpki_agent::reader::{Access, CardBackend, Disposition, Insertion, Policy, Readers};
use jpki_agent::session_lock::NeverLocked;
use jpki_agent::simulator::vpcd::{self, Stop};
use jpki_agent::simulator::{CardContents, CardHandle, Variants};

use crate::bench::{card_of, refuses_both_keys};
use crate::expected::agrees;
use crate::faults::{Random, Upset};
use crate::operations::{is_wrong_pin, without_state};
use crate::oracle::Place;
use crate::report::Report;
use crate::run::{Case, Findings, Recording, When};
use crate::support::agent::{PORTAL, folder, moment};
use crate::support::parts::{Part, require};
use crate::support::pcscd::Pcscd;
use crate::{alone, cases, chosen, contents, recordings, seed};

/// How many cases.
const CASES: usize = 100;
/// How many services, each with a part of them.
const SERVICES: usize = 4;
/// How long an operation may take; so long the mute cards take.
const LIMIT: Duration = Duration::from_secs(4);
/// Address of the virtual reader, for a child.
const SLOT: &str = "JPKI_AGENT_TEST_SLOT";
/// Which part is this child's.
const PART: &str = "JPKI_AGENT_TEST_PART";

/// The cases, the same for everybody who has the seed.
fn sample(recordings: &[Recording]) -> Vec<Case> {
    let expressible = |case: &Case| match case.when {
        // A card can neither unplug its reader nor send more than a frame holds.
        When::AtCommand(_, Upset::ReaderGone(_) | Upset::Oversize) | When::DuringPrompt { .. } => false,
        When::AtCommand(..) => true,
    };
    chosen(cases(recordings, &mut Random(seed()))).into_iter().filter(expressible).take(CASES).collect()
}

#[test]
fn a_hundred_cases_through_a_real_service() {
    if !require(&[Part::Pcscd]) {
        return;
    }
    alone(async {
        let begun = Instant::now();
        let start = |part: usize| {
            let pcscd = Pcscd::start();
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "sample::inner_sample", "--ignored", "--nocapture"]);
            command.env(SLOT, pcscd.address(0)).env(PART, part.to_string());
            let child = pcscd.lead(&mut command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            (pcscd, child)
        };
        let children: Vec<_> = (0..SERVICES).map(start).collect();
        for (pcscd, child) in children {
            let output = child.wait_with_output().unwrap();
            drop(pcscd);
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
        }
        // The children have found nothing, so only the count is left to be told.
        let mut report = Report::default();
        for case in sample(&recordings(&contents()).await) {
            report.add(case, "", Findings::default());
        }
        assert_eq!(report.cases(), CASES);
        report.close("fault matrix through pcscd", seed(), begun.elapsed());
    });
}

#[tokio::test]
#[ignore = "runs in a process of its own, started by a_hundred_cases_through_a_real_service"]
async fn inner_sample() {
    let part: usize = std::env::var(PART).expect("started by another test only").parse().unwrap();
    let contents = contents();
    let recordings = recordings(&contents).await;
    let mut world = World::new(contents);
    world.show_authorities().await;
    let mut wrong = Vec::new();
    for (index, case) in sample(&recordings).into_iter().enumerate() {
        if index % SERVICES == part {
            let recording = recordings.iter().find(|recording| recording.operation == case.operation).unwrap();
            let findings = world.run(case, recording).await;
            let place = recording.place(case);
            wrong.extend(findings.wrong.iter().map(|what| format!("{place}: {what}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An agent over this process's service, and the card in its reader.
struct World {
    agent: Arc<Agent>,
    consent: ScriptedConsent,
    contents: CardContents,
    _folder: tempfile::TempDir,
    reader: Option<(Stop, JoinHandle<()>)>,
}

impl World {
    fn new(contents: CardContents) -> Self {
        let consent = ScriptedConsent::new([]);
        let policy = Policy { operation_limit: LIMIT, ..Policy::default() };
        let readers = Readers::start(Arc::new(PcscBackend::default()), &INDIVIDUAL_NUMBER_CARD, policy, None).unwrap();
        let folder = folder();
        let first_visits = FirstVisits::in_memory();
        first_visits.meet(&PORTAL.parse().unwrap());
        let parts = AgentParts {
            readers,
            consent: Arc::new(consent.clone()),
            trust: Arc::new(TrustStore::pinned().with_simulator()),
            clock: Arc::new(moment),
            audit: AuditLog::new(&folder.path().join("audit"), AuditSettings::default()),
            notices: Arc::new(NoNotices),
            session_lock: Arc::new(NeverLocked),
            first_visits: Arc::new(first_visits),
            reminders: Arc::default(),
        };
        let settings = AgentSettings {
            language: Some(Language::English),
            own_language: Language::English,
            consent_timeout: Duration::from_secs(5),
            guard: Duration::ZERO,
            phrase: String::new(),
            declines_before_wait: 1000,
            tells_uses: true,
        };
        Self { agent: Arc::new(Agent::new(parts, settings)), consent, contents, _folder: folder, reader: None }
    }

    /// As in the recordings, a card has shown the agent the authorities' certificates.
    async fn show_authorities(&mut self) {
        self.insert(&self.new_card()).await;
        self.agent.certificates(None).await.unwrap();
    }

    async fn run(&mut self, case: Case, recording: &Recording) -> Findings {
        let When::AtCommand(index, upset) = case.when else { unreachable!("not in the sample") };
        let mut findings = Findings::default();
        let (card, other) = (self.new_card(), self.new_card());
        let insertion = self.insert(&card).await;
        self.consent.forget();
        let place = Place { operation: case.operation, steps: &recording.steps, index };
        upset.inject(&card, index, place.step(), &other);
        let verdict = place.verdict(upset);
        let told =
            case.operation.run(&self.agent, &self.consent, case.operation.entries().into_iter().map(Answer::pin)).await;
        let (told, in_force) = without_state(told);
        if !agrees(&verdict.expected, recording, &told) {
            findings.wrong.push(format!("told {told:?}, expected {:?}", verdict.expected));
        }
        case.check_cards(recording, &card, &other, &told, &mut findings);

        card.clear_faults();
        self.consent.forget();
        match upset {
            Upset::Mute | Upset::Removed(_) => self.pull().await,
            // For the reader a short absence.
            Upset::LinkFailed(_) | Upset::Reset | Upset::Empty | Upset::Swapped { noticed: true, .. } => {
                self.until(|now| now.is_some_and(|now| now != insertion)).await;
            }
            _ => findings.wrong.extend(keys_are_closed().err()),
        }
        let verified = [&card, &other]
            .iter()
            .any(|card| card.with(|card| KeyKind::ALL.map(|kind| card.is_verified(kind)) != [false; 2]));
        if verified {
            findings.wrong.push("a PIN is still verified".to_owned());
        }
        findings.wrong.extend(case.check_state(&card, &other, in_force).err());
        let single_try = matches!(upset, Upset::Swapped { single_try: true, .. });
        if self.reader.is_none() || verdict.holds_until_taken_out || single_try {
            self.insert(&self.new_card()).await;
        }
        let next = case.operation.next(&told);
        let approve = is_wrong_pin(&told).then_some(Answer::Approve);
        let answers = approve.into_iter().chain(next.entries().into_iter().map(Answer::pin));
        match next.run(&self.agent, &self.consent, answers).await {
            Ok(told) if !told.unsound => {}
            told => findings.wrong.push(format!("afterwards {told:?}")),
        }
        findings
    }

    fn new_card(&self) -> CardHandle {
        card_of(&self.contents, Variants::default())
    }

    /// Puts a card in, after whatever is there was pulled out.
    async fn insert(&mut self, card: &CardHandle) -> Insertion {
        self.pull().await;
        let address = std::env::var(SLOT).unwrap().parse().unwrap();
        let stop = Stop::new();
        let (card, ended) = (card.clone(), stop.clone());
        let thread = std::thread::spawn(move || vpcd::serve(address, &card, &ended, || {}).map(|_| ()).unwrap());
        self.reader = Some((stop, thread));
        self.until(|now| now.is_some()).await.unwrap()
    }

    async fn pull(&mut self) {
        if let Some((stop, thread)) = self.reader.take() {
            stop.stop();
            thread.join().unwrap();
        }
        self.until(|now| now.is_none()).await;
    }

    /// Waits until what lies in the first reader is as wanted.
    async fn until(&self, wanted: impl Fn(Option<Insertion>) -> bool) -> Option<Insertion> {
        let readers = self.agent.readers();
        let mut changes = readers.changes();
        let wait = async {
            loop {
                let now = readers.list().await.unwrap_or_default();
                let inside = now.iter().find_map(|reader| reader.presence.insertion());
                if !now.is_empty() && wanted(inside) {
                    return inside;
                }
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait).await.expect("the watch did not see it")
    }
}

/// Another client of the service tries both keys of the card in the first reader.
fn keys_are_closed() -> Result<(), String> {
    let told = |error: jpki_agent::card::TransportError| format!("another program: {error}");
    let mut context = PcscBackend::default().context().map_err(told)?;
    let mut other = context.connect("Virtual PCD 00 00", Access::Exclusive).map_err(told)?;
    refuses_both_keys(other.as_mut())?;
    other.disconnect(Disposition::Leave).map_err(told)
}

impl Drop for World {
    fn drop(&mut self) {
        self.agent.readers().stop(Duration::from_secs(5));
        if let Some((stop, thread)) = self.reader.take() {
            stop.stop();
            let _ = thread.join();
        }
    }
}
