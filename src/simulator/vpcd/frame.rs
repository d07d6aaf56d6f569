//! Frames of the `vpcd` protocol, over any stream: two bytes of length, big-endian, then so many bytes
//! (`pcsc-test-bench.md` 4).

use std::io::{self, Read};

use zeroize::Zeroizing;

/// What the virtual reader wants. A body of one known byte is about power or presence; everything else is a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// `00`: cut the power; not answered.
    PowerOff,
    /// `01`: power on; not answered.
    PowerOn,
    /// `02`: warm reset; not answered.
    Reset,
    /// `04`: answer with the ATR.
    Atr,
    /// Answer with a response APDU; may carry a PIN.
    Command(&'a [u8]),
}

impl<'a> Request<'a> {
    /// The meaning of the body of a frame.
    #[must_use]
    pub fn decode(body: &'a [u8]) -> Self {
        match body {
            [0x00] => Self::PowerOff,
            [0x01] => Self::PowerOn,
            [0x02] => Self::Reset,
            [0x04] => Self::Atr,
            command => Self::Command(command),
        }
    }
}

/// Reads the body of one frame; it may carry a PIN, so it is erased when dropped. `before_read` is called before each of
/// the two reads.
///
/// # Errors
/// [`io::Error`] of the stream or of `before_read`, `UnexpectedEof` if the stream ends before the frame does.
pub fn read<R: Read>(
    stream: &mut R,
    mut before_read: impl FnMut(&R) -> io::Result<()>,
) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut length = [0; 2];
    before_read(stream)?;
    stream.read_exact(&mut length)?;
    let mut body = Zeroizing::new(vec![0; usize::from(u16::from_be_bytes(length))]);
    before_read(stream)?;
    stream.read_exact(&mut body)?;
    Ok(body)
}

/// The frame around an answer; `None` for an answer without bytes, on which `vpcd` would wait for ever, and for one
/// longer than 65,535 bytes.
#[must_use]
pub fn encode(answer: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(answer.len()).ok().filter(|length| *length > 0)?;
    let mut frame = Vec::with_capacity(2 + answer.len());
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(answer);
    Some(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_bodies_are_control_and_the_rest_are_commands() {
        for (body, request) in [
            (&[0x00][..], Request::PowerOff),
            (&[0x01], Request::PowerOn),
            (&[0x02], Request::Reset),
            (&[0x04], Request::Atr),
            (&[0x03], Request::Command(&[0x03])),
            (&[], Request::Command(&[])),
            (&[0x00, 0xA4, 0x04, 0x0C], Request::Command(&[0x00, 0xA4, 0x04, 0x0C])),
        ] {
            assert_eq!(Request::decode(body), request);
        }
    }

    #[test]
    fn a_frame_is_read_whole_or_not_at_all() {
        let mut stream = &[0x00, 0x02, 0xAA, 0xBB, 0x00, 0x00, 0x00, 0x03, 0xCC][..];
        let mut reads = 0;
        let mut next = || {
            read(&mut stream, |_| {
                reads += 1;
                Ok(())
            })
        };
        assert_eq!(*next().unwrap(), [0xAA, 0xBB]);
        assert!(next().unwrap().is_empty());
        assert_eq!(next().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(reads, 6);
    }

    #[test]
    fn an_answer_has_its_length_before_it_and_is_never_empty() {
        assert_eq!(encode(&[0x90, 0x00]), Some(vec![0x00, 0x02, 0x90, 0x00]));
        assert_eq!(encode(&[0x5A; 300]).unwrap()[..2], [0x01, 0x2C]);
        assert_eq!(encode(&[]), None);
        assert!(encode(&vec![0; 65_535]).is_some());
        assert_eq!(encode(&vec![0; 65_536]), None);
    }
}
