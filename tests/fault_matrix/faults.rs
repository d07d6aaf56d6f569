//! What goes wrong: every fault that each command of each operation meets, and what happens while a prompt is open.

use std::fmt;

use jpki_agent::apdu::StatusWord;
use jpki_agent::jpki::KeyKind;
use jpki_agent::simulator::{CardHandle, Fault, Moment, Trigger};

use crate::operations::{Role, Step};

/// Something that happens at one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upset {
    Removed(Moment),
    ReaderGone(Moment),
    /// A contactless card that sits badly.
    LinkFailed(Moment),
    /// Another program resets the card.
    Reset,
    /// No answer until the card is pulled out.
    Mute,
    Empty,
    OneByte,
    /// The card does nothing and answers this.
    Status(u16),
    /// The card announces more data, for ever.
    EndlessMore,
    /// Success without the data.
    NoData,
    /// Only the first byte of the data.
    OneOfTheData,
    /// All data but the last byte.
    LastMissing,
    /// One byte more.
    OneTooMany,
    /// More than any answer may have.
    Oversize,
    /// The right number of bytes, grown from this seed.
    RandomData(u32),
    /// One wrong bit.
    FlippedBit(usize),
    /// A certificate's first piece is not DER, or not plausible: one of [`BAD_DER`].
    BadDer(usize),
    /// The card acts, and answers bytes and a status word grown from this seed.
    Garbage(u32),
    /// Another card lies in the reader.
    Swapped {
        noticed: bool,
        /// It has one try left for each PIN.
        single_try: bool,
    },
}

/// Every status word of `card-protocol.md` 12, one nobody knows, and the variants of 61xx, 6Cxx and 63Cx.
pub const STATUS_WORDS: [u16; 41] = [
    0x9000, 0x6100, 0x6110, 0x61FF, 0x6C00, 0x6C10, 0x6C20, 0x6281, 0x6282, 0x6283, 0x6300, 0x63C0, 0x63C1, 0x63C2,
    0x63CF, 0x6400, 0x6581, 0x6700, 0x6881, 0x6882, 0x6981, 0x6982, 0x6983, 0x6984, 0x6985, 0x6986, 0x6987, 0x6988,
    0x69FC, 0x66F1, 0x6A80, 0x6A81, 0x6A82, 0x6A86, 0x6A87, 0x6A88, 0x6B00, 0x6D00, 0x6E00, 0x6F00, 0x1234,
];

/// What the first piece of a certificate begins with.
pub const BAD_DER: [&[u8]; 5] = [
    &[0x30, 0x80, 0x30, 0x00],
    &[0x31, 0x82, 0x06, 0x26],
    &[0x30, 0x82, 0xFF, 0xFF],
    &[0x30, 0x03, 0x02, 0x01, 0x01],
    &[0x30, 0x82, 0x03, 0x00, 0x30, 0x82, 0x02, 0xF0],
];

/// A small generator with a period long enough for tests (Knuth's MMIX constants).
#[derive(Clone, Copy, Debug)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 32).unwrap()
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next()).unwrap() % bound
    }
}

/// All that can happen at `step`.
pub fn upsets(step: Step, random: &mut Random) -> Vec<Upset> {
    use Moment::{AfterActing, BeforeActing};
    let mut upsets = vec![Upset::Reset, Upset::Mute, Upset::Empty, Upset::OneByte, Upset::OneTooMany, Upset::Oversize];
    for moment in [BeforeActing, AfterActing] {
        upsets.extend([Upset::Removed(moment), Upset::ReaderGone(moment), Upset::LinkFailed(moment)]);
    }
    upsets.extend(STATUS_WORDS.map(Upset::Status));
    upsets.push(Upset::Garbage(random.next()));
    for (noticed, single_try) in [(true, false), (true, true), (false, false), (false, true)] {
        upsets.push(Upset::Swapped { noticed, single_try });
    }
    let more_data_is_followed = !matches!(
        step.role,
        Role::Query(_) | Role::Verify | Role::Change | Role::QueryChanged | Role::Prove | Role::QueryProved
    );
    upsets.extend(more_data_is_followed.then_some(Upset::EndlessMore));
    if matches!(step.role, Role::ReadLabel | Role::ReadHead(_) | Role::ReadMore(..) | Role::Sign) {
        upsets.extend([Upset::NoData, Upset::OneOfTheData, Upset::LastMissing, Upset::RandomData(random_data(random))]);
        // In the head, past the length: there it is certain to break what follows.
        let byte = if matches!(step.role, Role::ReadHead(_)) { 4 } else { random.below(32) };
        upsets.push(Upset::FlippedBit(byte * 8 + random.below(8)));
    }
    if matches!(step.role, Role::ReadHead(_)) {
        upsets.extend((0..BAD_DER.len()).map(Upset::BadDer));
    }
    upsets
}

/// A seed whose first byte is not that of a SEQUENCE, as in [`Fault::RandomData`].
fn random_data(random: &mut Random) -> u32 {
    loop {
        let seed = random.next();
        if seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) >> 24 != 0x30 {
            return seed;
        }
    }
}

impl Upset {
    /// Has the card, or the one in its place, done what it was told?
    pub fn acts(self) -> bool {
        match self {
            Self::Removed(moment) | Self::ReaderGone(moment) | Self::LinkFailed(moment) => {
                moment == Moment::AfterActing
            }
            Self::Reset | Self::Status(_) | Self::EndlessMore | Self::Swapped { .. } => false,
            _ => true,
        }
    }

    /// Lets it happen to `card` at the command of this index.
    pub fn inject(self, card: &CardHandle, index: usize, step: Step, other: &CardHandle) {
        let at = Trigger::next().after(index);
        let fault = match self {
            Self::Removed(moment) => Fault::Removed(moment),
            Self::ReaderGone(moment) => Fault::ReaderGone(moment),
            Self::LinkFailed(moment) => Fault::LinkFailed(moment),
            Self::Reset => Fault::Reset,
            Self::Mute => Fault::Mute,
            Self::Empty => Fault::Empty,
            Self::OneByte => Fault::OneByte,
            Self::Status(status) => Fault::Status(status.into()),
            Self::EndlessMore => {
                for _ in 0..8 {
                    card.inject(at, Fault::Status(0x6110u16.into()));
                }
                Fault::Status(0x6110u16.into())
            }
            Self::NoData => Fault::KeepData(0),
            Self::OneOfTheData => Fault::KeepData(1),
            Self::LastMissing => Fault::KeepData(length(step.role) - 1),
            Self::OneTooMany => Fault::ExtraData(1),
            Self::Oversize => Fault::ExtraData(70_000),
            Self::RandomData(seed) => Fault::RandomData(seed),
            Self::FlippedBit(bit) => Fault::FlipBit(bit),
            Self::BadDer(index) => {
                let mut answer = BAD_DER[index].to_vec();
                answer.resize(256, 0x5A);
                answer.extend([0x90, 0x00]);
                Fault::Answer(answer)
            }
            Self::Garbage(seed) => Fault::Answer(garbage(seed)),
            Self::Swapped { noticed, single_try } => {
                if single_try {
                    other.with(|card| KeyKind::ALL.map(|kind| card.set_tries_left(kind, 1)));
                }
                Fault::Swapped { with: other.clone(), noticed }
            }
        };
        card.inject(at, fault);
    }

    /// The column of the summary.
    pub fn group(self) -> &'static str {
        match self {
            Self::Removed(_) => "removed",
            Self::ReaderGone(_) => "reader",
            Self::LinkFailed(_) => "link",
            Self::Reset => "reset",
            Self::Mute => "mute",
            Self::Empty | Self::OneByte => "cut",
            Self::EndlessMore | Self::Status(0x6100..=0x61FF | 0x6C00..=0x6CFF) => "61/6C",
            Self::Status(_) => "status",
            Self::NoData | Self::OneOfTheData | Self::LastMissing | Self::OneTooMany => "length",
            Self::Oversize => "oversize",
            Self::RandomData(_) | Self::FlippedBit(_) | Self::Garbage(_) => "garbage",
            Self::BadDer(_) => "bad DER",
            Self::Swapped { .. } => "swapped",
        }
    }
}

/// Bytes of the data of an answer that has some.
fn length(role: Role) -> usize {
    match role {
        Role::ReadLabel => 32,
        Role::ReadMore(_, length) => usize::try_from(length).unwrap(),
        _ => 256,
    }
}

/// Up to 64 bytes and a status word without a meaning.
fn garbage(seed: u32) -> Vec<u8> {
    let mut random = Random(seed.into());
    let mut answer: Vec<u8> = (0..random.below(64)).map(|_| random.next().to_be_bytes()[0]).collect();
    let mut status = StatusWord::OK;
    while status.meaning() != "unknown" {
        let [high, low, ..] = random.next().to_be_bytes();
        status = StatusWord::from([high, low]);
    }
    answer.extend(status.to_bytes());
    answer
}

/// Something that happens while a prompt is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meanwhile {
    Pulled,
    OutAndIn,
    Exchanged,
    /// For a card with one try left for each PIN.
    ExchangedForSingleTry,
    ReaderGone,
}

impl Meanwhile {
    pub const ALL: [Self; 5] =
        [Self::Pulled, Self::OutAndIn, Self::Exchanged, Self::ExchangedForSingleTry, Self::ReaderGone];
}

impl fmt::Display for Upset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status:04X}"),
            other => write!(f, "{other:?}"),
        }
    }
}
