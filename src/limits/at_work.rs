//! How many requests of one caller may be at work at the same time. With the number of connections this bounds what all
//! of them hold in memory, and leaves room for the others where one asks and asks without waiting.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::CallerKey;
use crate::sync::lock;

/// Requests of one caller. A page has six connections at most, as browsers have it; a script may have more.
pub const MAX_AT_WORK: usize = 256;

/// Counts requests at work.
#[derive(Clone, Debug, Default)]
pub struct AtWork(Arc<Mutex<HashMap<CallerKey, usize>>>);

/// A request at work, until it is dropped.
#[derive(Debug)]
pub struct Place {
    counts: AtWork,
    caller: CallerKey,
}

impl AtWork {
    /// A place for one more request of `caller`; `None` if it has [`MAX_AT_WORK`].
    #[must_use]
    pub fn enter(&self, caller: &CallerKey) -> Option<Place> {
        let mut counts = lock(&self.0);
        let count = counts.entry(caller.clone()).or_default();
        if *count >= MAX_AT_WORK {
            return None;
        }
        *count += 1;
        Some(Place { counts: self.clone(), caller: caller.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.counts.0);
        if let Some(count) = counts.get_mut(&self.caller) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(name: &str) -> CallerKey {
        CallerKey::Page(format!("https://{name}.example").parse().unwrap())
    }

    #[test]
    fn one_caller_has_so_many_places_and_another_its_own() {
        let at_work = AtWork::default();
        let mut places: Vec<_> = (0..MAX_AT_WORK).map(|_| at_work.enter(&page("a")).unwrap()).collect();
        assert!(at_work.enter(&page("a")).is_none());
        let other = at_work.enter(&page("b")).unwrap();
        places.pop();
        places.push(at_work.enter(&page("a")).unwrap());
        assert!(at_work.enter(&page("a")).is_none());
        drop((places, other));
        assert!(lock(&at_work.0).is_empty(), "nothing is remembered of who has gone");
    }
}
