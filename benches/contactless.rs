//! How long operations take with a card as slow as a contactless one, beside the least that explicit SELECTs allow
//! (`card-protocol.md` 13; [`Delays::CONTACTLESS`]). No test: a busy machine makes figures worse, never better.
//!
//! `cargo bench --bench contactless` prints a table and writes `target/bench/contactless.json`. Requests go through all
//! gates and handlers; the person answers at once, so what is measured after the prompt is card and agent. The look
//! before the prompt is told apart: while it runs nobody waits for an answer to their entry.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench prints, and a failure here is a failed bench"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jpki_agent::consent::scripted::Answer;
use jpki_agent::simulator::{Delays, Holder, Variants};
use serde_json::{Value, json};
use support::agent::{AUTHENTICATION_PIN, NONCE, PORTAL, SIGNATURE_PIN, TestAgent, card_of};
use support::face::{Ask, Face};

/// Runs of each operation; the median counts.
const RUNS: usize = 5;

/// What an operation must cost: commands, bytes of commands, bytes of answers, signatures.
struct Least {
    commands: u32,
    out: u32,
    back: u32,
    signatures: u32,
}

impl Least {
    fn time(&self) -> Duration {
        let Delays { command, byte, signature } = Delays::CONTACTLESS;
        command * self.commands + byte * (self.out + self.back) + signature * self.signatures
    }
}

/// READs of a certificate of so many bytes.
fn reads(length: u32) -> u32 {
    length.div_ceil(256)
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rows = runtime.block_on(measure());
    println!("| operation | least | taken | ratio | look before |\n|---|---|---|---|---|");
    for row in &rows {
        let ms = |name: &str| row[name].as_f64().unwrap();
        let look = row["lookMs"].as_f64().map_or("none".to_owned(), |look| format!("{look:.0} ms"));
        let (name, least, taken) = (row["operation"].as_str().unwrap(), ms("leastMs"), ms("takenMs"));
        println!("| {name} | {least:.0} ms | {taken:.1} ms | {:.3} | {look} |", taken / least);
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench");
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(format!("{folder}/contactless.json"), format!("{:#}\n", Value::Array(rows))).unwrap();
}

async fn measure() -> Vec<Value> {
    let slow = Variants { delays: Delays::CONTACTLESS, ..Variants::default() };
    let card = card_of(&Holder::standard(), slow);
    let (authentication, signature) = card.with(|card| {
        let contents = card.contents();
        let length = |der: &[u8]| u32::try_from(der.len()).unwrap();
        (length(&contents.authentication_certificate), length(contents.signature_certificate.as_ref().unwrap()))
    });
    let face = Face::over(TestAgent::with_card(card).await);
    let reader = support::agent::READER;
    let get = |path: &str| Ask::tcp("GET", path).origin(PORTAL).header("sec-fetch-mode", "cors");
    let post =
        |path: &str, body: &Value| Ask::tcp("POST", path).origin(PORTAL).header("sec-fetch-mode", "cors").json(body);
    let sign = |count: usize, certificate: bool| {
        let digest = json!({"algorithm": "SHA-256", "value": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="});
        json!({"digests": vec![digest; count], "includeCertificate": certificate})
    };
    let pin = u32::try_from(SIGNATURE_PIN.len()).unwrap();
    let mut rows = Vec::new();

    let mut taken = Vec::new();
    get_good(&face, get("/v1/pins")).await;
    for _ in 0..RUNS {
        taken.push(get_good(&face, get("/v1/pins")).await);
    }
    rows.push(row("both counters", &Least { commands: 5, out: 37, back: 10, signatures: 0 }, taken, None));

    let mut taken = Vec::new();
    for _ in 0..RUNS {
        // A new stay, of which everything is known but the certificate.
        face.parts.backend.remove(reader);
        face.parts.backend.insert(reader, &face.parts.card);
        get_good(&face, get("/v1/certificates/authentication-ca")).await;
        taken.push(get_good(&face, get("/v1/certificates/authentication")).await);
    }
    let count = reads(authentication);
    let least =
        Least { commands: 2 + count, out: 15 + 7 + 5 * count, back: 4 + authentication + 2 * count, signatures: 0 };
    rows.push(row("authentication certificate", &least, taken, None));

    let log_in = json!({"challengeNonce": NONCE});
    let least = Least { commands: 7, out: 15 + 7 + 4 + 9 + 7 + 57 + 12, back: 2 * 6 + 258, signatures: 1 };
    let (taken, look) = prompted(&face, AUTHENTICATION_PIN, || post("/v1/authenticate", &log_in)).await;
    rows.push(row("authenticate", &least, taken, Some(look)));

    let count = reads(signature);
    for (name, digests, certificate) in [
        ("sign 1 with certificate", 1, true),
        ("sign 10 with certificate", 10, true),
        ("sign 1 without certificate", 1, false),
    ] {
        let body = sign(digests, certificate);
        let times = u32::try_from(digests).unwrap();
        let mut least = Least {
            commands: 6 + times,
            out: 15 + 7 + 4 + 5 + pin + 7 + 57 * times + 12,
            back: 2 * 6 + 258 * times,
            signatures: times,
        };
        if certificate {
            least.commands += 1 + count;
            least.out += 7 + 5 * count;
            least.back += 2 + signature + 2 * count;
        }
        let (taken, look) = prompted(&face, SIGNATURE_PIN, || post("/v1/sign", &body)).await;
        rows.push(row(name, &least, taken, Some(look)));
    }
    rows
}

/// Sends it, and says how long that took.
async fn get_good(face: &Face, ask: Ask) -> Duration {
    let begun = Instant::now();
    let answer = face.send(ask).await;
    let taken = begun.elapsed();
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    taken
}

/// The same with a prompt in between: the time from the person's answer to the agent's, and the time before.
async fn prompted(face: &Face, pin: &'static str, ask: impl Fn() -> Ask) -> (Vec<Duration>, Duration) {
    let (mut taken, mut looks) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let answered = Arc::new(Mutex::new(Instant::now()));
        let note = answered.clone();
        face.parts.answers([Answer::pin(pin).after(move || *note.lock().unwrap() = Instant::now())]);
        let begun = Instant::now();
        get_good(face, ask()).await;
        let (answered, end) = (*answered.lock().unwrap(), Instant::now());
        // The first makes known what is free, and proves by reading that the card forgets its PIN.
        if run > 0 {
            taken.push(end - answered);
            looks.push(answered - begun);
        }
    }
    (taken, median(looks))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn row(operation: &str, least: &Least, taken: Vec<Duration>, look: Option<Duration>) -> Value {
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (least, taken) = (ms(least.time()), ms(median(taken)));
    json!({
        "operation": operation, "leastMs": least, "takenMs": taken, "ratio": taken / least, "lookMs": look.map(ms),
    })
}
