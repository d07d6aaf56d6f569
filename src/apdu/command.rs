//! A command APDU: header, body, expected length (ISO/IEC 7816-4, 5.1).
//!
//! The named constructors are the ISO commands the agent uses; each shows its byte layout. A command whose body is
//! secret prints its header and length only and erases the body when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// The longest answer a short command can ask for (`Le` = `00`).
pub const MAX_SHORT_LE: u32 = 256;
/// The longest answer an extended command can ask for (`Le` = `00 00`).
pub const MAX_EXTENDED_LE: u32 = 65_536;

/// One command to the card.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    header: [u8; 4],
    body: Zeroizing<Vec<u8>>,
    expected: Option<u32>,
    secret: bool,
}

/// Why bytes are not a command APDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a command APDU: lengths do not add up")]
pub struct CommandError;

impl Command {
    /// A command of any kind, with `header` = CLA INS P1 P2, the `body` (`Lc` follows from it, at most 65,535 bytes)
    /// and the greatest length of answer wanted, 1 to 65,536, or none.
    #[must_use]
    pub fn new(header: [u8; 4], body: &[u8], expected: Option<u32>) -> Self {
        Self { header, body: Zeroizing::new(body.to_vec()), expected, secret: false }
    }

    /// SELECT by application id, first or only occurrence, no answer data: `00 A4 04 0C Lc AID`.
    #[must_use]
    pub fn select_applet(aid: &[u8]) -> Self {
        Self::new([0x00, 0xA4, 0x04, 0x0C], aid, None)
    }

    /// SELECT an EF below the current DF by its file id, no answer data: `00 A4 02 0C 02 hi lo`.
    #[must_use]
    pub fn select_file(file_id: u16) -> Self {
        Self::new([0x00, 0xA4, 0x02, 0x0C], &file_id.to_be_bytes(), None)
    }

    /// SELECT without data, `00 A4 00 00`: the throw-away command after a cold start (`card-protocol.md` 5.5).
    #[must_use]
    pub fn select_nothing() -> Self {
        Self::new([0x00, 0xA4, 0x00, 0x00], &[], None)
    }

    /// READ BINARY of the current EF: `00 B0 hi lo Le`, `offset` below 32,768 (the top bit would mean a short EF id
    /// and is masked away).
    #[must_use]
    pub fn read_binary(offset: u16, expected: u32) -> Self {
        let [high, low] = (offset & 0x7FFF).to_be_bytes();
        Self::new([0x00, 0xB0, high, low], &[], Some(expected))
    }

    /// VERIFY without a body: asks how many tries are left and costs none. Exactly four bytes, `00 20 00 80`.
    #[must_use]
    pub fn query_tries() -> Self {
        Self::new([0x00, 0x20, 0x00, 0x80], &[], None)
    }

    /// VERIFY of the current PIN EF: `00 20 00 80 Lc PIN`. The body is secret.
    #[must_use]
    pub fn verify(pin: Zeroizing<Vec<u8>>) -> Self {
        Self { header: [0x00, 0x20, 0x00, 0x80], body: pin, expected: None, secret: true }
    }

    /// CHANGE REFERENCE DATA of the current PIN EF, with the new PIN only: `00 24 01 80 Lc NEW` (`card-protocol.md` 6).
    /// The body is secret.
    #[must_use]
    pub fn change_reference_data(new: Zeroizing<Vec<u8>>) -> Self {
        Self { header: [0x00, 0x24, 0x01, 0x80], body: new, expected: None, secret: true }
    }

    /// GET RESPONSE: `00 C0 00 00 Le`.
    #[must_use]
    pub fn get_response(expected: u32) -> Self {
        Self::new([0x00, 0xC0, 0x00, 0x00], &[], Some(expected))
    }

    /// The same command with another expected length.
    #[must_use]
    pub fn with_expected(&self, expected: u32) -> Self {
        Self { expected: Some(expected), ..self.clone() }
    }

    /// CLA, INS, P1, P2.
    #[must_use]
    pub fn header(&self) -> [u8; 4] {
        self.header
    }

    /// The data field; may be secret.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The greatest length of answer wanted.
    #[must_use]
    pub fn expected(&self) -> Option<u32> {
        self.expected
    }

    /// Is this a VERIFY or CHANGE REFERENCE DATA that carries a PIN?
    #[must_use]
    pub fn presents_pin(&self) -> bool {
        let [_, instruction, ..] = self.header;
        matches!(instruction, 0x20 | 0x24) && !self.body.is_empty()
    }

    /// The bytes for the wire: short form where it suffices, else extended. Erased when dropped.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let length = self.body.len();
        let extended = length > 255 || self.expected.is_some_and(|le| le > MAX_SHORT_LE);
        // Sized at once, so that a secret body is never left behind by a reallocation.
        let mut wire = Zeroizing::new(Vec::with_capacity(4 + 3 + length + 2));
        wire.extend_from_slice(&self.header);
        if extended {
            wire.push(0);
        }
        if length > 0 {
            let [high, low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
            if extended {
                wire.push(high);
            }
            wire.push(low);
            wire.extend_from_slice(&self.body);
        }
        if let Some(le) = self.expected {
            let [.., high, low] = le.to_be_bytes(); // 256 is written 00, 65,536 is written 00 00
            if extended {
                wire.push(high);
            }
            wire.push(low);
        }
        wire
    }

    /// Reads a command from the wire, short or extended form. The body counts as secret if it presents a PIN.
    ///
    /// # Errors
    /// [`CommandError`] if the lengths inside do not add up to the length of `wire`.
    pub fn decode(wire: &[u8]) -> Result<Self, CommandError> {
        let (header, rest) = wire.split_first_chunk::<4>().ok_or(CommandError)?;
        let short_le = |le: u8| if le == 0 { MAX_SHORT_LE } else { u32::from(le) };
        let extended_le = |le: [u8; 2]| match u16::from_be_bytes(le) {
            0 => MAX_EXTENDED_LE,
            le => u32::from(le),
        };
        let (body, expected): (&[u8], Option<u32>) = match rest {
            [] => (&[], None),
            [le] => (&[], Some(short_le(*le))),
            [0, high, low] => (&[], Some(extended_le([*high, *low]))),
            [0, high, low, tail @ ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                match tail.split_at_checked(length) {
                    Some((body, [])) if length > 0 => (body, None),
                    Some((body, [high, low])) if length > 0 => (body, Some(extended_le([*high, *low]))),
                    _ => return Err(CommandError),
                }
            }
            [length, tail @ ..] => match tail.split_at_checked(usize::from(*length)) {
                Some((body, [])) => (body, None),
                Some((body, [le])) => (body, Some(short_le(*le))),
                _ => return Err(CommandError),
            },
        };
        let mut command = Self::new(*header, body, expected);
        command.secret = command.presents_pin();
        Ok(command)
    }
}

/// Shows header, length of the body and expected length; the body itself only where it is not secret.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [cla, ins, p1, p2] = self.header;
        write!(f, "{cla:02X} {ins:02X} {p1:02X} {p2:02X}")?;
        if !self.body.is_empty() {
            write!(f, " ({} bytes", self.body.len())?;
            if !self.secret && !self.presents_pin() {
                f.write_str(":")?;
                for byte in self.body.iter() {
                    write!(f, " {byte:02X}")?;
                }
            }
            f.write_str(")")?;
        }
        if let Some(le) = self.expected {
            write!(f, " expecting {le}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_survives_encoding_and_decoding() {
        for length in [0, 1, 127, 128, 255, 256, 300, 65_535] {
            for expected in [None, Some(1), Some(255), Some(256), Some(257), Some(65_536)] {
                let command = Command::new([0x80, 0x2A, 0x00, 0x80], &vec![0x5A; length], expected);
                assert_eq!(Command::decode(&command.encode()), Ok(command), "{length} bytes, {expected:?}");
            }
        }
    }

    #[test]
    fn known_commands_have_the_bytes_of_the_card_protocol() {
        let hex = |command: Command| command.encode().iter().map(|b| format!("{b:02X}")).collect::<String>();
        assert_eq!(hex(Command::query_tries()), "00200080");
        assert_eq!(hex(Command::select_file(0x0018)), "00A4020C020018");
        assert_eq!(hex(Command::read_binary(0x0100, 256)), "00B0010000");
        assert_eq!(hex(Command::verify(Zeroizing::new(b"1234".to_vec()))), "002000800431323334");
        let change = Command::change_reference_data(Zeroizing::new(b"ABC123".to_vec()));
        assert_eq!(hex(change), "0024018006414243313233");
    }

    #[test]
    fn lengths_that_do_not_add_up_are_refused() {
        for wire in [
            &[0u8, 1, 2][..],
            &[0, 0x20, 0, 0x80, 4, 1, 2, 3],
            &[0, 0x20, 0, 0x80, 1, 2, 3, 4],
            &[0, 0, 0, 0, 0, 0, 0, 0],
        ] {
            assert_eq!(Command::decode(wire), Err(CommandError), "{wire:02X?}");
        }
    }

    #[test]
    fn decoding_arbitrary_bytes_never_panics() {
        let mut seed = 1u32;
        for length in 0..600 {
            let bytes: Vec<u8> = (0..length)
                .map(|_| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (seed >> 24).to_le_bytes()[0]
                })
                .collect();
            let _ = Command::decode(&bytes);
        }
    }

    #[test]
    fn a_pin_is_not_printed() {
        let command = Command::verify(Zeroizing::new(b"ABC123".to_vec()));
        let copied = Command::decode(&command.encode()).unwrap();
        for shown in [format!("{command:?}"), format!("{copied:?}")] {
            assert_eq!(shown, "00 20 00 80 (6 bytes)");
        }
        let change = Command::change_reference_data(Zeroizing::new(b"ABC123".to_vec()));
        assert_eq!(format!("{change:?}"), "00 24 01 80 (6 bytes)");
    }
}
