//! Which refused origins are worth a notice: one an hour in all, and each site once in it.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::Notice;
use crate::origin::Origin;

/// Between two notices.
const PAUSE: Duration = Duration::from_secs(3600);
/// So many sites are remembered between two notices; more are counted no further.
const MAX_SITES: usize = 64;

/// Groups refusals by site. What a site is, the caller says: the registrable domain of the origin's host, so that a
/// thousand sub-domains are one.
#[derive(Debug, Default)]
pub struct RefusalNotices {
    last: Option<Instant>,
    /// Refused since the last notice, which was not about them.
    sites: HashSet<String>,
    /// Of the last notice.
    told: String,
}

impl RefusalNotices {
    /// None so far.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `origin`, a page of `site`, was refused at `now`. The notice to be shown, if it is time for one.
    pub fn refused(&mut self, site: &str, origin: &Origin, now: Instant) -> Option<Notice> {
        let early = self.last.is_some_and(|last| now.saturating_duration_since(last) < PAUSE);
        if early {
            if site != self.told && self.sites.len() < MAX_SITES {
                self.sites.insert(site.to_owned());
            }
            return None;
        }
        self.sites.remove(site);
        let other_sites = self.sites.len();
        self.sites.clear();
        self.last = Some(now);
        site.clone_into(&mut self.told);
        Some(Notice::OriginRefused { origin: origin.clone(), other_sites })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuse(notices: &mut RefusalNotices, site: &str, host: &str, now: Instant) -> Option<usize> {
        let origin: Origin = format!("https://{host}").parse().unwrap();
        notices.refused(site, &origin, now).map(|notice| match notice {
            Notice::OriginRefused { origin: named, other_sites } if named == origin => other_sites,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn one_notice_an_hour_and_the_sites_in_between_are_counted_once_each() {
        let mut notices = RefusalNotices::new();
        let start = Instant::now();
        let minute = |minutes: u64| start + Duration::from_secs(60 * minutes);
        for (at, site, host, shown) in [
            (0, "a.example", "www.a.example", Some(0)),
            (0, "a.example", "www.a.example", None),
            (1, "a.example", "x.a.example", None),
            (2, "b.example", "b.example", None),
            (3, "b.example", "c.b.example", None),
            (4, "c.example", "c.example", None),
            (59, "d.example", "d.example", None),
            (60, "d.example", "d.example", Some(2)), // b and c
            (61, "a.example", "a.example", None),
            (119, "d.example", "e.d.example", None),
            (200, "a.example", "a.example", Some(0)), // a itself only
            (400, "d.example", "d.example", Some(0)),
        ] {
            assert_eq!(refuse(&mut notices, site, host, minute(at)), shown, "minute {at}, {host}");
        }
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut notices = RefusalNotices::new();
        let start = Instant::now();
        for number in 0..10_000 {
            let shown = refuse(&mut notices, &format!("s{number}.example"), &format!("s{number}.example"), start);
            assert_eq!(shown.is_some(), number == 0);
        }
        assert_eq!(notices.sites.len(), MAX_SITES);
        assert_eq!(refuse(&mut notices, "z.example", "z.example", start + PAUSE), Some(MAX_SITES));
    }
}
