//! Many callers at once: a thousand of them while one signs, one origin that floods, callers that go away, and what is
//! refused so that nothing queues without end. Over real TCP, with the software card.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::io::Write as _;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use jpki_agent::config::{Config, Overrides};
use jpki_agent::consent::scripted::{Answer, ScriptedConsent};
use jpki_agent::gatekeeper::{Gatekeeper, Token};
use jpki_agent::http::HttpState;
use jpki_agent::jpki::KeyKind;
use jpki_agent::limits::MAX_AT_WORK;
use jpki_agent::origins::OriginStore;
use jpki_agent::reader::Policy;
use jpki_agent::server::{BindOptions, bind, serve};
use jpki_agent::simulator::{CardHandle, Delays, Fault, Holder, Trigger, Variants};
use serde_json::{Value, json};
use support::agent::{SIGNATURE_PIN, TOKEN, TestAgent, card_of};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

/// So many callers.
const CALLERS: usize = 1000;
/// So many of them share an origin.
const PER_ORIGIN: usize = 200;
/// So many requests one origin keeps under way.
const FLOODING: usize = 60;
const HANGS: Duration = Duration::from_secs(60);
/// More memory than this for all of them, both ends of each connection included, would not be bounded.
const MOST_MEMORY: u64 = 150;

/// Says something past the test runner's capture.
fn report(line: &str) {
    std::io::stderr().write_all(format!("load: {line}\n").as_bytes()).unwrap();
}

fn origin(number: usize) -> String {
    format!("https://load-{number}.example")
}

/// Gates that let these origins ask everything, so often.
fn gatekeeper(folder: &Path, per_minute: u32) -> Arc<Gatekeeper> {
    let settings = folder.join("load.toml");
    let section = |number| {
        let allow = "[\"status\", \"certificates\", \"authenticate\", \"sign\"]";
        format!("[[origins]]\norigin = \"{}\"\nallow = {allow}\n", origin(number))
    };
    std::fs::write(&settings, (0..8).map(section).collect::<String>()).unwrap();
    let read = |text: &str| match Config::parse(text, &Overrides::default()) {
        Ok(config) => Ok(config.origins),
        Err(fault) => Err(fault.to_string()),
    };
    let origins = OriginStore::open(&settings, read).unwrap();
    Arc::new(Gatekeeper::new(origins, Token::written(TOKEN), NonZeroU32::new(per_minute).unwrap(), None))
}

/// A server on a thread and a runtime of its own, as in the program.
struct Server {
    port: u16,
    card: CardHandle,
    consent: ScriptedConsent,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    fn start(delays: Delays, per_minute: u32) -> Self {
        let (stop, stopped) = oneshot::channel();
        let (started, start) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let card = card_of(&Holder::standard(), Variants { delays, ..Variants::default() });
                let parts = TestAgent::with_policy(card, Policy::default()).await;
                (0..8).for_each(|number| parts.first_visits.meet(&origin(number).parse().unwrap()));
                let bound = bind(&BindOptions { port: Some(0), socket: None }).await.unwrap();
                started.send((bound.port(), parts.card.clone(), parts.consent.clone())).unwrap();
                let state = HttpState::new(parts.agent.clone(), gatekeeper(parts.folder.path(), per_minute));
                serve(bound, state, async { drop(stopped.await) }).await;
            });
        });
        let (port, card, consent) = start.recv().unwrap();
        Self { port, card, consent, stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.card.release();
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// One connection of a page.
struct Page {
    stream: TcpStream,
    port: u16,
    origin: String,
}

struct Answered {
    status: u16,
    head: String,
    body: Value,
}

impl Page {
    async fn open(port: u16, origin: String) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        Self { stream, port, origin }
    }

    async fn send(&mut self, method: &str, path: &str, body: &str) {
        let Self { port, origin, .. } = self;
        let text = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {origin}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    async fn receive(&mut self) -> Answered {
        let mut bytes = Vec::new();
        loop {
            if let Some(end) = bytes.windows(4).position(|end| end == b"\r\n\r\n") {
                let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_ascii_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                let length: usize = length.map_or(0, |length| length.parse().unwrap());
                let body = &bytes[end + 4..];
                if body.len() >= length {
                    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
                    return Answered { status, body: serde_json::from_slice(body).unwrap_or_default(), head };
                }
            }
            let read = self.stream.read_buf(&mut bytes).await.unwrap();
            assert!(read > 0, "closed without an answer");
        }
    }

    async fn get(&mut self, path: &str) -> Answered {
        self.send("GET", path, "").await;
        tokio::time::timeout(HANGS, self.receive()).await.unwrap_or_else(|_| panic!("{path} hangs"))
    }
}

/// Resident memory of this process in MiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

fn allow_so_many_files(wanted: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_some_and(|current| current < wanted) {
        setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum }).unwrap();
    }
}

async fn until_sent(card: &CardHandle, wanted: impl Fn(&jpki_agent::simulator::Wire) -> bool + Send + 'static) {
    let card = card.clone();
    assert!(tokio::task::spawn_blocking(move || card.wait_until(HANGS, wanted)).await.unwrap());
}

#[tokio::test]
async fn a_thousand_callers_are_answered_while_one_signs() {
    allow_so_many_files(4 * 1024);
    let delays =
        Delays { command: Duration::from_millis(1), signature: Duration::from_millis(50), ..Delays::default() };
    let server = Server::start(delays, 100_000);
    let port = server.port;
    let before = memory();
    let mut callers = Vec::new();
    for number in 0..CALLERS {
        callers.push(Page::open(port, origin(number / PER_ORIGIN)).await);
    }
    server.consent.push(Answer::pin(SIGNATURE_PIN));
    let digest = json!({"algorithm": "SHA-256", "value": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="});
    let mut signer = Page::open(port, origin(7)).await;
    signer.send("POST", "/v1/sign", &json!({"digests": vec![digest; 20]}).to_string()).await;
    until_sent(&server.card, |wire| wire.signatures > 0).await;
    let commands = server.card.wire().commands;

    let begun = Instant::now();
    let (answered, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let each = callers.into_iter().enumerate().map(async |(number, mut caller)| {
        let mut paths = ["/v1/status", "/v1/pins", "/v1/certificates"];
        paths.rotate_left(number % 3);
        for path in paths {
            let answer = caller.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            if answered.fetch_add(1, Ordering::Relaxed).is_multiple_of(100) {
                most.fetch_max(usize::try_from(memory()).unwrap(), Ordering::Relaxed);
            }
        }
    });
    join_all(each).await;
    let took = begun.elapsed();
    let signed = signer.receive().await;
    assert_eq!(signed.status, 200, "{}", signed.body);
    assert_eq!(signed.body["signatures"].as_array().unwrap().len(), 20);
    let wire = server.card.wire();
    let grown = u64::try_from(most.into_inner()).unwrap().max(memory()).saturating_sub(before);
    let spent = wire.commands - commands;
    report(&format!(
        "{CALLERS} callers, {} answers, none refused, in {} ms while one signed 20; {spent} commands to the card; memory +{grown} MiB",
        answered.into_inner(),
        took.as_millis()
    ));
    assert!(spent < CALLERS, "equal reads are not shared: {spent} commands");
    assert!(grown < MOST_MEMORY, "{grown} MiB");
    assert_eq!(wire.verifies, 1);
    assert!(!server.card.with(|card| card.is_verified(KeyKind::Signature)));
}

/// By counting: however many requests another origin has under way, this one waits for a read that has begun and for its
/// own, not for a queue.
#[tokio::test]
async fn one_origin_that_floods_keeps_no_other_waiting() {
    // A read takes 100 ms: longer than all that the server does meanwhile, so that what is counted is the card's queue.
    let delays = Delays { command: Duration::from_millis(20), ..Delays::default() };
    let server = Server::start(delays, 1_000_000);
    let port = server.port;
    let over = AtomicBool::new(false);
    let floods = AtomicUsize::new(0);
    let flood = join_all((0..FLOODING).map(async |number| {
        let mut page = Page::open(port, origin(0)).await;
        let path = ["/v1/pins", "/v1/certificates", "/v1/release"][number % 3];
        let method = if number % 3 == 2 { "POST" } else { "GET" };
        while !over.load(Ordering::Relaxed) {
            page.send(method, path, "{}").await;
            assert!(matches!(page.receive().await.status, 200 | 204));
            floods.fetch_add(1, Ordering::Relaxed);
        }
    }));
    let victim = async {
        let mut page = Page::open(port, origin(1)).await;
        assert_eq!(page.get("/v1/pins").await.status, 200);
        tokio::time::sleep(Duration::from_millis(300)).await; // the flood is in full swing
        let mut jobs = Vec::new();
        for _ in 0..20 {
            let before = server.card.wire().seen(0xA4);
            assert_eq!(page.get("/v1/pins").await.status, 200);
            // One read of the tries left selects three times.
            jobs.push((server.card.wire().seen(0xA4) - before).div_ceil(3));
        }
        over.store(true, Ordering::Relaxed);
        jobs.sort_unstable();
        jobs
    };
    let (_, jobs) = tokio::join!(flood, victim);
    let (middle, most) = (jobs[jobs.len() / 2], jobs[jobs.len() - 1]);
    report(&format!(
        "{} requests of a flooding origin: another's 20 reads each waited for {middle} card jobs, at most {most}",
        floods.into_inner()
    ));
    assert!(middle <= 3, "{jobs:?}");
}

#[tokio::test]
async fn too_many_requests_of_one_origin_are_refused_and_another_is_served() {
    allow_so_many_files(4 * 1024);
    let server = Server::start(Delays::default(), 100_000);
    let port = server.port;
    let mut first = Page::open(port, origin(0)).await;
    assert_eq!(first.get("/v1/pins").await.status, 200);
    server.card.inject(Trigger::next(), Fault::Mute);
    let mut waiting = Vec::new();
    for _ in 0..MAX_AT_WORK {
        let mut page = Page::open(port, origin(0)).await;
        page.send("GET", "/v1/pins", "").await;
        waiting.push(page);
    }
    let card = server.card.clone();
    assert!(tokio::task::spawn_blocking(move || card.wait_until_mute(HANGS)).await.unwrap());
    // All of them have come in by now or will soon; then one more is too many.
    let refused = tokio::time::timeout(HANGS, async {
        loop {
            let answer = first.get("/v1/status").await;
            if answer.status == 429 {
                return answer;
            }
        }
    });
    let refused = refused.await.expect("never refused");
    assert_eq!(refused.body["code"], "rate_limited");
    assert!(refused.head.contains("retry-after: 1"), "{}", refused.head);
    let mut other = Page::open(port, origin(1)).await;
    assert_eq!(other.get("/v1/status").await.status, 200);
    server.card.release();
    for mut page in waiting {
        assert_eq!(page.receive().await.status, 200);
    }
    assert_eq!(first.get("/v1/status").await.status, 200);
    report(&format!("{MAX_AT_WORK} requests of one origin at work, the next refused with 429, another origin served"));
}

/// A page that asks and goes away, again and again, while the card is at work for another.
#[tokio::test]
async fn callers_that_go_away_leave_no_queue_behind() {
    let server = Server::start(Delays::default(), 100_000);
    let port = server.port;
    let mut page = Page::open(port, origin(1)).await;
    assert_eq!(page.get("/v1/pins").await.status, 200);
    server.card.inject(Trigger::next(), Fault::Mute);
    page.send("GET", "/v1/pins", "").await;
    let card = server.card.clone();
    assert!(tokio::task::spawn_blocking(move || card.wait_until_mute(HANGS)).await.unwrap());
    for number in 0..300 {
        let mut gone = Page::open(port, origin(0)).await;
        gone.send("GET", ["/v1/pins", "/v1/certificates"][number % 2], "").await;
        if number % 10 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await; // let it come in
        }
    }
    let mut other = Page::open(port, origin(2)).await;
    other.send("GET", "/v1/certificates", "").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let commands = server.card.wire().commands;
    server.card.release();
    assert_eq!(page.receive().await.status, 200);
    let answer = other.receive().await;
    assert_eq!(answer.status, 200, "crowded out by those who have gone: {}", answer.body);
    assert_eq!(other.get("/v1/pins").await.status, 200);
    let spent = server.card.wire().commands - commands;
    report(&format!("300 callers that went away left {spent} commands for all who stayed"));
    assert!(spent < 100, "{spent}");
}
