//! `GET /v1/pins` and `POST /v1/pins/{kind}/change`. A PIN itself is in no body.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{given, names};
use crate::agent::{ChangePinRequest, PinChanged, PinReport, PinsReport};
use crate::jpki::{KeyKind, Tries};
use crate::message;
use crate::message::Language;

/// Tries left for both PINs.
#[derive(Serialize, ToSchema)]
pub struct Pins {
    /// The reader with the card.
    #[schema(example = "r1")]
    reader: String,
    /// Both PINs.
    #[schema(min_items = 2, max_items = 2)]
    pins: Vec<PinStatus>,
}

/// Tries left for one PIN.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PinStatus {
    /// Whose.
    kind: KeyKindName,
    /// How it stands.
    state: PinState,
    /// Tries left; null if the card does not say.
    #[schema(minimum = 0, maximum = 5, required = true)]
    tries_left: Option<u8>,
    /// Tries of a fresh PIN.
    #[schema(minimum = 3, maximum = 5)]
    tries_max: u8,
    /// What to do about one that is blocked, at its last try or not known, as the other one stands: in the caller's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    guidance: Option<String>,
}

/// How a PIN stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PinState {
    /// Two tries left, or more.
    Ok,
    /// One try left, which the agent protects.
    LastTry,
    /// No try left.
    Blocked,
    /// The card does not say.
    Unknown,
}

names! {
    /// Which of the two keys.
    KeyKindName of KeyKind {
        Authentication = KeyKind::Authentication => "authentication",
        Signature = KeyKind::Signature => "signature",
    }
}

impl From<Tries> for PinState {
    fn from(tries: Tries) -> Self {
        match tries {
            Tries::Left(0) => Self::Blocked,
            Tries::Left(1) => Self::LastTry,
            Tries::Left(_) => Self::Ok,
            Tries::Unknown => Self::Unknown,
        }
    }
}

/// A PIN to be changed. The present one and the new one are typed into the agent's prompt, and nowhere else.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeBody {
    /// Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
    /// that holds a My Number card.
    #[schema(nullable = false, max_length = 200, example = "r1")]
    #[serde(default, deserialize_with = "given")]
    pub reader: Option<String>,
    /// The holder knows that nobody has reported yet that this works on a real card. Must be true for every card but the
    /// software card.
    #[serde(default)]
    #[schema(default = false, required = false)]
    pub i_understand_this_is_unproven: bool,
}

/// A change that was made, and that the card has proved.
#[derive(Serialize, ToSchema)]
pub struct Change {
    /// The reader with the card.
    #[schema(example = "r1")]
    reader: String,
    /// The one that was changed, as it stands now.
    #[schema(min_items = 1, max_items = 1)]
    pins: Vec<PinStatus>,
}

impl ChangeBody {
    /// What the agent is to do.
    #[must_use]
    pub fn into_request(self, key_kind: KeyKind) -> ChangePinRequest {
        let understands_unproven = self.i_understand_this_is_unproven;
        ChangePinRequest { key_kind, reader: self.reader, understands_unproven }
    }
}

impl Change {
    /// The body for `changed`, with guidance in `language`.
    #[must_use]
    pub fn new(changed: &PinChanged, language: Language) -> Self {
        let pins = vec![PinStatus::new(&changed.pin, None, language)];
        Self { reader: changed.reader.as_str().to_owned(), pins }
    }
}

impl PinStatus {
    /// `other` is the other PIN of the card, where it is known: with it a kiosk resets this one.
    fn new(pin: &PinReport, other: Option<Tries>, language: Language) -> Self {
        let state = PinState::from(pin.tries);
        Self {
            kind: pin.key_kind.into(),
            state,
            tries_left: pin.tries.left(),
            tries_max: pin.tries_max,
            guidance: guidance(pin.key_kind, state, other.map(PinState::from), language),
        }
    }
}

impl Pins {
    /// The body for `report`, with guidance in `language`.
    #[must_use]
    pub fn new(report: &PinsReport, language: Language) -> Self {
        let [first, second] = &report.pins;
        let pins = vec![
            PinStatus::new(first, Some(second.tries), language),
            PinStatus::new(second, Some(first.tries), language),
        ];
        Self { reader: report.reader.as_str().to_owned(), pins }
    }
}

/// What to do about a PIN that does not stand well. Never to try on; and no way past the office that the other PIN bars.
fn guidance(key_kind: KeyKind, state: PinState, other: Option<PinState>, language: Language) -> Option<String> {
    let state = match state {
        PinState::Ok => return None,
        PinState::LastTry => "last_try",
        PinState::Blocked => "blocked",
        PinState::Unknown => "unknown",
    };
    let other = match other {
        Some(PinState::Ok) => "ok",
        Some(PinState::Blocked) => "blocked",
        Some(PinState::LastTry | PinState::Unknown) | None => "unsure",
    };
    Some(message!(language, "guide-pin", key = key_kind.name(), state = state, other = other))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a PIN of this state is answered with while the other one is in each.
    fn told(key_kind: KeyKind, state: PinState, language: Language) -> [String; 4] {
        [PinState::Ok, PinState::LastTry, PinState::Unknown, PinState::Blocked]
            .map(|other| guidance(key_kind, state, Some(other), language).unwrap())
    }

    #[test]
    fn the_kiosk_is_named_only_as_far_as_the_other_pin_allows() {
        for (language, office, kiosk, only_if_sure) in [
            (Language::Japanese, "市区町村の窓口で再設定", "キオスク端末", "確かな場合に限り"),
            (Language::English, "municipal office", "kiosk", "Only if you are sure"),
        ] {
            for (key_kind, other_one) in [(KeyKind::Authentication, "パスワード"), (KeyKind::Signature, "暗証番号が")]
            {
                for state in [PinState::LastTry, PinState::Unknown, PinState::Blocked] {
                    let told = told(key_kind, state, language);
                    assert!(told.iter().all(|text| text.contains(office) && !text.contains(['{', '}'])), "{told:?}");
                    assert_eq!([true, true, true, false], told.each_ref().map(|text| text.contains(kiosk)), "{told:?}");
                    let sure = told.each_ref().map(|text| text.contains(only_if_sure));
                    assert_eq!([false, true, true, false], sure, "{told:?}");
                    assert!(language != Language::Japanese || told[0].contains(other_one), "{told:?}");
                }
            }
        }
    }

    #[test]
    fn a_pin_that_stands_well_needs_no_guidance_and_one_alone_promises_no_kiosk() {
        for language in Language::ALL {
            assert_eq!(guidance(KeyKind::Signature, PinState::Ok, Some(PinState::Blocked), language), None);
            let alone = guidance(KeyKind::Signature, PinState::Blocked, None, language);
            assert_eq!(alone.as_ref(), told(KeyKind::Signature, PinState::Blocked, language).get(1));
        }
    }
}
