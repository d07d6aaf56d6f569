//! Child processes that never outlive their test, and that are ended by their id, first kindly.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long a child may take to end after SIGTERM.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// A running child; dropping it ends it.
#[derive(Debug)]
pub struct Running {
    child: Child,
    what: String,
}

/// A command that is told to end when the thread that starts it ends, so that nothing is left behind even where the
/// test runner itself is killed: a card process left over would hold its port, and the next one wait unseen.
///
/// It hears Ctrl-C as one typed in a terminal does: what a shell starts in the background, as some CI does with all of
/// this, has the signal ignored, and children inherit that.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    if cfg!(target_os = "linux") {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "--", "/usr/bin/env", "--default-signal=HUP,INT,QUIT", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

impl Running {
    /// Starts `command` with nothing on its standard input; `what` names it in failures.
    pub fn spawn(what: &str, command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).spawn().unwrap_or_else(|error| panic!("cannot start {what}: {error}"));
        Self { child, what: what.to_owned() }
    }

    /// The process itself, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// Waits until it ends by itself; panics after `limit`.
    pub fn wait(&mut self, limit: Duration) -> ExitStatus {
        self.wait_within(limit).unwrap_or_else(|| panic!("{} did not end within {limit:?}", self.what))
    }

    /// Sends SIGTERM and waits for the end; panics, after killing it, if it does not end in time.
    pub fn stop(&mut self) -> ExitStatus {
        if let Some(status) = self.ended() {
            return status;
        }
        self.signal_to_end();
        if let Some(status) = self.wait_within(STOP_LIMIT) {
            return status;
        }
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        panic!("{} did not end within {STOP_LIMIT:?} of SIGTERM", self.what);
    }

    /// SIGKILL, and its end.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn wait_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            if Instant::now() > deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    #[cfg(unix)]
    fn signal_to_end(&self) {
        use rustix::process::{Pid, Signal, kill_process};
        // Not waited for yet, so the id is still this child's.
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    #[cfg(not(unix))]
    fn signal_to_end(&mut self) {
        self.child.kill().unwrap();
    }
}

/// This very test program where any user can run it: another user cannot look into the build folder.
#[derive(Debug)]
pub struct OpenCopy {
    folder: tempfile::TempDir,
}

impl OpenCopy {
    /// Copies the program into a folder everybody may use.
    pub fn new() -> Self {
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        // By another process: were the copy written by this one, a child that another test starts in that moment would
        // hold it open for writing, and it could not be run ("text file busy").
        let mut copy = Command::new("cp");
        copy.arg(std::env::current_exe().unwrap()).arg(folder.path().join("program"));
        assert!(copy.status().unwrap().success());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o1777)).unwrap();
        }
        Self { folder }
    }

    /// The folder; every user may make files in it.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A command that runs the one test of this name and lets it print.
    pub fn command(&self, test: &str) -> Command {
        let mut command = Command::new(self.folder.path().join("program"));
        command.args(["--exact", "--nocapture", "--test-threads=1", test]).current_dir("/");
        command
    }
}

/// Waits until there is a value; panics after ten seconds.
pub fn wait_for<T>(mut value: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + STOP_LIMIT;
    loop {
        if let Some(value) = value() {
            return value;
        }
        assert!(Instant::now() < deadline, "nothing within {STOP_LIMIT:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A panic here, during another one, would hide the first; so no `stop`.
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.signal_to_end();
            if self.wait_within(STOP_LIMIT).is_none() {
                let _ = self.child.kill();
                let _ = self.child.wait();
            }
        }
    }
}
