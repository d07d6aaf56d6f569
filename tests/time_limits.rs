//! Limits of time: of a command and of an operation, which cut no command; of a prompt whose page has gone; of the end of
//! the agent, with a mute card, an open prompt, a signature under way, and with a second signal.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::process::Stdio;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jpki_agent::consent::scripted::Answer;
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::Problem;
use jpki_agent::reader::Policy;
use jpki_agent::simulator::vpcd::{self, Stop};
use jpki_agent::simulator::{CardHandle, Delays, Fault, Holder, Trigger, Variants};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use support::agent::{NONCE, PORTAL, READER, SIGNATURE_PIN, TestAgent, page, signature, standard_card};
use support::child::{Running, wait_for};
use support::http::{Connection, Request};
use support::parts::{Part, require};
use support::pcscd::Pcscd;
use support::process::{Agent, Home, PORTAL_ALLOWED};
use support::prompts::stand_in;
use support::terminal::Terminal;

/// What the agent promises: requests have so long to come to their end, and cards then so long to be closed down.
const END: Duration = Duration::from_secs(15 + 5);
/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(5);
const SOON: Duration = Duration::from_secs(10);

/// Says something past the test runner's capture.
fn report(line: &str) {
    std::io::stderr().write_all(format!("time limits: {line}\n").as_bytes()).unwrap();
}

async fn until_mute(card: &CardHandle) {
    let card = card.clone();
    assert!(tokio::task::spawn_blocking(move || card.wait_until_mute(SOON)).await.unwrap());
}

async fn until_sent(card: &CardHandle, wanted: impl Fn(&jpki_agent::simulator::Wire) -> bool + Send + 'static) {
    let card = card.clone();
    assert!(tokio::task::spawn_blocking(move || card.wait_until(SOON, wanted)).await.unwrap());
}

/// The caller is told; the command goes on to its answer; the next one of that work is not begun; the card is closed
/// down; and the next request is served.
async fn gives_up_between_commands(policy: Policy) {
    let agent = TestAgent::with_policy(standard_card(), policy).await;
    agent.card.inject(Trigger::sign().after(1), Fault::Mute);
    let told = agent.sign(Answer::pin(SIGNATURE_PIN), 5).await.unwrap_err();
    assert_eq!(told, Problem::CardTimeout { outcome_unknown: true });
    assert_eq!(agent.card.wire().signatures, 2);
    assert_eq!(agent.card.wire().log.back().unwrap().status, None, "still without an answer");
    agent.card.release();
    until_sent(&agent.card, |wire| wire.log.back().is_some_and(|last| last.header[1] != 0x2A)).await;
    assert!(agent.agent.pins(None).await.is_ok());
    let wire = agent.card.wire();
    assert_eq!((wire.signatures, wire.verifies), (2, 1), "{:?}", wire.log);
    assert!(wire.statuses().iter().all(Option::is_some), "no command was cut");
    assert!(!agent.card.with(|card| card.is_verified(KeyKind::Signature)));
}

#[tokio::test]
async fn the_limit_of_a_command_cuts_nothing() {
    gives_up_between_commands(Policy { command_limit: Duration::from_millis(300), ..Policy::default() }).await;
}

#[tokio::test]
async fn the_limit_of_an_operation_cuts_nothing() {
    gives_up_between_commands(Policy { operation_limit: Duration::from_millis(700), ..Policy::default() }).await;
}

#[tokio::test]
async fn a_mute_card_blocks_no_other_reader() {
    const OTHER: &str = "another reader 01 00";
    let agent = TestAgent::new().await;
    let second = standard_card();
    agent.backend.add_reader(OTHER);
    assert!(agent.backend.insert(OTHER, &second));
    agent
        .until(|readers| readers.len() == 2 && readers.iter().all(|reader| reader.presence.insertion().is_some()))
        .await;
    let readers = agent.agent.readers().list().await.unwrap();
    let id = |name: &str| readers.iter().find(|reader| reader.name == name).unwrap().id.to_string();
    let (mute, well) = (id(READER), id(OTHER));
    agent.agent.pins(Some(&mute)).await.unwrap();
    agent.card.inject(Trigger::next(), Fault::Mute);
    let (waiting, named) = (agent.agent.clone(), mute.clone());
    let waiting = tokio::spawn(async move { waiting.pins(Some(&named)).await });
    until_mute(&agent.card).await;
    for _ in 0..100 {
        agent.agent.pins(Some(&well)).await.unwrap();
        assert_eq!(agent.agent.status().await.readers.len(), 2);
    }
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    agent.agent.sign(&page(), support::agent::signature_in(&well, 3)).await.unwrap();
    assert!(!waiting.is_finished(), "it was mute all the time");
    // Out of the reader: the only thing that helps.
    agent.backend.remove(READER);
    assert_eq!(waiting.await.unwrap().unwrap_err(), Problem::CardRemoved { outcome_unknown: false });
    agent.agent.pins(None).await.unwrap();
}

/// Each at once, and nobody's question stays in the queue until it is full.
#[tokio::test]
async fn every_caller_is_told_that_the_card_is_mute() {
    let policy = Policy { command_limit: Duration::from_millis(200), ..Policy::default() };
    let agent = TestAgent::with_policy(standard_card(), policy).await;
    agent.agent.pins(None).await.unwrap();
    agent.card.inject(Trigger::next(), Fault::Mute);
    let begun = Instant::now();
    for number in 0..40 {
        let told = agent.agent.pins(None).await.unwrap_err();
        assert_eq!(told, Problem::CardTimeout { outcome_unknown: false }, "caller {number}");
    }
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    agent.card.release();
    let answered = async { while agent.agent.pins(None).await.is_err() {} };
    tokio::time::timeout(SOON, answered).await.expect("still mute");
}

/// Who asks while the card answers another is told what was so after they asked.
#[tokio::test]
async fn a_read_that_has_begun_is_not_shared() {
    let agent = TestAgent::new().await;
    agent.agent.pins(None).await.unwrap();
    // SELECT of application, file, tries, file, tries: the second file is selected when the first PIN's tries are known.
    agent.card.inject(Trigger::next().after(3), Fault::Mute);
    let ask = || {
        let agent = agent.agent.clone();
        tokio::spawn(async move { agent.pins(None).await.unwrap().pins.map(|pin| pin.tries.left()) })
    };
    let first = ask();
    until_mute(&agent.card).await;
    agent.card.with(|card| card.set_tries_left(KeyKind::Authentication, 2));
    let second = ask();
    tokio::time::sleep(Duration::from_millis(50)).await;
    agent.card.release();
    assert_eq!((first.await.unwrap(), second.await.unwrap()), ([Some(3), Some(5)], [Some(2), Some(5)]));
}

/// More signatures than fit into the time at the end: none is handed out, none is begun late, and the PIN is forgotten.
#[tokio::test]
async fn what_does_not_fit_into_the_end_stops_between_commands() {
    let agent = TestAgent::new().await;
    agent.card.inject(Trigger::sign().after(2), Fault::Mute);
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    let signing = agent.agent.clone();
    let signing = tokio::spawn(async move { signing.sign(&page(), signature(50)).await });
    until_mute(&agent.card).await;
    let readers = agent.agent.readers().clone();
    let begun = Instant::now();
    let stopped = tokio::task::spawn_blocking(move || readers.stop(Duration::from_millis(300)));
    tokio::time::sleep(Duration::from_millis(500)).await;
    agent.card.release();
    stopped.await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!(signing.await.unwrap().unwrap_err(), Problem::CardTimeout { outcome_unknown: false });
    assert_eq!((agent.card.wire().signatures, agent.card.wire().verifies), (3, 1));
    assert!(!agent.card.with(|card| card.is_verified(KeyKind::Signature)));
}

/// `serve` over a PC/SC service, with a card of this test's in the reader.
struct World {
    agent: Agent,
    card: CardHandle,
    slot: Option<(Stop, JoinHandle<()>)>,
    _pcscd: Pcscd,
}

impl World {
    fn new(card: CardHandle) -> Self {
        Self::answered_by("echo 'D ABC123'; echo OK", card)
    }

    /// Prompts are answered by `answer`, see [`stand_in`].
    fn answered_by(answer: &str, card: CardHandle) -> Self {
        let pcscd = Pcscd::start();
        let address: SocketAddr = pcscd.address(0).parse().unwrap();
        let stop = Stop::new();
        let (inside, ended) = (card.clone(), stop.clone());
        let thread = std::thread::spawn(move || vpcd::serve(address, &inside, &ended, || {}).map(|_| ()).unwrap());
        let agent = Agent::start(home_with_pinentry(answer), &[], |command| {
            pcscd.lead(command);
        });
        let world = Self { agent, card, slot: Some((stop, thread)), _pcscd: pcscd };
        let ask = || Request::get("/v1/status").send_to_socket(&world.agent.socket()).json();
        wait_for(|| (ask()["readers"][0]["card"] == "jpki").then_some(()));
        world
    }

    /// A request for the tries left that gets no answer.
    fn ask_a_mute_card(&self) -> Connection {
        self.card.inject(Trigger::next(), Fault::Mute);
        let mut connection = Connection::socket(&self.agent.socket());
        connection.write(&Request::get("/v1/pins").encode("localhost"));
        assert!(self.card.wait_until_mute(SOON));
        connection
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_raw(i32::try_from(self.agent.id()).unwrap()).unwrap(), signal).unwrap();
    }

    /// How it ended, and after how long.
    fn end(&mut self) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        let status = self.agent.wait(END + SLACK);
        (status.code(), begun.elapsed())
    }

    fn wait_for_log(&self, text: &str) {
        wait_for(|| self.agent.log().contains(text).then_some(()));
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.card.release();
        if let Some((stop, thread)) = self.slot.take() {
            stop.stop();
            let _ = thread.join();
        }
    }
}

/// A user whose prompts a shell script answers.
fn home_with_pinentry(answer: &str) -> Home {
    let home = Home::new();
    let program = stand_in(&home, answer);
    home.configure(&format!(
        "[consent]\npinentry_program = \"{}\"\nguard_seconds = 0\n{PORTAL_ALLOWED}",
        program.display()
    ));
    home
}

#[test]
fn sigterm_with_a_mute_card_ends_within_its_bound() {
    if !require(&[Part::Pcscd]) {
        return;
    }
    let mut world = World::new(standard_card());
    let mut waiting = world.ask_a_mute_card();
    world.signal(Signal::TERM);
    let (code, took) = world.end();
    report(&format!("SIGTERM with a mute card: ended after {} ms, bound {} ms", took.as_millis(), END.as_millis()));
    assert_eq!(code, Some(0), "{}", world.agent.log());
    assert!(took <= END + SLACK, "{took:?}");
    assert!(waiting.is_closed());
    assert!(!world.agent.socket().exists());
}

#[test]
fn a_second_signal_ends_at_once_with_a_code_of_its_own() {
    if !require(&[Part::Pcscd]) {
        return;
    }
    // While a request is waited for, and while its card is, whose caller has gone.
    for (caller_stays, second, code) in [(true, Signal::TERM, 143), (false, Signal::INT, 130)] {
        let mut world = World::new(standard_card());
        let waiting = world.ask_a_mute_card();
        if !caller_stays {
            drop(waiting);
        }
        world.signal(Signal::TERM);
        world.wait_for_log("ending");
        std::thread::sleep(Duration::from_millis(300)); // into the wait
        assert!(world.agent.is_running(), "the card is waited for");
        world.signal(second);
        let (ended, took) = world.end();
        assert_eq!(ended, Some(code), "{}", world.agent.log());
        assert!(took < Duration::from_secs(1), "{took:?}");
        assert!(!world.agent.socket().exists());
    }
}

/// An agent whose card is busy with the first of five signatures, and who asked for them.
fn in_the_first_of_five_signatures() -> (World, Connection) {
    let delays = Delays { signature: Duration::from_millis(300), ..Delays::default() };
    let card = support::agent::card_of(&Holder::standard(), Variants { delays, ..Variants::default() });
    let world = World::new(card);
    let digest = json!({"algorithm": "SHA-256", "value": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="});
    let mut caller = Connection::socket(&world.agent.socket());
    caller.write(&Request::post("/v1/sign", &json!({"digests": vec![digest; 5]})).encode("localhost"));
    assert!(world.card.wait_until(SOON, |wire| wire.signatures == 1), "{}", world.agent.log());
    (world, caller)
}

#[test]
fn a_signature_under_way_is_finished_and_delivered() {
    // A terminal that is closed says so itself, and so does its shell; that is no second wish.
    for signals in [&[Signal::TERM][..], &[Signal::QUIT], &[Signal::HUP, Signal::HUP]] {
        finished_and_delivered_after(signals);
    }
}

fn finished_and_delivered_after(signals: &[Signal]) {
    if !require(&[Part::Pcscd]) {
        return;
    }
    let (mut world, mut caller) = in_the_first_of_five_signatures();
    for signal in signals {
        world.signal(*signal);
        world.wait_for_log("ending");
    }
    let answer = caller.read_response(false).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["signatures"].as_array().unwrap().len(), 5);
    let (code, took) = world.end();
    report(&format!(
        "{signals:?} in the first of five signatures: all delivered, then ended after {} ms",
        took.as_millis()
    ));
    assert_eq!(code, Some(0), "{}", world.agent.log());
    assert_eq!((world.card.wire().signatures, world.card.wire().verifies), (5, 1));
    assert!(!world.card.with(|card| card.is_verified(KeyKind::Signature)));
}

/// Killed, it can tell nobody; the command that waited for it says what is known.
#[test]
fn a_change_whose_agent_was_killed_leaves_nobody_to_try_on() {
    if !require(&[Part::Pcscd]) {
        return;
    }
    let answer = "case \"$label\" in *New*) echo 'D KW48TR' ;; *) echo 'D ABC123' ;; esac; echo OK";
    let mut world = World::answered_by(answer, standard_card());
    world.card.inject(Trigger::change(), Fault::Mute);
    let mut command = world.agent.home().command();
    let mut client = Running::spawn(
        "a change",
        command.args(["pin", "change", "signature"]).stdout(Stdio::null()).stderr(Stdio::piped()),
    );
    assert!(world.card.wait_until_mute(SOON), "{}", world.agent.log());
    world.signal(Signal::KILL);
    assert_eq!(client.wait(SOON).code(), Some(1));
    let mut told = String::new();
    client.child().stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("the old or the new one may be in force"), "{told}");
    assert!(told.contains("Do not try on"), "{told}");
    world.end();
}

/// Nobody is there any more to be told; the card is closed down and the log says what was done all the same.
#[test]
fn a_signature_whose_caller_has_gone_is_finished_and_written_down() {
    if !require(&[Part::Pcscd]) {
        return;
    }
    let (mut world, caller) = in_the_first_of_five_signatures();
    drop(caller);
    world.signal(Signal::TERM);
    let (code, took) = world.end();
    assert_eq!(code, Some(0), "{}", world.agent.log());
    assert!(took < SOON, "{took:?}");
    assert_eq!((world.card.wire().signatures, world.card.wire().verifies), (5, 1));
    assert!(!world.card.with(|card| card.is_verified(KeyKind::Signature)));
    let shown = world.agent.home().run(&["--json", "audit", "show"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("\"done\""), "{shown}");
}

/// Child processes of the agent.
fn children(process: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<_>>()).collect()
}

fn has_ended(process: u32) -> bool {
    // Also while nobody has asked how it ended.
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_none_or(|rest| rest.trim().is_empty() || rest.trim().starts_with('Z'))
}

/// A real pinentry in a terminal, for a page.
#[tokio::test]
async fn a_page_that_goes_away_and_sigterm_end_a_real_pinentry_and_free_the_turn() {
    if !require(&[Part::Pinentry]) {
        return;
    }
    let terminal = Terminal::new(40);
    let home = Home::new();
    home.configure(&format!("[consent]\npinentry_program = \"/usr/bin/pinentry-tty\"\n{PORTAL_ALLOWED}"));
    let mut agent = Agent::start(home, &["--simulator"], |command| {
        command.env("GPG_TTY", terminal.path()).env("TERM", "xterm");
    });
    let port = agent.port();
    let ask = Request::post("/v1/authenticate", &json!({"challengeNonce": NONCE})).origin(PORTAL);
    for turn in 1..=3 {
        let mut page = Connection::tcp(port);
        page.write(&ask.encode(&format!("127.0.0.1:{port}")));
        let pinentry = wait_for(|| children(agent.id()).first().copied());
        terminal.shows(PORTAL, turn).await;
        // Another page, or another tab: refused at once, since nothing is queued behind a prompt.
        assert_eq!(ask.send(port).problem(), "prompt_busy");
        let begun = Instant::now();
        if turn < 3 {
            drop(page);
        } else {
            kill_process(Pid::from_raw(i32::try_from(agent.id()).unwrap()).unwrap(), Signal::TERM).unwrap();
        }
        wait_for(|| has_ended(pinentry).then_some(()));
        let took = begun.elapsed();
        report(&format!(
            "the prompt's process ended {} ms after its {}",
            took.as_millis(),
            if turn < 3 { "page" } else { "agent was told to" }
        ));
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
    assert!(agent.wait(SOON).success());
}
