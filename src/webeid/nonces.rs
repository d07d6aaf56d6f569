//! The server's half of a nonce: made at random, for one session, for a short while, for one use.
//!
//! For a server of one process; several need a store they share. What counts is the order: a nonce is used up before the
//! token is looked at, so that no token is ever judged twice.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};

use super::ChallengeNonce;

/// How long a nonce may be used after it was issued: a person has to read a prompt and type a PIN.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(5);
/// Most nonces waiting at the same time; the oldest gives way.
pub const MOST: usize = 10_000;
/// Random bytes in a nonce. In base64 these are 44 characters, the least Web eID allows.
const RANDOM: usize = 32;

/// The nonces that were issued and not yet used. At most one for each session.
#[derive(Debug, Default)]
pub struct Nonces {
    waiting: HashMap<String, Issued>,
    /// The greatest `order` given so far.
    last: u64,
}

#[derive(Debug)]
struct Issued {
    nonce: ChallengeNonce,
    at: Timestamp,
    order: u64,
}

/// The system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes from the system: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

impl Nonces {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A new nonce for the browser's session `session`. An older one of that session is void from now on.
    ///
    /// `session` is what tells one browser from another to the server, such as the value of its session cookie; never
    /// something the page sends along in the request's body.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn issue(&mut self, session: &str, now: Timestamp) -> Result<ChallengeNonce, NoRandomness> {
        let mut random = [0; RANDOM];
        getrandom::fill(&mut random)?;
        let nonce = ChallengeNonce(BASE64.encode(random));
        if !self.waiting.contains_key(session) && self.waiting.len() >= MOST {
            self.make_room(now);
        }
        self.last += 1;
        let issued = Issued { nonce: nonce.clone(), at: now, order: self.last };
        self.waiting.insert(session.to_owned(), issued);
        Ok(nonce)
    }

    /// The nonce of this session, which is used up by that. None if none was issued, if it was used, or if it is older
    /// than [`LIFETIME`].
    pub fn take(&mut self, session: &str, now: Timestamp) -> Option<ChallengeNonce> {
        self.waiting.remove(session).filter(|issued| issued.is_fresh(now)).map(|issued| issued.nonce)
    }

    /// Drops what is too old, or else the oldest.
    fn make_room(&mut self, now: Timestamp) {
        self.waiting.retain(|_, issued| issued.is_fresh(now));
        if self.waiting.len() < MOST {
            return;
        }
        let oldest = self.waiting.iter().min_by_key(|(_, issued)| issued.order).map(|(session, _)| session.clone());
        if let Some(session) = oldest {
            self.waiting.remove(&session);
        }
    }
}

impl Issued {
    fn is_fresh(&self, now: Timestamp) -> bool {
        // One from the future was issued before the clock was set back, nobody knows how long ago.
        (SignedDuration::ZERO..=LIFETIME).contains(&now.duration_since(self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + seconds).unwrap()
    }

    #[test]
    fn a_nonce_is_good_once_for_its_session_and_for_five_minutes() {
        let mut nonces = Nonces::new();
        let nonce = nonces.issue("a", at(0)).unwrap();
        assert_eq!(nonce.as_str().parse(), Ok(nonce.clone()), "in the form that the agent takes");
        assert_eq!(nonces.take("b", at(1)), None);
        assert_eq!(nonces.take("a", at(300)), Some(nonce));
        assert_eq!(nonces.take("a", at(300)), None);

        nonces.issue("a", at(0)).unwrap();
        assert_eq!(nonces.take("a", at(301)), None);
        nonces.issue("a", at(0)).unwrap();
        assert_eq!(nonces.take("a", at(-1)), None, "the clock was set back");
    }

    #[test]
    fn a_second_nonce_voids_the_first_of_its_session() {
        let mut nonces = Nonces::new();
        let first = nonces.issue("a", at(0)).unwrap();
        let second = nonces.issue("a", at(1)).unwrap();
        assert_ne!(first, second);
        assert_eq!(nonces.take("a", at(2)), Some(second));
    }

    #[test]
    fn who_asks_without_end_costs_a_bounded_room() {
        let mut nonces = Nonces::new();
        for number in 0..=MOST {
            nonces.issue(&number.to_string(), at(0)).unwrap();
        }
        assert_eq!(nonces.waiting.len(), MOST);
        assert_eq!(nonces.take("0", at(0)), None, "the oldest gave way");
        assert!(nonces.take(&MOST.to_string(), at(0)).is_some());
        nonces.issue("late", at(301)).unwrap();
        assert!(nonces.take("1", at(0)).is_some(), "there was room, so nothing was dropped");
    }
}
