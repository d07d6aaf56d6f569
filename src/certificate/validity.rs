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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn until(not_after: &str) -> Validity {
        Validity { not_before: moment("2025-10-27T23:41:00Z"), not_after: moment(not_after) }
    }

    #[test]
    fn the_period_is_decided_by_instants() {
        let validity = until("2030-02-17T14:59:59Z");
        for (now, period) in [
            ("2025-10-27T23:40:59Z", Period::NotYetValid),
            ("2025-10-27T23:41:00Z", Period::InPeriod),
            ("2030-02-17T14:59:59Z", Period::InPeriod),
            ("2030-02-17T15:00:00Z", Period::Expired),
        ] {
            assert_eq!(validity.period(moment(now)), period, "{now}");
        }
    }

    #[test]
    fn days_are_counted_in_japan() {
        let validity = until("2030-02-17T14:59:59Z");
        // 23:41 UTC is the next morning in Japan.
        assert_eq!(validity.not_before_jst(), date(2025, 10, 28));
        assert_eq!(validity.not_after_jst(), date(2030, 2, 17));
        for (now, days) in [
            ("2030-02-17T14:59:59Z", 0),
            ("2030-02-16T15:00:00Z", 0),
            ("2030-02-16T14:59:59Z", 1),
            ("2030-02-17T15:00:00Z", -1),
            ("2030-02-18T15:00:00Z", -2),
            ("2026-11-22T03:00:00Z", 1183),
        ] {
            assert_eq!(validity.days_left(moment(now)), days, "{now}");
        }
    }

    #[test]
    fn renewal_opens_the_day_after_the_date_three_months_before() {
        for (not_after, opens_on) in [
            ("2030-02-17T14:59:59Z", date(2029, 11, 18)),
            // Three months before the 31st there may be only 28, 29 or 30 days.
            ("2030-05-31T14:59:59Z", date(2030, 3, 1)),
            ("2028-05-31T14:59:59Z", date(2028, 3, 1)),
            ("2028-05-29T14:59:59Z", date(2028, 3, 1)),
            ("2027-05-29T14:59:59Z", date(2027, 3, 1)),
            ("2030-07-31T14:59:59Z", date(2030, 5, 1)),
            ("2028-02-29T14:59:59Z", date(2027, 11, 30)),
            ("2030-03-31T14:59:59Z", date(2030, 1, 1)),
        ] {
            assert_eq!(until(not_after).renewal(moment(not_after), RenewalRule::FIVE_YEAR).opens_on, opens_on);
        }
    }

    #[test]
    fn renewal_is_open_from_that_morning_in_japan_to_the_last_second() {
        let validity = until("2030-02-17T14:59:59Z");
        for (now, open) in [
            ("2029-11-17T14:59:59Z", false),
            ("2029-11-17T15:00:00Z", true),
            ("2030-02-17T14:59:59Z", true),
            ("2030-02-17T15:00:00Z", false),
        ] {
            assert_eq!(validity.renewal(moment(now), RenewalRule::FIVE_YEAR).open, open, "{now}");
        }
        // A certificate so short that it could be renewed before it begins.
        let short = Validity { not_before: moment("2030-02-01T00:00:00Z"), ..validity };
        assert!(!short.renewal(moment("2030-01-31T00:00:00Z"), RenewalRule::FIVE_YEAR).open);
    }

    #[test]
    fn the_next_generation_has_a_year() {
        let renewal = until("2040-02-29T14:59:59Z").renewal(moment("2039-03-01T00:00:00Z"), RenewalRule::TEN_YEAR);
        assert_eq!(renewal, Renewal { opens_on: date(2039, 3, 1), open: true });
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        let always = Validity { not_before: Timestamp::MIN, not_after: Timestamp::MAX };
        for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            assert_eq!(always.period(now), Period::InPeriod);
            let _ = (always.days_left(now), always.renewal(now, RenewalRule::FIVE_YEAR));
        }
        assert_eq!(always.days_left(Timestamp::MAX), 0);
    }
}
