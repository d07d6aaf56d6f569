//! How often a caller may ask, and how often the person may be asked.
//!
//! [`RequestLimits`] counts requests, [`AtWork`] those of one caller at the same time, [`StreamLimits`] open event streams,
//! [`PromptLimits`] spaces the prompts out, [`WrongPins`] remembers entries the card refused. None of them knows HTTP or a
//! clock: each is handed the moment, remembers a bounded number of callers, and forgets by itself. What a caller is told
//! when it must wait is for the others.

mod at_work;
mod prompts;
mod requests;
mod streams;
mod wrong_pins;

use std::time::Duration;

pub use at_work::{AtWork, MAX_AT_WORK, Place};
pub use prompts::{PromptEnd, PromptLimits, PromptWait};
pub use requests::RequestLimits;
pub use streams::{MAX_STREAMS, MAX_STREAMS_OF_ONE, OpenStream, StreamLimits};
pub use wrong_pins::{CardKey, NextEntry, WrongPins};

use crate::consent::Asker;
use crate::origin::Origin;

/// Whose requests count together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CallerKey {
    /// Pages of this origin.
    Page(Origin),
    /// All programs of this person: a process id costs nothing, so counting each for itself would limit nobody.
    Programs,
    /// The agent's own pages, of which there are few: no program with many requests keeps the holder from seeing what
    /// goes on.
    OwnPages,
}

impl From<&Asker> for CallerKey {
    fn from(asker: &Asker) -> Self {
        match asker {
            Asker::Page(origin) => Self::Page(origin.clone()),
            Asker::Program(_) => Self::Programs,
        }
    }
}

/// Not now, but after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too often; again in {0:?}")]
pub struct Wait(pub Duration);

impl Wait {
    /// The value of `Retry-After` (RFC 9110, 10.2.3): whole seconds, rounded up, at least one.
    #[must_use]
    pub fn retry_after_seconds(self) -> u64 {
        let whole = self.0.as_secs();
        let started = u64::from(self.0.subsec_nanos() > 0);
        whole.saturating_add(started).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::ProgramIdentity;

    #[test]
    fn waits_are_rounded_up_to_whole_seconds() {
        for (wait, seconds) in [(0, 1), (1, 1), (999, 1), (1000, 1), (1001, 2), (2000, 2), (299_500, 300)] {
            assert_eq!(Wait(Duration::from_millis(wait)).retry_after_seconds(), seconds, "{wait} ms");
        }
    }

    #[test]
    fn pages_count_by_origin_and_programs_together() {
        let page = |origin: &str| CallerKey::from(&Asker::Page(origin.parse().unwrap()));
        let program = |pid| CallerKey::from(&Asker::Program(ProgramIdentity { pid: Some(pid), name: None }));
        assert_eq!(page("https://a.example"), page("https://a.example"));
        assert_ne!(page("https://a.example"), page("https://a.example:8443"));
        assert_ne!(page("https://a.example"), program(1));
        assert_eq!(program(1), program(2));
    }
}
