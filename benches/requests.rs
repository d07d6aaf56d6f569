//! What a request costs inside the process: through all gates and handlers, without socket, with the software card that
//! takes no time of its own. Beside it what card and RSA cost alone, so that the agent's share can be told.
//!
//! `cargo bench --bench requests`. Over a socket: `bench/own/run`. As instructions, without noise: `make callgrind`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs, reason = "a bench")]

#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use jpki_agent::apdu::Command;
use jpki_agent::certificate::Certificate;
use jpki_agent::consent::scripted::Answer;
use jpki_agent::digest::DigestAlgorithm;
use jpki_agent::jpki::{INDIVIDUAL_NUMBER_CARD, ids};
use serde_json::json;
use support::agent::{AUTHENTICATION_PIN, NONCE, PORTAL, SIGNATURE_PIN, standard_card};
use support::face::{Ask, Face};

fn requests(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let face = runtime.block_on(Face::new());
    let ask = |method: &str, path: &str| Ask::tcp(method, path).origin(PORTAL).header("sec-fetch-mode", "cors");
    let good = |ask: Ask| runtime.block_on(async { assert_eq!(face.send(ask).await.status, 200) });
    for (name, path) in [("status", "/v1/status"), ("pins", "/v1/pins"), ("certificates", "/v1/certificates")] {
        criterion.bench_function(name, |bencher| bencher.iter(|| good(ask("GET", path))));
    }
    let log_in = json!({"challengeNonce": NONCE});
    criterion.bench_function("authenticate", |bencher| {
        bencher.iter(|| {
            face.parts.answers([Answer::pin(AUTHENTICATION_PIN)]);
            good(ask("POST", "/v1/authenticate").json(&log_in));
        });
    });
    let digest = json!({"algorithm": "SHA-256", "value": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="});
    for (name, certificate) in [("sign", true), ("sign_without_certificate", false)] {
        let body = json!({"digests": [digest], "includeCertificate": certificate});
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                face.parts.answers([Answer::pin(SIGNATURE_PIN)]);
                good(ask("POST", "/v1/sign").json(&body));
            });
        });
    }
}

fn card_and_rsa(criterion: &mut Criterion) {
    let card = standard_card();
    let digest = DigestAlgorithm::Sha256.digest(b"");
    let command = Command::new([0x80, 0x2A, 0x00, 0x80], &digest.digest_info(), Some(256)).encode();
    let (signature, certificate) = card.with(|card| {
        card.power_on();
        card.exchange(&Command::select_applet(INDIVIDUAL_NUMBER_CARD.aid).encode());
        card.exchange(&Command::select_file(ids::SIGNATURE_PIN).encode());
        card.exchange(&Command::verify(zeroize::Zeroizing::new(SIGNATURE_PIN.as_bytes().to_vec())).encode());
        card.exchange(&Command::select_file(ids::SIGNATURE_KEY).encode());
        let answer = card.exchange(&command);
        let der = card.contents().signature_certificate.clone().unwrap();
        (answer[..answer.len() - 2].to_vec(), Certificate::parse(&der).unwrap())
    });
    criterion.bench_function("card_signs", |bencher| bencher.iter(|| card.with(|card| card.exchange(&command))));
    criterion.bench_function("rsa_verifies", |bencher| {
        bencher.iter(|| certificate.verify(&digest, &signature).unwrap());
    });
    let der = certificate.der().to_vec();
    criterion.bench_function("certificate_is_parsed", |bencher| bencher.iter(|| Certificate::parse(&der).unwrap()));
}

criterion_group!(benches, requests, card_and_rsa);
criterion_main!(benches);
