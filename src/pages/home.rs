//! The life of one status page: announced with a secret, claimed once, used while its document is there, ended once.
//!
//! The secret travels in the fragment of the page's address, which no browser sends to anybody; the document's script
//! exchanges it for the token, which it keeps in its memory. So the token dies with the document. Nothing of HTTP is
//! known here.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

use super::life::{Course, Life};
use crate::gatekeeper::Token;
use crate::sync::lock;

/// How long the secret is good for.
pub const CLAIM_LIMIT: Duration = Duration::from_secs(30);
/// How long the token is good for while the document holds no stream: it has gone, or is just opening one anew.
pub const ALONE_LIMIT: Duration = Duration::from_secs(20);
/// How long it is good for while the document is there and asks nothing.
pub const IDLE_LIMIT: Duration = Duration::from_secs(60 * 60);

/// One opening of the status page.
#[derive(Debug)]
pub struct Home {
    secret: Token,
    token: Token,
    /// Was the secret exchanged?
    claimed: watch::Sender<bool>,
    progress: Mutex<Progress>,
    /// Someone should look at [`Home::ends_at`] again.
    sooner: Notify,
    course: Course,
}

#[derive(Debug)]
struct Progress {
    /// Streams that the document holds.
    streams: usize,
    /// When it was made, claimed, or last let go of a stream.
    left_alone: Instant,
    /// When it last asked for something.
    used: Instant,
}

/// Why the secret is not exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotClaimed {
    /// That is not the secret.
    Unknown,
    /// It was exchanged before. Two know it, so nobody keeps what it opened.
    Again,
    /// Too late.
    Late,
}

/// Held by each stream of the document's.
#[derive(Debug)]
pub struct Presence(Arc<Home>);

impl Home {
    /// A new one.
    ///
    /// # Errors
    /// The system's error if it has no randomness to give.
    pub fn new(now: Instant) -> Result<Self, getrandom::Error> {
        Ok(Self {
            secret: Token::random()?,
            token: Token::random()?,
            claimed: watch::Sender::new(false),
            progress: Mutex::new(Progress { streams: 0, left_alone: now, used: now }),
            sooner: Notify::new(),
            course: Course::default(),
        })
    }

    /// The secret, for the fragment of the address.
    pub(super) fn secret(&self) -> &str {
        self.secret.as_str()
    }

    /// Exchanges the secret for the token, once.
    ///
    /// # Errors
    /// [`NotClaimed`]; after [`NotClaimed::Again`] the opening has ended.
    pub fn claim(&self, secret: &[u8], now: Instant) -> Result<&Token, NotClaimed> {
        if !self.secret.is(secret) {
            return Err(NotClaimed::Unknown);
        }
        let mut progress = lock(&self.progress);
        if self.is_claimed() {
            self.course.end();
            return Err(NotClaimed::Again);
        }
        if self.course.life() != Life::Open || now.duration_since(progress.left_alone) > CLAIM_LIMIT {
            return Err(NotClaimed::Late);
        }
        *progress = Progress { streams: 0, left_alone: now, used: now };
        self.claimed.send_replace(true);
        drop(progress);
        self.sooner.notify_one();
        Ok(&self.token)
    }

    /// Whoever opened it does not wait for its document any more: from now on the secret opens nothing. One that is there
    /// already stays.
    pub fn give_up(&self) {
        let _progress = lock(&self.progress); // no claim falls in between
        if !self.is_claimed() {
            self.course.end();
        }
    }

    /// Was the secret exchanged?
    #[must_use]
    pub fn is_claimed(&self) -> bool {
        *self.claimed.borrow()
    }

    /// Waits until it is, or until it is too late for it.
    pub async fn claimed_or_over(&self) {
        let mut claimed = self.claimed.subscribe();
        tokio::select! {
            // The sender is ours, so it cannot be gone.
            _ = claimed.wait_for(|claimed| *claimed) => {}
            () = self.course.reached(Life::Closing) => {}
        }
    }

    /// Is this the token, and was it handed out?
    #[must_use]
    pub fn knows_token(&self, given: &[u8]) -> bool {
        self.token.is(given) && self.is_claimed()
    }

    /// The document asks for something.
    pub fn note_use(&self, now: Instant) {
        lock(&self.progress).used = now;
    }

    /// The document holds a stream, until what is given back is dropped.
    #[must_use]
    pub fn presence(self: &Arc<Self>) -> Presence {
        lock(&self.progress).streams += 1;
        Presence(self.clone())
    }

    /// When it ends unless something happens before.
    fn ends_at(&self) -> Instant {
        let progress = lock(&self.progress);
        match (self.is_claimed(), progress.streams) {
            (false, _) => progress.left_alone + CLAIM_LIMIT,
            (true, 0) => progress.left_alone + ALONE_LIMIT,
            (true, _) => progress.used + IDLE_LIMIT,
        }
    }

    /// Waits until nobody has come for it, or the document has gone or is not used any more.
    pub async fn forsaken(&self) {
        loop {
            let end = self.ends_at();
            if end <= Instant::now() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep_until(end.into()) => {}
                () = self.sooner.notified() => {}
            }
        }
    }

    /// How far its life is. At its end secret and token are void.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let mut progress = lock(&self.0.progress);
        progress.streams = progress.streams.saturating_sub(1);
        progress.left_alone = Instant::now();
        drop(progress);
        self.0.sooner.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(now: Instant) -> Arc<Home> {
        Arc::new(Home::new(now).unwrap())
    }

    #[test]
    fn the_secret_is_good_once_and_for_half_a_minute() {
        let now = Instant::now();
        let one = home(now);
        let token = one.token.as_str().to_owned();
        assert!(!one.knows_token(token.as_bytes()), "before anybody has it");
        assert_eq!(one.claim(b"guess", now).map(drop), Err(NotClaimed::Unknown));
        let secret = one.secret().to_owned();
        assert_eq!(one.claim(secret.as_bytes(), now + CLAIM_LIMIT).unwrap().as_str(), token);
        assert!(one.knows_token(token.as_bytes()) && !one.knows_token(secret.as_bytes()) && token != secret);
        assert_eq!(one.course.life(), Life::Open);
        assert_eq!(one.claim(secret.as_bytes(), now).map(drop), Err(NotClaimed::Again));
        assert_eq!(one.course.life(), Life::Ended, "two know the secret");

        let late = home(now);
        let after = now + CLAIM_LIMIT + Duration::from_millis(1);
        assert_eq!(late.claim(late.secret().as_bytes(), after).map(drop), Err(NotClaimed::Late));
        assert!(!late.is_claimed());
        let ended = home(now);
        ended.course.end();
        assert_eq!(ended.claim(ended.secret().as_bytes(), now).map(drop), Err(NotClaimed::Late));
        let shown = format!("{ended:?}");
        assert!(!shown.contains(ended.secret()) && !shown.contains(ended.token.as_str()));
    }

    #[test]
    fn it_lasts_as_long_as_the_document_is_there_and_used() {
        let now = Instant::now();
        let home = home(now);
        assert_eq!(home.ends_at(), now + CLAIM_LIMIT);
        let claimed = now + Duration::from_secs(5);
        home.claim(home.secret().as_bytes(), claimed).unwrap();
        assert_eq!(home.ends_at(), claimed + ALONE_LIMIT);
        let (first, second) = (home.presence(), home.presence());
        assert_eq!(home.ends_at(), claimed + IDLE_LIMIT);
        let used = claimed + Duration::from_secs(600);
        home.note_use(used);
        assert_eq!(home.ends_at(), used + IDLE_LIMIT);
        drop(first);
        assert_eq!(home.ends_at(), used + IDLE_LIMIT, "the other stream is there");
        drop(second);
        assert!(home.ends_at() <= Instant::now() + ALONE_LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_its_end_is_woken_when_it_comes_sooner() {
        let long_ago = Instant::now().checked_sub(CLAIM_LIMIT).unwrap();
        home(long_ago).forsaken().await;
        let home = home(Instant::now());
        home.claim(home.secret().as_bytes(), Instant::now()).unwrap();
        let presence = home.presence();
        let mut forsaken = std::pin::pin!(home.forsaken());
        assert!(tokio::time::timeout(Duration::ZERO, &mut forsaken).await.is_err(), "it is there");
        drop(presence);
        lock(&home.progress).left_alone = long_ago;
        assert!(tokio::time::timeout(Duration::ZERO, &mut forsaken).await.is_ok());
    }
}
