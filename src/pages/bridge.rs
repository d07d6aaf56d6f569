//! The life of one bridge: announced, loaded once, bound to one origin once, ended once.
//!
//! A bridge is a small window of the agent's that carries requests from the page that opened it. Whoever has its ticket
//! asks as the origin it is bound to; the ticket is handed out with the one document and is worth nothing before the
//! binding and after the end. Nothing of HTTP is known here.

use std::sync::{Arc, Mutex};

use super::life::{Course, Life};
use crate::gatekeeper::Token;
use crate::origin::Origin;
use crate::sync::lock;

/// One opening of the bridge.
#[derive(Debug)]
pub struct Bridge {
    /// Stands in the address of the document.
    secret: Token,
    ticket: Token,
    progress: Mutex<Progress>,
    course: Course,
}

#[derive(Debug, Default)]
struct Progress {
    loaded: bool,
    attached: bool,
    origin: Option<Origin>,
}

/// What comes of asking for the document.
#[derive(Debug)]
pub enum Loaded<'a> {
    /// The first time: the document, with this ticket.
    First(&'a Token),
    /// Again, or after the end: a reload, or somebody who reads the history.
    Again,
    /// Not the address of this bridge.
    Unknown,
}

/// Held by the document's own connection; the bridge ends with it.
#[derive(Debug)]
pub struct Attachment(Arc<Bridge>);

impl Bridge {
    /// A new one.
    ///
    /// # Errors
    /// The system's error if it has no randomness to give.
    pub fn new() -> Result<Self, getrandom::Error> {
        Ok(Self {
            secret: Token::random()?,
            ticket: Token::random()?,
            progress: Mutex::default(),
            course: Course::default(),
        })
    }

    /// The path of the document: 256 random bits.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{}", self.secret.as_str())
    }

    /// Asks for the document, by what stands behind the slash of its path.
    pub fn load(&self, secret: &[u8]) -> Loaded<'_> {
        if !self.secret.is(secret) {
            return Loaded::Unknown;
        }
        let first = !std::mem::replace(&mut lock(&self.progress).loaded, true);
        if first && self.course.life() == Life::Open { Loaded::First(&self.ticket) } else { Loaded::Again }
    }

    /// Is this the ticket, and was it handed out?
    #[must_use]
    pub fn knows_ticket(&self, given: &[u8]) -> bool {
        self.ticket.is(given) && lock(&self.progress).loaded
    }

    /// The origin it is bound to.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        lock(&self.progress).origin.clone()
    }

    /// Binds it, for good; false if it is bound already. Through [`super::Openings::bind`], which counts.
    pub(super) fn bind(&self, origin: &Origin) -> bool {
        let bound = &mut lock(&self.progress).origin;
        let first = bound.is_none();
        if first {
            *bound = Some(origin.clone());
        }
        first
    }

    /// Ties its life to the connection of the one who holds the attachment; `None` if it is tied already.
    pub fn attach(self: &Arc<Self>) -> Option<Attachment> {
        let first = !std::mem::replace(&mut lock(&self.progress).attached, true);
        first.then(|| Attachment(self.clone()))
    }

    /// Has it come so far that it may stay: bound, and with the document there?
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let progress = lock(&self.progress);
        progress.attached && progress.origin.is_some()
    }

    /// How far its life is. At its end the ticket is void.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }
}

impl Attachment {
    /// Waits until there is nothing left to be attached to.
    pub async fn over(&self) {
        self.0.course.reached(Life::Closing).await;
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        // At the agent's end the connection is let go first, and what has begun goes on.
        if self.0.course.life() == Life::Open {
            self.0.course.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bridge() -> Arc<Bridge> {
        Arc::new(Bridge::new().unwrap())
    }

    #[test]
    fn the_document_is_handed_out_once() {
        let bridge = bridge();
        let path = bridge.path();
        let secret = &path.as_bytes()[1..];
        assert!(!bridge.knows_ticket(bridge.ticket.as_str().as_bytes()), "before anybody has it");
        assert!(matches!(bridge.load(b"guess"), Loaded::Unknown));
        let Loaded::First(ticket) = bridge.load(secret) else { panic!("the first time") };
        assert!(bridge.knows_ticket(ticket.as_str().as_bytes()) && !bridge.knows_ticket(secret));
        assert!(matches!(bridge.load(secret), Loaded::Again));
        assert!(!format!("{bridge:?}").contains(ticket.as_str()));

        let ended = super::tests::bridge();
        ended.course.end();
        assert!(matches!(ended.load(&ended.path().as_bytes()[1..]), Loaded::Again));
    }

    #[test]
    fn the_first_origin_stays() {
        let bridge = bridge();
        let (one, other) = ("https://portal.example".parse().unwrap(), "https://other.example".parse().unwrap());
        assert!(bridge.bind(&one));
        assert!(!bridge.bind(&other) && !bridge.bind(&one));
        assert_eq!(bridge.origin(), Some(one));
    }

    #[tokio::test]
    async fn it_ends_with_the_one_that_is_attached_but_for_the_agents_own_end() {
        let first = bridge();
        let attachment = first.attach().unwrap();
        assert!(first.attach().is_none());
        drop(attachment);
        first.course.reached(Life::Ended).await;

        let second = bridge();
        let attachment = second.attach().unwrap();
        second.course.close();
        attachment.over().await;
        drop(attachment);
        assert_eq!(second.course.life(), Life::Closing);
        second.course.end();
        second.course.close();
        assert_eq!(second.course.life(), Life::Ended, "no way back");
    }
}
