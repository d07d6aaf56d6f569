//! The card's side of `vpcd`, against a listener that plays the reader's side with the bytes seen on the wire.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::*;
use crate::jpki::KeyKind;
use crate::simulator::vpcd::{ATR, Ended, Stop, serve};
use crate::simulator::{Fault, Moment, Trigger};

const SOON: Duration = Duration::from_secs(10);

/// The reader's side.
struct Reader(TcpStream);

impl Reader {
    fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    fn tell(&mut self, body: &[u8]) {
        self.0.write_all(&u16::try_from(body.len()).unwrap().to_be_bytes()).unwrap();
        self.0.write_all(body).unwrap();
    }

    fn ask(&mut self, body: &[u8]) -> Vec<u8> {
        self.tell(body);
        let mut length = [0; 2];
        self.0.read_exact(&mut length).unwrap();
        let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
        self.0.read_exact(&mut answer).unwrap();
        answer
    }

    fn is_closed(&mut self) -> bool {
        match self.0.read(&mut [0]) {
            Ok(length) => length == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}

struct Bench {
    listener: TcpListener,
    card: CardHandle,
    stop: Stop,
    ended: mpsc::Receiver<std::io::Result<Ended>>,
}

fn bench() -> Bench {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let card = CardHandle::new(SoftwareCard::new(contents(), Variants::default()));
    let stop = Stop::new();
    let (sender, ended) = mpsc::channel();
    thread::spawn({
        let (card, stop) = (card.clone(), stop.clone());
        move || sender.send(serve(address, &card, &stop, || {}))
    });
    Bench { listener, card, stop, ended }
}

impl Bench {
    fn ended(&self) -> Ended {
        self.ended.recv_timeout(SOON).unwrap().unwrap()
    }
}

#[test]
fn power_presence_and_commands_as_pcscd_asks_them() {
    let bench = bench();
    let mut reader = Reader::accept(&bench.listener);
    assert_eq!(reader.ask(&[0x04]), ATR);
    reader.tell(&[0x00]);
    assert_eq!(reader.ask(&[0x04]), ATR, "also without power");
    assert_eq!(reader.ask(&bytes(SELECT_JPKI)), [0x6F, 0x00]);
    reader.tell(&[0x01]);
    for command in [SELECT_JPKI, "00A4020C020018", RIGHT_PIN] {
        assert_eq!(reader.ask(&bytes(command)), [0x90, 0x00]);
    }
    reader.tell(&[0x02]);
    assert_eq!(reader.ask(&bytes("00A40000")), [0x6A, 0x86], "a reset leaves nothing selected");
    assert!(bench.card.with(|card| card.is_verified(KeyKind::Authentication)), "but what was verified");
    reader.tell(&[0x01]);
    assert_eq!(reader.ask(&bytes(SELECT_JPKI)), [0x90, 0x00]);
    assert!(!bench.card.with(|card| card.is_verified(KeyKind::Authentication)), "power-on is cold");
    assert_eq!(reader.ask(&bytes("00B08A00000000")).len(), 3810, "extended answers pass");
    assert_eq!(reader.ask(&[]), [0x67, 0x00]);
    bench.stop.stop();
    assert_eq!(bench.ended(), Ended::Stopped);
    assert!(reader.is_closed());
    assert!(!bench.card.with(|card| card.is_powered()));
}

#[test]
fn it_comes_back_when_the_service_does() {
    let bench = bench();
    let mut reader = Reader::accept(&bench.listener);
    reader.tell(&[0x01]);
    assert_eq!(reader.ask(&bytes(SELECT_JPKI)), [0x90, 0x00]);
    drop(reader);
    let mut reader = Reader::accept(&bench.listener);
    assert_eq!(reader.ask(&bytes(SELECT_JPKI)), [0x6F, 0x00], "without power");
    bench.stop.stop();
    assert_eq!(bench.ended(), Ended::Stopped);
}

#[test]
fn it_waits_until_somebody_listens_and_stops_waiting_when_told() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap(); // closed again at once
    let card = handle();
    for somebody_listens in [true, false] {
        let stop = Stop::new();
        let (connected, heard) = mpsc::channel();
        thread::scope(|scope| {
            let serving = scope.spawn(|| serve(address, &card, &stop, move || connected.send(()).unwrap()));
            assert!(heard.recv_timeout(Duration::from_millis(120)).is_err());
            if somebody_listens {
                let mut reader = Reader::accept(&TcpListener::bind(address).unwrap());
                assert_eq!(heard.recv_timeout(SOON), Ok(()));
                assert_eq!(reader.ask(&[0x04]), ATR);
            }
            stop.stop();
            assert_eq!(serving.join().unwrap().unwrap(), Ended::Stopped);
        });
    }
}

#[test]
fn a_removed_card_closes_the_connection_and_stays_out() {
    for moment in [Moment::BeforeActing, Moment::AfterActing] {
        let bench = bench();
        bench.card.inject(Trigger::next(), Fault::Removed(moment));
        let mut reader = Reader::accept(&bench.listener);
        reader.tell(&[0x01]);
        reader.tell(&bytes(SELECT_JPKI));
        assert!(reader.is_closed());
        assert_eq!(bench.ended(), Ended::Removed);
    }
}

#[test]
fn an_answer_without_bytes_is_never_sent() {
    let bench = bench();
    bench.card.inject(Trigger::next(), Fault::Empty);
    let mut reader = Reader::accept(&bench.listener);
    reader.tell(&bytes(SELECT_JPKI));
    assert!(reader.is_closed());
    assert_eq!(Reader::accept(&bench.listener).ask(&[0x04]), ATR);
    bench.stop.stop();
    assert_eq!(bench.ended(), Ended::Stopped);
}

#[test]
fn a_mute_card_is_stopped_in_the_middle_of_its_command() {
    let bench = bench();
    bench.card.inject(Trigger::next(), Fault::Mute);
    let mut reader = Reader::accept(&bench.listener);
    reader.tell(&[0x01]);
    reader.tell(&bytes(SELECT_JPKI));
    assert!(bench.card.wait_until_mute(SOON));
    bench.stop.stop();
    assert_eq!(bench.ended(), Ended::Stopped);
}

#[test]
fn another_card_answers_after_a_swap_or_in_the_middle() {
    for noticed in [false, true] {
        let bench = bench();
        let other = CardHandle::new(SoftwareCard::new(contents(), Variants::default()));
        bench.card.inject(Trigger::next(), Fault::Swapped { with: other.clone(), noticed });
        let mut reader = Reader::accept(&bench.listener);
        reader.tell(&[0x01]);
        if noticed {
            reader.tell(&bytes(SELECT_JPKI));
            assert!(reader.is_closed());
            reader = Reader::accept(&bench.listener);
            reader.tell(&[0x01]);
        }
        assert_eq!(reader.ask(&bytes(SELECT_JPKI)), [0x90, 0x00]);
        assert_eq!((bench.card.wire().commands, other.wire().commands), (1, 1));
        bench.stop.stop();
        assert_eq!(bench.ended(), Ended::Stopped);
    }
}
