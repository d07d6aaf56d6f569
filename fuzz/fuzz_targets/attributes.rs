//! Any bytes as subjectAltName with the holder's four basic attributes.
#![no_main]

use jpki_agent::certificate::BasicAttributes;
use jpki_agent::certificate::attributes::{Era, Sex};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(attributes) = BasicAttributes::read(data) else { return };
    let birth_date = attributes.birth_date();
    let texts = [
        attributes.name(),
        attributes.address(),
        attributes.sex_raw(),
        attributes.name_substitutes(),
        attributes.address_substitutes(),
        birth_date.as_ref().map(|date| date.raw.as_str()),
    ];
    assert!(texts.iter().any(Option::is_some), "attributes without any");
    for text in texts.into_iter().flatten() {
        let bytes = text.as_bytes();
        assert!(bytes.is_empty() || data.windows(bytes.len()).any(|window| window == bytes), "made up: {text:?}");
    }
    let _ = attributes.substitutes_fit();
    match attributes.sex() {
        Some(Sex::Male) => assert_eq!(attributes.sex_raw(), Some("1")),
        Some(Sex::Female) => assert_eq!(attributes.sex_raw(), Some("2")),
        Some(Sex::Other) | None => {}
    }
    if let Some(date) = &birth_date {
        assert!(date.month.is_none_or(|month| (1..=12).contains(&month)));
        assert!(date.day.is_none_or(|day| (1..=31).contains(&day)));
        assert!(date.year.is_none_or(|year| (1..=9999).contains(&year)));
        assert!(date.era == Era::Other || date.raw.len() == 9);
    }
    assert_eq!(format!("{attributes:?}"), "BasicAttributes(…)");
});
