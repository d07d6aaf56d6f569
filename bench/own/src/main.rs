//! Measures what a running `jpki-agent` costs: time of a request, throughput, start, memory, wake-ups, size.
//!
//! `own-cost AGENT OUT.json [--quick]` starts AGENT with its software card, which takes no time of its own, and prompts
//! that approve themselves, in folders in memory, so that no disk is measured. Everything is told as JSON and as a table.
//! `bench/own/run` is the way to call it.

mod agent;
mod client;
mod figures;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use agent::{Agent, Card};
use client::{Caller, Connection, Request};
use figures::{Figures, percentile};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (program, out, quick) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [program, out] => (program, out, false),
        [program, out, "--quick"] => (program, out, true),
        _ => {
            eprintln!("own-cost AGENT OUT.json [--quick]");
            return ExitCode::from(2);
        }
    };
    let mut figures = Figures::default();
    let size = std::fs::metadata(program).expect("the agent's program").len();
    figures.add("binary_bytes", size as f64, "bytes");
    let scale = if quick { 10 } else { 1 };
    cold_start(program, &mut figures, 30 / scale);
    at_rest(program, &mut figures, Duration::from_secs(60 / scale as u64));
    latency(program, &mut figures, 2_000 / scale);
    share_of_sign(program, &mut figures, 500 / scale);
    throughput(program, &mut figures, Duration::from_millis(4_000 / scale as u64));
    memory(program, &mut figures, 100_000 / scale);
    std::fs::write(out, figures.json()).expect("the file for the figures");
    print!("{}", figures.table());
    ExitCode::SUCCESS
}

/// From the start of the process to the first answer, the look for readers included.
fn cold_start(program: &str, figures: &mut Figures, times: usize) {
    for (card, name) in [(Card::None, "cold_start"), (Card::Software, "cold_start_software_card")] {
        let mut all: Vec<f64> = (0..times.max(3))
            .map(|_| {
                let begun = Instant::now();
                let agent = Agent::start(program, card);
                Connection::open(agent.port()).send(&Request::get("/v1/health", &Caller::None));
                begun.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        figures.add(&format!("{name}_p50"), percentile(&mut all, 50), "ms");
        figures.add(&format!("{name}_max"), percentile(&mut all, 100), "ms");
    }
}

/// Memory and wake-ups of an agent that has answered once and is asked nothing more, with a reader and a card in it.
fn at_rest(program: &str, figures: &mut Figures, time: Duration) {
    let agent = Agent::start(program, Card::Software);
    let portal = Caller::Page;
    Connection::open(agent.port()).send(&Request::get("/v1/status", &portal));
    std::thread::sleep(Duration::from_secs(1));
    figures.add("rest_resident", agent.status("VmRSS:") / 1024.0, "MiB");
    figures.add("rest_resident_own", agent.status("RssAnon:") / 1024.0, "MiB");
    figures.add("rest_threads", agent.status("Threads:"), "");
    let before = agent.switches();
    std::thread::sleep(time);
    let woken = agent.switches() - before;
    figures.add("rest_wakeups_a_minute", woken as f64 * 60.0 / time.as_secs_f64(), "");
}

/// One connection, one request after the other.
fn latency(program: &str, figures: &mut Figures, times: usize) {
    let agent = Agent::start(program, Card::Software);
    let token = agent.token();
    let mut measure = |name: &str, request: Request, times: usize| {
        let mut connection = Connection::open(agent.port());
        for _ in 0..20 {
            connection.send(&request);
        }
        let before = agent.processor_ms();
        let mut all: Vec<f64> = (0..times)
            .map(|_| {
                let begun = Instant::now();
                connection.send(&request);
                begun.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        let processor = (agent.processor_ms() - before) / times as f64;
        figures.add(&format!("{name}_p50"), percentile(&mut all, 50), "ms");
        figures.add(&format!("{name}_p99"), percentile(&mut all, 99), "ms");
        figures.add(&format!("{name}_processor"), processor, "ms");
    };
    measure("health", Request::get("/v1/health", &Caller::None), times);
    measure("status", Request::get("/v1/status", &Caller::Page), times);
    measure("status_by_token", Request::get("/v1/status", &Caller::Program(token)), times);
    measure("pins", Request::get("/v1/pins", &Caller::Page), times);
    measure("certificates", Request::get("/v1/certificates", &Caller::Page), times);
    measure("authenticate", Request::post("/v1/authenticate", client::NONCE_BODY), times / 4);
    measure("sign_without_certificate", Request::post("/v1/sign", client::SIGN_BARE_BODY), times / 4);
}

/// One digest and eleven, in turns: a processor's speed may change within seconds, but hardly between two neighbours. The
/// ten more are ten signatures of the software card with their checks, and next to nothing of the agent; what is left of
/// the one request without its own is the agent's share.
fn share_of_sign(program: &str, figures: &mut Figures, rounds: usize) {
    let agent = Agent::start(program, Card::Software);
    let mut connection = Connection::open(agent.port());
    let requests = [1, 11].map(|count| Request::post("/v1/sign", &client::sign_body(count)));
    let mut ask = |request: &Request| {
        let (before, begun) = (agent.processor_ms(), Instant::now());
        connection.send(request);
        let wall = begun.elapsed().as_secs_f64() * 1e3;
        (wall, agent.processor_ms() - before)
    };
    for request in requests.iter().cycle().take(10) {
        ask(request);
    }
    let pairs: Vec<_> = (0..rounds).map(|_| (ask(&requests[0]), ask(&requests[1]))).collect();
    let all = |of: fn(f64, f64) -> f64| pairs.iter().map(move |(one, eleven)| of(one.0, eleven.0));
    let card_and_rsa = |one: f64, eleven: f64| (eleven - one) / 10.0;
    let mut add = |name: &str, mut values: Vec<f64>| {
        figures.add(&format!("{name}_p50"), percentile(&mut values, 50), "ms");
        figures.add(&format!("{name}_p99"), percentile(&mut values, 99), "ms");
    };
    add("sign", all(|one, _| one).collect());
    add("sign_11", all(|_, eleven| eleven).collect());
    add("sign_card_and_rsa", all(card_and_rsa).collect());
    add("sign_agent_share", all(|one, eleven| one - (eleven - one) / 10.0).collect());
    let mut processor: Vec<f64> = pairs.iter().map(|(one, eleven)| one.1 - card_and_rsa(one.1, eleven.1)).collect();
    figures.add("sign_agent_share_processor", percentile(&mut processor, 50), "ms");
}

/// So many connections at once, half of them a page's, half a program's, each asking again as soon as it has its answer.
fn throughput(program: &str, figures: &mut Figures, time: Duration) {
    let agent = Agent::start(program, Card::Software);
    for connections in [1_usize, 16, 256] {
        let deadline = Instant::now() + time;
        let threads: Vec<_> = (0..connections)
            .map(|index| {
                let caller = if index % 2 == 0 { Caller::Page } else { Caller::Program(agent.token()) };
                let mut connection = Connection::open(agent.port());
                std::thread::spawn(move || {
                    let request = Request::get("/v1/status", &caller);
                    let mut all = Vec::new();
                    while Instant::now() < deadline {
                        let begun = Instant::now();
                        connection.send(&request);
                        all.push(begun.elapsed().as_secs_f64() * 1e3);
                    }
                    all
                })
            })
            .collect();
        let mut all: Vec<f64> = threads.into_iter().flat_map(|thread| thread.join().expect("a connection")).collect();
        figures.add(&format!("throughput_{connections}"), all.len() as f64 / time.as_secs_f64(), "requests/s");
        figures.add(&format!("throughput_{connections}_p99"), percentile(&mut all, 99), "ms");
    }
}

/// Does memory grow with requests, and how much does a connection take that asks nothing?
fn memory(program: &str, figures: &mut Figures, requests: usize) {
    let agent = Agent::start(program, Card::Software);
    let resident = || agent.status("VmRSS:") / 1024.0;
    let mut connection = Connection::open(agent.port());
    let status = Request::get("/v1/status", &Caller::Page);
    let sign = Request::post("/v1/sign", &client::sign_body(1));
    let mut ask = |times: usize| {
        for index in 0..times {
            connection.send(if index % 1000 == 0 { &sign } else { &status });
        }
    };
    ask(requests / 10);
    let early = resident();
    ask(requests - requests / 10);
    figures.add("resident_after_a_tenth", early, "MiB");
    figures.add("resident_after_requests", resident(), "MiB");
    let before = resident();
    let mut idle: Vec<Connection> = (0..1000).map(|_| Connection::open(agent.port())).collect();
    for connection in &mut idle {
        connection.send(&status);
    }
    figures.add("idle_connections_1000", resident() - before, "MiB more");
}
