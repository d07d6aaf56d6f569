//! Namespaces of a test's own, and users in them who have a systemd each.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::child::Running;
use crate::support::parts::{Part, require};
use crate::support::pcscd::Pcscd;

/// Where the program lies in such a world; a path every user can reach and only root can write to.
pub(crate) const PROGRAM: &str = "/run/jpki/jpki-agent";
/// How long something may take on a machine that is busy.
const LIMIT: Duration = Duration::from_secs(30);

/// Makes the world and then runs what follows in it: `/run` and X's sockets empty, the program in its place, users who
/// are no users of the machine (hanako has a group of her own), control groups that systemd can work with, loopback up.
const MAKE: &str = r#"
set -eu
program=$1 group=$2
shift 2
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/jpki /run/pcscd /run/user /run/systemd/system /tmp/.X11-unix
touch /run/jpki/jpki-agent
mount --bind "$program" /run/jpki/jpki-agent
mount -t tmpfs -o mode=1777 tmpfs /tmp/.X11-unix
cp /etc/passwd /etc/group /run/jpki/
echo "hanako:x:61234:" >> /run/jpki/group
for user in hanako:61234 taro:61235 jiro:61236; do
  name=${user%:*} id=${user#*:}
  echo "$name:x:$id:$id::/run/jpki/$name:/bin/sh" >> /run/jpki/passwd
  install -d -o "$id" -g "$id" -m 700 "/run/user/$id" "/run/jpki/$name"
done
for list in passwd group; do mount --bind "/run/jpki/$list" "/etc/$list"; done
mkdir /run/jpki/cgroup
mount -t cgroup2 none /run/jpki/cgroup
mkdir "/run/jpki/cgroup/$group"
mount -t tmpfs tmpfs /sys/fs/cgroup
mount --move /run/jpki/cgroup /sys/fs/cgroup
ip link set lo up
exec "$@"
"#;

/// Runs the ignored test of this name of this program in a new world; fails as it does.
#[track_caller]
pub(crate) fn in_a_world_of_its_own(test: &str) {
    if !require(&[Part::UserSystemd, Part::Pcscd, Part::OpenSc, Part::Pinentry, Part::Curl, Part::Root]) {
        return;
    }
    let group = format!("jpki-agent-test-{}-{}.slice", std::process::id(), test.replace(':', "-"));
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    command.args(["sh", "-c", MAKE, "world", env!("CARGO_BIN_EXE_jpki-agent"), &group]);
    command.arg(std::env::current_exe().unwrap()).args(["--ignored", "--exact", "--nocapture", test]);
    command.env("JPKI_AGENT_TEST_GROUP", &group);
    let output = command.stdin(Stdio::null()).output().unwrap();
    remove_group(&group);
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{test}, in its world: {}\n{}", output.status, String::from_utf8_lossy(&said));
}

/// The kernel keeps an empty control group until it is removed, from the leaves upwards; its processes are gone.
fn remove_group(group: &str) {
    let mount =
        "mount -t cgroup2 none /sys/fs/cgroup && cd /sys/fs/cgroup && find \"$1\" -depth -type d -exec rmdir {} +";
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-c", mount, "sh", group]);
    let _ = command.stderr(Stdio::null()).status();
}

/// A user of the world who has logged in.
pub(crate) struct User {
    id: u32,
    home: PathBuf,
    log: PathBuf,
    _manager: Running,
}

impl User {
    /// `hanako` and whoever else is in [`MAKE`], from log-in on.
    pub(crate) fn log_in(name: &str, id: u32) -> Self {
        let home = Path::new("/run/jpki").join(name);
        // Named as systemd names them for who logs in: that is how others tell whose a process is.
        let group = PathBuf::from("/sys/fs/cgroup").join(std::env::var("JPKI_AGENT_TEST_GROUP").unwrap());
        let group = group.join(format!("user-{id}.slice/user@{id}.service"));
        fs::create_dir_all(&group).unwrap();
        chown(&group, Some(id), Some(id)).unwrap();
        for file in ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"] {
            chown(group.join(file), Some(id), Some(id)).unwrap();
        }
        let init = group.join("init");
        fs::create_dir(&init).unwrap();
        let log = home.join("manager.log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo 0 > \"$0/cgroup.procs\" && exec \"$@\""]).arg(&init);
        add_user(&mut command, id, &home);
        command.args(["/usr/lib/systemd/systemd", "--user", "--log-target=console"]);
        chown(&init, Some(id), Some(id)).unwrap();
        chown(init.join("cgroup.procs"), Some(id), Some(id)).unwrap();
        let settings = home.join(".config/systemd");
        fs::create_dir_all(&settings).unwrap();
        for folder in [home.join(".config"), settings.clone()] {
            chown(folder, Some(id), Some(id)).unwrap();
        }
        publish(
            &settings.join("user.conf"),
            b"[Manager]\nDefaultStandardOutput=inherit\nDefaultStandardError=inherit\n",
        );
        let written = File::create(&log).unwrap();
        command.stdout(written.try_clone().unwrap()).stderr(written);
        let user = Self { id, home, log, _manager: Running::spawn("systemd", &mut command) };
        eventually("the manager is up", || {
            let said = user.command("systemctl").args(["--user", "is-system-running"]).output().unwrap().stdout;
            ["running\n", "degraded\n"].contains(&String::from_utf8_lossy(&said).as_ref())
        });
        user
    }

    /// A command as this user, in no terminal and on no display.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("env");
        command.arg("-i");
        add_user(&mut command, self.id, &self.home);
        command.arg(program).current_dir(&self.home).stdin(Stdio::null());
        command
    }

    /// The program, to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(PROGRAM).args(arguments).output().unwrap()
    }

    /// The same, which must end with this code; what it printed.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, arguments: &[&str]) -> String {
        self.says_of(PROGRAM, code, arguments)
    }

    /// The same of the program at another path.
    #[track_caller]
    pub(crate) fn says_of(&self, program: &str, code: i32, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).output().unwrap();
        let (said, complaint) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}{complaint}{}", self.log());
        said + &complaint
    }

    /// `service status`, for a program.
    pub(crate) fn status(&self) -> Value {
        serde_json::from_slice(&self.run(&["--json", "service", "status"]).stdout).unwrap()
    }

    /// The agent's process, while there is one.
    pub(crate) fn agent(&self) -> Option<u64> {
        self.status()["pid"].as_u64()
    }

    /// The answer of the address to curl, with further arguments: the status code (0 without an answer) and the body.
    pub(crate) fn curl(&self, arguments: &[&str]) -> (u16, String) {
        let mut command = self.command("curl");
        command.args(["--silent", "--max-time", "30", "--write-out", "\n%{http_code}"]).args(arguments);
        let said = text(&command.output().unwrap().stdout);
        let (body, code) = said.rsplit_once('\n').unwrap();
        (code.parse().unwrap(), body.to_owned())
    }

    /// The same over the Unix socket.
    pub(crate) fn curl_socket(&self, path: &str, arguments: &[&str]) -> (u16, String) {
        let socket = self.runtime().join("agent.sock");
        let own = ["--unix-socket", socket.to_str().unwrap(), &format!("http://localhost{path}")];
        self.curl(&[&own[..], arguments].concat())
    }

    /// Writes the settings file.
    pub(crate) fn configure(&self, toml: &str) {
        let folder = self.home.join(".config/jpki-agent");
        fs::create_dir_all(&folder).unwrap();
        for path in [self.home.join(".config"), folder.clone()] {
            chown(path, Some(self.id), Some(self.id)).unwrap();
        }
        let file = folder.join("config.toml");
        fs::write(&file, toml).unwrap();
        chown(file, Some(self.id), Some(self.id)).unwrap();
    }

    /// Where units are written.
    pub(crate) fn units(&self) -> PathBuf {
        self.home.join(".config/systemd/user")
    }

    /// Where the agent can be found.
    pub(crate) fn runtime(&self) -> PathBuf {
        Path::new("/run/user").join(self.id.to_string()).join("jpki-agent")
    }

    /// The home folder.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// The number the system knows this user by.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// What manager and agent wrote, for failures.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// What follows runs as the user, who sees nothing of whoever runs the test.
fn add_user(command: &mut Command, id: u32, home: &Path) {
    let id = id.to_string();
    command.args(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups", "env", "-i", "LANG=C.UTF-8"]);
    command.arg(format!("HOME={}", home.display())).arg(format!("XDG_RUNTIME_DIR=/run/user/{id}"));
    command.arg("PATH=/usr/bin:/bin");
}

/// What a program printed.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The permission bits of a file.
pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).map(|found| found.permissions().mode() & 0o777).unwrap_or_default()
}

/// Makes a file every user may read.
pub(crate) fn publish(path: &Path, content: &[u8]) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap();
}

/// Puts a PC/SC service at the path every program knows, for every user.
pub(crate) fn publish_pcscd(pcscd: &Pcscd) {
    fs::set_permissions(pcscd.socket(), Permissions::from_mode(0o666)).unwrap();
    let folder = pcscd.socket().parent().unwrap().to_owned();
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    symlink(pcscd.socket(), "/run/pcscd/pcscd.comm").unwrap();
}

/// Has program and units lie where the package puts them, in this world alone.
pub(crate) fn install_as_the_package_does() {
    const MOUNT: &str = r#"
set -eu
mkdir -p /run/jpki/over /run/jpki/work
mount -t overlay overlay -o lowerdir=/usr/bin,upperdir=/run/jpki/over,workdir=/run/jpki/work /usr/bin
touch /usr/bin/jpki-agent
mount --bind /run/jpki/jpki-agent /usr/bin/jpki-agent
mount -t tmpfs -o mode=755 tmpfs /usr/local/lib
mkdir -p /usr/local/lib/systemd/user
cp "$0"/* /usr/local/lib/systemd/user
mount -t tmpfs -o mode=755 tmpfs /etc/systemd/user
"#;
    let units = Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd");
    assert!(Command::new("sh").args(["-c", MOUNT]).arg(units).status().unwrap().success());
}

/// Waits until it is so.
#[track_caller]
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited {LIMIT:?} until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
