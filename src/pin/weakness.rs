//! What makes a new PIN easy to guess. A hint for the person, who may use it all the same; nothing is ever refused for it.

use super::Pin;

/// Why a PIN is easy to guess. Says nothing about its content beyond that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weakness {
    /// One character, or a short piece, over and over: 0000, 1212, AAA111.
    Repeats,
    /// Counts up or down: 1234, 9876, ABC123.
    Runs,
    /// Neighbours on a keyboard or keypad: 2580, QWERTY1.
    Keyboard,
    /// Could be a birthday or a year of birth: MMDD, DDMM, 19xx, YYYYMMDD.
    Date,
    /// A word everybody tries first.
    Word,
}

/// Rows and columns of keyboards and keypads; read in both directions.
const ROWS: [&[u8]; 11] =
    [b"QWERTYUIOP", b"ASDFGHJKL", b"ZXCVBNM", b"1QAZ", b"2WSX", b"3EDC", b"2580", b"147", b"1470", b"258", b"369"];
const WORDS: [&[u8]; 10] =
    [b"PASSWORD", b"PASSWD", b"PASS", b"MYNUMBER", b"MYNUM", b"JPKI", b"CARD", b"NIPPON", b"JAPAN", b"ADMIN"];
/// Years somebody alive may be born in, or that are this one.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2039;

impl Pin {
    /// Why this one is easy to guess, if it is: every stretch of letters and every stretch of digits in it is, or all its
    /// digits are one such stretch of four or more, as in a name with a birthday.
    #[must_use]
    pub fn weakness(&self) -> Option<Weakness> {
        let whole = self.0.as_slice();
        if repeats(whole) {
            return Some(Weakness::Repeats);
        }
        if ROWS.iter().any(|row| follows(whole, row)) {
            return Some(Weakness::Keyboard);
        }
        let stretches = || whole.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
        all_weak(stretches(), whole.len()).or_else(|| {
            let mut digits = stretches().filter(|stretch| stretch.iter().all(u8::is_ascii_digit));
            match (digits.next(), digits.next()) {
                (Some(digits), None) if digits.len() >= 4 => of_stretch(digits, true).flatten(),
                _ => None,
            }
        })
    }
}

/// Why these are weak, if each of them is: the first reason.
fn all_weak<'a>(stretches: impl Iterator<Item = &'a [u8]>, length: usize) -> Option<Weakness> {
    let mut found = None;
    for stretch in stretches {
        let weakness = of_stretch(stretch, stretch.len() == length)?;
        found = found.or(weakness);
    }
    found.or(Some(Weakness::Repeats))
}

/// The weakness of one stretch; the inner `None` for one too short to tell. `None` if it is not weak.
fn of_stretch(stretch: &[u8], alone: bool) -> Option<Option<Weakness>> {
    let weakness = if repeats(stretch) {
        Weakness::Repeats
    } else if runs(stretch) {
        Weakness::Runs
    } else if ROWS.iter().any(|row| follows(stretch, row)) {
        Weakness::Keyboard
    } else if is_date(stretch) {
        Weakness::Date
    } else if WORDS.contains(&stretch) {
        Weakness::Word
    } else if stretch.len() <= 1 && !alone {
        return Some(None);
    } else {
        return None;
    };
    Some(Some(weakness))
}

/// A piece of one to three characters, over and over.
fn repeats(text: &[u8]) -> bool {
    (1..=3).any(|piece| {
        let again = text.get(piece..).unwrap_or_default();
        text.len() >= 2 * piece && text.len() >= 2 && text.iter().zip(again).all(|(a, b)| a == b)
    })
}

/// Each character is the one after, or the one before, its neighbour; 9 and 0 are neighbours.
fn runs(text: &[u8]) -> bool {
    let next = |a: u8| if a == b'9' { b'0' } else { a + 1 };
    let pairs = || text.iter().zip(text.iter().skip(1));
    text.len() >= 2 && (pairs().all(|(a, b)| next(*a) == *b) || pairs().all(|(a, b)| next(*b) == *a))
}

/// A stretch of three or more out of `row`, forwards or backwards.
fn follows(text: &[u8], row: &[u8]) -> bool {
    let reversed = |part: &[u8]| part.iter().rev().eq(text.iter());
    text.len() >= 3 && row.windows(text.len()).any(|part| part == text || reversed(part))
}

fn is_date(digits: &[u8]) -> bool {
    let number = |part: &[u8]| {
        part.iter().try_fold(0u32, |all, digit| digit.is_ascii_digit().then(|| all * 10 + u32::from(digit - b'0')))
    };
    let day = |month: Option<u32>, day: Option<u32>| {
        month.is_some_and(|month| (1..=12).contains(&month)) && day.is_some_and(|day| (1..=31).contains(&day))
    };
    let year = |part: &[u8]| number(part).is_some_and(|year| YEARS.contains(&year));
    let month_and_day = |four: &[u8]| {
        let (first, second) = four.split_at(2);
        day(number(first), number(second)) || day(number(second), number(first))
    };
    match digits.len() {
        4 => year(digits) || month_and_day(digits),
        // YYMMDD and DDMMYY.
        6 => month_and_day(digits.get(2..).unwrap_or_default()) || month_and_day(digits.get(..4).unwrap_or_default()),
        8 => {
            let (head, tail) = digits.split_at(4);
            (year(head) && month_and_day(tail)) || (month_and_day(head) && year(tail))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::PinRule;

    fn weakness(entry: &str) -> Option<Weakness> {
        let rule = if entry.len() == 4 {
            PinRule::Digits { length: 4 }
        } else {
            PinRule::LettersAndDigits { min: 6, max: 16 }
        };
        rule.check(entry).unwrap().weakness()
    }

    #[test]
    fn what_many_people_take_is_weak() {
        use Weakness::{Date, Keyboard, Repeats, Runs, Word};
        for (entry, expected) in [
            ("0000", Repeats),
            ("7777", Repeats),
            ("1212", Repeats),
            ("6969", Repeats),
            ("1234", Runs),
            ("4321", Runs),
            ("6789", Runs),
            ("7890", Runs),
            ("0987", Runs),
            ("2580", Keyboard),
            ("0852", Keyboard),
            ("1470", Keyboard),
            ("0217", Date),
            ("1702", Date),
            ("1231", Date),
            ("1980", Date),
            ("2020", Repeats),
            ("1999", Date),
            ("ABC123", Runs),
            ("123ABC", Runs),
            ("AAA111", Repeats),
            ("ABAB12", Repeats),
            ("A1A1A1", Repeats),
            ("QWERTY1", Keyboard),
            ("1QAZ2WSX", Keyboard),
            ("ASDF1234", Keyboard),
            ("PASSWORD1", Word),
            ("PASS1234", Word),
            ("A19800217", Date),
            ("H800217", Date),
            ("JPKI2026", Word),
            ("TARO19800217", Date),
            ("SATO0217", Date),
            ("800217TARO", Date),
            ("TARO1234", Runs),
            ("TARO0000", Repeats),
            ("TARO2580", Keyboard),
        ] {
            assert_eq!(weakness(entry), Some(expected), "{entry}");
        }
    }

    #[test]
    fn what_is_hard_to_guess_is_not() {
        let strong = ["4821", "9357", "7406", "8163", "5092", "K48219", "TR4KW9", "9XMP27QD", "ABC482", "PASS4829"];
        // Digits that say nothing by themselves: too few, or apart.
        let apart = ["TARO021", "TR02KW17", "1980KW02"];
        for entry in strong.into_iter().chain(apart) {
            assert_eq!(weakness(entry), None, "{entry}");
        }
    }

    #[test]
    fn no_pin_makes_it_panic_and_most_are_strong() {
        let rule = PinRule::Digits { length: 4 };
        let weak = (0..10_000).filter(|n| rule.check(&format!("{n:04}")).unwrap().weakness().is_some()).count();
        assert!((300..1_500).contains(&weak), "{weak}");
    }
}
