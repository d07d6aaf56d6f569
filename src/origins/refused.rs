//! Who was refused: a short list from which a person can let an origin in later ("quiet permission request").
//!
//! Pages can fill it at will, so it is bounded as a whole, no site can push out the others, and notices are rare. Only
//! what parses as an origin can get in; that it came with a real CORS request to a known route is for the caller.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::assess::registrable;
use super::display::host;
use crate::message::{Language, message};
use crate::origin::Origin;

/// Most origins remembered.
const MAX_ORIGINS: usize = 64;
/// Between two notices, whoever they are about.
const BETWEEN_NOTICES: SignedDuration = SignedDuration::from_hours(1);
/// Before the same site is worth another notice.
const SAME_SITE: SignedDuration = SignedDuration::from_hours(24);

/// An origin that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedOrigin {
    /// Which.
    pub origin: Origin,
    /// The first time.
    pub first: Timestamp,
    /// The last time.
    pub last: Timestamp,
    /// How many times in all.
    pub count: u64,
}

/// Refused origins of one site, that is with the same registrable domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedGroup {
    /// The domain; the address or single name where there is none.
    pub domain: String,
    /// Latest first.
    pub origins: Vec<RefusedOrigin>,
}

/// What a desktop notification would be about; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The site that asked last.
    pub group: RefusedGroup,
    /// Other sites that have not been in a notice yet.
    pub others: Vec<RefusedGroup>,
}

/// The origins refused lately: at most 64.
#[derive(Clone, Debug, Default)]
pub struct RefusedOrigins {
    origins: BTreeMap<Origin, RefusedOrigin>,
    last_notice: Option<Timestamp>,
    /// When each domain was in a notice. Only of the last 24 hours.
    noticed: BTreeMap<String, Timestamp>,
}

impl RefusedOrigins {
    /// Nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `origin` was refused. `false` if it is known for that.
    pub fn note(&mut self, origin: &Origin, now: Timestamp) -> bool {
        if let Some(known) = self.origins.get_mut(origin) {
            known.last = known.last.max(now);
            known.count = known.count.saturating_add(1);
            return false;
        }
        if self.origins.len() >= MAX_ORIGINS {
            self.make_room();
        }
        let refused = RefusedOrigin { origin: origin.clone(), first: now, last: now, count: 1 };
        self.origins.insert(origin.clone(), refused);
        true
    }

    /// `origin` is allowed now, or of no interest.
    pub fn forget(&mut self, origin: &Origin) {
        self.origins.remove(origin);
    }

    /// All of them, latest first.
    #[must_use]
    pub fn list(&self) -> Vec<RefusedOrigin> {
        let mut list: Vec<RefusedOrigin> = self.origins.values().cloned().collect();
        list.sort_by(|a, b| b.last.cmp(&a.last).then_with(|| a.origin.cmp(&b.origin)));
        list
    }

    /// By site, the one that asked last first.
    #[must_use]
    pub fn groups(&self) -> Vec<RefusedGroup> {
        let mut groups: Vec<RefusedGroup> = Vec::new();
        for refused in self.list() {
            let domain = domain(&refused.origin);
            match groups.iter_mut().find(|group| group.domain == domain) {
                Some(group) => group.origins.push(refused),
                None => groups.push(RefusedGroup { domain: domain.to_owned(), origins: vec![refused] }),
            }
        }
        groups
    }

    /// The notice to be shown now, if one is due: at most one an hour in all, and each site at most once in 24 hours.
    /// Changes nothing; when it was shown, say so with [`notice_shown`](Self::notice_shown).
    #[must_use]
    pub fn notice_due(&self, now: Timestamp) -> Option<Notice> {
        if self.last_notice.is_some_and(|last| is_within(last, now, BETWEEN_NOTICES)) {
            return None;
        }
        let is_new = |group: &RefusedGroup| match self.noticed.get(&group.domain) {
            None => true,
            // It has asked again since, a day later.
            Some(noticed) => {
                !is_within(*noticed, now, SAME_SITE) && group.origins.iter().any(|refused| refused.last > *noticed)
            }
        };
        let mut groups = self.groups().into_iter().filter(is_new);
        Some(Notice { group: groups.next()?, others: groups.collect() })
    }

    /// The notice was shown.
    pub fn notice_shown(&mut self, notice: &Notice, now: Timestamp) {
        self.last_notice = Some(now);
        let remembered: Vec<String> = self.groups().into_iter().map(|group| group.domain).collect();
        // Domains that are in the list no more are kept for their 24 hours: being pushed out must not earn a notice.
        self.noticed.retain(|domain, noticed| is_within(*noticed, now, SAME_SITE) || remembered.contains(domain));
        for group in std::iter::once(&notice.group).chain(&notice.others) {
            self.noticed.insert(group.domain.clone(), now);
        }
    }

    /// Drops the oldest origin of the site that has the most: a site with a thousand names pushes out its own.
    fn make_room(&mut self) {
        let groups = self.groups();
        // Of equals the one that asked longest ago.
        let largest = groups.iter().rev().max_by_key(|group| group.origins.len());
        let largest = largest.filter(|group| group.origins.len() > 1).or(groups.last());
        if let Some(oldest) = largest.and_then(|group| group.origins.last()) {
            self.origins.remove(&oldest.origin);
        }
    }
}

impl Notice {
    /// Title of the notification.
    #[must_use]
    pub fn title(language: Language) -> String {
        message!(language, "origin-notice-title")
    }

    /// The notice in words. Domains are shown as browsers send them.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let domain = self.group.domain.as_str();
        match self.others.len() {
            0 => message!(language, "origin-notice", domain = domain),
            count => message!(language, "origin-notice-more", domain = domain, count = count),
        }
    }
}

fn domain(origin: &Origin) -> &str {
    registrable(host(origin))
}

/// Also if the clock was set back: a moment in the future says nothing.
fn is_within(since: Timestamp, now: Timestamp, duration: SignedDuration) -> bool {
    since <= now && now.duration_since(since) < duration
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    fn origin(name: &str) -> Origin {
        format!("https://{name}").parse().unwrap()
    }

    fn refused(names: &[(&str, i64)]) -> RefusedOrigins {
        let mut refused = RefusedOrigins::new();
        for (name, minute) in names {
            refused.note(&origin(name), at(*minute));
        }
        refused
    }

    fn domains(notice: Option<Notice>) -> Vec<String> {
        notice
            .into_iter()
            .flat_map(|notice| [vec![notice.group], notice.others].concat())
            .map(|group| group.domain)
            .collect()
    }

    #[test]
    fn each_origin_stands_there_once_latest_first() {
        let mut refused = refused(&[("a.example", 0), ("b.example", 1), ("a.example", 2)]);
        let entry =
            |name, first, last, count| RefusedOrigin { origin: origin(name), first: at(first), last: at(last), count };
        assert_eq!(refused.list(), [entry("a.example", 0, 2, 2), entry("b.example", 1, 1, 1)]);
        refused.forget(&origin("a.example"));
        assert_eq!(refused.list(), [entry("b.example", 1, 1, 1)]);
        assert_eq!(domains(refused.notice_due(at(3))), ["b.example"]);
    }

    #[test]
    fn origins_of_one_site_are_one_group() {
        let refused = refused(&[
            ("a.portal.co.jp", 0),
            ("x.github.io", 1),
            ("y.github.io", 2),
            ("b.portal.co.jp", 3),
            ("192.0.2.1", 4),
        ]);
        let groups: Vec<_> = refused.groups().into_iter().map(|group| (group.domain, group.origins.len())).collect();
        let expected = [("192.0.2.1", 1), ("portal.co.jp", 2), ("y.github.io", 1), ("x.github.io", 1)];
        assert_eq!(groups, expected.map(|(domain, count)| (domain.to_owned(), count)));
    }

    #[test]
    fn one_notice_an_hour_in_all_and_one_a_day_for_a_site() {
        let mut refused = refused(&[("a.example", 0)]);
        let first = refused.notice_due(at(0)).unwrap();
        assert_eq!(refused.notice_due(at(0)).as_ref(), Some(&first), "asking changes nothing");
        refused.notice_shown(&first, at(0));
        refused.note(&origin("www.a.example"), at(1));
        assert!(refused.note(&origin("b.example"), at(1)));
        assert!(!refused.note(&origin("b.example"), at(1)), "known");
        refused.note(&origin("c.example"), at(2));
        assert_eq!(refused.notice_due(at(59)), None);
        let second = refused.notice_due(at(60)).unwrap();
        assert_eq!(domains(Some(second.clone())), ["c.example", "b.example"]);
        refused.notice_shown(&second, at(60));
        assert_eq!(refused.notice_due(at(23 * 60)), None);
        assert_eq!(domains(refused.notice_due(at(24 * 60))), ["a.example"], "it has asked since");
        assert_eq!(domains(refused.notice_due(at(26 * 60))), ["a.example"], "the others have not");
    }

    #[test]
    fn a_site_with_a_thousand_names_pushes_out_nobody_else() {
        let mut refused = refused(&[("quiet.example", 0), ("other.example", 0)]);
        for number in 0..1000 {
            refused.note(&origin(&format!("n{number}.loud.example")), at(number));
        }
        assert_eq!(refused.list().len(), 64);
        for name in ["quiet.example", "other.example", "n999.loud.example"] {
            assert!(refused.list().iter().any(|refused| refused.origin == origin(name)), "{name}");
        }
        let notice = refused.notice_due(at(1000)).unwrap();
        assert_eq!(notice.others.len(), 2);
        assert!(notice.text(Language::English).starts_with("loud.example and 2 more"), "{notice:?}");
    }

    #[test]
    fn a_thousand_sites_keep_it_bounded_and_do_not_ring() {
        let mut refused = RefusedOrigins::new();
        let mut notices = 0;
        for number in 0..1000 {
            refused.note(&origin(&format!("n{number}.example")), at(number));
            if let Some(notice) = refused.notice_due(at(number)) {
                refused.notice_shown(&notice, at(number));
                notices += 1;
            }
        }
        assert_eq!(refused.list().len(), 64);
        assert_eq!(refused.list()[0].origin, origin("n999.example"));
        assert_eq!(notices, 17);
        assert!(refused.noticed.len() <= 1000);
    }

    #[test]
    fn a_clock_that_was_set_back_silences_nobody() {
        let mut refused = refused(&[("a.example", 1000)]);
        let notice = refused.notice_due(at(1000)).unwrap();
        refused.notice_shown(&notice, at(1000));
        refused.note(&origin("b.example"), at(0));
        assert_eq!(domains(refused.notice_due(at(0))), ["b.example"]);
    }
}
