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
    next_pause: Duration,
    /// Since when the service has been there.
    back: Option<Instant>,
}

impl Outage {
    /// Before the first attempt.
    pub(super) fn new(backend: Arc<dyn CardBackend>) -> Self {
        // One place: who has been woken up once need not be woken up twice.
        let (sender, woken) = sync_channel(1);
        Self { backend, wake: Wake(sender), woken, signs: None, next_pause: FIRST_PAUSE, back: None }
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
        }
    }

    /// The service is not there: waits until it should be tried again.
    pub(super) fn pause(&mut self) {
        if self.back.take().is_some_and(|back| back.elapsed() >= STEADY) {
            self.next_pause = FIRST_PAUSE;
        }
        let wake = self.wake.clone();
        let signs = self.signs.take().or_else(|| self.backend.signs_of_life(Box::new(move || wake.up())));
        self.signs = signs;
        // Anew each time: the place to look at may have come or gone. The short pauses after a sign leave no gap.
        let sees_signs = self.signs.as_mut().is_some_and(|signs| signs.look_out());
        let begun = Instant::now();
        if self.woken.recv_timeout(self.next_pause).is_ok() {
            self.next_pause = FIRST_PAUSE;
            // Many callers who ask must not make many attempts.
            std::thread::sleep((begun + FIRST_PAUSE).saturating_duration_since(Instant::now()));
        } else {
            let longest = if sees_signs { LONGEST_WITH_SIGNS } else { LONGEST_WITHOUT };
            self.next_pause = (self.next_pause * 2).min(longest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
