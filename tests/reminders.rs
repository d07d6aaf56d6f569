//! Reminders with the real agent and the software card: what is kept of a card, when its holder is told, and that neither
//! costs the card a command or the computer a wake-up.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{Span, Timestamp};
use jpki_agent::agent::{ChangePinRequest, Clock, DisclosureRequest, SignRequest};
use jpki_agent::certificate::validity::date_in_japan;
use jpki_agent::certificate::{Certificate, Fingerprint, Validity};
use jpki_agent::consent::scripted::Answer;
use jpki_agent::jpki::{CertificateKind, KeyKind};
use jpki_agent::notices::{Notice, Notices, RecordedNotices};
use jpki_agent::reminders::{About, Code, ReminderSettings, Reminders, SeenCard, SignatureDates};
use jpki_agent::session_lock::{NeverLocked, SessionLock};
use jpki_agent::simulator::{self, CardHandle, Holder, SoftwareCard, Variants};
use serde_json::{Value, json};
use support::agent::{PORTAL, READER, SIGNATURE_PIN, TestAgent, card_of, moment, page, signature};
use support::face::{Ask, Face};
use tokio::time::Instant;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn holder(name: &str) -> CardHandle {
    card_of(&Holder::by_name(name).unwrap(), Variants::default())
}

fn data(name: &str) -> Vec<u8> {
    std::fs::read(format!("tests/data/jlis-test-card/{name}.der")).unwrap()
}

/// The certificates of a real test card, on a software card: its signatures are no good, but it can be read.
fn jlis_test_card() -> CardHandle {
    let mut contents = simulator::issue(&Holder::standard(), moment()).unwrap();
    contents.authentication_certificate = data("authentication");
    contents.authentication_ca = data("authentication-ca");
    contents.signature_certificate = Some(data("signature"));
    contents.signature_ca = data("signature-ca");
    CardHandle::new(SoftwareCard::new(contents, Variants::default()))
}

async fn disclose(agent: &TestAgent) {
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    agent.agent.disclose(&page(), DisclosureRequest::default()).await.unwrap();
}

#[tokio::test]
async fn dates_and_fingerprint_are_kept_after_a_disclosure_and_no_name() {
    let agent = TestAgent::with_card(jlis_test_card()).await;
    disclose(&agent).await;
    agent.reminders.settle(Duration::from_secs(10));
    let path = agent.folder.path().join("reminders.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let (authentication, signature) =
        (Certificate::parse(&data("authentication")).unwrap(), Certificate::parse(&data("signature")).unwrap());
    assert_eq!(
        file["cards"][0],
        json!({
            "card": authentication.fingerprint().to_string(),
            "authentication": {
                "notBefore": authentication.not_before().to_string(),
                "notAfter": authentication.not_after().to_string(),
            },
            "signature": {
                "fingerprintSha256": signature.fingerprint().to_string(),
                "notBefore": signature.not_before().to_string(),
                "notAfter": signature.not_after().to_string(),
            },
            "told": {},
        }),
        "nothing but this"
    );
    let attributes = signature.attributes().unwrap();
    let personal = [format!("{attributes:?}"), signature.subject().to_owned(), signature.serial_number()];
    for personal in personal.iter().chain([&authentication.subject().to_owned(), &authentication.serial_number()]) {
        assert!(!text.contains(personal.as_str()), "{personal}");
    }
    assert!(text.is_ascii(), "no Japanese name or address");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn what_is_kept_is_known_after_a_signature_without_certificate_too_and_never_for_another_card() {
    let agent = TestAgent::with_card(holder("renewable")).await;
    assert_eq!(agent.agent.reminders(None).await.unwrap().signature, None);
    agent.answers([Answer::pin(SIGNATURE_PIN)]);
    let request = SignRequest { include_certificate: false, ..signature(1) };
    assert!(agent.agent.sign(&page(), request).await.unwrap().certificate.is_none());
    let report = agent.agent.reminders(None).await.unwrap();
    assert_eq!(report.signature.unwrap().days_left, 80);
    let said: Vec<_> = report.reminders.iter().map(|reminder| (reminder.about, reminder.code)).collect();
    let both = |about| [(about, Code::ExpiresSoon), (about, Code::RenewalOpen)];
    assert_eq!(said, [both(About::Authentication), both(About::Signature)].concat());

    // Out and in again it is the same card; another one is not.
    let first = agent.backend.remove(READER).unwrap();
    agent.until(|readers| readers[0].presence.insertion().is_none()).await;
    let other = holder("leap-day");
    assert!(agent.backend.insert(READER, &other));
    agent.until(|readers| readers[0].presence.insertion().is_some()).await;
    let report = agent.agent.reminders(None).await.unwrap();
    assert_eq!((report.signature, report.reminders.len()), (None, 0));
    agent.backend.remove(READER).unwrap();
    agent.until(|readers| readers[0].presence.insertion().is_none()).await;
    assert!(agent.backend.insert(READER, &first));
    agent.until(|readers| readers[0].presence.insertion().is_some()).await;
    assert_eq!(agent.agent.reminders(None).await.unwrap().signature.unwrap().days_left, 80);
    // The software card leaves nothing on disk.
    agent.reminders.settle(Duration::from_secs(10));
    assert!(!agent.folder.path().join("reminders.json").exists());
    other.release();
}

/// Hears of notices, and can refuse to take them.
#[derive(Default)]
struct Desk {
    shown: RecordedNotices,
    gone: AtomicBool,
}

impl Notices for Desk {
    fn show(&self, notice: Notice) {
        self.shown.show(notice);
    }

    fn deliver(&self, notice: Notice) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            let there = !self.gone.load(Ordering::Relaxed);
            if there {
                self.show(notice);
            }
            there
        })
    }
}

#[tokio::test]
async fn a_card_seen_by_a_request_is_told_of_without_a_command_of_its_own() {
    let agent = TestAgent::with_card(holder("renewable")).await;
    let desk = Arc::new(Desk::default());
    let task = tokio::spawn(agent.agent.clone().remind(desk.clone()));
    tokio::task::yield_now().await;
    assert_eq!(agent.card.wire().commands, 0, "a card that merely lies there is not asked");
    agent.agent.certificates(None).await.unwrap();
    let commands = agent.card.wire().commands;
    let told = async {
        while desk.shown.all().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), told).await.unwrap();
    let [Notice::Reminder { reminders, simulated: true }] = &desk.shown.all()[..] else {
        panic!("{:?}", desk.shown.all())
    };
    let [of_card] = &reminders[..] else { panic!("{reminders:?}") };
    assert_eq!((of_card[0].about, of_card[0].days_left), (About::Authentication, Some(80)));
    agent.agent.certificates(None).await.unwrap();
    agent.agent.reminders(None).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!((desk.shown.all().len(), agent.card.wire().commands), (1, commands), "once, and no command more");
    agent.agent.begin_shutdown();
    tokio::time::timeout(Duration::from_secs(10), task).await.unwrap().unwrap();
}

/// A clock that goes with tokio's, further on by what the computer has slept, and counts how often it is looked at.
#[derive(Clone)]
struct Wall {
    begun: Instant,
    from: Timestamp,
    slept: Arc<AtomicU32>,
    looks: Arc<AtomicU32>,
}

impl Wall {
    fn new(from: Timestamp) -> Self {
        Self { begun: Instant::now(), from, slept: Arc::default(), looks: Arc::default() }
    }

    fn now(&self) -> Timestamp {
        let slept = Span::new().hours(24 * i64::from(self.slept.load(Ordering::Relaxed)));
        self.from + self.begun.elapsed() + slept
    }

    fn clock(&self) -> Clock {
        let wall = self.clone();
        Arc::new(move || {
            wall.looks.fetch_add(1, Ordering::Relaxed);
            wall.now()
        })
    }
}

/// A screen that somebody can lock and unlock.
struct Screen {
    locked: AtomicBool,
}

impl SessionLock for Screen {
    fn is_locked(&self) -> BoxFuture<'_, bool> {
        Box::pin(std::future::ready(self.locked.load(Ordering::Relaxed)))
    }
}

/// Kept cards without a reader, on paused time.
struct Drawer {
    agent: TestAgent,
    wall: Wall,
    desk: Arc<Desk>,
    screen: Arc<Screen>,
}

impl Drawer {
    async fn new(settings: ReminderSettings, locked: bool) -> Self {
        let wall = Wall::new(moment());
        let reminders = Arc::new(Reminders::in_memory(settings));
        let screen = Arc::new(Screen { locked: AtomicBool::new(locked) });
        let agent = TestAgent::reminding(holder("standard"), wall.clock(), reminders, screen.clone()).await;
        tokio::time::pause();
        let desk = Arc::new(Desk::default());
        Self { agent, wall, desk, screen }
    }

    fn keep(&self, not_after: &str) {
        let not_before = "2025-10-26T23:41:00Z".parse().unwrap();
        let validity = Validity { not_before, not_after: not_after.parse().unwrap() };
        let card = SeenCard { key: Fingerprint::new([1; 32]), authentication: validity, simulated: false };
        self.agent.reminders.learn(&card, SignatureDates { fingerprint: Fingerprint::new([2; 32]), validity });
    }

    /// Lets so much time pass.
    async fn pass(&self, time: Duration) {
        let reminding = self.agent.agent.clone().remind(self.desk.clone());
        let _ = tokio::time::timeout(time, reminding).await;
    }

    fn told(&self) -> Vec<Vec<Code>> {
        let codes = |notice: &Notice| match notice {
            Notice::Reminder { reminders, .. } => reminders.iter().flatten().map(|reminder| reminder.code).collect(),
            other => panic!("{other:?}"),
        };
        self.desk.shown.all().iter().map(codes).collect()
    }

    fn looks(&self) -> u32 {
        self.wall.looks.swap(0, Ordering::Relaxed)
    }
}

#[tokio::test]
async fn with_nothing_to_come_there_is_no_timer_at_all() {
    let drawer = Drawer::new(ReminderSettings::default(), false).await;
    drawer.pass(2000 * DAY).await;
    assert_eq!((drawer.told().len(), drawer.looks()), (0, 2), "looked once, before and after telling");

    // Ended, and said so: nothing can follow.
    drawer.keep("2026-11-01T14:59:59Z");
    drawer.pass(DAY).await;
    assert_eq!(drawer.told(), [[Code::Expired; 2]]);
    drawer.looks();
    drawer.pass(2000 * DAY).await;
    assert_eq!((drawer.told().len(), drawer.looks()), (1, 2));
}

#[tokio::test]
async fn switched_off_there_is_no_timer_either() {
    let drawer = Drawer::new(ReminderSettings { expiry: false, ..ReminderSettings::default() }, false).await;
    drawer.keep("2027-02-17T14:59:59Z");
    drawer.pass(2000 * DAY).await;
    assert_eq!((drawer.told().len(), drawer.looks()), (0, 2));
}

#[tokio::test]
async fn a_card_in_a_drawer_is_told_of_in_time_with_few_wake_ups() {
    use Code::{Expired, ExpiresSoon};
    let drawer = Drawer::new(ReminderSettings::default(), false).await;
    drawer.keep("2027-05-31T14:59:59Z");
    let days = 200;
    drawer.pass(days * DAY).await;
    let expected = [ExpiresSoon, ExpiresSoon, ExpiresSoon, Expired].map(|code| vec![code; 2]);
    assert_eq!(drawer.told(), expected);
    let looks = drawer.looks();
    // Two for each wake-up.
    assert!(looks < days * 6, "{looks} looks in {days} days: more than a wake-up in eight hours");
}

#[tokio::test]
async fn a_computer_that_slept_is_caught_up_with_after_one_nap() {
    let drawer = Drawer::new(ReminderSettings::default(), false).await;
    drawer.keep("2027-05-31T14:59:59Z");
    let task = tokio::spawn(drawer.agent.agent.clone().remind(drawer.desk.clone()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(drawer.told().is_empty());
    drawer.wall.slept.store(170, Ordering::Relaxed);
    tokio::time::sleep(DAY).await;
    task.abort();
    assert_eq!(drawer.told(), [[Code::ExpiresSoon; 2]], "the latest only");
}

#[tokio::test]
async fn behind_a_locked_screen_it_waits_and_an_unused_agent_does_not_end() {
    let drawer = Drawer::new(ReminderSettings::default(), true).await;
    drawer.pass(Duration::from_secs(1)).await;
    assert!(drawer.agent.agent.keeps_nothing(), "nothing is due");
    drawer.looks();
    drawer.keep("2026-12-01T14:59:59Z");
    drawer.pass(10 * Duration::from_secs(3600)).await;
    assert!(drawer.told().is_empty(), "nobody is there to read it");
    assert!((10..=12).contains(&drawer.looks()), "once an hour");
    assert!(!drawer.agent.agent.keeps_nothing());
    drawer.screen.locked.store(false, Ordering::Relaxed);
    drawer.pass(Duration::from_secs(1)).await;
    assert_eq!(drawer.told().len(), 1);
    assert!(drawer.agent.agent.keeps_nothing(), "it is told");
}

#[tokio::test]
async fn what_the_desktop_did_not_take_is_told_later() {
    let drawer = Drawer::new(ReminderSettings::default(), false).await;
    drawer.keep("2026-12-01T14:59:59Z");
    drawer.desk.gone.store(true, Ordering::Relaxed);
    drawer.pass(Duration::from_secs(1800)).await;
    assert!(drawer.told().is_empty());
    assert!(drawer.agent.agent.keeps_nothing(), "a desktop may never come");
    drawer.desk.gone.store(false, Ordering::Relaxed);
    drawer.pass(Duration::from_secs(4000)).await;
    assert_eq!(drawer.told().len(), 1, "what was not taken is not told");
}

#[tokio::test]
async fn after_a_telling_nothing_is_looked_at_for_a_minute() {
    let drawer = Drawer::new(ReminderSettings::default(), false).await;
    drawer.keep("2026-12-01T14:59:59Z");
    let task = tokio::spawn(drawer.agent.agent.clone().remind(drawer.desk.clone()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(drawer.told().len(), 1);
    drawer.looks();
    for last in ["2031-02-17T14:59:59Z", "2032-02-17T14:59:59Z", "2033-02-17T14:59:59Z"].iter().cycle().take(50) {
        drawer.keep(last);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(drawer.looks(), 0, "whatever comes meanwhile");
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!((1..=4).contains(&drawer.looks()));
    task.abort();
}

#[tokio::test]
async fn programs_on_the_socket_read_reminders_in_their_language() {
    let face = Face::over(TestAgent::with_card(holder("expired")).await);
    let body = face.send(Ask::socket("GET", "/v1/reminders?reader=r1").header("accept-language", "ja")).await.good();
    assert_eq!(body["reader"], "r1");
    assert_eq!(body["signatureCertificate"], Value::Null);
    let [reminder] = &body["reminders"].as_array().unwrap()[..] else { panic!("{body}") };
    assert_eq!((reminder["about"].as_str(), reminder["code"].as_str()), (Some("authentication"), Some("expired")));
    assert_eq!(reminder["daysLeft"], -40);
    assert!(reminder["text"].as_str().unwrap().contains("有効期限が切れました"), "{body}");
    assert!(body["note"].as_str().unwrap().contains("失効情報がなく"), "{body}");

    let known = Face::over(TestAgent::with_card(holder("renewable")).await);
    disclose(&known.parts).await;
    let certificate = known.send(Ask::socket("GET", "/v1/reminders")).await.good()["signatureCertificate"].clone();
    assert_eq!((certificate["daysLeft"].as_i64(), certificate["renewal"]["open"].as_bool()), (Some(80), Some(true)));
    let mut names: Vec<&str> = certificate.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = ["daysLeft", "fingerprintSha256", "notAfter", "notAfterJst", "notBefore", "period", "renewal"];
    assert_eq!(names, expected, "nothing about the holder");
    let (status, code) = known.send(Ask::socket("GET", "/v1/reminders?reader=r9")).await.problem();
    assert_eq!((status, code.as_str()), (409, "no_reader"));
}

#[tokio::test]
async fn the_day_of_a_new_password_is_remembered_and_that_of_a_new_pin_is_not() {
    let wall = Wall::new(moment());
    let settings = ReminderSettings { password_yearly: true, ..ReminderSettings::default() };
    let reminders = Arc::new(Reminders::in_memory(settings));
    let agent = TestAgent::reminding(holder("standard"), wall.clock(), reminders, Arc::new(NeverLocked)).await;
    let kind = CertificateKind::Holder(KeyKind::Authentication);
    let key = agent.agent.certificate(kind, None).await.unwrap().1.certificate.fingerprint();
    for (key_kind, entries, remembered) in [
        (KeyKind::Authentication, ["1234", "8351", "8351"], None),
        (KeyKind::Signature, [SIGNATURE_PIN, "K7QW2M9", "K7QW2M9"], Some(date_in_japan(moment()))),
    ] {
        agent.answers(entries.map(Answer::pin));
        let request = ChangePinRequest { key_kind, reader: None, understands_unproven: false };
        agent.agent.change_pin(&page(), request).await.unwrap();
        assert_eq!(agent.reminders.password_changed_on(&key), remembered, "{key_kind:?}");
    }
}

#[tokio::test]
async fn cards_in_a_drawer_are_told_of_and_can_be_said_to_be_seen_to() {
    let face = Face::over(TestAgent::with_card(holder("expired")).await);
    let kept =
        async || face.send(Ask::socket("GET", "/v1/reminders/kept").header("accept-language", "ja")).await.good();
    assert_eq!(kept().await["kept"], json!([]), "nothing was seen yet");
    face.send(Ask::socket("GET", "/v1/reminders")).await.good();
    face.parts.backend.remove(READER).unwrap();
    face.parts.backend.remove_reader(READER);
    let body = kept().await;
    let [card] = &body["kept"].as_array().unwrap()[..] else { panic!("{body}") };
    let reminder = &card["reminders"][0];
    assert_eq!((reminder["code"].as_str(), card["simulated"].as_bool()), (Some("expired"), Some(true)));
    assert!(reminder["text"].as_str().unwrap().contains("有効期限が切れました"), "{body}");
    assert_eq!(body["yearlyReminderWaits"], false);

    let done =
        async |date: &str| face.send(Ask::socket("POST", "/v1/reminders/done").json(&json!({"dateJst": date}))).await;
    let (status, code) = done("2030-02-30").await.problem();
    assert_eq!((status, code.as_str()), (400, "invalid_request"));
    assert_eq!(done("1999-12-31").await.good(), json!({"done": 0}));
    assert_eq!(done(reminder["dateJst"].as_str().unwrap()).await.good(), json!({"done": 1}));
    assert_eq!(kept().await["kept"], json!([]));
}

#[tokio::test]
async fn what_is_seen_to_is_gone_for_a_card_that_lies_in_the_reader_too() {
    let face = Face::over(TestAgent::with_card(holder("renewable")).await);
    let standing = async || face.send(Ask::socket("GET", "/v1/reminders")).await.good()["reminders"].clone();
    let before = standing().await;
    let codes: Vec<_> = before.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["expires_soon", "renewal_open"], "{before}");
    let body = json!({"dateJst": before[0]["dateJst"]});
    face.send(Ask::socket("POST", "/v1/reminders/done").json(&body)).await.good();
    assert_eq!(standing().await, json!([]));
}

#[tokio::test]
async fn the_guide_needs_no_card_and_is_for_the_socket() {
    let face = Face::new().await;
    let guide = face.refuse(Ask::socket("GET", "/v1/guide").header("accept-language", "ja")).await.good();
    let topics = guide["topics"].as_array().unwrap();
    let names: Vec<_> = topics.iter().map(|topic| topic["topic"].as_str().unwrap()).collect();
    assert_eq!(names, ["lost", "cancel", "moved", "blocked", "renew"]);
    assert!(guide.to_string().contains("0120-95-0178"));
    for target in ["/v1/guide", "/v1/reminders"] {
        let refused = face.refuse(Ask::tcp("GET", target).origin(PORTAL)).await;
        assert_eq!(refused.problem(), (403, "scope_not_allowed".to_owned()), "{target}");
        let unknown = face.refuse(Ask::socket("GET", &format!("{target}?x=1"))).await;
        assert_eq!(unknown.problem(), (400, "invalid_request".to_owned()), "{target}");
    }
}

/// The words for a blocked PIN in `GET /v1/pins` are those of the guide.
#[tokio::test]
async fn a_blocked_pin_is_answered_as_the_guide_says() {
    let agent = TestAgent::new().await;
    agent.card.with(|card| card.set_tries_left(KeyKind::Signature, 0));
    let face = Face::over(agent);
    let ask = |target| Ask::socket("GET", target).header("accept-language", "ja");
    let pins = face.send(ask("/v1/pins")).await.good();
    let guide = face.send(ask("/v1/guide")).await.good().to_string();
    let guidance = pins["pins"][1]["guidance"].as_str().unwrap();
    assert_eq!(guidance.matches('。').count(), 2);
    for sentence in guidance.split_inclusive('。') {
        assert!(guide.contains(sentence), "{sentence}");
    }
}
