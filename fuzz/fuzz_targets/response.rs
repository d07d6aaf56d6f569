//! Any bytes as an answer of the card, as the head of a DER object, and as a command (ISO/IEC 7816-4).
#![no_main]

use jpki_agent::apdu::{Command, Response, StatusWord, tlv};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    answer(data);
    if let Some(length) = tlv::sequence_length(data) {
        assert!((2..=65_539).contains(&length), "a SEQUENCE of {length} bytes");
    }
    if let Ok(command) = Command::decode(data) {
        // There is more than one way to write a command; ours must mean the same.
        assert_eq!(Command::decode(&command.encode()).as_ref(), Ok(&command));
        assert!(command.body().len() <= data.len() - 4);
        let shown = format!("{command:?}");
        assert!(!command.presents_pin() || !shown.contains(':'), "a PIN is shown: {shown}");
    }
});

fn answer(data: &[u8]) {
    let response = match Response::decode(data) {
        Ok(response) => response,
        Err(error) => return assert!(data.len() < 2 && error.length == data.len()),
    };
    assert_eq!(response.encode(), data);
    let status = response.status();
    assert_eq!(StatusWord::from(u16::from(status)), status);
    // Only 63Cx counts tries, and it never says that the PIN was right.
    assert_eq!(status.tries_left().is_some(), u16::from(status) & 0xFFF0 == 0x63C0);
    assert!(!(status.is_success() && (status.is_blocked() || status.tries_left().is_some())));
    assert!(status.more_data().is_none() || status.right_length().is_none());
    assert!(!format!("{response:?}").contains("[") && !status.meaning().is_empty());
}
