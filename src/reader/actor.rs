//! One thread for each reader, which alone talks to the card in it.
//!
//! Jobs come through a bounded queue and are answered once each. A job gets a [`CardSession`]: it opens the card at the
//! first command, and when the job is over the thread closes it, on every path. If a PIN was presented, the card is
//! first made to forget it (`card-protocol.md` 5.5), whatever the job did or how it ended.
//!
//! PC/SC cannot cancel a command, so limits of time are kept outside the thread: the caller is told, the command goes
//! on, and no further one is begun.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::facts::CardFacts;
use super::long_reads::LongReads;
use super::progress::Progress;
use super::session::CardSession;
use super::{Access, CardBackend, CardLink, Disposition, Insertion, Presence, ReaderContext, Sharing};
use crate::card::TransportError;
use crate::jpki::CardProfile;
use crate::sync::lock;

/// Jobs that may wait for one reader; more are refused at once.
const QUEUE: usize = 16;
/// Between two looks at a card that is at work.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Between two attempts to open a card that another program holds.
const RETRY_PAUSE: Duration = Duration::from_millis(100);

/// How cards are opened and kept.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Whether to fall back to sharing.
    pub sharing: Sharing,
    /// How long to go on trying while another program holds the card.
    pub patience: Duration,
    /// How long an open card may be kept for the next job; never with a verified PIN.
    pub idle_release: Duration,
    /// Whether to try, once per insertion, if certificates can be read with fewer and longer commands.
    pub extended_reads: bool,
    /// How long one job may take, waiting in the queue included.
    pub operation_limit: Duration,
    /// How long one command may take before its caller is told (`card-protocol.md` 8). It is not cut: PC/SC cannot.
    pub command_limit: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            sharing: Sharing::default(),
            patience: Duration::from_secs(4),
            idle_release: Duration::ZERO,
            extended_reads: false,
            operation_limit: Duration::from_secs(60),
            command_limit: Duration::from_secs(30),
        }
    }
}

/// What a job wants before it begins.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobOptions {
    /// The card must have stayed in its reader since this was noted.
    pub insertion: Option<Insertion>,
    /// Say "busy" at once instead of waiting for another program.
    pub impatient: bool,
}

/// Why a job was not done, or not in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// There is no card in the reader.
    #[error("no card in the reader")]
    NoCard,
    /// The card went out and perhaps in again since the insertion was noted.
    #[error("another insertion than the one noted")]
    AnotherInsertion,
    /// Reader or service failed before the job began.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// Too many jobs wait, or an earlier one took all the time.
    #[error("the reader is busy")]
    Busy,
    /// The time was over while the card was at work.
    #[error("the card did not answer in time")]
    TimedOut {
        /// A PIN or a signature was under way.
        outcome_unknown: bool,
    },
    /// The job panicked, or the reader's thread has ended.
    #[error("the reader's thread failed")]
    Failed {
        /// A PIN had been presented or a signature asked for.
        outcome_unknown: bool,
    },
}

/// Reaches one reader's thread. The thread ends when the last handle is dropped.
#[derive(Clone, Debug)]
pub struct ReaderHandle {
    jobs: SyncSender<Job>,
    shared: Arc<Shared>,
}

type Job = Box<dyn FnOnce(&mut ReaderThread) + Send>;

/// What both sides see.
#[derive(Debug)]
pub(super) struct Shared {
    /// When the command was sent that the card is working on.
    pub(super) in_flight: Mutex<Option<Instant>>,
    /// What is known about the card; for readers of the status while the thread is at work.
    pub(super) facts: Mutex<Option<(Insertion, CardFacts)>>,
    /// What is known about long reads of the card.
    pub(super) long_reads: Mutex<Option<(Insertion, LongReads)>>,
    /// No further command is begun but those that close a card down.
    pub(super) halted: AtomicBool,
    command_limit: Duration,
}

impl Shared {
    pub(super) fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Acquire)
    }
}

impl ReaderHandle {
    /// Starts the thread of the reader called `name`.
    ///
    /// # Errors
    /// The system's error if it has no thread to give.
    pub fn start(
        backend: Arc<dyn CardBackend>,
        name: String,
        profile: &'static CardProfile,
        policy: Policy,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (jobs, queue) = sync_channel(QUEUE);
        let shared = Arc::new(Shared {
            in_flight: Mutex::default(),
            facts: Mutex::default(),
            long_reads: Mutex::default(),
            halted: AtomicBool::new(false),
            command_limit: policy.command_limit,
        });
        let mut thread =
            ReaderThread { backend, name, profile, policy, shared: shared.clone(), context: None, kept: None };
        let join = std::thread::Builder::new().name("reader".into()).spawn(move || thread.serve(&queue))?;
        Ok((Self { jobs, shared }, join))
    }

    /// Has `work` done with the card and waits for its result. A job that has begun is finished even if the caller
    /// goes away; one whose caller has gone or whose time is over is not begun.
    ///
    /// # Errors
    /// Those of `work`, and [`JobError`].
    pub async fn run<T, E, F>(&self, options: JobOptions, limit: Duration, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<JobError> + Send + 'static,
        F: FnOnce(&mut CardSession<'_>) -> Result<T, E> + Send + 'static,
    {
        let deadline = Instant::now() + limit;
        if self.is_overdue() {
            // Not one more for the queue: the card does not answer those before.
            return Err(JobError::TimedOut { outcome_unknown: false }.into());
        }
        let (answer, mut answered) = oneshot::channel();
        let progress = Arc::new(Progress::default());
        let noted = progress.clone();
        let job: Job = Box::new(move |thread| {
            if answer.is_closed() || Instant::now() >= deadline || thread.shared.is_halted() || !noted.begin() {
                return;
            }
            let result = thread.session(options, deadline, &noted, work);
            let _ = answer.send(result);
        });
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(JobError::Busy.into()),
            Err(TrySendError::Disconnected(_)) => return Err(JobError::Failed { outcome_unknown: false }.into()),
        }
        loop {
            let wake = deadline.min(Instant::now() + LOOK_AGAIN);
            match tokio::time::timeout_at(wake.into(), &mut answered).await {
                Ok(Ok(result)) => return result,
                Ok(Err(_)) => {
                    // The answer was dropped: by a panic, or by a job that was not begun in time.
                    let stage = progress.stage();
                    let failed = JobError::Failed { outcome_unknown: stage.delicate };
                    return Err(if stage.begun { failed } else { JobError::Busy }.into());
                }
                Err(_) => {}
            }
            let overdue = self.is_overdue();
            if overdue || Instant::now() >= deadline {
                let stage = progress.give_up();
                let error = match stage.begun {
                    true => JobError::TimedOut { outcome_unknown: stage.delicate },
                    false if overdue => JobError::TimedOut { outcome_unknown: false },
                    false => JobError::Busy,
                };
                return Err(error.into());
            }
        }
    }

    /// Has the card been at work on one command for longer than it may?
    fn is_overdue(&self) -> bool {
        lock(&self.shared.in_flight).is_some_and(|since| since.elapsed() >= self.shared.command_limit)
    }

    /// What is known about the card of this insertion, without waiting for the thread.
    #[must_use]
    pub fn facts(&self, insertion: Insertion) -> Option<CardFacts> {
        lock(&self.shared.facts).as_ref().filter(|(known, _)| *known == insertion).map(|(_, facts)| facts.clone())
    }

    /// What ends jobs before their next command. Does not keep the thread going as the handle does.
    pub(super) fn halt_later(&self) -> Halt {
        Halt(self.shared.clone())
    }

    /// Lets a kept card go, once the jobs before are done; returns when it is gone, or after `limit`. `begun` is called
    /// when those jobs are done, and dropped if that will never be.
    ///
    /// # Errors
    /// [`JobError::Busy`] if too many jobs wait or those before take all the time; the card is let go after them.
    /// [`JobError::Failed`] if the thread has ended.
    pub async fn release(&self, limit: Duration, begun: impl FnOnce() + Send + 'static) -> Result<(), JobError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |thread| {
            begun();
            thread.release();
            let _ = answer.send(());
        });
        match self.jobs.try_send(job) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(JobError::Busy),
            Err(TrySendError::Disconnected(_)) => return Err(JobError::Failed { outcome_unknown: false }),
        }
        match tokio::time::timeout(limit, answered).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(JobError::Failed { outcome_unknown: false }),
            Err(_) => Err(JobError::Busy),
        }
    }
}

/// Ends jobs before their next command; their cards are closed down all the same.
#[derive(Debug)]
pub(super) struct Halt(Arc<Shared>);

impl Halt {
    pub(super) fn now(&self) {
        self.0.halted.store(true, Ordering::Release);
    }
}

/// The inside of a reader's thread.
pub(super) struct ReaderThread {
    backend: Arc<dyn CardBackend>,
    name: String,
    pub(super) profile: &'static CardProfile,
    pub(super) policy: Policy,
    pub(super) shared: Arc<Shared>,
    context: Option<Box<dyn ReaderContext>>,
    pub(super) kept: Option<(Insertion, Box<dyn CardLink>)>,
}

impl ReaderThread {
    fn serve(&mut self, queue: &Receiver<Job>) {
        loop {
            let job = if self.kept.is_some() {
                match queue.recv_timeout(self.policy.idle_release) {
                    Ok(job) => job,
                    Err(RecvTimeoutError::Timeout) => {
                        self.release();
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            } else {
                match queue.recv() {
                    Ok(job) => job,
                    Err(_) => break,
                }
            };
            if catch_unwind(AssertUnwindSafe(|| job(self))).is_err() {
                tracing::error!(reader = self.name, "a job panicked");
            }
        }
        self.release();
    }

    fn release(&mut self) {
        if let Some((_, link)) = self.kept.take() {
            let _ = link.disconnect(Disposition::Leave);
        }
    }

    /// One job from opening to closing.
    fn session<T, E, F>(&mut self, options: JobOptions, deadline: Instant, progress: &Progress, work: F) -> Result<T, E>
    where
        E: From<JobError>,
        F: FnOnce(&mut CardSession<'_>) -> Result<T, E>,
    {
        let insertion = match (self.insertion(), options.insertion) {
            (Ok(insertion), Some(noted)) if noted != insertion => return Err(JobError::AnotherInsertion.into()),
            (Err(JobError::NoCard), Some(_)) => return Err(JobError::AnotherInsertion.into()),
            (insertion, _) => insertion?,
        };
        if self.kept.as_ref().is_some_and(|(kept, _)| *kept != insertion) {
            self.release();
        }
        let facts = {
            let known = lock(&self.shared.facts).take();
            known.filter(|(known, _)| *known == insertion).map(|(_, facts)| facts).unwrap_or_default()
        };
        *lock(&self.shared.facts) = Some((insertion, facts.clone()));
        let link = self.kept.take().map(|(_, link)| link);
        let mut session = CardSession {
            thread: self,
            progress,
            insertion,
            impatient: options.impatient,
            deadline,
            facts,
            link,
            current_file: None,
            presented: None,
            broken: false,
        };
        work(&mut session)
    }

    /// The card that is in the reader now. A context that has died with the service is replaced once.
    pub(super) fn insertion(&mut self) -> Result<Insertion, JobError> {
        for last in [false, true] {
            let context = match &mut self.context {
                Some(context) => context,
                none => none.insert(self.backend.context()?),
            };
            match context.presence(&self.name) {
                Ok(Presence::Card(insertion)) => return Ok(insertion),
                Ok(Presence::Mute(_)) => return Err(TransportError::Mute.into()),
                Ok(Presence::Empty) => return Err(JobError::NoCard),
                Err(TransportError::ServiceUnavailable) if !last => {
                    self.kept = None;
                    self.context = None;
                }
                Err(error) => {
                    self.kept = None;
                    self.context = None;
                    return Err(error.into());
                }
            }
        }
        Err(TransportError::ServiceUnavailable.into())
    }

    /// Opens the card, and says how; while another program holds it, goes on trying as the policy says.
    pub(super) fn connect(
        &mut self,
        impatient: bool,
        deadline: Instant,
    ) -> Result<(Box<dyn CardLink>, Access), TransportError> {
        let context = self.context.as_mut().ok_or(TransportError::ServiceUnavailable)?;
        let patience = if impatient { Duration::ZERO } else { self.policy.patience };
        let give_up = deadline.min(Instant::now() + patience);
        loop {
            match context.connect(&self.name, Access::Exclusive) {
                Err(TransportError::Busy) if Instant::now() + RETRY_PAUSE <= give_up && !self.shared.is_halted() => {
                    std::thread::sleep(RETRY_PAUSE);
                }
                Err(TransportError::Busy) if self.policy.sharing == Sharing::PreferExclusive && !impatient => {
                    let access = Access::SharedTransaction;
                    return context.connect(&self.name, access).map(|link| (link, access));
                }
                result => return result.map(|link| (link, Access::Exclusive)),
            }
        }
    }
}
