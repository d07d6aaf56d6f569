//! The real program as a child process: `serve` on a free port, in folders of its own, and client commands beside it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

use super::child::{self, Running};

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_jpki-agent");
/// How long the agent may take until it listens. The software card issues its certificates first.
const START_LIMIT: Duration = Duration::from_secs(30);

/// Folders of a made-up user: runtime, settings, state, cache. Removed when dropped.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// A fresh user without settings.
    pub fn new() -> Self {
        // Straight in the temporary folder's root: the agent's socket must fit a Unix address.
        let root = if cfg!(unix) { PathBuf::from("/tmp") } else { std::env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("jpki-home-").tempdir_in(root).unwrap();
        for name in ["run", "config/jpki-agent", "state", "cache", "data"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let private = std::fs::Permissions::from_mode(0o700);
            std::fs::set_permissions(folder.path().join("run"), private).unwrap();
        }
        Self { folder }
    }

    /// Writes the settings file.
    pub fn configure(&self, toml: &str) {
        std::fs::write(self.path("config/jpki-agent/config.toml"), toml).unwrap();
    }

    /// A path below this home.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// The folder the agent keeps its socket, token and endpoint file in.
    pub fn runtime(&self) -> PathBuf {
        self.path("run/jpki-agent")
    }

    /// The program as this user would start it, seeing nothing of the developer's own session.
    pub fn command(&self) -> Command {
        self.command_of(PROGRAM)
    }

    /// Another program, started by this user in the same way.
    pub fn command_of(&self, program: &str) -> Command {
        let mut command = child::command(program);
        for (name, folder) in [
            ("HOME", ""),
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_DATA_HOME", "data"),
        ] {
            command.env(name, self.path(folder));
        }
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "GPG_TTY", "DBUS_SESSION_BUS_ADDRESS", "NOTIFY_SOCKET", "RUST_LOG"] {
            command.env_remove(name);
        }
        command.env("LANG", "C.UTF-8").env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANGUAGE");
        command
    }

    /// Runs one command of the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).stdin(Stdio::null()).output().unwrap()
    }
}

/// A running `jpki-agent serve`; ends when dropped.
#[derive(Debug)]
pub struct Agent {
    process: Running,
    home: Home,
    port: u16,
    lines: mpsc::Receiver<String>,
}

impl Agent {
    /// The software card, all prompts approved by themselves, `https://portal.example` allowed everything.
    pub fn with_software_card() -> Self {
        let home = Home::new();
        home.configure(PORTAL_ALLOWED);
        Self::start(home, &["--simulator", "--auto-approve"], |_| {})
    }

    /// `serve --port 0` with further arguments; `prepare` may add to its environment, as `Pcscd::lead` does.
    pub fn start(home: Home, arguments: &[&str], prepare: impl FnOnce(&mut Command)) -> Self {
        let mut command = home.command();
        command.args(["serve", "--port", "0"]).args(arguments);
        let log = std::fs::File::create(home.path("agent.log")).unwrap();
        command.stdout(Stdio::piped()).stderr(log);
        prepare(&mut command);
        let mut process = Running::spawn("the agent", &mut command);
        let lines = lines_of(process.child().stdout.take().unwrap());

        let failed = |why: String| -> ! {
            let log = std::fs::read_to_string(home.path("agent.log")).unwrap_or_default();
            panic!("the agent does not listen: {why}; its log:\n{log}")
        };
        let port = loop {
            match lines.recv_timeout(START_LIMIT) {
                Ok(line) => {
                    if let Some(port) = line.strip_prefix("listening on http://127.0.0.1:") {
                        break port.parse().unwrap_or_else(|_| failed(format!("{line:?}")));
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => failed(format!("nothing said for {START_LIMIT:?}")),
                Err(mpsc::RecvTimeoutError::Disconnected) => failed("it ended".to_owned()),
            }
        };
        Self { process, home, port, lines }
    }

    /// The TCP port it listens on, on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The Unix socket it listens on.
    pub fn socket(&self) -> PathBuf {
        self.home.runtime().join("agent.sock")
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The folders it lives in; client commands run from here find it.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// What it wrote to standard error so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.home.path("agent.log")).unwrap()
    }

    /// Further lines it printed to standard output.
    pub fn printed(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.process.ended().is_none()
    }

    /// Waits until it ends by itself; panics after `limit`.
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        self.process.wait(limit)
    }

    /// SIGTERM; how it ended.
    pub fn stop(&mut self) -> ExitStatus {
        self.process.stop()
    }
}

/// Settings that allow one origin everything.
pub const PORTAL_ALLOWED: &str = "\
[[origins]]
origin = \"https://portal.example\"
allow = [\"status\", \"certificates\", \"authenticate\", \"sign\"]
";

/// The lines of a pipe, read on a thread of their own so that the program never waits for a reader.
fn lines_of(pipe: impl std::io::Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            // Read on after nobody asks any more: a full pipe would stop the program.
            let _ = sender.send(line);
        }
    });
    receiver
}
