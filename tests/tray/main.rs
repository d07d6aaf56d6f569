//! The tray of the real program, on a D-Bus of our own with a watcher that does what a panel does: it looks at the icon,
//! opens the menu and clicks.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

mod days;
mod panel;
#[path = "../support/mod.rs"]
mod support;

use std::process::{Command, Stdio};
use std::time::Duration;

use jpki_agent::bus::Bus;
use jpki_agent::consent::scripted::Answer;
use jpki_agent::jpki::KeyKind;
use jpki_agent::reader::Policy;
use panel::{Panel, Seen};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use support::agent::{READER, TestAgent, standard_card};
use support::child::{Running, wait_for};
use support::dbus::PrivateBus;
use support::http::Request;
use support::parts::{Part, require};
use support::process::{Agent, Home};
use support::server::Server;

const LIMIT: Duration = Duration::from_secs(40);

/// `jpki-agent tray` of this user, in Japanese, on this bus.
fn command(home: &Home, bus: &PrivateBus, arguments: &[&str]) -> Command {
    let Bus::Address(address) = bus.bus() else { panic!() };
    let mut command = home.command();
    command.arg("tray").args(arguments).env("DBUS_SESSION_BUS_ADDRESS", address).env("LANG", "ja_JP.UTF-8");
    let log = std::fs::File::create(home.path("tray.log")).unwrap();
    command.stdout(Stdio::null()).stderr(log);
    command
}

fn start(home: &Home, bus: &PrivateBus, arguments: &[&str]) -> Running {
    Running::spawn("the tray", &mut command(home, bus, arguments))
}

/// A user whose agent is `server`.
fn home_of(server: &Server) -> Home {
    let home = Home::new();
    std::fs::create_dir(home.runtime()).unwrap();
    std::os::unix::fs::symlink(&server.socket, home.runtime().join("agent.sock")).unwrap();
    home
}

fn log(home: &Home) -> String {
    std::fs::read_to_string(home.path("tray.log")).unwrap_or_default()
}

fn is_ready(seen: &Seen) -> bool {
    seen.status == "Active" && seen.tells("マイナンバーカードを使えます")
}

#[tokio::test]
async fn the_icon_and_the_menu_follow_the_card() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let server = Server::start();
    let home = home_of(&server);
    let bus = PrivateBus::start();
    let mut panel = Panel::start(&bus).await;
    let mut tray = start(&home, &bus, &[]);
    panel.find().await;

    let ready = panel.until(|seen| is_ready(seen) && seen.offers("カードを解放する") && seen.tells("残り5回")).await;
    assert!(ready.title.contains("模擬カード") && ready.tells("【模擬カード・効力なし】"), "{ready:?}");
    assert!(ready.tells("利用者証明用電子証明書の暗証番号：残り3回"), "{ready:?}");
    assert!(ready.tells("利用者証明用電子証明書：あと"), "{ready:?}");
    assert!(!ready.offers("依頼を断りました"));

    server.backend.remove(READER);
    let empty = panel.until(|seen| seen.tells("マイナンバーカードがありません")).await;
    assert!(!empty.offers("カードを解放する") && !empty.tells("残り") && empty.icon != ready.icon, "{empty:?}");
    assert_eq!(empty.status, "Active");

    server.backend.insert(READER, &standard_card());
    let back = panel.until(|seen| is_ready(seen) && seen.tells("残り5回")).await;
    assert_eq!(back.icon, ready.icon);

    server.backend.set_service(false);
    let down = panel.until(|seen| seen.tells("PC/SC")).await;
    assert_eq!(down.status, "NeedsAttention");
    assert!(down.icon != ready.icon && down.icon != empty.icon);
    server.backend.set_service(true);
    panel.until(is_ready).await;
    assert!(tray.stop().success(), "{}", log(&home));
}

#[tokio::test]
async fn the_menu_is_of_the_moment_it_opens() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let server = Server::start();
    let home = home_of(&server);
    let bus = PrivateBus::start();
    let mut panel = Panel::start(&bus).await;
    let mut tray = start(&home, &bus, &[]);
    panel.find().await;
    panel.until(|seen| seen.tells("暗証番号：残り3回")).await;

    server.consent.push(Answer::Pin("9999".to_owned()));
    let log_in = Request::post("/v1/authenticate", &json!({"challengeNonce": support::agent::NONCE}));
    assert_eq!(log_in.origin("https://portal.example").send(server.port).problem(), "pin_incorrect");
    let stranger = Request::get("/v1/status").origin("https://stranger.example").header("Sec-Fetch-Mode", "cors");
    assert_eq!(stranger.send(server.port).status, 403);
    // The tries are told by themselves, as the icon may change with them; the rest when somebody looks.
    panel.until(|seen| seen.tells("暗証番号：残り2回")).await;
    panel.open_menu().await;
    let seen = panel.until(|seen| seen.tells("https://portal.example") && seen.offers("1サイト")).await;
    assert!(seen.tells("https://portal.example：ログイン（失敗）"), "{seen:?}");
    assert_eq!(seen.status, "Active");

    // What another program did to the card, nobody has told the agent.
    server.card.with(|card| card.set_tries_left(KeyKind::Authentication, 1));
    panel.open_menu().await;
    let last = panel.until(|seen| seen.tells("残り1回")).await;
    assert_eq!(last.status, "NeedsAttention");
    assert!(tray.stop().success(), "{}", log(&home));
}

/// The icon itself, before anybody opens the menu.
#[tokio::test]
async fn the_icon_warns_as_soon_as_a_pin_is_at_its_last_try() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let server = Server::start();
    server.card.with(|card| card.set_tries_left(KeyKind::Authentication, 2));
    let home = home_of(&server);
    let bus = PrivateBus::start();
    let mut panel = Panel::start(&bus).await;
    let mut tray = start(&home, &bus, &[]);
    panel.find().await;
    let ready = panel.until(|seen| seen.tells("暗証番号：残り2回")).await;
    assert_eq!(ready.status, "Active");
    server.consent.push(Answer::Pin("9999".to_owned()));
    let log_in = Request::post("/v1/authenticate", &json!({"challengeNonce": support::agent::NONCE}));
    assert_eq!(log_in.origin("https://portal.example").send(server.port).problem(), "pin_incorrect");
    let warned = panel.until(|seen| seen.status == "NeedsAttention").await;
    assert!(warned.tooltip.contains("残り1回") && warned.icon != ready.icon, "{warned:?}");

    // Used no more, it is asked nothing more.
    let before = server.commands();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(server.commands(), before);
    assert!(tray.stop().success(), "{}", log(&home));
}

#[tokio::test]
async fn the_card_is_let_go_from_the_menu() {
    if !require(&[Part::Dbus]) {
        return;
    }
    // Kept for long after each use.
    let server = Server::with(async || {
        let policy = Policy { idle_release: Duration::from_secs(600), ..Policy::default() };
        TestAgent::with_policy(standard_card(), policy).await
    });
    let home = home_of(&server);
    let bus = PrivateBus::start();
    let mut panel = Panel::start(&bus).await;
    let mut tray = start(&home, &bus, &[]);
    panel.find().await;
    panel.until(|seen| seen.offers("カードを解放する") && seen.tells("残り5回")).await;
    assert!(server.backend.other_program(READER).is_err(), "the agent keeps the card to itself");
    panel.choose("カードを解放する").await;
    wait_for(|| server.backend.other_program(READER).ok());
    assert!(tray.stop().success(), "{}", log(&home));
}

#[tokio::test]
async fn a_running_agent_is_joined_and_left_running() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let mut agent = Agent::with_software_card();
    let bus = PrivateBus::start();
    let mut panel = Panel::start(&bus).await;
    let mut tray = start(agent.home(), &bus, &[]);
    panel.find().await;
    panel.until(|seen| is_ready(seen) && seen.offers("エージェントは動き続けます")).await;

    // A second icon would help nobody.
    let mut second = start(agent.home(), &bus, &[]);
    assert!(second.wait(LIMIT).success());
    assert!(log(agent.home()).contains("すでに表示されています"));
    assert!(!panel.found_another());

    panel.choose("アイコンを終了").await;
    assert!(tray.wait(LIMIT).success(), "{}", log(agent.home()));
    assert!(agent.is_running());
    assert!(agent.stop().success());
}

#[tokio::test]
async fn an_agent_that_goes_is_missed_and_one_that_comes_is_joined() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let agent = Agent::with_software_card();
    let bus = PrivateBus::start();
    let mut panel = Panel::start(&bus).await;
    let mut tray = start(agent.home(), &bus, &[]);
    panel.find().await;
    let ready = panel.until(is_ready).await;
    let id = Pid::from_raw(i32::try_from(agent.id()).unwrap()).unwrap();
    kill_process(id, Signal::KILL).unwrap();
    let missed = panel.until(|seen| seen.tells("エージェントが動いていません")).await;
    assert_eq!(missed.status, "NeedsAttention");
    assert!(missed.icon != ready.icon && missed.offers("エージェントを起動する"));

    // Long enough for the pauses to have ended: now only the socket that is made tells of it.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut serve = agent.home().command();
    serve.args(["serve", "--port", "0", "--simulator"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut serve = Running::spawn("another agent", &mut serve);
    panel.until(is_ready).await;
    assert!(tray.stop().success(), "{}", log(agent.home()));
    assert!(serve.ended().is_none());
    assert!(serve.stop().success());
}

#[tokio::test]
async fn an_agent_of_its_own_ends_with_the_tray() {
    if !require(&[Part::Dbus]) {
        return;
    }
    for by_menu in [true, false] {
        let home = Home::new();
        home.configure("[server]\nport = 0\n");
        let bus = PrivateBus::start();
        let mut panel = Panel::start(&bus).await;
        let mut tray = start(&home, &bus, &["--simulator"]);
        panel.find().await;
        panel.until(is_ready).await;
        assert!(home.run(&["status"]).status.success());
        if by_menu {
            panel.choose("終了").await;
            assert!(tray.wait(LIMIT).success(), "{}", log(&home));
        } else {
            assert!(tray.stop().success(), "{}", log(&home));
        }
        assert_eq!(home.run(&["status"]).status.code(), Some(3), "the agent has ended");
        assert!(!home.runtime().join("endpoint.json").exists(), "in order");
    }
}

#[tokio::test]
async fn an_agent_that_does_not_start_says_why() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let home = Home::new();
    home.configure("[server]\nport = \"all\"\n");
    let bus = PrivateBus::start();
    let mut panel = Panel::start(&bus).await;
    let mut tray = start(&home, &bus, &[]);
    panel.find().await;
    let failed = panel.until(|seen| seen.tells("エージェントを起動できませんでした")).await;
    assert_eq!(failed.status, "NeedsAttention");
    assert!(
        failed.tells("設定") && failed.tells("config.toml") && failed.offers("エージェントを起動する"),
        "{failed:?}"
    );
    assert!(failed.tooltip.contains("config.toml"), "seen without opening the menu: {failed:?}");

    // With the fault mended it starts.
    home.configure("[server]\nport = 0\n");
    panel.choose("エージェントを起動する").await;
    panel.until(|seen| seen.offers("ページを開く") && !seen.tells("起動できません")).await;
    assert!(tray.stop().success(), "{}", log(&home));
}

/// A page that is long in opening, as with a browser that asks something first.
#[tokio::test]
async fn the_card_is_let_go_while_the_page_opens() {
    use std::os::unix::fs::PermissionsExt as _;
    if !require(&[Part::Dbus]) {
        return;
    }
    let server = Server::with(async || {
        let policy = Policy { idle_release: Duration::from_secs(600), ..Policy::default() };
        TestAgent::with_policy(standard_card(), policy).await
    });
    let home = home_of(&server);
    // A browser that is started and never comes for the page.
    let (folder, started) = (home.path("bin"), home.path("started"));
    std::fs::create_dir(&folder).unwrap();
    let opener = folder.join("xdg-open");
    std::fs::write(&opener, format!("#!/bin/sh\n: > {}\n", started.display())).unwrap();
    std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    let bus = PrivateBus::start();
    let mut panel = Panel::start(&bus).await;
    let mut command = command(&home, &bus, &[]);
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.display())).env("DISPLAY", ":99");
    let mut tray = Running::spawn("the tray", &mut command);
    panel.find().await;
    panel.until(|seen| seen.offers("カードを解放する") && seen.tells("残り5回")).await;
    panel.choose("ページを開く").await;
    wait_for(|| started.exists().then_some(()));
    assert!(server.backend.other_program(READER).is_err(), "the agent keeps the card to itself");
    panel.choose("カードを解放する").await;
    wait_for(|| server.backend.other_program(READER).ok());
    assert!(tray.stop().success(), "{}", log(&home));
}

#[tokio::test]
async fn a_place_for_icons_is_waited_for_and_the_end_of_the_session_is_the_end() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let server = Server::start();
    let home = home_of(&server);
    let bus = PrivateBus::start();
    let mut tray = start(&home, &bus, &[]);
    wait_for(|| log(&home).contains("アイコンを表示する場所がまだありません").then_some(()));
    let mut panel = Panel::start(&bus).await;
    panel.find().await;
    panel.until(is_ready).await;
    panel.leave().await;
    let mut again = Panel::start(&bus).await;
    again.find().await;
    again.until(is_ready).await;
    drop(bus);
    assert!(tray.wait(LIMIT).success(), "{}", log(&home));

    let home = Home::new();
    let output = home.command().arg("tray").env("LANG", "ja_JP.UTF-8").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("デスクトップのセッション (D-Bus) に接続できません"), "{said}");
    assert!(!home.runtime().join("agent.sock").exists(), "no agent was started");
}

/// While nothing happens, the tray sleeps: hardly any time on a processor, and little memory.
#[tokio::test]
async fn an_idle_tray_costs_nothing() {
    if !require(&[Part::Dbus]) {
        return;
    }
    let server = Server::start();
    let home = home_of(&server);
    let bus = PrivateBus::start();
    let mut panel = Panel::start(&bus).await;
    let tray = start(&home, &bus, &[]);
    panel.find().await;
    panel.until(|seen| is_ready(seen) && seen.tells("残り5回")).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let status = || std::fs::read_to_string(format!("/proc/{}/status", tray.id())).unwrap();
    let field = |name: &str| -> u64 {
        let status = status();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let before = field("voluntary_ctxt_switches");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(field("voluntary_ctxt_switches") - before <= 2, "it woke up");
    let kibibytes = field("VmRSS");
    assert!(kibibytes < 40 * 1024, "{kibibytes} KiB"); // unoptimised, as tests are built
}

#[test]
fn the_desktop_entry_is_valid_and_starts_the_tray() {
    if !require(&[Part::DesktopFile]) {
        return;
    }
    let entry = concat!(env!("CARGO_MANIFEST_DIR"), "/desktop/jpki-agent-tray.desktop");
    let check = std::process::Command::new("desktop-file-validate").arg(entry).output().unwrap();
    let said = String::from_utf8_lossy(&check.stdout).into_owned() + &String::from_utf8_lossy(&check.stderr);
    assert!(check.status.success() && said.is_empty(), "{said}");
    let text = std::fs::read_to_string(entry).unwrap();
    let command = text.lines().find_map(|line| line.strip_prefix("Exec=jpki-agent ")).unwrap();
    let help = Home::new().run(&[command, "--help"]);
    assert!(help.status.success());
}
