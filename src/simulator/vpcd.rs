//! The software card behind a virtual PC/SC reader: the card's side of `vpcd`, of the vsmartcard project
//! (`pcsc-test-bench.md` 4).
//!
//! The card connects; being connected is lying in the reader, closing is being pulled out. Blocks its thread; frames
//! are made and read in [`frame`]. The only part of this program that opens a connection to elsewhere.

pub mod frame;

use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::SoftwareCard;
use super::handle::{CardHandle, Incident};
use crate::sync::lock;
use frame::Request;

/// Answer to reset of an Individual Number Card in a contact reader: T=1, no historical bytes (`card-protocol.md` 1.1).
pub const ATR: [u8; 9] = [0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];

/// How long to wait before `vpcd` is tried again.
const RETRY: Duration = Duration::from_millis(50);
/// How long a card stays out before the next one comes, so that the PC/SC service notices (it looks every 0.4 s).
const OUT_OF_READER: Duration = Duration::from_millis(700);

/// Pulls the card out, from any thread; clones pull the same card.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<(Mutex<Stopping>, Condvar)>);

#[derive(Debug, Default)]
struct Stopping {
    wanted: bool,
    stream: Option<TcpStream>,
    card: Option<CardHandle>,
}

/// Why [`serve`] came to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// [`Stop::stop`] was called.
    Stopped,
    /// A fault pulled the card out, or the reader.
    Removed,
}

impl Stop {
    /// Nothing to stop yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends [`serve`], also in the middle of a command, and also one that begins later.
    pub fn stop(&self) {
        let (stopping, changed) = &*self.0;
        let mut stopping = lock(stopping);
        stopping.wanted = true;
        if let Some(stream) = &stopping.stream {
            let _ = stream.shutdown(Shutdown::Both); // fails only if it is closed already
        }
        if let Some(card) = &stopping.card {
            card.pull_out();
        }
        changed.notify_all();
    }

    fn is_wanted(&self) -> bool {
        lock(&self.0.0).wanted
    }

    /// Remembers what there is to stop; false if that is wanted already.
    fn watch(&self, stream: &TcpStream, card: &CardHandle) -> io::Result<bool> {
        let stream = stream.try_clone()?;
        let mut stopping = lock(&self.0.0);
        stopping.stream = Some(stream);
        stopping.card = Some(card.clone());
        Ok(!stopping.wanted)
    }

    /// There is nothing to stop any more.
    fn forget(&self) {
        let mut stopping = lock(&self.0.0);
        stopping.stream = None;
        stopping.card = None;
    }

    /// Waits; true if stopping is wanted.
    fn wait(&self, time: Duration) -> bool {
        let (stopping, changed) = &*self.0;
        let waited = changed.wait_timeout_while(lock(stopping), time, |stopping| !stopping.wanted);
        waited.unwrap_or_else(PoisonError::into_inner).0.wanted
    }
}

/// Puts `card` into the virtual reader that listens at `address`, and answers for it until it is pulled out. Waits until
/// `vpcd` is there, and connects again when it has ended. `connected` is called each time the card lies in the reader.
///
/// # Errors
/// [`io::Error`] if the connection cannot be set up for another reason than that nobody listens.
pub fn serve(address: SocketAddr, card: &CardHandle, stop: &Stop, mut connected: impl FnMut()) -> io::Result<Ended> {
    let mut card = card.clone();
    loop {
        let Some(mut stream) = connect(address, stop)? else {
            return Ok(Ended::Stopped);
        };
        if !stop.watch(&stream, &card)? {
            return Ok(Ended::Stopped);
        }
        connected();
        let outcome = answer_all(&mut stream, &mut card, stop);
        stop.forget();
        drop(stream); // the last one: closes, which pulls the card out
        card.pull_out();
        match outcome {
            _ if stop.is_wanted() => return Ok(Ended::Stopped),
            // vpcd has ended, perhaps to begin again.
            Err(_) => {}
            Ok(Incident::Removed | Incident::ReaderGone) => return Ok(Ended::Removed),
            Ok(Incident::Swapped { with, .. }) => {
                card = with;
                if stop.wait(OUT_OF_READER) {
                    return Ok(Ended::Stopped);
                }
            }
            // What a card cannot do to its reader looks like a short absence.
            Ok(Incident::LinkFailed | Incident::Reset | Incident::ServiceGone) => {
                if stop.wait(OUT_OF_READER) {
                    return Ok(Ended::Stopped);
                }
            }
        }
        if stop.wait(RETRY) {
            return Ok(Ended::Stopped);
        }
    }
}

/// Connects, as soon as somebody listens; `None` if that is no longer wanted.
fn connect(address: SocketAddr, stop: &Stop) -> io::Result<Option<TcpStream>> {
    while !stop.is_wanted() {
        match TcpStream::connect(address) {
            Ok(stream) => return Ok(Some(stream)),
            Err(error) if matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
        stop.wait(RETRY);
    }
    Ok(None)
}

/// Answers until something happens to the card, which is returned, or the connection ends, which is an error.
fn answer_all(stream: &mut TcpStream, card: &mut CardHandle, stop: &Stop) -> io::Result<Incident> {
    stream.set_nodelay(true)?;
    loop {
        let body = frame::read(stream, acknowledge_quickly)?;
        let answer = match Request::decode(&body) {
            Request::PowerOff => {
                card.with(SoftwareCard::power_off);
                continue;
            }
            Request::PowerOn => {
                // Cold: whatever was there before is lost, also if power was never cut.
                card.with(|card| {
                    card.power_off();
                    card.power_on();
                });
                continue;
            }
            Request::Reset => {
                card.with(SoftwareCard::warm_reset);
                continue;
            }
            // Also while powered off: the reader asks this to see whether the card is there.
            Request::Atr => ATR.to_vec(),
            Request::Command(command) => match card.exchange(command) {
                Ok(answer) => answer,
                Err(Incident::Swapped { with, noticed: false }) => {
                    *card = with;
                    card.with(SoftwareCard::power_on);
                    stop.watch(stream, card)?;
                    match card.exchange(command) {
                        Ok(answer) => answer,
                        Err(incident) => return Ok(incident),
                    }
                }
                Err(incident) => return Ok(incident),
            },
        };
        match frame::encode(&answer) {
            Some(frame) => stream.write_all(&frame)?,
            // vpcd would wait for ever for an answer without bytes: leave instead, which PC/SC shows as the same.
            None => return Ok(Incident::LinkFailed),
        }
    }
}

/// `vpcd` writes length and body separately and waits for the acknowledgement of the first: 44 ms a command unless it
/// comes at once. Has to be said before every read, since it does not last.
#[cfg(target_os = "linux")]
fn acknowledge_quickly(stream: &TcpStream) -> io::Result<()> {
    use std::os::linux::net::TcpStreamExt as _;
    stream.set_quickack(true)
}

/// Elsewhere there is no such wish; it only costs time.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "one signature on all systems")]
fn acknowledge_quickly(_stream: &TcpStream) -> io::Result<()> {
    Ok(())
}
