//! The package's way: its units, its icon that was there first, an administrator who has turned it on for everybody.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::support::child::Running;
use crate::world::{User, eventually, install_as_the_package_does};

const PROGRAM: &str = "/usr/bin/jpki-agent";

#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn the_icons_agent_makes_way_and_the_icon_stays() {
    install_as_the_package_does();
    let hanako = User::log_in("hanako", 61234);
    let says = |code: i32, arguments: &[&str]| hanako.says_of(PROGRAM, code, arguments);
    assert!(says(3, &["service", "status"]).contains("not turned on"));

    let mut icon = hanako.command(PROGRAM);
    let mut icon = Running::spawn("the icon", icon.arg("tray").stdout(Stdio::null()).stderr(Stdio::null()));
    eventually("the icon's agent listens", || hanako.runtime().join("endpoint.json").exists());
    let said = says(3, &["service", "status"]);
    assert!(said.contains("the icon started it"), "{said}");
    let said = says(0, &["service", "install"]);
    assert!(said.contains("ended: the agent that the icon had started"), "{said}");
    assert!(!hanako.units().join("jpki-agent.service").exists(), "the package's units are used");
    eventually("the icon joins the service", || hanako.agent().is_some());
    assert!(icon.ended().is_none(), "the icon stays");
    assert!(says(0, &["service", "install"]).contains("running since"), "and the service is left alone");

    // One kill is told as what it was, and the icon or the next request starts it again.
    drop(icon);
    let kill = ["--user", "kill", "--signal=KILL", "jpki-agent.service"];
    assert!(hanako.command("systemctl").args(kill).status().unwrap().success());
    eventually("it has ended", || hanako.agent().is_none());
    let said = says(1, &["service", "status"]);
    assert!(said.contains("broke off") && said.contains("the next request starts it"), "{said}");
    assert_eq!(hanako.curl(&["http://127.0.0.1:25754/v1/health"]).0, 200, "{}", hanako.log());
    says(0, &["service", "status"]);

    says(0, &["service", "uninstall"]);
    let said = says(3, &["service", "status"]);
    assert!(said.contains("not turned on") && !said.contains("starts it"), "{said}");
}

#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn what_an_administrator_turned_on_is_said_and_can_be_masked() {
    install_as_the_package_does();
    for (unit, target) in [
        ("jpki-agent.socket", "sockets"),
        ("jpki-agent-http.socket", "sockets"),
        ("jpki-agent-reminders.timer", "timers"),
    ] {
        let wants = format!("/etc/systemd/user/{target}.target.wants");
        fs::create_dir_all(&wants).unwrap();
        symlink(format!("/usr/local/lib/systemd/user/{unit}"), format!("{wants}/{unit}")).unwrap();
    }
    let hanako = User::log_in("hanako", 61234);
    let says = |code: i32, arguments: &[&str]| hanako.says_of(PROGRAM, code, arguments);
    says(0, &["service", "status"]);
    let said = says(1, &["service", "uninstall"]);
    let units = ["jpki-agent-reminders.timer", "jpki-agent-http.socket", "jpki-agent.socket"];
    assert!(said.contains(&format!("systemctl --user mask {}”", units.join(" "))), "{said}");
    assert!(
        hanako
            .command("systemctl")
            .args(["--user", "mask"])
            .args(units)
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .success()
    );

    assert!(says(3, &["service", "status"]).contains("blocked for you"));
    let unmask = format!("systemctl --user unmask {}”", units.join(" "));
    assert!(says(3, &["service", "status"]).contains(&unmask) && says(1, &["service", "install"]).contains(&unmask));
    says(0, &["service", "uninstall"]);
    assert!(hanako.units().join("jpki-agent.socket").is_symlink(), "the mask stays");
}

/// As dpkg does it before the program goes, in a world without a systemd of the system's: every process of the program is
/// ended in order, the service's agent and the icon that would have it started again.
#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn removing_the_package_ends_what_runs() {
    install_as_the_package_does();
    let hanako = User::log_in("hanako", 61234);
    hanako.says_of(PROGRAM, 0, &["service", "install"]);
    let mut icon = hanako.command(PROGRAM);
    let mut icon = Running::spawn("the icon", icon.arg("tray").stdout(Stdio::null()).stderr(Stdio::null()));
    eventually("the service's agent runs", || hanako.agent().is_some());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/debian/prerm");
    let prerm = |what: &str| {
        let output = std::process::Command::new("sh").args([script, what]).env("LC_ALL", "C").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let agent = hanako.agent();
    prerm("upgrade");
    assert!(hanako.agent() == agent && icon.ended().is_none(), "an upgrade ends nothing");
    prerm("remove");
    assert!(icon.ended().is_some_and(|status| status.success()), "the icon has ended in order");
    assert_eq!(hanako.agent(), None, "{}", hanako.log());
    assert!(!hanako.log().contains("ended at once"), "{}", hanako.log());
}
