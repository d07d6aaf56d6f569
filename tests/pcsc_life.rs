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

mod support;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jpki_agent::agent::{Agent, CardState};
use jpki_agent::consent::scripted::{Answer, End, ScriptedConsent, Shown};
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::Problem;
use jpki_agent::reader::Policy;
use jpki_agent::reader::pcsc::PcscBackend;
use jpki_agent::simulator::vpcd::{self, Stop};
use jpki_agent::simulator::{CardHandle, Fault, Trigger};
use pcsc::{Context, Disposition, Protocols, Scope, ShareMode};
use rustix::process::{Pid, Signal, kill_process};
use support::agent::{AUTHENTICATION_PIN, SIGNATURE_PIN, TestAgent, authentication, page, signature, standard_card};
use support::child::wait_for;
use support::http::Request;
use support::parts::{Part, require};
use support::pcscd::Pcscd;
use support::process::{Agent as AgentProcess, Home};

/// The promise: so soon after a part is back the agent works with it again.
const RECOVERY: Duration = Duration::from_secs(2);
/// Nothing takes longer; what does, hangs.
const HANGS: Duration = Duration::from_secs(30);

/// Says something past the test runner's capture.
fn report(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Runs one of the tests below in a new process, whose service will have its socket in a folder of its own.
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

#[test]
fn killed_and_restarted_twenty_times_during_operations() {
    in_a_process_of_its_own("inner_killed_and_restarted_twenty_times");
}

#[test]
fn another_program_has_the_card() {
    in_a_process_of_its_own("inner_another_program_has_the_card");
}

#[test]
fn two_cards_three_cards_and_other_readers_after_a_restart() {
    in_a_process_of_its_own("inner_two_cards_three_cards_and_other_readers");
}

#[test]
fn who_notices_late_that_the_service_was_gone_takes_no_card_for_another() {
    in_a_process_of_its_own("inner_who_notices_late_takes_no_card_for_another");
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

#[derive(Clone, Copy, Debug)]
enum Operation {
    Status,
    Pins,
    Certificates,
    Authenticate,
    Sign,
}

async fn operate(agent: Arc<Agent>, consent: ScriptedConsent, operation: Operation) -> Result<(), Problem> {
    match operation {
        Operation::Status => {
            let _ = agent.status().await;
            Ok(())
        }
        Operation::Pins => agent.pins(None).await.map(drop),
        Operation::Certificates => agent.certificates(None).await.map(drop),
        Operation::Authenticate => {
            consent.push(Answer::pin(AUTHENTICATION_PIN));
            agent.authenticate(&page(), authentication()).await.map(drop)
        }
        Operation::Sign => {
            consent.push(Answer::pin(SIGNATURE_PIN));
            agent.sign(&page(), signature(2)).await.map(drop)
        }
    }
}

/// File handles and threads of this process.
fn holds() -> (usize, usize) {
    let count = |folder: &str| std::fs::read_dir(folder).unwrap().count();
    (count("/proc/self/fd"), count("/proc/self/task"))
}

const FIRST_SLOT: &str = "Virtual PCD 00 00";
const SECOND_SLOT: &str = "Virtual PCD 00 01";

#[tokio::test]
#[ignore = "runs in a process of its own, started by killed_and_restarted_twenty_times_during_operations"]
async fn inner_killed_and_restarted_twenty_times() {
    let mut pcscd = own_pcscd();
    pcscd.activate();
    pcscd.connect();
    let world = agent(Policy::default()).await;
    let card = standard_card();
    let slot = InSlot::new(&card, &pcscd.address(0));
    until_state(&world.agent, FIRST_SLOT, Some(CardState::Jpki)).await;
    // Where the command stands that is under way when the service dies: at what instruction, and the how manieth of it.
    let any = |skip| (Trigger::next().after(skip), false);
    let deaths: [(Operation, (Trigger, bool)); 10] = [
        (Operation::Status, any(0)),
        (Operation::Authenticate, (Trigger::verify(), true)),
        (Operation::Sign, (Trigger::sign().after(1), true)),
        (Operation::Sign, (Trigger::verify(), true)),
        (Operation::Pins, any(2)),
        (Operation::Certificates, any(3)),
        (Operation::Pins, any(0)),
        (Operation::Authenticate, (Trigger::sign(), true)),
        (Operation::Sign, any(1)),
        (Operation::Authenticate, any(7)),
    ];
    let (mut service_back, mut card_back, mut first) = (Vec::new(), Vec::new(), None);
    for (turn, (operation, (trigger, delicate))) in deaths.iter().cycle().take(20).cloned().enumerate() {
        card.forget_wire();
        card.clear_faults();
        // The status asks a card once, which it has done already: nothing to wait for there.
        let asks_the_card = !matches!(operation, Operation::Status);
        if asks_the_card {
            card.inject(trigger, Fault::Mute);
        }
        let under_way = tokio::spawn(operate(world.agent.clone(), world.consent.clone(), operation));
        let muted = card.clone();
        let is_mute =
            !asks_the_card || tokio::task::spawn_blocking(move || muted.wait_until_mute(HANGS)).await.unwrap();
        assert!(is_mute, "turn {turn}: {operation:?} never came so far: {:?}", card.wire().log);
        pcscd.kill();
        card.release();
        let result = tokio::time::timeout(HANGS, under_way).await.expect("it hangs").unwrap();
        match (operation, result) {
            (Operation::Status, Ok(())) => {}
            (_, Err(Problem::CardRemoved { outcome_unknown })) if outcome_unknown == delicate => {}
            (_, Err(Problem::PcscUnavailable)) if !delicate => {}
            (_, other) => panic!("turn {turn}: {operation:?}: {other:?}"),
        }
        assert!(card.wire().verifies <= 1, "turn {turn}: {:?}", card.wire());
        let gone = async {
            while world.agent.status().await.service_available {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(RECOVERY, gone).await.expect("the watch has not seen it go");
        card.clear_faults();
        world.consent.forget();

        // Nobody asks until the watch itself has seen that the service is back.
        let mut changes = world.agent.readers().changes();
        changes.borrow_and_update();
        let begun = Instant::now();
        pcscd.activate();
        tokio::time::timeout(HANGS, changes.changed()).await.expect("the watch does not see it").unwrap();
        service_back.push(begun.elapsed());
        until_state(&world.agent, FIRST_SLOT, Some(CardState::Jpki)).await;
        card_back.push(slot.inserted.lock().unwrap().elapsed());

        let verifies = card.wire().verifies;
        operate(world.agent.clone(), world.consent.clone(), operation).await.unwrap();
        let entered = usize::from(matches!(operation, Operation::Authenticate | Operation::Sign));
        assert_eq!(card.wire().verifies - verifies, entered);
        assert!(KeyKind::ALL.iter().all(|kind| !card.with(|card| card.is_verified(*kind))));
        let pins = world.agent.pins(None).await.unwrap().pins;
        assert_eq!(pins.map(|pin| pin.tries.left()), [Some(3), Some(5)], "turn {turn}: a try was lost");
        first.get_or_insert_with(holds);
    }
    let (first, last) = (first.unwrap(), holds());
    report(&format!(
        "PC/SC life: 20 kills, tries lost 0, hangs 0, restarts of the agent 0; handles and threads {first:?} after the first, {last:?} after the last"
    ));
    report(&format!("PC/SC life: back after the service (ms): {}", milliseconds(&service_back)));
    report(&format!("PC/SC life: back after the card (ms): {}", milliseconds(&card_back)));
    assert!(service_back.iter().chain(&card_back).all(|time| *time <= RECOVERY));
    assert!(last.0 <= first.0 + 3 && last.1 <= first.1 + 2, "{first:?} {last:?}");
}

fn milliseconds(times: &[Duration]) -> String {
    times.iter().map(|time| time.as_millis().to_string()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
#[ignore = "runs in a process of its own, started by another_program_has_the_card"]
async fn inner_another_program_has_the_card() {
    let mut pcscd = own_pcscd();
    pcscd.activate();
    pcscd.connect();
    let patience = Duration::from_millis(200);
    let world = agent(Policy { patience, operation_limit: Duration::from_secs(3), ..Policy::default() }).await;
    let agent = &world.agent;
    let (first, second) = (standard_card(), standard_card());
    let _slots = [InSlot::new(&first, &pcscd.address(0)), InSlot::new(&second, &pcscd.address(1))];
    until_state(agent, FIRST_SLOT, Some(CardState::Jpki)).await;
    until_state(agent, SECOND_SLOT, Some(CardState::Jpki)).await;
    let (here, there) = (id(agent, FIRST_SLOT).await, id(agent, SECOND_SLOT).await);
    let other = Context::establish(Scope::User).unwrap();
    let name = std::ffi::CString::new(FIRST_SLOT).unwrap();
    let open = |mode| other.connect(&name, mode, Protocols::ANY).unwrap();

    // For itself alone: busy, as long as it lasts.
    let held = open(ShareMode::Exclusive);
    assert_eq!(agent.pins(Some(&here)).await.unwrap_err(), Problem::CardBusy);
    world.consent.push(Answer::pin(SIGNATURE_PIN));
    assert_eq!(agent.sign(&page(), support::agent::signature_in(&here, 1)).await.unwrap_err(), Problem::CardBusy);
    agent.pins(Some(&there)).await.unwrap();
    held.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
    agent.pins(Some(&here)).await.unwrap();

    // Shared: shared with it.
    let held = open(ShareMode::Shared);
    agent.pins(Some(&here)).await.unwrap();
    held.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();

    // In a transaction, for which PC/SC waits without limit: the caller is told, the other reader goes on.
    let mut held = open(ShareMode::Shared);
    let transaction = held.transaction().unwrap();
    let commands = first.wire().commands;
    let begun = Instant::now();
    assert_eq!(agent.pins(Some(&here)).await.unwrap_err(), Problem::CardTimeout { outcome_unknown: false });
    assert!((Duration::from_secs(3)..Duration::from_secs(10)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    agent.pins(Some(&there)).await.unwrap();
    assert_eq!(first.wire().commands, commands, "nothing was sent to a card that is another's");
    drop(transaction);
    held.disconnect(Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
    let again = tokio::time::timeout(HANGS, async {
        while agent.pins(Some(&here)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    again.await.expect("free, and still not to be had");

    // It resets the card again and again: between our connecting and the beginning of our transaction too, which is
    // "busy". A reset that pcscd had let in just before strikes within our transaction: then the card "was removed".
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let (stopping, reader) = (stop.clone(), name.clone());
    let resetter = std::thread::spawn(move || {
        let context = Context::establish(Scope::User).unwrap();
        let mut resets = 0_u32;
        let mut held: Option<pcsc::Card> = None;
        while !stopping.load(std::sync::atomic::Ordering::Relaxed) {
            match &mut held {
                None => held = context.connect(&reader, ShareMode::Shared, Protocols::ANY).ok(),
                Some(card) => match card.reconnect(ShareMode::Shared, Protocols::ANY, Disposition::ResetCard) {
                    Ok(()) => resets += 1,
                    Err(_) => held = None,
                },
            }
        }
        if let Some(card) = held {
            let _ = card.disconnect(Disposition::LeaveCard);
        }
        resets
    });
    let (mut read, mut busy, mut lost) = (0, 0, 0);
    for _ in 0..40 {
        match agent.pins(Some(&here)).await {
            Ok(_) => read += 1,
            Err(Problem::CardBusy) => busy += 1,
            Err(Problem::CardRemoved { outcome_unknown: false }) => lost += 1,
            Err(other) => panic!("{other:?} where another program resets the card"),
        }
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let resets = resetter.join().unwrap();
    report(&format!(
        "PC/SC life: another program reset the card {resets} times: {read} reads done, {busy} answered busy, {lost} card removed"
    ));
    assert!(resets > 0 && busy > 0, "none of them in the way");
    agent.pins(Some(&here)).await.unwrap();
    assert_eq!(first.wire().verifies, 0);
}

#[tokio::test]
#[ignore = "runs in a process of its own, started by two_cards_three_cards_and_other_readers_after_a_restart"]
async fn inner_two_cards_three_cards_and_other_readers() {
    const THIRD_SLOT: &str = "Second PCD 00 00";
    let mut pcscd = own_pcscd();
    let spare = pcscd.plug_second_reader();
    pcscd.activate();
    pcscd.connect();
    let world = agent(Policy::default()).await;
    let agent = &world.agent;
    let cards = [standard_card(), standard_card(), standard_card()];
    let addresses = [pcscd.address(0), pcscd.address(1), spare.address(0)];
    let mut slots: Vec<_> = cards.iter().zip(&addresses).map(|(card, address)| InSlot::new(card, address)).collect();
    let names = [FIRST_SLOT, SECOND_SLOT, THIRD_SLOT];
    for name in names {
        until_state(agent, name, Some(CardState::Jpki)).await;
    }
    assert_eq!(agent.pins(None).await.unwrap_err(), Problem::SeveralCards);
    for (name, card) in names.into_iter().zip(&cards) {
        card.forget_wire();
        agent.pins(Some(&id(agent, name).await)).await.unwrap();
        assert!(card.wire().commands > 0, "{name} is another reader");
    }
    // Two left, then one: which needs no name any more.
    drop(slots.pop());
    until_state(agent, THIRD_SLOT, Some(CardState::None)).await;
    assert_eq!(agent.pins(None).await.unwrap_err(), Problem::SeveralCards);
    drop(slots.pop());
    until_state(agent, SECOND_SLOT, Some(CardState::None)).await;
    agent.pins(None).await.unwrap();
    // The same card in another reader.
    let first_id = id(agent, FIRST_SLOT).await;
    drop(slots.pop());
    until_state(agent, FIRST_SLOT, Some(CardState::None)).await;
    assert_eq!(agent.pins(None).await.unwrap_err(), Problem::NoCard);
    let moved = InSlot::new(&cards[0], &addresses[1]);
    until_state(agent, SECOND_SLOT, Some(CardState::Jpki)).await;
    world.consent.push(Answer::pin(SIGNATURE_PIN));
    agent.sign(&page(), signature(1)).await.unwrap();
    assert_eq!(agent.pins(Some(&first_id)).await.unwrap_err(), Problem::NoCard);
    drop(moved);

    // The service comes back without that reader, and then with it: the same id.
    let third_id = id(agent, THIRD_SLOT).await;
    pcscd.stop();
    pcscd.set_first_reader(false);
    pcscd.activate();
    until_state(agent, FIRST_SLOT, None).await;
    until_state(agent, THIRD_SLOT, Some(CardState::None)).await;
    assert_eq!(id(agent, THIRD_SLOT).await, third_id);
    assert_eq!(agent.pins(Some(&first_id)).await.unwrap_err(), Problem::NoReader);
    let _only = InSlot::new(&cards[2], &addresses[2]);
    until_state(agent, THIRD_SLOT, Some(CardState::Jpki)).await;
    agent.pins(None).await.unwrap();
    pcscd.stop();
    pcscd.set_first_reader(true);
    pcscd.activate();
    until_state(agent, FIRST_SLOT, Some(CardState::None)).await;
    assert_eq!(id(agent, FIRST_SLOT).await, first_id);
}

/// A reader's thread that waits for another program meets the end of the service long after the watch has, when readers
/// and cards are listed anew already. That must not make those cards look exchanged: it would close prompts.
#[tokio::test]
#[ignore = "runs in a process of its own, started by who_notices_late_that_the_service_was_gone_takes_no_card_for_another"]
async fn inner_who_notices_late_takes_no_card_for_another() {
    let mut pcscd = own_pcscd();
    pcscd.activate();
    pcscd.connect();
    let world = agent(Policy::default()).await;
    let (first, second) = (standard_card(), standard_card());
    let _slot = InSlot::new(&first, &pcscd.address(0));
    until_state(&world.agent, FIRST_SLOT, Some(CardState::Jpki)).await;
    let here = id(&world.agent, FIRST_SLOT).await;
    let other = Context::establish(Scope::User).unwrap();
    let held =
        other.connect(&std::ffi::CString::new(FIRST_SLOT).unwrap(), ShareMode::Exclusive, Protocols::ANY).unwrap();
    let (waiting, named) = (world.agent.clone(), here.clone());
    let waiting = tokio::spawn(async move { waiting.pins(Some(&named)).await });
    tokio::time::sleep(Duration::from_millis(250)).await; // into its retries
    pcscd.kill();
    pcscd.activate();
    let gone = tokio::time::timeout(HANGS, waiting).await.expect("it hangs").unwrap().unwrap_err();
    assert!(matches!(gone, Problem::PcscUnavailable | Problem::CardRemoved { outcome_unknown: false }), "{gone:?}");
    drop((held, other));
    until_state(&world.agent, FIRST_SLOT, Some(CardState::Jpki)).await;

    // While the person types, a card comes into the other slot: the prompt stays.
    world.consent.push(Answer::Never);
    let request = support::agent::signature_in(&here, 1);
    let signing = tokio::spawn({
        let agent = world.agent.clone();
        async move { agent.sign(&page(), request).await }
    });
    let is_open = |shown: &Vec<Shown>| shown.last().is_some_and(|shown| shown.end == End::Open);
    tokio::time::timeout(HANGS, world.consent.wait_for(is_open)).await.expect("no prompt");
    let _second_slot = InSlot::new(&second, &pcscd.address(1));
    until_state(&world.agent, SECOND_SLOT, Some(CardState::Jpki)).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!signing.is_finished(), "{:?}", signing.await);
    signing.abort();
    assert_eq!((first.wire().verifies, second.wire().verifies), (0, 0));
}

/// How often the watch's thread of a process has slept so far.
fn sleeps_of_the_watch(process: u32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let watch = tasks.flatten().map(|task| task.path()).find(|task| read(&task.join("comm")).trim() == "watch");
    let status = read(&watch.expect("a thread of that name").join("status"));
    let sleeps = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
    sleeps.trim().parse().unwrap()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The service comes after the agent, by socket activation; it ends because it idles, and comes back.
#[test]
fn a_service_that_comes_later_idles_out_and_comes_back_is_not_polled_for() {
    if !require(&[Part::Pcscd]) {
        return;
    }
    let mut pcscd = Pcscd::absent();
    let agent = AgentProcess::start(Home::new(), &[], |command| {
        pcscd.lead(command);
    });
    let ask = |path: &str| Request::get(path).send_to_socket(&agent.socket());
    let status = || ask("/v1/status").json();
    let begun = Instant::now();
    assert_eq!(status()["problem"], "pcsc_unavailable");
    let pins = ask("/v1/pins");
    assert_eq!((pins.status, pins.problem().as_str()), (503, "pcsc_unavailable"));
    assert!(begun.elapsed() < Duration::from_secs(2), "an absent service is not waited for");

    let quiet = |what: &str, most: u64| {
        let before = sleeps_of_the_watch(agent.id());
        std::thread::sleep(Duration::from_secs(3)); // what is tested is that nothing happens
        let woken = sleeps_of_the_watch(agent.id()) - before;
        report(&format!("PC/SC life: woken up {woken} times in 3 s {what}"));
        assert!(woken <= most, "woken up {woken} times {what}");
    };
    // The pauses after the last request add up: 20 ms, 40 ms and so on until 2560 ms; the next takes five seconds.
    std::thread::sleep(Duration::from_millis(5_500));
    quiet("without a service", 2);

    let back_after = |times: usize, pcscd: &mut Pcscd| {
        let begun = Instant::now();
        pcscd.activate_with(&["--auto-exit"]);
        wait_for(|| (agent.log().matches("the service behind the readers is there").count() == times).then_some(()));
        let took = begun.elapsed();
        report(&format!("PC/SC life: a socket-activated service was in use {} ms after its socket", took.as_millis()));
        assert!(took <= RECOVERY, "{took:?}");
        pcscd.connect();
        let card = pcscd.insert_software_card(0);
        wait_for(|| (status()["readers"][0]["card"] == "jpki").then_some(()));
        assert_eq!(ask("/v1/pins").status, 200);
        card
    };
    let card = back_after(1, &mut pcscd);
    quiet("with a service", 1);

    // The alarm is what pcscd's own clock sends it after a minute without clients.
    let process = Pid::from_raw(i32::try_from(pcscd.id()).unwrap()).unwrap();
    kill_process(process, Signal::ALARM).unwrap();
    let ended = wait_for(|| pcscd.ended());
    // Not our end to judge: pcscd 1.9.9 crashes in it now and then, which is one more way to be gone.
    report(&format!("PC/SC life: the idle service ended by itself ({ended})"));
    drop(card);
    wait_for(|| (status()["problem"] == "pcsc_unavailable").then_some(()));
    drop(back_after(2, &mut pcscd));
    assert!(!agent.log().contains("panicked"), "{}", agent.log());
}
