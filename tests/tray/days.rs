//! A card that lies in the reader for weeks: the days pass, and with them what the icon says, though nothing happens.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use jpki_agent::client::Client;
use jpki_agent::message::Language;
use jpki_agent::tray::view::Face;
use jpki_agent::tray::{Keeper, Launcher, Parts, Surface, View};
use tokio::sync::{mpsc, watch};

use super::*;

/// Days gone by.
static DAYS: AtomicI64 = AtomicI64::new(0);

fn clock() -> Timestamp {
    support::agent::moment() + SignedDuration::from_hours(24 * DAYS.load(Ordering::Relaxed))
}

/// Keeps what is shown.
struct Desk(watch::Sender<Option<View>>);

impl Surface for Desk {
    async fn show(&self, view: View) {
        self.0.send_replace(Some(view));
    }

    async fn hide(&self) {}
}

#[tokio::test]
async fn the_icon_turns_when_a_certificate_comes_into_its_last_weeks_or_ends() {
    let server = Server::start();
    let (sender, mut shown) = watch::channel(None);
    let (_person, wishes) = mpsc::unbounded_channel();
    let keeper = Keeper::new(Parts {
        client: Client::new(server.socket.clone(), Some("ja_JP.UTF-8".to_owned())),
        socket: server.socket.clone(),
        launcher: Launcher { program: "/nonexistent".into(), serve: Vec::new() },
        surface: Desk(sender),
        wishes,
        language: Language::Japanese,
        clock,
    });
    let keeping = tokio::spawn(keeper.run(std::future::pending::<()>()));
    let mut until = async |limit, face, words: &str| {
        let is_wanted = |view: &Option<View>| {
            view.as_ref().is_some_and(|view| view.face == face && format!("{:?}", view.menu).contains(words))
        };
        drop(tokio::time::timeout(limit, shown.wait_for(is_wanted)).await.expect("it does not turn").unwrap());
    };
    until(LIMIT, Face::Ready, "あと1183日").await;
    let commands = server.commands();
    // From here on an hour passes at once where nothing happens.
    tokio::time::pause();
    for (days, face, words) in [
        (1, Face::Ready, "あと1182日"),
        (1183 - 91, Face::Attention { card: true }, "更新できます"),
        (1184, Face::Attention { card: true }, "有効期間が終わっています"),
    ] {
        DAYS.store(days, Ordering::Relaxed);
        until(Duration::from_secs(3601), face, words).await;
    }
    assert_eq!(server.commands(), commands, "the card is not asked what the calendar knows");
    keeping.abort();
}
