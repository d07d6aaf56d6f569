//! Any bytes as lines from pinentry, and any text in a command to it.
#![no_main]

use jpki_agent::consent::assuan::{MAX_LINE, Reply, command, escaped_len, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for line in data.split(|byte| *byte == b'\n') {
        match parse(line) {
            Ok(Reply::Data(typed)) => {
                assert!(typed.len() <= line.len() - 1, "more than was sent");
                assert_eq!(format!("{:?}", parse(line)), "Ok(Data(…))");
            }
            Ok(Reply::Status(keyword)) => {
                assert!(keyword.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
            }
            Ok(_) => assert!(line.len() <= MAX_LINE + 1),
            Err(_) => {}
        }
    }
    let Ok(text) = str::from_utf8(data) else { return };
    let line = command("SETDESC", text);
    assert!(line.len() <= MAX_LINE + 1 && line.matches('\n').count() == 1 && line.ends_with('\n'));
    assert!(!line.trim_end_matches('\n').bytes().any(|byte| byte.is_ascii_control()));
    // The same escapes as in data, so what was not cut comes back.
    if escaped_len(text) <= MAX_LINE - "D ".len() {
        let line = command("D", text);
        let Ok(Reply::Data(back)) = parse(line.trim_end_matches('\n').as_bytes()) else { panic!("{line:?}") };
        assert_eq!(*back, text.as_bytes());
    }
});
