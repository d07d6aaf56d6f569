//! The thread that writes the log for requests, so that none of them holds up the others while the disk works.
//!
//! A request hands its intent over before the person is asked, and waits for it to be on disk before the card is given a
//! PIN ([`Recording::on_disk`]): mostly the person has taken longer. What came of it is handed over as well, and the
//! answer does not wait. The thread does one thing after the other, in the order they came; it starts with the first and
//! sleeps when there is nothing to write. What reads the log waits for what was handed over before.
//!
//! If the agent is killed between an answer and the writing of its outcome, the intent stands there without one, which
//! reads as [`Outcome::Unknown`]: what was recorded before the card worked is never lost by this.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::sync::watch;

use super::{AuditEntry, AuditLog, Intent, Outcome};
use crate::sync::lock;

type Job = Box<dyn FnOnce() + Send>;

/// Does jobs in the order they come, on a thread of its own that begins with the first and ends with the log.
#[derive(Debug, Default)]
pub(super) struct Writer(Mutex<Option<Sender<Job>>>);

impl Writer {
    /// Has `job` done after those before; here and now where the system has no thread to give.
    pub(super) fn run(&self, job: impl FnOnce() + Send + 'static) {
        let mut jobs = lock(&self.0);
        if jobs.is_none() {
            *jobs = start();
        }
        match &*jobs {
            Some(sender) => match sender.send(Box::new(job)) {
                Ok(()) => {}
                Err(job) => (job.0)(), // the thread has ended, which it does not by itself
            },
            None => job(),
        }
    }

    /// Blocks until all that was handed over so far is written.
    pub(super) fn wait(&self) {
        if lock(&self.0).is_none() {
            return;
        }
        let (done, waiting) = channel::<()>();
        self.run(move || drop(done));
        let _ = waiting.recv(); // an error is the sign: the other end was dropped
    }
}

fn start() -> Option<Sender<Job>> {
    let (jobs, queue) = channel::<Job>();
    let write = move || {
        while let Ok(job) = queue.recv() {
            // What waits behind it is written all the same: a request goes on to the card whether its intent was or not.
            if catch_unwind(AssertUnwindSafe(job)).is_err() {
                tracing::error!("something could not be written into the audit log: the writing panicked");
            }
        }
    };
    match std::thread::Builder::new().name("audit".into()).spawn(write) {
        Ok(_) => Some(jobs),
        Err(error) => {
            tracing::warn!(%error, "no thread for the audit log: requests wait for the disk");
            None
        }
    }
}

/// An intent on its way to the disk, or there. Dropped without an outcome, it is recorded as [`Outcome::Abandoned`].
#[derive(Debug)]
#[must_use = "a recording needs its outcome: call finish"]
pub struct Recording {
    log: AuditLog,
    /// Filled and emptied by the writer.
    entry: Arc<Mutex<Option<AuditEntry>>>,
    /// Becomes true, or ends, when the line is on disk or will never be.
    written: watch::Receiver<bool>,
}

impl AuditLog {
    /// Hands over what is about to be done, to be written down at once.
    pub fn record(&self, intent: Intent, now: Timestamp) -> Recording {
        let (done, written) = watch::channel(false);
        let entry = Arc::new(Mutex::new(None));
        let (log, slot) = (self.clone(), entry.clone());
        self.inner.writer.run(move || {
            let begun = log.begin_telling(&intent, now, &|| {
                done.send_replace(true);
            });
            *lock(&slot) = Some(begun);
        });
        Recording { log: self.clone(), entry, written }
    }

    /// Returns when all that was handed over so far is written.
    pub async fn settled(&self) {
        let (done, written) = tokio::sync::oneshot::channel::<()>();
        self.inner.writer.run(move || drop(done));
        let _ = written.await; // an error is the sign: the other end was dropped
    }
}

impl Recording {
    /// Returns when the intent is on disk; also where it cannot be written, which is said elsewhere and stops nothing.
    pub async fn on_disk(&self) {
        let _ = self.written.clone().wait_for(|written| *written).await;
    }

    /// Hands over what came of it.
    pub fn finish(self, outcome: Outcome, now: Timestamp) {
        let slot = self.entry.clone();
        self.log.inner.writer.run(move || {
            if let Some(entry) = lock(&slot).take() {
                entry.finish(outcome, now);
            }
        });
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let slot = self.entry.clone();
        self.log.inner.writer.run(move || drop(lock(&slot).take()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{AuditSettings, Operation};
    use crate::consent::Asker;
    use crate::jpki::KeyKind;

    fn moment() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    fn intent() -> Intent {
        Intent {
            asker: Asker::Page("https://portal.example".parse().unwrap()),
            operation: Operation::Sign,
            on_behalf_of: None,
            key_kind: Some(KeyKind::Signature),
            digests: Vec::new(),
        }
    }

    fn outcomes(log: &AuditLog) -> Vec<Outcome> {
        let entries = log.show(100).unwrap();
        let outcome = |entry: crate::audit::Entry| match entry.happening {
            crate::audit::Happening::Request { outcome, .. } => Some(outcome),
            _ => None,
        };
        entries.into_iter().filter_map(outcome).collect()
    }

    /// What is read by another process, which cannot wait for this one's thread.
    fn lines(folder: &std::path::Path) -> usize {
        std::fs::read_to_string(folder.join("audit-000000000001.jsonl")).unwrap_or_default().lines().count()
    }

    #[tokio::test]
    async fn an_intent_is_on_disk_when_it_says_so_and_outcomes_follow_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let log = AuditLog::new(folder.path(), AuditSettings::default());
        for count in 0..20 {
            let recording = log.record(intent(), moment());
            recording.on_disk().await;
            assert_eq!(lines(folder.path()), 2 * count + 1);
            recording.finish(Outcome::Done, moment());
            log.settled().await;
            assert_eq!(lines(folder.path()), 2 * count + 2);
        }
        assert_eq!(outcomes(&log), vec![Outcome::Done; 20]);
        assert!(log.verify().unwrap().findings.is_empty());
    }

    #[tokio::test]
    async fn whoever_reads_sees_what_was_handed_over_before() {
        let folder = tempfile::tempdir().unwrap();
        let log = AuditLog::new(folder.path(), AuditSettings::default());
        log.record(intent(), moment()).finish(Outcome::failed("user_declined"), moment());
        drop(log.record(intent(), moment()));
        let expected = [Outcome::failed("user_declined"), Outcome::Abandoned];
        assert_eq!(outcomes(&log), expected);
        // Another handle on the same folder, as another process has it, once all is settled.
        log.settled().await;
        assert_eq!(outcomes(&AuditLog::new(folder.path(), AuditSettings::default())), expected);
    }

    #[tokio::test]
    async fn what_waits_behind_a_panic_is_written_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let log = AuditLog::new(folder.path(), AuditSettings::default());
        let (go, wait) = channel::<()>();
        log.inner.writer.run(move || {
            let _ = wait.recv();
            panic!("as if a bug were met");
        });
        let recording = log.record(intent(), moment());
        drop(go);
        recording.on_disk().await;
        assert_eq!(lines(folder.path()), 1);
        recording.finish(Outcome::Done, moment());
        assert_eq!(outcomes(&log), [Outcome::Done]);
    }

    #[tokio::test]
    async fn a_log_that_cannot_be_written_holds_up_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let in_the_way = folder.path().join("file");
        std::fs::write(&in_the_way, "").unwrap();
        let log = AuditLog::new(&in_the_way, AuditSettings::default());
        let recording = log.record(intent(), moment());
        recording.on_disk().await;
        recording.finish(Outcome::Done, moment());
        log.settled().await;
    }
}
