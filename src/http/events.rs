//! `GET /v1/events`: the status as server-sent events (HTML standard, 9.2), for as long as the caller may know it.
//!
//! A stream pulls: it looks for the latest status when there is room to send it, so a caller that reads slowly misses
//! what was in between and holds up nobody. One that reads nothing at all is ended by [`crate::server`]. Ids are not
//! given and `Last-Event-ID` means nothing: each stream begins with the status as it is.
//!
//! The agent's own page, and a program on the socket that wants it (the icon), is told as well when something it shows has
//! become another: it asks for it anew then, so that it neither asks at intervals nor shows the holder what was true a
//! while ago. Such an event says only that, and several of one kind that nobody has read yet are one.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{Stream, unfold};
use tokio::sync::{broadcast, watch};

use super::HttpState;
use super::access::Admitted;
use super::input::NoQuery;
use super::model::status::Status;
use crate::agent::{StatusFeed, StatusReport};
use crate::consent::Asker;
use crate::gatekeeper::Gatekeeper;
use crate::limits::OpenStream;
use crate::origin::{Origin, Scope, Scopes};
use crate::origins::StoreEvent;
use crate::problem::Problem;

/// Between two signs of life where nothing changes.
pub const HEARTBEAT: Duration = Duration::from_secs(30);
/// How long a browser is to wait before it opens a stream anew that has ended.
pub const RETRY: Duration = Duration::from_secs(2);

/// The status at once, and again at each change of reader or card, as server-sent events.
///
/// Each event is called `status`; its data is the JSON of `GET /v1/status`. The same status is not sent twice, and of
/// changes that follow one another quickly only the last is. Every 30 seconds without an event there is a comment line.
/// The stream ends when the agent does, or when the origin may no longer ask. At most 16 streams of one caller.
///
/// On the agent's own page there are two events more, without data (`{}`): `used` when a request that got as far as
/// consent has come to its end or the allow-list has changed, so that the audit log and perhaps tries and dates are others;
/// `origins` when an origin was allowed, removed or turned away. A program has them from `GET /v1/events/all`.
#[utoipa::path(
    get, path = "/v1/events", tag = "reader", operation_id = "events",
    responses((
        status = 200, body = String, content_type = "text/event-stream",
        description = "Server-sent events without end. The data of each `status` event is a `Status`.",
        example = "retry: 2000\nevent: status\ndata: {\"agent\":{\"product\":\"jpki-agent\",\"version\":\"0.1.0\"},\
                   \"backend\":\"pcsc\",\"grantedScopes\":[\"status\"],\"readers\":[]}\n\n: heartbeat\n\n"
    ))
)]
pub async fn events(State(state): State<HttpState>, admitted: Admitted, _: NoQuery) -> Result<Response, Problem> {
    let tells_news = admitted.is_own_page;
    let events = Sse::new(stream(&state, admitted, tells_news)?);
    Ok(events.keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat")).into_response())
}

/// The status and everything else that changes, as server-sent events.
///
/// The events of `GET /v1/events`, and two more without data (`{}`): `used` when a request that got as far as consent has
/// come to its end or the allow-list has changed, so that the audit log and perhaps tries and dates are others; `origins`
/// when an origin was allowed, removed or turned away. Without heartbeat: on the socket each end learns at once that the
/// other has gone, and one that waits here for days need not be woken.
#[utoipa::path(
    get, path = "/v1/events/all", tag = "reader", operation_id = "allEvents",
    responses((
        status = 200, body = String, content_type = "text/event-stream",
        description = "Server-sent events without end. The data of each `status` event is a `Status`.",
        example = "retry: 2000\nevent: status\ndata: {\"agent\":{\"product\":\"jpki-agent\",\"version\":\"0.1.0\"},\
                   \"backend\":\"pcsc\",\"grantedScopes\":[\"status\"],\"readers\":[]}\n\nevent: used\ndata: {}\n\n"
    ))
)]
pub async fn all_events(State(state): State<HttpState>, admitted: Admitted, _: NoQuery) -> Result<Response, Problem> {
    Ok(Sse::new(stream(&state, admitted, true)?).into_response())
}

/// The events for one caller.
fn stream(
    state: &HttpState,
    admitted: Admitted,
    tells_news: bool,
) -> Result<impl Stream<Item = Result<Event, Infallible>> + use<>, Problem> {
    let agent = state.agent();
    let stopping = agent.stopping();
    if *stopping.borrow() {
        return Err(Problem::ShuttingDown);
    }
    let place = state
        .gatekeeper
        .open_stream(&admitted.key())
        .map_err(|wait| Problem::RateLimited { retry_after: wait.retry_after_seconds() })?;
    let listener = Listener {
        feed: agent.status_feed(),
        stopping,
        changed_origins: state.gatekeeper.origins().subscribe(),
        deeds: agent.audit().follow(),
        refusals: state.gatekeeper.follow_refusals(),
        gatekeeper: state.gatekeeper.clone(),
        admitted,
        tells_news,
        report: None,
        sent: None,
        _place: place,
    };
    Ok(unfold(listener, |mut listener| async { Some((Ok(listener.next().await?), listener)) }))
}

/// One caller that listens.
struct Listener {
    feed: StatusFeed,
    stopping: watch::Receiver<bool>,
    changed_origins: broadcast::Receiver<StoreEvent>,
    deeds: watch::Receiver<()>,
    refusals: watch::Receiver<()>,
    gatekeeper: Arc<Gatekeeper>,
    admitted: Admitted,
    /// It is told as well what else has changed.
    tells_news: bool,
    report: Option<Arc<StatusReport>>,
    /// What the caller knows.
    sent: Option<(Arc<StatusReport>, Scopes)>,
    _place: OpenStream,
}

impl Listener {
    /// The next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let scopes = self.scopes()?;
            if let Some(report) = &self.report
                && !self.sent.as_ref().is_some_and(|(sent, known)| sent == report && *known == scopes)
            {
                let first = self.sent.is_none();
                let status = Status::new(report.as_ref().clone(), &scopes);
                self.sent = Some((report.clone(), scopes));
                return event(&status, first);
            }
            // Nothing of these comes before the first status: what it shows then, it asks for after that.
            let tells_news = self.tells_news && self.sent.is_some();
            tokio::select! {
                biased;
                () = async { drop(self.stopping.wait_for(|stopping| *stopping).await) } => return None,
                changed = self.changed_origins.recv(), if tells_news || self.origin().is_some() => match changed {
                    Err(broadcast::error::RecvError::Closed) => return None,
                    // What was missed is in the list.
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) if !tells_news => {}
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {
                        self.changed_origins = self.changed_origins.resubscribe();
                        return Some(news("origins"));
                    }
                },
                Ok(()) = self.refusals.changed(), if tells_news => return Some(news("origins")),
                report = self.feed.next() => self.report = Some(report?),
                Ok(()) = self.deeds.changed(), if tells_news => return Some(news("used")),
            }
        }
    }

    /// What the caller may ask now; `None` if it may not know the status any more.
    fn scopes(&self) -> Option<Scopes> {
        match self.origin() {
            None => Some(self.admitted.scopes.clone()),
            Some(origin) => self.gatekeeper.scopes(origin).filter(|scopes| scopes.contains(Scope::Status)),
        }
    }

    /// The page's origin; programs have none.
    fn origin(&self) -> Option<&Origin> {
        match &self.admitted.caller.asker {
            Asker::Page(origin) => Some(origin),
            Asker::Program(_) => None,
        }
    }
}

/// Something is another than it was; what, the caller asks for.
fn news(name: &'static str) -> Event {
    Event::default().event(name).data("{}")
}

fn event(status: &Status, first: bool) -> Option<Event> {
    let event = Event::default().event("status");
    let event = if first { event.retry(RETRY) } else { event };
    // Only maps with odd keys cannot be serialized, and there are none.
    event.json_data(status).ok()
}
