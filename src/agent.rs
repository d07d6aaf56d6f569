//! The agent: what it does for a caller, in which order.
//!
//! Every use case that needs a key goes the same way: **look** (what the prompt must say, and what ends the request
//! before anybody is asked), **ask** (nothing of the card is held meanwhile), **work** (one PIN session, closed down
//! whatever happens), **check** (no signature leaves that its certificate does not verify). The files below follow it.

pub mod ask;
pub mod authenticate;
pub mod certificates;
pub mod change;
pub mod choose;
pub mod disclose;
pub mod error;
pub mod feed;
mod joined;
pub mod look;
pub mod pin_session;
pub mod reminders;
mod reminding;
mod several;
pub mod sign;
pub mod status;
pub mod turn;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{Mutex as AsyncMutex, watch};

use crate::audit::AuditLog;
use crate::certificate::{Environment, TrustStore};
use crate::consent::{Asker, Consent, Seat};
use crate::first_visits::FirstVisits;
use crate::jpki::{CertificateKind, Identity, KeyKind};
use crate::limits::{PromptLimits, WrongPins};
use crate::message::Language;
use crate::notices::Notices;
use crate::reader::{BackendKind, CardFacts, Insertion, ReaderId, Readers};
use crate::reminders::Reminders;
use crate::session_lock::SessionLock;
use crate::sync::lock;

pub use choose::CHOOSE;
use choose::Patience;
use joined::{CardPart, Joined};

pub use authenticate::{AuthenticateRequest, AuthenticationToken};
pub use certificates::{CertificateState, CertificateView, CertificatesReport};
pub use change::{ChangePinRequest, PinChanged};
pub use disclose::{Disclosure, DisclosureRequest};
pub use feed::StatusFeed;
pub use reminders::{RemindersReport, SignatureStanding};
pub use sign::{Label, SignRequest, SignatureResult, Signed};
pub use status::{CardState, PinReport, PinsReport, ReaderReport, StatusReport};

/// Tells the time; tests choose it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How the agent behaves, from its settings.
#[derive(Clone, Debug)]
pub struct AgentSettings {
    /// Language of prompts, whoever asks.
    pub language: Option<Language>,
    /// Language of prompts where neither the settings nor the caller's seat name one: that of the agent's own locale.
    pub own_language: Language,
    /// How long a prompt waits.
    pub consent_timeout: Duration,
    /// Answers sooner than this after a prompt appeared are discarded.
    pub guard: Duration,
    /// The holder's own words, shown in every real prompt.
    pub phrase: String,
    /// Refusals and time-outs in ten minutes before a caller must wait.
    pub declines_before_wait: u32,
    /// Is each use of the card told on the desktop? What is in doubt always is.
    pub tells_uses: bool,
}

/// What an agent is made of.
pub struct AgentParts {
    /// The readers and their cards.
    pub readers: Readers,
    /// Asks the person.
    pub consent: Arc<dyn Consent>,
    /// The authorities.
    pub trust: Arc<TrustStore>,
    /// Tells the time.
    pub clock: Clock,
    /// Where dealings are written down.
    pub audit: AuditLog,
    /// Tells the person afterwards.
    pub notices: Arc<dyn Notices>,
    /// Does somebody sit at the machine?
    pub session_lock: Arc<dyn SessionLock>,
    /// Which origins the person has met.
    pub first_visits: Arc<FirstVisits>,
    /// What is known for reminders.
    pub reminders: Arc<Reminders>,
}

/// Who asks, as far as the agent's own words and prompts are concerned.
#[derive(Clone, Debug)]
pub struct Caller {
    /// A page or a program.
    pub asker: Asker,
    /// Where its prompts belong.
    pub seat: Seat,
}

/// Does what callers ask, with the card and with the person's consent.
pub struct Agent {
    readers: Readers,
    consent: Arc<dyn Consent>,
    trust: Arc<TrustStore>,
    clock: Clock,
    audit: AuditLog,
    notices: Arc<dyn Notices>,
    session_lock: Arc<dyn SessionLock>,
    first_visits: Arc<FirstVisits>,
    reminders: Arc<Reminders>,
    settings: AgentSettings,
    /// Held by the one request that has its turn.
    prompt: Arc<AsyncMutex<()>>,
    prompt_limits: Mutex<PromptLimits>,
    wrong_pins: Mutex<WrongPins>,
    /// PINs whose last try may be used once, until when.
    unprotected: Mutex<HashMap<(ReaderId, Insertion, KeyKind), Instant>>,
    joined: JoinedReads,
    /// Something is due that is told once the screen is unlocked.
    waits_for_unlock: AtomicBool,
    stopping: watch::Sender<bool>,
    /// The status as it is followed, while somebody does.
    feed: Mutex<Weak<feed::Running>>,
}

/// Reads of cards that wait for their turn, so that equal ones are done once.
#[derive(Default)]
struct JoinedReads {
    /// What a card is; by whether to wait for another program.
    identity: Joined<CardPart<Patience>, Identity>,
    pins: Joined<CardPart<()>, [PinReport; 2]>,
    certificates: Joined<CardPart<Vec<CertificateKind>>, (CardFacts, Environment)>,
    release: Joined<ReaderId, ()>,
}

/// How long a lifted protection lasts.
const UNPROTECTED_FOR: Duration = Duration::from_secs(300);

impl Agent {
    /// An agent of these parts.
    #[must_use]
    pub fn new(parts: AgentParts, settings: AgentSettings) -> Self {
        let AgentParts { readers, consent, trust, clock, audit, notices, session_lock, first_visits, reminders } =
            parts;
        Self {
            readers,
            consent,
            trust,
            clock,
            audit,
            notices,
            session_lock,
            first_visits,
            reminders,
            prompt: Arc::default(),
            prompt_limits: Mutex::new(PromptLimits::new(settings.declines_before_wait)),
            wrong_pins: Mutex::default(),
            unprotected: Mutex::default(),
            joined: JoinedReads::default(),
            waits_for_unlock: AtomicBool::new(false),
            stopping: watch::Sender::new(false),
            feed: Mutex::default(),
            settings,
        }
    }

    /// Where dealings are written down.
    #[must_use]
    pub fn audit(&self) -> &AuditLog {
        &self.audit
    }

    /// Where cards come from.
    #[must_use]
    pub fn backend(&self) -> BackendKind {
        self.readers.backend()
    }

    /// The readers.
    #[must_use]
    pub fn readers(&self) -> &Readers {
        &self.readers
    }

    /// The moment now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Becomes true when the agent is about to end.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// Takes no more requests that need the person, and closes the prompt that is open.
    pub fn begin_shutdown(&self) {
        self.stopping.send_replace(true);
    }

    /// Returns when no request has its turn: what its card did is written down then, also for a caller who has gone.
    pub async fn at_rest(&self) {
        drop(self.prompt.lock().await);
        self.audit.settled().await;
    }

    /// Could the agent end now and be started anew without anybody noticing: no request has its turn, no protection is
    /// lifted, nothing is remembered of refusals and wrong PINs that a caller would gain by having it forgotten, and no
    /// reminder waits for the screen to be unlocked, which nothing would start an agent for?
    #[must_use]
    pub fn keeps_nothing(&self) -> bool {
        let now = Instant::now();
        self.prompt.try_lock().is_ok()
            && !self.waits_for_unlock.load(Ordering::Relaxed)
            && lock(&self.unprotected).values().all(|until| *until <= now)
            && lock(&self.wrong_pins).is_empty()
            && lock(&self.prompt_limits).is_quiet(now)
    }

    /// Lets the last try of this PIN be used once, by this insertion, for five minutes.
    fn lift_protection(&self, reader: &ReaderId, insertion: Insertion, key_kind: KeyKind) {
        let mut unprotected = lock(&self.unprotected);
        let now = Instant::now();
        unprotected.retain(|_, until| *until > now);
        unprotected.insert((reader.clone(), insertion, key_kind), now + UNPROTECTED_FOR);
    }

    /// May the last try be used now?
    fn is_unprotected(&self, reader: &ReaderId, insertion: Insertion, key_kind: KeyKind) -> bool {
        let unprotected = lock(&self.unprotected);
        unprotected.get(&(reader.clone(), insertion, key_kind)).is_some_and(|until| *until > Instant::now())
    }

    /// Uses the lifted protection up.
    fn take_protection(&self, reader: &ReaderId, insertion: Insertion, key_kind: KeyKind) -> bool {
        let mut unprotected = lock(&self.unprotected);
        unprotected.remove(&(reader.clone(), insertion, key_kind)).is_some_and(|until| until > Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::{Agent, AuthenticateRequest, Caller, ChangePinRequest, DisclosureRequest, SignRequest};

    /// Handlers run wherever the runtime puts them.
    #[test]
    fn use_cases_can_be_moved_between_threads() {
        fn is_send<T: Send>(_: impl FnOnce(&'static std::sync::Arc<Agent>, &'static Caller) -> T) {}
        fn request<T>() -> T {
            unreachable!("never called")
        }
        is_send(|agent, caller| agent.authenticate(caller, request::<AuthenticateRequest>()));
        is_send(|agent, caller| agent.sign(caller, request::<SignRequest>()));
        is_send(|agent, caller| agent.disclose(caller, request::<DisclosureRequest>()));
        is_send(|agent, caller| agent.change_pin(caller, request::<ChangePinRequest>()));
        is_send(|agent, _| agent.status());
    }
}
