//! The name of one request, by which answer, problem and log line are found together.

use std::fmt;

/// Names one request in answer and log, for a help desk: 16 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// A new one.
    #[must_use]
    pub fn random() -> Self {
        // Only a name; without randomness it is merely not unique.
        Self(format!("{:016x}", getrandom::u64().unwrap_or_default()))
    }

    /// As it stands in header and body.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
