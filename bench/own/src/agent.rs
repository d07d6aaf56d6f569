//! An agent of its own, in folders in memory, and what the system says about its process.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The site that may do everything.
pub const PORTAL: &str = "https://portal.example";

/// What the agent finds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Card {
    /// Whatever the system's PC/SC service has.
    None,
    /// Its own software card.
    Software,
}

pub struct Agent {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Agent {
    /// Starts it and waits until it listens.
    pub fn start(program: &str, card: Card) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let memory = Path::new("/dev/shm");
        let root = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = root.join(format!("jpki-own-{}-{number}", std::process::id()));
        for name in ["run", "config/jpki-agent", "state"] {
            std::fs::create_dir_all(folder.join(name)).expect("a folder");
        }
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(folder.join("run"), std::fs::Permissions::from_mode(0o700)).expect("its rights");
        let settings = format!(
            "[limits]\nrequests_per_minute = 1000000\n[notifications]\nsignatures = false\nrefused_origins = false\n\
             [[origins]]\norigin = \"{PORTAL}\"\nallow = [\"status\", \"certificates\", \"authenticate\", \"sign\"]\n"
        );
        std::fs::write(folder.join("config/jpki-agent/config.toml"), settings).expect("the settings");
        let mut command = Command::new(program);
        command.args(["serve", "--port", "0"]);
        if card == Card::Software {
            command.args(["--simulator", "--auto-approve"]);
        }
        command.env("HOME", &folder).env("JPKI_AGENT_LOG", "error").env_remove("DBUS_SESSION_BUS_ADDRESS");
        for (name, place) in [("XDG_RUNTIME_DIR", "run"), ("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state")] {
            command.env(name, folder.join(place));
        }
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the agent");
        let mut line = String::new();
        let output = process.stdout.take().expect("its output");
        BufReader::new(output).read_line(&mut line).expect("its first line");
        let port = line.trim().rsplit(':').next().and_then(|port| port.parse().ok()).expect("its port");
        Self { process, folder, port }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// What programs show over TCP.
    pub fn token(&self) -> String {
        let token = std::fs::read_to_string(self.folder.join("run/jpki-agent/token")).expect("the token");
        token.trim().to_owned()
    }

    /// A number of `/proc/PID/status`.
    pub fn status(&self, name: &str) -> f64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("its status");
        let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("a line of its status");
        line.split_whitespace().next().and_then(|value| value.parse().ok()).expect("a number")
    }

    /// How often its threads were put on a processor so far.
    pub fn switches(&self) -> u64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).expect("its threads");
        let of_task = |path: PathBuf| {
            let text = std::fs::read_to_string(path.join("status")).unwrap_or_default();
            let lines = text.lines().filter(|line| line.contains("voluntary_ctxt_switches:"));
            lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum::<u64>()
        };
        tasks.flatten().map(|task| of_task(task.path())).sum()
    }

    /// Time it has spent on processors so far.
    pub fn processor_ms(&self) -> f64 {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.process.id())).expect("its threads");
        let of_task = |path: PathBuf| {
            let text = std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
            text.split_whitespace().next().and_then(|value| value.parse::<f64>().ok()).unwrap_or(0.0)
        };
        tasks.flatten().map(|task| of_task(task.path())).sum::<f64>() / 1e6
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
