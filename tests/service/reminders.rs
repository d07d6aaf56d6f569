//! Who is to be told something is told without having asked: the timer, and an agent that starts for that alone.

use crate::world::{User, eventually};

#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn the_agent_is_started_by_what_is_due_and_by_nothing_else() {
    let hanako = User::log_in("hanako", 61234);
    hanako.says(0, &["service", "install"]);
    let show = |unit: &str, property: &str| {
        let arguments = ["--user", "show", "--value", "--property", property, unit];
        String::from_utf8(hanako.command("systemctl").args(arguments).output().unwrap().stdout).unwrap()
    };
    let timer = "jpki-agent-reminders.timer";
    assert_eq!(show(timer, "ActiveState").trim(), "active");
    assert!(show(timer, "TimersCalendar").contains("10:00"), "{}", show(timer, "TimersCalendar"));
    assert!(show(timer, "TimersMonotonic").contains("OnStartup"), "{}", show(timer, "TimersMonotonic"));
    assert_eq!(show(timer, "Unit").trim(), "jpki-agent-reminders.service");

    let look = || {
        let start = ["--user", "start", "jpki-agent-reminders.service"];
        assert!(hanako.command("systemctl").args(start).status().unwrap().success(), "{}", hanako.log());
        assert_eq!(show("jpki-agent-reminders.service", "Result").trim(), "success");
    };
    // Nothing is kept of any card, and no stay was named; then a date far away.
    look();
    assert_eq!(hanako.agent(), None);
    hanako.configure("[notifications]\nstay_until = \"2199-01-01\"\n");
    look();
    assert_eq!(hanako.agent(), None);
    // A stay that ends: the agent starts, tells it where there is a desktop, and ends by itself.
    hanako.configure("[notifications]\nstay_until = \"2020-01-01\"\n[server]\nidle_exit_minutes = 0.05\n");
    look();
    assert!(hanako.log().contains("the agent is ready"), "{}", hanako.log());
    eventually("it has ended", || hanako.agent().is_none());

    hanako.says(0, &["service", "uninstall"]);
    assert_ne!(show(timer, "LoadState").trim(), "loaded");
    let find = ["-name", "*jpki*"];
    let left = hanako.command("find").arg(hanako.home().join(".config/systemd")).args(find).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&left.stdout), "");
}
