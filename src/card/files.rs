//! SELECT and READ BINARY over any [`Transmit`] (ISO/IEC 7816-4, 11.2 and 11.3; `card-protocol.md` 2, 4, 12).
//!
//! Selecting and reading change nothing on the card, so only here may a command be repeated: once with the length the
//! card names (6Cxx), once with a smaller one (6700), once after a cold start or a lost current file.

use zeroize::Zeroizing;

use super::{CardError, Step, Transmit, TransportError, send};
use crate::apdu::command::{MAX_EXTENDED_LE, MAX_SHORT_LE};
use crate::apdu::{Command, Response, StatusWord, tlv};

/// Nothing on the card is longer.
const MAX_ANSWER: usize = 64 * 1024;
/// GET RESPONSE rounds for one answer.
const MAX_ROUNDS: usize = 8;
/// What is asked for when the card finds 256 too long.
const SMALLER_PIECE: u32 = 0xE0;
/// So many bytes tell how long an object is: tag, and a length of up to three bytes.
const MIN_HEAD: usize = 4;
/// A certificate has at least so many bytes …
const MIN_OBJECT: usize = 256;
/// … and at most so many.
const MAX_OBJECT: usize = 0x4000;

/// Makes an application current. After a cold start the first command may answer 6F00; then one throw-away command
/// goes out and SELECT is sent again (`card-protocol.md` 5.5).
///
/// # Errors
/// [`CardError::Refused`] with the card's word, 6A82 where the application is absent.
pub fn select_applet(card: &mut dyn Transmit, aid: &[u8]) -> Result<(), CardError> {
    let command = Command::select_applet(aid);
    let mut response = collect(card, Step::SelectApplet, &command)?;
    if response.status() == StatusWord::GENERAL_FAULT {
        send(card, Step::SelectApplet, &Command::select_nothing())?;
        response = collect(card, Step::SelectApplet, &command)?;
    }
    accept(Step::SelectApplet, &response)
}

/// Makes an EF of the current application current.
///
/// # Errors
/// [`CardError::Refused`], with 6A82 where the file is absent.
pub fn select_file(card: &mut dyn Transmit, file_id: u16) -> Result<(), CardError> {
    let response = collect(card, Step::SelectFile, &Command::select_file(file_id))?;
    accept(Step::SelectFile, &response)
}

/// Reads up to `length` bytes (at most 256) of the current EF from `offset`; fewer at the end of the file.
///
/// # Errors
/// [`CardError::Refused`], with 6982 where the PIN is needed.
pub fn read_binary(card: &mut dyn Transmit, offset: u16, length: u32) -> Result<Zeroizing<Vec<u8>>, CardError> {
    let command = Command::read_binary(offset, length.min(MAX_SHORT_LE));
    let mut response = collect(card, Step::Read, &command)?;
    if response.status() == StatusWord::WRONG_LENGTH && length > SMALLER_PIECE {
        response = collect(card, Step::Read, &command.with_expected(SMALLER_PIECE))?;
    }
    match response.status() {
        StatusWord::OK | StatusWord::END_OF_FILE => {}
        StatusWord::BAD_OFFSET if offset > 0 => {}
        status => return Err(CardError::Refused { step: Step::Read, status }),
    }
    if response.data().len() > usize::try_from(length).unwrap_or(usize::MAX) {
        return Err(CardError::Malformed { step: Step::Read, what: "more data than asked for" });
    }
    Ok(Zeroizing::new(response.data().to_vec()))
}

/// Reads the DER object at the beginning of the current EF: one piece of 256 bytes, then exact pieces up to its end,
/// never into the filler behind it. `None` if the file begins with no DER SEQUENCE: nothing has been put there.
///
/// # Errors
/// As [`read_binary`]; [`CardError::Malformed`] if the object is implausibly short or long, or ends early.
pub fn read_object(card: &mut dyn Transmit) -> Result<Option<Zeroizing<Vec<u8>>>, CardError> {
    let Some(Begun { mut object, total }) = begin_object(card)? else { return Ok(None) };
    while object.len() < total {
        let missing = u32::try_from(total - object.len()).unwrap_or(MAX_SHORT_LE).min(MAX_SHORT_LE);
        let piece = read_binary(card, offset_of(&object)?, missing)?;
        if piece.is_empty() {
            return Err(malformed("the file ends inside the object"));
        }
        object.extend_from_slice(&piece);
    }
    Ok(Some(object))
}

/// What came of [`read_object_at_once`].
#[derive(Debug, PartialEq, Eq)]
pub enum AtOnce {
    /// The object, or `None` as in [`read_object`].
    Read(Option<Zeroizing<Vec<u8>>>),
    /// Card or reader did not take the long READ as it should be taken, and why: refused, answered with too little or too
    /// much, or the link broke. The rest is to be read anew in short pieces.
    Refused(CardError),
}

/// Reads the same as [`read_object`] in two commands: one piece of 256 bytes, which says how long the object is, then
/// all the rest with one READ in the extended form, `00 B0 hi lo 00 hi lo` (4; not universal). Asks for exactly what is
/// missing: the filler behind would take longer than the commands that are saved.
///
/// # Errors
/// As [`read_object`] for what comes before the long READ, and where card, reader or service have gone.
pub fn read_object_at_once(card: &mut dyn Transmit) -> Result<AtOnce, CardError> {
    let Some(Begun { mut object, total }) = begin_object(card)? else { return Ok(AtOnce::Read(None)) };
    let missing = total - object.len();
    if missing == 0 {
        return Ok(AtOnce::Read(Some(object)));
    }
    let expected = u32::try_from(missing).unwrap_or(MAX_EXTENDED_LE);
    let response = match collect(card, Step::Read, &Command::read_binary(offset_of(&object)?, expected)) {
        Ok(response) => response,
        Err(error) if may_be_the_form(&error) => return Ok(AtOnce::Refused(error)),
        Err(error) => return Err(error),
    };
    match response.status() {
        StatusWord::OK | StatusWord::END_OF_FILE if response.data().len() == missing => {
            object.extend_from_slice(response.data());
            Ok(AtOnce::Read(Some(object)))
        }
        StatusWord::OK | StatusWord::END_OF_FILE => Ok(AtOnce::Refused(malformed("a piece of another length"))),
        status => Ok(AtOnce::Refused(CardError::Refused { step: Step::Read, status })),
    }
}

/// Could a command of another form have got through? Not where card, reader or service have gone, or time is over.
fn may_be_the_form(error: &CardError) -> bool {
    match error.transport() {
        Some(fault) => matches!(fault, TransportError::Communication | TransportError::Truncated(_)),
        None => true,
    }
}

/// The beginning of an object, and how long the whole is.
struct Begun {
    object: Zeroizing<Vec<u8>>,
    total: usize,
}

/// Reads the first piece, which tells how long the object is. `None` if there is none.
fn begin_object(card: &mut dyn Transmit) -> Result<Option<Begun>, CardError> {
    let head = read_binary(card, 0, MAX_SHORT_LE)?;
    if head.len() < MIN_HEAD {
        return Err(malformed("an answer too short to tell what lies in the file"));
    }
    let Some(total) = tlv::sequence_length(&head) else { return Ok(None) };
    if !(MIN_OBJECT..=MAX_OBJECT).contains(&total) {
        return Err(malformed("an object of implausible length"));
    }
    let mut object = Zeroizing::new(Vec::with_capacity(total));
    object.extend_from_slice(head.get(..total.min(head.len())).unwrap_or_default());
    Ok(Some(Begun { object, total }))
}

/// Where the next piece begins.
fn offset_of(object: &[u8]) -> Result<u16, CardError> {
    u16::try_from(object.len()).map_err(|_| malformed("an object of implausible length"))
}

fn malformed(what: &'static str) -> CardError {
    CardError::Malformed { step: Step::Read, what }
}

fn accept(step: Step, response: &Response) -> Result<(), CardError> {
    match response.status() {
        StatusWord::OK => Ok(()),
        status => Err(CardError::Refused { step, status }),
    }
}

/// Sends a command that may be repeated: follows 61xx with GET RESPONSE, and 6Cxx with the command once more.
fn collect(card: &mut dyn Transmit, step: Step, command: &Command) -> Result<Response, CardError> {
    let mut response = send(card, step, command)?;
    if let Some(length) = response.status().right_length() {
        response = send(card, step, &command.with_expected(length))?;
    }
    follow_more_data(card, step, response)
}

/// Collects the rest of an answer that ended with 61xx. Shared with the signature command, which may not be repeated
/// but may be followed by GET RESPONSE.
///
/// # Errors
/// [`CardError::Malformed`] if the card goes on without end.
pub(crate) fn follow_more_data(card: &mut dyn Transmit, step: Step, first: Response) -> Result<Response, CardError> {
    if first.status().more_data().is_none() {
        return Ok(first);
    }
    let mut data = Zeroizing::new(first.data().to_vec());
    let mut status = first.status();
    for _ in 0..MAX_ROUNDS {
        let Some(length) = status.more_data() else {
            return Ok(Response::new(&data, status));
        };
        let next = send(card, step, &Command::get_response(length))?;
        data.extend_from_slice(next.data());
        status = next.status();
        if data.len() > MAX_ANSWER {
            break;
        }
    }
    match status.more_data() {
        None if data.len() <= MAX_ANSWER => Ok(Response::new(&data, status)),
        _ => Err(CardError::Malformed { step, what: "an answer without end" }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::card::TransportError;

    /// Answers from a list and remembers what was sent.
    struct Script {
        answers: VecDeque<Response>,
        sent: Vec<Vec<u8>>,
    }

    impl Script {
        fn new(answers: impl IntoIterator<Item = (Vec<u8>, u16)>) -> Self {
            let answers =
                answers.into_iter().map(|(data, status)| Response::new(&data, StatusWord::from(status))).collect();
            Self { answers, sent: Vec::new() }
        }
    }

    impl Transmit for Script {
        fn transmit(&mut self, command: &Command) -> Result<Response, TransportError> {
            self.sent.push(command.encode().to_vec());
            self.answers.pop_front().ok_or(TransportError::Removed)
        }
    }

    fn object(total: usize) -> Vec<u8> {
        let [high, low] = u16::try_from(total - 4).unwrap().to_be_bytes();
        let mut object = vec![0x30, 0x82, high, low];
        object.extend((4..total).map(|i| u8::try_from(i % 251).unwrap()));
        object
    }

    #[test]
    fn an_object_is_read_in_exact_pieces_and_not_beyond_its_end() {
        let der = object(1574);
        let answers = der.chunks(256).map(|piece| (piece.to_vec(), 0x9000));
        let mut card = Script::new(answers);
        assert_eq!(read_object(&mut card).unwrap().unwrap().to_vec(), der);
        assert_eq!(card.sent.len(), 7);
        assert_eq!(card.sent[6], [0x00, 0xB0, 0x06, 0x00, 38]);
    }

    #[test]
    fn an_object_is_read_at_once_with_exactly_what_is_missing() {
        let der = object(1574);
        let mut card = Script::new([(der[..256].to_vec(), 0x9000), (der[256..].to_vec(), 0x9000)]);
        assert_eq!(read_object_at_once(&mut card).unwrap(), AtOnce::Read(Some(Zeroizing::new(der))));
        assert_eq!(card.sent[1], [0x00, 0xB0, 0x01, 0x00, 0x00, 0x05, 0x26]);
        let small = [vec![0x30, 0x81, 0xFD], vec![7; 0xFD]].concat();
        let mut card = Script::new([(small.clone(), 0x9000)]);
        assert_eq!(read_object_at_once(&mut card).unwrap(), AtOnce::Read(Some(Zeroizing::new(small))));
    }

    #[test]
    fn whatever_is_wrong_with_the_long_read_is_told_apart_from_other_errors() {
        let der = object(1574);
        let rest =
            |bytes: std::ops::Range<usize>, status| [(der[..256].to_vec(), 0x9000), (der[bytes].to_vec(), status)];
        for answers in [rest(0..0, 0x6700), rest(256..512, 0x9000), rest(256..1573, 0x6282), rest(200..1574, 0x9000)] {
            let mut card = Script::new(answers);
            assert!(matches!(read_object_at_once(&mut card), Ok(AtOnce::Refused(_))));
            assert_eq!(card.sent.len(), 2);
        }
        // The list of answers is over: as if the card had been taken out.
        assert!(read_object_at_once(&mut Script::new([(der[..256].to_vec(), 0x9000)])).is_err());
        assert!(read_object_at_once(&mut Script::new([(vec![], 0x6982)])).is_err());
    }

    #[test]
    fn a_file_that_ends_inside_the_object_is_malformed() {
        let mut card = Script::new([(object(600)[..200].to_vec(), 0x9000), (vec![], 0x6B00)]);
        assert!(matches!(read_object(&mut card), Err(CardError::Malformed { .. })));
    }

    #[test]
    fn filler_instead_of_an_object_is_an_absent_object() {
        for filler in [0x00, 0xFF] {
            assert_eq!(read_object(&mut Script::new([(vec![filler; 256], 0x9000)])), Ok(None));
        }
    }

    #[test]
    fn implausible_or_cut_objects_are_malformed() {
        for head in
            [vec![0x30, 0x03, 2, 1, 1], vec![0x30, 0x82, 0xFF, 0xFF], vec![0x30, 0x82, 0x06], vec![0x00], vec![]]
        {
            assert!(matches!(read_object(&mut Script::new([(head, 0x9000)])), Err(CardError::Malformed { .. })));
        }
    }

    #[test]
    fn short_pieces_advance_by_what_came() {
        let der = object(600);
        let mut card = Script::new([
            (der[..100].to_vec(), 0x9000),
            (der[100..356].to_vec(), 0x9000),
            (der[356..].to_vec(), 0x6282),
        ]);
        assert_eq!(read_object(&mut card).unwrap().unwrap().to_vec(), der);
    }

    #[test]
    fn wrong_expected_length_is_followed_once() {
        let mut card = Script::new([(vec![], 0x6C20), (vec![7; 0x20], 0x9000)]);
        assert_eq!(read_binary(&mut card, 0, 256).unwrap().to_vec(), vec![7; 0x20]);
        let mut card = Script::new([(vec![], 0x6C20), (vec![], 0x6C10)]);
        assert!(read_binary(&mut card, 0, 256).is_err());
        assert_eq!(card.sent.len(), 2);
    }

    #[test]
    fn more_data_is_collected_within_bounds() {
        let mut card = Script::new([(vec![1; 100], 0x6164), (vec![2; 100], 0x9000)]);
        assert_eq!(read_binary(&mut card, 0, 256).unwrap().len(), 200);
        let mut card = Script::new(std::iter::repeat_n((vec![1], 0x6101), 20));
        assert!(matches!(read_binary(&mut card, 0, 256), Err(CardError::Malformed { .. })));
        assert_eq!(card.sent.len(), 1 + MAX_ROUNDS);
    }

    #[test]
    fn a_cold_card_is_selected_once_more() {
        let mut card = Script::new([(vec![], 0x6F00), (vec![], 0x6A86), (vec![], 0x9000)]);
        select_applet(&mut card, &[0xD3, 0x92]).unwrap();
        assert_eq!(card.sent[1], [0x00, 0xA4, 0x00, 0x00]);
        let mut card = Script::new([(vec![], 0x6F00), (vec![], 0x6F00), (vec![], 0x6F00)]);
        assert!(select_applet(&mut card, &[0xD3, 0x92]).is_err());
    }

    #[test]
    fn more_data_than_asked_for_is_malformed() {
        assert!(matches!(
            read_binary(&mut Script::new([(vec![0; 33], 0x9000)]), 0, 32),
            Err(CardError::Malformed { .. })
        ));
    }
}
