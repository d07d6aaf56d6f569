//! The agent that runs now and was not started by the service manager: which process, and is it the icon's own?
//!
//! Only what the kernel says counts: who listens on the agent's Unix socket (`SO_PEERCRED`), whose child that process is,
//! and that its parent holds the lock of the only icon (`/proc/locks`).

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::runtime_dir::{RuntimeDir, TRAY_LOCK};

/// How long a listener may take to let us in.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);
/// How long an agent may take to end in order: its requests have 15 seconds, its cards 5 more.
const END_LIMIT: Duration = Duration::from_secs(25);

/// An agent that listens on the Unix socket by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningAgent {
    /// Its process.
    pub process: u32,
    /// The icon started it, and still runs.
    pub is_the_icons: bool,
}

impl RunningAgent {
    /// Who listens in this folder. To be asked only while no service manager listens there: it would start the service.
    pub async fn find(folder: &RuntimeDir) -> Option<Self> {
        let stream = timeout(CONNECT_LIMIT, UnixStream::connect(folder.socket())).await.ok()?.ok()?;
        let listener = stream.peer_cred().ok().filter(|it| it.uid() == rustix::process::geteuid().as_raw())?;
        let process = u32::try_from(listener.pid()?).ok()?;
        Some(Self { process, is_the_icons: is_child_of_the_icon(process, folder.path()) })
    }

    /// Asks it to end in order and waits for that, if it still is what it was. `false` if it does not end.
    ///
    /// # Errors
    /// If the system refuses.
    pub async fn end(self, folder: &RuntimeDir) -> io::Result<bool> {
        let Some(id) = i32::try_from(self.process).ok().and_then(Pid::from_raw) else { return Ok(false) };
        let process: OwnedFd = pidfd_open(id, PidfdFlags::empty())?;
        // From here on the number cannot come to mean another process.
        if Self::find(folder).await != Some(self) {
            return Ok(false);
        }
        pidfd_send_signal(&process, Signal::TERM)?;
        tokio::task::spawn_blocking(move || has_ended(&process)).await?
    }
}

/// Waits for the end of a process, [`END_LIMIT`] at most: then its descriptor is readable (`pidfd_open(2)`).
fn has_ended(process: &OwnedFd) -> io::Result<bool> {
    let limit = Timespec::try_from(END_LIMIT).map_err(io::Error::other)?;
    Ok(poll(&mut [PollFd::new(process, PollFlags::IN)], Some(&limit))? > 0)
}

fn is_child_of_the_icon(process: u32, folder: &Path) -> bool {
    let parent = || {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse::<u32>().ok()
    };
    let lock = || Some(std::fs::symlink_metadata(folder.join(TRAY_LOCK)).ok()?.ino());
    let locks = || std::fs::read_to_string("/proc/locks").ok();
    parent().zip(lock()).zip(locks()).is_some_and(|((parent, lock), locks)| holds(&locks, parent, lock))
}

/// Does `process` hold a lock on the whole file `inode`, by the text of `/proc/locks` (`proc_locks(5)`)?
fn holds(locks: &str, process: u32, inode: u64) -> bool {
    locks.lines().any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, "WRITE", holder, file, ..] = fields[..] else { return false };
        let of_file = file.rsplit(':').next().and_then(|number| number.parse().ok());
        holder.parse() == Ok(process) && of_file == Some(inode)
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn only_who_holds_the_lock_is_the_icon() {
        const LOCKS: &str = "1: FLOCK  ADVISORY  WRITE 812 00:2f:77 0 EOF\n\
                             1: -> FLOCK  ADVISORY  WRITE 814 00:2f:77 0 EOF\n\
                             2: POSIX  ADVISORY  WRITE 813 00:2f:77 0 EOF\n";
        assert!(holds(LOCKS, 812, 77));
        for (process, inode) in [(813, 77), (814, 77), (812, 78)] {
            assert!(!holds(LOCKS, process, inode), "{process} {inode}");
        }
    }

    #[tokio::test]
    async fn who_listens_is_told_by_the_kernel_and_nobody_else_is_ended() {
        let home = tempfile::tempdir().unwrap();
        let folder = RuntimeDir::at(home.path().to_owned());
        assert_eq!(RunningAgent::find(&folder).await, None);
        let _listener = UnixListener::bind(folder.socket()).unwrap();
        let found = RunningAgent::find(&folder).await.unwrap();
        assert_eq!(found, RunningAgent { process: std::process::id(), is_the_icons: false });
        // This process has no icon: were it asked to end all the same, the test would end here.
        assert!(!RunningAgent { is_the_icons: true, ..found }.end(&folder).await.unwrap());
    }
}
