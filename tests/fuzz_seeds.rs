//! The fuzz seeds that are made of the software card: certificates, attributes, a token, conversations with a card. They must
//! be those in `fuzz/seeds`; `JPKI_AGENT_WRITE_SEEDS=1` writes them anew. The other seeds are written by hand, or were found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure here is a failed test")]

use std::path::Path;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use jpki_agent::apdu::Command;
use jpki_agent::card::Transmit;
use jpki_agent::digest::DigestAlgorithm;
use jpki_agent::jpki::{self, INDIVIDUAL_NUMBER_CARD, KeyKind, ids};
use jpki_agent::simulator::card::AUTHENTICATION_PIN;
use jpki_agent::simulator::{CardContents, Holder, SoftwareCard, Variants, issue};
use jpki_agent::webeid::Challenge;

/// As in `fuzz/src`: the moment, origin and nonce the targets know.
const MOMENT: &str = "2026-11-22T03:00:00Z";
const ORIGIN: &str = "https://portal.example";
const NONCE: &str = "12345678123456781234567812345678912356789123";

static CARD: LazyLock<CardContents> = LazyLock::new(|| issue(&Holder::standard(), moment()).unwrap());

fn moment() -> Timestamp {
    MOMENT.parse().unwrap()
}

#[test]
fn the_seeds_of_the_fuzz_targets_are_what_the_software_card_says_today() {
    certificates();
    conversations();
    let challenge = Challenge::new(&ORIGIN.parse().unwrap(), &NONCE.parse().unwrap());
    let signature = BASE64.encode(sign(&challenge));
    let certificate = BASE64.encode(&CARD.authentication_certificate);
    let json = |algorithm: &str| {
        format!(
            r#"{{"unverifiedCertificate":"{certificate}","algorithm":"{algorithm}","signature":"{signature}","format":"web-eid:1.0"}}"#
        )
    };
    seed("token", "genuine", json("RS256").as_bytes());
    seed("token", "other-algorithm", json("RS384").as_bytes());
    seed("token", "answer-of-the-agent", format!(r#"{{"token":{},"agent":{{}}}}"#, json("RS256")).as_bytes());
}

fn sign(challenge: &Challenge) -> Vec<u8> {
    let mut card = SoftwareCard::new(CARD.clone(), Variants::default());
    card.power_on();
    let card: &mut dyn Transmit = &mut card;
    let profile = &INDIVIDUAL_NUMBER_CARD;
    jpki::select(card, profile).unwrap();
    jpki::query_tries(card, &profile.authentication).unwrap();
    let pin = profile.authentication.pin_rule.check(AUTHENTICATION_PIN).unwrap();
    jpki::verify(card, pin).unwrap();
    jpki::sign_challenge(card, profile, challenge).unwrap()
}

fn certificates() {
    for name in ["standard", "ec-key", "expired", "non-bmp", "sex-9", "extra-attribute"] {
        let holder = Holder::by_name(name).unwrap();
        let card = issue(&holder, moment()).unwrap();
        seed("certificate", &format!("{name}-authentication"), &card.authentication_certificate);
        let Some(signature) = &card.signature_certificate else { continue };
        seed("certificate", &format!("{name}-signature"), signature);
        if let Some(names) = subject_alt_name(signature) {
            seed("attributes", name, names);
        }
    }
    seed("certificate", "authentication-ca", &CARD.authentication_ca);
    seed("certificate", "signature-ca", &CARD.signature_ca);
}

/// The content of extension 2.5.29.17: behind its object id an OCTET STRING of up to 65,535 bytes.
fn subject_alt_name(certificate: &[u8]) -> Option<&[u8]> {
    const ID: &[u8] = &[0x06, 0x03, 0x55, 0x1D, 0x11];
    let at = certificate.windows(ID.len()).position(|window| window == ID)? + ID.len();
    match certificate.get(at..)? {
        [0x04, length @ 0..=0x7F, rest @ ..] => rest.get(..usize::from(*length)),
        [0x04, 0x81, length, rest @ ..] => rest.get(..usize::from(*length)),
        [0x04, 0x82, high, low, rest @ ..] => rest.get(..usize::from(u16::from_be_bytes([*high, *low]))),
        _ => None,
    }
}

/// What the agent says to a card, and what the card says.
fn conversations() {
    let profile = &INDIVIDUAL_NUMBER_CARD;
    let key = profile.key(KeyKind::Signature);
    let pin = |entry| key.pin_rule.check(entry).unwrap().into_command();
    let digest_info = DigestAlgorithm::Sha256.digest(b"fuzz").digest_info();
    let signs = Command::new([0x80, 0x2A, 0x00, 0x80], &digest_info, Some(256));
    let identify = [
        Command::select_applet(profile.aid),
        Command::select_file(profile.token_info),
        Command::read_binary(0, ids::TOKEN_LABEL_LENGTH),
    ];
    let tries = [Command::select_applet(profile.aid), Command::select_file(key.pin), Command::query_tries()];
    let certificate = (0..7).map(|piece| Command::read_binary(piece * 256, 256));
    let read: Vec<Command> =
        [Command::select_file(profile.authentication.certificate)].into_iter().chain(certificate).collect();
    let log_in =
        [Command::select_file(key.pin), Command::query_tries(), pin("ABC123"), Command::select_file(key.key), signs];
    let wrong = [Command::select_file(key.pin), Command::query_tries(), pin("WRONG1"), Command::query_tries()];
    let deselect = [Command::select_applet(&ids::ISSUER_DOMAIN_AID), Command::select_applet(&ids::DESELECT_AID)];
    let all: [(&str, u8, &[Command]); 6] = [
        ("identify", 0, &identify),
        ("tries", 1, &tries),
        ("certificate", 2, &read),
        ("signature", 3, &log_in),
        ("wrong-pin", 3, &wrong),
        ("deselect", 4, &deselect),
    ];
    for (name, choice, commands) in all {
        let mut card = SoftwareCard::new(CARD.clone(), Variants::default());
        card.power_on();
        card.exchange(&Command::select_applet(profile.aid).encode());
        let mut script = vec![choice];
        let mut frames = vec![0x00, 0x01, 0x01];
        for (index, command) in commands.iter().enumerate() {
            let wire = command.encode();
            let answer = card.exchange(&wire);
            push_frame(&mut script, &answer);
            push_frame(&mut frames, &wire);
            seed("response", &format!("{name}-{index}"), &answer);
            seed("response", &format!("{name}-{index}-command"), &wire);
        }
        seed("reading", name, &script);
        frames.extend_from_slice(&[0x00, 0x01, 0x04, 0x00, 0x01, 0x02, 0x00, 0x01, 0x00]);
        seed("vpcd", name, &frames);
    }
}

fn push_frame(frames: &mut Vec<u8>, body: &[u8]) {
    let length = u16::try_from(body.len()).unwrap();
    frames.extend_from_slice(&length.to_be_bytes());
    frames.extend_from_slice(body);
}

/// Compares a seed with the one that is committed, or writes it.
fn seed(target: &str, name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    if std::env::var_os("JPKI_AGENT_WRITE_SEEDS").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    let committed = std::fs::read(folder.join(name)).unwrap_or_default();
    assert!(committed == bytes, "fuzz/seeds/{target}/{name} is old; JPKI_AGENT_WRITE_SEEDS=1 writes it anew");
}
