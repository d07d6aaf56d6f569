//! How far one job is, as its caller and the reader's thread agree on it.
//!
//! Each step is one decision under one lock: when a caller has been told that no PIN was sent, none is sent any more.

use std::sync::Mutex;

use crate::sync::lock;

/// How far one job is; for whoever waits for it.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<Stage>);

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stage {
    /// The thread has taken it up.
    pub(super) begun: bool,
    /// It has sent a PIN or asked for a signature.
    pub(super) delicate: bool,
    /// Its caller was told that the time is over, so nothing more is to be done for it.
    given_up: bool,
}

impl Progress {
    /// The thread takes it up; `false` if it must not any more.
    pub(super) fn begin(&self) -> bool {
        self.step(|stage| stage.begun = true)
    }

    /// One more command goes out, `delicate` if it is a PIN or asks for a signature; `false` if it must not any more.
    pub(super) fn send(&self, delicate: bool) -> bool {
        self.step(|stage| stage.delicate |= delicate)
    }

    /// The caller waits no longer. How far it was is how far it stays.
    pub(super) fn give_up(&self) -> Stage {
        let mut stage = lock(&self.0);
        stage.given_up = true;
        *stage
    }

    /// How far it is now.
    pub(super) fn stage(&self) -> Stage {
        *lock(&self.0)
    }

    fn step(&self, note: impl FnOnce(&mut Stage)) -> bool {
        let mut stage = lock(&self.0);
        if !stage.given_up {
            note(&mut stage);
        }
        !stage.given_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_up_stays_as_far_as_it_was() {
        let progress = Progress::default();
        assert!(progress.begin() && progress.send(false));
        let told = progress.give_up();
        assert!(told.begun && !told.delicate);
        assert!(!progress.send(true), "the caller was told that no PIN had been sent");
        assert_eq!(progress.stage(), told);

        let progress = Progress::default();
        assert!(progress.begin() && progress.send(true));
        assert!(progress.give_up().delicate && !progress.send(false));

        let progress = Progress::default();
        assert!(!progress.give_up().begun);
        assert!(!progress.begin(), "the caller was told that the reader is busy");
    }
}
