//! `GET /v1/pins` and `POST /v1/pins/{kind}/change`. A PIN itself is in no body.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{given, names};
use crate::agent::{ChangePinRequest, PinChanged, PinReport, PinsReport};
use crate::http::problem;
use crate::jpki::{KeyKind, Tries};
use crate::message::Language;
use crate::problem::Problem;

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
    /// Where and how to have a blocked PIN reset, in the caller's language.
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
        let pins = vec![PinStatus::new(&changed.pin, language)];
        Self { reader: changed.reader.as_str().to_owned(), pins }
    }
}

impl PinStatus {
    fn new(pin: &PinReport, language: Language) -> Self {
        let guidance = || problem::text(&Problem::PinBlocked { key_kind: pin.key_kind }, language).remedy;
        Self {
            kind: pin.key_kind.into(),
            state: pin.tries.into(),
            tries_left: pin.tries.left(),
            tries_max: pin.tries_max,
            guidance: pin.tries.is_blocked().then(guidance),
        }
    }
}

impl Pins {
    /// The body for `report`, with guidance in `language`.
    #[must_use]
    pub fn new(report: &PinsReport, language: Language) -> Self {
        let pin = |pin: &PinReport| PinStatus::new(pin, language);
        Self { reader: report.reader.as_str().to_owned(), pins: report.pins.iter().map(pin).collect() }
    }
}
