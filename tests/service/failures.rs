//! What is wrong is said, not tried for ever, and mended by installing again; what is another's is left as it is.

use std::fs;
use std::os::unix::fs::{chown, symlink};

use crate::support::child::Running;
use crate::world::{PROGRAM, User, eventually};

#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn a_mistake_in_the_settings_is_not_tried_for_ever() {
    let hanako = User::log_in("hanako", 61234);
    hanako.says(0, &["service", "install"]);
    hanako.configure("[server]\nport = \"many\"\n");
    assert_ne!(hanako.curl(&["http://127.0.0.1:25754/v1/health"]).0, 200);
    assert!(hanako.says(1, &["service", "status"]).contains("settings not usable"));
    let given_up =
        || hanako.command("systemctl").args(["--user", "is-failed", "--quiet", "jpki-agent.socket"]).status();
    eventually("the manager has given up", || given_up().unwrap().success());
    let tries = hanako.log().matches("settings not usable").count();
    assert!((1..=10).contains(&tries), "{tries} tries: {}", hanako.log());

    hanako.configure("[server]\nidle_exit_minutes = 0\n");
    let said = hanako.says(1, &["service", "status"]);
    assert!(said.contains("journalctl"), "{said}");
    hanako.says(0, &["service", "install"]);
    assert_eq!(hanako.curl(&["http://127.0.0.1:25754/v1/health"]).0, 200, "{}", hanako.log());

    // Another port than the socket's: the agent does not listen where the settings do not say so.
    hanako.configure("[server]\nport = 3333\n");
    assert_eq!(hanako.status()["problems"][0]["code"], "outdated");
    hanako.says(0, &["service", "install"]);
    assert_eq!(hanako.curl(&["http://127.0.0.1:3333/v1/health"]).0, 200, "{}", hanako.log());
    assert_eq!(hanako.curl(&["http://127.0.0.1:25754/v1/health"]).0, 0);
    // Any port: only the Unix socket is there beforehand.
    hanako.configure("[server]\nport = 0\n");
    hanako.says(0, &["service", "install"]);
    hanako.says(0, &["status"]);
    hanako.says(0, &["service", "uninstall"]);
}

#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn an_agent_started_by_hand_and_files_of_others_stay() {
    let hanako = User::log_in("hanako", 61234);
    let mut by_hand = hanako.command(PROGRAM);
    by_hand.args(["serve", "--simulator"]).stdout(fs::File::create(hanako.home().join("out")).unwrap());
    let by_hand = Running::spawn("the agent", &mut by_hand);
    eventually("it listens", || hanako.runtime().join("endpoint.json").exists());
    let said = hanako.says(1, &["service", "install"]);
    assert!(said.contains("another agent"), "{said}");
    assert!(!hanako.units().exists());
    drop(by_hand);

    fs::create_dir(hanako.units()).unwrap();
    chown(hanako.units(), Some(hanako.id()), None).unwrap();
    let unit = hanako.units().join("jpki-agent.service");
    fs::write(&unit, "[Service]\nExecStart=/bin/true\n").unwrap();
    for command in ["install", "uninstall"] {
        let said = hanako.says(1, &["service", command]);
        assert!(said.contains("jpki-agent.service: not written by"), "{said}");
    }
    fs::remove_file(&unit).unwrap();
    symlink("/etc/passwd", &unit).unwrap();
    hanako.says(1, &["service", "install"]);
    assert_eq!(fs::read_dir(hanako.units()).unwrap().count(), 1, "nothing was written beside it");
    // No manager: said so, with nothing changed.
    let mut alone = hanako.command("env");
    alone.args(["XDG_RUNTIME_DIR=/nowhere", PROGRAM, "service", "status"]);
    let output = alone.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no service manager"));
}

/// What somebody who starts the agent hands it: none of these is served, and each is named.
#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn sockets_handed_over_that_are_not_the_agents_own() {
    let hanako = User::log_in("hanako", 61234);
    let runtime = hanako.runtime();
    fs::create_dir(&runtime).unwrap();
    fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    chown(&runtime, Some(hanako.id()), None).unwrap();
    let other = hanako.home().join("other.sock");
    let (own, other) = (runtime.join("agent.sock"), other.to_str().unwrap().to_owned());
    let own = own.to_str().unwrap();
    for (addresses, complaint) in [
        (&["0.0.0.0:4001"][..], "is not on 127.0.0.1"),
        (&["127.0.0.2:4001"], "is not on 127.0.0.1"),
        (&["[::1]:4001"], "is not on 127.0.0.1"),
        (&["127.0.0.1:4001"], "the settings want 3333"),
        (&["127.0.0.1:3333", "127.0.0.1:4001"], "2 sockets were handed over"),
        (&["127.0.0.1:3333", own, &other], "3 sockets were handed over"),
        (&[&other], "other.sock, not at"),
        (&[own], "mode 0600"), // as the helper makes it: open to everybody
    ] {
        hanako.configure("[server]\nport = 3333\n");
        let mut command = hanako.command("systemd-socket-activate");
        command.args(addresses.iter().flat_map(|address| ["-l", address]));
        command.args(["-E", "XDG_RUNTIME_DIR", PROGRAM, "serve", "--simulator"]);
        let errors = hanako.home().join("errors");
        command.stderr(fs::File::create(&errors).unwrap()).stdout(std::process::Stdio::null());
        let mut agent = Running::spawn("the agent", &mut command);
        let mut ended = None;
        eventually("it has ended", || {
            // Whoever knocks first starts it.
            for address in addresses {
                let knock = match address.strip_prefix('/') {
                    Some(_) => vec!["--unix-socket", address, "http://localhost/"],
                    None => vec![*address],
                };
                hanako.curl(&[&knock[..], &["--max-time", "1"]].concat());
            }
            ended = agent.ended();
            ended.is_some()
        });
        let said = fs::read_to_string(&errors).unwrap();
        assert_eq!(ended.and_then(|status| status.code()), Some(1), "{addresses:?}: {said}");
        assert!(said.contains(complaint) && said.contains("service install"), "{addresses:?}: {said}");
        for path in [own, &other] {
            let _ = fs::remove_file(path);
        }
    }

    // A number left over from another process means nothing.
    let mut command = hanako.command("env");
    command.args(["LISTEN_FDS=1", "LISTEN_PID=1", PROGRAM, "serve", "--simulator"]).stdout(std::process::Stdio::null());
    let _agent = Running::spawn("the agent", &mut command);
    eventually("it listens", || hanako.curl(&["http://127.0.0.1:3333/v1/health"]).0 == 200);
}
