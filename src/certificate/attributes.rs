//! The holder's four basic attributes, from subjectAltName of the signature certificate
//! (`certificates-and-formats.md` 2.2). Found by their object ids, never by their order; unknown ones are passed over.

use std::fmt;

use der::asn1::{AnyRef, ContextSpecific, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, TagMode, TagNumber, Tagged};
use zeroize::Zeroizing;

use super::structure::text_of;

/// Name (氏名).
pub(crate) const NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.1");
/// Which characters of the name are substitutes.
pub(crate) const NAME_SUBSTITUTES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.2");
/// Sex (性別).
pub(crate) const SEX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.3");
/// Birth date (生年月日).
pub(crate) const BIRTH_DATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.4");
/// Address (住所).
pub(crate) const ADDRESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.5");
/// Which characters of the address are substitutes.
pub(crate) const ADDRESS_SUBSTITUTES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.6");

/// What the signature certificate says about its holder. Erased on drop; its `Debug` shows nothing.
///
/// A character the system cannot carry is replaced in it, so the name may lawfully differ from other documents.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BasicAttributes {
    name: Option<Zeroizing<String>>,
    address: Option<Zeroizing<String>>,
    birth_date: Option<Zeroizing<String>>,
    sex: Option<Zeroizing<String>>,
    name_substitutes: Option<Zeroizing<String>>,
    address_substitutes: Option<Zeroizing<String>>,
}

/// A birth date, any part of which may be unknown.
#[derive(Clone, PartialEq, Eq)]
pub struct BirthDate {
    /// The Japanese era of birth.
    pub era: Era,
    /// Year by the Gregorian calendar, not of the era.
    pub year: Option<u16>,
    /// Month, 1 to 12.
    pub month: Option<u8>,
    /// Day, 1 to 31.
    pub day: Option<u8>,
    /// As it stands in the certificate.
    pub raw: Zeroizing<String>,
}

/// A Japanese era, by its digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Era {
    /// 明治, 1.
    Meiji,
    /// 大正, 2.
    Taisho,
    /// 昭和, 3.
    Showa,
    /// 平成, 4.
    Heisei,
    /// 令和, 5.
    Reiwa,
    /// Not known, 0.
    Unknown,
    /// Another digit, or no birth date of nine digits at all.
    Other,
}

/// Sex, by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 1.
    Male,
    /// 2.
    Female,
    /// Any other code; sources disagree about what they mean.
    Other,
}

impl Era {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Meiji, Self::Taisho, Self::Showa, Self::Heisei, Self::Reiwa, Self::Unknown, Self::Other];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Meiji => "meiji",
            Self::Taisho => "taisho",
            Self::Showa => "showa",
            Self::Heisei => "heisei",
            Self::Reiwa => "reiwa",
            Self::Unknown => "unknown",
            Self::Other => "other",
        }
    }

    fn by_digit(digit: u8) -> Self {
        match digit {
            b'0' => Self::Unknown,
            b'1' => Self::Meiji,
            b'2' => Self::Taisho,
            b'3' => Self::Showa,
            b'4' => Self::Heisei,
            b'5' => Self::Reiwa,
            _ => Self::Other,
        }
    }
}

impl Sex {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Male, Self::Female, Self::Other];

    /// The name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Other => "other",
        }
    }
}

impl BasicAttributes {
    /// Family and given name; between them U+3000 or, as with many foreign residents, what the register has.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|text| text.as_str())
    }

    /// Address, without a postcode.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_ref().map(|text| text.as_str())
    }

    /// Birth date.
    #[must_use]
    pub fn birth_date(&self) -> Option<BirthDate> {
        self.birth_date.as_ref().map(|text| BirthDate::parse(text))
    }

    /// Sex.
    #[must_use]
    pub fn sex(&self) -> Option<Sex> {
        self.sex_raw().map(|code| match code {
            "1" => Sex::Male,
            "2" => Sex::Female,
            _ => Sex::Other,
        })
    }

    /// Sex as it stands in the certificate.
    #[must_use]
    pub fn sex_raw(&self) -> Option<&str> {
        self.sex.as_ref().map(|text| text.as_str())
    }

    /// One digit for each character of the name: 1 where it stands for another that cannot be carried.
    #[must_use]
    pub fn name_substitutes(&self) -> Option<&str> {
        self.name_substitutes.as_ref().map(|text| text.as_str())
    }

    /// The same for the address.
    #[must_use]
    pub fn address_substitutes(&self) -> Option<&str> {
        self.address_substitutes.as_ref().map(|text| text.as_str())
    }

    /// Both have as many digits as there are characters. A reason to look closer, not to refuse: how characters beyond
    /// the basic plane are counted is not known.
    #[must_use]
    pub fn substitutes_fit(&self) -> bool {
        let fits = |text: Option<&str>, flags: Option<&str>| match (text, flags) {
            (Some(text), Some(flags)) => text.chars().count() == flags.chars().count(),
            (_, None) => true,
            (None, Some(flags)) => flags.is_empty(),
        };
        fits(self.name(), self.name_substitutes()) && fits(self.address(), self.address_substitutes())
    }

    /// Reads the content of subjectAltName, DER. `None` if none of the six attributes is in it or it is no list of names.
    #[must_use]
    pub fn read(subject_alt_name: &[u8]) -> Option<Self> {
        let names: Vec<AnyRef<'_>> = Vec::from_der(subject_alt_name).ok()?;
        let mut attributes = Self::default();
        for (id, text) in names.into_iter().filter_map(other_name) {
            let field = match id {
                NAME => &mut attributes.name,
                NAME_SUBSTITUTES => &mut attributes.name_substitutes,
                SEX => &mut attributes.sex,
                BIRTH_DATE => &mut attributes.birth_date,
                ADDRESS => &mut attributes.address,
                ADDRESS_SUBSTITUTES => &mut attributes.address_substitutes,
                _ => continue,
            };
            // The first of its kind counts; the profile allows one.
            field.get_or_insert_with(|| Zeroizing::new(text.to_owned()));
        }
        (attributes != Self::default()).then_some(attributes)
    }
}

impl fmt::Debug for BasicAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BasicAttributes(…)")
    }
}

impl BirthDate {
    /// Reads `EYYYYMMDD`; parts of zeros are unknown.
    fn parse(raw: &str) -> Self {
        let known = |range: std::ops::Range<usize>| {
            let digits = raw.get(range)?;
            let value: u16 = digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())??;
            (value != 0).then_some(value)
        };
        let part = |range, most: u8| known(range).and_then(|v| u8::try_from(v).ok()).filter(|value| *value <= most);
        let raw_text = Zeroizing::new(raw.to_owned());
        if raw.len() != 9 || !raw.bytes().all(|digit| digit.is_ascii_digit()) {
            return Self { era: Era::Other, year: None, month: None, day: None, raw: raw_text };
        }
        let era = raw.bytes().next().map_or(Era::Other, Era::by_digit);
        Self { era, year: known(1..5), month: part(5..7, 12), day: part(7..9, 31), raw: raw_text }
    }
}

impl fmt::Debug for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthDate(…)")
    }
}

/// Object id and text of an otherName; `None` for other names and values that are no text.
fn other_name(name: AnyRef<'_>) -> Option<(ObjectIdentifier, &str)> {
    if name.tag() != (Tag::ContextSpecific { constructed: true, number: TagNumber(0) }) {
        return None;
    }
    let mut reader = SliceReader::new(name.value()).ok()?;
    let id = ObjectIdentifier::decode(&mut reader).ok()?;
    let value = ContextSpecific::<AnyRef<'_>>::decode(&mut reader).ok()?;
    if !reader.is_finished() || value.tag_mode != TagMode::Explicit || value.tag_number != TagNumber(0) {
        return None;
    }
    Some((id, text_of(value.value)?))
}

#[cfg(test)]
mod tests {
    use der::Encode;
    use der::asn1::Any;
    use x509_cert::ext::pkix::name::{GeneralName, OtherName};

    use super::*;

    fn encoded(values: &[(ObjectIdentifier, Tag, &str)]) -> Vec<u8> {
        let name = |(type_id, tag, text): &(ObjectIdentifier, Tag, &str)| {
            let value = Any::new(*tag, text.as_bytes()).unwrap();
            GeneralName::OtherName(OtherName { type_id: *type_id, value })
        };
        values.iter().map(name).collect::<Vec<_>>().to_der().unwrap()
    }

    fn birth_date(raw: &str) -> (&'static str, Option<u16>, Option<u8>, Option<u8>) {
        let birth = BirthDate::parse(raw);
        assert_eq!(birth.raw.as_str(), raw);
        (birth.era.name(), birth.year, birth.month, birth.day)
    }

    #[test]
    fn attributes_are_found_in_any_order_among_strangers() {
        let unknown = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.99");
        let attributes = BasicAttributes::read(&encoded(&[
            (ADDRESS_SUBSTITUTES, Tag::Utf8String, "000"),
            (unknown, Tag::Integer, "\u{1}"),
            (ADDRESS, Tag::Utf8String, "見本県"),
            (SEX, Tag::Utf8String, "9"),
            (NAME_SUBSTITUTES, Tag::Utf8String, "01"),
            (NAME, Tag::Utf8String, "見本　花子"),
        ]))
        .unwrap();
        assert_eq!(attributes.name(), Some("見本　花子"));
        assert_eq!(attributes.address(), Some("見本県"));
        assert_eq!(attributes.sex(), Some(Sex::Other));
        assert_eq!(attributes.sex_raw(), Some("9"));
        assert_eq!(attributes.birth_date(), None);
        assert_eq!(attributes.name_substitutes(), Some("01"));
        assert_eq!(attributes.address_substitutes(), Some("000"));
        assert!(!attributes.substitutes_fit());
        assert_eq!(format!("{attributes:?}"), "BasicAttributes(…)");
    }

    #[test]
    fn without_any_attribute_there_are_none() {
        let unknown = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.99");
        assert_eq!(BasicAttributes::read(&encoded(&[(unknown, Tag::Utf8String, "x")])), None);
        // A name that is no text is no name.
        assert_eq!(BasicAttributes::read(&encoded(&[(NAME, Tag::OctetString, "x")])), None);
        assert_eq!(BasicAttributes::read(b"\x30\x03\x02\x01"), None);
        assert_eq!(BasicAttributes::read(b""), None);
    }

    #[test]
    fn birth_dates_may_be_known_in_part() {
        assert_eq!(birth_date("319800217"), ("showa", Some(1980), Some(2), Some(17)));
        assert_eq!(birth_date("520200505"), ("reiwa", Some(2020), Some(5), Some(5)));
        assert_eq!(birth_date("119000100"), ("meiji", Some(1900), Some(1), None));
        assert_eq!(birth_date("400000000"), ("heisei", None, None, None));
        assert_eq!(birth_date("019800000"), ("unknown", Some(1980), None, None));
        assert_eq!(birth_date("719801399"), ("other", Some(1980), None, None));
        for raw in ["", "19800217", "3198002170", "31980021x", "+19800217", "昭和五五年"] {
            assert_eq!(birth_date(raw), ("other", None, None, None), "{raw}");
        }
    }
}
