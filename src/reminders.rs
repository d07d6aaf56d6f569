//! Reminders: what the holder should be told in time, and what is remembered to tell it.
//!
//! Certificates that end, the window in which they can be renewed, the yearly change of the signature password, and the
//! end of a stay in Japan (`certificates-and-formats.md` 3; the leaflet given with the card). Revocation cannot be known
//! here, and each text about the signature certificate says so.
//!
//! | part | what it is |
//! |---|---|
//! | [`due`] | which reminders hold, which are to be told now, and when the next one can be: pure functions of the moment |
//! | [`kept`] | the dates that outlive an insertion, and what was told; one private file |
//! | [`words`] | the texts |
//!
//! [`Reminders`] joins them for the agent. No card command is ever sent for a reminder: what requests read anyway is
//! enough. When and how they are shown is for [`crate::agent`].

pub mod due;
pub mod kept;
pub mod words;

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::watch;

use crate::certificate::validity::date_in_japan;
use crate::certificate::{Fingerprint, Renewal, Validity};
use due::{Due, Told};
use kept::{Kept, KeptCard};

pub use kept::{SeenCard, SignatureDates};

/// What a reminder is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum About {
    /// The user authentication certificate.
    Authentication,
    /// The signature certificate.
    Signature,
    /// The password of the signature certificate.
    Password,
    /// The holder's period of stay in Japan, and with it the card.
    Stay,
}

/// What is to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A certificate ends within 90 days.
    ExpiresSoon,
    /// A certificate can be renewed from now on.
    RenewalOpen,
    /// A certificate has ended.
    Expired,
    /// Another year with the same password has gone by, as far as the agent knows.
    PasswordDue,
    /// The period of stay ends within 90 days, or has ended.
    StayEnds,
}

/// One reminder, as it stands at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// What it is about.
    pub about: About,
    /// What is to be said.
    pub code: Code,
    /// Days to `date`, counted in Japan: 0 on that day, negative after it. `None` for a password.
    pub days_left: Option<i32>,
    /// The last day, in Japan; for a password the day on which the year was full.
    pub date: Date,
    /// When a certificate may be renewed.
    pub renewal: Option<Renewal>,
}

/// Which reminders the holder wants (`[notifications]` in the settings).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderSettings {
    /// Notices about certificates that end.
    pub expiry: bool,
    /// Remind once a year to change the signature password.
    pub password_yearly: bool,
    /// Last day of the period of stay of a holder who has one.
    pub stay_until: Option<Date>,
}

impl Default for ReminderSettings {
    fn default() -> Self {
        Self { expiry: true, password_yearly: false, stay_until: None }
    }
}

/// The dates of one card's certificates, as far as they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CardDates {
    /// Of the user authentication certificate.
    pub authentication: Option<Validity>,
    /// Of the signature certificate.
    pub signature: Option<Validity>,
    /// The day in Japan on which the signature password was changed by the agent.
    pub password_changed: Option<Date>,
}

/// What is to be told together: one notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// It is about software cards, and the notice must say so.
    pub simulated: bool,
    parts: Vec<Part>,
}

/// What is to be told of one card, or of the stay.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    /// `None`: the stay.
    card: Option<Fingerprint>,
    due: Vec<Due>,
}

impl Telling {
    /// The reminders in it, those of each card together, and those of the stay.
    #[must_use]
    pub fn reminders(&self) -> Vec<Vec<Reminder>> {
        self.parts.iter().map(|part| part.due.iter().map(|due| due.reminder).collect()).collect()
    }
}

/// What holds for one kept card, or for the stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptStanding {
    /// It is about the software card.
    pub simulated: bool,
    /// One at least.
    pub reminders: Vec<Reminder>,
}

/// Everything the agent knows for reminders.
#[derive(Debug, Default)]
pub struct Reminders {
    settings: ReminderSettings,
    kept: Kept,
}

impl Reminders {
    /// Remembers as long as the process lives.
    #[must_use]
    pub fn in_memory(settings: ReminderSettings) -> Self {
        Self { settings, kept: Kept::in_memory() }
    }

    /// Remembers in this file, which is made when there is something to remember.
    #[must_use]
    pub fn at(path: &Path, settings: ReminderSettings) -> Self {
        Self { settings, kept: Kept::at(path) }
    }

    /// A card's authentication certificate was seen.
    pub fn see(&self, card: &SeenCard) {
        self.kept.see(card);
    }

    /// A card's signature certificate was read. Never waits for the disk.
    pub fn learn(&self, card: &SeenCard, signature: SignatureDates) {
        self.kept.learn(card, signature);
    }

    /// The signature password of this card was changed by the agent. Never waits for the disk.
    pub fn password_changed(&self, card: &SeenCard, now: Timestamp) {
        self.kept.password_changed(card, date_in_japan(now));
    }

    /// The day on which that was.
    #[must_use]
    pub fn password_changed_on(&self, card: &Fingerprint) -> Option<Date> {
        self.kept.find(card)?.password_changed
    }

    /// What is known of the signature certificate of the card with this authentication certificate, and of no other.
    #[must_use]
    pub fn signature_of(&self, card: &Fingerprint) -> Option<SignatureDates> {
        self.kept.find(card)?.signature
    }

    /// All that holds now for the card with these dates and, if that is known, this authentication certificate, told before
    /// or not, and for the stay; without what the holder has seen to.
    #[must_use]
    pub fn standing(&self, now: Timestamp, card: Option<&Fingerprint>, dates: &CardDates) -> Vec<Reminder> {
        let (_, stay) = self.kept.snapshot();
        let told = card.and_then(|key| self.kept.find(key)).map(|card| card.told).unwrap_or_default();
        let mut standing = due::standing(now, dates, &told, &self.settings);
        standing.extend(due::standing_of_stay(now, &stay, &self.settings));
        standing
    }

    /// What holds now for all kept cards, whether one lies in a reader or not, those of each together, and for the stay;
    /// without what the holder has seen to.
    #[must_use]
    pub fn standing_of_kept(&self, now: Timestamp) -> Vec<KeptStanding> {
        let (cards, stay) = self.kept.snapshot();
        let of_card = |card: &KeptCard| KeptStanding {
            simulated: card.simulated,
            reminders: due::standing_of_kept(now, &card.dates(), &card.told, &self.settings),
        };
        let of_stay = KeptStanding { simulated: false, reminders: due::standing_of_stay(now, &stay, &self.settings) };
        cards.iter().map(of_card).chain([of_stay]).filter(|standing| !standing.reminders.is_empty()).collect()
    }

    /// A yearly reminder to change the password is wanted, and waits for the dates of some card's signature certificate.
    #[must_use]
    pub fn password_waits(&self) -> bool {
        let (cards, _) = self.kept.snapshot();
        self.settings.password_yearly && (cards.is_empty() || cards.iter().any(|card| card.signature.is_none()))
    }

    /// The holder has seen to what stands with this date, of whatever card, or of the stay: it is told no more. How many
    /// reminders that were.
    pub fn seen_to(&self, date: Date, now: Timestamp) -> usize {
        let (mut of_cards, mut of_stay) = (0, 0);
        self.kept.mark_all(
            |dates, told| of_cards += due::seen_to_of_card(now, dates, told, &self.settings, date),
            |told| of_stay = due::seen_to_of_stay(now, told, &self.settings, date),
        );
        of_cards + of_stay
    }

    /// What is to be told now: one notice a day at most for all cards and the stay, each step once. Software cards have one
    /// of their own.
    #[must_use]
    pub fn tellings(&self, now: Timestamp) -> Vec<Telling> {
        let of_card = |card: &KeptCard| Part {
            card: Some(card.key),
            due: due::of_card(now, &card.dates(), &card.told, &self.settings),
        };
        let of_stay = |told: &Told| Part { card: None, due: due::of_stay(now, told, &self.settings) };
        let telling = |group: Group| {
            let parts = group.cards.iter().map(of_card).chain(group.stay.as_ref().map(of_stay));
            let parts: Vec<_> = parts.filter(|part| !part.due.is_empty()).collect();
            let is_time = !parts.is_empty() && group.rests_until(now).is_none();
            is_time.then_some(Telling { simulated: group.simulated, parts })
        };
        self.groups().into_iter().filter_map(telling).collect()
    }

    /// The next moment at which something can be told; `None` if nothing ever can, as things are.
    #[must_use]
    pub fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let of_card = |card: &KeptCard| due::next_of_card(now, &card.dates(), &card.told, &self.settings);
        let of_stay = |told: &Told| due::next_of_stay(now, told, &self.settings);
        let next = |group: &Group| {
            let next = group.cards.iter().filter_map(of_card).chain(group.stay.as_ref().and_then(of_stay)).min();
            next.max(next.and(group.rests_until(now)))
        };
        self.groups().iter().filter_map(next).min()
    }

    /// This was told.
    pub fn told(&self, telling: &Telling, now: Timestamp) {
        for part in &telling.parts {
            let mark = |told: &mut Told| part.due.iter().for_each(|due| told.mark(due, now));
            match &part.card {
                Some(card) => self.kept.mark_card(card, mark),
                None => self.kept.mark_stay(mark),
            }
        }
    }

    /// What one notice tells of: the real cards with the stay, and the software cards.
    fn groups(&self) -> [Group; 2] {
        let (cards, stay) = self.kept.snapshot();
        let (software, real) = cards.into_iter().partition(|card| card.simulated);
        [
            Group { simulated: false, cards: real, stay: Some(stay) },
            Group { simulated: true, cards: software, stay: None },
        ]
    }

    /// Counts up when there may be something new to tell.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.kept.changes()
    }

    /// Waits until what is remembered is on disk, at most `limit`.
    pub fn settle(&self, limit: Duration) {
        self.kept.settle(limit);
    }
}

/// What is told in one notice.
struct Group {
    simulated: bool,
    cards: Vec<KeptCard>,
    stay: Option<Told>,
}

impl Group {
    /// Something of it was told today: until tomorrow nothing more is.
    fn rests_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.cards.iter().map(|card| &card.told).chain(&self.stay).filter_map(|told| told.rests_until(now)).max()
    }
}
