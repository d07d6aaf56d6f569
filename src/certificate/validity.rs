//! Dates of a certificate as people in Japan read them (`certificates-and-formats.md` 3).
//!
//! Whether it is in force is decided by instants; every count of days by dates in Japan (+09:00, no summer time), where
//! a certificate ends with the last second of its day. Revocation cannot be known here.

use jiff::civil::Date;
use jiff::{Span, Timestamp, Unit, tz};

/// From when to when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// First instant.
    pub not_before: Timestamp,
    /// Last instant.
    pub not_after: Timestamp,
}

/// Where a moment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// Between both instants, or at one of them.
    InPeriod,
    /// Later.
    Expired,
    /// Earlier: the certificate was just issued, or the computer's clock is wrong.
    NotYetValid,
}

impl Period {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::InPeriod, Self::Expired, Self::NotYetValid];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InPeriod => "in_period",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
        }
    }
}

/// How early a generation of certificates may be renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenewalRule {
    /// Calendar months before the last day; renewal opens on the day after that date.
    pub months: u8,
}

impl RenewalRule {
    /// The certificates of five years: three months (the leaflet given with the card, 4; two town offices for the day).
    pub const FIVE_YEAR: Self = Self { months: 3 };
    /// The certificates of ten years planned with the next card: one year (its task force, final report of 2024).
    pub const TEN_YEAR: Self = Self { months: 12 };
}

/// When a certificate may be renewed. The municipal office has the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// First day, in Japan.
    pub opens_on: Date,
    /// That day has come, and the certificate is still in its period.
    pub open: bool,
}

impl Validity {
    /// Where `now` lies.
    #[must_use]
    pub fn period(&self, now: Timestamp) -> Period {
        if now < self.not_before {
            Period::NotYetValid
        } else if now > self.not_after {
            Period::Expired
        } else {
            Period::InPeriod
        }
    }

    /// First day in Japan. Often the day after the date in UTC.
    #[must_use]
    pub fn not_before_jst(&self) -> Date {
        date_in_japan(self.not_before)
    }

    /// Last day in Japan.
    #[must_use]
    pub fn not_after_jst(&self) -> Date {
        date_in_japan(self.not_after)
    }

    /// Days from today to the last day, both in Japan: 0 on the last day, negative after it.
    #[must_use]
    pub fn days_left(&self, now: Timestamp) -> i32 {
        let today = date_in_japan(now);
        today.until((Unit::Day, self.not_after_jst())).map_or(0, |span| span.get_days())
    }

    /// When it may be renewed by `rule`: the last day less so many months, on the last day of a month that is too
    /// short, and a day more.
    #[must_use]
    pub fn renewal(&self, now: Timestamp, rule: RenewalRule) -> Renewal {
        let last = self.not_after_jst();
        let opens_on = last.saturating_sub(Span::new().months(rule.months)).saturating_add(Span::new().days(1));
        let open = self.period(now) == Period::InPeriod && date_in_japan(now) >= opens_on;
        Renewal { opens_on, open }
    }
}

/// The date in Japan at that moment.
#[must_use]
pub fn date_in_japan(moment: Timestamp) -> Date {
    tz::Offset::constant(9).to_datetime(moment).date()
}
