//! What the process does to itself at the start of `serve`, so that a PIN in its memory stays there: no core dumps, not
//! traceable by other programs of the same user, new files for nobody else, memory not written to disk.
//!
//! Every step is tried and reports what came of it; none stops the agent. [`Hardening`] is what the log and `doctor`
//! show. Against the administrator, and against programs that read the keyboard, nothing here helps.
//!
//! On Linux, "not dumpable" (`PR_SET_DUMPABLE`, `prctl(2)`) also gives the files in `/proc/self` to root: other programs
//! of the user cannot read the agent's memory, environment or open files any more, the agent itself can read its own.
//! Programs it starts (pinentry) are ordinary again, since starting a program resets it; what it reads about its callers
//! in `/proc/PID` depends on them, not on it. All of it is tested in `tests/hardening.rs`.

use std::fmt;

/// What came of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is so.
    Done,
    /// There is nothing to protect against.
    Unneeded(&'static str),
    /// Not on this system, or not with the rights and limits of this process; why.
    NotPossible(String),
}

/// What came of all steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hardening {
    /// A crash leaves no image of the memory.
    pub no_core_dumps: Step,
    /// Other programs of the same user cannot read the memory.
    pub not_traceable: Step,
    /// Files the agent makes are for this user alone.
    pub private_files: Step,
    /// The memory is not written to disk.
    pub locked_memory: Step,
    /// The agent runs as the administrator, which it should not.
    pub is_root: bool,
}

impl Hardening {
    /// Does all that is possible. Call it once, before there are other threads or secrets.
    #[must_use]
    pub fn apply() -> Self {
        Self {
            no_core_dumps: no_core_dumps(),
            not_traceable: not_traceable(),
            private_files: private_files(),
            locked_memory: locked_memory(),
            is_root: is_root(),
        }
    }

    /// For a process that starts programs of the person's, as the tray does with a browser: only what these do not
    /// inherit. It prevents core dumps as well.
    #[must_use]
    pub fn apply_to_this_process_alone() -> Step {
        not_traceable()
    }

    /// The steps with their names, as the log and `doctor` list them.
    #[must_use]
    pub fn steps(&self) -> [(&'static str, &Step); 4] {
        [
            ("no core dumps", &self.no_core_dumps),
            ("not traceable", &self.not_traceable),
            ("private files", &self.private_files),
            ("locked memory", &self.locked_memory),
        ]
    }

    /// Writes to the log what came of it: loud as root, quiet otherwise, since a locked memory is rarely possible.
    pub fn log(&self) {
        for (name, step) in self.steps() {
            tracing::debug!(%step, "{name}");
        }
        if self.is_root {
            tracing::warn!(
                "RUNNING AS ROOT: whoever finds a hole in this agent owns the computer; run it as the user whose card it is"
            );
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Unneeded(why) => write!(f, "not needed: {why}"),
            Self::NotPossible(why) => write!(f, "not possible: {why}"),
        }
    }
}

#[cfg(unix)]
mod unix {
    use rustix::fs::Mode;
    use rustix::process::{Resource, Rlimit, geteuid, setrlimit, umask};

    use super::{Step, step};

    /// The limit alone leaves a gap: a kernel that hands dumps to a program (systemd-coredump) ignores it. The step
    /// after it closes that one.
    pub(super) fn no_core_dumps() -> Step {
        step(setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }))
    }

    pub(super) fn private_files() -> Step {
        umask(Mode::RWXG | Mode::RWXO);
        Step::Done
    }

    pub(super) fn is_root() -> bool {
        geteuid().is_root()
    }
}
#[cfg(unix)]
use unix::{is_root, no_core_dumps, private_files};

#[cfg(target_os = "linux")]
mod linux {
    use rustix::mm::{MlockAllFlags, mlockall};
    use rustix::process::{
        DumpableBehavior, Resource, Rlimit, dumpable_behavior, getrlimit, set_dumpable_behavior, setrlimit,
    };

    use super::{Step, step};

    /// The swap areas in use, one in a line after the heading (`proc_swaps(5)`).
    const SWAPS: &str = "/proc/swaps";

    pub(super) fn not_traceable() -> Step {
        match set_dumpable_behavior(DumpableBehavior::NotDumpable).and_then(|()| dumpable_behavior()) {
            Ok(DumpableBehavior::NotDumpable) => Step::Done,
            Ok(_) => Step::NotPossible("the system did not keep it".to_owned()),
            Err(error) => Step::NotPossible(error.to_string()),
        }
    }

    /// All of the memory or nothing: a PIN passes through buffers of the runtime, of pinentry's pipe and of PC/SC, and
    /// locking only some of them would promise too much. Each page is locked when it is first used, so it costs no
    /// memory.
    ///
    /// Only where there is no limit: under one, memory asked for later would be refused and the agent fail in the
    /// middle of its work.
    pub(super) fn locked_memory() -> Step {
        if std::fs::read_to_string(SWAPS).is_ok_and(|swaps| !uses_disk(&swaps)) {
            return Step::Unneeded("no swap on a disk");
        }
        let limit = getrlimit(Resource::Memlock);
        if let (Some(_), Some(maximum)) = (limit.current, limit.maximum) {
            let kibibytes = maximum / 1024;
            return Step::NotPossible(format!("this user may lock {kibibytes} KiB only (RLIMIT_MEMLOCK)"));
        }
        if let Err(error) = setrlimit(Resource::Memlock, Rlimit { current: None, maximum: limit.maximum }) {
            return Step::NotPossible(error.to_string());
        }
        step(mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT))
    }

    /// Is there a swap area other than compressed memory?
    fn uses_disk(swaps: &str) -> bool {
        swaps.lines().skip(1).any(|line| !line.trim().is_empty() && !line.starts_with("/dev/zram"))
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn swap_on_a_disk_is_told_from_none_and_from_compressed_memory() {
            const HEADING: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
            for (areas, on_disk) in [
                ("", false),
                ("/dev/zram0                              partition\t8388604\t\t0\t\t100\n", false),
                ("/dev/sda2                               partition\t8388604\t\t0\t\t-2\n", true),
                ("/dev/zram0 partition 1 0 100\n/swap.img file 2097148 0 -2\n", true),
            ] {
                assert_eq!(super::uses_disk(&format!("{HEADING}{areas}")), on_disk, "{areas}");
            }
            assert!(!super::uses_disk(""));
        }
    }
}
#[cfg(target_os = "linux")]
use linux::{locked_memory, not_traceable};

/// What this system has no safe means for.
#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use super::Step;

    fn not_here() -> Step {
        Step::NotPossible("not on this system".to_owned())
    }

    pub(super) fn not_traceable() -> Step {
        not_here()
    }

    pub(super) fn locked_memory() -> Step {
        not_here()
    }

    #[cfg(not(unix))]
    pub(super) fn no_core_dumps() -> Step {
        not_here()
    }

    /// The folders of the user's profile are private by themselves.
    #[cfg(not(unix))]
    pub(super) fn private_files() -> Step {
        not_here()
    }

    #[cfg(not(unix))]
    pub(super) fn is_root() -> bool {
        false
    }
}
#[cfg(not(unix))]
use elsewhere::{is_root, no_core_dumps, private_files};
#[cfg(not(target_os = "linux"))]
use elsewhere::{locked_memory, not_traceable};

#[cfg(unix)]
fn step(result: rustix::io::Result<()>) -> Step {
    match result {
        Ok(()) => Step::Done,
        Err(error) => Step::NotPossible(error.to_string()),
    }
}
