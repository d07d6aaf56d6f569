//! Certificates of a known authority that cards have shown.
//!
//! They are public and the same on every card the authority issued, and were recognised by their pin before they came
//! here: nothing of a card or its holder, and nothing that another card could change. So they outlive a card's stay.

use std::sync::{Arc, OnceLock};

use crate::certificate::Certificate;

/// Places for one authority. One that is pinned by its certificate needs one; the software card's, which is pinned by its
/// key, issues itself another certificate at each start.
pub(super) const PLACES: usize = 4;

/// None is ever taken out: who was told that one is at hand will find it.
#[derive(Clone, Debug, Default)]
pub(in crate::certificate) struct Shown([OnceLock<Arc<Certificate>>; PLACES]);

impl Shown {
    /// Keeps `certificate`, unless it is kept already or all places are taken.
    pub(super) fn keep(&self, certificate: &Arc<Certificate>) {
        let kept = |place: &OnceLock<Arc<Certificate>>| {
            place.get_or_init(|| certificate.clone()).fingerprint() == certificate.fingerprint()
        };
        self.0.iter().any(kept);
    }

    /// Those that are kept.
    pub(in crate::certificate) fn iter(&self) -> impl Iterator<Item = &Certificate> {
        self.0.iter().map_while(OnceLock::get).map(Arc::as_ref)
    }
}
