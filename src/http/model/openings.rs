//! `POST /v1/openings` and what becomes of an opening.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of a route that takes nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmptyBody {}

/// A page that waits for its window.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Opening {
    /// Names the opening, for `GET /v1/openings/{opening}`.
    #[schema(example = 1)]
    pub opening: u64,
    /// Where the page is, with what opens it behind `#`. Whoever has this before the page does has what the page has.
    #[schema(example = "http://127.0.0.1:54321/#…")]
    pub address: String,
    /// How long the address is good for.
    #[schema(example = 30)]
    pub expires_in_seconds: u64,
}

/// How far an opening is.
#[derive(Serialize, ToSchema)]
pub struct OpeningProgress {
    /// How far.
    pub state: OpeningState,
}

/// How far an opening is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpeningState {
    /// The page is there; the address is worth nothing any more.
    Used,
    /// It is over.
    Ended,
}
