//! Notices on a Linux desktop: `org.freedesktop.Notifications` (Desktop Notifications Specification 1.2) over D-Bus.
//!
//! One task shows them all. It opens a connection for the first notice of a series and closes it as soon as nothing is
//! left to hear: at once, unless a notice has a button. Without a bus or a notification service nothing is shown and a
//! line goes to the debug log.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};
use zbus::message::Type;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::Value;
use zbus::{MatchRule, Message, MessageStream};

use super::{Activation, Notice, Notices, words};
use crate::bus::{Bus, BusError, Line, in_time};
use crate::message::Language;
use crate::origin::Origin;

/// So many notices wait; more are left out.
const QUEUE: usize = 16;
/// So many presses of buttons wait; more are left out.
const ACTIVATIONS: usize = 4;
/// So long a button is listened for. Services keep notices in a list long after they have left the screen.
const LISTEN: Duration = Duration::from_secs(900);
/// So many signals of the service wait.
const SIGNALS: usize = 64;

const APPLICATION: &str = "jpki-agent";
const ICON: &str = "auth-smartcard";
/// The key of the only button.
const ALLOW: &str = "allow";
const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Hands notices to the task that shows them.
#[derive(Clone, Debug)]
pub struct DesktopNotices {
    queue: mpsc::Sender<Queued>,
}

/// A notice, and who wants to know that the service took it.
type Queued = (Notice, Option<oneshot::Sender<()>>);

impl DesktopNotices {
    /// Starts the task on the current tokio runtime; it ends when the last handle is dropped. The receiver gets the
    /// presses of buttons; it may be dropped.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[must_use]
    pub fn start(bus: Bus, language: Language) -> (Self, mpsc::Receiver<Activation>) {
        let (queue, notices) = mpsc::channel(QUEUE);
        let (activations, pressed) = mpsc::channel(ACTIVATIONS);
        tokio::spawn(run(bus, language, notices, activations));
        (Self { queue }, pressed)
    }
}

impl Notices for DesktopNotices {
    fn show(&self, notice: Notice) {
        if self.queue.try_send((notice, None)).is_err() {
            tracing::debug!("too many notices: one is left out");
        }
    }

    fn deliver(&self, notice: Notice) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            let (taken, answer) = oneshot::channel();
            self.queue.try_send((notice, Some(taken))).is_ok() && answer.await.is_ok()
        })
    }
}

async fn run(bus: Bus, language: Language, mut notices: mpsc::Receiver<Queued>, activations: mpsc::Sender<Activation>) {
    while let Some(notice) = notices.recv().await {
        let line = match bus.connect().await {
            Ok(line) => line,
            Err(error) => {
                tracing::debug!(%error, "no notice: there is no bus");
                continue;
            }
        };
        let mut series = Series { line: &line, language, activations: &activations, open: HashMap::new() };
        if let Err(error) = series.run(notice, &mut notices).await {
            tracing::debug!(%error, "no notice");
        }
        line.close().await;
    }
}

/// The notices shown over one connection.
struct Series<'a> {
    line: &'a Line,
    language: Language,
    activations: &'a mpsc::Sender<Activation>,
    /// Notices with a button, by the service's number for them.
    open: HashMap<u32, Button>,
}

struct Button {
    origin: Origin,
    /// Who shows it; nobody else can press it.
    service: Option<OwnedUniqueName>,
    until: Instant,
}

impl Series<'_> {
    async fn run(&mut self, first: Queued, notices: &mut mpsc::Receiver<Queued>) -> Result<(), BusError> {
        let rule = MatchRule::builder().msg_type(Type::Signal).interface(SERVICE)?.path(PATH)?.build();
        // Before the first notice, or a quick press would be lost.
        let listening = MessageStream::for_match_rule(rule, self.line.connection(), Some(SIGNALS));
        let mut signals = in_time(listening).await?;
        self.show(first).await?;
        while let Some(until) = self.open.values().map(|button| button.until).max() {
            tokio::select! {
                notice = notices.recv() => match notice {
                    Some(notice) => self.show(notice).await?,
                    None => break, // the agent ends
                },
                signal = timeout_at(until, signals.next()) => match signal {
                    Ok(Some(signal)) => self.hear(&signal?),
                    Ok(None) | Err(_) => break,
                },
            }
            self.open.retain(|_, button| button.until > Instant::now());
        }
        Ok(())
    }

    async fn show(&mut self, (notice, taken): Queued) -> Result<(), BusError> {
        let text = words::text(self.language, &notice);
        let actions: Vec<&str> = text.button.iter().flat_map(|label| [ALLOW, label.as_str()]).collect();
        // No "desktop-entry": with one, GNOME takes the notice away as soon as the connection is closed.
        let hints = HashMap::from([("category", Value::from("device")), ("urgency", Value::from(1_u8))]);
        let by_default = -1_i32;
        let body = (APPLICATION, 0_u32, ICON, text.summary, text.body, actions, hints, by_default);
        let answer = self.line.call((SERVICE, PATH, SERVICE), "Notify", &body).await?;
        if let Some(taken) = taken {
            let _ = taken.send(()); // who asked may have gone
        }
        if let Notice::OriginRefused { origin, .. } = notice {
            let service = answer.header().sender().map(|name| name.to_owned().into());
            let id: u32 = answer.body().deserialize()?;
            self.open.insert(id, Button { origin, service, until: Instant::now() + LISTEN });
        }
        Ok(())
    }

    /// A button pressed, or a notice gone.
    fn hear(&mut self, signal: &Message) {
        let header = signal.header();
        let body = signal.body();
        let from_its_service = |button: &Button| button.service.as_deref() == header.sender();
        match header.member().map(|member| member.as_str()) {
            Some("ActionInvoked") => {
                if let Ok((id, ALLOW)) = body.deserialize::<(u32, &str)>()
                    && self.open.get(&id).is_some_and(from_its_service)
                    && let Some(button) = self.open.remove(&id)
                    && self.activations.try_send(Activation { origin: button.origin }).is_err()
                {
                    tracing::debug!("nobody waits for the button of a notice");
                }
            }
            Some("NotificationClosed") => {
                if let Ok((id, _reason)) = body.deserialize::<(u32, u32)>()
                    && self.open.get(&id).is_some_and(from_its_service)
                {
                    self.open.remove(&id);
                }
            }
            _ => {}
        }
    }
}
