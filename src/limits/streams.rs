//! So many event streams at the same time from one caller, and so many from all of them.
//!
//! A stream costs a connection and a little memory for as long as its other end likes, so requests per minute do not
//! bound them. A browser opens six connections to one host at most; a person may have several browsers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{CallerKey, Wait};
use crate::sync::lock;

/// Most streams of one caller.
pub const MAX_STREAMS_OF_ONE: usize = 16;
/// Most streams of all callers.
pub const MAX_STREAMS: usize = 256;
/// What a caller beyond them is told to wait; nobody knows when a stream ends.
const PAUSE: Duration = Duration::from_secs(5);

/// Counts open streams.
#[derive(Clone, Debug, Default)]
pub struct StreamLimits(Arc<Mutex<HashMap<CallerKey, usize>>>);

/// One open stream; ends its count when dropped.
#[derive(Debug)]
pub struct OpenStream {
    limits: StreamLimits,
    caller: CallerKey,
}

impl StreamLimits {
    /// Counts one more stream of `caller`.
    ///
    /// # Errors
    /// [`Wait`] if there are too many.
    pub fn open(&self, caller: &CallerKey) -> Result<OpenStream, Wait> {
        let mut open = lock(&self.0);
        let own = open.get(caller).copied().unwrap_or_default();
        if own >= MAX_STREAMS_OF_ONE || open.values().sum::<usize>() >= MAX_STREAMS {
            return Err(Wait(PAUSE));
        }
        open.insert(caller.clone(), own + 1);
        Ok(OpenStream { limits: self.clone(), caller: caller.clone() })
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = lock(&self.limits.0);
        let left = open.get(&self.caller).map_or(0, |own| own.saturating_sub(1));
        match left {
            0 => open.remove(&self.caller),
            left => open.insert(self.caller.clone(), left),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: usize) -> CallerKey {
        CallerKey::Page(format!("https://site{number}.example").parse().unwrap())
    }

    #[test]
    fn one_caller_has_its_share_and_leaves_the_others_theirs() {
        let limits = StreamLimits::default();
        let mut open: Vec<_> = (0..MAX_STREAMS_OF_ONE).map(|_| limits.open(&page(1)).unwrap()).collect();
        assert_eq!(limits.open(&page(1)).unwrap_err().retry_after_seconds(), 5);
        drop(limits.open(&CallerKey::Programs).unwrap());
        open.pop();
        open.push(limits.open(&page(1)).unwrap());
        assert!(limits.open(&page(1)).is_err());
    }

    #[test]
    fn all_together_have_an_end_and_nothing_is_remembered_of_closed_ones() {
        let limits = StreamLimits::default();
        let callers = MAX_STREAMS / MAX_STREAMS_OF_ONE;
        let all = (0..callers).flat_map(|number| (0..MAX_STREAMS_OF_ONE).map(move |_| number));
        let open: Vec<_> = all.map(|number| limits.open(&page(number)).unwrap()).collect();
        assert_eq!(open.len(), MAX_STREAMS);
        assert!(limits.open(&page(callers)).is_err());
        drop(open);
        assert!(lock(&limits.0).is_empty());
        limits.open(&page(callers)).unwrap();
    }
}
