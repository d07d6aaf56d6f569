//! An agent in this process, over the software card, with prepared answers and a fixed moment.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jpki_agent::agent::{
    Agent, AgentParts, AgentSettings, AuthenticateRequest, AuthenticationToken, Caller, Clock, Label, SignRequest,
    Signed,
};
use jpki_agent::audit::{AuditLog, AuditSettings};
use jpki_agent::certificate::TrustStore;
use jpki_agent::config::{Config, Overrides};
use jpki_agent::consent::scripted::{Answer, ScriptedConsent};
use jpki_agent::consent::{Asker, Consent, Seat};
use jpki_agent::digest::DigestAlgorithm;
use jpki_agent::first_visits::FirstVisits;
use jpki_agent::gatekeeper::{Gatekeeper, Token};
use jpki_agent::jpki::INDIVIDUAL_NUMBER_CARD;
use jpki_agent::message::Language;
use jpki_agent::notices::{NoNotices, RecordedNotices};
use jpki_agent::origin::{Origin, Scope};
use jpki_agent::origins::OriginStore;
use jpki_agent::problem::Problem;
use jpki_agent::reader::{CardBackend, Policy, Readers};
use jpki_agent::reminders::{ReminderSettings, Reminders};
use jpki_agent::session_lock::{NeverLocked, SessionLock};
use jpki_agent::simulator::backend::SimulatorBackend;
use jpki_agent::simulator::{self, CardHandle, Holder, SoftwareCard, Variants};

/// The origin that may do everything.
pub const PORTAL: &str = "https://portal.example";
/// An origin that may ask for the status and no more.
pub const LIMITED: &str = "https://limited.example";
/// A well-formed nonce.
pub const NONCE: &str = "12345678123456781234567812345678912356789123";
/// The software card's authentication PIN.
pub const AUTHENTICATION_PIN: &str = "1234";
/// The software card's signature PIN.
pub const SIGNATURE_PIN: &str = "ABC123";
/// The reader the card lies in.
pub const READER: &str = simulator::READER_NAME;

/// The moment all tests live in.
pub fn moment() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// A software card of this holder.
pub fn card_of(holder: &Holder, variants: Variants) -> CardHandle {
    let contents = simulator::issue(holder, moment()).unwrap();
    CardHandle::new(SoftwareCard::new(contents, variants))
}

/// A software card of the standard holder.
pub fn standard_card() -> CardHandle {
    card_of(&Holder::standard(), Variants::default())
}

/// The agent and everything around it.
pub struct TestAgent {
    pub agent: Arc<Agent>,
    pub backend: SimulatorBackend,
    pub card: CardHandle,
    pub consent: ScriptedConsent,
    pub gatekeeper: Arc<Gatekeeper>,
    pub audit: AuditLog,
    pub notices: RecordedNotices,
    pub first_visits: Arc<FirstVisits>,
    pub reminders: Arc<Reminders>,
    /// Where settings and audit log lie.
    pub folder: tempfile::TempDir,
}

/// What differs between one test's agent and another's.
struct Setting {
    policy: Policy,
    declines_before_wait: u32,
    tells_uses: bool,
    session_lock: Arc<dyn SessionLock>,
    /// Answers prompts, instead of prepared answers.
    person: Option<Arc<dyn Consent>>,
    /// Is the software card's authority unknown, so that it could be a real card?
    stranger: bool,
    clock: Clock,
    /// Instead of those of the agent's own folder.
    reminders: Option<Arc<Reminders>>,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            policy: Policy::default(),
            declines_before_wait: 1000,
            tells_uses: true,
            session_lock: Arc::new(NeverLocked),
            person: None,
            stranger: false,
            clock: Arc::new(moment),
            reminders: None,
        }
    }
}

impl TestAgent {
    /// With the standard card in the only reader.
    pub async fn new() -> Self {
        Self::with_card(standard_card()).await
    }

    /// With this card in the only reader.
    pub async fn with_card(card: CardHandle) -> Self {
        Self::with_policy(card, Policy { patience: Duration::from_millis(300), ..Policy::default() }).await
    }

    /// That makes a caller wait after so many refusals.
    pub async fn with_declines(declines_before_wait: u32) -> Self {
        Self::build(standard_card(), Setting { declines_before_wait, ..Setting::default() }).await
    }

    /// Whose person is not there.
    pub async fn locked() -> Self {
        Self::build(standard_card(), Setting { session_lock: Arc::new(AlwaysLocked), ..Setting::default() }).await
    }

    /// With this card and policy.
    pub async fn with_policy(card: CardHandle, policy: Policy) -> Self {
        Self::build(card, Setting { policy, ..Setting::default() }).await
    }

    /// With this card, and this person instead of prepared answers, who may refuse as often as they like.
    pub async fn with_person(card: CardHandle, person: Arc<dyn Consent>) -> Self {
        let policy = Policy { patience: Duration::from_millis(300), ..Policy::default() };
        let person = Some(person);
        Self::build(card, Setting { policy, person, declines_before_wait: u32::MAX, ..Setting::default() }).await
    }

    /// Whose holder wants no notice of each use.
    pub async fn telling_no_uses() -> Self {
        Self::build(standard_card(), Setting { tells_uses: false, ..Setting::default() }).await
    }

    /// By this clock, with these reminders, before this screen.
    pub async fn reminding(
        card: CardHandle,
        clock: Clock,
        reminders: Arc<Reminders>,
        session_lock: Arc<dyn SessionLock>,
    ) -> Self {
        Self::build(card, Setting { clock, reminders: Some(reminders), session_lock, ..Setting::default() }).await
    }

    /// Over readers from elsewhere; `backend` and `card` are not in use then.
    pub async fn over(readers: Arc<dyn CardBackend>, policy: Policy) -> Self {
        let setting = Setting { policy, ..Setting::default() };
        Self::build_over(readers, SimulatorBackend::new(), standard_card(), setting).await
    }

    /// The same, to whom the software card is one of unknown issuer.
    pub async fn over_strangers(readers: Arc<dyn CardBackend>, policy: Policy) -> Self {
        let setting = Setting { policy, stranger: true, ..Setting::default() };
        Self::build_over(readers, SimulatorBackend::new(), standard_card(), setting).await
    }

    async fn build(card: CardHandle, setting: Setting) -> Self {
        let backend = SimulatorBackend::new();
        backend.add_reader(READER);
        assert!(backend.insert(READER, &card));
        Self::build_over(Arc::new(backend.clone()), backend, card, setting).await
    }

    async fn build_over(
        over: Arc<dyn CardBackend>,
        backend: SimulatorBackend,
        card: CardHandle,
        setting: Setting,
    ) -> Self {
        let Setting { policy, declines_before_wait, tells_uses, session_lock, person, stranger, clock, reminders } =
            setting;
        let consent = ScriptedConsent::new([]);
        let readers = Readers::start(over, &INDIVIDUAL_NUMBER_CARD, policy, None).unwrap();
        readers.list().await.unwrap();
        let trust = TrustStore::pinned();
        let trust = if stranger { trust } else { trust.with_simulator() };
        let settings = AgentSettings {
            language: Some(Language::English),
            own_language: Language::English,
            consent_timeout: Duration::from_secs(5),
            guard: Duration::ZERO,
            phrase: String::new(),
            declines_before_wait,
            tells_uses,
        };
        let folder = folder();
        let audit = AuditLog::new(&folder.path().join("audit"), AuditSettings::default());
        let notices = RecordedNotices::default();
        let first_visits = Arc::new(FirstVisits::in_memory());
        for origin in [PORTAL, LIMITED] {
            first_visits.meet(&origin.parse().unwrap());
        }
        let gatekeeper = gatekeeper(folder.path(), &notices, 100_000);
        let in_folder = || Reminders::at(&folder.path().join("reminders.json"), ReminderSettings::default());
        let reminders = reminders.unwrap_or_else(|| Arc::new(in_folder()));
        let parts = AgentParts {
            readers,
            consent: person.clone().unwrap_or_else(|| Arc::new(consent.clone())),
            trust: Arc::new(trust),
            clock,
            audit: audit.clone(),
            // Lives of hours would otherwise keep them all.
            notices: if person.is_some() { Arc::new(NoNotices) } else { Arc::new(notices.clone()) },
            session_lock,
            first_visits: first_visits.clone(),
            reminders: reminders.clone(),
        };
        let agent = Agent::new(parts, settings);
        Self {
            agent: Arc::new(agent),
            backend,
            card,
            consent,
            gatekeeper,
            audit,
            notices,
            first_visits,
            reminders,
            folder,
        }
    }

    /// These will be given to the next prompts.
    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        for answer in answers {
            self.consent.push(answer);
        }
    }

    /// A log-in at the portal with this entry in the prompt.
    pub async fn authenticate(&self, answer: Answer) -> Result<AuthenticationToken, Problem> {
        self.answers([answer]);
        self.agent.authenticate(&page(), authentication()).await
    }

    /// `count` signatures with this entry in the prompt.
    pub async fn sign(&self, answer: Answer, count: usize) -> Result<Signed, Problem> {
        self.answers([answer]);
        self.agent.sign(&page(), signature(count)).await
    }

    /// Takes out what lies in the reader and puts in `card`; ends once the watch has seen that.
    pub async fn put_in(&self, card: &CardHandle) {
        self.backend.remove(READER);
        assert!(self.backend.insert(READER, card));
        self.until_it_lies_there().await;
    }

    /// Waits until the watch has seen what lies in the first reader now.
    pub async fn until_it_lies_there(&self) {
        let lies_there = self.backend.readers()[0].1;
        self.until(|readers| readers[0].presence == lies_there).await;
    }

    /// Waits until the watch has seen what was done to the readers.
    pub async fn until(&self, wanted: impl Fn(&[jpki_agent::reader::ReaderInfo]) -> bool) {
        let mut changes = self.agent.readers().changes();
        let wait = async {
            while !self.agent.readers().list().await.is_ok_and(|readers| wanted(&readers)) {
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(5), wait).await.expect("the watch did not see it");
    }
}

impl Drop for TestAgent {
    fn drop(&mut self) {
        self.card.release();
        self.agent.readers().stop(Duration::from_secs(2));
    }
}

/// A folder for one agent, in memory where there is such a place: each entry of the audit log is written through, and on
/// a disk at work that is most of what a test waits for.
pub fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// A session nobody sits at.
struct AlwaysLocked;

impl SessionLock for AlwaysLocked {
    fn is_locked(&self) -> futures_util::future::BoxFuture<'_, bool> {
        Box::pin(std::future::ready(true))
    }
}

/// The token of programs over TCP.
pub const TOKEN: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Gates over a settings file in `folder` that allows the portal everything and the limited origin a little, for so many
/// requests a minute.
pub fn gatekeeper(folder: &std::path::Path, notices: &RecordedNotices, per_minute: u32) -> Arc<Gatekeeper> {
    let settings = folder.join("config.toml");
    let text = format!(
        "# Kept by hand.\n[[origins]]\norigin = \"{PORTAL}\"\n\
         allow = [\"status\", \"certificates\", \"authenticate\", \"sign\"]\n\n\
         [[origins]]\norigin = \"{LIMITED}\"\nallow = [\"status\"]\n"
    );
    std::fs::write(&settings, text).unwrap();
    let read = |text: &str| match Config::parse(text, &Overrides::default()) {
        Ok(config) => Ok(config.origins),
        Err(fault) => Err(fault.to_string()),
    };
    let origins = OriginStore::open(&settings, read).unwrap();
    let requests = std::num::NonZeroU32::new(per_minute).unwrap();
    Arc::new(Gatekeeper::new(origins, Token::written(TOKEN), requests, Some(Arc::new(notices.clone()))))
}

/// The portal's page as a caller.
pub fn page() -> Caller {
    Caller { asker: Asker::Page(PORTAL.parse().unwrap()), seat: Seat::default() }
}

/// A log-in at the portal.
pub fn authentication() -> AuthenticateRequest {
    let origin: Origin = PORTAL.parse().unwrap();
    AuthenticateRequest { origin, nonce: NONCE.parse().unwrap(), reader: None }
}

/// So many digests to be signed.
pub fn signature(count: usize) -> SignRequest {
    let digest = |index: usize| {
        let label = Label::new(format!("file-{index}.xtx")).unwrap();
        (DigestAlgorithm::Sha256.digest(&index.to_be_bytes()), Some(label))
    };
    SignRequest {
        digests: (0..count).map(digest).collect(),
        fingerprint: None,
        include_certificate: true,
        reader: None,
        step: None,
    }
}

/// The same with the card in this reader.
pub fn signature_in(reader: &str, count: usize) -> SignRequest {
    SignRequest { reader: Some(reader.to_owned()), ..signature(count) }
}

/// The scopes of the portal, for tests that look at them.
pub const SCOPES: [Scope; 4] = Scope::ALL;
