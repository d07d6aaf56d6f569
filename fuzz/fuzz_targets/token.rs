//! Any bytes as a Web eID token: only the one the card made for this origin and nonce may pass.
#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jpki_agent::origin::Origin;
use jpki_agent::webeid::validate::{Token, Validator};
use jpki_agent::webeid::{Challenge, ChallengeNonce};
use jpki_agent_fuzz::{CARD, TRUST, moment, token};
use libfuzzer_sys::fuzz_target;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| Validator::new(TRUST.clone()));
static ORIGIN: LazyLock<Origin> = LazyLock::new(|| token::ORIGIN.parse().expect("an origin"));
static NONCE: LazyLock<ChallengeNonce> = LazyLock::new(|| token::NONCE.parse().expect("a nonce"));
static SIGNATURE: LazyLock<Vec<u8>> = LazyLock::new(|| token::signature(&Challenge::new(&ORIGIN, &NONCE)));

fuzz_target!(|data: &[u8]| {
    let Ok(token) = Token::parse(data) else { return };
    let Ok(accepted) = VALIDATOR.check(&token, &ORIGIN, &NONCE, moment()) else { return };
    assert_eq!(accepted.certificate.der(), CARD.authentication_certificate, "another certificate is trusted");
    assert_eq!(accepted.algorithm, "RS256");
    assert_eq!(BASE64.decode(&token.signature).as_ref(), Ok(&*SIGNATURE), "a signature nobody made");
    assert!(token.format.starts_with("web-eid:1"));
});
