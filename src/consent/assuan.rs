//! The line protocol between us and pinentry (Assuan, as in the libassuan manual), without any I/O.
//!
//! We write commands of one line each; pinentry answers each with any number of data, status and comment lines and then
//! one `OK` or `ERR`. Data may be a PIN: it is decoded into memory that is erased, and no type here prints it.

use std::fmt;

use zeroize::Zeroizing;

/// Longest line in bytes, without its line feed.
pub const MAX_LINE: usize = 1000;

/// Longest text that fits into a command with the longest keyword we use (`SETDESC `, `SETERROR `), after escaping.
pub const MAX_TEXT: usize = MAX_LINE - "SETERROR ".len();

/// One line from pinentry.
#[derive(PartialEq, Eq)]
pub enum Reply {
    /// The command is done.
    Ok,
    /// The command failed.
    Error(ErrorCode),
    /// A piece of what was typed, unescaped.
    Data(Zeroizing<Vec<u8>>),
    /// A status line: the keyword, without what follows it.
    Status(String),
    /// A comment; to be skipped.
    Comment,
}

/// The number in an `ERR` line, without the part that says which program made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode(pub u16);

/// Not a line of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a line of the pinentry protocol")]
pub struct ProtocolError;

impl ErrorCode {
    /// `GPG_ERR_TIMEOUT`: its own time limit ran out.
    pub const TIMEOUT: Self = Self(62);
    /// `GPG_ERR_CANCELED`: the person closed the prompt.
    pub const CANCELED: Self = Self(99);
    /// `GPG_ERR_NOT_CONFIRMED`: the person answered no.
    pub const NOT_CONFIRMED: Self = Self(114);
    /// `GPG_ERR_FULLY_CANCELED`: the person closed the prompt and wants no other.
    pub const FULLY_CANCELED: Self = Self(198);
    /// `GPG_ERR_WINDOW_TOO_SMALL`: the description does not fit into the terminal.
    pub const WINDOW_TOO_SMALL: Self = Self(301);
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("Ok"),
            Self::Error(code) => f.debug_tuple("Error").field(code).finish(),
            Self::Data(_) => f.write_str("Data(…)"),
            Self::Status(keyword) => f.debug_tuple("Status").field(keyword).finish(),
            Self::Comment => f.write_str("Comment"),
        }
    }
}

/// A command line with its line feed. A text that is too long is cut at a character and ends with `…`.
#[must_use]
pub fn command(keyword: &str, text: &str) -> String {
    let mut line = String::with_capacity(MAX_LINE + 1);
    line.push_str(keyword);
    line.push(' ');
    push_escaped(&mut line, text);
    line.push('\n');
    line
}

/// Bytes `text` takes up in a command.
#[must_use]
pub fn escaped_len(text: &str) -> usize {
    text.chars().map(|c| if needs_escape(c) { 3 } else { c.len_utf8() }).sum()
}

fn needs_escape(c: char) -> bool {
    c == '%' || c.is_ascii_control()
}

fn push_escaped(line: &mut String, text: &str) {
    const CUT: &str = "…";
    let fits = line.len() + escaped_len(text) <= MAX_LINE;
    let limit = if fits { MAX_LINE } else { MAX_LINE.saturating_sub(CUT.len()) };
    for c in text.chars() {
        let length = if needs_escape(c) { 3 } else { c.len_utf8() };
        if line.len() + length > limit {
            line.push_str(CUT);
            return;
        }
        if needs_escape(c) {
            line.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            line.push(c);
        }
    }
}

/// Understands one line, given without its line feed.
///
/// # Errors
/// [`ProtocolError`] for anything else, a question from pinentry (`INQUIRE`) included: it has nothing to ask us.
pub fn parse(line: &[u8]) -> Result<Reply, ProtocolError> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() > MAX_LINE {
        return Err(ProtocolError);
    }
    let (keyword, rest) = match line.iter().position(|byte| *byte == b' ') {
        Some(at) => (line.get(..at).unwrap_or_default(), line.get(at + 1..).unwrap_or_default()),
        None => (line, &[][..]),
    };
    match keyword {
        b"OK" => Ok(Reply::Ok),
        b"ERR" => error_code(rest).map(Reply::Error),
        b"D" if line.len() > 1 => unescape(rest).map(Reply::Data),
        b"S" => status_keyword(rest).map(Reply::Status),
        [b'#', ..] => Ok(Reply::Comment),
        _ => Err(ProtocolError),
    }
}

/// `83886179 Operation cancelled <Pinentry>`: the low 16 bits are the code (libgpg-error).
fn error_code(rest: &[u8]) -> Result<ErrorCode, ProtocolError> {
    let text = str::from_utf8(rest).map_err(|_| ProtocolError)?;
    let number: u32 = text.split(' ').next().unwrap_or_default().parse().map_err(|_| ProtocolError)?;
    let [_, _, high, low] = number.to_be_bytes();
    Ok(ErrorCode(u16::from_be_bytes([high, low])))
}

fn status_keyword(rest: &[u8]) -> Result<String, ProtocolError> {
    let keyword = rest.split(|byte| *byte == b' ').next().unwrap_or_default();
    let known_form = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if keyword.is_empty() || !keyword.iter().all(known_form) {
        return Err(ProtocolError);
    }
    Ok(String::from_utf8_lossy(keyword).into_owned())
}

fn unescape(escaped: &[u8]) -> Result<Zeroizing<Vec<u8>>, ProtocolError> {
    // Never longer than its escaped form, so the buffer does not move.
    let mut data = Zeroizing::new(Vec::with_capacity(escaped.len()));
    let mut rest = escaped;
    loop {
        match rest {
            [] => return Ok(data),
            [b'%', high, low, after @ ..] => {
                data.push(hex_digit(*high)? << 4 | hex_digit(*low)?);
                rest = after;
            }
            [b'%', ..] => return Err(ProtocolError),
            [byte, after @ ..] => {
                data.push(*byte);
                rest = after;
            }
        }
    }
}

fn hex_digit(byte: u8) -> Result<u8, ProtocolError> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(ProtocolError),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(line: &str) -> Result<Vec<u8>, ProtocolError> {
        match parse(line.as_bytes())? {
            Reply::Data(data) => Ok(data.to_vec()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn answers_are_understood() {
        for (line, reply) in [
            ("OK", Reply::Ok),
            ("OK Pleased to meet you", Reply::Ok),
            ("OK\r", Reply::Ok),
            ("ERR 83886179 Operation cancelled <Pinentry>", Reply::Error(ErrorCode::CANCELED)),
            ("ERR 99", Reply::Error(ErrorCode::CANCELED)),
            ("ERR 83886142 Timeout <Pinentry>", Reply::Error(ErrorCode::TIMEOUT)),
            ("ERR 83886194 Not confirmed <Pinentry>", Reply::Error(ErrorCode::NOT_CONFIRMED)),
            ("ERR 67109062 Fully cancelled <GPG Agent>", Reply::Error(ErrorCode::FULLY_CANCELED)),
            ("ERR 83886381 Window too small <Pinentry>", Reply::Error(ErrorCode::WINDOW_TOO_SMALL)),
            ("ERR 4294967295 ?", Reply::Error(ErrorCode(65535))),
            ("S PASSWORD_FROM_CACHE", Reply::Status("PASSWORD_FROM_CACHE".to_owned())),
            ("S BUTTON_INFO close", Reply::Status("BUTTON_INFO".to_owned())),
            ("# any words", Reply::Comment),
            ("#", Reply::Comment),
        ] {
            assert_eq!(parse(line.as_bytes()), Ok(reply), "{line}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let long = format!("D {}", "1".repeat(MAX_LINE));
        for line in [
            "",
            " ",
            "ok",
            "OKAY",
            "ERR",
            "ERR x",
            "ERR -1",
            "ERR 4294967296",
            "D",
            "D 1%",
            "D 1%2",
            "D %zz",
            "S",
            "S ",
            "S \u{1b}[2J",
            "INQUIRE PASSWORD",
            "GETPIN",
            "1234",
            &long,
        ] {
            assert_eq!(parse(line.as_bytes()), Err(ProtocolError), "{line:?}");
        }
    }

    #[test]
    fn data_is_unescaped() {
        assert_eq!(data("D 1234").unwrap(), b"1234");
        assert_eq!(data("D ").unwrap(), b"");
        assert_eq!(data("D a%25b%0Ac%0dd e").unwrap(), b"a%b\nc\rd e");
        assert_eq!(data("D %EF%bc%91").unwrap(), "１".as_bytes());
    }

    #[test]
    fn no_byte_sequence_makes_it_panic() {
        for first in 0..=255 {
            for second in 0..=255 {
                let _ = parse(&[first, second]);
                let _ = parse(&[b'D', b' ', b'%', first, second]);
            }
        }
    }

    #[test]
    fn what_is_escaped_comes_back_the_same() {
        let text: String = (0..0x180).filter_map(char::from_u32).collect();
        let line = command("D", &text);
        assert_eq!(data(line.strip_suffix('\n').unwrap()).unwrap(), text.as_bytes()[..].to_vec());
    }

    #[test]
    fn a_command_is_always_one_line_of_allowed_length() {
        for length in [0, 1, 300, 329, 330, 331, 332, 333, 334, 989, 990, 991, 992, 993, 1000, 5000] {
            for character in ["a", "%", "\n", "字", "𠮷"] {
                let line = command("SETDESC", &character.repeat(length));
                assert_eq!(line.matches('\n').count(), 1);
                assert!(line.ends_with('\n') && line.len() <= MAX_LINE + 1, "{length} {character:?}");
                let whole = length * escaped_len(character) <= MAX_LINE - "SETDESC ".len();
                assert_eq!(line.contains('…'), !whole, "{length} {character:?}");
            }
        }
    }

    #[test]
    fn data_does_not_print_itself() {
        assert_eq!(format!("{:?}", parse(b"D 1234").unwrap()), "Data(…)");
    }
}
