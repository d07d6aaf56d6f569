//! While the PC/SC service is down: when to try again.
//!
//! A laptop without a reader may have no service for weeks and must not be woken up for that every second. So the pauses
//! between two attempts grow, and three things cut them short: a sign that the service has come back
//! ([`super::CardBackend::signs_of_life`]), a caller who asks for the readers, and the end of the agent.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use super::{CardBackend, SignsOfLife};

/// The first pause after the service was lost or there was a sign of it; each further one is twice as long. A service
/// shows its socket a moment before it listens, so a sign alone is not enough.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// The longest pause where signs are seen. Never needed for a service that starts; it is for what shows no sign, as a
/// change of the rules by which it refuses this user.
const LONGEST_WITH_SIGNS: Duration = Duration::from_secs(60);
/// The longest pause where there are none: so the agent is back within two seconds of the service all the same.
const LONGEST_WITHOUT: Duration = Duration::from_secs(1);
/// A service that is lost again sooner than this was not back: the pauses go on growing.
const STEADY: Duration = Duration::from_secs(1);

/// Ends a pause. Clones end the same.
#[derive(Clone, Debug)]
pub(super) struct Wake(SyncSender<()>);

impl Wake {
    /// Ends the pause there is now, or the next one.
    pub(super) fn up(&self) {
        let _ = self.0.try_send(()); // full: somebody else has done it; closed: there are no more pauses
    }
}

/// Finds the moments to try the service again.
pub(super) struct Outage {
    backend: Arc<dyn CardBackend>,
    wake: Wake,
    woken: Receiver<()>,
    /// Looked out for while the service is down.
    signs: Option<Box<dyn SignsOfLife>>,
    /// Has been asked for signs in this outage; where there are none, that is not asked every second.
    asked: bool,
    next_pause: Duration,
    /// Since when the service has been there.
    back: Option<Instant>,
}

impl Outage {
    /// Before the first attempt.
    pub(super) fn new(backend: Arc<dyn CardBackend>) -> Self {
        // One place: who has been woken up once need not be woken up twice.
        let (sender, woken) = sync_channel(1);
        Self { backend, wake: Wake(sender), woken, signs: None, asked: false, next_pause: FIRST_PAUSE, back: None }
    }

    /// What ends a pause from elsewhere.
    pub(super) fn wake(&self) -> Wake {
        self.wake.clone()
    }

    /// The service has answered.
    pub(super) fn is_over(&mut self) {
        if self.back.is_none() {
            self.back = Some(Instant::now());
            self.signs = None;
            self.asked = false;
        }
    }

    /// The service is not there: waits until it should be tried again.
    pub(super) fn pause(&mut self) {
        if self.back.take().is_some_and(|back| back.elapsed() >= STEADY) {
            self.next_pause = FIRST_PAUSE;
        }
        let is_first = !std::mem::replace(&mut self.asked, true);
        if is_first {
            let wake = self.wake.clone();
            self.signs = self.backend.signs_of_life(Box::new(move || wake.up()));
        }
        // Anew each time: the place to look at may have come or gone. The short pauses after a sign leave no gap.
        let sees_signs = self.signs.as_mut().is_some_and(|signs| signs.look_out());
        let longest = if sees_signs { LONGEST_WITH_SIGNS } else { LONGEST_WITHOUT };
        // A sign between the attempt and the first look was not seen.
        let pause = self.next_pause.min(if is_first { LONGEST_WITHOUT } else { longest });
        let begun = Instant::now();
        if self.woken.recv_timeout(pause).is_ok() {
            self.next_pause = FIRST_PAUSE;
            // Many callers who ask must not make many attempts.
            std::thread::sleep((begun + FIRST_PAUSE).saturating_duration_since(Instant::now()));
        } else {
            self.next_pause = (self.next_pause * 2).min(longest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::super::{BackendKind, ReaderContext, Watching};
    use super::*;
    use crate::card::TransportError;
    use crate::simulator::SimulatorBackend;

    fn outage() -> Outage {
        Outage::new(Arc::new(SimulatorBackend::new()))
    }

    #[test]
    fn pauses_grow_up_to_a_second_where_no_sign_is_seen() {
        let mut outage = outage();
        outage.next_pause = Duration::from_millis(1);
        let mut pauses = Vec::new();
        for _ in 0..4 {
            outage.pause();
            pauses.push(outage.next_pause);
        }
        assert_eq!(pauses, [2, 4, 8, 16].map(Duration::from_millis));
        outage.next_pause = LONGEST_WITHOUT - Duration::from_millis(1);
        outage.pause();
        assert_eq!(outage.next_pause, LONGEST_WITHOUT);
    }

    /// A place that can be looked at for as long as `seen` says so.
    struct Place {
        asked: AtomicUsize,
        seen: Arc<AtomicBool>,
    }

    impl SignsOfLife for Arc<AtomicBool> {
        fn look_out(&mut self) -> bool {
            self.load(Ordering::Relaxed)
        }
    }

    impl CardBackend for Place {
        fn kind(&self) -> BackendKind {
            BackendKind::Simulator
        }

        fn context(&self) -> Result<Box<dyn ReaderContext>, TransportError> {
            Err(TransportError::ServiceUnavailable)
        }

        fn watch(&self) -> Result<Watching, TransportError> {
            Err(TransportError::ServiceUnavailable)
        }

        fn signs_of_life(&self, _note: Box<dyn Fn() + Send>) -> Option<Box<dyn SignsOfLife>> {
            let number = self.asked.fetch_add(1, Ordering::Relaxed);
            (number == 0).then(|| -> Box<dyn SignsOfLife> { Box::new(self.seen.clone()) })
        }
    }

    #[test]
    fn no_pause_is_long_where_no_sign_is_seen_or_one_may_have_been_missed() {
        let seen = Arc::new(AtomicBool::new(true));
        let place = Arc::new(Place { asked: AtomicUsize::new(0), seen: seen.clone() });
        let mut outage = Outage::new(place.clone());
        let pause = |outage: &mut Outage| {
            let begun = Instant::now();
            outage.pause();
            begun.elapsed()
        };
        // Lost at once after a long outage: it may be back before anybody looks.
        outage.next_pause = LONGEST_WITH_SIGNS;
        assert!(pause(&mut outage) < Duration::from_secs(10));
        assert_eq!(outage.next_pause, LONGEST_WITH_SIGNS);
        // The place cannot be looked at any more.
        seen.store(false, Ordering::Relaxed);
        assert!(pause(&mut outage) < Duration::from_secs(10));
        assert_eq!(outage.next_pause, LONGEST_WITHOUT);
        assert_eq!(place.asked.load(Ordering::Relaxed), 1);
        // The next outage, without signs: asked for them once.
        outage.is_over();
        outage.next_pause = Duration::from_millis(1);
        (0..3).for_each(|_| outage.pause());
        assert_eq!(place.asked.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_thousand_wakes_end_one_pause_and_make_the_next_one_short() {
        let mut outage = outage();
        outage.next_pause = Duration::from_secs(600);
        let wake = outage.wake();
        (0..1000).for_each(|_| wake.up());
        let begun = Instant::now();
        outage.pause();
        assert!((FIRST_PAUSE..Duration::from_secs(60)).contains(&begun.elapsed()));
        assert_eq!(outage.next_pause, FIRST_PAUSE);
        assert!(outage.woken.try_recv().is_err());
    }

    #[test]
    fn a_service_that_is_lost_at_once_was_not_back() {
        let mut outage = outage();
        outage.next_pause = Duration::from_millis(40);
        outage.is_over();
        outage.pause();
        assert_eq!(outage.next_pause, Duration::from_millis(80));
        outage.back = Instant::now().checked_sub(STEADY);
        outage.pause();
        assert_eq!(outage.next_pause, FIRST_PAUSE * 2);
    }
}
