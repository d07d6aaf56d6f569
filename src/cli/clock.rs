//! The system's clock: the one place where the present comes from. Everything below is handed the moment.

use jiff::Timestamp;

/// The moment now.
#[expect(clippy::disallowed_methods, reason = "the one place that asks; all others are handed the moment")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
