//! Moments as they are shown to a person: in Japanese time (+09:00, no summer time), which is that of the dates on the
//! card, wherever the computer is. What programs read (JSON, the log's own file) stays in UTC.

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// Japan's offset to UTC, in hours.
const HOURS: i8 = 9;

/// `2026-11-23 00:30:00+09:00`, of a moment as RFC 3339 has it; `None` if it is none.
#[must_use]
pub fn to_the_second(moment: &str) -> Option<String> {
    Some(in_japan(moment)?.strftime("%Y-%m-%d %H:%M:%S%:z").to_string())
}

/// `2026-11-23 00:30`, for places where every character counts.
#[must_use]
pub fn to_the_minute(moment: &str) -> Option<String> {
    Some(in_japan(moment)?.strftime("%Y-%m-%d %H:%M").to_string())
}

/// `2026-11-23`: the day it is in Japan.
#[must_use]
pub fn to_the_day(moment: &str) -> Option<String> {
    Some(in_japan(moment)?.date().to_string())
}

fn in_japan(moment: &str) -> Option<Zoned> {
    Some(moment.parse::<Timestamp>().ok()?.to_zoned(TimeZone::fixed(Offset::constant(HOURS))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_in_japanese_time_without_fractions() {
        for moment in ["2026-11-22T15:30:07.123456789Z", "2026-11-22T15:30:07.999Z", "2026-11-22T10:30:07-05:00"] {
            assert_eq!(to_the_second(moment).unwrap(), "2026-11-23 00:30:07+09:00");
            assert_eq!(to_the_minute(moment).unwrap(), "2026-11-23 00:30");
            assert_eq!(to_the_day(moment).unwrap(), "2026-11-23");
        }
        for other in ["", "yesterday", "2026-11-22"] {
            assert_eq!((to_the_second(other), to_the_minute(other), to_the_day(other)), (None, None, None));
        }
        let ends = [Timestamp::MIN, Timestamp::MAX].map(|end| to_the_second(&end.to_string()));
        assert!(ends.iter().all(Option::is_some), "the ends of time do not panic");
    }
}
