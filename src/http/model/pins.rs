//! `GET /v1/pins`. A PIN itself is in no body.

use serde::Serialize;
use utoipa::ToSchema;

use super::names;
use crate::agent::{PinReport, PinsReport};
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

impl Pins {
    /// The body for `report`, with guidance in `language`.
    #[must_use]
    pub fn new(report: &PinsReport, language: Language) -> Self {
        let pin = |pin: &PinReport| PinStatus {
            kind: pin.key_kind.into(),
            state: pin.tries.into(),
            tries_left: pin.tries.left(),
            tries_max: pin.tries_max,
            guidance: pin
                .tries
                .is_blocked()
                .then(|| problem::text(&Problem::PinBlocked { key_kind: pin.key_kind }, language).remedy),
        };
        Self { reader: report.reader.as_str().to_owned(), pins: report.pins.iter().map(pin).collect() }
    }
}
