//! Keeps the tray's state true, shows it, and does what the person wants.
//!
//! It waits for one of five things and for nothing else: news of the agent, a wish, the end of an agent it started, the
//! answers it asked for, and, as long as dates are shown, another day in Japan. For that it looks at the clock once an hour,
//! since the clock by which a program sleeps stands still while the computer sleeps.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _, OptionFuture};
use jiff::{Timestamp, tz};
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc};
use tokio::time::sleep;

use super::link::{News, Why, follow};
use super::look::{Extent, Found, look};
use super::own_agent::{Launcher, OwnAgent};
use super::state::{Link, State};
use super::view::{View, view};
use super::{Surface, Wish};
use crate::certificate::validity::date_in_japan;
use crate::client::{Answer, Client, ClientError, Request};
use crate::message;
use crate::message::Language;

/// The longest time between two looks at the clock.
const HOUR: Duration = Duration::from_secs(3600);

/// What a keeper works with.
pub struct Parts<S> {
    /// The way to the agent.
    pub client: Client,
    /// The agent's socket, whose coming is looked out for.
    pub socket: PathBuf,
    /// How an agent is started.
    pub launcher: Launcher,
    /// Where the state is shown.
    pub surface: S,
    /// What the person wants; its end is a wish to quit.
    pub wishes: mpsc::UnboundedReceiver<Wish>,
    /// Language of what is shown.
    pub language: Language,
    /// The moment now.
    pub clock: fn() -> Timestamp,
}

/// Work of which is told what went wrong, a line for each thing; nothing if all went well.
type Errand = BoxFuture<'static, Vec<String>>;

/// See the module.
pub struct Keeper<S> {
    parts: Parts<S>,
    state: State,
    shown: Option<View>,
    own: Option<OwnAgent>,
    /// An agent has been started or joined; another is started only on request.
    settled: bool,
    /// Wakes up who waits for an agent.
    wake: Arc<Notify>,
    looking: Option<BoxFuture<'static, Found>>,
    /// To be looked at once more when that is done.
    again: Option<Extent>,
    releasing: Option<Errand>,
    opening: Option<Errand>,
}

impl<S: Surface> Keeper<S> {
    /// Has nothing shown yet.
    pub fn new(parts: Parts<S>) -> Self {
        Self {
            parts,
            state: State::default(),
            shown: None,
            own: None,
            settled: false,
            wake: Arc::new(Notify::new()),
            looking: None,
            again: None,
            releasing: None,
            opening: None,
        }
    }

    /// Works until the person has had enough or `end` is ready; then the icon goes, and the agent if it is ours.
    pub async fn run<E>(mut self, end: impl Future<Output = E>) {
        let (sender, mut news) = mpsc::unbounded_channel();
        let (client, socket) = (self.parts.client.clone(), self.parts.socket.clone());
        let follower = tokio::spawn(follow(client, socket, self.wake.clone(), sender));
        let mut end = std::pin::pin!(end);
        loop {
            self.show().await;
            let until_tomorrow = self.state.has_dates().then(|| sleep(until_tomorrow((self.parts.clock)()).min(HOUR)));
            tokio::select! {
                _ = &mut end => break,
                wish = self.parts.wishes.recv() => match wish {
                    None | Some(Wish::Quit) => break,
                    Some(wish) => self.fulfil(wish),
                },
                Some(news) = news.recv() => self.hear(news),
                Some(()) = OptionFuture::from(until_tomorrow) => {} // shown anew
                Some(found) = OptionFuture::from(self.looking.as_mut()) => self.enter(found),
                Some(trouble) = OptionFuture::from(self.releasing.as_mut()) => {
                    self.releasing = None;
                    self.state.trouble = trouble;
                }
                Some(trouble) = OptionFuture::from(self.opening.as_mut()) => {
                    self.opening = None;
                    self.state.trouble = trouble;
                }
                Some(ended) = OptionFuture::from(self.own.as_mut().map(OwnAgent::ended)) => {
                    tracing::warn!(?ended, "the agent that the tray started has ended");
                    let last_words = OptionFuture::from(self.own.take().map(OwnAgent::last_words)).await;
                    if self.state.link == Link::Starting {
                        self.not_started(last_words.unwrap_or_default());
                    }
                }
            }
        }
        follower.abort();
        self.parts.surface.hide().await;
        if let Some(own) = self.own.take() {
            own.stop().await;
        }
    }

    async fn show(&mut self) {
        self.state.owns_agent = self.own.is_some();
        self.state.turn_to(date_in_japan((self.parts.clock)()));
        let view = view(&self.state, self.parts.language);
        if self.shown.as_ref() != Some(&view) {
            self.parts.surface.show(view.clone()).await;
            self.shown = Some(view);
        }
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Status(status) => {
                self.settled = true;
                if self.state.link != Link::Up {
                    self.state.trouble.clear();
                }
                self.state.take_status(status);
                self.look(Extent::Cards);
            }
            // Tries left, and the dates of a certificate that was read for the first time.
            News::Used => self.look(Extent::Cards),
            News::Lost(Why::NoAgent) if !self.settled => self.start_agent(),
            // An agent of ours shows its socket when it is ready.
            News::Lost(_) if self.state.link == Link::Starting && self.own.is_some() => {}
            News::Lost(_) => self.state.lose(),
        }
    }

    fn fulfil(&mut self, wish: Wish) {
        match wish {
            Wish::Look => self.look(Extent::Menu),
            Wish::StartAgent => self.start_agent(),
            // One errand of a kind at a time: a second click while the first is under way is the same wish.
            Wish::Release => {
                let parts = &self.parts;
                self.releasing.get_or_insert_with(|| release(parts.client.clone(), parts.language).boxed());
            }
            Wish::OpenPage => {
                let parts = &self.parts;
                self.opening.get_or_insert_with(|| open_page(parts.launcher.clone(), parts.language).boxed());
            }
            Wish::Unseen => tracing::warn!("{}", message!(self.parts.language, "tray-unseen")),
            Wish::Quit => {}
        }
    }

    fn start_agent(&mut self) {
        self.settled = true;
        if self.own.is_some() || self.state.link == Link::Up {
            return;
        }
        self.state.trouble.clear();
        match self.parts.launcher.start(self.wake.clone()) {
            Ok(own) => {
                self.own = Some(own);
                self.state.link = Link::Starting;
            }
            Err(error) => {
                tracing::warn!(%error, "no agent could be started");
                self.not_started(Vec::new());
            }
        }
    }

    fn not_started(&mut self, why: Vec<String>) {
        self.state.lose();
        self.state.trouble = trouble(self.parts.language, message!(self.parts.language, "tray-not-started"), why);
    }

    /// One look at a time, however often the menu opens.
    fn look(&mut self, extent: Extent) {
        if self.state.link != Link::Up {
            return;
        }
        if self.looking.is_some() {
            self.again = self.again.max(Some(extent));
            return;
        }
        let readers = self.state.with_card().map(str::to_owned).collect();
        self.looking = Some(look(self.parts.client.clone(), readers, extent).boxed());
    }

    fn enter(&mut self, found: Found) {
        self.looking = None;
        if self.state.link == Link::Up {
            found.enter(&mut self.state);
        }
        if let Some(extent) = self.again.take() {
            self.look(extent);
        }
    }
}

/// Lets the card go; what went wrong.
async fn release(client: Client, language: Language) -> Vec<String> {
    let failed = || message!(language, "tray-not-released");
    match client.ask(&Request::post("/v1/release", &json!({}))).await {
        Ok(answer) if answer.is_success() => Vec::new(),
        Ok(answer) => trouble(language, failed(), words(&answer)),
        Err(ClientError::NoAgent(_)) => vec![failed(), message!(language, "tray-agent-down")],
        Err(error) => {
            tracing::warn!(%error, "the card could not be let go");
            trouble(language, failed(), Vec::new())
        }
    }
}

/// What a problem document calls itself and what can be done, in the language that was asked for.
fn words(problem: &Answer) -> Vec<String> {
    let body = problem.json();
    ["title", "remedy"].iter().filter_map(|name| body.get(name).and_then(Value::as_str).map(str::to_owned)).collect()
}

/// Opens the agent's page; what went wrong.
async fn open_page(launcher: Launcher, language: Language) -> Vec<String> {
    let failed = || message!(language, "tray-not-opened");
    match launcher.open_page().await {
        Ok((status, _)) if status.success() => Vec::new(),
        Ok((status, why)) => {
            tracing::warn!(%status, "the agent's page could not be opened");
            trouble(language, failed(), why)
        }
        Err(error) => {
            tracing::warn!(%error, "the agent's page could not be opened");
            trouble(language, failed(), Vec::new())
        }
    }
}

/// What failed, why, and what to do; where nobody said why, who finds out.
fn trouble(language: Language, failed: String, why: Vec<String>) -> Vec<String> {
    let why = if why.is_empty() { vec![message!(language, "tray-ask-doctor")] } else { why };
    [failed].into_iter().chain(why).collect()
}

/// How long it is to the next day in Japan.
fn until_tomorrow(now: Timestamp) -> Duration {
    let here = now.to_zoned(tz::TimeZone::fixed(tz::Offset::constant(9)));
    let midnight = here.tomorrow().and_then(|tomorrow| tomorrow.start_of_day());
    let left = midnight.map(|midnight| midnight.timestamp().duration_since(now));
    left.ok().and_then(|left| left.try_into().ok()).unwrap_or(HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_day_begins_at_midnight_in_japan() {
        for (now, left) in
            [("2026-11-22T14:59:58Z", 2), ("2026-11-22T15:00:00Z", 24 * 3600), ("2026-11-22T03:00:00Z", 12 * 3600)]
        {
            assert_eq!(until_tomorrow(now.parse().unwrap()), Duration::from_secs(left), "{now}");
        }
        assert_eq!(until_tomorrow(Timestamp::MAX), HOUR, "at the end of time, too");
    }
}
