//! Where `pcscd` asks polkit: who sits at the computer reaches the card out of the hardened unit, who does not is refused
//! and told why, and our example of a rule lets in whom it names. Debian 12 builds `pcscd` without polkit, so `pcscd`,
//! `polkitd` and the bus between them are Debian 13's here (`scripts/debian-13-pcscd`), with the client library that goes
//! with them. Nothing is made up but what systemd-logind notes of a log-in, in the files in which it does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::child::{self, Running};
use crate::support::pcscd::Pcscd;
use crate::world::{User, eventually, publish, publish_pcscd, text};

/// Whom the services of that system run as, and who there is for polkit to decide about: as in the world's own list, and
/// hanako in the group that the rule names.
const USERS: &str = "\
root:x:0:0::/root:/bin/sh
messagebus:x:61201:61201::/nonexistent:/bin/false
polkitd:x:61202:61202::/nonexistent:/bin/false
hanako:x:61234:61234::/nonexistent:/bin/sh
taro:x:61235:61235::/nonexistent:/bin/sh
";
const GROUPS: &str =
    "root:x:0:\nmessagebus:x:61201:\npolkitd:x:61202:\nhanako:x:61234:\ntaro:x:61235:\njpki:x:61300:hanako\n";
const POLKITD: &str = "61202";
/// Where systemd-logind notes who is logged in, and where.
const LOGIND: &str = "/run/systemd";
/// Where an administrator puts rules, in that system.
const RULES: &str = "etc/polkit-1/rules.d";

/// The folder with that system's programs. Call it once where there is a network.
pub(crate) fn programs() -> PathBuf {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/debian-13-pcscd");
    let output = Command::new(script).output().unwrap();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    PathBuf::from(text(&output.stdout).trim_end())
}

/// A bus of the system with polkit on it; both end when dropped.
struct Polkit {
    root: PathBuf,
    _bus: Running,
    _polkitd: Running,
}

impl Polkit {
    fn start() -> Self {
        let root = PathBuf::from("/run/jpki/debian-13");
        fs::create_dir(&root).unwrap();
        mount(&["--bind", programs().to_str().unwrap()], &root);
        for folder in ["proc", "dev", "run", "tmp", "sys/fs/cgroup"] {
            mount(&["--bind", &format!("/{folder}")], &root.join(folder));
        }
        // systemd-logind makes them when it starts, and polkitd looks there.
        for folder in ["users", "sessions", "seats", "machines"] {
            fs::create_dir_all(Path::new(LOGIND).join(folder)).unwrap();
        }
        mount(&["-t", "tmpfs", "-o", "mode=755", "tmpfs"], &root.join(RULES));
        for (name, content) in [("passwd", USERS), ("group", GROUPS)] {
            let file = Path::new("/run/jpki").join(format!("debian-13-{name}"));
            publish(&file, content.as_bytes());
            mount(&["--bind", file.to_str().unwrap()], &root.join("etc").join(name));
        }
        use_client_library(&root);

        fs::create_dir("/run/dbus").unwrap();
        let mut bus = chroot(&root, &[]);
        bus.args(["dbus-daemon", "--system", "--nofork", "--nopidfile"]);
        let bus = Running::spawn("dbus-daemon", bus.stdout(Stdio::null()).stderr(Stdio::null()));
        eventually("the bus is there", || Path::new("/run/dbus/system_bus_socket").exists());
        let user = format!("--userspec={POLKITD}:{POLKITD}");
        let mut polkitd = chroot(&root, &[&user, "--groups="]);
        polkitd.args(["/usr/lib/polkit-1/polkitd", "--no-debug"]);
        let polkitd = Running::spawn("polkitd", polkitd.stdout(Stdio::null()).stderr(Stdio::null()));
        Self { root, _bus: bus, _polkitd: polkitd }
    }

    /// What an administrator does with our example; polkitd notices by itself.
    fn put_rule_in_force(&self) {
        let rule = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/polkit/50-jpki-agent.rules");
        publish(&self.root.join(RULES).join("50-jpki-agent.rules"), &fs::read(rule).unwrap());
    }
}

fn mount(arguments: &[&str], target: &Path) {
    let status = Command::new("mount").args(arguments).arg(target).status().unwrap();
    assert!(status.success(), "mount {arguments:?} {}", target.display());
}

/// Has everything in this world find that system's client library: one does not understand a service of another year.
fn use_client_library(root: &Path) {
    let folder = Path::new("/run/jpki/client");
    fs::create_dir(folder).unwrap();
    // In one folder of each architecture's own name.
    for library in fs::read_dir(root.join("usr/lib")).unwrap().flatten() {
        for name in ["libpcsclite.so.1", "libpcsclite_real.so.1"] {
            let _ = fs::copy(library.path().join(name), folder.join(name));
        }
    }
    let settings = Path::new("/run/jpki/client.conf");
    publish(settings, format!("{}\ninclude /etc/ld.so.conf\n", folder.display()).as_bytes());
    let cache = Path::new("/run/jpki/client.cache");
    let mut ldconfig = Command::new("/usr/sbin/ldconfig");
    ldconfig.arg("-X").arg("-C").arg(cache).arg("-f").arg(settings);
    assert!(ldconfig.status().unwrap().success());
    mount(&["--bind", cache.to_str().unwrap()], Path::new("/etc/ld.so.cache"));
}

/// A command of that system.
fn chroot(root: &Path, options: &[&str]) -> Command {
    let mut command = child::command("chroot");
    command.args(options).arg(root);
    command
}

/// What systemd-logind notes when somebody logs in at the computer itself and has the screen.
fn sits_down(user: &User) {
    let id = user.id();
    let session = format!("UID={id}\nACTIVE=1\nSTATE=active\nREMOTE=0\nTYPE=wayland\nCLASS=user\nSEAT=seat0\n");
    publish(&Path::new(LOGIND).join("sessions/1"), session.as_bytes());
    let user = b"STATE=active\nDISPLAY=1\nSESSIONS=1\nACTIVE_SESSIONS=1\n";
    publish(&Path::new(LOGIND).join("users").join(id.to_string()), user);
}

/// The card, seen by the agent in its unit.
fn sees_the_card(user: &User) -> bool {
    let (code, body) = user.curl_socket("/v1/status", &[]);
    code == 200 && body.contains("\"jpki\"") && body.contains("\"pcsc\"")
}

/// No reader, no card, the problem of the contract, and `doctor` names polkit.
#[track_caller]
fn is_refused(user: &User) {
    let (code, body) = user.curl_socket("/v1/status", &[]);
    let told = body.contains("\"readers\":[]") && body.contains("\"problem\":\"pcsc_unavailable\"");
    assert!(code == 200 && told, "{code} {body} {}", user.log());
    let (code, body) = user.curl_socket("/v1/pins", &[]);
    assert!(code == 503 && body.contains("\"pcsc_unavailable\""), "{code} {body} {}", user.log());
    let output = user.run(&["--json", "doctor"]);
    let said = text(&output.stdout);
    assert!(said.contains("\"pcsc_denied\""), "{said}");
    assert_eq!(output.status.code(), Some(1), "{said}");
}

#[test]
#[ignore = "runs in a world of its own, by the test that makes it"]
fn the_card_is_for_who_sits_at_the_computer_and_whom_a_rule_lets_in() {
    let polkit = Polkit::start();
    let pcscd = Pcscd::start_in(&polkit.root);
    let _card = pcscd.insert_software_card(0);
    publish_pcscd(&pcscd);
    let (hanako, taro) = (User::log_in("hanako", 61234), User::log_in("taro", 61235));
    for user in [&hanako, &taro] {
        user.says(0, &["service", "install"]);
        is_refused(user);
    }

    polkit.put_rule_in_force();
    eventually("the rule lets hanako in", || sees_the_card(&hanako));
    is_refused(&taro);

    sits_down(&taro);
    eventually("taro, who sits there, is let in", || sees_the_card(&taro));
    assert!(sees_the_card(&hanako), "{}", hanako.log());
}
