//! What may go wrong between a program and a card, and when: put in place through a [`CardHandle`], also while the card
//! is in use.

use super::handle::CardHandle;
use super::wire::Sort;
use crate::apdu::StatusWord;

/// One thing that goes wrong, once.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The card is pulled out.
    Removed(Moment),
    /// The reader is unplugged.
    ReaderGone(Moment),
    /// The PC/SC service ends.
    ServiceGone(Moment),
    /// The link fails, as with a contactless card that sits badly; the card stays.
    LinkFailed(Moment),
    /// Another program resets the card before it sees the command.
    Reset,
    /// Another card lies in the reader before the command arrives.
    Swapped {
        /// The other card.
        with: CardHandle,
        /// Does the reader notice? If not, the other card gets the command.
        noticed: bool,
    },
    /// The card acts but does not answer until [`CardHandle::release`].
    Mute,
    /// The card acts; its answer has no bytes.
    Empty,
    /// The card acts; its answer has one byte.
    OneByte,
    /// The card does not act and answers this.
    Status(StatusWord),
    /// The card acts; these bytes come instead of its answer, status word included.
    Answer(Vec<u8>),
    /// The card acts; one bit of the data is wrong, counted from the first, modulo their number.
    FlipBit(usize),
    /// The card acts; only so many bytes of the data come, status word as it was.
    KeepData(usize),
    /// The card acts; so many bytes of nonsense stand between data and status word.
    ExtraData(usize),
    /// The card acts; the data are as long as they should be, but nonsense grown from this seed.
    RandomData(u32),
}

/// When it happens, relative to the card's doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The card has not seen the command.
    BeforeActing,
    /// The card has acted; its answer is lost.
    AfterActing,
}

/// Which command a fault waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trigger {
    on: On,
    skip: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    Any,
    Instruction(u8),
    Sort(Sort),
}

impl Trigger {
    /// The next command.
    #[must_use]
    pub fn next() -> Self {
        Self { on: On::Any, skip: 0 }
    }

    /// The next command with this INS.
    #[must_use]
    pub fn instruction(instruction: u8) -> Self {
        Self { on: On::Instruction(instruction), skip: 0 }
    }

    /// The next VERIFY with a PIN.
    #[must_use]
    pub fn verify() -> Self {
        Self { on: On::Sort(Sort::Verify), skip: 0 }
    }

    /// The next CHANGE REFERENCE DATA.
    #[must_use]
    pub fn change() -> Self {
        Self { on: On::Sort(Sort::Change), skip: 0 }
    }

    /// The next COMPUTE DIGITAL SIGNATURE.
    #[must_use]
    pub fn sign() -> Self {
        Self { on: On::Sort(Sort::Sign), skip: 0 }
    }

    /// Lets `count` such commands pass first.
    #[must_use]
    pub fn after(self, count: usize) -> Self {
        Self { skip: count, ..self }
    }

    /// Is it this command? Counts it as passed if not yet.
    fn fires(&mut self, wire: &[u8]) -> bool {
        let meant = match self.on {
            On::Any => true,
            On::Instruction(instruction) => wire.get(1) == Some(&instruction),
            On::Sort(sort) => Sort::of(wire) == sort,
        };
        if meant && self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        meant
    }
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(Trigger, Fault)>);

impl Faults {
    pub(super) fn add(&mut self, trigger: Trigger, fault: Fault) {
        self.0.push((trigger, fault));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault for this command, if one waits for it; of several the one that was added first.
    pub(super) fn next(&mut self, wire: &[u8]) -> Option<Fault> {
        let mut firing = None;
        for (index, (trigger, _)) in self.0.iter_mut().enumerate() {
            if trigger.fires(wire) && firing.is_none() {
                firing = Some(index);
            }
        }
        firing.map(|index| self.0.remove(index).1)
    }
}

/// Spoils an answer of the card.
pub(super) fn spoil(fault: &Fault, answer: &mut Vec<u8>) {
    let data = answer.len().saturating_sub(2);
    match fault {
        Fault::Empty => answer.clear(),
        Fault::OneByte => answer.truncate(1),
        Fault::Answer(instead) => answer.clone_from(instead),
        Fault::FlipBit(bit) if data > 0 => {
            if let Some(byte) = answer.get_mut(bit / 8 % data) {
                *byte ^= 1 << (bit % 8);
            }
        }
        Fault::KeepData(length) => {
            answer.drain((*length).min(data)..data);
        }
        Fault::ExtraData(length) => {
            answer.splice(data..data, std::iter::repeat_n(0xA5, *length));
        }
        Fault::RandomData(seed) => {
            let mut state = *seed;
            for byte in answer.iter_mut().take(data) {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                [*byte, ..] = state.to_be_bytes();
            }
        }
        _ => {}
    }
}
