//! What can happen to agent, cards and readers, as plain data that can be printed, shrunk and drawn at random.

use jpki_agent::apdu::StatusWord;
use jpki_agent::jpki::KeyKind;
use jpki_agent::simulator::{CardHandle, Fault, Moment, Trigger};
use proptest::prelude::*;

/// Cards there are: two of different holders with the same PINs, and one that is no Individual Number Card.
pub const CARDS: usize = 3;
/// The last one, which is none.
pub const FOREIGN: usize = 2;
/// Readers there are.
pub const READERS: usize = 2;

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Operation {
    /// A card is put into a reader; if it lies in another one, it is taken out of that first.
    Insert { reader: usize, card: usize },
    /// What lies in the reader is taken out.
    Remove { reader: usize },
    /// The reader is unplugged, or plugged in again.
    Plug { reader: usize, there: bool },
    /// The PC/SC service ends and starts again after `asked` has been asked of the agent without it.
    Restart { asked: Query },
    /// Both PINs of a card are as good as new, as after a visit to the municipal office.
    Renew { card: usize },
    /// Nothing of this needs a PIN.
    Ask { query: Query, reader: Option<usize>, fault: Option<Planned> },
    /// A key is used, or the signature certificate handed out.
    Use { deed: Deed, reader: Option<usize>, entry: Entry, meanwhile: Meanwhile, fault: Option<Planned> },
    /// A PIN is changed to the other one of two.
    Change {
        kind: KeyKind,
        reader: Option<usize>,
        entry: Entry,
        new: NewEntry,
        meanwhile: Meanwhile,
        fault: Option<Planned>,
    },
    /// The last try of a PIN may be used once.
    Unprotect { kind: KeyKind, reader: Option<usize>, agrees: bool },
}

/// What can be asked without a PIN.
#[derive(Clone, Copy, Debug)]
pub enum Query {
    Status,
    Pins,
    Certificates,
    Release,
}

/// What a PIN is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Authenticate,
    Sign(usize),
    Disclose,
}

impl Deed {
    /// Whose PIN it takes.
    pub fn kind(self) -> KeyKind {
        match self {
            Self::Authenticate => KeyKind::Authentication,
            Self::Sign(_) | Self::Disclose => KeyKind::Signature,
        }
    }
}

/// What the person does with the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Right,
    Wrong,
    /// Something that is no PIN, and then the right one.
    MalformedThenRight,
    /// Something that is no PIN, and then no more.
    MalformedThenDecline,
    Decline,
    TimeOut,
}

impl Entry {
    /// Does it end with a PIN?
    pub fn is_pin(self) -> bool {
        matches!(self, Self::Right | Self::Wrong | Self::MalformedThenRight)
    }

    /// Is that the right one?
    pub fn is_right(self) -> bool {
        matches!(self, Self::Right | Self::MalformedThenRight)
    }
}

/// What the person does about the new PIN, once the present one is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NewEntry {
    Twice,
    /// The second time something else; then it is typed anew, twice.
    OnceUnlike,
    /// The second time something else, whenever asked.
    NeverAlike,
    Decline,
    /// No answer where it is asked for once more.
    TimeOutAtTheSecond,
}

impl NewEntry {
    /// Does it end with a new PIN?
    pub fn is_pin(self) -> bool {
        matches!(self, Self::Twice | Self::OnceUnlike)
    }

    /// How many prompts that takes.
    pub fn prompts(self) -> usize {
        match self {
            Self::Decline => 1,
            Self::Twice | Self::TimeOutAtTheSecond => 2,
            Self::OnceUnlike => 4,
            Self::NeverAlike => 10,
        }
    }
}

/// What happens to the card while the person looks at the prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meanwhile {
    Nothing,
    /// It is pulled out.
    Removed,
    /// It is pulled out and put in again.
    Reinserted,
    /// Another one is put in its place.
    Swapped {
        with: usize,
    },
    /// Another program spends a try.
    TrySpent,
}

/// A fault and the command it waits for.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    pub at: At,
    pub what: Trouble,
}

/// Which command of the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// The so-and-so-many-th, from 0.
    Command(usize),
    /// The first VERIFY.
    Verify,
    /// CHANGE REFERENCE DATA.
    Change,
    /// The VERIFY that proves a new PIN.
    Proof,
    /// The first signature command.
    Sign,
}

impl At {
    pub fn trigger(self) -> Trigger {
        match self {
            Self::Command(index) => Trigger::next().after(index),
            Self::Verify => Trigger::verify(),
            Self::Change => Trigger::change(),
            Self::Proof => Trigger::verify().after(1),
            Self::Sign => Trigger::sign(),
        }
    }
}

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    Removed(Moment),
    ReaderGone(Moment),
    ServiceGone(Moment),
    LinkFailed(Moment),
    Reset,
    /// Another card lies in the reader.
    Swapped {
        with: usize,
        noticed: bool,
    },
    /// The card does not answer until somebody pulls it out.
    PulledWhileMute,
    /// The card does not answer for a while.
    Slow,
    Empty,
    OneByte,
    Status(u16),
    FlipBit(usize),
    KeepData(usize),
    ExtraData(usize),
    RandomData(u32),
}

impl Trouble {
    /// The fault to be put in place.
    pub fn fault(self, cards: &[CardHandle]) -> Fault {
        match self {
            Self::Removed(moment) => Fault::Removed(moment),
            Self::ReaderGone(moment) => Fault::ReaderGone(moment),
            Self::ServiceGone(moment) => Fault::ServiceGone(moment),
            Self::LinkFailed(moment) => Fault::LinkFailed(moment),
            Self::Reset => Fault::Reset,
            Self::Swapped { with, noticed } => Fault::Swapped { with: cards[with].clone(), noticed },
            Self::PulledWhileMute | Self::Slow => Fault::Mute,
            Self::Empty => Fault::Empty,
            Self::OneByte => Fault::OneByte,
            Self::Status(status) => Fault::Status(StatusWord::from(status)),
            Self::FlipBit(bit) => Fault::FlipBit(bit),
            Self::KeepData(length) => Fault::KeepData(length),
            Self::ExtraData(length) => Fault::ExtraData(length),
            Self::RandomData(seed) => Fault::RandomData(seed),
        }
    }

    /// Does the card act on the command it hits?
    pub fn card_acts(self) -> bool {
        match self {
            Self::Removed(moment) | Self::ReaderGone(moment) | Self::ServiceGone(moment) | Self::LinkFailed(moment) => {
                moment == Moment::AfterActing
            }
            Self::Reset | Self::Swapped { .. } | Self::Status(_) => false,
            _ => true,
        }
    }

    /// Is the answer lost, so that nobody knows what the card did?
    pub fn loses_answer(self) -> bool {
        !matches!(
            self,
            Self::Slow
                | Self::Status(_)
                | Self::FlipBit(_)
                | Self::KeepData(_)
                | Self::ExtraData(_)
                | Self::RandomData(_)
                | Self::Swapped { noticed: false, .. }
        )
    }

    /// Does the card say something else than what is in it, so that what was learned from it is wrong?
    pub fn lies(self) -> bool {
        matches!(
            self,
            Self::Status(_)
                | Self::FlipBit(_)
                | Self::KeepData(_)
                | Self::ExtraData(_)
                | Self::RandomData(_)
                | Self::Swapped { noticed: false, .. }
        )
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Removed(_) => "removed",
            Self::ReaderGone(_) => "reader gone",
            Self::ServiceGone(_) => "service gone",
            Self::LinkFailed(_) => "link failed",
            Self::Reset => "reset",
            Self::Swapped { noticed: true, .. } => "swapped",
            Self::Swapped { noticed: false, .. } => "swapped unnoticed",
            Self::PulledWhileMute => "pulled while mute",
            Self::Slow => "slow",
            Self::Empty => "empty answer",
            Self::OneByte => "one byte",
            Self::Status(_) => "status word",
            Self::FlipBit(_) => "flipped bit",
            Self::KeepData(_) => "cut data",
            Self::ExtraData(_) => "extra data",
            Self::RandomData(_) => "random data",
        }
    }
}

impl Operation {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Insert { .. } => "insert",
            Self::Remove { .. } => "remove",
            Self::Plug { there: true, .. } => "plug in",
            Self::Plug { there: false, .. } => "unplug",
            Self::Restart { .. } => "restart service",
            Self::Renew { .. } => "renew PINs",
            Self::Ask { query: Query::Status, .. } => "status",
            Self::Ask { query: Query::Pins, .. } => "pins",
            Self::Ask { query: Query::Certificates, .. } => "certificates",
            Self::Ask { query: Query::Release, .. } => "release",
            Self::Use { deed: Deed::Authenticate, .. } => "authenticate",
            Self::Use { deed: Deed::Sign(_), .. } => "sign",
            Self::Use { deed: Deed::Disclose, .. } => "disclose",
            Self::Change { .. } => "change PIN",
            Self::Unprotect { .. } => "unprotect",
        }
    }
}

/// Any operation. Restarts are rare, since the agent looks for a service only once a second.
pub fn operation() -> impl Strategy<Value = Operation> {
    let reader = || 0..READERS;
    let which = || prop_oneof![1 => Just(None), 1 => reader().prop_map(Some)];
    prop_oneof![
        60 => (reader(), prop_oneof![8 => Just(0), 6 => Just(1), 1 => Just(FOREIGN)])
            .prop_map(|(reader, card)| Operation::Insert { reader, card }),
        4 => reader().prop_map(|reader| Operation::Remove { reader }),
        8 => (reader(), prop::bool::weighted(0.8)).prop_map(|(reader, there)| Operation::Plug { reader, there }),
        1 => query().prop_map(|asked| Operation::Restart { asked }),
        12 => (0..FOREIGN).prop_map(|card| Operation::Renew { card }),
        50 => (query(), which(), prop::option::weighted(0.5, planned(10, &[])))
            .prop_map(|(query, reader, fault)| Operation::Ask { query, reader, fault }),
        140 => (deed(), which(), entry(), meanwhile(), prop::option::weighted(0.6, planned(24, &[At::Verify, At::Sign])))
            .prop_map(|(deed, reader, entry, meanwhile, fault)| Operation::Use { deed, reader, entry, meanwhile, fault }),
        40 => changing(),
        16 => (kind(), which(), prop::bool::weighted(0.8))
            .prop_map(|(kind, reader, agrees)| Operation::Unprotect { kind, reader, agrees }),
    ]
}

fn changing() -> impl Strategy<Value = Operation> {
    let which = prop::option::of(0..READERS);
    let places = [At::Verify, At::Change, At::Change, At::Proof];
    let fault = prop::option::weighted(0.6, planned(16, &places));
    (kind(), which, entry(), new_entry(), meanwhile(), fault).prop_map(
        |(kind, reader, entry, new, meanwhile, fault)| Operation::Change { kind, reader, entry, new, meanwhile, fault },
    )
}

fn query() -> impl Strategy<Value = Query> {
    prop_oneof![Just(Query::Status), Just(Query::Pins), Just(Query::Certificates), Just(Query::Release)]
}

fn kind() -> impl Strategy<Value = KeyKind> {
    prop_oneof![Just(KeyKind::Authentication), Just(KeyKind::Signature)]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![3 => Just(Deed::Authenticate), 3 => (1..4usize).prop_map(Deed::Sign), 1 => Just(Deed::Disclose)]
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        8 => Just(Entry::Right),
        4 => Just(Entry::Wrong),
        1 => Just(Entry::MalformedThenRight),
        1 => Just(Entry::MalformedThenDecline),
        1 => Just(Entry::Decline),
        1 => Just(Entry::TimeOut),
    ]
}

fn new_entry() -> impl Strategy<Value = NewEntry> {
    prop_oneof![
        10 => Just(NewEntry::Twice),
        2 => Just(NewEntry::OnceUnlike),
        1 => Just(NewEntry::NeverAlike),
        1 => Just(NewEntry::Decline),
        1 => Just(NewEntry::TimeOutAtTheSecond),
    ]
}

fn meanwhile() -> impl Strategy<Value = Meanwhile> {
    prop_oneof![
        16 => Just(Meanwhile::Nothing),
        1 => Just(Meanwhile::Removed),
        1 => Just(Meanwhile::Reinserted),
        1 => (0..CARDS).prop_map(|with| Meanwhile::Swapped { with }),
        3 => Just(Meanwhile::TrySpent),
    ]
}

/// At one of the first commands or, as often again, where it matters most.
fn planned(commands: usize, places: &[At]) -> impl Strategy<Value = Planned> + use<> {
    let any = (0..commands).prop_map(At::Command).boxed();
    let at = match places {
        [] => any,
        _ => prop_oneof![4 => any, 6 => prop::sample::select(places.to_vec())].boxed(),
    };
    (at, trouble()).prop_map(|(at, what)| Planned { at, what })
}

fn trouble() -> impl Strategy<Value = Trouble> {
    let moment = || prop_oneof![Just(Moment::BeforeActing), Just(Moment::AfterActing)];
    let words = StatusWord::NAMED.iter().copied().map(u16::from).filter(|word| *word != 0x9000).collect::<Vec<_>>();
    let status = prop_oneof![prop::sample::select(words), 0x6100..=0x61FFu16, 0x63C0..=0x63CFu16, 0x6C00..=0x6CFFu16];
    prop_oneof![
        4 => moment().prop_map(Trouble::Removed),
        2 => moment().prop_map(Trouble::ReaderGone),
        1 => moment().prop_map(Trouble::ServiceGone),
        4 => moment().prop_map(Trouble::LinkFailed),
        3 => Just(Trouble::Reset),
        2 => (0..CARDS, any::<bool>()).prop_map(|(with, noticed)| Trouble::Swapped { with, noticed }),
        2 => Just(Trouble::PulledWhileMute),
        1 => Just(Trouble::Slow),
        2 => Just(Trouble::Empty),
        2 => Just(Trouble::OneByte),
        6 => status.prop_map(Trouble::Status),
        2 => (0..16_384usize).prop_map(Trouble::FlipBit),
        2 => (0..256usize).prop_map(Trouble::KeepData),
        1 => (1..300usize).prop_map(Trouble::ExtraData),
        2 => any::<u32>().prop_map(Trouble::RandomData),
    ]
}
