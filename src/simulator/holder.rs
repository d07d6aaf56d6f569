//! Made-up people for the software card: one ordinary one, and the cases that have tripped others up
//! (`certificates-and-formats.md` 9.1).

use der::asn1::ObjectIdentifier;
use jiff::civil::Date;
use jiff::{Span, Timestamp, tz};

use super::keys::Generation;
use crate::certificate::validity::date_in_japan;

/// A made-up holder and what their certificates are like.
#[derive(Clone, Debug)]
pub struct Holder {
    id: &'static str,
    pub(super) name: &'static str,
    /// All zeros if `None`.
    pub(super) name_substitutes: Option<&'static str>,
    pub(super) address: &'static str,
    /// All zeros if `None`.
    pub(super) address_substitutes: Option<&'static str>,
    pub(super) sex: &'static str,
    pub(super) birth: Birth,
    /// An attribute nobody knows yet.
    pub(super) extra: Option<(ObjectIdentifier, &'static str)>,
    pub(super) has_signature_certificate: bool,
    pub(super) has_ec_key: bool,
    pub(super) generation: Generation,
    term: Term,
}

/// A birth date as the certificate writes it; 0 is unknown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Birth {
    pub(super) era: u8,
    pub(super) year: i16,
    pub(super) month: i8,
    pub(super) day: i8,
}

/// How the dates of the certificates lie around the present.
#[derive(Clone, Copy, Debug)]
enum Term {
    /// Issued 400 days ago, until the fifth birthday after that.
    Running,
    /// Issued in three days.
    ToCome,
    /// The last day is so many days away. The birthday is moved there.
    EndsIn { days: i32 },
}

/// From when to when the certificates are valid, and the birth date that goes with it.
pub(super) struct Schedule {
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) birth: Birth,
}

const STANDARD: Holder = Holder {
    id: "standard",
    name: "見本　花子",
    name_substitutes: None,
    address: "見本県見本市見本町一丁目２番３号",
    address_substitutes: None,
    sex: "2",
    birth: Birth { era: 3, year: 1980, month: 2, day: 17 },
    extra: None,
    has_signature_certificate: true,
    has_ec_key: false,
    generation: Generation::Current,
    term: Term::Running,
};

/// 196 characters.
const LONG_ADDRESS: &str = "見本県架空郡試験用仮想町大字長い住所字見本の中のまた見本の奥にある小さな見本一丁目２３４５番地６７８９\
号架空試験研究学園都市中央公園前通り二条下る三条上る東入る西入る上る下る見本通角の五階建て集合住宅群\
メゾン・ド・ミホン・グランドエクセレントタワーレジデンス見本の丘ノースウイング・イーストウイング連絡棟\
第一二三号館第四五六階七八九号室見本様方郵便受け番号一〇二三四五六七八九号棟地下倉庫付属";

static HOLDERS: [Holder; 15] = [
    STANDARD,
    Holder { id: "long-address", address: LONG_ADDRESS, ..STANDARD },
    Holder { id: "latin-name", name: "MIHONHANAKO", ..STANDARD },
    Holder {
        id: "substitutes",
        name_substitutes: Some("01000"),
        address_substitutes: Some("0001000000000000"),
        ..STANDARD
    },
    Holder { id: "non-bmp", name: "𠮷見本　花子", ..STANDARD },
    Holder { id: "unknown-birth-day", birth: Birth { era: 3, year: 1940, month: 4, day: 0 }, ..STANDARD },
    Holder { id: "sex-9", sex: "9", ..STANDARD },
    Holder {
        id: "extra-attribute",
        extra: Some((ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.99"), "ミホン　ハナコ")),
        ..STANDARD
    },
    Holder {
        id: "under-15",
        name: "見本　令太",
        sex: "1",
        birth: Birth { era: 5, year: 2020, month: 5, day: 5 },
        has_signature_certificate: false,
        ..STANDARD
    },
    Holder { id: "expired", generation: Generation::Older, term: Term::EndsIn { days: -40 }, ..STANDARD },
    Holder { id: "not-yet-valid", term: Term::ToCome, ..STANDARD },
    Holder { id: "renewable", term: Term::EndsIn { days: 80 }, ..STANDARD },
    Holder { id: "soon-renewable", term: Term::EndsIn { days: 93 }, ..STANDARD },
    Holder { id: "leap-day", birth: Birth { era: 3, year: 1980, month: 2, day: 29 }, ..STANDARD },
    Holder { id: "ec-key", has_ec_key: true, ..STANDARD },
];

impl Holder {
    /// The ordinary one.
    #[must_use]
    pub fn standard() -> Self {
        STANDARD
    }

    /// The holder of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        HOLDERS.iter().find(|holder| holder.id == name).cloned()
    }

    /// The names of all, the ordinary one first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        HOLDERS.iter().map(|holder| holder.id)
    }

    /// The name to choose it by.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Prefecture and municipality as they stand in the subject.
    pub(super) const PLACE: (&'static str, &'static str) = ("Mihon-ken", "Mihon-shi");

    /// The dates of the certificates around `now`. `None` only near the ends of time.
    pub(super) fn schedule(&self, now: Timestamp) -> Option<Schedule> {
        let today = date_in_japan(now);
        let day = |days: i32| today.checked_add(Span::new().days(days)).ok();
        Some(match self.term {
            Term::Running => self.until_fifth_birthday(day(-400)?)?,
            Term::ToCome => self.until_fifth_birthday(day(3)?)?,
            Term::EndsIn { days } => {
                let last = day(days)?;
                // 1980 was a leap year, so every birthday fits.
                let birth = Birth { month: last.month(), day: last.day(), ..self.birth };
                let issued = last.checked_sub(Span::new().years(4).days(200)).ok()?;
                Schedule { not_before: at(issued, 10, 35, 42)?, not_after: end_of(last)?, birth }
            }
        })
    }

    fn until_fifth_birthday(&self, issued: Date) -> Option<Schedule> {
        let this_year = birthday(self.birth, issued.year())?;
        let years = if this_year > issued { 4 } else { 5 };
        let last = birthday(self.birth, issued.year().checked_add(years)?)?;
        Some(Schedule { not_before: at(issued, 10, 35, 42)?, not_after: end_of(last)?, birth: self.birth })
    }
}

impl Birth {
    /// `EYYYYMMDD`.
    pub(super) fn text(self) -> String {
        let Self { era, year, month, day } = self;
        format!("{era}{year:04}{month:02}{day:02}")
    }
}

/// The birthday in a year; the last day of the month where the day is unknown or the month is too short.
fn birthday(birth: Birth, year: i16) -> Option<Date> {
    let first = Date::new(year, birth.month.max(1), 1).ok()?;
    let last = first.last_of_month();
    let day = if birth.day == 0 { last.day() } else { birth.day.min(last.day()) };
    Date::new(year, first.month(), day).ok()
}

/// A time of day in Japan.
pub(super) fn at(day: Date, hour: i8, minute: i8, second: i8) -> Option<Timestamp> {
    tz::Offset::constant(9).to_timestamp(day.at(hour, minute, second, 0)).ok()
}

/// The last second of a day in Japan, 14:59:59 UTC.
pub(super) fn end_of(day: Date) -> Option<Timestamp> {
    at(day, 23, 59, 59)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn schedules_end_on_the_birthday_and_lie_around_the_present() {
        let now: Timestamp = "2027-12-31T20:00:00Z".parse().unwrap();
        let today = date_in_japan(now);
        assert_eq!(today, date(2028, 1, 1));
        let last = |name: &str| date_in_japan(Holder::by_name(name).unwrap().schedule(now).unwrap().not_after);
        // Issued 2026-11-27.
        assert_eq!(last("standard"), date(2031, 2, 17));
        assert_eq!(last("leap-day"), date(2031, 2, 28));
        assert_eq!(last("unknown-birth-day"), date(2031, 4, 30));
        // Issued 2028-01-04.
        assert_eq!(last("not-yet-valid"), date(2032, 2, 17));
        assert_eq!(last("renewable"), date(2028, 3, 21));
        let renewable = Holder::by_name("renewable").unwrap().schedule(now).unwrap();
        assert_eq!(renewable.birth.text(), "319800321");
    }

    #[test]
    fn every_flag_string_is_as_long_as_its_text() {
        for holder in &HOLDERS {
            for (text, flags) in [(holder.name, holder.name_substitutes), (holder.address, holder.address_substitutes)]
            {
                assert!(flags.is_none_or(|flags| flags.len() == text.chars().count()), "{}", holder.id);
            }
        }
        let length = LONG_ADDRESS.chars().count();
        assert!((180..=200).contains(&length), "{length}");
    }
}
