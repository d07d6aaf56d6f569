//! Tests of the software card: its rules one table per area, the conversation with it, faults, readers, and `vpcd`.

mod backend;
mod card;
mod conversation;
mod faults;
mod vpcd;

use std::sync::OnceLock;

use rsa::RsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;

use super::{CardContents, CardHandle, SoftwareCard, Variants};
use crate::apdu::StatusWord;

const SELECT_JPKI: &str = "00A4040C0AD392F000260100000001";
const SELECT_ISSUER: &str = "00A4040C07A0000001510000";
const SELECT_DESELECT: &str = "00A4040C0AD3921000310001010408";
const RIGHT_PIN: &str = "002000800431323334";
const WRONG_PIN: &str = "002000800430303030";
const RIGHT_PASSWORD: &str = "0020008006414243313233";
const WRONG_PASSWORD: &str = "0020008006414243313234";

/// Something that looks like a certificate to whoever reads only its length.
fn object(length: usize, salt: u8) -> Vec<u8> {
    let [high, low] = u16::try_from(length - 4).unwrap().to_be_bytes();
    let body = (4..length).map(|i| u8::try_from(i % 251).unwrap() ^ salt);
    [0x30, 0x82, high, low].into_iter().chain(body).collect()
}

/// Contents with the lengths of a real card; the keys are read once.
fn contents() -> CardContents {
    static CONTENTS: OnceLock<CardContents> = OnceLock::new();
    CONTENTS
        .get_or_init(|| CardContents {
            authentication_certificate: object(1574, 1),
            authentication_ca: object(1319, 2),
            signature_certificate: Some(object(1749, 3)),
            signature_ca: object(1304, 4),
            authentication_key: RsaPrivateKey::from_pkcs8_der(include_bytes!("tests/authentication-key.der")).unwrap(),
            signature_key: RsaPrivateKey::from_pkcs8_der(include_bytes!("tests/signature-key.der")).unwrap(),
        })
        .clone()
}

fn powered(variants: Variants) -> SoftwareCard {
    let mut card = SoftwareCard::new(contents(), variants);
    card.power_on();
    card
}

fn handle() -> CardHandle {
    CardHandle::new(powered(Variants::default()))
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|digit| *digit != b' ').collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// Sends one command; data and status word come back.
fn send(card: &mut SoftwareCard, command: &str) -> (Vec<u8>, u16) {
    let mut answer = card.exchange(&bytes(command));
    let status = answer.split_off(answer.len() - 2);
    (answer, u16::from_be_bytes([status[0], status[1]]))
}

/// Sends each command and compares its status word.
fn check(card: &mut SoftwareCard, table: &[(&str, u16)]) {
    for (line, (command, status)) in table.iter().enumerate() {
        let (_, answered) = send(card, command);
        assert_eq!(StatusWord::from(answered), StatusWord::from(*status), "line {line}: {command}");
    }
}
