//! Notices and the lock of the session, against made-up desktop services on a private D-Bus.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failed assertion is the purpose")]

mod support;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use jpki_agent::bus::Bus;
use jpki_agent::consent::Asker;
use jpki_agent::message::Language;
use jpki_agent::notices::{Activation, Deed, DesktopNotices, Notice, Notices as _};
use jpki_agent::origin::Origin;
use jpki_agent::session_lock::{DesktopLock, SessionLock as _};
use support::child::wait_for;
use support::dbus::PrivateBus;
use support::http::Request;
use support::parts::{Part, require};
use support::process::{Agent, Home};
use tokio::sync::mpsc;
use tokio::time::timeout;
use zbus::connection::Connection;
use zbus::names::BusName;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{MatchRule, MessageStream};

const NOTIFICATIONS: &str = "org.freedesktop.Notifications";
const NOTIFICATIONS_PATH: &str = "/org/freedesktop/Notifications";
const LIMIT: Duration = Duration::from_secs(10);

type Hints = HashMap<String, OwnedValue>;

/// A notice as the service received it.
#[derive(Debug)]
struct Shown {
    application: String,
    summary: String,
    body: String,
    actions: Vec<String>,
    hints: Hints,
    by: String,
}

/// A notification service that numbers its notices from 1.
async fn notification_service(bus: &PrivateBus) -> (Connection, mpsc::UnboundedReceiver<Shown>) {
    let (sender, shown) = mpsc::unbounded_channel();
    let number = Arc::new(std::sync::atomic::AtomicU32::new(0));
    let connection = bus
        .serve(NOTIFICATIONS, move |connection, call| {
            let (sender, number) = (sender.clone(), number.clone());
            async move {
                let header = call.header();
                assert_eq!(header.member().unwrap().as_str(), "Notify");
                assert_eq!(header.path().unwrap().as_str(), NOTIFICATIONS_PATH);
                let content = call.body();
                type Arguments = (String, u32, String, String, String, Vec<String>, Hints, i32);
                let (application, _, _, summary, body, actions, hints, _): Arguments = content.deserialize().unwrap();
                let by = header.sender().unwrap().to_string();
                connection.reply(&header, &(number.fetch_add(1, Ordering::Relaxed) + 1)).await.unwrap();
                sender.send(Shown { application, summary, body, actions, hints, by }).unwrap();
            }
        })
        .await;
    (connection, shown)
}

async fn next<T>(receiver: &mut mpsc::UnboundedReceiver<T>) -> T {
    timeout(LIMIT, receiver.recv()).await.unwrap().unwrap()
}

async fn signal(connection: &Connection, name: &str, number: u32, key: &str) {
    let nobody = None::<BusName<'_>>;
    connection.emit_signal(nobody, NOTIFICATIONS_PATH, NOTIFICATIONS, name, &(number, key)).await.unwrap();
}

/// Waits until the connection of this name has left the bus.
async fn gone(bus: &PrivateBus, name: &str) {
    let stranger = bus.connect().await;
    let rule =
        MatchRule::builder().interface("org.freedesktop.DBus").unwrap().member("NameOwnerChanged").unwrap().build();
    let mut changes = MessageStream::for_match_rule(rule, &stranger, None).await.unwrap();
    let destination = Some("org.freedesktop.DBus");
    let there = stranger
        .call_method(destination, "/org/freedesktop/DBus", destination, "NameHasOwner", &name)
        .await
        .unwrap()
        .body()
        .deserialize::<bool>()
        .unwrap();
    if !there {
        return;
    }
    let left = async {
        loop {
            let change = changes.next().await.unwrap().unwrap();
            let content = change.body();
            let (who, _, now): (&str, &str, &str) = content.deserialize().unwrap();
            if who == name && now.is_empty() {
                break;
            }
        }
    };
    timeout(LIMIT, left).await.expect("the connection stays open");
}

fn portal() -> Origin {
    "https://portal.example".parse().unwrap()
}

fn refused() -> Notice {
    Notice::OriginRefused { origin: portal(), other_sites: 2 }
}

fn signed(count: usize) -> Notice {
    Notice::Used { by: Asker::Page(portal()), deed: Deed::Signed { count } }
}

#[tokio::test]
async fn a_notice_is_shown_and_the_connection_closed() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let bus = PrivateBus::start();
    let (_service, mut shown) = notification_service(&bus).await;
    let (notices, _pressed) = DesktopNotices::start(bus.bus(), Language::Japanese);
    notices.show(signed(3));
    let notice = next(&mut shown).await;
    assert_eq!(notice.application, "jpki-agent");
    assert_eq!(notice.summary, "カードで電子署名しました");
    assert_eq!(notice.body, "https://portal.example に電子署名3件を渡しました。");
    assert!(notice.actions.is_empty());
    assert!(!notice.hints.contains_key("desktop-entry"), "GNOME would take it away again");
    gone(&bus, &notice.by).await;

    notices.show(Notice::OriginAdded { origin: portal() });
    let second = next(&mut shown).await;
    assert!(second.body.contains("https://portal.example"));
    assert_ne!(second.by, notice.by, "a connection of its own");
    gone(&bus, &second.by).await;
}

#[tokio::test]
async fn the_button_of_a_refused_origin_comes_back() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let bus = PrivateBus::start();
    let (service, mut shown) = notification_service(&bus).await;
    let (notices, mut pressed) = DesktopNotices::start(bus.bus(), Language::English);
    notices.show(refused());
    let notice = next(&mut shown).await;
    assert_eq!(notice.actions, ["allow", "Allow…"]);
    assert!(notice.body.contains("2 other sites"), "{}", notice.body);

    // Other notices go over the same connection meanwhile.
    notices.show(signed(1));
    assert_eq!(next(&mut shown).await.by, notice.by);

    signal(&service, "ActionInvoked", 7, "allow").await; // somebody else's notice
    signal(&service, "ActionInvoked", 1, "default").await; // clicked beside the button
    let stranger = bus.connect().await;
    signal(&stranger, "ActionInvoked", 1, "allow").await; // not the service
    assert!(timeout(Duration::from_millis(200), pressed.recv()).await.is_err());

    signal(&service, "ActionInvoked", 1, "allow").await;
    let activation = timeout(LIMIT, pressed.recv()).await.unwrap();
    assert_eq!(activation, Some(Activation { origin: portal() }));
    gone(&bus, &notice.by).await;
}

#[tokio::test]
async fn a_closed_notice_is_listened_for_no_longer() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let bus = PrivateBus::start();
    let (service, mut shown) = notification_service(&bus).await;
    let (notices, mut pressed) = DesktopNotices::start(bus.bus(), Language::English);
    notices.show(refused());
    let notice = next(&mut shown).await;
    let nobody = None::<BusName<'_>>;
    let dismissed = 2_u32;
    let body = (1_u32, dismissed);
    service.emit_signal(nobody, NOTIFICATIONS_PATH, NOTIFICATIONS, "NotificationClosed", &body).await.unwrap();
    gone(&bus, &notice.by).await;
    assert!(pressed.try_recv().is_err());
}

#[tokio::test]
async fn without_a_bus_or_a_service_nothing_waits_and_nothing_is_lost_afterwards() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let (nowhere, mut pressed) =
        DesktopNotices::start(Bus::Address("unix:path=/nonexistent/bus".to_owned()), Language::English);
    let start = std::time::Instant::now();
    for count in 0..10_000 {
        nowhere.show(signed(count));
    }
    assert!(start.elapsed() < Duration::from_secs(2));
    drop(nowhere);
    assert_eq!(timeout(LIMIT, pressed.recv()).await.expect("the task ends"), None);

    let bus = PrivateBus::start();
    let (notices, _pressed) = DesktopNotices::start(bus.bus(), Language::English);
    notices.show(signed(1)); // nobody shows it
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (_service, mut shown) = notification_service(&bus).await;
    notices.show(signed(2));
    assert!(next(&mut shown).await.body.contains("2 signatures"));
}

#[tokio::test]
async fn the_task_ends_with_its_last_handle_even_while_a_button_is_shown() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let bus = PrivateBus::start();
    let (_service, mut shown) = notification_service(&bus).await;
    let (notices, mut pressed) = DesktopNotices::start(bus.bus(), Language::English);
    notices.show(refused());
    let notice = next(&mut shown).await;
    drop(notices);
    assert_eq!(timeout(LIMIT, pressed.recv()).await.unwrap(), None);
    gone(&bus, &notice.by).await;
}

/// logind with one session.
async fn logind(bus: &PrivateBus) -> (Connection, Arc<AtomicBool>) {
    let locked = Arc::new(AtomicBool::new(false));
    let hint = locked.clone();
    let connection = bus
        .serve("org.freedesktop.login1", move |connection, call| {
            let locked = hint.load(Ordering::Relaxed);
            async move {
                let header = call.header();
                assert_eq!(header.path().unwrap().as_str(), "/org/freedesktop/login1/session/auto");
                let content = call.body();
                let property: (&str, &str) = content.deserialize().unwrap();
                assert_eq!(property, ("org.freedesktop.login1.Session", "LockedHint"));
                connection.reply(&header, &Value::from(locked)).await.unwrap();
            }
        })
        .await;
    (connection, locked)
}

/// A screen saver service of this name.
async fn screen_saver(bus: &PrivateBus, name: &'static str) -> (Connection, Arc<AtomicBool>) {
    let active = Arc::new(AtomicBool::new(false));
    let state = active.clone();
    let connection = bus
        .serve(name, move |connection, call| {
            let active = state.load(Ordering::Relaxed);
            async move {
                assert_eq!(call.header().member().unwrap().as_str(), "GetActive");
                connection.reply(&call.header(), &active).await.unwrap();
            }
        })
        .await;
    (connection, active)
}

#[tokio::test]
async fn the_session_is_locked_if_logind_or_a_screen_saver_says_so() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let (system, session) = (PrivateBus::start(), PrivateBus::start());
    let lock = DesktopLock::on(system.bus(), session.bus());
    assert!(!lock.is_locked().await, "nobody knows");
    let (_logind, hint) = logind(&system).await;
    assert!(!lock.is_locked().await);
    hint.store(true, Ordering::Relaxed);
    assert!(lock.is_locked().await);
    hint.store(false, Ordering::Relaxed);
    assert!(!lock.is_locked().await);
    for name in ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"] {
        let (_saver, active) = screen_saver(&session, name).await;
        assert!(!lock.is_locked().await, "{name}");
        active.store(true, Ordering::Relaxed);
        assert!(lock.is_locked().await, "{name}");
        active.store(false, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn unknown_is_not_locked_and_never_waited_for_long() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let nowhere = || Bus::Address("unix:path=/nonexistent/bus".to_owned());
    assert!(!DesktopLock::on(nowhere(), nowhere()).is_locked().await);

    let bus = PrivateBus::start();
    let silent = bus.serve("org.freedesktop.login1", |_, _| async {}).await;
    let lock = DesktopLock::on(bus.bus(), bus.bus());
    let start = std::time::Instant::now();
    assert!(!lock.is_locked().await);
    assert!(start.elapsed() < LIMIT, "{:?}", start.elapsed());

    // One that answers nonsense does not hide the other.
    drop(silent);
    let other = PrivateBus::start();
    let _liar = other
        .serve("org.freedesktop.login1", |connection, call| async move {
            connection.reply(&call.header(), &Value::from("yes")).await.unwrap();
        })
        .await;
    let (_saver, active) = screen_saver(&bus, "org.gnome.ScreenSaver").await;
    let lock = DesktopLock::on(other.bus(), bus.bus());
    assert!(!lock.is_locked().await);
    active.store(true, Ordering::Relaxed);
    assert!(lock.is_locked().await);
}

/// A holder without a terminal gets through a first visit: the page is turned away, its notice has a button, the button
/// leads to a question, and the page, which goes on asking, is let in.
#[tokio::test]
async fn a_page_is_let_in_by_its_notice_and_a_question() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let bus = PrivateBus::start();
    let (service, mut shown) = notification_service(&bus).await;
    let home = Home::new();
    // Stands in for the person: agrees to what is asked, and keeps what that was.
    let person = home.path("pinentry");
    let script = format!(
        "#!/bin/sh\necho 'OK hello'\nwhile read -r line; do echo \"$line\" >> '{}'; echo OK; done\n",
        home.path("asked").display()
    );
    std::fs::write(&person, script).unwrap();
    std::fs::set_permissions(&person, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    home.configure(&format!("[consent]\npinentry_program = \"{}\"\nguard_seconds = 0\n", person.display()));
    let Bus::Address(address) = bus.bus() else { panic!() };
    let mut agent = Agent::start(home, &["--simulator"], move |command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
    });
    let page = |agent: &Agent| {
        let ask = Request::get("/v1/status").origin("https://newcomer.example").header("Sec-Fetch-Mode", "cors");
        ask.send(agent.port()).status
    };
    assert_eq!(page(&agent), 403);
    let notice = next(&mut shown).await;
    assert!(notice.body.contains("https://newcomer.example"), "{}", notice.body);
    assert_eq!(page(&agent), 403, "the notice alone allows nothing");
    signal(&service, "ActionInvoked", 1, &notice.actions[0]).await;
    let let_in = async {
        while page(&agent) != 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(LIMIT, let_in).await.expect("the page is still turned away");
    let asked = std::fs::read_to_string(agent.home().path("asked")).unwrap();
    assert!(asked.contains("https://newcomer.example") && asked.lines().any(|line| line == "CONFIRM"), "{asked}");
    agent.stop();
}

/// The agent as it is started by a person, and a card that ends soon: a notice, once.
#[tokio::test]
async fn the_holder_of_a_card_that_ends_soon_gets_a_notice() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let bus = PrivateBus::start();
    let (_service, mut shown) = notification_service(&bus).await;
    let Bus::Address(address) = bus.bus() else { panic!() };
    let start = |home: Home, holder: &str| {
        let address = address.clone();
        Agent::start(home, &["--simulator", "--holder", holder], move |command| {
            command.env("DBUS_SESSION_BUS_ADDRESS", address).env("LANG", "ja_JP.UTF-8");
        })
    };
    let kept = |agent: &Agent| {
        std::fs::read_to_string(agent.home().path("state/jpki-agent/reminders.json")).unwrap_or_default()
    };

    let home = Home::new();
    home.configure("[notifications]\nstay_until = \"2026-01-31\"\n");
    let mut agent = start(home, "standard");
    let stay = next(&mut shown).await;
    assert_eq!(stay.summary, "在留期間とカードの有効期限");
    assert!(stay.body.contains("2026年1月31日") && stay.actions.is_empty(), "{}", stay.body);
    // What was told is remembered.
    wait_for(|| kept(&agent).contains("\"stay\"").then_some(()));
    agent.stop();

    let mut agent = start(Home::new(), "renewable");
    assert_eq!(agent.home().run(&["certificates"]).status.code(), Some(0));
    let notice = next(&mut shown).await;
    assert_eq!(notice.summary, "模擬カード（SIMULATED CARD）：電子証明書の有効期限が近づいています");
    assert!(notice.body.starts_with("利用者証明用電子証明書の有効期限は"), "{}", notice.body);
    assert!(notice.body.contains("あと80日") && notice.body.contains("失効情報がなく"), "{}", notice.body);
    assert_eq!(agent.home().run(&["certificates"]).status.code(), Some(0));
    agent.stop();
    assert!(shown.try_recv().is_err(), "no notice more");
    assert_eq!(kept(&agent), "", "of the software card nothing is remembered");
}
