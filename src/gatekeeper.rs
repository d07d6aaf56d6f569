//! Who may ask: the living allow-list, the programs' token, the count of requests, and who was turned away.
//!
//! The order of the gates is for [`crate::http::access`]; the facts it asks for are here.

pub mod token;

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::watch;

use crate::limits::{AtWork, CallerKey, OpenStream, Place, RequestLimits, StreamLimits, Wait};
use crate::notices::{Notice, Notices};
use crate::origin::{Origin, Scopes};
use crate::origins::{OriginStore, RefusedOrigin, RefusedOrigins};
use crate::sync::lock;
pub use token::Token;

/// When a caller whose requests are all at work should ask again.
const SOON: Duration = Duration::from_secs(1);

/// What the gates know.
pub struct Gatekeeper {
    origins: OriginStore,
    token: Option<Token>,
    requests: RequestLimits,
    streams: StreamLimits,
    at_work: AtWork,
    refused: Mutex<RefusedOrigins>,
    /// Moved on with each change of it.
    refusals: watch::Sender<()>,
    /// Where a refused origin is told of; `None` if the person does not want that.
    notices: Option<Arc<dyn Notices>>,
}

impl Gatekeeper {
    /// Over this allow-list; programs by TCP need `token`, without one they cannot come in there.
    #[must_use]
    pub fn new(
        origins: OriginStore,
        token: Option<Token>,
        requests_per_minute: NonZeroU32,
        notices: Option<Arc<dyn Notices>>,
    ) -> Self {
        let requests = RequestLimits::new(requests_per_minute, Instant::now());
        let (at_work, streams) = (AtWork::default(), StreamLimits::default());
        let (refused, refusals) = (Mutex::default(), watch::Sender::new(()));
        Self { origins, token, requests, at_work, streams, refused, refusals, notices }
    }

    /// The allow-list.
    #[must_use]
    pub fn origins(&self) -> &OriginStore {
        &self.origins
    }

    /// What `origin` may ask now; `None`: nothing at all.
    #[must_use]
    pub fn scopes(&self, origin: &Origin) -> Option<Scopes> {
        self.origins.current().scopes(origin).cloned()
    }

    /// Is this the token of this start?
    #[must_use]
    pub fn knows_token(&self, given: &[u8]) -> bool {
        self.token.as_ref().is_some_and(|token| token.is(given))
    }

    /// Counts a request, which is at work until the place is dropped.
    ///
    /// # Errors
    /// [`Wait`] if there were too many, or too many are at work.
    pub fn count(&self, caller: &CallerKey, now: Instant) -> Result<Place, Wait> {
        let place = self.at_work.enter(caller).ok_or(Wait(SOON))?;
        self.requests.check(caller, now)?;
        Ok(place)
    }

    /// Counts an event stream for as long as what is given back lives.
    ///
    /// # Errors
    /// [`Wait`] if too many are open.
    pub fn open_stream(&self, caller: &CallerKey) -> Result<OpenStream, Wait> {
        self.streams.open(caller)
    }

    /// Remembers that a page of `origin` was turned away, quietly: no prompt, and at most one notice an hour.
    pub fn turned_away(&self, origin: &Origin, now: Timestamp) {
        let mut refused = lock(&self.refused);
        if refused.note(origin, now) {
            // Once: a page that goes on asking wakes nobody and moves nothing on the holder's page.
            self.refusals.send_replace(());
        }
        if let Some(notices) = &self.notices
            && let Some(due) = refused.notice_due(now)
            && let Some(latest) = due.group.origins.first()
        {
            notices.show(Notice::OriginRefused { origin: latest.origin.clone(), other_sites: due.others.len() });
            refused.notice_shown(&due, now);
        }
    }

    /// Who was turned away, latest first.
    #[must_use]
    pub fn refused(&self) -> Vec<RefusedOrigin> {
        lock(&self.refused).list()
    }

    /// Changes when that list has one more.
    #[must_use]
    pub fn follow_refusals(&self) -> watch::Receiver<()> {
        self.refusals.subscribe()
    }

    /// Drops an origin from the list of those turned away: it is allowed now.
    pub fn forget_refusal(&self, origin: &Origin) {
        lock(&self.refused).forget(origin);
        self.refusals.send_replace(());
    }
}
